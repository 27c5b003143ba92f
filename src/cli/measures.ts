import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clockText } from "../adapters/feeds/clock-text.ts";
import { readDetectorConfig } from "../adapters/feeds/detector-config-csv.ts";
import { ingestLogs } from "../adapters/feeds/ingest.ts";
import { createLocalClock, type LocalClock } from "../adapters/feeds/local-clock.ts";
import type { LogEvent } from "../adapters/feeds/log-record.ts";
import { resolveNetwork } from "../adapters/network-files.ts";
import { readStoredEvents } from "../adapters/stored-events.ts";
import { messageOf, PhasewiseError } from "../errors.ts";
import { ATSPM_FUNCTIONS, configurationOfRows, functionOf } from "../measures/atspm-configuration.ts";
import { MEASURE_NAMES, type MeasureName, MEASURES } from "../measures/catalog.ts";
import { type MeasureConfiguration, VARIANTS } from "../measures/configuration.ts";
import { type IntersectionMeasures, startMeasures } from "../measures/intersection-measures.ts";
import type { MeasureRow } from "../measures/measure.ts";
import { configurationOf, type MeasureOptions, streetsOf } from "../measures/network-configuration.ts";
import { csvLines } from "../measures/rows-csv.ts";
import { type Band, progressionBands, type StreetGreen } from "../measures/time-space.ts";
import { describeFault } from "../model/fault.ts";
import type { Network } from "../model/files.ts";
import { instantMs } from "../units.ts";
import { BINS, binMsOf, TIME_ZONE_DEFAULT } from "./ingest.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { createLogExport } from "./measures-export.ts";
import { measuresTable } from "./measures-table.ts";
import { askedWindow, type Seen } from "./measures-window.ts";
import { choiceOption, type RawOptions, textOption, textsOption } from "./options.ts";

/** What is shown where nothing is asked for. */
export const MEASURES_DEFAULT: readonly MeasureName[] = [
  "aog",
  "approach-volume",
  "terminations",
  "split-failure",
  "pedestrian-delay",
];

export type MeasuresResult = {
  readonly from: number;
  readonly to: number;
  readonly binMs: number;
  readonly timeZone: string;
  readonly variant: string;
  readonly events: number;
  /** Events that a controller lost, records that were rejected, and files with damage. */
  readonly lost: number;
  readonly rejected: number;
  readonly damaged: readonly string[];
  readonly exported: number | null;
  readonly intersections: Readonly<Record<string, Readonly<Record<string, readonly MeasureRow[]>>>>;
  /** Progression bands of the network's routes, where `time-space` was asked for. */
  readonly streets: readonly Band[];
};

/**
 * Computes measures of event logs: a folder of ours, logs of real controllers, or CSV. Exit code 1 where something of them was
 * rejected or is damaged.
 */
export async function measures(paths: readonly string[], options: RawOptions): Promise<void> {
  const result = await runMeasures(paths, options);
  const { timeZone } = result;
  if (!printsJson(options)) console.log(measuresTable(result, timeTextOf(createLocalClock(timeZone))));
  await writeJson(options, result);
  for (const place of result.damaged) console.error(place);
  process.exitCode = result.rejected > 0 || result.damaged.length > 0 ? 1 : 0;
}

export async function runMeasures(paths: readonly string[], options: RawOptions): Promise<MeasuresResult> {
  const names = measuresOption(options);
  const variant = choiceOption(options, "variant", VARIANTS);
  const binMs = binMsOf(choiceOption(options, "bin", BINS));
  const source = await configurationSource(options);
  const timeZone = textOption(options, "timeZone") ?? source.network?.timeZone ?? TIME_ZONE_DEFAULT;
  const clock = createLocalClock(timeZone);
  const wanted = new Set(textsOption(options, "intersection"));
  const configure = (device: string): MeasureConfiguration =>
    source.configurationOf(device, { variant, keepMs: Number.POSITIVE_INFINITY });
  const running = new Map<string, IntersectionMeasures>();
  const seen: Seen = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  const exporting = createLogExport(options, paths, clock, configure);
  const read = await readEvents(paths, clock, (event) => {
    const { device, at, code, parameter } = event;
    if (wanted.size > 0 && !wanted.has(device)) return;
    exporting.take(event);
    if (parameter === null) return;
    seen.from = Math.min(seen.from, at);
    seen.to = Math.max(seen.to, at);
    let own = running.get(device);
    if (own === undefined) {
      own = startMeasures(configure(device), names);
      running.set(device, own);
    }
    own.next({ at, code, parameter });
  });
  if (running.size === 0) throw nothingRead(paths, wanted);
  const exported = exporting.close([...running.keys()]);
  const window = { ...askedWindow(options, seen, binMs, clock), binMs };
  const intersections = Object.fromEntries(
    [...running].map(([device, own]) => {
      own.end();
      return [device, Object.fromEntries(names.map((name) => [name, own.result(name, window)]))];
    }),
  );
  const result = { ...window, timeZone, variant, ...read, exported, intersections };
  const streets = names.includes("time-space") ? bandsOf(source.network, intersections) : [];
  await writeCsv(options, { ...result, streets }, timeTextOf(clock));
  return { ...result, streets };
}

export function timeTextOf(clock: LocalClock): (at: number) => string {
  return (at) => clockText(clock.localMsOf(instantMs(at)), 1);
}

