import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import type { ExplainedDecision } from "../explain/explained.ts";
import type { Realised } from "../explain/record.ts";
import { EXPLAINED_DECISION } from "../protocol/decision-answers.ts";
import type { Result } from "../result.ts";
import type { DecidedResult, Unanswered } from "./counterfactual.ts";
import type { StoredDecision } from "./stored-record.ts";
import { noneOf, parameterFault } from "./asked.ts";

/** A stored decision that is to be explained, and whether each input is to be varied: that takes seconds more. */
export type ExplanationTask = {
  readonly stored: StoredDecision;
  readonly realised: Realised | null;
  readonly sensitivity: boolean;
};

export type ExplanationResult = DecidedResult<"explained", ExplainedDecision> | Unanswered;

export type ExplanationPorts = {
  readonly intersections: () => readonly string[];
  /** The present instant of the street, where no other one is asked for; `undefined` until it is known. */
  readonly now: () => number | undefined;
  /** The decision of each level that was in force at an instant; fails with a sentence where nothing can be read. */
  readonly storedAt: (
    intersection: string,
    at: number,
  ) => Promise<
    Result<
      Readonly<
        Record<
          StoredDecision["level"],
          { readonly stored: StoredDecision; readonly realised: Realised | null } | null
        >
      >,
      string
    >
  >;
  /** Takes up to seconds of processor: never in the thread of the engine. */
  readonly explain: (task: ExplanationTask) => Promise<ExplanationResult>;
};

const Params = Type.Object({ intersection: Type.String({ pattern: "^[A-Za-z0-9_.%-]{1,200}$" }) });
const Query = Type.Object(
  {
    at: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000_000_000 })),
    level: Type.Union([Type.Literal("tactical"), Type.Literal("strategic")]),
    sensitivity: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

const ALLOWED =
  "allowed: level, tactical or strategic; at, whole milliseconds since the Unix epoch; sensitivity, true or false";

/**
 * `GET /api/decisions/:intersection/explanation?at&level&sensitivity`: why the decision in force at an instant was made, the rules
 * that bound it, its inputs, and what came of it; with `sensitivity` what would have changed it. 400 the question, 404 no such
 * intersection or decision, 503 nothing can be read or explained now, 504 it took too long.
 */
export function explanationRoute(server: FastifyInstance, ports: ExplanationPorts): void {
  server.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    "/api/decisions/:intersection/explanation",
    {
      config: { access: "view" },
      schema: { params: Params, querystring: Query, response: { 200: EXPLAINED_DECISION } },
      attachValidation: true,
    },
    async (request, reply) => {
      const refuse = (status: 400 | 404 | 503 | 504, error: string) => reply.status(status).send({ error });
      const wrong = parameterFault(request);
      if (wrong !== undefined) return await refuse(400, `${wrong}; ${ALLOWED}`);
      const { intersection } = request.params;
      const { level, sensitivity = false } = request.query;
      const known = ports.intersections();
      if (!known.includes(intersection)) {
        return await refuse(
          404,
          noneOf(
            request.params,
            known.map((id) => ({ id })),
          ),
        );
      }
      const at = request.query.at ?? ports.now();
      if (at === undefined) return await refuse(503, "no plant is connected yet");
      const found = await ports.storedAt(intersection, at);
      if (!found.ok) return await refuse(503, found.error);
      const decision = found.value[level];
      if (decision === null) {
        return await refuse(404, `no ${level} decision of ${intersection} is remembered for ${at}`);
      }
      const result = await ports.explain({ ...decision, sensitivity });
      if (result.kind === "explained") return await reply.send(result.answer);
      return await refuse(result.kind === "late" ? 504 : 503, result.error);
    },
  );
}
