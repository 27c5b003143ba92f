import { assert, defined } from "../assert.ts";
import { ceilToStep, secondsToMs } from "../units.ts";
import type { Intersection } from "./intersection.ts";
import {
  type ActuationTiming,
  actuationTiming,
  type ExtraTiming,
  extraTiming,
  intergreenKey,
  type OverlapTiming,
} from "./extra-timing.ts";
import { phaseNumbers } from "./phase-number.ts";
import type { CycleTiming } from "./plan.ts";

/**
 * An intersection's configuration as the integer milliseconds and indices that timing is computed with. Every duration
 * is rounded up to the plant's step, so a coarse plant may lengthen an interval but never shorten one (DESIGN §5).
 */
export type TimingTable = {
  readonly intersection: Intersection;
  readonly stepMs: number;
  readonly phases: readonly PhaseTiming[];
  readonly stages: readonly StageTiming[];
  readonly phaseIndex: ReadonlyMap<string, number>;
  readonly stageIndex: ReadonlyMap<string, number>;
  /** `intergreenMs[from]![to]!`: from the end of the green of stage `from` to the begin of the green of stage `to`. */
  readonly intergreenMs: readonly (readonly number[])[];
  /** `conflicts[a]!.has(b)`: the conflict matrix, symmetric. */
  readonly conflicts: readonly ReadonlySet<number>[];
  /** Ring → barrier group → phases in order; empty in the structure `stages`. */
  readonly rings: readonly (readonly (readonly number[])[])[];
  /** Everything beside phases and stages: overlaps, preemption, priority, start-up, coordination. */
  readonly extras: ExtraTiming;
};

export type PhaseTiming = {
  readonly id: string;
  /** In the high-resolution log. */
  readonly number: number;
  readonly greenMinMs: number;
  readonly greenMaxMs: number;
  readonly yellowMs: number;
  readonly redClearMs: number;
  /** Walk and flashing don't walk, 0 without pedestrians. */
  readonly walkMs: number;
  readonly pedestrianClearMs: number;
  /** The shortest service of vehicles and pedestrians, from the begin of the phase to the end of its green. */
  readonly serviceMinMs: number;
  readonly actuation: ActuationTiming;
};

export type StageTiming = {
  readonly id: string;
  /** Indices of phases, ascending. */
  readonly phases: readonly number[];
  readonly permissive: ReadonlySet<number>;
};

/** Expects an intersection that `validateNetwork` found without fault. */
export function timingTable(intersection: Intersection, stepMs: number): TimingTable {
  assert(stepMs > 0, "the plant's step is positive");
  const up = (seconds: number): number => ceilToStep(secondsToMs(seconds), stepMs);
  const numbers = phaseNumbers(intersection.phases);
  const phases = intersection.phases.map((phase, place): PhaseTiming => {
    const walkMs = up(phase.pedestrian?.walkSeconds ?? 0);
    const pedestrianClearMs = up(phase.pedestrian?.clearSeconds ?? 0);
    const greenMinMs = up(phase.greenMinSeconds);
    const actuation = actuationTiming(phase, stepMs);
    return {
      id: phase.id,
      number: defined(numbers[place], "number of the phase"),
      greenMinMs,
      greenMaxMs: up(phase.greenMaxSeconds),
      yellowMs: up(phase.yellowSeconds),
      redClearMs: up(phase.redClearSeconds),
      walkMs,
      pedestrianClearMs,
      serviceMinMs: Math.max(greenMinMs + actuation.leadMs, walkMs + pedestrianClearMs),
      actuation,
    };
  });
  const phaseIndex = new Map(phases.map((phase, index) => [phase.id, index]));
  const indexOf = (id: string): number => defined(phaseIndex.get(id), `phase ${id} of ${intersection.id}`);
  const stages = intersection.stages.map(
    (stage): StageTiming => ({
      id: stage.id,
      phases: stage.phases.map(indexOf).toSorted((a, b) => a - b),
      permissive: new Set(stage.permissive.map(indexOf)),
    }),
  );
  const conflicts = phases.map(() => new Set<number>());
  for (const [left, right] of intersection.conflicts) {
    defined(conflicts[indexOf(left)], left).add(indexOf(right));
    defined(conflicts[indexOf(right)], right).add(indexOf(left));
  }
  const extras = extraTiming(intersection, stepMs, indexOf, conflicts);
  return {
    intersection,
    stepMs,
    phases,
    stages,
    phaseIndex,
    stageIndex: new Map(stages.map((stage, index) => [stage.id, index])),
    intergreenMs: stages.map((from) => stages.map((to) => clearanceMs(phases, extras, from, to))),
    conflicts,
    rings: (intersection.rings ?? []).map((ring) => ring.map((group) => group.map(indexOf))),
    extras,
  };
}

