import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import { grouped } from "../../src/model/grouped.ts";
import type { Movement } from "../../src/model/intersection.ts";
import { type Lists, listsOf } from "./lists.ts";
import { fullLanes, type Streets } from "./streets.ts";
import { choiceNumber } from "./turning.ts";

/**
 * Who walks on the crosswalks. Each has two streams: the first steps off on the side of the lanes that lead out of the junction, the
 * second on the side of those that lead into it. A place on a crosswalk is told in metres from the first stream's kerb.
 */
export type Walkers = {
  readonly count: number;
  /** From kerb to kerb. */
  readonly meters: Float64Array;
  /** How much of the crosswalk's way one lane takes. */
  readonly laneMeters: Float64Array;
  /** By crosswalk, the lanes of full length that lead out of the junction under it. */
  readonly exits: Lists;
  /** By movement, the crosswalks that it turns over as it leaves the junction; none for one that goes straight on. */
  readonly turnedOver: Lists;
  /** By movement, the crosswalks just behind its stop line. */
  readonly behindLine: Lists;
  /** By stream, when each stepped off, in steps with a fraction; those from `first` up to but without `end` may still walk. */
  readonly steppedOff: Float64Array[];
  readonly first: Int32Array;
  readonly end: Int32Array;
  /** By crosswalk, how many have stepped off so far, and what their sides are drawn from. */
  readonly stepped: Int32Array;
  readonly seed: Int32Array;
};

/** HCM's speed of pedestrians, m/s (4 ft/s). */
const WALKING_SPEED = 1.2;

/** A driver yields to whoever is on the lane that it turns into: half the width of a lane of 12 ft, either side of the car's middle. */
const HALF_LANE_METERS = 1.8;

/** Nor does it cut in before somebody who comes to that lane earlier than a car from rest has left the crosswalk: 8 m at 2.5 m/s². */
const CLEARING_SECONDS = 2.5;

/** Of a crowd that waited for walk the first one of a side steps off so late, and each further one so long after it (HCM). */
const START_UP_SECONDS = 3.2;
const PLATOON_SECONDS = 0.27;

const FIRST_CAPACITY = 32;

/** The carriageways of the leg that a crosswalk lies across. */
type Leg = { readonly into: readonly number[]; readonly outOf: readonly number[]; readonly meters: number };

/** One for each of the demand's crosswalks, in their order. */
export function createWalkers(
  network: Network,
  demand: DemandFile,
  streets: Streets,
  movementCount: number,
  seed: number,
): Walkers {
  const legOf = legsIn(network, streets);
  const legs = demand.pedestrians.map(({ intersection, phase }) => legOf(intersection, phase));
  const signalled = network.intersections.flatMap(({ movements }) => movements);
  const linkOf = (id: string): number => defined(streets.linkIndex.get(id), id);
  // The movements of intersections come first, in the order of the files (ways.ts).
  const byMovement = (own: (movement: Movement) => readonly number[]): Lists =>
    listsOf(
      Array.from({ length: movementCount }, (_, index) => {
        const movement = signalled[index];
        return movement === undefined ? [] : own(movement);
      }),
    );
  const over = (linksOf: (leg: Leg) => readonly number[]): readonly (readonly number[])[] => {
    const crosswalks = streets.links.map((): number[] => []);
    for (const [k, leg] of legs.entries()) for (const link of linksOf(leg)) crosswalks[link]?.push(k);
    return crosswalks;
  };
  const overExit = over(({ outOf }) => outOf);
  const overEntry = over(({ into }) => into);
  return {
    count: legs.length,
    meters: Float64Array.from(legs, ({ meters }) => meters),
    laneMeters: Float64Array.from(legs, ({ into, outOf, meters }) => {
      const links = [...into, ...outOf].map((link) => defined(streets.links[link], "link"));
      return meters / links.reduce((sum, { lanes }) => sum + lanes.length, 0);
    }),
    exits: listsOf(legs.map(({ outOf }) => outOf.flatMap((link) => fullLanes(streets, link)))),
    turnedOver: byMovement(({ toLink, turn }) => (turn === "through" ? [] : overExit[linkOf(toLink)]!)),
    behindLine: byMovement(({ fromLink }) => overEntry[linkOf(fromLink)]!),
    steppedOff: legs.flatMap(() => [new Float64Array(FIRST_CAPACITY), new Float64Array(FIRST_CAPACITY)]),
    first: new Int32Array(2 * legs.length),
    end: new Int32Array(2 * legs.length),
    stepped: new Int32Array(legs.length),
    seed: Int32Array.from(legs, (_, k) => Math.floor(choiceNumber(seed, k) * 0x1_0000_0000) | 0),
  };
}

/**
 * The leg under a phase's crosswalk: all links between the intersection's end of the crossed link and the other end of it; no link
 * where the phase has no crosswalk.
 */
