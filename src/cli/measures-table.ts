import { type MeasureName, MEASURE_NAMES, MEASURES } from "../measures/catalog.ts";
import type { MeasureRow } from "../measures/measure.ts";
import { cellText } from "../measures/rows-csv.ts";
import type { MeasuresResult } from "./measures.ts";

/** Rows of a table that are shown; the whole is in CSV and JSON. */
const ROWS_SHOWN = 40;

/** The report as a person reads it. */
export function measuresTable(result: MeasuresResult, timeText: (at: number) => string): string {
  const { intersections, streets, events, lost, rejected, from, to, timeZone, exported } = result;
  const head = [
    `${events} events, ${lost} lost, ${rejected} rejected; ${timeText(from)} to ${timeText(to)} (${timeZone})`,
    ...(exported === null ? [] : [`${exported} events exported`]),
  ];
  const tables = Object.entries(intersections).flatMap(([intersection, own]) =>
    MEASURE_NAMES.filter((name) => own[name] !== undefined).map((name: MeasureName) =>
      [
        `${intersection}: ${MEASURES[name].about} (${name})`,
        table(MEASURES[name].columns, own[name] ?? [], timeText),
      ].join("\n"),
    ),
  );
  const bands =
    streets.length === 0
      ? []
      : [`Progression bands\n${table(Object.keys(streets[0] ?? {}), streets, timeText)}`];
  return [head.join("\n"), ...tables, ...bands].join("\n\n");
}

function table(
  columns: readonly string[],
  rows: readonly MeasureRow[],
  timeText: (at: number) => string,
): string {
  const shown = rows
    .slice(0, ROWS_SHOWN)
    .map((row) => columns.map((column) => short(column, row[column], timeText)));
  const widths = columns.map((column, place) =>
    Math.max(column.length, ...shown.map((cells) => cells[place]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, place) => cell.padStart(widths[place] ?? 0)).join("  ");
  const more =
    rows.length > ROWS_SHOWN ? [`… ${rows.length - ROWS_SHOWN} more rows; --csv or --json has them`] : [];
  return [line(columns), ...shown.map(line), ...more].join("\n");
}

/** Numbers to two decimals, `-` for what is not known. */
function short(
  column: string,
  value: MeasureRow[string] | undefined,
  timeText: (at: number) => string,
): string {
  const rounded = typeof value === "number" ? Math.round(value * 100) / 100 : value;
  return cellText(column, rounded, timeText) || "-";
}
