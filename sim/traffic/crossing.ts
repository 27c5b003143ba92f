import { advanceSeeingWalkers, isHeldByTurn } from "./crosswalks.ts";
import { chooseTarget, lastInto, positionInto } from "./entering.ts";
import {
  canStop,
  keptHeadway,
  pastPosition,
  safeSpeed,
  STANDING_SPEED,
  STOP_GAP_METERS,
} from "./following.ts";
import { arrives, isInside, lagSeconds } from "./gaps.ts";
import { FLASHING_RED, type Lamps, PERMISSIVE, RED, YELLOW } from "./lamps.ts";
import { hasRightOfWay, YIELD_SPEED } from "./priority.ts";
import { advanceInSight } from "./sight.ts";
import type { TrafficState } from "./state.ts";
import { mayTurnOnRed } from "./turn-on-red.ts";
import { choiceNumber } from "./turning.ts";

/**
 * Critical gap of a turn through an opposing stream (HCM: 4.1 s; 5.3 s over three lanes), from front to front of two vehicles of that
 * stream at their stop line.
 */
const CRITICAL_GAP_SECONDS = 4.5;

const YELLOW_MIN_SECONDS = 3;

/** SUMO's default for cars. */
const KRAUSS_DECELERATION = 4.5;

/** Nearer to the stop line than this, a driver has waited for a gap and goes when the opposing stream stops at yellow. */
const WAITING_AT_LINE_METERS = 3;

/**
 * Whether the signal tells the vehicle, `distance` before the stop line and otherwise about to `advance`, to stop there. Those who on the
 * street wait inside the junction for a gap wait at the line here, and go at yellow instead.
 */
export function mustStop(
  state: TrafficState,
  vehicle: number,
  distance: number,
  advance: number,
  isFirst: boolean,
): boolean {
  const { lamps, movements, vehicles } = state;
  const phase = movements.phase[vehicles.movement[vehicle]!]!;
  if (phase < 0) return false;
  const lamp = lamps.lamp[phase]!;
  if (lamp === RED) return !(isFirst && hasStopped(state, vehicle, distance) && mayTurnOnRed(state, vehicle));
  if (lamp === FLASHING_RED) return !(isFirst && hasStopped(state, vehicle, distance));
  if (lamp !== YELLOW || !stopsAtYellow(state, vehicle, distance, advance, phase)) return false;
  const waitMeters = movements.waitMeters[vehicles.movement[vehicle]!]!;
  if (waitMeters > 0) return lamps.yielded[phase] !== 1 || distance >= WAITING_AT_LINE_METERS + waitMeters;
  const waitedForGap = isFirst && lamps.lastGreen[phase] === PERMISSIVE && distance < WAITING_AT_LINE_METERS;
  return !waitedForGap;
}

/** Whether a vehicle stands at the stop line, as flashing red asks for, and who turns on red. */
function hasStopped(state: TrafficState, vehicle: number, distance: number): boolean {
  return distance < WAITING_AT_LINE_METERS && state.vehicles.speed[vehicle]! < STANDING_SPEED;
}

/**
 * Who can stop comfortably does, but not who is within two seconds of the stop line: that is the use of yellow that the
 * theory of saturation counts on. As yellow appears a driver goes on for the second that it takes to react, which is the
 * other term of the formula by which yellow is timed (ITE: `reaction + v / 2a`); only those who need no more than the
 * shortest yellow take it. What is decided in the first second is by the same numbers decided again in the next.
 */
function stopsAtYellow(
  state: TrafficState,
  vehicle: number,
  distance: number,
  advance: number,
  phase: number,
): boolean {
  const { lamps, movements, vehicles } = state;
  if (vehicles.route[vehicle]! >= 0) return distance >= kraussBrakeMeters(vehicles.speed[vehicle]!);
  const age = state.step - lamps.yellowStep[phase]!;
  const room = distance - STOP_GAP_METERS;
  if (age > 1) return canStop(room, vehicles.speed[vehicle]!);
  if (distance <= advance) return false;
  if (age === 1) return canStop(room, vehicles.speed[vehicle]!);
  const crossingSpeed = movements.crossingSpeed[vehicles.movement[vehicle]!]!;
  if (distance <= advance + Math.min(advance + vehicles.acceleration[vehicle]!, crossingSpeed)) return false;
  if (distance >= YELLOW_MIN_SECONDS * crossingSpeed) return canStop(room, vehicles.speed[vehicle]!);
  return canStop(room - advance, advance);
}

