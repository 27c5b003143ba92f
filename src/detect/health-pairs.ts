import { type Dispersion, dispersionOf, drifted, squareOf } from "./health-dispersion.ts";

/** What a detector and one neighbour have counted together while both were good, and what speaks against that since. */
export type PairLearning = Dispersion & {
  /** Vehicles of both, fading over some hours. */
  readonly own: number;
  readonly other: number;
  /** Log-likelihood ratio that the detector tells half, or twice, what it did beside this neighbour; not below 0. */
  readonly fewer: number;
  readonly more: number;
  /** Vehicles of the neighbour since the detector saw its last one. */
  readonly unheard: number;
};

export const PAIR_START: PairLearning = {
  own: 0,
  other: 0,
  drift: 0,
  squares: 0,
  variance: 0,
  fewer: 0,
  more: 0,
  unheard: 0,
};

/** Fading of what has been counted, by minute: about the last four hours count. */
export const PAIR_FADING = Math.exp(-1 / 240);
/** Vehicles of each before they have a ratio to drift from. */
const RATIO_LEAST = 20;
/** A ratio says something once its standard deviation is less than this part of it. */
const RATIO_ERROR_MAX = 0.3;
/** Half and twice are what a detector is tested for. */
const FEWER_RATIO = 0.5;
const MORE_RATIO = 2;
/** More evidence than this is not remembered, so that a repaired detector is believed again in time. */
const EVIDENCE_MAX = 20;

/** The ratio of both counts; `undefined` while it is not known well enough to say anything, which takes the longer the more it scatters. */
export function learntRatio(pair: PairLearning): number | undefined {
  const ratio = firstRatio(pair);
  return ratio !== undefined && ratioError(pair) <= RATIO_ERROR_MAX ? ratio : undefined;
}

function firstRatio({ own, other }: PairLearning): number | undefined {
  return own < RATIO_LEAST || other < RATIO_LEAST ? undefined : own / other;
}

/** The pair with what the counts of a minute say of the detector, and how far it has drifted after them. */
export function comparedPair(pair: PairLearning, own: number, other: number, unheard: number): PairLearning {
  const ratio = firstRatio(pair);
  if (ratio === undefined) return { ...pair, unheard };
  const dispersion = dispersionOf(pair);
  const { fewer, more } = weighed(pair, { ratio, error: errorOf(pair, dispersion) }, own, other, dispersion);
  return { ...pair, drift: drifted(pair.drift, own - ratio * other), fewer, more, unheard };
}

/** The pair with the counts of a minute, and with the drift after it once there was a ratio to drift from. */
export function learnPair(pair: PairLearning, own: number, other: number): PairLearning {
  const ratio = firstRatio(pair);
  const known = ratio !== undefined;
  return {
    ...pair,
    own: pair.own * PAIR_FADING + own,
    other: pair.other * PAIR_FADING + other,
    squares: pair.squares * PAIR_FADING + (known ? squareOf(pair.drift) : 0),
    variance: pair.variance * PAIR_FADING + (known ? ratio * (own + other) : 0),
  };
}

/**
 * What counts of one minute say for `factor` times the usual ratio and against the ratio itself (Wald's sequential test of a share), counts that
 * scatter more than chance's saying so much less.
 */
function evidenceOf(ratio: number, factor: number, own: number, other: number, dispersion: number): number {
  const usual = ratio / (1 + ratio);
  const changed = (factor * ratio) / (1 + factor * ratio);
  const told = own * Math.log(changed / usual) + other * Math.log((1 - changed) / (1 - usual));
  return told / dispersion;
}

/** Evidence is not below none, and not beyond what is remembered. */
export function bounded(evidence: number): number {
  return Math.max(0, Math.min(EVIDENCE_MAX, evidence));
}

export type Evidence = { readonly fewer: number; readonly more: number };

/** A ratio, and its standard deviation as a part of it. */
export type Ratio = { readonly ratio: number; readonly error: number };

/** Half and twice are told from a ratio only once it is known so well. */
const COMPARED_ERROR_MAX = 0.2;
/** So many standard deviations of the learnt ratio are given to the detector. */
const BENEFIT = 0.7;

export function weighed(
  before: Evidence,
  { ratio, error }: Ratio,
  own: number,
  other: number,
  dispersion: number,
): Evidence {
  if (error > COMPARED_ERROR_MAX) return { fewer: before.fewer, more: before.more };
  const least = ratio / (1 + BENEFIT * error);
  const most = ratio * (1 + BENEFIT * error);
  return {
    fewer: bounded(before.fewer + evidenceOf(least, FEWER_RATIO, own, other, dispersion)),
    more: bounded(before.more + evidenceOf(most, MORE_RATIO, own, other, dispersion)),
  };
}

/** Of a ratio of two counts, by the variance of both. */
function ratioError(pair: PairLearning): number {
  return errorOf(pair, dispersionOf(pair));
}

function errorOf({ own, other }: PairLearning, dispersion: number): number {
  return Math.sqrt(dispersion * (1 / own + 1 / other));
}

/**
 * How much a neighbour has to say of a detector: the inverse of the variance, in units of the detector's count, of what its count makes expect. The lanes
 * beside say little where vehicles choose between them by turns, the loop before the same stop line nearly all.
 */
export function weightOf(pair: PairLearning): number {
  const ratio = learntRatio(pair);
  return ratio === undefined ? 0 : weightBy(ratio, dispersionOf(pair));
}

function weightBy(ratio: number, dispersion: number): number {
  return 1 / (dispersion * (1 + ratio));
}

/** A neighbour that is good, its count and its pair. */
export type HeardNeighbour = { readonly pair: PairLearning; readonly count: number };

/** What several neighbours let expect, as one of them would: its ratio, its count, and how much more than chance it scatters. */
export type Pool = Ratio & { readonly count: number; readonly dispersion: number };

/**
 * What the neighbours together let expect of a detector, each one's count times its ratio by its weight, as one neighbour whose count times
 * ratio that is and brings the same noise. `undefined` where no ratio is known.
 */
export function pooled(neighbours: readonly HeardNeighbour[]): Pool | undefined {
  let [weights, expected, noise, error, dispersion] = [0, 0, 0, 0, 0];
  for (const { pair, count } of neighbours) {
    const ratio = firstRatio(pair);
    if (ratio === undefined) continue;
    const scatters = dispersionOf(pair);
    const errs = errorOf(pair, scatters);
    if (errs > RATIO_ERROR_MAX) continue;
    const weight = weightBy(ratio, scatters);
    weights += weight;
    expected += weight * ratio * count;
    noise += weight ** 2 * ratio;
    error += weight * errs;
    dispersion += weight * scatters;
  }
  if (weights === 0) return undefined;
  const ratio = noise / weights ** 2;
  return {
    ratio,
    error: error / weights,
    count: expected / weights / ratio,
    dispersion: dispersion / weights,
  };
}
