import { EVENT_CODE } from "../model/event-code.ts";
import type { MeasureConfiguration } from "./configuration.ts";
import { type Facts, keep, type Measure, type MeasureEvent, noFacts, within } from "./measure.ts";

/** A preemption from its call on. Instants; `null` where it has not come, or never does. */
type Preemption = {
  /** Call on. */
  readonly at: number;
  readonly preempt: number;
  offAt: number | null;
  entryAt: number | null;
  trackAt: number | null;
  dwellAt: number | null;
  exitAt: number | null;
  gateDownAt: number | null;
  presenceExceeded: boolean;
};

type PreemptState = {
  readonly running: Map<number, Preemption>;
  readonly preemptions: Facts<Preemption>;
};

/** A call that comes back within this time is the same one that chatters. */
const CHATTER_MS = 2_000;

function startPreempts({ keepMs }: MeasureConfiguration): PreemptState {
  return { running: new Map(), preemptions: noFacts(keepMs) };
}

function nextPreempt(state: PreemptState, { at, code, parameter }: MeasureEvent): void {
  const running = state.running.get(parameter);
  switch (code) {
    case EVENT_CODE.preemptCallOn:
      call(state, parameter, at);
      return;
    case EVENT_CODE.preemptCallOff:
      if (running !== undefined) running.offAt = at;
      return;
    case EVENT_CODE.preemptEntry:
      // An entry without a call of its own: what was called before it was served and is called again.
      if (running === undefined) call(state, parameter, at);
      else running.entryAt ??= at;
      return;
    case EVENT_CODE.preemptTrack:
      if (running !== undefined) running.trackAt ??= at;
      return;
    case EVENT_CODE.preemptDwell:
      if (running !== undefined) running.dwellAt ??= at;
      return;
    case EVENT_CODE.preemptExit:
      if (running !== undefined) running.exitAt ??= at;
      return;
    case EVENT_CODE.preemptGateDown:
      if (running !== undefined) running.gateDownAt ??= at;
      return;
    case EVENT_CODE.preemptPresence:
      if (running !== undefined) running.presenceExceeded = true;
      return;
    default:
  }
}

function call({ running, preemptions }: PreemptState, preempt: number, at: number): void {
  const before = running.get(preempt);
  const served = before !== undefined && before.exitAt !== null;
  const offAt = before?.offAt ?? null;
  const chatters = offAt !== null && at - offAt <= CHATTER_MS;
  if (before !== undefined && !served && (before.offAt === null || chatters)) {
    before.offAt = null;
    return;
  }
  const begun: Preemption = {
    at,
    preempt,
    offAt: null,
    entryAt: null,
    trackAt: null,
    dwellAt: null,
    exitAt: null,
    gateDownAt: null,
    presenceExceeded: false,
  };
  running.set(preempt, begun);
  keep(preemptions, begun, at);
}

type PreemptRow = {
  readonly at: number;
  readonly preempt: number;
  readonly callSeconds: number | null;
  readonly delaySeconds: number | null;
  readonly toTrackSeconds: number | null;
  readonly toServiceSeconds: number | null;
  readonly dwellSeconds: number | null;
  readonly gateDownSeconds: number | null;
  readonly presenceExceeded: boolean;
};

function secondsBetween(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : (to - from) / 1_000;
}

/**
 * Preemption details, one row a call: how long it lasted (102 to 104), how long until entry (105), from entry to track clearance
 * (106) and to dwell (107), the dwell to the exit (111), and from the call to gates down (103). A call that drops for 2 s or less
 * goes on.
 */
export const preemptionDetails: Measure<PreemptState, PreemptRow> = {
  columns: [
    "at",
    "preempt",
    "callSeconds",
    "delaySeconds",
    "toTrackSeconds",
    "toServiceSeconds",
    "dwellSeconds",
    "gateDownSeconds",
    "presenceExceeded",
  ],
  start: startPreempts,
  next: nextPreempt,
  result: ({ preemptions }, window) =>
    within(preemptions, window).map((one) => ({
      at: one.at,
      preempt: one.preempt,
      callSeconds: secondsBetween(one.at, one.offAt),
      delaySeconds: secondsBetween(one.at, one.entryAt),
      toTrackSeconds: secondsBetween(one.entryAt, one.trackAt),
      toServiceSeconds: secondsBetween(one.entryAt, one.dwellAt),
      dwellSeconds: secondsBetween(one.dwellAt, one.exitAt),
      gateDownSeconds: secondsBetween(one.at, one.gateDownAt),
      presenceExceeded: one.presenceExceeded,
    })),
};

