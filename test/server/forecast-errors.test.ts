import Fastify from "fastify";
import { expect, it } from "vitest";
import type { ForecastRow } from "../../src/ports/store.ts";
import { err, ok } from "../../src/result.ts";
import { forecastErrorRoutes, type ForecastErrorsPorts } from "../../src/server/forecast-errors.ts";

const MINUTE = 60_000;

function row(minutes: number, vehicles: number, counted: number | null): ForecastRow {
  const at = minutes * MINUTE;
  const forecast = { madeAt: at, intervalMs: 5 * MINUTE, vehicles, low: vehicles - 2, high: vehicles + 2 };
  return { at, intersection: "ash", movement: "EBT", ...forecast, counted };
}

const ROWS = [row(0, 10, 12), row(5, 20, 14), row(10, 20, null)];
const PORTS: ForecastErrorsPorts = {
  intersections: () => ["ash"],
  read: ({ from, to }) => Promise.resolve(ok(ROWS.filter(({ at }) => at >= from && at < to))),
};

async function ask(path: string, ports: ForecastErrorsPorts = PORTS): Promise<[number, unknown]> {
  const server = Fastify();
  forecastErrorRoutes(server, ports);
  const answer = await server.inject(`/api/forecast-errors/${path}`);
  return [answer.statusCode, answer.json()];
}

it("tells mean error and bias of what was counted", async () => {
  const [status, body] = await ask(`ash?from=0&to=${15 * MINUTE}`);
  expect(status).toBe(200);
  // Off by −2 and +6: on average 4, and 2 too many.
  expect(body).toMatchObject({
    rows: [{ movement: "EBT", horizonMinutes: 5, intervals: 2, mae: 4, bias: 2, coveragePercent: 50 }],
  });
});

it.each([
  ["ash?from=0", 400],
  ["ash?from=5&to=5", 400],
  ["elm?from=0&to=5", 404],
] as const)("%s is answered with %d", async (path, expected) => {
  expect((await ask(path))[0]).toBe(expected);
});

it("says why nothing can be read", async () => {
  const closed = { ...PORTS, read: () => Promise.resolve(err("the store is closed")) };
  expect(await ask("ash?from=0&to=5", closed)).toEqual([503, { error: "the store is closed" }]);
});
