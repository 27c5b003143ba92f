import { describe, expect, it } from "vitest";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { timePlant, updatesPerSecond } from "../../sim/load/plant-speed.ts";
import { instantMs } from "../../src/units.ts";

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));

describe("the built-in model alone", () => {
  it("is timed by the clock that it is given, over the same vehicle-seconds each time", () => {
    let reads = 0;
    const run = {
      network: gridNetwork(2, 2),
      midnightAt: MIDNIGHT,
      startsAt: instantMs(MIDNIGHT + 7 * 3_600_000),
      seconds: 300,
      seed: 1,
    };
    const time = () =>
      timePlant(run, () => {
        reads += 1;
        return reads * 500;
      });
    const first = time();
    expect(first.wallSeconds).toBe(0.5);
    // 8 entries, 65 to 69 veh/h each in the morning, about a minute and a half in the network: some ten at a time.
    expect(first.vehicleSeconds).toBeGreaterThan(500);
    expect(first.vehicleSeconds).toBeLessThan(10_000);
    expect(time()).toEqual(first);
    expect(updatesPerSecond(first)).toBe(first.vehicleSeconds * 2);
  });
});
