import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AR1_PAIRS_MIN, fitAr1, forecastAr1 } from "../../src/forecast/ar1.ts";

/** A count that is not known. */
const GAP = Number.NaN;

describe("fitting y_t = α + β·y_{t−1} + γ·ε_t", () => {
  it("gives the line that pairs lie on, and no spread", () => {
    // y = 2 + 0.5·y₋: 20, 12, 8, 6, 5, 4.5, 4.25
    const fitted = fitAr1([20, 12, 8, 6, 5, 4.5, 4.25]);
    expect(fitted?.alpha).toBeCloseTo(2, 10);
    expect(fitted?.beta).toBeCloseTo(0.5, 10);
    expect(fitted?.gamma).toBeCloseTo(0, 10);
  });

  it("gives the least-squares line and its spread, worked by hand", () => {
    // Pairs (1,3) (3,1) (1,5) (5,1) (1,3) (3,1): means 7/3 and 7/3,
    // Sxx = 3·(4/3)² + 2·(2/3)² + (8/3)² = 5.3333 + 0.8889 + 7.1111 = 13.3333,
    // Sxy = −(4/3)(2/3)·2 − (4/3)(8/3) − 2·(2/3)(4/3) − (8/3)(4/3) = −1.7778 − 3.5556 − 1.7778 − 3.5556 = −10.6667,
    // β = −0.8, α = 7/3·1.8 = 4.2; residuals −0.4, −0.8, 1.6, 0.8, −0.4, −0.8 → SSE 4.8, γ = √(4.8/4).
    const fitted = fitAr1([1, 3, 1, 5, 1, 3, 1]);
    expect(fitted?.beta).toBeCloseTo(-0.8, 10);
    expect(fitted?.alpha).toBeCloseTo(4.2, 10);
    expect(fitted?.gamma).toBeCloseTo(Math.sqrt(1.2), 10);
  });

  it("never pairs two values over a gap", () => {
    const whole = fitAr1([20, 12, 8, 6, 5, 4.5, 4.25]);
    const gapped = fitAr1([20, 12, 8, 6, 5, 4.5, 4.25, GAP, 1000, GAP, GAP, 77]);
    expect(gapped).toEqual(whole);
    expect(fitAr1([20, GAP, 12, GAP, 8, GAP, 6, GAP, 5, GAP, 4.5, GAP, 4.25])).toBeUndefined();
  });

  it("says nothing of too few pairs, nor of values that never change", () => {
    const values = [20, 12, 8, 6, 5, 4.5, 4.25];
    expect(fitAr1(values.slice(0, AR1_PAIRS_MIN))).toBeUndefined();
    expect(fitAr1(values.slice(0, AR1_PAIRS_MIN + 1))).toBeDefined();
    expect(fitAr1(Array.from({ length: 50 }, () => 7))).toBeUndefined();
    expect(fitAr1([])).toBeUndefined();
  });

  it("never fits a series as explosive, and keeps the line through the means", () => {
    const doubling = [1, 2, 4, 8, 16, 32, 64, 128];
    const fitted = fitAr1(doubling);
    expect(fitted?.beta).toBeLessThan(1);
    const before = doubling.slice(0, -1).reduce((sum, value) => sum + value, 0) / 7;
    const now = doubling.slice(1).reduce((sum, value) => sum + value, 0) / 7;
    expect((fitted?.alpha ?? 0) + (fitted?.beta ?? 0) * before).toBeCloseTo(now, 8);
  });

  it("leaves residuals that add up to nothing, and finite figures, for any counts", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 300 }), { nil: GAP }), { maxLength: 60 }),
        (series) => {
          const fitted = fitAr1(series);
          if (fitted === undefined) return;
          const { alpha, beta, gamma } = fitted;
          expect(Number.isFinite(alpha) && Number.isFinite(beta) && Number.isFinite(gamma)).toBe(true);
          expect(Math.abs(beta)).toBeLessThan(1);
          const residuals = series.flatMap((value, index) => {
            const previous = series[index - 1];
            return Number.isNaN(value) || previous === undefined || Number.isNaN(previous)
              ? []
              : [value - alpha - beta * previous];
          });
          expect(Math.abs(residuals.reduce((sum, residual) => sum + residual, 0))).toBeLessThan(1e-6);
        },
      ),
    );
  });
});

describe("the forecast", () => {
  it("is α + β·y, and never below zero", () => {
    expect(forecastAr1({ alpha: 2, beta: 0.5, gamma: 1 }, 10)).toBe(7);
    expect(forecastAr1({ alpha: -5, beta: 0.1, gamma: 1 }, 10)).toBe(0);
  });
});
