import { standingSpacing } from "./entering.ts";
import { canStop, JAM_SPACING_METERS, STANDING_SPEED, VEHICLE_LENGTH_METERS } from "./following.ts";
import { appendTo, insertBehind, removeFrom } from "./lanes.ts";
import { sideMoved } from "./loops.ts";
import { leadsOn } from "./routes.ts";
import { keepsToKerb } from "./services.ts";
import type { Movements } from "./movements.ts";
import type { TrafficState } from "./state.ts";
import type { Streets } from "./streets.ts";
import { vehicleMeters } from "./vehicles.ts";

/** One who stands looks at the lane beside only so often; not everybody at once. */
const LOOK_EVERY_STEPS = 4;

/** So much free road beside makes it worth leaving a queue. */
const WORTH_METERS = 25;

/** Where somebody may change lanes, so that most lanes need not be looked at. */
export type Changes = {
  /** 1 for a lane that has a pocket or another lane of the same movement beside it. */
  readonly looks: Uint8Array;
  /** 1 for a lane on which somebody may change after this step. */
  readonly due: Uint8Array;
};

export function createChanges(streets: Streets, { lanes }: Movements): Changes {
  const looks = new Uint8Array(streets.laneCount);
  for (let lane = 0; lane < streets.laneCount; lane += 1) {
    const base = streets.laneBase[lane]!;
    if (base !== lane) looks[base] = 1;
  }
  for (let movement = 0; movement + 1 < lanes.start.length; movement += 1) {
    const from = lanes.start[movement]!;
    const to = lanes.start[movement + 1]!;
    // Lanes of one movement may have another between them; those are looked at in vain, no more.
    if (to - from > 1) for (let k = from; k < to; k += 1) looks[lanes.items[k]!] = 1;
  }
  return { looks, due: new Uint8Array(streets.laneCount) };
}

/** Notes the lane of a vehicle that may change after this step. */
export function noteChange(
  { changes, step, streets, vehicles }: TrafficState,
  vehicle: number,
  lane: number,
): void {
  const target = vehicles.target[vehicle]!;
  const isDue =
    target === lane
      ? vehicles.speed[vehicle]! < STANDING_SPEED && looksBeside(step, vehicles.serial[vehicle]!)
      : vehicles.x[vehicle]! >= streets.laneChangeAt[target]!;
  if (isDue) changes.due[lane] = 1;
}

export function looksBeside(step: number, serial: number): boolean {
  return (step + serial) % LOOK_EVERY_STEPS === 0;
}

/** After a step: into pockets, and out of queues that pocket-bound vehicles make on a lane. */
export function changeLanes(state: TrafficState): void {
  const { changes, lanes, streets, vehicles } = state;
  const { due } = changes;
  for (let lane = 0; lane < streets.laneCount; lane += 1) {
    if (due[lane] === 0) continue;
    due[lane] = 0;
    let vehicle = lanes.head[lane]!;
    while (vehicle >= 0) {
      const follower = vehicles.behind[vehicle]!;
      const target = vehicles.target[vehicle]!;
      if (target !== lane) enterPocket(state, vehicle, lane, target);
      else if (
        vehicles.speed[vehicle]! < STANDING_SPEED &&
        looksBeside(state.step, vehicles.serial[vehicle]!)
      ) {
        leaveQueue(state, vehicle, lane);
      }
      vehicle = follower;
    }
  }
}

/** A vehicle past the opening of its pocket changes into it, if there is room beside it. */
function enterPocket(state: TrafficState, vehicle: number, lane: number, pocket: number): void {
  const { lanes, streets, vehicles } = state;
  const front = vehicles.x[vehicle]!;
  if (front < streets.laneChangeAt[pocket]!) return;
  const last = lanes.tail[pocket]!;
  if (last >= 0 && vehicles.x[last]! - standingSpacing(state, last) < front) return;
  leaveLane(state, vehicle, lane);
  appendTo(lanes, vehicles, pocket, vehicle);
  noteLater(state, pocket, lane);
  sideMoved(state.loops, pocket, front, vehicleMeters(vehicles, vehicle), false, 1);
}

/** One who stands in a queue and is no bus changes to a lane beside that serves its movement and is free ahead, if nobody there must brake hard. */
function leaveQueue(state: TrafficState, vehicle: number, lane: number): void {
  const { lanes, movements, streets, vehicles } = state;
  const ahead = vehicles.ahead[vehicle]!;
  const front = vehicles.x[vehicle]!;
  if (ahead < 0 || front < VEHICLE_LENGTH_METERS || vehicles.speed[ahead]! >= STANDING_SPEED) return;
  if (keepsToKerb(state, vehicle)) return;
  const movement = vehicles.movement[vehicle]!;
  const first = streets.linkFirstLane[streets.laneLink[lane]!]!;
  for (let k = movements.lanes.start[movement]!; k < movements.lanes.start[movement + 1]!; k += 1) {
    const beside = movements.lanes.items[k]!;
    if (Math.abs(beside - lane) !== 1 || streets.laneBase[beside] !== beside) continue;
    if (!leadsOn(state, vehicle, vehicles.hop[vehicle]!, beside - first)) continue;
    if (lanes.closed[beside] === 1) continue;
    let leader = -1;
    let follower = lanes.head[beside]!;
    while (follower >= 0 && vehicles.x[follower]! > front) {
      leader = follower;
      follower = vehicles.behind[follower]!;
    }
    const carFront = front - Math.max(0, vehicles.extraMeters[vehicle]!);
    const aheadAt = leader < 0 ? streets.laneEnd[beside]! : vehicles.x[leader]!;
    if (aheadAt - front < WORTH_METERS || (follower >= 0 && !canLetIn(state, follower, carFront))) continue;
    leaveLane(state, vehicle, lane);
    insertBehind(lanes, vehicles, beside, leader, vehicle);
    vehicles.target[vehicle] = beside;
    noteLater(state, beside, lane);
    sideMoved(state.loops, beside, front, vehicleMeters(vehicles, vehicle), false, 1);
    return;
  }
}

/** Who has changed into a lane that is yet to be looked at is looked at there again. */
function noteLater({ changes }: TrafficState, lane: number, cameFrom: number): void {
  if (lane > cameFrom) changes.due[lane] = 1;
}

/** Whether one whose rear is a car's with its front at `carFront` may come in before the follower. */
function canLetIn(state: TrafficState, follower: number, carFront: number): boolean {
  const { speed, x } = state.vehicles;
  const room = carFront - JAM_SPACING_METERS - x[follower]!;
  return room >= 0 && canStop(room, speed[follower]!);
}

function leaveLane(state: TrafficState, vehicle: number, lane: number): void {
  const { lanes, loops, vehicles } = state;
  sideMoved(loops, lane, vehicles.x[vehicle]!, vehicleMeters(vehicles, vehicle), true, 1);
  removeFrom(lanes, vehicles, lane, vehicle);
}
