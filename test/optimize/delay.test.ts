import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { controlDelaySeconds } from "../../src/optimize/delay.ts";

describe("control delay", () => {
  it("has the reference's uniform part: C = 102 s, g/C = 0.55 and X > 1 give 22.95 s", () => {
    // At X = 1 the incremental part is 900·T·√(4/(cT)) alone; c = 1000 veh/h, T = 0.25 h: 28.46 s.
    const incremental = 900 * 0.25 * Math.sqrt(4 / (1000 * 0.25));
    expect(controlDelaySeconds(1000, 1000, 0.55, 102) - incremental).toBeCloseTo(22.95, 2);
  });

  it("adds up both parts, worked by hand", () => {
    // q = 450, c = 900, g/C = 0.5, C = 60: d1 = 30·0.25/(1 − 0.25) = 10 s,
    // d2 = 225·(−0.5 + √(0.25 + 4·0.5/225)) = 225·(−0.5 + 0.508811) = 1.98 s.
    expect(controlDelaySeconds(450, 900, 0.5, 60)).toBeCloseTo(
      10 + 225 * (Math.sqrt(0.25 + 2 / 225) - 0.5),
      9,
    );
    expect(controlDelaySeconds(450, 900, 0.5, 60)).toBeCloseTo(11.98, 2);
  });

  it("is nothing without traffic, and finite without capacity", () => {
    expect(controlDelaySeconds(0, 0, 0, 60)).toBe(0);
    expect(Number.isFinite(controlDelaySeconds(300, 0, 0, 60))).toBe(true);
  });

  it("has no uniform part where the signal is always green, even over capacity", () => {
    expect(controlDelaySeconds(2000, 1800, 1, 60)).toBeCloseTo(
      225 * (1 / 9 + Math.sqrt((1 / 9) ** 2 + (4 * (10 / 9)) / 450)),
      6,
    );
  });

  it("is finite, not negative, and grows with the flow", () => {
    const ratio = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 0, max: 3000 }),
        ratio,
        fc.integer({ min: 20, max: 300 }),
        (flow, more, capacity, greenRatio, cycle) => {
          const less = controlDelaySeconds(flow, capacity, greenRatio, cycle);
          expect(less).toBeGreaterThanOrEqual(0);
          expect(controlDelaySeconds(flow + more, capacity, greenRatio, cycle)).toBeGreaterThanOrEqual(
            less - 1e-9,
          );
        },
      ),
    );
  });
});
