import { defined } from "../assert.ts";

/** What is known of an approach when an interval ends. */
export type CongestionEvidence = {
  /** Share of the greens that failed, smoothed over the last intervals, of the worst of its lanes. */
  readonly failedShare: number;
  /** Share of the interval for which an advance loop was covered; much is a queue that reaches back to it. */
  readonly advanceOccupancyRatio: number;
  /** What the loops where the approach begins showed; `null` where there are none, and nothing is said of spillback. */
  readonly begin: {
    readonly occupancyRatio: number;
    /** Vehicles that came less those that left, over what fits between begin and stop line. */
    readonly filledShare: number;
  } | null;
  /** By interval ahead, nearest first: demand over what the greens of the interval that ended could let go at saturation. */
  readonly saturation: readonly number[];
};

/** By interval, nearest first: probabilities. */
export type CongestionRisk = {
  /** A residual queue is left at the end of greens over the interval: demand exceeds capacity. */
  readonly oversaturated: readonly number[];
  /** A queue stands at the begin of the approach; none where nobody can see it. */
  readonly spillback: readonly number[];
};

/** Of the logit: what each piece of evidence adds. Roots, since the first seconds of a standing queue tell most. */
type OversaturationWeights = {
  readonly base: number;
  readonly failedShare: number;
  readonly advanceOccupancyRoot: number;
  readonly saturation: number;
};

type SpillbackWeights = {
  readonly base: number;
  readonly beginOccupancyRoot: number;
  readonly advanceOccupancyRoot: number;
  readonly filledShare: number;
};

/** By lead. Logistic regressions on the plant's own queues; how they were fitted and what they are worth: DESIGN.md. */
const OVERSATURATION: readonly OversaturationWeights[] = [
  { base: -6.53, failedShare: 2.95, advanceOccupancyRoot: 4.44, saturation: 2.58 },
  { base: -5.8, failedShare: 2.25, advanceOccupancyRoot: 4.06, saturation: 2.37 },
  { base: -5.41, failedShare: 1.9, advanceOccupancyRoot: 3.64, saturation: 2.4 },
];
const SPILLBACK: readonly SpillbackWeights[] = [
  { base: -13.24, beginOccupancyRoot: 14.57, advanceOccupancyRoot: 7.52, filledShare: 5.83 },
  { base: -10.15, beginOccupancyRoot: 9.56, advanceOccupancyRoot: 6.61, filledShare: 3.77 },
  { base: -8.92, beginOccupancyRoot: 6.99, advanceOccupancyRoot: 6.73, filledShare: 1.9 },
];

/** Intervals that are looked at ahead: a quarter of an hour of five-minute ones. */
export const INTERVALS_AHEAD = OVERSATURATION.length;

/** Lanes that hardly got any green say little of how much too little it was. */
const SATURATION_MAX = 2.5;

/** How likely each interval ahead is to be congested, from what the one that ended showed and what is forecast. */
export function congestionRisk(evidence: CongestionEvidence): CongestionRisk {
  const { failedShare, begin, saturation } = evidence;
  const queued = Math.sqrt(evidence.advanceOccupancyRatio);
  return {
    oversaturated: OVERSATURATION.map((weights, lead) =>
      logistic(
        weights.base +
          weights.failedShare * failedShare +
          weights.advanceOccupancyRoot * queued +
          weights.saturation * Math.min(SATURATION_MAX, defined(saturation[lead], "saturation")),
      ),
    ),
    spillback:
      begin === null
        ? []
        : SPILLBACK.map((weights) =>
            logistic(
              weights.base +
                weights.beginOccupancyRoot * Math.sqrt(begin.occupancyRatio) +
                weights.advanceOccupancyRoot * queued +
                weights.filledShare * begin.filledShare,
            ),
          ),
  };
}

function logistic(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
