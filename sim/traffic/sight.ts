import { canStop, safeSpeed, STOP_GAP_METERS } from "./following.ts";
import { lastInto, positionInto, standingSpacing } from "./entering.ts";
import { RED, YELLOW } from "./lamps.ts";
import { YIELD_SPEED } from "./priority.ts";
import { movementAfter } from "./services.ts";
import type { TrafficState } from "./state.ts";

/** So far a driver looks, over the ends of links: as far as it takes to stop from city speed. */
const SIGHT_METERS = 60;

/**
 * How far a vehicle may move that is about to leave its link, seen what is at the end of short links before it: signals, junctions where it
 * yields, curves, and the last vehicle behind them. `beginMeters` is how far it is to the begin of the next link.
 */
export function advanceInSight(
  state: TrafficState,
  vehicle: number,
  beginMeters: number,
  advance: number,
): number {
  const { movements, streets, vehicles } = state;
  let least = advance;
  let begin = beginMeters;
  let movement = vehicles.nextMovement[vehicle]!;
  for (let hop = vehicles.hop[vehicle]! + 1; movement >= 0; hop += 1) {
    const link = movements.fromLink[movement]!;
    const end = begin + streets.linkLength[link]!;
    const toLink = movements.toLink[movement]!;
    if (end > SIGHT_METERS || toLink < 0) break;
    least = Math.min(least, advanceToEnd(state, vehicle, movement, end));
    begin = end + movements.crossingMeters[movement]!;
    least = Math.min(least, behindLastOf(state, toLink, begin));
    movement = movementAfter(state, vehicle, toLink, hop + 1);
  }
  return Math.max(0, least);
}

/** By what is at the end of a link that is `meters` away. */
function advanceToEnd(state: TrafficState, vehicle: number, movement: number, meters: number): number {
  const { lamps, movements, vehicles } = state;
  const crossingSpeed = movements.crossingSpeed[movement]!;
  const curve = Math.max(crossingSpeed, safeSpeed(meters, crossingSpeed));
  const phase = movements.phase[movement]!;
  if (phase < 0) {
    const yields = movements.majors.start[movement] !== movements.majors.start[movement + 1];
    // Nobody jumps over a line where it has to look.
    return yields ? Math.min(curve, meters, Math.max(YIELD_SPEED, safeSpeed(meters, YIELD_SPEED))) : curve;
  }
  const room = meters - STOP_GAP_METERS;
  const lamp = lamps.lamp[phase]!;
  const stops = lamp === RED || (lamp === YELLOW && canStop(room, vehicles.speed[vehicle]!));
  return stops ? Math.min(curve, safeSpeed(room, 0)) : Math.min(curve, meters);
}

/** By the last vehicles on a link that begins `begin` metres away: those of the lane that is freest. */
function behindLastOf(state: TrafficState, link: number, begin: number): number {
  const { streets, vehicles } = state;
  let most = 0;
  for (let lane = streets.linkFirstLane[link]!; lane < streets.linkFirstLane[link + 1]!; lane += 1) {
    if (streets.laneBase[lane] !== lane) continue;
    const last = lastInto(state, lane);
    if (last < 0) return Number.POSITIVE_INFINITY;
    const room = begin + positionInto(state, lane, last) - standingSpacing(state, last);
    most = Math.max(most, Math.min(Math.max(0, room), safeSpeed(room, vehicles.speed[last]!)));
  }
  return most;
}
