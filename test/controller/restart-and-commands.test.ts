import { describe, expect, it } from "vitest";
import {
  advanceController,
  type ControllerState,
  type OutgoingFrame,
  receiveCommand,
  receiveHeartbeat,
  receivePlan,
  receiveWelcome,
  reportLog,
  resetController,
  restartController,
  setClock,
  startController,
  tripController,
} from "../../sim/controller/controller.ts";
import { stateFrame } from "../../sim/controller/state-frame.ts";
import { QUIET_STREET, type StreetReport } from "../../sim/controller/street-inputs.ts";
import type { Command } from "../../src/model/command.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { Order, StateFrame } from "../../src/protocol/frames.ts";
import { after } from "../../src/units.ts";
import { nemaPlan } from "../safety/plans.ts";
import { ringCrossing } from "../safety/ring-crossing.ts";
import { crossing, MIDNIGHT, nemaCrossing, second } from "../signal/crossings.ts";
import { commandFrame, heartbeatFrame, planFrame, welcomeFrame } from "./frames.ts";

/** 2 and 6 green from 0 to 20 s, side street 4 from 24 to 34 s, lefts 1 and 5 from 38 to 44 s: a cycle of 48 s. */
function rings(change: Partial<Intersection> = {}): Intersection {
  const { phases, stages, conflicts, ...rest } = ringCrossing();
  return {
    ...rest,
    phases: phases.filter(({ id }) => id !== "9"),
    stages: stages.filter((stage) => !stage.phases.includes("9")),
    conflicts: conflicts.filter((pair) => !pair.includes("9")),
    rings: [
      [["1", "2"], ["4"]],
      [["5", "6"], []],
    ],
    plans: [plan("day", 24), plan("night", 14)],
    schedule: [{ from: "00:00", plan: "day" }],
    ...change,
  };
}

function plan(id: string, mainSeconds: number): Intersection["plans"][number] {
  const stages = [
    { stage: "2-6", splitSeconds: mainSeconds },
    { stage: "4", splitSeconds: 14 },
    { stage: "1-5", splitSeconds: 10 },
  ];
  return { id, cycleSeconds: mainSeconds + 24, offsetSeconds: 0, stages };
}

const START_UP = { flashSeconds: 5, allRedSeconds: 6, phases: ["2", "6"], flashYellow: ["2", "6"] };

function start(intersection: Intersection = rings(), at = 0): ControllerState {
  return startController({ intersection, stepMs: 1_000, midnightAt: MIDNIGHT, at: second(at) });
}

type Seen = { readonly state: ControllerState; readonly frames: readonly OutgoingFrame[] };

/** Second by second up to and including `until`. */
function run(from: ControllerState, until: number): Seen {
  const frames: OutgoingFrame[] = [];
  let state = from;
  for (let at = after(from.at, 1_000); at <= second(until); at = after(at, 1_000)) {
    const step = advanceController(state, at, QUIET_STREET);
    state = step.state;
    frames.push(...step.frames);
  }
  return { state, frames };
}

const at = (from: ControllerState, until: number): ControllerState => run(from, until).state;

/** Gives an order for so many seconds, of which it waits for some. */
function order(to: ControllerState, what: Order, seconds = 60, id = "c1", waitsSeconds = 0): ControllerState {
  const command: Command = {
    id,
    intersection: to.table.intersection.id,
    effectiveAt: after(to.at, waitsSeconds * 1_000),
    validUntil: after(to.at, seconds * 1_000),
    by: "operator",
    reason: "test",
    order: what,
  };
  const answered = receiveCommand(to, commandFrame(command));
  expect(answered.frames).toEqual([expect.objectContaining({ command: id, result: "accepted" })]);
  return answered.state;
}

const states = (frames: readonly OutgoingFrame[]): readonly Omit<StateFrame, "seq">[] =>
  frames.flatMap((frame) => (frame.type === "state" ? [frame] : []));

/** Seconds at which phase `index` shows `letter`. */
function secondsOf(frames: readonly OutgoingFrame[], index: number, letter: string): readonly number[] {
  return states(frames).flatMap((frame) =>
    frame.lamps[index] === letter ? [(frame.at - MIDNIGHT) / 1_000] : [],
  );
}

