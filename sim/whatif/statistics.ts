import { assert, defined } from "../../src/assert.ts";
import { studentCentralQuantile } from "./student.ts";

const CONFIDENCE = 0.95;
/** Of one pair nothing can be said about the spread of differences. */
const PAIRS_MIN = 2;

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

/** What a variant does to a measure of which less is better, by what it does to each pair. */
export type PairedDifference = {
  /** Variant less base; `null` without a pair. */
  readonly differenceMean: number | null;
  /** Two-sided 95 % interval of the mean difference by Student's t; `null` with too few pairs. */
  readonly ci95: readonly [low: number, high: number] | null;
  readonly pairs: number;
  readonly verdict: "better" | "worse" | "no difference" | "too few pairs";
};

/** Judges the differences of pairs, each variant less base. A variant is better or worse where the whole interval says so. */
export function pairedDifference(differences: readonly number[]): PairedDifference {
  const pairs = differences.length;
  const mean = meanOf(differences);
  if (mean === null || pairs < PAIRS_MIN) {
    return { differenceMean: mean, ci95: null, pairs, verdict: "too few pairs" };
  }
  const squares = differences.reduce((total, value) => total + (value - mean) ** 2, 0);
  const standardError = Math.sqrt(squares / (pairs - 1) / pairs);
  const reach = studentCentralQuantile(CONFIDENCE, pairs - 1) * standardError;
  const [low, high] = [mean - reach, mean + reach];
  const clear = high < 0 ? "better" : "worse";
  const verdict = low <= 0 && high >= 0 ? "no difference" : clear;
  return { differenceMean: mean, ci95: [low, high], pairs, verdict };
}
