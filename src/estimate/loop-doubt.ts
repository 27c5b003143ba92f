import { defined } from "../assert.ts";
import type { Arrival } from "../model/outlook.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { LaneTable } from "./lanes.ts";
import { NOBODY_INSIDE } from "./loop-inside.ts";
import type { ApproachLayout } from "./loop-layout.ts";
import type { LoopQueues } from "./loop-queue.ts";
import { type ApproachQueue, standing as isStanding } from "./loop-silence.ts";
import { hasMissed, laneChances, leftIn, type LoopLearning, rateAt } from "./loop-learning.ts";
import { URGENCY_SECONDS } from "./urgency.ts";

/** A loop that is occupied for so long, and has had green since, is taken to be stuck: nobody stands through that. */
const STUCK_SECONDS = 180;
/** Of that green, at least so much. */
const STUCK_GREEN_SECONDS = 20;
/** The loops at the begin of an exit, for so long: whoever stands there stands in a jam. */
const EXIT_STUCK_SECONDS = 300;
/** All loops of an approach are doubted when silent for so long, once so many vehicles ought to have come. */
const SILENT_SECONDS = 180;
const SILENT_VEHICLES = 30;

/**
 * Whether the stop-line loop of a lane is not believed any more: silent although the advance loops let vehicles by, or silent with
 * all loops of its approach although vehicles must come at the rates of before, or occupied through a green, or not heard since the
 * controller was linked again. The first change of the loop ends the doubt.
 */
function isDoubted(approach: Loops, place: number, at: InstantMs): boolean {
  const lane = defined(approach.lanes[place], "lane");
  const { occupied, changedAt, released, releasedAt, unheardSince } = lane;
  if (unheardSince !== undefined || hasMissed(lane, at)) return true;
  if (!occupied) return isSilent(approach, at);
  const hadGreen =
    releasedAt > changedAt && (!released || msToSeconds(at - releasedAt) >= STUCK_GREEN_SECONDS);
  return hadGreen && msToSeconds(at - changedAt) >= STUCK_SECONDS;
}

type Loops = Pick<ApproachQueue, "lanes" | "loops">;

function isSilent({ lanes, loops }: Loops, at: InstantMs): boolean {
  const all = [...lanes, ...loops];
  if (all.some(({ occupied }) => occupied)) return false;
  const seconds = msToSeconds(at - Math.max(...all.map(({ changedAt }) => changedAt)));
  const vehPerSecond = lanes.reduce((sum, { departed }) => sum + departed.perSecond, 0);
  return seconds >= SILENT_SECONDS && vehPerSecond * seconds >= SILENT_VEHICLES;
}

/**
 * What is known of the queues when loops are heard again after a while in which they were not: what was learnt stays, who was there is
 * forgotten, and each lane is in doubt until its loop changes.
 */
export function heardAgain(before: LoopQueues, at: InstantMs): LoopQueues {
  return {
    ...before,
    approaches: before.approaches.map((approach): ApproachQueue => {
      const free = { occupied: false, changedAt: at } as const;
      return {
        ...approach,
        at,
        vehicles: [],
        lanes: approach.lanes.map((lane) => ({
          ...lane,
          ...free,
          refused: 0,
          gaplessSeconds: 0,
          atLineDueAt: undefined,
          unseenVehicles: 0,
          missed: 0,
          missedQueue: 0,
          unheardSince: at,
        })),
        loops: approach.loops.map((loop) => ({ ...loop, ...free })),
      };
    }),
    inside: NOBODY_INSIDE,
    exitOccupiedSince: before.exitOccupiedSince.map(() => undefined),
  };
}

/**
 * What is known of the queues when a loop is taken for faulty: whatever it told is forgotten, and nothing more of it is to be told until it is
 * good again. Its lane is in doubt until then.
 */
export function loopFailed(
  before: LoopQueues,
  table: LaneTable,
  detector: number,
  at: InstantMs,
): LoopQueues {
  const { geometry } = before;
  const free = { occupied: false, changedAt: at } as const;
  return {
    ...before,
    approaches: before.approaches.map((approach, place): ApproachQueue => {
      const { lanes, advance } = defined(geometry.approaches[place], "approach");
      const isAt = (index: number): boolean =>
        defined(table.lanes[defined(lanes[index], "lane")], "lane").stopLineLoops.includes(detector);
      return {
        ...approach,
        lanes: approach.lanes.map((lane, index) =>
          isAt(index)
            ? {
                ...lane,
                ...free,
                refused: 0,
                gaplessSeconds: 0,
                atLineDueAt: undefined,
                missed: 0,
                missedQueue: 0,
                unheardSince: at,
              }
            : lane,
        ),
        loops: approach.loops.map((loop, index) =>
          advance[index]?.detector === detector ? { ...loop, ...free } : loop,
        ),
      };
    }),
    exitOccupiedSince: before.exitOccupiedSince.map((since, index) =>
      index === detector ? undefined : since,
    ),
  };
}

