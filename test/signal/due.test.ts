import { describe, expect, it } from "vitest";
import type { Overlap } from "../../src/model/intersection.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { Call } from "../../src/signal/calls.ts";
import { beginCycle, type CycleState } from "../../src/signal/coordination.ts";
import { dueAt } from "../../src/signal/due.ts";
import type { Follower, Head } from "../../src/signal/heads.ts";
import { noPriority } from "../../src/signal/priority.ts";
import type { RingState } from "../../src/signal/rings.ts";
import { type StagesState, stageWithGreen } from "../../src/signal/stages.ts";
import { draftOf, restingState, type SignalState } from "../../src/signal/state.ts";
import type { UnitState } from "../../src/signal/unit.ts";
import { type InstantMs, instantMs } from "../../src/units.ts";
import { BUS } from "./buses.ts";
import { plan } from "./coordinated.ts";
import { MIDNIGHT, nemaCrossing, NEMA_TIMING, second, tableOf } from "./crossings.ts";
import { RAIL } from "./preempts.ts";
import { FREE, nemaEight, PEDESTRIANS, tenth } from "./street.ts";

/** For how long the controller may sleep: to the next instant at which something moves by itself, and 10 s at most. */

const AT = second(1_000);
const ago = (seconds: number): InstantMs => second(1_000 - seconds);

/** Phase 2 has 7 s of walk, 8 s of flashing don't walk and a buffer of 3 s; in phase 4 walk leads by 3 s. */
const TABLE = nemaEight(
  { "2": { pedestrian: PEDESTRIANS }, "4": { pedestrian: { ...PEDESTRIANS, leadSeconds: 3 } } },
  { preempts: [RAIL], priorities: [BUS] },
);

type Change = Partial<Omit<SignalState, "heads" | "calls">> & {
  readonly table?: TimingTable;
  /** What some of the heads show, by the number of the phase; the others have been red for ever. */
  readonly heads?: Readonly<Record<number, Partial<Head>>>;
  readonly calls?: Readonly<Record<number, Partial<Call>>>;
  readonly now?: InstantMs;
};

/** Seconds to the next instant. Under flash nothing but what is told here moves. */
function sleeps({ table = TABLE, heads = {}, calls = {}, now = AT, ...changes }: Change): number {
  const rest = restingState(table, FREE, now);
  const state: SignalState = {
    ...rest,
    unit: { kind: "flash", since: ago(500) },
    ...changes,
    heads: rest.heads.map((head, phase) => ({ ...head, ...heads[phase + 1] })),
    calls: rest.calls.map((call, phase) => ({ ...call, ...calls[phase + 1] })),
  };
  return tenth(dueAt(draftOf(table, state, now, (running) => running)) - now);
}

function green(seconds: number, changes: Partial<Head> = {}): Partial<Head> {
  return { interval: "green", since: ago(seconds), greenAt: ago(seconds), ...changes };
}

const OCCUPIED: Partial<Call> = { occupied: 1 };
const NORMAL: UnitState = { kind: "normal" };

