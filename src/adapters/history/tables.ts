import type { StoreRows, StoreTable, StoreTables } from "../../ports/store.ts";
import { err, ok, type Result } from "../../result.ts";

/** How a value stands in the database: whole numbers, of 16 bits, any number, or a text. */
export type ColumnType = "BIGINT" | "USMALLINT" | "DOUBLE" | "VARCHAR";

export type Column = {
  /** Of the row. */
  readonly property: string;
  /** Of the database and of what is exported: no word of SQL's own, so that nobody has to quote it. */
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
};

/** Version of the tables. A database of a newer one is not opened. */
export const SCHEMA_VERSION = 1;

/** Instants are whole milliseconds, named so. */
const at = { property: "at", name: "at_ms", type: "BIGINT", nullable: false } as const;
const intersection = text("intersection");

/** The columns by table, in the order of their values in the journal; the first two are those of `StoreWindow`. */
export const TABLES: { readonly [Table in StoreTable]: readonly ColumnOf<Table>[] } = {
  events: [at, intersection, whole("number"), small("code"), small("parameter")],
  intervals: [
    at,
    intersection,
    text("detector"),
    whole("intervalMs"),
    orNull(real("vehicles")),
    orNull(real("occupancyRatio")),
    text("quality"),
  ],
  forecasts: [
    at,
    intersection,
    text("movement"),
    whole("madeAt", "made_at_ms"),
    whole("intervalMs"),
    real("vehicles"),
    real("low"),
    real("high"),
    orNull(real("counted")),
  ],
  plans: [
    at,
    intersection,
    text("id"),
    text("kind"),
    text("status"),
    text("text"),
    orNull(text("content")),
    whole("entry"),
    text("priority"),
    orNull(text("reason")),
    orNull(text("answer")),
  ],
  decisions: [at, intersection, text("level"), text("id"), text("content")],
  alarms: [at, intersection, text("alarm"), whole("priority"), text("state"), text("text"), text("content")],
  audit: [at, intersection, whole("number"), text("who"), text("action"), text("content")],
  runs: [at, intersection, text("run"), text("content")],
};

/** Only properties that the table's rows have. */
type ColumnOf<Table extends StoreTable> = Column & { readonly property: keyof StoreTables[Table] };

export const TABLE_NAMES = Object.keys(TABLES).filter(isTable);

export function isTable(name: string): name is StoreTable {
  return Object.hasOwn(TABLES, name);
}

function text<Property extends string>(property: Property) {
  return { property, name: property, type: "VARCHAR", nullable: false } as const;
}

function small<Property extends string>(property: Property) {
  return { property, name: property, type: "USMALLINT", nullable: false } as const;
}

function whole<Property extends string>(property: Property, name: string = snakeCase(property)) {
  return { property, name, type: "BIGINT", nullable: false } as const;
}

function real<Property extends string>(property: Property) {
  return { property, name: snakeCase(property), type: "DOUBLE", nullable: false } as const;
}

function orNull<Property extends string>(column: {
  readonly property: Property;
  readonly name: string;
  readonly type: ColumnType;
}) {
  return { ...column, nullable: true } as const;
}

function snakeCase(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export type Value = number | string | null;

/** Rows by column, as the journal and the database have them. */
export type ColumnBatch = { readonly table: StoreTable; readonly columns: readonly (readonly Value[])[] };

/** Rows by column; or a text about the first value that its column does not take: then none of them can be stored. */
export function columnsOf({ table, rows }: StoreRows): Result<ColumnBatch, string> {
  const all: readonly object[] = rows;
  const columns: Value[][] = [];
  for (const column of TABLES[table]) {
    const values: Value[] = [];
    for (const row of all) {
      const value = propertyOf(row, column.property);
      if (!fits(column, value)) {
        const allowed = `${column.type}${column.nullable ? " or null" : ""}`;
        return err(`${table}.${column.property}: found ${foundText(value)}, allowed: ${allowed}`);
      }
      values.push(value);
    }
    columns.push(values);
  }
  return ok({ table, columns });
}

/** JSON shows a NaN as null. */
function foundText(value: unknown): string {
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "nothing");
}

function propertyOf(row: object, property: string): unknown {
  return (row as Readonly<Record<string, unknown>>)[property];
}

function fits({ type, nullable }: Column, value: unknown): value is Value {
  if (value === null) return nullable;
  if (type === "VARCHAR") return typeof value === "string";
  if (typeof value !== "number") return false;
  if (type === "DOUBLE") return Number.isFinite(value);
  return Number.isSafeInteger(value) && (type === "BIGINT" || (value >= 0 && value <= SMALL_MAX));
}

const SMALL_MAX = 65_535;

/** What a line of the journal holds, if it is rows that the tables take. */
export function batchOf(line: unknown): ColumnBatch | undefined {
  if (line === null || typeof line !== "object" || !("table" in line) || !("columns" in line))
    return undefined;
  const { table, columns } = line;
  if (typeof table !== "string" || !isTable(table) || !Array.isArray(columns)) return undefined;
  const expected = TABLES[table];
  const count: unknown = Array.isArray(columns[0]) ? columns[0].length : undefined;
  const checked = expected.map((column, index) => {
    const values: unknown = columns[index];
    if (!Array.isArray(values) || values.length !== count) return undefined;
    return values.every((value: unknown): value is Value => fits(column, value)) ? values : undefined;
  });
  const taken = checked.filter((values) => values !== undefined);
  if (columns.length !== expected.length || taken.length !== expected.length) return undefined;
  return { table, columns: taken };
}

/** A row again, of its values in the order of its table's columns. */
export function rowOf<Table extends StoreTable>(table: Table, values: readonly Value[]): StoreTables[Table] {
  const row: Record<string, Value> = {};
  for (const [index, { property }] of TABLES[table].entries()) row[property] = values[index] ?? null;
  // The columns are the row's own properties, by the type of `TABLES`, and only rows of this type were ever taken.
  return row as unknown as StoreTables[Table];
}
