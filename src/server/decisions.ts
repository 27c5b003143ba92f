import type { FastifyInstance } from "fastify";
import type { Decidable } from "../explain/decidable.ts";
import type { Realised } from "../explain/record.ts";
import type { Result } from "../result.ts";
import { noneOf, parameterFault } from "./asked.ts";

/** The decisions in force at an instant, each with all that it was made on and what came of it. */
export type DecisionsAnswer = {
  /** `null`: none was made up to then, or none is remembered. */
  readonly tactical: { readonly record: Decidable; readonly realised: Realised | null } | null;
  readonly strategic: { readonly record: Decidable; readonly realised: Realised | null } | null;
};

export type DecisionPorts = {
  readonly intersections: () => readonly string[];
  /** The present instant of the street, where no other one is asked for; `undefined` until it is known. */
  readonly now: () => number | undefined;
  /** Fails with a sentence where nothing can be read. */
  readonly decisionsAt: (intersection: string, at: number) => Promise<Result<DecisionsAnswer, string>>;
};

type DecisionsRoute = {
  Params: { readonly intersection: string };
  Querystring: { readonly at?: number };
};

const SCHEMA = {
  params: {
    type: "object",
    required: ["intersection"],
    properties: { intersection: { type: "string", pattern: "^[A-Za-z0-9_.%-]+$", maxLength: 200 } },
  },
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: { at: { type: "integer", minimum: 0, maximum: 100_000_000_000_000 } },
  },
} as const;

/** `GET /api/decisions/:intersection?at=`: milliseconds since the Unix epoch; without `at` the decisions in force now. */
export function decisionRoutes(server: FastifyInstance, ports: DecisionPorts): void {
  server.get<DecisionsRoute>(
    "/api/decisions/:intersection",
    // What is not asked for is refused, not taken away as fastify would.
    { schema: SCHEMA, attachValidation: true, config: { access: "view" } },
    async (request, reply) => {
      const { intersection } = request.params;
      const wrong = parameterFault(request);
      if (wrong !== undefined) {
        const error = `${wrong}; allowed: at, whole milliseconds since the Unix epoch`;
        return reply.code(400).send({ error });
      }
      const known = ports.intersections();
      if (!known.includes(intersection)) {
        return reply.code(404).send({
          error: noneOf(
            request.params,
            known.map((id) => ({ id })),
          ),
        });
      }
      const at = request.query.at ?? ports.now();
      if (at === undefined) return reply.code(503).send({ error: "no plant is connected yet" });
      const answer = await ports.decisionsAt(intersection, at);
      return answer.ok
        ? reply.send({ intersection, at, ...answer.value })
        : reply.code(503).send({ error: answer.error });
    },
  );
}
