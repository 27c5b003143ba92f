import { describe, expect, it } from "vitest";
import { countQuantile } from "../../src/forecast/count-distribution.ts";
import { CUSUM_THRESHOLD, NO_DRIFT, watch } from "../../src/forecast/drift.ts";
import {
  type Calibration,
  calibrate,
  NO_CALIBRATION,
  predictionInterval,
  quantile,
  WINDOW_MAX,
} from "../../src/forecast/intervals.ts";
import { geh, metricsOf, scoreSums, seasonalScale } from "../../src/forecast/metrics.ts";
import { promote } from "../../src/forecast/promotion.ts";
import {
  dieboldMariano,
  gammaUpper,
  ljungBox,
  logGamma,
  normalCdf,
} from "../../src/forecast/significance.ts";

describe("metrics", () => {
  it("are worked out by hand, points without a count or a forecast left out", () => {
    // Errors 2, −2, 4; Σy = 22, mean 22/3, SST = 4² … 10 0 12: 244 − 3·(22/3)² = 82.6667; SSE 24.
    const metrics = metricsOf(scoreSums([10, 0, 12, Number.NaN, 5], [8, 2, 8, 1, Number.NaN], 900_000));
    expect(metrics.points).toBe(3);
    expect(metrics.mae).toBeCloseTo(8 / 3, 10);
    expect(metrics.rmse).toBeCloseTo(Math.sqrt(8), 10);
    expect(metrics.mapePercent).toBeCloseTo((100 * (0.2 + 1 / 3)) / 2, 10);
    expect(metrics.wapePercent).toBeCloseTo(800 / 22, 10);
    expect(metrics.r2).toBeCloseTo(1 - 24 / (244 - 484 / 3), 10);
    expect(metrics.bias).toBeCloseTo(-4 / 3, 10);
  });

  it("scale GEH to hours", () => {
    // 10 against 20 in a quarter: 40 against 80 an hour, √(2·1600 / 120).
    expect(geh(10, 20, 900_000)).toBeCloseTo(Math.sqrt(3200 / 120), 10);
    expect(geh(0, 0, 900_000)).toBe(0);
  });

  it("scale MASE by the season before", () => {
    expect(seasonalScale([1, 5, 3, 4, Number.NaN, 9], 2)).toBeCloseTo((2 + 1 + 5) / 3, 10);
  });
});

describe("significance", () => {
  it("knows the distributions' tables", () => {
    expect(normalCdf(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalCdf(-1)).toBeCloseTo(0.158655, 6);
    // Chi-squared with 10 degrees of freedom: 18.307 at 5 %; Γ(5) = 24.
    expect(gammaUpper(5, 18.307 / 2)).toBeCloseTo(0.05, 4);
    expect(Math.exp(logGamma(5))).toBeCloseTo(24, 8);
  });

  it("tells losses that differ from losses that do not", () => {
    const wobble = Array.from({ length: 300 }, (_, index) => 5 + Math.sin(index * 1.3));
    const better = wobble.map((loss, index) => loss - 0.5 + 0.4 * Math.sin(index * 2.9));
    expect(dieboldMariano(better, wobble, 12).pValue).toBeLessThan(0.001);
    expect(dieboldMariano(better, wobble, 12).meanDifference).toBeCloseTo(-0.5, 1);
    expect(dieboldMariano(wobble, wobble, 12).pValue).toBe(1);
  });

  it("finds structure in residuals that have some", () => {
    const slow = Array.from({ length: 400 }, (_, index) => Math.sin(index / 6));
    expect(ljungBox(slow, 24).pValue).toBeLessThan(1e-6);
  });
});

describe("intervals", () => {
  it("come from a negative binomial while there are few scores", () => {
    // Poisson of mean 1: .3679, .7358, .9197.
    expect([0.3, 0.7, 0.9].map((p) => countQuantile(1, 1, p))).toEqual([0, 1, 2]);
    // Geometric of mean 1 (dispersion 2): .5, .75, .875, .9375.
    expect([0.4, 0.7, 0.9].map((p) => countQuantile(1, 2, p))).toEqual([0, 1, 3]);
  });

  it("hold what they promise on counts that swing, with a window that does not grow", () => {
    let calibration: Calibration = NO_CALIBRATION;
    const scores: number[] = [];
    let inside = 0;
    for (let row = 0; row < 4000; row += 1) {
      const forecast = 50 + 40 * Math.sin(row / 40);
      // A spread that is the same everywhere in units of the root, in an order without a pattern.
      const count = forecast + Math.sqrt(forecast) * (((row * 7919) % 1000) / 250 - 2);
      const { lower, upper } = predictionInterval(calibration, forecast, 0.9);
      if (row >= 1000 && count >= lower && count <= upper) inside += 1;
      calibration = calibrate(calibration, forecast, count);
      scores.push((count - forecast) / Math.sqrt(Math.max(1, forecast)));
    }
    expect(inside / 3000).toBeGreaterThan(0.88);
    expect(inside / 3000).toBeLessThan(0.92);
    // The last ones and no others, whatever was left out before.
    expect(calibration.sorted).toEqual(scores.slice(-WINDOW_MAX).toSorted((left, right) => left - right));
    expect(quantile(calibration, 50, 0.9)).toBeGreaterThan(quantile(calibration, 50, 0.5));
  });

  it("learn nothing from what is not known", () => {
    expect(calibrate(NO_CALIBRATION, Number.NaN, 3)).toBe(NO_CALIBRATION);
    expect(calibrate(NO_CALIBRATION, 3, Number.NaN)).toBe(NO_CALIBRATION);
  });
});

describe("drift", () => {
  it("is told when the sum is full, stands while it lasts, and ends after it", () => {
    // Score (50 − 100) / 10 = −5, of which 4 are no chance: full after 7 intervals.
    let cusum = NO_DRIFT;
    const alarms: (string | null)[] = [];
    for (let row = 0; row < 10; row += 1) {
      cusum = watch(cusum, 50, 100);
      alarms.push(cusum.alarm);
    }
    expect(alarms.indexOf("below")).toBe(Math.ceil(CUSUM_THRESHOLD / 4) - 1);
    expect(alarms.at(-1)).toBe("below");
    for (let row = 0; row < CUSUM_THRESHOLD; row += 1) cusum = watch(cusum, 100, 100);
    expect(cusum).toEqual(NO_DRIFT);
    expect(watch(cusum, Number.NaN, 100)).toBe(cusum);
  });
});

describe("promotion", () => {
  const plain = Array.from({ length: 400 }, (_, index) => 6 + Math.sin(index * 1.7));

  it("takes a richer model only for more than 1 % that is no chance", () => {
    const slightly = plain.map((loss) => loss * 0.995);
    const clearly = plain.map((loss) => loss * 0.9);
    const promotion = promote([
      { name: "plain", losses: plain },
      { name: "slightly", losses: slightly },
      { name: "clearly", losses: clearly },
    ]);
    expect(promotion?.steps.map(({ promoted }) => promoted)).toEqual([false, true]);
    expect(promotion?.steps[1]?.from).toBe("plain");
    expect(promotion?.steps[1]?.gainRatio).toBeCloseTo(0.1, 3);
    expect(promotion?.chosen).toBe("clearly");
  });

  it("does not take one whose gain may be chance", () => {
    const lucky = plain.map((loss, index) => loss - 0.1 + 30 * Math.sin(index * 2.3));
    expect(
      promote([
        { name: "plain", losses: plain },
        { name: "lucky", losses: lucky },
      ])?.chosen,
    ).toBe("plain");
  });
});
