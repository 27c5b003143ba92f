import { describe, expect, it } from "vitest";
import type { Network } from "../../src/model/files.ts";
import { createTrafficModel, stepTraffic, type TrafficModel } from "../../sim/traffic/model.ts";
import {
  forgetArrived,
  isInTheWay,
  isWalked,
  stepOffAt,
  stepOffTogether,
} from "../../sim/traffic/walkers.ts";
import { laneOf, vehiclesOn } from "./drive.ts";
import { optionsOf } from "./small-networks.ts";
import { walkedCross, walkedTurn } from "./walked-networks.ts";

/** From the crosswalk's edge on the junction's side to the begin of the link behind it. */
const EDGE_METERS = 4;

function emptyCrosswalk() {
  return createTrafficModel(walkedTurn(0, 0), optionsOf(1)).state.walkers;
}

/** Which side the first persons of a crosswalk come from is drawn; as many as are needed to have one from each. */
function bothSides(at: number) {
  const walkers = emptyCrosswalk();
  while (walkers.end[0] === 0 || walkers.end[1] === 0) stepOffAt(walkers, 0, at);
  return walkers;
}

describe("pedestrians on a crosswalk of 7 m, a lane of 3.5 m each way", () => {
  /** The lane's middle is 1.75 m from one kerb and 5.25 m from the other; a lane's half is 1.8 m, one walks 1.2 m/s. */
  const MIDDLE = 1.75;

  it("keep a car away from 0.375 s on who comes from the far kerb, until 5.875 s after stepping off", () => {
    const walkers = bothSides(100);
    // (5.25 − 1.8)/1.2 − 2.5 = 0.375; (5.25 + 1.8)/1.2 = 5.875.
    walkers.end[0] = 0;
    const at = (seconds: number): boolean => isInTheWay(walkers, 0, MIDDLE, 100 + seconds);
    expect([0.37, 0.38, 5.87, 5.88].map(at)).toEqual([false, true, true, false]);
  });

  it("keep a car away at once who comes from the near kerb, until 2.96 s after stepping off", () => {
    const walkers = bothSides(100);
    // (1.75 + 1.8)/1.2 = 2.958.
    walkers.end[1] = 0;
    const at = (seconds: number): boolean => isInTheWay(walkers, 0, MIDDLE, 100 + seconds);
    expect([-0.01, 0, 2.95, 2.96].map(at)).toEqual([false, true, true, false]);
  });

  it("step off 3.2 s after the begin of walk where they waited, and 0.27 s apart on each side", () => {
    const walkers = emptyCrosswalk();
    stepOffTogether(walkers, 0, 50, 40);
    const sides = [0, 1].map((side) => [...(walkers.steppedOff[side] ?? [])].slice(0, walkers.end[side]));
    expect(sides.flat()).toHaveLength(40);
    for (const side of sides) {
      expect(side.length).toBeGreaterThan(8);
      side.forEach((at, k) => expect(at).toBeCloseTo(53.2 + 0.27 * k, 9));
    }
  });

  it("are forgotten at the other kerb, 7 / 1.2 = 5.83 s later", () => {
    const walkers = bothSides(100);
    forgetArrived(walkers, 105);
    expect(isWalked(walkers, 0)).toBe(true);
    forgetArrived(walkers, 106);
    expect(isWalked(walkers, 0)).toBe(false);
  });

  it("take no more room while walk never ends", () => {
    const walkers = emptyCrosswalk();
    for (let step = 0; step < 5000; step += 1) {
      forgetArrived(walkers, step);
      stepOffAt(walkers, 0, step);
      const since = [0, 1].flatMap((side) =>
        [...(walkers.steppedOff[side] ?? [])].slice(walkers.first[side], walkers.end[side]),
      );
      // All of the last 5 s are there, on one side or the other.
      for (let ago = 0; ago <= Math.min(5, step); ago += 1) expect(since).toContain(step - ago);
    }
    expect(walkers.steppedOff.map(({ length }) => length)).toEqual([32, 32]);
  });

  it("have room, however many come", () => {
    const walkers = emptyCrosswalk();
    for (let k = 0; k < 500; k += 1) stepOffAt(walkers, 0, k / 10);
    expect((walkers.end[0] ?? 0) + (walkers.end[1] ?? 0)).toBe(500);
    expect(isInTheWay(walkers, 0, MIDDLE, 50)).toBe(true);
  });
});

/** Steps under green, with walk where `walks` says so; `look` sees the model after each step. */
function turnUnderGreen(
  network: Network,
  seed: number,
  steps: number,
  walks: (step: number) => boolean,
  look: (model: TrafficModel) => void = () => undefined,
): TrafficModel {
  const model = createTrafficModel(network, optionsOf(seed));
  for (let step = 0; step < steps; step += 1) {
    stepTraffic(model, [{ intersection: "J", lamps: "G", walk: walks(step) ? "W" : "D" }]);
    look(model);
  }
  return model;
}

