import { defined } from "../../src/assert.ts";
import type { DemandFile, VehicleType } from "../../src/model/demand.ts";
import { FOLLOW_MIN_SECONDS, JAM_SPACING_METERS, SPEED_FACTOR_MAX } from "./following.ts";

/** What the drivers of a network have in common, as far as queues are concerned. */
export type Drivers = {
  /** Front to front of standing vehicles, on average. */
  readonly spacingMeters: number;
  /** By how much they stay below their desired speed, m/s. */
  readonly slack: number;
  /** Hardly anybody's desired speed is more times the limit. */
  readonly speedFactorMax: number;
  /** From green to the first one's moving off; `undefined`: as the lost time of HCM makes it. */
  readonly reactionSeconds: number | undefined;
  /** Time lag behind the vehicle ahead where no signal's saturation flow says it. */
  readonly followSeconds: number;
};

/** Those of demand by entries and shares: as HCM measured them. */
export const USUAL_DRIVERS: Drivers = {
  spacingMeters: JAM_SPACING_METERS,
  slack: 0,
  speedFactorMax: SPEED_FACTOR_MAX,
  reactionSeconds: undefined,
  followSeconds: FOLLOW_MIN_SECONDS,
};

/** From green to the first one's moving off, and the lag in a queue that is nobody's saturation flow: fitted to SUMO, see DESIGN.md. */
const KRAUSS_REACTION_SECONDS = 0;
const KRAUSS_FOLLOW_SECONDS = 1.3;
/** Of normally spread speeds with SUMO's usual deviation of 0.1: three deviations. */
const KRAUSS_SPEED_FACTOR_MAX = 1.3;

/** The mean of those who make the trips in motor vehicles, or the usual ones where nobody does. */
export function driversOf({ trips }: DemandFile): Drivers {
  if (trips === undefined) return USUAL_DRIVERS;
  const types = new Map(trips.vehicleTypes.map((type) => [type.id, type]));
  let count = 0;
  let spacing = 0;
  let slack = 0;
  for (const { vehicleType, departSeconds } of trips.routes) {
    const type = defined(types.get(vehicleType), vehicleType);
    if (type.mode === "bicycle") continue;
    count += departSeconds.length;
    spacing += departSeconds.length * (type.lengthMeters + type.gapMeters);
    slack += departSeconds.length * slackOf(type);
  }
  if (count === 0) return USUAL_DRIVERS;
  return {
    spacingMeters: spacing / count,
    slack: slack / count,
    speedFactorMax: KRAUSS_SPEED_FACTOR_MAX,
    reactionSeconds: KRAUSS_REACTION_SECONDS,
    followSeconds: KRAUSS_FOLLOW_SECONDS,
  };
}

/** Krauss takes off a random part of `imperfection · acceleration` each second, half of it on average, whatever the speed: m/s. */
export function slackOf({ accelerationMetersPerSecond2, imperfection }: VehicleType): number {
  return (imperfection * accelerationMetersPerSecond2) / 2;
}
