import { cell, type LaneQueue } from "./lane-queue.ts";
import type { TacticalParameters } from "./parameters.ts";
import type { LaneService } from "./stage-service.ts";

/** Where the lanes of an intersection stand in one branch of the search; one cell a lane. */
export type LaneStates = {
  /** Place of the first vehicle that has not left. */
  readonly next: Int32Array;
  /** When the stop line is free for it. */
  readonly freeAt: Float64Array;
  /** Vehicles released since the lane's green began: with several turns in a lane, one without green comes sooner or later. */
  readonly released: Float64Array;
};

export function emptyStates(lanes: number): LaneStates {
  return { next: new Int32Array(lanes), freeAt: new Float64Array(lanes), released: new Float64Array(lanes) };
}

export function copyStates(to: LaneStates, from: LaneStates): void {
  to.next.set(from.next);
  to.freeAt.set(from.freeAt);
  to.released.set(from.released);
}

/** Where the lanes stand at some instants of one green, found in one pass. */
export type Marks = {
  /** How many of the instants are used. */
  count: number;
  /** Ascending, seconds from now. */
  readonly at: Float64Array;
  /** What was served up to each instant costs, all lanes together. */
  readonly cost: Float64Array;
  /** By instant. */
  readonly states: readonly LaneStates[];
};

export function emptyMarks(lanes: number, size: number): Marks {
  return {
    count: 0,
    at: new Float64Array(size),
    cost: new Float64Array(size),
    states: Array.from({ length: size }, () => emptyStates(lanes)),
  };
}

/** Departures of one lane or several, in the order of time. */
export type Departures = { count: number; readonly times: Float64Array; readonly vehicles: Float64Array };

export function emptyDepartures(size: number): Departures {
  return { count: 0, times: new Float64Array(size), vehicles: new Float64Array(size) };
}

/** A lane of which less than this share is green is blocked after a while by somebody whose signal is red. */
const WHOLE_SHARE = 0.97;
/** A stop begins to count after this delay, and counts whole two seconds later. */
const STOP_FROM_SECONDS = 1.5;
const STOP_WITHIN_SECONDS = 2;
/** A gap without foes: from so long before to so long after. */
const GAP_BEFORE_SECONDS = 1;
const GAP_AFTER_SECONDS = 4;
/** Turning after a stop takes so much longer. */
const TURN_SECONDS = 1;

/** How many vehicles a lane releases until one whose signal is red stands at its head; with everything green, without end. */
function releaseMax(share: number): number {
  return share >= WHOLE_SHARE ? Number.POSITIVE_INFINITY : share / (1 - share);
}

/**
 * Serves a lane from `from` on up to the last of the instants of `marks`, and adds to each what it costs until then: delay × urgency,
 * and new stops. Vehicles leave one headway apart, not before they can be there; those who yield wait for a gap in `foes`, weighted by
 * their share. `told` is given the departures, also those up to `toldUntil`.
 */
export function serveLane(
  queue: LaneQueue,
  service: LaneService,
  lane: number,
  from: LaneStates,
  marks: Marks,
  { stopCostSeconds }: TacticalParameters,
  foes: Departures | undefined,
  told: Departures | undefined,
  toldUntil = 0,
): void {
  const { count, earliest, vehicles, weight, headwaySeconds } = queue;
  const most = releaseMax(service.share);
  const until = Math.max(toldUntil, cell(marks.at, marks.count - 1));
  let place = from.next[lane] ?? 0;
  let freeAt = cell(from.freeAt, lane);
  let released = cell(from.released, lane);
  let cost = 0;
  let mark = 0;
  let foe = 0;
  while (place < count && released < most) {
    const due = cell(earliest, place);
    let at = due > freeAt ? due : freeAt;
    // The first who yields waits inside the junction and goes with the change of signals.
    if (foes !== undefined && released >= 1) {
      while (foe < foes.count && cell(foes.times, foe) < at - GAP_BEFORE_SECONDS) foe += 1;
      let free = at;
      for (let near = foe; near < foes.count; near += 1) {
        const time = cell(foes.times, near);
        if (time > free + GAP_AFTER_SECONDS) break;
        free = time + GAP_BEFORE_SECONDS + TURN_SECONDS;
      }
      at += service.yielding * (free - at);
    }
    while (mark < marks.count && at > cell(marks.at, mark)) {
      leaveMark(marks, mark, lane, place, freeAt, released, cost);
      mark += 1;
    }
    if (at > until) break;
    const size = cell(vehicles, place);
    const delay = at - due;
    const stop = Math.min(1, Math.max(0, (delay - STOP_FROM_SECONDS) / STOP_WITHIN_SECONDS));
    cost += cell(weight, place) * delay + size * stopCostSeconds * stop;
    freeAt = at + headwaySeconds * size;
    released += size;
    place += 1;
    if (told !== undefined) {
      told.times[told.count] = at;
      told.vehicles[told.count] = size;
      told.count += 1;
    }
  }
  for (; mark < marks.count; mark += 1) leaveMark(marks, mark, lane, place, freeAt, released, cost);
}

function leaveMark(
  { states, cost }: Marks,
  mark: number,
  lane: number,
  place: number,
  freeAt: number,
  released: number,
  laneCost: number,
): void {
  const state = states[mark];
  if (state === undefined) return;
  state.next[lane] = place;
  state.freeAt[lane] = freeAt;
  state.released[lane] = released;
  cost[mark] = cell(cost, mark) + laneCost;
}
