/** Recursive least squares with forgetting: weights and what is not yet known of them. */
export type Recursion = {
  /** How much a row counts one interval later, above 0 and at most 1. */
  readonly forgetting: number;
  /** Inverse of the weighted normal matrix, row by row. */
  readonly inverse: readonly number[];
  /** Its trace at the beginning: forgetting may not make the weights less known than they were then. */
  readonly traceMax: number;
};

/** Variance of the weights before anything is known, in units of the noise: the reference's P₀. */
const PRIOR_VARIANCE = 1000;

/** For an intercept and `order` regressors whose size is about `scale`. */
export function startRecursion(order: number, scale: number, forgetting: number): Recursion {
  const size = order + 1;
  const regressorVariance = PRIOR_VARIANCE / Math.max(scale * scale, 1e-6);
  const inverse = Array.from({ length: size * size }, () => 0);
  for (let row = 0; row < size; row += 1) {
    inverse[row * size + row] = row === 0 ? PRIOR_VARIANCE : regressorVariance;
  }
  return { forgetting, inverse, traceMax: traceOf(inverse, size) };
}

/**
 * Takes one row: `regressors` without the leading 1 of the intercept, `target` what they should have given. `weights` begin with
 * the intercept. g = P·x / (λ + xᵀ·P·x); w ← w + g·e; P ← (P − g·xᵀ·P) / λ (reference `forecasting.md` §1.3).
 */
export function learnRow(
  { forgetting, inverse, traceMax }: Recursion,
  weights: readonly number[],
  regressors: readonly number[],
  target: number,
): { readonly recursion: Recursion; readonly weights: readonly number[] } {
  const size = weights.length;
  const product: number[] = [];
  let spread = 0;
  let error = target;
  for (let row = 0; row < size; row += 1) {
    let sum = inverse[row * size] ?? 0;
    for (let column = 1; column < size; column += 1) {
      sum += (inverse[row * size + column] ?? 0) * (regressors[column - 1] ?? 0);
    }
    product.push(sum);
    const regressor = row === 0 ? 1 : (regressors[row - 1] ?? 0);
    spread += regressor * sum;
    error -= regressor * (weights[row] ?? 0);
  }
  // A detector that counts nobody says nothing of the weights; forgetting them all the same would end in overflow.
  const kept = traceOf(inverse, size) < traceMax ? forgetting : 1;
  const gain = 1 / (kept + spread);
  const next = inverse.slice();
  const learned = weights.slice();
  for (let row = 0; row < size; row += 1) {
    const own = (product[row] ?? 0) * gain;
    learned[row] = (weights[row] ?? 0) + own * error;
    for (let column = row; column < size; column += 1) {
      const value = ((inverse[row * size + column] ?? 0) - own * (product[column] ?? 0)) / kept;
      // Written twice, so that rounding never makes the matrix lopsided.
      next[row * size + column] = value;
      next[column * size + row] = value;
    }
  }
  return { recursion: { forgetting, inverse: next, traceMax }, weights: learned };
}

function traceOf(inverse: readonly number[], size: number): number {
  let sum = 0;
  for (let row = 0; row < size; row += 1) sum += inverse[row * size + row] ?? 0;
  return sum;
}
