import { describe, expect, it } from "vitest";
import { type PatternWatch, STEADY_PATTERN, watchPattern } from "../../src/forecast/pattern-watch.ts";

const SLOTS = 24;

function after(
  intervals: readonly { readonly count: number; readonly forecast: number; readonly usual: number }[],
  from: PatternWatch = STEADY_PATTERN,
): PatternWatch {
  return intervals.reduce((watch, seen) => watchPattern(watch, { ...seen, slotsPerDay: SLOTS }), from);
}

function times(
  count: number,
  seen: { readonly count: number; readonly forecast: number; readonly usual: number },
) {
  return Array.from({ length: count }, () => seen);
}

describe("a pattern", () => {
  it("is steady while counts are as expected", () => {
    expect(after(times(100, { count: 25, forecast: 25, usual: 25 }))).toEqual(STEADY_PATTERN);
  });

  it("is told when half of the vehicles fail to come", () => {
    // (50 − 100) / √100 = −5, less 1 of slack: 4 an interval, 25 after the seventh.
    const half = { count: 50, forecast: 50, usual: 100 };
    expect(after(times(6, half)).deviation.alarm).toBeNull();
    const told = after(times(7, half));
    expect(told.deviation.alarm).toBe("below");
    // The model has followed: it has nothing to relearn.
    expect(told.residual.alarm).toBeNull();
    expect(told.forgetsFast).toBe(0);
  });

  it("makes weights forget fast while the model is off, and for three hours after", () => {
    const off = after(times(7, { count: 50, forecast: 100, usual: Number.NaN }));
    expect(off.residual.alarm).toBe("below");
    expect(off.forgetsFast).toBe(3);
    const right = { count: 100, forecast: 100, usual: Number.NaN };
    // The sum of 25 falls by 1 an interval.
    const over = after(times(25, right), off);
    expect(over.residual.alarm).toBeNull();
    expect(over.forgetsFast).toBe(2);
    expect(after(times(3, right), over).forgetsFast).toBe(0);
  });

  it("has changed for good after three days without an end, which is told once", () => {
    const half = { count: 50, forecast: 50, usual: 100 };
    // The alarm is raised in the 7th interval and has stood for 72 in the 79th.
    expect(after(times(78, half)).changedForGood).toBe(false);
    const changed = after(times(79, half));
    expect(changed.changedForGood).toBe(true);
    expect(changed.deviation.alarm).toBeNull();
    expect(after([half], changed).changedForGood).toBe(false);
  });

  it("begins anew when it turns from too few to too many", () => {
    const few = after(times(60, { count: 50, forecast: 50, usual: 100 }));
    const many = after(times(60, { count: 300, forecast: 300, usual: 100 }), few);
    expect(many.deviation.alarm).toBe("above");
    expect(many.unusualFor).toBeLessThan(60);
  });
});
