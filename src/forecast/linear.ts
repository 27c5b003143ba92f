import { type CountHistory, type Observation, type Place, placeAfter } from "./history.ts";
import { type LinearFit, valueAt } from "./least-squares.ts";
import {
  emptyProfile,
  learnDay,
  learnHistory,
  type Profile,
  type ProfileSettings,
  usualDay,
  usualDaysLeftOut,
} from "./profile.ts";
import { learnRow, type Recursion, startRecursion } from "./recursive.ts";

/**
 * The usual day plus a regression of the deviation on the deviations before: P[t] + c + Σ φ_k·v[t−k], v = y − P. Without a profile
 * it is an AR(p) of the counts, without lags a historical average. What changes while it runs: the profile if it learns, the
 * weights if they have a recursion.
 */
export type LinearState = {
  readonly kind: "linear";
  /** Deviations from the usual day, or counts where there is no profile; newest first. */
  readonly lags: readonly number[];
  /** Intercept first, then one a lag. */
  readonly weights: readonly number[];
  /** Standard deviation of the innovations when it was fitted, vehicles: the γ of AR(1). */
  readonly innovation: number;
  readonly recursion: Recursion | null;
  readonly usual: UsualDay | null;
};

type UsualDay = {
  readonly profile: Profile;
  readonly learns: boolean;
  /** The day that is under way; `null` before the first one. */
  readonly day: number | null;
  /** Its usual counts, as known when it began; none before the profile has learnt a day. */
  readonly today: readonly number[];
  /** What was counted of it from the first slot to the last that are known, `NaN` where one is not: learned when the day is over. */
  readonly seen: readonly number[];
  readonly seenFrom: number;
};

/** How a linear model is fitted. */
export type LinearSettings = ProfileSettings & {
  /** Lags. */
  readonly order: number;
  /** Of the recursion. */
  readonly forgetting: number;
};

export type LinearKind = {
  readonly profile: "none" | "frozen" | "learning";
  readonly weights: "frozen" | "recursive";
  readonly fit: (rows: readonly (readonly number[])[], targets: readonly number[]) => LinearFit | undefined;
};

/** Fits a history; `undefined` where it says too little. */
export function fitLinearState(
  history: CountHistory,
  settings: LinearSettings,
  kind: LinearKind,
): LinearState | undefined {
  const profiled = kind.profile !== "none";
  const values = profiled ? deviationsOf(history, settings) : countsOf(history);
  const { rows, targets } = laggedRows(values, settings.order);
  const profile = profiled ? learnHistory(settings, history) : null;
  const usual: UsualDay | null =
    profile === null
      ? null
      : { profile, learns: kind.profile === "learning", day: null, today: [], seen: [], seenFrom: 0 };
  const lags = lastLags(values, settings.order);
  if (lags === undefined) return undefined;
  if (kind.weights === "recursive") return fitRecursively({ rows, targets, lags, usual, settings });
  const fit =
    settings.order === 0
      ? { intercept: profiled ? 0 : meanOf(targets), weights: [] }
      : kind.fit(rows, targets);
  if (fit === undefined) return undefined;
  const squares = rows.reduce((sum, row, index) => sum + ((targets[index] ?? 0) - valueAt(fit, row)) ** 2, 0);
  const freedom = Math.max(1, rows.length - settings.order - 1);
  return {
    kind: "linear",
    lags,
    weights: [fit.intercept, ...fit.weights],
    innovation: Math.sqrt(squares / freedom),
    recursion: null,
    usual,
  };
}

/** A state that has seen nothing: its profile knows no day, and its weights are 0 until there are deviations to learn from. */
export function coldLinearState(settings: LinearSettings, slotsPerDay: number): LinearState {
  const { order, forgetting } = settings;
  const profile = emptyProfile(settings, slotsPerDay);
  return {
    kind: "linear",
    lags: Array.from({ length: order }, () => 0),
    weights: Array.from({ length: order + 1 }, () => 0),
    innovation: 0,
    recursion: startRecursion(order, COLD_SCALE, forgetting),
    usual: { profile, learns: true, day: null, today: [], seen: [], seenFrom: 0 },
  };
}

