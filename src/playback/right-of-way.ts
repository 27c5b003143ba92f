import { EVENT_CODE as EVENT } from "../model/event-code.ts";
import type { TimingTable } from "../model/timing.ts";
import { type LoggedEvent, POWER_RESTORED, UNIT_FLASH } from "./logged-event.ts";

/** Which greens yield. Logs do not tell it: it follows from the stages, in whose order phases begin and end. */
export type RightOfWay = {
  readonly take: (event: LoggedEvent) => void;
  /** After all events of an instant. */
  readonly settle: (at: number) => void;
  /** Whether a green phase yields at `at`; `coming` are the events behind it, as far as they are known. */
  readonly yieldsAt: (at: number, coming: Iterable<LoggedEvent>) => (phase: number) => boolean;
};

/** Events after which the stages no longer say what comes next. */
const OVERRULED: ReadonlySet<number> = new Set([EVENT.preemptEntry, UNIT_FLASH, POWER_RESTORED]);
/** Events after which they do again: a preemption's exit, and what only the signal's own sequence tells. */
const RESUMED: ReadonlySet<number> = new Set([
  EVENT.preemptExit,
  EVENT.gapOut,
  EVENT.maxOut,
  EVENT.coordinatedYield,
  EVENT.coordinationState,
]);

type State = {
  /** Phases that have begun and whose green has not ended. */
  readonly on: Set<number>;
  /** Those that yielded when the stage began. */
  readonly yielding: Set<number>;
  /** The stage that began last; -1 where that is not known. */
  stage: number;
  /** Since when greens of the stage have ended; null while it is whole. */
  endingAt: number | null;
  /** What was left of it, if that is a stage; else -1. */
  left: number;
  /** What the events of this instant did. */
  begins: boolean;
  ends: boolean;
  overruled: boolean;
};

/** `phaseOf`: index of a phase by its number in the log. */
export function startRightOfWay(table: TimingTable, phaseOf: ReadonlyMap<number, number>): RightOfWay {
  // Rings know no permissive green: their lefts have arrows of their own.
  if (table.rings.length > 0) {
    return { take: () => undefined, settle: () => undefined, yieldsAt: () => () => false };
  }
  const state: State = {
    on: new Set(),
    yielding: new Set(),
    stage: -1,
    endingAt: null,
    left: -1,
    begins: false,
    ends: false,
    overruled: false,
  };
  return {
    take: (event) => takeEvent(state, phaseOf, event),
    settle: (at) => settle(state, table, at),
    yieldsAt: (at, coming) => {
      const { stage, yielding, endingAt } = state;
      const next = stage < 0 ? undefined : nextStage(state, table, phaseOf, coming);
      if (next === undefined || next.to < 0) return (phase) => yielding.has(phase);
      if (at >= next.at) return (phase) => permits(table, next.to, phase);
      const changes = endingAt !== null || at >= next.at - (table.intergreenMs[stage]?.[next.to] ?? 0);
      // Through a change a phase keeps the weaker right of way until its foes have cleared.
      return (phase) => yielding.has(phase) || (changes && permits(table, next.to, phase));
    },
  };
}

function takeEvent(
  state: State,
  phaseOf: ReadonlyMap<number, number>,
  { code, parameter }: LoggedEvent,
): void {
  if (OVERRULED.has(code)) state.overruled = true;
  if (RESUMED.has(code)) state.overruled = false;
  if (code === UNIT_FLASH || code === POWER_RESTORED) state.on.clear();
  const phase = phaseOf.get(parameter);
  if (phase === undefined) return;
  if (code === EVENT.phaseOn) {
    state.on.add(phase);
    state.yielding.delete(phase);
    state.begins = true;
  } else if (code === EVENT.endGreen) {
    state.on.delete(phase);
    state.ends = true;
  }
}

function settle(state: State, table: TimingTable, at: number): void {
  const { begins, ends, endingAt, left, overruled } = state;
  [state.begins, state.ends] = [false, false];
  if (begins) {
    // A preemption or the start-up begins phases with full right of way, whatever stage that looks like.
    begin(state, table, overruled ? -1 : stageWith(table, state.on));
  } else if (ends) {
    // Something ends again: what was left of the stage had become one, without a word in the log.
    if (endingAt !== null && left >= 0) begin(state, table, left);
    state.endingAt = at;
    state.left = overruled ? -1 : stageWith(table, state.on);
  }
}

function begin(state: State, table: TimingTable, stage: number): void {
  Object.assign(state, { stage, endingAt: null, left: -1 });
  if (stage < 0) return;
  for (const phase of state.on) {
    if (permits(table, stage, phase)) state.yielding.add(phase);
    else state.yielding.delete(phase);
  }
}

function permits({ stages }: TimingTable, stage: number, phase: number): boolean {
  return stages[stage]?.permissive.has(phase) === true;
}

function stageWith({ stages }: TimingTable, on: ReadonlySet<number>): number {
  return stages.findIndex(
    ({ phases }) => phases.length === on.size && phases.every((phase) => on.has(phase)),
  );
}

/**
 * The stage that begins next and when, out of the events to come; undefined where they do not say it, or where the present stage is
 * whole and something of it ends first.
 */
function nextStage(
  { on, stage, endingAt, left }: State,
  table: TimingTable,
  phaseOf: ReadonlyMap<number, number>,
  coming: Iterable<LoggedEvent>,
): { readonly to: number; readonly at: number } | undefined {
  const then = new Set(on);
  let [at, ends] = [Number.NaN, false];
  for (const event of coming) {
    if (OVERRULED.has(event.code) || event.at > at) break;
    const phase = phaseOf.get(event.parameter);
    if (phase === undefined || (event.code !== EVENT.phaseOn && event.code !== EVENT.endGreen)) continue;
    at = event.at;
    if (event.code === EVENT.phaseOn) then.add(phase);
    else {
      ends ||= on.has(phase);
      then.delete(phase);
    }
  }
  if (Number.isNaN(at)) return undefined;
  if (!ends) return { to: stageWith(table, then), at };
  if (endingAt === null || left < 0) return undefined;
  return { to: left, at: endingAt + (table.intergreenMs[stage]?.[left] ?? 0) };
}
