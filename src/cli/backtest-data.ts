import type { CountSeries } from "../adapters/feeds/counts-grid.ts";
import { type CountFile, readCountsCsv } from "../adapters/feeds/counts-csv.ts";
import { PhasewiseError } from "../errors.ts";
import type { BacktestData, BacktestSeries, Protocol } from "../forecast/backtest.ts";
import { DAY_MS, MINUTE_MS } from "../units.ts";
import { type CountHistory, daysBetween, meanCount, slotsPerDayOf, withGaps } from "../forecast/history.ts";

/** Series with fewer vehicles an interval than this in training are not scored: their counts are hardly more than chance. */
const MEAN_MIN = 8;
/** Days that are forecast where there is no second file: a third, and no fewer than a week where that leaves as many to train. */
const TEST_SHARE = 1 / 3;
const TEST_DAYS_USUAL = 7;
/** Training days without which there is no usual day to fit to. */
const TRAIN_DAYS_MIN = 4;

export type BacktestInput = {
  readonly data: BacktestData;
  readonly files: readonly CountFile[];
  /** Series that are not scored, by id. */
  readonly leftOut: readonly string[];
};

/** Reads and splits; `horizons` are intervals ahead. Throws `DATA_INVALID` where files do not belong together or say too little. */
export async function readBacktest(
  trainFile: string,
  testFile: string | undefined,
  protocol: Protocol,
  horizons: readonly number[],
): Promise<BacktestInput> {
  const train = await readCountsCsv(trainFile);
  const test = testFile === undefined ? undefined : await readCountsCsv(testFile);
  const pairs = test === undefined ? split(train, protocol) : paired(train, test, protocol);
  const enough = pairs.filter((series) => meanCount(series.train) >= MEAN_MIN);
  const series = enough.length > 0 ? enough : pairs.filter((one) => meanCount(one.train) > 0);
  if (series.length === 0) throw invalid(trainFile, "no series with a vehicle", "counts above 0");
  const kept = new Set(series.map(({ id }) => id));
  return {
    data: { protocol, intervalMs: train.intervalMs, horizons, series },
    files: test === undefined ? [train] : [train, test],
    leftOut: pairs.flatMap(({ id }) => (kept.has(id) ? [] : [id])),
  };
}

function split({ file, intervalMs, series }: CountFile, protocol: Protocol): readonly BacktestSeries[] {
  const days = series[0]?.days.length ?? 0;
  const third = Math.round(days * TEST_SHARE);
  const testDays = days - TEST_DAYS_USUAL >= TEST_DAYS_USUAL ? Math.max(TEST_DAYS_USUAL, third) : third;
  const from = days - testDays;
  if (from < TRAIN_DAYS_MIN) {
    throw invalid(
      file,
      `${days} days`,
      `at least ${Math.ceil(TRAIN_DAYS_MIN / (1 - TEST_SHARE))} without a second file`,
    );
  }
  const testFrom = series[0]?.days[from]?.day ?? 0;
  return series.map((one) => parted(one.id, historyOf(one, intervalMs), testFrom, protocol));
}

/**
 * A series with the test days from `testFrom` on. The protocol `pems` is that of published figures, whose rows follow each other as they
 * stand in the file; elsewhere days that are missing stay a gap, that between the two parts too.
 */
function parted(id: string, history: CountHistory, testFrom: number, protocol: Protocol): BacktestSeries {
  const { slotsPerDay, days } = protocol === "pems" ? history : withGaps(history);
  const from = days.findIndex(({ day }) => day === testFrom);
  const whole = { slotsPerDay, days };
  return { id, train: daysBetween(whole, 0, from), test: daysBetween(whole, from, days.length) };
}

function paired(train: CountFile, test: CountFile, protocol: Protocol): readonly BacktestSeries[] {
  if (test.intervalMs !== train.intervalMs) {
    throw invalid(test.file, intervalText(test), `${intervalText(train)}, as in ${train.file}`);
  }
  const trainDays = train.series[0]?.days ?? [];
  if (trainDays.length < TRAIN_DAYS_MIN) {
    throw invalid(train.file, `${trainDays.length} days`, `at least ${TRAIN_DAYS_MIN}`);
  }
  const last = trainDays.at(-1)?.day ?? 0;
  const first = test.series[0]?.days[0]?.day ?? 0;
  if (first <= last) {
    throw invalid(
      test.file,
      `a first day ${dateText(first)}`,
      `days after ${dateText(last)}, the last one of ${train.file}`,
    );
  }
  const pairs = train.series.flatMap((one): readonly BacktestSeries[] => {
    const other = test.series.find(({ id }) => id === one.id);
    if (other === undefined) return [];
    const days = [...one.days, ...other.days];
    return [parted(one.id, historyOf({ id: one.id, days }, train.intervalMs), first, protocol)];
  });
  if (pairs.length > 0) return pairs;
  throw invalid(test.file, `series ${firstIds(test)}`, `some of those of ${train.file}: ${firstIds(train)}`);
}

function intervalText({ intervalMs }: CountFile): string {
  return `intervals of ${intervalMs / MINUTE_MS} min`;
}

function dateText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function firstIds({ series }: CountFile): string {
  return series
    .slice(0, 5)
    .map(({ id }) => id)
    .join(", ");
}

function historyOf({ days }: CountSeries, intervalMs: number): CountHistory {
  return {
    slotsPerDay: slotsPerDayOf(intervalMs),
    days: days.map(({ day, counts }) => ({ day, counts: counts.map((count) => count ?? Number.NaN) })),
  };
}

function invalid(file: string, found: string, allowed: string): PhasewiseError {
  return new PhasewiseError("DATA_INVALID", `${file}: found ${found}, allowed: ${allowed}`);
}

/** What a person should know of how a file was read, a line each. */
export function describeReading({ file, format, series, intervalMs, report }: CountFile): readonly string[] {
  const calendar = series[0]?.days ?? [];
  const days = calendar.length;
  const span = (calendar.at(-1)?.day ?? 0) - (calendar[0]?.day ?? 0) + 1;
  const head = `${file}: ${format}, ${report.rows} rows, ${series.length} series, ${days} days of ${intervalMs / MINUTE_MS}-minute intervals, dates ${report.dateOrder}`;
  const counted: readonly (readonly [number, string])[] = [
    [report.duplicates, "rows that another one says too, taken once"],
    [report.outOfOrder, "rows before the one before them, put in their place"],
    [report.unobserved, "rows of which the file says that nothing was measured, kept as they are"],
    [report.filledZeros, "counts of 0 for detectors without a row while their device reported"],
    [report.unknown, "intervals without a count, not scored"],
    [days === 0 ? 0 : span - days, "days without a row between the first and the last"],
    [report.leftOut, "rows of a first or last day that had hardly begun, left out"],
    [report.rejectedRows, "rows rejected"],
  ];
  return [
    head,
    ...counted.flatMap(([count, what]) => (count > 0 ? [`  ${count} ${what}`] : [])),
    ...report.rejected.map(
      ({ line, found, allowed }) => `  line ${line}: found ${JSON.stringify(found)}, allowed: ${allowed}`,
    ),
  ];
}
