import Fastify from "fastify";
import { describe, expect, it } from "vitest";
import { decidedOtherwise } from "../../src/cli/counterfactual.ts";
import { err, ok } from "../../src/result.ts";
import {
  type CounterfactualPorts,
  counterfactualRoute,
  type CounterfactualTask,
} from "../../src/server/counterfactual.ts";
import { storedRows } from "../../src/server/stored-decisions.ts";
import { crossingRecord } from "../explain/two-streets.ts";
import { arrivals, greenFor, lane, outlookOf } from "../optimize/tactical/junctions.ts";
import { storedContent } from "./stored-content.ts";

/** Stage main has been green for 20 s, two come to it in half a minute; nobody is at the side street. */
const record = crossingRecord(outlookOf([lane({ arrivals: arrivals(30, 33) }), lane()]), greenFor(20));
const AT = record.at;
const content = storedContent(record);
const row = { at: AT, intersection: "crossing", level: "tactical", id: record.id, content } as const;
const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

function served(ports: Partial<CounterfactualPorts> = {}) {
  const server = Fastify();
  counterfactualRoute(server, {
    intersections: () => ["crossing"],
    storedAt: storedRows(async () => await Promise.resolve(ok([row]))),
    decide: async (task) => await Promise.resolve(decidedOtherwise(task, clock)),
    ...ports,
  });
  return server;
}

const closed = async () => await Promise.resolve(err("the store is closed"));

/** More wait in the side street than there were. */
const task = (stored: string): CounterfactualTask => ({
  stored: { level: "tactical", content: stored, holder: stored },
  changes: [{ path: "lane.side.0.waiting", value: 3 }],
});

const BODY = { at: AT + 400, level: "tactical", inputs: { "lane.side.0.waiting": 30 } };

async function posted(body: unknown, ports: Partial<CounterfactualPorts> = {}, intersection = "crossing") {
  const answer = await served(ports).inject({
    method: "POST",
    url: `/api/decisions/${intersection}/counterfactual`,
    headers: { "content-type": "application/json" },
    payload: JSON.stringify(body),
  });
  return { status: answer.statusCode, body: answer.json() };
}

describe("POST /api/decisions/:intersection/counterfactual", () => {
  it("tells the choice before and after, with what made it, and the input that changed", async () => {
    const { status, body } = await posted(BODY);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      intersection: "crossing",
      of: record.id,
      level: "tactical",
      at: AT,
      change: "choice",
    });
    expect(body.inputs).toEqual([
      {
        path: "lane.side.0.waiting",
        title: "vehicles held up in lane side.0",
        unit: "veh",
        before: 0,
        after: 30,
      },
    ]);
    expect(body.before.decided).toEqual(record.decided);
    expect(body.before.decided.stages[0].stage).toBe("main");
    expect(body.after.decided.stages[0].stage).toBe("side");
    expect(body.sentence).toMatch(
      /^With lane\.side\.0\.waiting=30 the decision would have been stage side.*; it was stage main/,
    );
    expect(body.before.sentences[0]).toMatch(/crossing kept stage main green/);
    expect(body.after.sentences[0]).toMatch(
      /^The best plan that begins with changing to side costs \d+ veh·s/,
    );
    // What detectors told stays with the decision that was made on it.
    expect(body.after.sentences.join(" ")).not.toMatch(/By the loops/);
  });

  it("answers the same decision for inputs that are as they were", async () => {
    const { status, body } = await posted({ ...BODY, inputs: { "lane.main.0.coming": 2 } });
    expect([status, body.change]).toEqual([200, null]);
    expect(body.after.decided).toEqual(body.before.decided);
    expect(body.sentence).toMatch(/the decision would have been the same/);
  });

  it("decides once with all inputs together", async () => {
    const both = { "lane.side.0.waiting": 30, "exit.side-out.full": 1 };
    const { body } = await posted({ ...BODY, inputs: both });
    expect(body.inputs.map(({ path }: { readonly path: string }) => path)).toEqual(Object.keys(both));
    expect(body.after.decided.stages[0].stage, "nobody can leave").toBe("main");
  });

  it.each([
    [{ ...BODY, at: "noon" }, /body#\/at: found "noon", allowed: be integer/],
    [{ ...BODY, level: "both" }, /body#\/level: found "both", allowed: "tactical" or "strategic"/],
    [{ ...BODY, inputs: {} }, /body#\/inputs: found {}/],
    [
      { ...BODY, inputs: { "green.seconds": "20" } },
      /body#\/inputs\/green\.seconds: found "20", allowed: be number/,
    ],
    [{ ...BODY, more: 1 }, /body#\/more: found 1, allowed: no such property/],
    [null, /body#/],
    [
      { ...BODY, inputs: { "lane.sid.0.waiting": 1 } },
      /no input of this decision; near it are lane\.side\.0\.waiting/,
    ],
    [
      { ...BODY, inputs: { "lane.side.0.waiting": 61 } },
      /lane\.side\.0\.waiting: found 61, allowed: 0 to 60 \(veh\); it was 0/,
    ],
  ])("refuses in words what is not understood: %j", async (body, error) => {
    expect(await posted(body)).toMatchObject({ status: 400, body: { error: expect.stringMatching(error) } });
  });

  it("knows what is not there", async () => {
    expect(await posted(BODY, {}, "nowhere")).toEqual({
      status: 404,
      body: { error: "no intersection nowhere; there are crossing" },
    });
    expect(await posted({ ...BODY, level: "strategic" })).toEqual({
      status: 404,
      body: { error: `no strategic decision of crossing is remembered for ${AT + 400}` },
    });
    expect((await posted({ ...BODY, at: AT - 1 })).status).toBe(404);
  });

  it("tells why there is no answer now", async () => {
    expect(await posted(BODY, { storedAt: closed })).toEqual({
      status: 503,
      body: { error: "the store is closed" },
    });
    for (const [kind, status] of [
      ["unavailable", 503],
      ["late", 504],
    ] as const) {
      const decide = async () => await Promise.resolve({ kind, error: "why" });
      expect(await posted(BODY, { decide })).toEqual({ status, body: { error: "why" } });
    }
  });
});

describe("a stored decision that is decided otherwise", () => {
  it("is not told of where this version makes another choice of the same inputs", () => {
    const other = content.replace(
      '"decided":{"stages":[{"stage":"main"',
      '"decided":{"stages":[{"stage":"side"',
    );
    expect(other).not.toBe(content);
    expect(decidedOtherwise(task(other), clock)).toEqual({
      kind: "unavailable",
      error:
        "decision crossing was made by another version: this one makes another choice of the same inputs",
    });
  });

  it("is not told of where its parts do not fit together", () => {
    const other = content.replace('"stage":0,"changing"', '"stage":9,"changing"');
    expect(other).not.toBe(content);
    expect(decidedOtherwise(task(other), clock)).toMatchObject({
      kind: "unavailable",
      error: expect.stringMatching(/^what is stored of crossing cannot be decided again: /),
    });
  });
});
