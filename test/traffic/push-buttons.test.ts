import { describe, expect, it } from "vitest";
import type { PedestrianCall } from "../../sim/field/plant.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { drive, lampsOf } from "./drive.ts";
import { constantly, fourLegs, optionsOf } from "./small-networks.ts";

const START = optionsOf(1).startsAt;
const NETWORK = fourLegs(0);
const SHOWN = { walk: "W-------", flashing: "F-------", none: "D-------" } as const;

/** Calls of each step while the only crosswalk, that of phase W, shows what `shownAt` says. */
async function callsBy(
  shownAt: (step: number) => keyof typeof SHOWN,
  steps = 3600,
  network = NETWORK,
): Promise<readonly (readonly PedestrianCall[])[]> {
  const plant = createTrafficPlant(network, optionsOf(1));
  const calls: (readonly PedestrianCall[])[] = [];
  for (let step = 0; step < steps; step += 1) {
    const lamps = lampsOf(network, { J: "r" }).map((output) => ({ ...output, walk: SHOWN[shownAt(step)] }));
    calls.push((await plant.step(lamps, { wantVehicles: false })).pedestrianCalls);
  }
  return calls;
}

/** A cycle of a minute: 20 s of walk and 10 s of flashing don't walk. */
const shownAt = (step: number) => (step % 60 < 20 ? "walk" : step % 60 < 30 ? "flashing" : "none");

describe("a push button", () => {
  it("is pressed by everybody who comes and finds no walk, at the instant of coming", async () => {
    const calls = await callsBy(() => "none");
    const model = drive(NETWORK, 1, 3600, () => lampsOf(NETWORK, { J: "r" }));
    expect(calls.flat()).toHaveLength(model.pedestrians.arrived);
    // 120 an hour, ± 4 standard deviations.
    expect(Math.abs(calls.flat().length - 120)).toBeLessThan(44);
    calls.forEach((ofStep, step) => {
      for (const { intersection, phase, at } of ofStep) {
        expect([intersection, phase]).toEqual(["J", "W"]);
        expect(Number.isInteger(at)).toBe(true);
        expect(at).toBeGreaterThanOrEqual(START + step * 1000);
        expect(at).toBeLessThan(START + step * 1000 + 1000);
      }
    });
    const inSecond = calls.flat().map(({ at }) => at % 1000);
    expect(inSecond.filter((ms) => ms < 500).length).toBeGreaterThan(30);
    expect(inSecond.filter((ms) => ms >= 500).length).toBeGreaterThan(30);
  });

  it("is let alone while walk shows, and pressed again in flashing don't walk", async () => {
    const calls = await callsBy(shownAt);
    const always = await callsBy(() => "none");
    const expected = always.map((ofStep, step) => (shownAt(step) === "walk" ? [] : ofStep));
    expect(calls).toEqual(expected);
    expect(
      calls.filter((ofStep, step) => step % 60 >= 20 && step % 60 < 30 && ofStep.length > 0),
    ).not.toEqual([]);
  });

  it("is one of several: calls of a step stand in the order of time and place", async () => {
    const { demand } = NETWORK;
    if (demand === undefined) throw new Error("small networks have demand");
    const crossings = ["S", "W", "N", "E"].map((phase) => ({
      intersection: "J",
      phase,
      persons: constantly(3600),
    }));
    const calls = await callsBy(() => "none", 200, {
      ...NETWORK,
      demand: { ...demand, pedestrians: crossings },
    });
    const all = calls.flat();
    expect(all.every(({ at }, k) => at >= (all[k - 1]?.at ?? 0))).toBe(true);
    expect(new Set(all.map(({ phase }) => phase)).size).toBe(4);
  });
});
