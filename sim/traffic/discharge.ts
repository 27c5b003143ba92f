import type { Turn } from "../../src/model/intersection.ts";
import { type Drivers, USUAL_DRIVERS } from "./drivers.ts";
import {
  ACCELERATION,
  FOLLOW_MAX_SECONDS,
  FOLLOW_MIN_SECONDS,
  QUEUE_SPEED_FACTOR,
  SPACING_MIN_METERS,
  STOP_GAP_METERS,
} from "./following.ts";

/** How the vehicles of a movement drive over the stop line so that a standing queue leaves at the saturation flow. */
export type Discharge = {
  /** Highest speed over the stop line and through the junction, m/s. */
  readonly crossingSpeed: number;
  readonly followSeconds: number;
  readonly spacingMeters: number;
  /** From green to the first vehicle's moving off. */
  readonly reactionSeconds: number;
};

/** Comfortable speeds of a turn, m/s: about 2 m/s² sideways on radii of 32, 21 and 12 m. */
export const TURN_SPEED: Readonly<Record<Turn, number>> = {
  through: Number.POSITIVE_INFINITY,
  left: 8,
  right: 6.5,
  uturn: 5,
};

/** How much faster than comfortable a turn is driven where only that reaches the configured saturation flow. */
const TURN_HASTE = 1.25;

/** What a queue's start costs of green; HCM: about two seconds. The use of yellow makes up for as much (crossing.ts). */
const START_UP_LOST_SECONDS = 1.75;
const REACTION_MIN_SECONDS = 0.5;
const REACTION_MAX_SECONDS = 4;

/**
 * Solves Newell's steady state `headway = followSeconds + spacing / speed` for the configured headway. First the time
 * lag is adapted; where it would leave its bounds, a turn's speed, then the moving spacing; where the headway is very long,
 * the crossing speed. `spacingMaxMeters` is that of standing vehicles on the links, `turnSpeed` what the curve allows. The reaction follows from the start-up lost time: the n-th vehicle crosses at
 * `reaction + n·followSeconds + √(2·(n·spacing)/a)` while accelerating and at one headway a vehicle afterwards, which loses
 * `reaction + v/2a + stopGap/v − headway`; steps of a second with the speed taken at their end are half a second ahead.
 */
export function dischargeOf(
  turnSpeed: number,
  limitSpeed: number,
  saturationFlowVehPerHour: number,
  spacingMaxMeters: number,
  drivers: Drivers = USUAL_DRIVERS,
): Discharge {
  const headway = 3600 / saturationFlowVehPerHour;
  let crossingSpeed = Math.min(turnSpeed, limitSpeed);
  const queueSpeedOf = (speed: number): number =>
    Math.min(speed, limitSpeed * QUEUE_SPEED_FACTOR - drivers.slack);
  let spacingMeters = spacingMaxMeters;
  let followSeconds = headway - spacingMeters / queueSpeedOf(crossingSpeed);
  if (followSeconds < FOLLOW_MIN_SECONDS) {
    const wanted = spacingMeters / (headway - FOLLOW_MIN_SECONDS);
    crossingSpeed = Math.min(wanted, crossingSpeed * TURN_HASTE, limitSpeed);
    followSeconds = Math.max(FOLLOW_MIN_SECONDS, headway - spacingMeters / queueSpeedOf(crossingSpeed));
    const closer = (headway - followSeconds) * queueSpeedOf(crossingSpeed);
    spacingMeters = Math.max(SPACING_MIN_METERS, Math.min(spacingMeters, closer));
  } else if (followSeconds > FOLLOW_MAX_SECONDS) {
    followSeconds = FOLLOW_MAX_SECONDS;
    crossingSpeed = spacingMeters / (headway - FOLLOW_MAX_SECONDS);
  }
  const speed = queueSpeedOf(crossingSpeed);
  const reaction =
    START_UP_LOST_SECONDS + headway + 0.5 - speed / (2 * ACCELERATION) - STOP_GAP_METERS / speed;
  return {
    // A through movement's drivers keep their own desired speed; only a slower crossing binds them.
    crossingSpeed: crossingSpeed >= limitSpeed ? limitSpeed * drivers.speedFactorMax : crossingSpeed,
    followSeconds,
    spacingMeters,
    reactionSeconds:
      drivers.reactionSeconds ?? Math.min(REACTION_MAX_SECONDS, Math.max(REACTION_MIN_SECONDS, reaction)),
  };
}
