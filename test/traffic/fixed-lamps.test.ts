import { describe, expect, it } from "vitest";
import { fixedLamps } from "../../sim/traffic/fixed-lamps.ts";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { after, instantMs, secondsToMs } from "../../src/units.ts";
import { fixedTimeDriver } from "./fixed-time.ts";

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));

describe("fixed-time lamps worked out once a cycle", () => {
  // The other driver works out every second anew; over 09:00 to 11:00 the plan changes.
  it("are those of the plan at every second, through a change of plan", () => {
    const network = gridNetwork(1, 2);
    const plans = new Set(network.intersections.flatMap(({ schedule }) => schedule.map(({ plan }) => plan)));
    expect(plans.size).toBeGreaterThan(1);
    const once = fixedLamps(network, MIDNIGHT);
    const anew = fixedTimeDriver(network, MIDNIGHT);
    for (let second = 9 * 3600; second < 11 * 3600; second += 1) {
      const at = after(MIDNIGHT, secondsToMs(second));
      expect(once(at), `second ${second}`).toEqual(anew(at));
    }
  });
});
