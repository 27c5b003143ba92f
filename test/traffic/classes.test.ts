import { describe, expect, it } from "vitest";
import type { Network } from "../../src/model/files.ts";
import type { VehicleMode } from "../../sim/field/plant.ts";
import { modeNumber } from "../../sim/traffic/classes.ts";
import type { TrafficModel } from "../../sim/traffic/model.ts";
import { recordOf } from "../../sim/traffic/records.ts";
import { drive, lampsOf, laneOf, vehiclesOn } from "./drive.ts";
import { BEGIN_SECONDS, CAR, sideStreet } from "./trip-networks.ts";
import { constantly, fourLegs, mixedCross, oneApproach } from "./small-networks.ts";

/** Like `oneApproach`, with so many cyclists and so many cars an hour, of which so many are trucks. */
function mixedApproach(carsPerHour: number, bicyclesPerHour: number, truckShare = 0): Network {
  const base = oneApproach("through", 1900, carsPerHour);
  const { demand } = base;
  if (demand === undefined) throw new Error("small networks have demand");
  const entries = demand.entries.map((entry) => ({
    ...entry,
    truckShare,
    bicycles: constantly(bicyclesPerHour),
  }));
  return { ...base, demand: { ...demand, entries } };
}

const green = (network: Network) => () => lampsOf(network, { J: "G" });

function countOf({ state, entries, tripEntries }: TrafficModel, mode: VehicleMode): number {
  return recordOf(state, entries, tripEntries).trips.filter((trip) => trip.mode === mode).length;
}

/** What is drawn for each vehicle of a run, in the order of scheduling. */
function scheduledBy(truckShare: number): readonly string[] {
  const network = mixedCross(600, truckShare, 0);
  // At red nobody leaves, so that no slot is used again.
  const { vehicles, tally } = drive(network, 3, 300, () => lampsOf(network, {})).state;
  return Array.from({ length: tally.scheduled }, (_, k) => {
    const slot = vehicles.serial.indexOf(k + 1);
    return `${vehicles.turnSeed[slot]} ${vehicles.factor[slot]}`;
  });
}

describe("trucks", () => {
  it("are so many of the vehicles", () => {
    const network = mixedCross(600, 0.2, 0);
    const model = drive(network, 1, 3600, green(network));
    const { scheduled } = model.state.tally;
    expect(scheduled).toBeGreaterThan(2200);
    // Of 2,400, a deviation of 0.8 %.
    expect(Math.abs(countOf(model, "truck") / scheduled - 0.2)).toBeLessThan(0.025);
    expect(countOf(model, "truck") + countOf(model, "car")).toBe(scheduled);
  });

  it("come when cars would, and leave all else of the demand as it is", () => {
    expect(scheduledBy(0.5)).toEqual(scheduledBy(0));
    expect(new Set(scheduledBy(0)).size).toBeGreaterThan(100);
  });

  it("are 11.1 m long and gain 1.3 m/s in a second", () => {
    const network = mixedApproach(300, 0, 1);
    let fastest = 0;
    let slower = 0;
    const before = new Map<number, number>();
    // A minute of red, and all start from rest.
    drive(
      network,
      2,
      200,
      (step) => lampsOf(network, { J: step < 60 ? "r" : "G" }),
      (model) => {
        const { meters, serial, speed } = model.state.vehicles;
        for (const vehicle of vehiclesOn(model, laneOf(model, "a-j", 0))) {
          const key = serial[vehicle] ?? 0;
          const gained = (speed[vehicle] ?? 0) - (before.get(key) ?? speed[vehicle] ?? 0);
          fastest = Math.max(fastest, gained);
          if (gained > 1.29) slower += 1;
          before.set(key, speed[vehicle] ?? 0);
          expect(meters[vehicle]).toBeCloseTo(11.1, 9);
        }
      },
    );
    expect(fastest).toBeCloseTo(1.3, 9);
    expect(slower).toBeGreaterThan(5);
  });

  it("of a queue stand 13.6 m apart", () => {
    const network = mixedApproach(900, 0, 1);
    const model = drive(network, 1, 200, () => lampsOf(network, {}));
    const places = vehiclesOn(model, laneOf(model, "a-j", 0)).map(
      (vehicle) => model.state.vehicles.x[vehicle] ?? 0,
    );
    expect(places.length).toBeGreaterThan(10);
    places.slice(1, 8).forEach((place, k) => expect((places[k] ?? 0) - place).toBeCloseTo(13.6, 3));
  });
});

/** How many of the cars with two lanes to choose from drive in the one at the kerb. */
function kerbShare(bicycles: number): number {
  const network = mixedCross(300, 0, bicycles);
  let kerb = 0;
  let all = 0;
  drive(network, 1, 1800, green(network), (model) => {
    const { mode } = model.state.vehicles;
    for (const position of [0, 1]) {
      const cars = vehiclesOn(model, laneOf(model, "W-j", position)).filter(
        (vehicle) => mode[vehicle] === modeNumber("car"),
      );
      all += cars.length;
      if (position === 0) kerb += cars.length;
    }
  });
  return kerb / all;
}

