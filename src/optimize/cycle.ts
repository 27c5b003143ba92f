import type { TimingTable } from "../model/timing.ts";
import { msToSeconds } from "../units.ts";
import type { LaneDemand } from "./capacity.ts";
import { GREEN_LOSS_SECONDS, lostSeconds, minimumGreens, type StageOrder, splitGreens } from "./splits.ts";

/** At and above this sum of critical flow ratios Webster's formula gives nothing useful (reference §3.1). */
const CRITICAL_RATIO_MAX = 0.95;

export type CycleNeed = {
  /** Webster's cycle within the envelope, seconds. */
  readonly cycleSeconds: number;
  /** The shortest cycle that serves every phase's minimum. */
  readonly cycleLeastSeconds: number;
  /** Sum of critical flow ratios. */
  readonly criticalRatio: number;
};

/**
 * C = (1.5 L + 5) / (1 − Y), Webster 1958, within the envelope and not below what the minimum services need. Y is taken from the
 * degree of saturation X that equal splits reach at the longest cycle: Y = X·(C − L)/C.
 */
export function websterCycle(table: TimingTable, order: StageOrder, lanes: readonly LaneDemand[]): CycleNeed {
  const { cycleMinSeconds } = table.intersection.envelope;
  const cycleMaxSeconds = longestCycleSeconds(table);
  const minima = minimumGreens(table, order);
  const intergreens = lostSeconds(table, order);
  const cycleLeastSeconds = intergreens + minima.reduce((sum, green) => sum + green, 0);
  const longest = Math.max(cycleMaxSeconds, cycleLeastSeconds);
  const unlimited = {
    lowerSeconds: order.map(() => 0),
    upperSeconds: order.map(() => Number.POSITIVE_INFINITY),
  };
  const { degreeOfSaturation } = splitGreens(table, order, lanes, longest, unlimited);
  const lost = intergreens + order.length * GREEN_LOSS_SECONDS;
  const criticalRatio = (Math.max(0, ...degreeOfSaturation) * (longest - lost)) / longest;
  const wanted =
    criticalRatio >= CRITICAL_RATIO_MAX ? cycleMaxSeconds : (1.5 * lost + 5) / (1 - criticalRatio);
  const cycleSeconds = Math.min(
    cycleMaxSeconds,
    Math.max(cycleMinSeconds, cycleLeastSeconds, Math.ceil(wanted)),
  );
  return { cycleSeconds, cycleLeastSeconds, criticalRatio };
}

/** The longest cycle of the envelope in which no phase, served for its minimum only, waits longer than it may. */
export function longestCycleSeconds({ intersection, phases }: TimingTable): number {
  const { cycleMaxSeconds, waitMaxSeconds } = intersection.envelope;
  const shortestService = Math.min(...phases.map(({ serviceMinMs }) => msToSeconds(serviceMinMs)));
  return Math.min(cycleMaxSeconds, Math.floor(waitMaxSeconds + shortestService));
}
