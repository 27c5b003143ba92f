import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { FORECAST_MODELS } from "../../src/forecast/online-choice.ts";
import {
  currentForecast,
  currentMade,
  forecastAhead,
  forecastDeviation,
  laterMade,
  type ForecastSeries,
  forecastQuantile,
  madeLately,
  observe,
  startSeries,
} from "../../src/forecast/series.ts";

/** Monday, 5 January 1970. */
const MONDAY = 4;

/** A series after these counts of weekdays, the first one in slot 0 of a Monday. */
function after(
  counts: readonly (number | null)[],
  slotsPerDay = 4,
  from: ForecastSeries = startSeries(slotsPerDay),
  first = 0,
): ForecastSeries {
  return counts.reduce<ForecastSeries>((series, count, index) => {
    const position = first + index;
    const weekdays = Math.floor(position / slotsPerDay);
    // Five days of each week, so that all days are of one type.
    const day = MONDAY + 7 * Math.floor(weekdays / 5) + (weekdays % 5);
    return observe(series, { day, slot: position % slotsPerDay }, count);
  }, from);
}

describe("a new series", () => {
  it("forecasts nothing before anything was counted", () => {
    expect(currentForecast(startSeries(4))).toBeNull();
    expect(currentForecast(after([null, null]))).toBeNull();
    expect(currentMade(after([null]))).toBeNull();
    expect(forecastQuantile(after([null]), 0.85)).toBeNull();
  });

  it("forecasts the first count, for want of anything better, and where nine of ten counts should lie", () => {
    const series = after([12]);
    expect(series.choice.chosen).toBe("level");
    // Negative binomial of mean 12 and variance 15.6: P(≤ 6) = .0657 and P(≤ 5) = .0325; P(≤ 19) = .963, P(≤ 18) = .942.
    expect(currentMade(series)).toEqual({ mean: 12, lower: 6, upper: 19 });
  });

  it("gives high quantiles above the forecast, and higher ones higher", () => {
    const series = after([12]);
    const high = defined(forecastQuantile(series, 0.85) ?? undefined, "a quantile");
    expect(high).toBeGreaterThan(12);
    expect(forecastQuantile(series, 0.99)).toBeGreaterThan(high);
  });
});

describe("the usual day", () => {
  it("is known once a day is over, and forecasts the slot that follows, over midnight too", () => {
    // One slot's neighbours are smoothed in, so a day of equal counts shows the level alone.
    const first = after([10, 10, 10, 10]);
    expect(first.pending.profile).toBe(10);
    expect(after([10, 10, 10]).pending.profile).toBeNull();
    expect(after([10, 10, 10, 10, 30, 30]).pending.profile).toBe(10);
    // Two days, the newer one weighing 1 and the older one 0.93: (0.93·10 + 30) / 1.93.
    expect(after([10, 10, 10, 10, 30, 30, 30, 30]).pending.profile).toBeCloseTo(20.3627, 4);
  });

  it("knows nothing of a slot that was never counted, but by its neighbours it is not guessed", () => {
    expect(after([10, null, 30, 40, 11]).pending.profile).toBeNull();
  });

  it("follows a lasting change of habits", () => {
    const changed = after(
      [...Array.from({ length: 30 * 4 }, () => 100), ...Array.from({ length: 8 * 4 }, () => 40)],
      4,
    );
    // The alarm comes in the 5th interval and has stood for three days in the 17th: the 34 days before count as 30 days older.
    // Weights of four new days 3.6, of the four before them 0.3, of the old ones 0.8: (0.8·100 + 3.9·40) / 4.7.
    expect(changed.pending.profile).toBeCloseTo(50.2, 0);
  });
});

describe("a gap", () => {
  const before = after([20, 12, 8, 6, 5, 4.5, 4.25, 4.125]);
  const gap = after([null], 4, before, 8);

  it("teaches nothing: usual day, weights, level, errors and spread stay as they were", () => {
    expect(gap.usual.weights).toEqual(before.usual.weights);
    expect(gap.usual.recursion).toEqual(before.usual.recursion);
    expect(gap.level).toBe(before.level);
    expect(gap.choice.errors).toEqual(before.choice.errors);
    expect(gap.calibration).toBe(before.calibration);
    expect(gap.pattern.deviation).toEqual(before.pattern.deviation);
    expect(gap.recent.at(-1)).toBeNaN();
  });

  it("leaves AR(1) without a forecast, since it would be one over the gap", () => {
    // One day is kept: 5, 4.5, 4.25, 4.125 and before them 20 … 6 are forgotten, which leaves too few pairs.
    const long = after([20, 12, 8, 6, 5, 4.5, 4.25, 4.125], 24);
    expect(long.pending.ar1).toBeCloseTo(2 + 0.5 * 4.125, 6);
    expect(after([null], 24, long, 8).pending.ar1).toBeNull();
  });

  it("remembers what was forecast for it", () => {
    expect(madeLately(gap, 1)).toEqual([currentMade(before)]);
    expect(madeLately(after([20]), 1)).toEqual([null]);
  });
});

