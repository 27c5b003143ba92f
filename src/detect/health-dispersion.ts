/**
 * How far counts drift about what is expected of them, against what chance alone would make of them. Quasi-likelihood: a log-likelihood
 * ratio of counts whose variance is so many times that of chance says so much less (McCullagh and Nelder, Generalized Linear Models, 1989, §9).
 */
export type Dispersion = {
  /** Vehicles counted beyond what was expected, fading over some minutes. */
  readonly drift: number;
  /** Sums over the minutes that were learnt from, fading over hours, in vehicles²: the drift's squares, and their mean were both counts Poisson's. */
  readonly squares: number;
  readonly variance: number;
};

/** Fading of the drift by minute: (1 + f) / (1 − f) = 5 minutes count, as signals serve lanes by turns and platoons come and go in less. */
const DRIFT_FADING = 2 / 3;

/** The drift after a minute with so many vehicles beyond the expected. */
export function drifted(drift: number, excess: number): number {
  return DRIFT_FADING * drift + excess;
}

/** What the drift of a minute adds to the squares: their mean is the minute's variance where minutes are independent, whatever the fading. */
export function squareOf(drift: number): number {
  return (1 - DRIFT_FADING ** 2) * drift ** 2;
}

/**
 * Before anything is known, as of lanes beside one another: on SUMO's maps they drift 3 to 15 times chance over five minutes, counts of the same vehicles 0
 * to 1.5 times. It counts for so many vehicles² of variance: some ten minutes of five vehicles.
 */
const PRIOR_DISPERSION = 4;
const PRIOR_VARIANCE = 100;
/** Counts of the same vehicles drift less than chance; a test by chance's likelihood is believed no more for that. */
const DISPERSION_LEAST = 1;

/** The variance of counts over that of chance: 1 for independent Poisson counts, less where the same vehicles pass both. */
export function dispersionOf(
  { squares, variance }: Pick<Dispersion, "squares" | "variance">,
  /** What is believed before anything is known. */
  prior: number = PRIOR_DISPERSION,
): number {
  const known = (prior * PRIOR_VARIANCE + squares) / (PRIOR_VARIANCE + variance);
  return Math.max(DISPERSION_LEAST, known);
}
