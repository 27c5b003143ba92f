import { moveOver, mustStop, stopBefore } from "./crossing.ts";
import {
  DECELERATION,
  isSurelySafe,
  keptHeadway,
  pastPosition,
  safeSpeed,
  STANDING_SPEED,
} from "./following.ts";
import { checkIn, checkOut } from "./calls.ts";
import { changeLanes, looksBeside, noteChange } from "./changing.ts";
import { waitForWalkers } from "./crosswalks.ts";
import { standingSpacing } from "./entering.ts";
import { appendTo, removeFrom } from "./lanes.ts";
import { frontMoved, rearMoved, sideMoved } from "./loops.ts";
import { recordArrival, recordPassage } from "./records.ts";
import { movementAfter, serveStop, towardsStop } from "./services.ts";
import type { TrafficState } from "./state.ts";
import { desiredSpeed, FORGET_METERS, releaseSlot, vehicleMeters } from "./vehicles.ts";

/** Nearer to the stop line than this, the first of a lane may still be behind one that has just passed it, a bus maybe. */
const FIRST_HEEDS_METERS = 25;

/** So often the vehicles are listed anew by lane. */
const LIST_EVERY_STEPS = 16;

/**
 * Lists the vehicles lane by lane. A step may go through them in any order; in this one those that stand come in rows, which
 * a processor that guesses branches is twice as fast with. Who comes in between is at the end.
 */
function listByLane({ lanes, streets, vehicles }: TrafficState): void {
  const { behind, isListed, order } = vehicles;
  let listed = 0;
  isListed.fill(0);
  for (let lane = 0; lane < streets.laneCount; lane += 1) {
    for (let vehicle = lanes.head[lane]!; vehicle >= 0; vehicle = behind[vehicle]!) {
      order[listed] = vehicle;
      listed += 1;
      isListed[vehicle] = 1;
    }
  }
  vehicles.listed = listed;
}

/**
 * Works out where everybody will be after the step, from where everybody is now: no vehicle sees another's future, so the
 * order of lanes only decides who of two gets the one place on an exit.
 */
export function planStep(state: TrafficState): void {
  const { lanes, streets, vehicles } = state;
  const { ahead, picked, speed, x } = vehicles;
  state.crossings.count = 0;
  if (state.step % LIST_EVERY_STEPS === 0) listByLane(state);
  const count = planFollowing(state);
  waitForWalkers(state);
  for (let k = 0; k < count; k += 1) {
    const vehicle = picked[k]!;
    const lane = vehicles.lane[vehicle]!;
    if (vehicles.service[vehicle]! >= 0 || vehicles.target[vehicle] !== lane) {
      stayWithin(state, vehicle, lane);
    }
    if (ahead[vehicle]! >= 0) approachBehind(state, vehicle, lane);
  }
  for (let lane = 0; lane < streets.laneCount; lane += 1) {
    const first = lanes.head[lane]!;
    if (first < 0) continue;
    const distance = streets.laneEnd[lane]! - x[first]!;
    if (distance > FIRST_HEEDS_METERS && distance > decisionMeters(speed[first]!)) continue;
    approachFirst(state, first, lane);
  }
}

/**
 * Everybody's advance behind the one ahead; who has more to heed is listed in `picked`, and counted. In this loop and in
 * `moveAll` a run spends its time: they call nothing that is not built into them, since a number that a call takes or gives
 * is stored as an object of its own. Who touches its leader stays, whatever else there is.
 */
function planFollowing({ movements, streets, vehicles }: TrafficState): number {
  const { acceleration, advance, ahead, extraMeters, listed, order, picked, service, speed } = vehicles;
  const { target, wanted, x, x1, x2 } = vehicles;
  const laneOf = vehicles.lane;
  const movementOf = vehicles.movement;
  const { followSeconds, spacing } = movements;
  const { laneEnd } = streets;
  let count = 0;
  for (let k = 0; k < listed; k += 1) {
    const vehicle = order[k]!;
    const lane = laneOf[vehicle]!;
    if (lane < 0) continue;
    const own = speed[vehicle]!;
    const at = x[vehicle]!;
    const leader = ahead[vehicle]!;
    const wish = wanted[vehicle]!;
    const distance = laneEnd[lane]! - at;
    let next = own + acceleration[vehicle]!;
    if (wish < next) next = wish;
    if (leader >= 0) {
      const movement = movementOf[vehicle]!;
      const origin = at + (spacing[movement]! + extraMeters[leader]!);
      const leaderAt = x[leader]!;
      const leaderSpeed = speed[leader]!;
      const room = leaderAt - origin;
      if (room <= 0) {
        advance[vehicle] = 0;
        continue;
      }
      if (room < next) next = room;
      if (!isSurelySafe(next, room, leaderSpeed)) {
        const safe = safeSpeed(room, leaderSpeed);
        if (safe < next) next = safe;
      }
      const lag = followSeconds[movement]! - 1;
      const kept = keptHeadway(pastPosition(leaderAt, x1[leader]!, x2[leader]!, lag) - origin, own);
      if (kept < next) next = kept;
    }
    advance[vehicle] = next;
    const decides = leader >= 0 && distance <= decisionMeters(own);
    if (decides || service[vehicle]! >= 0 || target[vehicle] !== lane) {
      picked[count] = vehicle;
      count += 1;
    }
  }
  return count;
}

