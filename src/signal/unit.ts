import { defined } from "../assert.ts";
import { EVENT_CODE } from "../model/event-code.ts";
import type { PreemptTiming } from "../model/extra-timing.ts";
import type { TimingTable } from "../model/timing.ts";
import type { InstantMs } from "../units.ts";
import { mayBegin, mayEnd, mayGain, withOpposing } from "./guards.ts";
import {
  beginPhase,
  change,
  changeRightOfWay,
  endPhase,
  type HeadsDraft,
  headOf,
  type LeastTimes,
  tell,
} from "./heads.ts";

/** Who has the intersection, in the order of authority of the reference's §2.7: fault, preemption, flash by request, signals. */
export type UnitState =
  | { readonly kind: "normal" }
  /** Flash after power comes back. */
  | { readonly kind: "startFlash"; readonly since: InstantMs }
  /** All red before the start phases. */
  | { readonly kind: "allRed"; readonly since: InstantMs }
  /** Every green is ended, for flash. */
  | { readonly kind: "toFlash"; readonly since: InstantMs }
  | { readonly kind: "flash"; readonly since: InstantMs }
  /** The monitor has taken over; only a local reset ends it. */
  | { readonly kind: "tripped"; readonly since: InstantMs }
  | {
      readonly kind: "preempt";
      readonly preempt: number;
      readonly step: PreemptStep;
      readonly since: InstantMs;
    };

export type PreemptStep = "entry" | "track" | "toDwell" | "dwell" | "exit";

/** A preemption input. */
export type PreemptCall = {
  readonly onAt: InstantMs | null;
  /** It has lasted longer than its maximum presence: ignored until it ends. */
  readonly ignored: boolean;
};

export type UnitDraft = HeadsDraft & { unit: UnitState; readonly preempts: PreemptCall[] };

/** All red before the start phases, where no start-up is configured. */
const ALL_RED_DEFAULT_MS = 6_000;

const EVENT = {
  callOn: 102,
  callOff: 104,
  entry: 105,
  track: 106,
  dwell: 107,
  presence: 110,
  exit: 111,
  flash: 173,
} as const;

function tellPreempt({ events, at }: UnitDraft, code: number, preempt: number): void {
  events.push([at, code, preempt + 1]);
}

/** Phases that are green first after flash, all red and a monitor's trip. */
export function startPhases(table: TimingTable): readonly number[] {
  const { phases, permissive } = defined(table.stages[0], "a stage");
  return table.extras.startUp?.phases ?? phases.filter((phase) => !permissive.has(phase));
}

/** Takes a preemption input. */
export function callPreempt(call: PreemptCall, on: boolean, at: InstantMs): PreemptCall {
  if (!on) return { onAt: null, ignored: false };
  return call.onAt === null ? { onAt: at, ignored: false } : call;
}

/** Tells of a preemption input in the log. */
export function preemptCallEvent(
  preempt: number,
  on: boolean,
  at: InstantMs,
): readonly [InstantMs, number, number] {
  return [at, on ? EVENT.callOn : EVENT.callOff, preempt + 1];
}

/** The preemption of the highest authority that is called now. */
function wantedPreempt(draft: UnitDraft): number | undefined {
  const found = draft.preempts.findIndex(({ onAt, ignored }, index) => {
    const { delayMs } = defined(draft.table.extras.preempts[index], "preempt");
    return onAt !== null && !ignored && draft.at - onAt >= delayMs;
  });
  return found < 0 ? undefined : found;
}

/** The least times of a green that a preemption ends; `null` outside its entry, and for what it lets go on. */
export function leastTimes(draft: UnitDraft, phase: number): LeastTimes | null {
  const { unit } = draft;
  if (unit.kind !== "preempt" || unit.step !== "entry") return null;
  const preempt = timingOf(draft, unit.preempt);
  return firstPhases(preempt).includes(phase) ? null : entryTimes(preempt);
}

