import { describe, expect, it } from "vitest";
import { assess } from "../../src/forecast/assess.ts";
import { type BacktestData, forecastAll, type Protocol, PROTOCOLS } from "../../src/forecast/backtest.ts";
import type { CountHistory } from "../../src/forecast/history.ts";
import { MODELS, modelOf } from "../../src/forecast/registry.ts";
import { madeAhead } from "../../src/forecast/rolling.ts";

/** Monday 5 January 1970. */
const MONDAY = 4;
const SLOTS = 24;
const HORIZONS = [1, 2, 3, 6] as const;

function historyOf(
  from: number,
  days: number,
  countOf: (row: number) => number = (row) =>
    Math.round(40 + 20 * Math.sin((row / SLOTS) * 2 * Math.PI) + 9 * Math.sin(row / 5) + ((row * 7919) % 11)),
): CountHistory {
  return {
    slotsPerDay: SLOTS,
    days: Array.from({ length: days }, (_, index) => ({
      day: MONDAY + from + index,
      counts: Array.from({ length: SLOTS }, (_slot, slot) => countOf((from + index) * SLOTS + slot)),
    })),
  };
}

function dataOf(protocol: Protocol, train: CountHistory, test: CountHistory): BacktestData {
  return { protocol, intervalMs: 3_600_000, horizons: HORIZONS, series: [{ id: "a", train, test }] };
}

describe("forecasts by horizon", () => {
  it("of an interval are those made so many steps before it", () => {
    const history = historyOf(0, 1, () => 0);
    const made = Array.from({ length: SLOTS }, (_, row) => [row * 10 + 1, row * 10 + 2, row * 10 + 3]);
    expect(madeAhead(made, history, 1).slice(0, 4)).toEqual([1, 11, 21, 31]);
    expect(madeAhead(made, history, 2).slice(0, 4)).toEqual([Number.NaN, 2, 12, 22]);
    expect(madeAhead(made, history, 3).slice(0, 4)).toEqual([Number.NaN, Number.NaN, 3, 13]);
  });

  it("do not reach over days that the history leaves out, which are further than they look", () => {
    const [monday, wednesday] = [historyOf(0, 1).days, historyOf(2, 1).days];
    const history = { slotsPerDay: SLOTS, days: [...monday, ...wednesday] };
    const made = Array.from({ length: 2 * SLOTS }, () => [1, 2, 3]);
    expect(madeAhead(made, history, 3).slice(SLOTS - 1, SLOTS + 4)).toEqual([
      3,
      Number.NaN,
      Number.NaN,
      3,
      3,
    ]);
    expect(madeAhead(made, history, 1).slice(SLOTS - 1, SLOTS + 2)).toEqual([1, 1, 1]);
  });

  it("of AR(1) go on from its own forecasts, worked by hand", () => {
    const train = historyOf(0, 14);
    const test = historyOf(14, 2);
    const data = dataOf("pems", train, test);
    const [series] = forecastAll(modelOf("ar1"), data).series;
    if (series?.fitted?.kind !== "linear") throw new Error("not fitted");
    const [alpha = Number.NaN, beta = Number.NaN] = series.fitted.weights;
    const counts = test.days.flatMap((day) => day.counts);
    const row = 30;
    let expected = counts[row - 3] ?? Number.NaN;
    for (let step = 0; step < 3; step += 1) expected = alpha + beta * expected;
    expect(series.horizons[2]?.steps).toBe(3);
    expect(series.horizons[2]?.test[row]).toBeCloseTo(expected, 9);
    // The first 12 intervals of the protocol are not scored at any horizon.
    expect(series.horizons.map(({ test: own }) => own.findIndex((one) => !Number.isNaN(one)))).toEqual([
      12, 12, 12, 12,
    ]);
  });

  it.each(PROTOCOLS.flatMap((protocol) => MODELS.map(({ name }) => [protocol, name] as const)))(
    "%s, %s: are made of nothing that was counted since, nor are their intervals",
    (protocol, name) => {
      const train = historyOf(0, 14);
      const test = historyOf(14, 3);
      const changed = SLOTS + 13;
      const others: CountHistory = {
        ...test,
        days: test.days.map((day, index) => ({
          ...day,
          counts: day.counts.map((count, slot) => (index * SLOTS + slot >= changed ? count + 60 : count)),
        })),
      };
      const of = (history: CountHistory) => {
        const data = dataOf(protocol, train, history);
        const { series } = forecastAll(modelOf(name), data);
        const { horizons } = assess(data, series);
        return HORIZONS.map((steps, position) => ({
          steps,
          forecasts: series[0]?.horizons[position]?.test ?? [],
          validation: series[0]?.horizons[position]?.validation ?? [],
          intervals: horizons[position]?.intervals[0] ?? [],
        }));
      };
      const before = of(test);
      for (const [position, after] of of(others).entries()) {
        const { steps, forecasts, validation, intervals } = before[position] ?? after;
        // The forecast of `changed + steps` is the first that is made when the changed count is known.
        const untold = changed + steps;
        expect(after.forecasts.slice(0, untold)).toEqual(forecasts.slice(0, untold));
        expect(after.intervals.slice(0, untold)).toEqual(intervals.slice(0, untold));
        expect(after.validation).toEqual(validation);
        expect(after.intervals[untold]).not.toEqual(intervals[untold]);
      }
    },
  );

  it("one step ahead are scored like the next interval", () => {
    const data = dataOf("rolling", historyOf(0, 14), historyOf(14, 3));
    const { next, horizons } = assess(data, forecastAll(modelOf("profile-rls"), data).series);
    expect(horizons.map(({ steps }) => steps)).toEqual([1, 2, 3, 6]);
    expect(horizons[0]).toEqual(next);
  });

  it("have intervals that widen with what is not known yet", () => {
    const walk: number[] = [];
    let level = 100;
    for (let row = 0; row < 24 * SLOTS; row += 1) {
      level += ((row * 7919) % 11) - 5 - (level - 100) * 0.02;
      walk.push(Math.max(0, level));
    }
    const countOf = (row: number): number => walk[row] ?? Number.NaN;
    const data = dataOf("pems", historyOf(0, 16, countOf), historyOf(16, 8, countOf));
    const { horizons } = assess(data, forecastAll(modelOf("persistence"), data).series);
    const widths = horizons.map(({ levels }) => levels[1]?.all.widthVehicles ?? Number.NaN);
    expect(widths).toEqual(widths.toSorted((left, right) => left - right));
    expect((widths[3] ?? 0) / (widths[0] ?? 1)).toBeGreaterThan(1.5);
  });
});
