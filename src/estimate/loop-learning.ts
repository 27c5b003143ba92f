import { defined } from "../assert.ts";
import { after, type InstantMs, msToSeconds } from "../units.ts";

/** Events per second as an exponential mean, as it stood at `at`. */
export type Rate = { readonly perSecond: number; readonly at: InstantMs };

/** Memory of rates, `control-algorithms.md` §2. */
const RATE_SECONDS = 300;

export function rateAt({ perSecond, at }: Rate, now: InstantMs): number {
  return now <= at ? perSecond : perSecond * Math.exp(-msToSeconds(now - at) / RATE_SECONDS);
}

export function counted(rate: Rate, now: InstantMs, vehicles: number): Rate {
  return { perSecond: rateAt(rate, now) + vehicles / RATE_SECONDS, at: now > rate.at ? now : rate.at };
}

/** What one advance loop has taught. */
export type LoopLearning = {
  readonly occupied: boolean;
  readonly changedAt: InstantMs;
  readonly passed: Rate;
  /** By lane of the approach, and last those that never came: vehicles seen here and where they left, fading. */
  readonly seen: readonly number[];
  /** How much later than by distance and free speed vehicles come to the stop line. */
  readonly biasSeconds: number;
};

/** Old counts fade by this with each vehicle: about the last hundred are remembered. */
const SEEN_FADING = 0.99;
/** Vehicles that the prior counts for. */
const PRIOR_VEHICLES = 4;
export function learnLane(loop: LoopLearning, place: number, vehicles: number): LoopLearning {
  if (vehicles === 0) return loop;
  const fading = SEEN_FADING ** vehicles;
  return {
    ...loop,
    seen: loop.seen.map((count, index) => count * fading + (index === place ? vehicles : 0)),
  };
}

/** What a loop's place makes expect of the vehicles it sees, before counting. */
export type LoopPrior = {
  /** By lane of the approach: probability of leaving there; the rest to 1 is that the vehicle never comes. */
  readonly priorChances: readonly number[];
};

/** Probability of each lane for the next vehicle; the rest to 1 is that it never comes. */
export function laneChances({ seen }: LoopLearning, { priorChances }: LoopPrior): readonly number[] {
  const total = vehiclesOf(seen);
  return priorChances.map(
    (chance, place) => (chance * PRIOR_VEHICLES + defined(seen[place], "lane")) / total,
  );
}

/** How many vehicles the chances are counted from, those of the prior included. */
function vehiclesOf(seen: readonly number[]): number {
  let total = PRIOR_VEHICLES;
  for (const count of seen) total += count;
  return total;
}

/** The same without what is assumed: none where nobody was ever seen to go. */
export function learntChances({ seen }: LoopLearning): readonly number[] {
  const total = vehiclesOf(seen);
  return seen.map((count) => count / total);
}

/** Share of the vehicles seen here that never come to a stop line of the approach. */
export function missingShare({ seen }: LoopLearning, { priorChances }: LoopPrior): number {
  // The sum of `laneChances`, asked for so often that no list of them is made.
  const total = vehiclesOf(seen);
  let coming = 0;
  for (const [place, chance] of priorChances.entries()) {
    coming += (chance * PRIOR_VEHICLES + defined(seen[place], "lane")) / total;
  }
  return 1 - coming;
}

const BIAS_GAIN = 0.1;
const BIAS_MAX_SECONDS = 6;

export function learnBias(loop: LoopLearning, lateSeconds: number): LoopLearning {
  const moved = loop.biasSeconds + BIAS_GAIN * lateSeconds;
  return { ...loop, biasSeconds: Math.max(-BIAS_MAX_SECONDS, Math.min(BIAS_MAX_SECONDS, moved)) };
}

