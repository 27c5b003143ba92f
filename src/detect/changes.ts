import { defined } from "../assert.ts";
import type { InstantMs } from "../units.ts";

/** When a loop went on or off, and the frame that said so: the order of changes in one instant. */
export type LoopChange = { readonly at: InstantMs; readonly on: boolean; readonly sequence: number };

/**
 * Changes of one loop in the order of time, two numbers each: the instant, and the frame's sequence number n for on, −1 − n for
 * off. Lists of objects took four times the memory, which at the end of an interval was more than all else that is known of an intersection.
 */
export type LoopChanges = readonly number[];

const NUMBERS = 2;

export const NO_CHANGES: LoopChanges = [];

/** Changes of one loop that are kept for putting late ones in place; more than an interval of 15 min ever has. */
const CHANGES_MAX = 2000;

/** The change at a place; `undefined` outside. */
export function changeAt(changes: LoopChanges, place: number): LoopChange | undefined {
  const at = changes[place * NUMBERS];
  if (at === undefined) return undefined;
  const code = defined(changes[place * NUMBERS + 1], "change");
  // The list holds what `withChange` put there: instants.
  return { at: at as InstantMs, on: code >= 0, sequence: code >= 0 ? code : -1 - code };
}

/** Where a change belongs. Nearly always the end: changes come in order unless a frame was overtaken. */
export function placeOf(changes: LoopChanges, { at, sequence }: LoopChange): number {
  let place = changes.length / NUMBERS;
  for (;;) {
    const before = changeAt(changes, place - 1);
    if (before === undefined || before.at < at || (before.at === at && before.sequence <= sequence))
      return place;
    place -= 1;
  }
}

/** The changes with another one at a place, without the oldest where they are too many. */
export function withChange(
  changes: LoopChanges,
  place: number,
  { at, on, sequence }: LoopChange,
): LoopChanges {
  const next = changes.toSpliced(place * NUMBERS, 0, at, on ? sequence : -1 - sequence);
  return next.length > CHANGES_MAX * NUMBERS ? next.slice(-CHANGES_MAX * NUMBERS) : next;
}

/** The last one alone: what an interval hands on to the next. */
export function lastChange(changes: LoopChanges): LoopChanges {
  return changes.slice(-NUMBERS);
}

/** How long a loop was on between two instants. */
export function occupiedMs(changes: LoopChanges, from: number, until: number): number {
  let sum = 0;
  for (let place = 0; place * NUMBERS < changes.length; place += 1) {
    const { at, on } = defined(changeAt(changes, place), "change");
    const begin = Math.max(at, from);
    const end = Math.min(changes[(place + 1) * NUMBERS] ?? until, until);
    if (on && end > begin) sum += end - begin;
  }
  return sum;
}
