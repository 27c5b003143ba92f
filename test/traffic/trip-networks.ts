import type { Trips } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { Connection, Link } from "../../src/model/network.ts";

/** A car without imperfection whose desired speed is the limit. */
export const CAR: Trips["vehicleTypes"][number] = {
  id: "car",
  lengthMeters: 5,
  gapMeters: 2.5,
  accelerationMetersPerSecond2: 2.5,
  imperfection: 0,
  speedFactor: { mean: 1, deviation: 0, min: 1, max: 1 },
};

/** Midnight plus eight hours: when `optionsOf` begins. */
export const BEGIN_SECONDS = 8 * 3600;

function link(id: string, from: string, to: string, lengthMeters: number, lanes: number): Link {
  return {
    id,
    from,
    to,
    lengthMeters,
    speedMetersPerSecond: 10,
    storageVehicles: 10,
    shape: [
      [0, 0],
      [lengthMeters, 0],
    ],
    lanes: Array.from({ length: lanes }, (_, k) => ({ id: `${id}_${k}`, lengthMeters })),
  };
}

function connection(fromLane: string, toLane: string, more: Partial<Connection> = {}): Connection {
  return { fromLane, toLane, lengthMeters: 10, insideSpeedMetersPerSecond: 10, ...more };
}

/**
 * No signal anywhere: `main` (two lanes) leads to `on`, `side` comes from the right and turns onto `on` or crosses to `over`; it yields to
 * `main`. `on` is 20 m long and splits: its kerb lane leads to `right`, the other one to `left`.
 */
export function sideStreet(routes: readonly Trips["routes"][number][], yields = true): Network {
  const majors = ["main_0:on_0", "main_1:on_1"];
  const yieldsTo = yields ? { yieldsTo: majors } : {};
  return {
    version: 1,
    id: "side-street",
    name: "side street",
    timeZone: "UTC",
    region: "r",
    handedness: "right",
    nodes: ["A", "S", "J", "K", "R", "L", "O"].map((id) => ({ id, x: 0, y: 0 })),
    links: [
      link("main", "A", "J", 300, 2),
      link("side", "S", "J", 100, 1),
      link("on", "J", "K", 20, 2),
      link("over", "J", "O", 100, 1),
      link("right", "K", "R", 100, 1),
      link("left", "K", "L", 100, 1),
    ],
    routes: [],
    connections: [
      connection("main_0", "on_0"),
      connection("main_1", "on_1"),
      connection("side_0", "on_0", yieldsTo),
      connection("side_0", "over_0", yieldsTo),
      connection("on_0", "right_0"),
      connection("on_1", "left_0"),
    ],
    intersections: [],
    demand: {
      version: 1,
      entries: [],
      turning: [],
      pedestrians: [],
      trips: { fromSeconds: BEGIN_SECONDS, vehicleTypes: [CAR], routes: [...routes] },
    },
  };
}

/** Departures so many seconds after the begin. */
export function trips(links: readonly string[], departs: readonly number[]): Trips["routes"][number] {
  return {
    links: [...links],
    vehicleType: "car",
    departSeconds: departs.map((at) => BEGIN_SECONDS + at),
  };
}
