import { assert, defined } from "../../src/assert.ts";
import { studentCentralQuantile, studentTwoSidedP } from "./student.ts";

const CONFIDENCE = 0.95;
/** Of the normal distribution 95 % lie within so many deviations. */
const NORMAL_QUANTILE = 1.95996;
/** Of one value nothing can be said about the spread. */
const VALUES_MIN = 2;

/** Mean of the values; `null` of none. */
export function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** The value in the middle, or halfway between the two; `null` of none. */
export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((left, right) => left - right);
  const upper = defined(sorted[Math.floor(sorted.length / 2)], "upper value in the middle");
  const lower = defined(sorted[Math.ceil(sorted.length / 2) - 1], "lower value in the middle");
  return (lower + upper) / 2;
}

/** The smallest value that at least this share of the values does not exceed (nearest rank); `null` of none. */
export function percentileOf(values: readonly number[], share: number): number | null {
  assert(share > 0 && share <= 1, "a share above 0, up to 1");
  if (values.length === 0) return null;
  const sorted = values.toSorted((left, right) => left - right);
  return defined(sorted[Math.ceil(share * sorted.length) - 1], "value at the rank");
}

/** The middle of a sample, and how sure it is; `null` of too few values. */
export type MeanInterval = {
  readonly mean: number;
  /** Of the sample. */
  readonly deviation: number;
  /** Two-sided 95 % interval of the mean by Student's t. */
  readonly ci95: readonly [low: number, high: number];
};

/** Mean with its 95 % interval; `null` below two values, of which nothing can be said about the spread. */
export function meanInterval(values: readonly number[]): MeanInterval | null {
  const mean = meanOf(values);
  if (mean === null || values.length < VALUES_MIN) return null;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (values.length - 1));
  const reach =
    (studentCentralQuantile(CONFIDENCE, values.length - 1) * deviation) / Math.sqrt(values.length);
  return { mean, deviation, ci95: [mean - reach, mean + reach] };
}

/** What the differences of pairs say about their mean. */
export type PairedTest = {
  /** Variant less base; `null` without a pair. */
  readonly differenceMean: number | null;
  /** Two-sided 95 % interval of the mean difference by Student's t; `null` with too few pairs, like all below. */
  readonly ci95: readonly [low: number, high: number] | null;
  readonly pairs: number;
  /** Two-sided p of Student's paired t: how often chance alone makes a mean so far from zero. */
  readonly pValue: number | null;
  /** Standard deviation of the differences. */
  readonly deviation: number | null;
};

/** Student's paired t test of differences, each variant less base. */
export function pairedTest(differences: readonly number[]): PairedTest {
  const pairs = differences.length;
  const interval = meanInterval(differences);
  if (interval === null) {
    return { differenceMean: meanOf(differences), ci95: null, pairs, pValue: null, deviation: null };
  }
  const { mean, deviation, ci95 } = interval;
  return { differenceMean: mean, ci95, pairs, pValue: pValueOf(mean, deviation, pairs), deviation };
}

function pValueOf(mean: number, deviation: number, pairs: number): number {
  // Every pair says the same: of nothing there is no doubt, and neither is there of something.
  if (deviation === 0) return mean === 0 ? 1 : 0;
  return studentTwoSidedP(mean / (deviation / Math.sqrt(pairs)), pairs - 1);
}

/**
 * Holm's adjusted p of each of a family, in the order given: the k-th smallest of m times (m − k + 1), never below a smaller one's and
 * at most 1. Who calls those at most α significant errs in any of the family with a chance of at most α, however they hang together.
 */
export function holmAdjusted(pValues: readonly number[]): readonly number[] {
  const adjusted = pValues.map(() => 1);
  let floor = 0;
  const rising = [...pValues.keys()].toSorted(
    (left, right) => defined(pValues[left], "p") - defined(pValues[right], "p"),
  );
  for (const [rank, place] of rising.entries()) {
    floor = Math.max(floor, Math.min(1, (pValues.length - rank) * defined(pValues[place], "p")));
    adjusted[place] = floor;
  }
  return adjusted;
}

/** More replications than anybody runs. */
export const REPLICATIONS_MAX = 10_000;

/**
 * The fewest replications, at least two, whose 95 % interval reaches no farther from its mean than the share `precision` of `reference`:
 * n ≥ (t·s / (x·e))² with t of n − 1 degrees of freedom (TxDOT's rule, iterated on t). `null` where more than `REPLICATIONS_MAX`
 * were needed, or of a reference of zero with any spread at all.
 */
export function replicationsNeeded(deviation: number, reference: number, precision: number): number | null {
  assert(precision > 0, "a precision above 0");
  const ratio = deviation === 0 ? 0 : deviation / (Math.abs(reference) * precision);
  // No t is below that of endless degrees of freedom, and of many none is far above.
  const atLeast = Math.max(VALUES_MIN, Math.ceil((NORMAL_QUANTILE * ratio) ** 2));
  for (let n = atLeast; n <= REPLICATIONS_MAX; n += 1) {
    if (n >= (studentCentralQuantile(CONFIDENCE, n - 1) * ratio) ** 2) return n;
  }
  return null;
}