function legsIn(network: Network, streets: Streets): (intersection: string, phase: string) => Leg {
  const intersections = new Map(network.intersections.map((intersection) => [intersection.id, intersection]));
  const intersectionAt = new Map(network.nodes.map(({ id, intersection }) => [id, intersection]));
  const between = grouped(streets.links.keys(), (k) => [ends(streets.links[k]!)]);
  return (id, phaseId) => {
    const intersection = intersections.get(id);
    const pedestrian = intersection?.phases.find((phase) => phase.id === phaseId)?.pedestrian;
    if (pedestrian === undefined) return { into: [], outOf: [], meters: 0 };
    const crossed = defined(streets.links[streets.linkIndex.get(pedestrian.crosses) ?? -1], "crossed link");
    const isOwn = crossed.from === intersection?.node || intersectionAt.get(crossed.from) === id;
    const [near, far] = isOwn ? [crossed.from, crossed.to] : [crossed.to, crossed.from];
    return {
      into: between.get(ends({ from: far, to: near })) ?? [],
      outOf: between.get(ends({ from: near, to: far })) ?? [],
      meters: pedestrian.crosswalkMeters,
    };
  };
}

function ends({ from, to }: { readonly from: string; readonly to: string }): string {
  return JSON.stringify([from, to]);
}

/** Those who waited step off after the begin of walk, which is that of the step, each side's one behind the other. */
export function stepOffTogether(walkers: Walkers, crosswalk: number, step: number, persons: number): void {
  let near = 0;
  for (let k = 0; k < persons; k += 1) {
    const side = sideOfNext(walkers, crosswalk);
    stepOff(
      walkers,
      crosswalk,
      side,
      step + START_UP_SECONDS + PLATOON_SECONDS * (side === 0 ? near : k - near),
    );
    if (side === 0) near += 1;
  }
}

/** One who comes during walk goes on without a stop. */
export function stepOffAt(walkers: Walkers, crosswalk: number, at: number): void {
  stepOff(walkers, crosswalk, sideOfNext(walkers, crosswalk), at);
}

/** As many from either kerb on average. */
function sideOfNext({ seed, stepped }: Walkers, crosswalk: number): 0 | 1 {
  const number = stepped[crosswalk]!;
  stepped[crosswalk] = number + 1;
  return choiceNumber(seed[crosswalk]!, number) < 0.5 ? 0 : 1;
}

function stepOff(walkers: Walkers, crosswalk: number, side: 0 | 1, at: number): void {
  const stream = 2 * crosswalk + side;
  if (walkers.end[stream] === walkers.steppedOff[stream]!.length) makeRoom(walkers, stream);
  walkers.steppedOff[stream]![walkers.end[stream]!] = at;
  walkers.end[stream]! += 1;
}

/** Where walk never ends somebody always walks: the places of those who have arrived are used again. */
function makeRoom({ end, first, steppedOff }: Walkers, stream: number): void {
  const times = steppedOff[stream]!;
  const walking = times.subarray(first[stream], end[stream]);
  const next = 2 * walking.length > times.length ? new Float64Array(2 * times.length) : times;
  next.set(walking);
  steppedOff[stream] = next;
  end[stream] = walking.length;
  first[stream] = 0;
}

/** Forgets those who have come to the other kerb. */
export function forgetArrived(walkers: Walkers, step: number): void {
  const { end, first, meters, steppedOff } = walkers;
  for (let stream = 0; stream < end.length; stream += 1) {
    const acrossSeconds = meters[stream >> 1]! / WALKING_SPEED;
    while (first[stream]! < end[stream]! && steppedOff[stream]![first[stream]!]! + acrossSeconds < step) {
      first[stream]! += 1;
    }
    if (first[stream] === end[stream]) {
      first[stream] = 0;
      end[stream] = 0;
    }
  }
}

export function isWalked({ end }: Walkers, crosswalk: number): boolean {
  return end[2 * crosswalk]! > 0 || end[2 * crosswalk + 1]! > 0;
}

/** Whether a car must not come onto the crosswalk, its middle at `placeMeters` of it, at an instant in steps, for somebody who walks. */
export function isInTheWay(walkers: Walkers, crosswalk: number, placeMeters: number, at: number): boolean {
  const { end, first, meters, steppedOff } = walkers;
  for (let side = 0; side < 2; side += 1) {
    const stream = 2 * crosswalk + side;
    const reach = side === 0 ? placeMeters : meters[crosswalk]! - placeMeters;
    const fromSeconds = Math.max(0, (reach - HALF_LANE_METERS) / WALKING_SPEED - CLEARING_SECONDS);
    const untilSeconds = (reach + HALF_LANE_METERS) / WALKING_SPEED;
    for (let k = first[stream]!; k < end[stream]!; k += 1) {
      const since = at - steppedOff[stream]![k]!;
      if (since >= fromSeconds && since < untilSeconds) return true;
    }
  }
  return false;
}
