import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import { intergreenKey } from "../model/extra-timing.ts";
import { CONTROLLER_TICK_MS, type InstantMs } from "../units.ts";
import {
  actuatedEnd,
  type CallsDraft,
  type CallsView,
  callOf,
  isWantedElsewhere,
  wants,
  wantsSoftly,
  wantsWalk,
} from "./calls.ts";
import { type ActivePlan, type CycleState, ringOrder, slotEndAt } from "./coordination.ts";
import { stageAt } from "./cycle.ts";
import { type EndReason, headOf, type HeadsDraft, timingOfPhase } from "./heads.ts";
import type { RingEnvironment } from "./rings.ts";
import type { StageEnvironment, StagesState } from "./stages.ts";

/** What operators and the adaptive level have ordered, each for the time of its lease. */
export type Orders = {
  /** Phases whose green may not end. */
  readonly hold: readonly number[];
  /** The stage to serve and keep; `null` for none. */
  readonly stage: number | null;
  readonly flash: boolean;
  /** Red extension: no stage begins before this; `null` for none. */
  readonly redUntil: InstantMs | null;
};

export const NO_ORDERS: Orders = { hold: [], stage: null, flash: false, redUntil: null };

/** Normal operation while an instant is worked out. */
export type OperationDraft = CallsDraft & {
  plan: ActivePlan;
  /** The plan of the next cycle, once it has been asked for. */
  following: ActivePlan | null;
  /** `null` in free operation. */
  cycle: CycleState | null;
  readonly orders: Orders;
  stages: StagesState;
  /** Force-off of each phase of the rings that began in this service, milliseconds since the epoch; 0 for none. */
  readonly forceOffAt: number[];
  /** The change of stage that is being made is the plan's, not an operator's. */
  planned: boolean;
  readonly nextPlan: () => ActivePlan;
};

/** Whether a call of the phase has waited as long as anybody may: then nothing but its service counts. */
export function isUrgent(draft: CallsView, phase: number): boolean {
  const { vehicleAt, pedestrianAt } = callOf(draft, phase);
  const since = Math.min(vehicleAt ?? Number.POSITIVE_INFINITY, pedestrianAt ?? Number.POSITIVE_INFINITY);
  return draft.at - since >= waitMaxMs(draft) && wants(draft, phase);
}

export function waitMaxMs({ table }: CallsView): number {
  return table.extras.waitMaxMs;
}

/** Whether an urgent call waits: then every other green ends as soon as it may, also one that only stands before the barrier. */
function isOverdue(draft: CallsDraft): boolean {
  return draft.calls.some((_, phase) => isUrgent(draft, phase));
}

/** From the begin of the phase to the earliest end of its green: what its next service takes at least. */
function serviceMs(draft: CallsDraft, phase: number): number {
  const { greenMinMs, walkMs, pedestrianClearMs, actuation } = timingOfPhase(draft, phase);
  return wantsWalk(draft, phase)
    ? Math.max(greenMinMs + actuation.leadMs, walkMs + pedestrianClearMs)
    : greenMinMs;
}

/**
 * How much later than planned a phase may begin because an overlap or a flashing arrow clears longer than the phases do: its
 * green then ends as much later.
 */
export function slackMs({ table }: { readonly table: TimingTable }): number {
  const clearances = table.extras.overlaps.map((overlap) => {
    const { yellowMs, redClearMs } =
      overlap.kind === "normal" ? overlap : defined(table.phases[overlap.left], "left");
    return yellowMs + redClearMs;
  });
  return Math.max(0, ...clearances);
}

/** From now to the begin of the phase, at least: what conflicts with it has to clear, and that ends now at the earliest. */
function clearanceAheadMs(draft: CallsDraft, phase: number): number {
  const { table, at } = draft;
  let aheadMs = 0;
  for (const other of table.conflicts[phase] ?? []) {
    const { interval, greenEndedAt } = headOf(draft, other);
    const { yellowMs, redClearMs } = timingOfPhase(draft, other);
    const clearMs = table.extras.intergreens.get(intergreenKey(other, phase)) ?? yellowMs + redClearMs;
    const endedAt = interval === "green" || interval === "lead" ? at : greenEndedAt;
    aheadMs = Math.max(aheadMs, endedAt + clearMs - at);
  }
  return aheadMs;
}

