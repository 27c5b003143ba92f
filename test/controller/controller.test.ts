import { describe, expect, it } from "vitest";
import {
  advanceController,
  type ControllerState,
  type OutgoingFrame,
  receiveHeartbeat,
  receivePlan,
  receiveWelcome,
  reportDetections,
  reportLog,
  startController,
} from "../../sim/controller/controller.ts";
import { stateFrame } from "../../sim/controller/state-frame.ts";
import { QUIET_STREET } from "../../sim/controller/street-inputs.ts";
import { type Shape, shapeOf } from "../../src/model/fault.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import { AckFrame, AlarmFrame, DetectionsFrame, LogFrame, StateFrame } from "../../src/protocol/frames.ts";
import { after } from "../../src/units.ts";
import { nemaPlan } from "../safety/plans.ts";
import { crossing, MIDNIGHT, nemaCrossing, second, timing } from "../signal/crossings.ts";
import { heartbeatFrame, planFrame, welcomeFrame } from "./frames.ts";

function start(intersection: Intersection = nemaCrossing(), at = 0): ControllerState {
  return startController({ intersection, stepMs: 1_000, midnightAt: MIDNIGHT, at: second(at) });
}

/** The controller moved on second by second up to and including `until`, with every frame that it sent. */
function run(from: ControllerState, until: number): readonly [ControllerState, readonly OutgoingFrame[]] {
  const frames: OutgoingFrame[] = [];
  let state = from;
  for (let at = after(from.at, 1_000); at <= second(until); at = after(at, 1_000)) {
    const step = advanceController(state, at, QUIET_STREET);
    state = step.state;
    frames.push(...step.frames);
  }
  return [state, frames];
}

/** Sends a plan at the controller's instant, valid for 15 min unless `change` says else. */
function send(to: ControllerState, change: Partial<TimingPlan> = {}) {
  const { at } = to;
  const plan = nemaPlan({ basedOnAt: at, effectiveAt: at, validUntil: after(at, 900_000), ...change });
  return receivePlan(to, planFrame(plan));
}

const longer = timing([
  ["2-6", 32],
  ["side", 17],
  ["1-5", 11],
  ["1-6", 10],
]);

function alarms(frames: readonly OutgoingFrame[]): readonly OutgoingFrame[] {
  return frames.filter(({ type }) => type === "alarm");
}

