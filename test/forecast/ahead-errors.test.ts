import { describe, expect, it } from "vitest";
import {
  type AheadErrors,
  deviationAhead,
  followAhead,
  madeBeyond,
  NO_AHEAD_ERRORS,
  STEPS_AHEAD,
} from "../../src/forecast/ahead-errors.ts";

/** After intervals at whose ends this was counted and that forecast for the second and the third interval from then. */
function after(
  intervals: readonly { readonly count: number; readonly beyond: readonly number[] }[],
  from = NO_AHEAD_ERRORS,
): AheadErrors {
  return intervals.reduce((errors, { count, beyond }) => followAhead(errors, count, beyond), from);
}

/** An interval in which so many more were counted than had been forecast, and the forecasts made at its end. */
function off(error: number) {
  return { count: 100 + error, beyond: [100, 100] };
}

describe("errors of forecasts beyond the next interval", () => {
  it("are of what was said two and three intervals before, worked by hand", () => {
    const errors = after([
      { count: 9, beyond: [100, 64] },
      { count: 9, beyond: [81, 49] },
      // Nothing had been said three intervals ago, so nothing is learnt yet: the two-step forecast alone was 100.
      { count: 110, beyond: [36, 25] },
    ]);
    expect(errors.scored).toBe(0);
    expect(madeBeyond(errors)).toEqual([36, 25]);
    // Said of the fourth interval: 81 two steps ahead, 64 three. (90 − 81)² / 81 = 1, (90 − 64)² / 64 = 10.5625.
    const fourth = after([{ count: 90, beyond: [16, 16] }], errors);
    expect(fourth.meanSquares).toEqual([1, 10.5625]);
    // Of the fifth: 36 and 49. (42 − 36)² / 36 = 1, (42 − 49)² / 49 = 1: means of two.
    const fifth = after([{ count: 42, beyond: [16, 16] }], fourth);
    expect(fifth).toMatchObject({ meanSquares: [1, (10.5625 + 1) / 2], scored: 2 });
  });

  it("teach nothing where the count or a forecast is not known, and go on behind it", () => {
    const usual = { count: 25, beyond: [16, 16] };
    const before = after([usual, usual, usual, usual]);
    expect(before).toMatchObject({ meanSquares: [81 / 16, 81 / 16], scored: 1 });
    const unknown = followAhead(before, Number.NaN, [16]);
    expect(unknown).toMatchObject({ meanSquares: before.meanSquares, scored: 1 });
    // The three-step forecast that was not made stands for the third interval from then.
    const scored = [usual, usual, usual, usual].map(
      (_, index, all) => after(all.slice(0, index + 1), unknown).scored,
    );
    expect(scored).toEqual([2, 3, 3, 4]);
  });

  it("give a spread when there are fifty of them, in units of the root of the forecast", () => {
    // Off by 6 of 36 each time: a score of 1.
    const exact = Array.from({ length: 53 }, (_, index) => ({
      count: index % 2 === 0 ? 30 : 42,
      beyond: [36, 36],
    }));
    const few = after(exact.slice(0, 52));
    expect(few.scored).toBe(49);
    expect(deviationAhead(few, 2, 100)).toBeUndefined();
    const enough = after(exact);
    expect(deviationAhead(enough, 2, 100)).toBeCloseTo(10, 10);
    expect(deviationAhead(enough, STEPS_AHEAD, 0)).toBeCloseTo(1, 10);
    // Of the next interval, and of those behind the last that is forecast, nothing is known here.
    expect(deviationAhead(enough, 1, 100)).toBeUndefined();
    expect(deviationAhead(enough, STEPS_AHEAD + 1, 100)).toBeUndefined();
  });

  it("fade, so that the spread follows, and keep their size", () => {
    const calm = after(Array.from({ length: 2000 }, () => off(10)));
    // 720 intervals of scores of 2 after those of 1: the mean square is 4 − 3·(1 − 1/720)^720.
    const wild = after(
      Array.from({ length: 720 }, () => off(20)),
      calm,
    );
    expect(wild.meanSquares[0]).toBeCloseTo(4 - 3 * (1 - 1 / 720) ** 720, 6);
    expect(wild.made).toHaveLength(NO_AHEAD_ERRORS.made.length);
  });
});
