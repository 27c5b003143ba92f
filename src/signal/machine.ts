import { assert, defined } from "../assert.ts";
import { EVENT_CODE } from "../model/event-code.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import { after, CONTROLLER_TICK_MS, type InstantMs, instantMs } from "../units.ts";
import { actuate, logsCalls, settleCalls, wantsWalk } from "./calls.ts";
import { orderEvents, tellCoordination } from "./coordination-events.ts";
import {
  type ActivePlan,
  beginCycle,
  cycleByClock,
  cycleEndAt,
  cycleFromSlot,
  type CycleState,
  ringOrder,
} from "./coordination.ts";
import { stageAt } from "./cycle.ts";
import { dueAt } from "./due.ts";
import {
  forceOffOf,
  type Orders,
  ringEnvironment,
  stageEnvironment,
  walkRests,
  walksAgain,
} from "./environment.ts";
import { beginPhase, type Head, type SignalEvent, tell, timingOfPhase, walkAgain } from "./heads.ts";
import { checkBus, runPriority } from "./priority.ts";
import { ringsWithGreen, runRings } from "./rings.ts";
import { type Direction, runRound } from "./round.ts";
import { runStages, stageWithGreen } from "./stages.ts";
import {
  differs,
  draftOf,
  type NextPlan,
  restingState,
  type SignalDraft,
  type SignalState,
  type SignalStep,
  stateOf,
} from "./state.ts";
import { callPreempt, preemptCallEvent, resetTrip, trip } from "./unit.ts";

/** What reaches the machine from outside between two instants. */
export type SignalInput =
  | { readonly kind: "detector"; readonly phases: readonly number[]; readonly on: boolean }
  | { readonly kind: "vehicleCall"; readonly phase: number }
  | { readonly kind: "pedestrianCall"; readonly phase: number }
  | { readonly kind: "preempt"; readonly preempt: number; readonly on: boolean }
  | { readonly kind: "bus"; readonly priority: number; readonly checkedIn: boolean }
  | { readonly kind: "orders"; readonly orders: Orders }
  /** The monitor has tripped, or somebody at the cabinet resets it. */
  | { readonly kind: "trip" }
  | { readonly kind: "reset" };

/** The machine in the middle of `plan` as the clock gives it; phases begin their green at `at`, so none is cut short. */
export function startSignal(
  table: TimingTable,
  plan: ActivePlan,
  midnightAt: InstantMs,
  at: InstantMs,
): SignalState {
  const cycle = plan.timing === null ? null : cycleByClock(table, plan.timing, midnightAt, at);
  const stage = cycle === null ? 0 : stageAt(table, cycle.timing, cycle.slot);
  const { phases, permissive } = defined(table.stages[stage], "stage");
  const draft = draftOf(table, { ...restingState(table, plan, at), cycle }, at, () => plan);
  for (const phase of phases) beginPhase(draft, phase, wantsWalk(draft, phase), permissive.has(phase));
  draft.stages = stageWithGreen(stage, at);
  if (cycle !== null) {
    // The stage's split counts from where the plan began it, not from the start of the machine.
    const passedMs = cycle.splitsMs.slice(0, cycle.slot).reduce((sum, splitMs) => sum + splitMs, 0);
    draft.stages = stageWithGreen(stage, after(cycle.startAt, passedMs), at);
  }
  const order = cycle === null ? table.rings : ringOrder(table, cycle.timing);
  draft.rings = ringsWithGreen(table, order, phases);
  for (const phase of phases) setForceOff(draft, phase);
  return stateOf(draft, after(at, CONTROLLER_TICK_MS));
}

/** The machine after power has come back: flash, all red, then the start phases. */
export function powerUp(table: TimingTable, plan: ActivePlan, at: InstantMs): SignalStep {
  const state: SignalState = {
    ...restingState(table, plan, at),
    dueAt: after(at, CONTROLLER_TICK_MS),
    unit: { kind: "startFlash", since: at },
  };
  return { state, events: [[at, POWER_RESTORED, 0]] };
}

const POWER_RESTORED = 184;

/**
 * Takes an input at `at`, which is not before the state's instant. What it changes shows a tick later: the outputs of an instant
 * that has been worked out are given and do not change any more.
 */
