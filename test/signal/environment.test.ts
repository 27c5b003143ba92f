import { describe, expect, it } from "vitest";
import type { Overlap } from "../../src/model/intersection.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { Call } from "../../src/signal/calls.ts";
import { type ActivePlan, beginCycle } from "../../src/signal/coordination.ts";
import {
  coordinationDue,
  forceOffOf,
  latestStarts,
  type Orders,
  ringEnvironment,
  stageEnvironment,
  slackMs,
  walkRests,
  walksAgain,
} from "../../src/signal/environment.ts";
import type { Head } from "../../src/signal/heads.ts";
import { stageWithGreen } from "../../src/signal/stages.ts";
import { draftOf, restingState, type SignalDraft, type SignalState } from "../../src/signal/state.ts";
import { coordinated, DAY, LAG, LAGGING } from "./coordinated.ts";
import { MIDNIGHT, second } from "./crossings.ts";
import { ABC, FREE, nemaEight, PEDESTRIANS, threeStages } from "./street.ts";

/**
 * What the sequence is told at one instant, by detectors, plan and orders. The plan DAY has 2 and 6 green until 25 s, 4 and 8 until
 * 57 s; a conflicting green of 2 clears in 5 s, and the minimum green of a through is 6 s.
 */

/** By phase, numbered from 1. */
type Heads = Readonly<Record<number, Partial<Head>>>;

type Situation = {
  readonly table?: TimingTable;
  readonly plan?: ActivePlan;
  readonly heads?: Heads;
  readonly calls?: Readonly<Record<number, Partial<Call>>>;
  readonly orders?: Partial<Orders>;
  readonly state?: Partial<SignalState>;
};

const GREEN = { interval: "green", greenAt: second(0), walkSince: second(0) } as const;
const MAIN: Heads = { 2: GREEN, 6: GREEN };
/** Phase 4 alone, planned to end at 57 s. */
const SIDE: Situation = {
  heads: { 4: GREEN },
  state: { forceOffAt: [0, 0, 0, second(57), 0, 0, 0, 0] },
};
const awaitedSince = (seconds: number): Situation => ({
  plan: FREE,
  calls: { 2: { conflictAt: second(seconds) } },
});
const waits = (seconds: number): Partial<Call> => ({ vehicleAt: second(seconds) });
const presses = (seconds: number): Partial<Call> => ({ pedestrianAt: second(seconds) });
const STAGE_4_8 = { stage: 2 };

function at(seconds: number, situation: Situation = {}): SignalDraft {
  const { table = coordinated(), plan = DAY, heads = MAIN, calls = {}, orders = {}, state = {} } = situation;
  const resting = restingState(table, plan, second(seconds));
  const cycle = plan.timing === null ? null : beginCycle(table, plan.timing, MIDNIGHT, second(0));
  const whole: SignalState = {
    ...resting,
    cycle,
    heads: resting.heads.map((head, phase) => ({ ...head, ...heads[phase + 1] })),
    calls: resting.calls.map((call, phase) => ({ ...call, ...calls[phase + 1] })),
    orders: { ...resting.orders, ...orders },
    ...state,
  };
  return draftOf(table, whole, second(seconds), (running) => running);
}

/** What the rings are told of a phase, numbered from 1. */
function told(seconds: number, phase: number, situation: Situation = {}) {
  const environment = ringEnvironment(at(seconds, situation));
  return {
    called: environment.called(phase - 1),
    ended: environment.ended(phase - 1),
    held: environment.held(phase - 1),
  };
}

describe("a red extension that is ordered", () => {
  const ordered = { plan: FREE, calls: { 4: waits(5) }, orders: { redUntil: second(250) } };

  it("is dropped once somebody has waited as long as anybody may, 240 s", () => {
    expect(stageEnvironment(at(244.9, ordered)).redUntil).toBe(second(250));
    expect(stageEnvironment(at(245, ordered)).redUntil).toBeNull();
  });
});

