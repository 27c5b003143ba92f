import { defined } from "../../../src/assert.ts";
import type { Network } from "../../../src/model/files.ts";
import type { DrawnVehicle } from "../../traffic/drawn-demand.ts";
import { DECELERATION, JAM_SPACING_METERS } from "../../traffic/following.ts";
import { queueHeadwaySeconds, queueSpeed } from "../import-built-in.ts";
import { TAU_SECONDS } from "../vehicle-types.ts";

/** A `<vType>`: vehicles of one kind and build. */
export type ExportedType = {
  readonly id: string;
  readonly vClass: string;
  readonly lengthMeters: number;
  readonly gapMeters: number;
  readonly accelerationMetersPerSecond2: number;
  /** Comfortable braking, and the reaction time; SUMO's own for trips, which came from there. */
  readonly decelerationMetersPerSecond2: number | undefined;
  readonly tauSeconds: number | undefined;
  readonly imperfection: number;
  /** Of those who are exported: each has its own, and whoever adds some draws from these. */
  readonly speedFactor: {
    readonly mean: number;
    readonly deviation: number;
    readonly min: number;
    readonly max: number;
  };
};

/** Of a queue of our cars, whose drivers know no imperfection. */
const CARS = { spacingMeters: JAM_SPACING_METERS, slack: 0, imperfection: 0 } as const;
/** More is not what drivers need to react. */
const TAU_MAX_SECONDS = 3;

/**
 * The reaction time with which Krauss' vehicles leave a queue as ours do: the mean over the lanes that go straight at signals (over all, where
 * nobody does) of what `queueHeadwaySeconds` leaves of the configured headway. Never below SUMO's own second, which is a step.
 */
export function tauOf({ intersections, links }: Network): number {
  const speeds = new Map(links.map(({ id, speedMetersPerSecond }) => [id, speedMetersPerSecond]));
  const movements = intersections.flatMap(({ movements: own }) => own);
  const straight = movements.filter(({ turn }) => turn === "through");
  let lanes = 0;
  let sum = 0;
  for (const { fromLanes, fromLink, toLink, saturationFlowVehPerHour } of straight.length > 0
    ? straight
    : movements) {
    const limit = Math.min(defined(speeds.get(fromLink), fromLink), defined(speeds.get(toLink), toLink));
    lanes += fromLanes.length;
    sum +=
      fromLanes.length *
      (3600 / saturationFlowVehPerHour - queueHeadwaySeconds(limit, { ...CARS, tauSeconds: 0 }));
  }
  return lanes === 0 ? TAU_SECONDS : Math.min(TAU_MAX_SECONDS, Math.max(TAU_SECONDS, sum / lanes));
}

/** As much faster or slower than ours a curve is driven, so that its queue leaves as configured. */
const TURN_RATIO = 1.25;
/**
 * How fast SUMO's vehicles may drive through a junction, m/s: our speed on a way without a curve; in a curve the one at which a queue with that
 * reaction time leaves at the saturation flow, no more than a quarter from ours and never above the limit.
 */
export function turnSpeed(
  crossingSpeed: number,
  limit: number,
  flowVehPerHour: number | undefined,
  tauSeconds: number,
): number {
  if (crossingSpeed >= limit) return limit;
  if (flowVehPerHour === undefined) return crossingSpeed;
  const wanted = queueSpeed(3600 / flowVehPerHour, { ...CARS, tauSeconds });
  return Math.min(limit, crossingSpeed * TURN_RATIO, Math.max(crossingSpeed / TURN_RATIO, wanted));
}

const CLASS: Readonly<Record<DrawnVehicle["kind"], string>> = {
  car: "passenger",
  bus: "bus",
  emergency: "emergency",
  trip: "passenger",
};

/** The types of those vehicles, and which each of them is of; of several builds of one kind, the first met has the plain name. */
export function typesOf(
  vehicles: readonly DrawnVehicle[],
  tauSeconds: number,
): { readonly types: readonly ExportedType[]; readonly typeOf: (vehicle: DrawnVehicle) => string } {
  const builds = new Map<string, { readonly id: string; readonly members: DrawnVehicle[] }>();
  const kinds = new Map<string, number>();
  for (const vehicle of vehicles) {
    const key = buildOf(vehicle);
    let build = builds.get(key);
    if (build === undefined) {
      const number = (kinds.get(vehicle.kind) ?? 0) + 1;
      kinds.set(vehicle.kind, number);
      build = { id: number === 1 ? vehicle.kind : `${vehicle.kind}.${number}`, members: [] };
      builds.set(key, build);
    }
    build.members.push(vehicle);
  }
  return {
    types: [...builds.values()].map(({ id, members }) => typeOfMembers(id, members, tauSeconds)),
    typeOf: (vehicle) => defined(builds.get(buildOf(vehicle)), "type of a vehicle").id,
  };
}

function buildOf(vehicle: DrawnVehicle): string {
  const { kind, lengthMeters, gapMeters, accelerationMetersPerSecond2, imperfection } = vehicle;
  const numbers = [lengthMeters, gapMeters, accelerationMetersPerSecond2, imperfection];
  return [kind, ...numbers.map((number) => number.toFixed(3))].join(" ");
}

function typeOfMembers(id: string, members: readonly DrawnVehicle[], tauSeconds: number): ExportedType {
  const first = defined(members[0], "a type has a vehicle");
  const { kind, lengthMeters, gapMeters, accelerationMetersPerSecond2, imperfection } = first;
  const factors = members.map(({ speedFactor }) => speedFactor);
  const mean = factors.reduce((sum, factor) => sum + factor, 0) / factors.length;
  const variance = factors.reduce((sum, factor) => sum + (factor - mean) ** 2, 0) / factors.length;
  const isTrip = kind === "trip";
  return {
    id,
    vClass: CLASS[kind],
    lengthMeters,
    gapMeters,
    accelerationMetersPerSecond2,
    decelerationMetersPerSecond2: isTrip ? undefined : DECELERATION,
    tauSeconds: isTrip ? undefined : tauSeconds,
    imperfection,
    speedFactor: {
      mean,
      deviation: Math.sqrt(variance),
      min: Math.min(...factors),
      max: Math.max(...factors),
    },
  };
}
