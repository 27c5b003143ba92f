import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alarmList } from "../../src/alarms/alarm-list.ts";
import { type AlarmAct, NO_ALARMS } from "../../src/alarms/alarms.ts";
import { isaFigures } from "../../src/alarms/isa-figures.ts";
import type { AlarmActAnswer, AlarmDeskView } from "../../src/ports/alarm-desk.ts";
import { alarmRoutes } from "../../src/server/alarms.ts";
import { instantMs } from "../../src/units.ts";

let server: FastifyInstance;
let view: AlarmDeskView | undefined;
let answer: AlarmActAnswer;
let acts: AlarmAct[];

beforeEach(() => {
  view = undefined;
  answer = { kind: "done" };
  acts = [];
  server = Fastify();
  server.decorateRequest("person", null);
  server.addHook("onRequest", (request, _reply, done) => {
    request.person = { name: "ann", role: "operator" };
    done();
  });
  alarmRoutes(server, {
    now: () => view,
    view: () => view,
    act: (act) => {
      acts.push(act);
      return Promise.resolve(answer);
    },
  });
});

afterEach(async () => await server.close());

const ID = "detectorFailed:main-oak:west.0";
const post = async (act: string, payload: unknown, headers: Record<string, string> = {}) =>
  await server.inject({
    method: "POST",
    url: `/api/alarms/${encodeURIComponent(ID)}/${act}`,
    headers: { "content-type": "application/json", ...headers },
    payload: JSON.stringify(payload),
  });

it("shows the alarms once the plant's clock is known", async () => {
  expect((await server.inject({ method: "GET", url: "/api/alarms" })).statusCode).toBe(503);
  const figures = isaFigures([], instantMs(0), instantMs(1));
  const {
    active: _,
    shelved: _shelved,
    suppressed: _suppressed,
    outOfService: _out,
    ...rest
  } = alarmList(NO_ALARMS);
  const nothing = { active: [], shelved: [], suppressed: [], outOfService: [] };
  view = { ...rest, ...nothing, at: 5, recent: [], figures, targets: [], types: {} };
  const { statusCode, body } = await server.inject({ method: "GET", url: "/api/alarms" });
  expect([statusCode, JSON.parse(body)]).toEqual([200, view]);
});

describe("an act", () => {
  it.each([
    ["acknowledge", {}, { kind: "acknowledge", by: "ann" }],
    ["shelve", { reason: "works", until: 90 }, { kind: "shelve", by: "ann", reason: "works", until: 90 }],
    ["unshelve", { reason: "done" }, { kind: "unshelve", by: "ann", reason: "done" }],
    ["out-of-service", { reason: "works" }, { kind: "outOfService", by: "ann", reason: "works" }],
    ["return-to-service", { reason: "ok" }, { kind: "returnToService", by: "ann", reason: "ok" }],
  ])("%s reaches the desk with the alarm, who and why", async (act, body, expected) => {
    const { statusCode } = await post(act, body);
    expect(statusCode).toBe(200);
    expect(acts).toEqual([{ alarm: ID, ...expected }]);
  });

  it.each([
    ["acknowledge", { by: "bob" }, "/by"],
    ["acknowledge", { until: 5 }, "/until"],
    ["shelve", { reason: "works", until: "90" }, "/until"],
    ["shelve", { reason: "works" }, "/until"],
    ["shelve", { until: 90 }, "/reason"],
    ["shelve", { by: "bob", reason: "works", until: 90 }, "/by"],
    ["unshelve", {}, "/reason"],
    ["unshelve", { reason: "" }, "/reason"],
    ["unshelve", null, ""],
  ])("%s with %j is refused, and the fault named", async (act, body, place) => {
    const { statusCode, json } = await post(act, body);
    expect(statusCode).toBe(400);
    const { faults } = json<{ faults: { pointer: string; allowed: string }[] }>();
    const named = faults.some(
      ({ pointer, allowed }) => pointer === place || allowed.includes(place.slice(1)),
    );
    expect(named, JSON.stringify(faults)).toBe(true);
    expect(acts).toEqual([]);
  });

  it("that is not possible now, or done and not audited, says so", async () => {
    answer = { kind: "refused", why: "there is nothing to acknowledge" };
    expect((await post("acknowledge", {})).statusCode).toBe(409);
    answer = { kind: "unaudited", done: true, why: "ENOSPC" };
    const { statusCode, body } = await post("acknowledge", {});
    expect([statusCode, body]).toEqual([
      503,
      '{"error":"done, but the audit trail cannot be written: ENOSPC"}',
    ]);
    answer = { kind: "unaudited", done: false, why: "9 entries wait and no more are taken: ENOSPC" };
    expect((await post("acknowledge", {})).json()).toEqual({
      error: "not done: the audit trail cannot be written: 9 entries wait and no more are taken: ENOSPC",
    });
  });

  it("that does not exist is not found", async () => {
    expect((await post("delete", {})).statusCode).toBe(404);
  });
});
