import { canStop, STANDING_SPEED, STOP_GAP_METERS } from "./following.ts";
import { RED, YELLOW } from "./lamps.ts";
import type { TrafficState } from "./state.ts";

/**
 * Right of way by what the connections say, at junctions without a signal and under a green that yields: who has to yield goes when all
 * who have the right of way come late enough.
 */

/** Between one's leaving the conflict and another's coming to the junction: SUMO's `jmTimegapMinor`. */
const TIME_GAP_SECONDS = 1;

/** Where connections have no length, a junction still has an inside. */
const INSIDE_MIN_METERS = 6;

/** Who stands on the way counts as this fast when the arrival is judged. */
const GAP_SPEED_MIN = 2;

/** Standing so near to the line, one is the next to go. */
const AT_LINE_METERS = 4;

/** Longer than anybody takes to move off. */
const HELD_UP_STEPS = 4;

/** Before a link of this length one looks back to those who are about to come onto it. */
const LOOK_BACK_METERS = 60;

/**
 * How fast one comes to the line where one has to yield: the junction is in sight 4.5 m before it (SUMO's default), and one could still
 * stop there at 4.5 m/s²: `√(2 · 4.5 · 4.5)` m/s.
 */
export const YIELD_SPEED = 6.36;

/** Whether the vehicle, `distance` before the end of its link, may go over it. */
export function hasRightOfWay(state: TrafficState, vehicle: number, distance: number): boolean {
  const { majors } = state.movements;
  const movement = state.vehicles.movement[vehicle]!;
  const end = majors.start[movement + 1]!;
  const start = majors.start[movement]!;
  if (start === end) return true;
  const needed = neededSeconds(state, vehicle, distance);
  for (let k = start; k < end; k += 2) {
    const foe = majors.items[k]!;
    const lane = majors.items[k + 1]!;
    if (blocksInside(state, foe, lane, movement) || comesFirst(state, vehicle, foe, lane, needed))
      return false;
  }
  return true;
}

/** Until the rear has left the junction, as SUMO reckons it, accelerating from now on, and a time gap more. */
function neededSeconds({ movements, vehicles }: TrafficState, vehicle: number, distance: number): number {
  const movement = vehicles.movement[vehicle]!;
  // Who waits inside has less of the way before it. The model lets it wait at the line.
  const inside = Math.max(
    INSIDE_MIN_METERS,
    movements.crossingMeters[movement]! - movements.waitMeters[movement]!,
  );
  const meters = Math.max(0, distance) + inside + vehicles.meters[vehicle]!;
  const speed = vehicles.speed[vehicle]!;
  const acceleration = vehicles.acceleration[vehicle]!;
  const root = Math.sqrt(speed * speed + 2 * acceleration * meters);
  return (root - speed) / acceleration + TIME_GAP_SECONDS;
}

/** Whether somebody of that stream is in the first half of the inside, and does not merge ahead of us. */
function blocksInside(
  { lanes, movements, vehicles }: TrafficState,
  foe: number,
  lane: number,
  own: number,
): boolean {
  if (movements.toLink[foe] === movements.toLink[own]) return false;
  const last = lanes.lastOut[lane]!;
  return (
    last >= 0 &&
    vehicles.cameLane[last] === lane &&
    vehicles.cameMovement[last] === foe &&
    -vehicles.x[last]! > movements.crossingMeters[foe]! / 2
  );
}

function comesFirst(
  state: TrafficState,
  vehicle: number,
  foe: number,
  lane: number,
  neededSeconds: number,
): boolean {
  const { lamps, lanes, movements, streets, vehicles } = state;
  const phase = movements.phase[foe]!;
  const lamp = phase < 0 ? undefined : lamps.lamp[phase];
  if (lamp === RED) return false;
  const farthest = neededSeconds * 1.3 * streets.linkSpeed[movements.fromLink[foe]!]!;
  for (let other = lanes.head[lane]!; other >= 0; other = vehicles.behind[other]!) {
    const distance = streets.laneEnd[lane]! - vehicles.x[other]!;
    if (distance > farthest) return false;
    if (vehicles.movement[other] !== foe || waitsForUs(state, other, distance, vehicle)) continue;
    if (isHeldUp(state, other, distance, phase)) return false;
    if (lamp === YELLOW && canStop(distance - STOP_GAP_METERS, vehicles.speed[other]!)) continue;
    if (distance < neededSeconds * Math.max(vehicles.speed[other]!, GAP_SPEED_MIN)) return true;
  }
  const link = movements.fromLink[foe]!;
  return streets.linkLength[link]! < LOOK_BACK_METERS && comesFromBefore(state, foe, link, neededSeconds);
}

/** Where each yields to the other, who stood at the line before goes first: so nobody waits for ever. */
function waitsForUs(
  { movements, vehicles }: TrafficState,
  other: number,
  distance: number,
  vehicle: number,
): boolean {
  const movement = vehicles.movement[other]!;
  if (movements.majors.start[movement] === movements.majors.start[movement + 1]) return false;
  if (vehicles.speed[other]! >= STANDING_SPEED || distance > AT_LINE_METERS) return false;
  const longer = vehicles.standingSteps[vehicle]! - vehicles.standingSteps[other]!;
  return longer > 0 || (longer === 0 && vehicles.movement[vehicle]! < movement);
}

/** Whether one stands first at its line though it could go for a while: then there is no room behind the junction. */
function isHeldUp(
  { lamps, step, vehicles }: TrafficState,
  other: number,
  distance: number,
  phase: number,
): boolean {
  if (distance > AT_LINE_METERS || vehicles.ahead[other]! >= 0) return false;
  const couldGoSteps = phase < 0 ? HELD_UP_STEPS : step - lamps.greenStep[phase]!;
  return vehicles.standingSteps[other]! >= HELD_UP_STEPS && couldGoSteps >= HELD_UP_STEPS;
}

/** Whether somebody on a link before a short one comes over it in time. */
function comesFromBefore(state: TrafficState, foe: number, link: number, neededSeconds: number): boolean {
  const { lamps, lanes, movements, streets, vehicles } = state;
  const { into } = movements;
  for (let k = into.start[link]!; k < into.start[link + 1]!; k += 1) {
    const feeder = into.items[k]!;
    const phase = movements.phase[feeder]!;
    if (phase >= 0 && lamps.lamp[phase] === RED) continue;
    const offset = streets.linkLength[link]! + movements.crossingMeters[feeder]!;
    for (let l = movements.lanes.start[feeder]!; l < movements.lanes.start[feeder + 1]!; l += 1) {
      const lane = movements.lanes.items[l]!;
      for (let other = lanes.head[lane]!; other >= 0; other = vehicles.behind[other]!) {
        const distance = offset + streets.laneEnd[lane]! - vehicles.x[other]!;
        const speed = vehicles.speed[other]!;
        // One who stands there is held by something else.
        if (distance >= neededSeconds * Math.max(speed, GAP_SPEED_MIN)) break;
        if (vehicles.movement[other] !== feeder || vehicles.nextMovement[other] !== foe) continue;
        if (speed > GAP_SPEED_MIN) return true;
      }
    }
  }
  return false;
}
