/** Intervals ahead that are forecast, and whose errors are measured, while the engine runs: a quarter of an hour of five-minute ones. */
export const STEPS_AHEAD = 3;

/**
 * Forecasts of the intervals beyond the next one, and how far off such were. Every movement has one: lists of numbers without a level
 * between, which take half of the memory.
 */
export type AheadErrors = {
  /**
   * Vehicles, as forecast when each of the last `STEPS_AHEAD` intervals ended, newest first: 2, 3, … steps ahead; `NaN` where there was
   * no forecast.
   */
  readonly made: readonly number[];
  /** Weighted mean squares of the scores (y − ŷ) / √ŷ, 2, 3, … steps ahead. */
  readonly meanSquares: readonly number[];
  /** Counts that these are means over. */
  readonly scored: number;
};

/** Forecasts that are beyond the next one. */
const BEYOND = STEPS_AHEAD - 1;
/** The mean is as old as that of the window of the intervals (`intervals.ts`). */
const SPAN = 720;
/** A spread of so few scores is still off by a tenth (1/√(2n)). */
const SCORED_MIN = 50;

export const NO_AHEAD_ERRORS: AheadErrors = {
  made: Array.from({ length: STEPS_AHEAD * BEYOND }, () => Number.NaN),
  meanSquares: Array.from({ length: BEYOND }, () => 0),
  scored: 0,
};

/**
 * Takes the count of the interval that ended, `NaN` where it is not known, and what is forecast now of the intervals behind the next one.
 * Where the count or one of the forecasts of it is not known, nothing is learned.
 */
export function followAhead(before: AheadErrors, count: number, beyond: readonly number[]): AheadErrors {
  const squares = before.meanSquares.map((_, index) => {
    // What was forecast 2 steps ahead is in the row before the newest one, and so on.
    const forecast = before.made[(index + 1) * BEYOND + index] ?? Number.NaN;
    return (count - forecast) ** 2 / Math.max(1, forecast);
  });
  const known = !squares.some(Number.isNaN);
  const scored = known ? before.scored + 1 : before.scored;
  const gain = Math.max(1 / SPAN, 1 / scored);
  return {
    // A list of the same length, since one that is put together leaves room for more and takes twice the memory.
    made: before.made.map(
      (_, index) => (index < BEYOND ? beyond[index] : before.made[index - BEYOND]) ?? Number.NaN,
    ),
    meanSquares: known
      ? before.meanSquares.map((mean, index) => mean + gain * ((squares[index] ?? 0) - mean))
      : before.meanSquares,
    scored,
  };
}

/** What was forecast when the last interval ended, from the interval behind the next one on; `NaN` where there was no forecast. */
export function madeBeyond({ made }: AheadErrors): readonly number[] {
  return made.slice(0, BEYOND);
}

/** Standard deviation of a count about a forecast of so many vehicles, so many steps ahead; `undefined` where too little is known of it. */
export function deviationAhead(
  { meanSquares, scored }: AheadErrors,
  steps: number,
  mean: number,
): number | undefined {
  const meanSquare = meanSquares[steps - 2];
  return meanSquare === undefined || scored < SCORED_MIN
    ? undefined
    : Math.sqrt(meanSquare * Math.max(1, mean));
}
