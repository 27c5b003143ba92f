import { type InstantMs, MINUTE_MS } from "../../units.ts";
import type { Verdict } from "./event-order.ts";
import {
  BEGIN_GREEN,
  DETECTOR_OFF,
  DETECTOR_ON,
  INDIANA_CODE_MAX,
  type LogEvent,
  type Rejection,
} from "./log-record.ts";

/** A silence of a controller beyond this is a gap. The longest that a quiet real controller had in a night is 464 s. */
export const GAP_MS = 10 * MINUTE_MS;

const EXAMPLES_MAX = 10;
/** Different devices, codes and detectors of a file: beyond these it is no log. */
const DEVICES_MAX = 10_000;
const KINDS_MAX = 1_000_000;

const DEVICES_ALLOWED = `at most ${DEVICES_MAX} different devices in a file`;
const KINDS_ALLOWED = `at most ${KINDS_MAX} different pairs of device and code or detector in a file`;

/** What the events of one controller come to. */
export type DeviceTally = {
  /** Read, duplicates too. */
  events: number;
  duplicates: number;
  /** Earliest and latest. */
  from: InstantMs;
  to: InstantMs;
  /** Read by code, duplicates too. */
  readonly codes: Map<number, number>;
  /** Begins of green (code 1) by phase, without duplicates. */
  readonly greenStarts: Map<number, number>;
  /** By channel, without duplicates. */
  readonly detectors: Map<number, { on: number; off: number }>;
};

/** A jump of a controller's log in time: forward over a gap, or back by more than order is restored. */
export type Jump = { readonly device: string; readonly from: InstantMs; readonly to: InstantMs };

/** What one file, or all of them, came to. */
export type LogTally = {
  events: number;
  duplicates: number;
  putRight: number;
  tooLate: number;
  parameterMissing: number;
  beyondIndiana: number;
  /** Times finer than a millisecond. */
  timesCut: number;
  /** Local times that the zone leaves out, and those that it has twice. */
  timesLeftOut: number;
  timesTwice: number;
  counterWraps: number;
  rejected: number;
  readonly rejectedBy: Map<string, number>;
  readonly examples: Rejection[];
  readonly clockFormats: Map<string, number>;
  readonly backExamples: Jump[];
  gaps: number;
  readonly gapExamples: Jump[];
  readonly devices: Map<string, DeviceTally>;
  /** Entries of all the devices' maps. */
  kinds: number;
};

export function startTally(): LogTally {
  return {
    events: 0,
    duplicates: 0,
    putRight: 0,
    tooLate: 0,
    parameterMissing: 0,
    beyondIndiana: 0,
    timesCut: 0,
    timesLeftOut: 0,
    timesTwice: 0,
    counterWraps: 0,
    rejected: 0,
    rejectedBy: new Map(),
    examples: [],
    clockFormats: new Map(),
    backExamples: [],
    gaps: 0,
    gapExamples: [],
    devices: new Map(),
    kinds: 0,
  };
}

/** Why the tally has no room for such an event; `undefined` where it has. Bounds what a file can cost, whatever is in it. */
export function tallyLimit(tally: LogTally, device: string): string | undefined {
  if (tally.kinds >= KINDS_MAX) return KINDS_ALLOWED;
  return tally.devices.size >= DEVICES_MAX && !tally.devices.has(device) ? DEVICES_ALLOWED : undefined;
}

/** An event that was accepted, and how. */
export function tallyEvent(tally: LogTally, event: LogEvent, verdict: Verdict): void {
  const { device, at, code, parameter } = event;
  tally.events += 1;
  if (parameter === null) tally.parameterMissing += 1;
  if (code > INDIANA_CODE_MAX) tally.beyondIndiana += 1;
  const own = deviceTally(tally, device, at);
  own.events += 1;
  if (at < own.from) own.from = at;
  if (at > own.to) own.to = at;
  countKind(tally, own.codes, code, 1);
  if (verdict === "duplicate") {
    tally.duplicates += 1;
    own.duplicates += 1;
    return;
  }
  if (verdict === "putRight") tally.putRight += 1;
  else if (verdict === "tooLate") tally.tooLate += 1;
  if (parameter === null) return;
  if (code === BEGIN_GREEN) countKind(tally, own.greenStarts, parameter, 1);
  else if (code === DETECTOR_ON) detectorOf(tally, own, parameter).on += 1;
  else if (code === DETECTOR_OFF) detectorOf(tally, own, parameter).off += 1;
}

