import { unreachable } from "../assert.ts";
import type { Observation, Place } from "./history.ts";
import { type LinearState, predictLinear, updateLinear } from "./linear.ts";
import { type LstmState, predictLstm, updateLstm } from "./lstm.ts";
import {
  type LevelState,
  predictLevel,
  predictSeasonal,
  type SeasonalState,
  updateLevel,
  updateSeasonal,
} from "./naive.ts";

/** A fitted model as plain data: it is forecast from, taught and stored by the functions here, whatever its kind. */
export type ModelState = LevelState | SeasonalState | LinearState | LstmState;

/**
 * Forecasts of `steps` intervals from `next` on, vehicles each, never negative; `NaN` where the model has nothing to say. `next`
 * is the interval after the last one that was observed.
 */
export function predict(state: ModelState, next: Place, steps: number): readonly number[] {
  switch (state.kind) {
    case "level":
      return predictLevel(state, steps);
    case "seasonal":
      return predictSeasonal(state, next, steps);
    case "linear":
      return predictLinear(state, next, steps);
    case "lstm":
      return predictLstm(state, next, steps);
    default:
      return unreachable(state);
  }
}

/** The state after one more interval. What was given stays as it is. */
export function update(state: ModelState, observation: Observation): ModelState {
  switch (state.kind) {
    case "level":
      return updateLevel(state, observation);
    case "seasonal":
      return updateSeasonal(state, observation);
    case "linear":
      return updateLinear(state, observation);
    case "lstm":
      return updateLstm(state, observation);
    default:
      return unreachable(state);
  }
}
