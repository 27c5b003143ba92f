import { type CountHistory, observationsOf } from "./history.ts";
import type { LinearSettings } from "./linear.ts";
import { type ModelEntry, modelOf, USUAL_SETTINGS } from "./registry.ts";
import { rollingForecasts, validationDays } from "./rolling.ts";

/** What the rule may choose from. */
export const CHOICES: { readonly [Key in keyof LinearSettings]: readonly number[] } = {
  order: [1, 2, 3, 4, 6, 8, 12, 18],
  smoothingSlots: [0, 1, 2],
  decay: [1, 0.97, 0.93, 0.85],
  weekdayFactor: [0, 1, 3],
  forgetting: [1, 0.9997, 0.999, 0.998],
};

/** A setting leaves its usual value for a gain of more than this share of the error: less is not told from chance. */
const GAIN_MIN = 0.003;

/**
 * Chooses the settings of a model from training days alone, the same for all series: one setting after the other, each by the mean
 * absolute error of rolling-origin forecasts (`rolling.ts`), the usual value unless another one is clearly better.
 */
export function chooseSettings(entry: ModelEntry, histories: readonly CountHistory[]): LinearSettings {
  if (entry.settingsOf !== undefined) return chooseSettings(modelOf(entry.settingsOf), histories);
  let settings: LinearSettings = { ...USUAL_SETTINGS, ...entry.fixed };
  if (entry.chosen.length === 0) return settings;
  let least = rollingError(entry, histories, settings);
  for (const key of entry.chosen) {
    const tried = CHOICES[key]
      .filter((value) => value !== settings[key])
      .map((value) => {
        const candidate = { ...settings, [key]: value };
        return { candidate, error: rollingError(entry, histories, candidate) };
      });
    const best = tried.reduce((left, right) => (right.error < left.error ? right : left));
    if (best.error < least * (1 - GAIN_MIN)) {
      settings = best.candidate;
      least = best.error;
    }
  }
  return settings;
}

/** Mean absolute error over all series; infinite where nothing could be forecast. */
export function rollingError(
  entry: ModelEntry,
  histories: readonly CountHistory[],
  settings: LinearSettings,
): number {
  let sum = 0;
  let points = 0;
  for (const history of histories) {
    const [forecasts = []] = rollingForecasts(entry, history, settings, [1]);
    for (const [index, { count }] of observationsOf(validationDays(history)).entries()) {
      const error = Math.abs(count - (forecasts[index] ?? Number.NaN));
      if (Number.isNaN(error)) continue;
      sum += error;
      points += 1;
    }
  }
  return points === 0 ? Number.POSITIVE_INFINITY : sum / points;
}
