import Fastify from "fastify";
import { expect, it, onTestFinished } from "vitest";
import { reasonsNotReady, type Vitals, vitalRoutes } from "../../src/server/vitals.ts";

const WELL: Vitals = { plantConnected: true, sinceDecidedMs: 900, stepWallMs: 1_000, failing: [] };

it.each<[string, Partial<Vitals>, readonly string[]]>([
  ["decides in time", {}, []],
  ["is just in time", { sinceDecidedMs: 3_000 }, []],
  ["is late", { sinceDecidedMs: 3_001 }, ["the last instant was decided 3.0 s ago, allowed: 3.0 s"]],
  [
    "is late for a fast plant",
    { sinceDecidedMs: 2_500, stepWallMs: 0 },
    ["the last instant was decided 2.5 s ago, allowed: 2.0 s"],
  ],
  ["has no plant", { plantConnected: false }, ["no plant is connected"]],
  [
    "has just begun",
    { plantConnected: false, sinceDecidedMs: undefined },
    ["no plant is connected", "nothing was decided yet"],
  ],
  ["cannot write", { failing: ["audit: disk full"] }, ["audit: disk full"]],
])("an engine that %s", (_name, change, reasons) => {
  expect(reasonsNotReady({ ...WELL, ...change })).toEqual(reasons);
});

it("answers whether it is alive, whether it is ready, and its figures", async () => {
  const server = Fastify();
  onTestFinished(async () => await server.close());
  let vitals = WELL;
  const metrics = {
    exposition: () => Promise.resolve({ contentType: "text/plain; version=0.0.4", text: "a 1\n" }),
  };
  vitalRoutes(server, { metrics, vitals: () => vitals });
  const get = async (url: string) => await server.inject({ method: "GET", url });
  expect((await get("/readyz")).json()).toEqual({ status: "ready", reasons: [] });
  vitals = { ...WELL, plantConnected: false };
  const late = await get("/readyz");
  expect([late.statusCode, late.json()]).toEqual([
    503,
    { status: "not ready", reasons: ["no plant is connected"] },
  ]);
  expect((await get("/healthz")).json(), "alive all the same").toEqual({ status: "ok" });
  const figures = await get("/metrics");
  expect([figures.headers["content-type"], figures.body]).toEqual(["text/plain; version=0.0.4", "a 1\n"]);
});
