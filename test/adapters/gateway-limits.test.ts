import { describe, expect, it } from "vitest";
import { forgetfulEventLog } from "../../src/adapters/event-sequence.ts";
import { HELLO_WALL_MS, STRANGERS_SPARE } from "../../src/adapters/gateway.ts";
import {
  AT,
  CONTROLLER_FRAMES,
  hello,
  linkedGateway,
  linkTo,
  LOG_FRAME,
  openGateway,
  PLANT_FRAMES,
  plantHello,
} from "./gateway-links.ts";

describe("the number of a frame", () => {
  it("that is not higher than the one before is passed over and counted, without an answer", () => {
    const { gateway, t, events } = linkedGateway();
    const say = (seq: number) => t.say({ ...CONTROLLER_FRAMES.alarm, seq, detail: `alarm ${seq}` });
    for (const seq of [1, 1, 4, 2, 4, 5, 0]) say(seq);
    expect(events.map((event) => (event.kind === "frame" ? event.frame.seq : event.kind))).toEqual([1, 4, 5]);
    expect([...gateway.refused]).toEqual([["DUPLICATE", 4]]);
    expect([t.sent.length, t.closed]).toEqual([1, undefined]);
  });

  it("counts for each connection by itself", () => {
    const { t, events, connect } = linkedGateway();
    t.say({ ...CONTROLLER_FRAMES.alarm, seq: 9 });
    const again = connect();
    again.say(hello("t"));
    again.say({ ...CONTROLLER_FRAMES.alarm, seq: 1 });
    expect(events.map(({ kind }) => kind)).toEqual(["frame", "linkDown", "linkUp", "frame"]);
  });

  it("of one that cannot be read is the next one's, whatever was said twice before", () => {
    const { t, events } = linkedGateway();
    t.say({ ...CONTROLLER_FRAMES.alarm, seq: 1 });
    t.say({ ...CONTROLLER_FRAMES.alarm, seq: 1 });
    t.say("rubbish");
    t.say("rubbish");
    t.say({ ...CONTROLLER_FRAMES.alarm, seq: 4 });
    t.say("rubbish");
    const told = events.map((event) => (event.kind === "refused" ? event.seq : event.kind));
    expect(told).toEqual(["frame", 2, 3, "frame", 5]);
  });

  it("of the plant goes up as well", () => {
    const { plant, events, gateway } = linkedGateway();
    plant.say({ ...PLANT_FRAMES.ready, seq: 5 });
    plant.say({ ...PLANT_FRAMES.ready, seq: 5 });
    plant.say({ ...PLANT_FRAMES.ready, seq: 4 });
    expect(events).toHaveLength(1);
    expect(gateway.refused.get("DUPLICATE")).toBe(2);
  });
});

describe("a controller's log", () => {
  it("goes to the event log, and the pipeline hears only of its place", () => {
    const eventLog = forgetfulEventLog();
    const { t, u, gateway, events } = linkedGateway(eventLog);
    t.say(LOG_FRAME);
    expect(events).toEqual([{ kind: "logged", intersection: "t", seq: LOG_FRAME.seq }]);
    expect([eventLog.progress("t").stored, eventLog.progress("u").stored]).toEqual([2, 0]);
    gateway.heartbeat(AT);
    expect([t, u].map(({ sent }) => sent.at(-1))).toMatchObject([{ logStored: 2 }, { logStored: 0 }]);
    t.hangUp("gone");
    const again = linkTo(gateway);
    again.say(hello("t"));
    expect(again.sent[0]).toMatchObject({ type: "welcome", logStored: 2, logReceived: 2 });
  });

  it("with a gap is refused, and holds up nobody", () => {
    const { t, events } = linkedGateway();
    t.say({ ...LOG_FRAME, first: 1 });
    expect(t.refusals).toMatchObject([{ code: "STALE_BASE", detail: "log events from 1 on, 0 comes next" }]);
    expect(events).toEqual([{ kind: "refused", intersection: "t", seq: LOG_FRAME.seq }]);
  });
});

