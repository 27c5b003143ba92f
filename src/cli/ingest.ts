import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { type CountsResult, createDetectorCounts } from "../adapters/feeds/detector-counts.ts";
import { ingestLogs } from "../adapters/feeds/ingest.ts";
import { type IngestReport, ingestReport } from "../adapters/feeds/ingest-report.ts";
import { createLocalClock } from "../adapters/feeds/local-clock.ts";
import { EXPORT_HEADERS, exportLine } from "../adapters/feeds/log-export.ts";
import { LOG_FORMATS } from "../adapters/feeds/log-file.ts";
import { DEVICE_ALLOWED, isDevice } from "../adapters/feeds/log-record.ts";
import { createTextFile, type TextFile } from "../adapters/feeds/text-file.ts";
import { PhasewiseError } from "../errors.ts";
import { MINUTE_MS } from "../units.ts";
import { ingestTable } from "./ingest-table.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { choiceOption, type RawOptions, textOption } from "./options.ts";

/** Lengths of a bin: parts of an hour, so that bins begin on the hour. */
export const BINS = ["15m", "1m", "5m", "10m", "30m", "60m"] as const;
/** Local times are taken for this where no zone is given: they stay as they stand. */
export const TIME_ZONE_DEFAULT = "UTC";

/** Bytes between two lines of progress. */
const PROGRESS_BYTES = 64 * 1024 * 1024;

/** What the command reports: what was read, and what was written. */
export type IngestResult = IngestReport & {
  /** Whether the time zone was assumed, since none was given. */
  readonly timeZoneAssumed: boolean;
  readonly counts: ({ readonly file: string; readonly bin: string } & CountsResult) | null;
  readonly eventsFile: string | null;
};

/**
 * Reads logs of controllers and reports what was repaired and rejected. Exit code 1 where something was rejected, 2 where a file is
 * no log or cannot be read.
 */
export async function ingest(paths: readonly string[], options: RawOptions): Promise<void> {
  const result = await runIngest(paths, options);
  if (!printsJson(options)) console.log(ingestTable(result));
  await writeJson(options, result);
  for (const file of result.files) if ("refused" in file) console.error(file.refused);
  process.exitCode = exitCodeOf(result);
}

export function exitCodeOf({ files, total }: IngestReport): 0 | 1 | 2 {
  if (files.some((file) => "refused" in file)) return 2;
  return total.rejected > 0 ? 1 : 0;
}

/** Does what the options ask for; the report is not written yet. */
export async function runIngest(paths: readonly string[], options: RawOptions): Promise<IngestResult> {
  const zone = textOption(options, "timeZone");
  const clock = createLocalClock(zone ?? TIME_ZONE_DEFAULT);
  const format = choiceOption(options, "fromFormat", ["auto", ...LOG_FORMATS]);
  const device = deviceOption(options);
  const bin = choiceOption(options, "bin", BINS);
  const outputs = outputsOf(options, paths);
  if (options["bin"] !== undefined && outputs.counts === undefined) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      "--bin is the length of the bins of --counts FILE, which is missing",
    );
  }
  const counts = createDetectorCounts(binMsOf(bin), clock);
  // Opened before anything is read: what cannot be written is told at once.
  const eventsFile = outputs.events === undefined ? undefined : createTextFile(outputs.events);
  const countsFile = outputs.counts === undefined ? undefined : createTextFile(outputs.counts);
  try {
    // As Oregon's logs: what is written can be read again.
    eventsFile?.line(EXPORT_HEADERS.atspm);
    const ingested = await ingestLogs(paths, {
      clock,
      format: format === "auto" ? undefined : format,
      device,
      take: (event) => {
        if (countsFile !== undefined) counts.take(event);
        eventsFile?.line(exportLine("atspm", event, clock));
      },
      progress: createLogProgress(),
    });
    const counted = countsFile === undefined ? undefined : writeLines(countsFile, counts.lines());
    return {
      ...ingestReport(ingested, clock),
      timeZoneAssumed: zone === undefined,
      counts:
        counted === undefined || outputs.counts === undefined
          ? null
          : { file: outputs.counts, bin, ...counted },
      eventsFile: outputs.events ?? null,
    };
  } finally {
    eventsFile?.close();
    countsFile?.close();
  }
}

function writeLines<Result>(file: TextFile, lines: Generator<string, Result>): Result {
  for (;;) {
    const next = lines.next();
    if (next.done === true) return next.value;
    file.line(next.value);
  }
}

export function binMsOf(bin: (typeof BINS)[number]): number {
  return Number(bin.slice(0, -1)) * MINUTE_MS;
}

function deviceOption(options: RawOptions): string | undefined {
  const device = textOption(options, "device");
  if (device === undefined || isDevice(device)) return device;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--device ${JSON.stringify(device)}: allowed is ${DEVICE_ALLOWED}`,
  );
}

type Outputs = { readonly events: string | undefined; readonly counts: string | undefined };

/** Files to write, which must be neither read nor written twice. */
function outputsOf(options: RawOptions, inputs: readonly string[]): Outputs {
  const taken = new Set(inputs.map(realPath));
  const output = (name: string): string | undefined => {
    const path = textOption(options, name);
    if (path === undefined) return undefined;
    if (taken.has(realPath(path))) {
      throw new PhasewiseError(
        "OPTION_INVALID",
        `--${name} ${path}: allowed is a file that is neither read nor written otherwise`,
      );
    }
    taken.add(realPath(path));
    return path;
  };
  const outputs = { events: output("events"), counts: output("counts") };
  // Without a file it goes to standard output.
  if (typeof options["json"] === "string") output("json");
  return outputs;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there yet.
    return resolve(path);
  }
}

/** A line for every 64 MiB of a file, on standard error. */
function createLogProgress(): (path: string, bytesRead: number, bytes: number, events: number) => void {
  let current = "";
  let nextBytes = PROGRESS_BYTES;
  return (path, bytesRead, bytes, events) => {
    if (path !== current) {
      current = path;
      nextBytes = PROGRESS_BYTES;
    }
    if (bytesRead < nextBytes) return;
    nextBytes = bytesRead + PROGRESS_BYTES;
    const percent = Math.floor((bytesRead / Math.max(bytes, 1)) * 100);
    console.error(`${path}: ${percent} %, ${events} events`);
  };
}
