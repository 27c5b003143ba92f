import { unreachable } from "../assert.ts";
import { fitAr1, forecastAr1 } from "./ar1.ts";
import { type Place, placeAfter } from "./history.ts";
import {
  type Calibration,
  calibrate,
  type Interval,
  NO_CALIBRATION,
  predictionInterval,
  quantile,
} from "./intervals.ts";
import {
  coldLinearState,
  type LinearState,
  predictLinear,
  updateLinear,
  usualCount,
  withAgedProfile,
  withForgetting,
} from "./linear.ts";
import { type ByModel, choose, judge, NO_CHOICE, type OnlineChoice } from "./online-choice.ts";
import { type PatternWatch, STEADY_PATTERN, watchPattern } from "./pattern-watch.ts";
import { USUAL_SETTINGS } from "./registry.ts";

/** What is known of one movement's counts, and what is made of it for the next interval. */
export type ForecastSeries = {
  readonly slotsPerDay: number;
  /** Vehicles by interval, oldest first, a day at most; `null` where the count is not known. */
  readonly recent: readonly (number | null)[];
  /** What had been forecast for the newest of `recent`. */
  readonly made: readonly (Made | null)[];
  /** Smoothed count of the last intervals; `null` before the first. */
  readonly level: number | null;
  /** The usual day, and how deviations from it go on. */
  readonly usual: LinearState;
  /** Forecasts for the open interval, made when it began. */
  readonly pending: ByModel;
  /** What the usual day says of the open interval; `null` where it does not know it. */
  readonly usualPending: number | null;
  readonly choice: OnlineChoice;
  /** How far counts were from what was forecast for them. */
  readonly calibration: Calibration;
  readonly pattern: PatternWatch;
};

/** A forecast, and where nine counts of ten should lie. */
export type Made = Interval & { readonly mean: number };

/** Forecasts that are kept to be shown: two hours of one-minute intervals. */
const MADE_MAX = 120;
/** Weight of the newest count in the recent level. */
const LEVEL_GAIN = 0.4;
/**
 * The reference's, but for the weekdays, which have no sums of their own: those would be two thirds of the memory for 0.2 % of the
 * error on the training days of PeMS.
 */
const SETTINGS = { ...USUAL_SETTINGS, weekdayFactor: 0 };
/** While a drift is told and some hours after it: what is older than 200 intervals is forgotten (reference `forecasting.md` §5). */
const FORGETTING_IN_DRIFT = 0.995;
/** A pattern that has changed for good makes the days before it count as if they were so many days older. */
const DAYS_AGED = 30;

const NOTHING: ByModel = { level: null, ar1: null, profile: null, "profile-rls": null };

export function startSeries(slotsPerDay: number): ForecastSeries {
  return {
    slotsPerDay,
    recent: [],
    made: [],
    level: null,
    usual: coldLinearState(SETTINGS, slotsPerDay),
    pending: NOTHING,
    usualPending: null,
    choice: NO_CHOICE,
    calibration: NO_CALIBRATION,
    pattern: STEADY_PATTERN,
  };
}

/**
 * Takes the count of the interval that ended (`null`: not known, and nothing is learned from it), scores what was forecast for
 * it, and forecasts the next one.
 */
export function observe(before: ForecastSeries, place: Place, count: number | null): ForecastSeries {
  const { slotsPerDay } = before;
  const forecast = currentForecast(before);
  const recent = [...before.recent, count].slice(-slotsPerDay);
  const made = [...before.made, currentMade(before)].slice(-MADE_MAX);
  const known = count ?? Number.NaN;
  const pattern = watchPattern(before.pattern, {
    count: known,
    forecast: forecast ?? Number.NaN,
    usual: before.usualPending ?? Number.NaN,
    slotsPerDay,
  });
  const usual = learnt(before.usual, pattern, { ...place, count: known });
  const level =
    count === null ? before.level : (before.level ?? count) + LEVEL_GAIN * (count - (before.level ?? count));
  const next = placeAfter(place, slotsPerDay);
  const [recursive = Number.NaN] = predictLinear(usual, next, 1);
  const usualPending = orNull(usualCount(usual, next));
  const pending: ByModel = {
    level,
    ar1: nextAr1(recent),
    profile: usualPending,
    "profile-rls": orNull(recursive),
  };
  const judged = count === null ? before.choice : judge(before.choice, before.pending, count);
  return {
    slotsPerDay,
    recent,
    made,
    level,
    usual,
    pending,
    usualPending,
    choice: choose(judged, pending),
    calibration: calibrate(before.calibration, forecast ?? Number.NaN, known),
    pattern,
  };
}