describe("nothing is ordered", () => {
  it("where nobody has given an order", () => {
    expect(at(0).orders).toEqual({ hold: [], stage: null, flash: false, redUntil: null });
  });
});

describe("a coordinated phase", () => {
  it("is held until its yield point and forced off from it on", () => {
    expect(told(24.9, 2)).toEqual({ called: false, ended: null, held: true });
    expect(told(25, 2)).toEqual({ called: false, ended: "forceOff", held: false });
  });

  it("is wanted in every cycle while it is red, though no car calls", () => {
    expect(told(60, 2, { heads: {} }).called).toBe(true);
    expect(told(60, 8, { heads: {} }).called).toBe(false);
  });
});

describe("an operator's hold", () => {
  const hold = { plan: FREE, orders: { hold: [1] } };

  it("keeps its green, not the one beside it", () => {
    expect(told(50, 2, hold).held).toBe(true);
    expect(told(50, 6, hold).held).toBe(false);
  });

  it("ends when a call has waited for 240 s", () => {
    expect(told(250.9, 2, { ...hold, calls: { 4: waits(11) } }).held).toBe(true);
    expect(told(251, 2, { ...hold, calls: { 4: waits(11) } })).toMatchObject({
      ended: "forceOff",
      held: false,
    });
  });
});

describe("a forced stage", () => {
  const forced = { orders: STAGE_4_8 };
  const served = { ...forced, heads: { 4: GREEN, 8: GREEN } };

  it("calls its phases while they are red, and none but them", () => {
    expect(told(10, 4, forced).called).toBe(true);
    expect(told(10, 4, served).called).toBe(false);
    expect(told(10, 3, { ...forced, calls: { 3: waits(1) } }).called).toBe(false);
  });

  it("lets a call through that has waited for 240 s", () => {
    expect(told(241, 3, { ...forced, calls: { 3: waits(1) } }).called).toBe(true);
  });

  it("ends the greens of others, before their yield point too, and keeps its own", () => {
    expect(told(10, 2, forced)).toEqual({ called: false, ended: "forceOff", held: false });
    expect(told(10, 4, served)).toEqual({ called: false, ended: null, held: true });
  });

  it("lets walk of its phases rest while nobody waits elsewhere, and no other", () => {
    expect(walkRests(at(20, served), 3)).toBe(true);
    expect(walkRests(at(20, { ...served, calls: { 2: waits(10) } }), 3)).toBe(false);
    expect(walkRests(at(20, forced), 1)).toBe(false);
  });

  it("lets its walkers walk again while nobody waits elsewhere, and no others", () => {
    const table = coordinated({ "2": { pedestrian: PEDESTRIANS }, "4": { pedestrian: PEDESTRIANS } });
    const calls = { 2: presses(15), 4: presses(15) };
    // Who presses at phase 2 waits for the end of 4, so that only a press at 4 alone brings walk.
    expect(walksAgain(at(20, { ...served, table, calls: { 4: presses(15) } }), 3)).toBe(true);
    expect(walksAgain(at(20, { ...served, table, calls }), 3)).toBe(false);
    expect(walksAgain(at(20, { ...forced, table, calls: { 2: presses(15) } }), 1)).toBe(false);
  });
});

describe("the order of service", () => {
  it("is the plan's, and in free operation the configuration's", () => {
    const table = coordinated();
    const order = (plan: ActivePlan) => ringEnvironment(at(0, { table, plan })).order();
    expect(order(LAG)).toEqual(LAGGING);
    expect(order(FREE)).toEqual(table.rings);
  });
});

describe("soft recall", () => {
  it("wants its phase while nobody waits anywhere, no longer", () => {
    const table = nemaEight({ "4": { recall: "soft" } });
    const free = { table, plan: FREE };
    expect(told(10, 4, free).called).toBe(true);
    expect(told(10, 4, { ...free, calls: { 7: waits(5) } }).called).toBe(false);
    expect(told(10, 4, { ...free, heads: { 4: GREEN } }).called).toBe(false);
  });
});