describe("a command", () => {
  it("that holds keeps the green as long as its lease, and no longer", () => {
    // Phases 2 and 6 would end at 20 s.
    const held = run(order(at(start(), 15), { kind: "hold", phases: ["2"] }, 10), 60);
    expect(secondsOf(held.frames, 1, "G").slice(0, 10)).toEqual(
      Array.from({ length: 10 }, (_, index) => 16 + index),
    );
    expect(secondsOf(held.frames, 1, "y")[0]).toBe(26);
    const interventions = states(held.frames).map(({ intervention }) => intervention);
    expect(interventions.slice(0, 9).every((word) => word === "command")).toBe(true);
    expect(interventions.at(-1)).toBe("none");
  });

  it("that releases ends a hold at once", () => {
    const held = at(order(at(start(), 10), { kind: "hold", phases: ["2"] }), 30);
    const released = run(order(held, { kind: "release" }, 60, "c2"), 45);
    expect(secondsOf(released.frames, 1, "G")).toEqual([]);
  });

  it("that forces a stage serves it next, and keeps it until the lease ends", () => {
    const forced = run(order(at(start(), 12), { kind: "forceStage", stage: "4" }, 60), 120);
    const side = secondsOf(forced.frames, 2, "G");
    // Phases 2 and 6 have had their minimum: they end at once, and clear for 4 s.
    expect(side.slice(0, 55)).toEqual(Array.from({ length: 55 }, (_, index) => 17 + index));
    expect(
      secondsOf(forced.frames, 1, "G").some((when) => when > 75),
      "the others come again",
    ).toBe(true);
  });

  it("that asks for a pattern runs it from the next cycle to the end of the lease", () => {
    const asked = order(at(start(), 20), { kind: "pattern", plan: "night" }, 100);
    expect(stateFrame(at(asked, 47)).plan).toBe("day");
    expect(stateFrame(at(asked, 49))).toMatchObject({ plan: "night", source: "local" });
    expect(stateFrame(at(asked, 200)).plan).toBe("day");
  });

  it("that asks for free operation has it, without a plan, until the lease ends", () => {
    const free = order(at(start(), 20), { kind: "free" }, 100);
    expect(stateFrame(at(free, 60))).toMatchObject({ plan: "free", source: "free", timing: null });
    expect(stateFrame(at(free, 130))).toMatchObject({ plan: "day", source: "local" });
  });

  it("that asks for flash clears everybody first, and comes back by itself over all red", () => {
    const flashing = run(order(at(start(rings({ startUp: START_UP })), 10), { kind: "flash" }, 60), 120);
    const shown = states(flashing.frames);
    const first = shown.find(({ lamps }) => lamps === "xfxxf");
    expect((first?.at ?? 0) - MIDNIGHT).toBeLessThanOrEqual(16_000);
    const before = shown.filter((frame) => frame.at < (first?.at ?? 0)).map(({ lamps }) => lamps);
    expect(before.at(-1)).toBe("rrrrr");
    expect(before).toContain("ryrry");
    const normal = shown.filter(({ operation }) => operation === "normal");
    expect(shown.some(({ operation, lamps }) => operation === "startUp" && lamps === "rrrrr")).toBe(true);
    expect((normal.find(({ at: when }) => when > second(60))?.at ?? 0) - MIDNIGHT).toBeLessThan(85_000);
  });

  it("in force goes on until the turn of the next one of its kind", () => {
    const hand = at(order(at(start(rings({ startUp: START_UP })), 10), { kind: "flash" }, 60), 40);
    expect(stateFrame(hand).lamps).toBe("xfxxf");
    // Prolonged before its end at 70 s, from 60 s on: it never stops flashing.
    const prolonged = run(order(hand, { kind: "flash" }, 80, "c2", 20), 120);
    expect(states(prolonged.frames).every(({ lamps }) => lamps === "xfxxf")).toBe(true);
    // The later one alone counts then: it ends at 65 s, the earlier one would have lasted to 70 s.
    const shortened = run(order(hand, { kind: "flash" }, 25, "c2", 20), 70);
    expect(states(shortened.frames).find(({ lamps }) => lamps !== "xfxxf")).toMatchObject({
      at: second(66),
      lamps: "rrrrr",
    });
    const pattern = order(at(start(), 10), { kind: "pattern", plan: "night" }, 300);
    const both = order(at(pattern, 60), { kind: "pattern", plan: "day" }, 300, "c2", 100);
    expect(stateFrame(at(both, 150)).plan).toBe("night");
    expect(stateFrame(at(both, 220)).plan).toBe("day");
  });

  it("for flash that ends on the way there is followed by all red and the start phases, however often", () => {
    let state = at(start(rings({ startUp: START_UP })), 10);
    const frames: OutgoingFrame[] = [];
    for (let number = 0; number < 10; number += 1) {
      const taken = run(
        order(state, { kind: "flash" }, 2, `flash-${number}`),
        (state.at - second(0)) / 1_000 + 30,
      );
      frames.push(...taken.frames);
      state = taken.state;
    }
    // Five minutes in which no lamp has flashed and the side street, in a cycle of 48 s, was never green.
    expect(state.at).toBe(second(310));
    expect(states(frames).some(({ lamps }) => lamps.includes("x"))).toBe(false);
    expect(secondsOf(frames, 2, "G")).toEqual([]);
    expect(secondsOf(frames, 1, "G").length).toBeGreaterThan(100);
  });

  it("is forgotten by one that clears all", () => {
    const held = order(at(start(), 10), { kind: "hold", phases: ["2"] });
    const both = order(held, { kind: "pattern", plan: "night" }, 60, "c2");
    const cleared = run(order(both, { kind: "clear" }, 60, "c3"), 60);
    expect(secondsOf(cleared.frames, 1, "y")).toContain(20);
    expect(stateFrame(cleared.state).plan).toBe("day");
  });

  it("for a call of a pedestrian or a vehicle is shown until it is served", () => {
    const quiet = rings({
      phases: rings().phases.map((phase) =>
        phase.id === "4" ? { ...phase, recall: "none" as const } : phase,
      ),
    });
    const called = order(at(start(quiet), 12), { kind: "placeCall", phase: "4", pedestrian: false });
    expect(stateFrame(called).calls).toBe("--v--");
    const served = run(called, 60);
    expect(secondsOf(served.frames, 2, "G").length).toBeGreaterThanOrEqual(5);
    expect(stateFrame(served.state).calls[2]).toBe("-");
    const uncalled = run(at(start(quiet), 12), 100);
    expect(secondsOf(uncalled.frames, 2, "G"), "control: nobody called").toEqual([]);
  });
});

