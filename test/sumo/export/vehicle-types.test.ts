import { describe, expect, it } from "vitest";
import { tauOf, turnSpeed, typesOf } from "../../../sim/sumo/export/vehicle-types.ts";
import { queueHeadwaySeconds } from "../../../sim/sumo/import-built-in.ts";
import type { DrawnVehicle } from "../../../sim/traffic/drawn-demand.ts";
import { oneApproach } from "../../traffic/small-networks.ts";

const CARS = { spacingMeters: 7.5, slack: 0, imperfection: 0 } as const;

const car: DrawnVehicle = {
  kind: "car",
  service: undefined,
  departSeconds: 0,
  links: ["a"],
  lengthMeters: 5,
  gapMeters: 2.5,
  accelerationMetersPerSecond2: 2.5,
  imperfection: 0,
  speedFactor: 1,
};

describe("the reaction time of Krauss' vehicles", () => {
  it("is what the configured headway leaves of it", () => {
    // 3600 / 1800 = 2 s; 7.5 m at 0.92 · 13.9 = 12.788 m/s is 0.586 s, and the steps of a second cost 0.1 s.
    expect(tauOf(oneApproach("through", 1800, 0))).toBeCloseTo(2 - 0.5865 - 0.1, 3);
  });

  it("is never below a step, and never endless", () => {
    expect(tauOf(oneApproach("through", 2400, 0))).toBe(1);
    expect(tauOf(oneApproach("through", 300, 0))).toBe(3);
  });

  it("is SUMO's where no signal says anything", () => {
    expect(tauOf({ ...oneApproach("through", 1800, 0), intersections: [] })).toBe(1);
  });
});

describe("the speed in a curve", () => {
  it("is the one with which a queue leaves at the saturation flow", () => {
    const speed = turnSpeed(8, 13.9, 1700, 1.2);
    // 3600 / 1700 − 1.2 − 0.1 = 0.8176 s for 7.5 m: 9.173 m/s, of which the slowest of a queue drives 0.92.
    expect(speed).toBeCloseTo(9.173 / 0.92, 2);
    expect(3600 / queueHeadwaySeconds(speed, { ...CARS, tauSeconds: 1.2 })).toBeCloseTo(1700, 6);
  });

  it.each([
    ["straight on is the limit", 15.3, 13.9, 1800, 13.9],
    ["without a signal is ours", 8, 13.9, undefined, 8],
    ["is at most a quarter above ours", 8, 13.9, 2200, 10],
    ["is at most a quarter below ours", 8, 13.9, 900, 6.4],
    ["is at most the limit", 8, 8.5, 2200, 8.5],
  ] as const)("%s", (_, crossing, limit, flow, speed) => {
    expect(turnSpeed(crossing, limit, flow, 1.2)).toBeCloseTo(speed, 9);
  });
});

describe("types of vehicles", () => {
  it("are one for each build of a kind, with the speeds that its vehicles have", () => {
    const longer = { ...car, lengthMeters: 9, speedFactor: 0.95 };
    const vehicles = [{ ...car, speedFactor: 0.9 }, longer, { ...car, speedFactor: 1.1 }];
    const { types, typeOf } = typesOf(vehicles, 1.25);
    expect(vehicles.map(typeOf)).toEqual(["car", "car.2", "car"]);
    expect(types).toMatchObject([
      {
        id: "car",
        vClass: "passenger",
        lengthMeters: 5,
        decelerationMetersPerSecond2: 3,
        tauSeconds: 1.25,
        speedFactor: { min: 0.9, max: 1.1 },
      },
      { id: "car.2", lengthMeters: 9, speedFactor: { mean: 0.95, deviation: 0, min: 0.95, max: 0.95 } },
    ]);
    expect(types[0]?.speedFactor.mean).toBeCloseTo(1, 9);
    expect(types[0]?.speedFactor.deviation).toBeCloseTo(0.1, 9);
  });

  it("leave the drivers of trips as SUMO has them", () => {
    const [type] = typesOf([{ ...car, kind: "trip", imperfection: 0.5 }], 1.25).types;
    expect(type).toMatchObject({
      id: "trip",
      imperfection: 0.5,
      tauSeconds: undefined,
      decelerationMetersPerSecond2: undefined,
    });
  });
});