describe("the controller sleeps", () => {
  it.each<readonly [string, Change, number]>([
    ["for 10 s where nothing moves", {}, 10],
    ["to the end of 4 s of yellow", { heads: { 2: { interval: "yellow", since: ago(1.5) } } }, 2.5],
    ["to the end of 1 s of red clearance", { heads: { 2: { interval: "redClear", since: ago(0.4) } } }, 0.6],
    [
      "through what its green would have asked for",
      { heads: { 2: { interval: "yellow", since: ago(1), greenAt: ago(5) } } },
      3,
    ],
    ["to the green behind 3 s of leading walk", { heads: { 4: { interval: "lead", since: ago(1) } } }, 2],
    ["to the end of 7 s of walk", { heads: { 2: green(20, { walk: "walk", walkSince: ago(2) }) } }, 5],
    [
      "to the end of 8 s of flashing don't walk",
      { heads: { 2: green(20, { walk: "clear", walkSince: ago(2) }) } },
      6,
    ],
    ["to the walk after the buffer", { heads: { 2: green(20, { walkSince: ago(1) }) } }, 2],
    ["while a green rests whose walk is long over", { heads: { 2: green(20, { walkSince: ago(5) }) } }, 10],
    ["a tick after the begin of green", { heads: { 4: green(0) }, calls: { 4: OCCUPIED } }, 0.1],
    ["to the end of 6 s of minimum green", { heads: { 4: green(0.5) }, calls: { 4: OCCUPIED } }, 5.5],
    ["to that end from its middle as well", { heads: { 4: green(2.5) }, calls: { 4: OCCUPIED } }, 3.5],
    ["to the gap of 2 s", { heads: { 2: green(20) }, calls: { 2: { actuatedAt: ago(0.5) } } }, 1.5],
    [
      "no longer for a gap while the loop is covered",
      { heads: { 2: green(20) }, calls: { 2: OCCUPIED } },
      10,
    ],
    [
      "to 20 s of maximum green since somebody waits",
      { heads: { 2: green(30) }, calls: { 2: { occupied: 1, conflictAt: ago(12) } } },
      8,
    ],
    ["until a vehicle has waited for 240 s", { calls: { 3: { vehicleAt: ago(235) } } }, 5],
    ["until a pedestrian has waited for 240 s", { calls: { 2: { pedestrianAt: ago(237) } } }, 3],
  ])("%s", (_, change, seconds) => {
    expect(sleeps(change)).toBe(seconds);
  });
});

/** Right turn beside 2 and 3. */
const RIGHT: Overlap = {
  id: "right",
  kind: "normal",
  included: ["2", "3"],
  minus: [],
  yellowSeconds: 3,
  redClearSeconds: 1,
};
const ARROW: Overlap = { id: "F", kind: "flashingYellowArrow", left: "1", opposing: "2", delaySeconds: 5 };

describe("overlaps and arrows", () => {
  it.each<readonly [string, Overlap, Follower["interval"], readonly number[], number]>([
    ["every tick while an overlap shows yellow", RIGHT, "yellow", [], 0.1],
    ["every tick while it clears", RIGHT, "redClear", [], 0.1],
    ["every tick while it waits for the guards beside one green parent", RIGHT, "red", [3], 0.1],
    ["every tick while an arrow waits beside the green that it yields to", ARROW, "red", [2], 0.1],
    ["nothing while an overlap is green with its parent", RIGHT, "green", [3], 10],
    ["nothing while its parents are red", RIGHT, "red", [], 10],
    ["nothing for the green of the arrow's own left", ARROW, "red", [1], 10],
  ])("%s", (_, overlap, interval, greens, seconds) => {
    const table = nemaEight({}, { overlaps: [overlap] });
    const heads = Object.fromEntries(greens.map((phase) => [phase, green(30)]));
    expect(sleeps({ table, followers: [{ interval, since: ago(30) }], heads })).toBe(seconds);
  });
});

describe("whoever has authority", () => {
  const called = (seconds: number, ignored = false): Change => ({
    preempts: [{ onAt: ago(seconds), ignored }],
  });
  const since = ago(1);
  it.each<readonly [string, Change, number]>([
    ["a preemption: its delay of 1 s", called(0.4), 0.6],
    ["a preemption: its greatest presence of 60 s", called(55), 5],
    ["a preemption that is ignored: nothing", called(55, true), 10],
    ["a bus that has been there for 115 s of 120 s", bus(115), 5],
    ["flash after power: every tick", { unit: { kind: "startFlash", since } }, 0.1],
    ["all red: every tick", { unit: { kind: "allRed", since } }, 0.1],
    ["on the way to flash: every tick", { unit: { kind: "toFlash", since } }, 0.1],
    ["preemption: every tick", { unit: { kind: "preempt", preempt: 0, step: "entry", since } }, 0.1],
    ["flash by request: nothing", { unit: { kind: "flash", since } }, 10],
    ["a trip: nothing", { unit: { kind: "tripped", since } }, 10],
  ])("%s", (_, change, seconds) => {
    expect(sleeps(change)).toBe(seconds);
  });
});

