import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import { type DecisionRecord, realisedContent, realisedId } from "../../src/explain/record.ts";
import type { DecisionRow, StoreWindow } from "../../src/ports/store.ts";
import { err, ok } from "../../src/result.ts";
import { type DecisionPorts, decisionRoutes } from "../../src/server/decisions.ts";
import { storedDecisions } from "../../src/server/stored-decisions.ts";
import { HOUR_MS } from "../../src/units.ts";
import { crossingRecord } from "../explain/two-streets.ts";
import { networkText, storedContent } from "./stored-content.ts";
import { greenFor, lane, outlookOf } from "../optimize/tactical/junctions.ts";

const first = crossingRecord(outlookOf([lane(), lane()]), greenFor(20));
const AT = first.at;
const later: DecisionRecord = {
  ...first,
  id: "later",
  at: greenFor(20).at,
  problem: { ...first.problem, junction: { in: first.id } },
};
const row = (id: string, at: number, content: string): DecisionRow => ({
  at,
  intersection: "crossing",
  level: "tactical",
  id,
  content,
});
const realised = { level: "tactical", of: "later", untilAt: AT, served: 4, shown: [] } as const;
const ROWS = [
  row(first.id, AT - 1000, storedContent(first)),
  row("later", AT, storedContent(later)),
  row(realisedId("later"), AT + 50_000, realisedContent(realised)),
];

/** A store with the rows above. */
const readRows = async ({ from, to }: StoreWindow) =>
  await Promise.resolve(ok(ROWS.filter(({ at }) => at >= from && at < to)));

function served(ports: Partial<DecisionPorts> = {}) {
  const server = Fastify();
  decisionRoutes(server, {
    intersections: () => ["crossing"],
    now: () => AT,
    decisionsAt: storedDecisions(readRows),
    ...ports,
  });
  return server;
}

async function codes(url: string, ports: Partial<DecisionPorts> = {}): Promise<readonly unknown[]> {
  const answer = await served(ports).inject(url);
  return [answer.statusCode, answer.json().error];
}

const fails = async () => await Promise.resolve(err("the store is closed"));

describe("GET /api/decisions/:intersection", () => {
  it("answers the decision in force, whole, with what came of it", async () => {
    const answer = await served().inject(`/api/decisions/crossing?at=${AT + 400}`);
    expect(answer.statusCode).toBe(200);
    const { tactical, strategic } = answer.json();
    expect(strategic).toBeNull();
    expect(tactical.record.id).toBe("later");
    expect(tactical.record.problem.junction).toEqual(
      JSON.parse(networkText(JSON.stringify(first.problem.junction))),
    );
    expect(tactical.realised).toEqual(realised);
    const before = await served().inject(`/api/decisions/crossing?at=${AT - 500}`);
    expect(before.json().tactical.record.id).toBe(first.id);
    expect((await served().inject("/api/decisions/crossing")).json().tactical.record.id).toBe("later");
  });

  it("has nothing where nothing was decided, or what it leaves out is not stored any more", async () => {
    const long = await served().inject(`/api/decisions/crossing?at=${AT - 2000}`);
    expect(long.json()).toMatchObject({ tactical: null, strategic: null });
    const hours = await served().inject(`/api/decisions/crossing?at=${AT + HOUR_MS}`);
    expect(hours.json().tactical).toBeNull();
  });

  it("says so where what is stored is no record as this version writes them", async () => {
    const spoiled = ROWS.map((one) => ({ ...one, content: one.content.replace('"sent":true', '"sent":1') }));
    const readSpoiled = async () => await Promise.resolve(ok(spoiled));
    expect(
      await codes(`/api/decisions/crossing?at=${AT}`, { decisionsAt: storedDecisions(readSpoiled) }),
    ).toEqual([503, "what is stored cannot be used: record#/sent: found 1, allowed: be boolean"]);
  });

  it("refuses what is not there and what is not understood, and says so where nothing can be read", async () => {
    expect(await codes("/api/decisions/nowhere")).toEqual([
      404,
      "no intersection nowhere; there are crossing",
    ]);
    expect((await codes("/api/decisions/crossing?at=noon"))[0]).toBe(400);
    expect(await codes("/api/decisions/crossing", { now: () => undefined })).toEqual([
      503,
      "no plant is connected yet",
    ]);
    expect(await codes("/api/decisions/crossing", { decisionsAt: fails })).toEqual([
      503,
      "the store is closed",
    ]);
  });
});
