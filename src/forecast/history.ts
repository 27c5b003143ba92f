import { DAY_MS, modulo } from "../units.ts";

/** Counts of one local day, one a slot; `NaN` where the count is not known. */
export type DayOfCounts = {
  /** Days since 1 January 1970, local calendar. */
  readonly day: number;
  readonly counts: readonly number[];
};

/**
 * What was counted at one place. Days follow each other as they stand here: days that are missing leave no gap, unless days of nothing
 * known stand for them (`withGaps`).
 */
export type CountHistory = {
  readonly slotsPerDay: number;
  readonly days: readonly DayOfCounts[];
};

/** An interval: its local day and its slot in that day, from 0. */
export type Place = { readonly day: number; readonly slot: number };

/** Vehicles of one interval; `NaN` where the count is not known. */
export type Observation = Place & { readonly count: number };

/** 0 Sunday to 6 Saturday: 1 January 1970 was a Thursday. */
export function weekdayOf(day: number): number {
  return modulo(day + 4, 7);
}

export const DAY_TYPES = ["weekday", "saturday", "sunday"] as const;

/** Index into `DAY_TYPES`: the days that are alike. */
export function dayTypeOf(day: number): number {
  const weekday = weekdayOf(day);
  if (weekday === 6) return 1;
  return weekday === 0 ? 2 : 0;
}

/** Intervals in the order of the history. */
export function observationsOf({ days }: CountHistory): readonly Observation[] {
  return days.flatMap(({ day, counts }) => counts.map((count, slot) => ({ day, slot, count })));
}

/** The days `from` to `until` (not included), by their position. */
export function daysBetween({ slotsPerDay, days }: CountHistory, from: number, until: number): CountHistory {
  return { slotsPerDay, days: days.slice(from, until) };
}

export function placeAfter({ day, slot }: Place, slotsPerDay: number): Place {
  return slot + 1 < slotsPerDay ? { day, slot: slot + 1 } : { day: day + 1, slot: 0 };
}

/**
 * The history with a day of which nothing is known before each day that does not follow the one before it in the calendar: what was counted
 * before says nothing of the first intervals behind. One for all that are missing, since after a day of nothing known a regression has
 * forgotten what was before.
 */
export function withGaps({ slotsPerDay, days }: CountHistory): CountHistory {
  const counts = Array.from({ length: slotsPerDay }, () => Number.NaN);
  return {
    slotsPerDay,
    days: days.flatMap((one, position) => {
      const before = days[position - 1];
      return before === undefined || before.day === one.day - 1 ? [one] : [{ day: one.day - 1, counts }, one];
    }),
  };
}

/** Days of which a count is known. */
export function knownDays({ days }: CountHistory): number {
  return days.filter(isKnown).length;
}

/** The position behind the first so many days of which a count is known. */
export function behindKnownDays({ days }: CountHistory, known: number): number {
  let left = known;
  if (left <= 0) return 0;
  const last = days.findIndex((day) => {
    if (isKnown(day)) left -= 1;
    return left === 0;
  });
  return last < 0 ? days.length : last + 1;
}

export function isKnown({ counts }: DayOfCounts): boolean {
  return counts.some((count) => !Number.isNaN(count));
}

/** Mean of the counts that are known; `NaN` without any. */
export function meanCount(history: CountHistory): number {
  let sum = 0;
  let known = 0;
  for (const { counts } of history.days) {
    for (const count of counts) {
      if (Number.isNaN(count)) continue;
      sum += count;
      known += 1;
    }
  }
  return known === 0 ? Number.NaN : sum / known;
}

export function slotsPerDayOf(intervalMs: number): number {
  return Math.round(DAY_MS / intervalMs);
}
