import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { StoreTable } from "../../ports/store.ts";
import type { HistoryDatabase } from "./database.ts";
import { TABLE_NAMES, TABLES } from "./tables.ts";

/** Local days in the network's time zone, `2026-01-05`, both included; absent for all. */
export type ExportDays = { readonly from?: string | undefined; readonly to?: string | undefined };

/** What was written of a table. */
export type ExportedTable = {
  readonly table: StoreTable;
  readonly rows: number;
  readonly partitions: number;
};

/** Region of rows that belong to no intersection. */
const NO_REGION = "none";

/**
 * Writes every table as Parquet in the Hive layout: `<folder>/<table>/region=…/day=…/part-N.parquet`. A day begins at midnight of the
 * network's time zone. A partition that is there already is written anew, others stay.
 */
export async function exportParquet(
  database: HistoryDatabase,
  folder: string,
  days: ExportDays,
): Promise<readonly ExportedTable[]> {
  await mkdir(folder, { recursive: true });
  const { timeZone } = await database.about();
  const exported: ExportedTable[] = [];
  for (const table of TABLE_NAMES) {
    const source = partitioned(table, timeZone, days);
    const [counted] = await database.rows(
      `SELECT count(*)::DOUBLE, count(DISTINCT (region, day))::DOUBLE FROM (${source})`,
    );
    const [rows, partitions] = (counted ?? []).map(Number);
    exported.push({ table, rows: rows ?? 0, partitions: partitions ?? 0 });
    if (rows === 0) continue;
    await database.run(
      `COPY (SELECT * FROM (${source}) ORDER BY region, day, at_ms) TO '${quoted(join(folder, table))}'
       (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (region, day), OVERWRITE_OR_IGNORE, FILENAME_PATTERN 'part-{i}')`,
    );
  }
  return exported;
}

/** A table's rows with the instant as a timestamp, and what they are divided by. */
function partitioned(table: StoreTable, timeZone: string, { from, to }: ExportDays): string {
  // Signed numbers: Hive knows no others.
  const columns = TABLES[table].map(({ name, type }) =>
    type === "USMALLINT" ? `${name}::INTEGER AS ${name}` : name,
  );
  const local = `(epoch_ms(at_ms) AT TIME ZONE 'UTC') AT TIME ZONE '${quoted(timeZone)}'`;
  const bounds = [
    ...(from === undefined ? [] : [`day >= '${quoted(from)}'`]),
    ...(to === undefined ? [] : [`day <= '${quoted(to)}'`]),
  ];
  return `SELECT * FROM (
    SELECT epoch_ms(at_ms) AT TIME ZONE 'UTC' AS instant, ${columns.join(", ")},
           coalesce(region, '${NO_REGION}') AS region, strftime(${local}, '%Y-%m-%d') AS day
    FROM ${table} LEFT JOIN places USING (intersection))
  ${bounds.length === 0 ? "" : `WHERE ${bounds.join(" AND ")}`}`;
}

function quoted(text: string): string {
  return text.replaceAll("'", "''");
}
