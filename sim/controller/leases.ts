import { localTiming, scheduledOperation } from "../../src/model/schedule.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { CommandFrame, Order, TimingPlanFrame } from "../../src/protocol/frames.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import { NO_ORDERS, type Orders } from "../../src/signal/environment.ts";
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
};

/** A plan that was accepted and waits for the begin of a cycle. */
export type LeasedPlan = ActivePlan & { readonly effectiveAt: InstantMs; readonly validUntil: InstantMs };

export type LeasedCommand = {
  readonly order: Order;
  readonly effectiveAt: InstantMs;
  readonly validUntil: InstantMs;
};

/** Holds that are kept at once. */
const HOLDS_MAX = 16;

export const NO_LEASES: Leases = { runningUntil: null, pending: null, commands: [] };

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

/** Adds a command. `release` ends holds and forced stages, `clear` ends every command; neither is kept itself. */
export function lendCommand(leases: Leases, frame: CommandFrame, clockAheadMs: number): Leases {
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
  // The latest of a kind counts; several holds hold together.
  const kept = leases.commands.filter(
    (other) => order.kind === "hold" || groupOf(other.order) !== groupOf(order),
  );
  return { ...leases, commands: [...kept, command] };
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

/** The commands whose time it is; those whose lease has ended are dropped. */
export function commandsAt(leases: Leases, at: InstantMs): Leases {
  const commands = leases.commands.filter(({ validUntil }) => validUntil > at);
  return commands.length === leases.commands.length ? leases : { ...leases, commands };
}

/** When a command begins or ends next, in ticks of the controller. */
export function commandDueAt({ commands }: Leases, at: InstantMs): number {
  const instants = commands.flatMap(({ effectiveAt, validUntil }) => [effectiveAt, validUntil]);
  const next = Math.min(Number.POSITIVE_INFINITY, ...instants.filter((instant) => instant > at));
  return ceilToStep(next, CONTROLLER_TICK_MS);
}

/** What the commands in force ask of the phase-timing machine. */
export function ordersOf(table: TimingTable, { commands }: Leases, at: InstantMs): Orders {
  if (commands.length === 0) return NO_ORDERS;
  const orders = commands.filter(({ effectiveAt }) => effectiveAt <= at).map(({ order }) => order);
  const hold = orders.flatMap((order) =>
    order.kind === "hold" ? order.phases.map((phase) => table.phaseIndex.get(phase) ?? -1) : [],
  );
  const forced = orders.flatMap((order) => (order.kind === "forceStage" ? [order.stage] : [])).at(-1);
  return {
    hold,
    stage: forced === undefined ? null : (table.stageIndex.get(forced) ?? null),
    flash: orders.some(({ kind }) => kind === "flash"),
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
