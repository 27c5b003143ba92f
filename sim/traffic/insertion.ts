import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { VehicleMode } from "../field/plant.ts";
import { modeNumber, VEHICLE_CLASS } from "./classes.ts";
import { type ArrivalProcess, createArrivals, nextArrival, perHourAt } from "./demand.ts";
import { chooseEntryTarget, lastInto, positionInto, standingSpacing } from "./entering.ts";
import { safeSpeed, SPEED_FACTOR_MAX, SPEED_FACTOR_MIN, VEHICLE_LENGTH_METERS } from "./following.ts";
import { appendTo } from "./lanes.ts";
import { sideMoved } from "./loops.ts";
import { beginRecord } from "./records.ts";
import { movementAfter, type Service } from "./services.ts";
import type { TrafficState } from "./state.ts";
import type { Streets } from "./streets.ts";
import { choiceNumber, type TurnChoices } from "./turning.ts";
import { desiredSpeed, listVehicle, takeSlot, vehicleMeters } from "./vehicles.ts";

/** A link by which vehicles come, and those that wait outside, a queue for each way on from the link. */
export type Entry = {
  readonly link: number;
  readonly arrivals: ArrivalProcess;
  /** So many of these are trucks. */
  readonly truckShare: number;
  readonly bicycles: ArrivalProcess | undefined;
  /** Indices of the services whose routes begin here. */
  readonly services: readonly number[];
  readonly heads: Int32Array;
  readonly tails: Int32Array;
};

export function createEntries(
  demand: DemandFile,
  streets: Streets,
  choices: TurnChoices,
  services: readonly Service[],
  seed: number,
): readonly Entry[] {
  return demand.entries.map(({ link: id, vehicles, truckShare = 0, bicycles }): Entry => {
    const link = defined(streets.linkIndex.get(id), `entry ${id}`);
    const ways = choices.start[link + 1]! - choices.start[link]!;
    return {
      link,
      arrivals: createArrivals(vehicles, seed, id),
      truckShare,
      bicycles: bicycles === undefined ? undefined : createArrivals(bicycles, seed, `bicycles ${id}`),
      services: [...services.keys()].filter((index) => services[index]?.entryLink === link),
      heads: new Int32Array(ways).fill(-1),
      tails: new Int32Array(ways).fill(-1),
    };
  });
}

/** Schedules the vehicles that want to enter during the second that begins now; they come at its begin. */
export function scheduleArrivals(state: TrafficState, entry: Entry, sinceMidnightMs: number): void {
  scheduleFrom(state, entry, entry.arrivals, "car", -1, sinceMidnightMs);
  for (const service of entry.services) {
    const { arrivals, kind } = state.services[service]!;
    scheduleFrom(state, entry, arrivals, kind, service, sinceMidnightMs);
  }
  if (entry.bicycles !== undefined)
    scheduleFrom(state, entry, entry.bicycles, "bicycle", -1, sinceMidnightMs);
}

function scheduleFrom(
  state: TrafficState,
  entry: Entry,
  arrivals: ArrivalProcess,
  mode: VehicleMode,
  service: number,
  sinceMidnightMs: number,
): void {
  let expected = perHourAt(arrivals.profile, sinceMidnightMs + 500) / 3600;
  for (;;) {
    expected = nextArrival(arrivals, expected);
    if (expected < 0) return;
    scheduleVehicle(state, entry, arrivals, mode, service);
  }
}

export function scheduleVehicle(
  state: TrafficState,
  entry: Entry,
  { draw }: ArrivalProcess,
  mode: VehicleMode,
  service: number,
): void {
  const { vehicles } = state;
  const slot = newVehicle(state, draw, mode, service, entry.truckShare);
  beginJourney(state, slot, entry.link);
  const way = wayOf(state, entry, vehicles.movement[slot]!);
  if (entry.heads[way]! < 0) entry.heads[way] = slot;
  else vehicles.behind[entry.tails[way]!] = slot;
  entry.tails[way] = slot;
}

/** Of a vehicle's own numbers the one that says whether it is a truck; turns have the numbers from 0 on, speeds of trips −2 and −3. */
const TRUCK_NUMBER = -5;

/**
 * A vehicle that waits outside, whose way is not known yet; so many of the cars are trucks. Which ones they are is not drawn, so that they come
 * when cars would, and all others stay as they are.
 */
