import { describe, expect, it } from "vitest";
import { LOG_WINDOW } from "../../src/adapters/event-log.ts";
import { forgetfulEventLog } from "../../src/adapters/event-sequence.ts";
import { createGateway, REFUSALS_MAX } from "../../src/adapters/gateway.ts";
import { shapeOf } from "../../src/model/fault.ts";
import { collectInstants, type Instant } from "../../src/pipeline/ingest.ts";
import {
  CommandFrame,
  GoFrame,
  StageScheduleFrame,
  HeartbeatFrame,
  TimingPlanFrame,
  WelcomeFrame,
} from "../../src/protocol/frames.ts";
import type { SafeCommand, SafePlan, SafeSchedule } from "../../src/safety/gate.ts";
import { after } from "../../src/units.ts";
import {
  AT,
  CONTROLLER_FRAMES,
  hello,
  lastGo,
  linkedGateway,
  linkTo,
  LOG_FRAME,
  NETWORK,
  openGateway,
  PLANT_FRAMES,
  plantHello,
  SECRETS,
} from "./gateway-links.ts";
import { handTimer } from "./hand-timer.ts";

describe("a hello", () => {
  it("that is right is welcomed and told", () => {
    const { events, connect } = openGateway();
    const t = connect();
    t.say(hello("t"));
    expect(t.sent).toEqual([
      {
        type: "welcome",
        seq: 0,
        at: AT,
        session: "t.1",
        version: 1,
        heartbeatMs: 1000,
        linkLostMs: 3000,
        logStored: 0,
        logReceived: 0,
        logWindow: LOG_WINDOW,
      },
    ]);
    expect(shapeOf(WelcomeFrame).accepts(t.sent[0])).toBe(true);
    expect(events).toEqual([{ kind: "linkUp", at: AT, intersection: "t", plan: "day" }]);
  });

  it("of the plant tells its clock", () => {
    const { events, connect } = openGateway();
    connect().say(plantHello());
    const clock = { at: AT, stepMs: 1000, midnightAt: AT - 3_600_000, speedFactor: 10 };
    expect(events).toEqual([{ kind: "plantUp", clock }]);
  });

  it.each([
    ["of an unknown intersection", hello("x"), "AUTH"],
    ["with a wrong credential", hello("t", { credential: "secret-of-u-secret-of-u" }), "AUTH"],
    ["with another configuration", hello("t", { configurationDigest: "0".repeat(64) }), "IDENTITY"],
    ["of another version", hello("t", { versions: [2, 9] }), "VERSION"],
    ["of a plant with a wrong credential", plantHello({ credential: "secret-of-t-secret-of-t" }), "AUTH"],
    ["of a plant of another network", plantHello({ network: "corridor" }), "IDENTITY"],
    ["of a plant of another version", plantHello({ versions: [7] }), "VERSION"],
    ["that never came: a state", CONTROLLER_FRAMES.state, "AUTH"],
    ["that never came: a ready", PLANT_FRAMES.ready, "AUTH"],
  ])("%s is refused, and the link closed", (_name, frame, code) => {
    const { gateway, events, connect } = openGateway();
    const link = connect();
    link.say(frame);
    link.say(hello("t"));
    expect(link.refusals).toMatchObject([{ code }]);
    expect(link.closed, "after one refusal nothing more is heard").toMatchObject({ code: 4401 });
    expect(link.sent).toHaveLength(1);
    expect(events).toEqual([]);
    expect([...gateway.refused]).toEqual([[code, 1]]);
  });

  it("with a wrong credential learns nothing else, whatever it asks", () => {
    const answers = [
      hello("t", { credential: "a-guess-of-a-secret" }),
      hello("t", { credential: "a-guess-of-a-secret", configurationDigest: "0".repeat(64) }),
      hello("t", { credential: "a-guess-of-a-secret", versions: [9] }),
      hello("x"),
    ].map((frame) => {
      const link = openGateway().connect();
      link.say(frame);
      return link.refusals[0]?.detail.replace(/^[tx]:/, "?:");
    });
    expect(new Set(answers)).toEqual(new Set(["?: unknown, or wrong credential"]));
    const plant = openGateway().connect();
    plant.say(plantHello({ network: "other", credential: "a-guess-of-a-secret" }));
    expect(plant.refusals).toMatchObject([{ code: "AUTH" }]);
  });

  it("said twice is refused; the link stays", () => {
    const { t, plant, events } = linkedGateway();
    t.say(hello("t", { seq: 1 }));
    t.say(hello("u", { seq: 2 }));
    plant.say(plantHello({ seq: 1 }));
    expect(t.refusals).toMatchObject([{ code: "DUPLICATE" }, { code: "DUPLICATE" }]);
    expect(plant.refusals).toMatchObject([{ code: "DUPLICATE" }]);
    expect([t.closed, plant.closed]).toEqual([undefined, undefined]);
    expect(events.every(({ kind }) => kind === "refused")).toBe(true);
  });

  it("on a second link takes over from the first", () => {
    const { t, u, events, connect, gateway } = linkedGateway();
    const again = connect();
    again.say(hello("t"));
    expect(t.closed).toMatchObject({ code: 4409 });
    expect(events.map(({ kind }) => kind)).toEqual(["linkDown", "linkUp"]);
    t.say(CONTROLLER_FRAMES.state);
    t.hangUp("late news of the old socket");
    expect(events, "the old link is heard no more").toHaveLength(2);
    gateway.heartbeat(AT);
    expect([again, u].map(({ sent }) => sent.at(-1)?.type)).toEqual(["heartbeat", "heartbeat"]);
  });

  it("cannot be of an intersection that is called like the plant", () => {
    const [t] = NETWORK.intersections;
    const network = { ...NETWORK, intersections: t ? [{ ...t, id: "plant" }] : [] };
    const { timer } = handTimer();
    const options = { network, credentials: SECRETS, eventLog: forgetfulEventLog(), timer };
    expect(() => createGateway(options)).toThrow(/intersection plant: .*another id/);
  });
});