export function takeInput(
  table: TimingTable,
  state: SignalState,
  input: SignalInput,
  at: InstantMs,
): SignalStep {
  assert(at >= state.at && state.dueAt > at, "the machine has been worked out up to the input");
  const nextTickAt = (Math.floor(at / CONTROLLER_TICK_MS) + 1) * CONTROLLER_TICK_MS;
  const woken = { ...state, at, dueAt: instantMs(Math.min(state.dueAt, nextTickAt)) };
  switch (input.kind) {
    case "vehicleCall":
    case "pedestrianCall":
      return takeCall(table, woken, input, at);
    case "detector":
      return takeDetector(table, state, woken, input);
    case "preempt": {
      const call = callPreempt(defined(state.preempts[input.preempt], "preempt"), input.on, at);
      const event = preemptCallEvent(input.preempt, input.on, at);
      return { state: { ...woken, preempts: state.preempts.with(input.preempt, call) }, events: [event] };
    }
    case "bus": {
      const priority = defined(state.priorities[input.priority], "priority");
      const checked = checkBus(priority, input.priority, input.checkedIn, at);
      const priorities = state.priorities.with(input.priority, checked.state);
      return { state: { ...woken, priorities }, events: [checked.event] };
    }
    case "trip":
      return overrule(table, state, at, trip);
    case "reset":
      return overrule(table, state, at, resetTrip);
    case "orders":
    default:
      return {
        state: { ...woken, orders: input.orders },
        events: orderEvents(table, state.orders, input.orders, at),
      };
  }
}

/** A loop is covered or left. */
function takeDetector(
  table: TimingTable,
  state: SignalState,
  woken: SignalState,
  { phases, on }: Extract<SignalInput, { readonly kind: "detector" }>,
): SignalStep {
  const { at } = woken;
  const calls = state.calls.map((call, phase) =>
    phases.includes(phase) ? actuate(call, defined(state.heads[phase], "head"), on, at) : call,
  );
  const events = phases.flatMap((phase): readonly SignalEvent[] => {
    const called = state.calls[phase]?.vehicleAt === null && calls[phase]?.vehicleAt !== null;
    const { number } = timingOfPhase({ table }, phase);
    return called && logsCalls({ table }, phase) ? [[at, EVENT_CODE.callOn, number]] : [];
  });
  // Maximum recall calls and extends for all detectors of its phase: their word changes nothing at once.
  const heard = phases.some((phase) => timingOfPhase({ table }, phase).actuation.recall !== "maximum");
  return { state: { ...(heard ? woken : { ...state, at }), calls }, events };
}

/** The monitor's hand: shows at once. */
function overrule(
  table: TimingTable,
  state: SignalState,
  at: InstantMs,
  change: (draft: SignalDraft) => void,
): SignalStep {
  const draft = draftOf(table, state, at, (running) => running);
  change(draft);
  return { state: stateOf(draft, after(at, CONTROLLER_TICK_MS)), events: draft.events };
}

/** A call by push button or from a distance; only one that is new is told, and a phase without pedestrians takes none of them. */
function takeCall(
  table: TimingTable,
  state: SignalState,
  { kind, phase }: Extract<SignalInput, { readonly kind: "vehicleCall" | "pedestrianCall" }>,
  at: InstantMs,
): SignalStep {
  const call = defined(state.calls[phase], "call");
  const head = defined(state.heads[phase], "head");
  const { number } = timingOfPhase({ table }, phase);
  if (kind === "pedestrianCall") {
    const crossed = defined(table.phases[phase], "phase").walkMs > 0;
    if (!crossed || call.pedestrianAt !== null || head.walk === "walk") return { state, events: [] };
    const calls = state.calls.with(phase, { ...call, pedestrianAt: at });
    return { state: { ...state, calls }, events: [[at, EVENT_CODE.pedestrianCall, number]] };
  }
  if (head.interval === "green" || call.vehicleAt !== null) return { state, events: [] };
  const calls = state.calls.with(phase, { ...call, vehicleAt: at });
  const events: readonly SignalEvent[] = logsCalls({ table }, phase) ? [[at, EVENT_CODE.callOn, number]] : [];
  return { state: { ...state, calls }, events };
}

