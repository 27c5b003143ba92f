import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CountHistory, observationsOf } from "../../src/forecast/history.ts";
import { type LinearState, usualCount } from "../../src/forecast/linear.ts";
import { type ModelState, predict, update } from "../../src/forecast/model.ts";
import { MODELS, modelOf, USUAL_SETTINGS } from "../../src/forecast/registry.ts";

/** Monday 5 January 1970. */
const MONDAY = 4;
const SLOTS = 24;

/** Days with a morning peak, a wobble that lasts a few hours, and a little of each day's own. */
function days(from: number, count: number): CountHistory {
  return {
    slotsPerDay: SLOTS,
    days: Array.from({ length: count }, (_, index) => ({
      day: MONDAY + from + index,
      counts: Array.from({ length: SLOTS }, (_slot, slot) => {
        const peak = slot >= 7 && slot < 10 ? 60 : 0;
        const row = (from + index) * SLOTS + slot;
        return Math.round(30 + peak + 12 * Math.sin(row / 5) + 5 * Math.sin(row * 1.7));
      }),
    })),
  };
}

function settingsOf(name: (typeof MODELS)[number]["name"]) {
  return { ...USUAL_SETTINGS, order: 3, ...modelOf(name).fixed };
}

function fitted(name: (typeof MODELS)[number]["name"], history = days(0, 14)): ModelState {
  const state = modelOf(name).fit(history, settingsOf(name));
  if (state === undefined) throw new Error(`${name} was not fitted`);
  return state;
}

const NEXT = { day: MONDAY + 14, slot: 0 };

describe("AR of counts", () => {
  const state: LinearState = {
    kind: "linear",
    lags: [10, 20],
    weights: [2, 0.5, 0.25],
    innovation: 1,
    recursion: null,
    usual: null,
  };

  it("forecasts step by step on its own forecasts, worked by hand", () => {
    // 2 + 5 + 5 = 12; 2 + 6 + 2.5 = 10.5; 2 + 5.25 + 3 = 10.25.
    expect(predict(state, NEXT, 3)).toEqual([12, 10.5, 10.25]);
  });

  it("takes its own forecast for a count that is not known", () => {
    const after = update(state, { ...NEXT, count: Number.NaN });
    expect(predict(after, { ...NEXT, slot: 1 }, 1)).toEqual([10.5]);
  });

  it("never forecasts fewer than nobody", () => {
    expect(predict({ ...state, weights: [-50, 0.5, 0.25] }, NEXT, 1)).toEqual([0]);
  });

  it("of order 1 is the line through pairs of counts, with γ", () => {
    // y = 2 + 0.5·y₋ exactly.
    const counts: number[] = [20];
    while (counts.length < 48)
      counts.push(2 + 0.5 * (counts.at(-1) ?? 0) + (counts.length % 7 === 0 ? 9 : 0));
    const history = {
      slotsPerDay: 24,
      days: [0, 1].map((day) => ({ day, counts: counts.slice(day * 24, day * 24 + 24) })),
    };
    const ar1 = modelOf("ar1").fit(history, settingsOf("ar1"));
    if (ar1?.kind !== "linear") throw new Error("not fitted");
    const pairs = counts.slice(12).map((now, index) => [counts[index + 11] ?? 0, now] as const);
    const squares = pairs.reduce(
      (sum, [before, now]) => sum + (now - (ar1.weights[0] ?? 0) - (ar1.weights[1] ?? 0) * before) ** 2,
      0,
    );
    expect(ar1.weights).toHaveLength(2);
    expect(ar1.innovation).toBeCloseTo(Math.sqrt(squares / (pairs.length - 2)), 10);
  });
});

