import { defined } from "../assert.ts";
import type { Arrival } from "../model/outlook.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import type { ApproachLayout } from "./loop-layout.ts";
import type { LoopQueues } from "./loop-queue.ts";
import { type ApproachQueue, standing as isStanding } from "./loop-silence.ts";
import { type LaneLearning, type LoopLearning, rateAt } from "./loop-learning.ts";

/** A stop-line loop that is silent for so long is doubted once so many vehicles ought to have come: chance e⁻¹⁰, were they Poisson. */
const SILENT_SECONDS = 120;
const MISSED_VEHICLES = 10;
/** A loop that is occupied for so long, and has had green since, is taken to be stuck: nobody stands through that. */
const STUCK_SECONDS = 180;
/** The loops at the begin of an exit, for so long: whoever stands there stands in a jam. */
const EXIT_STUCK_SECONDS = 300;

/**
 * Whether the stop-line loop of a lane is not believed any more: silent although vehicles must come at the rate that it showed last, or
 * occupied through a green. The first change of the loop ends the doubt.
 */
function isDoubted(lane: LaneLearning, at: InstantMs): boolean {
  const { occupied, changedAt, departed, releasedAt, unheardSince } = lane;
  if (unheardSince !== undefined) return true;
  const seconds = msToSeconds(at - changedAt);
  if (occupied) return seconds >= STUCK_SECONDS && releasedAt > changedAt;
  return seconds >= SILENT_SECONDS && seconds * departed.perSecond >= MISSED_VEHICLES;
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
        coming: [],
        lanes: approach.lanes.map((lane) => ({
          ...lane,
          ...free,
          atLineDueAt: undefined,
          unseenVehicles: 0,
          unheardSince: at,
        })),
        loops: approach.loops.map((loop) => ({ ...loop, ...free })),
      };
    }),
    exitOccupiedSince: before.exitOccupiedSince.map(() => undefined),
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
/** Before the first of them leaves; reference `control-algorithms.md` §2. */
const START_LOST_SECONDS = 2.5;
/** As in `loop-outlook.ts`. */
const URGENCY_SECONDS = 120;

/** Length that a standing vehicle takes of its lane. */
const SPACING_METERS = 7.5;

export type SupposedLane = { readonly arrivals: readonly Arrival[]; readonly vehPerSecond: number };

/**
 * What is supposed of a lane whose stop-line loop is doubted: vehicles since its last green ended, less those that left in this one,
 * at the rate that the loop showed last or at that of the advance loops before it, whichever is more; and where a vehicle stands on
 * one of these, a queue that reaches so far. `undefined` while the loop is believed.
 */
export function supposedLane(
  { lanes, loops }: Pick<ApproachQueue, "lanes" | "loops">,
  { advance }: Pick<ApproachLayout, "advance">,
  place: number,
  at: InstantMs,
): SupposedLane | undefined {
  const lane = defined(lanes[place], "lane");
  if (!isDoubted(lane, at)) return undefined;
  const { departed, stoppedAt, released, releasedAt, headwaySeconds, unheardSince } = lane;
  let passing = unheardSince === undefined ? 0 : UNHEARD_VEH_PER_SECOND;
  let standing = 0;
  for (const [index, loop] of loops.entries()) {
    const { priorChances, serves, meters } = defined(advance[index], "loop");
    // Not by the chances that it learnt: from the lane in doubt nobody is seen to leave.
    passing += rateAt(loop.passed, at) * defined(priorChances[place], "lane");
    if (serves[place] === true && isStanding(loop, at) && !isStuck(loop, at)) {
      standing = Math.max(standing, meters / SPACING_METERS);
    }
  }
  const vehPerSecond = SUPPOSED_SURPLUS * Math.max(departed.perSecond, passing);
  const since = msToSeconds(at - Math.max(stoppedAt, departed.at, unheardSince ?? 0));
  const greenSeconds = released ? Math.max(0, msToSeconds(at - releasedAt) - START_LOST_SECONDS) : 0;
  const come = Math.max(0, vehPerSecond * since - greenSeconds / headwaySeconds);
  const waiting = Math.min(SUPPOSED_MAX, Math.max(standing, come));
  const urgency = 1 + since / 2 / URGENCY_SECONDS;
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
      const learnt = approaches[approach]?.lanes[place];
      if (learnt !== undefined && isDoubted(learnt, at)) doubted.add(lane);
    }
  }
  return doubted;
}
