import { scheduledPlan, timingOf } from "../../src/model/schedule.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type {
  AckFrame,
  AlarmFrame,
  DetectionsFrame,
  StateFrame,
  TimingPlanFrame,
  WelcomeFrame,
} from "../../src/protocol/frames.ts";
import { lampsAt } from "../../src/signal/lamps.ts";
import { type ActivePlan, advanceSignal, type SignalState, startSignal } from "../../src/signal/machine.ts";
import { after, type InstantMs, instantMs, msToSeconds, SECOND_MS } from "../../src/units.ts";
import type { Actuation } from "../field/plant.ts";
import { refusalOf } from "./acceptance.ts";

/** A plan that was accepted, with its lease. */
type LeasedPlan = ActivePlan & { readonly effectiveAt: InstantMs; readonly validUntil: InstantMs };

/** A frame as the controller hands it to its link, which numbers it. */
export type OutgoingFrame = Unnumbered<StateFrame | DetectionsFrame | AckFrame | AlarmFrame>;

type Unnumbered<Frame> = Frame extends unknown ? Omit<Frame, "seq"> : never;

export type ControllerState = {
  readonly table: TimingTable;
  readonly midnightAt: InstantMs;
  readonly at: InstantMs;
  readonly signal: SignalState;
  readonly lamps: string;
  readonly walk: string;
  /** Lease of the plan that runs; `null` on a local plan. */
  readonly runningUntil: InstantMs | null;
  readonly pending: LeasedPlan | null;
  readonly answered: readonly string[];
  readonly lastHeartbeatAt: InstantMs | null;
  /** After how long without a heartbeat the engine counts as lost; told by the engine's welcome. */
  readonly linkLostMs: number;
  readonly engineLost: boolean;
  readonly detectionSequence: number;
  readonly lastStateAt: InstantMs;
};

/** Ids of plans that are remembered, so that none is run twice. */
const ANSWERED_MAX = 256;

/** Used until an engine's `welcome` says otherwise; DESIGN §5. */
const LINK_LOST_DEFAULT_MS = 3_000;

export type ControllerOptions = {
  readonly intersection: Intersection;
  readonly stepMs: number;
  readonly midnightAt: InstantMs;
  readonly at: InstantMs;
};

/** A controller in the middle of its local plan, without a link. */
export function startController({
  intersection,
  stepMs,
  midnightAt,
  at,
}: ControllerOptions): ControllerState {
  const table = timingTable(intersection, stepMs);
  const signal = startSignal(table, localPlan(table, midnightAt, at), midnightAt, at);
  return {
    table,
    midnightAt,
    at,
    signal,
    ...lampsAt(table, signal, at),
    runningUntil: null,
    pending: null,
    answered: [],
    lastHeartbeatAt: null,
    linkLostMs: LINK_LOST_DEFAULT_MS,
    engineLost: false,
    detectionSequence: 0,
    lastStateAt: at,
  };
}

function localPlan(table: TimingTable, midnightAt: InstantMs, at: InstantMs): ActivePlan {
  const plan = scheduledPlan(table.intersection, midnightAt, at);
  return { id: plan.id, source: "local", timing: timingOf(plan) };
}

export type ControllerStep = {
  readonly state: ControllerState;
  readonly frames: readonly OutgoingFrame[];
};

/** Moves the signal on to `at` and says what the street shows: on change and once a second. */
export function advanceController(before: ControllerState, at: InstantMs): ControllerStep {
  const { table, midnightAt } = before;
  const frames: OutgoingFrame[] = [];
  let { pending, runningUntil } = before;
  const nextPlan = (cycleAt: InstantMs, running: ActivePlan): ActivePlan => {
    if (pending !== null && pending.effectiveAt <= cycleAt && pending.validUntil > cycleAt) {
      const taken = pending;
      pending = null;
      runningUntil = taken.validUntil;
      return taken;
    }
    // A lease that ran out before its plan's turn came.
    if (pending !== null && pending.validUntil <= cycleAt) pending = null;
    if (runningUntil === null) return localPlan(table, midnightAt, cycleAt);
    if (runningUntil > cycleAt) return running;
    frames.push(expiredAlarm(running, runningUntil, cycleAt));
    runningUntil = null;
    return localPlan(table, midnightAt, cycleAt);
  };
  const signal = advanceSignal(table, before.signal, midnightAt, at, nextPlan).at(-1) ?? before.signal;
  const shown = lampsAt(table, signal, at);
  const engineLost = before.lastHeartbeatAt !== null && at - before.lastHeartbeatAt > before.linkLostMs;
  if (engineLost && !before.engineLost) {
    frames.push({
      type: "alarm",
      at,
      code: "ENGINE_LOST",
      detail: `no heartbeat for ${before.linkLostMs} ms`,
    });
  }
  const changed = shown.lamps !== before.lamps || shown.walk !== before.walk;
  const tell = changed || at - before.lastStateAt >= SECOND_MS;
  const lastStateAt = tell ? at : before.lastStateAt;
  const state = { ...before, at, signal, ...shown, pending, runningUntil, engineLost, lastStateAt };
  return { state, frames: tell ? [...frames, stateFrame(state)] : frames };
}