/** What one lane at the stop line shows and has taught. */
export type LaneLearning = {
  /** A vehicle is on the stop-line loop. */
  readonly occupied: boolean;
  readonly changedAt: InstantMs;
  /** Who stands or rolls on the stop-line loop: when it was due there. */
  readonly atLineDueAt: InstantMs | undefined;
  readonly departed: Rate;
  /** Those of them that no advance loop had seen. */
  readonly unforeseen: Rate;
  /** Vehicles that came unseen since one was last supposed, in expectation. */
  readonly unseenVehicles: number;
  readonly released: boolean;
  readonly releasedAt: InstantMs;
  /** Bit i: the lane's stream at place i has a green that yields to nobody; and since when these have it. */
  readonly openStreams: number;
  readonly openedAt: InstantMs;
  /** Likewise: streams through whose green the vehicle on the stop-line loop has stood. */
  readonly refused: number;
  /** Some stream has a green that yields since then; and how long the vehicle on the loop has stood in such greens before. */
  readonly yieldsSince: InstantMs | undefined;
  readonly gaplessSeconds: number;
  /** Its loop may have changed unheard before this instant, and has not changed since; `undefined` where every change was heard. */
  readonly unheardSince?: InstantMs | undefined;
  /** Vehicles of the advance loops that were to come here since the stop-line loop changed last, by what they did before. */
  readonly missed: number;
  /**
   * Those, those of whom it is only assumed, and half as many again, who cannot have left in the greens that have ended since: the first of
   * them were taken to have gone elsewhere, and too long a green does less harm than a queue that nobody sees.
   */
  readonly missedQueue: number;
  /** When its last green ended. */
  readonly stoppedAt: InstantMs;
  /** Departures since then without a gap, and the last of them. */
  readonly run: number;
  readonly lastDepartureAt: InstantMs;
  readonly headwaySeconds: number;
};

/** Before any is measured; `control-algorithms.md` §2. */
const PRIOR_HEADWAY_SECONDS = 2;
const HEADWAY_MIN_SECONDS = 1.6;
const HEADWAY_MAX_SECONDS = 2.6;
const HEADWAY_GAIN = 0.05;
/** A gap of more than this is not one between queued vehicles. */
const QUEUE_GAP_SECONDS = 3.5;
/** From this departure of a green on headways are those of saturation; Highway Capacity Manual. */
const SATURATED_FROM = 4;

export function newLane(at: InstantMs): LaneLearning {
  return {
    occupied: false,
    changedAt: at,
    atLineDueAt: undefined,
    missed: 0,
    missedQueue: 0,
    departed: { perSecond: 0, at },
    unforeseen: { perSecond: 0, at },
    unseenVehicles: 0,
    released: false,
    releasedAt: at,
    openStreams: 0,
    openedAt: at,
    refused: 0,
    yieldsSince: undefined,
    gaplessSeconds: 0,
    stoppedAt: at,
    run: 0,
    lastDepartureAt: at,
    headwaySeconds: PRIOR_HEADWAY_SECONDS,
  };
}

/** A vehicle left the stop line. */
export function learnDeparture(lane: LaneLearning, at: InstantMs): LaneLearning {
  const gap = msToSeconds(at - lane.lastDepartureAt);
  const first = lane.lastDepartureAt < lane.releasedAt;
  const inQueue = lane.released && (first || gap <= QUEUE_GAP_SECONDS);
  const run = inQueue ? lane.run + 1 : 0;
  const bounded = Math.max(HEADWAY_MIN_SECONDS, Math.min(HEADWAY_MAX_SECONDS, gap));
  return {
    ...lane,
    departed: counted(lane.departed, at, 1),
    run,
    lastDepartureAt: at,
    headwaySeconds:
      run >= SATURATED_FROM
        ? lane.headwaySeconds + HEADWAY_GAIN * (bounded - lane.headwaySeconds)
        : lane.headwaySeconds,
  };
}

