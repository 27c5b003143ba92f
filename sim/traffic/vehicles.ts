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
  /** Speed on the link it is on where nothing holds it up: the desired one less `slack`. */
  desired: Float64Array;
  /** Desired speed where it is now: inside a junction the turn's, if that is lower. */
  wanted: Float64Array;
  /** By how much an imperfect driver stays below the desired speed, m/s. */
  slack: Float64Array;
  /** Front, from the begin of the link, now and one and two steps ago; negative inside the junction before the link. */
  x: Float64Array;
  x1: Float64Array;
  x2: Float64Array;
  /** How far it moves in the step that is being computed. */
  advance: Float64Array;
  speed: Float64Array;
  /** −1 for who waits outside, and for a free slot. */
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
  /** What it is, by its place in `MODES`. */
  mode: Int32Array;
  /** Index of the service whose route it keeps to; −1 without one. */
  service: Int32Array;
  /** Index of the trip's route that it keeps to; −1 without one. */
  route: Int32Array;
  /** Of its service's stops, those that it has made; and what is left of the dwell at the one where it stands. */
  stopsMade: Int32Array;
  dwellSteps: Int32Array;
  /** 1 from check-in before a signal until check-out behind it. */
  checkedIn: Int32Array;
  /** From front to rear. */
  meters: Float64Array;
  /** What it takes of a queue over what a car takes. */
  extraMeters: Float64Array;
  /** It never wants to drive faster, m/s. */
  speedMax: Float64Array;
  /** Highest, m/s². */
  acceleration: Float64Array;
  /** Steps in which it was scheduled, with a fraction where it was due between two, and let in. */
  scheduledStep: Float64Array;
  enteredStep: Int32Array;
  /** Time lost and stops since the last stop line, and before it; and all seconds of standing. */
  linkLost: Float64Array;
  linkStops: Int32Array;
  lost: Float64Array;
  stops: Int32Array;
  standing: Int32Array;
  /** Metres from where it entered to the begin of the link it is on. */
  wayMeters: Float64Array;
  ahead: Int32Array;
  behind: Int32Array;
  /** The first `listed` are all that drive, each once, in the order in which a step goes through them; and some that have left. */
  order: Int32Array;
  listed: number;
  isListed: Uint8Array;
  /** Room for a list of vehicles within a step. */
  picked: Int32Array;
};

/** A vehicle so far into its link no longer matters to those that follow it out of the last one. */
export const FORGET_METERS = 50 + VEHICLE_LENGTH_METERS;

export function createVehicles(capacity: number): Vehicles {
  const vehicles: Vehicles = {
    capacity,
    free: 0,
    listed: 0,
    serial: new Int32Array(capacity),
    turnSeed: new Int32Array(capacity),
    hop: new Int32Array(capacity),
    factor: new Float64Array(capacity),
    desired: new Float64Array(capacity),
    wanted: new Float64Array(capacity),
    slack: new Float64Array(capacity),
    x: new Float64Array(capacity),
    x1: new Float64Array(capacity),
    x2: new Float64Array(capacity),
    advance: new Float64Array(capacity),
    speed: new Float64Array(capacity),
    lane: new Int32Array(capacity).fill(-1),
    target: new Int32Array(capacity),
    movement: new Int32Array(capacity),
    nextMovement: new Int32Array(capacity),
    cameLane: new Int32Array(capacity),
    cameMovement: new Int32Array(capacity),
    entering: new Int32Array(capacity),
    standingSteps: new Int32Array(capacity),
    mode: new Int32Array(capacity),
    service: new Int32Array(capacity),
    route: new Int32Array(capacity),
    stopsMade: new Int32Array(capacity),
    dwellSteps: new Int32Array(capacity),
    checkedIn: new Int32Array(capacity),
    meters: new Float64Array(capacity),
    extraMeters: new Float64Array(capacity),
    speedMax: new Float64Array(capacity),
    acceleration: new Float64Array(capacity),
    scheduledStep: new Float64Array(capacity),
    enteredStep: new Int32Array(capacity),
    linkLost: new Float64Array(capacity),
    linkStops: new Int32Array(capacity),
    lost: new Float64Array(capacity),
    stops: new Int32Array(capacity),
    standing: new Int32Array(capacity),
    wayMeters: new Float64Array(capacity),
    ahead: new Int32Array(capacity),
    behind: new Int32Array(capacity),
    order: new Int32Array(capacity),
    isListed: new Uint8Array(capacity),
    picked: new Int32Array(capacity),
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

/** Whoever comes onto the street is gone through from now on. */
export function listVehicle(vehicles: Vehicles, slot: number): void {
  if (vehicles.isListed[slot] === 1) return;
  vehicles.isListed[slot] = 1;
  vehicles.order[vehicles.listed] = slot;
  vehicles.listed += 1;
}

export function releaseSlot(vehicles: Vehicles, slot: number): void {
  vehicles.cameLane[slot] = -1;
  vehicles.lane[slot] = -1;
  vehicles.behind[slot] = vehicles.free;
  vehicles.free = slot;
}

/** How fast the vehicle wants to drive under that limit. */
export function desiredSpeed({ factor, slack, speedMax }: Vehicles, vehicle: number, limit: number): number {
  return Math.min(speedMax[vehicle]!, limit * factor[vehicle]! - slack[vehicle]!);
}

/** From front to rear. */
export function vehicleMeters(vehicles: Vehicles, vehicle: number): number {
  return vehicles.meters[vehicle]!;
}

function grow(vehicles: Vehicles): void {
  const old = vehicles.capacity;
  const longer = createVehicles(old * 2);
  longer.listed = vehicles.listed;
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
    "mode",
    "service",
    "route",
    "stopsMade",
    "dwellSteps",
    "checkedIn",
    "enteredStep",
    "linkStops",
    "stops",
    "standing",
    "ahead",
    "behind",
    "order",
    "isListed",
  ] as const;
  const reals = [
    "factor",
    "desired",
    "wanted",
    "slack",
    "x",
    "x1",
    "x2",
    "advance",
    "speed",
    "meters",
    "extraMeters",
    "speedMax",
    "acceleration",
    "scheduledStep",
    "linkLost",
    "lost",
    "wayMeters",
  ] as const;
  for (const name of integers) longer[name].set(vehicles[name]);
  for (const name of reals) longer[name].set(vehicles[name]);
  chainFree(longer, old);
  Object.assign(vehicles, longer);
}
