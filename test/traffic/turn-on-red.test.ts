import { describe, expect, it } from "vitest";
import type { Network } from "../../src/model/files.ts";
import { createTrafficModel, stepTraffic, type TrafficModel } from "../../sim/traffic/model.ts";
import { lampsOf } from "./drive.ts";
import { constantly, fourLegs, optionsOf } from "./small-networks.ts";
import { walkedCross, withCrosswalks } from "./walked-networks.ts";

/** All from the west turn right, to the south; so many come straight from the north, and nobody else. */
function rightOnRed(base: Network, perHour: number, crossingPerHour: number, allowed = true): Network {
  const { demand } = base;
  if (demand === undefined) throw new Error("small networks have demand");
  return {
    ...base,
    intersections: base.intersections.map((intersection) => ({
      ...intersection,
      movements: intersection.movements.map((movement) =>
        movement.id === "W-j.right" && allowed ? { ...movement, turnOnRed: true } : movement,
      ),
    })),
    demand: {
      ...demand,
      entries: [
        { link: "W-j", vehicles: constantly(perHour) },
        { link: "N-j", vehicles: constantly(crossingPerHour) },
      ],
      turning: demand.turning.map(({ fromLink, shares }) => ({
        fromLink,
        shares: fromLink === "W-j" || fromLink === "N-j" ? [{ toLink: "j-S", share: 1 }] : shares,
      })),
    },
  };
}

type Passed = { readonly step: number; readonly movement: string; readonly model: TrafficModel };

/** Runs with green for these phases alone, telling each passing of a stop line. */
function drive(
  network: Network,
  seed: number,
  steps: number,
  green: string,
  walk: string,
  passed: (passing: Passed, vehicle: number) => void,
  afterStep: (model: TrafficModel) => void = () => undefined,
): TrafficModel {
  const phases = network.intersections[0]?.phases ?? [];
  const shown = phases.map(({ id }) => (id === green ? "G" : "r")).join("");
  const walks = phases.map(({ id }) => (id === walk ? "W" : "-")).join("");
  const lamps = lampsOf(network, { J: shown }).map((output) => ({ ...output, walk: walks }));
  const model = createTrafficModel(network, optionsOf(seed));
  for (let step = 0; step < steps; step += 1) {
    stepTraffic(model, lamps);
    const { crossings, movements } = model.state;
    for (let k = 0; k < crossings.count; k += 1) {
      const movement = movements.ids[crossings.movement[k] ?? -1] ?? "";
      passed({ step, movement, model }, crossings.vehicle[k] ?? -1);
    }
    afterStep(model);
  }
  return model;
}

function countOnRed(network: Network, seed = 1, green = "N", walk = ""): number {
  let count = 0;
  drive(network, seed, 1800, green, walk, ({ movement }) => {
    if (movement === "W-j.right") count += 1;
  });
  return count;
}

/** The end of a run in which nobody turns. */
function withoutTurns(allowed: boolean): string {
  const network = rightOnRed(fourLegs(0), 0, 600, allowed);
  const { state } = drive(network, 4, 600, "N", "", () => undefined);
  return JSON.stringify([[...state.vehicles.x], state.tally]);
}

describe("a right turn on red", () => {
  it("is made only where the configuration allows it", () => {
    expect(countOnRed(rightOnRed(fourLegs(0), 300, 200, false))).toBe(0);
    expect(countOnRed(rightOnRed(fourLegs(0), 300, 200))).toBeGreaterThan(100);
  });

  it("is made after a stop at the line, each one's own", () => {
    const stopped = new Set<number>();
    let turned = 0;
    const noteStops = ({ state: { lanes, streets, vehicles } }: TrafficModel): void => {
      lanes.head.forEach((first, lane) => {
        if (first < 0 || (vehicles.speed[first] ?? 1) >= 0.1) return;
        const distance = (streets.laneEnd[lane] ?? 0) - (vehicles.x[first] ?? 0);
        if (distance < 3) stopped.add(vehicles.serial[first] ?? 0);
      });
    };
    const look = ({ movement, model }: Passed, vehicle: number): void => {
      if (movement !== "W-j.right") return;
      turned += 1;
      expect(stopped.has(model.state.vehicles.serial[vehicle] ?? 0)).toBe(true);
    };
    drive(rightOnRed(fourLegs(0), 600, 200), 2, 1800, "N", "", look, noteStops);
    expect(turned).toBeGreaterThan(150);
  });

  /** What passes the line next, on the crossing street, has taken no less than the critical gap less what of it is over when it is seen. */
  it("goes into gaps of the stream that it joins, and waits where there are none", () => {
    const gaps: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    const network = rightOnRed(fourLegs(0), 600, 500);
    const turns: number[] = [];
    drive(network, 3, 3600, "N", "", ({ step, movement }) => {
      if (movement === "W-j.right") turns.push(step);
      else last = step;
      const turn = turns.at(-1);
      if (movement !== "W-j.right" && turn !== undefined && turn <= step) {
        gaps.push(last - turn);
        turns.length = 0;
      }
    });
    expect(gaps.length).toBeGreaterThan(50);
    // Half through the junction after 2 s at most: 6.2 − 1.1 − 1.1 s are left of the gap, in steps of a second and with speeds that differ.
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(3);
    expect(countOnRed(rightOnRed(fourLegs(0), 600, 3000))).toBeLessThan(10);
    expect(countOnRed(rightOnRed(fourLegs(0), 600, 500))).toBeLessThan(
      countOnRed(rightOnRed(fourLegs(0), 600, 0)),
    );
  });

  it("waits for pedestrians on the leg that it comes from, and on the one that it turns into", () => {
    // Phase S walks over the western leg, phase W over the southern one; somebody comes every second.
    const own = withCrosswalks(fourLegs(0), { S: { crosses: "j-W", meters: 16, perHour: 3600 } });
    expect(countOnRed(rightOnRed(own, 400, 0), 1, "N", "")).toBeGreaterThan(150);
    // Nobody is within reach in e^(−(2.8 + 5.5)/2) = 1.6 % of the seconds: 28 of 1,800.
    expect(countOnRed(rightOnRed(own, 400, 0), 1, "N", "S")).toBeLessThan(29);
    expect(countOnRed(rightOnRed(walkedCross(0, 3600), 400, 0), 1, "N", "")).toBeGreaterThan(150);
    expect(countOnRed(rightOnRed(walkedCross(0, 3600), 400, 0), 1, "N", "W")).toBeLessThan(29);
  });

  it("changes nothing for anybody else where nobody turns", () => {
    expect(withoutTurns(true)).toBe(withoutTurns(false));
  });
});
