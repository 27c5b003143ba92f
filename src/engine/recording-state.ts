import type { CycleTiming } from "../model/plan.ts";
import type { StreetNow } from "../optimize/tactical/policy.ts";
import { after, type InstantMs, MINUTE_MS } from "../units.ts";

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

/** Longer than the longest horizon that can be set. */
const SHOWN_MS = 3 * MINUTE_MS;

/** What the heads show now: kept when it is another green. */
export function shownNow(recording: NodeRecording, street: StreetNow | null): NodeRecording {
  if (street === null || street.changing || recording.shown.at(-1)?.stage === street.stage) return recording;
  const since = after(street.at, -SHOWN_MS);
  // The one that was shown then is needed too.
  const first = Math.max(
    0,
    recording.shown.findLastIndex(({ at }) => at <= since),
  );
  return { ...recording, shown: [...recording.shown.slice(first), { stage: street.stage, at: street.at }] };
}