/** The force-off of a service that is decided on now: the first planned end that it can still make; `null` when none is left. */
export function forceOffOf(draft: OperationDraft, cycle: CycleState, phase: number): number | null {
  const positionMs = draft.at + clearanceAheadMs(draft, phase) - cycle.startAt;
  const needMs = serviceMs(draft, phase);
  const greens = cycle.targets?.greens[phase] ?? [];
  const found = greens.find(({ endMs }) => positionMs + needMs <= endMs + slackMs(draft));
  if (found === undefined) return null;
  const endAt = cycle.startAt + found.endMs;
  return draft.table.extras.coordination.forceOff === "floating"
    ? Math.min(endAt, draft.at + found.greenMs)
    : endAt;
}

function yieldAt(cycle: CycleState, phase: number): number | undefined {
  const yieldMs = cycle.targets?.yieldMs.get(phase);
  return yieldMs === undefined ? undefined : cycle.startAt + yieldMs;
}

/** Maximum green that counts now. */
export function maximumGreenMs(draft: OperationDraft, phase: number): number {
  const { greenMaxMs, actuation } = timingOfPhase(draft, phase);
  if (draft.cycle === null) return greenMaxMs;
  const { maximum } = draft.table.extras.coordination;
  if (maximum === "inhibit") return Number.POSITIVE_INFINITY;
  return maximum === "maximum2" ? actuation.greenMax2Ms : greenMaxMs;
}

function phasesOf(table: TimingTable, stage: number): readonly number[] {
  return defined(table.stages[stage], "stage").phases;
}

/** The phases of the stage that is ordered; `null` without one. */
function forcedPhases({ orders, table }: OperationDraft): readonly number[] | null {
  return orders.stage === null ? null : phasesOf(table, orders.stage);
}

function anyWants(draft: OperationDraft): boolean {
  return draft.table.phases.some((_, phase) => wants(draft, phase));
}

/** What the rings are told in normal operation: detectors, plan, orders. */
export function ringEnvironment(draft: OperationDraft): RingEnvironment {
  return {
    called: (phase) => isCalled(draft, phase),
    walkCalled: (phase) => wantsWalk(draft, phase),
    ended: (phase) => endReason(draft, phase),
    held: (phase) => isHeld(draft, phase),
    lasts: (phase, durationMs) => lasts(draft, phase, durationMs),
    order: () => (draft.cycle === null ? draft.table.rings : ringOrder(draft.table, draft.cycle.timing)),
    redRest: () => draft.cycle === null && draft.table.extras.redRest,
  };
}

function isCalled(draft: OperationDraft, phase: number): boolean {
  const { cycle } = draft;
  const forced = forcedPhases(draft);
  if (forced !== null) {
    return (forced.includes(phase) && headOf(draft, phase).interval === "red") || isUrgent(draft, phase);
  }
  if (cycle === null) {
    return wants(draft, phase) || (wantsSoftly(draft, phase) && !anyWants(draft));
  }
  if (yieldAt(cycle, phase) !== undefined) return headOf(draft, phase).interval === "red";
  return wants(draft, phase) && (isUrgent(draft, phase) || forceOffOf(draft, cycle, phase) !== null);
}

function endReason(draft: OperationDraft, phase: number): EndReason | null {
  const { cycle, at } = draft;
  if (isOverdue(draft)) return "forceOff";
  const forced = forcedPhases(draft);
  if (forced !== null) return forced.includes(phase) ? null : "forceOff";
  if (cycle === null) return actuatedEnd(draft, phase, maximumGreenMs(draft, phase));
  const yields = yieldAt(cycle, phase);
  if (yields !== undefined) return at >= yields ? "forceOff" : null;
  if (at >= defined(draft.forceOffAt[phase], "force-off")) return "forceOff";
  return actuatedEnd(draft, phase, maximumGreenMs(draft, phase));
}

