import { HOUR_MS } from "../units.ts";

/** Sums from which the metrics of forecasts are worked out; those of several series add up. */
export type ScoreSums = {
  readonly points: number;
  readonly absolute: number;
  readonly squared: number;
  readonly error: number;
  readonly measured: number;
  readonly measuredSquared: number;
  /** Points with a count above 0, and Σ |y − ŷ| / y over them. */
  readonly positivePoints: number;
  readonly relative: number;
  /** Points with GEH < 5 on hourly flows. */
  readonly gehBelow5: number;
};

export const NO_SCORES: ScoreSums = {
  points: 0,
  absolute: 0,
  squared: 0,
  error: 0,
  measured: 0,
  measuredSquared: 0,
  positivePoints: 0,
  relative: 0,
  gehBelow5: 0,
};

/** Sums over the points whose count and forecast are both known. */
export function scoreSums(
  measured: readonly number[],
  forecasts: readonly number[],
  intervalMs: number,
): ScoreSums {
  const sums: { -readonly [Key in keyof ScoreSums]: number } = { ...NO_SCORES };
  for (const [index, y] of measured.entries()) {
    const forecast = forecasts[index] ?? Number.NaN;
    const error = y - forecast;
    if (Number.isNaN(error)) continue;
    sums.points += 1;
    sums.absolute += Math.abs(error);
    sums.squared += error * error;
    sums.error -= error;
    sums.measured += y;
    sums.measuredSquared += y * y;
    if (y > 0) {
      sums.positivePoints += 1;
      sums.relative += Math.abs(error) / y;
    }
    if (geh(forecast, y, intervalMs) < 5) sums.gehBelow5 += 1;
  }
  return sums;
}

export function addScores(left: ScoreSums, right: ScoreSums): ScoreSums {
  return {
    points: left.points + right.points,
    absolute: left.absolute + right.absolute,
    squared: left.squared + right.squared,
    error: left.error + right.error,
    measured: left.measured + right.measured,
    measuredSquared: left.measuredSquared + right.measuredSquared,
    positivePoints: left.positivePoints + right.positivePoints,
    relative: left.relative + right.relative,
    gehBelow5: left.gehBelow5 + right.gehBelow5,
  };
}

/** Vehicles an interval, or shares; `NaN` where there is no point. */
export type Metrics = {
  readonly points: number;
  readonly mae: number;
  readonly rmse: number;
  /** Mean of |y − ŷ| / y over counts above 0, percent: mostly a statement about the night. */
  readonly mapePercent: number;
  /** Σ |y − ŷ| / Σ y, percent. */
  readonly wapePercent: number;
  /** 1 − SSE / SST, SST about the mean of the scored counts. */
  readonly r2: number;
  /** Mean of ŷ − y. */
  readonly bias: number;
  readonly geh5Share: number;
  /** Mean squared error over the mean count: 1 is what a Poisson counter of known rate would have. */
  readonly poissonRatio: number;
};

export function metricsOf(sums: ScoreSums): Metrics {
  const { points, absolute, squared, measured } = sums;
  const mean = measured / points;
  const total = sums.measuredSquared - points * mean * mean;
  return {
    points,
    mae: absolute / points,
    rmse: Math.sqrt(squared / points),
    mapePercent: (100 * sums.relative) / sums.positivePoints,
    wapePercent: (100 * absolute) / measured,
    r2: 1 - squared / total,
    bias: sums.error / points,
    geh5Share: sums.gehBelow5 / points,
    poissonRatio: squared / measured,
  };
}

/** GEH of two counts of an interval, on hourly flows: √(2·(m − c)² / (m + c)); 0 of nothing against nothing. */
export function geh(forecast: number, measured: number, intervalMs: number): number {
  if (forecast + measured <= 0) return 0;
  const hourly = HOUR_MS / intervalMs;
  return Math.sqrt((2 * hourly * (forecast - measured) ** 2) / (forecast + measured));
}

/** Mean absolute error of the seasonal naive forecast within the training counts, the scale of MASE; `NaN` without a season. */
export function seasonalScale(counts: readonly number[], season: number): number {
  let sum = 0;
  let points = 0;
  for (let index = season; index < counts.length; index += 1) {
    const difference = Math.abs((counts[index] ?? Number.NaN) - (counts[index - season] ?? Number.NaN));
    if (Number.isNaN(difference)) continue;
    sum += difference;
    points += 1;
  }
  return points === 0 ? Number.NaN : sum / points;
}
