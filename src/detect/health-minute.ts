import { defined } from "../assert.ts";
import { type InstantMs, SECOND_MS } from "../units.ts";
import { changeAt, type LoopChange, type LoopChanges } from "./changes.ts";

/** What one detector showed between two looks at its health, a minute as a rule. */
export type DetectorMinute = {
  /** Vehicles that came onto it, those assumed for lost events included. */
  readonly arrivals: number;
  readonly occupiedMs: number;
  /** Pulses and gaps that are shorter than a vehicle's, and how many of both there were. */
  readonly shortChanges: number;
  readonly changes: number;
  /** Since when it is occupied without a gap; `null` while free. */
  readonly onSince: InstantMs | null;
  /** A queue stands on it, and it is not at a stop line: vehicles that creep over it are not told apart. */
  readonly queued: boolean;
  readonly departures: number;
  /** Of the departures, those in a green of each stop-line lane, by lane; empty where the lamps were not to be compared. */
  readonly departuresInGreen: readonly number[];
};

/** Lamps from an instant on: by stop-line lane, whether it may go. */
export type ReleaseChange = { readonly at: InstantMs; readonly released: readonly boolean[] };

/** Pulses below this are no vehicle's, nor are gaps; `forecasting.md` §4, pulse length. */
const PULSE_LEAST_MS = 0.15 * SECOND_MS;
const GAP_LEAST_MS = 0.2 * SECOND_MS;
/** Occupied for more than this share of the time: queued. */
const QUEUED_SHARE = 0.3;
/** Who leaves so soon after the end of green and yellow was let go by them. */
const LATE_MS = 3 * SECOND_MS;

/**
 * What the changes of a loop tell of the time after `from` up to `until`. `changes` are in the order of time, so that the order in which
 * their frames came does not matter; one before `from` tells the state at the begin. `releases`: the lamps in the order of time, the first from before `from`; none
 * where departures are not to be compared with them.
 */
export function minuteOf(
  changes: LoopChanges,
  releases: readonly ReleaseChange[],
  from: InstantMs,
  until: InstantMs,
  stopLine: boolean,
): DetectorMinute {
  let [arrivals, departures, occupiedMs, shortChanges, count] = [0, 0, 0, 0, 0];
  const inGreen = (releases[0]?.released ?? []).map(() => 0);
  let before: LoopChange | undefined;
  for (let place = 0; ; place += 1) {
    const change = changeAt(changes, place);
    if (change === undefined || change.at > until) break;
    const { at, on } = change;
    if (at > from) {
      count += 1;
      if (before?.on === true) occupiedMs += at - Math.max(before.at, from);
      // Of two like changes in a row the one between them was lost.
      if (on || before?.on === false) arrivals += 1;
      if (before !== undefined && before.on !== on) {
        if (at - before.at < (on ? GAP_LEAST_MS : PULSE_LEAST_MS)) shortChanges += 1;
      }
      if (!on) {
        departures += 1;
        for (const lane of inGreen.keys()) {
          if (wasReleased(releases, lane, at)) inGreen[lane] = defined(inGreen[lane], "lane") + 1;
        }
      }
    }
    before = change;
  }
  if (before?.on === true) occupiedMs += until - Math.max(before.at, from);
  const onSince = before?.on === true ? before.at : null;
  return {
    arrivals,
    occupiedMs,
    shortChanges,
    changes: count,
    onSince,
    queued: !stopLine && occupiedMs > QUEUED_SHARE * (until - from),
    departures,
    departuresInGreen: inGreen,
  };
}

function wasReleased(releases: readonly ReleaseChange[], lane: number, at: InstantMs): boolean {
  for (let index = releases.length - 1; index >= 0; index -= 1) {
    const { at: since, released } = defined(releases[index], "release");
    if (since > at) continue;
    if (released[lane] === true) return true;
    // Red since then: it may have been green just before.
    if (at - since >= LATE_MS) return false;
  }
  return false;
}
