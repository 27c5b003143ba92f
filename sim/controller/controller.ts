import type { Intersection } from "../../src/model/intersection.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type {
  AckFrame,
  AlarmFrame,
  CommandFrame,
  DetectionsFrame,
  HeartbeatFrame,
  LogFrame,
  StageScheduleFrame,
  StateFrame,
  TimingPlanFrame,
  WelcomeFrame,
} from "../../src/protocol/frames.ts";
import type { ActivePlan } from "../../src/signal/coordination.ts";
import { startEvents } from "../../src/signal/coordination-events.ts";
import { NO_ORDERS } from "../../src/signal/environment.ts";
import { lampsAt, type Lamps, sameLamps } from "../../src/signal/lamps.ts";
import {
  advanceSignal,
  powerUp,
  type SignalInput,
  startSignal,
  takeInput,
} from "../../src/signal/machine.ts";
import type { SignalEvent } from "../../src/signal/heads.ts";
import type { SignalState } from "../../src/signal/state.ts";
import { after, type InstantMs, instantMs, SECOND_MS } from "../../src/units.ts";
import { refusalOf } from "./acceptance.ts";
import { commandRefusalOf } from "./command-acceptance.ts";
import { detectionFrames } from "./detection-frames.ts";
import {
  holdsRefusal,
  leaseDueAt,
  type Leases,
  leasesAt,
  lendCommand,
  lendPlan,
  lendSchedule,
  localPlan,
  midnightByClock,
  nextCycleAt,
  NO_LEASES,
  ordersOf,
  succeed,
} from "./leases.ts";
import {
  append,
  confirmed,
  emptyLog,
  eventsOf,
  EVENTS_KEPT_MAX,
  framesToSend,
  type LogBuffer,
  linkLost,
  welcomed,
} from "./log-buffer.ts";
import { recallCalls } from "./recall-calls.ts";
import { scheduleRefusalOf } from "./schedule-acceptance.ts";
import { operationOf, stageShown, stateFrame } from "./state-frame.ts";
import { inputsOf, type Present, type StreetReport, type Wiring, wiringOf } from "./street-inputs.ts";

/** A frame as the controller hands it to its link, which numbers it. */
export type OutgoingFrame = Unnumbered<StateFrame | DetectionsFrame | AckFrame | AlarmFrame | LogFrame>;

export type Unnumbered<Frame> = Frame extends unknown ? Omit<Frame, "seq"> : never;

export type ControllerState = {
  readonly table: TimingTable;
  readonly wiring: Wiring;
  readonly midnightAt: InstantMs;
  /** Instant of the controller's timers. */
  readonly at: InstantMs;
  /** How far its clock, which leases and the time of day are told by, is ahead of them. */
  readonly clockAheadMs: number;
  readonly signal: SignalState;
  readonly shown: Lamps;
  readonly leases: Leases;
  readonly present: Present;
  /** Ids of plans, commands and schedules that were answered; kept over a loss of power, as nothing else is. */
  readonly answered: readonly string[];
  readonly lastHeartbeatAt: InstantMs | null;
  /** After how long without a heartbeat the engine counts as lost; told by the engine's welcome. */
  readonly linkLostMs: number;
  readonly engineLost: boolean;
  readonly detectionSequence: number;
  readonly lastStateAt: InstantMs;
  readonly log: LogBuffer;
};

/** Ids that are remembered, so that nothing is run twice: more than can come while an older one would not be stale. */
const ANSWERED_MAX = 256;

/** Used until an engine's `welcome` says otherwise; DESIGN §5. */
const LINK_LOST_DEFAULT_MS = 3_000;

/** Event of the high-resolution log that is not the machine's (reference §6). */
const CLOCK_UPDATED = 181;

export type ControllerOptions = {
  readonly intersection: Intersection;
  readonly stepMs: number;
  readonly midnightAt: InstantMs;
  readonly at: InstantMs;
};

/** A controller in the middle of its local plan, without a link. */
export function startController(options: ControllerOptions): ControllerState {
  const { intersection, stepMs, midnightAt, at } = options;
  return startControllerWith(timingTable(intersection, stepMs), midnightAt, at);
}

