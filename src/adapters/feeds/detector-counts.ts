import { defined } from "../../assert.ts";
import { byCodeUnit, DAY_MS, type InstantMs, instantMs, MINUTE_MS } from "../../units.ts";
import { clockText } from "./clock-text.ts";
import type { LocalClock } from "./local-clock.ts";
import { DETECTOR_ON, type LogEvent } from "./log-record.ts";
import { GAP_MS } from "./log-tally.ts";

/** Header of Oregon's counts, which `phasewise backtest` reads. */
export const COUNTS_HEADER = "TimeStamp,DeviceId,Detector,Total";

/** One part of so many may be missing from a bin where a log begins or ends, and a minute at most: its first event is not its first moment. */
const EDGE_PARTS = 15;

/** Bins of all detectors that are kept at most, at four bytes each. */
const BINS_MAX = 100_000_000;
/** What a detector's day costs beyond its bins, in bins. */
const DAY_OVERHEAD = 64;
/** Stretches of all controllers' logs that are kept at most. */
const SPANS_MAX = 1_000_000;

/** Time without a gap in which a controller logged. */
type Span = { readonly from: number; to: number };

/** Totals of a detector's bins, by day. */
type DetectorDays = Map<number, Uint32Array>;

type Counted = { readonly detectors: Map<number, DetectorDays>; readonly spans: Span[] };

export type DetectorCounts = {
  readonly take: (event: LogEvent) => void;
  /** The file's lines, header first; at the end, since a line can come from anywhere in a log. */
  readonly lines: () => Generator<string, CountsResult>;
};

export type CountsResult = {
  readonly rows: number;
  /** Bins of a controller that its log covers only in part; they are left out. */
  readonly binsInPart: number;
  /** Events that are in no bin: in the hour that comes a second time in autumn, or beyond what is kept. */
  readonly eventsLeftOut: number;
};

/**
 * Counts the on-events (82) of each detector in bins of local time. Only bins that the controller's log covers are told, and those
 * with a row for every detector of the controller, 0 included: no count is too small because the log begins, ends or has a gap.
 */
export function createDetectorCounts(binMs: number, clock: LocalClock): DetectorCounts {
  const devices = new Map<string, Counted>();
  const binsPerDay = DAY_MS / binMs;
  let binsKept = 0;
  let spansKept = 0;
  let eventsLeftOut = 0;

  const cover = ({ spans }: Counted, at: InstantMs): void => {
    const last = spans.at(-1);
    if (last !== undefined && at >= last.from && at - last.to <= GAP_MS) {
      if (at > last.to) last.to = at;
    } else if (spansKept < SPANS_MAX) {
      spans.push({ from: at, to: at });
      spansKept += 1;
    }
  };

  const dayOf = (days: DetectorDays, day: number): Uint32Array | undefined => {
    const known = days.get(day);
    if (known !== undefined || binsKept > BINS_MAX) return known;
    const bins = new Uint32Array(binsPerDay);
    days.set(day, bins);
    binsKept += binsPerDay + DAY_OVERHEAD;
    return bins;
  };

  const take = ({ device, at, code, parameter }: LogEvent): void => {
    const counted = entryOf(devices, device, (): Counted => ({ detectors: new Map(), spans: [] }));
    cover(counted, at);
    if (code !== DETECTOR_ON || parameter === null) return;
    const localMs = clock.localMsOf(at);
    const bin = Math.floor(localMs / binMs);
    const days = entryOf(counted.detectors, parameter, (): DetectorDays => new Map());
    const bins =
      clock.instantsOf(localMs).first === at ? dayOf(days, Math.floor(bin / binsPerDay)) : undefined;
    const index = bin % binsPerDay;
    if (bins === undefined) eventsLeftOut += 1;
    else bins[index] = (bins[index] ?? 0) + 1;
  };

  function* lines(): Generator<string, CountsResult> {
    yield COUNTS_HEADER;
    let rows = 0;
    let binsInPart = 0;
    for (const { device, counted, bin, whole } of binsInOrder(devices, binMs, clock)) {
      if (!whole) {
        binsInPart += 1;
        continue;
      }
      const begin = clockText(bin * binMs, 1);
      for (const [channel, days] of byNumber(counted.detectors)) {
        const total = days.get(Math.floor(bin / binsPerDay))?.[bin % binsPerDay] ?? 0;
        yield `${begin},${device},${channel},${total}`;
        rows += 1;
      }
    }
    return { rows, binsInPart, eventsLeftOut };
  }

  return { take, lines };
}

/** A bin of local time, counted from 1970, that a controller's log touches. */
type DeviceBin = {
  readonly device: string;
  readonly counted: Counted;
  readonly bin: number;
  /** Whether the log covers it. */
  readonly whole: boolean;
};

/** By time, then by device. */
function* binsInOrder(
  devices: ReadonlyMap<string, Counted>,
  binMs: number,
  clock: LocalClock,
): Generator<DeviceBin> {
  const sources = [...devices]
    .toSorted(([left], [right]) => byDevice(left, right))
    .map(([device, counted]) => binsOf(device, counted, binMs, clock));
  const heads = sources.map((source) => nextOf(source));
  for (;;) {
    const earliest = Math.min(...heads.map((head) => head?.bin ?? Number.POSITIVE_INFINITY));
    if (earliest === Number.POSITIVE_INFINITY) return;
    for (const [index, head] of heads.entries()) {
      if (head?.bin !== earliest) continue;
      yield head;
      heads[index] = nextOf(defined(sources[index], "the source of a bin"));
    }
  }
}

/** The bins that a controller's log touches, each once, in order. */
function* binsOf(device: string, counted: Counted, binMs: number, clock: LocalClock): Generator<DeviceBin> {
  const edgeMs = Math.min(MINUTE_MS, binMs / EDGE_PARTS);
  let next = Number.NEGATIVE_INFINITY;
  for (const { from, to } of joined(counted.spans)) {
    const first = Math.floor(clock.localMsOf(instantMs(from)) / binMs);
    const last = Math.floor(clock.localMsOf(instantMs(to)) / binMs);
    for (let bin = Math.max(first, next); bin <= last; bin += 1) {
      const { first: begin, exists } = clock.instantsOf(bin * binMs);
      if (!exists) continue;
      const whole = from <= begin + edgeMs && to >= begin + binMs - edgeMs;
      yield { device, counted, bin, whole };
    }
    next = Math.max(next, last + 1);
  }
}

/** Spans in order, with those joined that overlap or have no gap between them. */
function joined(spans: readonly Span[]): readonly Span[] {
  const all: Span[] = [];
  for (const { from, to } of spans.toSorted((left, right) => left.from - right.from)) {
    const last = all.at(-1);
    if (last !== undefined && from - last.to <= GAP_MS) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

/** Numbers as numbers, names by code unit. */
export function byDevice(left: string, right: string): number {
  return left.length - right.length || byCodeUnit(left, right);
}

function byNumber<Value>(map: ReadonlyMap<number, Value>): readonly (readonly [number, Value])[] {
  return [...map].toSorted(([left], [right]) => left - right);
}

function nextOf(source: Generator<DeviceBin>): DeviceBin | undefined {
  const { value, done } = source.next();
  return done === true ? undefined : value;
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
