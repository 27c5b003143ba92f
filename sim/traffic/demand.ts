import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { DemandProfile } from "../../src/model/demand.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, modulo } from "../../src/units.ts";

/** Arrivals whose rate follows a profile of the day: at random (Poisson), or regularly at the headway that the rate means. */
export type ArrivalProcess = {
  readonly profile: DayProfile;
  /** A number in [0, 1) from the process's own stream. */
  readonly draw: () => number;
  /** Expected arrivals from one to the next: exponential with mean 1, or exactly 1. */
  readonly gap: () => number;
  /** Expected arrivals until the next one. */
  untilNext: number;
};

/** Points of a day, sorted; straight lines between them, over midnight too. */
export type DayProfile = {
  readonly atMs: Float64Array;
  readonly perHour: Float64Array;
  /** The piece that was asked for last: every process asks every second, and a piece lasts for many minutes. */
  readonly piece: Piece;
};

/** From one point to the next one, by their indices; `fromMs` up to but without `untilMs` is in it, and nothing over midnight. */
type Piece = {
  fromMs: number;
  untilMs: number;
  left: number;
  right: number;
  spanMs: number;
};

export function dayProfileOf(profile: DemandProfile): DayProfile {
  const points = profile
    .map(({ at, perHour }) => ({ atMs: clockMs(at), perHour }))
    .toSorted((a, b) => a.atMs - b.atMs);
  return {
    atMs: Float64Array.from(points, (point) => point.atMs),
    perHour: Float64Array.from(points, (point) => point.perHour),
    piece: { fromMs: 0, untilMs: 0, left: 0, right: 0, spanMs: DAY_MS },
  };
}

function clockMs(at: string): number {
  const [hours, minutes] = at.split(":").map(Number);
  return (hours ?? 0) * HOUR_MS + (minutes ?? 0) * MINUTE_MS;
}

/** Arrivals per hour at an instant given from local midnight. */
export function perHourAt(profile: DayProfile, sinceMidnightMs: number): number {
  const { atMs, perHour, piece } = profile;
  const now = inDay(sinceMidnightMs);
  if (now < piece.fromMs || now >= piece.untilMs) findPiece(profile, now);
  const left = perHour[piece.left]!;
  return left + (inDay(now - atMs[piece.left]!) / piece.spanMs) * (perHour[piece.right]! - left);
}

function findPiece({ atMs, piece }: DayProfile, now: number): void {
  const last = atMs.length - 1;
  let right = 0;
  while (right <= last && atMs[right]! <= now) right += 1;
  piece.left = right === 0 ? last : right - 1;
  piece.right = right > last ? 0 : right;
  piece.spanMs = inDay(atMs[piece.right]! - atMs[piece.left]!) || DAY_MS;
  piece.fromMs = right === 0 ? 0 : atMs[right - 1]!;
  piece.untilMs = right > last ? DAY_MS : atMs[right]!;
}

/** `modulo` of a day for what mostly lies in it: every process asks every second. */
function inDay(ms: number): number {
  return ms >= 0 && ms < DAY_MS ? ms : modulo(ms, DAY_MS);
}

/**
 * A process with a stream of its own, made from the run's seed and the place's name: adding an entry leaves the
 * others' arrivals as they are, and nothing that happens on the street can change them (common random numbers). Regular
 * arrivals begin anywhere within a headway.
 */
export function createArrivals(
  profile: DemandProfile,
  seed: number,
  place: string,
  rhythm: "random" | "regular" = "random",
): ArrivalProcess {
  const generator = xoroshiro128plus((seed ^ nameHash(place)) | 0);
  // Neighbouring seeds start alike.
  for (let k = 0; k < 8; k += 1) generator.next();
  const draw = (): number => uniformFloat64(generator);
  const gap = rhythm === "random" ? (): number => exponential(draw()) : (): number => 1;
  const untilNext = rhythm === "random" ? gap() : draw();
  return { profile: dayProfileOf(profile), draw, gap, untilNext };
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
  else process.untilNext = process.gap();
  return rest;
}
