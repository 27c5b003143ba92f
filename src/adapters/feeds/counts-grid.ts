import type { CountReport, Rejections } from "./counts-report.ts";
import { type CountFormat, dayNumberOf, MINUTES_PER_DAY, type RawCount } from "./counts-row.ts";

/** Counts of one place. */
export type CountSeries = {
  readonly id: string;
  /** In the order of the calendar; days without any row in the file are not among them. */
  readonly days: readonly CountDay[];
};

export type CountDay = {
  /** Days since 1 January 1970, local calendar. */
  readonly day: number;
  /** Vehicles by slot; `null` where the count is not known. */
  readonly counts: readonly (number | null)[];
};

type RowOfCount = { readonly line: number; readonly raw: RawCount };

export type Grid = Omit<CountReport, "rows" | "rejected" | "rejectedRows"> & {
  readonly intervalMinutes: number;
  readonly series: readonly CountSeries[];
};

/** A first or last day with rows in less than this share of its slots had hardly begun. */
const DAY_SHARE_MIN = 0.1;

/** Counts by series, day and slot; `undefined` where the rows show no interval. Rows that do not fit are rejected. */
export function gridOf(
  format: CountFormat,
  rows: readonly RowOfCount[],
  rejected: Rejections,
): Grid | undefined {
  const dayFirst = !format.ambiguousDates || writesDayFirst(rows);
  const timed: Timed[] = [];
  for (const { line, raw } of rows) {
    const day = dayNumberOf(raw.date, dayFirst);
    if (day !== undefined) timed.push({ line, raw, minute: day * MINUTES_PER_DAY + raw.minuteOfDay });
    else {
      const { first, second, year } = raw.date;
      const found = `${first}/${second}/${year}`;
      rejected.add(line, {
        found,
        allowed: `a date of the calendar as ${dayFirst ? "DD/MM" : "MM/DD"}/YYYY`,
      });
    }
  }
  const intervalMinutes = intervalOf(timed);
  if (intervalMinutes === undefined) return undefined;
  const onGrid = timed.filter(({ line, raw, minute }) => {
    if (minute % intervalMinutes === 0) return true;
    rejected.add(line, {
      found: `minute ${raw.minuteOfDay} of the day`,
      allowed: `a multiple of the interval of ${intervalMinutes} min`,
    });
    return false;
  });
  const { kept, leftOut } = withoutStubs(onGrid, intervalMinutes);
  if (kept.length === 0) return undefined;
  const { cells, duplicates } = cellsOf(kept, rejected);
  const days = [...new Set(kept.map(({ minute }) => Math.floor(minute / MINUTES_PER_DAY)))].toSorted(
    (left, right) => left - right,
  );
  const series = seriesOf(format, { kept, cells, days, intervalMinutes });
  return {
    intervalMinutes,
    series: series.map(({ id, days: filled }) => ({ id, days: filled })),
    duplicates,
    outOfOrder: timed.filter(({ minute }, index) => minute < (timed[index - 1]?.minute ?? minute)).length,
    unobserved: kept.filter(({ raw }) => raw.unobserved).length,
    filledZeros: series.reduce((sum, { filledZeros }) => sum + filledZeros, 0),
    unknown: series.reduce((sum, { unknown }) => sum + unknown, 0),
    leftOut,
    dateOrder: format.ambiguousDates ? (dayFirst ? "DD/MM/YYYY" : "MM/DD/YYYY") : "YYYY-MM-DD",
  };
}

type Timed = RowOfCount & { /** Since 1970, local. */ readonly minute: number };

/** A day beyond 12 shows the order of all dates; without one the day is taken to stand first. */
function writesDayFirst(rows: readonly RowOfCount[]): boolean {
  const beyond = (part: "first" | "second"): number => rows.filter(({ raw }) => raw.date[part] > 12).length;
  return beyond("first") >= beyond("second");
}

