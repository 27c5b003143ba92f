import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import { after, byCodeUnit, type InstantMs, SECOND_MS, secondsToMs } from "../../src/units.ts";
import type { Actuation } from "../field/plant.ts";
import { type Road, type RoadLane, roadsOf, type Vehicle } from "./roads.ts";

/** Vehicles an hour on a road; each road of the rim has its own share of it. */
const VEHICLES_PER_HOUR = 400;
const SHARE_MIN = 0.5;
const SHARE_MAX = 1.5;
/** What a road that leads to a signal holds beside those who drive: about so long a red. */
const QUEUE_SECONDS = 30;
/** From one standing front to the next. */
const SPACING_METERS = 7.5;
/** From the stop line before to the begin of a road: the inside of the junction. */
const CROSSING_METERS = 20;
/** The first vehicle stops so far before the stop line. */
const STOP_METERS = 1;
/** Headway of a queue that leaves, and of one that yields to others. */
const HEADWAY_SECONDS = 2;
const YIELDING_HEADWAY_SECONDS = 4;

/** Every vehicle of a region and what drives it. Changed in place, second by second. */
export type Street = {
  readonly roads: readonly Road[];
  /** Roads by which vehicles come from outside, with vehicles a second. */
  readonly entries: readonly { readonly road: number; readonly perSecond: number }[];
  /** A number in [0, 1). */
  readonly draw: () => number;
  seconds: number;
  tracks: number;
};

/** A region that is full of vehicles already: driving ones all along the roads, and a queue's worth more. */
export function startStreet(network: Network, seed: number): Street {
  const generator = xoroshiro128plus(seed);
  // Neighbouring seeds start alike.
  for (let k = 0; k < 8; k += 1) generator.next();
  const draw = (): number => uniformFloat64(generator);
  const roads = roadsOf(network);
  const rate = (): number => (VEHICLES_PER_HOUR / 3600) * (SHARE_MIN + (SHARE_MAX - SHARE_MIN) * draw());
  const entries = roads.flatMap(({ from }, road) => (from < 0 ? [{ road, perSecond: rate() }] : []));
  const street: Street = { roads, entries, draw, seconds: 0, tracks: 0 };
  for (const road of roads) {
    if (road.intersection < 0) continue;
    const expected = rate() * (road.lengthMeters / road.metersPerSecond + QUEUE_SECONDS);
    const places = Array.from({ length: Math.round(expected) }, () => draw() * road.lengthMeters);
    for (const meters of places.toSorted((left, right) => left - right)) enter(street, road, meters);
  }
  return street;
}

/** A vehicle comes onto a road at `meters` before its stop line, behind those who are there. */
function enter(street: Street, road: Road, meters: number): void {
  let left = street.draw();
  const turns = road.lanes.flatMap((lane) => lane.turns.map((turn, index) => ({ lane, turn, index })));
  const chosen =
    turns.find(({ turn }) => {
      left -= turn.share;
      return left < 0;
    }) ?? turns.at(-1);
  const lane = chosen?.lane ?? defined(road.lanes[0], "lane");
  const last = lane.vehicles.at(-1);
  lane.vehicles.push({
    track: street.tracks,
    turn: chosen?.index ?? 0,
    meters: last === undefined ? meters : Math.max(meters, last.meters + SPACING_METERS),
    metersPerSecond: road.metersPerSecond,
  });
  street.tracks += 1;
}

/** Whether somebody who came now would stand in the junction before. */
function isFull({ lanes, lengthMeters }: Road): boolean {
  return lanes.some(({ vehicles }) => (vehicles.at(-1)?.meters ?? 0) > lengthMeters);
}

/**
 * Moves everybody on by one second that begins at `at`, under the lamps of each intersection; gives each intersection's changes of
 * its loops in the order of time. Vehicles follow each other as Newell's do: no nearer than the leader was a second ago, plus a spacing.
 */
export function moveStreet(
  street: Street,
  lamps: readonly string[],
  at: InstantMs,
): readonly (readonly Actuation[])[] {
  const told = lamps.map((): Actuation[] => []);
  const leaving: number[] = [];
  for (const road of street.roads) {
    for (const lane of road.lanes) {
      const to = moveLane(street, road, lane, lamps[road.intersection] ?? "", at, told);
      if (to !== undefined) leaving.push(to);
    }
  }
  for (const index of leaving) arrive(street, index);
  for (const { road, perSecond } of street.entries) if (street.draw() < perSecond) arrive(street, road);
  street.seconds += 1;
  for (const actuations of told) {
    actuations.sort((left, right) => left.at - right.at || byCodeUnit(left.detector, right.detector));
  }
  return told;
}

/** Who finds no room outside the region stays away; who comes from a signal was let in only with room. */
function arrive(street: Street, index: number): void {
  const road = defined(street.roads[index], "road");
  if (road.from >= 0 || !isFull(road)) enter(street, road, road.lengthMeters + CROSSING_METERS);
}

/** Moves the vehicles of one lane; the road that its first one left for, if it did. */
function moveLane(
  street: Street,
  road: Road,
  lane: RoadLane,
  lamps: string,
  at: InstantMs,
  told: readonly Actuation[][],
): number | undefined {
  const { vehicles } = lane;
  const [first] = vehicles;
  if (first === undefined) return undefined;
  let limit = mayLeave(street, road, lane, first, lamps) ? Number.NEGATIVE_INFINITY : STOP_METERS;
  for (const vehicle of vehicles) {
    const before = vehicle.meters;
    vehicle.meters = Math.min(before, Math.max(before - road.metersPerSecond, limit));
    vehicle.metersPerSecond = before - vehicle.meters;
    tellLoops(lane, before, vehicle.meters, road.metersPerSecond, at, told);
    limit = before + SPACING_METERS;
  }
  if (first.meters > 0) return undefined;
  vehicles.shift();
  const turn = lane.turns[first.turn];
  const yields = lamps[turn?.phase ?? -1] === "g";
  lane.freeAtSeconds = street.seconds + (yields ? YIELDING_HEADWAY_SECONDS : HEADWAY_SECONDS);
  return turn?.to;
}

/** Where no signal is, nobody waits. */
function mayLeave(street: Street, road: Road, lane: RoadLane, { turn }: Vehicle, lamps: string): boolean {
  if (road.intersection < 0) return true;
  const { phase, to } = defined(lane.turns[turn], "turn");
  const lamp = lamps[phase];
  return (
    (lamp === "G" || lamp === "g") &&
    street.seconds >= lane.freeAtSeconds &&
    !isFull(defined(street.roads[to], "road"))
  );
}

/** The loops that a vehicle comes onto or leaves on its way; the rear of one over the stop line follows it within the second. */
function tellLoops(
  { loops }: RoadLane,
  before: number,
  meters: number,
  metersPerSecond: number,
  at: InstantMs,
  told: readonly Actuation[][],
): void {
  const reached = meters > 0 ? meters : Number.NEGATIVE_INFINITY;
  for (const { intersection, id, detector, fromMeters, toMeters } of loops) {
    for (const [place, on] of [
      [fromMeters, true],
      [toMeters, false],
    ] as const) {
      if (before <= place || place < reached) continue;
      const ms = Math.min(SECOND_MS - 1, Math.round(secondsToMs((before - place) / metersPerSecond)));
      told[intersection]?.push({ intersection: id, detector, at: after(at, ms), on });
    }
  }
}
