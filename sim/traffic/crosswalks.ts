import { canStop, safeSpeed, STOP_GAP_METERS } from "./following.ts";
import type { TrafficState } from "./state.ts";
import { isInTheWay, isWalked } from "./walkers.ts";

/**
 * Who turns yields to those who walk over the leg that it turns into: it does not come onto the crosswalk while one of them is in its
 * way, and waits before it, inside the junction. So HCM counts the capacity of turns beside walk (ch. 31: what is left of the green is what
 * the conflict zone is not occupied). Who walks does not look at cars.
 */

/** From the junction's side of a crosswalk to the begin of the link behind it: its middle is 2.5 m before that, as the console draws it. */
const CROSSWALK_EDGE_METERS = 4;

/** One who waits inside and has hardly moved off holds up who follows. */
const HOLDS_UP_SPEED = 2;

/** Takes from the advance of those inside junctions what pedestrians before them do not leave. */
export function waitForWalkers(state: TrafficState): void {
  const { lanes, vehicles, walkers } = state;
  const { exits } = walkers;
  for (let crosswalk = 0; crosswalk < walkers.count; crosswalk += 1) {
    if (!isWalked(walkers, crosswalk)) continue;
    for (let k = exits.start[crosswalk]!; k < exits.start[crosswalk + 1]!; k += 1) {
      const lane = exits.items[k]!;
      for (let vehicle = lanes.tail[lane]!; vehicle >= 0; vehicle = vehicles.ahead[vehicle]!) {
        const meters = -CROSSWALK_EDGE_METERS - vehicles.x[vehicle]!;
        if (meters <= 0) break;
        if (vehicles.cameLane[vehicle]! < 0) continue;
        const advance = vehicles.advance[vehicle]!;
        const movement = vehicles.cameMovement[vehicle]!;
        vehicles.advance[vehicle] = advanceToCrosswalk(state, vehicle, movement, lane, meters, advance);
      }
    }
  }
}

/** What a vehicle at the stop line may advance, seen the crosswalk that it turns over on its way to the lane `exit`. */
export function advanceSeeingWalkers(
  state: TrafficState,
  vehicle: number,
  exit: number,
  distance: number,
  advance: number,
): number {
  const { movements, vehicles } = state;
  const movement = vehicles.movement[vehicle]!;
  const meters = distance + movements.crossingMeters[movement]! - CROSSWALK_EDGE_METERS;
  return advanceToCrosswalk(state, vehicle, movement, exit, meters, advance);
}

function advanceToCrosswalk(
  state: TrafficState,
  vehicle: number,
  movement: number,
  exit: number,
  meters: number,
  advance: number,
): number {
  const { turnedOver } = state.walkers;
  const start = turnedOver.start[movement]!;
  const end = turnedOver.start[movement + 1]!;
  if (start === end || meters <= 0) return advance;
  if (!canStop(meters - STOP_GAP_METERS, state.vehicles.speed[vehicle]!)) return advance;
  const at = state.step + secondsTo(state, vehicle, movement, meters, advance);
  const fromKerb = exit - state.streets.linkFirstLane[state.streets.laneLink[exit]!]! + 0.5;
  for (let k = start; k < end; k += 1) {
    const crosswalk = turnedOver.items[k]!;
    if (!isInTheWay(state.walkers, crosswalk, fromKerb * state.walkers.laneMeters[crosswalk]!, at)) continue;
    return Math.min(advance, safeSpeed(meters - STOP_GAP_METERS, 0), meters);
  }
  return advance;
}

/** Until a vehicle that is about to `advance` has come so far: within this step, or accelerating to the speed of its turn. */
function secondsTo(
  { movements, vehicles }: TrafficState,
  vehicle: number,
  movement: number,
  meters: number,
  advance: number,
): number {
  if (advance >= meters) return meters / advance;
  const speed = vehicles.speed[vehicle]!;
  const acceleration = vehicles.acceleration[vehicle]!;
  const turnSpeed = Math.max(speed, movements.crossingSpeed[movement]!);
  const speedingMeters = (turnSpeed * turnSpeed - speed * speed) / (2 * acceleration);
  if (meters <= speedingMeters) {
    return (Math.sqrt(speed * speed + 2 * acceleration * meters) - speed) / acceleration;
  }
  return (turnSpeed - speed) / acceleration + (meters - speedingMeters) / turnSpeed;
}

/** Whether the last one out of the lane waits inside for pedestrians: then whoever is behind it waits at the line, wherever bound. */
export function isHeldByTurn({ lanes, vehicles, walkers }: TrafficState, lane: number): boolean {
  if (walkers.count === 0) return false;
  const last = lanes.lastOut[lane]!;
  if (last < 0 || vehicles.cameLane[last] !== lane) return false;
  const movement = vehicles.cameMovement[last]!;
  return (
    walkers.turnedOver.start[movement] !== walkers.turnedOver.start[movement + 1] &&
    vehicles.x[last]! < -CROSSWALK_EDGE_METERS &&
    vehicles.speed[last]! < HOLDS_UP_SPEED
  );
}
