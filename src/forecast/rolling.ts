import {
  behindKnownDays,
  type CountHistory,
  daysBetween,
  knownDays,
  observationsOf,
  type Place,
} from "./history.ts";
import type { LinearSettings } from "./linear.ts";
import { type ModelState, predict, update } from "./model.ts";
import { fitModel, type ModelEntry } from "./registry.ts";

/** Where training ends, as shares of the training days of which a count is known: each part is fitted anew and scored up to the next origin. */
const ORIGINS = [1 / 2, 2 / 3, 5 / 6] as const;

/**
 * What was forecast before each interval of a history, for it and for as many after it as make `steps`. `refit` is asked when a day
 * begins, but for the first, with its position: the state stays where it gives none.
 */
export function runThrough(
  fitted: ModelState | undefined,
  history: CountHistory,
  steps: number,
  refit: (position: number) => ModelState | undefined = () => undefined,
): readonly (readonly number[])[] {
  let state = fitted;
  return observationsOf(history).map((observation, index) => {
    if (index > 0 && observation.slot === 0) {
      state = refit(Math.floor(index / history.slotsPerDay)) ?? state;
    }
    if (state === undefined) return [];
    const forecasts = predict(state, observation, steps);
    state = update(state, observation);
    return forecasts;
  });
}

/**
 * Of what `runThrough` gave, the forecast of each interval that was made when it was so many steps ahead; `NaN` where there was none. Of
 * days that the history leaves out an interval behind them is more steps ahead than there are between: then only the next one is told.
 */
export function madeAhead(
  made: readonly (readonly number[])[],
  history: CountHistory,
  steps: number,
): readonly number[] {
  const observations = observationsOf(history);
  const number = ({ day, slot }: Place): number => day * history.slotsPerDay + slot;
  return observations.map((observation, index) => {
    const first = index - steps + 1;
    const from = observations[first];
    if (from === undefined) return Number.NaN;
    const follows = number(observation) - number(from) + 1 === steps;
    return follows || steps === 1 ? (made[first]?.[steps - 1] ?? Number.NaN) : Number.NaN;
  });
}

/** The part of the training days that is forecast by rolling origin: from the first origin on. */
export function validationDays(history: CountHistory): CountHistory {
  return daysBetween(history, positionOf(history, ORIGINS[0]), history.days.length);
}

/** The position behind such a share of the days of which a count is known. */
function positionOf(history: CountHistory, share: number): number {
  return behindKnownDays(history, Math.round(share * knownDays(history)));
}

/**
 * Forecasts of `validationDays` by rolling origin, for each of the horizons, which are steps ahead: fitted on the days before each
 * origin, scaled and profiled on them alone, and run to the next one. `NaN` where the model could not be fitted, and for the first
 * intervals behind an origin, which nothing forecast from so far.
 */
export function rollingForecasts(
  entry: ModelEntry,
  history: CountHistory,
  settings: LinearSettings,
  horizons: readonly number[],
): readonly (readonly number[])[] {
  const parts = ORIGINS.map((origin, index) => {
    const from = positionOf(history, origin);
    const next = ORIGINS[index + 1];
    const until = next === undefined ? history.days.length : positionOf(history, next);
    const scored = daysBetween(history, from, until);
    const state = fitModel(entry, daysBetween(history, 0, from), settings);
    const made = runThrough(state, scored, Math.max(...horizons));
    return horizons.map((steps) => madeAhead(made, scored, steps));
  });
  return horizons.map((_, position) => parts.flatMap((part) => part[position] ?? []));
}
