import { BICYCLE } from "./classes.ts";
import type { Streets } from "./streets.ts";
import type { Vehicles } from "./vehicles.ts";

/** Who is on each lane: a list from the vehicle nearest to the stop line (`head`) to the last one (`tail`), −1 for none. */
export type Lanes = {
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly count: Int32Array;
  /** By how much its vehicles together are longer than as many cars. */
  readonly extraMeters: Float64Array;
  /** How many of them are cyclists. */
  readonly bicycles: Int32Array;
  /** The vehicle let into the lane during this step, not yet in its list. */
  readonly entered: Int32Array;
  /** The last vehicle that left over the stop line. */
  readonly lastOut: Int32Array;
  /** 1 while nobody new may come onto the lane. */
  readonly closed: Uint8Array;
};

export function createLanes(streets: Streets): Lanes {
  const none = (): Int32Array => new Int32Array(streets.laneCount).fill(-1);
  return {
    head: none(),
    tail: none(),
    count: new Int32Array(streets.laneCount),
    extraMeters: new Float64Array(streets.laneCount),
    bicycles: new Int32Array(streets.laneCount),
    entered: none(),
    lastOut: none(),
    closed: new Uint8Array(streets.laneCount),
  };
}

/** Puts the vehicle behind all others of the lane. */
export function appendTo(lanes: Lanes, vehicles: Vehicles, lane: number, vehicle: number): void {
  insertBehind(lanes, vehicles, lane, lanes.tail[lane]!, vehicle);
}

/** Puts the vehicle into the lane behind `ahead`, which is on it, or first where that is −1. */
export function insertBehind(
  lanes: Lanes,
  vehicles: Vehicles,
  lane: number,
  ahead: number,
  vehicle: number,
): void {
  const behind = ahead < 0 ? lanes.head[lane]! : vehicles.behind[ahead]!;
  vehicles.ahead[vehicle] = ahead;
  vehicles.behind[vehicle] = behind;
  if (ahead < 0) lanes.head[lane] = vehicle;
  else vehicles.behind[ahead] = vehicle;
  if (behind < 0) lanes.tail[lane] = vehicle;
  else vehicles.ahead[behind] = vehicle;
  lanes.count[lane]! += 1;
  lanes.extraMeters[lane]! += vehicles.extraMeters[vehicle]!;
  if (vehicles.mode[vehicle] === BICYCLE) lanes.bicycles[lane]! += 1;
  vehicles.lane[vehicle] = lane;
}

export function removeFrom(lanes: Lanes, vehicles: Vehicles, lane: number, vehicle: number): void {
  const ahead = vehicles.ahead[vehicle]!;
  const behind = vehicles.behind[vehicle]!;
  if (ahead < 0) lanes.head[lane] = behind;
  else vehicles.behind[ahead] = behind;
  if (behind < 0) lanes.tail[lane] = ahead;
  else vehicles.ahead[behind] = ahead;
  lanes.count[lane]! -= 1;
  lanes.extraMeters[lane]! -= vehicles.extraMeters[vehicle]!;
  if (vehicles.mode[vehicle] === BICYCLE) lanes.bicycles[lane]! -= 1;
}