export function newVehicle(
  state: TrafficState,
  draw: () => number,
  mode: VehicleMode,
  service: number,
  truckShare = 0,
): number {
  const { tally, vehicles } = state;
  const slot = takeSlot(vehicles);
  const turnSeed = Math.floor(draw() * 0x1_0000_0000) | 0;
  const isTruck = mode === "car" && truckShare > 0 && choiceNumber(turnSeed, TRUCK_NUMBER) < truckShare;
  const own = isTruck ? "truck" : mode;
  const { acceleration, extraMeters, speedFactor, speedMax } = VEHICLE_CLASS[own];
  tally.scheduled += 1;
  tally.waiting += 1;
  vehicles.serial[slot] = tally.scheduled;
  beginRecord(state, slot, 0);
  vehicles.turnSeed[slot] = turnSeed;
  vehicles.factor[slot] = speedFactor ?? SPEED_FACTOR_MIN + draw() * (SPEED_FACTOR_MAX - SPEED_FACTOR_MIN);
  vehicles.slack[slot] = 0;
  vehicles.mode[slot] = modeNumber(own);
  vehicles.speedMax[slot] = speedMax;
  vehicles.service[slot] = service;
  vehicles.route[slot] = -1;
  vehicles.acceleration[slot] = acceleration;
  vehicles.meters[slot] = VEHICLE_LENGTH_METERS + extraMeters;
  vehicles.extraMeters[slot] = extraMeters;
  return slot;
}

/** What a vehicle whose class and way are known does first. */
export function beginJourney(state: TrafficState, vehicle: number, link: number): void {
  const { movements, vehicles } = state;
  vehicles.hop[vehicle] = 0;
  vehicles.stopsMade[vehicle] = 0;
  vehicles.dwellSteps[vehicle] = 0;
  vehicles.checkedIn[vehicle] = 0;
  const movement = movementAfter(state, vehicle, link, 0);
  const toLink = movements.toLink[movement]!;
  vehicles.movement[vehicle] = movement;
  vehicles.nextMovement[vehicle] = toLink < 0 ? -1 : movementAfter(state, vehicle, toLink, 1);
  vehicles.behind[vehicle] = -1;
}

function wayOf(state: TrafficState, entry: Entry, movement: number): number {
  const { movement: choice, start } = state.movements.choices;
  let way = 0;
  while (choice[start[entry.link]! + way] !== movement) way += 1;
  return way;
}

/** Lets in those for whom there is room, the longest waiting first; who is blocked only blocks those who go the same way. */
export function insertWaiting(state: TrafficState, entry: Entry): void {
  const { vehicles } = state;
  let blocked = 0;
  for (;;) {
    let first = -1;
    for (let way = 0; way < entry.heads.length; way += 1) {
      const head = entry.heads[way]!;
      if (head < 0 || (blocked & (1 << way)) !== 0) continue;
      if (first < 0 || vehicles.serial[head]! < vehicles.serial[entry.heads[first]!]!) first = way;
    }
    if (first < 0) return;
    const vehicle = entry.heads[first]!;
    const next = vehicles.behind[vehicle]!;
    if (tryInsert(state, entry, vehicle)) entry.heads[first] = next;
    else blocked |= 1 << first;
  }
}

function tryInsert(state: TrafficState, entry: Entry, vehicle: number): boolean {
  const { streets, vehicles } = state;
  const target = chooseEntryTarget(state, vehicle, 0);
  if (target < 0) return false;
  const lane = streets.laneBase[target]!;
  const last = lastInto(state, lane);
  const desired = desiredSpeed(vehicles, vehicle, streets.linkSpeed[entry.link]!);
  const room =
    last < 0 ? Number.POSITIVE_INFINITY : positionInto(state, lane, last) - standingSpacing(state, last);
  const safe = last < 0 ? desired : safeSpeed(room, vehicles.speed[last]!);
  const speed = Math.min(desired, safe, Math.max(0, room));
  vehicles.desired[vehicle] = desired;
  putOnLane(state, vehicle, target, 0, speed);
  return true;
}

/** Puts a vehicle that waited outside onto the lane from which `target` is reached. */
export function putOnLane(
  state: TrafficState,
  vehicle: number,
  target: number,
  x: number,
  speed: number,
): void {
  const { lanes, loops, streets, tally, vehicles } = state;
  const base = streets.laneBase[target]!;
  // Who is past the opening of a pocket is in it.
  const lane = target !== base && x >= streets.laneChangeAt[target]! ? target : base;
  vehicles.wanted[vehicle] = vehicles.desired[vehicle]!;
  vehicles.x[vehicle] = x;
  vehicles.x1[vehicle] = x - speed;
  vehicles.x2[vehicle] = x - 2 * speed;
  vehicles.speed[vehicle] = speed;
  vehicles.target[vehicle] = target;
  vehicles.cameLane[vehicle] = -1;
  vehicles.cameMovement[vehicle] = -1;
  vehicles.entering[vehicle] = -1;
  vehicles.standingSteps[vehicle] = 0;
  vehicles.enteredStep[vehicle] = state.step;
  vehicles.wayMeters[vehicle] = -x;
  appendTo(lanes, vehicles, lane, vehicle);
  listVehicle(vehicles, vehicle);
  sideMoved(loops, lane, x, vehicleMeters(vehicles, vehicle), false, 0);
  tally.waiting -= 1;
  tally.running += 1;
}
