import { array, assert, double, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { meanOf, medianOf, pairedDifference, percentileOf } from "../../sim/whatif/statistics.ts";
import { studentCentralQuantile, studentCentralShare } from "../../sim/whatif/student.ts";

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

describe("a paired difference", () => {
  it("is better where the whole interval is below zero", () => {
    // Mean −4, variance (4 + 1 + 0 + 1 + 4) / 4 = 2.5, standard error √(2.5 / 5) = 0.70711; 2.77645 of them are 1.96324.
    const { differenceMean, ci95, pairs, verdict } = pairedDifference([-6, -5, -4, -3, -2]);
    expect([differenceMean, pairs, verdict]).toEqual([-4, 5, "better"]);
    expect(ci95?.[0]).toBeCloseTo(-5.96324, 4);
    expect(ci95?.[1]).toBeCloseTo(-2.03676, 4);
  });

  it("is worse where it is above, and none where zero lies within", () => {
    expect(pairedDifference([6, 5, 4, 3, 2]).verdict).toBe("worse");
    // Mean 1, variance (9 + 1 + 16) / 2 = 13: the interval reaches ±8.96.
    expect(pairedDifference([4, 2, -3]).verdict).toBe("no difference");
    expect(pairedDifference([0, 0, 0])).toEqual({
      differenceMean: 0,
      ci95: [0, 0],
      pairs: 3,
      verdict: "no difference",
    });
    expect(pairedDifference([-3, -3]).verdict).toBe("better");
  });

  it("of one pair, or none, says nothing", () => {
    expect(pairedDifference([-9])).toEqual({
      differenceMean: -9,
      ci95: null,
      pairs: 1,
      verdict: "too few pairs",
    });
    expect(pairedDifference([])).toEqual({
      differenceMean: null,
      ci95: null,
      pairs: 0,
      verdict: "too few pairs",
    });
  });
});
