import { describe, expect, it } from "vitest";
import type { TimingTable } from "../../src/model/timing.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import { startSignal } from "../../src/signal/machine.ts";
import {
  checkBus,
  noPriority,
  type PriorityState,
  priorityDue,
  runPriority,
} from "../../src/signal/priority.ts";
import { draftOf, type SignalDraft, type SignalState } from "../../src/signal/state.ts";
import { instantMs } from "../../src/units.ts";
import { BUS, bus, priorityEvents, splitsOf } from "./buses.ts";
import { DAY } from "./coordinated.ts";
import { MIDNIGHT, NEMA_TIMING, nemaCrossing, second, tableOf, timing } from "./crossings.ts";
import { active } from "./run.ts";
import { FREE, nemaEight, orders, runStreet, tenth, type Timed } from "./street.ts";

/** What priority does at one instant; `DAY` has 2 and 6 green to 25 s, 3 and 7 from 30 to 38 s, 4 and 8 to 57 s, 1 and 5 to 71 s. */

const TABLE = nemaEight({}, { priorities: [BUS] });
const STAGES: TimingTable = { ...nemaEight({}, { structure: "stages", priorities: [BUS] }), rings: [] };

const NOBODY = noPriority(instantMs(0));
const WAITS: PriorityState = { ...NOBODY, waiting: 1 };

type Case = {
  readonly table?: TimingTable;
  readonly plan?: ActivePlan;
  readonly priority?: Partial<PriorityState>;
  readonly changes?: (state: SignalState) => Partial<SignalState>;
};

/** The machine in the middle of its plan, with a bus that has waited for a second. */
function waitingBus(seconds: number, options: Case = {}): SignalDraft {
  const { table = TABLE, plan = DAY, priority = {}, changes } = options;
  const at = second(seconds);
  const started = startSignal(table, plan, MIDNIGHT, at);
  const priorities = [{ ...WAITS, since: second(seconds - 1), ...priority }];
  const state = { ...started, priorities, ...changes?.(started) };
  return draftOf(table, state, at, (running) => running);
}

/** The codes that priority tells at the instant: 113 early green, 114 extension, 118 begin, 119 end. */
function told(draft: SignalDraft): readonly number[] {
  runPriority(draft);
  return draft.events.map(([, code]) => code);
}

const EXTENDED = [114, 118];
const HASTENED = [113, 118];

describe("a check-in or a check-out", () => {
  it.each<readonly [string, Partial<PriorityState>, boolean, Partial<PriorityState>]>([
    ["the first bus waits from now on", {}, true, { waiting: 1, since: second(9) }],
    [
      "the second waits behind the first, from whose check-in the presence counts",
      { waiting: 1, since: second(2) },
      true,
      { waiting: 2, since: second(2) },
    ],
    [
      "the second is still there when the first has gone",
      { waiting: 2, since: second(2) },
      false,
      { waiting: 1, since: second(2) },
    ],
    ["a check-out of nobody is no arrival", {}, false, {}],
  ])("%s", (_, before, checkedIn, after) => {
    const { state } = checkBus({ ...NOBODY, ...before }, 0, checkedIn, second(9));
    expect(state).toEqual({ ...NOBODY, ...after });
  });

  it("a bus that has its grant and never checks out is forgotten after 120 s to the tenth, and the cooldown begins", () => {
    const street = runStreet(TABLE, { plan: DAY, to: 130.1, inputs: [[10, bus(true)]] });
    expect(priorityEvents(street).at(-1)).toEqual([130, 119, 1]);
    expect(street.state.priorities).toEqual([{ ...NOBODY, since: second(10), readyAt: second(230) }]);
  });
});

