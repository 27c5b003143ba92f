import { JAM_SPACING_METERS, STOP_GAP_METERS, VEHICLE_LENGTH_METERS } from "./following.ts";
import type { Lanes } from "./lanes.ts";
import type { TrafficState } from "./state.ts";

/** Slower than this, a vehicle on the exit counts as the end of a queue. */
const QUEUE_SPEED = 0.5;

/**
 * Whether one more vehicle, once over the stop line, finds a place to stand clear of the junction: the rule "keep clear".
 * Counted as if everybody on the lane had to stop at its end, and behind the last one that does stand.
 */
function hasRoom(state: TrafficState, lane: number): boolean {
  const { lanes, streets, vehicles } = state;
  const entered = lanes.entered[lane]! >= 0 ? 1 : 0;
  const count = lanes.count[lane]! + entered;
  if (count === 0) return true;
  if (streets.laneEnd[lane]! - STOP_GAP_METERS - count * JAM_SPACING_METERS < VEHICLE_LENGTH_METERS)
    return false;
  let between = 1 + entered;
  for (let other = lanes.tail[lane]!; other >= 0; other = vehicles.ahead[other]!) {
    if (vehicles.speed[other]! < QUEUE_SPEED) {
      return vehicles.x[other]! - between * JAM_SPACING_METERS >= VEHICLE_LENGTH_METERS;
    }
    between += 1;
  }
  return true;
}

/** Those that one would queue behind, on the way to a pocket both on the lane beside it and in it. */
function queueBefore(lanes: Lanes, target: number, base: number): number {
  return target === base ? lanes.count[base]! : lanes.count[base]! + lanes.count[target]!;
}

/** What having to merge behind one from another lane costs, in vehicles of a queue. */
const MERGE_COST = 4;

/** Whether the last vehicle let into a lane came from elsewhere and is not yet clear of its begin. */
function mustMerge(state: TrafficState, lane: number, fromLane: number): boolean {
  const { vehicles } = state;
  const last = lastInto(state, lane);
  if (last < 0 || positionInto(state, lane, last) >= JAM_SPACING_METERS) return false;
  const came = vehicles.lane[last] === lane ? vehicles.cameLane[last]! : vehicles.lane[last]!;
  return came !== fromLane;
}

/**
 * The lane at the stop line to make for on a link, for a vehicle that comes from `fromLane` and will make `movement` at the
 * link's end: the one with the fewest others, each lane further to the side counting like one more vehicle, and one into
 * which somebody just turns like some more. With `needsRoom`, −1 where nothing has room.
 */
export function chooseTarget(
  state: TrafficState,
  movement: number,
  fromLane: number,
  needsRoom: boolean,
): number {
  const { lanes, movements, streets } = state;
  const end = movements.lanes.start[movement + 1]!;
  const first = streets.linkFirstLane[movements.fromLink[movement]!]!;
  const position = fromLane - streets.linkFirstLane[streets.laneLink[fromLane]!]!;
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let k = movements.lanes.start[movement]!; k < end; k += 1) {
    const target = movements.lanes.items[k]!;
    const base = streets.laneBase[target]!;
    let cost = queueBefore(lanes, target, base) + Math.abs(base - first - position);
    if (mustMerge(state, base, fromLane)) cost += MERGE_COST;
    if (cost >= bestCost) continue;
    if (needsRoom && !hasRoom(state, base)) continue;
    best = target;
    bestCost = cost;
  }
  return best;
}

/** Like `chooseTarget`, for a vehicle from outside: among lanes whose begin is free; −1 where none is. */
export function chooseEntryTarget(state: TrafficState, movement: number): number {
  const { lanes, movements, streets } = state;
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let k = movements.lanes.start[movement]!; k < movements.lanes.start[movement + 1]!; k += 1) {
    const target = movements.lanes.items[k]!;
    const base = streets.laneBase[target]!;
    const cost = queueBefore(lanes, target, base);
    const last = lastInto(state, base);
    const isFree = last < 0 || positionInto(state, base, last) >= JAM_SPACING_METERS;
    if (!isFree || cost >= bestCost) continue;
    best = target;
    bestCost = cost;
  }
  return best;
}

/** The last vehicle let into a lane, whether it is there yet or still on its way through the junction; −1 for none. */
export function lastInto(state: TrafficState, lane: number): number {
  const entered = state.lanes.entered[lane]!;
  return entered >= 0 ? entered : state.lanes.tail[lane]!;
}

/** Where the front of a vehicle let into `lane` is, counted along that lane. */
export function positionInto(state: TrafficState, lane: number, vehicle: number): number {
  const { movements, streets, vehicles } = state;
  const own = vehicles.lane[vehicle]!;
  if (own === lane) return vehicles.x[vehicle]!;
  return (
    vehicles.x[vehicle]! - streets.laneEnd[own]! - movements.crossingMeters[vehicles.movement[vehicle]!]!
  );
}
