import { describe, expect, it } from "vitest";
import type { Actuation } from "../../sim/field/plant.ts";
import { createLoops, frontMoved, rearMoved, takeActuations } from "../../sim/traffic/loops.ts";
import { createTrafficPlant } from "../../sim/traffic/plant.ts";
import { streetsOf } from "../../sim/traffic/streets.ts";
import { createTrafficModel, stepTraffic } from "../../sim/traffic/model.ts";
import { lampsOf } from "./drive.ts";
import { fourLegs, loop, servedCross, oneApproach, optionsOf } from "./small-networks.ts";

const NETWORK = oneApproach("through", 1900, 900, [loop("d", "advance", "a-j", "0", 98)]);

describe("instants of an actuation", () => {
  // The loop lies from 400 to 402 m of the link.
  it("are those at which the ends of the vehicle pass the edges, to the millisecond", () => {
    const loops = createLoops(NETWORK, streetsOf(NETWORK));
    frontMoved(loops, 0, 395, 405);
    expect(takeActuations(loops, 1_000_000)).toEqual([
      { intersection: "J", detector: "d", at: 1_000_500, on: true },
    ]);
    rearMoved(loops, 0, 400, 408);
    expect(takeActuations(loops, 1_001_000)).toEqual([
      { intersection: "J", detector: "d", at: 1_001_250, on: false },
    ]);
  });

  it("are one actuation for vehicles that are over the loop together", () => {
    const loops = createLoops(NETWORK, streetsOf(NETWORK));
    frontMoved(loops, 0, 399, 401);
    expect(takeActuations(loops, 0).map(({ on }) => on)).toEqual([true]);
    frontMoved(loops, 0, 398, 400.5);
    rearMoved(loops, 0, 401, 402);
    expect(takeActuations(loops, 1000)).toEqual([]);
    rearMoved(loops, 0, 401, 403);
    expect(takeActuations(loops, 2000).map(({ at, on }) => [at, on])).toEqual([[2500, false]]);
  });
});

describe("loops in traffic", () => {
  it.each([
    ["cars", fourLegs(700)],
    ["cars, buses and emergency vehicles", servedCross(500)],
  ])("alternate, in the order of time, and count the %s that pass", async (_vehicles, network) => {
    const plant = createTrafficPlant(network, optionsOf(4));
    const model = createTrafficModel(network, optionsOf(4));
    const all: Actuation[] = [];
    const passed = new Map<string, number>();
    const red = "r".repeat(8);
    for (let step = 0; step < 1500; step += 1) {
      // Each leg and its left turn in turn, and at the end nobody, until all loops but those of queues are free.
      const leg = Math.floor(step / 30) % 4;
      const open = step % 30 < 24 && step < 1440;
      const phases = network.intersections[0]?.phases ?? [];
      const own = "WNES"[leg] ?? "";
      const shown = open ? phases.map(({ id }) => (id.startsWith(own) ? "G" : "r")).join("") : red;
      const lamps = lampsOf(network, { J: shown });
      const { actuations } = await plant.step(lamps, { wantVehicles: false });
      all.push(...actuations);
      stepTraffic(model, lamps);
      for (let k = 0; k < model.state.crossings.count; k += 1) {
        const lane = model.state.crossings.fromLane[k] ?? -1;
        passed.set(`${lane}`, (passed.get(`${lane}`) ?? 0) + 1);
      }
    }
    expect(
      all.every(({ at }, k) => at >= (all[k - 1]?.at ?? 0)),
      "ordered by time",
    ).toBe(true);
    const { streets } = model.state;
    for (const detector of network.intersections[0]?.detectors ?? []) {
      const own = all.filter((actuation) => actuation.detector === detector.id);
      expect(
        own.map(({ on }) => on),
        `${detector.id} alternates`,
      ).toEqual(own.map((_, k) => k % 2 === 0));
      if (detector.role !== "stopLine") continue;
      const link = streets.linkIndex.get(detector.link) ?? -1;
      const lane = (streets.linkFirstLane[link] ?? 0) + Number(detector.lane);
      const offs = own.filter(({ on }) => !on).length;
      expect(offs, `${detector.id} counts`).toBe(passed.get(`${lane}`) ?? 0);
      expect(offs, `${detector.id} met traffic`).toBeGreaterThan(15);
    }
    const entered = all.filter(({ detector, on }) => detector.includes(".entry.") && on).length;
    expect(entered).toBe([...passed.values()].reduce((a, b) => a + b, 0));
  });
});
