import type { FastifyInstance } from "fastify";
import type { Counterfactual, InputChange } from "../explain/counterfactual.ts";
import { COUNTERFACTUAL_BODY } from "../protocol/stored-decision.ts";
import type { Result } from "../result.ts";
import { faultText } from "./fault-text.ts";
import type { StoredDecision } from "./stored-record.ts";
import { noneOf } from "./asked.ts";

/** A stored decision, and the other values that it is decided again with. */
export type CounterfactualTask = {
  readonly stored: StoredDecision;
  readonly changes: readonly InputChange[];
};

export type DecidedResult<Kind, Answer> = { readonly kind: Kind; readonly answer: Answer };

/** Why a stored decision was neither decided again nor explained. */
export type Unanswered =
  /** What is stored cannot be used, or nobody has time for it now. */
  | { readonly kind: "unavailable"; readonly error: string }
  /** It took longer than it may. */
  | { readonly kind: "late"; readonly error: string };

export type CounterfactualResult =
  | DecidedResult<"decided", Counterfactual>
  /** The decision has no such input, or not such a value. */
  | { readonly kind: "refused"; readonly error: string }
  | Unanswered;

const STATUS = { refused: 400, unavailable: 503, late: 504 } as const;

export type CounterfactualPorts = {
  readonly intersections: () => readonly string[];
  /** The decision of each level that was in force at an instant; fails with a sentence where nothing can be read. */
  readonly storedAt: (
    intersection: string,
    at: number,
  ) => Promise<
    Result<Readonly<Record<StoredDecision["level"], { readonly stored: StoredDecision } | null>>, string>
  >;
  /** Takes up to seconds of processor: never in the thread of the engine. */
  readonly decide: (task: CounterfactualTask) => Promise<CounterfactualResult>;
};

/**
 * `POST /api/decisions/:intersection/counterfactual`: what other inputs would have made of the decision that was in force at an instant. 400 the body or
 * an input, 404 no such intersection or decision, 503 nothing can be read or decided now, 504 it took too long.
 */
export function counterfactualRoute(server: FastifyInstance, ports: CounterfactualPorts): void {
  server.post<{ Params: { readonly intersection: string } }>(
    "/api/decisions/:intersection/counterfactual",
    { config: { access: "view" } },
    async (request, reply) => {
      const { intersection } = request.params;
      const refuse = async (status: number, error: string) => await reply.code(status).send({ error });
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
      const body = COUNTERFACTUAL_BODY.check("body", request.body);
      if (!body.ok) return await refuse(400, body.error.map(faultText).join("; "));
      const { at, level, inputs } = body.value;
      const found = await ports.storedAt(intersection, at);
      if (!found.ok) return await refuse(503, found.error);
      const decision = found.value[level];
      if (decision === null) {
        return await refuse(404, `no ${level} decision of ${intersection} is remembered for ${at}`);
      }
      const changes = Object.entries(inputs).map(([path, value]) => ({ path, value }));
      const result = await ports.decide({ stored: decision.stored, changes });
      return result.kind === "decided"
        ? await reply.send({ intersection, ...result.answer })
        : await refuse(STATUS[result.kind], result.error);
    },
  );
}
