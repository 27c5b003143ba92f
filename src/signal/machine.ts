import { assert, defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import { after, type InstantMs, instantMs, modulo } from "../units.ts";
import { cycleSplits } from "./cycle.ts";

/** A timing that the machine may run, and where it came from. */
export type ActivePlan = {
  readonly id: string;
  readonly source: "plan" | "local";
  readonly timing: CycleTiming;
};

/**
 * A stage-based controller in the middle of its cycle. Between two stages the phases that both have stay green; the
 * others show yellow and red clearance, and the next stage begins when the longest of them has cleared.
 */
export type SignalState = {
  readonly plan: ActivePlan;
  /** The plan of the next cycle while the last green is prolonged for it; `null` when none has been asked for. */
  readonly following: ActivePlan | null;
  /** Position in the plan's stages. */
  readonly slot: number;
  /** Stage whose green runs, or ran before the present intergreen. */
  readonly stage: number;
  /** Stage that the present intergreen leads to; equal to `stage` while it is green. */
  readonly nextStage: number;
  /** Begin of green of the first stage of this cycle; lies ahead during the intergreen into it. */
  readonly cycleStartAt: InstantMs;
  readonly splitsMs: readonly number[];
  readonly coordination: "inStep" | "transition";
  readonly greenEndsAt: InstantMs;
  /** Begin of green of `nextStage` during an intergreen, else of `stage`. */
  readonly greenStartsAt: InstantMs;
  /** Begin of the present green of each phase; `null` when it is not green. */
  readonly greenSince: readonly (InstantMs | null)[];
};

/** The plan for the cycle that follows `running`: asked once a cycle, at the end of its last green, the instant `at`. */
export type NextPlan = (at: InstantMs, running: ActivePlan) => ActivePlan;

/** The machine in the middle of `plan` as the clock gives it; phases begin their green at `at`, so none is cut short. */
export function startSignal(
  table: TimingTable,
  plan: ActivePlan,
  midnightAt: InstantMs,
  at: InstantMs,
): SignalState {
  const { timing } = plan;
  const position = modulo(at - midnightAt - timing.offsetMs, timing.cycleMs);
  const cycleStartAt = instantMs(at - position);
  const splitsMs = timing.stages.map(({ splitMs }) => splitMs);
  let slot = 0;
  let startMs = 0;
  while (startMs + defined(splitsMs[slot], "split") <= position) {
    startMs += defined(splitsMs[slot], "split");
    slot += 1;
  }
  const stage = stageOf(table, timing, slot);
  const begun: SignalState = {
    plan,
    following: null,
    slot,
    stage,
    nextStage: stage,
    cycleStartAt,
    splitsMs,
    coordination: "inStep",
    greenStartsAt: at,
    greenEndsAt: at,
    greenSince: table.phases.map((_, phase) => (phasesOf(table, stage).includes(phase) ? at : null)),
  };
  return { ...begun, greenEndsAt: greenEnd(table, begun, after(cycleStartAt, startMs)) };
}

/** Every change of the machine up to and including `until`, oldest first; the last one is the new state. */
export function advanceSignal(
  table: TimingTable,
  state: SignalState,
  midnightAt: InstantMs,
  until: InstantMs,
  nextPlan: NextPlan,
): readonly SignalState[] {
  const changes: SignalState[] = [];
  let current = state;
  for (;;) {
    const green = current.stage === current.nextStage;
    const dueAt = green ? current.greenEndsAt : current.greenStartsAt;
    if (dueAt > until) return changes;
    current = green
      ? endGreen(table, current, midnightAt, dueAt, nextPlan)
      : beginGreen(table, current, midnightAt, dueAt);
    changes.push(current);
  }
}

function stageOf(table: TimingTable, timing: CycleTiming, slot: number): number {
  const { stage } = defined(timing.stages[slot], "stage of the plan");
  return defined(table.stageIndex.get(stage), `stage ${stage}`);
}

function phasesOf(table: TimingTable, stage: number): readonly number[] {
  return defined(table.stages[stage], "stage").phases;
}

/**
 * When the green of the present slot, begun at `startAt` by the plan, may end: not before every phase that ends is served, and
 * not within a step of the plant, which would not show it.
 */
function greenEnd(table: TimingTable, state: SignalState, startAt: InstantMs): InstantMs {
  const { timing } = state.plan;
  const following = stageOf(table, timing, (state.slot + 1) % timing.stages.length);
  const intergreenMs = defined(table.intergreenMs[state.stage]?.[following], "intergreen");
  const plannedAt = startAt + defined(state.splitsMs[state.slot], "split") - intergreenMs;
  const shownAt = state.greenStartsAt + table.stepMs;
  return instantMs(Math.max(plannedAt, servedAt(table, state, following), shownAt));
}

/** When every phase that `following` does not continue has had its minimum service. */
function servedAt(table: TimingTable, state: SignalState, following: number): number {
  const continued = phasesOf(table, following);
  let at = 0;
  for (const phase of phasesOf(table, state.stage)) {
    if (continued.includes(phase)) continue;
    const since = defined(state.greenSince[phase] ?? undefined, "a phase of the stage is green");
    at = Math.max(at, since + defined(table.phases[phase], "phase").serviceMinMs);
  }
  return at;
}

function endGreen(
  table: TimingTable,
  state: SignalState,
  midnightAt: InstantMs,
  at: InstantMs,
  nextPlan: NextPlan,
): SignalState {
  const last = state.slot === state.plan.timing.stages.length - 1;
  const plan = last ? (state.following ?? nextPlan(at, state.plan)) : state.plan;
  const slot = last ? 0 : state.slot + 1;
  const nextStage = stageOf(table, plan.timing, slot);
  // Another plan may begin with another stage: then the phases it does not continue must still be served.
  const servedBy = servedAt(table, state, nextStage);
  if (servedBy > at) return { ...state, following: plan, greenEndsAt: instantMs(servedBy) };
  const intergreenMs = defined(table.intergreenMs[state.stage]?.[nextStage], "intergreen");
  const continued = phasesOf(table, nextStage);
  const startsAt = after(at, intergreenMs);
  const ended: SignalState = {
    ...state,
    plan,
    following: null,
    slot,
    nextStage,
    greenEndsAt: at,
    greenStartsAt: startsAt,
    greenSince: state.greenSince.map((since, phase) => (continued.includes(phase) ? since : null)),
    ...(last ? { cycleStartAt: startsAt, ...cycleSplits(table, plan.timing, midnightAt, startsAt) } : {}),
  };
  // Without an intergreen, or when a stage follows itself, the next green begins in the same instant.
  return intergreenMs === 0 || nextStage === state.stage
    ? beginGreen(table, ended, midnightAt, startsAt)
    : ended;
}

function beginGreen(
  table: TimingTable,
  state: SignalState,
  midnightAt: InstantMs,
  at: InstantMs,
): SignalState {
  assert(at >= midnightAt, "a cycle does not begin before the run's midnight");
  const phases = phasesOf(table, state.nextStage);
  const begun: SignalState = {
    ...state,
    stage: state.nextStage,
    greenSince: state.greenSince.map((since, phase) => (phases.includes(phase) ? (since ?? at) : null)),
  };
  return { ...begun, greenEndsAt: greenEnd(table, begun, at) };
}
