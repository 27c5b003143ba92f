import { chooseSettings } from "./choose.ts";
import { type CountHistory, daysBetween, meanCount, observationsOf, type Place } from "./history.ts";
import type { LinearSettings } from "./linear.ts";
import { type ModelState, predict, update } from "./model.ts";
import { fitModel, type ModelEntry } from "./registry.ts";
import { rollingForecasts } from "./rolling.ts";

/**
 * `pems`: fitted once on the training days, run through the test days, of which the first 12 intervals are not scored (reference
 * `forecasting.md` §1.1). `rolling`: each test day is an origin, and what is static is fitted anew on all days before it.
 */
export const PROTOCOLS = ["pems", "rolling"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Intervals ahead that are scored. */
export const HORIZONS = [1, 2, 3, 6, 12] as const;
const STEPS = Math.max(...HORIZONS);

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
  readonly series: readonly BacktestSeries[];
};

/** The series with the most vehicles. */
export function busiestOf({ series }: BacktestData): BacktestSeries {
  return series.reduce((left, right) => (meanCount(right.train) > meanCount(left.train) ? right : left));
}

/** Forecasts of one series. */
export type SeriesForecasts = {
  /** As fitted on the training days; `undefined` where they say too little. */
  readonly fitted: ModelState | undefined;
  /** One step ahead, by interval of `validationDays` of the training days. */
  readonly validation: readonly number[];
  /** By interval of the test days and by position in `HORIZONS`; `NaN` where the interval is not scored. */
  readonly test: readonly (readonly number[])[];
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
  series: BacktestSeries,
  { protocol }: BacktestData,
  settings: LinearSettings,
): SeriesForecasts {
  const { slotsPerDay } = series.train;
  const observations = observationsOf(series.test);
  const fitted = fitModel(entry, series.train, settings);
  const refits = protocol === "rolling" && entry.mode === "static" && entry.fittedOnce !== true;
  const made = forecastsMade(fitted, series, (train) =>
    refits ? fitModel(entry, train, settings) : undefined,
  );
  const number = ({ day, slot }: Place): number => day * slotsPerDay + slot;
  const test = observations.map((observation, index) =>
    HORIZONS.map((steps) => {
      const first = index - steps + 1;
      const from = observations[first];
      if (from === undefined || (protocol === "pems" && index < WINDOW_LAGS)) return Number.NaN;
      // Over days that are missing in the file an interval is not so many steps ahead.
      const ahead = number(observation) - number(from) + 1;
      return ahead === steps || steps === 1 ? (made[first]?.[steps - 1] ?? Number.NaN) : Number.NaN;
    }),
  );
  return { fitted, validation: rollingForecasts(entry, series.train, settings), test };
}

/**
 * What was forecast before each test interval, for it and those after it. `refit` is asked at the beginning of each day but the first, with
 * all days before; the state stays where it gives none.
 */
function forecastsMade(
  fitted: ModelState | undefined,
  { train, test }: BacktestSeries,
  refit: (train: CountHistory) => ModelState | undefined,
): readonly (readonly number[])[] {
  let state = fitted;
  return observationsOf(test).map((observation, index) => {
    if (index > 0 && observation.slot === 0) {
      const before = daysBetween(test, 0, Math.floor(index / test.slotsPerDay));
      state = refit({ ...train, days: [...train.days, ...before.days] }) ?? state;
    }
    if (state === undefined) return [];
    const forecasts = predict(state, observation, STEPS);
    state = update(state, observation);
    return forecasts;
  });
}
