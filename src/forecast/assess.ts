import { type BacktestData, type BacktestSeries, HORIZONS, type SeriesForecasts } from "./backtest.ts";
import { type CountHistory, meanCount } from "./history.ts";
import {
  type Calibration,
  calibrate,
  INTERVAL_LEVELS,
  type Interval,
  NO_CALIBRATION,
  predictionInterval,
} from "./intervals.ts";
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

/** What forecasts are worth, over all series. */
export type Assessment = {
  /** One step ahead. */
  readonly metrics: Metrics;
  /** Mean absolute error over that of the day before's count in training; the mean over the series. */
  readonly mase: number;
  readonly horizons: readonly ({ readonly steps: number } & Metrics)[];
  readonly levels: readonly LevelCoverage[];
  /** Of the one-step errors of the series with the most vehicles, over `LJUNG_BOX_LAGS`. */
  readonly ljungBox: LjungBox;
  /** 90 % intervals by series and test interval; `null` where none was forecast. */
  readonly intervals: readonly (readonly (Interval | null)[])[];
};

export const LJUNG_BOX_LAGS = 24;

/** Scores forecasts against what was counted. Intervals are calibrated on the validation days and go on learning from each count. */
export function assess(data: BacktestData, forecasts: readonly SeriesForecasts[]): Assessment {
  const tally = startTally();
  const intervals = data.series.map((series, index) =>
    seriesIntervals(series, forecasts[index] ?? NO_FORECASTS, tally),
  );
  const horizons = HORIZONS.map((steps, position) => ({
    steps,
    ...horizonMetrics(data, forecasts, position),
  }));
  return {
    metrics: horizonMetrics(data, forecasts, 0),
    mase: meanScaledError(data, forecasts),
    horizons,
    levels: INTERVAL_LEVELS.map((level, index) => ({ level, ...coverageOf(tally[index] ?? startBands()) })),
    ljungBox: ljungBox(largestErrors(data, forecasts), LJUNG_BOX_LAGS),
    intervals,
  };
}

const NO_FORECASTS: SeriesForecasts = { fitted: undefined, validation: [], test: [] };

function horizonMetrics(
  { series, intervalMs }: BacktestData,
  forecasts: readonly SeriesForecasts[],
  position: number,
): Metrics {
  const sums = series.map(({ test }, index) =>
    scoreSums(countsOf(test), aheadOf(forecasts[index], position), intervalMs),
  );
  return metricsOf(sums.reduce(addScores, NO_SCORES));
}

function countsOf(history: CountHistory): readonly number[] {
  return history.days.flatMap(({ counts }) => counts);
}

/** Forecasts of one horizon by test interval. */
export function aheadOf(forecasts: SeriesForecasts | undefined, position: number): readonly number[] {
  return (forecasts?.test ?? []).map((row) => row[position] ?? Number.NaN);
}

function meanScaledError(data: BacktestData, forecasts: readonly SeriesForecasts[]): number {
  const errors = data.series.map(({ train, test }, index) => {
    const { mae } = metricsOf(scoreSums(countsOf(test), aheadOf(forecasts[index], 0), data.intervalMs));
    return mae / seasonalScale(countsOf(train), train.slotsPerDay);
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

/** Errors of the series with the most vehicles. */
function largestErrors({ series }: BacktestData, forecasts: readonly SeriesForecasts[]): readonly number[] {
  const errors = series.map(({ train, test }, index) => {
    const ahead = aheadOf(forecasts[index], 0);
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

/** The 90 % intervals of one series; counts in and out of the intervals of every level go into the tally. */
function seriesIntervals(
  { train, test }: BacktestSeries,
  { validation, test: ahead }: SeriesForecasts,
  tally: readonly Tally[],
): readonly (Interval | null)[] {
  let calibration: Calibration = NO_CALIBRATION;
  for (const [index, count] of countsOf(validationDays(train)).entries()) {
    calibration = calibrate(calibration, validation[index] ?? Number.NaN, count);
  }
  return countsOf(test).map((count, row) => {
    const forecast = ahead[row]?.[0] ?? Number.NaN;
    if (Number.isNaN(forecast)) return null;
    for (const [index, level] of INTERVAL_LEVELS.entries()) {
      if (Number.isNaN(count)) break;
      const interval = predictionInterval(calibration, forecast, level);
      const inside = count >= interval.lower && count <= interval.upper ? 1 : 0;
      const bands: readonly Band[] = BANDS.filter((band) => inBand(band, forecast));
      for (const band of bands) {
        const sums = (tally[index] ?? startBands())[band];
        sums.points += 1;
        sums.inside += inside;
        sums.width += interval.upper - interval.lower;
      }
    }
    const interval = predictionInterval(calibration, forecast, 0.9);
    calibration = calibrate(calibration, forecast, count);
    return interval;
  });
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
