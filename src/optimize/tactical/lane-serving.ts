import { type LaneQueue, unservedCost } from "./lane-queue.ts";
import type { TacticalParameters } from "./parameters.ts";
import type { LaneService } from "./stage-service.ts";

/** Where the lanes of an intersection stand in one branch of the search or several: a row a branch, one cell a lane. */
export type LaneStates = {
  /** Place of the first vehicle that has not left. */
  readonly next: Int32Array;
  /** When the stop line is free for it. */
  readonly freeAt: Float64Array;
  /** Vehicles released since the lane's green began: with several turns in a lane, one without green comes sooner or later. */
  readonly released: Float64Array;
};

export function emptyStates(lanes: number, rows = 1): LaneStates {
  const cells = lanes * rows;
  return { next: new Int32Array(cells), freeAt: new Float64Array(cells), released: new Float64Array(cells) };
}

/** Copies one cell. */
export function copyState(to: LaneStates, toCell: number, from: LaneStates, fromCell: number): void {
  to.next[toCell] = from.next[fromCell] ?? 0;
  to.freeAt[toCell] = from.freeAt[fromCell] ?? 0;
  to.released[toCell] = from.released[fromCell] ?? 0;
}

/** Where the lanes stand at some instants of one green, found in one pass. */
export type Marks = {
  /** How many of the instants are used. */
  count: number;
  /** Cells of a row. */
  lanes: number;
  /** Ascending, seconds from now. */
  readonly at: Float64Array;
  /** What was served up to each instant costs, all lanes together. */
  readonly cost: Float64Array;
  /** What those cost who wait at each instant. */
  readonly waitingCost: Float64Array;
  /** Vehicles that have left up to each instant, of the lanes that are served. */
  readonly vehicles: Float64Array;
  /** A row an instant, of the lanes that are served. */
  readonly states: LaneStates;
};

export function emptyMarks(lanes: number, size: number): Marks {
  return {
    count: 0,
    lanes,
    at: new Float64Array(size),
    cost: new Float64Array(size),
    waitingCost: new Float64Array(size),
    vehicles: new Float64Array(size),
    states: emptyStates(lanes, size),
  };
}

/** Departures of one lane or several, in the order of time. */
export type Departures = { count: number; readonly times: Float64Array; readonly vehicles: Float64Array };

export function emptyDepartures(size: number): Departures {
  return { count: 0, times: new Float64Array(size), vehicles: new Float64Array(size) };
}

/** Merges times into others; both ascend. */
export function mergeTimes(all: Departures, { count, times }: Departures): void {
  let left = all.count - 1;
  let right = count - 1;
  all.count += count;
  for (let write = all.count - 1; right >= 0; write -= 1) {
    const time = times[right] ?? 0;
    const before = left >= 0 ? (all.times[left] ?? 0) : Number.NEGATIVE_INFINITY;
    if (before > time) left -= 1;
    else right -= 1;
    all.times[write] = Math.max(before, time);
  }
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
 * Serves a lane from cell `start` of `from` on up to the last of the instants of `marks`, and adds to each what it costs until then:
 * delay × urgency, and new stops, and what those cost who wait there. Vehicles leave one headway apart, not before they can be
 * there; those who yield wait for a gap in `foes`, weighted by their share. `told` is given the departures, also those up to
 * `toldUntil`.
 */
export function serveLane(
  queue: LaneQueue,
  service: LaneService,
  lane: number,
  from: LaneStates,
  start: number,
  marks: Marks,
  parameters: TacticalParameters,
  foes: Departures | undefined,
  told: Departures | undefined,
  toldUntil = 0,
): void {
  const { count, earliest, vehicles, weight, headwaySeconds } = queue;
  const { stopCostSeconds } = parameters;
  const most = releaseMax(service.share);
  const until = Math.max(toldUntil, marks.at[marks.count - 1] ?? 0);
  let place = from.next[start] ?? 0;
  let freeAt = from.freeAt[start] ?? 0;
  let released = from.released[start] ?? 0;
  let cost = 0;
  let mark = 0;
  let markAt = marks.at[0] ?? 0;
  let foe = 0;
  while (place < count && released < most) {
    const due = earliest[place] ?? 0;
    let at = due > freeAt ? due : freeAt;
    // The first who yields waits inside the junction and goes with the change of signals.
    if (foes !== undefined && released >= 1) {
      while (foe < foes.count && (foes.times[foe] ?? 0) < at - GAP_BEFORE_SECONDS) foe += 1;
      at += service.yielding * (gapAfter(foes, foe, at) - at);
    }
    while (at > markAt) {
      leaveMark(queue, marks, mark, lane, place, freeAt, released, cost, parameters);
      mark += 1;
      markAt = mark < marks.count ? (marks.at[mark] ?? 0) : Number.POSITIVE_INFINITY;
    }
    if (at > until) break;
    const size = vehicles[place] ?? 0;
    const delay = at - due;
    cost += (weight[place] ?? 0) * delay;
    if (delay > STOP_FROM_SECONDS) {
      const stop = (delay - STOP_FROM_SECONDS) / STOP_WITHIN_SECONDS;
      cost += size * stopCostSeconds * (stop < 1 ? stop : 1);
    }
    freeAt = at + headwaySeconds * size;
    released += size;
    place += 1;
    if (told !== undefined) {
      told.times[told.count] = at;
      told.vehicles[told.count] = size;
      told.count += 1;
    }
  }
  for (; mark < marks.count; mark += 1) {
    leaveMark(queue, marks, mark, lane, place, freeAt, released, cost, parameters);
  }
}

/** When the first gap begins from `at` on, the first foe that counts being that at place `foe`. */
function gapAfter(foes: Departures, foe: number, at: number): number {
  let free = at;
  for (let near = foe; near < foes.count; near += 1) {
    const time = foes.times[near] ?? 0;
    if (time > free + GAP_AFTER_SECONDS) break;
    free = time + GAP_BEFORE_SECONDS + TURN_SECONDS;
  }
  return free;
}

function leaveMark(
  queue: LaneQueue,
  marks: Marks,
  mark: number,
  lane: number,
  place: number,
  freeAt: number,
  released: number,
  laneCost: number,
  { terminalSeconds }: TacticalParameters,
): void {
  const { states, cost, vehicles } = marks;
  const index = mark * marks.lanes + lane;
  states.next[index] = place;
  states.freeAt[index] = freeAt;
  states.released[index] = released;
  cost[mark] = (cost[mark] ?? 0) + laneCost;
  vehicles[mark] = (vehicles[mark] ?? 0) + (queue.vehiclesSum[place] ?? 0);
  const { waitingCost } = marks;
  waitingCost[mark] =
    (waitingCost[mark] ?? 0) + unservedCost(queue, place, marks.at[mark] ?? 0, terminalSeconds);
}
