import type { Intersection, Phase } from "../../src/model/intersection.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import type { Orders } from "../../src/signal/environment.ts";
import { lampsAt } from "../../src/signal/lamps.ts";
import { advanceSignal, type SignalInput, startSignal, takeInput } from "../../src/signal/machine.ts";
import type { NextPlan, SignalState } from "../../src/signal/state.ts";
import { after, CONTROLLER_TICK_MS } from "../../src/units.ts";
import { crossing, type CrossingOptions, MIDNIGHT, second, tableOf, timing } from "./crossings.ts";
import { active, samePlan } from "./run.ts";

/**
 * Examples in tenths of a second: inputs at instants, what the heads show since when, and the log. An input at `t` is taken after the
 * outputs of `t` and shows from `t + 0.1 s` on.
 */

export const FREE: ActivePlan = { id: "free", source: "local", timing: null };

export type Timed = readonly [seconds: number, input: SignalInput];

export type Street = {
  /** Since when the heads show what, `lamps walk overlaps`; without pedestrians and overlaps the lamps alone. */
  readonly shown: readonly (readonly [seconds: number, shown: string])[];
  readonly events: readonly (readonly [seconds: number, code: number, parameter: number])[];
  readonly state: SignalState;
};

export type StreetOptions = {
  readonly plan?: ActivePlan;
  readonly from?: number;
  readonly to: number;
  readonly inputs?: readonly Timed[];
  readonly nextPlan?: NextPlan;
  /** The machine to begin with; without it `startSignal` in the middle of the plan. */
  readonly state?: SignalState;
};

export function tenth(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}

export function runStreet(table: TimingTable, options: StreetOptions): Street {
  const { plan = FREE, from = 0, to, inputs = [], nextPlan = samePlan } = options;
  let state = options.state ?? startSignal(table, plan, MIDNIGHT, second(from));
  const shown: [number, string][] = [];
  const events: [number, number, number][] = [];
  const log = (news: readonly (readonly [number, number, number])[]): void => {
    for (const [at, code, parameter] of news) events.push([tenth(at - MIDNIGHT), code, parameter]);
  };
  for (let at = second(from); at < second(to); at = after(at, CONTROLLER_TICK_MS)) {
    const step = advanceSignal(table, state, MIDNIGHT, at, nextPlan);
    state = step.state;
    log(step.events);
    const text = shownBy(table, state);
    if (shown.at(-1)?.[1] !== text) shown.push([tenth(at - MIDNIGHT), text]);
    for (const [seconds, input] of inputs) {
      if (second(seconds) !== at) continue;
      const taken = takeInput(table, state, input, at);
      state = taken.state;
      log(taken.events);
    }
  }
  return { shown, events, state };
}

function shownBy(table: TimingTable, state: SignalState): string {
  const { lamps, walk, overlaps } = lampsAt(table, state);
  return [lamps, ...(/^-*$/.test(walk) ? [] : [walk]), ...(overlaps === "" ? [] : [overlaps])].join(" ");
}

/** The instants at which the log has these codes of a phase, in order. */
export function eventsOf({ events }: Street, parameter: number, ...codes: readonly number[]) {
  return events.flatMap(([at, code, of]) => (of === parameter && codes.includes(code) ? [[at, code]] : []));
}

export type StreetChanges = {
  readonly [phase: string]: Partial<Phase>;
};

type Extra = Partial<
  Pick<
    Intersection,
    | "rings"
    | "overlaps"
    | "preempts"
    | "priorities"
    | "intergreens"
    | "startUp"
    | "coordination"
    | "redRest"
    | "structure"
  >
>;

/** An intersection of which every phase waits for calls, on a controller of a tenth of a second. */
export function actuated(options: CrossingOptions, changes: StreetChanges = {}, extra: Extra = {}) {
  const base = crossing(options);
  const phases = base.phases.map((phase): Phase => {
    const { pedestrian } = phase;
    return {
      ...phase,
      recall: "none",
      ...(pedestrian === undefined ? {} : { pedestrian: { ...pedestrian, recall: false } }),
      ...changes[phase.id],
    };
  });
  return tableOf({ ...base, phases, ...extra }, 100);
}