/** Who is inside the junction before the crosswalk, by how far its front is from it. */
function beforeCrosswalk(model: TrafficModel): readonly { vehicle: number; meters: number; speed: number }[] {
  const { cameLane, speed, x } = model.state.vehicles;
  return vehiclesOn(model, laneOf(model, "j-b", 0)).flatMap((vehicle) => {
    const meters = -EDGE_METERS - (x[vehicle] ?? 0);
    if (meters <= 0 || (cameLane[vehicle] ?? -1) < 0) return [];
    return [{ vehicle, meters, speed: speed[vehicle] ?? 0 }];
  });
}

function placesAfter(network: Network): string {
  const { state } = turnUnderGreen(network, 3, 300, () => false);
  return JSON.stringify([[...state.vehicles.x], state.tally]);
}

describe("cars that turn right beside walk", () => {
  it("wait inside before the crosswalk while it is walked, and nobody else leaves their lane meanwhile", () => {
    let waited = 0;
    let left = 0;
    // A pedestrian a second: nothing but the first steps leaves a gap.
    const model = turnUnderGreen(
      walkedTurn(600, 3600),
      1,
      300,
      () => true,
      (now) => {
        for (const { speed, meters } of beforeCrosswalk(now)) {
          if (speed >= 0.1) continue;
          waited += 1;
          expect(meters).toBeGreaterThan(0);
          left += now.state.crossings.count;
        }
      },
    );
    expect(waited).toBeGreaterThan(100);
    expect(left).toBe(0);
    expect(model.state.tally.arrived).toBeLessThan(15);
  });

  it("go on as soon as it is clear", () => {
    const passed: number[] = [];
    const model = turnUnderGreen(
      walkedTurn(900, 3600),
      1,
      240,
      (step) => step < 120,
      ({ state }) => {
        passed.push(state.crossings.count);
      },
    );
    const early = passed.slice(20, 120).reduce((sum, count) => sum + count, 0);
    // Of 900 an hour, 33 in 120 s, and who had to wait.
    const late = passed.slice(130).reduce((sum, count) => sum + count, 0);
    expect(early).toBeLessThan(12);
    expect(late).toBeGreaterThan(35);
    expect(model.state.walkers.end).toEqual(new Int32Array(2));
  });

  it("come onto it only where nobody is on the lane that they turn into, unless they could not stop any more", () => {
    let entered = 0;
    for (const seed of [1, 2, 3]) {
      let before: ReturnType<typeof beforeCrosswalk> = [];
      turnUnderGreen(
        walkedTurn(900, 900),
        seed,
        900,
        (step) => step % 60 < 40,
        (model) => {
          const { vehicles, walkers, step } = model.state;
          for (const { vehicle, meters, speed } of before) {
            const after = -EDGE_METERS - (vehicles.x[vehicle] ?? 0);
            // A stop from 2 m/s takes less than a metre.
            if (after > 0 || speed > 2 || meters < 1) continue;
            const at = step - 1 + meters / (meters - after);
            entered += 1;
            for (const [side, reach] of [1.75, 5.25].entries()) {
              const stepped = walkers.steppedOff[side] ?? [];
              for (let k = walkers.first[side] ?? 0; k < (walkers.end[side] ?? 0); k += 1) {
                const walked = (at - (stepped[k] ?? 0)) * 1.2;
                expect(walked >= 0 && Math.abs(walked - reach) < 1.8).toBe(false);
              }
            }
          }
          before = beforeCrosswalk(model);
        },
      );
    }
    expect(entered).toBeGreaterThan(50);
  });

  it("drive as if there were no crosswalk while nobody walks", () => {
    expect(placesAfter(walkedTurn(900, 900))).toBe(placesAfter(walkedTurn(900, 0)));
  });
});

/** Vehicle-seconds of standing inside before the crosswalk by the leg that they came from. */
function stoodInside(lamps: string): ReadonlyMap<string, number> {
  const network = walkedCross(300, 1800);
  const phases = network.intersections[0]?.phases ?? [];
  const stood = new Map<string, number>();
  const model = createTrafficModel(network, optionsOf(2));
  for (let step = 0; step < 400; step += 1) {
    stepTraffic(model, [
      {
        intersection: "J",
        lamps: phases.map(({ id }) => (lamps.split(" ").includes(id) ? "G" : "r")).join(""),
        walk: phases.map(({ id }) => (id === "W" ? "W" : "-")).join(""),
      },
    ]);
    const { cameMovement, speed, x } = model.state.vehicles;
    for (const vehicle of [0, 1].flatMap((lane) => vehiclesOn(model, laneOf(model, "j-S", lane)))) {
      if ((x[vehicle] ?? 0) >= -EDGE_METERS || (speed[vehicle] ?? 0) > 0.1) continue;
      const from = model.state.movements.ids[cameMovement[vehicle] ?? -1] ?? "";
      stood.set(from, (stood.get(from) ?? 0) + 1);
    }
  }
  return stood;
}

describe("four legs with one crosswalk, over the southern one", () => {
  it("is waited for by the right turn from the west and the left turn from the east, and not by who goes straight on", () => {
    expect([...stoodInside("W E").keys()]).toEqual(["W-j.right"]);
    expect([...stoodInside("EL").keys()]).toEqual(["E-j.left"]);
    expect([...stoodInside("N").keys()]).toEqual([]);
  });
});
