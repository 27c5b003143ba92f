import { defined } from "../assert.ts";
import type { Detector } from "../model/intersection.ts";
import type { InstantMs } from "../units.ts";

/** One loop since the begin of the open interval. */
export type LoopState = {
  readonly on: boolean;
  /** When it went on or off last; `null` before its first event. */
  readonly changedAt: InstantMs | null;
  /** Vehicles that came onto the loop in the open interval. */
  readonly arrivals: number;
  /** Vehicles that left the loop in the open interval. */
  readonly departures: number;
  readonly occupiedMs: number;
};

/** Events that were not used, by reason; nothing is dropped without being counted. */
export type CleaningCounts = {
  readonly duplicateFrames: number;
  readonly missingFrames: number;
  readonly lateEvents: number;
  readonly unknownDetectors: number;
  /** On after on, or off after off: the event between was lost and is assumed. */
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

const EMPTY_LOOP: LoopState = { on: false, changedAt: null, arrivals: 0, departures: 0, occupiedMs: 0 };

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
  const loops = [...before.loops];
  const events: LoopEvent[] = [];
  let { lateEvents, unknownDetectors, repairedEvents } = before.counts;
  for (const [id, instant, value] of frame.events) {
    const detector = detectorIndex.get(id);
    const at = instant as InstantMs;
    if (detector === undefined) {
      unknownDetectors += 1;
      continue;
    }
    const loop = defined(loops[detector], "loop of the detector");
    if (at < intervalStartsAt || (loop.changedAt !== null && at < loop.changedAt)) {
      lateEvents += 1;
      continue;
    }
    const on = value === 1;
    if (on === loop.on && loop.changedAt !== null) repairedEvents += 1;
    // Off without on still is a vehicle that left; on after on is the vehicle before leaving unseen.
    if (on && loop.on) events.push({ detector, at, on: false });
    events.push({ detector, at, on });
    loops[detector] = follow(loop, at, on);
  }
  const missingFrames = before.counts.missingFrames + order.newlyMissing;
  const counts = { ...before.counts, missingFrames, lateEvents, unknownDetectors, repairedEvents };
  const { nextSequence, missingSequences } = order;
  return { state: { loops, nextSequence, missingSequences, counts }, events };
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

function follow(loop: LoopState, at: InstantMs, on: boolean): LoopState {
  const occupiedMs =
    loop.on && loop.changedAt !== null ? loop.occupiedMs + (at - loop.changedAt) : loop.occupiedMs;
  return {
    on,
    changedAt: at,
    occupiedMs,
    arrivals: loop.arrivals + (on ? 1 : 0),
    // An on after an on ends the vehicle before, whose off was lost.
    departures: loop.departures + (!on || loop.on ? 1 : 0),
  };
}

/** Counts and occupancy of the interval that ends at `at`, by detector, and the state for the next one. */
export function closeInterval(
  state: CleaningState,
  at: InstantMs,
  intervalMs: number,
): { readonly state: CleaningState; readonly occupancyRatio: readonly number[] } {
  const occupied = state.loops.map((loop) =>
    loop.on && loop.changedAt !== null ? loop.occupiedMs + Math.max(0, at - loop.changedAt) : loop.occupiedMs,
  );
  return {
    state: {
      ...state,
      loops: state.loops.map((loop) => ({
        ...EMPTY_LOOP,
        on: loop.on,
        changedAt: loop.on && loop.changedAt !== null && loop.changedAt < at ? at : loop.changedAt,
      })),
    },
    occupancyRatio: occupied.map((occupiedMs) => Math.min(1, occupiedMs / intervalMs)),
  };
}
