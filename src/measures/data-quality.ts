import { EVENT_CODE } from "../model/event-code.ts";
import { DAY_MS, MINUTE_MS } from "../units.ts";
import { headName, type MeasureConfiguration } from "./configuration.ts";
import { binsOf, type Measure, type MeasureEvent, ratio, sumOf } from "./measure.ts";
import { terminationOf } from "./terminations.ts";

/** Events of the log by minute. */
export type Coverage = { readonly minutes: Map<number, number>; readonly keepMs: number };

/** A part of a bin with fewer events is without data: the Python package's defaults. */
const PART_MS = 5 * MINUTE_MS;
const EVENTS_MIN = 3;

export function startCoverage(keepMs: number): Coverage {
  return { minutes: new Map(), keepMs };
}

export function cover({ minutes, keepMs }: Coverage, at: number): void {
  const minute = Math.floor(at / MINUTE_MS);
  const before = minutes.get(minute);
  minutes.set(minute, (before ?? 0) + 1);
  if (before !== undefined || keepMs === Number.POSITIVE_INFINITY) return;
  for (const oldest of minutes.keys()) {
    if (oldest * MINUTE_MS >= at - keepMs) break;
    minutes.delete(oldest);
  }
}

function eventsIn({ minutes }: Coverage, from: number, to: number): number {
  let events = 0;
  for (let at = from; at < to; at += MINUTE_MS) events += minutes.get(Math.floor(at / MINUTE_MS)) ?? 0;
  return events;
}

/** Whether the log covers [from, to), of whole minutes: at least three events in each five minutes of it. */
export function isCovered(coverage: Coverage, from: number, to: number): boolean {
  for (let at = from; at < to; at += PART_MS) {
    if (eventsIn(coverage, at, Math.min(at + PART_MS, to)) < EVENTS_MIN) return false;
  }
  return true;
}

type DataRow = {
  readonly from: number;
  readonly events: number;
  readonly hasData: boolean;
};

type DataState = { readonly coverage: Coverage };

/** Whether the log covers each bin: what every other measure shows as no data, and never as zero, where it does not. */
export const hasData: Measure<DataState, DataRow> = {
  columns: ["from", "events", "hasData"],
  start: ({ keepMs }) => ({ coverage: startCoverage(keepMs) }),
  next: ({ coverage }, { at }) => cover(coverage, at),
  result: ({ coverage }, window) =>
    binsOf(window).map(({ from, to, covered }) => ({
      from,
      events: eventsIn(coverage, from, to),
      hasData: covered,
    })),
};

type Counted = { readonly minute: number; readonly kind: string; readonly subject: number; count: number };

type WatchState = {
  readonly configuration: MeasureConfiguration;
  /** By kind, subject and minute. */
  readonly counts: Map<string, Counted>;
};

/** Bounds of UDOT's watchdog: reference §7.2. */
const RECORDS_PER_DAY_MIN = 500;
const HITS_PER_DAY_MIN = 50;
const TERMINATIONS_MIN = 50;
const SHARE_MAX_PERCENT = 90;
const PEDESTRIANS_PER_DAY_MAX = 200;

const SWEEP_MINUTES = 60;

function watch(state: WatchState, { at, code, parameter }: MeasureEvent): void {
  const minute = Math.floor(at / MINUTE_MS);
  add(state, minute, "record", 0);
  if (code === EVENT_CODE.detectorOn) add(state, minute, "hit", parameter);
  else if (code === EVENT_CODE.pedestrianDetectorOn) add(state, minute, "press", parameter);
  else {
    const why = terminationOf(code);
    if (why !== undefined) add(state, minute, why, parameter);
  }
}

function add(
  { counts, configuration: { keepMs } }: WatchState,
  minute: number,
  kind: string,
  subject: number,
): void {
  const key = `${minute} ${kind} ${subject}`;
  const known = counts.get(key);
  if (known !== undefined) {
    known.count += 1;
    return;
  }
  counts.set(key, { minute, kind, subject, count: 1 });
  if (keepMs === Number.POSITIVE_INFINITY || minute % SWEEP_MINUTES !== 0) return;
  for (const [old, counted] of counts) {
    if (counted.minute * MINUTE_MS >= minute * MINUTE_MS - keepMs) break;
    counts.delete(old);
  }
}

type WatchRow = {
  readonly check: string;
  readonly subject: string;
  readonly value: number | null;
  readonly bound: number;
  readonly holds: boolean;
};

function atLeast(check: string, subject: string, value: number, bound: number): WatchRow {
  return { check, subject, value, bound, holds: value >= bound };
}

function atMost(check: string, subject: string, value: number | null, bound: number): WatchRow {
  return { check, subject, value, bound, holds: value === null || value <= bound };
}

/**
 * The checks of UDOT's watchdog over the whole window, those that do not hold and those that do: too few records or detector hits for
 * its length, a phase of which more than 90 % of at least 50 terminations are max-outs or force-offs, a push button pressed more than
 * 200 times a day, detectors that the configuration names and the log does not have, and the other way round.
 */
export const watchdog: Measure<WatchState, WatchRow> = {
  columns: ["check", "subject", "value", "bound", "holds"],
  start: (configuration) => ({ configuration, counts: new Map() }),
  next: watch,
  result: ({ configuration, counts }, { from, to }) => {
    const days = (to - from) / DAY_MS;
    const inside = [...counts.values()].filter(
      ({ minute }) => minute * MINUTE_MS >= from && minute * MINUTE_MS < to,
    );
    const countOf = (kind: string, subject: number): number =>
      sumOf(
        inside.filter((one) => one.kind === kind && one.subject === subject),
        ({ count }) => count,
      );
    const subjects = (...kinds: readonly string[]): readonly number[] =>
      [...new Set(inside.filter(({ kind }) => kinds.includes(kind)).map(({ subject }) => subject))].toSorted(
        (left, right) => left - right,
      );
    const configured = new Set(configuration.detectors.map(({ channel }) => channel));
    const phases = subjects("gapOut", "maxOut", "forceOff");
    return [
      atLeast("records", configuration.intersection, countOf("record", 0), RECORDS_PER_DAY_MIN * days),
      ...configuration.detectors.map(({ channel, name }) =>
        atLeast("detectorHits", name, countOf("hit", channel), HITS_PER_DAY_MIN * days),
      ),
      ...subjects("hit")
        .filter((channel) => !configured.has(channel))
        .map((channel) => atMost("unconfiguredDetector", `channel ${channel}`, countOf("hit", channel), 0)),
      ...phases.flatMap((phase) => {
        const [maxOuts, forceOffs] = [countOf("maxOut", phase), countOf("forceOff", phase)];
        const all = countOf("gapOut", phase) + maxOuts + forceOffs;
        const share = (part: number): number | null =>
          all < TERMINATIONS_MIN ? null : (ratio(part, all) ?? 0) * 100;
        const name = headName(configuration, phase);
        return [
          atMost("maxOutPercent", name, share(maxOuts), SHARE_MAX_PERCENT),
          atMost("forceOffPercent", name, share(forceOffs), SHARE_MAX_PERCENT),
        ];
      }),
      ...subjects("press").map((channel) =>
        atMost(
          "pedestrianActuations",
          `button ${channel}`,
          countOf("press", channel),
          PEDESTRIANS_PER_DAY_MAX * Math.max(days, 1),
        ),
      ),
    ];
  },
};
