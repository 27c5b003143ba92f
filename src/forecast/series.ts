import { unreachable } from "../assert.ts";
import {
  type AheadErrors,
  deviationAhead,
  followAhead,
  madeBeyond,
  NO_AHEAD_ERRORS,
  STEPS_AHEAD,
} from "./ahead-errors.ts";
import { type Ar1, fitAr1, forecastAr1 } from "./ar1.ts";
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
import {
  type ByModel,
  choose,
  type ForecastModel,
  judge,
  NO_CHOICE,
  type OnlineChoice,
} from "./online-choice.ts";
import { type PatternWatch, STEADY_PATTERN, watchPattern } from "./pattern-watch.ts";
import { USUAL_SETTINGS } from "./registry.ts";

/** What is known of one movement's counts, and what is made of it for the next intervals. */
export type ForecastSeries = {
  readonly slotsPerDay: number;
  /** Vehicles by interval, oldest first, a day at most; `NaN` where the count is not known (`null` would make objects of all others). */
  readonly recent: readonly number[];
  /** What had been forecast for the newest of `recent`: mean, lower and upper of each, `NaN` for none. Read by `madeLately`. */
  readonly made: readonly number[];
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
  /** Forecasts beyond the open interval, and how far off such were. */
  readonly ahead: AheadErrors;
  readonly pattern: PatternWatch;
};

/** A forecast, and where nine counts of ten should lie. */
export type Made = Interval & { readonly mean: number };

/** Forecasts are kept to be shown: those of this share of a day, two hours. */
const MADE_DAYS = 2 / 24;
/** Numbers that are kept of each. */
const MADE_NUMBERS = 3;
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
    ahead: NO_AHEAD_ERRORS,
    pattern: STEADY_PATTERN,
  };
}

/**
 * Takes the count of the interval that ended (`null`: not known, and nothing is learned from it), scores what was forecast for
 * it, and forecasts the next ones.
 */