/** Whoever is farther from the stop line than it takes to brake has nothing to decide yet. */
function decisionMeters(speed: number): number {
  return speed * (speed / (2 * DECELERATION) + 1.5) + 6;
}

/** The first vehicle of a lane near the stop line: it stops before it or passes it. */
function approachFirst(state: TrafficState, vehicle: number, lane: number): void {
  const { movements, streets, vehicles } = state;
  const { advance } = vehicles;
  const movement = vehicles.movement[vehicle]!;
  if (movements.toLink[movement]! < 0) return;
  const distance = streets.laneEnd[lane]! - vehicles.x[vehicle]!;
  const slowed = slowedFor(movements.crossingSpeed[movement]!, distance, advance[vehicle]!);
  // Over the end of a link that is shorter than a step's way it has come with the right to go on.
  const stops = distance >= 0 && mustStop(state, vehicle, distance, slowed, true);
  if (stops) advance[vehicle] = stopBefore(distance, slowed);
  else if (vehicles.target[vehicle] !== lane) advance[vehicle] = Math.min(slowed, distance);
  else advance[vehicle] = moveOver(state, vehicle, distance, slowed);
}

/** One with others before it: it never passes the stop line in the step in which the one before it does. */
function approachBehind(state: TrafficState, vehicle: number, lane: number): void {
  const { movements, streets, vehicles } = state;
  const { advance } = vehicles;
  const movement = vehicles.movement[vehicle]!;
  const distance = streets.laneEnd[lane]! - vehicles.x[vehicle]!;
  if (movements.toLink[movement]! < 0 || distance > decisionMeters(vehicles.speed[vehicle]!)) return;
  const slowed = slowedFor(movements.crossingSpeed[movement]!, distance, advance[vehicle]!);
  const stops = distance >= 0 && mustStop(state, vehicle, distance, slowed, false);
  if (stops) advance[vehicle] = stopBefore(distance, slowed);
  else advance[vehicle] = Math.min(slowed, distance);
}

function slowedFor(crossingSpeed: number, distance: number, advance: number): number {
  if (advance <= crossingSpeed) return advance;
  return Math.min(advance, Math.max(crossingSpeed, safeSpeed(distance, crossingSpeed)));
}

/** Takes from an advance what a stop of its route, or the way into a pocket, does not leave. */
function stayWithin(state: TrafficState, vehicle: number, lane: number): void {
  const { advance, service, target } = state.vehicles;
  let within = advance[vehicle]!;
  if (service[vehicle]! >= 0) within = Math.min(within, towardsStop(state, vehicle));
  const pocket = target[vehicle]!;
  if (pocket !== lane) within = Math.min(within, towardsPocket(state, vehicle, pocket));
  advance[vehicle] = within;
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
  const { lanes, vehicles } = state;
  lanes.entered.fill(-1);
  const count = moveAll(state);
  for (let k = 0; k < count; k += 1) afterMoving(state, vehicles.picked[k]!);
  for (let k = 0; k < state.crossings.count; k += 1) {
    const vehicle = state.crossings.vehicle[k]!;
    if (vehicles.service[vehicle]! >= 0) checkOut(state, k);
    recordPassage(state, vehicle);
    crossOver(state, vehicle);
  }
  changeLanes(state);
}