function isHeld(draft: OperationDraft, phase: number): boolean {
  const { orders, cycle, at } = draft;
  if (isOverdue(draft)) return false;
  if (orders.hold.includes(phase)) return true;
  const forced = forcedPhases(draft);
  if (forced !== null) return forced.includes(phase);
  const yields = cycle === null ? undefined : yieldAt(cycle, phase);
  return yields !== undefined && at < yields;
}

function lasts(draft: OperationDraft, phase: number, durationMs: number): boolean {
  const { cycle, at, orders } = draft;
  if (orders.stage !== null || isOverdue(draft)) return false;
  if (cycle !== null) {
    const endAt = yieldAt(cycle, phase) ?? defined(draft.forceOffAt[phase], "force-off");
    return endAt - at >= durationMs;
  }
  const { conflictAt } = callOf(draft, phase);
  const from = conflictAt === null ? at : Math.max(conflictAt, headOf(draft, phase).greenAt);
  return from + maximumGreenMs(draft, phase) - at >= durationMs;
}

/** What a stage-based controller is told in normal operation. */
export function stageEnvironment(draft: OperationDraft): StageEnvironment {
  return {
    walkCalled: (phase) => wantsWalk(draft, phase),
    redUntil: isOverdue(draft) ? null : draft.orders.redUntil,
    nextStage: (stage) => {
      const wanted = wantedStage(draft, stage);
      if (wanted === null) return null;
      const to = phasesOf(draft.table, wanted.stage);
      const ending = phasesOf(draft.table, stage).filter((phase) => !to.includes(phase));
      const held = ending.some((phase) => draft.orders.hold.includes(phase));
      return held && !isOverdue(draft) ? null : wanted;
    },
  };
}

function wantedStage(
  draft: OperationDraft,
  stage: number,
): { readonly stage: number; readonly reason: EndReason } | null {
  const { orders, cycle, table, at } = draft;
  const overdue = isOverdue(draft);
  if (orders.stage !== null && !overdue) {
    draft.planned = false;
    return orders.stage === stage ? null : { stage: orders.stage, reason: "forceOff" };
  }
  if (cycle === null) return freeStage(draft, stage, overdue);
  if (!overdue && at < slotEndAt(table, cycle, draft.stages.greenStartsAt)) return null;
  draft.planned = true;
  const last = cycle.slot === cycle.timing.stages.length - 1;
  if (!last) return { stage: stageAt(table, cycle.timing, cycle.slot + 1), reason: "forceOff" };
  // Asked once: the plan stays the next one while the green before it is prolonged.
  draft.following ??= draft.nextPlan();
  const { timing } = draft.following;
  return timing === null
    ? freeStage(draft, stage, overdue)
    : { stage: stageAt(table, timing, 0), reason: "forceOff" };
}

/** The next stage, in the order of the configuration, that somebody waits for, once detectors let the present one end. */
function freeStage(
  draft: OperationDraft,
  stage: number,
  overdue: boolean,
): { readonly stage: number; readonly reason: EndReason } | null {
  const { table } = draft;
  const own = phasesOf(table, stage);
  const soft = !anyWants(draft);
  const isWanted = (phase: number): boolean =>
    !own.includes(phase) && (wants(draft, phase) || (soft && wantsSoftly(draft, phase)));
  for (let ahead = 1; ahead < table.stages.length; ahead += 1) {
    const candidate = (stage + ahead) % table.stages.length;
    const to = phasesOf(table, candidate);
    if (!to.some(isWanted)) continue;
    const ending = own.filter((phase) => !to.includes(phase));
    if (overdue) return { stage: candidate, reason: "forceOff" };
    const reasons = ending.map((phase) => actuatedEnd(draft, phase, maximumGreenMs(draft, phase)));
    if (reasons.includes(null)) return null;
    return { stage: candidate, reason: reasons[0] ?? "gapOut" };
  }
  return null;
}

