import { describe, expect, it } from "vitest";
import { ABLATIONS } from "../../sim/whatif/ablations.ts";
import { setupOf } from "../../sim/whatif/controls.ts";
import { openRunnable } from "../../src/cli/networks.ts";
import { rollingHorizon } from "../../src/optimize/tactical/rolling-horizon.ts";
import { arrivals, greenFor, lane, outlookOf, twoStreets } from "../optimize/tactical/junctions.ts";

/** Four wait at the side street, whose exit is full, and nobody comes on the main street for 20 s. */
const WAITING = [lane({ arrivals: arrivals(20) }), lane({ arrivals: arrivals(0, 0, 0, 0) })];

describe("the adaptive policy with something left out", () => {
  it("gives green into an exit of which it does not know that it is full", () => {
    const outlook = outlookOf(WAITING, { exitFull: [false, true] });
    const stage = (policy = rollingHorizon()) =>
      policy(twoStreets(), greenFor(20), outlook, []).stages[0]?.stage;
    expect(stage()).toBe(0);
    expect(stage(ABLATIONS.blocking)).toBe(1);
  });

  it("changes against somebody who stands inside", () => {
    const outlook = outlookOf(WAITING, {
      standingInside: [
        { vehicles: 1, seconds: 8 },
        { vehicles: 0, seconds: 0 },
      ],
    });
    const stage = (policy = rollingHorizon()) =>
      policy(twoStreets(), greenFor(20), outlook, []).stages[0]?.stage;
    expect(stage()).toBe(0);
    expect(stage(ABLATIONS.box)).toBe(1);
  });

  it("tells its neighbours nothing", () => {
    const outlook = outlookOf([lane({ arrivals: arrivals(1, 3) }), lane()]);
    expect(rollingHorizon()(twoStreets(), greenFor(20), outlook, []).departures).toHaveLength(2);
    expect(ABLATIONS.neighbours(twoStreets(), greenFor(20), outlook, []).departures).toEqual([]);
  });

  it("counts those who have stood for long like those who come", () => {
    const old = lane({ arrivals: [{ earliestSeconds: 0, vehicles: 1, urgency: 5 }] });
    const outlook = outlookOf([lane({ arrivals: arrivals(1, 3, 5, 7, 9) }), old]);
    const cost = (policy = rollingHorizon()) =>
      policy(twoStreets(), greenFor(20), outlook, []).record.candidates.find(({ stage }) => stage === 0)
        ?.cost;
    expect(cost(ABLATIONS.ageing)).toBeLessThan(cost() ?? 0);
  });

  it("tells operators of failed detectors and reckons with them, without substitution, at both levels", async () => {
    const runnable = await openRunnable("single", undefined);
    for (const adaptiveMode of ["adaptive", "plan"] as const) {
      const context = { runnable, adaptiveMode, forSeconds: undefined };
      const without = await setupOf("without-substitution", context);
      expect(without).toMatchObject({ mode: adaptiveMode, healthUse: "told" });
      expect(await setupOf("adaptive", context), "as in the engine").not.toHaveProperty("healthUse");
    }
  });
});