describe("the plant's clock", () => {
  it("may come back later on the same clock", () => {
    const { plant, events, connect } = linkedGateway();
    plant.hangUp("gone");
    const again = connect();
    again.say(plantHello({ at: AT + 5000 }));
    expect(events.map(({ kind }) => kind)).toEqual(["plantDown", "plantUp"]);
  });

  it.each([
    ["another step", { stepMs: 500 }, "IDENTITY"],
    ["another midnight", { midnightAt: AT }, "IDENTITY"],
    ["an earlier time", { at: AT - 1 }, "EXPIRED"],
  ])("may not come back with %s", (_name, change, code) => {
    const { plant, connect, events } = linkedGateway();
    plant.say(PLANT_FRAMES.ready);
    plant.hangUp("gone");
    events.length = 0;
    const again = connect();
    again.say(plantHello(change));
    expect(again.refusals).toMatchObject([{ code }]);
    expect(events).toEqual([]);
  });
});

describe("a frame", () => {
  it.each(Object.entries(CONTROLLER_FRAMES))("of a controller: %s is told as it is", (_name, frame) => {
    const { t, events } = linkedGateway();
    t.say(frame);
    expect(events).toEqual([{ kind: "frame", intersection: "t", frame }]);
  });

  it.each(Object.entries(PLANT_FRAMES))("of the plant: %s is told as it is", (kind, frame) => {
    const { plant, events } = linkedGateway();
    plant.say(frame);
    expect(events).toEqual([{ kind, frame }]);
  });

  it.each(Object.entries(PLANT_FRAMES))("of the plant, %s, is refused to a controller", (_name, frame) => {
    const { t, events } = linkedGateway();
    t.say(frame);
    expect(t.refusals).toMatchObject([{ code: "IDENTITY", detail: `only the plant may send ${frame.type}` }]);
    expect(events).toEqual([{ kind: "refused", intersection: "t", seq: frame.seq }]);
  });

  it.each(Object.entries({ ...CONTROLLER_FRAMES, log: LOG_FRAME }))(
    "of a controller, %s, is refused to the plant",
    (_name, frame) => {
      const { plant, events } = linkedGateway();
      plant.say(frame);
      expect(plant.refusals).toMatchObject([{ code: "IDENTITY" }]);
      expect(events).toEqual([]);
    },
  );

  it("that is refused holds up nobody: its instant is complete without it", () => {
    const { gateway, connect } = openGateway();
    const instants: Instant[] = [];
    collectInstants(gateway.events).subscribe((instant) => instants.push(instant));
    const [plant, t, u] = [connect(), connect(), connect()];
    plant.say(plantHello());
    t.say(hello("t"));
    u.say(hello("u"));
    u.say({ ...CONTROLLER_FRAMES.alarm, seq: 1 });
    plant.say({
      ...PLANT_FRAMES.ready,
      links: [
        ["t", 1],
        ["u", 1],
      ],
    });
    expect(instants, "t has not sent its frame").toEqual([]);
    t.say({ ...CONTROLLER_FRAMES.alarm, seq: 1, code: "NO_SUCH_ALARM" });
    expect(instants).toHaveLength(1);
  });
});