/**
 * The longest yellow and red clearance of the phases that end, or that stay green and yield from now on: what they let in
 * before has to clear before a foe comes. So have the overlaps and flashing yellow arrows that end with them. 0 when there
 * is none.
 */
function clearanceMs(
  phases: readonly PhaseTiming[],
  { intergreens, overlaps }: ExtraTiming,
  from: StageTiming,
  to: StageTiming,
): number {
  const clearing = from.phases.filter(
    (phase) => !to.phases.includes(phase) || (!from.permissive.has(phase) && to.permissive.has(phase)),
  );
  const own = clearing.map((index) => {
    const { yellowMs, redClearMs } = defined(phases[index], "phase");
    return yellowMs + redClearMs;
  });
  const beginning = to.phases.filter((phase) => !from.phases.includes(phase));
  const pairs = clearing.flatMap((ends) =>
    beginning.map((begins) => intergreens.get(intergreenKey(ends, begins)) ?? 0),
  );
  const followers = overlaps
    .filter((overlap) => follows(overlap, from) && !follows(overlap, to))
    .map((overlap) => {
      if (overlap.kind === "normal") return overlap.yellowMs + overlap.redClearMs;
      const { yellowMs, redClearMs } = defined(phases[overlap.left], "left");
      return yellowMs + redClearMs;
    });
  return Math.max(0, ...own, ...pairs, ...followers);
}

/** Whether an overlap is green, or a flashing yellow arrow shown, with the phases of a stage. */
function follows(overlap: OverlapTiming, { phases }: StageTiming): boolean {
  if (overlap.kind === "flashingYellowArrow") return phases.includes(overlap.opposing);
  const has = (phase: number): boolean => phases.includes(phase);
  return overlap.included.some(has) && !overlap.minus.some(has);
}

/** One run of green of a phase within a cycle that repeats. */
export type PhaseGreen = {
  readonly phase: number;
  /** From the begin of the cycle's first green; below the cycle. */
  readonly startMs: number;
  /** The phase that never ends has the whole cycle. */
  readonly greenMs: number;
};

/**
 * The greens of a timing that repeats: a phase that two successive stages share stays green through the change. Expects
 * stages that exist. Greens may come out negative where a split is shorter than its intergreen: that is for the rules
 * to refuse.
 */
export function phaseGreens(table: TimingTable, timing: CycleTiming): readonly PhaseGreen[] {
  const order = timing.stages.map(({ stage }) => defined(table.stageIndex.get(stage), `stage ${stage}`));
  const count = order.length;
  const starts: number[] = [];
  let position = 0;
  for (const { splitMs } of timing.stages) {
    starts.push(position);
    position += splitMs;
  }
  const contains = (slot: number, phase: number): boolean =>
    defined(table.stages[defined(order[slot % count], "slot")], "stage").phases.includes(phase);
  const greens: PhaseGreen[] = [];
  for (let phase = 0; phase < table.phases.length; phase += 1) {
    for (let slot = 0; slot < count; slot += 1) {
      if (!contains(slot, phase) || contains(slot + count - 1, phase)) continue;
      let last = slot;
      while (contains(last + 1, phase)) last += 1;
      greens.push({
        phase,
        startMs: defined(starts[slot], "start"),
        greenMs: runMs(table, timing, order, slot, last),
      });
    }
    if (greens.every((green) => green.phase !== phase) && contains(0, phase)) {
      greens.push({ phase, startMs: 0, greenMs: timing.cycleMs });
    }
  }
  return greens;
}

/** From the begin of green of slot `first` to the end of green of slot `last`, which may lie in the next round. */
function runMs(
  table: TimingTable,
  timing: CycleTiming,
  order: readonly number[],
  first: number,
  last: number,
): number {
  const count = order.length;
  let total = 0;
  for (let slot = first; slot <= last; slot += 1) {
    total += defined(timing.stages[slot % count], "split").splitMs;
  }
  const from = defined(order[last % count], "stage");
  const to = defined(order[(last + 1) % count], "stage");
  return total - defined(table.intergreenMs[from]?.[to], "intergreen");
}
