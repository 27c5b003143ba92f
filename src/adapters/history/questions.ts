import type { DuckDBValue } from "@duckdb/node-api";
import type {
  EventColumns,
  StorePage,
  StorePageQuery,
  StoreTable,
  StoreTables,
  StoreWindow,
} from "../../ports/store.ts";
import { err, ok, type Result } from "../../result.ts";
import type { HistoryDatabase } from "./database.ts";
import { rowOf, TABLES, type Value } from "./tables.ts";

/** Rows that one question is answered with. More of them would fill the asker's memory: it asks for less, or for pages. */
export const ROWS_MAX = 100_000;
/** Events, which come in columns: an hour of three thousand intersections is more than anybody computes with at once. */
export const EVENTS_MAX = 5_000_000;

export type EventWindow = StoreWindow & { readonly codes?: readonly number[] };

export async function readRows<Table extends StoreTable>(
  database: HistoryDatabase,
  table: Table,
  window: StoreWindow,
): Promise<Result<readonly StoreTables[Table][], string>> {
  const { where, values } = condition(window);
  const sql = `SELECT ${selected(table)} FROM ${table} WHERE ${where} ORDER BY at_ms, rowid LIMIT ${ROWS_MAX + 1}`;
  const rows = await database.rows(sql, values);
  if (rows.length > ROWS_MAX) return tooMany(`rows of ${table}`, ROWS_MAX);
  return ok(rows.map((row) => rowOf(table, row.map(plainValue))));
}

/** One page of a table as text, in the order in which rows of an instant were stored. */
export async function readPage(
  database: HistoryDatabase,
  table: StoreTable,
  query: StorePageQuery,
): Promise<Result<StorePage, string>> {
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor);
  if (query.cursor !== undefined && cursor === undefined) {
    return err(`cursor ${JSON.stringify(query.cursor)}: allowed is what the page before told`);
  }
  const { where, values } = condition(query);
  const behind = cursor === undefined ? "" : ` AND (at_ms, rowid) > (${cursor.at}, ${cursor.row})`;
  const found = await database.rows(
    `SELECT rowid::DOUBLE, ${selected(table)} FROM ${table} WHERE ${where}${behind} ORDER BY at_ms, rowid LIMIT ${query.limit + 1}`,
    values,
  );
  const rows = found.slice(0, query.limit).map((row) => row.map(plainValue));
  const last = rows.at(-1);
  const more = found.length > query.limit && last !== undefined;
  const contents = rows.map(([, ...row]) => row);
  const text =
    query.format === "csv"
      ? csvOf(table, contents)
      : JSON.stringify(contents.map((row) => rowOf(table, row)));
  return ok({ text, cursor: more ? `${last[1]}.${last[0]}` : null });
}

/** Events of a window, in arrays that can be handed from thread to thread. */
export async function readEvents(
  database: HistoryDatabase,
  window: EventWindow,
): Promise<Result<EventColumns, string>> {
  const { where, values } = condition(window, window.codes);
  const [counted] = await database.rows(`SELECT count(*)::DOUBLE FROM events WHERE ${where}`, values);
  const count = Number(counted?.[0]);
  if (count > EVENTS_MAX) return tooMany("events", EVENTS_MAX);
  const names = await database.rows(
    `SELECT DISTINCT intersection FROM events WHERE ${where} ORDER BY intersection`,
    values,
  );
  const intersections = names.map(([name]) => String(name));
  const result = await database.run(
    `WITH places AS (
       SELECT unnest(from_json('${quoted(JSON.stringify(intersections))}', '["VARCHAR"]')) AS intersection,
              unnest(range(${intersections.length}))::USMALLINT AS place)
     SELECT at_ms::DOUBLE, place, code, parameter FROM events JOIN places USING (intersection)
     WHERE ${where} ORDER BY at_ms, place, number`,
    values,
  );
  const columns = {
    at: new Float64Array(count),
    intersection: new Uint16Array(count),
    code: new Uint16Array(count),
    parameter: new Uint16Array(count),
  };
  const targets = [columns.at, columns.intersection, columns.code, columns.parameter];
  let row = 0;
  for await (const chunk of result) {
    for (const [index, target] of targets.entries()) {
      const vector = chunk.getColumnVector(index);
      for (let item = 0; item < vector.itemCount; item += 1)
        target[row + item] = Number(vector.getItem(item));
    }
    row += chunk.rowCount;
  }
  return ok({ intersections, ...columns });
}

type Condition = { readonly where: string; readonly values: readonly DuckDBValue[] };

function condition({ from, to, intersection }: StoreWindow, codes?: readonly number[]): Condition {
  const parts = ["at_ms >= $1", "at_ms < $2"];
  const values: DuckDBValue[] = [BigInt(Math.ceil(from)), BigInt(Math.ceil(to))];
  if (intersection !== undefined) {
    parts.push("intersection = $3");
    values.push(intersection);
  }
  // Whole numbers, so nothing of them needs quoting.
  if (codes !== undefined)
    parts.push(codes.length === 0 ? "false" : `code IN (${codes.map(Math.trunc).join(", ")})`);
  return { where: parts.join(" AND "), values };
}

/** Whole numbers come as DOUBLE: those of rows are exact in it, and no object is made of each. */
function selected(table: StoreTable): string {
  return TABLES[table]
    .map(({ name, type }) => (type === "BIGINT" ? `${name}::DOUBLE AS ${name}` : name))
    .join(", ");
}

function plainValue(value: DuckDBValue): Value {
  return typeof value === "number" || typeof value === "string" ? value : null;
}

function readCursor(text: string): { readonly at: string; readonly row: string } | undefined {
  const [, at, row] = /^(-?\d{1,16})\.(\d{1,16})$/.exec(text) ?? [];
  return at === undefined || row === undefined ? undefined : { at, row };
}

function quoted(text: string): string {
  return text.replaceAll("'", "''");
}

/** RFC 4180, with the names of the database's columns. */
function csvOf(table: StoreTable, rows: readonly (readonly Value[])[]): string {
  const header = TABLES[table].map(({ name }) => name).join(",");
  return [header, ...rows.map((row) => row.map(csvField).join(","))].map((line) => `${line}\r\n`).join("");
}

function csvField(value: Value): string {
  if (value === null) return "";
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function tooMany(what: string, max: number): Result<never, string> {
  return err(`more than ${max} ${what} in this window: ask for a shorter time, one intersection, or pages`);
}
