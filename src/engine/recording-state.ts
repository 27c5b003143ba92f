import type { CycleTiming } from "../model/plan.ts";
import type { InstantMs } from "../units.ts";

/** Decisions of an intersection of which it is not known yet what came, and what it takes to tell that. */
export type NodeRecording = {
  /** Vehicles that have left over stop-line loops since the engine began. */
  readonly served: number;
  /** Stages as the heads showed them first, oldest first, of the last minutes. */
  readonly shown: readonly ShownStage[];
  /** Oldest first. */
  readonly stages: readonly OpenStage[];
  readonly timing: OpenTiming | null;
  /** The record of this hour that has the junction; `null` before the first. */
  readonly junction: { readonly id: string; readonly hourAt: InstantMs } | null;
};

type ShownStage = { readonly stage: number; readonly at: InstantMs };

type OpenStage = {
  readonly id: string;
  readonly at: InstantMs;
  readonly untilAt: InstantMs;
  /** What had been served before. */
  readonly served: number;
};

type OpenTiming = {
  readonly id: string;
  /** Of the plan that was made of it, whether it was sent or not. */
  readonly plan: string | null;
  readonly timing: CycleTiming;
};

export const NOTHING_RECORDED: NodeRecording = {
  served: 0,
  shown: [],
  stages: [],
  timing: null,
  junction: null,
};
