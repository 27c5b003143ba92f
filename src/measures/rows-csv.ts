import type { MeasureRow } from "./measure.ts";

/** Columns that hold instants. */
const INSTANTS: ReadonlySet<string> = new Set([
  "at",
  "from",
  "to",
  "peakFrom",
  "cycleFrom",
  "yellowAt",
  "redAt",
  "arrivesFrom",
]);

/** A row's value as a person reads it: instants by `timeText`, numbers to six decimals, nothing for what is not known. */
export function cellText(
  column: string,
  value: MeasureRow[string] | undefined,
  timeText: (at: number) => string,
): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "number") return String(value);
  return INSTANTS.has(column) ? timeText(value) : String(Math.round(value * 1e6) / 1e6);
}

/** Rows as lines of CSV (RFC 4180), the header first. */
export function csvLines(
  columns: readonly string[],
  rows: readonly MeasureRow[],
  timeText: (at: number) => string,
): readonly string[] {
  return [
    lineOf(columns),
    ...rows.map((row) => lineOf(columns.map((column) => cellText(column, row[column], timeText)))),
  ];
}

function lineOf(cells: readonly string[]): string {
  return cells.map(quoted).join(",");
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
