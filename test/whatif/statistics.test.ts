import { array, assert, double, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  holmAdjusted,
  meanOf,
  medianOf,
  pairedTest,
  percentileOf,
  replicationsNeeded,
} from "../../sim/whatif/statistics.ts";
import { studentCentralQuantile, studentCentralShare, studentTwoSidedP } from "../../sim/whatif/student.ts";

describe("Student's t", () => {
  // Any table of the distribution, two-sided 95 %.
  it.each([
    [1, 12.7062],
    [2, 4.3027],
    [3, 3.1824],
    [4, 2.7764],
    [5, 2.5706],
    [9, 2.2622],
    [10, 2.2281],
    [29, 2.0452],
    [30, 2.0423],
    [120, 1.9799],
    [999, 1.9623],
  ])("with %d degrees of freedom has 95 %% within ±%d", (degrees, t) => {
    expect(studentCentralQuantile(0.95, degrees)).toBeCloseTo(t, 4);
  });

  it.each([
    [0.9, 4, 2.1318],
    [0.99, 4, 4.6041],
    [0.99, 29, 2.7564],
  ])("has a share of %d with %d degrees of freedom within ±%d", (share, degrees, t) => {
    expect(studentCentralQuantile(share, degrees)).toBeCloseTo(t, 4);
  });

  it("has half of it within ±1 with one degree of freedom, a Cauchy distribution", () => {
    expect(studentCentralShare(1, 1)).toBeCloseTo(0.5, 12);
    expect(studentCentralQuantile(0.5, 1)).toBeCloseTo(1, 12);
    // With two: t/√(2 + t²).
    expect(studentCentralShare(1, 2)).toBeCloseTo(1 / Math.sqrt(3), 12);
  });

  it("has the share that was asked for within its quantile", () => {
    const shares = double({ min: 0.01, max: 0.999, noNaN: true });
    assert(
      property(shares, integer({ min: 1, max: 500 }), (share, degrees) => {
        const t = studentCentralQuantile(share, degrees);
        expect(studentCentralShare(t, degrees)).toBeCloseTo(share, 9);
      }),
    );
  });
});

describe("mean, median and percentile", () => {
  it("are those of the values", () => {
    expect(meanOf([4, 1, 7])).toBe(4);
    expect(medianOf([4, 1, 9])).toBe(4);
    expect(medianOf([4, 1, 9, 6])).toBe(5);
    expect(percentileOf([50, 10, 40, 20, 30], 0.5)).toBe(30);
    // By nearest rank: a value that there is, never one between two.
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentileOf(hundred, 0.99)).toBe(99);
    expect(percentileOf([7], 0.99)).toBe(7);
  });

  it("are nothing of nothing", () => {
    expect([meanOf([]), medianOf([]), percentileOf([], 0.5)]).toEqual([null, null, null]);
  });

  it("lie among the values", () => {
    const values = array(integer({ min: -1000, max: 1000 }), { minLength: 1 });
    assert(
      property(values, (list) => {
        for (const figure of [meanOf(list), medianOf(list), percentileOf(list, 0.99)]) {
          expect(figure).toBeGreaterThanOrEqual(Math.min(...list));
          expect(figure).toBeLessThanOrEqual(Math.max(...list));
        }
      }),
    );
  });
});

describe("Student's p", () => {
  it("is what lies farther out", () => {
    // With 4 degrees of freedom the share within is sin θ (1 + ½ cos² θ), and t = √32 has cos² θ = 4/36: 1 − √(8/9) · 19/18.
    expect(studentTwoSidedP(Math.sqrt(32), 4)).toBeCloseTo(1 - Math.sqrt(8 / 9) * (19 / 18), 12);
    expect(studentTwoSidedP(-Math.SQRT2, 2)).toBeCloseTo(1 - Math.SQRT1_2, 12);
    expect(studentTwoSidedP(0, 7)).toBe(1);
    expect(studentTwoSidedP(1e9, 30)).toBe(0);
  });
});