/** From the controller's latest event to one that came after it. */
export function tallyJump(tally: LogTally, jump: Jump, verdict: Verdict): void {
  if (verdict === "tooLate") keep(tally.backExamples, jump);
  else if (jump.to - jump.from > GAP_MS) {
    tally.gaps += 1;
    keep(tally.gapExamples, jump);
  }
}

export function tallyRejection(tally: LogTally, rejection: Rejection): void {
  tally.rejected += 1;
  count(tally.rejectedBy, rejection.allowed, 1);
  keep(tally.examples, rejection);
}

function keep<Example>(examples: Example[], one: Example): void {
  if (examples.length < EXAMPLES_MAX) examples.push(one);
}

/** Counts more of a name; only for names of which there are few. */
export function count<Name>(counts: Map<Name, number>, name: Name, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

/** Adds what one file came to. Examples of rejections stay with their files. */
export function addTally(total: LogTally, one: LogTally): void {
  total.events += one.events;
  total.duplicates += one.duplicates;
  total.putRight += one.putRight;
  total.tooLate += one.tooLate;
  total.parameterMissing += one.parameterMissing;
  total.beyondIndiana += one.beyondIndiana;
  total.timesCut += one.timesCut;
  total.timesLeftOut += one.timesLeftOut;
  total.timesTwice += one.timesTwice;
  total.counterWraps += one.counterWraps;
  total.rejected += one.rejected;
  total.gaps += one.gaps;
  for (const jump of one.gapExamples) keep(total.gapExamples, jump);
  for (const jump of one.backExamples) keep(total.backExamples, jump);
  addCounts(total.rejectedBy, one.rejectedBy);
  addCounts(total.clockFormats, one.clockFormats);
  for (const [device, { events, duplicates, from, to, ...maps }] of one.devices) {
    const own = deviceTally(total, device, from);
    own.events += events;
    own.duplicates += duplicates;
    if (from < own.from) own.from = from;
    if (to > own.to) own.to = to;
    addCounts(own.codes, maps.codes);
    addCounts(own.greenStarts, maps.greenStarts);
    for (const [channel, { on, off }] of maps.detectors) {
      const detector = detectorOf(total, own, channel);
      detector.on += on;
      detector.off += off;
    }
  }
}

function addCounts<Name>(counts: Map<Name, number>, more: ReadonlyMap<Name, number>): void {
  for (const [name, by] of more) count(counts, name, by);
}

function deviceTally(tally: LogTally, device: string, at: InstantMs): DeviceTally {
  const known = tally.devices.get(device);
  if (known !== undefined) return known;
  const own: DeviceTally = {
    events: 0,
    duplicates: 0,
    from: at,
    to: at,
    codes: new Map(),
    greenStarts: new Map(),
    detectors: new Map(),
  };
  tally.devices.set(device, own);
  return own;
}

function countKind(tally: LogTally, counts: Map<number, number>, kind: number, by: number): void {
  const before = counts.get(kind);
  if (before === undefined) tally.kinds += 1;
  counts.set(kind, (before ?? 0) + by);
}

function detectorOf(tally: LogTally, own: DeviceTally, channel: number): { on: number; off: number } {
  const known = own.detectors.get(channel);
  if (known !== undefined) return known;
  const detector = { on: 0, off: 0 };
  own.detectors.set(channel, detector);
  tally.kinds += 1;
  return detector;
}
