import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../src/units.ts";
import { createArrivals, nextArrival, perHourAt } from "../../sim/traffic/demand.ts";
import { chooseMovement } from "../../sim/traffic/turning.ts";

describe("the profile of a day", () => {
  const { profile } = createArrivals(
    [
      { at: "18:00", perHour: 300 },
      { at: "06:00", perHour: 100 },
      { at: "08:00", perHour: 500 },
    ],
    1,
    "a",
  );

  it("is joined by straight lines and wraps over midnight", () => {
    expect(perHourAt(profile, 6 * HOUR_MS)).toBe(100);
    expect(perHourAt(profile, 7 * HOUR_MS)).toBe(300);
    expect(perHourAt(profile, 13 * HOUR_MS)).toBe(400);
    // From 300 at 18:00 to 100 at 06:00: midnight is halfway, on whatever day.
    expect(perHourAt(profile, 0)).toBe(200);
    expect(perHourAt(profile, 72 * HOUR_MS)).toBe(200);
  });
});

const counts = (seed: number, place: string): readonly number[] => {
  const process = createArrivals([{ at: "00:00", perHour: 720 }], seed, place);
  return Array.from({ length: 20_000 }, () => {
    let count = 0;
    for (let rest = nextArrival(process, 0.2); rest >= 0; rest = nextArrival(process, rest)) count += 1;
    return count;
  });
};

describe("arrivals", () => {
  it("are Poisson: mean and variance of a second's count are the rate", () => {
    const seconds = counts(3, "a");
    const mean = seconds.reduce((a, b) => a + b, 0) / seconds.length;
    const variance = seconds.reduce((a, b) => a + (b - mean) ** 2, 0) / seconds.length;
    // Standard errors √(0.2/20000) = 0.0032 and √((0.2 + 2·0.2²)/20000) = 0.0037; four of them.
    expect(Math.abs(mean - 0.2)).toBeLessThan(0.0128);
    expect(Math.abs(variance - 0.2)).toBeLessThan(0.015);
  });

  it("differ by seed and by place", () => {
    expect(counts(3, "a")).toEqual(counts(3, "a"));
    expect(counts(3, "a")).not.toEqual(counts(4, "a"));
    expect(counts(3, "a")).not.toEqual(counts(3, "b"));
  });
});

describe("turn choices", () => {
  it("come in the configured shares, at every hop", () => {
    const choices = {
      start: Int32Array.of(0, 3),
      movement: Int32Array.of(7, 8, 9),
      upTo: Float64Array.of(0.2, 0.2, 1),
    };
    for (const hop of [0, 1, 5]) {
      let sevens = 0;
      for (let seed = 0; seed < 10_000; seed += 1) {
        const movement = chooseMovement(choices, 0, seed * 7919, hop);
        expect(movement, "nobody takes a way of share 0").not.toBe(8);
        if (movement === 7) sevens += 1;
      }
      // 2000 ± 4 · √(10000 · 0.2 · 0.8).
      expect(Math.abs(sevens - 2000), `hop ${hop}`).toBeLessThan(160);
    }
  });
});
