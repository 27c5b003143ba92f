import type { CycleTiming } from "../../src/model/plan.ts";
import type { ProgressionLink } from "../../src/optimize/platoon.ts";
import type { RetimeNode } from "../../src/optimize/retime.ts";
import { lane, retimeNode, twoStages } from "./crossing.ts";

export function timing(cycleSeconds: number, first: number, offsetSeconds = 0): CycleTiming {
  return {
    cycleMs: cycleSeconds * 1000,
    offsetMs: offsetSeconds * 1000,
    stages: [
      { stage: "a", splitMs: first * 1000 },
      { stage: "b", splitMs: (cycleSeconds - first) * 1000 },
    ],
  };
}

export function crossing(
  running: CycleTiming,
  flows: readonly [number, number],
  changes: Partial<RetimeNode> = {},
): RetimeNode {
  return retimeNode({
    id: "n",
    table: twoStages(),
    running,
    cycleChangedAt: null,
    lanes: [lane(0, flows[0]), lane(1, flows[1])],
    frozen: false,
    ...changes,
  });
}

export const link = (from: number, to: number): ProgressionLink => ({
  from,
  to,
  travelSeconds: 10,
  departing: [{ phase: 0, flowVehPerHour: 550, saturationVehPerHour: 1800 }],
  arriving: [{ phase: 0, flowVehPerHour: 550, saturationVehPerHour: 1800 }],
});

export const pair = (offsets: readonly [number, number], changes: Partial<RetimeNode> = {}) => [
  crossing(timing(58, 36, offsets[0]), [600, 300], { id: "first", ...changes }),
  crossing(timing(58, 36, offsets[1]), [600, 300], { id: "second", ...changes }),
];
