import { EVENT_CODE } from "../model/event-code.ts";
import type { MeasureEvent } from "./measure.ts";

/**
 * When a detector was covered. Events of a real log are not always in pairs, so what is missing is put in: two ons up to 2 s apart, an
 * off at the second; further apart, an off midway; two offs, an on midway (reference §7.1, the Python package's rules). What lies
 * behind the latest event is not settled yet: the next one may move it.
 */
export type Covered = {
  /** Stretches that are settled, in order; `from` included, `to` not. */
  stretches: { readonly from: number; readonly to: number }[];
  /** The latest event: its instant, and whether it was an on. */
  latest: { readonly at: number; readonly on: boolean } | null;
  /** Instant of the first event: nothing is known before it. */
  knownFrom: number | null;
};

/** Two ons no further apart are one vehicle after the other, the off of the first one lost. */
const ADJACENT_MS = 2_000;

export function notCovered(): Covered {
  return { stretches: [], latest: null, knownFrom: null };
}

/** Takes an on or off event; any other changes nothing. Events of a detector come in the order of time. */
export function coverBy(covered: Covered, { at, code }: MeasureEvent): void {
  const on = code === EVENT_CODE.detectorOn;
  if (!on && code !== EVENT_CODE.detectorOff) return;
  const { latest, stretches } = covered;
  covered.knownFrom ??= at;
  if (latest !== null) {
    if (latest.on) {
      const missingAt = at - latest.at <= ADJACENT_MS ? at : (latest.at + at) / 2;
      stretches.push({ from: latest.at, to: on ? missingAt : at });
    } else if (!on) {
      stretches.push({ from: (latest.at + at) / 2, to: at });
    }
  }
  covered.latest = { at, on };
}

/** Forgets what ended before `at`. */
export function forgetBefore(covered: Covered, at: number): void {
  const first = covered.stretches.findIndex(({ to }) => to >= at);
  if (first < 0) covered.stretches = [];
  else if (first > 0) covered.stretches.splice(0, first);
}

/** Whether nothing that comes can change what is known of the time before `at`. A detector that was never heard has nothing to change. */
export function isSettled({ latest }: Covered, at: number): boolean {
  return latest === null || latest.at >= at;
}

/** Milliseconds of [from, to) in which any of the detectors was covered. An on without an off yet lasts on. */
export function coveredMs(detectors: readonly Covered[], from: number, to: number): number {
  const parts: (readonly [from: number, to: number])[] = [];
  const add = (begin: number, end: number): void => {
    if (end > from && begin < to) parts.push([Math.max(begin, from), Math.min(end, to)]);
  };
  for (const { stretches, latest } of detectors) {
    // From the end: what is asked for has mostly just been.
    for (let index = stretches.length - 1; index >= 0; index -= 1) {
      const stretch = stretches[index];
      if (stretch === undefined || stretch.to <= from) break;
      add(stretch.from, stretch.to);
    }
    if (latest?.on === true) add(latest.at, Number.POSITIVE_INFINITY);
  }
  parts.sort((left, right) => left[0] - right[0]);
  let total = 0;
  let until = from;
  for (const [begin, end] of parts) {
    if (end <= until) continue;
    total += end - Math.max(begin, until);
    until = end;
  }
  return total;
}
