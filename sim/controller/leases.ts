import { localTiming, scheduledOperation } from "../../src/model/schedule.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { CommandFrame, Order, StageScheduleFrame, TimingPlanFrame } from "../../src/protocol/frames.ts";
import { type ActivePlan, cycleEndAt } from "../../src/signal/coordination.ts";
import { NO_ORDERS, type Orders } from "../../src/signal/environment.ts";
import type { SignalState } from "../../src/signal/state.ts";
import {
  after,
  CONTROLLER_TICK_MS,
  ceilToStep,
  type InstantMs,
  instantMs,
  msToSeconds,
} from "../../src/units.ts";

import type { Refusal } from "./refusal.ts";

/**
 * What the controller has been lent, and until when. Leases run on the controller's timers, not on its clock: a clock that is
 * set neither prolongs nor cuts one that was accepted.
 */
export type Leases = {
  /** Lease of the plan that runs; `null` on a local plan. */
  readonly runningUntil: InstantMs | null;
  readonly pending: LeasedPlan | null;
  readonly commands: readonly LeasedCommand[];
  /** The stage schedule that is in force, and the one that waits for its turn. */
  readonly schedules: readonly LeasedSchedule[];
};

/** A plan that was accepted and waits for the begin of a cycle. */
export type LeasedPlan = ActivePlan & { readonly effectiveAt: InstantMs; readonly validUntil: InstantMs };

export type LeasedCommand = {
  readonly order: Order;
  readonly effectiveAt: InstantMs;
  readonly validUntil: InstantMs;
};

export type LeasedSchedule = {
  /** By the clock of who sent it. */
  readonly basedOnAt: number;
  readonly effectiveAt: InstantMs;
  readonly validUntil: InstantMs;
  readonly stages: readonly { readonly stage: string; readonly startAt: InstantMs }[];
  readonly redUntilAt: InstantMs | null;
};

/** Holds that are kept at once. */
const HOLDS_MAX = 16;

export const NO_LEASES: Leases = { runningUntil: null, pending: null, commands: [], schedules: [] };

/** `clockAheadMs`: how far the controller's clock is ahead of its timers. */
export function lendPlan(leases: Leases, frame: TimingPlanFrame, clockAheadMs: number): Leases {
  const pending: LeasedPlan = {
    id: frame.id,
    source: "plan",
    timing: { cycleMs: frame.cycleMs, offsetMs: frame.offsetMs, stages: frame.stages },
    effectiveAt: instantMs(frame.effectiveAt - clockAheadMs),
    validUntil: instantMs(frame.validUntil - clockAheadMs),
  };
  return { ...leases, pending };
}

/**
 * Adds a command. `release` ends holds and forced stages, `clear` ends every command; neither is kept itself. The latest of a kind
 * counts: the one in force goes on until the new one's turn, any other of its kind is replaced. Several holds hold together.
 */
export function lendCommand(
  leases: Leases,
  frame: CommandFrame,
  clockAheadMs: number,
  at: InstantMs,
): Leases {
  const { order } = frame;
  if (order.kind === "placeCall") return leases;
  if (order.kind === "clear") return { ...leases, commands: [] };
  if (order.kind === "release") {
    const others = leases.commands.filter(({ order: { kind } }) => kind !== "hold" && kind !== "forceStage");
    return { ...leases, commands: others };
  }
  const command: LeasedCommand = {
    order,
    effectiveAt: instantMs(frame.effectiveAt - clockAheadMs),
    validUntil: instantMs(frame.validUntil - clockAheadMs),
  };
  const kept = leases.commands.filter(
    (other) => !replaces(command, other) || (other.effectiveAt <= at && command.effectiveAt > at),
  );
  return { ...leases, commands: [...kept, command] };
}

function replaces(later: LeasedCommand, earlier: LeasedCommand): boolean {
  return later.order.kind !== "hold" && groupOf(later.order) === groupOf(earlier.order);
}

