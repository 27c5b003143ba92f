import { byCodeUnit } from "../units.ts";
import type { Network } from "./files.ts";
import { grouped } from "./grouped.ts";

/**
 * What an area detector sees around an intersection (DESIGN §6, `zone`): everything within `SIGHT_METERS` of a stop line on the ways
 * that lead to it, also back through other junctions, the inside of its own junction, and the begin of its exit lanes.
 */

/** Vehicles on one place: three numbers each, as in `ZoneFrame`; nearest to the downstream end first. */
export type ZonePlace = readonly [place: string, flat: readonly number[]];

/** Lanes and how they are connected through nodes; lengths in metres. */
export type LaneNet = {
  /** Length of every lane that a way may go over. */
  readonly laneMeters: ReadonlyMap<string, number>;
  readonly connections: readonly LaneConnection[];
};

type LaneConnection = { readonly fromLane: string; readonly toLane: string; readonly lengthMeters: number };

/** The lanes at whose downstream end an intersection has its stop lines, and those at which vehicles leave it. */
type ZoneLanes = {
  readonly approachLanes: readonly string[];
  readonly exitLanes: readonly string[];
};

/** Which part of one place is seen: up to a distance from its downstream end, or from its upstream end. */
type Sight = {
  readonly fromEndMeters: number;
  readonly fromBeginMeters: number;
};

/** DESIGN §6: as far as the best published controllers' detectors see. */
const SIGHT_METERS = 200;
/** How much of an exit lane is seen: where a queue that reaches back shows. */
const EXIT_SIGHT_METERS = 30;

/** The name of the way inside a junction from one lane to another; no lane's id has a colon. */
export function insidePlace(fromLane: string, toLane: string): string {
  return `${fromLane}:${toLane}`;
}

/** What is seen of each place, lanes and ways inside junctions; places that are not seen at all are left out. */
export function zoneSights(net: LaneNet, lanes: ZoneLanes): ReadonlyMap<string, Sight> {
  return sightsIn(joinedLanes(net), lanes);
}

/** A net with the connections of each lane, as places in its list. */
type JoinedLanes = LaneNet & {
  readonly into: ReadonlyMap<string, readonly number[]>;
  readonly outOf: ReadonlyMap<string, readonly number[]>;
};

function joinedLanes(net: LaneNet): JoinedLanes {
  const { connections } = net;
  return {
    ...net,
    into: grouped(connections.keys(), (place) => [connections[place]?.toLane]),
    outOf: grouped(connections.keys(), (place) => [connections[place]?.fromLane]),
  };
}

function sightsIn(net: JoinedLanes, { approachLanes, exitLanes }: ZoneLanes): ReadonlyMap<string, Sight> {
  const sights = new Map<string, Sight>();
  const see = (place: string, fromEndMeters: number, fromBeginMeters: number): void => {
    const known = sights.get(place);
    sights.set(place, {
      fromEndMeters: Math.max(fromEndMeters, known?.fromEndMeters ?? -1),
      fromBeginMeters: Math.max(fromBeginMeters, known?.fromBeginMeters ?? -1),
    });
  };
  const own = new Set(approachLanes);
  const distances = stopLineDistances(net, approachLanes);
  for (const [lane, meters] of distances) see(lane, SIGHT_METERS - meters, -1);
  // Of thousands of connections only those count that begin at a stop line or lead to a lane in sight.
  const near = new Set([
    ...approachLanes.flatMap((lane) => net.outOf.get(lane) ?? []),
    ...[...distances.keys()].flatMap((lane) => net.into.get(lane) ?? []),
  ]);
  for (const { fromLane, toLane, lengthMeters } of connectionsAt(net, near)) {
    const place = insidePlace(fromLane, toLane);
    if (own.has(fromLane)) see(place, Number.POSITIVE_INFINITY, -1);
    const beyond = sights.get(toLane)?.fromEndMeters;
    const room = (beyond ?? -1) - (net.laneMeters.get(toLane) ?? 0);
    if (room > 0) see(place, Math.min(room, lengthMeters), -1);
  }
  for (const lane of exitLanes) see(lane, -1, EXIT_SIGHT_METERS);
  return sights;
}

/** In the order of the net. */
function connectionsAt({ connections }: LaneNet, places: Iterable<number>): readonly LaneConnection[] {
  return [...places].toSorted((a, b) => a - b).flatMap((place) => connections[place] ?? []);
}

