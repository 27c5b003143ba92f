import Fastify, { type FastifyInstance } from "fastify";
import { beforeAll, describe, expect, it } from "vitest";
import { resolveNetwork } from "../../src/adapters/network-files.ts";
import { MEASURE_NAMES } from "../../src/measures/catalog.ts";
import type { Network } from "../../src/model/files.ts";
import type { EventColumns, Store } from "../../src/ports/store.ts";
import { err, ok } from "../../src/result.ts";
import { COOL_DOWN_MS, type MeasuresPorts, registerMeasures, WARM_UP_MS } from "../../src/server/measures.ts";
import { noHistoryRoutes } from "../../src/server/no-history.ts";

const MIDNIGHT = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const minute = (count: number): number => MIDNIGHT + count * 60_000;

type Row = readonly [at: number, intersection: string, code: number, parameter: number];

/** Two hours of phase 2 at `ash`: green for 30 s of every minute, a vehicle at the advance loop 4 s after green begins. */
function rowsOf(channel: number): readonly Row[] {
  const rows: Row[] = [[minute(-60), "ash", 135, 30]];
  for (let count = 0; count < 120; count += 1) {
    const at = minute(count);
    rows.push(
      [at, "ash", 0, 2],
      [at, "ash", 1, 2],
      [at + 4_000, "ash", 82, channel],
      [at + 4_400, "ash", 81, channel],
      [at + 30_000, "ash", 6, 2],
      [at + 30_000, "ash", 7, 2],
      [at + 30_000, "ash", 8, 2],
      [at + 34_000, "ash", 9, 2],
      [at + 34_000, "ash", 10, 2],
      [at + 35_000, "ash", 11, 2],
      [at + 35_000, "ash", 12, 2],
    );
  }
  return rows;
}

function columnsOf(rows: readonly Row[]): EventColumns {
  const intersections = [...new Set(rows.map(([, id]) => id))];
  return {
    at: Float64Array.from(rows, ([at]) => at),
    intersections,
    intersection: Uint16Array.from(rows, ([, id]) => intersections.indexOf(id)),
    code: Uint16Array.from(rows, ([, , code]) => code),
    parameter: Uint16Array.from(rows, ([, , , parameter]) => parameter),
  };
}

type Asked = Parameters<Store["events"]>[0];

function serving(network: Network, rows: readonly Row[], asked: Asked[] = []): MeasuresPorts {
  return {
    network: () => network,
    timeText: (at) => new Date(at).toISOString(),
    events: (window) => {
      asked.push(window);
      const { from, to, intersection, codes } = window;
      const found = rows.filter(
        ([at, id, code]) =>
          at >= from &&
          at < to &&
          (intersection === undefined || id === intersection) &&
          (codes === undefined || codes.includes(code)),
      );
      return Promise.resolve(ok(columnsOf(found)));
    },
  };
}

function serverWith(ports: MeasuresPorts): FastifyInstance {
  const server = Fastify();
  registerMeasures(server, ports);
  return server;
}

function url(path: string, query: Readonly<Record<string, string | number>>): string {
  const text = Object.entries(query).map(([key, value]) => `${key}=${value}`);
  return `/api/measures/${path}?${text.join("&")}`;
}

