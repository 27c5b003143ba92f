import { describe, expect, it } from "vitest";
import { resolveNetwork } from "../../src/adapters/network-files.ts";
import type { Network } from "../../src/model/files.ts";
import { HOUR_MS, instantMs } from "../../src/units.ts";
import type { PlantResult } from "../../sim/field/plant.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { fixedTimeDriver } from "./fixed-time.ts";

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5, 7));

async function builtIn(name: string): Promise<Network> {
  const read = await resolveNetwork(name);
  if (!read.ok) throw new Error(`${name}: ${JSON.stringify(read.error.slice(0, 3))}`);
  return read.value;
}

/** An hour under the scheduled local plans. */
async function hourFrom(network: Network, sinceMidnightHours: number): Promise<PlantResult> {
  const startsAt = instantMs(MIDNIGHT + sinceMidnightHours * HOUR_MS);
  const plant = createTrafficPlant(network, { seed: 1, startsAt, midnightAt: MIDNIGHT });
  const lampsAt = fixedTimeDriver(network, MIDNIGHT);
  for (let at = 0; at < HOUR_MS; at += plant.stepMs) {
    await plant.step(lampsAt(startsAt + at), { wantVehicles: false });
  }
  return plant.finish();
}

describe("the built-in networks under their own local plans", () => {
  it.each([
    ["corridor", 7.25, 5000],
    ["corridor", 12, 4000],
    ["corridor", 16.25, 5000],
    ["single", 7.5, 1500],
  ] as const)(
    "%s, an hour from %d o'clock: nothing jams, measures are plausible",
    async (name, from, vehiclesMin) => {
      const result = await hourFrom(await builtIn(name), from);
      expect(result).toMatchObject({ jammed: false });
      expect(result.vehiclesScheduled).toBeGreaterThan(vehiclesMin);
      expect(result.vehiclesNeverInserted).toBeLessThan(0.01 * result.vehiclesScheduled);
      expect(result.vehiclesArrived).toBeGreaterThan(0.85 * result.vehiclesScheduled);
      expect(result.delaySeconds).toBeGreaterThan(20);
      expect(result.delaySeconds).toBeLessThan(180);
      expect(result.timeLossSeconds).toBeLessThanOrEqual(result.delaySeconds);
      expect(result.pedestrianDelaySeconds).toBeGreaterThan(15);
      expect(result.pedestrianDelaySeconds).toBeLessThan(60);
    },
  );
});
