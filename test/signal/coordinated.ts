import type { ActivePlan } from "../../src/signal/coordination.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import { timing } from "./crossings.ts";
import { nemaEight, type StreetChanges } from "./street.ts";

/**
 * A plan of 75 s for the eight phases: 2 and 6 green 25 s, 3 and 7 from 30 s to 38 s, 4 and 8 from 42 s to 57 s, 1 and 5 from 62 s to 71 s.
 */
export const DAY = plan(0);

export function plan(offsetSeconds: number, id = "day"): ActivePlan {
  const splits = [
    ["2-6", 30],
    ["3-7", 12],
    ["4-8", 20],
    ["1-5", 13],
  ] as const;
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
