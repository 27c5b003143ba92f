import type { InstantMs } from "../units.ts";

/** One stage's share of the cycle: from the begin of its green to the begin of the next stage's green. */
export type StageSplit = {
  readonly stage: string;
  readonly splitMs: number;
};

/** The timing of one intersection, without the lease: what runs round and round. */
export type CycleTiming = {
  readonly cycleMs: number;
  /** How far the begin of green of the first stage lags local midnight, modulo the cycle. */
  readonly offsetMs: number;
  /** In the order of service; the first is the coordinated one, and the offset refers to its begin of green. */
  readonly stages: readonly StageSplit[];
};

/** What the strategic level wants an intersection to run, leased (DESIGN §1.5). */
export type TimingPlan = CycleTiming & {
  readonly id: string;
  readonly intersection: string;
  /** The instant of the controller's state that the plan was based on. */
  readonly basedOnAt: InstantMs;
  readonly effectiveAt: InstantMs;
  readonly validUntil: InstantMs;
  /** Why, in a sentence that an operator understands. */
  readonly reason: string;
};

/** Sum of the splits. A valid timing has `splitSumMs(timing) === timing.cycleMs`. */
export function splitSumMs(timing: CycleTiming): number {
  return timing.stages.reduce((sum, { splitMs }) => sum + splitMs, 0);
}

/** Whether two timings serve the same stages in the same order, from the same first one on. */
export function sameSequence(left: CycleTiming, right: CycleTiming): boolean {
  return (
    left.stages.length === right.stages.length &&
    left.stages.every(({ stage }, slot) => right.stages[slot]?.stage === stage)
  );
}

export function sameTiming(left: CycleTiming, right: CycleTiming): boolean {
  return (
    left.cycleMs === right.cycleMs &&
    left.offsetMs === right.offsetMs &&
    left.stages.length === right.stages.length &&
    left.stages.every((split, index) => {
      const other = right.stages[index];
      return other !== undefined && other.stage === split.stage && other.splitMs === split.splitMs;
    })
  );
}
