import { describe, expect, it } from "vitest";
import { drawnDemand } from "../../sim/traffic/drawn-demand.ts";
import { fixedLamps } from "../../sim/traffic/fixed-lamps.ts";
import { createTrafficModel, STEP_MS, stepTraffic } from "../../sim/traffic/model.ts";
import { after, secondsToMs } from "../../src/units.ts";
import { builtIn, periodOf } from "../sumo/export/built-in.ts";
import { fourLegs, optionsOf } from "./small-networks.ts";
import { BEGIN_SECONDS, CAR, sideStreet } from "./trip-networks.ts";

const tenMinutes = (seed: number) => drawnDemand(fourLegs(400), optionsOf(seed), 600);

const isApproach = (id: string): boolean => id.endsWith("-j");

describe("the demand that a run draws", () => {
  it("is that of the run: as many, and each on the links that its vehicle drives", async () => {
    const network = await builtIn("corridor");
    const { midnightAt, startsAt, seconds } = periodOf(network, 7, 600);
    const options = { seed: 3, midnightAt, startsAt, endsAt: after(startsAt, secondsToMs(seconds)) };
    const drawn = drawnDemand(network, options, seconds);

    const model = createTrafficModel(network, options);
    const { crossings, movements, streets, tally, vehicles } = model.state;
    const lampsAt = fixedLamps(network, midnightAt);
    const driven = new Map<number, string[]>();
    for (let step = 0; step < 2 * seconds; step += 1) {
      stepTraffic(model, lampsAt(after(startsAt, step * STEP_MS)));
      for (let k = 0; k < crossings.count; k += 1) {
        const serial = vehicles.serial[crossings.vehicle[k] ?? -1] ?? 0;
        const link = streets.links[movements.fromLink[crossings.movement[k] ?? -1] ?? -1]?.id ?? "";
        driven.set(serial, [...(driven.get(serial) ?? []), link]);
      }
    }
    expect(drawn).toHaveLength(tally.scheduled);
    expect(driven.size).toBeGreaterThan(500);
    for (const [serial, links] of driven) {
      expect(drawn[serial - 1]?.links.slice(0, links.length), `vehicle ${serial}`).toEqual(links);
    }
    // Leaving at the end of the last link is no line that is passed.
    const whole = [...driven].filter(
      ([serial, links]) => drawn[serial - 1]?.links.length === links.length + 1,
    );
    expect(whole.length).toBeGreaterThan(200);
  });

  it("has buses and emergency vehicles as they are built, and cars", async () => {
    const network = await builtIn("corridor");
    const { midnightAt, startsAt, seconds } = periodOf(network, 8, 3600);
    const drawn = drawnDemand(network, { seed: 1, midnightAt, startsAt }, seconds);
    const of = (kind: string) => drawn.filter((one) => one.kind === kind);
    // At 6 an hour and at most one more for where the headway's phase lies, two directions.
    expect(of("bus").length).toBeGreaterThanOrEqual(10);
    expect(of("bus").length).toBeLessThanOrEqual(14);
    expect(of("bus")[0]).toMatchObject({
      lengthMeters: 12,
      gapMeters: 2.5,
      accelerationMetersPerSecond2: 1.2,
      imperfection: 0,
    });
    expect(new Set(of("bus").map(({ service }) => service))).toEqual(new Set(["line-1-east", "line-1-west"]));
    for (const { speedFactor } of of("emergency")) expect(speedFactor).toBe(1.3);
    expect(of("car")[0]).toMatchObject({ service: undefined, lengthMeters: 5, gapMeters: 2.5 });
    expect(of("trip")).toEqual([]);
  });

  it("is the same for the same seed and another one for another", () => {
    expect(tenMinutes(1)).toEqual(tenMinutes(1));
    expect(tenMinutes(1)).not.toEqual(tenMinutes(2));
    // Four entries of 400 an hour: 267 in ten minutes, give or take three standard deviations.
    expect(Math.abs(tenMinutes(1).length - 267)).toBeLessThan(49);
  });

  it("keeps the instants and ways of trips, from the begin of the run to its end", () => {
    const type = { ...CAR, imperfection: 0.5, gapMeters: 1.5 };
    const network = sideStreet([
      {
        links: ["side", "on", "left"],
        vehicleType: "car",
        departSeconds: [BEGIN_SECONDS - 1, BEGIN_SECONDS + 2.5, BEGIN_SECONDS + 60],
      },
    ]);
    const trips = network.demand?.trips;
    if (network.demand === undefined || trips === undefined) throw new Error("no trips");
    const own = { ...network, demand: { ...network.demand, trips: { ...trips, vehicleTypes: [type] } } };
    const drawn = drawnDemand(own, optionsOf(1), 60);
    expect(drawn).toHaveLength(1);
    expect(drawn[0]).toMatchObject({
      kind: "trip",
      departSeconds: BEGIN_SECONDS + 2.5,
      links: ["side", "on", "left"],
      lengthMeters: 5,
      gapMeters: 1.5,
    });
    expect(drawn[0]?.accelerationMetersPerSecond2).toBeCloseTo(2.5, 9);
    expect(drawn[0]?.imperfection).toBeCloseTo(0.5, 9);
  });

  it("ends with a message where shares lead round for ever", () => {
    const base = fourLegs(400);
    if (base.demand === undefined) throw new Error("no demand");
    // Every exit leads to a node from which all approaches begin: nobody ever leaves.
    const links = base.links.map((one) =>
      isApproach(one.id) ? { ...one, from: "back" } : { ...one, from: "beyond", to: "back" },
    );
    const shares = links.filter(({ id }) => isApproach(id)).map(({ id }) => ({ toLink: id, share: 0.25 }));
    const turning = [
      ...base.demand.turning,
      ...links.filter(({ id }) => !isApproach(id)).map(({ id }) => ({ fromLink: id, shares })),
    ];
    const network = { ...base, links, demand: { ...base.demand, turning } };
    expect(() => drawnDemand(network, optionsOf(1), 60)).toThrow(
      /demand\.json#\/turning: found shares that lead a vehicle over 10000 links/,
    );
  });
});
