import { defined } from "../assert.ts";
import { COORDINATION_STATE, EVENT_CODE, PATTERN, splitCodeOf } from "../model/event-code.ts";
import { type CycleTiming, sameTiming, splitSumMs } from "../model/plan.ts";
import { phaseGreens, type TimingTable } from "../model/timing.ts";
import { CONTROLLER_TICK_MS, type InstantMs, SECOND_MS } from "../units.ts";
import type { ActivePlan, CycleState } from "./coordination.ts";
import { stageAt } from "./cycle.ts";
import type { Orders } from "./environment.ts";
import { type SignalEvent, tell } from "./heads.ts";
import type { SignalDraft, SignalState } from "./state.ts";

/** Longest cycle that event 132 can tell; what is beyond stands in 156. */
const CYCLE_SECONDS_MAX = 255;

/** Tells what has become of plan, cycle and coordination in this instant, compared with the state before it. */
export function tellCoordination(draft: SignalDraft, before: SignalState): void {
  const { table, at, plan, cycle } = draft;
  if (!isSamePlan(plan, before.plan)) draft.events.push(...planEvents(table, plan, at));
  const state = coordinationStateOf(table, cycle);
  if (state !== coordinationStateOf(table, before.cycle)) {
    draft.events.push([at, EVENT_CODE.coordinationState, state]);
  }
  if (cycle === null) return;
  if (beginsCycle(draft, before)) {
    draft.events.push([at, EVENT_CODE.coordinationState, COORDINATION_STATE.localZero]);
  }
  const coordinated = coordinatedPhases(table, cycle.timing);
  for (const phase of coordinated) {
    if (isGreen(draft, phase) && !isGreen(before, phase)) tell(draft, EVENT_CODE.coordinatedBegin, phase);
    if (yields(draft, before, phase)) tell(draft, EVENT_CODE.coordinatedYield, phase);
  }
}

function isSamePlan(left: ActivePlan, right: ActivePlan): boolean {
  if (left === right) return true;
  if (left.id !== right.id || left.source !== right.source) return false;
  if (left.timing === null || right.timing === null) return left.timing === right.timing;
  return sameTiming(left.timing, right.timing);
}

/** A plan as the log tells it: pattern, cycle, offset and the splits of all phases, whether they differ from the ones before or not. */
export function planEvents(table: TimingTable, plan: ActivePlan, at: InstantMs): readonly SignalEvent[] {
  const pattern: SignalEvent = [at, EVENT_CODE.pattern, patternOf(table, plan)];
  if (plan.timing === null) return [pattern, [at, EVENT_CODE.cycleLength, 0]];
  const { cycleMs, offsetMs } = plan.timing;
  const cycleSeconds = Math.round(cycleMs / SECOND_MS);
  const excess = cycleSeconds - CYCLE_SECONDS_MAX;
  return [
    pattern,
    [at, EVENT_CODE.cycleLength, Math.min(cycleSeconds, CYCLE_SECONDS_MAX)],
    ...(excess > 0 ? [[at, EVENT_CODE.cycleExcess, excess] as const] : []),
    [at, EVENT_CODE.offset, Math.round(offsetMs / SECOND_MS)],
    ...splitEvents(table, plan.timing, at),
  ];
}

function patternOf({ intersection }: TimingTable, { id, source, timing }: ActivePlan): number {
  if (timing === null) return PATTERN.free;
  const place = source === "local" ? intersection.plans.findIndex((plan) => plan.id === id) : -1;
  return place < 0 ? PATTERN.leased : place + 1;
}

/** The split of a phase: its longest green in the cycle with its own yellow and red clearance, in whole seconds. */
function splitEvents(table: TimingTable, timing: CycleTiming, at: InstantMs): readonly SignalEvent[] {
  const greens = phaseGreens(table, timing);
  return table.phases.flatMap(({ number, yellowMs, redClearMs }, phase): readonly SignalEvent[] => {
    const own = greens.filter((green) => green.phase === phase).map(({ greenMs }) => greenMs);
    const code = splitCodeOf(number);
    if (code === undefined || own.length === 0) return [];
    const splitMs = Math.min(Math.max(...own) + yellowMs + redClearMs, timing.cycleMs);
    return [[at, code, Math.round(splitMs / SECOND_MS)]];
  });
}