describe("the usual day with deviations", () => {
  it("forecasts the deviation of today for the rest of today, less and less", () => {
    const state = fitted("profile-ar");
    if (state.kind !== "linear") throw new Error("not linear");
    const high = { ...state, lags: [20, 20, 20] };
    const low = { ...state, lags: [0, 0, 0] };
    const more = predict(high, NEXT, 12).map(
      (forecast, step) => forecast - (predict(low, NEXT, 12)[step] ?? 0),
    );
    expect(more[0]).toBeGreaterThan(5);
    expect(Math.abs(more[11] ?? 0)).toBeLessThan(Math.abs(more[0] ?? 0));
  });

  it("goes on to the next day's profile at midnight", () => {
    const state = fitted("average");
    if (state.kind !== "linear") throw new Error("not linear");
    const forecasts = predict(state, { day: MONDAY + 14, slot: 22 }, 4);
    expect(forecasts).toEqual([
      usualCount(state, { day: MONDAY + 14, slot: 22 }),
      usualCount(state, { day: MONDAY + 14, slot: 23 }),
      usualCount(state, { day: MONDAY + 15, slot: 0 }),
      usualCount(state, { day: MONDAY + 15, slot: 1 }),
    ]);
  });

  it("learns a day when it is over, and not before, if its profile learns", () => {
    const before = fitted("profile-ar-online");
    const loud = days(14, 1).days[0]?.counts.map((count) => count + 100) ?? [];
    const during = loud.reduce<ModelState>(
      (state, count, slot) => update(state, { day: MONDAY + 14, slot, count }),
      before,
    );
    if (before.kind !== "linear" || during.kind !== "linear") throw new Error("not linear");
    expect(usualCount(during, { day: MONDAY + 14, slot: 12 })).toBe(
      usualCount(before, { day: MONDAY + 14, slot: 12 }),
    );
    expect(usualCount(during, { day: MONDAY + 15, slot: 12 })).toBeGreaterThan(
      usualCount(before, { day: MONDAY + 15, slot: 12 }) + 3,
    );
    const frozen = loud.reduce<ModelState>(
      (state, count, slot) => update(state, { day: MONDAY + 14, slot, count }),
      fitted("profile-ar"),
    );
    if (frozen.kind !== "linear") throw new Error("not linear");
    expect(usualCount(frozen, { day: MONDAY + 15, slot: 12 })).toBeCloseTo(
      usualCount(before, { day: MONDAY + 15, slot: 12 }),
      8,
    );
  });

  it("teaches nothing by a count that is not known", () => {
    const before = fitted("profile-rls");
    const after = update(before, { ...NEXT, count: Number.NaN });
    if (before.kind !== "linear" || after.kind !== "linear") throw new Error("not linear");
    expect(after.weights).toEqual(before.weights);
    expect(after.recursion).toEqual(before.recursion);
  });
});

describe("the last same weekday", () => {
  it("is repeated, and another weekday for one that was never seen", () => {
    const state = fitted("seasonal-naive", days(0, 3));
    const counts = days(0, 3).days.map((day) => day.counts);
    expect(predict(state, { day: MONDAY + 7, slot: 5 }, 2)).toEqual(counts[0]?.slice(5, 7));
    expect(predict(state, { day: MONDAY + 3, slot: 5 }, 1)).toEqual([counts[2]?.[5]]);
  });
});

describe("every model", () => {
  it.each(MODELS.map(({ name }) => name))("%s changes nothing in the state that it was given", (name) => {
    const state = fitted(name);
    const copy = structuredClone(state);
    let after = state;
    for (const observation of observationsOf(days(14, 2))) after = update(after, observation);
    expect(state).toEqual(copy);
    expect(after).not.toEqual(copy);
  });

  it.each(MODELS.map(({ name }) => name))("%s forecasts from the past alone", (name) => {
    const test = days(14, 2);
    const changed = {
      ...test,
      days: test.days.map((day, index) =>
        index === 0 ? day : { ...day, counts: day.counts.map((count) => count * 3) },
      ),
    };
    const forecastsOf = (history: CountHistory): readonly number[] => {
      let state = fitted(name);
      return observationsOf(history).map((observation) => {
        const [forecast = Number.NaN] = predict(state, observation, 1);
        state = update(state, observation);
        return forecast;
      });
    };
    // The first changed count is the first of the second day: what was forecast up to it is the same.
    expect(forecastsOf(changed).slice(0, SLOTS + 1)).toEqual(forecastsOf(test).slice(0, SLOTS + 1));
    // The control: from then on it is not, unless nothing but the profile speaks.
    const profileOnly = name === "average" || name === "average-weekday" || name === "seasonal-naive";
    if (!profileOnly) expect(forecastsOf(changed)[SLOTS + 1]).not.toBe(forecastsOf(test)[SLOTS + 1]);
  });

  it.each(MODELS.map(({ name }) => name))("%s forecasts finite counts, whatever it is told", (name) => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: 0, max: 3000 }), { nil: Number.NaN }), { maxLength: 60 }),
        (counts) => {
          let state = fitted(name);
          for (const [index, count] of counts.entries()) {
            state = update(state, { day: NEXT.day + Math.floor(index / SLOTS), slot: index % SLOTS, count });
          }
          const next = { day: NEXT.day + Math.floor(counts.length / SLOTS), slot: counts.length % SLOTS };
          for (const forecast of predict(state, next, 3)) {
            // The seasonal naive model may know no count of the slot.
            if (name === "seasonal-naive" && Number.isNaN(forecast)) continue;
            expect(Number.isFinite(forecast) && forecast >= 0).toBe(true);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});