/** Moves everybody on and counts what they lost; who passes a loop, the end, or keeps to a route is listed in `picked`, and counted. */
function moveAll({ changes, loops, step, streets, tally, vehicles }: TrafficState): number {
  const { advance, cameLane, desired, dwellSteps, picked, serial, service, speed, standingSteps } = vehicles;
  const { linkLost, linkStops, listed, order, slack, standing, target, wanted, x, x1, x2 } = vehicles;
  const laneOf = vehicles.lane;
  const { laneChangeAt, laneEnd } = streets;
  const { due, looks } = changes;
  const { isOn } = loops;
  const standingSpeed = STANDING_SPEED;
  const forgetMeters = FORGET_METERS;
  let { standingMaxSeconds, timeLossSeconds } = tally;
  let waitingSeconds = 0;
  let count = 0;
  for (let k = 0; k < listed; k += 1) {
    const vehicle = order[k]!;
    const lane = laneOf[vehicle]!;
    if (lane < 0) continue;
    const from = x[vehicle]!;
    const to = from + advance[vehicle]!;
    const moved = to - from;
    const wish = wanted[vehicle]! + slack[vehicle]!;
    const drives = dwellSteps[vehicle] === 0;
    if (moved < wish && drives) {
      const lost = 1 - moved / wish;
      timeLossSeconds += lost;
      linkLost[vehicle]! += lost;
    }
    const isStanding = moved < standingSpeed;
    if (isStanding && drives) {
      const steps = standingSteps[vehicle]! + 1;
      if (steps === 1) linkStops[vehicle]! += 1;
      standing[vehicle]! += 1;
      standingSteps[vehicle] = steps;
      waitingSeconds += 1;
      if (steps > standingMaxSeconds) standingMaxSeconds = steps;
    } else standingSteps[vehicle] = 0;
    x2[vehicle] = x1[vehicle]!;
    x1[vehicle] = from;
    x[vehicle] = to;
    speed[vehicle] = moved;
    if (from < 0 && to >= 0) wanted[vehicle] = desired[vehicle]!;
    let isPicked = service[vehicle]! >= 0 || to >= laneEnd[lane]! || (isOn[lane] === 1 && moved > 0);
    const came = cameLane[vehicle]!;
    if (came >= 0) {
      if (to > forgetMeters) cameLane[vehicle] = -1;
      else if (isOn[came] === 1) isPicked = true;
    }
    if (isPicked) {
      picked[count] = vehicle;
      count += 1;
    }
    if (looks[lane] === 1) {
      const goal = target[vehicle]!;
      if (goal !== lane) {
        if (to >= laneChangeAt[goal]!) due[lane] = 1;
      } else if (isStanding && looksBeside(step, serial[vehicle]!)) due[lane] = 1;
    }
  }
  tally.standingMaxSeconds = standingMaxSeconds;
  tally.timeLossSeconds = timeLossSeconds;
  tally.waitingSeconds += waitingSeconds;
  return count;
}

function afterMoving(state: TrafficState, vehicle: number): void {
  const { loops, movements, streets, vehicles } = state;
  const lane = vehicles.lane[vehicle]!;
  const from = vehicles.x1[vehicle]!;
  const to = vehicles.x[vehicle]!;
  if (to > from) {
    const length = vehicleMeters(vehicles, vehicle);
    frontMoved(loops, lane, from, to);
    rearMoved(loops, lane, from - length, to - length);
    // The rear of a vehicle may still be on the link that it came from.
    const cameLane = vehicles.cameLane[vehicle]!;
    if (cameLane >= 0 && from < length) {
      const offset =
        streets.laneEnd[cameLane]! + movements.crossingMeters[vehicles.cameMovement[vehicle]!]! - length;
      rearMoved(loops, cameLane, from + offset, to + offset);
    }
  }
  if (vehicles.service[vehicle]! >= 0) {
    checkIn(state, vehicle, lane);
    serveStop(state, vehicle);
  }
  if (leavesAtEnd(state, vehicle, lane)) leaveAtEnd(state, vehicle, lane);
}

function leavesAtEnd({ movements, streets, vehicles }: TrafficState, vehicle: number, lane: number): boolean {
  return movements.toLink[vehicles.movement[vehicle]!]! < 0 && vehicles.x[vehicle]! >= streets.laneEnd[lane]!;
}

function leaveAtEnd(state: TrafficState, vehicle: number, lane: number): void {
  const { lanes, loops, streets, tally, vehicles } = state;
  // What the vehicle still covers at the network's edge becomes free as it leaves.
  sideMoved(loops, lane, vehicles.x[vehicle]!, vehicleMeters(vehicles, vehicle), true, 1);
  freeCameLane(state, vehicle);
  removeFrom(lanes, vehicles, lane, vehicle);
  recordArrival(state, vehicle, streets.laneEnd[lane]!);
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
  vehicles.wayMeters[vehicle]! += shift;
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
  const desired = desiredSpeed(vehicles, vehicle, streets.linkSpeed[link]!);
  vehicles.desired[vehicle] = desired;
  vehicles.wanted[vehicle] =
    vehicles.x[vehicle]! >= 0 ? desired : Math.min(desired, movements.crossingSpeed[movement]!);
  vehicles.target[vehicle] = target;
  appendTo(lanes, vehicles, exit, vehicle);
  if (target !== exit) noteChange(state, vehicle, exit);
}
