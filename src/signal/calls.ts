import { defined } from "../assert.ts";
import { EVENT_CODE } from "../model/event-code.ts";
import type { PhaseTiming, TimingTable } from "../model/timing.ts";
import { CONTROLLER_TICK_MS, type InstantMs } from "../units.ts";
import { type EndReason, type Head, type HeadsDraft, headOf, tell, timingOfPhase } from "./heads.ts";

/** What a phase remembers of those who want it. */
export type Call = {
  /** Since when vehicles wait; `null` when none does. */
  readonly vehicleAt: InstantMs | null;
  /** Since when a pedestrian's call waits for walk. It is never dropped but by that walk. */
  readonly pedestrianAt: InstantMs | null;
  /** Detectors of the phase that are covered now. */
  readonly occupied: number;
  /** End of the last actuation: the passage time counts from here. */
  readonly actuatedAt: InstantMs;
  /** Since when somebody waits whom this green keeps waiting: maximum green counts from here. */
  readonly conflictAt: InstantMs | null;
};

export type CallsDraft = HeadsDraft & { readonly calls: Call[] };

/** What is enough to look at calls, in a draft or in a state. */
export type CallsView = {
  readonly table: TimingTable;
  readonly at: InstantMs;
  readonly heads: readonly Head[];
  readonly calls: readonly Call[];
};

/** Nobody has called yet. Instants of 0 are ones that never were. */
export function noCalls(table: TimingTable, never: InstantMs): readonly Call[] {
  return table.phases.map(() => ({
    vehicleAt: null,
    pedestrianAt: null,
    occupied: 0,
    actuatedAt: never,
    conflictAt: null,
  }));
}

export function callOf(draft: CallsView, phase: number): Call {
  return defined(draft.calls[phase], "call");
}

/** The phases that a detector calls and extends: those of the movements from its lane, or from the lanes that it serves. */
export function detectorPhases(table: TimingTable): ReadonlyMap<string, readonly number[]> {
  const { detectors, movements } = table.intersection;
  return new Map(
    detectors
      .filter(({ role }) => role !== "entry")
      .map(({ id, lane, serves }) => {
        const lanes = new Set([lane, ...serves]);
        const phases = movements
          .filter(({ fromLanes }) => fromLanes.some((from) => lanes.has(from)))
          .map(({ phase }) => defined(table.phaseIndex.get(phase), phase));
        return [id, [...new Set(phases)]];
      }),
  );
}

/** A detector is covered or left: a call while the phase is not green, an extension while it is. */
export function actuate(call: Call, head: Head, on: boolean, at: InstantMs): Call {
  const occupied = Math.max(0, call.occupied + (on ? 1 : -1));
  const waits = on && head.interval !== "green";
  return {
    ...call,
    occupied,
    actuatedAt: at,
    vehicleAt: waits ? (call.vehicleAt ?? at) : call.vehicleAt,
  };
}

/** Whether somebody, or a recall, wants the phase's next green. A phase in green wants none. */
export function wants(draft: CallsView, phase: number): boolean {
  const { interval } = headOf(draft, phase);
  const call = callOf(draft, phase);
  if (interval === "green" || interval === "lead") return false;
  const { recall, pedestrianRecall } = timingOfPhase(draft, phase).actuation;
  if (call.vehicleAt !== null || call.pedestrianAt !== null) return true;
  if (recall === "minimum" || recall === "maximum") return true;
  return pedestrianRecall && timingOfPhase(draft, phase).walkMs > 0;
}

/** Soft recall: the phase is wanted as long as nobody else is. */
export function wantsSoftly(draft: CallsDraft, phase: number): boolean {
  const { actuation } = timingOfPhase(draft, phase);
  return actuation.recall === "soft" && headOf(draft, phase).interval === "red";
}

/** Whether the next green of the phase comes with walk. */
export function wantsWalk(draft: CallsDraft, phase: number): boolean {
  const { walkMs, actuation } = timingOfPhase(draft, phase);
  return walkMs > 0 && (actuation.pedestrianRecall || callOf(draft, phase).pedestrianAt !== null);
}

/** Gap that is allowed now: the passage time, or what gap reduction has left of it (reference §1.2). */
function allowedGapMs(timing: PhaseTiming, head: Head, call: Call, at: InstantMs): number {
  const { passageMs, gapReduction } = timing.actuation;
  if (gapReduction === null || call.conflictAt === null) return passageMs;
  const reducedMs = at - Math.max(call.conflictAt, head.greenAt) - gapReduction.beforeMs;
  if (reducedMs <= 0) return passageMs;
  const share = Math.min(1, reducedMs / gapReduction.toReduceMs);
  return passageMs - share * (passageMs - gapReduction.gapMinMs);
}