/** Works out everything that falls due up to and including `until`. */
export function advanceSignal(
  table: TimingTable,
  state: SignalState,
  midnightAt: InstantMs,
  until: InstantMs,
  nextPlan: NextPlan,
): SignalStep {
  let current = state;
  const events: SignalEvent[] = [];
  while (current.dueAt <= until) {
    const step = workOut(table, current, midnightAt, current.dueAt, nextPlan);
    current = step.state;
    for (const event of step.events) events.push(event);
  }
  return { state: current, events };
}

/** A change within one instant leads to no more than a few others; more is a mistake of this machine. */
const ROUNDS_MAX = 100;

/** One instant. */
export function workOut(
  table: TimingTable,
  state: SignalState,
  midnightAt: InstantMs,
  at: InstantMs,
  nextPlan: NextPlan,
): SignalStep {
  const draft = draftOf(table, state, at, (running) => nextPlan(at, running));
  const direction = directionOf(draft, midnightAt);
  tellMinimums(draft);
  let before = state;
  for (let round = 0; ; round += 1) {
    assert(round < ROUNDS_MAX, `an instant of ${table.intersection.id} comes to rest`);
    const heads = [...draft.heads];
    runRound(draft, direction);
    settleCalls(draft, heads);
    if (!differs(draft, before)) break;
    before = stateOf(
      {
        ...draft,
        heads: [...draft.heads],
        followers: [...draft.followers],
        calls: [...draft.calls],
        preempts: [...draft.preempts],
        priorities: [...draft.priorities],
      },
      at,
    );
  }
  tellCoordination(draft, state);
  return { state: stateOf(draft, dueAt(draft)), events: draft.events };
}

/** Greens whose minimum is over now; the end of it is always looked at. */
function tellMinimums(draft: SignalDraft): void {
  draft.heads.forEach(({ interval, greenAt }, phase) => {
    const endsAt = greenAt + timingOfPhase(draft, phase).greenMinMs;
    if (interval === "green" && draft.at === endsAt) tell(draft, EVENT_CODE.minimumComplete, phase);
  });
}

/** What detectors, the plan and orders make of an instant. */
function directionOf(draft: SignalDraft, midnightAt: InstantMs): Direction {
  return {
    flashRequested: draft.orders.flash,
    walkRests: (phase) => walkRests(draft, phase),
    resume: () => resume(draft),
    sequence: () => {
      runPlan(draft, midnightAt);
      // First: at the instant at which the plan would end a green, priority may still prolong it.
      runPriority(draft);
      runSequence(draft, midnightAt);
      for (let phase = 0; phase < draft.heads.length; phase += 1) {
        if (walksAgain(draft, phase)) walkAgain(draft, phase);
      }
    },
    coming: (phase) => isComing(draft, phase),
  };
}

function isComing({ rings, stages, table }: SignalDraft, phase: number): boolean {
  if (table.rings.length > 0) return rings.rings.some(({ next }) => next === phase);
  return stages.changing && defined(table.stages[stages.nextStage], "stage").phases.includes(phase);
}

/** The clock of coordination: the cycle's end for rings, coming out of free operation for both structures. */
function runPlan(draft: SignalDraft, midnightAt: InstantMs): void {
  const { table, at } = draft;
  if (draft.cycle === null) {
    const next = draft.nextPlan();
    if (next.timing === null) {
      if (next.id !== draft.plan.id) draft.plan = next;
      return;
    }
    draft.plan = next;
    draft.cycle = joinCycle(draft, next.timing, midnightAt);
    return;
  }
  if (table.rings.length === 0) return;
  while (draft.cycle !== null && at >= cycleEndAt(draft.cycle)) {
    const endedAt = cycleEndAt(draft.cycle);
    draft.plan = draft.nextPlan();
    const { timing } = draft.plan;
    draft.cycle = timing === null ? null : beginCycle(table, timing, midnightAt, endedAt);
  }
}

/** Where in the plan the running greens are; rings catch up with the clock by themselves. */
function joinCycle(draft: SignalDraft, timing: CycleTiming, midnightAt: InstantMs): CycleState {
  const { table, at, stages } = draft;
  return table.rings.length > 0
    ? cycleByClock(table, timing, midnightAt, at)
    : cycleFromStage(table, timing, stages.nextStage, at);
}

