import { expect, it } from "vitest";
import { co2Grams, idleLiters, stopLiters } from "../../src/optimize/fuel.ts";
import { stopsPerVehicle } from "../../src/optimize/stops.ts";

it("uniform stops are nine tenths of who meets a red or a queue", () => {
  // u = 0.5, s = 1800 veh/h, y = 1/3, X = 2/3 below X0 = 0.67 + 0.5 · 30 / 600: 0.9 · 0.5 / (2/3).
  expect(stopsPerVehicle(600, 900, 0.5, 60)).toBeCloseTo(0.675, 6);
});

it("a queue that greens leave over stops again", () => {
  // X = 0.95, X0 = 0.695, cT = 225: N0 = 56.25 · (−0.05 + √(0.0025 + 12 · 0.255 / 225)) = 4.325, of 14.25 vehicles a cycle.
  const left = 56.25 * (-0.05 + Math.sqrt(0.0025 + (12 * 0.255) / 225));
  expect(left).toBeCloseTo(4.325, 2);
  expect(stopsPerVehicle(855, 900, 0.5, 60)).toBeCloseTo(0.9 * (0.5 / 0.525 + left / 14.25), 6);
});

it("nobody stops where nobody comes, or where it is always green", () => {
  expect(stopsPerVehicle(0, 900, 0.5, 60)).toBe(0);
  expect(stopsPerVehicle(600, 1_800, 1, 60)).toBe(0);
});

it("a lane without green, or with more than it can ever let go, has a finite number", () => {
  expect(Number.isFinite(stopsPerVehicle(600, 0, 0, 60))).toBe(true);
  expect(Number.isFinite(stopsPerVehicle(4_000, 900, 0.5, 60))).toBe(true);
});

it("fuel and CO₂ by proxy are as the reference has them", () => {
  expect(idleLiters(3_600)).toBe(0.9);
  // ½ · 1600 · 15.6² / (0.25 · 32e6): 0.024 L at 15.6 m/s.
  expect(stopLiters(15.6)).toBeCloseTo(0.024, 3);
  expect(stopLiters(10)).toBeCloseTo(0.01, 4);
  expect(co2Grams(1)).toBe(2_350);
});
