import type { InstantMs } from "../../units.ts";
import type { LogEvent } from "./log-record.ts";

/** How far an event may be behind the latest one of its controller. The most that was seen in a real log is 0.9 s. */
export const ORDER_BOUND_MS = 5_000;
/** Events of a controller that wait at most; a controller of 128 detectors cannot log more in the time of the bound. */
const PENDING_MAX = 10_000;

/**
 * - `inOrder`: not before the event that came before it.
 * - `putRight`: earlier, and put where it belongs.
 * - `tooLate`: behind the latest by more than the bound; it begins a new stretch, which is ordered in itself.
 * - `duplicate`: same controller, instant, code and parameter as one within the bound; dropped.
 */
export type Verdict = "inOrder" | "putRight" | "tooLate" | "duplicate";

/** Order of one controller. */
type Lane = {
  /** In order; not handed on yet. */
  pending: LogEvent[];
  readonly keys: Set<number>;
  latest: number;
  /** Instant of the event that came last. */
  previous: number;
  /** Instant of the last one that was handed on in this stretch. */
  handedOn: number;
};

export type EventOrder = {
  readonly accept: (event: LogEvent) => Verdict;
  /** The latest instant of the controller's stretch. */
  readonly latestOf: (device: string) => InstantMs | undefined;
  /** Hands on what still waits, controller by controller. */
  readonly flush: () => void;
};

/**
 * Restores the order of each controller's events within a bound and drops exact duplicates. Every other event is handed on, once:
 * those of a controller in order, those of the same instant as they came. One that is too late is not lost, since a single time
 * too far ahead would otherwise cost all that follow: it begins a new stretch, and so does a file's next block.
 */
export function createEventOrder(handOn: (event: LogEvent) => void): EventOrder {
  const lanes = new Map<string, Lane>();

  const handOnBefore = (lane: Lane, bound: number): void => {
    const { pending, keys } = lane;
    let count = 0;
    for (const event of pending) {
      if (event.at >= bound && pending.length - count <= PENDING_MAX) break;
      count += 1;
      keys.delete(keyOf(event));
      lane.handedOn = event.at;
      handOn(event);
    }
    if (count === 1) pending.shift();
    else if (count > 1) pending.splice(0, count);
  };

  const beginStretch = (lane: Lane, at: number): void => {
    handOnBefore(lane, Number.POSITIVE_INFINITY);
    lane.latest = at;
    lane.handedOn = Number.NEGATIVE_INFINITY;
  };

  const accept = (event: LogEvent): Verdict => {
    const lane = laneOf(lanes, event.device);
    const key = keyOf(event);
    if (lane.keys.has(key)) {
      lane.previous = event.at;
      return "duplicate";
    }
    const late = event.at < lane.latest - ORDER_BOUND_MS || event.at < lane.handedOn;
    if (late) beginStretch(lane, event.at);
    const earlier = event.at < lane.previous;
    lane.previous = event.at;
    lane.keys.add(key);
    insert(lane.pending, event);
    if (event.at > lane.latest) lane.latest = event.at;
    handOnBefore(lane, lane.latest - ORDER_BOUND_MS);
    if (late) return "tooLate";
    return earlier ? "putRight" : "inOrder";
  };

  return {
    accept,
    latestOf: (device) => lanes.get(device)?.latest as InstantMs | undefined,
    flush: () => lanes.forEach((lane) => handOnBefore(lane, Number.POSITIVE_INFINITY)),
  };
}

function laneOf(lanes: Map<string, Lane>, device: string): Lane {
  const known = lanes.get(device);
  if (known !== undefined) return known;
  const never = Number.NEGATIVE_INFINITY;
  const lane: Lane = { pending: [], keys: new Set(), latest: never, previous: never, handedOn: never };
  lanes.set(device, lane);
  return lane;
}

/** Behind all that are not later. */
function insert(pending: LogEvent[], event: LogEvent): void {
  let index = pending.length;
  while (index > 0 && (pending[index - 1]?.at ?? 0) > event.at) index -= 1;
  if (index === pending.length) pending.push(event);
  else pending.splice(index, 0, event);
}

/** Instants within the bound differ in the remainder by this. */
const INSTANT_RANGE = 2 ** 20;
const CODE_RANGE = 2 ** 16;
/** -1 to 65,535. */
const PARAMETER_RANGE = 2 ** 16 + 1;

/** Instant, code and parameter in one whole number below 2^53; instants 17 minutes apart share it, and the bound is 5 s. */
function keyOf({ at, code, parameter }: LogEvent): number {
  return ((at % INSTANT_RANGE) * CODE_RANGE + code) * PARAMETER_RANGE + (parameter ?? -1) + 1;
}
