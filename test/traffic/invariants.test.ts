import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LampOutput } from "../../sim/field/plant.ts";
import type { TrafficModel } from "../../sim/traffic/model.ts";
import { vehicleMeters } from "../../sim/traffic/vehicles.ts";
import { drive, lampsOf, vehiclesOn } from "./drive.ts";
import { fourLegs, mixedCross, servedCross, twoSignals } from "./small-networks.ts";
import { withCrosswalks } from "./walked-networks.ts";

const CROSS = fourLegs(700);
const PAIR = twoSignals(1200);
const SERVED = servedCross(500);
const MIXED = mixedCross(500);
/** Pedestrians on two legs, over which right and left turns go. */
const WALKED = withCrosswalks(fourLegs(600), {
  W: { crosses: "j-S", meters: 16, perHour: 900 },
  S: { crosses: "j-E", meters: 16, perHour: 900 },
});

/** Any lamps at all, also ones that no controller would show: each intersection keeps its characters for 1 to 20 s. */
const anyLamps = fc.array(
  fc.record({
    seconds: fc.integer({ min: 1, max: 20 }),
    lamps: fc.array(fc.constantFrom("G", "g", "y", "r", "x", "f"), { minLength: 8, maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 12 },
);

type Interval = { readonly seconds: number; readonly lamps: readonly string[] };

function shownAt(intervals: readonly Interval[], step: number): readonly string[] {
  const round = intervals.reduce((sum, { seconds }) => sum + seconds, 0);
  let rest = step % round;
  for (const { seconds, lamps } of intervals) {
    if (rest < seconds) return lamps;
    rest -= seconds;
  }
  throw new Error("no interval");
}

function overlaps(model: TrafficModel): readonly string[] {
  const { streets, vehicles } = model.state;
  return Array.from({ length: streets.laneCount }, (_, lane) => {
    const slots = vehiclesOn(model, lane);
    return slots.flatMap((slot, k) => {
      const leader = slots[k - 1];
      if (leader === undefined) return [];
      const [front, ahead] = [vehicles.x[slot] ?? Number.NaN, vehicles.x[leader] ?? Number.NaN];
      return !(ahead - vehicleMeters(vehicles, leader) >= front)
        ? [`lane ${lane}: ${front} behind ${ahead}`]
        : [];
    });
  }).flat();
}

function redsRun(model: TrafficModel): readonly string[] {
  const { crossings, lamps, movements } = model.state;
  return Array.from(crossings.movement.subarray(0, crossings.count)).flatMap((movement) => {
    const phase = movements.phase[movement] ?? -1;
    return phase >= 0 && lamps.lamp[phase] === 0
      ? [`${movements.ids[movement]} at step ${model.state.step}`]
      : [];
  });
}

function onTheStreet(model: TrafficModel): number {
  const { streets } = model.state;
  return Array.from({ length: streets.laneCount }, (_, lane) => vehiclesOn(model, lane).length).reduce(
    (a, b) => a + b,
    0,
  );
}

function waitingOutside(model: TrafficModel): number {
  const { behind } = model.state.vehicles;
  let count = 0;
  for (const { heads } of model.entries) {
    for (const head of heads) for (let slot = head; slot >= 0; slot = behind[slot] ?? -1) count += 1;
  }
  return count;
}

describe.each([
  ["a junction of four legs with pockets", CROSS, 500],
  ["two signals 90 m apart", PAIR, 500],
  ["a junction with buses and emergency vehicles", SERVED, 500],
  ["a junction with trucks and cyclists", MIXED, 500],
  ["a junction with pedestrians", WALKED, 500],
] as const)("whatever the lamps show, on %s", (_, network, steps) => {
  it("vehicles are conserved, never overlap on a lane and never pass a red lamp", () => {
    let crossed = 0;
    fc.assert(
      fc.property(fc.integer(), anyLamps, (seed, intervals) => {
        const lampsAt = (step: number): readonly LampOutput[] => {
          const shown = shownAt(intervals, step);
          return network.intersections.map(({ id, phases }) => ({
            intersection: id,
            lamps: phases.map((_phase, k) => shown[k] ?? "r").join(""),
            // Whoever has green: also where no controller would let them walk.
            walk: phases.map((_phase, k) => (shown[k] === "G" ? "W" : "-")).join(""),
          }));
        };
        drive(network, seed, steps, lampsAt, (model) => {
          const { tally, crossings } = model.state;
          crossed += crossings.count;
          expect(redsRun(model)).toEqual([]);
          expect(overlaps(model)).toEqual([]);
          expect(onTheStreet(model), "vehicles in the lists of the lanes").toBe(tally.running);
          expect(waitingOutside(model), "vehicles in the queues outside").toBe(tally.waiting);
          expect(tally.scheduled).toBe(tally.arrived + tally.running + tally.waiting);
        });
      }),
      { numRuns: 25 },
    );
    expect(crossed, "the property met vehicles that crossed").toBeGreaterThan(500);
  });

  it("all red keeps everybody before the stop line, all green lets them through", () => {
    const red = drive(network, 1, 300, () => lampsOf(network, {}));
    expect(red.state.tally.arrived).toBe(0);
    expect(red.state.tally.running).toBeGreaterThan(20);
    const green = drive(network, 1, 300, () => lampsOf(network, { J: "G", K: "G" }));
    expect(green.state.tally.arrived).toBeGreaterThan(20);
  });
});

describe("the checks themselves", () => {
  it("see an overlap that is planted", () => {
    const model = drive(PAIR, 1, 100, () => lampsOf(PAIR, {}));
    const [first, second] = vehiclesOn(model, 0);
    expect(overlaps(model)).toEqual([]);
    if (first === undefined || second === undefined) throw new Error("two vehicles should queue");
    model.state.vehicles.x[second] = model.state.vehicles.x[first] ?? 0;
    expect(overlaps(model)).toHaveLength(1);
  });

  it("see a red that is run", () => {
    const model = drive(PAIR, 1, 100, () => lampsOf(PAIR, {}));
    model.state.crossings.count = 1;
    expect(redsRun(model)).toHaveLength(1);
  });
});
