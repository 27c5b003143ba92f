import { canStop, STOP_GAP_METERS } from "./following.ts";
import { RED, YELLOW } from "./lamps.ts";
import type { TrafficState } from "./state.ts";

/** Gaps in the stream of a movement, seen from who has to wait for one: by phases that conflict, and on red. */

/**
 * So much of a gap is over when it is taken: half a step, since who waits looks once a step, and 0.6 s for those who are still
 * moving up to the line as it begins. With it the capacity of a turn that yields is HCM's (test/verification).
 */
const GAP_SEEN_AFTER_SECONDS = 1.1;

/** A vehicle that starts from the stop line counts as this fast when its arrival is judged. */
const GAP_SPEED_MIN = 2;

/** Whether the foe's last vehicle out of the lane is inside the junction and not yet at `until`, counted along its exit. */
export function isInside(state: TrafficState, foe: number, lane: number, until: number): boolean {
  const { lanes, vehicles } = state;
  const last = lanes.lastOut[lane]!;
  return (
    last >= 0 &&
    vehicles.cameLane[last] === lane &&
    vehicles.cameMovement[last] === foe &&
    vehicles.x[last]! < until
  );
}

/** What of a critical gap must be left once a foe is half through the junction, where the ways cross. */
export function lagSeconds(
  { movements, streets }: TrafficState,
  foe: number,
  criticalGapSeconds: number,
): number {
  const speed = Math.min(movements.crossingSpeed[foe]!, streets.linkSpeed[movements.fromLink[foe]!]!);
  return criticalGapSeconds - GAP_SEEN_AFTER_SECONDS - movements.crossingMeters[foe]! / 2 / speed;
}

/** Whether one of the foe's vehicles comes to the stop line of the lane within the lag. */
export function arrives(state: TrafficState, foe: number, lane: number, lag: number): boolean {
  const { lamps, lanes, movements, streets, vehicles } = state;
  const phase = movements.phase[foe]!;
  const lamp = lamps.lamp[phase]!;
  if (lamp === RED) return false;
  const farthest = lag * 1.1 * streets.linkSpeed[movements.fromLink[foe]!]!;
  for (let other = lanes.head[lane]!; other >= 0; other = vehicles.behind[other]!) {
    const distance = streets.laneEnd[lane]! - vehicles.x[other]!;
    if (distance > farthest) return false;
    if (vehicles.movement[other] !== foe) continue;
    const speed = vehicles.speed[other]!;
    if (lamp === YELLOW && canStop(distance - STOP_GAP_METERS, speed)) continue;
    if (distance < lag * Math.max(speed, GAP_SPEED_MIN)) return true;
  }
  return false;
}