/** From −5 to 5, without a pattern that a day knows. */
function push(index: number): number {
  return ((index * 7919) % 11) - 5;
}

describe("a series over days", () => {
  const SLOTS = 48;
  /** A day with a peak, counts moved by a fixed pattern of pushes that no two days share. */
  const usual = (slot: number): number => Math.round(30 + 25 * Math.sin((slot / SLOTS) * 2 * Math.PI));
  const counts = (days: number, factor = 1): readonly number[] =>
    Array.from({ length: days * SLOTS }, (_, index) =>
      Math.max(0, Math.round(factor * usual(index % SLOTS) + push(index))),
    );

  it("comes to use the usual day, where the last count misleads", () => {
    const series = after(counts(8), SLOTS);
    expect(["profile", "profile-rls"]).toContain(series.choice.chosen);
    expect(Math.abs((currentForecast(series) ?? 0) - usual(0))).toBeLessThan(6);
  });

  it("tells fewer vehicles than usual, forgets faster meanwhile, and takes what lasts for usual after three days", () => {
    const normal = after(counts(10), SLOTS);
    expect(normal.pattern.deviation.alarm).toBeNull();
    const morning = after(counts(1, 0.4), SLOTS, normal, 10 * SLOTS);
    expect(morning.pattern.deviation.alarm).toBe("below");
    let series = normal;
    let forGood = 0;
    for (let index = 0; index < 6 * SLOTS; index += 1) {
      const count = defined(counts(6, 0.4)[index], "count");
      series = after([count], SLOTS, series, 10 * SLOTS + index);
      if (series.pattern.changedForGood) forGood += 1;
    }
    expect(forGood).toBe(1);
    const noon = 16 * SLOTS;
    expect(Math.abs((series.pending.profile ?? 0) - 0.4 * usual(noon % SLOTS))).toBeLessThan(4);
  });

  it("holds nine counts of ten in its intervals", () => {
    let series = after(counts(6), SLOTS);
    let inside = 0;
    for (let index = 6 * SLOTS; index < 12 * SLOTS; index += 1) {
      const made = defined(currentMade(series) ?? undefined, "a forecast");
      const count = defined(counts(12)[index], "count");
      if (count >= made.lower && count <= made.upper) inside += 1;
      series = after([count], SLOTS, series, index);
    }
    expect(inside / (6 * SLOTS)).toBeGreaterThan(0.86);
    expect(inside / (6 * SLOTS)).toBeLessThan(0.96);
  });
});

