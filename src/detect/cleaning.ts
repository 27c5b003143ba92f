import { defined } from "../assert.ts";
import type { Detector } from "../model/intersection.ts";
import type { InstantMs } from "../units.ts";
import {
  changeAt,
  lastChange,
  type LoopChange,
  type LoopChanges,
  NO_CHANGES,
  occupiedMs,
  placeOf,
  withChange,
} from "./changes.ts";

/** One loop in the open interval. */
export type LoopState = {
  /** In the order of time: the last change before the open interval, where there was one, and all within it. */
  readonly changes: LoopChanges;
  /** Vehicles that came onto the loop in the open interval. */
  readonly arrivals: number;
  /** Vehicles that left the loop in the open interval. */
  readonly departures: number;
};

/** Events that were not used, by reason; nothing is dropped without being counted. */
export type CleaningCounts = {
  readonly duplicateFrames: number;
  readonly missingFrames: number;
  readonly lateEvents: number;
  readonly unknownDetectors: number;
  /** On after on, or off after off: the event between is assumed. One that comes after all is taken off again. */
  readonly repairedEvents: number;
};

export type CleaningState = {
  readonly loops: readonly LoopState[];
  /** Sequence number of the frame that is due next; `null` before the first one. */
  readonly nextSequence: number | null;
  /** Numbers below `nextSequence` that have not been seen; the oldest are given up. */
  readonly missingSequences: readonly number[];
  readonly counts: CleaningCounts;
};

/** A vehicle that came onto (`on`) or left (not `on`) a loop, after cleaning. */
export type LoopEvent = {
  readonly detector: number;
  readonly at: InstantMs;
  readonly on: boolean;
};

export type RawDetections = {
  readonly sequence: number;
  readonly events: readonly (readonly [detector: string, at: number, value: 0 | 1])[];
};

/** Frames that may still come late; more than a minute of them at one a second. */
const MISSING_MAX = 64;

const EMPTY_LOOP: LoopState = { changes: NO_CHANGES, arrivals: 0, departures: 0 };

export function startCleaning(detectors: readonly Detector[]): CleaningState {
  return {
    loops: detectors.map(() => EMPTY_LOOP),
    nextSequence: null,
    missingSequences: [],
    counts: { duplicateFrames: 0, missingFrames: 0, lateEvents: 0, unknownDetectors: 0, repairedEvents: 0 },
  };
}

/** A new link's first frame sets the pace: a controller that restarted counts from zero again. */
export function resynchronise(state: CleaningState): CleaningState {
  return { ...state, nextSequence: null, missingSequences: [] };
}

export type CleaningContext = {
  readonly detectorIndex: ReadonlyMap<string, number>;
  /** Begin of the open interval: what happened before it is too late to count. */
  readonly intervalStartsAt: InstantMs;
};

export type CleaningStep = { readonly state: CleaningState; readonly events: readonly LoopEvent[] };

/** Takes a frame once, whatever the order it comes in, and repairs lost on or off events. */
export function cleanDetections(
  before: CleaningState,
  frame: RawDetections,
  { detectorIndex, intervalStartsAt }: CleaningContext,
): CleaningStep {
  const order = takeSequence(before, frame.sequence);
  if (order === undefined) {
    const duplicateFrames = before.counts.duplicateFrames + 1;
    return { state: { ...before, counts: { ...before.counts, duplicateFrames } }, events: [] };
  }
  // Copied for the first change: frames of quiet seconds have none.
  let loops: LoopState[] | undefined;
  const events: LoopEvent[] = [];
  let { lateEvents, unknownDetectors, repairedEvents } = before.counts;
  for (const [id, instant, value] of frame.events) {
    const detector = detectorIndex.get(id);
    const at = instant as InstantMs;
    if (detector === undefined) {
      unknownDetectors += 1;
      continue;
    }
    if (at < intervalStartsAt) {
      lateEvents += 1;
      continue;
    }
    loops ??= [...before.loops];
    const loop = defined(loops[detector], "loop of the detector");
    const taken = takeChange(loop, { at, on: value === 1, sequence: frame.sequence });
    loops[detector] = taken.loop;
    repairedEvents += taken.assumed;
    for (const told of taken.told) events.push({ detector, at: told.at, on: told.on });
  }
  const missingFrames = before.counts.missingFrames + order.newlyMissing;
  const counts = { ...before.counts, missingFrames, lateEvents, unknownDetectors, repairedEvents };
  const { nextSequence, missingSequences } = order;
  return { state: { loops: loops ?? before.loops, nextSequence, missingSequences, counts }, events };
}

