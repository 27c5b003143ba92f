/** What the engine keeps scoring for each movement, from the plainest to the richest. */
export const FORECAST_MODELS = ["level", "ar1", "profile", "profile-rls"] as const;
export type ForecastModel = (typeof FORECAST_MODELS)[number];

/** One value for each model that has something to say. */
export type ByModel = Readonly<Record<ForecastModel, number | null>>;

/** Which model is in use, and why. */
export type OnlineChoice = {
  /** `null` while no model has anything to say. */
  readonly chosen: ForecastModel | null;
  /** How each model did lately. */
  readonly errors: Readonly<Record<ForecastModel, ModelError | null>>;
  /** What each would have saved against the model in use, since that one is in use. */
  readonly savings: Readonly<Record<ForecastModel, Saving | null>>;
};

export type ModelError = {
  /** Weighted mean absolute error, vehicles an interval. */
  readonly meanAbsolute: number;
  /** How many forecasts it is the error of. */
  readonly scored: number;
};

/** Weighted means of |error of the model in use| − |own error| and of its square. */
export type Saving = { readonly mean: number; readonly meanSquare: number; readonly scored: number };

const NONE = { level: null, ar1: null, profile: null, "profile-rls": null } as const;
export const NO_CHOICE: OnlineChoice = { chosen: null, errors: NONE, savings: NONE };

/** Half a day of five-minute intervals: what is older fades. */
const SPAN = 144;
/** Fewer differences than an hour's are no basis for a change. */
const SCORES_MIN = 12;
/** A richer model has to save more than this share of the error (reference `forecasting.md` §5) … */
const GAIN_MIN = 0.01;
/** … by this many standard errors: p < 0.01, not 0.05, because the question is put anew each interval. */
const RICHER_STANDARD_ERRORS = 2.5;
/** For a plainer one any gain that is hardly chance will do. */
const PLAINER_STANDARD_ERRORS = 1.65;

/** Scores what was forecast for an interval against its count, and chooses from the models that have a forecast for the next one. */
export function judge(before: OnlineChoice, forecasts: ByModel, count: number): OnlineChoice {
  const inUse = before.chosen === null ? null : forecasts[before.chosen];
  const errorOf = (model: ForecastModel): ModelError | null => {
    const forecast = forecasts[model];
    const known = before.errors[model];
    if (forecast === null) return known;
    const error = Math.abs(count - forecast);
    const scored = (known?.scored ?? 0) + 1;
    return { meanAbsolute: follow(known?.meanAbsolute ?? 0, error, scored), scored };
  };
  const savingOf = (model: ForecastModel): Saving | null => {
    const forecast = forecasts[model];
    const known = before.savings[model];
    if (forecast === null || inUse === null || model === before.chosen) return known;
    const saved = Math.abs(count - inUse) - Math.abs(count - forecast);
    const scored = (known?.scored ?? 0) + 1;
    return {
      mean: follow(known?.mean ?? 0, saved, scored),
      meanSquare: follow(known?.meanSquare ?? 0, saved * saved, scored),
      scored,
    };
  };
  return { chosen: before.chosen, errors: byModel(errorOf), savings: byModel(savingOf) };
}

/** The first few count alike, so that one lucky forecast decides nothing. */
function follow(mean: number, value: number, scored: number): number {
  return mean + Math.max(1 / SPAN, 1 / scored) * (value - mean);
}

/**
 * The model for the next interval: the one in use while it has a forecast and no other is clearly better, else the plainest that has
 * one. A richer one has to save more than 1 % of the error, and by more than chance; of several the one that saves most.
 */
export function choose(judged: OnlineChoice, pending: ByModel): OnlineChoice {
  const able = FORECAST_MODELS.filter((model) => pending[model] !== null);
  const { chosen } = judged;
  const present = chosen !== null && able.includes(chosen) ? chosen : (able[0] ?? null);
  if (present !== chosen) return { ...judged, chosen: present, savings: NONE };
  if (present === null) return judged;
  let best = present;
  let most = 0;
  for (const model of able) {
    const saving = judged.savings[model];
    if (saving === null || saving.mean <= most || !isBetter(judged, present, model, saving)) continue;
    best = model;
    most = saving.mean;
  }
  return best === present ? judged : { ...judged, chosen: best, savings: NONE };
}

function isBetter(
  { errors }: OnlineChoice,
  present: ForecastModel,
  other: ForecastModel,
  { mean, meanSquare, scored }: Saving,
): boolean {
  if (scored < SCORES_MIN) return false;
  // As many independent values as an exponential weight of 1 / SPAN is worth.
  const worth = Math.min(scored, 2 * SPAN);
  const standardError = Math.sqrt(Math.max(0, meanSquare - mean * mean) / worth);
  if (FORECAST_MODELS.indexOf(other) < FORECAST_MODELS.indexOf(present)) {
    return mean > PLAINER_STANDARD_ERRORS * standardError;
  }
  const loss = errors[present]?.meanAbsolute ?? 0;
  return mean > GAIN_MIN * loss && mean > RICHER_STANDARD_ERRORS * standardError;
}

function byModel<Value>(of: (model: ForecastModel) => Value): Readonly<Record<ForecastModel, Value>> {
  return {
    level: of("level"),
    ar1: of("ar1"),
    profile: of("profile"),
    "profile-rls": of("profile-rls"),
  };
}
