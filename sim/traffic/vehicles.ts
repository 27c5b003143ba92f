import { VEHICLE_LENGTH_METERS } from "./following.ts";

/**
 * Every vehicle that waits to enter or drives, as one slot in parallel arrays. Slots are used again; arrays are replaced by
 * longer ones when they are full, so nobody may keep hold of an array over `takeSlot`.
 */
export type Vehicles = {
  capacity: number;
  /** First free slot; free slots are chained through `behind`. −1 when full. */
  free: number;
  /** Number of the vehicle in the order of scheduling, from 1. */
  serial: Int32Array;
  turnSeed: Int32Array;
  /** How many links the vehicle has entered. */
  hop: Int32Array;
  /** Desired speed over the limit. */
  factor: Float64Array;
  /** Desired speed on the link it is on. */
  desired: Float64Array;
  /** Front, from the begin of the link, now and one and two steps ago; negative inside the junction before the link. */
  x: Float64Array;
  x1: Float64Array;
  x2: Float64Array;
  /** Where it will be after the step that is being computed. */
  next: Float64Array;
  speed: Float64Array;
  lane: Int32Array;
  /** The lane in which it wants to reach the stop line: `lane`, or a pocket beside it. */
  target: Int32Array;
  /** What it does at the end of this link and of the next one; −1 after the last. */
  movement: Int32Array;
  nextMovement: Int32Array;
  /** The lane that it came from and by which movement, until it is `FORGET_METERS` into its link; −1 otherwise. */
  cameLane: Int32Array;
  cameMovement: Int32Array;
  /** Lane at the stop line of the next link that it has been let into this step; −1 otherwise. */
  entering: Int32Array;
  standingSteps: Int32Array;
  /** Index of the service whose route it keeps to; −1 for a car. */
  service: Int32Array;
  /** Of its service's stops, those that it has made; and what is left of the dwell at the one where it stands. */
  stopsMade: Int32Array;
  dwellSteps: Int32Array;
  /** 1 from check-in before a signal until check-out behind it. */
  checkedIn: Int32Array;
  /** Length over a car's. */
  extraMeters: Float64Array;
  /** Highest, m/s². */
  acceleration: Float64Array;
  /** Steps in which it was scheduled and let in. */
  scheduledStep: Int32Array;
  enteredStep: Int32Array;
  /** Time lost and stops since the last stop line, and before it; and all seconds of standing. */
  linkLost: Float64Array;
  linkStops: Int32Array;
  lost: Float64Array;
  stops: Int32Array;
  standing: Int32Array;
  /** Metres from where it entered to the begin of the link it is on. */
  meters: Float64Array;
  ahead: Int32Array;
  behind: Int32Array;
};

/** A vehicle so far into its link no longer matters to those that follow it out of the last one. */
export const FORGET_METERS = 50 + VEHICLE_LENGTH_METERS;

export function createVehicles(capacity: number): Vehicles {
  const vehicles: Vehicles = {
    capacity,
    free: 0,
    serial: new Int32Array(capacity),
    turnSeed: new Int32Array(capacity),
    hop: new Int32Array(capacity),
    factor: new Float64Array(capacity),
    desired: new Float64Array(capacity),
    x: new Float64Array(capacity),
    x1: new Float64Array(capacity),
    x2: new Float64Array(capacity),
    next: new Float64Array(capacity),
    speed: new Float64Array(capacity),
    lane: new Int32Array(capacity),
    target: new Int32Array(capacity),
    movement: new Int32Array(capacity),
    nextMovement: new Int32Array(capacity),
    cameLane: new Int32Array(capacity),
    cameMovement: new Int32Array(capacity),
    entering: new Int32Array(capacity),
    standingSteps: new Int32Array(capacity),
    service: new Int32Array(capacity),
    stopsMade: new Int32Array(capacity),
    dwellSteps: new Int32Array(capacity),
    checkedIn: new Int32Array(capacity),
    extraMeters: new Float64Array(capacity),
    acceleration: new Float64Array(capacity),
    scheduledStep: new Int32Array(capacity),
    enteredStep: new Int32Array(capacity),
    linkLost: new Float64Array(capacity),
    linkStops: new Int32Array(capacity),
    lost: new Float64Array(capacity),
    stops: new Int32Array(capacity),
    standing: new Int32Array(capacity),
    meters: new Float64Array(capacity),
    ahead: new Int32Array(capacity),
    behind: new Int32Array(capacity),
  };
  chainFree(vehicles, 0);
  return vehicles;
}

function chainFree(vehicles: Vehicles, from: number): void {
  for (let slot = from; slot < vehicles.capacity; slot += 1) {
    vehicles.behind[slot] = slot + 1 < vehicles.capacity ? slot + 1 : -1;
  }
  vehicles.free = from;
}

/** A slot for a new vehicle; its contents are the caller's to write. */
export function takeSlot(vehicles: Vehicles): number {
  if (vehicles.free < 0) grow(vehicles);
  const slot = vehicles.free;
  vehicles.free = vehicles.behind[slot]!;
  return slot;
}

export function releaseSlot(vehicles: Vehicles, slot: number): void {
  vehicles.cameLane[slot] = -1;
  vehicles.behind[slot] = vehicles.free;
  vehicles.free = slot;
}

/** From front to rear. */
export function vehicleMeters(vehicles: Vehicles, vehicle: number): number {
  return VEHICLE_LENGTH_METERS + vehicles.extraMeters[vehicle]!;
}

function grow(vehicles: Vehicles): void {
  const old = vehicles.capacity;
  const longer = createVehicles(old * 2);
  const integers = [
    "serial",
    "turnSeed",
    "hop",
    "lane",
    "target",
    "movement",
    "nextMovement",
    "cameLane",
    "cameMovement",
    "entering",
    "standingSteps",
    "service",
    "stopsMade",
    "dwellSteps",
    "checkedIn",
    "scheduledStep",
    "enteredStep",
    "linkStops",
    "stops",
    "standing",
    "ahead",
    "behind",
  ] as const;
  const reals = [
    "factor",
    "desired",
    "x",
    "x1",
    "x2",
    "next",
    "speed",
    "extraMeters",
    "acceleration",
    "linkLost",
    "lost",
    "meters",
  ] as const;
  for (const name of integers) longer[name].set(vehicles[name]);
  for (const name of reals) longer[name].set(vehicles[name]);
  chainFree(longer, old);
  Object.assign(vehicles, longer);
}
