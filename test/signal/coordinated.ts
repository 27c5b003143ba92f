import type { ActivePlan } from "../../src/signal/coordination.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import { timing } from "./crossings.ts";
import { nemaEight, type StreetChanges } from "./street.ts";

const SPLITS = { "2-6": 30, "3-7": 12, "4-8": 20, "1-5": 13 } as const;

/**
 * A plan of 75 s for the eight phases: 2 and 6 green 25 s, 3 and 7 from 30 s to 38 s, 4 and 8 from 42 s to 57 s, 1 and 5 from 62 s to 71 s.
 */
export const DAY = plan(0);

/** The lefts go before their throughs. */
export const LEAD = ordered("lead", ["1-5", "2-6", "3-7", "4-8"]);

/** The order of service of LEAD. */
export const LEADING = [
  [
    [0, 1],
    [2, 3],
  ],
  [
    [4, 5],
    [6, 7],
  ],
];

/** The lefts follow their throughs. */
export const LAG = ordered("lag", ["2-6", "1-5", "4-8", "3-7"]);

/** The order of service of LAG. */
export const LAGGING = [
  [
    [1, 0],
    [3, 2],
  ],
  [
    [5, 4],
    [7, 6],
  ],
];

export function plan(offsetSeconds: number, id = "day"): ActivePlan {
  return ordered(id, ["2-6", "3-7", "4-8", "1-5"], offsetSeconds);
}

function ordered(id: string, stages: readonly (keyof typeof SPLITS)[], offsetSeconds = 0): ActivePlan {
  const splits = stages.map((stage) => [stage, SPLITS[stage]] as const);
  return { id, source: "local", timing: timing(splits, offsetSeconds) };
}

const FIXED = {
  forceOff: "fixed",
  correction: "shortway",
  reference: "beginGreen",
  maximum: "inhibit",
} as const;

export function coordinated(changes: StreetChanges = {}, coordination = {}): TimingTable {
  return nemaEight(changes, { coordination: { ...FIXED, ...coordination } });
}
