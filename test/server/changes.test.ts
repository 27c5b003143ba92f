import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChangeAct } from "../../src/changes/acts.ts";
import type { Person } from "../../src/model/role.ts";
import type { ChangeAnswer } from "../../src/ports/change-desk.ts";
import { changeRoutes } from "../../src/server/changes.ts";
import { asked } from "./signed-in.ts";

const ANN: Person = { name: "ann", role: "signalEngineer" };
const VIEW = { at: 5, minuteOfDay: 0, changes: [], inForce: null, dryRunUnavailable: null };

let server: FastifyInstance;
let known: boolean;
let answer: ChangeAnswer;
let acts: ChangeAct[];
let viewers: string[];
/** By method and address: who may use it. */
let access: Map<string, unknown>;

beforeEach(() => {
  known = true;
  answer = { kind: "done", change: "C1" };
  [acts, viewers, access] = [[], [], new Map()];
  server = Fastify();
  server.addHook("onRoute", ({ method, url, config }) => {
    access.set(`${String(method)} ${url}`, config?.access);
  });
  asked(server, ANN);
  changeRoutes(server, {
    parameters: () => (known ? { at: 5, parameters: [] } : undefined),
    view: (by) => {
      viewers.push(by);
      return known ? VIEW : undefined;
    },
    act: (act) => {
      acts.push(act);
      return Promise.resolve(answer);
    },
  });
});

afterEach(async () => await server.close());

async function ask(method: "POST" | "DELETE", path: string, payload: unknown) {
  const { statusCode, json } = await server.inject({
    method,
    url: `/api/changes${path}`,
    headers: { "content-type": "application/json" },
    payload: JSON.stringify(payload),
  });
  return { statusCode, body: json<Readonly<Record<string, unknown>>>() };
}

const get = async (url: string) => (await server.inject({ method: "GET", url })).statusCode;

const told = async (path: string, value: number) =>
  (await ask("POST", "", { title: "t", set: [{ path, value }] })).body["error"];

const may = (permission: string) =>
  [...access].filter(([, asked_]) => asked_ === permission).map(([route]) => route.replace("/api/", ""));

describe("what is shown", () => {
  it("is of the person who asks, once the plant's clock is known", async () => {
    expect([await get("/api/parameters"), await get("/api/changes")]).toEqual([200, 200]);
    expect(viewers).toEqual(["ann"]);
    known = false;
    expect([await get("/api/parameters"), await get("/api/changes")]).toEqual([503, 503]);
  });
});

const SET = [{ path: "optimize.horizonSeconds", value: 40 }];

describe("an act", () => {
  it.each([
    ["", { title: "t", set: SET }, { kind: "draft", title: "t", set: SET }],
    ["/C1/revise", { title: "t", set: SET }, { kind: "revise", change: "C1", title: "t", set: SET }],
    [
      "/C1/dry-run",
      { seeds: 2, minutes: 1, fromMinute: 0 },
      { kind: "startDryRun", change: "C1", plan: { seeds: 2, minutes: 1, fromMinute: 0 } },
    ],
    ["/C1/submit", {}, { kind: "submit", change: "C1", reason: null }],
    ["/C1/submit", { reason: "r" }, { kind: "submit", change: "C1", reason: "r" }],
    ["/C1/approve", { reason: "r" }, { kind: "approve", change: "C1", reason: "r" }],
    ["/C1/reject", { reason: "r" }, { kind: "reject", change: "C1", reason: "r" }],
    ["/C1/schedule", {}, { kind: "schedule", change: "C1", at: "now" }],
    ["/C1/schedule", { at: 90 }, { kind: "schedule", change: "C1", at: 90 }],
    ["/C1/withdraw", { reason: "r" }, { kind: "withdraw", change: "C1", reason: "r" }],
    ["/C1/roll-back", { reason: "r" }, { kind: "rollBack", change: "C1", reason: "r" }],
  ])("POST %s with %j reaches the desk with who has signed in", async (path, body, act) => {
    expect(await ask("POST", path, body)).toEqual({
      statusCode: 200,
      body: { done: act.kind, change: "C1" },
    });
    expect(acts).toEqual([{ by: "ann", ...act }]);
  });

  it("DELETE of a dry run cancels it", async () => {
    expect((await ask("DELETE", "/C1/dry-run", {})).statusCode).toBe(200);
    expect(acts).toEqual([{ kind: "cancelDryRun", change: "C1", by: "ann" }]);
  });

  it.each([
    ["", { title: "t", set: SET, by: "bob" }, "/by"],
    ["", { title: " ", set: SET }, "/title"],
    ["", { title: "t", set: [] }, "/set"],
    ["", { title: "t", set: [{ path: "optimize.horizonSeconds", value: "40" }] }, "/set/0/value"],
    ["/C1/dry-run", { seeds: 1, minutes: 1, fromMinute: 0 }, "/seeds"],
    ["/C1/dry-run", { seeds: 2, minutes: 61, fromMinute: 0 }, "/minutes"],
    ["/C1/dry-run", { seeds: 2, minutes: 1, fromMinute: 1440 }, "/fromMinute"],
    ["/C1/approve", { reason: "" }, "/reason"],
    ["/C1/approve", { reason: "r", by: "bob" }, "/by"],
    ["/C1/schedule", { at: -1 }, "/at"],
    ["/C1/roll-back", null, ""],
  ])("POST %s with %j is refused at its place", async (path, body, pointer) => {
    const { statusCode, body: answered } = await ask("POST", path, body);
    expect(statusCode).toBe(400);
    expect(answered).toMatchObject({
      faults: expect.arrayContaining([expect.objectContaining({ pointer })]),
    });
    expect(acts).toEqual([]);
  });

  it("on a parameter that is none, or out of its range, is told what is allowed", async () => {
    expect(await told("greenMinSeconds", 1)).toMatch(/greenMinSeconds is no parameter; near it are/);
    expect(await told("optimize.horizonSeconds", 10)).toBe(
      "optimize.horizonSeconds: found 10; allowed is a number from 20 to 90 (s)",
    );
    expect(acts).toEqual([]);
  });

  it("that is not possible now, or not kept, says so", async () => {
    answer = { kind: "refused", why: "you drafted it: a second person approves" };
    expect(await ask("POST", "/C1/approve", { reason: "r" })).toEqual({
      statusCode: 409,
      body: { error: "you drafted it: a second person approves" },
    });
    answer = { kind: "unkept", why: "ENOSPC" };
    expect(await ask("POST", "/C1/approve", { reason: "r" })).toEqual({
      statusCode: 503,
      body: { error: "done, but it cannot be kept: ENOSPC" },
    });
  });
});

it("each route says who may use it", () => {
  expect(may("approve")).toEqual(["POST changes/:id/approve", "POST changes/:id/reject"]);
  expect(may("view").filter((route) => !route.startsWith("HEAD"))).toEqual(["GET parameters", "GET changes"]);
  expect(may("draft")).toEqual([
    "POST changes",
    "POST changes/:id/revise",
    "POST changes/:id/dry-run",
    "POST changes/:id/submit",
    "POST changes/:id/schedule",
    "POST changes/:id/withdraw",
    "POST changes/:id/roll-back",
    "DELETE changes/:id/dry-run",
  ]);
});