/** Whether a vehicle so far from the downstream end of a place of this length is seen. */
function isSeen(
  { fromEndMeters, fromBeginMeters }: Sight,
  toEndMeters: number,
  placeMeters: number,
): boolean {
  return toEndMeters <= fromEndMeters || placeMeters - toEndMeters <= fromBeginMeters;
}

/** Shortest way from the downstream end of each lane to a stop line, metres; only lanes whose end is in sight. */
function stopLineDistances(net: JoinedLanes, approachLanes: readonly string[]): ReadonlyMap<string, number> {
  const distances = new Map(approachLanes.map((lane) => [lane, 0]));
  let frontier: readonly string[] = approachLanes;
  // A lane that is reached on a shorter way is gone back from once more.
  while (frontier.length > 0) {
    const reached = new Set<string>();
    for (const lane of frontier) {
      const beginMeters = (distances.get(lane) ?? 0) + (net.laneMeters.get(lane) ?? 0);
      for (const { fromLane, lengthMeters } of connectionsAt(net, net.into.get(lane) ?? [])) {
        const meters = beginMeters + lengthMeters;
        if (meters >= SIGHT_METERS || meters >= (distances.get(fromLane) ?? Number.POSITIVE_INFINITY))
          continue;
        distances.set(fromLane, meters);
        reached.add(fromLane);
      }
    }
    frontier = [...reached];
  }
  return distances;
}

/** What one intersection's area detector sees in one instant; places without a vehicle are left out. */
export type ZoneReport = {
  readonly intersection: string;
  readonly vehicles: readonly ZonePlace[];
};

/** One vehicle where a plant has it. */
export type PlacedVehicle = {
  readonly place: string;
  /** Length of the place, metres. */
  readonly placeMeters: number;
  /** Of its front from the downstream end of the place, metres. */
  readonly toEndMeters: number;
  readonly speedMetersPerSecond: number;
  /** Number of its track. */
  readonly track: number;
};

/** The area detectors of a network's intersections, in their order. */
export type ZoneWatch = {
  readonly intersections: readonly string[];
  /** By place, who sees what of it. */
  readonly watchers: ReadonlyMap<string, readonly { readonly index: number; readonly sight: Sight }[]>;
};

export function zoneWatch({ intersections, links }: Network, net: LaneNet): ZoneWatch {
  const watchers = new Map<string, { readonly index: number; readonly sight: Sight }[]>();
  const joined = joinedLanes(net);
  const lanesOf = new Map(links.map(({ id, lanes }) => [id, lanes.map((lane) => lane.id)]));
  for (const [index, { movements }] of intersections.entries()) {
    const exits = new Set(movements.map(({ toLink }) => toLink));
    const sights = sightsIn(joined, {
      approachLanes: [...new Set(movements.flatMap(({ fromLanes }) => fromLanes))],
      exitLanes: [...exits].flatMap((link) => lanesOf.get(link) ?? []),
    });
    for (const [place, sight] of sights) {
      const known = watchers.get(place);
      if (known === undefined) watchers.set(place, [{ index, sight }]);
      else known.push({ index, sight });
    }
  }
  return { intersections: intersections.map(({ id }) => id), watchers };
}

/** What each area detector sees of the vehicles; the order in which they are given does not matter. */
export function zoneReports(
  { intersections, watchers }: ZoneWatch,
  vehicles: Iterable<PlacedVehicle>,
): readonly ZoneReport[] {
  const seen = intersections.map(() => new Map<string, PlacedVehicle[]>());
  for (const vehicle of vehicles) {
    for (const { index, sight } of watchers.get(vehicle.place) ?? []) {
      if (!isSeen(sight, vehicle.toEndMeters, vehicle.placeMeters)) continue;
      const places = seen[index];
      const known = places?.get(vehicle.place);
      if (known === undefined) places?.set(vehicle.place, [vehicle]);
      else known.push(vehicle);
    }
  }
  return intersections.map((intersection, index) => ({
    intersection,
    vehicles: [...(seen[index] ?? [])]
      .toSorted(([left], [right]) => byCodeUnit(left, right))
      .map(([place, list]): ZonePlace => [place, flatOf(list)]),
  }));
}

function flatOf(vehicles: readonly PlacedVehicle[]): readonly number[] {
  return vehicles
    .toSorted((left, right) => left.toEndMeters - right.toEndMeters || left.track - right.track)
    .flatMap(({ track, toEndMeters, speedMetersPerSecond }) => [
      track,
      Math.max(0, Math.round(toEndMeters * 10)),
      Math.max(0, Math.round(speedMetersPerSecond * 100)),
    ]);
}
