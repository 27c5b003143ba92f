import { fitAr1, forecastAr1 } from "./ar1.ts";

export const FORECAST_MODELS = ["level", "ar1", "profile"] as const;
export type ForecastModel = (typeof FORECAST_MODELS)[number];

/** One value for each model that has something to say. */
export type ByModel = Readonly<Record<ForecastModel, number | null>>;

/** What is known of one movement's counts: the recent ones, its usual day, and how well each model did. */
export type ForecastSeries = {
  /** Vehicles by interval, oldest first; `null` where the count is not known. */
  readonly recent: readonly (number | null)[];
  /** What the model in use had forecast for each of `recent`. */
  readonly forecasts: readonly (number | null)[];
  /** The usual day, by slot; `null` for slots that were never seen. */
  readonly profile: readonly (ProfileSlot | null)[];
  /** Forecasts for the open interval, made when it began. */
  readonly pending: ByModel;
  /** Smoothed count of the last intervals; `null` before the first. */
  readonly level: number | null;
  /** How each model did. */
  readonly errors: Readonly<Record<ForecastModel, ModelError | null>>;
  /** The model in use: the one that did best lately. */
  readonly chosen: ForecastModel | null;
};

export type ModelError = {
  /** Exponentially weighted mean absolute error, vehicles an interval. */
  readonly meanAbsolute: number;
  /** How many forecasts it is the error of. */
  readonly scored: number;
};

/** Mean count of a slot over the days, recent ones weighing more. */
export type ProfileSlot = { readonly mean: number; readonly days: number };

/** Two days of five-minute intervals: enough to fit, little enough to follow a change of habits. */
const RECENT_MAX = 576;
/** Least weight of a new day in the profile: the reference's 0.93 a day for the days before. */
const PROFILE_GAIN_MIN = 0.07;
/** Weight of a new error: about the last hour of five-minute intervals counts. */
const ERROR_GAIN = 0.15;
/** Weight of the newest count in the recent level. */
const LEVEL_GAIN = 0.4;
/** A model is trusted once it has been scored this often. */
const SCORES_MIN = 3;
/** Another model is taken only when it errs by this much less. */
const CHOICE_HYSTERESIS = 0.95;

const NOTHING = { level: null, ar1: null, profile: null } as const;

export function startSeries(slotsPerDay: number): ForecastSeries {
  return {
    recent: [],
    forecasts: [],
    profile: Array.from({ length: slotsPerDay }, () => null),
    pending: NOTHING,
    level: null,
    errors: NOTHING,
    chosen: null,
  };
}

/**
 * Takes the count of the interval that ended (`null`: not known, and nothing is learned from it), scores what was forecast for
 * it, and forecasts the next one.
 */
export function observe(before: ForecastSeries, slot: number, count: number | null): ForecastSeries {
  const recent = [...before.recent, count].slice(-RECENT_MAX);
  const forecasts = [...before.forecasts, currentForecast(before)].slice(-RECENT_MAX);
  const profile = count === null ? before.profile : learnProfile(before.profile, slot, count);
  const errors = count === null ? before.errors : score(before.errors, before.pending, count);
  const level =
    count === null ? before.level : (before.level ?? count) + LEVEL_GAIN * (count - (before.level ?? count));
  const nextSlot = (slot + 1) % profile.length;
  const pending: ByModel = {
    level,
    ar1: nextAr1(recent),
    profile: before.profile[nextSlot]?.mean ?? null,
  };
  return {
    recent,
    forecasts,
    profile,
    level,
    errors,
    pending,
    chosen: choose(before.chosen, errors, pending),
  };
}

/** The forecast of the open interval by the model in use, vehicles an interval; `null` before anything was counted. */
export function currentForecast(series: ForecastSeries): number | null {
  return series.chosen === null ? null : series.pending[series.chosen];
}

function learnProfile(
  profile: readonly (ProfileSlot | null)[],
  slot: number,
  count: number,
): readonly (ProfileSlot | null)[] {
  return profile.map((known, index) => {
    if (index !== slot) return known;
    if (known === null) return { mean: count, days: 1 };
    const gain = Math.max(PROFILE_GAIN_MIN, 1 / (known.days + 1));
    return { mean: known.mean + gain * (count - known.mean), days: known.days + 1 };
  });
}

/** From the last count, which must be known: an older one would be forecast over a gap. */
function nextAr1(recent: readonly (number | null)[]): number | null {
  const last = recent.at(-1) ?? null;
  const fitted = fitAr1(recent);
  return fitted === undefined || last === null ? null : forecastAr1(fitted, last);
}

function score(errors: ForecastSeries["errors"], pending: ByModel, count: number): ForecastSeries["errors"] {
  const scored = (model: ForecastModel): ModelError | null => {
    const forecast = pending[model];
    const known = errors[model];
    if (forecast === null) return known;
    const error = Math.abs(count - forecast);
    if (known === null) return { meanAbsolute: error, scored: 1 };
    // The first few count alike, so that one lucky forecast decides nothing.
    const gain = Math.max(ERROR_GAIN, 1 / (known.scored + 1));
    return {
      meanAbsolute: known.meanAbsolute + gain * (error - known.meanAbsolute),
      scored: known.scored + 1,
    };
  };
  return { level: scored("level"), ar1: scored("ar1"), profile: scored("profile") };
}

/** The model that did best lately, of those that have a forecast now; the level until another one has shown itself better. */
function choose(
  chosen: ForecastModel | null,
  errors: ForecastSeries["errors"],
  pending: ByModel,
): ForecastModel | null {
  const able = FORECAST_MODELS.filter((model) => pending[model] !== null);
  const present = chosen !== null && able.includes(chosen) ? chosen : (able[0] ?? null);
  if (present === null) return null;
  const errorOf = (model: ForecastModel): number => {
    const error = errors[model];
    return error !== null && error.scored >= SCORES_MIN ? error.meanAbsolute : Number.POSITIVE_INFINITY;
  };
  const best = able.reduce((least, model) => (errorOf(model) < errorOf(least) ? model : least), present);
  return errorOf(best) < errorOf(present) * CHOICE_HYSTERESIS ? best : present;
}
