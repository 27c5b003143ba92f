import type { TimingTable } from "../model/timing.ts";
import { type InstantMs, instantMs } from "../units.ts";
import { type Call, noCalls } from "./calls.ts";
import type { ActivePlan, CycleState } from "./coordination.ts";
import { NO_ORDERS, type OperationDraft, type Orders } from "./environment.ts";
import type { Follower, Head, SignalEvent } from "./heads.ts";
import { noPriority, type PriorityDraft, type PriorityState } from "./priority.ts";
import { idleRings, type RingsDraft, type RingsState } from "./rings.ts";
import { stageWithGreen, type StagesDraft, type StagesState } from "./stages.ts";
import type { PreemptCall, UnitDraft, UnitState } from "./unit.ts";

/** A controller's phase-timing machine at an instant: ring-and-barrier or stage-based, as its table says. */
export type SignalState = {
  /** Until when it has been worked out. */
  readonly at: InstantMs;
  /** The next instant at which something may change by itself. */
  readonly dueAt: InstantMs;
  readonly unit: UnitState;
  readonly heads: readonly Head[];
  /** Of each overlap. */
  readonly followers: readonly Follower[];
  readonly rings: RingsState;
  readonly stages: StagesState;
  readonly calls: readonly Call[];
  readonly preempts: readonly PreemptCall[];
  readonly priorities: readonly PriorityState[];
  readonly orders: Orders;
  readonly plan: ActivePlan;
  /** The plan of the next cycle, where it has been asked for already. */
  readonly following: ActivePlan | null;
  /** `null` in free operation. */
  readonly cycle: CycleState | null;
  readonly forceOffAt: readonly number[];
};

/** The plan for the cycle that follows `running`; in free operation asked whenever something is worked out. */
export type NextPlan = (at: InstantMs, running: ActivePlan) => ActivePlan;

export type SignalStep = { readonly state: SignalState; readonly events: readonly SignalEvent[] };

/** The machine while an instant is worked out. */
export type SignalDraft = OperationDraft & PriorityDraft & RingsDraft & StagesDraft & UnitDraft;

const NEVER = instantMs(0);

const RESTING_HEAD: Head = {
  interval: "red",
  since: NEVER,
  greenAt: NEVER,
  greenEndedAt: NEVER,
  redAt: NEVER,
  yields: false,
  yieldsSince: NEVER,
  walk: "off",
  walkSince: NEVER,
};

/** All red, nobody waits, free operation. */
export function restingState(table: TimingTable, plan: ActivePlan, at: InstantMs): SignalState {
  return {
    at,
    dueAt: at,
    unit: { kind: "normal" },
    heads: table.phases.map(() => RESTING_HEAD),
    followers: table.extras.overlaps.map(() => ({ interval: "red", since: NEVER })),
    rings: idleRings(table),
    stages: stageWithGreen(0, at),
    calls: noCalls(table, NEVER),
    preempts: table.extras.preempts.map(() => ({ onAt: null, ignored: false })),
    priorities: table.extras.priorities.map(() => noPriority(NEVER)),
    orders: NO_ORDERS,
    plan,
    following: null,
    cycle: null,
    forceOffAt: table.phases.map(() => 0),
  };
}

/** A copy of the state that an instant is worked out in. */
export function draftOf(
  table: TimingTable,
  state: SignalState,
  at: InstantMs,
  nextPlan: (running: ActivePlan) => ActivePlan,
): SignalDraft {
  const draft: SignalDraft = {
    table,
    at,
    unit: state.unit,
    heads: [...state.heads],
    followers: [...state.followers],
    rings: state.rings,
    stages: state.stages,
    calls: [...state.calls],
    preempts: [...state.preempts],
    priorities: [...state.priorities],
    orders: state.orders,
    plan: state.plan,
    following: state.following,
    cycle: state.cycle,
    forceOffAt: [...state.forceOffAt],
    events: [],
    planned: false,
    nextPlan: () => nextPlan(draft.plan),
  };
  return draft;
}

export function stateOf(draft: SignalDraft, dueAt: InstantMs): SignalState {
  return {
    at: draft.at,
    dueAt,
    unit: draft.unit,
    heads: draft.heads,
    followers: draft.followers,
    rings: draft.rings,
    stages: draft.stages,
    calls: draft.calls,
    preempts: draft.preempts,
    priorities: draft.priorities,
    orders: draft.orders,
    plan: draft.plan,
    following: draft.following,
    cycle: draft.cycle,
    forceOffAt: draft.forceOffAt,
  };
}

/** Whether anything differs, so that the instant has to be looked at once more. */
export function differs(draft: SignalDraft, before: SignalState): boolean {
  return (
    draft.unit !== before.unit ||
    draft.rings !== before.rings ||
    draft.stages !== before.stages ||
    draft.plan !== before.plan ||
    draft.cycle !== before.cycle ||
    draft.heads.some((head, phase) => head !== before.heads[phase]) ||
    draft.followers.some((follower, index) => follower !== before.followers[index]) ||
    draft.calls.some((call, phase) => call !== before.calls[phase]) ||
    draft.preempts.some((call, index) => call !== before.preempts[index]) ||
    draft.priorities.some((state, index) => state !== before.priorities[index])
  );
}