/** A controller of a given table: how `prove` plants a fault in what the controller believes of itself. */
export function startControllerWith(
  table: TimingTable,
  midnightAt: InstantMs,
  at: InstantMs,
): ControllerState {
  const signal = startSignal(table, localPlan(table, midnightAt, at), midnightAt, at);
  const state = controllerWith(table, midnightAt, at, signal);
  return write(state, startEvents(table, signal));
}

function controllerWith(
  table: TimingTable,
  midnightAt: InstantMs,
  at: InstantMs,
  signal: SignalState,
): ControllerState {
  return {
    table,
    wiring: wiringOf(table),
    midnightAt,
    at,
    clockAheadMs: 0,
    signal,
    shown: lampsAt(table, signal),
    leases: NO_LEASES,
    present: new Map(),
    answered: [],
    lastHeartbeatAt: null,
    linkLostMs: LINK_LOST_DEFAULT_MS,
    engineLost: false,
    detectionSequence: 0,
    lastStateAt: at,
    log: emptyLog(EVENTS_KEPT_MAX, at),
  };
}

/** The controller after a loss of power: it remembers its configuration and its clock, and begins with start-up flash. */
export function restartController(before: ControllerState): ControllerState {
  const { table, midnightAt, at, clockAheadMs, answered } = before;
  const own = midnightByClock(midnightAt, clockAheadMs);
  const powered = powerUp(table, localPlan(table, own, at), at);
  const fresh = controllerWith(table, midnightAt, at, powered.state);
  return write({ ...fresh, clockAheadMs, answered }, powered.events);
}

/** Sets the controller's clock so far ahead of its timers. Leases and intervals run on; the offset is corrected. */
export function setClock(before: ControllerState, clockAheadMs: number): ControllerState {
  if (clockAheadMs === before.clockAheadMs) return before;
  return write({ ...before, clockAheadMs }, [[before.at, CLOCK_UPDATED, 0]]);
}

export type ControllerStep = {
  readonly state: ControllerState;
  readonly frames: readonly OutgoingFrame[];
};

/** Moves the signal on to `at` under what the street reported, and says what it shows: on change and once a second. */
export function advanceController(
  before: ControllerState,
  at: InstantMs,
  report: StreetReport,
): ControllerStep {
  const { table, wiring } = before;
  const frames: OutgoingFrame[] = [];
  const street = inputsOf(table, wiring, before.present, report);
  // What is written in this step is put in order at its end, and added at once.
  let state: ControllerState = { ...before, present: street.present, log: emptyLog() };
  for (const { at: inputAt, input, log } of street.inputs) {
    // What is reported late happened, for the machine, when it was told.
    const heardAt = instantMs(Math.max(inputAt, state.at));
    if (input !== null) state = workTo(state, heardAt, frames);
    state = write(
      state,
      log.map(([code, parameter]) => [heardAt, code, parameter]),
    );
    if (input !== null) state = give(state, input);
  }
  state = workTo(state, at, frames);
  // Detectors that the machine does not hear were written down before it was worked up to them.
  const log = append(
    before.log,
    eventsOf(state.log).toSorted(([left], [right]) => left - right),
  );
  const engineLost = before.lastHeartbeatAt !== null && at - before.lastHeartbeatAt > before.linkLostMs;
  if (engineLost && !before.engineLost) {
    const detail = `no heartbeat for ${before.linkLostMs} ms`;
    frames.push({ type: "alarm", at, code: "ENGINE_LOST", detail });
  }
  const shown = lampsAt(table, state.signal);
  const tell = !sameLamps(shown, before.shown) || at - before.lastStateAt >= SECOND_MS;
  state = { ...state, at, shown, engineLost, lastStateAt: tell ? at : before.lastStateAt, log };
  return { state, frames: tell ? [...frames, stateFrame(state)] : frames };
}

function write(state: ControllerState, events: readonly SignalEvent[]): ControllerState {
  return events.length === 0
    ? state
    : {
        ...state,
        log: append(
          state.log,
          events.map(([at, code, parameter]) => [at, code, parameter]),
        ),
      };
}

