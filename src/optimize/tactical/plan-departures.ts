import { defined } from "../../assert.ts";
import { copyStates, emptyDepartures, emptyMarks, emptyStates, serveLane } from "./lane-serving.ts";
import type { PlannedDeparture } from "./policy.ts";
import type { Problem, Segment } from "./search.ts";

/** Who leaves over which exit, and when, under a plan: what the neighbours downstream are told. */
export function planDepartures(problem: Problem, segments: readonly Segment[]): readonly PlannedDeparture[] {
  const { queues, parameters } = problem;
  const { lanes } = problem.junction;
  const exitOf = new Map(lanes.exits.flatMap(({ streams }, exit) => streams.map((stream) => [stream, exit])));
  const states = emptyStates(queues.length);
  copyStates(states, problem.states);
  const marks = emptyMarks(queues.length, 1);
  marks.count = 1;
  const planned: PlannedDeparture[] = [];
  for (const [place, { stage, greenAt }] of segments.entries()) {
    const from = segments[place - 1]?.stage ?? stage;
    marks.at[0] = segments[place + 1]?.leaveAt ?? parameters.horizonSeconds;
    for (const [lane, service] of defined(problem.service[stage], "service").entries()) {
      if (service.share <= 0) continue;
      if (place > 0 && problem.goesOn[from]?.[stage]?.[lane] !== true) {
        states.freeAt[lane] = Math.max(states.freeAt[lane] ?? 0, greenAt + parameters.startLostSeconds);
        states.released[lane] = 0;
      }
      const queue = defined(queues[lane], "queue");
      const told = emptyDepartures(queue.count);
      serveLane(queue, service, lane, states, marks, parameters, undefined, told);
      const after = defined(marks.states[0], "mark");
      states.next[lane] = after.next[lane] ?? 0;
      states.freeAt[lane] = after.freeAt[lane] ?? 0;
      states.released[lane] = after.released[lane] ?? 0;
      for (let index = 0; index < told.count; index += 1) {
        planned.push(
          ...spread(problem, exitOf, stage, lane, told.times[index] ?? 0, told.vehicles[index] ?? 0),
        );
      }
    }
  }
  return planned;
}

function spread(
  { junction: { lanes, timing }, outlook }: Problem,
  exitOf: ReadonlyMap<number, number>,
  stage: number,
  lane: number,
  inSeconds: number,
  vehicles: number,
): readonly PlannedDeparture[] {
  const { phases } = defined(timing.stages[stage], "stage");
  const { streamShares } = defined(outlook.lanes[lane], "outlook");
  const green = defined(lanes.lanes[lane], "lane").streams.flatMap((index, place) => {
    const exit = exitOf.get(index);
    const { phase } = defined(lanes.streams[index], "stream");
    return exit !== undefined && phases.includes(phase) ? [{ exit, share: streamShares[place] ?? 0 }] : [];
  });
  const total = green.reduce((sum, { share }) => sum + share, 0);
  return green.flatMap(({ exit, share }) =>
    share > 0 ? [{ exit, inSeconds, vehicles: (vehicles * share) / total }] : [],
  );
}
