import { type Calibration, calibrate, type Interval, intervalsOf } from "./intervals.ts";

/** Forecasts that were made so many steps before their intervals, and what was counted in these; `NaN` where either is not known. */
export type Judged = {
  readonly steps: number;
  readonly forecasts: readonly number[];
  readonly counts: readonly number[];
};

/**
 * Intervals of every level for each forecast, `null` where there is none, and the calibration after the last count. One is made when its
 * forecast is, of the counts that are known by then: what was forecast `steps` ahead teaches `steps` intervals later, and whether it
 * missed is asked of the interval that stood by it.
 */
export function intervalsAhead(
  start: Calibration,
  { steps, forecasts, counts }: Judged,
): { readonly intervals: readonly (readonly Interval[] | null)[]; readonly calibration: Calibration } {
  let calibration = start;
  const intervals: (readonly Interval[] | null)[] = [];
  const learn = (row: number): void => {
    const said = intervals[row];
    const forecast = forecasts[row];
    const count = counts[row];
    if (said === undefined || said === null || forecast === undefined || count === undefined) return;
    calibration = calibrate(calibration, forecast, count, said);
  };
  for (const [row, forecast] of forecasts.entries()) {
    learn(row - steps);
    intervals.push(Number.isNaN(forecast) ? null : intervalsOf(calibration, forecast));
  }
  for (let row = Math.max(0, forecasts.length - steps); row < forecasts.length; row += 1) learn(row);
  return { intervals, calibration };
}
