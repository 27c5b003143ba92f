import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { intervalsAhead } from "../../src/forecast/horizon-intervals.ts";
import { type Calibration, calibrate, intervalsOf, NO_CALIBRATION } from "../../src/forecast/intervals.ts";

/** After 200 scores from −0.99 to 1, evenly spread. */
const SCORES = Array.from({ length: 200 }, (_, rank) => (rank - 99) / 100);
const EVEN: Calibration = {
  ...NO_CALIBRATION,
  sorted: SCORES,
  numbers: String.fromCharCode(...SCORES.keys()),
};

describe("intervals of forecasts made some steps ahead", () => {
  it("learn from a count when it is known, worked by hand", () => {
    const forecasts = [4, 4, 4, 4];
    const { intervals, calibration } = intervalsAhead(NO_CALIBRATION, {
      steps: 2,
      forecasts,
      counts: [10, 4, 0, 4],
    });
    // When intervals 0 and 1 were forecast, none of these counts was known; for 2 the first one was, for 3 the first two.
    const nothing = intervalsOf(NO_CALIBRATION, 4);
    const first = calibrate(NO_CALIBRATION, 4, 10);
    const second = calibrate(first, 4, 4, nothing);
    expect(intervals).toEqual([nothing, nothing, intervalsOf(first, 4), intervalsOf(second, 4)]);
    // In the end all four counts are known: scores 3, 0, −2, 0.
    expect(calibration.sorted).toEqual([-2, 0, 0, 3]);
  });

  it("ask whether it missed of the interval that stood by the forecast, not of one made since", () => {
    // Of 100 forecast, 90 % should lie up to rank ⌈201·0.95⌉ of the scores, 0.91, that is 109.1; 109.15 misses, each time. Had the second
    // been asked after the first was learnt, the rank would be ⌈202·0.95225⌉ = 193 and the interval end at 109.2.
    const judged = { forecasts: [100, 100], counts: [109.15, 109.15] };
    const { calibration, intervals } = intervalsAhead(EVEN, { steps: 2, ...judged });
    expect(intervals[1]?.[1]?.upper).toBeCloseTo(109.1, 10);
    expect(calibration.missRatios[1]).toBeCloseTo(0.1 - 2 * 0.005 * 0.9, 10);
    // The control: one step ahead it is asked of that one, and is inside.
    const next = intervalsAhead(EVEN, { steps: 1, ...judged });
    expect(next.intervals[1]?.[1]?.upper).toBeGreaterThan(109.15);
    expect(next.calibration.missRatios[1]).toBeCloseTo(0.1 - 0.005 * 0.9 + 0.005 * 0.1, 10);
  });

  it("are none where nothing was forecast, and what is not known teaches nothing", () => {
    const { intervals, calibration } = intervalsAhead(NO_CALIBRATION, {
      steps: 3,
      forecasts: [Number.NaN, 5, 5],
      counts: [5, Number.NaN, 5],
    });
    expect(intervals[0]).toBeNull();
    expect(calibration.sorted).toEqual([0]);
  });

  it("one step ahead are those of calibrating count by count", () => {
    const counts = Array.from({ length: 300 }, (_, row) => 20 + ((row * 7919) % 13));
    let calibration: Calibration = NO_CALIBRATION;
    const expected = counts.map((count) => {
      const said = intervalsOf(calibration, 26);
      calibration = calibrate(calibration, 26, count);
      return said;
    });
    const forecasts = counts.map(() => 26);
    expect(intervalsAhead(NO_CALIBRATION, { steps: 1, forecasts, counts })).toEqual({
      intervals: expected,
      calibration,
    });
  });

  it("know nothing of the counts since they were forecast", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 30, maxLength: 60 }),
        fc.nat(),
        (steps, errors, which) => {
          const changed = which % errors.length;
          const forecasts = errors.map((_, row) => 20 + (row % 7));
          const of = (offAt: number) => {
            const counts = errors.map((error, row) => 20 + (row % 7) + (row === offAt ? 500 : error));
            return intervalsAhead(EVEN, { steps, forecasts, counts }).intervals;
          };
          const [usual, off] = [of(-1), of(changed)];
          // Interval `changed + steps` is forecast when the changed count is known, those before it are not.
          const untold = changed + steps;
          expect(off.slice(0, untold)).toEqual(usual.slice(0, untold));
          if (untold < errors.length) expect(off[untold]).not.toEqual(usual[untold]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
