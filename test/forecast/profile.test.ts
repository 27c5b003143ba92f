import { describe, expect, it } from "vitest";
import type { CountHistory } from "../../src/forecast/history.ts";
import { learnHistory, smoothCircular, usualDay, usualDaysLeftOut } from "../../src/forecast/profile.ts";

/** Monday 5 January 1970. */
const MONDAY = 4;
const PLAIN = { decay: 1, weekdayFactor: 0, smoothingSlots: 0 };

function historyOf(days: readonly (readonly [day: number, counts: readonly number[]])[]): CountHistory {
  return { slotsPerDay: days[0]?.[1].length ?? 0, days: days.map(([day, counts]) => ({ day, counts })) };
}

describe("the usual day", () => {
  const history = historyOf([
    [MONDAY, [10, 20]],
    [MONDAY + 1, [30, 40]],
    [MONDAY + 5, [100, 200]],
    [MONDAY + 7, [50, Number.NaN]],
  ]);

  it("is the mean of the days of its type, each slot over the days that know it", () => {
    const profile = learnHistory(PLAIN, history);
    expect(usualDay(profile, MONDAY + 8)).toEqual([30, 30]);
    expect(usualDay(profile, MONDAY + 12)).toEqual([100, 200]);
  });

  it("takes the other types for a type that was never seen", () => {
    // No Sunday: (10 + 30 + 100 + 50) / 4, (20 + 40 + 200) / 3.
    expect(usualDay(learnHistory(PLAIN, history), MONDAY + 6)).toEqual([47.5, 260 / 3]);
  });

  it("weighs days by their age and their weekday, worked by hand", () => {
    // Decay ½ by day in the order of the file: Monday ⅛, Tuesday ¼, Monday 1 (Saturday ½ is of another type), Mondays twice for a Monday.
    const profile = learnHistory({ decay: 0.5, weekdayFactor: 1, smoothingSlots: 0 }, history);
    const monday = (2 * 0.125 * 10 + 0.25 * 30 + 2 * 50) / (2 * 0.125 + 0.25 + 2);
    expect(usualDay(profile, MONDAY + 14)[0]).toBeCloseTo(monday, 10);
    const tuesday = (0.125 * 10 + 2 * 0.25 * 30 + 50) / (0.125 + 0.5 + 1);
    expect(usualDay(profile, MONDAY + 15)[0]).toBeCloseTo(tuesday, 10);
  });

  it("knows nothing of a slot that no day knows", () => {
    const profile = learnHistory(PLAIN, historyOf([[MONDAY, [7, Number.NaN]]]));
    expect(usualDay(profile, MONDAY + 1)).toEqual([7, Number.NaN]);
  });
});

describe("the usual day of the other days", () => {
  it("never contains the day's own counts", () => {
    const days = [10, 20, 60].map((count, index) => [MONDAY + index, [count]] as const);
    expect(usualDaysLeftOut(PLAIN, historyOf(days))).toEqual([[40], [35], [15]]);
    const changed = usualDaysLeftOut(PLAIN, historyOf([...days.slice(0, 2), [MONDAY + 2, [9999]]]));
    expect(changed[2]).toEqual([15]);
  });

  it("weighs nearer days more, on both sides", () => {
    const days = [10, 20, 60].map((count, index) => [MONDAY + index, [count]] as const);
    const left = usualDaysLeftOut({ decay: 0.5, weekdayFactor: 0, smoothingSlots: 0 }, historyOf(days));
    expect(left[0]?.[0]).toBeCloseTo((0.5 * 20 + 0.25 * 60) / 0.75, 10);
    expect(left[1]?.[0]).toBeCloseTo(35, 10);
  });

  it("is not known of an only day", () => {
    expect(usualDaysLeftOut(PLAIN, historyOf([[MONDAY, [1, 2]]]))[0]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("smoothing", () => {
  it("keeps what is level and what there is in all, over midnight too", () => {
    expect(smoothCircular([3, 3, 3, 3, 3, 3, 3], 1).map((value) => Math.round(value * 1e9) / 1e9)).toEqual(
      Array.from({ length: 7 }, () => 3),
    );
    const spike = smoothCircular([12, 0, 0, 0, 0, 0, 0, 0, 0], 1);
    expect(spike.reduce((sum, value) => sum + value, 0)).toBeCloseTo(12, 10);
    expect(spike[8]).toBeCloseTo(spike[1] ?? 0, 10);
    expect(spike[1]).toBeGreaterThan(0);
  });

  it("looks past slots that are not known", () => {
    const smooth = smoothCircular([4, Number.NaN, 4, 4, 4, 4, 4], 1);
    expect(smooth[1]).toBeNaN();
    expect(smooth[0]).toBeCloseTo(4, 10);
  });
});
