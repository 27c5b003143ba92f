import {
  conflictMonitor,
  type Monitor,
  type MonitorOptions,
  type MonitorState,
  STRICT_LIMITS,
} from "../../sim/controller/monitor/monitor.ts";
import type { MonitorRule, Outputs, Trip } from "../../sim/controller/monitor/watch.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { crossing, MIDNIGHT } from "../signal/crossings.ts";

/** What is shown for some seconds; `!` stands for preemption. */
export type Part = readonly [
  seconds: number,
  lamps: string,
  walk: string,
  overlaps?: string,
  preempting?: "!" | "",
];

export const BEGIN = MIDNIGHT + 1_000_000;
const STEP_MS = 100;
const STRICT: MonitorOptions = { stepMs: STEP_MS, limits: STRICT_LIMITS };

export function outputsOf([, lamps, walk, overlaps = "", preempting]: Part): Outputs {
  return { lamps, overlaps, walk, preempting: preempting === "!" };
}

export type Watched = { readonly trips: readonly Trip[]; readonly atLimit: readonly MonitorRule[] };

/** Shows the parts one after the other; the monitor looks at every step, or only when something changes and at the end. */
export function watch(
  intersection: Intersection,
  parts: readonly Part[],
  options: MonitorOptions = STRICT,
  look: "always" | "atChanges" = "always",
): Watched {
  const monitor = conflictMonitor(intersection, options);
  let state = monitor.start();
  const trips: Trip[] = [];
  const atLimit: MonitorRule[] = [];
  const observe = (at: number, part: Part): void => {
    const step = monitor.observe(state, at, outputsOf(part));
    state = step.state;
    trips.push(...step.trips);
    atLimit.push(...step.atLimit);
  };
  let at = BEGIN;
  for (const part of parts) {
    const endsAt = at + Math.round(part[0] * 1000);
    for (let now = at; now < endsAt; now += look === "always" ? STEP_MS : endsAt) observe(now, part);
    at = endsAt;
  }
  const last = parts.at(-1);
  if (look === "atChanges" && last !== undefined) observe(at, last);
  return { trips, atLimit };
}

/** The monitor after the parts. */
export function stateAfter(
  monitor: Monitor,
  parts: readonly Part[],
): { readonly state: MonitorState; readonly at: number } {
  let state = monitor.start();
  let at = BEGIN;
  for (const part of parts) {
    ({ state } = monitor.observe(state, at, outputsOf(part)));
    at += Math.round(part[0] * 1000);
  }
  return { state, at };
}

/** Trips as `second rule detail`. */
export function told(trips: readonly Trip[]): readonly string[] {
  return trips.map(({ rule, at, detail }) => `${(at - BEGIN) / 1000} ${rule} ${detail}`);
}

/** Phase A with pedestrians and its left turn B; both conflict with C, and with each other. */
export const small = crossing({
  phases: { A: [5, 3, 1, 4, 3], B: [5, 3, 1], C: [5, 3, 2] },
  stages: { ab: ["A", "B?"], b: ["B"], c: ["C"] },
  conflicts: ["A/B", "A/C", "B/C"],
  plans: { day: { ab: 20, b: 10, c: 10 } },
});

/** A whole cycle of 36 s of `small` in which nothing is wrong, in parts that a test can change. */
export const LEGAL = {
  walk: [4, "Ggr", "W--"],
  flash: [3, "Ggr", "F--"],
  rest: [5, "Ggr", "D--"],
  yellowA: [3, "ygr", "D--"],
  redA: [1, "rgr", "D--"],
  left: [6, "rGr", "D--"],
  yellowB: [3, "ryr", "D--"],
  redB: [1, "rrr", "D--"],
  side: [5, "rrG", "D--"],
  yellowC: [3, "rry", "D--"],
  redC: [2, "rrr", "D--"],
} as const satisfies Record<string, Part>;

export type Change = Partial<Record<keyof typeof LEGAL, Part | undefined>>;

/** A cycle, one with parts replaced, which begins after 36 s, and another; a part that is `undefined` is left out. */
export function cycles(change: Change): readonly Part[] {
  const changed: Change = { ...LEGAL, ...change };
  return [...Object.values(LEGAL), ...Object.values(changed), ...Object.values(LEGAL)].filter(
    (part) => part !== undefined,
  );
}
