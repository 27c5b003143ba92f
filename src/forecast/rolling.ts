import { type CountHistory, daysBetween, observationsOf } from "./history.ts";
import type { LinearSettings } from "./linear.ts";
import { type ModelState, predict, update } from "./model.ts";
import { fitModel, type ModelEntry } from "./registry.ts";

/** Where training ends, as shares of the training days: each part is fitted anew and scored up to the next origin. */
const ORIGINS = [1 / 2, 2 / 3, 5 / 6] as const;

/** One-step forecasts of a state that goes on through a history, by interval, and the state at its end. */
export function runThrough(
  state: ModelState,
  history: CountHistory,
): { readonly forecasts: readonly number[]; readonly state: ModelState } {
  let current = state;
  const forecasts = observationsOf(history).map((observation) => {
    const [forecast = Number.NaN] = predict(current, observation, 1);
    current = update(current, observation);
    return forecast;
  });
  return { forecasts, state: current };
}

/** The part of the training days that is forecast by rolling origin: from the first origin on. */
export function validationDays(history: CountHistory): CountHistory {
  return daysBetween(history, Math.round(ORIGINS[0] * history.days.length), history.days.length);
}

/**
 * One-step forecasts of `validationDays`, by rolling origin: fitted on the days before each origin, scaled and profiled on them
 * alone, and run to the next one. `NaN` where the model could not be fitted.
 */
export function rollingForecasts(
  entry: ModelEntry,
  history: CountHistory,
  settings: LinearSettings,
): readonly number[] {
  const total = history.days.length;
  return ORIGINS.flatMap((origin, index) => {
    const from = Math.round(origin * total);
    const scored = daysBetween(history, from, Math.round((ORIGINS[index + 1] ?? 1) * total));
    const state = fitModel(entry, daysBetween(history, 0, from), settings);
    return state === undefined
      ? observationsOf(scored).map(() => Number.NaN)
      : runThrough(state, scored).forecasts;
  });
}
