import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import { explainedStored } from "../../src/cli/counterfactual.ts";
import { realisedContent, realisedId } from "../../src/explain/record.ts";
import type { DecisionRow, StoreWindow } from "../../src/ports/store.ts";
import { err, ok } from "../../src/result.ts";
import { after } from "../../src/units.ts";
import { type DecisionListPorts, decisionListRoute } from "../../src/server/decision-list.ts";
import { type ExplanationPorts, explanationRoute } from "../../src/server/explanation.ts";
import { storedRows } from "../../src/server/stored-decisions.ts";
import { crossingRecord } from "../explain/two-streets.ts";
import { arrivals, greenFor, lane, outlookOf } from "../optimize/tactical/junctions.ts";
import { storedContent } from "./stored-content.ts";

/** Stage main has been green for 20 s, two come to it in half a minute; nobody is at the side street. */
const record = crossingRecord(outlookOf([lane({ arrivals: arrivals(30, 33) }), lane()]), greenFor(20));
const AT = record.at;
const row = (id: string, at: number, content: string): DecisionRow => ({
  at,
  intersection: "crossing",
  level: "tactical",
  id,
  content,
});
const came = {
  level: "tactical",
  of: record.id,
  untilAt: after(AT, 50_000),
  served: 2,
  shown: [{ stage: "main", at: after(AT, -20_000) }],
} as const;
const ROWS = [
  row(record.id, AT, storedContent(record)),
  row(realisedId(record.id), AT + 50_000, realisedContent(came)),
];
const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);
const readRows = async ({ from, to }: StoreWindow) =>
  await Promise.resolve(ok(ROWS.filter(({ at }) => at >= from && at < to)));

function served(ports: Partial<ExplanationPorts & DecisionListPorts> = {}) {
  const server = Fastify({ ajv: { customOptions: { removeAdditional: false } } });
  explanationRoute(server, {
    intersections: () => ["crossing"],
    now: () => AT,
    storedAt: storedRows(readRows),
    explain: async (task) => await Promise.resolve(explainedStored(task, clock)),
    ...(ports.explain && { explain: ports.explain }),
    ...(ports.now && { now: ports.now }),
    ...(ports.storedAt && { storedAt: ports.storedAt }),
  });
  decisionListRoute(server, {
    intersections: () => [{ id: "crossing", stages: [{ id: "main" }, { id: "side" }] }],
    readRows: ports.readRows ?? readRows,
  });
  return async (path: string) => {
    const answer = await server.inject(`/api/decisions/${path}`);
    return { status: answer.statusCode, body: answer.json() };
  };
}

const late = async () => await Promise.resolve({ kind: "late", error: "why" });
const closed = async () => await Promise.resolve(err("the store is closed"));

describe("GET /api/decisions/:intersection/explanation", () => {
  it("tells the choice with its reasons, its inputs and what came of it", async () => {
    const { status, body } = await served()(`crossing/explanation?at=${AT + 400}&level=tactical`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: record.id,
      at: AT,
      level: "tactical",
      running: "main",
      sent: true,
      realised: { untilAt: AT + 50_000, served: 2 },
      sensitivity: null,
    });
    expect(body.sentences[0]).toMatch(/crossing kept stage main green/);
    expect(body.decided.candidates[0].stage).toBe("main");
    expect(body.inputs.lanes[1]).toMatchObject({ lane: "side.0", quality: "imputed" });
    expect(body.variables.map(({ path }: { readonly path: string }) => path)).toContain(
      "lane.side.0.waiting",
    );
    expect(body).not.toHaveProperty("problem");
  });

  it("tells which input, changed by how much, would have changed it, where that is asked for", async () => {
    const { body } = await served()("crossing/explanation?level=tactical&sensitivity=true");
    const waiting = body.sensitivity.find(
      ({ path }: { readonly path: string }) => path === "lane.side.0.waiting",
    );
    expect(waiting).toMatchObject({
      value: 0,
      below: null,
      above: { choice: expect.stringMatching(/^stage side/) },
    });
    expect(waiting.above.value).toBeGreaterThan(0);
  });

  it("knows what is not there, what it does not understand, and why there is no answer now", async () => {
    const ask = async (path: string, ports = {}) => {
      const { status, body } = await served(ports)(`crossing/explanation?${path}`);
      return [status, body.error];
    };
    expect(await ask("level=strategic")).toEqual([
      404,
      `no strategic decision of crossing is remembered for ${AT}`,
    ]);
    expect(await ask("level=both")).toEqual([
      400,
      expect.stringMatching(/allowed: level, tactical or strategic/),
    ]);
    expect((await ask("level=tactical&more=1"))[0]).toBe(400);
    expect((await served()("nowhere/explanation?level=tactical")).status).toBe(404);
    expect(await ask("level=tactical", { now: () => undefined })).toEqual([503, "no plant is connected yet"]);
    expect(await ask("level=tactical", { storedAt: closed })).toEqual([503, "the store is closed"]);
    expect(await ask("level=tactical", { explain: late })).toEqual([504, "why"]);
  });
});

describe("GET /api/decisions/:intersection/list", () => {
  it("names each decision's choice and by how much the next best was worse", async () => {
    const both = crossingRecord(
      outlookOf([lane({ arrivals: arrivals(30, 33) }), lane({ arrivals: arrivals(0, 0, 0) })]),
      greenFor(20),
    );
    const two = async () =>
      await Promise.resolve(ok([row(both.id, AT, storedContent(both)), ...ROWS.slice(1)]));
    const { status, body } = await served({ readRows: two })(
      `crossing/list?from=${AT - 1000}&to=${AT + 60_000}`,
    );
    expect(status).toBe(200);
    const [best, second] = both.decided.candidates;
    expect([best?.stage, second?.stage]).toEqual(["side", "main"]);
    expect(body.decisions).toEqual([
      {
        id: record.id,
        at: AT,
        level: "tactical",
        choice: "side",
        kept: false,
        rival: "main",
        rivalMoreVehSeconds: (second?.costVehSeconds ?? 0) - (best?.costVehSeconds ?? 0),
      },
    ]);
  });

  it("passes over what another version wrote, and refuses in words", async () => {
    const spoiled = async () => await Promise.resolve(ok([row("odd", AT, '{"decided":{"stages":[]}}')]));
    const window = `from=${AT - 1000}&to=${AT + 60_000}`;
    expect((await served({ readRows: spoiled })(`crossing/list?${window}`)).body.decisions).toEqual([]);
    expect((await served()(`nowhere/list?${window}`)).status).toBe(404);
    expect((await served()("crossing/list?from=5&to=5")).status).toBe(400);
    expect((await served()("crossing/list?from=5")).body.error).toMatch(/required property 'to'/);
    expect(await served({ readRows: closed })(`crossing/list?${window}`)).toEqual({
      status: 503,
      body: { error: "the store is closed" },
    });
  });
});