describe("measures over HTTP", () => {
  let network: Network;
  let rows: readonly Row[];
  beforeAll(async () => {
    const read = await resolveNetwork("corridor");
    if (!read.ok) throw new Error("corridor is valid");
    network = read.value;
    const ash = network.intersections.find(({ id }) => id === "ash");
    const through = ash?.movements.find(({ id }) => id === "EBT");
    const place = ash?.detectors.findIndex(
      ({ role, serves }) =>
        role === "advance" && serves.some((lane) => through?.fromLanes.includes(lane) === true),
    );
    rows = rowsOf((place ?? -1) + 1);
  });

  it("answers with rows of an intersection, from events of before the window to behind it", async () => {
    const asked: Asked[] = [];
    const [from, to] = [minute(30), minute(60)];
    const answer = await serverWith(serving(network, rows, asked)).inject(url("ash/aog", { from, to }));
    expect(answer.statusCode).toBe(200);
    const { rows: told, columns } = answer.json();
    expect(columns.slice(0, 3)).toEqual(["from", "phase", "arrivals"]);
    expect(told.filter(({ phase }: { phase: string }) => phase === "2")).toMatchObject([
      { from: minute(30), arrivals: 15, onGreen: 15, onGreenPercent: 100, greenPercent: 50, platoonRatio: 2 },
      { from: minute(45), arrivals: 15, onGreen: 15, onGreenPercent: 100, greenPercent: 50, platoonRatio: 2 },
    ]);
    expect(asked.at(-1)).toEqual({ from: from - WARM_UP_MS, to: to + COOL_DOWN_MS, intersection: "ash" });
    expect(asked[0]?.codes).toContain(131);
  });

  it("knows the plan from long before the window", async () => {
    const answer = await serverWith(serving(network, rows)).inject(
      url("ash/split-monitor", { from: minute(30), to: minute(60) }),
    );
    expect(answer.json().rows).toMatchObject([
      { phase: "2", splits: 30, meanSeconds: 35, programmedSeconds: 30 },
    ]);
  });

  it("tells no data as null, never as zero", async () => {
    const answer = await serverWith(serving(network, rows)).inject(
      url("ash/approach-volume", { from: minute(240), to: minute(255) }),
    );
    const told: readonly { vehicles: number | null }[] = answer.json().rows;
    expect(told.length).toBeGreaterThan(0);
    expect(told.every(({ vehicles }) => vehicles === null)).toBe(true);
  });

  it("gives CSV of every measure, of all intersections with their names", async () => {
    const server = serverWith(serving(network, rows));
    for (const name of MEASURE_NAMES) {
      const answer = await server.inject(
        url(`*/${name}`, { from: MIDNIGHT, to: MIDNIGHT + HOUR, format: "csv" }),
      );
      expect([name, answer.statusCode]).toEqual([name, 200]);
      expect(answer.headers["content-type"]).toContain("text/csv");
      expect(answer.body.split(",")[0]).toBe("intersection");
    }
    const volumes = await server.inject(
      url("*/approach-volume", { from: MIDNIGHT, to: MIDNIGHT + HOUR, binMinutes: 60, format: "csv" }),
    );
    expect(volumes.body).toContain("ash,2026-01-05T00:00:00.000Z,union-west_ash,advance,60,60\r\n");
  });

  it("answers with several measures of one reading", async () => {
    const asked: Asked[] = [];
    const server = serverWith(serving(network, rows, asked));
    const answer = await server.inject(
      url("ash", { names: "splits,terminations", from: minute(30), to: minute(32) }),
    );
    expect(answer.statusCode).toBe(200);
    const split = { phase: "2", greenSeconds: 30, splitSeconds: 35, programmedSeconds: 30 };
    expect(answer.json().measures).toMatchObject({
      splits: [
        { at: minute(30), ...split, termination: "forceOff" },
        { at: minute(31), ...split, termination: "forceOff" },
      ],
    });
    expect(answer.json().measures.terminations.length).toBeGreaterThan(0);
    // Plans of the day before, and the window.
    expect(asked).toHaveLength(2);
    const wrong = await server.inject(
      url("ash", { names: "splits,speed", from: minute(30), to: minute(32) }),
    );
    expect(wrong.statusCode).toBe(400);
  });

  it("says in words that nothing is remembered", async () => {
    const server = Fastify();
    noHistoryRoutes(server);
    for (const path of ["/api/measures", "/api/measures/ash/aog", "/api/bands"]) {
      const answer = await server.inject(path);
      expect([answer.statusCode, answer.json()]).toEqual([
        503,
        { error: "no history is kept: start without --history off" },
      ]);
    }
  });

  it("draws the bands of the network's streets", async () => {
    const answer = await serverWith(serving(network, rows)).inject(
      `/api/bands?from=${MIDNIGHT}&to=${MIDNIGHT + HOUR}`,
    );
    // One intersection alone is green: no band reaches another.
    expect([answer.statusCode, answer.json()]).toEqual([200, []]);
  });

  it("lists the measures", async () => {
    const answer = await serverWith(serving(network, rows)).inject("/api/measures");
    expect(answer.json().map(({ name }: { name: string }) => name)).toEqual([...MEASURE_NAMES]);
  });

  it.each([
    [
      "ash/speed",
      { from: MIDNIGHT, to: MIDNIGHT + HOUR },
      `measure: found "speed", which must be equal to one of the allowed values: ${MEASURE_NAMES.join(", ")}`,
    ],
    ["ash/aog", { from: MIDNIGHT }, "must have required property 'to'"],
    [
      "ash/aog",
      { from: MIDNIGHT + 1, to: MIDNIGHT + HOUR },
      `from: found ${MIDNIGHT + 1}, which must be multiple of 60000`,
    ],
    ["ash", { names: "aog", from: MIDNIGHT, to: "noon" }, 'to: found "noon", which must be integer'],
    [
      "ash/aog",
      { from: MIDNIGHT, to: MIDNIGHT },
      `to ${MIDNIGHT}: allowed is an instant behind from ${MIDNIGHT}`,
    ],
    [
      "ash/aog",
      { from: MIDNIGHT, to: MIDNIGHT + HOUR, binMinutes: 0 },
      "binMinutes: found 0, which must be >= 1",
    ],
    [
      "ash/aog",
      { from: MIDNIGHT, to: MIDNIGHT + 7 * 24 * HOUR, binMinutes: 1 },
      "binMinutes 1: allowed are at most 2016 bins, these are 10080",
    ],
    [
      "ash/aog",
      { from: MIDNIGHT, to: MIDNIGHT + 8 * 24 * HOUR },
      `to ${MIDNIGHT + 8 * 24 * HOUR}: allowed is at most 604800000 ms behind from ${MIDNIGHT}`,
    ],
    [
      "ash/aog",
      { from: MIDNIGHT, to: MIDNIGHT + HOUR, format: "xml" },
      'format: found "xml", which must be equal to one of the allowed values: json, csv',
    ],
  ] as const)("%s with %o is refused with what was found and what is allowed", async (path, query, error) => {
    const answer = await serverWith(serving(network, rows)).inject(url(path, query));
    expect([answer.statusCode, answer.json()]).toEqual([400, { error }]);
  });

  it("knows no measures of an intersection that there is not", async () => {
    const answer = await serverWith(serving(network, rows)).inject(
      url("nowhere/aog", { from: MIDNIGHT, to: MIDNIGHT + HOUR }),
    );
    expect(answer.statusCode).toBe(404);
  });

  it("says so when the store or the network is not there", async () => {
    const ports = serving(network, rows);
    const path = url("ash/aog", { from: MIDNIGHT, to: MIDNIGHT + HOUR });
    const broken = serverWith({ ...ports, events: () => Promise.resolve(err("the store is closed")) });
    const answer = await broken.inject(path);
    expect([answer.statusCode, answer.json()]).toEqual([503, { error: "the store is closed" }]);
    expect((await serverWith({ ...ports, network: () => undefined }).inject(path)).statusCode).toBe(503);
  });
});
