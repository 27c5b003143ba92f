import { describe, expect, it } from "vitest";
import type { Turn } from "../../src/model/intersection.ts";
import { createTrafficModel, stepTraffic } from "../../sim/traffic/model.ts";
import { oneApproach, optionsOf } from "./small-networks.ts";

/** Instants at which the fronts of a standing queue pass the stop line, in seconds from the begin of green. */
function discharge(turn: Turn, saturationFlow: number, seed: number, speed = 13.9): readonly number[] {
  const model = createTrafficModel(oneApproach(turn, saturationFlow, 3600, [], speed), optionsOf(seed));
  const passed: number[] = [];
  const redSteps = 150;
  for (let step = 0; step < redSteps + 70; step += 1) {
    stepTraffic(model, [{ intersection: "J", lamps: step < redSteps ? "r" : "G", walk: "-" }]);
    const { crossings } = model.state;
    for (let k = 0; k < crossings.count; k += 1)
      passed.push(step - redSteps + (crossings.afterSeconds[k] ?? 0));
  }
  return passed;
}

/** As the HCM measures it: from the fourth vehicle of the queue to the last one measured. */
function saturationHeadway(passed: readonly number[], last: number): number {
  return ((passed[last] ?? Number.NaN) - (passed[3] ?? Number.NaN)) / (last - 3);
}

describe("a standing queue discharges at the configured saturation flow", () => {
  const cases: readonly (readonly [Turn, number, number])[] = [
    ["through", 1900, 13.9],
    ["through", 1600, 13.9],
    ["through", 2100, 13.9],
    ["through", 1900, 8.33],
    ["through", 1900, 19.4],
    ["left", 1800, 13.9],
    ["left", 1600, 13.9],
    ["right", 1700, 13.9],
    ["right", 1300, 13.9],
    ["right", 500, 13.9],
  ];
  it.each(cases)("%s, %i veh/h at %d m/s: headway within 5 %%", (turn, saturationFlow, speed) => {
    const configured = 3600 / saturationFlow;
    const last = Math.min(22, Math.floor(60 / configured));
    const headways = [1, 2, 3, 4, 5].map((seed) =>
      saturationHeadway(discharge(turn, saturationFlow, seed, speed), last),
    );
    for (const headway of headways) {
      expect(
        Math.abs(headway / configured - 1),
        `headway ${headway} s, configured ${configured} s`,
      ).toBeLessThan(0.05);
    }
  });

  // With 7.2 s between vehicles the first one's start says nothing about a loss.
  it.each(cases.filter(([, flow]) => flow > 1000))(
    "%s, %i veh/h at %d m/s: start-up loses 1 to 3 s",
    (turn, saturationFlow, speed) => {
      const headway = 3600 / saturationFlow;
      for (const seed of [1, 2, 3]) {
        const passed = discharge(turn, saturationFlow, seed, speed);
        const vehicles = Math.min(12, Math.floor(50 / headway));
        const lost = (passed[vehicles - 1] ?? Number.NaN) - vehicles * headway;
        expect(lost, `seed ${seed}`).toBeGreaterThan(1);
        expect(lost, `seed ${seed}`).toBeLessThan(3);
      }
    },
  );
});
