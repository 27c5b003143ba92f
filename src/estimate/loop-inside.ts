import { type InstantMs, SECOND_MS } from "../units.ts";
import type { LaneTable } from "./lanes.ts";

/**
 * Who is inside the junction, from loops that all lie outside it: who passed a stop line since the green began, less who came onto an
 * exit since. Counted anew with every stage, so that what the loops miss or see twice does not add up.
 */
export type LoopInside = {
  /** When those who are not out yet passed the stop line, ascending. */
  readonly passedAt: readonly InstantMs[];
  /** Grows by 2 when a stage begins although the count says that somebody is late, falls by 1 when it does not. */
  readonly doubt: number;
};

export const NOBODY_INSIDE: LoopInside = { passedAt: [], doubt: 0 };

/** Whoever needs longer than this to an exit has stood inside: a start from the line across a large junction takes five to six seconds. */
const LATE_MS = 6 * SECOND_MS;
/** How long most take from the stop line to an exit. */
const USUAL_MS = 4 * SECOND_MS;
/** Who passed the line so shortly before another green is a late one of the stage before, or an early one of this. */
const EARLY_MS = 2 * SECOND_MS;
/** More do not fit. */
const INSIDE_MAX = 50;
/** From here on the count is not believed, as where an exit's loop is dead: it was wrong, or waiting did not help, too often. */
const DOUBT_MAX = 6;

/** Whether all ways in and out are counted. */
export function countsInside({ lanes, exits }: LaneTable): boolean {
  return (
    lanes.every(({ stopLineLoops }) => stopLineLoops.length > 0) &&
    exits.every(({ entryLoops }) => entryLoops.length > 0)
  );
}

/** A vehicle has left a stop-line loop. */
export function cameIn(before: LoopInside, at: InstantMs): LoopInside {
  return { ...before, passedAt: [...before.passedAt, at].slice(-INSIDE_MAX) };
}

/**
 * A vehicle has come onto an exit: of those inside, the one whose crossing would have taken the most usual time. Whoever waits for a gap
 * is overtaken by others, so the first who came is often the last to leave. One that began its trip at the exit finds nobody.
 */
export function wentOut(before: LoopInside, at: InstantMs): LoopInside {
  const unusual = before.passedAt.map((passed) => Math.abs(at - passed - USUAL_MS));
  const gone = unusual.indexOf(Math.min(...unusual));
  return { ...before, passedAt: before.passedAt.filter((_, index) => index !== gone) };
}

/** Another stage's greens have begun. */
export function countAnew(before: LoopInside, at: InstantMs): LoopInside {
  const doubt = hasLate(before, at)
    ? Math.min(DOUBT_MAX + 2, before.doubt + 2)
    : Math.max(0, before.doubt - 1);
  return { passedAt: before.passedAt.filter((passed) => at - passed < EARLY_MS), doubt };
}

/** Whether somebody is believed to be inside who ought to have been out by now. */
export function isLateInside(inside: LoopInside, at: InstantMs): boolean {
  return inside.doubt < DOUBT_MAX && hasLate(inside, at);
}

function hasLate({ passedAt }: LoopInside, at: InstantMs): boolean {
  const [first] = passedAt;
  return first !== undefined && at - first > LATE_MS;
}
