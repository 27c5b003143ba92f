import { defined } from "../assert.ts";
import type { DecisionView } from "../protocol/live.ts";
import type { NodeTables } from "./configuration.ts";
import {
  CANDIDATES_MAX,
  type DecisionInputs,
  EARLIER_MAX,
  reasonOf,
  type StageDecision,
} from "./decisions.ts";
import type { NodeState } from "./state.ts";

/** The adaptive level's last decision; none before the first, and none while nothing is decided. */
export function decisionView({ tactical }: NodeState, { timing, lanes }: NodeTables): DecisionView | null {
  const [first, next] = tactical.stages;
  const { record: decision } = tactical;
  if (decision === null || first === undefined) return null;
  const { at, record, inputs } = decision;
  const stageId = (stage: number): string => defined(timing.stages[stage], "stage").id;
  return {
    at,
    stage: stageId(first.stage),
    next: next === undefined ? null : { stage: stageId(next.stage), startAt: next.startAt },
    candidates: record.candidates.slice(0, CANDIDATES_MAX).map(({ stage, cost }) => ({
      stage: stageId(stage),
      costVehSeconds: Math.round(cost),
    })),
    binding: record.binding,
    expected: expectedView(decision),
    inputs: inputsView(inputs, lanes),
    // The last one that was kept is this one, or one that it repeats.
    earlier: tactical.decisions
      .slice(-1 - EARLIER_MAX, -1)
      .toReversed()
      .map((before) => ({
        at: before.at,
        stage: stageId(before.stages[0]?.stage ?? first.stage),
        reason: reasonOf(before, stageId),
      })),
  };
}

function expectedView({ record: { expected } }: StageDecision): DecisionView["expected"] {
  if (expected === undefined || expected.vehicles === 0) return null;
  const { vehicles, delayVehSeconds } = expected;
  return { vehicles: tenths(vehicles), delaySeconds: tenths(delayVehSeconds / vehicles) };
}

function inputsView(
  { observed, waiting, coming, fullExits, standingInside }: DecisionInputs,
  { lanes, exits }: NodeTables["lanes"],
): DecisionView["inputs"] {
  return {
    observed,
    lanes: lanes.flatMap(({ id }, lane) => {
      const here = { lane: id, waiting: waiting[lane] ?? 0, coming: coming[lane] ?? 0 };
      return here.waiting + here.coming > 0 ? [here] : [];
    }),
    fullExits: fullExits.map((exit) => defined(exits[exit], "exit").link),
    standingInside,
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
