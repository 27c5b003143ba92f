import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  configuredYellowSeconds,
  extendedYellowSeconds,
  flashingDontWalkSeconds,
  kinematicYellowSeconds,
  pedestrianClearanceSeconds,
  queueGreenMinSeconds,
  redClearSeconds,
  slowCrossingSeconds,
  walkSeconds,
} from "../../src/model/clearance.ts";

const MILE_PER_HOUR = 0.44704;

/** COMAR 11.04.14.03. */
const maryland = (milesPerHour: number, gradePercent: number) =>
  1 + (0.733 * milesPerHour) / (10 + 0.322 * gradePercent);

describe("yellow", () => {
  it("follows the ITE kinematic equation on level road", () => {
    // Reference §2.1: 30 mph 3.2 s, 45 mph 4.3 s.
    expect(kinematicYellowSeconds(30 * MILE_PER_HOUR)).toBeCloseTo(3.2, 2);
    expect(kinematicYellowSeconds(45 * MILE_PER_HOUR)).toBeCloseTo(4.3, 2);
  });

  it("agrees with Maryland's form of the equation on a grade", () => {
    for (const grade of [-6, 0, 4]) {
      expect(kinematicYellowSeconds(40 * MILE_PER_HOUR, grade / 100)).toBeCloseTo(maryland(40, grade), 2);
    }
  });

  it("follows the extended ITE equation where traffic slows before it enters", () => {
    // Reference §2.1: 45 mph approach, 20 mph entry: 6.13 s, clamped to 6.0 s.
    const computed = extendedYellowSeconds(45 * MILE_PER_HOUR, 20 * MILE_PER_HOUR);
    expect(computed).toBeCloseTo(6.13, 2);
    expect(configuredYellowSeconds(computed)).toBe(6);
  });

  it("is the kinematic one when nobody slows, also where the entry speed is above the approach's", () => {
    expect(extendedYellowSeconds(13.4, 13.4)).toBeCloseTo(kinematicYellowSeconds(13.4), 12);
    expect(extendedYellowSeconds(7, 8.94)).toBeCloseTo(kinematicYellowSeconds(7), 12);
  });

  it("is configured in tenths, rounded up, within 3 to 6 s", () => {
    expect(configuredYellowSeconds(3.21)).toBe(3.3);
    expect(configuredYellowSeconds(3.3000000000000003)).toBe(3.3);
    expect(configuredYellowSeconds(2.4)).toBe(3);
    fc.assert(
      fc.property(fc.double({ min: 5, max: 30, noNaN: true }), (speed) => {
        const computed = kinematicYellowSeconds(speed);
        const configured = configuredYellowSeconds(computed);
        expect(Math.abs(configured * 10 - Math.round(configured * 10))).toBeLessThan(1e-9);
        expect(configured).toBeGreaterThanOrEqual(Math.min(6, Math.max(3, computed)) - 1e-9);
        expect(configured).toBeLessThan(Math.max(3, computed) + 0.1);
      }),
    );
  });
});

describe("red clearance", () => {
  it("takes the design vehicle over the path", () => {
    // (17.9 + 6.1) / 12 = 2.0; one centimetre more and it is the next tenth.
    expect(redClearSeconds(17.9, 12)).toBe(2);
    expect(redClearSeconds(17.91, 12)).toBe(2.1);
  });

  it("never exceeds 6 s", () => {
    expect(redClearSeconds(100, 5)).toBe(6);
  });
});

describe("pedestrians", () => {
  it("clear the crosswalk at 1.07 m/s", () => {
    expect(pedestrianClearanceSeconds(21.4)).toBeCloseTo(20, 9);
    // 20 s less a buffer of 3 s.
    expect(flashingDontWalkSeconds(21.4, 3)).toBe(17);
    expect(flashingDontWalkSeconds(21.5, 3)).toBe(18);
    expect(flashingDontWalkSeconds(2, 3)).toBe(1);
  });

  it("walk 7 s, and longer where the slow walker would not arrive", () => {
    expect(walkSeconds(17.5, pedestrianClearanceSeconds(17.5))).toBe(7);
    // (40 + 1.8) / 0.91 = 45.93; clearance 37.38; 8.55 are missing.
    expect(slowCrossingSeconds(40)).toBeCloseTo(45.934, 3);
    expect(walkSeconds(40, pedestrianClearanceSeconds(40))).toBe(9);
  });
});

describe("minimum green", () => {
  it("clears the queue between detector and stop line", () => {
    expect(queueGreenMinSeconds(0)).toBe(2);
    expect(queueGreenMinSeconds(7.6)).toBe(4);
    expect(queueGreenMinSeconds(7.7)).toBe(6);
    expect(queueGreenMinSeconds(30.4)).toBe(10);
  });
});