describe("a plan on its way", () => {
  it("is accepted for the end of the cycle and takes over there", () => {
    const [before] = run(start(), 20);
    const { state, frames } = send(before, longer);
    expect(frames).toEqual([
      { type: "ack", at: second(20), plan: "p1", result: "accepted", effectiveAt: second(60) },
    ]);
    expect(stateFrame(state)).toMatchObject({ source: "local", plan: "day", pendingPlan: "p1" });
    const [still] = run(state, 55);
    expect(stateFrame(still)).toMatchObject({ source: "local", plan: "day", pendingPlan: "p1" });
    const [changed] = run(still, 60);
    expect(stateFrame(changed)).toMatchObject({
      source: "plan",
      plan: "p1",
      pendingPlan: null,
      stage: "2-6",
      cycleStartAt: second(60),
      lamps: "rGrrG",
      walk: "-WD--",
    });
  });

  it("waits for a cycle that ends when it is to take effect or later", () => {
    const { state, frames } = send(start(), { ...longer, effectiveAt: second(100) });
    expect(frames).toMatchObject([{ result: "accepted", effectiveAt: second(100) }]);
    const [running] = run(state, 90);
    expect(stateFrame(running)).toMatchObject({ plan: "day", pendingPlan: "p1" });
    expect(stateFrame(run(running, 120)[0])).toMatchObject({ plan: "p1", pendingPlan: null });
  });

  it("that comes in the intergreen at the end of the cycle is for the cycle after", () => {
    const [before] = run(start(), 57);
    const { state, frames } = send(before, longer);
    expect(frames).toMatchObject([{ result: "accepted", effectiveAt: second(120) }]);
    expect(stateFrame(run(state, 100)[0]).plan).toBe("day");
    expect(stateFrame(run(state, 120)[0]).plan).toBe("p1");
  });

  it("is replaced by a later one", () => {
    const first = send(start(), longer).state;
    const other = send(first, { id: "p2" });
    expect(other.frames).toMatchObject([{ plan: "p2", result: "accepted" }]);
    expect(stateFrame(run(other.state, 60)[0]).plan).toBe("p2");
  });

  it("is kept when a later one is refused", () => {
    const first = send(start(), longer).state;
    const refused = send(first, { id: "p2", offsetMs: 60_000 });
    expect(refused.frames).toMatchObject([{ plan: "p2", result: "refused", code: "OFFSET" }]);
    expect(stateFrame(run(refused.state, 60)[0]).plan).toBe("p1");
  });

  it("is refused when it comes again, whether it was accepted or not", () => {
    const once = send(start(), longer).state;
    expect(send(once, longer).frames).toMatchObject([{ result: "refused", code: "DUPLICATE" }]);
    const [running] = run(once, 70);
    expect(send(running, longer).frames).toMatchObject([{ result: "refused", code: "DUPLICATE" }]);
    const refused = send(start(), { offsetMs: 60_000 }).state;
    expect(send(refused).frames).toMatchObject([{ result: "refused", code: "DUPLICATE" }]);
  });

  it("is forgotten when its lease ends before its turn", () => {
    const { state } = send(start(), { ...longer, validUntil: second(30) });
    const [next, frames] = run(state, 60);
    expect(stateFrame(next)).toMatchObject({ plan: "day", pendingPlan: null });
    expect(alarms(frames)).toEqual([]);
  });

  it("that ends a green too early waits until that is served, and is then run under its own lease", () => {
    // Phase 6 begins at 50 s and needs 10 s; the new plan would end it at 56 s.
    const sideFirst = timing([
      ["side", 17],
      ["1-5", 11],
      ["1-6", 10],
      ["2-6", 22],
    ]);
    const { state } = send(start(), { ...sideFirst, validUntil: second(100) });
    const [prolonged] = run(state, 59);
    expect(stateFrame(prolonged)).toMatchObject({ plan: "day", pendingPlan: "p1", lamps: "GrrrG" });
    expect(send(prolonged, { id: "p2" }).frames).toMatchObject([
      { result: "accepted", effectiveAt: second(120) },
    ]);
    const [running] = run(prolonged, 66);
    expect(stateFrame(running)).toMatchObject({
      plan: "p1",
      pendingPlan: null,
      stage: "side",
      cycleStartAt: second(65),
    });
    // Its lease is good for one cycle, which is shortened on the way to its offset.
    const [, frames] = run(running, 130);
    expect(alarms(frames)).toMatchObject([{ code: "PLAN_EXPIRED" }]);
  });
});

describe("the end of a lease", () => {
  it("brings the local plan back at the end of the cycle, with one alarm", () => {
    const { state } = send(start(), { validUntil: second(100) });
    const [leased] = run(state, 115);
    expect(stateFrame(leased)).toMatchObject({ source: "plan", plan: "p1" });
    const [local, frames] = run(leased, 400);
    expect(stateFrame(local)).toMatchObject({ source: "local", plan: "day", pendingPlan: null });
    expect(alarms(frames)).toEqual([
      {
        type: "alarm",
        at: second(116),
        code: "PLAN_EXPIRED",
        detail: "lease of plan p1 ended 16 s ago; back on the local plan",
      },
    ]);
  });

  it("is put off by a new plan in time, without an alarm", () => {
    const { state } = send(start(), { validUntil: second(100) });
    const renewed = send(run(state, 90)[0], { id: "p2" }).state;
    const [running, frames] = run(renewed, 300);
    expect(stateFrame(running).plan).toBe("p2");
    expect(alarms(frames)).toEqual([]);
  });
});

/** Another plan from six o'clock on. */
function twoPlans(): Intersection {
  return crossing({
    phases: { A: [5, 3, 0], B: [5, 3, 0] },
    stages: { a: ["A"], b: ["B"] },
    conflicts: ["A/B"],
    plans: { night: { a: 20, b: 20 }, day: { a: 40, b: 20 } },
    schedule: [
      { from: "00:00", plan: "night" },
      { from: "06:00", plan: "day" },
    ],
  });
}

describe("the local plan", () => {
  it("follows its clock, at the end of a cycle, and gets in step", () => {
    const sixOClock = 6 * 3600;
    const begun = start(twoPlans(), sixOClock - 10);
    // The cycle of 40 s that ends at six is the last but one: the next plan is asked for 3 s before its end.
    expect(stateFrame(run(begun, sixOClock + 36)[0]).plan).toBe("night");
    expect(stateFrame(run(begun, sixOClock + 37)[0])).toMatchObject({ plan: "day", source: "local" });
    const [later] = run(begun, sixOClock + 1200);
    expect(stateFrame(later).coordination).toBe("inStep");
    expect((stateFrame(later).cycleStartAt - MIDNIGHT) % 60_000).toBe(0);
  });
});

