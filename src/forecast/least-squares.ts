import { MultivariateLinearRegression } from "ml-regression";

/** A fitted linear function: `intercept + Σ weights·x`. */
export type LinearFit = {
  readonly intercept: number;
  readonly weights: readonly number[];
};

export type FitOptions = {
  /** Weight of each row, not negative; all alike where absent. */
  readonly rowWeights?: readonly number[];
  /** Penalty on the weights of columns scaled to a variance of 1, as so many rows of evidence; 0 where absent. */
  readonly ridgeRows?: number;
};

/** Keeps columns that are nearly the same from giving huge weights of both signs: so many parts of a row's evidence. */
const RIDGE_SHARE = 1e-9;

/**
 * Least squares on ml-regression. Its `MultivariateLinearRegression` solves the normal equations, so columns are centred and
 * scaled first; row weights multiply rows by their root; a ridge is added as rows of √λ (reference `forecasting.md` §1.5).
 * A column that never changes gets no weight. `undefined` with fewer rows than columns and two more.
 */
export function fitLinear(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  { rowWeights, ridgeRows = 0 }: FitOptions = {},
): LinearFit | undefined {
  const width = rows[0]?.length ?? 0;
  if (rows.length < width + 2) return undefined;
  const weightOf = (row: number): number => rowWeights?.[row] ?? 1;
  const columns = Array.from({ length: width }, (_, column) =>
    columnScale((row) => rows[row]?.[column] ?? 0, rows.length, weightOf),
  );
  const target = columnScale((row) => targets[row] ?? 0, rows.length, weightOf);
  const used = columns.flatMap((column, index) => (column.spread > 0 ? [{ ...column, index }] : []));
  const weights = Array.from({ length: width }, () => 0);
  if (used.length > 0) {
    const x = rows.map((row, position) => {
      const root = Math.sqrt(weightOf(position));
      return used.map(({ index, mean, spread }) => (root * ((row[index] ?? 0) - mean)) / spread);
    });
    const y = targets.map((value, position) => [Math.sqrt(weightOf(position)) * (value - target.mean)]);
    const penalty = Math.sqrt(ridgeRows + RIDGE_SHARE * rows.length);
    for (const position of used.keys()) {
      x.push(used.map((_, column) => (column === position ? penalty : 0)));
      y.push([0]);
    }
    const fitted = new MultivariateLinearRegression(x, y, { intercept: false, statistics: false });
    for (const [position, { index, spread }] of used.entries()) {
      weights[index] = (fitted.weights[position]?.[0] ?? 0) / spread;
    }
  }
  if (!weights.every(Number.isFinite)) return undefined;
  const explained = columns.reduce((sum, { mean }, column) => sum + mean * (weights[column] ?? 0), 0);
  return { intercept: target.mean - explained, weights };
}

/** Weighted mean and standard deviation of a column. */
function columnScale(
  valueOf: (row: number) => number,
  rows: number,
  weightOf: (row: number) => number,
): { readonly mean: number; readonly spread: number } {
  let total = 0;
  let sum = 0;
  for (let row = 0; row < rows; row += 1) {
    total += weightOf(row);
    sum += weightOf(row) * valueOf(row);
  }
  if (total <= 0) return { mean: 0, spread: 0 };
  const mean = sum / total;
  let squares = 0;
  for (let row = 0; row < rows; row += 1) squares += weightOf(row) * (valueOf(row) - mean) ** 2;
  const spread = Math.sqrt(squares / total);
  // What is left of a constant column after rounding is not a spread.
  return { mean, spread: spread > 1e-12 * Math.abs(mean) ? spread : 0 };
}

/** Beyond this many standard deviations a residual counts only in proportion: 95 % efficient on normal errors (Huber 1964). */
const HUBER_BOUND = 1.345;
/** The median absolute deviation of normal errors is this part of their standard deviation. */
const MAD_OF_NORMAL = 0.6745;
const REWEIGHTINGS = 8;

/** Huber's robust fit by reweighting: rows far from the fit lose weight, and the fit is made again. */
export function fitHuber(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
): LinearFit | undefined {
  let fit = fitLinear(rows, targets);
  for (let round = 0; round < REWEIGHTINGS && fit !== undefined; round += 1) {
    const present = fit;
    const residuals = rows.map((row, position) => (targets[position] ?? 0) - valueAt(present, row));
    const scale = median(residuals.map(Math.abs)) / MAD_OF_NORMAL;
    // More than half of the rows lie on the fit: there is nothing to weigh down against.
    if (!(scale > 0)) return fit;
    const rowWeights = residuals.map((residual) =>
      Math.min(1, (HUBER_BOUND * scale) / Math.max(Math.abs(residual), Number.MIN_VALUE)),
    );
    fit = fitLinear(rows, targets, { rowWeights });
  }
  return fit;
}

export function valueAt({ intercept, weights }: LinearFit, row: readonly number[]): number {
  let sum = intercept;
  for (let column = 0; column < weights.length; column += 1) {
    sum += (weights[column] ?? 0) * (row[column] ?? 0);
  }
  return sum;
}

/** The middle value, or the mean of the two middle ones; `NaN` of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}