/** The lane may go, or may go no more: green and yellow for any of its streams. */
export function released(lane: LaneLearning, going: boolean, at: InstantMs): LaneLearning {
  if (lane.released === going) return lane;
  return going
    ? { ...lane, released: true, releasedAt: at, run: 0 }
    : { ...lane, released: false, stoppedAt: at, missedQueue: leftIn(lane, lane.missedQueue, at) };
}

/** From now on these streams of the lane, by bit, have a green that yields to nobody, and whether some have one that yields. */
export function opened(
  lane: LaneLearning,
  openStreams: number,
  yields: boolean,
  at: InstantMs,
): LaneLearning {
  if (lane.openStreams === openStreams && (lane.yieldsSince !== undefined) === yields) return lane;
  return {
    ...lane,
    ...(lane.openStreams === openStreams
      ? {}
      : { refused: refusedStreams(lane, at), openStreams, openedAt: at }),
    yieldsSince: yields ? (lane.yieldsSince ?? at) : undefined,
    gaplessSeconds: yields && lane.yieldsSince !== undefined ? lane.gaplessSeconds : gaplessSeconds(lane, at),
  };
}

/** How long the first vehicle has stood in greens that yield. */
function gaplessSeconds(
  { occupied, changedAt, yieldsSince, gaplessSeconds: before }: LaneLearning,
  at: InstantMs,
): number {
  if (!occupied || yieldsSince === undefined) return before;
  return before + msToSeconds(at - Math.max(changedAt, yieldsSince));
}

/** Who has stood for so long in greens that yield is not going to find a gap soon. */
const NO_GAP_SECONDS = 15;

/** Whether the first vehicle of a lane has waited in vain for a gap. */
export function findsNoGap(lane: LaneLearning, at: InstantMs): boolean {
  return gaplessSeconds(lane, at) >= NO_GAP_SECONDS;
}

/** Who stands on the stop-line loop for so long in a green that yields to nobody is of another stream of the lane. */
const REFUSES_SECONDS = 4;

/** Streams, by bit, that the first vehicle of a lane is not of: it would have gone in their green. */
export function refusedStreams(lane: LaneLearning, at: InstantMs): number {
  return stoodInGreenSeconds(lane, at) > 0 ? lane.refused | lane.openStreams : lane.refused;
}

/**
 * How long the first vehicle of a lane has stood in the running green, which yields to nobody; 0 where it has not yet stood as long as who
 * is going to leave may.
 */
export function stoodInGreenSeconds(
  { occupied, changedAt, openStreams, openedAt }: LaneLearning,
  at: InstantMs,
): number {
  const stood = msToSeconds(at - Math.max(changedAt, openedAt));
  return occupied && openStreams !== 0 && stood >= REFUSES_SECONDS ? stood : 0;
}

/** From the begin of green to the first departure; `control-algorithms.md` §2. */
const START_LOST_SECONDS = 2.5;

/** What is left of a queue by `at`, when it has been served at saturation since the begin of the running green. */
export function leftIn(
  { released: going, releasedAt, headwaySeconds }: LaneLearning,
  queue: number,
  at: InstantMs,
): number {
  const seconds = going ? Math.max(0, msToSeconds(at - releasedAt) - START_LOST_SECONDS) : 0;
  return Math.max(0, queue - seconds / headwaySeconds);
}

export const MISSED_SURPLUS = 1.5;

/** A stop-line loop has said nothing for so long, and to so many that were to come: chance e⁻⁸, were they to turn off one by one. */
const MISSED_SECONDS = 30;
const MISSED_VEHICLES = 8;

/** Whether vehicles that advance loops saw must have come to a stop-line loop that is silent. */
export function hasMissed({ occupied, changedAt, missed }: LaneLearning, at: InstantMs): boolean {
  return !occupied && missed >= MISSED_VEHICLES && msToSeconds(at - changedAt) >= MISSED_SECONDS;
}

export function laterOf(at: InstantMs, seconds: number): InstantMs {
  return after(at, seconds * 1000);
}