/** Adds a stage schedule: the one in force goes on until the new one's turn, any other is replaced. */
export function lendSchedule(
  leases: Leases,
  frame: StageScheduleFrame,
  clockAheadMs: number,
  at: InstantMs,
): Leases {
  const own = (instant: number): InstantMs => instantMs(instant - clockAheadMs);
  const schedule: LeasedSchedule = {
    basedOnAt: frame.basedOnAt,
    effectiveAt: own(frame.effectiveAt),
    validUntil: own(frame.validUntil),
    stages: frame.stages.map(({ stage, startAt }) => ({ stage, startAt: own(startAt) })),
    redUntilAt: frame.redUntilAt === undefined ? null : own(frame.redUntilAt),
  };
  const before = scheduleInForce(leases, at);
  return { ...leases, schedules: before === undefined ? [schedule] : [before, schedule] };
}

/** The schedule in force: the newest whose turn has come, while its lease lasts. */
function scheduleInForce({ schedules }: Leases, at: InstantMs): LeasedSchedule | undefined {
  const newest = schedules.findLast(({ effectiveAt }) => effectiveAt <= at);
  return newest !== undefined && newest.validUntil > at ? newest : undefined;
}

/** One hold more than a controller keeps is refused: none that was accepted is dropped for it. */
export function holdsRefusal({ commands }: Leases, { kind }: Order): Refusal | undefined {
  const holds = commands.filter(({ order }) => order.kind === "hold").length;
  return kind === "hold" && holds >= HOLDS_MAX
    ? { code: "RATE", detail: `${holds} holds are in force, at most ${HOLDS_MAX}` }
    : undefined;
}

function groupOf({ kind }: Order): string {
  return kind === "pattern" || kind === "free" ? "plan" : kind;
}

/** The commands and schedules whose time it is; those whose lease has ended, or that another has followed, are dropped. */
export function leasesAt(leases: Leases, at: InstantMs): Leases {
  const { commands, schedules } = leases;
  const kept = commands.filter(
    (command, place) =>
      command.validUntil > at &&
      !commands.slice(place + 1).some((later) => later.effectiveAt <= at && replaces(later, command)),
  );
  const ended = kept.length < commands.length;
  const newest = schedules.findLastIndex(({ effectiveAt }) => effectiveAt <= at);
  const followed = newest > 0 || schedules.some(({ validUntil }) => validUntil <= at);
  if (!ended && !followed) return leases;
  return {
    ...leases,
    commands: kept,
    schedules: schedules.slice(Math.max(0, newest)).filter(({ validUntil }) => validUntil > at),
  };
}

/**
 * When a command or a schedule changes something next, in ticks of the controller. A schedule is known before: its starts and its end
 * are told to the machine a tick ahead, so that they show when they are due.
 */
export function leaseDueAt({ commands, schedules }: Leases, at: InstantMs): number {
  let next = Number.POSITIVE_INFINITY;
  const consider = (instant: number): void => {
    if (instant > at && instant < next) next = instant;
  };
  for (const { effectiveAt, validUntil } of commands) {
    consider(ceilToStep(effectiveAt, CONTROLLER_TICK_MS));
    consider(ceilToStep(validUntil, CONTROLLER_TICK_MS));
  }
  for (const { effectiveAt, validUntil, stages } of schedules) {
    for (const instant of [effectiveAt, validUntil, ...stages.map(({ startAt }) => startAt)]) {
      consider(ceilToStep(instant, CONTROLLER_TICK_MS) - CONTROLLER_TICK_MS);
    }
    consider(ceilToStep(validUntil, CONTROLLER_TICK_MS));
  }
  return next;
}

/** The stage that the schedule in force asks for; `null` where it asks for none yet, or an operator's command has authority. */
function scheduledStage(table: TimingTable, leases: Leases, at: InstantMs): number | null {
  const stage = scheduleInForce(leases, at)?.stages.findLast(({ startAt }) => startAt <= at)?.stage;
  return stage === undefined ? null : (table.stageIndex.get(stage) ?? null);
}

/** Whether a stage schedule, and no operator, says which stage is shown. */
export function followsSchedule(table: TimingTable, leases: Leases, at: InstantMs): boolean {
  return !isCommanded(leases, at) && scheduledStage(table, leases, at) !== null;
}

function isCommanded({ commands }: Leases, at: InstantMs): boolean {
  return commands.some(({ effectiveAt }) => effectiveAt <= at);
}

