import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ingestLogs } from "../../../src/adapters/feeds/ingest.ts";
import { ingestReport, type IngestReport } from "../../../src/adapters/feeds/ingest-report.ts";
import { createLocalClock } from "../../../src/adapters/feeds/local-clock.ts";
import type { LogFormat } from "../../../src/adapters/feeds/log-file.ts";
import type { LogEvent } from "../../../src/adapters/feeds/log-record.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Real logs, which serve tests alone. */
export const LOGS = resolve(import.meta.dirname, "../../../../shared/data/forecast");
export const OREGON_LOG = join(LOGS, "odot_hires_3signals_2024-05-13_15-18h.csv");
export const logsMissing = existsSync(OREGON_LOG) ? undefined : "../shared/data/forecast is not here";

/** Files of a folder of the test's own; their paths. */
export async function filesOf(
  contents: Readonly<Record<string, string | Uint8Array>>,
): Promise<readonly string[]> {
  const folder = await temporaryFolder();
  return await Promise.all(
    Object.entries(contents).map(async ([name, content]) => {
      const path = join(folder, name);
      await writeFile(path, content);
      return path;
    }),
  );
}

export type Ingested = { readonly report: IngestReport; readonly events: readonly LogEvent[] };

/** Reads files as the command does. */
export async function ingestFiles(
  paths: readonly string[],
  options: { readonly timeZone?: string; readonly format?: LogFormat; readonly device?: string } = {},
): Promise<Ingested> {
  const clock = createLocalClock(options.timeZone ?? "UTC");
  const events: LogEvent[] = [];
  const ingested = await ingestLogs(paths, {
    clock,
    format: options.format,
    device: options.device,
    take: (event) => events.push(event),
    progress: () => undefined,
  });
  return { report: ingestReport(ingested, clock), events };
}