describe("cyclists", () => {
  it("come beside the vehicles, which stay the same, and ride at 5.56 m/s or less", () => {
    const network = mixedApproach(0, 200);
    let fastest = 0;
    const model = drive(network, 1, 1800, green(network), ({ state: { vehicles } }) => {
      for (let slot = 0; slot < vehicles.capacity; slot += 1)
        fastest = Math.max(fastest, vehicles.speed[slot] ?? 0);
    });
    expect(countOf(model, "bicycle")).toBeGreaterThan(70);
    expect(countOf(model, "bicycle")).toBe(model.state.tally.scheduled);
    expect(fastest).toBeCloseTo(5.56, 9);
    const cars = (bicycles: number): number => {
      const both = mixedApproach(400, bicycles);
      return countOf(drive(both, 1, 1800, green(both)), "car");
    };
    expect(cars(200)).toBe(cars(0));
  });

  it("lose no time by being slow", () => {
    const network = mixedApproach(0, 20);
    const model = drive(network, 4, 3600, green(network));
    expect(countOf(model, "bicycle")).toBeGreaterThan(10);
    expect(model.state.tally.timeLossSeconds).toBeLessThan(1);
  });

  it("keep to the lane at the kerb that leads where they want to go", () => {
    const network = mixedCross(0, 0, 300);
    const seen = new Map<string, Set<number>>();
    drive(network, 1, 1200, green(network), (model) => {
      const { movements, streets, vehicles } = model.state;
      for (const lane of [0, 1, 2].map((position) => laneOf(model, "W-j", position))) {
        for (const vehicle of vehiclesOn(model, lane)) {
          const turn = movements.ids[vehicles.movement[vehicle] ?? -1] ?? "";
          const target =
            (vehicles.target[vehicle] ?? 0) - (streets.linkFirstLane[streets.laneLink[lane] ?? 0] ?? 0);
          seen.set(turn, (seen.get(turn) ?? new Set()).add(target));
        }
      }
    });
    expect(seen).toEqual(
      new Map([
        ["W-j.through", new Set([0])],
        ["W-j.right", new Set([0])],
        ["W-j.left", new Set([2])],
      ]),
    );
  });

  it("of trips leave the kerb where only another lane leads on, never overlap, and count as what they are", () => {
    const departSeconds = Array.from({ length: 20 }, (_, k) => BEGIN_SECONDS + 3 * k);
    const base = sideStreet([{ links: ["main", "on", "left"], vehicleType: "bike", departSeconds }]);
    const bike = {
      ...CAR,
      id: "bike",
      mode: "bicycle" as const,
      lengthMeters: 1.6,
      gapMeters: 0.5,
      accelerationMetersPerSecond2: 1.2,
      speedMaxMetersPerSecond: 5,
    };
    const { demand } = base;
    if (demand?.trips === undefined) throw new Error("it has trips");
    const network = { ...base, demand: { ...demand, trips: { ...demand.trips, vehicleTypes: [bike] } } };
    const model = drive(
      network,
      1,
      400,
      () => [],
      ({ state: { vehicles } }) => {
        for (let slot = 0; slot < vehicles.capacity; slot += 1) {
          const ahead = vehicles.ahead[slot] ?? -1;
          if ((vehicles.lane[slot] ?? -1) < 0 || ahead < 0) continue;
          expect((vehicles.x[ahead] ?? 0) - 1.6).toBeGreaterThanOrEqual(vehicles.x[slot] ?? 0);
          expect(vehicles.speed[slot]).toBeLessThan(5 + 1e-9);
        }
      },
    );
    expect(model.state.tally.arrived).toBe(20);
    expect(countOf(model, "bicycle")).toBe(20);
  });

  it("are followed, and drivers who may choose take the lane beside them", () => {
    const alone = mixedApproach(200, 100);
    const byMode = drive(alone, 2, 1800, green(alone));
    const cars = recordOf(byMode.state, byMode.entries, byMode.tripEntries).trips.filter(
      ({ mode, outcome }) => mode === "car" && outcome === "arrived",
    );
    const lost = cars.reduce((sum, { lostSeconds }) => sum + lostSeconds, 0) / cars.length;
    expect(lost).toBeGreaterThan(15);
    expect(kerbShare(200)).toBeLessThan(kerbShare(0));
  });
});

function placesAfter(network: Network): string {
  const { vehicles, tally } = drive(network, 5, 600, green(network)).state;
  return JSON.stringify([[...vehicles.x], tally]);
}

describe("a network without trucks and cyclists", () => {
  it("drives as one that says so", () => {
    expect(placesAfter(mixedCross(500, 0, 0))).toBe(placesAfter(fourLegs(500)));
  });
});