/** What the commands in force ask of the phase-timing machine; without any, what the schedule asks of its next tick. */
export function ordersOf(table: TimingTable, leases: Leases, at: InstantMs): Orders {
  const { commands, schedules } = leases;
  if (!isCommanded(leases, at)) {
    if (schedules.length === 0) return NO_ORDERS;
    const nextTick = instantMs((Math.floor(at / CONTROLLER_TICK_MS) + 1) * CONTROLLER_TICK_MS);
    const scheduled = scheduledStage(table, leases, nextTick);
    if (scheduled === null) return NO_ORDERS;
    const redUntil = scheduleInForce(leases, nextTick)?.redUntilAt ?? null;
    return { hold: [], stage: scheduled, flash: false, redUntil };
  }
  const orders = commands.filter(({ effectiveAt }) => effectiveAt <= at).map(({ order }) => order);
  const hold = orders.flatMap((order) =>
    order.kind === "hold" ? order.phases.map((phase) => table.phaseIndex.get(phase) ?? -1) : [],
  );
  const forced = orders.flatMap((order) => (order.kind === "forceStage" ? [order.stage] : [])).at(-1);
  return {
    hold,
    stage: forced === undefined ? null : (table.stageIndex.get(forced) ?? null),
    flash: orders.some(({ kind }) => kind === "flash"),
    redUntil: null,
  };
}

const FREE: ActivePlan = { id: "free", source: "local", timing: null };

/** What the controller runs by itself, by its own clock: the plan of the time of day, or free operation. */
export function localPlan(table: TimingTable, midnightAt: InstantMs, at: InstantMs): ActivePlan {
  const operation = scheduledOperation(table.intersection, midnightAt, at);
  if (operation.kind === "free") return FREE;
  const { plan } = operation;
  return { id: plan.id, source: "local", timing: localTiming(table, plan) };
}

function orderedPlan(table: TimingTable, { commands }: Leases, at: InstantMs): ActivePlan | undefined {
  const found = commands.findLast(
    ({ order: { kind }, effectiveAt }) => effectiveAt <= at && (kind === "pattern" || kind === "free"),
  );
  if (found === undefined) return undefined;
  if (found.order.kind !== "pattern") return FREE;
  const { plan: id } = found.order;
  const plan = table.intersection.plans.find((one) => one.id === id);
  return plan === undefined ? undefined : { id, source: "local", timing: localTiming(table, plan) };
}

export type Succession = {
  readonly plan: ActivePlan;
  readonly leases: Leases;
  /** Set when the lease of the running plan has ended with this cycle. */
  readonly expired: string | undefined;
};

/**
 * The next rung of the ladder for the cycle that begins about `at`: an operator's pattern, the leased plan that waits, the one
 * that runs while its lease lasts, the local plan (DESIGN §3).
 */
export function succeed(
  table: TimingTable,
  leases: Leases,
  midnightAt: InstantMs,
  at: InstantMs,
  running: ActivePlan,
): Succession {
  const { pending, runningUntil } = leases;
  const ordered = orderedPlan(table, leases, at);
  if (ordered !== undefined) {
    return { plan: ordered, leases: { ...leases, runningUntil: null }, expired: undefined };
  }
  if (pending !== null && pending.effectiveAt <= at && pending.validUntil > at) {
    const { id, source, timing } = pending;
    const taken = { ...leases, pending: null, runningUntil: pending.validUntil };
    return { plan: { id, source, timing }, leases: taken, expired: undefined };
  }
  // A lease that ran out before its plan's turn came.
  const kept = pending !== null && pending.validUntil <= at ? { ...leases, pending: null } : leases;
  const local = localPlan(table, midnightAt, at);
  if (runningUntil === null || running.source === "local") {
    return { plan: local, leases: { ...kept, runningUntil: null }, expired: undefined };
  }
  if (runningUntil > at) return { plan: running, leases: kept, expired: undefined };
  const lateSeconds = msToSeconds(at - runningUntil);
  return {
    plan: local,
    leases: { ...kept, runningUntil: null },
    expired: `lease of plan ${running.id} ended ${lateSeconds} s ago; back on the local plan`,
  };
}

/** When the controller's clock shows midnight, on its timers. */
export function midnightByClock(midnightAt: InstantMs, clockAheadMs: number): InstantMs {
  return after(midnightAt, -clockAheadMs);
}

/** When the cycle that runs is due to end, or the one whose plan is chosen already: the earliest begin of another plan. */
export function nextCycleAt({ at, cycle, following }: SignalState): InstantMs {
  return cycle === null ? at : after(cycleEndAt(cycle), following?.timing?.cycleMs ?? 0);
}
