/** Whether one forecast is better than another by more than chance. */
export type DieboldMariano = {
  /** Mean of the first loss less the second: negative where the first is better. */
  readonly meanDifference: number;
  /** In standard errors; 0 where the losses never differ. */
  readonly statistic: number;
  /** Two-sided, by the normal distribution. */
  readonly pValue: number;
};

/**
 * Diebold and Mariano (1995) on two series of losses of the same points, their variance robust to autocorrelation up to `lags`
 * (Newey and West 1987, Bartlett weights).
 */
export function dieboldMariano(
  first: readonly number[],
  second: readonly number[],
  lags: number,
): DieboldMariano {
  const differences = first
    .map((loss, index) => loss - (second[index] ?? Number.NaN))
    .filter((difference) => !Number.isNaN(difference));
  const count = differences.length;
  if (count < 2) return { meanDifference: Number.NaN, statistic: 0, pValue: 1 };
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / count;
  let variance = autocovariance(differences, mean, 0);
  for (let lag = 1; lag <= Math.min(lags, count - 1); lag += 1) {
    variance += 2 * (1 - lag / (lags + 1)) * autocovariance(differences, mean, lag);
  }
  if (!(variance > 0)) return { meanDifference: mean, statistic: 0, pValue: mean === 0 ? 1 : 0 };
  const statistic = mean / Math.sqrt(variance / count);
  return { meanDifference: mean, statistic, pValue: 2 * (1 - normalCdf(Math.abs(statistic))) };
}

function autocovariance(values: readonly number[], mean: number, lag: number): number {
  let sum = 0;
  for (let index = lag; index < values.length; index += 1) {
    sum += ((values[index] ?? 0) - mean) * ((values[index - lag] ?? 0) - mean);
  }
  return sum / values.length;
}

/** Whether residuals still have structure. */
export type LjungBox = { readonly statistic: number; readonly pValue: number };

/** Ljung and Box (1978): n·(n + 2)·Σ r_k² / (n − k), chi-squared with `lags` less `fitted` degrees of freedom. */
export function ljungBox(residuals: readonly number[], lags: number, fitted = 0): LjungBox {
  const known = residuals.filter((residual) => !Number.isNaN(residual));
  const count = known.length;
  const mean = known.reduce((sum, residual) => sum + residual, 0) / count;
  const variance = autocovariance(known, mean, 0);
  if (count <= lags + 1 || !(variance > 0)) return { statistic: 0, pValue: 1 };
  let sum = 0;
  for (let lag = 1; lag <= lags; lag += 1) {
    sum += (autocovariance(known, mean, lag) / variance) ** 2 / (count - lag);
  }
  const statistic = count * (count + 2) * sum;
  return { statistic, pValue: gammaUpper(Math.max(1, lags - fitted) / 2, statistic / 2) };
}

/** Standard normal distribution function, by the incomplete gamma function: erf(x) = P(½, x²). */
export function normalCdf(value: number): number {
  const tail = 0.5 * gammaUpper(0.5, (value * value) / 2);
  return value < 0 ? tail : 1 - tail;
}

const ITERATIONS_MAX = 1000;
const PRECISION = 1e-14;

/** Regularised upper incomplete gamma function Q(a, x): a series below a + 1, a continued fraction above. */
export function gammaUpper(shape: number, value: number): number {
  if (value <= 0) return 1;
  const scale = Math.exp(-value + shape * Math.log(value) - logGamma(shape));
  if (value < shape + 1) {
    let term = 1 / shape;
    let sum = term;
    for (let step = 1; step < ITERATIONS_MAX && term > sum * PRECISION; step += 1) {
      term *= value / (shape + step);
      sum += term;
    }
    return Math.max(0, 1 - scale * sum);
  }
  let b = value + 1 - shape;
  let c = 1 / Number.MIN_VALUE;
  let d = 1 / b;
  let fraction = d;
  for (let step = 1; step < ITERATIONS_MAX; step += 1) {
    const factor = -step * (step - shape);
    b += 2;
    d = 1 / (factor * d + b);
    c = b + factor / c;
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) < PRECISION) break;
  }
  return scale * fraction;
}

/** ln Γ(x) for x > 0: Stirling's series, after moving x beyond 8. */
export function logGamma(value: number): number {
  let shifted = value;
  let product = 1;
  while (shifted < 8) {
    product *= shifted;
    shifted += 1;
  }
  const inverse = 1 / shifted;
  const square = inverse * inverse;
  const series =
    inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))));
  return (
    (shifted - 0.5) * Math.log(shifted) - shifted + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product)
  );
}
