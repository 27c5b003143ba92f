import type { DryRunDifference } from "../../protocol/change.ts";

/** Beyond this a bar is cut off and ends in an arrow: one wild measure must not flatten the others. */
const REACH_MAX_PERCENT = 100;
const REACH_MIN_PERCENT = 2;

export type ForestRow = {
  readonly difference: DryRunDifference;
  /** The mean and its interval, 0 to 1 over the width; null where they are not known. */
  readonly mean: number | null;
  readonly interval: readonly [number, number] | null;
  /** Whether the interval goes on beyond the edge. */
  readonly cutLow: boolean;
  readonly cutHigh: boolean;
};

export type Forest = {
  /** Percent at either edge. */
  readonly reachPercent: number;
  readonly rows: readonly ForestRow[];
};

/** Paired differences in percent of the mean under the present parameters, on one scale with zero in its middle. */
export function forestOf(differences: readonly DryRunDifference[]): Forest {
  const intervals = differences.map(percentInterval);
  const widest = Math.max(0, ...intervals.flatMap((interval) => interval?.map(Math.abs) ?? []));
  const reachPercent = Math.min(REACH_MAX_PERCENT, Math.max(REACH_MIN_PERCENT, niceAbove(widest)));
  const place = (percent: number): number =>
    (Math.max(-reachPercent, Math.min(reachPercent, percent)) + reachPercent) / (2 * reachPercent);
  const rows = differences.map((difference, index): ForestRow => {
    const interval = intervals[index] ?? null;
    return {
      difference,
      mean: difference.differencePercent === null ? null : place(difference.differencePercent),
      interval: interval === null ? null : [place(interval[0]), place(interval[1])],
      cutLow: interval !== null && interval[0] < -reachPercent,
      cutHigh: interval !== null && interval[1] > reachPercent,
    };
  });
  return { reachPercent, rows };
}

function percentInterval({ ci95, baseMean }: DryRunDifference): readonly [number, number] | null {
  if (ci95 === null || baseMean === null || baseMean === 0) return null;
  const [low, high] = ci95.map((edge) => (100 * edge) / baseMean);
  return low === undefined || high === undefined ? null : [low, high];
}

/** The next of 1, 2 or 5 times a power of ten. */
function niceAbove(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((times) => times * power).find((one) => one >= value) ?? value;
}