/** Whether an advance loop is not believed any more. */
export function isStuck({ occupied, changedAt }: LoopLearning, at: InstantMs): boolean {
  return occupied && msToSeconds(at - changedAt) >= STUCK_SECONDS;
}

/** Whether a loop at the begin of an exit is not believed any more. */
export function isExitStuck(occupiedSince: InstantMs, at: InstantMs): boolean {
  return msToSeconds(at - occupiedSince) >= EXIT_STUCK_SECONDS;
}

/** Of a lane that may hold somebody whom nobody heard come, at least so many are supposed to come: one in a minute of red. */
const UNHEARD_VEH_PER_SECOND = 1 / 60;
/** Rather too many than too few: who is not seen is not missed either. */
const SUPPOSED_SURPLUS = 1.25;
/** A lane is supposed to hold at most so many. */
const SUPPOSED_MAX = 30;
/** Length that a standing vehicle takes of its lane. */
const SPACING_METERS = 7.5;

export type SupposedLane = { readonly arrivals: readonly Arrival[]; readonly vehPerSecond: number };

/**
 * What is supposed of a lane whose stop-line loop is doubted: those whom the advance loops let by and who cannot have left, or as many
 * as came before in the time since its last green, and where a vehicle stands on an advance loop a queue that reaches so far.
 * `undefined` while the loop is believed.
 */
export function supposedLane(
  approach: Loops,
  { advance }: Pick<ApproachLayout, "advance">,
  place: number,
  at: InstantMs,
  urgencySeconds: number = URGENCY_SECONDS,
): SupposedLane | undefined {
  if (!isDoubted(approach, place, at)) return undefined;
  const lane = defined(approach.lanes[place], "lane");
  const { departed, stoppedAt, unheardSince, missedQueue } = lane;
  let passing = unheardSince === undefined ? 0 : UNHEARD_VEH_PER_SECOND;
  let standing = 0;
  for (const [index, loop] of approach.loops.entries()) {
    const before = defined(advance[index], "loop");
    passing += rateAt(loop.passed, at) * defined(laneChances(loop, before)[place], "lane");
    if (before.serves[place] === true && isStanding(loop, at) && !isStuck(loop, at)) {
      standing = Math.max(standing, before.meters / SPACING_METERS);
    }
  }
  const vehPerSecond = SUPPOSED_SURPLUS * Math.max(departed.perSecond, passing);
  const since = msToSeconds(at - Math.max(stoppedAt, departed.at, unheardSince ?? 0));
  // Where advance loops count, they count better than any rate.
  const come = hasMissed(lane, at) ? missedQueue : Math.max(missedQueue, vehPerSecond * since);
  const waiting = Math.min(SUPPOSED_MAX, Math.max(standing, leftIn(lane, come, at)));
  const urgency = 1 + since / 2 / urgencySeconds;
  const arrivals = Array.from({ length: Math.ceil(waiting) }, (_, index): Arrival => {
    return { earliestSeconds: 0, vehicles: Math.min(1, waiting - index), urgency };
  });
  return { arrivals, vehPerSecond };
}

/** Silence of every loop is doubted after so long, once so many vehicles ought to have come to the stop lines. */
const ALL_SILENT_SECONDS = 60;
const ALL_MISSED_VEHICLES = 20;
/** No change of any loop for so long although some are occupied: what they tell is old. */
const ALL_FROZEN_SECONDS = 120;

/**
 * Whether nothing that the loops of an intersection tell can be believed: none of them has changed since `heardAt`, although vehicles
 * must have come by the rates of then, or stand on some of them.
 */
export function isBlind(
  { approaches, exitOccupiedSince }: LoopQueues,
  heardAt: InstantMs,
  at: InstantMs,
): boolean {
  const seconds = msToSeconds(at - heardAt);
  if (seconds < ALL_SILENT_SECONDS) return false;
  const occupied =
    approaches.some(({ lanes, loops }) => [...lanes, ...loops].some((loop) => loop.occupied)) ||
    exitOccupiedSince.some((since) => since !== undefined);
  if (occupied) return seconds >= ALL_FROZEN_SECONDS;
  const vehPerSecond = approaches
    .flatMap(({ lanes }) => lanes)
    .reduce((sum, { departed }) => sum + rateAt(departed, heardAt), 0);
  return vehPerSecond * seconds >= ALL_MISSED_VEHICLES;
}

/** The stop-line lanes, as indices of the lane table, whose loops are not believed. */
export function doubtedLanes({ approaches, geometry }: LoopQueues, at: InstantMs): ReadonlySet<number> {
  const doubted = new Set<number>();
  for (const [approach, layout] of geometry.approaches.entries()) {
    for (const [place, lane] of layout.lanes.entries()) {
      if (isDoubted(defined(approaches[approach], "approach"), place, at)) doubted.add(lane);
    }
  }
  return doubted;
}
