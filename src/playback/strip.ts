import { COORDINATION_STATE, EVENT_CODE as EVENT } from "../model/event-code.ts";
import type { Intersection } from "../model/intersection.ts";
import { type TimingTable, timingTable } from "../model/timing.ts";
import type { StripCause, StripShown, StripView } from "../protocol/strip.ts";
import { SECOND_MS } from "../units.ts";
import { startLights } from "./lights.ts";
import { type LoggedEvent, PLAYED_CODES } from "./logged-event.ts";

/** Codes that have to be known from before the window: heads, and calls that still wait. */
export const STRIP_CODES_BEFORE: readonly number[] = [
  ...PLAYED_CODES,
  EVENT.callOn,
  EVENT.callOff,
  EVENT.pedestrianCall,
];

/** The log of one intersection around a window, in order. */
export type StripLog = {
  /** From before the window on, and some time behind it: which greens yield follows from what comes next. */
  readonly events: readonly LoggedEvent[];
  /** Whether the first of them is the first one of the log, which begins with everything that is green. */
  readonly fromBegin: boolean;
};

type Window = { readonly from: number; readonly to: number };

/** The window's strip; `stepMs` is the plant's, to which durations of the configuration are rounded up. */
export function stripOf(
  intersection: Intersection,
  stepMs: number,
  log: StripLog,
  { from, to }: Window,
): StripView {
  const table = timingTable(intersection, stepMs);
  const events = log.events.filter(({ at }) => at <= to);
  const own = events.filter(({ at }) => at >= from);
  return {
    intersection: intersection.id,
    from,
    to,
    toldTo: own.at(-1)?.at ?? null,
    shown: shownIn(table, log, { from, to }),
    ends: endsIn(table, events).filter(({ at }) => at >= from),
    calls: callsIn(table, events).filter((call) => call.to === null || call.to >= from),
    detections: detectionsIn(intersection, own, from),
    cycles: own
      .filter(
        ({ code, parameter }) =>
          code === EVENT.coordinationState && parameter === COORDINATION_STATE.localZero,
      )
      .map(({ at }) => at),
  };
}

/** The heads at the begin of the window and whenever they changed. */
function shownIn(table: TimingTable, { events, fromBegin }: StripLog, { from, to }: Window) {
  const lights = startLights(table, fromBegin);
  let next = 0;
  const takeUpTo = (at: number): void => {
    for (let event = events[next]; event !== undefined && event.at <= at; event = events[next]) {
      lights.take(event);
      next += 1;
      if (events[next]?.at !== event.at) lights.settle(event.at);
    }
  };
  const shown: StripShown[] = [];
  for (const at of instantsIn(events, { from, to })) {
    takeUpTo(at);
    const { lamps, walk, operation } = lights.shownAt(at, comingFrom(events, next));
    const last = shown.at(-1);
    if (last?.lamps !== lamps || last.walk !== walk || last.operation !== operation) {
      shown.push({ at, lamps, walk, operation });
    }
  }
  return shown;
}

function* comingFrom(events: readonly LoggedEvent[], next: number): Iterable<LoggedEvent> {
  for (let index = next; index < events.length; index += 1) {
    const event = events[index];
    if (event !== undefined) yield event;
  }
}

/** When heads may change: with an event, and each second, since the yellow of an arrow ends without one. */
function instantsIn(events: readonly LoggedEvent[], { from, to }: Window): readonly number[] {
  const instants = new Set<number>();
  for (let at = from; at <= to; at += SECOND_MS) instants.add(at);
  for (const { at } of events) if (at >= from && at <= to) instants.add(at);
  return [...instants].toSorted((left, right) => left - right);
}

const CAUSES: ReadonlyMap<number, StripCause> = new Map([
  [EVENT.gapOut, "gapOut"],
  [EVENT.maxOut, "maxOut"],
  [EVENT.forceOff, "forceOff"],
]);

/** Greens that ended, each with the last cause that was told of it; those that a preemption ended say so. */
function endsIn(table: TimingTable, events: readonly LoggedEvent[]): StripView["ends"] {
  const names = phaseNames(table);
  const told = new Map<number, StripCause>();
  const entries = new Set(events.filter(({ code }) => code === EVENT.preemptEntry).map((event) => event.at));
  let preempted = false;
  return events.flatMap(({ at, code, parameter }) => {
    const cause = CAUSES.get(code);
    if (cause !== undefined) told.set(parameter, cause);
    else if (code === EVENT.beginGreen) told.delete(parameter);
    else if (code === EVENT.preemptEntry) preempted = true;
    else if (code === EVENT.preemptExit) preempted = false;
    if (code !== EVENT.endGreen) return [];
    const phase = names.get(parameter);
    if (phase === undefined) return [];
    const byPreemption = preempted || entries.has(at);
    return [{ at, phase, cause: byPreemption ? "preempt" : (told.get(parameter) ?? "unknown") }];
  });
}

type Call = { -readonly [Key in keyof StripView["calls"][number]]: StripView["calls"][number][Key] };

/** Calls with what ended their waiting: green for vehicles, walk for pedestrians, or the call was dropped. */
function callsIn(table: TimingTable, events: readonly LoggedEvent[]): StripView["calls"] {
  const names = phaseNames(table);
  const calls: Call[] = [];
  const waiting = new Map<string, Call>();
  const begin = (kind: Call["kind"], phase: string, from: number): void => {
    const key = `${kind} ${phase}`;
    if (waiting.has(key)) return;
    const call: Call = { phase, kind, from, to: null };
    waiting.set(key, call);
    calls.push(call);
  };
  const end = (kind: Call["kind"], phase: string, at: number): void => {
    const key = `${kind} ${phase}`;
    const call = waiting.get(key);
    if (call !== undefined) call.to = at;
    waiting.delete(key);
  };
  for (const { at, code, parameter } of events) {
    const phase = names.get(parameter);
    if (phase === undefined) continue;
    if (code === EVENT.callOn) begin("vehicle", phase, at);
    else if (code === EVENT.callOff || code === EVENT.beginGreen) end("vehicle", phase, at);
    else if (code === EVENT.pedestrianCall) begin("pedestrian", phase, at);
    else if (code === EVENT.beginWalk) end("pedestrian", phase, at);
  }
  return calls;
}

type Actuation = { readonly on: number; off: number | null };

/** Detector channels are the detectors' places from 1. One that was covered before the window is so from its begin on. */
function detectionsIn(
  { detectors }: Intersection,
  events: readonly LoggedEvent[],
  from: number,
): StripView["detections"] {
  const actuations = detectors.map((): Actuation[] => []);
  for (const { at, code, parameter } of events) {
    const own = actuations[parameter - 1];
    if (own === undefined) continue;
    const last = own.at(-1);
    if (code === EVENT.detectorOn) own.push({ on: at, off: null });
    else if (code !== EVENT.detectorOff) continue;
    else if (last === undefined) own.push({ on: from, off: at });
    else last.off ??= at;
  }
  return detectors.flatMap(({ id }, place) => {
    const own = actuations[place] ?? [];
    return own.length === 0 ? [] : [{ detector: id, actuations: own }];
  });
}

function phaseNames({ phases }: TimingTable): ReadonlyMap<number, string> {
  return new Map(phases.map(({ number, id }) => [number, id]));
}