/** A bus that has checked in so long ago. */
function bus(seconds: number): Change {
  return { priorities: [{ ...noPriority(instantMs(0)), waiting: 1, since: ago(seconds) }] };
}

/** A cycle of 75 s that began so long ago: 2 and 6 to 25 s, 3 and 7 to 38 s, 4 and 8 to 57 s, 1 and 5 to 71 s. */
function cycleSince(seconds: number, table = TABLE, timing = plan(0).timing ?? NEMA_TIMING): CycleState {
  const cycle = beginCycle(table, timing, MIDNIGHT, second(0));
  return { ...cycle, startAt: ago(seconds) };
}

describe("the clock", () => {
  it("in free operation every whole second, when the schedule is asked", () => {
    expect(sleeps({ unit: NORMAL })).toBe(1);
    expect(sleeps({ unit: NORMAL, now: second(1_000.3) })).toBe(0.7);
  });

  it.each<readonly [string, Change, number]>([
    ["to the yield point at 25 s", { cycle: cycleSince(20), heads: { 6: green(20) } }, 5],
    [
      "to flashing don't walk, 8 s before the yield point",
      { cycle: cycleSince(13), heads: { 2: green(20) } },
      4,
    ],
    [
      "to the force-off",
      { cycle: cycleSince(0), heads: { 8: green(8) }, forceOffAt: TABLE.phases.map(() => second(1_003)) },
      3,
    ],
    // Four seconds of minimum green before the end at 38 s; at 34.1 s it is too late.
    ["to the end of the permissive period of phase 3", { cycle: cycleSince(30) }, 4.1],
    ["to the end of the cycle of 75 s", { cycle: cycleSince(70) }, 5],
    ["for 10 s in a cycle that has just begun", { cycle: cycleSince(0) }, 10],
  ])("under a plan %s", (_, change, seconds) => {
    expect(sleeps({ unit: NORMAL, ...change })).toBe(seconds);
  });
});

describe("a ring", () => {
  it.each<readonly [string, Partial<RingState>, number]>([
    ["waits for the guards with the phase that is next: every tick", { next: 0 }, 0.1],
    ["has its next phase behind one that clears", { active: 0, next: 1 }, 10],
    ["rests in red", {}, 10],
  ])("%s", (_, ring, seconds) => {
    const rings = { rings: [{ active: -1, next: -1, ready: null, ...ring }], group: 0, order: TABLE.rings };
    expect(sleeps({ unit: NORMAL, cycle: cycleSince(0), rings })).toBe(seconds);
  });
});

/** Stages in the change from the first to the second, whose green is due in so many seconds. */
function changing(seconds: number): StagesState {
  return { ...stageWithGreen(0, second(1_000 + seconds)), nextStage: 1, changing: true };
}

describe("a stage-based controller", () => {
  // On a plant of 1 s; the stages last 22, 17, 11 and 10 s, with 5, 5, 5 and 4 s of intergreen.
  const table = tableOf(nemaCrossing());
  const cycle = cycleSince(0, table, NEMA_TIMING);
  it.each<readonly [string, Change, number]>([
    ["to the green behind the intergreen", { stages: changing(3) }, 3],
    ["every tick when that is due and waits for the guards", { stages: changing(0) }, 0.1],
    ["every tick when that is late", { stages: changing(-2) }, 0.1],
    ["until a stage has been shown for a step", { stages: stageWithGreen(0, ago(20), ago(0.4)) }, 0.6],
    ["to the end of the split, 17 s of green", { stages: stageWithGreen(0, ago(11)) }, 6],
    [
      "to the end of a last stage that runs late, not to that of the cycle",
      { stages: stageWithGreen(3, ago(1)), cycle: { ...cycle, startAt: ago(58), slot: 3 } },
      5,
    ],
  ])("%s", (_, change, seconds) => {
    expect(sleeps({ table, unit: NORMAL, cycle, ...change })).toBe(seconds);
  });
});