describe("a paired test", () => {
  it("has mean, interval and p of the differences", () => {
    // Mean −4, variance (4 + 1 + 0 + 1 + 4) / 4 = 2.5, standard error √(2.5 / 5) = 0.70711; 2.77645 of them are 1.96324.
    const { differenceMean, ci95, pairs, pValue, deviation } = pairedTest([-6, -5, -4, -3, -2]);
    expect([differenceMean, pairs]).toEqual([-4, 5]);
    expect(ci95?.[0]).toBeCloseTo(-5.96324, 4);
    expect(ci95?.[1]).toBeCloseTo(-2.03676, 4);
    expect(deviation).toBeCloseTo(Math.sqrt(2.5), 12);
    // t = −4 / 0.70711 = −√32.
    expect(pValue).toBeCloseTo(0.004813, 6);
  });

  it("of pairs that all say the same has no doubt", () => {
    expect(pairedTest([0, 0, 0])).toMatchObject({ differenceMean: 0, ci95: [0, 0], pValue: 1 });
    expect(pairedTest([-3, -3])).toMatchObject({ differenceMean: -3, ci95: [-3, -3], pValue: 0 });
  });

  it("of one pair, or none, says nothing", () => {
    const nothing = { ci95: null, pValue: null, deviation: null };
    expect(pairedTest([-9])).toEqual({ ...nothing, differenceMean: -9, pairs: 1 });
    expect(pairedTest([])).toEqual({ ...nothing, differenceMean: null, pairs: 0 });
  });

  it("has p at most 0.05 where zero is not within the interval, and there alone", () => {
    let met = 0;
    const differences = array(integer({ min: -20, max: 60 }), { minLength: 2, maxLength: 30 });
    assert(
      property(differences, (list) => {
        const { ci95, pValue } = pairedTest(list);
        const [low, high] = ci95 ?? [0, 0];
        if (list.every((value) => value === 0) || Math.abs((pValue ?? 1) - 0.05) < 1e-9) return;
        expect((pValue ?? 1) < 0.05).toBe(low > 0 || high < 0);
        met += low > 0 ? 1 : 0;
      }),
    );
    expect(met).toBeGreaterThan(10);
  });
});

describe("Holm's adjustment", () => {
  it("takes the smallest times all of them, the next times one less, and never falls", () => {
    // 3 × 0.01; 2 × 0.03; 1 × 0.04 is less than the 0.06 before it.
    expect(holmAdjusted([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holmAdjusted([0.2])).toEqual([0.2]);
    expect(holmAdjusted([0.6, 0.5])).toEqual([1, 1]);
    expect(holmAdjusted([])).toEqual([]);
  });

  const family = array(double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });

  it("keeps the order of p, makes none smaller, and lets none go above 1", () => {
    assert(
      property(family, (list) => {
        const adjusted = holmAdjusted(list);
        for (const [place, p] of list.entries()) {
          const own = adjusted[place] ?? -1;
          expect(own).toBeGreaterThanOrEqual(p);
          expect(own).toBeLessThanOrEqual(1);
          for (const [other, q] of list.entries())
            if (p < q) expect(own).toBeLessThanOrEqual(adjusted[other] ?? -1);
        }
      }),
    );
  });

  it("does not depend on the order of the family", () => {
    assert(
      property(family, (list) => {
        const sorted = [...holmAdjusted(list)].toSorted((left, right) => left - right);
        expect([...holmAdjusted(list.toReversed())].toReversed()).toEqual([...holmAdjusted(list)]);
        expect(holmAdjusted(list.toSorted((left, right) => left - right))).toEqual(sorted);
      }),
    );
  });
});

describe("replications needed", () => {
  it("are the fewest whose interval is narrow enough", () => {
    // 5 % of 50 is 2.5, a quarter of the deviation: (1.9983 · 4)² = 63.9 of 64, (1.9990 · 4)² = 63.9 of 63.
    expect(replicationsNeeded(10, 50, 0.05)).toBe(64);
    // t of 9 degrees is 2.2622: (2.2622 · 10 / 7.2)² = 9.87; of 8 degrees 2.3060: (2.3060 · 10 / 7.2)² = 10.26.
    expect(replicationsNeeded(10, -72, 0.1)).toBe(10);
  });

  it("are two of what does not spread, and none that anybody runs of a reference of zero", () => {
    expect(replicationsNeeded(0, 50, 0.05)).toBe(2);
    expect(replicationsNeeded(1, 0, 0.05)).toBeNull();
    expect(replicationsNeeded(60, 10, 0.05)).toBeNull();
  });

  it("are enough, and one less is not", () => {
    const positive = double({ min: 0.5, max: 30, noNaN: true });
    assert(
      property(positive, positive, (deviation, reference) => {
        const n = replicationsNeeded(deviation, reference, 0.1);
        if (n === null || n <= 2) return;
        const reach = (count: number) =>
          (studentCentralQuantile(0.95, count - 1) * deviation) / Math.sqrt(count);
        expect(reach(n)).toBeLessThanOrEqual(0.1 * reference);
        expect(reach(n - 1)).toBeGreaterThan(0.1 * reference);
      }),
    );
  });
});