/** The most frequent step from one time of the file to the next that divides the day. */
function intervalOf(timed: readonly Timed[]): number | undefined {
  const minutes = [...new Set(timed.map(({ minute }) => minute))].toSorted((left, right) => left - right);
  const frequency = new Map<number, number>();
  for (const [index, minute] of minutes.entries()) {
    const step = minute - (minutes[index - 1] ?? minute);
    if (step >= 1 && MINUTES_PER_DAY % step === 0) frequency.set(step, (frequency.get(step) ?? 0) + 1);
  }
  return [...frequency].toSorted(([left, many], [right, more]) => more - many || left - right)[0]?.[0];
}

/** Without the rows of a first or last day that had hardly begun: a single slot beyond midnight is no day. */
function withoutStubs(
  timed: readonly Timed[],
  intervalMinutes: number,
): { readonly kept: readonly Timed[]; readonly leftOut: number } {
  const slotsOf = new Map<number, Set<number>>();
  for (const { minute } of timed) {
    const day = Math.floor(minute / MINUTES_PER_DAY);
    const slots = slotsOf.get(day) ?? new Set<number>();
    slots.add(minute);
    slotsOf.set(day, slots);
  }
  const days = [...slotsOf.keys()].toSorted((left, right) => left - right);
  const least = (DAY_SHARE_MIN * MINUTES_PER_DAY) / intervalMinutes;
  const stubs = new Set(
    [days[0], days.at(-1)].filter((day) => day !== undefined && (slotsOf.get(day)?.size ?? 0) < least),
  );
  const kept = timed.filter(({ minute }) => !stubs.has(Math.floor(minute / MINUTES_PER_DAY)));
  return { kept, leftOut: timed.length - kept.length };
}

type Cells = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Counts by series and minute. Of two rows of one place and time the first one counts. */
function cellsOf(
  timed: readonly Timed[],
  rejected: Rejections,
): { readonly cells: Cells; readonly duplicates: number } {
  const cells = new Map<string, Map<number, number>>();
  let duplicates = 0;
  for (const { line, raw, minute } of timed) {
    const own = cells.get(raw.series) ?? new Map<number, number>();
    cells.set(raw.series, own);
    const before = own.get(minute);
    if (before === undefined) own.set(minute, raw.count);
    else if (before === raw.count) duplicates += 1;
    else {
      rejected.add(line, {
        found: `a second count of ${raw.series} at the same time, ${raw.count}`,
        allowed: `one count; the first one, ${before}, stands`,
      });
    }
  }
  return { cells, duplicates };
}

type Filling = {
  readonly kept: readonly Timed[];
  readonly cells: Cells;
  readonly days: readonly number[];
  readonly intervalMinutes: number;
};

type FilledSeries = CountSeries & { readonly filledZeros: number; readonly unknown: number };

function seriesOf(
  { zeroWithoutRow }: CountFormat,
  { kept, cells, days, intervalMinutes }: Filling,
): readonly FilledSeries[] {
  const atWork = new Map<string, Set<number>>();
  const groupOf = new Map<string, string>();
  for (const { raw, minute } of kept) {
    const minutes = atWork.get(raw.group) ?? new Set<number>();
    minutes.add(minute);
    atWork.set(raw.group, minutes);
    groupOf.set(raw.series, raw.group);
  }
  return [...cells].map(([id, own]) => {
    const working = zeroWithoutRow ? atWork.get(groupOf.get(id) ?? "") : undefined;
    let filledZeros = 0;
    let unknown = 0;
    const filled = days.map((day) => ({
      day,
      counts: Array.from({ length: MINUTES_PER_DAY / intervalMinutes }, (_, slot) => {
        const minute = day * MINUTES_PER_DAY + slot * intervalMinutes;
        const count = own.get(minute);
        if (count !== undefined) return count;
        if (working?.has(minute) === true) {
          filledZeros += 1;
          return 0;
        }
        unknown += 1;
        return null;
      }),
    }));
    return { id, days: filled, filledZeros, unknown };
  });
}
