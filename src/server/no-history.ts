import type { FastifyInstance } from "fastify";

/** What is answered where nothing is remembered. */
export const NO_HISTORY = { error: "no history is kept: start without --history off" };

const PATHS = [
  "/api/measures",
  "/api/measures/:intersection",
  "/api/measures/:intersection/:measure",
  "/api/bands",
  "/api/forecast-errors/:intersection",
  "/api/decisions/*",
] as const;

/** Routes that are answered from what is remembered, where nothing is: 503, as `GET /api/history` has it, and not as if they were unknown. */
export function noHistoryRoutes(server: FastifyInstance): void {
  for (const path of PATHS) {
    server.get(path, { config: { access: "view" } }, (_request, reply) => reply.code(503).send(NO_HISTORY));
  }
  server.post("/api/decisions/*", { config: { access: "view" } }, (_request, reply) =>
    reply.code(503).send(NO_HISTORY),
  );
}