describe("a green is extended", () => {
  it.each<readonly [string, number, Case, readonly number[]]>([
    ["at its planned end", 25, {}, EXTENDED],
    ["no tenth earlier", 24.9, {}, []],
    ["from the end of the cooldown on", 25, { priority: { readyAt: second(25) } }, EXTENDED],
    ["not in the cooldown", 25, { priority: { readyAt: second(25.1) } }, []],
    [
      "not where one of its phases has ended already",
      25,
      {
        changes: ({ heads }) => ({
          heads: heads.map((head, phase) => (phase === 5 ? { ...head, interval: "yellow" } : head)),
        }),
      },
      [],
    ],
    ["while somebody has waited for less than 240 s", 25, { changes: waitedOnThree(239.9) }, EXTENDED],
    ["not when somebody has waited for 240 s", 25, { changes: waitedOnThree(240) }, []],
  ])("%s", (_, seconds, options, codes) => {
    expect(told(waitingBus(seconds, options))).toEqual(codes);
  });

  it("not while an operator forces its stage, which keeps it green anyway", () => {
    const inputs: Timed[] = [
      [1, bus(true)],
      [3, orders({ stage: 0 })],
    ];
    const street = runStreet(TABLE, { plan: DAY, to: 40, inputs });
    expect(priorityEvents(street)).toEqual([[1, 112, 1]]);
    expect(splitsOf(street)).toEqual([30, 12, 20, 13]);
  });

  it("not into a stage that goes on with it", () => {
    // Phase 6 is green in the last stage, to 56 s where phase 1 ends, and in the first of the next cycle, to 17 s.
    const table = tableOf({ ...nemaCrossing(), priorities: [{ ...BUS, phases: ["6"] }] });
    const plan = active(NEMA_TIMING);
    expect(told(waitingBus(56, { table, plan }))).toEqual([]);
    expect(told(waitingBus(17, { table, plan }))).toEqual(EXTENDED);
  });
});

/** A vehicle has waited on phase 3 for so long. */
function waitedOnThree(seconds: number): (state: SignalState) => Partial<SignalState> {
  return ({ at, calls }) => ({
    calls: calls.map((call, phase) =>
      phase === 2 ? { ...call, vehicleAt: instantMs(at - seconds * 1_000) } : call,
    ),
  });
}

describe("on a stage-based controller", () => {
  it("the time of a stage counts from its green, which began 3 s late", () => {
    const late: Case = {
      table: STAGES,
      changes: ({ stages }) => ({ stages: { ...stages, greenStartsAt: second(3) } }),
    };
    expect(told(waitingBus(25, late))).toEqual([]);
    expect(told(waitingBus(28, late))).toEqual(EXTENDED);
  });

  it("a stage that is held beyond its split is the one that is extended, whatever the clock says", () => {
    const inputs: Timed[] = [
      [3, orders({ hold: [1, 5] })],
      [33, bus(true)],
    ];
    const street = runStreet(STAGES, { plan: DAY, to: 34, inputs });
    expect(priorityEvents(street)).toEqual([
      [33, 112, 1],
      [33.1, 114, 1],
      [33.1, 118, 1],
    ]);
  });
});

