import { defined } from "../assert.ts";
import type { PriorityTiming } from "../model/extra-timing.ts";
import type { InstantMs } from "../units.ts";
import { after, instantMs } from "../units.ts";
import { type CycleState, slotAt, withSplits } from "./coordination.ts";
import { intergreenAfter, shortenSplits, stageAt } from "./cycle.ts";
import { isUrgent, type OperationDraft } from "./environment.ts";
import { headOf } from "./heads.ts";

/** A bus on its approach, and what was done for it. */
export type PriorityState = {
  /** Buses that have checked in and not out. */
  readonly waiting: number;
  readonly since: InstantMs;
  /** Not before this is another grant given. */
  readonly readyAt: InstantMs;
  /** What this grant has added to greens of the priority, and taken from others. */
  readonly granted: boolean;
  readonly extendedMs: number;
  readonly shortened: boolean;
};

export type PriorityDraft = OperationDraft & { readonly priorities: PriorityState[] };

/** A bus that has not checked out for so long is forgotten: it turned off, or its check-out was lost. */
const PRESENCE_MAX_MS = 120_000;

const EVENT = {
  checkIn: 112,
  earlyGreen: 113,
  extendGreen: 114,
  checkOut: 115,
  begin: 118,
  end: 119,
} as const;

export function noPriority(never: InstantMs): PriorityState {
  return { waiting: 0, since: never, readyAt: never, granted: false, extendedMs: 0, shortened: false };
}

/** A check-in or a check-out; the event is for the log. */
export function checkBus(
  before: PriorityState,
  index: number,
  checkedIn: boolean,
  at: InstantMs,
): { readonly state: PriorityState; readonly event: readonly [InstantMs, number, number] } {
  const waiting = Math.max(0, before.waiting + (checkedIn ? 1 : -1));
  return {
    state: { ...before, waiting, since: checkedIn && before.waiting === 0 ? at : before.since },
    event: [at, checkedIn ? EVENT.checkIn : EVENT.checkOut, index + 1],
  };
}

/**
 * Transit signal priority in coordinated operation: an early green, or a longer one, by moving this cycle's splits within the
 * configured bounds. No phase is left out, none gets less than its minimum service; the offset is corrected afterwards as
 * after any disturbance (reference §2.7).
 */
export function runPriority(draft: PriorityDraft): void {
  draft.priorities.forEach((state, index) => {
    const timing = defined(draft.table.extras.priorities[index], "priority");
    const next = runOne(draft, timing, state, index);
    draft.priorities[index] = next;
  });
}

function runOne(
  draft: PriorityDraft,
  timing: PriorityTiming,
  before: PriorityState,
  index: number,
): PriorityState {
  const { at, cycle } = draft;
  const forgotten = before.waiting > 0 && at - before.since >= PRESENCE_MAX_MS;
  const state = forgotten ? { ...before, waiting: 0 } : before;
  if (state.waiting === 0) {
    if (!state.granted) return state;
    draft.events.push([at, EVENT.end, index + 1]);
    const readyAt = after(at, timing.cooldownMs);
    return { ...state, granted: false, extendedMs: 0, shortened: false, readyAt };
  }
  const taken = draft.priorities.some((other, place) => place !== index && other.granted);
  const urgent = draft.calls.some((_, phase) => isUrgent(draft, phase));
  if (cycle === null || draft.orders.stage !== null || at < state.readyAt || taken || urgent) return state;
  const slot = cycle.targets === null ? cycle.slot : slotAt(cycle.splitsMs, at - cycle.startAt);
  const green = timing.phases.every((phase) => headOf(draft, phase).interval === "green");
  const granted = grant(draft, timing, state, { index, cycle, slot, green });
  if (granted.granted && !state.granted) draft.events.push([at, EVENT.begin, index + 1]);
  return granted;
}

type Place = {
  readonly index: number;
  readonly cycle: CycleState;
  readonly slot: number;
  readonly green: boolean;
};

function serves(
  draft: PriorityDraft,
  { timing }: CycleState,
  slot: number,
  phases: readonly number[],
): boolean {
  const stage = defined(draft.table.stages[stageAt(draft.table, timing, slot)], "stage");
  return phases.every((phase) => stage.phases.includes(phase));
}

