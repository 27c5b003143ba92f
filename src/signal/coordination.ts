import { defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import { phaseGreens, type TimingTable } from "../model/timing.ts";
import { after, type InstantMs, instantMs, modulo } from "../units.ts";
import { cycleSplits, intergreenAfter, stageAt } from "./cycle.ts";
import type { RingOrder } from "./rings.ts";

/** What the machine runs, and where it came from. */
export type ActivePlan = {
  readonly id: string;
  readonly source: "plan" | "local";
  /** `null`: free operation, by detectors alone. */
  readonly timing: CycleTiming | null;
};

/** Cycle clock of a coordinated controller. */
export type CycleState = {
  readonly timing: CycleTiming;
  /** Begin of green of the first stage of this cycle; may lie ahead during the intergreen into it. */
  readonly startAt: InstantMs;
  readonly splitsMs: readonly number[];
  readonly coordination: "inStep" | "transition";
  /** What keeps this cycle from being the plan's own: a bus has moved its splits, or it was taken up in its middle. */
  readonly disturbedBy: "nothing" | "priority" | "recovery";
  /** Position of the present stage in the plan; kept by stage-based controllers only. */
  readonly slot: number;
  /** What the rings are to do in this cycle; `null` in the structure `stages`. */
  readonly targets: RingTargets | null;
};

/** The plan as the rings see it; durations from the begin of the cycle. */
export type RingTargets = {
  /** Phases of the first stage: held until their yield point, and wanted in every cycle. */
  readonly yieldMs: ReadonlyMap<number, number>;
  /** Ends of the planned greens of each phase, ascending, and how long those greens are. */
  readonly greens: readonly (readonly { readonly endMs: number; readonly greenMs: number }[])[];
};

/** The cycle of `timing` that begins at `startAt`. */
export function beginCycle(
  table: TimingTable,
  timing: CycleTiming,
  midnightAt: InstantMs,
  startAt: InstantMs,
): CycleState {
  const { splitsMs, coordination } = cycleSplits(table, timing, midnightAt, startAt);
  return {
    timing,
    startAt,
    splitsMs,
    coordination,
    disturbedBy: "nothing",
    slot: 0,
    targets: table.rings.length > 0 ? ringTargets(table, timing, splitsMs) : null,
  };
}

/** The cycle as the clock gives it at `at`, in its middle. */
export function cycleByClock(
  table: TimingTable,
  timing: CycleTiming,
  midnightAt: InstantMs,
  at: InstantMs,
): CycleState {
  const position = modulo(at - midnightAt - timing.offsetMs, timing.cycleMs);
  const cycle = beginCycle(table, timing, midnightAt, instantMs(at - position));
  return { ...cycle, slot: slotAt(cycle.splitsMs, position) };
}

/** The cycle in which the stage of `slot` begins at `at`: after a preemption, which left the clock behind. */
export function cycleFromSlot(
  table: TimingTable,
  timing: CycleTiming,
  slot: number,
  at: InstantMs,
): CycleState {
  const splitsMs = timing.stages.map(({ splitMs }) => splitMs);
  const passedMs = splitsMs.slice(0, slot).reduce((sum, splitMs) => sum + splitMs, 0);
  return {
    timing,
    startAt: instantMs(at - passedMs),
    splitsMs,
    coordination: "transition",
    disturbedBy: "recovery",
    slot,
    targets: table.rings.length > 0 ? ringTargets(table, timing, splitsMs) : null,
  };
}

/** The same cycle with other splits, which priority has moved. */
export function withSplits(table: TimingTable, cycle: CycleState, splitsMs: readonly number[]): CycleState {
  const targets = cycle.targets === null ? null : ringTargets(table, cycle.timing, splitsMs);
  return { ...cycle, splitsMs, targets, disturbedBy: "priority" };
}

export function cycleEndAt({ startAt, splitsMs }: CycleState): InstantMs {
  return after(
    startAt,
    splitsMs.reduce((sum, splitMs) => sum + splitMs, 0),
  );
}

/** The slot of the plan that a position in the cycle lies in. */
export function slotAt(splitsMs: readonly number[], positionMs: number): number {
  let endMs = 0;
  const slot = splitsMs.findIndex((splitMs) => {
    endMs += splitMs;
    return positionMs < endMs;
  });
  return slot < 0 ? splitsMs.length - 1 : slot;
}

/** When the green of the present slot, begun at `startedAt`, is planned to end. */
export function slotEndAt(table: TimingTable, cycle: CycleState, startedAt: InstantMs): InstantMs {
  const splitMs = defined(cycle.splitsMs[cycle.slot], "split");
  return after(startedAt, splitMs - intergreenAfter(table, cycle.timing, cycle.slot));
}

/** Force-offs and yield points that follow from the splits (reference §1.2.5). */
export function ringTargets(
  table: TimingTable,
  timing: CycleTiming,
  splitsMs: readonly number[],
): RingTargets {
  const cycleMs = splitsMs.reduce((sum, splitMs) => sum + splitMs, 0);
  const stages = timing.stages.map(({ stage }, slot) => ({
    stage,
    splitMs: defined(splitsMs[slot], "split"),
  }));
  const runs = phaseGreens(table, { ...timing, cycleMs, stages });
  const coordinated = defined(table.stages[stageAt(table, timing, 0)], "stage").phases;
  const yieldMs = new Map<number, number>();
  for (const phase of coordinated) {
    const ends = runs.filter((run) => run.phase === phase).map(({ startMs, greenMs }) => startMs + greenMs);
    // The green that covers the begin of the cycle ends in it.
    const own = ends.map((endMs) => (endMs > cycleMs ? endMs - cycleMs : endMs));
    yieldMs.set(phase, Math.min(...own));
  }
  const greens = table.phases.map((_, phase) =>
    runs
      .filter((run) => run.phase === phase)
      .map(({ startMs, greenMs }) => ({ endMs: startMs + greenMs, greenMs })),
  );
  return { yieldMs, greens };
}

/** The order of service that a plan's stages give each ring: within a group, as its phases come up. */
export function ringOrder(table: TimingTable, timing: CycleTiming): RingOrder {
  const slots = timing.stages.map((_, slot) => stageAt(table, timing, slot));
  const phasesAt = (slot: number): readonly number[] =>
    defined(table.stages[defined(slots[modulo(slot, slots.length)], "slot")], "stage").phases;
  return table.rings.map((groups) =>
    groups.map((phases) => {
      const other = slots.findIndex((_, slot) => !phasesAt(slot).some((phase) => phases.includes(phase)));
      const from = Math.max(0, other);
      const firsts = phases.map((phase) => {
        const ahead = slots.findIndex((_, slot) => phasesAt(from + slot).includes(phase));
        return { phase, ahead: ahead < 0 ? slots.length : ahead };
      });
      return firsts.toSorted((left, right) => left.ahead - right.ahead).map(({ phase }) => phase);
    }),
  );
}
