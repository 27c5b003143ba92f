import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import { type ArrivalProcess, createArrivals, nextArrival, perHourAt } from "./demand.ts";
import { chooseEntryTarget, lastInto, positionInto, standingSpacing } from "./entering.ts";
import { safeSpeed, SPEED_FACTOR_MAX, SPEED_FACTOR_MIN } from "./following.ts";
import { appendTo } from "./lanes.ts";
import { sideMoved } from "./loops.ts";
import { beginRecord } from "./records.ts";
import { movementAfter, type Service, VEHICLE_CLASS } from "./services.ts";
import type { TrafficState } from "./state.ts";
import type { Streets } from "./streets.ts";
import type { TurnChoices } from "./turning.ts";
import { takeSlot, vehicleMeters } from "./vehicles.ts";

/** A link by which vehicles come, and those that wait outside, a queue for each way on from the link. */
export type Entry = {
  readonly link: number;
  readonly arrivals: ArrivalProcess;
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
  return demand.entries.map(({ link: id, vehicles }): Entry => {
    const link = defined(streets.linkIndex.get(id), `entry ${id}`);
    const ways = choices.start[link + 1]! - choices.start[link]!;
    return {
      link,
      arrivals: createArrivals(vehicles, seed, id),
      services: [...services.keys()].filter((index) => services[index]?.entryLink === link),
      heads: new Int32Array(ways).fill(-1),
      tails: new Int32Array(ways).fill(-1),
    };
  });
}

/** Schedules the vehicles that want to enter during the second that begins now; they come at its begin. */
export function scheduleArrivals(state: TrafficState, entry: Entry, sinceMidnightMs: number): void {
  scheduleFrom(state, entry, entry.arrivals, -1, sinceMidnightMs);
  for (const service of entry.services) {
    scheduleFrom(state, entry, state.services[service]!.arrivals, service, sinceMidnightMs);
  }
}

function scheduleFrom(
  state: TrafficState,
  entry: Entry,
  arrivals: ArrivalProcess,
  service: number,
  sinceMidnightMs: number,
): void {
  let expected = perHourAt(arrivals.profile, sinceMidnightMs + 500) / 3600;
  for (;;) {
    expected = nextArrival(arrivals, expected);
    if (expected < 0) return;
    scheduleVehicle(state, entry, arrivals, service);
  }
}

export function scheduleVehicle(
  state: TrafficState,
  entry: Entry,
  { draw }: ArrivalProcess,
  service: number,
): void {
  const { movements, tally, vehicles } = state;
  const slot = takeSlot(vehicles);
  const turnSeed = Math.floor(draw() * 0x1_0000_0000) | 0;
  const { acceleration, extraMeters, speedFactor } =
    VEHICLE_CLASS[service < 0 ? "car" : state.services[service]!.kind];
  tally.scheduled += 1;
  tally.waiting += 1;
  vehicles.serial[slot] = tally.scheduled;
  beginRecord(state, slot);
  vehicles.turnSeed[slot] = turnSeed;
  vehicles.hop[slot] = 0;
  vehicles.factor[slot] = speedFactor ?? SPEED_FACTOR_MIN + draw() * (SPEED_FACTOR_MAX - SPEED_FACTOR_MIN);
  vehicles.service[slot] = service;
  vehicles.stopsMade[slot] = 0;
  vehicles.dwellSteps[slot] = 0;
  vehicles.checkedIn[slot] = 0;
  vehicles.acceleration[slot] = acceleration;
  vehicles.extraMeters[slot] = extraMeters;
  const movement = movementAfter(state, slot, entry.link, 0);
  const toLink = movements.toLink[movement]!;
  vehicles.movement[slot] = movement;
  vehicles.nextMovement[slot] = toLink < 0 ? -1 : movementAfter(state, slot, toLink, 1);
  vehicles.behind[slot] = -1;
  const way = wayOf(state, entry, movement);
  if (entry.heads[way]! < 0) entry.heads[way] = slot;
  else vehicles.behind[entry.tails[way]!] = slot;
  entry.tails[way] = slot;
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
  const { lanes, loops, streets, tally, vehicles } = state;
  const target = chooseEntryTarget(state, vehicle);
  if (target < 0) return false;
  const lane = streets.laneBase[target]!;
  const last = lastInto(state, lane);
  const desired = streets.linkSpeed[entry.link]! * vehicles.factor[vehicle]!;
  const room =
    last < 0 ? Number.POSITIVE_INFINITY : positionInto(state, lane, last) - standingSpacing(state, last);
  const safe = last < 0 ? desired : safeSpeed(room, vehicles.speed[last]!);
  const speed = Math.min(desired, safe, Math.max(0, room));
  vehicles.x[vehicle] = 0;
  vehicles.x1[vehicle] = -speed;
  vehicles.x2[vehicle] = -2 * speed;
  vehicles.speed[vehicle] = speed;
  vehicles.desired[vehicle] = desired;
  vehicles.target[vehicle] = target;
  vehicles.cameLane[vehicle] = -1;
  vehicles.cameMovement[vehicle] = -1;
  vehicles.entering[vehicle] = -1;
  vehicles.standingSteps[vehicle] = 0;
  vehicles.enteredStep[vehicle] = state.step;
  appendTo(lanes, vehicles, lane, vehicle);
  sideMoved(loops, lane, 0, vehicleMeters(vehicles, vehicle), false, 0);
  tally.waiting -= 1;
  tally.running += 1;
  return true;
}
