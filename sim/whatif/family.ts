import { defined } from "../../src/assert.ts";
import { holmAdjusted, meanOf, pairedTest, replicationsNeeded } from "./statistics.ts";

/** Chance of a false alarm in a whole family. */
export const SIGNIFICANCE = 0.05;
/** How well a difference is to be known for `replicationsNeeded`, as a share of the base's mean. */
export const PRECISION = 0.05;

/** One measure of base and variant, the values of a pair at the same place. */
export type Pairs = {
  readonly base: readonly number[];
  readonly variant: readonly number[];
  /** Which difference is a gain. */
  readonly better: "less" | "more";
};

export type Verdict = "better" | "worse" | "indistinguishable from noise" | "too few pairs";

/** What a variant does to a measure, by what it does to each pair. `null`: too few pairs, or a base of zero. */
export type JudgedDifference = {
  /** Over the same pairs; `null` without a pair. */
  readonly baseMean: number | null;
  /** Variant less base; `null` without a pair. */
  readonly differenceMean: number | null;
  /** The same in percent of the base's mean over the same pairs. */
  readonly differencePercent: number | null;
  /** Two-sided 95 % interval of the mean difference by Student's t, of this measure alone. */
  readonly ci95: readonly [low: number, high: number] | null;
  readonly pairs: number;
  /** Of Student's paired t, of this measure alone. */
  readonly pValue: number | null;
  /** The same after Holm's adjustment over the family. */
  readonly pHolm: number | null;
  /** Pairs for which the 95 % interval would reach 5 % of the base's mean to either side. */
  readonly replicationsNeeded: number | null;
  readonly verdict: Verdict;
};

/**
 * Judges the measures of one family together: a variant is better or worse where the p adjusted over all of them is at most 0.05. Those
 * with too few pairs are no part of the family, as nothing is tested.
 */
export function judgeFamily(family: readonly Pairs[]): readonly JudgedDifference[] {
  const tests = family.map(({ base, variant }) =>
    pairedTest(variant.map((value, pair) => value - defined(base[pair], "base of the pair"))),
  );
  const tested = [...tests.keys()].filter((place) => tests[place]?.pValue !== null);
  const adjusted = holmAdjusted(tested.map((place) => tests[place]?.pValue ?? 1));
  const holmOf = new Map(tested.map((place, index) => [place, adjusted[index] ?? 1]));
  return family.map((pairs, place) => {
    const { deviation, ...test } = defined(tests[place], "test");
    const pHolm = holmOf.get(place) ?? null;
    const baseMean = meanOf(pairs.base);
    const reference = baseMean ?? 0;
    return {
      ...test,
      baseMean,
      differencePercent:
        test.differenceMean === null || reference === 0 ? null : (100 * test.differenceMean) / reference,
      pHolm,
      replicationsNeeded: deviation === null ? null : replicationsNeeded(deviation, reference, PRECISION),
      verdict: verdictOf(test.differenceMean ?? 0, pHolm, pairs.better),
    };
  });
}

function verdictOf(difference: number, pHolm: number | null, better: Pairs["better"]): Verdict {
  if (pHolm === null) return "too few pairs";
  if (pHolm > SIGNIFICANCE) return "indistinguishable from noise";
  return difference < 0 === (better === "less") ? "better" : "worse";
}

/** Losing results first: what is worse, then what is better, then what cannot be told. */
const ORDER: Readonly<Record<Verdict, number>> = {
  worse: 0,
  better: 1,
  "indistinguishable from noise": 2,
  "too few pairs": 3,
};

/** Losing results first; in their own order otherwise. */
export function losingFirst<Judged extends { readonly verdict: Verdict }>(
  list: readonly Judged[],
): readonly Judged[] {
  return list.toSorted((left, right) => ORDER[left.verdict] - ORDER[right.verdict]);
}