/** Parameter of event 150. */
function coordinationStateOf({ extras }: TimingTable, cycle: CycleState | null): number {
  if (cycle === null) return COORDINATION_STATE.free;
  if (cycle.disturbedBy === "recovery") return COORDINATION_STATE.pickUp;
  if (cycle.coordination === "inStep") return COORDINATION_STATE.inStep;
  const lengthened = cycle.splitsMs.reduce((sum, splitMs) => sum + splitMs, 0) >= splitSumMs(cycle.timing);
  if (!lengthened) return COORDINATION_STATE.subtracting;
  return extras.coordination.correction === "dwell" ? COORDINATION_STATE.dwelling : COORDINATION_STATE.adding;
}

/** Whether a cycle begins in this instant: with the clock of rings, with the green of the first of the stages. */
function beginsCycle({ table, at, cycle, stages }: SignalDraft, before: SignalState): boolean {
  if (cycle === null) return false;
  // Not one that is joined in its middle.
  if (table.rings.length > 0) return isOfTick(at, cycle.startAt);
  return before.stages.changing && !stages.changing && cycle.slot === 0;
}

function coordinatedPhases(table: TimingTable, timing: CycleTiming): readonly number[] {
  return defined(table.stages[stageAt(table, timing, 0)], "stage").phases;
}

function isGreen({ heads }: Pick<SignalState, "heads">, phase: number): boolean {
  return heads[phase]?.interval === "green";
}

/** Whether the phase's yield point is reached: of rings by their clock, of stages with the end of the first one. */
function yields({ table, at, cycle, stages }: SignalDraft, before: SignalState, phase: number): boolean {
  if (cycle === null) return false;
  if (table.rings.length === 0) {
    const ends = !before.stages.changing && stages.changing;
    return ends && before.cycle?.slot === 0 && isGreen(before, phase);
  }
  const yieldMs = cycle.targets?.yieldMs.get(phase);
  if (yieldMs === undefined || !isGreen(before, phase)) return false;
  return isOfTick(at, cycle.startAt + yieldMs);
}

/** Whether an instant shows in the tick that ends at `at`. */
function isOfTick(at: InstantMs, instant: number): boolean {
  return instant <= at && instant > at - CONTROLLER_TICK_MS;
}

/** Phases that somebody holds: by a hold, or by the stage that is ordered. */
function heldPhases({ stages }: TimingTable, { hold, stage }: Orders): readonly number[] {
  const forced = stage === null ? [] : (stages[stage]?.phases ?? []);
  return [...new Set([...hold, ...forced])].toSorted((left, right) => left - right);
}

/** Holds that end and begin with other orders: a write of the engine that shows in the log. */
export function orderEvents(
  table: TimingTable,
  before: Orders,
  orders: Orders,
  at: InstantMs,
): readonly SignalEvent[] {
  const [held, holding] = [heldPhases(table, before), heldPhases(table, orders)];
  const eventsOf = (code: number, phases: readonly number[]): readonly SignalEvent[] =>
    phases.map((phase) => [at, code, defined(table.phases[phase], "phase").number]);
  return [
    ...eventsOf(
      EVENT_CODE.holdOff,
      held.filter((phase) => !holding.includes(phase)),
    ),
    ...eventsOf(
      EVENT_CODE.holdOn,
      holding.filter((phase) => !held.includes(phase)),
    ),
  ];
}

/** What a log begins with: the plan that runs, and what is green. */
export function startEvents(table: TimingTable, state: SignalState): readonly SignalEvent[] {
  const { at, plan, cycle, heads } = state;
  const green = heads.flatMap(({ interval, walk }, phase): readonly SignalEvent[] => {
    const { number } = defined(table.phases[phase], "phase");
    if (interval !== "green" && interval !== "lead") return [];
    return [
      [at, EVENT_CODE.phaseOn, number],
      ...(walk === "walk" ? [[at, EVENT_CODE.beginWalk, number] as const] : []),
      ...(interval === "green" ? [[at, EVENT_CODE.beginGreen, number] as const] : []),
    ];
  });
  return [
    ...planEvents(table, plan, at),
    [at, EVENT_CODE.coordinationState, coordinationStateOf(table, cycle)],
    ...green,
  ];
}