describe("a link that goes on sending rubbish", () => {
  it("is closed, and nobody else notices", () => {
    const { t, u, plant, events } = linkedGateway();
    for (let count = 1; count < REFUSALS_MAX; count += 1) t.say("rubbish");
    expect(t.closed).toBeUndefined();
    t.say("rubbish");
    expect(t.closed).toMatchObject({ code: 4400 });
    expect(events.at(-1)).toMatchObject({ kind: "linkDown", intersection: "t" });
    u.say(CONTROLLER_FRAMES.state);
    expect(events.at(-1)).toMatchObject({ kind: "frame", intersection: "u" });
    expect([u, plant].map(({ closed, refusals }) => [closed, refusals])).toEqual([
      [undefined, []],
      [undefined, []],
    ]);
  });

  it("may come back", () => {
    const { gateway, t, events } = linkedGateway();
    for (let count = 0; count < REFUSALS_MAX; count += 1) t.say("rubbish");
    const again = linkTo(gateway);
    again.say(hello("t"));
    expect(events.at(-1)).toMatchObject({ kind: "linkUp", intersection: "t" });
    expect(gateway.refused.get("MALFORMED")).toBe(REFUSALS_MAX);
  });
});

describe("what the engine sends", () => {
  // The gateway asks for the proof that only the gate gives; here only its way over the link is looked at.
  const plan = {
    id: "p1",
    intersection: "t",
    basedOnAt: AT,
    effectiveAt: AT,
    validUntil: after(AT, 900_000),
    cycleMs: 60_000,
    offsetMs: 10_000,
    stages: [
      { stage: "2-6", splitMs: 40_000 },
      { stage: "8", splitMs: 20_000 },
    ],
    reason: "more from the west",
  } as unknown as SafePlan;

  it("goes to the plan's controller alone, as its schema says", () => {
    const { gateway, t, u } = linkedGateway();
    expect(gateway.push(AT, plan)).toBe(true);
    expect(t.sent.at(-1)).toEqual({ type: "timingPlan", seq: 1, at: AT, ...plan });
    expect(shapeOf(TimingPlanFrame).accepts(t.sent.at(-1))).toBe(true);
    expect(u.sent).toHaveLength(1);
  });

  it("is not taken for sent when the controller is not linked", () => {
    const { gateway, t } = linkedGateway();
    t.hangUp("gone");
    expect(gateway.push(AT, plan)).toBe(false);
  });

  it("carries the heartbeat to controllers and the counts of all links to the plant", () => {
    const { gateway, plant, t, u } = linkedGateway();
    gateway.push(AT, plan);
    gateway.heartbeat(AT);
    gateway.go(AT, { wantTraffic: true });
    expect(t.sent.map(({ type, seq }) => [type, seq])).toEqual([
      ["welcome", 0],
      ["timingPlan", 1],
      ["heartbeat", 2],
    ]);
    expect(shapeOf(HeartbeatFrame).accepts(u.sent.at(-1))).toBe(true);
    expect(lastGo(plant)).toEqual({
      type: "go",
      seq: 1,
      at: AT,
      links: [
        ["t", 2],
        ["u", 1],
      ],
      wantTraffic: true,
    });
    expect(shapeOf(GoFrame).accepts(lastGo(plant))).toBe(true);
    expect(plant.sent.map(({ type }) => type)).not.toContain("heartbeat");
  });

  it("is nothing where no plant is connected", () => {
    const { gateway, t, plant } = linkedGateway();
    plant.hangUp("gone");
    gateway.go(AT, { wantTraffic: false });
    expect([t, plant].map(({ sent }) => sent.length)).toEqual([1, 1]);
  });

  it("goes to a command's controller alone, as its schema says", () => {
    const { gateway, t, u } = linkedGateway();
    const command = {
      id: "c1",
      intersection: "t",
      effectiveAt: AT,
      validUntil: after(AT, 60_000),
      by: "operator",
      reason: "fire",
      order: { kind: "hold", phases: ["2"] },
    } as const;
    const content = { ...command, order: { ...command.order, phases: ["2"] } };
    expect(gateway.order(AT, content as unknown as SafeCommand)).toBe(true);
    expect(t.sent.at(-1)).toEqual({ type: "command", seq: 1, at: AT, ...content });
    expect(shapeOf(CommandFrame).accepts(t.sent.at(-1))).toBe(true);
    expect(u.sent).toHaveLength(1);
    t.hangUp("gone");
    expect(gateway.order(AT, content as unknown as SafeCommand)).toBe(false);
  });

  it("so does a stage schedule", () => {
    const { gateway, t, u } = linkedGateway();
    const schedule = {
      id: "s1",
      intersection: "t",
      basedOnAt: AT,
      effectiveAt: AT,
      validUntil: after(AT, 10_000),
      stages: [{ stage: "a", startAt: AT }],
      reason: "an example",
    };
    expect(gateway.schedule(AT, schedule as unknown as SafeSchedule)).toBe(true);
    expect(t.sent.at(-1)).toEqual({ type: "stageSchedule", seq: 1, at: AT, ...schedule });
    expect(shapeOf(StageScheduleFrame).accepts(t.sent.at(-1))).toBe(true);
    expect(u.sent).toHaveLength(1);
    t.hangUp("gone");
    expect(gateway.schedule(AT, schedule as unknown as SafeSchedule)).toBe(false);
  });
});

describe("the end of a link", () => {
  it("for flooding is counted and told", () => {
    const { gateway, t, events } = linkedGateway();
    gateway.disconnect("t", "too much");
    gateway.disconnect("t", "is not linked any more");
    expect(t.closed).toEqual({ code: 4429, reason: "too much" });
    expect(gateway.refused.get("FLOOD")).toBe(1);
    expect(events).toEqual([{ kind: "linkDown", intersection: "t", reason: "too much" }]);
  });

  it("for all of them comes with the engine's, also for those who never said hello", () => {
    const { gateway, t, u, plant, connect, completed } = linkedGateway();
    const silent = connect();
    gateway.close("the engine is stopping");
    for (const link of [t, u, plant, silent]) expect(link.closed).toMatchObject({ code: 1001 });
    expect(completed()).toBe(true);
  });

  it("of somebody who never said hello concerns nobody", () => {
    const { connect, events } = openGateway();
    connect().hangUp("gone");
    expect(events).toEqual([]);
  });
});