describe("red rest", () => {
  it("is for free operation: under a plan the coordinated phases rest in green", () => {
    const table = nemaEight({}, { redRest: true });
    expect(ringEnvironment(at(0, { table, plan: FREE })).redRest()).toBe(true);
    expect(ringEnvironment(at(0, { table })).redRest()).toBe(false);
  });
});

describe("how long a green will last at least", () => {
  it.each<readonly [string, number, number, number, Situation]>([
    ["a coordinated phase at 10 s: to the yield point at 25 s", 10, 2, 15, {}],
    ["another phase at 45 s: to its force-off at 57 s", 45, 4, 12, SIDE],
    ["in free operation the maximum of 20 s from now on while nobody waits", 50, 2, 20, { plan: FREE }],
    ["what is left of it 8 s after a conflicting call", 50, 2, 12, awaitedSince(42)],
    ["all of it where the call is older than the green, begun now", 0, 2, 20, awaitedSince(-30)],
  ])("%s", (_, seconds, phase, lastsSeconds, situation) => {
    const { lasts } = ringEnvironment(at(seconds, situation));
    expect(lasts(phase - 1, lastsSeconds * 1_000)).toBe(true);
    expect(lasts(phase - 1, lastsSeconds * 1_000 + 100)).toBe(false);
  });

  it("nothing is sure of a stage that an operator forces, or when a call is overdue", () => {
    expect(ringEnvironment(at(10, { orders: STAGE_4_8 })).lasts(1, 100)).toBe(false);
    expect(ringEnvironment(at(10, { calls: { 4: waits(-230) } })).lasts(1, 100)).toBe(false);
    expect(ringEnvironment(at(10, { calls: { 4: waits(-229) } })).lasts(1, 100)).toBe(true);
  });
});

describe("the permissive period of phase 4, which ends at 57 s", () => {
  const overlap: Overlap = {
    id: "A",
    kind: "normal",
    included: ["1"],
    minus: [],
    yellowSeconds: 5,
    redClearSeconds: 3,
  };
  const arrow: Overlap = {
    id: "F",
    kind: "flashingYellowArrow",
    left: "1",
    opposing: "2",
    delaySeconds: 0,
  };
  const led = coordinated({
    "4": { greenMinSeconds: 14, pedestrian: { ...PEDESTRIANS, leadSeconds: 3 } },
  });

  it.each<readonly [string, number, Situation]>([
    ["5 s of clearance and 6 s of green before it", 46, {}],
    ["walk that leads conflicts like the green", 46, { heads: { 2: { interval: "lead" } } }],
    ["8 s more where an overlap takes them to clear", 54, { table: nemaEight({}, { overlaps: [overlap] }) }],
    ["with a lead of 3 s and a minimum green of 14 s", 35, { table: led, calls: { 4: presses(1) } }],
  ])("%s", (_, lastSeconds, situation) => {
    const forceOff = (seconds: number) => {
      const draft = at(seconds, situation);
      return draft.cycle === null ? undefined : forceOffOf(draft, draft.cycle, 3);
    };
    expect(forceOff(lastSeconds)).toBe(second(57));
    expect(forceOff(lastSeconds + 0.1)).toBeNull();
    // The machine looks when it is over.
    expect(latestStarts(at(10, situation), 3)).toEqual([second(lastSeconds + 0.1)]);
  });

  it("never ends in free operation, nor on stages", () => {
    expect(latestStarts(at(10, { plan: FREE }), 3)).toEqual([]);
    expect(latestStarts(at(10, { table: threeStages(), plan: ABC, heads: {} }), 2)).toEqual([]);
  });

  it.each<readonly [string, Overlap[], number]>([
    ["nothing without overlaps", [], 0],
    ["yellow and red clearance of an overlap", [overlap], 8_000],
    ["those of its left for a flashing yellow arrow", [arrow], 4_000],
    ["the longest of them", [arrow, overlap], 8_000],
  ])("is longer by what followers clear: %s", (_, overlaps, expectedMs) => {
    expect(slackMs({ table: nemaEight({}, { overlaps }) })).toBe(expectedMs);
  });
});