export function observe(before: ForecastSeries, place: Place, count: number | null): ForecastSeries {
  const { slotsPerDay } = before;
  const forecast = currentForecast(before);
  const known = count ?? Number.NaN;
  const recent = withNewest(before.recent, [known], slotsPerDay);
  const made = withNewest(
    before.made,
    madeNumbers(currentMade(before)),
    MADE_NUMBERS * Math.ceil(MADE_DAYS * slotsPerDay),
  );
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
  const ar1 = fitAr1(recent);
  const recursive = predictLinear(usual, next, STEPS_AHEAD);
  const usualPending = orNull(usualCount(usual, next));
  const pending: ByModel = {
    level,
    // From the last count, which must be known: an older one would be forecast over a gap.
    ar1: ar1 === undefined || count === null ? null : forecastAr1(ar1, count),
    profile: usualPending,
    "profile-rls": orNull(recursive[0] ?? Number.NaN),
  };
  const judged = count === null ? before.choice : judge(before.choice, before.pending, count);
  const choice = choose(judged, pending);
  const beyond = beyondNext(choice, { next, pending, usual, recursive, ar1 }, slotsPerDay);
  return {
    slotsPerDay,
    recent,
    made,
    level,
    usual,
    pending,
    usualPending,
    choice,
    calibration: calibrate(before.calibration, forecast ?? Number.NaN, known),
    ahead: followAhead(before.ahead, known, beyond),
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

/** Of a normal distribution so many standard deviations on either side hold nine in ten. */
const NINETY_DEVIATIONS = 1.645;

/**
 * Forecasts of the intervals behind the open one, as they were made when it began, each with where nine counts of ten should lie: by the
 * spread of the errors of forecasts made as early. None before anything was counted.
 */
export function laterMade(series: ForecastSeries): readonly Made[] {
  return forecastAhead(series)
    .slice(1)
    .map((mean, index) => {
      const spread = NINETY_DEVIATIONS * forecastDeviation(series, mean, index + 2);
      return { mean, lower: Math.max(0, mean - spread), upper: mean + spread };
    });
}

/** What had been forecast for the newest of `recent`, the newest last: so many, or as many as are kept; `null` where nothing was. */
export function madeLately({ made }: ForecastSeries, intervals: number): readonly (Made | null)[] {
  const kept = Math.min(intervals, made.length / MADE_NUMBERS);
  const from = made.length - kept * MADE_NUMBERS;
  return Array.from({ length: kept }, (_, index) => {
    const [mean = Number.NaN, lower = Number.NaN, upper = Number.NaN] = made.slice(
      from + index * MADE_NUMBERS,
      from + (index + 1) * MADE_NUMBERS,
    );
    return Number.isNaN(mean) ? null : { mean, lower, upper };
  });
}

function madeNumbers(made: Made | null): readonly number[] {
  return made === null ? [Number.NaN, Number.NaN, Number.NaN] : [made.mean, made.lower, made.upper];
}

/** A list that takes no room for more: one that is put together does, half of it again. */
function withNewest(before: readonly number[], newest: readonly number[], max: number): readonly number[] {
  return [...before, ...newest].slice(-max);
}

/** The count of the open interval that is not exceeded with the probability given, vehicles; `null` before anything was counted. */
export function forecastQuantile(series: ForecastSeries, probability: number): number | null {
  const mean = currentForecast(series);
  return mean === null ? null : quantile(series.calibration, mean, probability);
}

/**
 * Forecasts of the open interval and of those after it, `STEPS_AHEAD` in all, as the model in use made them when it began, vehicles each;
 * none before anything was counted.
 */
export function forecastAhead(series: ForecastSeries): readonly number[] {
  const first = currentForecast(series);
  return first === null ? [] : [first, ...madeBeyond(series.ahead)];
}

/** What is said when an interval ends. */
type Said = {
  readonly next: Place;
  readonly pending: ByModel;
  readonly usual: LinearState;
  /** By the weights that learn, from `next` on. */
  readonly recursive: readonly number[];
  readonly ar1: Ar1 | undefined;
};

/**
 * What the model in use says of the intervals behind the next one, up to `STEPS_AHEAD`; of a slot that it does not know, what it says
 * of the one before. None where no model has a forecast.
 */
function beyondNext({ chosen }: OnlineChoice, said: Said, slotsPerDay: number): readonly number[] {
  const first = chosen === null ? null : said.pending[chosen];
  if (chosen === null || first === null) return [];
  const beyond: number[] = [];
  let last = first;
  let place = said.next;
  while (beyond.length < STEPS_AHEAD - 1) {
    place = placeAfter(place, slotsPerDay);
    last = orNull(laterForecast(chosen, said, { place, steps: beyond.length + 2, last })) ?? last;
    beyond.push(last);
  }
  return beyond;
}

/** What a model says of the interval `place`, so many steps ahead, having said `last` of the one before; `NaN` where it says nothing. */
function laterForecast(
  model: ForecastModel,
  { usual, recursive, ar1 }: Said,
  { place, steps, last }: { readonly place: Place; readonly steps: number; readonly last: number },
): number {
  switch (model) {
    case "profile-rls":
      return recursive[steps - 1] ?? Number.NaN;
    case "profile":
      return usualCount(usual, place);
    case "ar1":
      return ar1 === undefined ? Number.NaN : forecastAr1(ar1, last);
    case "level":
      return last;
    default:
      return unreachable(model);
  }
}

/**
 * Standard deviation of a count about a forecast of so many vehicles, so many steps ahead (1: the open interval), from the errors so far
 * of forecasts made as early; until there are enough of these, from those of forecasts of the next interval.
 */
export function forecastDeviation(
  { calibration, ahead }: ForecastSeries,
  mean: number,
  steps: number,
): number {
  // Between these quantiles lie two standard deviations of a normal distribution.
  return (
    deviationAhead(ahead, steps, mean) ??
    (quantile(calibration, mean, 0.84) - quantile(calibration, mean, 0.16)) / 2
  );
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
    const count = recent.at(-1 - back) ?? Number.NaN;
    const asUsual = usualCount(usual, { day: place.day, slot: place.slot - back });
    if (Number.isNaN(count) || Number.isNaN(asUsual)) continue;
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

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
