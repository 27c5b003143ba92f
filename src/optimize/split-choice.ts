import { defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import { msToSeconds } from "../units.ts";
import { type LaneDemand, laneCapacity, laneServices } from "./capacity.ts";
import { controlDelaySeconds } from "./delay.ts";
import { resequenced, sameOrder } from "./sequence.ts";
import { stopsPerVehicle } from "./stops.ts";
import {
  effectiveGreens,
  type GreenBounds,
  intergreenSeconds,
  lostSeconds,
  minimumGreens,
  type StageOrder,
  splitGreens,
  stageRatios,
} from "./splits.ts";

/** How readily splits move. */
export type SplitParameters = {
  /** Splits are left alone unless the expected delay falls by more than this share. */
  readonly splitHysteresisRatio: number;
  /** How much of the envelope's step each green may move at once: up to 1. */
  readonly splitStepRatio: number;
};

export const SPLIT_DEFAULTS: SplitParameters = { splitHysteresisRatio: 0.03, splitStepRatio: 1 };

export type SplitChoice = {
  readonly greenSeconds: readonly number[];
  readonly degreeOfSaturation: readonly number[];
  /** Mean queue over the lanes as if all came evenly, vehicles. */
  readonly queueVehicles: number;
  readonly note: string;
};

/** What splits are chosen for. */
export type SplitTask = {
  readonly table: TimingTable;
  readonly running: CycleTiming;
  readonly lanes: readonly LaneDemand[];
  readonly order: StageOrder;
  readonly cycleSeconds: number;
  /** Phases that are given no less green than they have; absent for none. */
  readonly heldPhases?: ReadonlySet<number> | undefined;
};

export function orderOf(table: TimingTable, timing: CycleTiming): StageOrder {
  return timing.stages.map(({ stage }) => defined(table.stageIndex.get(stage), `stage ${stage}`));
}

/**
 * Splits by degree of saturation that move by one step from what runs, or, under another cycle or sequence, from what runs brought to
 * it: an interval's counts say too little to overturn a timing at once. What would not help enough stays as it is.
 */
export function chooseSplits(task: SplitTask, parameters: SplitParameters = SPLIT_DEFAULTS): SplitChoice {
  const { table, running, lanes, order, cycleSeconds } = task;
  const { splitHysteresisRatio } = parameters;
  const present = presentGreens(task);
  const solution = splitGreens(table, order, lanes, cycleSeconds, splitBounds(task, present, parameters));
  const after = greenQueue(task, solution.greenSeconds);
  const worst = Math.max(0, ...solution.degreeOfSaturation);
  const flow = lanes.reduce((sum, { flowVehPerHour }) => sum + flowVehPerHour, 0) / 3600;
  if (msToSeconds(running.cycleMs) !== cycleSeconds || !sameOrder(order, orderOf(table, running))) {
    return {
      ...solution,
      queueVehicles: after,
      note: `splits for a degree of saturation of ${worst.toFixed(2)}`,
    };
  }
  const before = greenQueue(task, present);
  if (after > before * (1 - splitHysteresisRatio)) {
    return {
      greenSeconds: present,
      degreeOfSaturation: saturation(task, present),
      queueVehicles: before,
      note: `splits kept: a change would gain under ${percent(splitHysteresisRatio)} %`,
    };
  }
  const [was, becomes] = [before, after].map((queue) => (queue / Math.max(flow, Number.EPSILON)).toFixed(0));
  const note = `splits moved, expected delay ${was} → ${becomes} s/veh, degree of saturation ${worst.toFixed(2)}`;
  return { ...solution, queueVehicles: after, note };
}

/** A share in percent, to a tenth. */
function percent(ratio: number): number {
  return Math.round(ratio * 1000) / 10;
}

/** Mean control delay that a timing is expected to give the demand, without what progression saves, seconds a vehicle. */
export function expectedDelaySeconds(
  table: TimingTable,
  timing: CycleTiming,
  lanes: readonly LaneDemand[],
): number {
  const task = taskOf(table, timing, lanes);
  const vehPerHour = lanes.reduce((sum, { flowVehPerHour }) => sum + flowVehPerHour, 0);
  return vehPerHour > 0 ? greenQueue(task, presentGreens(task)) / (vehPerHour / 3600) : 0;
}

/** By lane: stops a vehicle that a timing is expected to give the demand, without what progression saves. */
export function expectedStops(
  table: TimingTable,
  timing: CycleTiming,
  lanes: readonly LaneDemand[],
): readonly number[] {
  const task = taskOf(table, timing, lanes);
  return lanesUnder(task, presentGreens(task)).map(({ flowVehPerHour, capacity, greenRatio }) =>
    stopsPerVehicle(flowVehPerHour, capacity, greenRatio, task.cycleSeconds),
  );
}

function taskOf(table: TimingTable, running: CycleTiming, lanes: readonly LaneDemand[]): SplitTask {
  const order = orderOf(table, running);
  return { table, running, lanes, order, cycleSeconds: msToSeconds(running.cycleMs) };
}

function totalSeconds(seconds: readonly number[]): number {
  return seconds.reduce((total, one) => total + one, 0);
}

/** The greens that run, brought to the order that is asked for. */
function presentGreens({ table, running, order }: SplitTask): readonly number[] {
  const intergreens = intergreenSeconds(table, order);
  const minima = minimumGreens(table, order);
  const splits = resequenced(
    table,
    orderOf(table, running),
    running.stages.map(({ splitMs }) => msToSeconds(splitMs)),
    order,
    minima.map((green, slot) => green + defined(intergreens[slot], "intergreen")),
  );
  return splits.map((split, slot) => split - defined(intergreens[slot], "intergreen"));
}

function splitBounds(
  { table, order, cycleSeconds, heldPhases }: SplitTask,
  present: readonly number[],
  { splitStepRatio }: SplitParameters,
): GreenBounds {
  const step = table.intersection.envelope.splitStepSeconds * splitStepRatio;
  const minima = minimumGreens(table, order, cycleSeconds);
  const greenSeconds = cycleSeconds - lostSeconds(table, order);
  const scale = greenSeconds / totalSeconds(present);
  const holds = (slot: number): boolean =>
    heldPhases !== undefined &&
    defined(table.stages[defined(order[slot], "slot")], "stage").phases.some((phase) =>
      heldPhases.has(phase),
    );
  const lower = minima.map((least, slot) => {
    const scaled = defined(present[slot], "green") * scale;
    return Math.max(least, holds(slot) ? Math.floor(scaled) : Math.ceil(scaled - step));
  });
  return {
    // Minimum service comes first where the steps leave too little for it.
    lowerSeconds: totalSeconds(lower) <= greenSeconds ? lower : minima,
    upperSeconds: present.map((green) => Math.floor(green * scale + step)),
  };
}

/** Mean queue over the lanes, vehicles: flow times control delay. */
function greenQueue(task: SplitTask, greens: readonly number[]): number {
  return lanesUnder(task, greens).reduce((sum, { flowVehPerHour, capacity, greenRatio }) => {
    const delay = controlDelaySeconds(flowVehPerHour, capacity, greenRatio, task.cycleSeconds);
    return sum + (flowVehPerHour / 3600) * delay;
  }, 0);
}

type LaneUnder = {
  readonly flowVehPerHour: number;
  /** Vehicles an hour. */
  readonly capacity: number;
  readonly greenRatio: number;
};

/** By lane, what the greens give it. */
function lanesUnder(
  { table, order, lanes, cycleSeconds }: SplitTask,
  greens: readonly number[],
): readonly LaneUnder[] {
  const services = laneServices(table, lanes, stageRatios(table, order, greens, cycleSeconds));
  return lanes.map((lane, index) => {
    const effective = effectiveGreens(table, order, lane, greens);
    return {
      flowVehPerHour: lane.flowVehPerHour,
      capacity: laneCapacity(defined(services[index], "services"), effective, cycleSeconds),
      greenRatio: Math.min(1, totalSeconds(effective) / cycleSeconds),
    };
  });
}

function saturation(task: SplitTask, greens: readonly number[]): readonly number[] {
  return lanesUnder(task, greens).map(({ flowVehPerHour, capacity }) =>
    capacity > 0 ? flowVehPerHour / capacity : 0,
  );
}
