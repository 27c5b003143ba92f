import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { JAM_SPACING_METERS, STOP_GAP_METERS, safeSpeed } from "./following.ts";
import { beginJourney, newVehicle, putOnLane } from "./insertion.ts";
import { movementAfter } from "./services.ts";
import type { TrafficState } from "./state.ts";
import { laneIndexOf } from "./streets.ts";
import { desiredSpeed } from "./vehicles.ts";

/** Vehicles that are on a lane as the run begins: distances of their fronts from the stop line, metres. */
export type PlacedLane = {
  readonly link: string;
  readonly lane: string;
  readonly distanceMeters: readonly number[];
};

/** One vehicle to be placed: on which list of a lane, with which lane at the stop line to make for, where. */
type Place = { readonly list: number; readonly target: number; readonly x: number };

/**
 * Puts cars onto an empty network, in queues as close as they stand and behind them at the speed that is safe there. Their turns are
 * drawn by the turning shares among those that their lane allows. Where the queue leaves no room on the lane there is nobody more.
 */
export function placeVehicles(state: TrafficState, lanes: readonly PlacedLane[], seed: number): void {
  const random = xoroshiro128plus(seed);
  const draw = (): number => uniformFloat64(random);
  const places = lanes
    .flatMap((lane) => placesOf(state, lane))
    .toSorted((one, other) => one.list - other.list || other.x - one.x);
  let before: Place | undefined;
  let beforeSpeed = 0;
  for (const place of places) {
    const leader = before?.list === place.list ? before : undefined;
    const room =
      leader === undefined
        ? state.streets.laneEnd[place.list]! - STOP_GAP_METERS
        : leader.x - JAM_SPACING_METERS;
    const x = Math.min(place.x, room);
    before = { ...place, x };
    if (x < 0) continue;
    beforeSpeed = placeVehicle(
      state,
      place.target,
      x,
      safeSpeed(room - x, leader === undefined ? 0 : beforeSpeed),
      draw,
    );
  }
}

function placesOf({ streets }: TrafficState, { link, lane, distanceMeters }: PlacedLane): readonly Place[] {
  const target = laneIndexOf(streets, link, lane);
  const base = streets.laneBase[target]!;
  return distanceMeters.map((distance) => {
    const x = streets.laneEnd[target]! - Math.max(STOP_GAP_METERS, distance);
    return { list: x >= streets.laneChangeAt[target]! ? target : base, target, x };
  });
}

/** The speed at which it was put there. */
function placeVehicle(
  state: TrafficState,
  target: number,
  x: number,
  safe: number,
  draw: () => number,
): number {
  const { streets, vehicles } = state;
  const link = streets.laneLink[target]!;
  const vehicle = newVehicle(state, draw, "car", -1);
  takeWayFrom(state, vehicle, link, target, draw);
  const desired = desiredSpeed(vehicles, vehicle, streets.linkSpeed[link]!);
  const speed = Math.min(desired, safe);
  vehicles.desired[vehicle] = desired;
  putOnLane(state, vehicle, target, x, speed);
  return speed;
}

/** Draws of a way that a lane may not allow, before the first one that it allows is taken. */
const DRAWS_MAX = 50;

function takeWayFrom(
  state: TrafficState,
  vehicle: number,
  link: number,
  lane: number,
  draw: () => number,
): void {
  const { movements, vehicles } = state;
  for (let k = 0; k < DRAWS_MAX; k += 1) {
    beginJourney(state, vehicle, link);
    if (allows(state, vehicles.movement[vehicle]!, lane)) return;
    vehicles.turnSeed[vehicle] = Math.floor(draw() * 0x1_0000_0000) | 0;
  }
  for (let movement = 0; movement < movements.count; movement += 1) {
    if (!allows(state, movement, lane)) continue;
    const toLink = movements.toLink[movement]!;
    vehicles.movement[vehicle] = movement;
    vehicles.nextMovement[vehicle] = toLink < 0 ? -1 : movementAfter(state, vehicle, toLink, 1);
    return;
  }
}

function allows({ movements: { lanes } }: TrafficState, movement: number, lane: number): boolean {
  for (let k = lanes.start[movement]!; k < lanes.start[movement + 1]!; k += 1)
    if (lanes.items[k] === lane) return true;
  return false;
}