/** The phases that start-up or a preemption hands the intersection over to now. */
export function targetPhases({ unit, table }: UnitDraft): readonly number[] {
  if (unit.kind === "allRed") return startPhases(table);
  if (unit.kind !== "preempt") return [];
  const preempt = defined(table.extras.preempts[unit.preempt], "preempt");
  if (unit.step === "entry") return firstPhases(preempt);
  if (unit.step === "toDwell") return preempt.dwellPhases;
  return unit.step === "exit" ? preempt.exitPhases : [];
}

function firstPhases({ track, dwellPhases }: PreemptTiming): readonly number[] {
  return track?.phases ?? dwellPhases;
}

function entryTimes(preempt: PreemptTiming): LeastTimes {
  return { greenMs: preempt.entryGreenMinMs, walkMs: preempt.entryWalkMs, clearMs: preempt.entryClearMs };
}

function timingOf(draft: UnitDraft, preempt: number): PreemptTiming {
  return defined(draft.table.extras.preempts[preempt], "preempt");
}

/**
 * One round of whatever has authority over the sequence: start-up, flash, preemption. The sequence
 * runs only while the unit is `normal`.
 */
export function runUnit(draft: UnitDraft, flashRequested: boolean): void {
  noticePresence(draft);
  runState(draft, flashRequested);
}

function noticePresence(draft: UnitDraft): void {
  draft.preempts.forEach((call, index) => {
    const { presenceMaxMs } = timingOf(draft, index);
    if (call.onAt === null || call.ignored || draft.at - call.onAt < presenceMaxMs) return;
    draft.preempts[index] = { ...call, ignored: true };
    tellPreempt(draft, EVENT.presence, index);
  });
}

function runState(draft: UnitDraft, flashRequested: boolean): void {
  const { unit, at, table } = draft;
  const wanted = wantedPreempt(draft);
  switch (unit.kind) {
    case "tripped":
      return;
    case "startFlash":
      if (at - unit.since >= (table.extras.startUp?.flashMs ?? 0))
        become(draft, { kind: "allRed", since: at });
      return;
    case "allRed": {
      const allRedMs = table.extras.startUp?.allRedMs ?? ALL_RED_DEFAULT_MS;
      if (at - unit.since < allRedMs) return;
      if (wanted !== undefined) {
        enterPreempt(draft, wanted);
        return;
      }
      const start = startPhases(table);
      // Nothing else begins in the instant in which the start phases do.
      const begun = transfer(draft, start, null) && start.every((phase) => headOf(draft, phase).greenAt < at);
      if (begun) become(draft, { kind: "normal" });
      return;
    }
    case "toFlash":
      if (wanted !== undefined) enterPreempt(draft, wanted);
      // The last red is shown for a step before flash.
      else if (transfer(draft, [], null) && draft.heads.every(({ redAt }) => at - redAt >= table.stepMs))
        become(draft, { kind: flashRequested ? "flash" : "allRed", since: at });
      return;
    case "flash":
      // A preemption has more authority than a request: it is served by way of all red, and then the flash goes on.
      if (!flashRequested || wanted !== undefined) become(draft, { kind: "allRed", since: at });
      return;
    case "preempt":
      runPreempt(draft, unit);
      return;
    case "normal":
      if (wanted !== undefined) enterPreempt(draft, wanted);
      else if (flashRequested) become(draft, { kind: "toFlash", since: at });
  }
}

/** Unit flash status of the log (NTCIP 1202). */
const FLASH_STATUS: Readonly<Partial<Record<UnitState["kind"], number>>> = {
  allRed: 2,
  flash: 3,
  tripped: 6,
  startFlash: 7,
};

function become(draft: UnitDraft, unit: UnitState): void {
  draft.unit = unit;
  const status = FLASH_STATUS[unit.kind];
  if (status !== undefined) draft.events.push([draft.at, EVENT.flash, status]);
}

function enterPreempt(draft: UnitDraft, preempt: number): void {
  tellPreempt(draft, EVENT.entry, preempt);
  become(draft, { kind: "preempt", preempt, step: "entry", since: draft.at });
}

type PreemptUnit = Extract<UnitState, { readonly kind: "preempt" }>;