describe("the instants of the plan at which a green is looked at", () => {
  const table = coordinated({ "2": { pedestrian: PEDESTRIANS } });

  it("the yield point, and 8 s before it for flashing don't walk; the force-off of others; none in free operation", () => {
    expect(coordinationDue(at(5, { table }), 1)).toEqual([second(25), second(17)]);
    expect(coordinationDue(at(45, { ...SIDE, table }), 3)).toEqual([second(57)]);
    expect(coordinationDue(at(5, { table, plan: FREE }), 1)).toEqual([]);
  });
});

describe("walk comes again in a green that is shown", () => {
  // Walk and flashing don't walk take 15 s.
  const table = coordinated({ "2": { pedestrian: PEDESTRIANS }, "4": { pedestrian: PEDESTRIANS } });
  const free = { table, plan: FREE };
  const press = { 2: presses(5) };
  const pressAnd4 = { 2: presses(5), 4: waits(6) };
  const overdueAnd4 = { 2: presses(5), 4: waits(100) };
  const steadySince = (seconds: number) => ({ 2: { ...GREEN, walkSince: second(seconds) } });

  it.each<readonly [string, number, number, boolean, Situation]>([
    ["free: 3 s after the last walkers", 23, 2, true, { ...free, heads: steadySince(20), calls: press }],
    ["free: not within the 3 s", 22.9, 2, false, { ...free, heads: steadySince(20), calls: press }],
    ["free: not while a car waits at 4", 23, 2, false, { ...free, calls: pressAnd4 }],
    ["free: all the same after 240 s", 245, 2, true, { ...free, calls: overdueAnd4 }],
    ["free: not within the 240 s", 244.9, 2, false, { ...free, calls: overdueAnd4 }],
    [
      "never in the instant in which the green begins",
      250,
      2,
      false,
      { ...free, heads: { 2: { ...GREEN, greenAt: second(250) } }, calls: press },
    ],
    ["plan: a coordinated phase, while nobody waits", 20, 2, true, { table, calls: press }],
    ["plan: while a car waits, if 15 s are left to 25 s", 10, 2, true, { table, calls: pressAnd4 }],
    ["plan: not if they are not left to the yield point", 10.1, 2, false, { table, calls: pressAnd4 }],
    [
      "plan: not in a green that yields",
      10,
      2,
      false,
      { table, heads: { 2: { ...GREEN, yields: true } }, calls: pressAnd4 },
    ],
    [
      "plan: another phase, if 15 s are left to 57 s",
      42,
      4,
      true,
      { table, ...SIDE, calls: { 4: presses(41) } },
    ],
    [
      "plan: not if they are not left to the force-off",
      42.1,
      4,
      false,
      { table, ...SIDE, calls: { 4: presses(41) } },
    ],
  ])("%s", (_, seconds, phase, expected, situation) => {
    expect(walksAgain(at(seconds, situation), phase - 1)).toBe(expected);
  });

  it("on stages if it fits before the end of the stage, 26 s, and not while the next one comes", () => {
    const stages = threeStages({ A: { pedestrian: PEDESTRIANS } });
    const standing = stageWithGreen(0, second(0));
    const again = (seconds: number, changing: boolean) =>
      walksAgain(
        at(seconds, {
          table: stages,
          plan: ABC,
          heads: { 1: GREEN },
          calls: { 1: presses(5) },
          state: { stages: { ...standing, changing } },
        }),
        0,
      );
    expect(again(11, false)).toBe(true);
    expect(again(11.1, false)).toBe(false);
    expect(again(11, true)).toBe(false);
  });
});
