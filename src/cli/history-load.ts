import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gridNetwork } from "../../sim/load/grid-network.ts";
import { type HistoryCost, measureHistoryCost } from "../../sim/load/history-cost.ts";
import { startRegion } from "../../sim/load/region.ts";
import { checkedLine } from "../adapters/checked-lines.ts";
import { type History, openHistory } from "../adapters/history/store.ts";
import { columnsOf } from "../adapters/history/tables.ts";
import { INTERVAL_DEFAULT_MS, PLAN_VALID_DEFAULT_MS } from "../engine/configuration.ts";
import { PhasewiseError } from "../errors.ts";
import type { EventRow, StoreRows } from "../ports/store.ts";
import { after, HOUR_MS, instantMs, SECOND_MS } from "../units.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { HISTORY_DAYS_DEFAULT, numberOption, type RawOptions, SEED_MAX } from "./options.ts";
import { stopSignal } from "./stop-signal.ts";
import { wallClock } from "./wall-clock.ts";

export const EVENTS_DEFAULT = 4_000_000;
/** Beyond it somebody has mistyped. */
const EVENTS_MAX = 1_000_000_000;
const INTERSECTIONS_DEFAULT = 12;
const SECONDS_DEFAULT = 300;
const RUN_IN_SECONDS = 40;

/** Events that are appended at once, and batches after which the disk is waited for. */
const BATCH_EVENTS = 1_000;
const BATCHES_TO_FLUSH = 20;

/** Codes of a controller's log and how they follow one another does not matter here: actuations, greens, yellows. */
const CODES = [82, 81, 1, 8, 82, 81, 10, 44] as const;

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));

export type AppendReport = {
  readonly events: number;
  /** Until all were on the disk. */
  readonly acknowledgedPerSecond: number;
  /** Until all were in the database as well. */
  readonly loadedPerSecond: number;
  /** Processor time of this process, its database's thread included, for an event. */
  readonly processorMicroseconds: number;
  readonly journalBytesPerEvent: number;
  readonly databaseBytesPerEvent: number;
};

/**
 * Appends events as fast as they are taken, in a folder that is kept or in one of its own; then an engine's steps with the history and
 * without it, by turns. Which events are on the disk is told as it goes, so that a process that is killed can be held to it.
 */