/** Size of the deviations that a cold start reckons with, vehicles: large, so that the first hours do not overfit. */
const COLD_SCALE = 100;

/** The state with weights that forget at another pace. */
export function withForgetting(state: LinearState, forgetting: number): LinearState {
  const { recursion } = state;
  if (recursion === null || recursion.forgetting === forgetting) return state;
  return { ...state, recursion: { ...recursion, forgetting } };
}

/** The state with all days of its profile so many days older: the days to come outweigh them soon. */
export function withAgedProfile(state: LinearState, days: number): LinearState {
  const { usual } = state;
  if (usual === null) return state;
  const { profile } = usual;
  return { ...state, usual: { ...usual, profile: { ...profile, dayNumber: profile.dayNumber + days } } };
}

type Lagged = {
  readonly rows: readonly (readonly number[])[];
  readonly targets: readonly number[];
};

function fitRecursively({
  rows,
  targets,
  lags,
  usual,
  settings,
}: Lagged & {
  readonly lags: readonly number[];
  readonly usual: UsualDay | null;
  readonly settings: LinearSettings;
}): LinearState | undefined {
  if (rows.length === 0) return undefined;
  const meanSquare = targets.reduce((sum, target) => sum + target * target, 0) / targets.length;
  let recursion = startRecursion(settings.order, Math.sqrt(meanSquare), settings.forgetting);
  let weights: readonly number[] = Array.from({ length: settings.order + 1 }, () => 0);
  let squares = 0;
  for (const [index, row] of rows.entries()) {
    const target = targets[index] ?? 0;
    squares += (target - weightedLags(weights, row)) ** 2;
    ({ recursion, weights } = learnRow(recursion, weights, row, target));
  }
  const innovation = Math.sqrt(squares / rows.length);
  return { kind: "linear", lags, weights, innovation, recursion, usual };
}

function countsOf({ days }: CountHistory): readonly number[] {
  return days.flatMap(({ counts }) => counts);
}

/** From the usual day of the other days; `NaN` where count or usual count is not known. */
function deviationsOf(history: CountHistory, settings: ProfileSettings): readonly number[] {
  const usual = usualDaysLeftOut(settings, history);
  return history.days.flatMap(({ counts }, position) =>
    counts.map((count, slot) => count - (usual[position]?.[slot] ?? Number.NaN)),
  );
}

/** Fits of different orders are made on the same rows, which the reference's windows of 12 lags have as targets. */
const ROWS_FROM = 12;

/** Rows of `order` values before each, newest first, where all are known. */
function laggedRows(values: readonly number[], order: number): Lagged {
  const rows: (readonly number[])[] = [];
  const targets: number[] = [];
  let known = 0;
  for (const [index, target] of values.entries()) {
    if (Number.isNaN(target)) {
      known = 0;
      continue;
    }
    if (known >= order && index >= ROWS_FROM) {
      rows.push(Array.from({ length: order }, (_, lag) => values[index - 1 - lag] ?? 0));
      targets.push(target);
    }
    known += 1;
  }
  return { rows, targets };
}

