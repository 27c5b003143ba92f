import { describe, expect, it } from "vitest";
import { driftTrial } from "../../src/forecast/drift-trial.ts";
import {
  behindKnownDays,
  type CountHistory,
  knownDays,
  observationsOf,
  withGaps,
} from "../../src/forecast/history.ts";
import { type ModelState, predict, update } from "../../src/forecast/model.ts";
import { learnHistory, usualDay, usualDaysLeftOut } from "../../src/forecast/profile.ts";
import { fitModel, modelOf, USUAL_SETTINGS } from "../../src/forecast/registry.ts";
import { rollingForecasts, runThrough, validationDays } from "../../src/forecast/rolling.ts";

/** Monday 5 January 1970. */
const MONDAY = 4;

function historyOf(days: readonly (readonly [day: number, counts: readonly number[]])[]): CountHistory {
  return {
    slotsPerDay: days[0]?.[1].length ?? 0,
    days: days.map(([day, counts]) => ({ day: MONDAY + day, counts })),
  };
}

/** Days of a wave and a few pushes; those that are named, counted from the first Monday. */
function wavesOn(days: readonly number[], slots = 24): CountHistory {
  return historyOf(
    days.map((day) => [
      day,
      Array.from({ length: slots }, (_, slot) =>
        Math.round(60 + 30 * Math.sin((slot / slots) * 2 * Math.PI) + (((day * slots + slot) * 7919) % 11)),
      ),
    ]),
  );
}

function fitted(name: Parameters<typeof modelOf>[0], history: CountHistory): ModelState {
  const settings = { ...USUAL_SETTINGS, ...modelOf(name).fixed };
  const state = modelOf(name).fit(history, settings);
  if (state === undefined) throw new Error(`${name} was not fitted`);
  return state;
}

describe("days that are missing", () => {
  it("leave one day of nothing known before the next one that is there", () => {
    const history = historyOf([
      [0, [1, 2]],
      [1, [3, 4]],
      [3, [5, 6]],
      [11, [7, 8]],
    ]);
    expect(withGaps(history)).toEqual(
      historyOf([
        [0, [1, 2]],
        [1, [3, 4]],
        [2, [Number.NaN, Number.NaN]],
        [3, [5, 6]],
        [10, [Number.NaN, Number.NaN]],
        [11, [7, 8]],
      ]),
    );
  });

  it("are not counted as days", () => {
    const history = withGaps(wavesOn([0, 1, 3, 11]));
    expect([history.days.length, knownDays(history)]).toEqual([6, 4]);
    // Behind one known day, two, three (the day of nothing known before it too), four; and no further.
    expect([0, 1, 2, 3, 4, 5].map((known) => behindKnownDays(history, known))).toEqual([0, 1, 2, 4, 6, 6]);
    // Half of the four known days.
    expect(validationDays(history).days.map(({ day }) => day - MONDAY)).toEqual([2, 3, 10, 11]);
    const settings = { ...USUAL_SETTINGS, order: 3 };
    expect(fitModel(modelOf("profile-ar"), withGaps(wavesOn([0, 2, 4])), settings)).toBeUndefined();
    expect(fitModel(modelOf("profile-ar"), withGaps(wavesOn([0, 2, 4, 6])), settings)).toBeDefined();
  });
});

/** A day that begins with so many and goes on by y = 2 + 0.5·y₋. */
function halvingDay(first: number): readonly number[] {
  const counts = [first];
  while (counts.length < 24) counts.push(2 + 0.5 * (counts.at(-1) ?? 0));
  return counts;
}

describe("AR over days that are missing", () => {
  const glued = historyOf([
    [0, halvingDay(100)],
    [2, halvingDay(900)],
  ]);

  it("never takes the count before for that of the interval before", () => {
    const state = fitted("ar1", withGaps(glued));
    if (state.kind !== "linear") throw new Error("not linear");
    expect(state.weights[0]).toBeCloseTo(2, 6);
    expect(state.weights[1]).toBeCloseTo(0.5, 6);
    // The control: rows that follow each other as they stand have a pair of 4 and 900 among them.
    const control = fitted("ar1", glued);
    if (control.kind !== "linear") throw new Error("not linear");
    expect(control.weights[0]).toBeGreaterThan(20);
  });

  it("has forgotten, when they are over, what was counted before them", () => {
    const state: ModelState = {
      kind: "linear",
      lags: [100],
      weights: [2, 0.5],
      innovation: 1,
      recursion: null,
      usual: null,
    };
    const behind = withGaps(
      historyOf([
        [0, halvingDay(100)],
        [7, halvingDay(900)],
      ]),
    );
    const forecasts = runThrough(state, behind, 1).map(([next]) => next ?? Number.NaN);
    // 2 / (1 − 0.5): the mean, however the day before ended; then the day's own.
    expect(forecasts[48]).toBeCloseTo(4, 5);
    expect(forecasts[49]).toBeCloseTo(2 + 0.5 * 900, 10);
  });

  it("learns nothing from a day of nothing known by recursion either", () => {
    const state = fitted("profile-rls", wavesOn([0, 1, 2, 3, 4, 7, 8, 9]));
    if (state.kind !== "linear") throw new Error("not linear");
    const [gap] = withGaps(wavesOn([9, 14])).days.slice(1);
    let after: ModelState = state;
    for (const [slot, count] of (gap?.counts ?? []).entries()) {
      expect(count).toBeNaN();
      after = update(after, { day: MONDAY + 13, slot, count });
    }
    if (after.kind !== "linear") throw new Error("not linear");
    expect(after.weights).toEqual(state.weights);
    expect(after.recursion).toEqual(state.recursion);
  });
});