describe("an early green", () => {
  it("takes nothing from the stages behind the one that it hastens", () => {
    // 3 and 7 have 8 s of green and need 4 s; the bus on the side street would be given 12 s.
    const table = nemaEight({}, { priorities: [{ ...BUS, phases: ["4", "8"] }] });
    const draft = waitingBus(31, { table });
    expect(told(draft)).toEqual(HASTENED);
    expect(splitsOf({ state: draft })).toEqual([30, 8, 20, 13]);
  });

  it("hastens the stage with both phases of the bus: one with the first of them does not serve it", () => {
    // Stage 1-5 is green from 39 to 45 s; phase 5 needs 5 s of its 6 s.
    const table = tableOf({ ...nemaCrossing(), priorities: [{ ...BUS, phases: ["1", "6"] }] });
    const draft = waitingBus(41, { table, plan: active(NEMA_TIMING) });
    expect(told(draft)).toEqual(HASTENED);
    expect(splitsOf({ state: draft })).toEqual([22, 17, 10, 10]);
  });

  it("is none where nothing is left to save: the last green is over at 71 s", () => {
    const draft = waitingBus(71);
    expect(told(draft)).toEqual([]);
    expect(splitsOf({ state: draft })).toEqual([30, 12, 20, 13]);
    expect(draft.priorities).toEqual([{ ...WAITS, since: second(70) }]);
  });

  it("is not lost for the next bus by one for which nothing was left to save", () => {
    const inputs: Timed[] = [
      [71.5, bus(true)],
      [73, bus(false)],
      [115, bus(true)],
    ];
    const street = runStreet(TABLE, { plan: DAY, to: 120, inputs });
    expect(priorityEvents(street).filter(([, code]) => code === 113)).toEqual([[115.1, 113, 1]]);
  });

  it("comes again for the next bus, where no cooldown is set", () => {
    const table = nemaEight({}, { priorities: [{ ...BUS, cooldownSeconds: 0 }] });
    const inputs: Timed[] = [
      [40, bus(true)],
      [45, bus(false)],
      [103, bus(true)],
    ];
    // The first cycle ends at 63 s; at 103 s the second, which is longer by the 12 s, has not yet come round to 2 and 6.
    const street = runStreet(table, { plan: DAY, to: 110, inputs });
    expect(priorityEvents(street).flatMap(([at, code]) => (code === 113 ? [at] : []))).toEqual([40.1, 103.1]);
  });
});

/** The force-offs of phases 1, 3, 4 and 7 in seconds; 0 for none, as of the others. */
function forceOffs(one: number, three: number, four: number, seven: number): readonly number[] {
  return [one, 0, three, four, 0, 0, seven, 0].map((seconds) => (seconds === 0 ? 0 : second(seconds)));
}

describe("force-offs move with the splits", () => {
  it("each with its own green: that of the second service of 3 with the second, those that are past or none not at all", () => {
    // Planned ends: 3 and 7 at 38 s and 70 s, 4 and 8 at 57 s, 1 and 5 at 83 s. From 43 s on 9, 4 and 5 s are above the service:
    // 2 s remain of each, taken are 7 s from 4 and 8, 2 s from the second 3 and 7, 3 s from 1 and 5.
    const plan = active(
      timing([
        ["2-6", 30],
        ["3-7", 12],
        ["4-8", 20],
        ["3-7", 12],
        ["1-5", 13],
      ]),
    );
    const draft = waitingBus(43, { plan, changes: () => ({ forceOffAt: forceOffs(0, 70, 57, 38) }) });
    expect(told(draft)).toEqual(HASTENED);
    expect(splitsOf({ state: draft })).toEqual([30, 12, 13, 10, 10]);
    expect(draft.forceOffAt).toEqual(forceOffs(0, 61, 50, 38));
  });
});

function instants(draft: SignalDraft): readonly number[] {
  return priorityDue(draft)
    .map((at) => tenth(at - MIDNIGHT))
    .toSorted((left, right) => left - right);
}

describe("the instants that a bus is looked at", () => {
  const ready = { since: second(20), readyAt: second(22) };

  it("on rings the end of every green and of every split, of the cooldown and of its presence", () => {
    expect(instants(waitingBus(21, { priority: ready }))).toEqual([22, 25, 30, 38, 42, 57, 62, 71, 75, 140]);
  });

  it.each<readonly [string, Case]>([
    ["with stages", { table: STAGES }],
    ["in free operation", { plan: FREE }],
  ])("%s the end of the cooldown and of its presence", (_, options) => {
    expect(instants(waitingBus(21, { ...options, priority: ready }))).toEqual([22, 140]);
  });

  it("none without a bus", () => {
    expect(priorityDue(waitingBus(21, { priority: { ...ready, waiting: 0 } }))).toEqual([]);
  });
});
