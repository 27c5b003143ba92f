import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dispersionOf, drifted, squareOf } from "../../src/detect/health-dispersion.ts";
import {
  learntRatio,
  PAIR_START,
  type PairLearning,
  pooled,
  weighed,
  weightOf,
} from "../../src/detect/health-pairs.ts";

/** As many vehicles of both, with a dispersion of (400 + squares) / 400. */
const pair = (vehicles: number, squares: number): PairLearning => ({
  ...PAIR_START,
  own: vehicles,
  other: vehicles,
  squares,
  variance: 300,
});

describe("the dispersion of counts", () => {
  it("adds the square of an excess that stands alone, and five times that of one that goes on", () => {
    let [drift, sum] = [0, 0];
    for (let minute = 0; minute < 60; minute += 1) {
      drift = drifted(drift, minute === 0 ? 3 : 0);
      sum += squareOf(drift);
    }
    // 5/9 of 9, 4, 16/9, …: a geometric series of 9.
    expect(sum).toBeCloseTo(9, 6);
    for (let minute = 0; minute < 60; minute += 1) drift = drifted(drift, 3);
    // A drift of 9: 5/9 of 81.
    expect(squareOf(drift)).toBeCloseTo(45, 6);
  });

  it("is what is known against four of before, and not less than chance's", () => {
    expect(dispersionOf({ squares: 0, variance: 0 })).toBe(4);
    expect(dispersionOf({ squares: 0, variance: 100 })).toBe(2);
    expect(dispersionOf({ squares: 100, variance: 300 })).toBe(1.25);
    expect(dispersionOf({ squares: 0, variance: 1000 })).toBe(1);
    expect(dispersionOf({ squares: 0, variance: 0 }, 1.5)).toBe(1.5);
  });

  it("tends to one of independent counts, whatever their mean", () => {
    const signs = fc.array(fc.boolean(), { minLength: 3000, maxLength: 3000 });
    fc.assert(
      fc.property(signs, fc.double({ min: 1, max: 20, noNaN: true }), (ups, size) => {
        let [drift, squares] = [0, 0];
        for (const up of ups) {
          drift = drifted(drift, up ? size : -size);
          squares += squareOf(drift);
        }
        const known = dispersionOf({ squares, variance: ups.length * size ** 2 });
        expect(known).toBeGreaterThanOrEqual(1);
        expect(known).toBeLessThan(1.5);
      }),
      { numRuns: 20, seed: 1 },
    );
  });
});

describe("a pair of neighbours", () => {
  it("knows its ratio the sooner the less it drifts", () => {
    // A standard deviation of √(2/30) = 26 % where counts are chance's, of √(4 · 2/30) = 52 % where they drift.
    expect(learntRatio(pair(30, 0))).toBe(1);
    expect(learntRatio(pair(30, 1200))).toBeUndefined();
    expect(learntRatio(pair(100, 1200))).toBe(1);
    expect(learntRatio(pair(19, 0))).toBeUndefined();
  });

  it("says the less of the other the more it drifts", () => {
    expect(weightOf(pair(1000, 0))).toBeCloseTo(0.5, 6);
    expect(weightOf(pair(1000, 3600))).toBeCloseTo(0.05, 6);
    expect(weightOf(PAIR_START)).toBe(0);
  });

  it("is compared only once its ratio is known to a fifth, and tells so much less as it drifts", () => {
    const none = { fewer: 0, more: 0 };
    expect(weighed(none, { ratio: 1, error: 0.21 }, 2, 10, 1)).toEqual(none);
    // Of 3 and 6, where one each is usual: 3 ln(2/3) + 6 ln(4/3).
    const told = 3 * Math.log(2 / 3) + 6 * Math.log(4 / 3);
    expect(weighed(none, { ratio: 1, error: 0 }, 3, 6, 1).fewer).toBeCloseTo(told, 6);
    expect(weighed(none, { ratio: 1, error: 0 }, 3, 6, 4).fewer).toBeCloseTo(told / 4, 6);
  });
});

describe("neighbours together", () => {
  it("make expect what those say that the same vehicles pass", () => {
    const all = pooled([
      { pair: pair(1000, 0), count: 4 },
      { pair: pair(1000, 3600), count: 15 },
    ]);
    // Weights of 10 to 1: (10 · 4 + 15) / 11; dispersions of 1 and 10.
    expect((all?.ratio ?? 0) * (all?.count ?? 0)).toBeCloseTo(5, 6);
    expect(all?.dispersion).toBeCloseTo(20 / 11, 6);
  });

  it("make expect no less than the least and no more than the most of them", () => {
    const one = fc.record({
      own: fc.integer({ min: 150, max: 2000 }),
      other: fc.integer({ min: 150, max: 2000 }),
      squares: fc.integer({ min: 0, max: 2000 }),
      count: fc.integer({ min: 1, max: 30 }),
    });
    let apart = 0;
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (told) => {
        const heard = told.map(({ own, other, squares, count }) => ({
          pair: { ...pair(0, squares), own, other },
          count,
        }));
        const each = heard.flatMap(({ pair: known, count }) => {
          const ratio = learntRatio(known);
          return ratio === undefined ? [] : [ratio * count];
        });
        const all = pooled(heard);
        if (all === undefined) return expect(each).toEqual([]);
        const expected = all.ratio * all.count;
        expect(expected).toBeGreaterThanOrEqual(Math.min(...each) * (1 - 1e-9));
        expect(expected).toBeLessThanOrEqual(Math.max(...each) * (1 + 1e-9));
        if (Math.max(...each) > 2 * Math.min(...each)) apart += 1;
      }),
      { numRuns: 100, seed: 1 },
    );
    expect(apart).toBeGreaterThan(20);
  });
});
