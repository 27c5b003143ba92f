import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { DemandProfile } from "../../src/model/demand.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, modulo } from "../../src/units.ts";

/** Poisson arrivals whose rate follows a profile of the day. */
export type ArrivalProcess = {
  readonly profile: DayProfile;
  /** A number in [0, 1) from the process's own stream. */
  readonly draw: () => number;
  /** Expected arrivals until the next one: exponential with mean 1. */
  untilNext: number;
};

/** Points of a day, sorted; straight lines between them, over midnight too. */
export type DayProfile = {
  readonly atMs: Float64Array;
  readonly perHour: Float64Array;
};

function dayProfileOf(profile: DemandProfile): DayProfile {
  const points = profile
    .map(({ at, perHour }) => ({ atMs: clockMs(at), perHour }))
    .toSorted((a, b) => a.atMs - b.atMs);
  return {
    atMs: Float64Array.from(points, (point) => point.atMs),
    perHour: Float64Array.from(points, (point) => point.perHour),
  };
}

function clockMs(at: string): number {
  const [hours, minutes] = at.split(":").map(Number);
  return (hours ?? 0) * HOUR_MS + (minutes ?? 0) * MINUTE_MS;
}

/** Arrivals per hour at an instant given from local midnight. */
export function perHourAt(profile: DayProfile, sinceMidnightMs: number): number {
  const { atMs, perHour } = profile;
  const last = atMs.length - 1;
  const now = modulo(sinceMidnightMs, DAY_MS);
  let right = 0;
  while (right <= last && atMs[right]! <= now) right += 1;
  const left = right === 0 ? last : right - 1;
  const end = right > last ? 0 : right;
  const span = modulo(atMs[end]! - atMs[left]!, DAY_MS) || DAY_MS;
  const share = modulo(now - atMs[left]!, DAY_MS) / span;
  return perHour[left]! + share * (perHour[end]! - perHour[left]!);
}

/**
 * A process with a stream of its own, made from the run's seed and the place's name: adding an entry leaves the
 * others' arrivals as they are, and nothing that happens on the street can change them (common random numbers).
 */
export function createArrivals(profile: DemandProfile, seed: number, place: string): ArrivalProcess {
  const generator = xoroshiro128plus((seed ^ nameHash(place)) | 0);
  // Neighbouring seeds start alike.
  for (let k = 0; k < 8; k += 1) generator.next();
  const draw = (): number => uniformFloat64(generator);
  return { profile: dayProfileOf(profile), draw, untilNext: exponential(draw()) };
}

/** FNV-1a. */
function nameHash(name: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < name.length; k += 1) hash = Math.imul(hash ^ name.charCodeAt(k), 0x01000193);
  return hash;
}

function exponential(uniform: number): number {
  return -Math.log(1 - uniform);
}

/**
 * Whether there is an arrival in what is left of the step. `expected` is the step's expected number of arrivals that is not
 * used up yet, of which the rest is returned; negative when there is no further arrival.
 */
export function nextArrival(process: ArrivalProcess, expected: number): number {
  const rest = expected - process.untilNext;
  if (rest < 0) process.untilNext = -rest;
  else process.untilNext = exponential(process.draw());
  return rest;
}