type SequenceStep = {
  readonly nextSequence: number;
  readonly missingSequences: readonly number[];
  readonly newlyMissing: number;
};

/** `undefined` for a frame that was taken before. */
function takeSequence(
  { nextSequence, missingSequences }: CleaningState,
  sequence: number,
): SequenceStep | undefined {
  if (nextSequence === null || sequence === nextSequence) {
    return { nextSequence: sequence + 1, missingSequences, newlyMissing: 0 };
  }
  if (sequence < nextSequence) {
    if (!missingSequences.includes(sequence)) return undefined;
    const left = missingSequences.filter((missing) => missing !== sequence);
    return { nextSequence, missingSequences: left, newlyMissing: -1 };
  }
  const skipped = sequence - nextSequence;
  const remembered = Math.min(skipped, MISSING_MAX);
  const missing = Array.from({ length: remembered }, (_, index) => sequence - remembered + index);
  return {
    nextSequence: sequence + 1,
    missingSequences: [...missingSequences, ...missing].slice(-MISSING_MAX),
    newlyMissing: skipped,
  };
}

type ChangeStep = {
  readonly loop: LoopState;
  /** What this change tells that was not known or assumed before. */
  readonly told: readonly { readonly at: InstantMs; readonly on: boolean }[];
  /** Changes that have to be assumed now, less those that were assumed before. */
  readonly assumed: number;
};

/**
 * Puts a change into its place in time. Two like changes in a row had another one between them: it is assumed and counted, and
 * not counted again if its frame comes later. So the counts do not depend on the order in which frames come.
 */
function takeChange(loop: LoopState, change: LoopChange): ChangeStep {
  const place = placeOf(loop.changes, change);
  const previous = changeAt(loop.changes, place - 1);
  const next = changeAt(loop.changes, place);
  const changes = withChange(loop.changes, place, change);
  const like = (other: LoopChange | undefined): boolean => other?.on === change.on;
  const assumed =
    (like(previous) ? 1 : 0) +
    (like(next) ? 1 : 0) -
    (previous !== undefined && previous.on === next?.on ? 1 : 0);
  if (assumed < 0) return { loop: { ...loop, changes }, told: [], assumed };
  const { at, on } = change;
  const between = { at: like(previous) ? at : (next?.at ?? at), on: !on };
  const told = assumed > 0 ? [between, { at, on }] : [{ at, on }];
  const arrived = told.filter((event) => event.on).length;
  const arrivals = loop.arrivals + arrived;
  const departures = loop.departures + told.length - arrived;
  return { loop: { changes, arrivals, departures }, told, assumed };
}

/** Occupancy of the interval that ends at `at`, by detector, and the state for the next one. */
export function closeInterval(
  state: CleaningState,
  at: InstantMs,
  intervalMs: number,
): { readonly state: CleaningState; readonly occupancyRatio: readonly number[] } {
  return {
    state: {
      ...state,
      loops: state.loops.map(({ changes }) => ({ ...EMPTY_LOOP, changes: lastChange(changes) })),
    },
    occupancyRatio: state.loops.map(({ changes }) => occupiedMs(changes, at - intervalMs, at) / intervalMs),
  };
}
