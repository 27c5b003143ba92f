import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  currentForecast,
  FORECAST_MODELS,
  type ForecastModel,
  type ForecastSeries,
  observe,
  startSeries,
} from "../../src/forecast/series.ts";

/** A series after these counts, the first one in slot 0. */
function after(
  counts: readonly (number | null)[],
  slotsPerDay = 4,
  from: ForecastSeries = startSeries(slotsPerDay),
): ForecastSeries {
  return counts.reduce<ForecastSeries>(
    (series, count, index) => observe(series, (from.recent.length + index) % slotsPerDay, count),
    from,
  );
}

/** A series in which each model has erred this much so far, and forecasts what is given for the open interval. */
function judged(
  chosen: ForecastModel,
  errors: Readonly<Record<ForecastModel, number>>,
  pending: ForecastSeries["pending"],
): ForecastSeries {
  const scored = (model: ForecastModel) => ({ meanAbsolute: errors[model], scored: 50 });
  return {
    ...after([10, 10, 10, 10]),
    chosen,
    pending,
    errors: { level: scored("level"), ar1: scored("ar1"), profile: scored("profile") },
  };
}

describe("a new series", () => {
  it("forecasts nothing before anything was counted", () => {
    expect(currentForecast(startSeries(4))).toBeNull();
    expect(currentForecast(after([null, null]))).toBeNull();
  });

  it("forecasts the first count, for want of anything better", () => {
    const series = after([12]);
    expect(series.chosen).toBe("level");
    expect(currentForecast(series)).toBe(12);
  });
});

describe("the profile", () => {
  it("is the mean of the days while they are few", () => {
    const days = after([10, 20, 30, 40, 14, 24, 34, 44, 18, 28, 38, 48]);
    expect(days.profile.map((slot) => slot?.mean)).toEqual([14, 24, 34, 44]);
    expect(days.profile.map((slot) => slot?.days)).toEqual([3, 3, 3, 3]);
  });

  it("forecasts the slot that follows, over midnight too", () => {
    expect(after([10, 20, 30, 40]).pending.profile).toBe(10);
    expect(after([10, 20, 30, 40, 11]).pending.profile).toBe(20);
  });

  it("knows nothing of a slot that was never counted", () => {
    expect(after([10, null, 30, 40, 11]).pending.profile).toBeNull();
  });

  it("never leaves the range of what was counted in the slot", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 60 }), (counts) => {
        const mean = after(counts, 1).profile[0]?.mean ?? -1;
        expect(mean).toBeGreaterThanOrEqual(Math.min(...counts) - 1e-9);
        expect(mean).toBeLessThanOrEqual(Math.max(...counts) + 1e-9);
      }),
    );
  });

  it("follows a lasting change of habits in the end", () => {
    const changed = after(
      [...Array.from({ length: 100 }, () => 10), ...Array.from({ length: 100 }, () => 50)],
      1,
    );
    expect(changed.profile[0]?.mean).toBeGreaterThan(49);
  });
});

describe("a gap", () => {
  it("teaches nothing: profile, level and errors stay as they were", () => {
    const before = after([10, 20, 30, 40, 12, 22, 31]);
    const gap = observe(before, 3, null);
    expect(gap.profile).toEqual(before.profile);
    expect(gap.level).toBe(before.level);
    expect(gap.errors).toEqual(before.errors);
    expect(gap.recent.at(-1)).toBeNull();
  });

  it("leaves AR(1) without a forecast, since it would be one over the gap", () => {
    const before = after([20, 12, 8, 6, 5, 4.5, 4.25, 4.125]);
    expect(before.pending.ar1).toBeCloseTo(2 + 0.5 * 4.125, 6);
    expect(observe(before, 0, null).pending.ar1).toBeNull();
  });

  it("remembers what was forecast for it", () => {
    const before = after([10, 20, 30, 40]);
    const gap = observe(before, 0, null);
    expect(gap.forecasts.at(-1)).toBe(currentForecast(before));
    expect(gap.forecasts).toHaveLength(gap.recent.length);
  });
});

describe("the choice of a model", () => {
  const now = { level: 10, ar1: 10, profile: 10 };

  it("falls on one that does clearly better", () => {
    const series = judged("level", { level: 8, ar1: 8, profile: 2 }, now);
    expect(observe(series, 0, 10).chosen).toBe("profile");
  });

  it("stays where it is for a little: models that are nearly as good do not take turns", () => {
    for (const chosen of ["level", "profile"] as const) {
      const errors = { level: 5, ar1: 9, profile: 5, [chosen]: 5.1 };
      expect(observe(judged(chosen, errors, now), 0, 10).chosen, chosen).toBe(chosen);
    }
  });

  it("leaves a model that has nothing to say", () => {
    const series = after([10, null, 30, 40, 11, null]);
    const withProfile: ForecastSeries = {
      ...series,
      chosen: "ar1",
      errors: { ...series.errors, ar1: { meanAbsolute: 0.1, scored: 50 } },
    };
    // Too few pairs for AR(1).
    expect(observe(withProfile, 2, 31).chosen).not.toBe("ar1");
  });

  it("trusts no model on the strength of one lucky forecast", () => {
    const lucky: ForecastSeries = {
      ...judged("level", { level: 5, ar1: 5, profile: 5 }, { level: 15, ar1: 15, profile: 10 }),
      errors: {
        level: { meanAbsolute: 5, scored: 50 },
        ar1: null,
        profile: null,
      },
    };
    const once = observe(lucky, 0, 10);
    expect(once.errors.profile).toEqual({ meanAbsolute: 0, scored: 1 });
    expect(once.chosen).toBe("level");
  });

  it("finds the profile on days that repeat, where the last count misleads", () => {
    const day = [10, 90, 15, 80];
    const counts = Array.from({ length: 40 }, (_, index) => day[index % 4] ?? 0);
    const series = after(counts);
    expect(series.chosen).toBe("profile");
    expect(currentForecast(series)).toBeCloseTo(10, 6);
  });

  it("finds AR(1) where each count follows from the one before, and days are unlike each other", () => {
    // y = 60 − 0.9·y₋ + a push that comes every ninth interval: no two days of four slots alike.
    const counts: number[] = [];
    for (let index = 0; index < 120; index += 1) {
      counts.push(60 - 0.9 * (counts.at(-1) ?? 5) + (index % 9 === 0 ? 25 : 0));
    }
    expect(after(counts).chosen).toBe("ar1");
  });

  it("always forecasts a finite count that is not negative, with the model it names", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 200 })), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 12 }),
        (counts, slotsPerDay) => {
          const series = after(counts, slotsPerDay);
          const forecast = currentForecast(series);
          if (counts.every((count) => count === null)) {
            expect(forecast).toBeNull();
            return;
          }
          expect(FORECAST_MODELS).toContain(series.chosen);
          expect(forecast).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(forecast)).toBe(true);
          expect(series.recent).toHaveLength(counts.length);
        },
      ),
    );
  });

  it("changes nothing in the series that it was given", () => {
    const before = after([10, 20, null, 40, 12]);
    const copy = structuredClone(before);
    observe(before, 1, 33);
    expect(before).toEqual(copy);
  });
});

describe("what is kept", () => {
  it("is bounded, however long it runs", () => {
    const series = after(Array.from({ length: 700 }, (_, index) => index % 13));
    expect(series.recent.length).toBeLessThan(700);
    expect(series.forecasts).toHaveLength(series.recent.length);
    expect(series.recent.at(-1)).toBe(699 % 13);
  });
});
