import type { Outlook } from "../model/outlook.ts";
import type { DecisionRecord, TacticalDecision } from "../optimize/tactical/policy.ts";
import type { InstantMs } from "../units.ts";

/** What a stage decision was made on, as little as explains it. */
export type DecisionInputs = {
  /** Which detectors told of who comes. */
  readonly observed: "loops" | "zone";
  /** By stop-line lane, vehicles to a tenth: those that have been held up or stand in the way of others, and those still to come. */
  readonly waiting: readonly number[];
  readonly coming: readonly number[];
  /** Exits that nobody more may be let into, as indices of the lane table. */
  readonly fullExits: readonly number[];
  /** Vehicles that stand inside the junction. */
  readonly standingInside: number;
};

/** One decision of the adaptive level: on what, between what, bound by what, and which. */
export type StageDecision = {
  readonly at: InstantMs;
  readonly stages: TacticalDecision["stages"];
  readonly record: DecisionRecord;
  readonly inputs: DecisionInputs;
};

/** Choices that a decision is kept and shown with: the cheapest. */
export const CANDIDATES_MAX = 4;
/** Decisions before the last one that are shown with it. */
export const EARLIER_MAX = 3;
/** Decisions of an intersection that are kept: as many as are shown. Each takes about 1 kB. */
const KEPT_MAX = EARLIER_MAX + 1;

export function stageDecision(
  at: InstantMs,
  { stages, record }: TacticalDecision,
  outlook: Outlook,
  observed: DecisionInputs["observed"],
): StageDecision {
  return { at, stages, record, inputs: inputsOf(outlook, observed) };
}

function inputsOf(
  { lanes, exitFull, standingInside }: Outlook,
  observed: DecisionInputs["observed"],
): DecisionInputs {
  // Lists of this length, since those that are put together take room for seventeen and several decisions are kept.
  const waiting = lanes.map(() => 0);
  const coming = lanes.map(() => 0);
  for (const [lane, { arrivals }] of lanes.entries()) {
    let held = 0;
    let free = 0;
    for (const { vehicles, urgency } of arrivals) {
      if (urgency > 1) held += vehicles;
      else free += vehicles;
    }
    waiting[lane] = Math.round(held * 10) / 10;
    coming[lane] = Math.round(free * 10) / 10;
  }
  return {
    observed,
    waiting,
    coming,
    fullExits: exitFull.flatMap((full, exit) => (full ? [exit] : [])),
    standingInside: standingInside.reduce((sum, { vehicles }) => sum + vehicles, 0),
  };
}

/**
 * The decisions that are kept, newest last. One that chooses the same, against the same next best, bound by the same and before the
 * same full exits as the last, says nothing new: a stage is held for many seconds on end.
 */
export function keptWith(kept: readonly StageDecision[], decision: StageDecision): readonly StageDecision[] {
  const last = kept.at(-1);
  if (last !== undefined && saysTheSame(last, decision)) return kept;
  const { record } = decision;
  const candidates = record.candidates.slice(0, CANDIDATES_MAX);
  return [...kept, { ...decision, record: { ...record, candidates } }].slice(-KEPT_MAX);
}

function saysTheSame(left: StageDecision, right: StageDecision): boolean {
  return (
    left.stages[0]?.stage === right.stages[0]?.stage &&
    rivalOf(left) === rivalOf(right) &&
    left.record.binding === right.record.binding &&
    left.inputs.observed === right.inputs.observed &&
    left.inputs.fullExits.join() === right.inputs.fullExits.join()
  );
}

/** The cheapest choice beside the one that was made. */
function rivalOf({ stages, record }: StageDecision): number | undefined {
  return record.candidates.find(({ stage }) => stage !== stages[0]?.stage)?.stage;
}

/** Why, in a sentence: the two cheapest choices, and what bound them. */
export function reasonOf(decision: StageDecision | null, stageId: (stage: number) => string): string {
  if (decision === null) return "first decision";
  const { candidates, binding } = decision.record;
  const [best, other] = candidates;
  const bound = binding === null ? "" : `; ${binding}`;
  if (best === undefined || other === undefined) return `no choice${bound}`;
  return `${stageId(best.stage)} ${best.cost.toFixed(0)} before ${stageId(other.stage)} ${other.cost.toFixed(0)} veh·s${bound}`;
}
