import {
  type CountHistory,
  type Observation,
  observationsOf,
  type Place,
  placeAfter,
  weekdayOf,
} from "./history.ts";

/** The last count, or a smoothed one; the same for every interval to come. */
export type LevelState = {
  readonly kind: "level";
  /** Weight of the newest count: 1 is persistence. */
  readonly gain: number;
  /** `null` before the first count. */
  readonly level: number | null;
};

/**
 * What was counted in the same slot of the last day of the same weekday of which it is known; without any, of the weekday before it, and
 * so on.
 */
export type SeasonalState = {
  readonly kind: "seasonal";
  readonly slotsPerDay: number;
  /** Last counts by weekday, Sunday first, and slot; `NaN` where not known. */
  readonly weekdays: readonly (readonly number[])[];
};

export function fitLevel(history: CountHistory, gain: number): LevelState {
  const start: LevelState = { kind: "level", gain, level: null };
  return observationsOf(history).reduce(updateLevel, start);
}

export function updateLevel(state: LevelState, { count }: Observation): LevelState {
  if (Number.isNaN(count)) return state;
  const level = state.level === null ? count : state.level + state.gain * (count - state.level);
  return { ...state, level };
}

export function predictLevel({ level }: LevelState, steps: number): readonly number[] {
  return Array.from({ length: steps }, () => level ?? Number.NaN);
}

const WEEKDAYS = 7;

export function fitSeasonal({ slotsPerDay, days }: CountHistory): SeasonalState {
  const unknown = Array.from({ length: slotsPerDay }, () => Number.NaN);
  const last = new Map<number, readonly number[]>();
  for (const { day, counts } of days) {
    const before = last.get(weekdayOf(day)) ?? unknown;
    const known = counts.map((count, slot) => (Number.isNaN(count) ? (before[slot] ?? count) : count));
    last.set(weekdayOf(day), known);
  }
  return {
    kind: "seasonal",
    slotsPerDay,
    weekdays: Array.from({ length: WEEKDAYS }, (_, weekday) => last.get(weekday) ?? unknown),
  };
}

export function updateSeasonal(state: SeasonalState, { day, slot, count }: Observation): SeasonalState {
  if (Number.isNaN(count)) return state;
  const weekdays = state.weekdays.slice();
  const counts = (weekdays[weekdayOf(day)] ?? []).slice();
  counts[slot] = count;
  weekdays[weekdayOf(day)] = counts;
  return { ...state, weekdays };
}

export function predictSeasonal(state: SeasonalState, next: Place, steps: number): readonly number[] {
  const forecasts: number[] = [];
  for (let place = next; forecasts.length < steps; place = placeAfter(place, state.slotsPerDay)) {
    forecasts.push(seasonalCount(state, place));
  }
  return forecasts;
}

function seasonalCount({ weekdays }: SeasonalState, { day, slot }: Place): number {
  for (let back = 0; back < WEEKDAYS; back += 1) {
    const count = weekdays[weekdayOf(day - back)]?.[slot] ?? Number.NaN;
    if (!Number.isNaN(count)) return count;
  }
  return Number.NaN;
}