/** When alarms came after a plan that holds until 150 s, from a clock that was set so far ahead; seconds. */
const leased = (clockAheadMs: number) => {
  const begun = at(start(nemaCrossing()), 20);
  const frame = planFrame(nemaPlan({ basedOnAt: begun.at, effectiveAt: begun.at, validUntil: second(150) }));
  const accepted = receivePlan(begun, frame);
  expect(accepted.frames).toMatchObject([{ result: "accepted" }]);
  const { frames } = run(setClock(accepted.state, clockAheadMs), 300);
  return frames.flatMap((sent) => (sent.type === "alarm" ? [(sent.at - MIDNIGHT) / 1_000] : []));
};

describe("a clock that is set", () => {
  it("neither prolongs nor cuts a lease that was accepted", () => {
    const [expired] = leased(0);
    expect(expired).toBeGreaterThanOrEqual(150);
    // The cycle in which it ends is corrected towards the new clock, so its end lies elsewhere: by less than a cycle.
    for (const ahead of [-3_600_000, -7_000, 7_000, 3_600_000]) {
      const [told = 0, ...others] = leased(ahead);
      expect(others, `${ahead} ms`).toEqual([]);
      expect(told, `${ahead} ms`).toBeGreaterThanOrEqual(150);
      expect(told, `${ahead} ms`).toBeLessThan(150 + 72);
    }
  });

  it("moves the offset, within the bounds of a cycle, and takes the plan of its own time of day", () => {
    const twoPlans = crossing({
      phases: { A: [5, 3, 0], B: [5, 3, 0] },
      stages: { a: ["A"], b: ["B"] },
      conflicts: ["A/B"],
      plans: { night: { a: 20, b: 20 }, day: { a: 40, b: 20 } },
      schedule: [
        { from: "00:00", plan: "night" },
        { from: "06:00", plan: "day" },
      ],
    });
    const set = setClock(start(twoPlans, 100), 6 * 3_600_000 + 10_000);
    const later = at(set, 1_500);
    expect(stateFrame(later)).toMatchObject({ plan: "day", coordination: "inStep" });
    // Its clock is 10 s past a whole minute more than ours.
    expect((stateFrame(later).cycleStartAt - MIDNIGHT) % 60_000).toBe(50_000);
  });
});

describe("a loss of power", () => {
  it("begins with flash, all red and the start phases, and has no plan, command or link any more", () => {
    const linked = receiveWelcome(start(rings({ startUp: START_UP })), welcomeFrame());
    const ordered = order(at(linked, 20), { kind: "pattern", plan: "night" }, 200);
    const restarted = restartController(at(ordered, 100));
    const shown = run(restarted, 130);
    const lamps = states(shown.frames).map((frame) => frame.lamps);
    expect(lamps.slice(0, 12)).toEqual([
      ...Array.from({ length: 4 }, () => "xfxxf"),
      ...Array.from({ length: 6 }, () => "rrrrr"),
      "rGrrG",
      "rGrrG",
    ]);
    expect(stateFrame(at(restarted, 109)).operation).toBe("startUp");
    expect(stateFrame(shown.state).operation).toBe("normal");
    expect(stateFrame(shown.state)).toMatchObject({ plan: "day", source: "local", pendingPlan: null });
    expect(shown.state.answered, "what was taken is not taken again").toEqual(["c1"]);
    expect(shown.state.lastHeartbeatAt, "no engine was there yet").toBeNull();
  });

  it("is told in the log, which goes on where the engine stands", () => {
    const linked = receiveWelcome(
      restartController(at(start(), 20)),
      welcomeFrame({ logReceived: 70, logStored: 70 }),
    );
    const [frame] = reportLog(linked).frames;
    expect(frame).toMatchObject({ type: "log", first: 70 });
    expect(frame?.type === "log" ? frame.events[0] : null).toEqual([second(20), 184, 0]);
  });
});

