import { defined } from "../../src/assert.ts";
import type { DemandFile, VehicleType } from "../../src/model/demand.ts";
import { modeNumber } from "./classes.ts";
import { slackOf } from "./drivers.ts";
import { chooseEntryTarget, standingSpacing } from "./entering.ts";
import { JAM_SPACING_METERS, SPACING_MIN_METERS } from "./following.ts";
import { beginJourney, putOnLane } from "./insertion.ts";
import { beginRecord } from "./records.ts";
import type { TrafficState } from "./state.ts";
import type { Streets } from "./streets.ts";
import { choiceNumber } from "./turning.ts";
import { desiredSpeed, takeSlot } from "./vehicles.ts";

/** A link on which trips begin. They start from rest on its kerb lane, one behind the other, and wait outside in one queue. */
export type TripEntry = {
  readonly link: number;
  /** In rising order, from local midnight. */
  readonly departSeconds: Float64Array;
  readonly route: Int32Array;
  readonly types: readonly VehicleType[];
  readonly turnSeed: Int32Array;
  /** The next one to be scheduled. */
  next: number;
  head: number;
  tail: number;
  /** How many have come in. */
  enteredCount: number;
  /** The last one that came in, and its number: slots are used again. */
  entered: number;
  enteredSerial: number;
};

type Trip = {
  readonly departSeconds: number;
  readonly route: number;
  readonly type: VehicleType;
  readonly turnSeed: number;
};

/** Who departs before the run begins does not depart at all. */
export function createTripEntries(
  { trips }: DemandFile,
  streets: Streets,
  seed: number,
  beginSeconds: number,
): readonly TripEntry[] {
  if (trips === undefined) return [];
  const types = new Map(trips.vehicleTypes.map((type) => [type.id, type]));
  const byLink = new Map<number, Trip[]>();
  let number = 0;
  trips.routes.forEach(({ links, vehicleType, departSeconds }, route) => {
    const link = defined(streets.linkIndex.get(links[0] ?? ""), "first link");
    const type = defined(types.get(vehicleType), vehicleType);
    const own = byLink.get(link) ?? [];
    for (const at of departSeconds) {
      number += 1;
      const turnSeed = Math.floor(choiceNumber(seed, number) * 0x1_0000_0000) | 0;
      if (at >= beginSeconds) own.push({ departSeconds: at, route, type, turnSeed });
    }
    byLink.set(link, own);
  });
  return [...byLink]
    .toSorted(([left], [right]) => left - right)
    .map(([link, own]) =>
      entryOf(
        link,
        own.toSorted((one, other) => one.departSeconds - other.departSeconds),
      ),
    );
}

function entryOf(link: number, trips: readonly Trip[]): TripEntry {
  return {
    link,
    departSeconds: Float64Array.from(trips, (trip) => trip.departSeconds),
    route: Int32Array.from(trips, (trip) => trip.route),
    types: trips.map(({ type }) => type),
    turnSeed: Int32Array.from(trips, (trip) => trip.turnSeed),
    next: 0,
    head: -1,
    tail: -1,
    enteredCount: 0,
    entered: -1,
    enteredSerial: -1,
  };
}

/** Schedules those who have departed by the begin of the step. */
export function scheduleTrips(state: TrafficState, entry: TripEntry, nowSeconds: number): void {
  while (entry.next < entry.departSeconds.length && entry.departSeconds[entry.next]! <= nowSeconds) {
    const lateSeconds = nowSeconds - entry.departSeconds[entry.next]!;
    scheduleTrip(state, entry, entry.next, lateSeconds);
    state.tally.departDelaySeconds += lateSeconds;
    entry.next += 1;
  }
}

function scheduleTrip(state: TrafficState, entry: TripEntry, index: number, lateSeconds: number): void {
  const { tally, vehicles } = state;
  const type = defined(entry.types[index], "type");
  const slot = takeSlot(vehicles);
  tally.scheduled += 1;
  tally.waiting += 1;
  vehicles.serial[slot] = tally.scheduled;
  beginRecord(state, slot, lateSeconds);
  vehicles.turnSeed[slot] = entry.turnSeed[index]!;
  vehicles.factor[slot] = speedFactorOf(type, entry.turnSeed[index]!);
  const lost = slackOf(type);
  vehicles.slack[slot] = lost;
  vehicles.acceleration[slot] = type.accelerationMetersPerSecond2 - lost;
  vehicles.meters[slot] = type.lengthMeters;
  vehicles.extraMeters[slot] = extraMetersOf(type);
  vehicles.speedMax[slot] = type.speedMaxMetersPerSecond ?? Number.POSITIVE_INFINITY;
  vehicles.mode[slot] = modeNumber(type.mode ?? "car");
  vehicles.service[slot] = -1;
  vehicles.route[slot] = entry.route[index]!;
  beginJourney(state, slot, entry.link);
  if (entry.head < 0) entry.head = slot;
  else vehicles.behind[entry.tail] = slot;
  entry.tail = slot;
}

/** A bicycle never takes less than its length of the closest queue, though cyclists keep shorter gaps than cars. */
function extraMetersOf({ gapMeters, lengthMeters, mode }: VehicleType): number {
  const extraMeters = lengthMeters + gapMeters - JAM_SPACING_METERS;
  return mode === "bicycle" ? Math.max(extraMeters, lengthMeters - SPACING_MIN_METERS) : extraMeters;
}

/** Normal by the transform of Box and Muller, from the vehicle's own numbers. */
function speedFactorOf({ speedFactor }: VehicleType, turnSeed: number): number {
  const { mean, deviation, min, max } = speedFactor;
  const radius = Math.sqrt(-2 * Math.log(1 - choiceNumber(turnSeed, -2)));
  const normal = radius * Math.cos(2 * Math.PI * choiceNumber(turnSeed, -3));
  return Math.min(max, Math.max(min, mean + deviation * normal));
}

/** Lets in the one who waits longest, where the one before has made room. */
export function insertTrips(state: TrafficState, entry: TripEntry): void {
  const { streets, vehicles } = state;
  const vehicle = entry.head;
  if (vehicle < 0) return;
  const front = Math.min(vehicles.meters[vehicle]!, streets.linkLength[entry.link]!);
  if (isInTheWay(state, entry, front)) return;
  const target = chooseEntryTarget(state, vehicle, front);
  if (target < 0) return;
  entry.head = vehicles.behind[vehicle]!;
  const limit = streets.linkSpeed[entry.link]!;
  vehicles.desired[vehicle] = desiredSpeed(vehicles, vehicle, limit);
  putOnLane(state, vehicle, target, front, 0);
  entry.enteredCount += 1;
  entry.entered = vehicle;
  entry.enteredSerial = vehicles.serial[vehicle]!;
}

function isInTheWay(state: TrafficState, { entered, enteredSerial }: TripEntry, front: number): boolean {
  const { hop, serial, x } = state.vehicles;
  if (entered < 0 || serial[entered] !== enteredSerial || hop[entered] !== 0) return false;
  return x[entered]! - front < standingSpacing(state, entered);
}