/** Seconds of the run, in which only `u` says something. */
function quietSeconds(linked: ReturnType<typeof linkedGateway>, from: number, to: number): void {
  for (let second = from; second <= to; second += 1) {
    linked.plant.say({ ...PLANT_FRAMES.ready, seq: second, at: AT + 1000 * second, links: [] });
    linked.u.say({ ...CONTROLLER_FRAMES.state, seq: second, at: AT + 1000 * second });
  }
}

describe("a controller that falls silent", () => {
  it("for more than three seconds of the run is taken for gone, and its link closed", () => {
    const linked = linkedGateway();
    quietSeconds(linked, 1, 3);
    expect(linked.t.closed).toBeUndefined();
    quietSeconds(linked, 4, 4);
    expect(linked.t.closed).toMatchObject({ code: 4408 });
    expect(linked.events).toContainEqual({
      kind: "linkDown",
      intersection: "t",
      reason: "nothing heard for 3 s",
    });
    quietSeconds(linked, 5, 60);
    expect(linked.u.closed).toBeUndefined();
  });

  it("is not saved by rubbish or by what it said before", () => {
    const linked = linkedGateway();
    linked.t.say(CONTROLLER_FRAMES.state);
    quietSeconds(linked, 1, 2);
    linked.t.say(CONTROLLER_FRAMES.state);
    linked.t.say("rubbish");
    quietSeconds(linked, 3, 4);
    expect(linked.t.closed).toMatchObject({ code: 4408 });
  });

  it("is not one that was away with the whole field", () => {
    const linked = linkedGateway();
    quietSeconds(linked, 1, 1);
    linked.t.say({ ...CONTROLLER_FRAMES.state, seq: 1 });
    // The field went on alone for an hour and comes back; what belongs to its instant comes behind its `ready`.
    quietSeconds(linked, 3601, 3601);
    linked.t.say({ ...CONTROLLER_FRAMES.state, seq: 2 });
    quietSeconds(linked, 3602, 3603);
    expect([linked.t.closed, linked.u.closed]).toEqual([undefined, undefined]);
  });

  it("is none where the plant's step is longer than that", () => {
    const { connect, events } = openGateway();
    const [plant, t] = [connect(), connect()];
    plant.say(plantHello({ stepMs: 10_000 }));
    t.say(hello("t"));
    for (let step = 1; step <= 20; step += 1) {
      plant.say({ ...PLANT_FRAMES.ready, seq: step, at: AT + 10_000 * step, links: [] });
      t.say({ ...CONTROLLER_FRAMES.state, seq: step });
    }
    expect(t.closed).toBeUndefined();
    expect(events.every(({ kind }) => kind !== "linkDown")).toBe(true);
  });
});

describe("a link without a hello", () => {
  it("is closed after ten seconds; one with a hello is not", () => {
    const { connect, pass, events } = openGateway();
    const [silent, t] = [connect(), connect()];
    t.say(hello("t"));
    pass(HELLO_WALL_MS - 1);
    expect(silent.closed).toBeUndefined();
    pass(1);
    expect(silent.closed).toMatchObject({ code: 4401, reason: "no hello within 10 s" });
    pass(10 * HELLO_WALL_MS);
    expect(t.closed).toBeUndefined();
    expect(events.map(({ kind }) => kind)).toEqual(["linkUp"]);
  });

  it("leaves no timer behind, however it ends", () => {
    const { connect, waiting, gateway } = openGateway();
    connect().hangUp("gone");
    connect().say("rubbish");
    connect().say(hello("t"));
    expect(waiting()).toBe(0);
    connect();
    gateway.close("the engine is stopping");
    expect(waiting()).toBe(0);
  });

  it("gives way to newer ones when there are too many, and keeps nobody out", () => {
    const { connect, events } = openGateway();
    const idle = Array.from({ length: STRANGERS_SPARE + 3 }, () => connect());
    expect(idle.filter(({ closed }) => closed !== undefined)).toEqual([]);
    const t = connect();
    t.say(hello("t"));
    expect(idle.map(({ closed }) => closed?.code).slice(0, 2)).toEqual([4429, undefined]);
    expect(events.map(({ kind }) => kind)).toEqual(["linkUp"]);
    // Links that were recognised do not count.
    connect();
    expect(idle[1]?.closed).toBeUndefined();
  });
});