/** A vehicle with priority, from its check-in on. */
type Priority = {
  /** Check-in. */
  readonly at: number;
  readonly priority: number;
  checkOutAt: number | null;
  beginAt: number | null;
  endAt: number | null;
  earlyGreen: boolean;
  extension: boolean;
};

type PriorityState = {
  /** Vehicles that are in, oldest first. */
  readonly inside: Map<number, Priority[]>;
  /** Those whose service runs. */
  readonly served: Map<number, Priority>;
  readonly priorities: Facts<Priority>;
};

function startPriorities({ keepMs }: MeasureConfiguration): PriorityState {
  return { inside: new Map(), served: new Map(), priorities: noFacts(keepMs) };
}

function nextPriority(state: PriorityState, { at, code, parameter }: MeasureEvent): void {
  const oldest = state.inside.get(parameter)?.[0];
  const served = state.served.get(parameter) ?? oldest;
  switch (code) {
    case EVENT_CODE.priorityCheckIn:
      checkIn(state, parameter, at);
      return;
    case EVENT_CODE.priorityCheckOut:
      if (oldest !== undefined) oldest.checkOutAt = at;
      state.inside.get(parameter)?.shift();
      return;
    case EVENT_CODE.priorityBegin:
      if (oldest !== undefined) {
        oldest.beginAt ??= at;
        state.served.set(parameter, oldest);
      }
      return;
    case EVENT_CODE.priorityEnd:
      if (served !== undefined) served.endAt ??= at;
      state.served.delete(parameter);
      return;
    case EVENT_CODE.priorityEarlyGreen:
      if (served !== undefined) served.earlyGreen = true;
      return;
    case EVENT_CODE.priorityExtension:
      if (served !== undefined) served.extension = true;
      return;
    default:
  }
}

/** Vehicles whose check-out was lost do not pile up. */
const INSIDE_MAX = 32;

function checkIn({ inside, priorities }: PriorityState, priority: number, at: number): void {
  const vehicle: Priority = {
    at,
    priority,
    checkOutAt: null,
    beginAt: null,
    endAt: null,
    earlyGreen: false,
    extension: false,
  };
  const waiting = inside.get(priority) ?? [];
  waiting.push(vehicle);
  if (waiting.length > INSIDE_MAX) waiting.shift();
  inside.set(priority, waiting);
  keep(priorities, vehicle, at);
}

type PriorityRow = {
  readonly at: number;
  readonly priority: number;
  readonly insideSeconds: number | null;
  readonly toServiceSeconds: number | null;
  readonly serviceSeconds: number | null;
  readonly earlyGreen: boolean;
  readonly extension: boolean;
};

/**
 * Transit priority details, one row a check-in (112): until the check-out (115), until service begins (118), how long it lasted (to
 * 119), and whether it brought an early green (113) or a longer one (114). Vehicles of one priority check out in their order.
 */
export const priorityDetails: Measure<PriorityState, PriorityRow> = {
  columns: [
    "at",
    "priority",
    "insideSeconds",
    "toServiceSeconds",
    "serviceSeconds",
    "earlyGreen",
    "extension",
  ],
  start: startPriorities,
  next: nextPriority,
  result: ({ priorities }, window) =>
    within(priorities, window).map((one) => ({
      at: one.at,
      priority: one.priority,
      insideSeconds: secondsBetween(one.at, one.checkOutAt),
      toServiceSeconds: secondsBetween(one.at, one.beginAt),
      serviceSeconds: secondsBetween(one.beginAt, one.endAt),
      earlyGreen: one.earlyGreen,
      extension: one.extension,
    })),
};
