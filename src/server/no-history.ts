import type { FastifyInstance } from "fastify";

/** What is answered where nothing is remembered. */
export const NO_HISTORY = { error: "no history is kept: start without --history off" };

/** Routes that are answered from what is remembered, where nothing is: 503, as `GET /api/history` has it, and not as if they were unknown. */
export function noHistoryRoutes(server: FastifyInstance): void {
  for (const url of [
    "/api/measures",
    "/api/measures/:intersection/:measure",
    "/api/bands",
    "/api/decisions/:intersection",
  ]) {
    server.get(url, { config: { access: "view" } }, (_request, reply) => reply.code(503).send(NO_HISTORY));
  }
  server.post(
    "/api/decisions/:intersection/counterfactual",
    { config: { access: "study" } },
    (_request, reply) => reply.code(503).send(NO_HISTORY),
  );
}
