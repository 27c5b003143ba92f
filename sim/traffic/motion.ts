import { followAdvance, moveOver, mustStop, stopBefore } from "./crossing.ts";
import { DECELERATION, safeSpeed, STANDING_SPEED } from "./following.ts";
import { checkIn, checkOut } from "./calls.ts";
import { changeLanes } from "./changing.ts";
import { standingSpacing } from "./entering.ts";
import { appendTo, removeFrom } from "./lanes.ts";
import { frontMoved, rearMoved, sideMoved } from "./loops.ts";
import { movementAfter, serveStop, towardsStop } from "./services.ts";
import type { TrafficState } from "./state.ts";
import { FORGET_METERS, releaseSlot, vehicleMeters } from "./vehicles.ts";

/** Within this distance of the stop line drivers keep the headway of their movement. */
const HEADWAY_ZONE_METERS = 150;

/**
 * Works out where everybody will be after the step, from where everybody is now: no vehicle sees another's future, so the
 * order of lanes only decides who of two gets the one place on an exit.
 */
export function planStep(state: TrafficState): void {
  const { lanes, streets, vehicles } = state;
  const { behind, next, x } = vehicles;
  state.crossings.count = 0;
  for (let lane = 0; lane < streets.laneCount; lane += 1) {
    let leader = -1;
    for (let vehicle = lanes.head[lane]!; vehicle >= 0; vehicle = behind[vehicle]!) {
      next[vehicle] = x[vehicle]! + plannedAdvance(state, vehicle, lane, leader);
      leader = vehicle;
    }
  }
}

function plannedAdvance(state: TrafficState, vehicle: number, lane: number, leader: number): number {
  const { movements, streets, vehicles } = state;
  const speed = vehicles.speed[vehicle]!;
  const movement = vehicles.movement[vehicle]!;
  const distance = streets.laneEnd[lane]! - vehicles.x[vehicle]!;
  let advance = Math.min(speed + vehicles.acceleration[vehicle]!, wantedSpeed(state, vehicle));
  if (leader >= 0) {
    const keepsHeadway = distance < HEADWAY_ZONE_METERS;
    const spacing = movements.spacing[movement]! + vehicles.extraMeters[leader]!;
    advance = Math.min(advance, followAdvance(state, vehicle, leader, 0, spacing, keepsHeadway));
  }
  if (vehicles.service[vehicle]! >= 0) advance = Math.min(advance, towardsStop(state, vehicle));
  const target = vehicles.target[vehicle]!;
  if (target !== lane) advance = Math.min(advance, towardsPocket(state, vehicle, target));
  if (movements.toLink[movement]! < 0) return advance;
  // Whoever is farther away than it takes to brake has nothing to decide yet.
  if (distance > speed * (speed / (2 * DECELERATION) + 1.5) + 6) return advance;
  const crossingSpeed = movements.crossingSpeed[movement]!;
  advance = Math.min(advance, Math.max(crossingSpeed, safeSpeed(distance, crossingSpeed)));
  // Over the end of a link that is shorter than a step's way it has come with the right to go on.
  if (distance >= 0 && mustStop(state, vehicle, distance, advance, leader < 0))
    return stopBefore(distance, advance);
  // A vehicle never passes the stop line in the step in which the one before it does.
  if (leader >= 0 || target !== lane) return Math.min(advance, distance);
  return moveOver(state, vehicle, distance, advance);
}

/** Desired speed, or the turn's inside the junction. */
function wantedSpeed(state: TrafficState, vehicle: number): number {
  const { movements, vehicles } = state;
  const desired = vehicles.desired[vehicle]!;
  if (vehicles.x[vehicle]! >= 0) return desired;
  const crossingSpeed = movements.crossingSpeed[vehicles.cameMovement[vehicle]!]!;
  return desired < crossingSpeed ? desired : crossingSpeed;
}

/** A vehicle on the lane beside its pocket follows the pocket's last one, and waits at the opening while the pocket is full. */
function towardsPocket(state: TrafficState, vehicle: number, pocket: number): number {
  const { lanes, streets, vehicles } = state;
  const last = lanes.tail[pocket]!;
  if (last < 0) return Number.POSITIVE_INFINITY;
  const front = vehicles.x[vehicle]!;
  const free = vehicles.x[last]! - standingSpacing(state, last);
  const opening = streets.laneChangeAt[pocket]!;
  if (free < opening || free < front) return stopAt(opening - front);
  return Math.min(free - front, safeSpeed(free - front, vehicles.speed[last]!));
}

function stopAt(distance: number): number {
  return distance <= 0 ? 0 : Math.min(distance, safeSpeed(distance, 0));
}

/** Carries out what `planStep` worked out. */
export function commitStep(state: TrafficState): void {
  const { lanes, streets, vehicles } = state;
  state.lanes.entered.fill(-1);
  for (let lane = 0; lane < streets.laneCount; lane += 1) {
    let vehicle = lanes.head[lane]!;
    while (vehicle >= 0) {
      const follower = vehicles.behind[vehicle]!;
      moveVehicle(state, vehicle, lane);
      if (vehicles.service[vehicle]! >= 0) {
        checkIn(state, vehicle, lane, vehicles.x1[vehicle]!);
        serveStop(state, vehicle);
      }
      if (state.movements.toLink[vehicles.movement[vehicle]!]! < 0) leaveAtEnd(state, vehicle, lane);
      vehicle = follower;
    }
  }
  for (let k = 0; k < state.crossings.count; k += 1) {
    const vehicle = state.crossings.vehicle[k]!;
    if (vehicles.service[vehicle]! >= 0) checkOut(state, k);
    crossOver(state, vehicle);
  }
  changeLanes(state);
}

