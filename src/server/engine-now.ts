import type { FastifyInstance } from "fastify";
import { detectorStates } from "../engine/detector-view.ts";
import { planBenefit } from "../engine/plan-benefit.ts";
import type { EngineTables } from "../engine/configuration.ts";
import type { EngineState } from "../engine/state.ts";
import type { DetectorsAnswer } from "../protocol/detector-view.ts";
import { noneOf } from "./asked.ts";

/** The engine as it is now; `undefined` until the plant's clock is known. */
export type EngineNow = () => { readonly state: EngineState; readonly tables: EngineTables } | undefined;

const NO_PLANT = { error: "no plant is connected yet: start `phasewise field`" };

const SCHEMA = {
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: { intersection: { type: "string", pattern: "^[A-Za-z0-9_.%-]{1,200}$" } },
  },
} as const;

/**
 * `GET /api/detectors?intersection`: every detector with its health, what it counts, and what is done about it. `GET /api/benefit`: what the plans in force
 * are expected to be worth. 404 no such intersection, 503 no plant yet.
 */
export function engineRoutes(server: FastifyInstance, engine: EngineNow): void {
  server.get<{ Querystring: { readonly intersection?: string } }>(
    "/api/detectors",
    { schema: SCHEMA, config: { access: "view" } },
    (request, reply): DetectorsAnswer | typeof reply => {
      const now = engine();
      if (now === undefined) return reply.code(503).send(NO_PLANT);
      const { state, tables } = now;
      const { intersection } = request.query;
      if (intersection !== undefined && !tables.nodeIndex.has(intersection)) {
        return reply.code(404).send({ error: noneOf({ intersection }, tables.nodes) });
      }
      const detectors = tables.nodes.flatMap(({ id }, index) =>
        intersection === undefined || intersection === id ? detectorStates(state, tables, index) : [],
      );
      return { at: state.now, detectors };
    },
  );
  server.get("/api/benefit", { config: { access: "view" } }, (_request, reply) => {
    const now = engine();
    return now === undefined ? reply.code(503).send(NO_PLANT) : planBenefit(now.state, now.tables);
  });
}
