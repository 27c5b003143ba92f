import { JAM_SPACING_METERS, STOP_GAP_METERS } from "./following.ts";
import type { Lanes } from "./lanes.ts";
import { leadsOn } from "./routes.ts";
import { keepsToKerb } from "./services.ts";
import type { TrafficState } from "./state.ts";
import { vehicleMeters } from "./vehicles.ts";

/** Slower than this, a vehicle on the exit counts as the end of a queue. */
const QUEUE_SPEED = 0.5;

/** From the front of one that stands to the front of who stands behind it. */
export function standingSpacing(state: TrafficState, ahead: number): number {
  return JAM_SPACING_METERS + state.vehicles.extraMeters[ahead]!;
}

/**
 * Whether one more vehicle, once over the stop line, finds a place to stand clear of the junction: the rule "keep clear".
 * Counted as if everybody on the lane had to stop at its end, and behind the last one that does stand.
 */
function hasRoom(state: TrafficState, lane: number, vehicle: number): boolean {
  const { lanes, movements, streets, vehicles } = state;
  const entered = lanes.entered[lane]!;
  const enteredMeters = entered >= 0 ? standingSpacing(state, entered) : 0;
  const count = lanes.count[lane]!;
  if (count === 0 && entered < 0) return true;
  const own = vehicleMeters(vehicles, vehicle);
  const before = count * JAM_SPACING_METERS + lanes.extraMeters[lane]! + enteredMeters;
  if (movements.clearMeters[streets.laneLink[lane]!]! - STOP_GAP_METERS - before < own) return false;
  let between = enteredMeters;
  for (let other = lanes.tail[lane]!; other >= 0; other = vehicles.ahead[other]!) {
    between += standingSpacing(state, other);
    if (vehicles.speed[other]! < QUEUE_SPEED) return vehicles.x[other]! - between >= own;
  }
  return true;
}

/** What having to stay behind a cyclist costs, in vehicles of a queue: nobody overtakes within a lane. */
const CYCLIST_COST = 4;

/** Those that one would queue behind, on the way to a pocket both on the lane beside it and in it; who rides counts for more. */
function queueBefore({ bicycles, count }: Lanes, target: number, base: number): number {
  const queue = count[base]! + CYCLIST_COST * bicycles[base]!;
  return target === base ? queue : queue + count[target]!;
}

/** What having to merge behind one from another lane costs, in vehicles of a queue. */
const MERGE_COST = 4;

/** Whether the last vehicle let into a lane came from elsewhere and is not yet clear of its begin. */
function mustMerge(state: TrafficState, lane: number, fromLane: number): boolean {
  const { vehicles } = state;
  const last = lastInto(state, lane);
  if (last < 0 || positionInto(state, lane, last) >= standingSpacing(state, last)) return false;
  const came = vehicles.lane[last] === lane ? vehicles.cameLane[last]! : vehicles.lane[last]!;
  return came !== fromLane;
}

/**
 * The lane at the stop line to make for on the next link, for a vehicle that comes from `fromLane`: the one with the fewest
 * others, each lane further to the side counting like one more vehicle, and one into which somebody just turns like some more.
 * A bus or a cyclist takes what is nearest to the kerb. With `needsRoom`, −1 where nothing has room.
 */
export function chooseTarget(
  state: TrafficState,
  vehicle: number,
  fromLane: number,
  needsRoom: boolean,
): number {
  const { lanes, movements, streets, vehicles } = state;
  const movement = vehicles.nextMovement[vehicle]!;
  const end = movements.lanes.start[movement + 1]!;
  const first = streets.linkFirstLane[movements.fromLink[movement]!]!;
  const position = fromLane - streets.linkFirstLane[streets.laneLink[fromLane]!]!;
  const kerb = kerbLane(state, vehicle, movement, vehicles.hop[vehicle]! + 1);
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let k = movements.lanes.start[movement]!; k < end; k += 1) {
    const target = movements.lanes.items[k]!;
    if (kerb >= 0 && target !== kerb) continue;
    if (!leadsOn(state, vehicle, vehicles.hop[vehicle]! + 1, target - first)) continue;
    const base = streets.laneBase[target]!;
    if (lanes.closed[target] === 1 || lanes.closed[base] === 1) continue;
    let cost = queueBefore(lanes, target, base) + Math.abs(base - first - position);
    if (mustMerge(state, base, fromLane)) cost += MERGE_COST;
    if (cost >= bestCost) continue;
    if (needsRoom && !hasRoom(state, base, vehicle)) continue;
    best = target;
    bestCost = cost;
  }
  return best;
}

/** The one lane that a bus or a cyclist makes a movement from, on its `hop`-th link; −1 for others, who may choose. */
function kerbLane(state: TrafficState, vehicle: number, movement: number, hop: number): number {
  if (!keepsToKerb(state, vehicle)) return -1;
  const { movements, streets } = state;
  const first = streets.linkFirstLane[movements.fromLink[movement]!]!;
  let kerb = -1;
  for (let k = movements.lanes.start[movement]!; k < movements.lanes.start[movement + 1]!; k += 1) {
    const lane = movements.lanes.items[k]!;
    if ((kerb < 0 || lane < kerb) && leadsOn(state, vehicle, hop, lane - first)) kerb = lane;
  }
  return kerb;
}

/** Like `chooseTarget`, for a vehicle from outside: among lanes that are free where its front will be; −1 where none is. */
export function chooseEntryTarget(state: TrafficState, vehicle: number, frontMeters: number): number {
  const { lanes, movements, streets, vehicles } = state;
  const movement = vehicles.movement[vehicle]!;
  const kerb = kerbLane(state, vehicle, movement, 0);
  const first = streets.linkFirstLane[movements.fromLink[movement]!]!;
  let best = -1;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let k = movements.lanes.start[movement]!; k < movements.lanes.start[movement + 1]!; k += 1) {
    const target = movements.lanes.items[k]!;
    if (kerb >= 0 && target !== kerb) continue;
    if (!leadsOn(state, vehicle, 0, target - first)) continue;
    const base = streets.laneBase[target]!;
    if (lanes.closed[target] === 1 || lanes.closed[base] === 1) continue;
    const cost = queueBefore(lanes, target, base);
    const last = lastInto(state, base);
    const isFree = last < 0 || positionInto(state, base, last) - frontMeters >= standingSpacing(state, last);
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