function expiredAlarm(running: ActivePlan, runningUntil: InstantMs, at: InstantMs): Unnumbered<AlarmFrame> {
  const detail = `lease of plan ${running.id} ended ${msToSeconds(at - runningUntil)} s ago; back on the local plan`;
  return { type: "alarm", at, code: "PLAN_EXPIRED", detail };
}

/** What the street shows, as the link's frame. */
export function stateFrame(state: ControllerState): Omit<StateFrame, "seq"> {
  const { signal, table } = state;
  return {
    type: "state",
    at: state.at,
    source: signal.plan.source,
    plan: signal.plan.id,
    // A plan whose turn has come waits on while the green before it is prolonged.
    pendingPlan: (state.pending ?? signal.following)?.id ?? null,
    stage: table.stages[signal.nextStage]?.id ?? "",
    coordination: signal.coordination,
    cycleStartAt: signal.cycleStartAt,
    lamps: state.lamps,
    walk: state.walk,
  };
}

/** The vehicles that passed the loops since the step before; counted on even while nobody listens. */
export function reportDetections(before: ControllerState, actuations: readonly Actuation[]): ControllerStep {
  const frame: Omit<DetectionsFrame, "seq"> = {
    type: "detections",
    at: before.at,
    sequence: before.detectionSequence,
    until: before.at,
    events: actuations.map(({ detector, at, on }) => [detector, at, on ? 1 : 0]),
  };
  return { state: { ...before, detectionSequence: before.detectionSequence + 1 }, frames: [frame] };
}

/** Answers a plan: accepted for the begin of its next cycle, or refused with the reason. */
export function receivePlan(before: ControllerState, frame: TimingPlanFrame): ControllerStep {
  const { table, at } = before;
  const refusal = refusalOf(frame, { table, at, seen: new Set(before.answered) });
  const answered = [...before.answered, frame.id].slice(-ANSWERED_MAX);
  if (refusal !== undefined) {
    const answer: Unnumbered<AckFrame> = { type: "ack", at, plan: frame.id, result: "refused", ...refusal };
    return { state: { ...before, answered }, frames: [answer] };
  }
  const pending: LeasedPlan = {
    id: frame.id,
    source: "plan",
    timing: { cycleMs: frame.cycleMs, offsetMs: frame.offsetMs, stages: frame.stages },
    effectiveAt: instantMs(frame.effectiveAt),
    validUntil: instantMs(frame.validUntil),
  };
  const effectiveAt = Math.max(frame.effectiveAt, cycleEnd(before), at);
  const answer: Unnumbered<AckFrame> = { type: "ack", at, plan: frame.id, result: "accepted", effectiveAt };
  return { state: { ...before, answered, pending }, frames: [answer] };
}

/** When the cycle that runs is due to end, or the one whose plan is chosen already: the earliest begin of another plan. */
function cycleEnd({ signal }: ControllerState): InstantMs {
  const endsAt = after(
    signal.cycleStartAt,
    signal.splitsMs.reduce((sum, splitMs) => sum + splitMs, 0),
  );
  return after(endsAt, signal.following?.timing.cycleMs ?? 0);
}

/** The engine has recognised this controller: the link is up. */
export function receiveWelcome(before: ControllerState, frame: WelcomeFrame): ControllerState {
  return {
    ...before,
    linkLostMs: frame.linkLostMs,
    lastHeartbeatAt: before.at,
    engineLost: false,
  };
}

/** A sign of life of an engine that decides in time. */
export function receiveHeartbeat(before: ControllerState): ControllerState {
  return { ...before, lastHeartbeatAt: before.at, engineLost: false };
}
