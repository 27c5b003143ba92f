import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network } from "../../src/model/files.ts";
import { filesOfNetwork, validateNetwork } from "../../src/model/validate.ts";
import { trueDemand } from "../../sim/traffic/true-demand.ts";
import { drive, laneOf, vehiclesOn } from "./drive.ts";
import { oneApproach } from "./small-networks.ts";
import { BEGIN_SECONDS, CAR, sideStreet, trips } from "./trip-networks.ts";

const ROUTES = [
  ["main", "on", "right"],
  ["main", "on", "left"],
  ["side", "on", "left"],
  ["side", "over"],
  ["main", "on"],
  ["side"],
] as const;

/** The links that each vehicle drove on, by its number; the crossings of lines tell the way. */
function waysOf(network: Network, seed: number, steps: number) {
  const ways = new Map<number, string[]>();
  const model = drive(
    network,
    seed,
    steps,
    () => [],
    ({ state }) => {
      const { lanes, streets, vehicles } = state;
      for (let lane = 0; lane < streets.laneCount; lane += 1) {
        for (let slot = lanes.head[lane] ?? -1; slot >= 0; slot = vehicles.behind[slot] ?? -1) {
          const id = streets.links[streets.laneLink[lane] ?? -1]?.id ?? "";
          const way = ways.get(vehicles.serial[slot] ?? -1) ?? [];
          if (way.at(-1) !== id) way.push(id);
          ways.set(vehicles.serial[slot] ?? -1, way);
        }
      }
      const { arrived, running, scheduled, waiting } = state.tally;
      expect(arrived + running + waiting).toBe(scheduled);
    },
  );
  return { ways: [...ways.values()], tally: model.state.tally };
}

describe("trips", () => {
  it("are driven link by link from the begin of the first one to the end of the last one, wherever that is", () => {
    const network = sideStreet(ROUTES.map((links, k) => trips(links, [5 * k])));
    expect(validateNetwork(filesOfNetwork(network)).ok).toBe(true);
    const { ways, tally } = waysOf(network, 1, 120);
    expect(ways.toSorted()).toEqual(ROUTES.map((links) => [...links]).toSorted());
    expect(tally.arrived).toBe(ROUTES.length);
  });

  it("are all driven, whatever departs when, and nobody is lost", () => {
    let driven = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(ROUTES.length - 1), fc.array(fc.nat(100), { minLength: 1, maxLength: 8 })), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.nat(1000),
        (drawn, seed) => {
          const routes = drawn.map(([route, departs]) =>
            trips(
              ROUTES[route] ?? [],
              departs.toSorted((a, b) => a - b),
            ),
          );
          const { ways, tally } = waysOf(sideStreet(routes), seed, 500);
          const wanted = routes.flatMap(({ links, departSeconds }) => departSeconds.map(() => links));
          expect(ways.map((way) => way.join(" ")).toSorted()).toEqual(
            wanted.map((way) => way.join(" ")).toSorted(),
          );
          expect(tally.arrived).toBe(wanted.length);
          driven += wanted.length;
        },
      ),
      { numRuns: 25 },
    );
    expect(driven).toBeGreaterThan(100);
  });

  it("begin at rest in the step after they are due, and not at all where that is before the run", () => {
    const network = sideStreet([trips(["main", "on"], [-1, 3, 3.5])]);
    const entered: number[] = [];
    drive(
      network,
      1,
      20,
      () => [],
      ({ state }, step) => {
        while (entered.length < state.tally.scheduled - state.tally.waiting) entered.push(step);
      },
    );
    // The second one finds the place of the first one free again after its first 7.5 m: 2.5 + 5 m in two seconds of 2.5 m/s².
    expect(entered).toEqual([3, 5]);
  });

  it("are the same whatever the seed, but for the speeds of their drivers", () => {
    const network = sideStreet([trips(["main", "on"], [0, 60])]);
    const { demand } = network;
    const spread = { mean: 1, deviation: 0.1, min: 0.2, max: 2 };
    const varied = {
      ...network,
      demand: {
        ...demand,
        version: 1 as const,
        entries: [],
        turning: [],
        pedestrians: [],
        trips: {
          fromSeconds: BEGIN_SECONDS,
          vehicleTypes: [{ ...CAR, speedFactor: spread }],
          routes: demand?.trips?.routes ?? [],
        },
      },
    };
    const factors = (seed: number): readonly number[] => {
      const { vehicles } = drive(varied, seed, 61, () => []).state;
      return [vehicles.factor[0] ?? 0, vehicles.factor[1] ?? 0];
    };
    expect(factors(1)).toEqual(factors(1));
    expect(factors(1)).not.toEqual(factors(2));
  });

  it("take the lane from which a short link can be left as they go on", () => {
    const network = sideStreet([trips(["main", "on", "right"], [0]), trips(["main", "on", "left"], [10])]);
    const lanes = new Map<number, number>();
    drive(
      network,
      1,
      12,
      () => [],
      (model) => {
        for (const position of [0, 1]) {
          for (const slot of vehiclesOn(model, laneOf(model, "main", position))) {
            lanes.set(model.state.vehicles.serial[slot] ?? -1, position);
          }
        }
      },
    );
    expect([...lanes]).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it("count in the true demand on all their way, in the period in which they depart", () => {
    const network = oneApproach("through", 1800, 0);
    const withTrips: Network = {
      ...network,
      demand: {
        version: 1,
        entries: [],
        turning: [],
        pedestrians: [],
        trips: {
          fromSeconds: BEGIN_SECONDS,
          vehicleTypes: [CAR],
          routes: [trips(["a-j", "j-b"], [0, 10, 1799, 1800]), trips(["a-j"], [20])],
        },
      },
    };
    const flows = trueDemand(withTrips, BEGIN_SECONDS * 1000, { fromSeconds: 0, untilSeconds: 1800 });
    expect(flows.get("J")?.get("a-j.through")).toBe(6);
  });
});

describe("right of way without a signal", () => {
  const main = Array.from({ length: 40 }, (_, k) => 3 * k);
  const standing = (network: Network): number => drive(network, 1, 110, () => []).state.tally.waitingSeconds;

  it("makes the side street wait while the main road is busy, and lets it go afterwards", () => {
    const network = sideStreet([trips(["main", "on", "left"], main), trips(["side", "over"], [20])]);
    const crossed: number[] = [];
    drive(
      network,
      1,
      260,
      () => [],
      ({ state }, step) => {
        for (let k = 0; k < state.crossings.count; k += 1) {
          const to = state.movements.toLink[state.crossings.movement[k] ?? -1] ?? -1;
          if (state.streets.links[to]?.id === "over") crossed.push(step);
        }
      },
    );
    // The last one departs at 117 s and needs some 35 s over 300 m.
    expect(crossed).toHaveLength(1);
    expect(crossed[0]).toBeGreaterThan(140);
    expect(crossed[0]).toBeLessThan(165);
  });

  it("is what makes it wait: without it nobody stands", () => {
    const routes = [trips(["main", "on", "left"], main), trips(["side", "over"], [20])];
    expect(standing(sideStreet(routes))).toBeGreaterThan(50);
    expect(standing(sideStreet(routes, false))).toBe(0);
  });
});
