import { defined } from "../../src/assert.ts";
import type { PlantResult, Trip, VehicleMode } from "../field/plant.ts";
import { readXml, requiredNumber, requiredText, type XmlElement } from "./xml-reader.ts";

/** More never-inserted vehicles than this share of the scheduled ones are a jam: DESIGN §2. */
const NEVER_INSERTED_RATIO_MAX = 0.02;

/** What only the vehicles knew while they were on the road. */
type Stood = { readonly stoodTooLong: () => boolean; readonly stoodMaxSeconds: () => number };

/** One vehicle of SUMO's trip file. */
export type SumoTrip = Trip & {
  readonly id: string;
  /** From the begin of its first edge to its front as it was inserted. */
  readonly departPosMeters: number;
};

/** Measures of DESIGN §2. */
export function tripMeasures(trips: readonly SumoTrip[], stood: Stood): Omit<PlantResult, "record"> {
  const count = (outcome: Trip["outcome"]): number => trips.filter((trip) => trip.outcome === outcome).length;
  const mean = (of: (trip: Trip) => number): number =>
    trips.length === 0 ? 0 : trips.reduce((sum, trip) => sum + of(trip), 0) / trips.length;
  const neverInserted = count("neverInserted");
  return {
    vehiclesScheduled: trips.length,
    vehiclesArrived: count("arrived"),
    vehiclesNeverInserted: neverInserted,
    delaySeconds: mean(({ lostSeconds, departDelaySeconds }) => lostSeconds + departDelaySeconds),
    timeLossSeconds: mean(({ lostSeconds }) => lostSeconds),
    waitingSeconds: mean(({ standingSeconds }) => standingSeconds),
    waitMaxSeconds: stood.stoodMaxSeconds(),
    jammed: stood.stoodTooLong() || neverInserted > trips.length * NEVER_INSERTED_RATIO_MAX,
    pedestrianDelaySeconds: undefined,
  };
}

/** From when to when a run went, in SUMO's seconds. */
export type RunSpan = { readonly beginSeconds: number; readonly endSeconds: number };

/**
 * The vehicles of SUMO's trip file, written with unfinished and undeparted vehicles at the end of the run. SUMO drops vehicles that are
 * due before the begin, and lists among the undeparted only those that are due by the end. `modes` by the type of vehicle.
 */
export async function readTrips(
  file: string,
  modes: ReadonlyMap<string, VehicleMode>,
  span: RunSpan,
): Promise<readonly SumoTrip[]> {
  const trips: SumoTrip[] = [];
  await readXml(file, {
    open: (element) => {
      if (element.name !== "tripinfo") return;
      const inserted = requiredNumber(element, "depart") >= 0;
      // Who is due at the very end of the run is listed, without any delay, and no longer belongs to it.
      if (!inserted && requiredNumber(element, "departDelay") <= 0) return;
      trips.push(inserted ? tripOf(element, modes, span) : waitingTrip(element, modes, span));
    },
  });
  return trips;
}

function tripOf(element: XmlElement, modes: ReadonlyMap<string, VehicleMode>, span: RunSpan): SumoTrip {
  const number = (attribute: string): number => requiredNumber(element, attribute);
  const lostSeconds = number("timeLoss");
  const travelSeconds = number("duration");
  return {
    ...waitingTrip(element, modes, span),
    scheduledSeconds: number("depart") - number("departDelay") - span.beginSeconds,
    outcome: number("arrival") >= 0 ? "arrived" : "unfinished",
    departPosMeters: number("departPos"),
    lostSeconds,
    travelSeconds,
    freeSeconds: Math.max(0, travelSeconds - lostSeconds - number("stopTime")),
    standingSeconds: number("waitingTime"),
    stops: number("waitingCount"),
    distanceMeters: number("routeLength"),
  };
}

/** One that was never inserted: SUMO knows nothing of it but how long it has waited. */
function waitingTrip(
  element: XmlElement,
  modes: ReadonlyMap<string, VehicleMode>,
  { beginSeconds, endSeconds }: RunSpan,
): SumoTrip {
  const vehicleType = requiredText(element, "vType");
  const departDelaySeconds = requiredNumber(element, "departDelay");
  return {
    id: requiredText(element, "id"),
    mode: defined(modes.get(vehicleType), `class of the vehicle type ${vehicleType}`),
    outcome: "neverInserted",
    scheduledSeconds: endSeconds - beginSeconds - departDelaySeconds,
    departDelaySeconds,
    departPosMeters: 0,
    lostSeconds: 0,
    travelSeconds: 0,
    freeSeconds: 0,
    standingSeconds: 0,
    stops: 0,
    distanceMeters: 0,
  };
}

/** SUMO's vehicle classes other than cars, by what they are with us. What is not listed, motorcycles included, counts as a car. */
const CLASS_MODES: ReadonlyMap<string, VehicleMode> = new Map([
  ["bus", "bus"],
  ["coach", "bus"],
  ["truck", "truck"],
  ["trailer", "truck"],
  ["delivery", "truck"],
  ["emergency", "emergency"],
  ["bicycle", "bicycle"],
]);

export function modeOfClass(vehicleClass: string): VehicleMode {
  return CLASS_MODES.get(vehicleClass) ?? "car";
}