/** The cycle in which `stage` begins at `at`; a stage that the plan does not have is taken for its last. */
function cycleFromStage(table: TimingTable, timing: CycleTiming, stage: number, at: InstantMs): CycleState {
  const slot = timing.stages.findIndex((_, place) => stageAt(table, timing, place) === stage);
  return cycleFromSlot(table, timing, slot < 0 ? timing.stages.length - 1 : slot, at);
}

function runSequence(draft: SignalDraft, midnightAt: InstantMs): void {
  const { table } = draft;
  const before = [...draft.heads];
  if (table.rings.length > 0) {
    runRings(draft, ringEnvironment(draft));
    draft.heads.forEach((head, phase) => {
      if (isActiveNow(head) && !isActiveNow(defined(before[phase], "head"))) setForceOff(draft, phase);
    });
    return;
  }
  const { changing } = draft.stages;
  runStages(draft, stageEnvironment(draft));
  if (!changing && draft.stages.changing) followPlan(draft, midnightAt);
  if (changing && !draft.stages.changing) alignCycle(draft, midnightAt);
  // A plan that ends coordination does so with the last green of its cycle.
  if (draft.following !== null && draft.following.timing === null) {
    draft.plan = draft.following;
    draft.following = null;
    draft.cycle = null;
  }
}

function isActiveNow({ interval }: Head): boolean {
  return interval === "green" || interval === "lead";
}

function setForceOff(draft: SignalDraft, phase: number): void {
  const { cycle, at, table } = draft;
  const planned = cycle === null ? null : forceOffOf(draft, cycle, phase);
  draft.forceOffAt[phase] = planned ?? at + defined(table.phases[phase], "phase").serviceMinMs;
}

/** A stage has ended: the plan's place moves on, and with the last stage the cycle. */
function followPlan(draft: SignalDraft, midnightAt: InstantMs): void {
  const { cycle, table, following } = draft;
  if (cycle === null || !draft.planned) return;
  if (cycle.slot < cycle.timing.stages.length - 1) {
    draft.cycle = { ...cycle, slot: cycle.slot + 1 };
    return;
  }
  if (following === null || following.timing === null) return;
  draft.plan = following;
  draft.following = null;
  draft.cycle = beginCycle(table, following.timing, midnightAt, draft.stages.greenStartsAt);
}

/** A stage has begun: later than it was due, or by somebody's order, the cycle follows the street. */
function alignCycle(draft: SignalDraft, midnightAt: InstantMs): void {
  const { cycle, table, stages } = draft;
  if (cycle === null) return;
  if (stageAt(table, cycle.timing, cycle.slot) !== stages.stage) {
    draft.cycle = joinCycle(draft, cycle.timing, midnightAt);
  } else if (cycle.slot === 0 && cycle.startAt !== stages.greenStartsAt) {
    draft.cycle = beginCycle(table, cycle.timing, midnightAt, stages.greenStartsAt);
  }
}

/** Back to the sequence, from the greens that start-up, flash or a preemption has left. */
function resume(draft: SignalDraft): void {
  const { table, at } = draft;
  const green = draft.heads.flatMap(({ interval }, phase) => (interval === "green" ? [phase] : []));
  const holds = ({ phases }: { readonly phases: readonly number[] }): boolean =>
    green.every((phase) => phases.includes(phase));
  const exact = table.stages.findIndex((one) => one.phases.length === green.length && holds(one));
  const fitting = exact < 0 ? table.stages.findIndex(holds) : exact;
  const stage = Math.max(0, fitting);
  // Phases of the stage that are still red begin as in a change to it.
  draft.stages = { stage, nextStage: stage, changing: true, greenStartsAt: at, shownSince: at };
  draft.plan = draft.nextPlan();
  draft.following = null;
  const { timing } = draft.plan;
  draft.cycle = timing === null ? null : cycleFromStage(table, timing, stage, at);
  const order = timing === null ? table.rings : ringOrder(table, timing);
  draft.rings = ringsWithGreen(table, order, green);
  for (const phase of green) setForceOff(draft, phase);
}
