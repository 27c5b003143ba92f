import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AskedOf, DeskAnswer } from "../../src/ports/operator-desk.ts";
import type { AskedAnswer, CommandsView, ControlAreasView } from "../../src/protocol/operate.ts";
import { operateRoutes } from "../../src/server/operate.ts";

let server: FastifyInstance;
let asked: AskedOf[];
let answer: DeskAnswer;
let commands: CommandsView | undefined;
let control: ControlAreasView | undefined;

const GIVEN: AskedAnswer = { at: 7, dryRun: false, answers: [] };

beforeEach(() => {
  asked = [];
  answer = { kind: "answered", answer: GIVEN };
  [commands, control] = [undefined, undefined];
  server = Fastify({ ajv: { customOptions: { removeAdditional: false as const } } });
  server.decorateRequest("person", null);
  server.addHook("onRequest", (request, _reply, done) => {
    request.person = { name: "ann", role: "operator" };
    done();
  });
  operateRoutes(server, {
    commands: () => commands,
    control: () => control,
    ask: (one) => {
      asked.push(one);
      return answer;
    },
  });
});

afterEach(async () => await server.close());

const send = async (method: "POST" | "DELETE", url: string, body: unknown, headers = {}) =>
  await server.inject({
    method,
    url,
    headers: { "content-type": "application/json", ...headers },
    payload: JSON.stringify(body),
  });

const post = async (url: string, body: unknown, headers = {}) => await send("POST", url, body, headers);

const get = async (url: string) => await server.inject({ method: "GET", url });

const HOLD = { order: { kind: "hold", phases: ["2"] } };
const BY = { by: "ann", reason: "parade", dryRun: false };

describe("a request", () => {
  it.each([
    [
      "commands",
      { ...HOLD, seconds: 60 },
      { intersections: ["elm"], what: { kind: "command", ...HOLD, seconds: 60 } },
    ],
    ["mode", { mode: "plan" }, { intersections: ["elm"], what: { kind: "mode", mode: "plan" } }],
    [
      "mode",
      { mode: "plan", seconds: null },
      { intersections: ["elm"], what: { kind: "mode", mode: "plan", seconds: null } },
    ],
    [
      "review",
      { plan: "p", approved: true },
      { intersections: ["elm"], what: { kind: "review", plan: "p", approved: true } },
    ],
  ])("%s of one intersection reaches the desk with who signed in, and why", async (name, body, expected) => {
    const { statusCode, json } = await post(`/api/intersections/elm/${name}`, { ...body, reason: "parade" });
    expect([statusCode, json()]).toEqual([202, GIVEN]);
    expect(asked).toEqual([{ ...BY, ...expected }]);
  });

  it.each([
    ["/api/commands", HOLD, { kind: "command", ...HOLD }],
    ["/api/modes", { mode: "plan", seconds: 60 }, { kind: "mode", mode: "plan", seconds: 60 }],
    ["/api/control", {}, { kind: "control", takeOver: false }],
    ["/api/control", { takeOver: true, seconds: 60 }, { kind: "control", takeOver: true, seconds: 60 }],
  ])("%s of several reaches the desk with all of them", async (url, body, what) => {
    const intersections = ["elm", "oak"];
    await post(url, { ...body, intersections, reason: "parade" });
    expect(asked).toEqual([{ ...BY, intersections, what }]);
  });

  it("gives up an area by its name", async () => {
    await send("DELETE", "/api/control/7-1", { reason: "over" });
    const what = { kind: "release", area: "7-1", takeOver: false };
    expect(asked).toEqual([{ ...BY, reason: "over", intersections: [], what }]);
  });

  it.each([
    ["/api/intersections/elm/commands", { ...HOLD }, "#/reason"],
    ["/api/intersections/elm/commands", { ...HOLD, reason: "   " }, "#/reason"],
    ["/api/intersections/elm/commands", { ...HOLD, reason: "x".repeat(301) }, "#/reason"],
    ["/api/intersections/elm/commands", { ...HOLD, reason: "x", by: "bob" }, "#/by"],
    ["/api/intersections/elm/commands", { reason: "x" }, "order"],
    ["/api/intersections/elm/commands", { ...HOLD, reason: "x", seconds: "60" }, "#/seconds"],
    ["/api/intersections/elm/commands", { ...HOLD, reason: "x", seconds: 0.5 }, "#/seconds"],
    ["/api/intersections/elm/commands", { order: { kind: "omit" }, reason: "x" }, "#/order/kind"],
    ["/api/intersections/elm/commands", { order: { kind: "free", greenMs: 1 }, reason: "x" }, "#/order"],
    ["/api/intersections/elm/mode", { mode: "fast", reason: "x" }, "#/mode"],
    ["/api/intersections/elm/mode", { mode: "plan", seconds: 43_201, reason: "x" }, "#/seconds"],
    ["/api/intersections/elm/review", { plan: "p", approved: "yes", reason: "x" }, "#/approved"],
    ["/api/modes", { intersections: [], mode: "plan", reason: "x" }, "#/intersections"],
    ["/api/modes", { intersections: ["a", "a"], mode: "plan", reason: "x" }, "#/intersections"],
    ["/api/control", { intersections: ["<b>"], reason: "x" }, "#/intersections/0"],
    ["/api/control", null, "body"],
  ])("%s with %j is refused, and the fault named", async (url, body, place) => {
    const { statusCode, json } = await post(url, body);
    expect(statusCode).toBe(400);
    expect(json<{ error: string }>().error).toContain(place);
    expect(asked).toEqual([]);
  });

  it("in a dry run needs no reason, and is answered with 200", async () => {
    answer = { kind: "answered", answer: { ...GIVEN, dryRun: true } };
    const { statusCode } = await post("/api/intersections/elm/commands", { ...HOLD, dryRun: true });
    expect(statusCode).toBe(200);
    expect(asked).toMatchObject([{ dryRun: true, reason: "dry run" }]);
  });

  it.each<readonly [DeskAnswer, number, unknown]>([
    [
      { kind: "answered", answer: { ...GIVEN, error: "nothing was done: elm: S9 too long" } },
      409,
      { ...GIVEN, error: "nothing was done: elm: S9 too long" },
    ],
    [{ kind: "unknown", why: "no intersection x" }, 404, { error: "no intersection x" }],
    [{ kind: "unavailable", why: "no plant" }, 503, { error: "no plant" }],
  ])("that the desk answers with %j says so", async (given, status, body) => {
    answer = given;
    const { statusCode, json } = await post("/api/intersections/elm/commands", { ...HOLD, reason: "x" });
    expect([statusCode, json()]).toEqual([status, body]);
  });
});

it("what is in force, and who has control, is there once the plant's clock is known", async () => {
  expect((await get("/api/commands")).statusCode).toBe(503);
  expect((await get("/api/control")).statusCode).toBe(503);
  commands = { at: 5, intersections: [] };
  control = { at: 5, areas: [] };
  expect((await get("/api/commands")).json()).toEqual(commands);
  expect((await get("/api/control")).json()).toEqual(control);
});
