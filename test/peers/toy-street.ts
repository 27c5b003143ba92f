import { defined } from "../../src/assert.ts";
import { laneTable } from "../../src/estimate/lanes.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { Arrival, Outlook } from "../../src/model/outlook.ts";
import { timingTable } from "../../src/model/timing.ts";
import type { Junction, StreetNow, TacticalPolicy } from "../../src/optimize/tactical/policy.ts";
import { second } from "../signal/crossings.ts";

/** Any stage may follow any other. */
export function junctionOf(intersection: Intersection): Junction {
  const timing = timingTable(intersection, 1_000);
  return {
    timing,
    lanes: laneTable(intersection),
    mayFollow: timing.stages.map(() => timing.stages.map(() => true)),
  };
}

/** A vehicle that stands at the line. */
export const STANDING: Arrival = { earliestSeconds: 0, vehicles: 1, urgency: 1.1 };

/** `count` vehicles, the first of which is at the line in so many seconds, 2 s apart. */
export function approaching(count: number, firstSeconds: number): readonly Arrival[] {
  return Array.from({ length: count }, (_, place) => ({
    earliestSeconds: firstSeconds + 2 * place,
    vehicles: 1,
    urgency: 1,
  }));
}

export function standing(count: number): readonly Arrival[] {
  return Array.from({ length: count }, () => STANDING);
}

/** Who comes on each lane of a junction, in the order of its lane table; shares equal among the streams of a lane. */
export function outlookOf(
  { lanes }: Junction,
  arrivals: readonly (readonly Arrival[])[],
  change: {
    readonly exitFull?: readonly number[];
    readonly shares?: Readonly<Record<number, readonly number[]>>;
  } = {},
): Outlook {
  return {
    lanes: lanes.lanes.map(({ streams }, lane) => ({
      arrivals: arrivals[lane] ?? [],
      unseenVehPerSecond: 0,
      sightSeconds: 15,
      streamShares: change.shares?.[lane] ?? streams.map(() => 1 / streams.length),
      headIsNot: [],
      findsNoGap: false,
      heldSeconds: 0,
      delayWeight: 1,
      headwaySeconds: 2,
    })),
    exitFull: lanes.exits.map((_, exit) => change.exitFull?.includes(exit) === true),
    standingInside: [],
  };
}

/** A stage that has been green for so many seconds; the phases of others are red for as long. */
export function showing({ timing }: Junction, stage: number, at: number, greenSeconds: number): StreetNow {
  const { phases } = defined(timing.stages[stage], "stage");
  const since = second(at - greenSeconds);
  return {
    at: second(at),
    stage,
    changing: false,
    stageSince: since,
    phaseSince: timing.phases.map(() => since),
    green: timing.phases.map((_, phase) => phases.includes(phase)),
  };
}

/** Vehicles that come into sight on a lane in a second. */
export type Demand = (lane: number, second: number) => number;

/** One vehicle every `headways[lane]` seconds. */
export function constant(headways: readonly number[]): Demand {
  return (lane, at) => (at % defined(headways[lane], "headway") === 0 ? 1 : 0);
}

export type ToyResult = {
  /** Stage by second; the one that comes during an intergreen. */
  readonly stages: readonly number[];
  readonly waitMaxSeconds: number;
  readonly delaySeconds: number;
  readonly vehicles: number;
};

const SIGHT_SECONDS = 10;
const START_UP_SECONDS = 2;
const HEADWAY_SECONDS = 2;

type Vehicle = { readonly dueAt: number };

/**
 * Lanes that discharge a vehicle every 2 s of green, from 2 s after its begin on and at the rate that `yielding` says where they yield;
 * vehicles are seen 10 s before the line and queue upon it. Each lane has one stream.
 */
export function runToy(
  junction: Junction,
  policy: TacticalPolicy,
  demand: Demand,
  seconds: number,
): ToyResult {
  const { timing, lanes } = junction;
  const queues = lanes.lanes.map((): Vehicle[] => []);
  const freeAt = lanes.lanes.map(() => 0);
  const stages: number[] = [];
  let memory: readonly number[] = [];
  let stage = 0;
  let since = 0;
  let phaseSince = timing.phases.map(() => second(0));
  let waitMaxSeconds = 0;
  let delaySeconds = 0;
  let vehicles = 0;
  for (let now = 0; now < seconds; now += 1) {
    queues.forEach((queue, lane) => {
      for (let count = demand(lane, now); count > 0; count -= 1) queue.push({ dueAt: now + SIGHT_SECONDS });
    });
    stages.push(stage);
    if (now < since) continue;
    const { phases, permissive } = defined(timing.stages[stage], "stage");
    queues.forEach((queue, lane) => {
      const { phase } = defined(lanes.streams[defined(lanes.lanes[lane]?.streams[0], "stream")], "stream");
      const [first] = queue;
      if (first === undefined || !phases.includes(phase)) return;
      if (first.dueAt > now || now < defined(freeAt[lane], "lane") || now < since + START_UP_SECONDS) return;
      queue.shift();
      freeAt[lane] = now + HEADWAY_SECONDS * (permissive.has(phase) ? 2 : 1);
      waitMaxSeconds = Math.max(waitMaxSeconds, now - first.dueAt);
      delaySeconds += now - first.dueAt;
      vehicles += 1;
    });
    const arrivals = queues.map((queue) =>
      queue.map(({ dueAt }): Arrival => {
        const stood = now - dueAt;
        return { earliestSeconds: Math.max(0, -stood), vehicles: 1, urgency: 1 + Math.max(0, stood) / 120 };
      }),
    );
    const street: StreetNow = {
      at: second(now),
      stage,
      changing: false,
      stageSince: second(since),
      phaseSince,
      green: timing.phases.map((_, phase) => phases.includes(phase)),
    };
    const decision = policy(junction, street, outlookOf(junction, arrivals), memory);
    ({ memory } = decision);
    const next = defined(decision.stages[0], "a stage to show").stage;
    if (next === stage) continue;
    const begun = defined(timing.stages[next], "next").phases;
    since = now + defined(timing.intergreenMs[stage]?.[next], "intergreen") / 1_000;
    phaseSince = phaseSince.map((at, phase) =>
      begun.includes(phase) === phases.includes(phase) ? at : second(begun.includes(phase) ? since : now),
    );
    stage = next;
  }
  for (const { dueAt } of queues.flat()) waitMaxSeconds = Math.max(waitMaxSeconds, seconds - dueAt);
  return { stages, waitMaxSeconds, delaySeconds: delaySeconds / Math.max(1, vehicles), vehicles };
}
