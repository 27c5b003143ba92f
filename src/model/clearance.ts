/**
 * The traffic engineer's formulas for clearance, pedestrian and minimum green times. They serve whoever designs or checks a
 * configuration; nothing that runs ever computes such a time live (reference §2.1, REQ-S1).
 */

/** Time in which a driver perceives the yellow and reacts (ITE). */
const REACTION_SECONDS = 1;
/** Comfortable deceleration, 10 ft/s² (ITE). */
const DECELERATION_METERS_PER_SECOND2 = 3.048;
/** Standard gravity, 32.2 ft/s². */
const GRAVITY_METERS_PER_SECOND2 = 9.81;
/** Length of the vehicle that red clearance is designed for, 20 ft. */
const DESIGN_VEHICLE_METERS = 6.1;
/** Speed at which a left turn enters the intersection, 20 mph. */
export const TURN_ENTRY_METERS_PER_SECOND = 8.94;
/** Bounds of the displayed yellow (MUTCD). */
export const YELLOW_MIN_SECONDS = 3;
export const YELLOW_MAX_SECONDS = 6;
/** Red clearance should not exceed this (MUTCD). */
const RED_CLEAR_MAX_SECONDS = 6;
/** Walking speed of the pedestrian clearance, 3.5 ft/s (MUTCD). */
const WALKING_METERS_PER_SECOND = 1.07;
/** Walking speed of the cross-check of walk and clearance together, 3.0 ft/s (MUTCD). */
const SLOW_WALKING_METERS_PER_SECOND = 0.91;
/** From the push button, or 6 ft behind the kerb, to the kerb. */
const KERB_WAIT_METERS = 1.8;
/** Walk where nothing speaks for less (MUTCD); the schema's least is 4 s. */
const WALK_USUAL_SECONDS = 7;
/** Steady don't walk that is shown in any case (MUTCD Fig. 4E-2). */
export const PEDESTRIAN_BUFFER_MIN_SECONDS = 3;
/** Length of road that a standing vehicle takes, 25 ft. */
export const QUEUE_SPACING_METERS = 7.6;
/** Lost at the start of green until the queue moves. */
export const STARTUP_LOST_SECONDS = 2;
/** From one queued vehicle to the next across the stop line. */
export const QUEUE_HEADWAY_SECONDS = 2;

/** Guards a rounding against the last bit of a binary fraction. */
const ROUNDING_SLACK = 1e-9;

/** Up to the controller's tenth of a second. */
function ceilToTenth(seconds: number): number {
  return Math.ceil(seconds * 10 - ROUNDING_SLACK) / 10;
}

/** Down to the controller's tenth of a second. */
export function floorToTenth(seconds: number): number {
  return Math.floor(seconds * 10 + ROUNDING_SLACK) / 10;
}

/** Deceleration on a grade, rise over run, uphill positive. */
function decelerationOnGrade(grade: number): number {
  return DECELERATION_METERS_PER_SECOND2 + GRAVITY_METERS_PER_SECOND2 * grade;
}

/**
 * The ITE kinematic equation `Y = t + v / (2a + 2gG)`, neither rounded nor clamped.
 *
 * @param speedMetersPerSecond approach speed
 * @param grade rise over run towards the intersection, uphill positive
 */
export function kinematicYellowSeconds(speedMetersPerSecond: number, grade = 0): number {
  return REACTION_SECONDS + speedMetersPerSecond / (2 * decelerationOnGrade(grade));
}

/**
 * The extended ITE equation of March 2020 for traffic that slows before it enters:
 * `Y = t + (v0 − vE / 2) / (a + gG)` with `v0 ≥ vE`; with `vE = v0` it is the kinematic equation.
 */
export function extendedYellowSeconds(
  approachMetersPerSecond: number,
  entryMetersPerSecond: number,
  grade = 0,
): number {
  const entry = Math.min(entryMetersPerSecond, approachMetersPerSecond);
  return REACTION_SECONDS + (approachMetersPerSecond - entry / 2) / decelerationOnGrade(grade);
}

/** The interval to configure: up to the tenth, within 3…6 s. */
export function configuredYellowSeconds(computedSeconds: number): number {
  return Math.min(YELLOW_MAX_SECONDS, Math.max(YELLOW_MIN_SECONDS, ceilToTenth(computedSeconds)));
}

/**
 * `R = (W + L) / v`, up to the tenth, at most 6 s.
 *
 * @param pathMeters from the stop line to the far side of the last conflict
 * @param speedMetersPerSecond speed through the intersection
 */
export function redClearSeconds(pathMeters: number, speedMetersPerSecond: number): number {
  const seconds = (pathMeters + DESIGN_VEHICLE_METERS) / speedMetersPerSecond;
  return Math.min(RED_CLEAR_MAX_SECONDS, ceilToTenth(seconds));
}

/** Time to cross at 1.07 m/s, which flashing don't walk and buffer together must cover. */
export function pedestrianClearanceSeconds(crosswalkMeters: number): number {
  return crosswalkMeters / WALKING_METERS_PER_SECOND;
}

/** Flashing don't walk in whole seconds, as signs and countdowns show it, besides a buffer. */
export function flashingDontWalkSeconds(crosswalkMeters: number, bufferSeconds: number): number {
  const seconds = pedestrianClearanceSeconds(crosswalkMeters) - bufferSeconds;
  return Math.max(1, Math.ceil(seconds - ROUNDING_SLACK));
}

/** Time that walk and clearance together must give the slow walker from behind the kerb. */
export function slowCrossingSeconds(crosswalkMeters: number): number {
  return (crosswalkMeters + KERB_WAIT_METERS) / SLOW_WALKING_METERS_PER_SECOND;
}

/** Walk in whole seconds: usually 7, more where the slow walker needs it. */
export function walkSeconds(crosswalkMeters: number, clearanceSeconds: number): number {
  const missing = slowCrossingSeconds(crosswalkMeters) - clearanceSeconds;
  return Math.max(WALK_USUAL_SECONDS, Math.ceil(missing - ROUNDING_SLACK));
}

/** `Gmin = l1 + 2 ⌈d / 25 ft⌉`: clears the queue that stands between the detector and the stop line. */
export function queueGreenMinSeconds(detectorToStopLineMeters: number): number {
  return (
    STARTUP_LOST_SECONDS + QUEUE_HEADWAY_SECONDS * Math.ceil(detectorToStopLineMeters / QUEUE_SPACING_METERS)
  );
}
