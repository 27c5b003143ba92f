import { type CountHistory, type DayOfCounts, DAY_TYPES, dayTypeOf, weekdayOf } from "./history.ts";

/** How the usual day is made of the days before. */
export type ProfileSettings = {
  /** Weight of a day relative to the day after it, above 0 and at most 1: 1 counts all days alike. */
  readonly decay: number;
  /** What a day of the same weekday counts more than another of the same type: 1 is twice as much. */
  readonly weekdayFactor: number;
  /** Standard deviation of the smoothing over slots; 0 for none. */
  readonly smoothingSlots: number;
};

/** Weighted sums by slot over the days of one group, as of the day `dayNumber`. */
type SlotSums = {
  readonly dayNumber: number;
  readonly weighted: readonly number[];
  readonly weights: readonly number[];
};

/** What is known of the usual day: sums by type of day and by weekday, whose size does not grow with the days. */
export type Profile = {
  readonly settings: ProfileSettings;
  readonly slotsPerDay: number;
  /** Days learned so far. */
  readonly dayNumber: number;
  /** In the order of `DAY_TYPES`; `null` before the first such day. */
  readonly types: readonly (SlotSums | null)[];
  /** Sunday first; not kept where they count for nothing. */
  readonly weekdays: readonly (SlotSums | null)[];
};

const WEEKDAYS = 7;
/** A smoothing kernel ends after this many standard deviations. */
const KERNEL_REACH = 3;

export function emptyProfile(settings: ProfileSettings, slotsPerDay: number): Profile {
  return {
    settings,
    slotsPerDay,
    dayNumber: 0,
    types: DAY_TYPES.map(() => null),
    weekdays: Array.from({ length: WEEKDAYS }, () => null),
  };
}

/** The profile with one more day; slots that are not known leave the usual day as it was. */
export function learnDay(profile: Profile, { day, counts }: DayOfCounts): Profile {
  const { settings, dayNumber } = profile;
  const type = dayTypeOf(day);
  const weekday = weekdayOf(day);
  const add = (sums: SlotSums | null): SlotSums => addDay(sums, counts, dayNumber, settings.decay);
  return {
    ...profile,
    dayNumber: dayNumber + 1,
    types: profile.types.map((sums, index) => (index === type ? add(sums) : sums)),
    weekdays:
      settings.weekdayFactor > 0
        ? profile.weekdays.map((sums, index) => (index === weekday ? add(sums) : sums))
        : profile.weekdays,
  };
}

function addDay(
  before: SlotSums | null,
  counts: readonly number[],
  dayNumber: number,
  decay: number,
): SlotSums {
  const kept = before === null ? 0 : decay ** (dayNumber - before.dayNumber);
  return {
    dayNumber,
    weighted: counts.map((count, slot) => {
      const sum = kept * (before?.weighted[slot] ?? 0);
      return Number.isNaN(count) ? sum : sum + count;
    }),
    weights: counts.map((count, slot) => {
      const sum = kept * (before?.weights[slot] ?? 0);
      return Number.isNaN(count) ? sum : sum + 1;
    }),
  };
}

/**
 * The usual counts of a day by slot: the mean over the days of its type, those of its weekday counting more, smoothed over the
 * slots. Slots that no such day knows are taken from the other types; `NaN` where no day knows them.
 */
export function usualDay(profile: Profile, day: number): readonly number[] {
  const { settings, slotsPerDay, dayNumber } = profile;
  const type = dayTypeOf(day);
  const parts: WeightedSums[] = profile.types.flatMap((sums, index) =>
    sums === null
      ? []
      : [{ sums, weight: settings.decay ** (dayNumber - sums.dayNumber), own: index === type }],
  );
  const weekday = profile.weekdays[weekdayOf(day)] ?? null;
  if (weekday !== null && settings.weekdayFactor > 0) {
    const weight = settings.weekdayFactor * settings.decay ** (dayNumber - weekday.dayNumber);
    parts.push({ sums: weekday, weight, own: true });
  }
  const values = Array.from({ length: slotsPerDay }, (_, slot) => {
    const own = meanAt(parts, slot, true);
    return Number.isNaN(own) ? meanAt(parts, slot, false) : own;
  });
  return smoothCircular(values, settings.smoothingSlots);
}

