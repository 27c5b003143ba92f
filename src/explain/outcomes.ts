import { defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import type { TacticalDecision } from "../optimize/tactical/policy.ts";
import type { Retiming } from "../optimize/retime.ts";
import { expectedDelaySeconds } from "../optimize/split-choice.ts";
import type { StageOutcome, TimingOutcome } from "./record.ts";
import { decideStage, type StageProblem } from "./stage-problem.ts";
import { tableOf } from "./site.ts";
import { decideTimings, type TimingProblem } from "./timing-problem.ts";

/** A stage decision in the names of the configuration. */
export function stageOutcome(
  { stages: named }: Pick<TimingTable, "stages">,
  { stages, departures, record }: TacticalDecision,
): StageOutcome {
  const idOf = (stage: number): string => defined(named[stage], "stage").id;
  const { expected } = record;
  const served = departures?.reduce((sum, { vehicles }) => sum + vehicles, 0) ?? 0;
  return {
    stages: stages.map(({ stage, startAt }) => ({ stage: idOf(stage), startAt })),
    candidates: record.candidates.map(({ stage, cost }) => ({ stage: idOf(stage), costVehSeconds: cost })),
    ...(expected === undefined ? {} : { expected: { ...expected, served } }),
  };
}

/** What the group's decision is for one of its intersections. */
export function timingOutcome(
  problem: TimingProblem,
  { choices, considered }: Retiming,
  place: number,
): TimingOutcome {
  const { site, running, lanes } = defined(problem.nodes[place], "node");
  const { timing, reason } = defined(choices[place], "choice");
  const delayOf = (one: CycleTiming): number => expectedDelaySeconds(tableOf(site), one, lanes);
  return {
    timing,
    reason,
    considered,
    expected: { runningSeconds: delayOf(running), chosenSeconds: delayOf(timing) },
  };
}

/** The stage decision made again. */
export function stageDecidedAgain(problem: StageProblem): StageOutcome {
  return stageOutcome(tableOf(problem.junction.site), decideStage(problem));
}

/** The group's decision made again, as it is for one intersection. */
export function timingDecidedAgain(problem: TimingProblem, intersection: string): TimingOutcome {
  const place = problem.nodes.findIndex(({ id }) => id === intersection);
  return timingOutcome(problem, decideTimings(problem), place);
}