function grant(
  draft: PriorityDraft,
  timing: PriorityTiming,
  state: PriorityState,
  place: Place,
): PriorityState {
  const { index, cycle, slot, green } = place;
  if (!serves(draft, cycle, slot, timing.phases))
    return state.shortened ? state : hasten(draft, timing, state, place);
  if (!green || state.extendedMs >= timing.extensionMaxMs) return state;
  if (serves(draft, cycle, slot + 1, timing.phases)) return state;
  if (draft.at < slotDueAt(draft, cycle, slot)) return state;
  // A second at a time: the bus may be through before all is used.
  const stepMs = Math.min(Math.max(1000, draft.table.stepMs), timing.extensionMaxMs - state.extendedMs);
  const splits = cycle.splitsMs.with(slot, defined(cycle.splitsMs[slot], "split") + stepMs);
  moveSplits(draft, cycle, splits);
  if (state.extendedMs === 0) draft.events.push([draft.at, EVENT.extendGreen, index + 1]);
  return { ...state, granted: true, extendedMs: state.extendedMs + stepMs };
}

function slotDueAt(draft: PriorityDraft, cycle: CycleState, slot: number): number {
  const beganAt =
    cycle.targets === null
      ? draft.stages.greenStartsAt
      : cycle.startAt + cycle.splitsMs.slice(0, slot).reduce((sum, splitMs) => sum + splitMs, 0);
  const splitMs = defined(cycle.splitsMs[slot], "split");
  return beganAt + splitMs - intergreenAfter(draft.table, cycle.timing, slot);
}

/** The next instants at which a bus that waits may be granted something, or is forgotten. */
export function priorityDue(draft: PriorityDraft): readonly number[] {
  const { cycle, priorities, table } = draft;
  const own = priorities.flatMap(({ waiting, since, readyAt }) =>
    waiting > 0 ? [since + PRESENCE_MAX_MS, readyAt] : [],
  );
  if (own.length === 0 || cycle === null || cycle.targets === null) return own;
  const ends = cycle.splitsMs.flatMap((_, slot) => {
    const greenEndsAt = slotDueAt(draft, cycle, slot);
    return [greenEndsAt, greenEndsAt + intergreenAfter(table, cycle.timing, slot)];
  });
  return [...own, ...ends];
}

/** Takes from the splits between now and the priority's green. */
function hasten(
  draft: PriorityDraft,
  timing: PriorityTiming,
  state: PriorityState,
  { index, cycle, slot }: Place,
): PriorityState {
  const count = cycle.splitsMs.length;
  const takeMaxMs = cycle.splitsMs.map(() => 0);
  for (let place = slot; place < count && !serves(draft, cycle, place, timing.phases); place += 1) {
    takeMaxMs[place] = Number.POSITIVE_INFINITY;
  }
  // What has passed of a green cannot be saved any more.
  takeMaxMs[slot] = Math.min(defined(takeMaxMs[slot], "split"), slotDueAt(draft, cycle, slot) - draft.at);
  const splits = shortenSplits(draft.table, cycle.timing, cycle.splitsMs, takeMaxMs, timing.earlyMaxMs);
  if (splits.every((splitMs, place) => splitMs === cycle.splitsMs[place])) return state;
  moveSplits(draft, cycle, splits);
  draft.events.push([draft.at, EVENT.earlyGreen, index + 1]);
  return { ...state, granted: true, shortened: true };
}

/** Gives the cycle other splits; greens that run keep their place in it. */
function moveSplits(draft: PriorityDraft, cycle: CycleState, splits: readonly number[]): void {
  const moved = withSplits(draft.table, cycle, splits);
  draft.cycle = moved;
  for (const [phase, forceOff] of draft.forceOffAt.entries()) {
    const planned = cycle.targets?.greens[phase] ?? [];
    const position = planned.findIndex(({ endMs }) => cycle.startAt + endMs >= forceOff);
    const before = planned[position];
    const now = moved.targets?.greens[phase]?.[position];
    if (before === undefined || now === undefined || forceOff === 0) continue;
    draft.forceOffAt[phase] = instantMs(forceOff + now.endMs - before.endMs);
  }
}
