import { countQuantile } from "./count-distribution.ts";

/** Scores (y − ŷ) / √ŷ of the last forecasts, from which the spread of the next one is read. */
export type Calibration = {
  /** In rising order, `WINDOW_MAX` at most. */
  readonly sorted: readonly number[];
  /**
   * By place in `sorted` the number of the score, counted from 0 to `WINDOW_MAX` and then again from 0: a character each, since a text
   * takes two bytes where a list takes eight, and a second list of the scores would be half of what a movement holds.
   */
  readonly numbers: string;
  /** Number of the oldest score. */
  readonly oldest: number;
  /** By level of `INTERVAL_LEVELS`: the share outside that is aimed at now, moved by what lay outside (ACI). */
  readonly missRatios: readonly number[];
};

/** What is promised to lie inside. */
export const INTERVAL_LEVELS = [0.8, 0.9, 0.95] as const;

export type Interval = { readonly lower: number; readonly upper: number };

/** Five days of five-minute intervals (reference `forecasting.md` §5). */
export const WINDOW_MAX = 1440;
/** With fewer scores the tails are not known: a negative binomial with their dispersion is taken instead. */
export const WINDOW_MIN = 200;
/** How much one forecast moves the share that is aimed at (Gibbs and Candès 2021, their γ). */
const ADAPTATION = 0.005;
/** Before there is a score, counts are taken to be a little more spread than Poisson's. */
const DISPERSION_USUAL = 1.3;

export const NO_CALIBRATION: Calibration = {
  sorted: [],
  numbers: "",
  oldest: 0,
  missRatios: INTERVAL_LEVELS.map((level) => 1 - level),
};

/**
 * Takes what was counted against what had been forecast; what is not known teaches nothing. `said` are the intervals that stood by the
 * forecast: those of now, unless it was made some intervals ago.
 */
export function calibrate(
  before: Calibration,
  forecast: number,
  count: number,
  said: readonly Interval[] = intervalsOf(before, forecast),
): Calibration {
  if (Number.isNaN(forecast) || Number.isNaN(count)) return before;
  const score = (count - forecast) / rootOf(forecast);
  const missRatios = before.missRatios.map((ratio, index) => {
    const aim = 1 - (INTERVAL_LEVELS[index] ?? 0);
    const { lower, upper } = said[index] ?? EVERYTHING;
    const missed = count < lower || count > upper ? 1 : 0;
    return Math.min(0.5, Math.max(0.001, ratio + ADAPTATION * (aim - missed)));
  });
  return { ...withScore(before, score), missRatios };
}

/** The window with one score more, the oldest left out where it is full. */
function withScore({ sorted, numbers, oldest }: Calibration, score: number): Omit<Calibration, "missRatios"> {
  const full = sorted.length >= WINDOW_MAX;
  const number = full ? oldest : sorted.length;
  const scores = sorted.slice();
  const codes: number[] = [];
  for (let index = 0; index < numbers.length; index += 1) codes.push(numbers.charCodeAt(index));
  if (full) {
    const leaving = codes.indexOf(oldest);
    scores.splice(leaving, 1);
    codes.splice(leaving, 1);
  }
  const place = placeIn(scores, score);
  scores.splice(place, 0, score);
  codes.splice(place, 0, number);
  return {
    // A copy takes no room for more.
    sorted: scores.slice(),
    numbers: String.fromCharCode(...codes),
    oldest: full ? (oldest + 1) % WINDOW_MAX : oldest,
  };
}

const EVERYTHING: Interval = { lower: 0, upper: Number.POSITIVE_INFINITY };

/** First place in rising order at which the value may stand. */
function placeIn(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A forecast of nobody has a spread too. */
function rootOf(forecast: number): number {
  return Math.sqrt(Math.max(1, forecast));
}

/** The interval that should hold a count with the probability of the level. */
export function predictionInterval(
  calibration: Calibration,
  forecast: number,
  level: (typeof INTERVAL_LEVELS)[number],
): Interval {
  return intervalAt(calibration, forecast, INTERVAL_LEVELS.indexOf(level));
}

/** One for each of `INTERVAL_LEVELS`. */
export function intervalsOf(calibration: Calibration, forecast: number): readonly Interval[] {
  return INTERVAL_LEVELS.map((_, index) => intervalAt(calibration, forecast, index));
}

function intervalAt(calibration: Calibration, forecast: number, index: number): Interval {
  const miss = calibration.missRatios[index] ?? 0;
  return {
    lower: quantile(calibration, forecast, miss / 2),
    upper: quantile(calibration, forecast, 1 - miss / 2),
  };
}

/**
 * The count that is not exceeded with the probability given, vehicles: the forecast moved by the quantile of its scores, which
 * split conformal prediction makes valid whatever their distribution (rank ⌈(n + 1)·p⌉ of n); never negative.
 */
export function quantile(calibration: Calibration, forecast: number, probability: number): number {
  const { sorted } = calibration;
  if (sorted.length < WINDOW_MIN) return countQuantile(forecast, dispersionOf(sorted), probability);
  const rank =
    probability < 0.5
      ? Math.floor((sorted.length + 1) * probability)
      : Math.ceil((sorted.length + 1) * probability);
  const position = Math.min(sorted.length, Math.max(1, rank)) - 1;
  return Math.max(0, forecast + (sorted[position] ?? 0) * rootOf(forecast));
}

/** Mean square of the scores: variance over mean. A few say little, so the usual value counts as twenty of them. */
function dispersionOf(scores: readonly number[]): number {
  const prior = 20;
  const squares = scores.reduce((sum, score) => sum + score * score, 0);
  return (squares + prior * DISPERSION_USUAL) / (scores.length + prior);
}