function runPreempt(draft: UnitDraft, unit: PreemptUnit): void {
  const timing = timingOf(draft, unit.preempt);
  const wanted = wantedPreempt(draft);
  if (wanted !== undefined && (wanted < unit.preempt || unit.step === "exit")) {
    enterPreempt(draft, wanted);
    return;
  }
  const move = (step: PreemptStep): void => become(draft, { ...unit, step, since: draft.at });
  const tellAndMove = (code: number, step: PreemptStep): void => {
    tellPreempt(draft, code, unit.preempt);
    move(step);
  };
  const lastedMs = draft.at - unit.since;
  switch (unit.step) {
    case "entry":
      if (!transfer(draft, firstPhases(timing), entryTimes(timing))) return;
      if (timing.track === null) tellAndMove(EVENT.dwell, "dwell");
      else tellAndMove(EVENT.track, "track");
      return;
    case "track":
      if (lastedMs >= (timing.track?.greenMs ?? 0)) move("toDwell");
      return;
    case "toDwell":
      if (transfer(draft, timing.dwellPhases, null)) tellAndMove(EVENT.dwell, "dwell");
      return;
    case "dwell": {
      const call = defined(draft.preempts[unit.preempt], "call");
      const released = call.onAt === null || call.ignored;
      if (!released || lastedMs < timing.dwellMinMs) return;
      if (wanted === undefined) tellAndMove(EVENT.exit, "exit");
      else enterPreempt(draft, wanted);
      return;
    }
    case "exit":
      if (transfer(draft, timing.exitPhases, null)) become(draft, { kind: "normal" });
  }
}

/**
 * Hands the intersection over to `target`: every other green ends as soon as the guards let it, then the target's phases begin.
 * True once nothing but the target is green and nothing clears any more.
 */
function transfer(draft: UnitDraft, target: readonly number[], least: LeastTimes | null): boolean {
  if (least !== null) endLeads(draft, target, least);
  const others = draft.heads.flatMap(({ interval }, phase) =>
    interval === "green" && !target.includes(phase) ? [phase] : [],
  );
  const ending = withOpposing(draft, others);
  if (mayEnd(draft, ending, least)) {
    for (const phase of ending) endPhase(draft, phase, "forceOff");
  } else {
    for (const phase of ending) if (mayEnd(draft, [phase], least)) endPhase(draft, phase, "forceOff");
  }
  for (const phase of target) {
    if (mayBegin(draft, phase)) beginPhase(draft, phase, false, false);
    else if (headOf(draft, phase).yields && mayGain(draft, phase, () => false)) {
      changeRightOfWay(draft, phase, false);
    }
  }
  return (
    draft.heads.every(({ interval, yields, walk }, phase) =>
      target.includes(phase) ? interval === "green" && !yields : interval === "red" && walk === "off",
    ) &&
    (target.length > 0 || draft.followers.every(({ interval }) => interval === "red"))
  );
}

/** Walk that leads a green which is not to come any more is cleared; its phase stays red. */
function endLeads(draft: UnitDraft, target: readonly number[], least: LeastTimes): void {
  draft.heads.forEach(({ interval, walkSince }, phase) => {
    if (interval !== "lead" || target.includes(phase) || draft.at - walkSince < least.walkMs) return;
    change(draft, phase, { interval: "red", since: draft.at, walk: "clear", walkSince: draft.at });
    tell(draft, EVENT_CODE.beginPedestrianClear, phase);
  });
}

/** The monitor's trip: every head goes dark for the controller and flashes by the monitor's hand. */
export function trip(draft: UnitDraft): void {
  draft.heads.forEach((head, phase) => {
    if (head.interval === "red" && head.walk === "off") return;
    const greenEndedAt = head.interval === "green" ? draft.at : head.greenEndedAt;
    change(draft, phase, {
      interval: "red",
      since: draft.at,
      redAt: draft.at,
      greenEndedAt,
      walk: "off",
      walkSince: draft.at,
    });
  });
  draft.followers.forEach((_, index) => {
    draft.followers[index] = { interval: "red", since: draft.at };
  });
  become(draft, { kind: "tripped", since: draft.at });
}

/** The local reset after a trip: flash for the start-up time, then all red. */
export function resetTrip(draft: UnitDraft): void {
  if (draft.unit.kind === "tripped") become(draft, { kind: "startFlash", since: draft.at });
}
