import type { BacktestData, HorizonForecasts, SeriesForecasts } from "./backtest.ts";
import { type CountHistory, meanCount } from "./history.ts";
import { intervalsAhead } from "./horizon-intervals.ts";
import { INTERVAL_LEVELS, type Interval, NO_CALIBRATION } from "./intervals.ts";
import { addScores, type Metrics, metricsOf, NO_SCORES, scoreSums, seasonalScale } from "./metrics.ts";
import { validationDays } from "./rolling.ts";
import { type LjungBox, ljungBox } from "./significance.ts";

/** Forecasts below are called night, those above peak; vehicles an interval. */
export const NIGHT_BELOW = 30;
export const PEAK_ABOVE = 100;

export const BANDS = ["all", "night", "peak"] as const;
export type Band = (typeof BANDS)[number];

/** How often counts lay within their intervals, and how wide these were; `null` of no forecast. */
export type Coverage = {
  readonly points: number;
  readonly coverage: number | null;
  readonly widthVehicles: number | null;
};

export type LevelCoverage = { readonly level: number } & Readonly<Record<Band, Coverage>>;

/** What forecasts so many steps ahead are worth, over all series. */
export type HorizonAssessment = {
  readonly steps: number;
  readonly metrics: Metrics;
  readonly levels: readonly LevelCoverage[];
  /** Intervals of `PLOTTED_LEVEL` by series and test interval; `null` where none was forecast. */
  readonly intervals: readonly (readonly (Interval | null)[])[];
};

export type Assessment = {
  /** One step ahead. */
  readonly next: HorizonAssessment;
  /** Mean absolute error one step ahead over that of the day before's count in training; the mean over the series. */
  readonly mase: number;
  /** In the order of the data's horizons. */
  readonly horizons: readonly HorizonAssessment[];
  /** Of the one-step errors of the series with the most vehicles, over `LJUNG_BOX_LAGS`. */
  readonly ljungBox: LjungBox;
};

export const LJUNG_BOX_LAGS = 24;
const PLOTTED_LEVEL = 0.9;

/** Scores forecasts against what was counted. Intervals are calibrated on the validation days and go on learning from each count. */
export function assess(data: BacktestData, forecasts: readonly SeriesForecasts[]): Assessment {
  const next = forecasts.map((series) => series.next);
  return {
    next: assessHorizon(data, next, 1),
    mase: meanScaledError(data, next),
    horizons: data.horizons.map((steps, position) =>
      assessHorizon(
        data,
        forecasts.flatMap(({ horizons }) => horizons[position] ?? []),
        steps,
      ),
    ),
    ljungBox: ljungBox(largestErrors(data, next), LJUNG_BOX_LAGS),
  };
}

/** `forecasts` by series. */
function assessHorizon(
  { series, intervalMs }: BacktestData,
  forecasts: readonly HorizonForecasts[],
  steps: number,
): HorizonAssessment {
  const sums = series.map(({ test }, index) =>
    scoreSums(countsOf(test), forecasts[index]?.test ?? [], intervalMs),
  );
  const tally = startTally();
  const plotted = INTERVAL_LEVELS.indexOf(PLOTTED_LEVEL);
  const intervals = series.map(({ train, test }, index) => {
    const { validation = [], test: ahead = [] } = forecasts[index] ?? {};
    const learnt = intervalsAhead(NO_CALIBRATION, {
      steps,
      forecasts: validation,
      counts: countsOf(validationDays(train)),
    });
    const counts = countsOf(test);
    const { intervals: made } = intervalsAhead(learnt.calibration, { steps, forecasts: ahead, counts });
    for (const [row, said] of made.entries()) {
      tallyCount(tally, counts[row] ?? Number.NaN, ahead[row] ?? Number.NaN, said);
    }
    return made.map((said) => said?.[plotted] ?? null);
  });
  return {
    steps,
    metrics: metricsOf(sums.reduce(addScores, NO_SCORES)),
    levels: INTERVAL_LEVELS.map((level, index) => ({ level, ...coverageOf(tally[index] ?? startBands()) })),
    intervals,
  };
}

function countsOf(history: CountHistory): readonly number[] {
  return history.days.flatMap(({ counts }) => counts);
}

function meanScaledError(data: BacktestData, forecasts: readonly HorizonForecasts[]): number {
  const errors = data.series.map(({ train, test }, index) => {
    const { mae } = metricsOf(scoreSums(countsOf(test), forecasts[index]?.test ?? [], data.intervalMs));
    return mae / seasonalScale(countsOf(train), train.slotsPerDay);
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

/** Errors of the series with the most vehicles. */
function largestErrors({ series }: BacktestData, forecasts: readonly HorizonForecasts[]): readonly number[] {
  const errors = series.map(({ train, test }, index) => {
    const ahead = forecasts[index]?.test ?? [];
    return {
      mean: meanCount(train),
      errors: countsOf(test).map((count, row) => count - (ahead[row] ?? Number.NaN)),
    };
  });
  return errors.reduce((left, right) => (right.mean > left.mean ? right : left)).errors;
}

type BandTally = { points: number; inside: number; width: number };
type Tally = Readonly<Record<Band, BandTally>>;

function startBands(): Tally {
  return { all: startBand(), night: startBand(), peak: startBand() };
}

function startBand(): BandTally {
  return { points: 0, inside: 0, width: 0 };
}

/** One for each of `INTERVAL_LEVELS`. */
function startTally(): readonly Tally[] {
  return INTERVAL_LEVELS.map(startBands);
}

/** Counts whether a count lay within the interval of each level, by the bands of its forecast. */
function tallyCount(
  tally: readonly Tally[],
  count: number,
  forecast: number,
  said: readonly Interval[] | null,
): void {
  if (said === null || Number.isNaN(count)) return;
  for (const [index, { lower, upper }] of said.entries()) {
    for (const band of BANDS) {
      const sums = tally[index]?.[band];
      if (sums === undefined || !inBand(band, forecast)) continue;
      sums.points += 1;
      sums.inside += count >= lower && count <= upper ? 1 : 0;
      sums.width += upper - lower;
    }
  }
}

function inBand(band: Band, forecast: number): boolean {
  if (band === "all") return true;
  return band === "night" ? forecast < NIGHT_BELOW : forecast > PEAK_ABOVE;
}

function coverageOf(tally: Tally): Readonly<Record<Band, Coverage>> {
  return { all: bandCoverage(tally.all), night: bandCoverage(tally.night), peak: bandCoverage(tally.peak) };
}

function bandCoverage({ points, inside, width }: BandTally): Coverage {
  return {
    points,
    coverage: points === 0 ? null : inside / points,
    widthVehicles: points === 0 ? null : width / points,
  };
}
