import { BUS_LENGTH_METERS } from "../../src/model/demand.ts";
import type { VehicleMode } from "../field/plant.ts";
import { ACCELERATION, VEHICLE_LENGTH_METERS } from "./following.ts";

/** How the vehicles of a class differ from a car. */
type VehicleClass = {
  readonly extraMeters: number;
  readonly acceleration: number;
  /** Desired speed over the limit; like a car's where there is none. */
  readonly speedFactor: number | undefined;
  /** However fast others may drive, m/s. */
  readonly speedMax: number;
};

const CAR: VehicleClass = {
  extraMeters: 0,
  acceleration: ACCELERATION,
  speedFactor: undefined,
  speedMax: Number.POSITIVE_INFINITY,
};

/**
 * Truck: HCM's mean heavy vehicle takes 45 ft of a queue, 20 ft more than a car (ch. 31); it accelerates like SUMO's class of that name. Its
 * passenger-car equivalent follows from both. The bus is SUMO's class; who drives with a siren goes a third faster than allowed. The
 * bicycle is SUMO's class: 1.6 m, 20 km/h.
 */
export const VEHICLE_CLASS: Readonly<Record<VehicleMode, VehicleClass>> = {
  car: CAR,
  truck: { ...CAR, extraMeters: 6.1, acceleration: 1.3 },
  bus: { ...CAR, extraMeters: BUS_LENGTH_METERS - VEHICLE_LENGTH_METERS, acceleration: 1.2 },
  emergency: { ...CAR, speedFactor: 1.3 },
  bicycle: { ...CAR, extraMeters: 1.6 - VEHICLE_LENGTH_METERS, acceleration: 1.2, speedMax: 5.56 },
};

/** The modes in the order of the numbers that stand for them. */
export const MODES = [
  "car",
  "truck",
  "bus",
  "emergency",
  "bicycle",
] as const satisfies readonly VehicleMode[];

export function modeNumber(mode: VehicleMode): number {
  return MODES.indexOf(mode);
}

export const BICYCLE = modeNumber("bicycle");
