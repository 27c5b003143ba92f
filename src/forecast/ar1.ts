import { SimpleLinearRegression } from "ml-regression";

/**
 * y_t = α + β·y_{t−1} + γ·ε_t with ε ~ N(0, 1), fitted by least squares (reference `forecasting.md` §5). γ is the standard
 * deviation of the innovations, not a regressor.
 */
export type Ar1 = {
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
};

/** Fewer pairs than this say nothing of α, β and γ. */
export const AR1_PAIRS_MIN = 6;

/** Beyond this the series would be fitted as explosive, which counts of vehicles are not. */
const BETA_MAX = 0.999;

/**
 * Fits pairs of successive values; a gap (`NaN`) breaks the chain. `undefined` where there are too few pairs, or values that
 * never change.
 */
export function fitAr1(series: readonly number[]): Ar1 | undefined {
  const before: number[] = [];
  const now: number[] = [];
  for (const [index, value] of series.entries()) {
    const previous = series[index - 1] ?? Number.NaN;
    if (Number.isNaN(value) || Number.isNaN(previous)) continue;
    before.push(previous);
    now.push(value);
  }
  if (before.length < AR1_PAIRS_MIN || before.every((value) => value === before[0])) return undefined;
  const { slope, intercept } = new SimpleLinearRegression(before, now);
  if (!Number.isFinite(slope) || !Number.isFinite(intercept)) return undefined;
  const beta = Math.min(BETA_MAX, Math.max(-BETA_MAX, slope));
  const alpha = beta === slope ? intercept : mean(now) - beta * mean(before);
  const squares = now.reduce(
    (sum, value, index) => sum + (value - alpha - beta * (before[index] ?? 0)) ** 2,
    0,
  );
  return { alpha, beta, gamma: Math.sqrt(squares / (now.length - 2)) };
}

/** The value after `last`; never negative, as counts are. */
export function forecastAr1({ alpha, beta }: Ar1, last: number): number {
  return Math.max(0, alpha + beta * last);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