/** Three phases that conflict, one a stage: A 6 s minimum, 3 s yellow, 1 s red clearance; B 5, 3, 1; C 5, 3, 2. Gap 3 s. */
export function threeStages(changes: StreetChanges = {}, extra: Extra = {}): TimingTable {
  return actuated(
    {
      phases: { A: [6, 3, 1], B: [5, 3, 1], C: [5, 3, 2] },
      stages: { a: ["A"], b: ["B"], c: ["C"] },
      conflicts: ["A/B", "A/C", "B/C"],
      plans: { day: { a: 30, b: 20, c: 20 } },
    },
    { A: { greenMaxSeconds: 20 }, B: { greenMaxSeconds: 20 }, C: { greenMaxSeconds: 20 }, ...changes },
    extra,
  );
}

/** Their plan of 70 s: A green to 26 s, B from 30 to 46 s, C from 50 to 65 s. */
export const ABC: ActivePlan = active(
  timing([
    ["a", 30],
    ["b", 20],
    ["c", 20],
  ]),
  "abc",
);

/**
 * The eight phases of the NEMA dual ring in their order, lamps `12345678`. Lefts: 4 s minimum, 3 s yellow, 1 s red clearance;
 * throughs 6 s, 4 s, 1 s; maximum 20 s, passage 2 s. Phases 2, 4, 6, 8 have pedestrians where `walks` says so: 7 s of walk, 8 s of
 * flashing don't walk.
 */
export function nemaEight(
  changes: StreetChanges = {},
  extra: Extra = {},
  options: Partial<CrossingOptions> = {},
) {
  const lefts = ["1", "3", "5", "7"];
  const throughs = ["2", "4", "6", "8"];
  const all = [...lefts, ...throughs].toSorted();
  const together = new Set(["1-5", "1-6", "2-5", "2-6", "3-7", "3-8", "4-7", "4-8"]);
  const conflicts = all.flatMap((left) =>
    all
      .filter((right) => left < right && !together.has(`${left}-${right}`))
      .map((right) => `${left}/${right}`),
  );
  const base = { greenMaxSeconds: 20, passageSeconds: 2 };
  const merged = Object.fromEntries(all.map((id) => [id, { ...base, ...changes[id] }]));
  return actuated(
    {
      phases: Object.fromEntries(
        all.map((id) => [id, lefts.includes(id) ? ([4, 3, 1] as const) : ([6, 4, 1] as const)]),
      ),
      stages: { "2-6": ["2", "6"], "1-5": ["1", "5"], "4-8": ["4", "8"], "3-7": ["3", "7"] },
      conflicts,
      plans: { day: { "2-6": 30, "3-7": 12, "4-8": 20, "1-5": 13 } },
      ...options,
    },
    merged,
    {
      structure: "ringBarrier",
      rings: [
        [
          ["1", "2"],
          ["3", "4"],
        ],
        [
          ["5", "6"],
          ["7", "8"],
        ],
      ],
      ...extra,
    },
  );
}

export const PEDESTRIANS = {
  crosswalkMeters: 8,
  walkSeconds: 7,
  clearSeconds: 8,
  bufferSeconds: 3,
  crosses: "link",
  recall: false,
} as const;

export function vehicle(phase: number): SignalInput {
  return { kind: "vehicleCall", phase };
}

export function walker(phase: number): SignalInput {
  return { kind: "pedestrianCall", phase };
}

export function detector(phase: number, on: boolean): SignalInput {
  return { kind: "detector", phases: [phase], on };
}

export function preempt(on: boolean, index = 0): SignalInput {
  return { kind: "preempt", preempt: index, on };
}

export function orders(changes: Partial<Orders>): SignalInput {
  return { kind: "orders", orders: { hold: [], stage: null, flash: false, redUntil: null, ...changes } };
}
