import { type EngineConfiguration, type EngineTables, engineTables } from "../../src/engine/configuration.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input } from "../../src/engine/input.ts";
import { type EngineCounts, type EngineState, startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import { partsHeldOnce } from "../../src/model/equal-parts.ts";
import type { Network } from "../../src/model/files.ts";
import type { TacticalPolicy } from "../../src/optimize/tactical/policy.ts";
import { rollingHorizon } from "../../src/optimize/tactical/rolling-horizon.ts";
import { msToSeconds } from "../../src/units.ts";
import { type DecisionCost, decisionCost } from "../whatif/decision-times.ts";
import { meanOf, percentileOf } from "../whatif/statistics.ts";
import { firstInputs, nextInputs, perform, type Region } from "./region.ts";

/** What the machine tells: wall time, and what is still held after everything that is not has been let go. */
export type Machine = {
  /** Milliseconds of wall time, never going back. */
  readonly nowMs: () => number;
  /** Milliseconds of processor time that this process has used, its collector's included. */
  readonly usedMs: () => number;
  readonly heldBytes: () => number;
};

export type LoadOptions = {
  readonly region: Region;
  readonly configuration: EngineConfiguration;
  /** Seconds before anything is measured: links open, first schedules are sent, and the code is warm. */
  readonly runInSeconds: number;
  readonly seconds: number;
  readonly machine: Machine;
  readonly progress: (secondsDone: number) => void;
  readonly stopped: AbortSignal;
};

/** Seconds of wall time; `null` where nothing was measured. */
type WallSeconds = {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p99: number | null;
  readonly max: number | null;
};

export type LoadReport = DecisionCost & {
  readonly intersections: number;
  readonly simulatedSeconds: number;
  /** What the engine took for a simulated second: all its inputs, and the tick in which it decides. */
  readonly stepSeconds: WallSeconds;
  /** The tick alone. */
  readonly tickSeconds: WallSeconds;
  /** Mean processor time of a simulated second: what wall time would be on an idle machine, or a little more. */
  readonly processorSecondsMean: number | null;
  readonly inputs: number;
  readonly schedulesPushed: number;
  readonly schedulesAccepted: number;
  /** By the gate or by a controller. */
  readonly schedulesRefused: number;
  readonly plansPushed: number;
  /** What is freed when the engine's tables and state are let go, its copy of the network included. */
  readonly bytesPerIntersection: number;
};

/** One engine and what was measured of it. */
type Measured = {
  engine: { readonly tables: EngineTables; state: EngineState } | undefined;
  readonly stepMs: number[];
  readonly tickMs: number[];
  readonly usedMs: number[];
  readonly microseconds: number[];
  inputs: number;
  /** As they were when measuring began. */
  countsBefore: EngineCounts | undefined;
  counts: EngineCounts | undefined;
};

/** Runs one engine under the load of a region, second by second, and measures what its steps take and what it holds. */
export function measureLoad(options: LoadOptions): LoadReport {
  const measured: Measured = {
    engine: undefined,
    stepMs: [],
    tickMs: [],
    usedMs: [],
    microseconds: [],
    inputs: 0,
    countsBefore: undefined,
    counts: undefined,
  };
  runEngine(measured, options);
  const { machine, region } = options;
  const heldWithEngine = machine.heldBytes();
  measured.engine = undefined;
  const heldWithout = machine.heldBytes();
  return reportOf(measured, region, (heldWithEngine - heldWithout) / region.controllers.length);
}

function runEngine(measured: Measured, options: LoadOptions): void {
  const { region, configuration, runInSeconds, seconds, machine, progress, stopped } = options;
  // A copy, as one that is read from the files of the same network would be held.
  const network = JSON.parse(JSON.stringify(configuration.network), partsHeldOnce()) as Network;
  const tables = engineTables({ ...configuration, network }, timed(measured, machine));
  const engine = { tables, state: startEngine(tables, region.at) };
  measured.engine = engine;
  perform(region, stepThrough(engine, firstInputs(region), machine).effects);
  for (let second = 0; second < runInSeconds + seconds && !stopped.aborted; second += 1) {
    if (second === runInSeconds) {
      measured.microseconds.length = 0;
      measured.countsBefore = engine.state.counts;
    }
    const inputs = nextInputs(region);
    const { effects, stepMs, tickMs, usedMs } = stepThrough(engine, inputs, machine);
    perform(region, effects);
    if (second < runInSeconds) continue;
    measured.stepMs.push(stepMs);
    measured.tickMs.push(tickMs);
    measured.usedMs.push(usedMs);
    measured.inputs += inputs.length;
    progress(second + 1 - runInSeconds);
  }
  measured.counts = engine.state.counts;
}

type Stepped = {
  readonly effects: readonly Effect[];
  readonly stepMs: number;
  readonly tickMs: number;
  readonly usedMs: number;
};

/** Gives the engine the inputs of one instant, the tick last. */
function stepThrough(
  engine: { readonly tables: EngineTables; state: EngineState },
  inputs: readonly Input[],
  { nowMs, usedMs }: Machine,
): Stepped {
  const effects: Effect[] = [];
  const usedBeforeMs = usedMs();
  const beganMs = nowMs();
  let tickMs = beganMs;
  for (const input of inputs) {
    if (input.kind === "tick") tickMs = nowMs();
    const next = step(engine.state, input, engine.tables);
    engine.state = next.state;
    for (const effect of next.effects) effects.push(effect);
  }
  const endedMs = nowMs();
  return {
    effects,
    stepMs: endedMs - beganMs,
    tickMs: endedMs - tickMs,
    usedMs: usedMs() - usedBeforeMs,
  };
}

function timed({ microseconds }: Measured, { nowMs }: Machine): TacticalPolicy {
  const policy = rollingHorizon();
  return (junction, street, outlook, memory) => {
    const beganMs = nowMs();
    const decision = policy(junction, street, outlook, memory);
    microseconds.push((nowMs() - beganMs) * 1000);
    return decision;
  };
}

function reportOf(
  { stepMs, tickMs, usedMs, microseconds, inputs, countsBefore, counts }: Measured,
  { controllers }: Region,
  bytesPerIntersection: number,
): LoadReport {
  const since = (pick: (of: EngineCounts) => number): number =>
    (counts === undefined ? 0 : pick(counts)) - (countsBefore === undefined ? 0 : pick(countsBefore));
  return {
    intersections: controllers.length,
    simulatedSeconds: stepMs.length,
    stepSeconds: wallSeconds(stepMs),
    tickSeconds: wallSeconds(tickMs),
    processorSecondsMean: meanOf(usedMs.map(msToSeconds)),
    inputs,
    schedulesPushed: since((of) => of.schedulesPushed),
    schedulesAccepted: since((of) => of.schedulesAccepted),
    schedulesRefused: since((of) => of.schedulesRefused + of.schedulesRefusedByGate),
    plansPushed: since((of) => of.plansPushed),
    bytesPerIntersection,
    ...decisionCost(microseconds),
  };
}

function wallSeconds(ms: readonly number[]): WallSeconds {
  const seconds = ms.map(msToSeconds);
  return {
    mean: meanOf(seconds),
    p50: percentileOf(seconds, 0.5),
    p99: percentileOf(seconds, 0.99),
    max: percentileOf(seconds, 1),
  };
}
