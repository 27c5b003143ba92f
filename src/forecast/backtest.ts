import { chooseSettings } from "./choose.ts";
import { type CountHistory, daysBetween, meanCount } from "./history.ts";
import type { LinearSettings } from "./linear.ts";
import type { ModelState } from "./model.ts";
import { fitModel, type ModelEntry } from "./registry.ts";
import { madeAhead, rollingForecasts, runThrough } from "./rolling.ts";

/**
 * `pems`: fitted once on the training days, run through the test days, of which the first 12 intervals are not scored (reference
 * `forecasting.md` §1.1). `rolling`: each test day is an origin, and what is static is fitted anew on all days before it.
 */
export const PROTOCOLS = ["pems", "rolling"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** First test intervals of the protocol `pems` that are not scored: the reference's windows of 12 lags. */
const WINDOW_LAGS = 12;

export type BacktestSeries = {
  readonly id: string;
  readonly train: CountHistory;
  readonly test: CountHistory;
};

export type BacktestData = {
  readonly protocol: Protocol;
  readonly intervalMs: number;
  /** Intervals ahead that are scored by themselves, beside the next one. */
  readonly horizons: readonly number[];
  readonly series: readonly BacktestSeries[];
};

/** The series with the most vehicles. */
export function busiestOf({ series }: BacktestData): BacktestSeries {
  return series.reduce((left, right) => (meanCount(right.train) > meanCount(left.train) ? right : left));
}

/** Forecasts of one series that were made so many steps ahead; `NaN` where an interval is not scored. */
export type HorizonForecasts = {
  readonly steps: number;
  /** By interval of `validationDays` of the training days. */
  readonly validation: readonly number[];
  /** By interval of the test days. */
  readonly test: readonly number[];
};

export type SeriesForecasts = {
  /** As fitted on the training days; `undefined` where they say too little. */
  readonly fitted: ModelState | undefined;
  /** One step ahead. */
  readonly next: HorizonForecasts;
  /** In the order of the data's horizons. */
  readonly horizons: readonly HorizonForecasts[];
};

export type ModelForecasts = {
  readonly settings: LinearSettings;
  readonly series: readonly SeriesForecasts[];
};

/** Chooses the settings on the training days of all series, and forecasts each series with them. */
export function forecastAll(entry: ModelEntry, data: BacktestData): ModelForecasts {
  const settings = chooseSettings(
    entry,
    data.series.map(({ train }) => train),
  );
  return { settings, series: data.series.map((series) => forecastSeries(entry, series, data, settings)) };
}

function forecastSeries(
  entry: ModelEntry,
  { train, test }: BacktestSeries,
  { protocol, horizons }: BacktestData,
  settings: LinearSettings,
): SeriesForecasts {
  const fitted = fitModel(entry, train, settings);
  const refits = protocol === "rolling" && entry.mode === "static" && entry.fittedOnce !== true;
  const refit = (position: number): ModelState | undefined => {
    const days = [...train.days, ...daysBetween(test, 0, position).days];
    return refits ? fitModel(entry, { ...train, days }, settings) : undefined;
  };
  const made = runThrough(fitted, test, Math.max(1, ...horizons), refit);
  const unscored = protocol === "pems" ? WINDOW_LAGS : 0;
  const validation = rollingForecasts(entry, train, settings, [1, ...horizons]);
  const forecasts = (steps: number, position: number): HorizonForecasts => ({
    steps,
    validation: validation[position] ?? [],
    test: madeAhead(made, test, steps).map((forecast, row) => (row < unscored ? Number.NaN : forecast)),
  });
  return {
    fitted,
    next: forecasts(1, 0),
    horizons: horizons.map((steps, position) => forecasts(steps, 1 + position)),
  };
}