export async function historyLoad(options: RawOptions): Promise<void> {
  const events = wholeNumber(options, "events", 1, EVENTS_MAX) ?? EVENTS_DEFAULT;
  const intersections = wholeNumber(options, "intersections", 1, 1_000) ?? INTERSECTIONS_DEFAULT;
  const seconds = wholeNumber(options, "seconds", 0, 86_400) ?? SECONDS_DEFAULT;
  const seed = wholeNumber(options, "seed", 0, SEED_MAX) ?? 1;
  const asked = options["history"];
  if (asked !== true && typeof asked !== "string") {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--history ${JSON.stringify(asked)}: allowed is a folder, or nothing`,
    );
  }
  const stopped = stopSignal();
  const folder = asked === true ? await mkdtemp(join(tmpdir(), "phasewise-history-")) : asked;
  try {
    const append = await appendEvents(folder, events, intersections, stopped);
    if (!printsJson(options)) console.log(describeAppend(append));
    const cost =
      seconds === 0 || stopped.aborted
        ? undefined
        : await costOfHistory(folder, intersections, seconds, seed, stopped);
    if (!printsJson(options) && cost !== undefined) console.log(describeCost(cost, intersections));
    await writeJson(options, { append, ...(cost === undefined ? {} : { engine: cost }) });
  } finally {
    if (asked === true) await rm(folder, { recursive: true, force: true });
  }
}

async function openIn(folder: string): Promise<History> {
  return await openHistory({
    folder,
    continues: true,
    network: { id: "load", timeZone: "UTC", regions: new Map() },
    keptDays: HISTORY_DAYS_DEFAULT * 100,
    failed: (message) => console.error(`History: ${message}`),
    recovered: (message) => console.error(`History: ${message}`),
    timer: wallClock.after,
  });
}

async function appendEvents(
  folder: string,
  events: number,
  intersections: number,
  stopped: AbortSignal,
): Promise<AppendReport> {
  const history = await openIn(folder);
  const before = await bytesIn(folder);
  // It goes on where the history ends, so that a folder can be loaded again and again.
  const begun = [...history.nextEvent.values()].reduce((sum, next) => sum + next, 0);
  const cpu = process.cpuUsage();
  const beganMs = wallClock.now();
  let next = begun;
  for (let batch = 1; next < begun + events && !stopped.aborted; batch += 1) {
    const count = Math.min(BATCH_EVENTS, begun + events - next);
    history.append(batchOf(next, count, intersections));
    next += count;
    if (batch % BATCHES_TO_FLUSH !== 0) continue;
    await history.flushed();
    console.error(`acknowledged ${next} events`);
  }
  await history.flushed();
  const acknowledgedMs = wallClock.now() - beganMs;
  // An answer comes when everything is in the database.
  await history.read("events", { from: 0, to: 1 });
  const loadedMs = wallClock.now() - beganMs;
  const { user, system } = process.cpuUsage(cpu);
  await history.close();
  const count = next - begun;
  return {
    events: count,
    acknowledgedPerSecond: (count / acknowledgedMs) * 1000,
    loadedPerSecond: (count / loadedMs) * 1000,
    processorMicroseconds: (user + system) / count,
    journalBytesPerEvent:
      journalBytes(batchOf(next - BATCH_EVENTS, BATCH_EVENTS, intersections)) / BATCH_EVENTS,
    databaseBytesPerEvent: ((await bytesIn(folder)) - before) / count,
  };
}

function batchOf(from: number, count: number, intersections: number): StoreRows {
  return {
    table: "events",
    rows: Array.from({ length: count }, (_, index) => eventOf(from + index, intersections)),
  };
}

/** Of rows that were appended at once. */
function journalBytes(rows: StoreRows): number {
  const columns = columnsOf(rows);
  return columns.ok ? Buffer.byteLength(checkedLine(columns.value)) : Number.NaN;
}

/** The `n`th event: intersections by turns, each numbered without a gap. */
function eventOf(n: number, intersections: number): EventRow {
  return {
    at: MIDNIGHT + 100 * Math.floor(n / 20),
    intersection: `intersection-${n % intersections}`,
    number: Math.floor(n / intersections),
    code: CODES[n % CODES.length] ?? 0,
    parameter: (n * 7) % 24,
  };
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return bytes;
}

async function costOfHistory(
  folder: string,
  count: number,
  seconds: number,
  seed: number,
  stopped: AbortSignal,
): Promise<HistoryCost> {
  const rows = Math.round(Math.sqrt(count));
  const network = gridNetwork(rows, Math.ceil(count / rows));
  const startsAt = after(MIDNIGHT, 7 * HOUR_MS);
  const { demand: _, ...withoutDemand } = network;
  const history = await openIn(join(folder, "engine"));
  try {
    return await measureHistoryCost({
      region: startRegion({ network, seed, observe: "loops", midnightAt: MIDNIGHT, startsAt }),
      configuration: {
        network: withoutDemand,
        midnightAt: MIDNIGHT,
        stepMs: SECOND_MS,
        intervalMs: INTERVAL_DEFAULT_MS,
        planValidMs: PLAN_VALID_DEFAULT_MS,
        mode: "adaptive",
      },
      runInSeconds: RUN_IN_SECONDS,
      seconds,
      nowMs: wallClock.now,
      store: {
        append: (some) => history.append(some),
        settled: async () => {
          await history.flushed();
          await history.read("events", { from: 0, to: 1 });
        },
      },
      stopped,
    });
  } finally {
    await history.close();
  }
}

function wholeNumber(options: RawOptions, name: string, min: number, max: number): number | undefined {
  return numberOption(options, name, { min, max, integer: true });
}

const whole = (value: number): string => Math.round(value).toLocaleString("en-GB");

const ms = (value: number | null | undefined): string =>
  value === null || value === undefined ? "none" : value.toFixed(3);

function describeAppend(report: AppendReport): string {
  return [
    `${whole(report.events)} events in batches of ${whole(BATCH_EVENTS)}`,
    `on the disk: ${whole(report.acknowledgedPerSecond)} a second; in the database as well: ${whole(report.loadedPerSecond)} a second`,
    `processor: ${report.processorMicroseconds.toFixed(2)} microseconds an event, all threads`,
    `bytes an event: ${report.journalBytesPerEvent.toFixed(1)} in the journal, ${report.databaseBytesPerEvent.toFixed(1)} in the database`,
  ].join("\n");
}

function describeCost(cost: HistoryCost, intersections: number): string {
  return [
    `step of ${intersections} intersections, ${cost.pairs} pairs of blocks: ${ms(cost.stepMsWithout)} ms without, ${ms(cost.stepMsWith)} ms with a history`,
    `difference ${ms(cost.differenceMs)} ms, 95 % from ${ms(cost.ci95?.[0])} to ${ms(cost.ci95?.[1])}`,
    `handing over ${ms(cost.rowsPerSecond)} rows of an instant: ${ms(cost.rememberMs)} ms`,
  ].join("\n");
}