/** The forecast of the open interval by the model in use, vehicles an interval; `null` before anything was counted. */
export function currentForecast({ choice, pending }: ForecastSeries): number | null {
  return choice.chosen === null ? null : pending[choice.chosen];
}

/** The same with its interval of 90 %. */
export function currentMade(series: ForecastSeries): Made | null {
  const mean = currentForecast(series);
  return mean === null ? null : { mean, ...predictionInterval(series.calibration, mean, 0.9) };
}

/** The count of the open interval that is not exceeded with the probability given, vehicles; `null` before anything was counted. */
export function forecastQuantile(series: ForecastSeries, probability: number): number | null {
  const mean = currentForecast(series);
  return mean === null ? null : quantile(series.calibration, mean, probability);
}

/** Forecasts of the open interval, which is `place`, and of those after it by the model in use, vehicles each; none before anything was counted. */
export function forecastAhead(series: ForecastSeries, place: Place, steps: number): readonly number[] {
  const first = currentForecast(series);
  if (first === null) return [];
  const { usual, choice, recent } = series;
  switch (choice.chosen) {
    case "profile-rls":
      return predictLinear(usual, place, steps);
    case "profile": {
      const ahead = [first];
      for (let next = placeAfter(place, series.slotsPerDay); ahead.length < steps; ) {
        ahead.push(orNull(usualCount(usual, next)) ?? first);
        next = placeAfter(next, series.slotsPerDay);
      }
      return ahead;
    }
    case "ar1": {
      const fitted = fitAr1(recent);
      const ahead = [first];
      while (ahead.length < steps) {
        const last = ahead.at(-1) ?? first;
        ahead.push(fitted === undefined ? last : forecastAr1(fitted, last));
      }
      return ahead;
    }
    case "level":
    case null:
      return Array.from({ length: steps }, () => first);
    default:
      return unreachable(choice.chosen);
  }
}

/** What was counted in the last intervals, `place` being the newest, and what is usual then; intervals without a count or a usual one left out. */
export function againstUsual(
  { recent, usual, slotsPerDay }: ForecastSeries,
  place: Place,
  intervals: number,
): { readonly counted: number; readonly usual: number } {
  let counted = 0;
  let expected = 0;
  for (let back = 0; back < Math.min(intervals, place.slot + 1, slotsPerDay); back += 1) {
    const count = recent.at(-1 - back) ?? null;
    const asUsual = usualCount(usual, { day: place.day, slot: place.slot - back });
    if (count === null || Number.isNaN(asUsual)) continue;
    counted += count;
    expected += asUsual;
  }
  return { counted, usual: expected };
}

function learnt(
  usual: LinearState,
  { forgetsFast, changedForGood }: PatternWatch,
  observation: Parameters<typeof updateLinear>[1],
): LinearState {
  const forgetting = forgetsFast > 0 ? FORGETTING_IN_DRIFT : SETTINGS.forgetting;
  const updated = updateLinear(withForgetting(usual, forgetting), observation);
  return changedForGood ? withAgedProfile(updated, DAYS_AGED) : updated;
}

/** From the last count, which must be known: an older one would be forecast over a gap. */
function nextAr1(recent: readonly (number | null)[]): number | null {
  const last = recent.at(-1) ?? null;
  const fitted = fitAr1(recent);
  return fitted === undefined || last === null ? null : forecastAr1(fitted, last);
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
