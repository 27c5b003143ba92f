import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitHuber, fitLinear, median, valueAt } from "../../src/forecast/least-squares.ts";

describe("least squares", () => {
  it("finds the plane that rows lie on", () => {
    const rows = [
      [1, 2],
      [2, 1],
      [3, 5],
      [4, 3],
      [0, 7],
    ];
    const fit = fitLinear(
      rows,
      rows.map(([a = 0, b = 0]) => 3 + 2 * a - b),
    );
    expect(fit?.intercept).toBeCloseTo(3, 6);
    expect(fit?.weights[0]).toBeCloseTo(2, 6);
    expect(fit?.weights[1]).toBeCloseTo(-1, 6);
  });

  it("weighs rows as if they stood there so many times", () => {
    const rows = [[0], [1], [2], [4]];
    const targets = [1, 2, 2, 7];
    const weighted = fitLinear(rows, targets, { rowWeights: [1, 3, 1, 2] });
    const repeated = fitLinear([[0], [1], [1], [1], [2], [4], [4]], [1, 2, 2, 2, 2, 7, 7]);
    expect(weighted?.intercept).toBeCloseTo(repeated?.intercept ?? Number.NaN, 6);
    expect(weighted?.weights[0]).toBeCloseTo(repeated?.weights[0] ?? Number.NaN, 6);
  });

  it("shrinks with a ridge, worked by hand", () => {
    // x = −1, 1, −1, 1 has a spread of 1, y = −2, 2, −2, 2: Σxy = 8, Σx² = 4; with 4 rows of ridge 8 / (4 + 4) = 1.
    const fit = fitLinear([[-1], [1], [-1], [1]], [-2, 2, -2, 2], { ridgeRows: 4 });
    expect(fit?.weights[0]).toBeCloseTo(1, 6);
  });

  it("gives a column that never changes no weight, and columns that are the same small ones", () => {
    const fit = fitLinear(
      Array.from({ length: 20 }, (_, row) => [5, row, row]),
      Array.from({ length: 20 }, (_, row) => 1 + 4 * row),
    );
    expect(fit?.weights[0]).toBe(0);
    expect(fit?.weights[1]).toBeCloseTo(2, 3);
    expect(fit?.weights[2]).toBeCloseTo(2, 3);
  });

  it("says nothing of too few rows", () => {
    expect(fitLinear([[1], [2]], [1, 2])).toBeUndefined();
    expect(fitLinear([], [])).toBeUndefined();
  });

  it("leaves residuals that add up to nothing", () => {
    const row = fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(row, fc.integer({ min: 0, max: 200 })), { minLength: 5 }), (pairs) => {
        const rows = pairs.map(([regressors]) => regressors);
        const targets = pairs.map(([, target]) => target);
        const fit = fitLinear(rows, targets);
        if (fit === undefined) return;
        const sum = rows.reduce((total, one, index) => total + (targets[index] ?? 0) - valueAt(fit, one), 0);
        expect(Math.abs(sum)).toBeLessThan(1e-5 * (1 + targets.length));
      }),
    );
  });
});

describe("Huber's fit", () => {
  const rows = Array.from({ length: 60 }, (_, row) => [row % 10]);
  // The line 10 + 2x with a wobble of ±1, and three counts of a detector that chattered.
  const targets = rows.map(
    ([x = 0], row) => 10 + 2 * x + (row % 2 === 0 ? 1 : -1) + (row % 20 === 19 ? 500 : 0),
  );

  it("is hardly moved by counts that no line explains, which move least squares", () => {
    const robust = fitHuber(rows, targets);
    expect(robust?.weights[0]).toBeCloseTo(2, 1);
    expect(Math.abs((fitLinear(rows, targets)?.weights[0] ?? 0) - 2)).toBeGreaterThan(3);
  });
});

describe("the median", () => {
  it("is the middle value, or between the two", () => {
    expect(median([5, 1, 9])).toBe(5);
    expect(median([5, 1, 9, 7])).toBe(6);
    expect(median([])).toBeNaN();
  });
});
