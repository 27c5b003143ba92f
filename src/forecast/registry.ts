import { defined } from "../assert.ts";
import { type CountHistory, knownDays } from "./history.ts";
import { fitHuber, fitLinear } from "./least-squares.ts";
import { fitLinearState, type LinearKind, type LinearSettings } from "./linear.ts";
import { LSTM_LAGS } from "./lstm.ts";
import type { ModelState } from "./model.ts";
import { fitLevel, fitSeasonal } from "./naive.ts";

export const MODEL_NAMES = [
  "persistence",
  "seasonal-naive",
  "average",
  "average-weekday",
  "ar1",
  "ar12",
  "ar",
  "profile-ar12",
  "profile-ar",
  "profile-ar-online",
  "profile-rls",
  "robust",
] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/** Models that are tried where they are asked for by name: what trains them is an optional package, and takes minutes. */
export const OPTIONAL_MODEL_NAMES = ["lstm"] as const;
export type OptionalModelName = (typeof OPTIONAL_MODEL_NAMES)[number];

export type ModelEntry = {
  readonly name: ModelName | OptionalModelName;
  /** What it is. */
  readonly title: string;
  /** `static`: nothing but its lags changes once it is fitted; `online`: it goes on learning. */
  readonly mode: "static" | "online";
  /** Days of counts below which it is not fitted. */
  readonly minimumDays: number;
  /** Multiplications of one update, to an order of magnitude. */
  readonly cost: (settings: LinearSettings) => number;
  /** What the automatic rule chooses for it, in this order. */
  readonly chosen: readonly (keyof LinearSettings)[];
  /** What is not chosen. */
  readonly fixed: Partial<LinearSettings>;
  /** Whose settings it takes, where it chooses none of its own. */
  readonly settingsOf?: ModelName;
  /** Too dear to be fitted anew for each day, whatever the protocol. */
  readonly fittedOnce?: true;
  readonly fit: (history: CountHistory, settings: LinearSettings) => ModelState | undefined;
};

/** Where the rule begins, and what holds where nothing is chosen: the weights of the reference, `forecasting.md` §1.3. */
export const USUAL_SETTINGS: LinearSettings = {
  order: 12,
  forgetting: 0.9997,
  decay: 0.93,
  weekdayFactor: 1,
  smoothingSlots: 1,
};

/** A plain mean over all days. */
const PLAIN = { decay: 1, weekdayFactor: 0, smoothingSlots: 0 } as const;

function linear(kind: LinearKind): ModelEntry["fit"] {
  return (history, settings) => fitLinearState(history, settings, kind);
}

const PROFILE_AXES = ["smoothingSlots", "decay", "weekdayFactor"] as const;

const staticAr = linear({ profile: "none", weights: "frozen", fit: fitLinear });
const staticProfile = linear({ profile: "frozen", weights: "frozen", fit: fitLinear });

/** From the plainest to the richest. */
export const MODELS: readonly (ModelEntry & { readonly name: ModelName })[] = [
  {
    name: "persistence",
    title: "Last count",
    mode: "static",
    minimumDays: 0,
    cost: () => 1,
    chosen: [],
    fixed: {},
    fit: (history) => fitLevel(history, 1),
  },
  {
    name: "seasonal-naive",
    title: "Same slot of the last same weekday",
    mode: "static",
    minimumDays: 1,
    cost: () => 1,
    chosen: [],
    fixed: {},
    fit: (history) => fitSeasonal(history),
  },
  {
    name: "average",
    title: "Historical average by time of day",
    mode: "static",
    minimumDays: 2,
    cost: () => 1,
    chosen: [],
    fixed: { ...PLAIN, order: 0 },
    fit: staticProfile,
  },
  {
    name: "average-weekday",
    title: "Historical average by time of day, weekday counting more",
    mode: "static",
    minimumDays: 8,
    cost: () => 1,
    chosen: PROFILE_AXES,
    fixed: { order: 0 },
    fit: staticProfile,
  },
  {
    name: "ar1",
    title: "AR(1): y = α + β·y₋ + γ·ε",
    mode: "static",
    minimumDays: 1,
    cost: () => 1,
    chosen: [],
    fixed: { order: 1 },
    fit: staticAr,
  },
  {
    name: "ar12",
    title: "AR(12)",
    mode: "static",
    minimumDays: 2,
    cost: () => 12,
    chosen: [],
    fixed: { order: 12 },
    fit: staticAr,
  },
  {
    name: "ar",
    title: "AR(p)",
    mode: "static",
    minimumDays: 2,
    cost: ({ order }) => order,
    chosen: ["order"],
    fixed: {},
    fit: staticAr,
  },
  {
    name: "profile-ar12",
    title: "Plain profile + AR(12) on deviations, the reference",
    mode: "static",
    minimumDays: 4,
    cost: () => 12,
    chosen: [],
    fixed: { ...PLAIN, order: 12 },
    fit: staticProfile,
  },
  {
    name: "profile-ar",
    title: "Profile + AR(p) on deviations",
    mode: "static",
    minimumDays: 4,
    cost: ({ order }) => order,
    chosen: ["order", ...PROFILE_AXES],
    fixed: {},
    fit: staticProfile,
  },
  {
    name: "profile-ar-online",
    title: "Profile that learns + AR(p) on deviations",
    mode: "online",
    minimumDays: 4,
    cost: ({ order }) => order,
    chosen: ["order", ...PROFILE_AXES],
    fixed: {},
    fit: linear({ profile: "learning", weights: "frozen", fit: fitLinear }),
  },
  {
    name: "profile-rls",
    title: "Profile that learns + recursive least squares with forgetting",
    mode: "online",
    minimumDays: 4,
    cost: ({ order }) => 3 * (order + 1) ** 2,
    chosen: ["order", ...PROFILE_AXES, "forgetting"],
    fixed: {},
    fit: linear({ profile: "learning", weights: "recursive", fit: fitLinear }),
  },
  {
    name: "robust",
    title: "Profile that learns + AR(p) on deviations, fitted with Huber's weights",
    mode: "online",
    minimumDays: 4,
    cost: ({ order }) => order,
    chosen: [],
    fixed: {},
    settingsOf: "profile-ar-online",
    fit: linear({ profile: "learning", weights: "frozen", fit: fitHuber }),
  },
];

/** The network as one of the models, the richest; `fit` trains it. */
export function lstmEntry(fit: (history: CountHistory) => ModelState | undefined): ModelEntry {
  return {
    name: "lstm",
    title: "Network with long short-term memory (LSTM) on the last twelve counts and the clock",
    mode: "static",
    minimumDays: 4,
    cost: () => 15_000,
    chosen: [],
    fixed: { order: LSTM_LAGS },
    fittedOnce: true,
    fit,
  };
}

/** Fits a model; `undefined` where fewer days are known than it needs, or their counts say too little. */
export function fitModel(
  { fit, minimumDays }: ModelEntry,
  history: CountHistory,
  settings: LinearSettings,
): ModelState | undefined {
  return knownDays(history) < minimumDays ? undefined : fit(history, settings);
}

export function modelOf(name: ModelName): ModelEntry {
  return defined(
    MODELS.find((entry) => entry.name === name),
    name,
  );
}