/** Works the machine to `until`, with the orders of the commands and schedules whose time it is. */
function workTo(before: ControllerState, until: InstantMs, frames: OutgoingFrame[]): ControllerState {
  const { table, signal, leases } = before;
  const lent = leases.commands.length + leases.schedules.length;
  if (signal.dueAt > until && lent === 0 && signal.orders === NO_ORDERS) {
    return { ...before, at: until, signal: { ...signal, at: until } };
  }
  let state = before;
  for (;;) {
    const dueAt = leaseDueAt(state.leases, state.signal.at);
    const to = dueAt < until ? after(state.at, dueAt - state.at) : until;
    state = advanceTo(state, to, frames);
    state = applyOrders(endLeases(state, to, frames), to);
    state = recallCalls(table, state.leases, state.signal, to).reduce(give, state);
    if (to === until) return state.signal.dueAt <= until ? advanceTo(state, until, frames) : state;
  }
}

/** Ends the leases that are over. In another operation than the normal one nobody can renew a schedule, so its end says nothing. */
function endLeases(state: ControllerState, at: InstantMs, frames: OutgoingFrame[]): ControllerState {
  const leases = leasesAt(state.leases, at);
  const expired = state.leases.schedules.length > 0 && leases.schedules.length === 0;
  if (expired && operationOf(state.signal) === "normal") {
    const detail = "the lease of the stage schedule has ended; back on the timing plan";
    frames.push({ type: "alarm", at, code: "SCHEDULE_EXPIRED", detail });
  }
  return leases === state.leases ? state : { ...state, leases };
}

function applyOrders(state: ControllerState, at: InstantMs): ControllerState {
  const orders = ordersOf(state.table, state.leases, at);
  const before = state.signal.orders;
  if (orders === before) return state;
  const same =
    orders.flash === before.flash &&
    orders.redUntil === before.redUntil &&
    orders.stage === before.stage &&
    orders.hold.length === before.hold.length &&
    orders.hold.every((phase, index) => phase === before.hold[index]);
  if (same) return state;
  const taken = takeInput(state.table, state.signal, { kind: "orders", orders }, at);
  return write({ ...state, signal: taken.state }, taken.events);
}

function advanceTo(before: ControllerState, until: InstantMs, frames: OutgoingFrame[]): ControllerState {
  const { table, midnightAt, clockAheadMs } = before;
  const own = midnightByClock(midnightAt, clockAheadMs);
  let { leases } = before;
  const nextPlan = (at: InstantMs, running: ActivePlan): ActivePlan => {
    const next = succeed(table, leases, own, at, running);
    leases = next.leases;
    if (next.expired !== undefined)
      frames.push({ type: "alarm", at, code: "PLAN_EXPIRED", detail: next.expired });
    return next.plan;
  };
  const { state: signal, events } = advanceSignal(table, before.signal, own, until, nextPlan);
  const moved = signal.at < until ? { ...signal, at: until } : signal;
  return write({ ...before, at: until, signal: moved, leases }, events);
}

/** Gives the machine an input at the state's instant. */
function give(before: ControllerState, input: SignalInput): ControllerState {
  const { state: signal, events } = takeInput(before.table, before.signal, input, before.at);
  return write({ ...before, signal }, events);
}

/** The monitor has tripped: the machine stands still until somebody resets the cabinet. */
export function tripController(before: ControllerState): ControllerState {
  return give(before, { kind: "trip" });
}

export function resetController(before: ControllerState): ControllerState {
  return give(before, { kind: "reset" });
}

/** The vehicles that passed the loops since the step before; counted on even while nobody listens. */
export function reportDetections(before: ControllerState, { actuations }: StreetReport): ControllerStep {
  const frames = detectionFrames(before.at, before.detectionSequence, actuations);
  return { state: { ...before, detectionSequence: before.detectionSequence + frames.length }, frames };
}

/** The newest ids, each once. */
function remember(answered: readonly string[], id: string): readonly string[] {
  return answered.includes(id) ? answered : [...answered, id].slice(-ANSWERED_MAX);
}

