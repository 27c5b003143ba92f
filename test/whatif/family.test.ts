import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { describe, expect, it } from "vitest";
import { judgeFamily, losingFirst, type Pairs } from "../../sim/whatif/family.ts";

const BASE = [100, 110, 90, 105, 95];
/** A variant whose differences to `BASE` are these. */
const changed = (differences: readonly number[], better: Pairs["better"] = "less"): Pairs => ({
  base: BASE,
  variant: BASE.map((value, pair) => value + (differences[pair] ?? 0)),
  better,
});

describe("a family of measures", () => {
  it("has each difference in its unit, in percent of the base, with p before and after Holm", () => {
    const [delay, other] = judgeFamily([changed([-6, -5, -4, -3, -2]), changed([1, -1, 2, -2, 0])]);
    // As worked out in statistics.test.ts; of two measures the smaller p counts twice.
    expect(delay).toMatchObject({ differenceMean: -4, differencePercent: -4, pairs: 5, verdict: "better" });
    expect(delay?.pValue).toBeCloseTo(0.004813, 6);
    expect(delay?.pHolm).toBeCloseTo(0.009625, 6);
    // 5 % of 100 against a deviation of 1.5811: (3.1824 · 1.5811 / 5)² = 1.01 of 4, (4.3027 · 1.5811 / 5)² = 1.85 of 3, (12.7 · …)² = 16 of 2.
    expect(delay?.replicationsNeeded).toBe(3);
    expect(other).toMatchObject({ differenceMean: 0, pHolm: 1, verdict: "indistinguishable from noise" });
  });

  it("is judged by the adjusted p: what is clear alone may be noise among others", () => {
    // t = −3.1623 with 4 degrees of freedom: p 0.0341.
    const faint = changed([-4, -3, -2, -1, 0]);
    expect(judgeFamily([faint])[0]).toMatchObject({ verdict: "better" });
    const among = judgeFamily([faint, changed([1, -1, 2, -2, 0])]);
    expect(among[0]).toMatchObject({ verdict: "indistinguishable from noise" });
    expect(among[0]?.pHolm).toBeCloseTo(2 * (among[0]?.pValue ?? 0), 12);
  });

  it("knows of which measure more is better", () => {
    const more = judgeFamily([changed([6, 5, 4, 3, 2], "more"), changed([6, 5, 4, 3, 2])]);
    expect(more.map(({ verdict }) => verdict)).toEqual(["better", "worse"]);
  });

  it("does not count what could not be tested", () => {
    const single: Pairs = { base: [10], variant: [1], better: "less" };
    const [none, tested] = judgeFamily([single, changed([-6, -5, -4, -3, -2])]);
    expect(none).toEqual({
      baseMean: 10,
      differenceMean: -9,
      differencePercent: -90,
      ci95: null,
      pairs: 1,
      pValue: null,
      pHolm: null,
      replicationsNeeded: null,
      verdict: "too few pairs",
    });
    expect(tested?.pHolm).toBe(tested?.pValue);
  });

  it("has no percentage of nothing", () => {
    const zero: Pairs = { base: [0, 0, 0], variant: [1, 2, 3], better: "less" };
    expect(judgeFamily([zero])[0]).toMatchObject({ differencePercent: null, replicationsNeeded: null });
  });

  it("is listed with losing results first", () => {
    const list = judgeFamily([
      { base: [1], variant: [1], better: "less" },
      changed([1, -1, 2, -2, 0]),
      changed([-6, -5, -4, -3, -2.1]),
      changed([60, 50, 40, 30, 20]),
    ]);
    expect(losingFirst(list).map(({ verdict }) => verdict)).toEqual([
      "worse",
      "better",
      "indistinguishable from noise",
      "too few pairs",
    ]);
  });
});

/** Draws by a seeded generator, so that every run of the test sees the same. */
function drawer(seed: number) {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  return {
    /** Standard normal, by Box and Muller. */
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    /** Mean 1, as skewed as waiting times are. */
    exponential: () => -Math.log(1 - uniform()),
  };
}

const PAIRS = 40;
const MEASURES = 8;
const REPETITIONS = 2_000;

type Shares = { readonly raw: number; readonly anyRaw: number; readonly anyHolm: number };

/** Repeats a comparison: how often a measure's p is small, and how often one of the family's is, before and after Holm. */
function falseAlarms(draw: () => readonly Pairs[]): Shares {
  let [raw, anyRaw, anyHolm] = [0, 0, 0];
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const judged = judgeFamily(draw());
    const small = judged.filter(({ pValue }) => (pValue ?? 1) <= 0.05).length;
    raw += small;
    anyRaw += small > 0 ? 1 : 0;
    anyHolm += judged.some(({ pHolm }) => (pHolm ?? 1) <= 0.05) ? 1 : 0;
  }
  return { raw: raw / REPETITIONS / MEASURES, anyRaw: anyRaw / REPETITIONS, anyHolm: anyHolm / REPETITIONS };
}

/** Base and variant drawn alike: arrivals of a seed are common to both, and to all measures; the rest is each one's own. */
function alike(seed: number, own: "normal" | "exponential", spread = 4): () => readonly Pairs[] {
  const draw = drawer(seed);
  return () => {
    const arrivals = Array.from({ length: PAIRS }, () => 40 + 8 * draw.normal());
    const values = (): readonly number[] => arrivals.map((level) => level + spread * draw[own]());
    return Array.from({ length: MEASURES }, () => ({ base: values(), variant: values(), better: "less" }));
  };
}

describe("a comparison of like with like, 40 pairs", () => {
  it.each([
    [1, "normal"],
    [2, "exponential"],
  ] as const)("calls at most the nominal share significant (seed %d, %s)", (seed, own) => {
    const { raw, anyRaw, anyHolm } = falseAlarms(alike(seed, own));
    // Two standard errors of 16,000 tests beside 5 %: the test neither cries wolf nor sleeps.
    expect(raw).toBeGreaterThan(0.0465);
    expect(raw).toBeLessThan(0.0535);
    // Of 2,000 families. Measures of real runs hang together, and then it is less.
    expect(anyHolm, "of a whole family").toBeLessThan(0.0597);
    expect(anyRaw, "unadjusted, one of eight is nearly always by chance").toBeGreaterThan(0.25);
  });

  it("finds a planted 5 %, and not without pairs", () => {
    const draw = alike(3, "normal", 2);
    let [found, unpaired] = [0, 0];
    for (let repetition = 0; repetition < 200; repetition += 1) {
      const family = draw();
      const planted = family.map((pairs, measure): Pairs => {
        return measure === 0 ? { ...pairs, variant: pairs.variant.map((value) => value * 1.05) } : pairs;
      });
      if (judgeFamily(planted)[0]?.verdict === "worse") found += 1;
      // The same values, each variant beside the base of another seed.
      const shifted = planted.map((pairs) => ({
        ...pairs,
        base: [...pairs.base.slice(1), ...pairs.base.slice(0, 1)],
      }));
      if (judgeFamily(shifted)[0]?.verdict === "worse") unpaired += 1;
    }
    // Two of some 40 against a standard error of √8 / √40 = 0.45 make t 4.5, and Holm asks for 2.9; without pairs it is 1.9, and t 1.1.
    expect(found).toBeGreaterThan(180);
    expect(unpaired).toBeLessThan(20);
  });
});
