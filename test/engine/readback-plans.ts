import type { Phase } from "../../src/model/intersection.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import { after, instantMs, SECOND_MS } from "../../src/units.ts";
import { twoStages } from "../optimize/crossing.ts";
import { ringCrossing } from "../safety/ring-crossing.ts";

export const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
export const TABLE = twoStages();

/** A for 30 s and B for 18 s, each with 6 s of clearance; the cycle of 60 s begins 10 s after midnight. */
export const PLAN: TimingPlan = {
  id: "p1",
  intersection: TABLE.intersection.id,
  cycleMs: 60_000,
  offsetMs: 10_000,
  stages: [
    { stage: "a", splitMs: 36_000 },
    { stage: "b", splitMs: 24_000 },
  ],
  basedOnAt: MIDNIGHT,
  effectiveAt: MIDNIGHT,
  validUntil: after(MIDNIGHT, 900_000),
  reason: "test",
};

/** Rings 1 2 | 4 and 5 6, without walkers: greens of 5 s at least, 3 s of yellow, 1 s of red clearance. */
export function ringTable(change: Readonly<Record<string, Partial<Phase>>> = {}): TimingTable {
  const { phases, ...rest } = ringCrossing();
  const used = phases.filter(({ id }) => id !== "9").map((phase) => ({ ...phase, ...change[phase.id] }));
  const stages = rest.stages.filter((stage) => !stage.phases.includes("9"));
  const conflicts = rest.conflicts.filter((pair) => !pair.includes("9"));
  return timingTable(
    {
      ...rest,
      phases: used,
      stages,
      conflicts,
      rings: [
        [["1", "2"], ["4"]],
        [["5", "6"], []],
      ],
    },
    SECOND_MS,
  );
}

/** 2 and 6 for 20 s, 4 for 10 s, the lefts 1 and 5 for 8 s; 4 s of clearance after each. Phases in the order 1 2 4 5 6. */
export const RING_PLAN: TimingPlan = {
  ...PLAN,
  cycleMs: 50_000,
  offsetMs: 20_000,
  stages: [
    { stage: "2-6", splitMs: 24_000 },
    { stage: "4", splitMs: 14_000 },
    { stage: "1-5", splitMs: 12_000 },
  ],
};
