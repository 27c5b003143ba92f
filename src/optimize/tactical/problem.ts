import { defined } from "../../assert.ts";
import type { Outlook } from "../../model/outlook.ts";
import { msToSeconds } from "../../units.ts";
import { tablesOf } from "./junction-tables.ts";
import { type LaneQueue, laneQueue } from "./lane-queue.ts";
import { emptyStates, type LaneStates } from "./lane-serving.ts";
import type { TacticalParameters } from "./parameters.ts";
import type { Junction, StreetNow } from "./policy.ts";
import { SearchSpace } from "./search-space.ts";
import { flowsOn, type StageService, stageServices } from "./stage-service.ts";

/** What is worked out once for a search and does not change in it. */
export type Problem = {
  readonly junction: Junction;
  readonly outlook: Outlook;
  readonly queues: readonly LaneQueue[];
  /** By stage. */
  readonly service: readonly StageService[];
  /** `goesOn[from]![to]![lane]`: a lane that flows through the change. */
  readonly goesOn: readonly (readonly (readonly boolean[])[])[];
  readonly parameters: TacticalParameters;
  /** `[from]![to]!`: from the end of a green to the begin of the next, seconds. */
  readonly intergreenSeconds: readonly (readonly number[])[];
  /** Least green of a stage, seconds. */
  readonly greenMinSeconds: readonly number[];
  readonly stage: number;
  /** Lane states as they are now. */
  readonly states: LaneStates;
  /** Longest time that the running stage may stay, seconds from now. */
  readonly holdMaxSeconds: number;
  /** Stages that may be changed to now. */
  readonly allowed: readonly boolean[];
};

/** The problem of one search. Its queues lie in `space` and hold until the next problem is made there. */
export function problemOf(
  junction: Junction,
  street: StreetNow,
  outlook: Outlook,
  allowed: readonly boolean[],
  parameters: TacticalParameters,
  space: SearchSpace = new SearchSpace(),
): Problem {
  const { greenMinSeconds, greenMaxSeconds, intergreenSeconds } = tablesOf(junction);
  const elapsed = msToSeconds(street.at - street.stageSince);
  const states = emptyStates(outlook.lanes.length);
  const service = stageServices(junction, outlook);
  // A lane that has just begun loses what is left of its start; one that flows goes on, unless its first vehicle is held up.
  const startLost = Math.max(0, parameters.startLostSeconds - elapsed);
  for (const [lane, { heldSeconds }] of outlook.lanes.entries()) {
    states.freeAt[lane] = Math.max(startLost, heldSeconds);
  }
  return {
    junction,
    outlook,
    queues: outlook.lanes.map((lane, index) => {
      const queue = laneQueue(lane, parameters.horizonSeconds, space.queues[index]);
      space.queues[index] = queue;
      return queue;
    }),
    service,
    goesOn: flowsOn(junction, outlook, service),
    parameters,
    intergreenSeconds,
    greenMinSeconds,
    stage: street.stage,
    states,
    holdMaxSeconds: Math.max(0, defined(greenMaxSeconds[street.stage], "stage") - elapsed),
    allowed,
  };
}
