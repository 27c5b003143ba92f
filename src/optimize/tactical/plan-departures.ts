import { defined } from "../../assert.ts";
import { tablesOf } from "./junction-tables.ts";
import {
  copyState,
  type Departures,
  emptyDepartures,
  emptyMarks,
  emptyStates,
  serveLane,
} from "./lane-serving.ts";
import type { LaneQueue } from "./lane-queue.ts";
import type { ExpectedDelay, PlannedDeparture } from "./policy.ts";
import type { Problem } from "./problem.ts";
import type { Segment } from "./search.ts";

type PlanTold = {
  readonly departures: readonly PlannedDeparture[];
  readonly expected: ExpectedDelay;
};

/**
 * Who leaves over which exit, and when, under a plan: what the neighbours downstream are told; and how long all wait. Who yields is
 * taken to go freely: it moves few of them, and by seconds.
 */
export function planDepartures(problem: Problem, segments: readonly Segment[]): PlanTold {
  const { queues, parameters } = problem;
  const states = emptyStates(queues.length);
  for (let lane = 0; lane < queues.length; lane += 1) copyState(states, lane, problem.states, lane);
  const marks = emptyMarks(queues.length, 1);
  marks.count = 1;
  const told = emptyDepartures(Math.max(0, ...queues.map(({ count }) => count)));
  const planned: PlannedDeparture[] = [];
  let delayVehSeconds = 0;
  for (const [place, { stage, greenAt }] of segments.entries()) {
    const from = segments[place - 1]?.stage ?? stage;
    const goesOn = problem.goesOn[from]?.[stage];
    const service = defined(problem.service[stage], "service");
    marks.at[0] = segments[place + 1]?.leaveAt ?? parameters.horizonSeconds;
    for (const lane of service.served) {
      const own = defined(service.lanes[lane], "lane");
      const queue = defined(queues[lane], "queue");
      if (place > 0 && goesOn?.[lane] !== true) {
        states.freeAt[lane] = Math.max(states.freeAt[lane] ?? 0, greenAt + parameters.startLostSeconds);
        states.released[lane] = 0;
      }
      told.count = 0;
      const first = states.next[lane] ?? 0;
      serveLane(queue, own, lane, states, lane, marks, parameters, undefined, told);
      copyState(states, lane, marks.states, lane);
      delayVehSeconds += delayOf(queue, first, told);
      spread(problem, stage, lane, told, planned);
    }
  }
  for (const [lane, queue] of queues.entries()) {
    delayVehSeconds += waitOf(queue, states.next[lane] ?? 0, parameters.horizonSeconds);
  }
  const vehicles = queues.reduce((sum, { vehiclesSum, count }) => sum + (vehiclesSum[count] ?? 0), 0);
  return { departures: planned, expected: { vehicles, delayVehSeconds } };
}

/** What those waited who left, the first of them at place `first`. */
function delayOf({ earliest }: LaneQueue, first: number, { count, times, vehicles }: Departures): number {
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum += (vehicles[index] ?? 0) * ((times[index] ?? 0) - (earliest[first + index] ?? 0));
  }
  return sum;
}

/** What those wait up to the horizon who are left, from place `first` on. */
function waitOf({ count, earliest, vehicles }: LaneQueue, first: number, horizonSeconds: number): number {
  let sum = 0;
  for (let place = first; place < count; place += 1) {
    sum += (vehicles[place] ?? 0) * Math.max(0, horizonSeconds - (earliest[place] ?? 0));
  }
  return sum;
}

/** Adds the departures of a lane, each spread over the exits of its green streams. */
function spread(
  { junction, outlook }: Problem,
  stage: number,
  lane: number,
  { count, times, vehicles }: Departures,
  planned: PlannedDeparture[],
): void {
  const { greens } = defined(tablesOf(junction).stageLanes[stage]?.[lane], "lane");
  const { streamShares } = defined(outlook.lanes[lane], "outlook");
  let total = 0;
  for (const { place } of greens) total += streamShares[place] ?? 0;
  for (let index = 0; index < count; index += 1) {
    for (const { exit, place } of greens) {
      const share = streamShares[place] ?? 0;
      if (share <= 0) continue;
      planned.push({
        exit,
        inSeconds: times[index] ?? 0,
        vehicles: ((vehicles[index] ?? 0) * share) / total,
      });
    }
  }
}