/**
 * Whether walk may last on: nobody waits for its end. In coordination only coordinated phases rest in walk, and in any case until
 * flashing don't walk has to begin for the yield point.
 */
export function walkRests(draft: OperationDraft, phase: number): boolean {
  const awaited = isWantedElsewhere(draft, phase);
  const forced = forcedPhases(draft);
  if (forced !== null) return !awaited && forced.includes(phase);
  if (draft.cycle === null) return !awaited;
  const yields = yieldAt(draft.cycle, phase);
  if (yields === undefined) return false;
  return !awaited || draft.at + timingOfPhase(draft, phase).pedestrianClearMs < yields;
}

/** After flashing don't walk the steady hand is shown for the buffer, and for a step at least, before walk comes again. */
export function walkAgainAt({ table }: HeadsDraft, phase: number, walkSince: number): number {
  const { actuation } = defined(table.phases[phase], "phase");
  return walkSince + Math.max(actuation.bufferMs, table.stepMs);
}

/** When the plan is going to end a green; `undefined` while it does not say. */
function plannedEndAt(draft: OperationDraft, cycle: CycleState, phase: number): number | undefined {
  const { table, stages } = draft;
  if (table.rings.length > 0) return yieldAt(cycle, phase) ?? draft.forceOffAt[phase];
  return stages.changing ? undefined : slotEndAt(table, cycle, stages.greenStartsAt);
}

/**
 * Whether a pedestrian who calls during the green gets walk in it: nobody waits for its end, and where a plan ends it, it lasts
 * long enough.
 */
export function walksAgain(draft: OperationDraft, phase: number): boolean {
  const { interval, walk, walkSince, yields, greenAt } = headOf(draft, phase);
  const { pedestrianAt } = callOf(draft, phase);
  if (interval !== "green" || walk !== "off" || pedestrianAt === null) return false;
  const { walkMs, pedestrianClearMs } = timingOfPhase(draft, phase);
  // Walk that comes with a green leads it where it must, and was decided with it.
  if (draft.at === greenAt || draft.at < walkAgainAt(draft, phase, walkSince)) return false;
  // A green that never ends, or not for long, would keep a pedestrian waiting for the next one.
  if (draft.at - pedestrianAt >= waitMaxMs(draft)) return true;
  const awaited = isWantedElsewhere(draft, phase);
  const forced = forcedPhases(draft);
  if (forced !== null) return !awaited && forced.includes(phase);
  if (draft.cycle === null) return !awaited;
  if (!awaited && yieldAt(draft.cycle, phase) !== undefined) return true;
  const endAt = plannedEndAt(draft, draft.cycle, phase);
  return !yields && endAt !== undefined && draft.at + walkMs + pedestrianClearMs <= endAt;
}

/** Instants after which a phase can no longer begin and make its force-off: the end of its permissive period. */
export function latestStarts(draft: OperationDraft, phase: number): readonly number[] {
  const { cycle } = draft;
  if (cycle === null) return [];
  const greens = cycle.targets?.greens[phase] ?? [];
  const needMs = clearanceAheadMs(draft, phase) + serviceMs(draft, phase) - slackMs(draft);
  return greens.map(({ endMs }) => cycle.startAt + endMs - needMs + CONTROLLER_TICK_MS);
}

/** Instants of the plan at which a ring may have to act on a green. */
export function coordinationDue(draft: OperationDraft, phase: number): readonly number[] {
  const { cycle } = draft;
  if (cycle === null) return [];
  const yields = yieldAt(cycle, phase);
  if (yields === undefined) return [defined(draft.forceOffAt[phase], "force-off")];
  return [yields, yields - timingOfPhase(draft, phase).pedestrianClearMs];
}