describe("the last same weekday", () => {
  const weeks = historyOf([
    [0, [10, 11]],
    [1, [20, 21]],
    [7, [Number.NaN, 31]],
    [8, [40, 41]],
  ]);

  it("is the one before where that of last week is missing or not known", () => {
    const state = fitted("seasonal-naive", weeks);
    // Monday: last week's first slot is not known, that of the week before is 10.
    expect(predict(state, { day: MONDAY + 14, slot: 0 }, 2)).toEqual([10, 31]);
    // Tuesdays are all known; of Wednesday nothing is, and Tuesday stands for it.
    expect(predict(state, { day: MONDAY + 15, slot: 0 }, 2)).toEqual([40, 41]);
    expect(predict(state, { day: MONDAY + 16, slot: 0 }, 2)).toEqual([40, 41]);
  });

  it("stays when a count of it is not known while it runs", () => {
    const state = fitted("seasonal-naive", weeks);
    const half = update(state, { day: MONDAY + 14, slot: 0, count: 70 });
    const after = update(half, { day: MONDAY + 14, slot: 1, count: Number.NaN });
    expect(predict(after, { day: MONDAY + 21, slot: 0 }, 2)).toEqual([70, 31]);
  });

  it("is not forgotten over days of nothing known", () => {
    const state = fitted(
      "seasonal-naive",
      withGaps(
        historyOf([
          [0, [10, 11]],
          [8, [40, 41]],
        ]),
      ),
    );
    expect(predict(state, { day: MONDAY + 14, slot: 0 }, 2)).toEqual([10, 11]);
  });
});

describe("the usual day over days that are missing", () => {
  const settings = { decay: 0.5, weekdayFactor: 0, smoothingSlots: 0 };
  const history = historyOf([
    [0, [10]],
    [2, [30]],
  ]);

  it("is a day older for a gap, whatever its length, worked by hand", () => {
    // Wednesday counts 1 and Monday, two days before it, ¼.
    expect(usualDay(learnHistory(settings, withGaps(history)), MONDAY + 3)[0]).toBeCloseTo(32.5 / 1.25, 10);
    const long = historyOf([
      [0, [10]],
      [30, [30]],
    ]);
    expect(usualDay(learnHistory(settings, withGaps(long)), MONDAY + 31)[0]).toBeCloseTo(32.5 / 1.25, 10);
    // As the file stands Monday is the day before.
    expect(usualDay(learnHistory(settings, history), MONDAY + 3)[0]).toBeCloseTo(35 / 1.5, 10);
  });

  it("of the other days knows no more of a day of nothing known", () => {
    // For the third day: Monday ¼ as far as Wednesday from it on the other side.
    const days = withGaps(
      historyOf([...history.days.map(({ day, counts }) => [day - MONDAY, counts] as const), [3, [50]]]),
    );
    const left = usualDaysLeftOut(settings, days);
    expect(left[0]?.[0]).toBeCloseTo((0.25 * 30 + 0.125 * 50) / 0.375, 10);
    expect(left[2]?.[0]).toBeCloseTo((0.25 * 10 + 0.5 * 50) / 0.75, 10);
  });

  it("is not changed by days of nothing known of another type", () => {
    // Friday and Monday: Sunday stands for the weekend.
    const profile = learnHistory(
      { ...settings, decay: 1 },
      withGaps(
        historyOf([
          [4, [10]],
          [7, [30]],
        ]),
      ),
    );
    expect(usualDay(profile, MONDAY + 8)).toEqual([20]);
    expect(usualDay(profile, MONDAY + 13)).toEqual([20]);
  });
});

describe("a back-test over days that are missing", () => {
  const weekdays = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18];

  it("scores no forecast of a day of nothing known, and goes on behind it", () => {
    const history = withGaps(wavesOn(weekdays));
    const settings = { ...USUAL_SETTINGS, order: 3 };
    const [forecasts = []] = rollingForecasts(modelOf("profile-ar"), history, settings, [1]);
    const validated = observationsOf(validationDays(history));
    expect(forecasts).toHaveLength(validated.length);
    for (const [row, { count }] of validated.entries()) {
      const error = Math.abs(count - (forecasts[row] ?? Number.NaN));
      expect(Number.isNaN(error)).toBe(Number.isNaN(count));
      if (!Number.isNaN(error)) expect(error).toBeLessThan(20);
    }
  });

  it("tries drift on the days of which something is known", () => {
    const test = withGaps(wavesOn([21, 22, 25, 28]));
    expect(test.days).toHaveLength(6);
    const trial = driftTrial(fitted("profile-rls", wavesOn(weekdays)), test);
    expect(trial.days).toBe(4);
    expect(trial.faults[0]).toMatchObject({ factor: 0, found: 4 });
  });
});