describe("forecasts of the next three intervals", () => {
  it("are none before anything was counted, and one level at first", () => {
    expect(forecastAhead(startSeries(4))).toEqual([]);
    expect(forecastAhead(after([null, 12]))).toEqual([12, 12, 12]);
  });

  it("of AR(1) go back to the mean step by step, worked by hand", () => {
    // y = 2 + 0.5·y₋ of all pairs, from 4.125 on: 4.0625, 4.03125, 4.015625.
    const halving = after([20, 12, 8, 6, 5, 4.5, 4.25, 4.125], 24);
    const using: ForecastSeries = { ...halving, choice: { ...halving.choice, chosen: "ar1" } };
    const next = after([4.0625], 24, using, 8);
    expect(next.choice.chosen).toBe("ar1");
    for (const [step, expected] of [4.03125, 4.015625, 4.0078125].entries()) {
      expect(forecastAhead(next)[step]).toBeCloseTo(expected, 6);
    }
  });

  it("of the usual day go on over midnight, and stay where it knows nothing of a slot", () => {
    const day = after([10, 20, 30, 40]);
    const using: ForecastSeries = { ...day, choice: { ...day.choice, chosen: "profile" } };
    const late = after([10, 20], 4, using, 4);
    const { usual } = late;
    const [third, fourth, first] = forecastAhead(late);
    expect([third, fourth]).toEqual([2, 3].map((slot) => usual.usual?.today[slot]));
    // Tomorrow's is of both days, as far as today has gone: 10 again.
    expect(first).toBeCloseTo(after([10, 20, 30, 40, 10, 20, 30, 40]).pending.profile ?? 0, 0);
    const gappy = after([10, 20, null, 40]);
    const asUsual: ForecastSeries = { ...gappy, choice: { ...gappy.choice, chosen: "profile" } };
    const [second, unknown, known] = forecastAhead(after([10], 4, asUsual, 4));
    expect(unknown).toBe(second);
    expect(known).not.toBe(second);
  });

  it("are as uncertain as those made as early were, and until fifty are scored as the next one", () => {
    const steady = Array.from({ length: 51 }, () => 100);
    const young = after(steady, 48);
    expect(forecastDeviation(young, 100, 3)).toBe(forecastDeviation(young, 100, 1));
    const old: ForecastSeries = { ...young, ahead: { ...young.ahead, meanSquares: [2.25, 4], scored: 50 } };
    expect([1, 2, 3].map((steps) => forecastDeviation(old, 100, steps))).toEqual([
      forecastDeviation(young, 100, 1),
      15,
      20,
    ]);
  });

  it("are told with nine in ten of a normal distribution: 1.645 deviations of 15 and 20, and not below none", () => {
    const young = after(
      Array.from({ length: 51 }, () => 100),
      48,
    );
    const old: ForecastSeries = { ...young, ahead: { ...young.ahead, meanSquares: [2.25, 4], scored: 50 } };
    const [second, third] = laterMade(old);
    expect(second).toMatchObject({ mean: 100 });
    expect([second?.lower, second?.upper].map((bound) => bound?.toFixed(3))).toEqual(["75.325", "124.675"]);
    expect([third?.lower, third?.upper].map((bound) => bound?.toFixed(3))).toEqual(["67.100", "132.900"]);
    const wide: ForecastSeries = { ...old, ahead: { ...old.ahead, meanSquares: [2.25, 400] } };
    expect(laterMade(wide)[1]?.lower).toBe(0);
    expect(laterMade(startSeries(48))).toEqual([]);
  });

  it("err more the earlier they are made where counts wander, and their spread says so", () => {
    // A level that moves by up to 5 each interval, and counts without any chance besides.
    let level = 100;
    const counts = Array.from({ length: 300 }, (_, index) => {
      level += push(index);
      return level;
    });
    const series = after(counts, 48);
    const spreads = [1, 2, 3].map((steps) => forecastDeviation(series, 100, steps));
    expect(series.ahead.scored).toBeGreaterThan(290);
    expect(spreads).toEqual(spreads.toSorted((left, right) => left - right));
    expect((spreads[2] ?? 0) / (spreads[1] ?? 1)).toBeGreaterThan(1.1);
  });

  it("are scored with what was said before a gap, and nothing is learnt in it", () => {
    const before = after(
      Array.from({ length: 60 }, (_, index) => 50 + push(index)),
      48,
    );
    const gap = after([null, null], 48, before, 60);
    expect(gap.ahead.meanSquares).toBe(before.ahead.meanSquares);
    expect(gap.ahead.scored).toBe(before.ahead.scored);
    expect(forecastAhead(gap)).toHaveLength(3);
  });
});

describe("any series", () => {
  it("forecasts a finite count that is not negative, with a model that has one", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 200 })), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 1, max: 12 }),
        (counts, slotsPerDay) => {
          const series = after(counts, slotsPerDay);
          const made = currentMade(series);
          if (counts.every((count) => count === null)) {
            expect(made).toBeNull();
            return;
          }
          expect(FORECAST_MODELS).toContain(series.choice.chosen);
          const { mean, lower, upper } = defined(made ?? undefined, "a forecast");
          expect(Number.isFinite(mean)).toBe(true);
          expect(mean).toBeGreaterThanOrEqual(0);
          expect(lower).toBeGreaterThanOrEqual(0);
          expect(upper).toBeGreaterThanOrEqual(lower);
        },
      ),
    );
  });

  it("is not changed by what comes after it", () => {
    const before = after([10, 20, null, 40, 12]);
    const copy = structuredClone(before);
    after([33], 4, before, 5);
    expect(before).toEqual(copy);
  });

  it("keeps no more than a day of counts, however long it runs", () => {
    const series = after(
      Array.from({ length: 700 }, (_, index) => index % 13),
      48,
    );
    expect(series.recent).toHaveLength(48);
    // Two hours of half hours are shown.
    expect(madeLately(series, 48)).toHaveLength(4);
    expect(series.recent.at(-1)).toBe(699 % 13);
  });
});
