import { array, assert, constant, double, integer, nat, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../sim/prove/random.ts";
import { defined } from "../../src/assert.ts";
import {
  assumedDispersion,
  type Dispersion,
  dispersionOf,
  expectedArrivals,
  followSecond,
  type LinkFit,
  type PlatoonFit,
  startPlatoonFit,
} from "../../src/estimate/platoon-fit.ts";
import { fittedTo, platoons } from "./platoon-street.ts";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const only = ({ links }: PlatoonFit): LinkFit => defined(links[0], "link");

/** From the begin of the link to the loops: the lag, and (1−F)/F more. */
const meanSeconds = ({ lagSeconds, smoothing }: Dispersion): number =>
  lagSeconds + (1 - smoothing) / smoothing;

/** All that a fit has learnt. */
function lessons({ shares, normal, vehicles: counted, links }: PlatoonFit) {
  const { smoothing, squares, products, errors, chosen } = defined(links[0], "link");
  return { shares, normal, counted, smoothing, squares, products, errors, chosen };
}

/** Vehicles by second, now and then some. */
const vehicles = array(nat({ max: 3 }), { minLength: 1, maxLength: 60 });

describe("a vehicle on its way", () => {
  it("comes as worked out by hand", () => {
    // 5 s at free speed: β · 5 = 4 s of lag, F = 1 / (1 + 0.35 · 4) = 1 / 2.4; 0.8 of the vehicles come.
    expect(assumedDispersion(5)).toEqual({ lagSeconds: 4, smoothing: 1 / 2.4 });
    const entered = followSecond(startPlatoonFit([5]), [1], 0, false);
    const nobody = [0, 0, 0, 0, 0, 0];
    const expected = expectedArrivals(entered, [nobody], 6);
    // In the fourth second 1/2.4 of it, in each one more 1/2.4 of what is left.
    const first = 0.8 / 2.4;
    const left = 1.4 / 2.4;
    for (const [second, value] of [0, 0, 0, first, first * left, first * left * left].entries()) {
      expect(expected[second]).toBeCloseTo(value, 12);
    }
  });

  it("learns F from one vehicle as worked out by hand", () => {
    // No way at all: lag 0, F 1 is assumed. Of one vehicle 0.8 were to come; 1 is counted in the second in which it came.
    // The regressor is 0.8 · (1 − 0), to be explained is 1: (5 · 1 + 0.8 · 1) / (5 + 0.64) is above 1, so F stays 1. In the next
    // second 0.8 · (0 − 1) is to explain 0 − 0.8: F = (5·k + 0.8·k + 0.64) / (5·k + 0.64·k + 0.64) with k the fading, above 1 again.
    let fit = followSecond(startPlatoonFit([0]), [1], 1, true);
    expect(only(fit).squares[0]).toBeCloseTo(0.64, 12);
    expect(only(fit).products[0]).toBeCloseTo(0.8, 12);
    fit = followSecond(fit, [0], 0, true);
    expect(only(fit).smoothing[1]).toBe(1);
  });

  it("is never lost and never two, whatever F becomes meanwhile", () => {
    assert(
      property(vehicles, vehicles, double({ min: 0, max: 40, noNaN: true }), (entered, counted, travel) => {
        let fit = startPlatoonFit([travel]);
        const arrived = only(fit).lags.map(() => 0);
        for (const [at, came] of entered.entries()) {
          fit = followSecond(fit, [came], counted[at] ?? 0, true);
          for (const [row, arriving] of only(fit).arriving.entries())
            arrived[row] = (arrived[row] ?? 0) + arriving;
        }
        const link = only(fit);
        for (const [row, lag] of link.lags.entries()) {
          const there = defined(arrived[row], "row") + defined(link.onWay[row], "row");
          expect(there + sum(link.entered.slice(0, lag))).toBeCloseTo(sum(entered), 6);
        }
      }),
    );
  });

  it("is expected in the end: as many arrive as share of the link's vehicles come", () => {
    assert(
      property(vehicles, double({ min: 0, max: 40, noNaN: true }), (coming, travel) => {
        const seconds = 700;
        const then = [...coming, ...Array.from({ length: seconds }, () => 0)];
        expect(sum(expectedArrivals(startPlatoonFit([travel]), [then], seconds))).toBeCloseTo(
          0.8 * sum(coming),
          4,
        );
      }),
    );
  });

  it("is expected the same, told beforehand or seen", () => {
    assert(
      property(vehicles, nat({ max: 40 }), (coming, seen) => {
        const start = startPlatoonFit([12, 30]);
        let followed = start;
        for (let at = 0; at < seen; at += 1)
          followed = followSecond(followed, [coming[at] ?? 0, 1], 0, false);
        const seconds = 50;
        const padded = Array.from({ length: seen + seconds }, (_, at) => coming[at] ?? 0);
        const steady = padded.map(() => 1);
        const before = expectedArrivals(start, [padded, steady], seen + seconds).slice(seen);
        const after = expectedArrivals(followed, [padded.slice(seen), steady.slice(seen)], seconds);
        for (const [second, value] of after.entries())
          expect(value).toBeCloseTo(defined(before[second], "second"), 9);
      }),
    );
  });
});

describe("the fit", () => {
  it("finds lag, F, share and who joins again, from counts of an hour", () => {
    const street = record({
      lagSeconds: integer({ min: 13, max: 22 }),
      smoothing: double({ min: 0.4, max: 0.9, noNaN: true }),
      share: double({ min: 0.6, max: 0.95, noNaN: true }),
      joiningVehPerSecond: double({ min: 0.01, max: 0.08, noNaN: true }),
      seconds: constant(3600),
    });
    assert(
      property(street, integer({ min: 1, max: 1e6 }), (truth, seed) => {
        const fit = fittedTo(platoons(truth, seed), 17);
        const { lagSeconds, smoothing } = dispersionOf(only(fit));
        expect(Math.abs(meanSeconds({ lagSeconds, smoothing }) - meanSeconds(truth))).toBeLessThan(2);
        expect(Math.abs(lagSeconds - truth.lagSeconds)).toBeLessThanOrEqual(1);
        // F makes up for a lag that is a second off.
        if (lagSeconds === truth.lagSeconds) expect(Math.abs(smoothing - truth.smoothing)).toBeLessThan(0.2);
        expect(Math.abs(defined(fit.shares[0], "share") - truth.share)).toBeLessThan(0.16);
        expect(Math.abs(fit.joiningVehPerSecond - truth.joiningVehPerSecond)).toBeLessThan(0.04);
      }),
      { numRuns: 10 },
    );
  });

  it("tells two links apart by when their vehicles come", () => {
    const near = platoons(
      { lagSeconds: 8, smoothing: 0.5, share: 0.9, joiningVehPerSecond: 0, seconds: 3600 },
      1,
    );
    // The other one's signal has its green when the first one's is red.
    const far = platoons(
      { lagSeconds: 60, smoothing: 0.5, share: 0.3, joiningVehPerSecond: 0, seconds: 3600 },
      2,
    );
    let fit = startPlatoonFit([8, 20]);
    for (let at = 40; at < 3600; at += 1) {
      const entered = [near.entered[at] ?? 0, far.entered[at - 40] ?? 0];
      fit = followSecond(fit, entered, (near.counted[at] ?? 0) + (far.counted[at] ?? 0), true);
    }
    expect(fit.shares[0]).toBeGreaterThan(0.7);
    expect(fit.shares[1]).toBeLessThan(0.4);
    expect(fit.shares[1]).toBeGreaterThan(0.2);
  });

  it("is not believed where counts have nothing to do with who came onto the link", () => {
    const truth = { lagSeconds: 17, smoothing: 0.4, share: 0.9, joiningVehPerSecond: 0.02, seconds: 3600 };
    for (let seed = 1; seed <= 10; seed += 1) {
      const real = platoons(truth, seed);
      expect(only(fittedTo(real, 17)).chosen).toBeGreaterThan(0);
      const counted = createRandom(seed, "shuffle").shuffled(real.counted);
      expect(only(fittedTo({ ...real, counted }, 17)).chosen).toBe(0);
    }
  });

  it("waits for fifty vehicles", () => {
    const truth = { lagSeconds: 21, smoothing: 0.9, share: 0.9, joiningVehPerSecond: 0, seconds: 200 };
    const fit = fittedTo(platoons(truth, 3), 17);
    expect(fit.vehicles).toBeLessThan(50);
    expect(dispersionOf(only(fit))).toEqual(assumedDispersion(17));
  });

  it("learns nothing in doubt, nor while loops are silent that ought to be heard", () => {
    const truth = { lagSeconds: 17, smoothing: 0.4, share: 0.9, joiningVehPerSecond: 0.02, seconds: 1800 };
    const before = fittedTo(platoons(truth, 1), 17);
    expect(lessons(followSecond(before, [1], 1, false))).toEqual(lessons(before));
    // 0.16 vehicles a second: after a minute at the latest eight were to be heard.
    let silent = before;
    for (let second = 0; second < 60; second += 1)
      silent = followSecond(silent, [second % 6 === 0 ? 1 : 0], 0, true);
    expect(lessons(followSecond(silent, [1], 0, true))).toEqual(lessons(silent));
    expect(lessons(followSecond(silent, [1], 1, true))).not.toEqual(lessons(silent));
  });
});
