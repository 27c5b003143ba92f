import type { Connection } from "../../src/model/network.ts";
import { insidePlace } from "../../src/model/zone-sight.ts";
import { foreignId } from "./foreign-id.ts";
import type { NetLane, SumoNet } from "./net-file.ts";
import { hundredths } from "./roads.ts";

/** A connection between two lanes for motor vehicles, with SUMO's lanes inside the junction in the order of driving. */
export type InnerWay = {
  readonly fromLane: NetLane;
  readonly toLane: NetLane;
  /** Several where vehicles wait inside the junction; none in networks without inner lanes and at some joints. */
  readonly inside: readonly NetLane[];
};

/** Where a vehicle on one of SUMO's lanes is in our network. */
export type LanePlace = {
  /** A lane of ours, or the way inside a junction as `insidePlace` names it. */
  readonly place: string;
  /** Of SUMO's lane. */
  readonly lengthMeters: number;
  /** From the end of SUMO's lane to the end of the place: the inner lanes that follow. */
  readonly restMeters: number;
  /** Of the whole place. */
  readonly placeMeters: number;
};

/** Every connection between motor lanes, once, in the order of the file. */
export function innerWays(net: SumoNet): readonly InnerWay[] {
  const laneAt = new Map<string, NetLane>();
  for (const edge of net.edges.values()) {
    for (const lane of edge.lanes) if (lane.motor) laneAt.set(`${edge.id} ${lane.index}`, lane);
  }
  const nextInner = new Map<string, string>();
  for (const { from, fromLane, via } of net.connections) {
    if (from.startsWith(":") && via !== undefined) nextInner.set(`${from}_${fromLane}`, via);
  }
  const ways = new Map<string, InnerWay>();
  for (const connection of net.connections) {
    const fromLane = laneAt.get(`${connection.from} ${connection.fromLane}`);
    const toLane = laneAt.get(`${connection.to} ${connection.toLane}`);
    if (fromLane === undefined || toLane === undefined) continue;
    const key = `${fromLane.id} ${toLane.id}`;
    if (!ways.has(key))
      ways.set(key, { fromLane, toLane, inside: lanesAlong(net, nextInner, connection.via) });
  }
  return [...ways.values()];
}

function lanesAlong(
  net: SumoNet,
  nextInner: ReadonlyMap<string, string>,
  via: string | undefined,
): readonly NetLane[] {
  const lanes: NetLane[] = [];
  for (let id = via; id !== undefined; id = nextInner.get(id)) {
    const lane = net.innerLanes.get(id);
    if (lane === undefined || lanes.includes(lane)) break;
    lanes.push(lane);
  }
  return lanes;
}

/** The ways as connections of our network; `yields` by the places of connections. */
export function connectionsOf(
  ways: readonly InnerWay[],
  yields: ReadonlyMap<string, readonly string[]>,
): readonly Connection[] {
  return ways.map(({ fromLane, toLane, inside }) => {
    const seconds = inside.reduce((sum, lane) => sum + lane.lengthMeters / lane.speedMetersPerSecond, 0);
    const lengthMeters = insideMeters(inside);
    const [from, to] = [foreignId(fromLane.id), foreignId(toLane.id)];
    const yieldsTo = yields.get(insidePlace(from, to)) ?? [];
    return {
      fromLane: from,
      toLane: to,
      lengthMeters,
      ...(seconds > 0 ? { insideSpeedMetersPerSecond: hundredths(lengthMeters / seconds) } : {}),
      ...(inside[0] !== undefined && inside.length > 1
        ? { waitMeters: hundredths(inside[0].lengthMeters) }
        : {}),
      ...(yieldsTo.length > 0 ? { yieldsTo: [...yieldsTo] } : {}),
    };
  });
}

function insideMeters(lanes: readonly NetLane[]): number {
  return hundredths(lanes.reduce((sum, { lengthMeters }) => sum + lengthMeters, 0));
}

/** By SUMO's id of the lane: every motor lane, and every lane inside a junction that belongs to a connection of two of them. */
export function lanePlaces(net: SumoNet, ways: readonly InnerWay[]): ReadonlyMap<string, LanePlace> {
  const places = new Map<string, LanePlace>();
  for (const edge of net.edges.values()) {
    for (const { id, motor, lengthMeters } of edge.lanes) {
      if (motor)
        places.set(id, { place: foreignId(id), lengthMeters, restMeters: 0, placeMeters: lengthMeters });
    }
  }
  for (const { fromLane, toLane, inside } of ways) {
    const place = insidePlace(foreignId(fromLane.id), foreignId(toLane.id));
    for (const [index, { id, lengthMeters }] of inside.entries()) {
      if (places.has(id)) continue;
      const restMeters = insideMeters(inside.slice(index + 1));
      places.set(id, { place, lengthMeters, restMeters, placeMeters: insideMeters(inside) });
    }
  }
  return places;
}