/** The last values, newest first, the mean for those that are not known; `undefined` where none is. */
function lastLags(values: readonly number[], order: number): readonly number[] | undefined {
  const known = values.filter((value) => !Number.isNaN(value));
  if (known.length === 0) return undefined;
  const mean = meanOf(known);
  return Array.from({ length: order }, (_, lag) => {
    const value = values[values.length - 1 - lag] ?? Number.NaN;
    return Number.isNaN(value) ? mean : value;
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Forecasts of the intervals from `next` on, vehicles each; `NaN` where the usual day does not know the slot. */
export function predictLinear(state: LinearState, next: Place, steps: number): readonly number[] {
  const { usual, weights } = state;
  const forecasts: number[] = [];
  const lags = state.lags.slice();
  let place = next;
  let today = usual === null ? undefined : usualOf(usual, place.day);
  for (let step = 0; step < steps; step += 1) {
    const deviation = weightedLags(weights, lags);
    const base = today === undefined ? 0 : (today[place.slot] ?? Number.NaN);
    forecasts.push(Math.max(0, base + deviation));
    if (step + 1 === steps) break;
    if (lags.length > 0) {
      lags.pop();
      lags.unshift(deviation);
    }
    if (usual === null) continue;
    const after = placeAfter(place, usual.profile.slotsPerDay);
    if (after.day !== place.day) today = usualOf(usual, after.day);
    place = after;
  }
  return forecasts;
}

/** What the usual day says of an interval; `NaN` without a profile. */
export function usualCount({ usual }: LinearState, { day, slot }: Place): number {
  return usual === null ? Number.NaN : (usualOf(usual, day)[slot] ?? Number.NaN);
}

function usualOf(usual: UsualDay, day: number): readonly number[] {
  if (usual.day === day) return usual.today;
  return turnDay(usual, day).today;
}

/** Ends the day that is under way, which is learned if the profile learns, and begins another. */
function turnDay(usual: UsualDay, day: number): UsualDay {
  if (usual.day === day) return usual;
  const { learns, profile: before } = usual;
  const profile =
    learns && usual.day !== null ? learnDay(before, { day: usual.day, counts: wholeDay(usual) }) : before;
  const known = profile.types.some((sums) => sums !== null);
  return { ...usual, profile, day, today: known ? usualDay(profile, day) : [], seen: [], seenFrom: 0 };
}

function wholeDay({ seen, seenFrom, profile }: UsualDay): readonly number[] {
  return Array.from({ length: profile.slotsPerDay }, (_, slot) => seen[slot - seenFrom] ?? Number.NaN);
}

/** Takes a count. One that is not known teaches nothing, and stands among the lags as what was forecast for it. */
export function updateLinear(state: LinearState, { day, slot, count }: Observation): LinearState {
  const { weights, lags, recursion } = state;
  const turned = state.usual === null ? null : turnDay(state.usual, day);
  const base = turned === null ? 0 : (turned.today[slot] ?? Number.NaN);
  const deviation = count - base;
  const known = !Number.isNaN(deviation);
  const usual = turned?.learns === true ? withCount(turned, slot, count) : turned;
  const learned = recursion === null || !known ? undefined : learnRow(recursion, weights, lags, deviation);
  return {
    kind: "linear",
    lags: pushed(lags, known ? deviation : weightedLags(weights, lags)),
    weights: learned?.weights ?? weights,
    innovation: state.innovation,
    recursion: learned?.recursion ?? recursion,
    usual,
  };
}

function withCount(usual: UsualDay, slot: number, count: number): UsualDay {
  const { seen } = usual;
  const seenFrom = seen.length === 0 ? slot : Math.min(slot, usual.seenFrom);
  if (Number.isNaN(count) && (slot < usual.seenFrom || slot >= usual.seenFrom + seen.length)) return usual;
  const before = Array.from({ length: seen.length === 0 ? 0 : usual.seenFrom - seenFrom }, () => Number.NaN);
  const counts = [...before, ...seen];
  while (counts.length < slot - seenFrom) counts.push(Number.NaN);
  counts[slot - seenFrom] = count;
  // A copy takes no room for more.
  return { ...usual, seen: counts.slice(), seenFrom };
}

function pushed(lags: readonly number[], newest: number): readonly number[] {
  if (lags.length === 0) return lags;
  const next = lags.slice();
  for (let lag = next.length - 1; lag > 0; lag -= 1) next[lag] = next[lag - 1] ?? 0;
  next[0] = newest;
  return next;
}

function weightedLags(weights: readonly number[], lags: readonly number[]): number {
  let sum = weights[0] ?? 0;
  for (let lag = 0; lag < lags.length; lag += 1) sum += (weights[lag + 1] ?? 0) * (lags[lag] ?? 0);
  return sum;
}