/** The way to a stop in steps of a second at 4.5 m/s², SUMO's deceleration: who is farther away than that stops. */
function kraussBrakeMeters(speed: number): number {
  return Math.max(0, speed * (speed / (2 * KRAUSS_DECELERATION) - 0.5));
}

/** How far the vehicle may move in this step if it has to stand before the stop line. */
export function stopBefore(distance: number, advance: number): number {
  return Math.min(advance, safeSpeed(distance - STOP_GAP_METERS, 0), distance);
}

/**
 * How far the first vehicle of its lane may move under a signal that lets it go. Moving further than `distance` takes it
 * over the stop line; then `entering` holds the lane that it has been let into, and nobody else gets that place.
 */
export function moveOver(state: TrafficState, vehicle: number, distance: number, advance: number): number {
  const { lanes, movements, streets, vehicles } = state;
  const movement = vehicles.movement[vehicle]!;
  const phase = movements.phase[movement]!;
  const lane = vehicles.lane[vehicle]!;
  const hasToLook = phase < 0 && movements.majors.start[movement] !== movements.majors.start[movement + 1];
  if (hasToLook) {
    if (distance >= 0 && !hasRightOfWay(state, vehicle, distance)) return stopBefore(distance, advance);
    advance = Math.min(advance, Math.max(YIELD_SPEED, safeSpeed(distance, YIELD_SPEED)));
  }
  if (phase >= 0) {
    if (yields(state.lamps, phase) && !mayEnter(state, vehicle, distance))
      return stopBefore(distance, advance);
    advance = Math.min(advance, afterReaction(state, vehicle, distance, phase));
  }
  if (distance >= 0 && isHeldByTurn(state, lane)) return stopBefore(distance, advance);
  advance = Math.min(advance, behindLastOut(state, vehicle, distance));
  // Only junctions are kept clear; at a joint the queue goes on over the end of the link.
  const target = chooseTarget(state, vehicle, lane, phase >= 0 || hasToLook);
  if (target < 0) return stopBefore(distance, advance);
  const exit = streets.laneBase[target]!;
  const last = lastInto(state, exit);
  if (last >= 0) {
    const lastAt = distance + movements.crossingMeters[movement]! + positionInto(state, exit, last);
    const room = lastAt - movements.spacing[movement]! - vehicles.extraMeters[last]!;
    const following = Math.min(room, safeSpeed(room, vehicles.speed[last]!));
    // One that comes from elsewhere may be farther from the exit: then waiting at the stop line is enough.
    advance = Math.max(Math.min(advance, following), stopBefore(distance, advance));
  }
  advance = advanceSeeingWalkers(state, vehicle, exit, distance, advance);
  advance = advanceInSight(state, vehicle, distance + movements.crossingMeters[movement]!, advance);
  if (advance > distance) {
    vehicles.entering[vehicle] = target;
    lanes.entered[exit] = vehicle;
    const { crossings } = state;
    crossings.vehicle[crossings.count] = vehicle;
    crossings.movement[crossings.count] = movement;
    crossings.fromLane[crossings.count] = lane;
    // One that came over the end of a short link in the last step is past it already.
    crossings.afterSeconds[crossings.count] = distance <= 0 ? 0 : distance / advance;
    crossings.count += 1;
  }
  return advance;
}

/**
 * The first standing vehicle moves off its reaction time after the begin of green, to a fraction of a step. Drivers differ by up
 * to half a second, so that the vehicles of a green are not always the same whole number.
 */
function afterReaction(state: TrafficState, vehicle: number, distance: number, phase: number): number {
  const { lamps, movements, vehicles } = state;
  if (vehicles.speed[vehicle]! > 0.5 || distance > WAITING_AT_LINE_METERS) return Number.POSITIVE_INFINITY;
  const slower = choiceNumber(~vehicles.turnSeed[vehicle]!, vehicles.hop[vehicle]!) - 0.5;
  const reaction = movements.reactionSeconds[vehicles.movement[vehicle]!]! + slower;
  const since = state.step - lamps.greenStep[phase]! + 1 - reaction;
  return since >= 1 ? Number.POSITIVE_INFINITY : vehicles.acceleration[vehicle]! * Math.max(0, since);
}

/** Keeps the saturation headway to the vehicle that left the lane before, wherever that one turned. */
function behindLastOut(state: TrafficState, vehicle: number, distance: number): number {
  const { lanes, movements, vehicles } = state;
  const lane = vehicles.lane[vehicle]!;
  const last = lanes.lastOut[lane]!;
  if (last < 0 || vehicles.cameLane[last] !== lane) return Number.POSITIVE_INFINITY;
  const offset = distance + movements.crossingMeters[vehicles.cameMovement[last]!]!;
  const spacing = movements.spacing[vehicles.movement[vehicle]!]! + vehicles.extraMeters[last]!;
  return followAdvance(state, vehicle, last, vehicles.x[vehicle]! + offset, spacing);
}

