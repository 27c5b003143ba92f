/**
 * How one vehicle follows another. Newell's simplified car following (Newell 2002, Transportation Research B 36) gives the
 * steady state and the start-up wave: a follower's path is its leader's, `followSeconds` later and `spacing` metres behind.
 * Where a leader is slower, the safe speed of Krauss (1998, eq. 3.3) makes the approach brake at a comfortable rate
 * instead of at the last moment. One step is one second, so speeds in m/s are also metres per step.
 */

/** Of every vehicle; the storage of links (one vehicle in 7.5 m) assumes the same. */
export const VEHICLE_LENGTH_METERS = 5;

/** Front to front of standing vehicles. */
export const JAM_SPACING_METERS = 7.5;

/** The closest that a moving queue may be configured to follow: half a metre more than a vehicle. */
export const SPACING_MIN_METERS = 5.5;

/** Of a queue that starts, m/s²: the fifth vehicle then passes the stop line at city speed, as in HCM's measurements. */
export const ACCELERATION = 2.5;

/** Comfortable braking, and the most that a driver accepts to stop at yellow (m/s²). */
export const DECELERATION = 3;

/** Where a vehicle that has to wait stands before the stop line. */
export const STOP_GAP_METERS = 1;

/** Slower than this is standing. */
export const STANDING_SPEED = 0.1;

/** Bounds of a follower's time lag: at least a step (only positions of the past are looked at), at most what is remembered. */
export const FOLLOW_MIN_SECONDS = 1;
export const FOLLOW_MAX_SECONDS = 3;

/** Desired speeds lie this far around the link's limit, evenly spread. */
export const SPEED_FACTOR_MIN = 0.9;
export const SPEED_FACTOR_MAX = 1.1;

/**
 * Nobody overtakes in a queue, so vehicle n moves at the lowest of n desired speeds: about `0.9 + 0.2/(n + 1)` of the limit,
 * 0.92 for the vehicles of a queue that are past the start-up.
 */
export const QUEUE_SPEED_FACTOR = 0.92;

/**
 * The highest speed for the next step after which a stop behind a leader is still comfortable: `room` metres to the place
 * where it would stand bumper to gap behind the leader, which moves at `leaderSpeed` and brakes no harder than comfortably.
 */
export function safeSpeed(room: number, leaderSpeed: number): number {
  if (room <= 0) return 0;
  return (
    Math.sqrt(DECELERATION * DECELERATION + leaderSpeed * leaderSpeed + 2 * DECELERATION * room) -
    DECELERATION
  );
}

/** Of what `isSurelySafe` compares, far above its rounding. */
const SURELY = 1e-6;

/** Whether `safeSpeed` is no less than `speed`, told without the root; near equality it says no. */
export function isSurelySafe(speed: number, room: number, leaderSpeed: number): boolean {
  const reach = speed + DECELERATION;
  return (
    DECELERATION * DECELERATION + leaderSpeed * leaderSpeed + 2 * DECELERATION * room > reach * reach + SURELY
  );
}

/** How far one at `speed` moves to where its leader was a time lag ago, `lagged` metres ahead, falling back no harder than comfortably. */
export function keptHeadway(lagged: number, speed: number): number {
  const comfortable = speed - DECELERATION;
  return lagged > comfortable ? Math.max(0, lagged) : comfortable;
}

/** Whether a vehicle at `speed` can stop within `distance` without braking harder than comfortably. */
export function canStop(distance: number, speed: number): boolean {
  return speed <= safeSpeed(distance, 0) + DECELERATION;
}

/** Where a vehicle was `lagSeconds` (0 to 2) ago, from its positions at the last three steps. */
export function pastPosition(now: number, before: number, beforeThat: number, lagSeconds: number): number {
  return lagSeconds <= 1
    ? now + lagSeconds * (before - now)
    : before + (lagSeconds - 1) * (beforeThat - before);
}
