import type { FastifyInstance } from "fastify";
import type { Metrics } from "../ports/metrics.ts";
import { SECOND_MS } from "../units.ts";

/** What the process says of itself. */
export type VitalsPorts = {
  readonly metrics: Pick<Metrics, "exposition">;
  readonly vitals: () => Vitals;
};

export type Vitals = {
  readonly plantConnected: boolean;
  /** Wall time since an instant was decided; undefined before the first. */
  readonly sinceDecidedMs: number | undefined;
  /** Wall time from one instant of the plant to the next; 0 as fast as possible. */
  readonly stepWallMs: number;
  /** What cannot be written now, each with why. */
  readonly failing: readonly string[];
};

/** So long a field waits for its engine before it goes on alone (`DESIGN.md` §5). */
const DECISION_LATE_MS = 2 * SECOND_MS;

/** Why nobody should rely on this engine now; none where it is ready. */
export function reasonsNotReady({
  plantConnected,
  sinceDecidedMs,
  stepWallMs,
  failing,
}: Vitals): readonly string[] {
  const boundMs = stepWallMs + DECISION_LATE_MS;
  return [
    ...(plantConnected ? [] : ["no plant is connected"]),
    ...(sinceDecidedMs === undefined ? ["nothing was decided yet"] : []),
    ...(sinceDecidedMs !== undefined && sinceDecidedMs > boundMs
      ? [`the last instant was decided ${seconds(sinceDecidedMs)} ago, allowed: ${seconds(boundMs)}`]
      : []),
    ...failing,
  ];
}

function seconds(ms: number): string {
  return `${(ms / SECOND_MS).toFixed(1)} s`;
}

/**
 * `GET /healthz`: the process serves. `GET /readyz`: 200 while it decides in time for a plant and writes what it must, else 503 with the
 * reasons. `GET /metrics`: figures for Prometheus.
 */
export function vitalRoutes(server: FastifyInstance, ports: VitalsPorts | undefined): void {
  server.get("/healthz", { config: { access: "public" } }, () => ({ status: "ok" }));
  if (ports === undefined) return;
  const { metrics, vitals } = ports;
  server.get("/readyz", { config: { access: "public" } }, (_request, reply) => {
    const reasons = reasonsNotReady(vitals());
    if (reasons.length === 0) return { status: "ready", reasons };
    return reply.code(503).send({ status: "not ready", reasons });
  });
  server.get("/metrics", { config: { access: "metrics" } }, async (_request, reply) => {
    const { contentType, text } = await metrics.exposition();
    return await reply.type(contentType).send(text);
  });
}
