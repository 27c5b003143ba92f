import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { takeActuations } from "../../sim/traffic/loops.ts";
import { createTrafficModel, stepTraffic, type TrafficModel } from "../../sim/traffic/model.ts";
import type { PlacedLane } from "../../sim/traffic/placing.ts";
import { laneOf, lampsOf, vehiclesOn } from "./drive.ts";
import { fourLegs, oneApproach, optionsOf } from "./small-networks.ts";

const JAM_METERS = 7.5;

const modelWith = (
  network: Parameters<typeof createTrafficModel>[0],
  present: readonly PlacedLane[],
  seed = 1,
) => createTrafficModel(network, { ...optionsOf(seed), present });

/** Distances of a lane's vehicles from its end, and their speeds. */
function seen(model: TrafficModel, lane: number): readonly (readonly [number, number])[] {
  const { streets, vehicles } = model.state;
  return vehiclesOn(model, lane).map((slot) => [
    (streets.laneEnd[lane] ?? 0) - (vehicles.x[slot] ?? 0),
    vehicles.speed[slot] ?? 0,
  ]);
}

describe("vehicles that are there as a run begins", () => {
  const straight = oneApproach("through", 1800, 0);

  it("stand in a queue as close as any, a metre before the line, and come on behind it at a safe speed", () => {
    const model = modelWith(straight, [{ link: "a-j", lane: "0", distanceMeters: [0, 0, 3, 100] }]);
    const places = seen(model, laneOf(model, "a-j", 0));
    expect(places.map(([meters]) => meters)).toEqual([1, 8.5, 16, 100]);
    expect(places.slice(0, 3).map(([, speed]) => speed)).toEqual([0, 0, 0]);
    // 76.5 m to where it would stand, at 3 m/s²: √(9 + 2 · 3 · 76.5) − 3 = 18.6, more than it wants.
    expect(places[3]?.[1]).toBeGreaterThan(12);
    expect(places[3]?.[1]).toBeLessThan(15.3);
    expect(model.state.tally).toMatchObject({ scheduled: 4, running: 4, waiting: 0 });
  });

  it("are on the loops that they stand on from the first step", () => {
    const detector = {
      id: "stop",
      role: "stopLine" as const,
      link: "a-j",
      lane: "0",
      distanceMeters: 2,
      lengthMeters: 2,
      serves: [],
    };
    const model = modelWith(oneApproach("through", 1800, 0, [detector]), [
      { link: "a-j", lane: "0", distanceMeters: [0] },
    ]);
    stepTraffic(model, lampsOf(straight, {}));
    expect(takeActuations(model.state.loops, 0)).toMatchObject([{ detector: "stop", at: 0, on: true }]);
  });

  it("have at most the room that there is", () => {
    const model = modelWith(straight, [
      { link: "a-j", lane: "0", distanceMeters: Array<number>(500).fill(0) },
    ]);
    // 500 m: one at 1 m and then one each 7.5 m, (499 / 7.5 = 66.5) 67 in all.
    expect(seen(model, laneOf(model, "a-j", 0))).toHaveLength(67);
    expect(model.state.tally.scheduled).toBe(67);
  });

  it("take turns that their lane allows, in the pocket and on the way to it", () => {
    const network = fourLegs(0);
    const approach = defined(network.links[0], "an approach").id;
    const model = modelWith(network, [{ link: approach, lane: "2", distanceMeters: [0, 0, 200] }]);
    const { movements, vehicles } = model.state;
    const inPocket = vehiclesOn(model, laneOf(model, approach, 2));
    const beside = [0, 1].flatMap((lane) => vehiclesOn(model, laneOf(model, approach, lane)));
    expect([inPocket.length, beside.length]).toEqual([2, 1]);
    for (const slot of [...inPocket, ...beside]) {
      expect(movements.ids[vehicles.movement[slot] ?? -1]).toBe(`${approach}.left`);
    }
  });

  it("neither overlap nor pass a red, wherever they are", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 480, noNaN: true }), { maxLength: 60 }), (meters) => {
        const distanceMeters = meters.toSorted((one, other) => one - other);
        const model = modelWith(straight, [{ link: "a-j", lane: "0", distanceMeters }], 7);
        const lane = laneOf(model, "a-j", 0);
        const placed = model.state.tally.running;
        for (let step = 0; step < 60; step += 1) {
          const places = seen(model, lane).map(([distance]) => distance);
          for (const [place, distance] of places.entries()) {
            expect(distance - (places[place - 1] ?? -JAM_METERS)).toBeGreaterThan(JAM_METERS - 1e-6);
          }
          stepTraffic(model, lampsOf(straight, {}));
        }
        expect(seen(model, lane)).toHaveLength(placed);
      }),
      { numRuns: 30 },
    );
  });
});
