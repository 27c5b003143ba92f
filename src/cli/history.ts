import { messageOf, PhasewiseError } from "../errors.ts";
import { type HistoryInfo, historyInfo, withHistory } from "../adapters/history/closed-history.ts";
import { type ExportedTable, exportParquet } from "../adapters/history/parquet-export.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { type RawOptions, textOption } from "./options.ts";

export const HISTORY_ACTIONS = ["info", "export"] as const;

/** What a finished run remembers: what there is of it, or all of it as Parquet. */
export async function history(
  action: string,
  place: string,
  folder: string | undefined,
  options: RawOptions,
): Promise<void> {
  if (action === "info") return await tellInfo(place, folder, options);
  if (action === "export") return await exportTo(place, folder, options);
  throw new PhasewiseError("OPTION_INVALID", `history ${action}: allowed is ${HISTORY_ACTIONS.join(" or ")}`);
}

async function tellInfo(place: string, folder: string | undefined, options: RawOptions): Promise<void> {
  if (folder !== undefined) {
    throw new PhasewiseError("OPTION_INVALID", `history info ${place} ${folder}: allowed is one folder`);
  }
  const info = await withHistory(place, tellNotice, historyInfo);
  if (!printsJson(options)) console.log(describeInfo(info));
  await writeJson(options, info);
}

async function exportTo(place: string, folder: string | undefined, options: RawOptions): Promise<void> {
  if (folder === undefined) {
    throw new PhasewiseError("OPTION_INVALID", "history export: a folder to write to is needed");
  }
  const days = { from: dayOption(options, "from"), to: dayOption(options, "to") };
  const tables = await withHistory(place, tellNotice, async (database) => {
    try {
      return await exportParquet(database, folder, days);
    } catch (cause) {
      const reason = messageOf(cause);
      throw new PhasewiseError("STORE_FAILED", `cannot write the export ${folder}: ${reason}`, { cause });
    }
  });
  if (!printsJson(options)) console.log(describeExport(tables, folder));
  await writeJson(options, { folder, ...days, tables });
}

function tellNotice(message: string): void {
  console.error(`note: ${message}`);
}

/** A day of the calendar, `2026-01-05`; `undefined` where the option is absent. */
function dayOption(options: RawOptions, name: string): string | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // A day that no month has is read as one of the next month.
  if (!Number.isNaN(at) && new Date(at).toISOString().startsWith(text)) return text;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--${name} ${JSON.stringify(text)}: allowed is a day such as 2026-01-05`,
  );
}

function describeInfo({ folder, network, timeZone, version, bytes, tables }: HistoryInfo): string {
  const at = (instant: number | null): string =>
    instant === null
      ? ""
      : new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(
          instant,
        );
  return [
    `${folder}: ${network}, ${timeZone}, version ${version}, ${(bytes / 1e6).toFixed(1)} MB`,
    ...tables.map(({ table, rows, from, to }) => {
      const period = rows === 0 ? "" : `${at(from)} to ${at(to)}`;
      return `${table.padEnd(10)} ${String(rows).padStart(12)}  ${period}`.trimEnd();
    }),
  ].join("\n");
}

function describeExport(tables: readonly ExportedTable[], folder: string): string {
  const written = tables.filter(({ rows }) => rows > 0);
  if (written.length === 0) return `nothing to export to ${folder}`;
  return written
    .map(({ table, rows, partitions }) => `${folder}/${table}: ${rows} rows in ${partitions} partitions`)
    .join("\n");
}