function measuresOption(options: RawOptions): readonly MeasureName[] {
  const text = textOption(options, "measure");
  if (text === undefined) return MEASURES_DEFAULT;
  if (text === "all") return MEASURE_NAMES;
  const chosen = text.split(",").map((part) => MEASURE_NAMES.find((name) => name === part));
  const known = chosen.filter((name) => name !== undefined);
  if (known.length === chosen.length && new Set(known).size === known.length) return known;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--measure ${JSON.stringify(text)}: allowed is all, or some of ${MEASURE_NAMES.join(", ")}, with commas between them and each once`,
  );
}

type ConfigurationSource = {
  readonly network: Network | undefined;
  readonly configurationOf: (device: string, options: MeasureOptions) => MeasureConfiguration;
};

/** Where detectors are known from: a network, a detector file, or nowhere; then there are only measures of phases. */
async function configurationSource(options: RawOptions): Promise<ConfigurationSource> {
  const [network, config] = [textOption(options, "network"), textOption(options, "config")];
  if (network !== undefined && config !== undefined) {
    throw new PhasewiseError("OPTION_INVALID", "--network and --config: allowed is one of them");
  }
  if (network === undefined) {
    const functions = {
      known: (name: string) => functionOf(name) !== undefined,
      allowed: ATSPM_FUNCTIONS.join(", "),
    };
    const rows = config === undefined ? [] : await readDetectorConfig(config, functions);
    return { network: undefined, configurationOf: (device, own) => configurationOfRows(device, rows, own) };
  }
  const resolved = await resolveNetwork(network);
  if (!resolved.ok) {
    throw new PhasewiseError("DATA_INVALID", resolved.error.map(describeFault).join("\n"));
  }
  const read = resolved.value;
  return {
    network: read,
    configurationOf: (device, own) => {
      const intersection = read.intersections.find(({ id }) => id === device);
      if (intersection !== undefined) return configurationOf(read, intersection, own);
      const ids = read.intersections.map(({ id }) => id).join(", ");
      throw new PhasewiseError(
        "DATA_INVALID",
        `the log has intersection ${device}, which ${network} does not; allowed: ${ids}`,
      );
    },
  };
}

type Read = Pick<MeasuresResult, "events" | "lost" | "rejected" | "damaged">;

/** A folder is an event log of ours; files are logs as `ingest` reads them. */
async function readEvents(
  paths: readonly string[],
  clock: LocalClock,
  take: (event: LogEvent) => void,
): Promise<Read> {
  const kinds = await Promise.all(
    paths.map(async (path) => (await stat(path).catch(() => undefined))?.isDirectory()),
  );
  const folders = paths.filter((_, place) => kinds[place] === true);
  const files = paths.filter((_, place) => kinds[place] !== true);
  let [events, lost] = [0, 0];
  const damaged: string[] = [];
  for (const folder of folders) {
    const read = await readStoredEvents(folder, take);
    events += read.events;
    lost += read.lost;
    damaged.push(...read.damaged);
  }
  if (files.length === 0) return { events, lost, rejected: 0, damaged };
  const ingested = await ingestLogs(files, {
    clock,
    format: undefined,
    device: undefined,
    take: (event) => {
      events += 1;
      take(event);
    },
    progress: () => undefined,
  });
  for (const file of ingested.files) {
    if ("refused" in file) throw new PhasewiseError("DATA_INVALID", file.refused);
  }
  return { events, lost, rejected: ingested.total.rejected, damaged };
}

function nothingRead(paths: readonly string[], wanted: ReadonlySet<string>): PhasewiseError {
  const whose = wanted.size === 0 ? "" : ` of ${[...wanted].join(", ")}`;
  return new PhasewiseError(
    "DATA_MISSING",
    `${paths.join(", ")}: no event${whose}; allowed: a log with some`,
  );
}

function bandsOf(
  network: Network | undefined,
  intersections: MeasuresResult["intersections"],
): readonly Band[] {
  if (network === undefined) return [];
  const greensOf = (id: string): readonly StreetGreen[] =>
    (intersections[id]?.["time-space"] ?? []).map(({ at, phase, yellowAt }) => ({
      at: Number(at),
      phase: String(phase),
      yellowAt: Number(yellowAt),
    }));
  return streetsOf(network).flatMap((street) => progressionBands(street, greensOf));
}

/** One file a measure, with the intersection as first column. */
async function writeCsv(
  options: RawOptions,
  { intersections, streets }: MeasuresResult,
  timeText: (at: number) => string,
): Promise<void> {
  const folder = textOption(options, "csv");
  if (folder === undefined) return;
  const tables = new Map<string, readonly string[]>();
  for (const name of MEASURE_NAMES) {
    const rows = Object.entries(intersections).flatMap(([intersection, own]) =>
      (own[name] ?? []).map((row) => ({ intersection, ...row })),
    );
    const asked = Object.values(intersections).some((own) => own[name] !== undefined);
    if (asked) tables.set(name, csvLines(["intersection", ...MEASURES[name].columns], rows, timeText));
  }
  if (streets.length > 0) tables.set("bands", csvLines(Object.keys(streets[0] ?? {}), streets, timeText));
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, lines] of tables)
      await writeFile(join(folder, `${name}.csv`), `${lines.join("\r\n")}\r\n`);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `--csv ${folder} cannot be written: ${reason}`, { cause });
  }
}