type WeightedSums = { readonly sums: SlotSums; readonly weight: number; readonly own: boolean };

/** Weighted mean of a slot, of the day's own type or of the others; `NaN` without a count. */
function meanAt(parts: readonly WeightedSums[], slot: number, own: boolean): number {
  let weighted = 0;
  let weights = 0;
  for (const part of parts) {
    if (part.own !== own) continue;
    weighted += part.weight * (part.sums.weighted[slot] ?? 0);
    weights += part.weight * (part.sums.weights[slot] ?? 0);
  }
  return weights > 0 ? weighted / weights : Number.NaN;
}

/** The profile of a whole history. */
export function learnHistory(settings: ProfileSettings, { slotsPerDay, days }: CountHistory): Profile {
  return days.reduce(learnDay, emptyProfile(settings, slotsPerDay));
}

/**
 * For each day of the history the usual day of the *other* days, weighted by how far they are from it. With itself among them a
 * day would look more usual than a new day does, and what is fitted to its deviations would be too sure.
 */
export function usualDaysLeftOut(
  settings: ProfileSettings,
  { slotsPerDay, days }: CountHistory,
): readonly (readonly number[])[] {
  return days.map((left, position) => {
    const own = zeroSums(slotsPerDay);
    const others = zeroSums(slotsPerDay);
    for (const [other, { day, counts }] of days.entries()) {
      if (other === position) continue;
      const factor = weekdayOf(day) === weekdayOf(left.day) ? 1 + settings.weekdayFactor : 1;
      const weight = factor * settings.decay ** Math.abs(other - position);
      addWeighted(dayTypeOf(day) === dayTypeOf(left.day) ? own : others, counts, weight);
    }
    const values = own.weights.map((weight, slot) => {
      const { weighted, weights } = weight > 0 ? own : others;
      return (weighted[slot] ?? 0) / (weights[slot] ?? 0);
    });
    return smoothCircular(values, settings.smoothingSlots);
  });
}

type Sums = { readonly weighted: number[]; readonly weights: number[] };

function zeroSums(slots: number): Sums {
  return {
    weighted: Array.from({ length: slots }, () => 0),
    weights: Array.from({ length: slots }, () => 0),
  };
}

function addWeighted({ weighted, weights }: Sums, counts: readonly number[], weight: number): void {
  for (let slot = 0; slot < counts.length; slot += 1) {
    const count = counts[slot] ?? Number.NaN;
    if (Number.isNaN(count)) continue;
    weighted[slot] = (weighted[slot] ?? 0) + weight * count;
    weights[slot] = (weights[slot] ?? 0) + weight;
  }
}

/** Gaussian mean over neighbouring slots, midnight between the last and the first; unknown slots stay unknown. */
export function smoothCircular(values: readonly number[], sdSlots: number): readonly number[] {
  if (sdSlots <= 0) return values;
  const reach = Math.min(Math.ceil(KERNEL_REACH * sdSlots), Math.floor((values.length - 1) / 2));
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, position) =>
    Math.exp(-0.5 * ((position - reach) / sdSlots) ** 2),
  );
  return values.map((value, slot) => {
    if (Number.isNaN(value)) return value;
    let sum = 0;
    let weights = 0;
    for (let offset = -reach; offset <= reach; offset += 1) {
      const near = values[(slot + offset + values.length) % values.length] ?? Number.NaN;
      if (Number.isNaN(near)) continue;
      const weight = kernel[offset + reach] ?? 0;
      sum += weight * near;
      weights += weight;
    }
    return sum / weights;
  });
}