function moveVehicle(state: TrafficState, vehicle: number, lane: number): void {
  const { loops, movements, streets, tally, vehicles } = state;
  const from = vehicles.x[vehicle]!;
  const to = vehicles.next[vehicle]!;
  const speed = to - from;
  const wanted = wantedSpeed(state, vehicle) + vehicles.slack[vehicle]!;
  const dwells = vehicles.dwellSteps[vehicle]! > 0;
  if (speed < wanted && !dwells) tally.timeLossSeconds += 1 - speed / wanted;
  if (speed < STANDING_SPEED && !dwells) {
    vehicles.standingSteps[vehicle]! += 1;
    tally.waitingSeconds += 1;
    if (vehicles.standingSteps[vehicle]! > tally.standingMaxSeconds) {
      tally.standingMaxSeconds = vehicles.standingSteps[vehicle]!;
    }
  } else vehicles.standingSteps[vehicle] = 0;
  const length = vehicleMeters(vehicles, vehicle);
  if (speed > 0) {
    frontMoved(loops, lane, from, to);
    rearMoved(loops, lane, from - length, to - length);
  }
  const cameLane = vehicles.cameLane[vehicle]!;
  if (cameLane >= 0) {
    const offset =
      streets.laneEnd[cameLane]! + movements.crossingMeters[vehicles.cameMovement[vehicle]!]! - length;
    if (speed > 0 && from < length) rearMoved(loops, cameLane, from + offset, to + offset);
    if (to > FORGET_METERS) vehicles.cameLane[vehicle] = -1;
  }
  vehicles.x2[vehicle] = vehicles.x1[vehicle]!;
  vehicles.x1[vehicle] = from;
  vehicles.x[vehicle] = to;
  vehicles.speed[vehicle] = speed;
}

function leaveAtEnd(state: TrafficState, vehicle: number, lane: number): void {
  const { lanes, loops, streets, tally, vehicles } = state;
  const over = vehicles.x[vehicle]! - streets.laneEnd[lane]!;
  if (over < 0) return;
  // What the vehicle still covers at the network's edge becomes free as it leaves.
  sideMoved(loops, lane, vehicles.x[vehicle]!, vehicleMeters(vehicles, vehicle), true, 1);
  freeCameLane(state, vehicle);
  removeFrom(lanes, vehicles, lane, vehicle);
  releaseSlot(vehicles, vehicle);
  tally.running -= 1;
  tally.arrived += 1;
}

/** A vehicle that leaves a link shorter than itself no longer covers loops on the link before. */
function freeCameLane(state: TrafficState, vehicle: number): void {
  const { loops, movements, streets, vehicles } = state;
  const cameLane = vehicles.cameLane[vehicle]!;
  if (cameLane < 0) return;
  const offset = streets.laneEnd[cameLane]! + movements.crossingMeters[vehicles.cameMovement[vehicle]!]!;
  const length = vehicleMeters(vehicles, vehicle);
  sideMoved(loops, cameLane, vehicles.x[vehicle]! + offset, length, true, 1);
}

/** Takes a vehicle that passed the stop line from its lane into the one it was let into. */
function crossOver(state: TrafficState, vehicle: number): void {
  const { lanes, loops, movements, streets, vehicles } = state;
  const lane = vehicles.lane[vehicle]!;
  const movement = vehicles.movement[vehicle]!;
  const target = vehicles.entering[vehicle]!;
  const exit = streets.laneBase[target]!;
  const link = streets.laneLink[exit]!;
  freeCameLane(state, vehicle);
  removeFrom(lanes, vehicles, lane, vehicle);
  lanes.lastOut[lane] = vehicle;
  const shift = streets.laneEnd[lane]! + movements.crossingMeters[movement]!;
  vehicles.x[vehicle]! -= shift;
  vehicles.x1[vehicle]! -= shift;
  vehicles.x2[vehicle]! -= shift;
  frontMoved(loops, exit, vehicles.x1[vehicle]!, vehicles.x[vehicle]!);
  vehicles.entering[vehicle] = -1;
  vehicles.cameLane[vehicle] = lane;
  vehicles.cameMovement[vehicle] = movement;
  vehicles.hop[vehicle]! += 1;
  const nextMovement = vehicles.nextMovement[vehicle]!;
  vehicles.movement[vehicle] = nextMovement;
  const nextLink = movements.toLink[nextMovement]!;
  vehicles.nextMovement[vehicle] =
    nextLink < 0 ? -1 : movementAfter(state, vehicle, nextLink, vehicles.hop[vehicle]! + 1);
  vehicles.desired[vehicle] = streets.linkSpeed[link]! * vehicles.factor[vehicle]! - vehicles.slack[vehicle]!;
  vehicles.target[vehicle] = target;
  appendTo(lanes, vehicles, exit, vehicle);
}