/** Answers a plan: accepted for the begin of its next cycle, or refused with the reason. */
export function receivePlan(before: ControllerState, frame: TimingPlanFrame): ControllerStep {
  const { table, at, clockAheadMs, signal, leases } = before;
  const refusal = refusalOf(frame, {
    table,
    at: after(at, clockAheadMs),
    seen: new Set(before.answered),
    operation: operationOf(signal),
    coordination: signal.cycle?.coordination ?? "inStep",
    running: leases.pending?.timing ?? signal.following?.timing ?? signal.plan.timing,
  });
  const answered = remember(before.answered, frame.id);
  const answer = { type: "ack", at, plan: frame.id } as const;
  if (refusal !== undefined) {
    return { state: { ...before, answered }, frames: [{ ...answer, result: "refused", ...refusal }] };
  }
  const effectiveAt = Math.max(frame.effectiveAt, nextCycleAt(signal), at);
  return {
    state: { ...before, answered, leases: lendPlan(leases, frame, clockAheadMs) },
    frames: [{ ...answer, result: "accepted", effectiveAt }],
  };
}

/** Answers a command: in force at once or when it says, or refused with the reason. */
export function receiveCommand(before: ControllerState, frame: CommandFrame): ControllerStep {
  const { table, at, clockAheadMs, signal } = before;
  const refusal =
    commandRefusalOf(frame, {
      table,
      at: after(at, clockAheadMs),
      seen: new Set(before.answered),
      operation: operationOf(signal),
    }) ?? holdsRefusal(before.leases, frame.order);
  const answered = remember(before.answered, frame.id);
  const answer = { type: "ack", at, command: frame.id } as const;
  if (refusal !== undefined) {
    return { state: { ...before, answered }, frames: [{ ...answer, result: "refused", ...refusal }] };
  }
  const leases = lendCommand(before.leases, frame, clockAheadMs, at);
  let state: ControllerState = applyOrders({ ...before, answered, leases }, at);
  const { order } = frame;
  if (order.kind === "placeCall") {
    const phase = table.phaseIndex.get(order.phase) ?? -1;
    state = give(state, { kind: order.pedestrian ? "pedestrianCall" : "vehicleCall", phase });
  }
  const effectiveAt = Math.max(frame.effectiveAt, at);
  return { state, frames: [{ ...answer, result: "accepted", effectiveAt }] };
}

/** Answers a stage schedule: in force at once or when it says, or refused with the reason. */
export function receiveSchedule(before: ControllerState, frame: StageScheduleFrame): ControllerStep {
  const { table, at, clockAheadMs, signal, leases } = before;
  const refusal = scheduleRefusalOf(frame, {
    table,
    at: after(at, clockAheadMs),
    seen: new Set(before.answered),
    operation: operationOf(signal),
    stage: stageShown(table, signal),
    heldBasedOnAt: leases.schedules.at(-1)?.basedOnAt ?? null,
  });
  const answered = remember(before.answered, frame.id);
  const answer = { type: "ack", at, schedule: frame.id } as const;
  if (refusal !== undefined) {
    return { state: { ...before, answered }, frames: [{ ...answer, result: "refused", ...refusal }] };
  }
  const lent = lendSchedule(leases, frame, clockAheadMs, at);
  const effectiveAt = Math.max(frame.effectiveAt, at);
  return {
    state: applyOrders({ ...before, answered, leases: lent }, at),
    frames: [{ ...answer, result: "accepted", effectiveAt }],
  };
}

/** The engine has recognised this controller: the link is up. */
export function receiveWelcome(before: ControllerState, frame: WelcomeFrame): ControllerState {
  const log = welcomed(before.log, frame);
  return { ...before, linkLostMs: frame.linkLostMs, lastHeartbeatAt: before.at, engineLost: false, log };
}

/** A sign of life of an engine that decides in time. */
export function receiveHeartbeat(before: ControllerState, frame: HeartbeatFrame): ControllerState {
  const log = confirmed(before.log, frame.logStored);
  return { ...before, lastHeartbeatAt: before.at, engineLost: false, log };
}

/** The link is down: what was under way may be lost. */
export function loseLink(before: ControllerState): ControllerState {
  return { ...before, log: linkLost(before.log) };
}

/** The log frames to send at this instant. */
export function reportLog(before: ControllerState): ControllerStep {
  const { log, frames } = framesToSend(before.log, before.at);
  return { state: log === before.log ? before : { ...before, log }, frames };
}