/**
 * How far `vehicle` may move behind `leader`, whose positions count `offset` metres further along. It falls back to its
 * movement's own time lag as far as comfortable braking allows.
 */
function followAdvance(
  state: TrafficState,
  vehicle: number,
  leader: number,
  offset: number,
  spacing: number,
): number {
  const { x, x1, x2, speed } = state.vehicles;
  const origin = x[vehicle]! - offset + spacing;
  const now = x[leader]!;
  const room = now - origin;
  if (room <= 0) return 0;
  const safe = safeSpeed(room, speed[leader]!);
  const advance = safe < room ? safe : room;
  const lag = state.movements.followSeconds[state.vehicles.movement[vehicle]!]! - 1;
  const lagged = pastPosition(now, x1[leader]!, x2[leader]!, lag) - origin;
  return Math.min(advance, keptHeadway(lagged, speed[vehicle]!));
}

/** By what the connections say, or by phases that conflict. */
function mayEnter(state: TrafficState, vehicle: number, distance: number): boolean {
  return state.movements.hasMajors ? hasRightOfWay(state, vehicle, distance) : hasGap(state, vehicle);
}

/** Whether nobody with the right of way is inside the junction or arrives within the critical gap. */
function hasGap(state: TrafficState, vehicle: number): boolean {
  const { foes, lanes } = state.movements;
  const movement = state.vehicles.movement[vehicle]!;
  const stands = state.lamps.lamp[state.movements.phase[movement]!] === FLASHING_RED;
  for (let k = foes.start[movement]!; k < foes.start[movement + 1]!; k += 1) {
    const foe = foes.items[k]!;
    const bothStop = bothFlashRed(state, foe, movement);
    // Who had to stand first crosses the whole street, from rest.
    const until = stands ? 0 : -state.movements.crossingMeters[foe]! / 2;
    const lag = stands ? CRITICAL_GAP_SECONDS : lagSeconds(state, foe, CRITICAL_GAP_SECONDS);
    if (!bothStop && !goesFirst(state, foe, movement)) continue;
    for (let l = lanes.start[foe]!; l < lanes.start[foe + 1]!; l += 1) {
      const lane = lanes.items[l]!;
      if (isInside(state, foe, lane, until)) return false;
      if (bothStop ? stoppedBefore(state, foe, lane, vehicle) : arrives(state, foe, lane, lag)) return false;
    }
  }
  return true;
}

/** Whether the phase's green, or the yellow after it, gives no right of way; flashing red never does. */
function yields(lamps: Lamps, phase: number): boolean {
  const lamp = lamps.lamp[phase];
  return (
    lamp === PERMISSIVE || lamp === FLASHING_RED || (lamp === YELLOW && lamps.lastGreen[phase] === PERMISSIVE)
  );
}

function bothFlashRed({ lamps, movements }: TrafficState, foe: number, movement: number): boolean {
  const lampOf = (index: number): number => lamps.lamp[movements.phase[index]!]!;
  return lampOf(foe) === FLASHING_RED && lampOf(movement) === FLASHING_RED;
}

/** As at an all-way stop: whether the first vehicle of a foe's lane stands at the line longer, of equals the one configured first. */
function stoppedBefore(state: TrafficState, foe: number, lane: number, vehicle: number): boolean {
  const { lanes, streets, vehicles } = state;
  const first = lanes.head[lane]!;
  if (first < 0 || vehicles.movement[first] !== foe) return false;
  if (!hasStopped(state, first, streets.laneEnd[lane]! - vehicles.x[first]!)) return false;
  const longer = vehicles.standingSteps[first]! - vehicles.standingSteps[vehicle]!;
  return longer > 0 || (longer === 0 && foe < vehicles.movement[vehicle]!);
}

/**
 * Of two streams that both yield, one that need not stop goes before one at flashing red, the straighter one goes first, and of
 * equals the one that is configured first.
 */
function goesFirst(state: TrafficState, foe: number, movement: number): boolean {
  const { lamps, movements } = state;
  if (!yields(lamps, movements.phase[foe]!)) return true;
  if (lamps.lamp[movements.phase[movement]!] === FLASHING_RED) return true;
  if (lamps.lamp[movements.phase[foe]!] === FLASHING_RED) return false;
  const difference = movements.rank[foe]! - movements.rank[movement]!;
  return difference > 0 || (difference === 0 && foe < movement);
}
