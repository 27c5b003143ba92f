import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import { forecastErrors } from "../measures/forecast-error.ts";
import type { ForecastRow, StoreWindow } from "../ports/store.ts";
import type { Result } from "../result.ts";
import { DAY_MS } from "../units.ts";
import { noneOf, parameterFault, windowFault } from "./asked.ts";

/** What the route answers from. */
export type ForecastErrorsPorts = {
  readonly intersections: () => readonly string[];
  /** Forecasts of intervals that begin in the window; fails with a sentence where nothing can be read. */
  readonly read: (window: StoreWindow) => Promise<Result<readonly ForecastRow[], string>>;
};

const WINDOW_MAX_MS = 7 * DAY_MS;

const strict = { additionalProperties: false } as const;
const Instant = Type.Integer({ minimum: 0, maximum: 8.64e15 });
const Params = Type.Object({ intersection: Type.String({ minLength: 1, maxLength: 128 }) }, strict);
const Query = Type.Object({ from: Instant, to: Instant }, strict);

const Errors = Type.Object({
  movement: Type.String(),
  horizonMinutes: Type.Number({ description: "From when it was made to the end of the interval." }),
  intervals: Type.Number({ description: "With a count." }),
  mae: Type.Union([Type.Number(), Type.Null()], { description: "Vehicles an interval." }),
  bias: Type.Union([Type.Number(), Type.Null()], {
    description: "Forecast less count, vehicles an interval.",
  }),
  wapePercent: Type.Union([Type.Number(), Type.Null()]),
  coveragePercent: Type.Union([Type.Number(), Type.Null()], { description: "Of nine counts in ten." }),
});
const Answer = Type.Object({
  intersection: Type.String(),
  from: Type.Number(),
  to: Type.Number(),
  rows: Type.Array(Errors),
});

/**
 * `GET /api/forecast-errors/:intersection?from&to`: how wrong the forecasts of the intervals of a window were, by movement and by how
 * far ahead they were made. 400 parameters, 404 an unknown intersection, 503 a store that does not answer.
 */
export function forecastErrorRoutes(server: FastifyInstance, ports: ForecastErrorsPorts): void {
  server.get<{ Params: Static<typeof Params>; Querystring: Static<typeof Query> }>(
    "/api/forecast-errors/:intersection",
    {
      config: { access: "view" },
      attachValidation: true,
      schema: {
        params: Params,
        querystring: Query,
        response: { 200: { content: { "application/json": { schema: Answer } } } },
      },
    },
    async (request, reply) => {
      const { intersection } = request.params;
      const { from, to } = request.query;
      const wrong = parameterFault(request) ?? windowFault({ from, to }, WINDOW_MAX_MS);
      if (wrong !== undefined) return await reply.code(400).send({ error: wrong });
      const known = ports.intersections();
      if (!known.includes(intersection)) {
        const error = noneOf(
          request.params,
          known.map((id) => ({ id })),
        );
        return await reply.code(404).send({ error });
      }
      const read = await ports.read({ from, to, intersection });
      if (!read.ok) return await reply.code(503).send({ error: read.error });
      return await reply.send({ intersection, from, to, rows: forecastErrors(read.value) });
    },
  );
}