/** Why the detectors let a green end: the gap, or the maximum since somebody else waits; `null`: they do not. */
export function actuatedEnd(draft: CallsDraft, phase: number, maximumMs: number): EndReason | null {
  const timing = timingOfPhase(draft, phase);
  const head = headOf(draft, phase);
  const call = callOf(draft, phase);
  const always = timing.actuation.recall === "maximum";
  const quietMs = draft.at - Math.max(call.actuatedAt, head.greenAt);
  const gap = call.occupied === 0 && quietMs >= allowedGapMs(timing, head, call, draft.at);
  // Who has the gap already when the maximum is over has ended by its gap.
  if (gap && !always) return "gapOut";
  if (call.conflictAt === null) return null;
  // Under maximum recall somebody waits from the begin of green on.
  const from = always ? head.greenAt : Math.max(call.conflictAt, head.greenAt);
  return draft.at - from >= maximumMs ? "maxOut" : null;
}

/** The next instant at which `actuatedEnd` may change by itself. */
export function actuationDueAt(draft: CallsDraft, phase: number, maximumMs: number): number {
  const timing = timingOfPhase(draft, phase);
  const head = headOf(draft, phase);
  const call = callOf(draft, phase);
  const due: number[] = [];
  if (call.conflictAt !== null)
    due.push(Math.max(call.conflictAt, head.greenAt) + maximumMs, head.greenAt + maximumMs);
  if (timing.actuation.recall !== "maximum" && call.occupied === 0) {
    // A gap that falls is looked at in every tick.
    if (timing.actuation.gapReduction !== null && call.conflictAt !== null)
      due.push(draft.at + CONTROLLER_TICK_MS);
    due.push(Math.max(call.actuatedAt, head.greenAt) + timing.actuation.passageMs);
  }
  return Math.min(Number.POSITIVE_INFINITY, ...due.filter((at) => at > draft.at));
}

/**
 * After a round of the sequence: calls that have been served go, who stands on a detector when its green ends calls again, and
 * whoever is kept waiting is noticed.
 */
export function settleCalls(draft: CallsDraft, served: readonly Head[]): void {
  for (let phase = 0; phase < draft.calls.length; phase += 1) {
    const before = defined(served[phase], "head before");
    const head = headOf(draft, phase);
    let call = callOf(draft, phase);
    if (head.interval === "green" && before.interval !== "green") {
      if (call.vehicleAt !== null && logsCalls(draft, phase)) tell(draft, EVENT_CODE.callOff, phase);
      call = { ...call, vehicleAt: null };
    }
    if (head.walk === "walk" && before.walk !== "walk") call = { ...call, pedestrianAt: null };
    if (before.interval === "green" && head.interval === "yellow" && call.occupied > 0) {
      if (call.vehicleAt === null && logsCalls(draft, phase)) tell(draft, EVENT_CODE.callOn, phase);
      call = { ...call, vehicleAt: call.vehicleAt ?? draft.at };
    }
    draft.calls[phase] = call;
  }
  noticeConflicts(draft);
}

function noticeConflicts(draft: CallsDraft): void {
  for (let phase = 0; phase < draft.calls.length; phase += 1) {
    const call = callOf(draft, phase);
    const kept = headOf(draft, phase).interval === "green" && isWantedElsewhere(draft, phase);
    const conflictAt = kept ? (call.conflictAt ?? draft.at) : null;
    if (conflictAt === call.conflictAt) continue;
    draft.calls[phase] = { ...call, conflictAt };
    if (conflictAt !== null) tell(draft, EVENT_CODE.phaseCheck, phase);
  }
}

/** Whether calls of vehicles are logged: under recall they are not (reference §6). */
export function logsCalls(view: { readonly table: TimingTable }, phase: number): boolean {
  const { recall } = timingOfPhase(view, phase).actuation;
  return recall !== "minimum" && recall !== "maximum";
}

/** Whether somebody waits for a phase that cannot run beside this one. */
export function isWantedElsewhere(draft: CallsDraft, phase: number): boolean {
  for (const other of draft.table.conflicts[phase] ?? []) if (wants(draft, other)) return true;
  return draft.calls.some((_, other) => isOfOtherStages(draft.table, phase, other) && wants(draft, other));
}

/**
 * Phases need not conflict to keep each other waiting: on a stage-based controller it is enough that a stage which serves the
 * other lacks this one, for that stage may be the next.
 */
function isOfOtherStages({ rings, stages }: TimingTable, phase: number, other: number): boolean {
  if (rings.length > 0) return false;
  return stages.some(({ phases }) => phases.includes(other) && !phases.includes(phase));
}
