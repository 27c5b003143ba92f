/**
 * Instants, identifiers and the conversions between the units of configuration (seconds) and of the engine
 * (integer milliseconds). Quantities are plain numbers whose names carry the unit, units last.
 */

declare const instant: unique symbol;

/** Integer milliseconds since the Unix epoch. */
export type InstantMs = number & { readonly [instant]: true };

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** Resolution of a controller's timers, DESIGN §5. */
export const CONTROLLER_TICK_MS = 100;

/** An instant from a number that is known to be one: checked at the boundary or computed from instants. */
export function instantMs(value: number): InstantMs {
  return Math.round(value) as InstantMs;
}

/** The instant `durationMs` after `at`. */
export function after(at: InstantMs, durationMs: number): InstantMs {
  return instantMs(at + durationMs);
}

/** Seconds of configuration to whole milliseconds. */
export function secondsToMs(seconds: number): number {
  return Math.round(seconds * SECOND_MS);
}

export function msToSeconds(durationMs: number): number {
  return durationMs / SECOND_MS;
}

/** The smallest multiple of `stepMs` that is not below `durationMs`: a coarser plant may lengthen, never shorten. */
export function ceilToStep(durationMs: number, stepMs: number): number {
  return Math.ceil(durationMs / stepMs) * stepMs;
}

/** The remainder that is never negative. */
export function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}

/** Order of ids by code unit: the same on every machine, whatever its locale. */
export function byCodeUnit(left: string, right: string): number {
  if (left < right) return -1;
  return left > right ? 1 : 0;
}