describe("a trip of the monitor", () => {
  it("is latched: nothing but a local reset ends it", () => {
    const tripped = tripController(at(start(), 20));
    const frames = [...run(tripped, 200).frames];
    expect(new Set(states(frames).map(({ operation }) => operation))).toEqual(new Set(["tripped"]));
    expect(new Set(states(frames).map(({ lamps }) => lamps))).toEqual(new Set(["xxxxx"]));
    const plan1 = receivePlan(
      at(tripped, 30),
      planFrame(nemaPlan({ basedOnAt: second(30), effectiveAt: second(30), validUntil: second(900) })),
    );
    expect(plan1.frames).toMatchObject([{ result: "refused" }]);
  });

  it("and reset comes back over flash and all red to its plan", () => {
    const reset = resetController(at(tripController(at(start(rings({ startUp: START_UP })), 20)), 30));
    const operations = states(run(reset, 60).frames).map(({ operation }) => operation);
    expect(operations.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => "startUp"));
    expect(operations.at(-1)).toBe("normal");
    expect(stateFrame(at(reset, 60)).plan).toBe("day");
  });
});

describe("the log", () => {
  it("is sent in order, numbered without a gap, and again from what was stored when a link comes back", () => {
    const linked = receiveWelcome(start(), welcomeFrame());
    const first = reportLog(at(linked, 60));
    const events = first.frames.flatMap((frame) => (frame.type === "log" ? frame.events : []));
    // Phase 2 ends by force-off at 20 s, phase 4 is green at 24 s.
    expect(events).toContainEqual([second(20), 6, 2]);
    expect(events).toContainEqual([second(24), 1, 4]);
    expect(events.map(([when]) => when)).toEqual(events.map(([when]) => when).toSorted((a, b) => a - b));
    const confirmed = receiveHeartbeat(first.state, heartbeatFrame(5));
    const again = reportLog(receiveWelcome(confirmed, welcomeFrame({ logStored: 5, logReceived: 5 })));
    expect(again.frames[0]).toMatchObject({ type: "log", first: 5 });
    const resent = again.frames.flatMap((frame) => (frame.type === "log" ? frame.events : []));
    expect(resent).toEqual(events.slice(5));
  });

  it("has detectors by their number, on and off", () => {
    const loop = {
      id: "d",
      role: "stopLine" as const,
      link: "l",
      lane: "l.0",
      distanceMeters: 1,
      lengthMeters: 2,
      serves: [],
    };
    const linked = receiveWelcome(start(rings({ detectors: [loop] })), welcomeFrame());
    const report: StreetReport = {
      ...QUIET_STREET,
      actuations: [
        { intersection: "x", detector: "d", at: second(0.3), on: true },
        { intersection: "x", detector: "d", at: second(0.8), on: false },
      ],
    };
    const [frame] = reportLog(advanceController(linked, second(1), report).state).frames;
    const events = frame?.type === "log" ? frame.events : [];
    expect(events).toContainEqual([second(0.3), 82, 1]);
    expect(events).toContainEqual([second(0.8), 81, 1]);
  });
});

describe("the state of rings", () => {
  it("names the stage that is green or comes, what runs and since when", () => {
    const state = start();
    const shown = [5, 22, 28, 36, 40].map((when) => {
      const { stage, lamps } = stateFrame(at(state, when));
      return [when, stage, lamps];
    });
    expect(shown).toEqual([
      [5, "2-6", "rGrrG"],
      [22, "4", "ryrry"],
      [28, "4", "rrGrr"],
      [36, "1-5", "rryrr"],
      [40, "1-5", "GrrGr"],
    ]);
    expect(stateFrame(at(state, 60))).toMatchObject({
      operation: "normal",
      intervention: "none",
      source: "local",
      plan: "day",
      coordination: "inStep",
      cycleStartAt: second(48),
      timing: {
        cycleMs: 48_000,
        offsetMs: 0,
        stages: [
          { stage: "2-6", splitMs: 24_000 },
          { stage: "4", splitMs: 14_000 },
          { stage: "1-5", splitMs: 10_000 },
        ],
      },
    });
  });
});