describe("what a controller says", () => {
  it("are frames that the link understands, whatever happens to it", () => {
    const schemas: Readonly<Record<OutgoingFrame["type"], Shape<unknown>>> = {
      state: shapeOf(StateFrame),
      detections: shapeOf(DetectionsFrame),
      ack: shapeOf(AckFrame),
      alarm: shapeOf(AlarmFrame),
      log: shapeOf(LogFrame),
    };
    const leased = send(start(), { validUntil: second(100) });
    const refused = send(leased.state, { id: "p2", offsetMs: 60_000 });
    const [last, frames] = run(receiveWelcome(refused.state, welcomeFrame()), 200);
    const reported = reportDetections(refused.state, QUIET_STREET);
    const all = [
      ...leased.frames,
      ...refused.frames,
      ...frames,
      ...reported.frames,
      ...reportLog(last).frames,
    ];
    const types = ["state", "detections", "ack", "alarm", "log"];
    expect(new Set(all.map(({ type }) => type))).toEqual(new Set(types));
    for (const frame of all) {
      expect(schemas[frame.type].check("frame", { ...frame, seq: 1 }), JSON.stringify(frame)).toMatchObject({
        ok: true,
      });
    }
  });

  it("a state once a second, and at once when the lamps change", () => {
    const coarse = nemaCrossing();
    let state = startController({
      intersection: coarse,
      stepMs: 500,
      midnightAt: MIDNIGHT,
      at: second(14.5),
    });
    const told: [number, string][] = [];
    for (let at = 15; at <= 41; at += 0.5) {
      const step = advanceController(state, second(at), QUIET_STREET);
      state = step.state;
      for (const frame of step.frames) if (frame.type === "state") told.push([at, frame.lamps]);
    }
    // Started at 14.5 s with whole greens, phase 2 for its walkers until 29.5 s.
    const changes = told.filter(([, lamps], index) => told[index - 1]?.[1] !== lamps);
    expect(changes).toEqual([
      [15.5, "rGrrG"],
      [29.5, "ryrry"],
      [33.5, "rrrrr"],
      [34.5, "rrGrr"],
    ]);
    const gaps = told.slice(1).map(([at], index) => at - (told[index]?.[0] ?? 0));
    expect(Math.max(...gaps)).toBe(1);
    expect(told.length).toBeLessThan(2 * 27);
  });

  it("a change of the walk signal is a change", () => {
    const [, frames] = run(start(), 8);
    const walks = frames.flatMap((frame) => (frame.type === "state" ? [frame.walk] : []));
    expect(walks).toEqual(["W", "W", "W", "W", "W", "W", "F", "F"].map((sign) => `-${sign}D--`));
  });

  it("detections with a number that counts on", () => {
    const first = reportDetections(start(), QUIET_STREET);
    const actuation = { intersection: "x", detector: "d", at: second(0), on: true };
    const next = reportDetections(first.state, { ...QUIET_STREET, actuations: [actuation] });
    expect(first.frames).toEqual([
      { type: "detections", at: second(0), sequence: 0, until: second(0), events: [] },
    ]);
    expect(next.frames).toMatchObject([{ sequence: 1, events: [["d", second(0), 1]] }]);
  });
});

describe("the engine's signs of life", () => {
  it("no alarm before an engine was there", () => {
    expect(alarms(run(start(), 100)[1])).toEqual([]);
  });

  it("one alarm when the heartbeat stays away for longer than the welcome allows", () => {
    const linked = receiveWelcome(start(), welcomeFrame({ linkLostMs: 5_000 }));
    const [lost, frames] = run(linked, 30);
    expect(alarms(frames)).toEqual([
      { type: "alarm", at: second(6), code: "ENGINE_LOST", detail: "no heartbeat for 5000 ms" },
    ]);
    expect(lost.engineLost).toBe(true);
    const back = receiveHeartbeat(lost, heartbeatFrame());
    expect(back.engineLost).toBe(false);
    expect(alarms(run(back, 35)[1])).toEqual([]);
    expect(alarms(run(back, 36)[1])).toMatchObject([{ code: "ENGINE_LOST", at: second(36) }]);
  });

  it("a plan outlives its engine up to the end of its lease", () => {
    const linked = receiveWelcome(start(), welcomeFrame());
    const { state } = send(linked, { validUntil: second(200) });
    expect(stateFrame(run(state, 190)[0]).plan).toBe("p1");
  });
});
