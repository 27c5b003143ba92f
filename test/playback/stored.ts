import type { EventColumns, EventRow } from "../../src/ports/store.ts";

/** Events as the store gives them. */
export function columnsOf(rows: readonly Omit<EventRow, "number">[]): EventColumns {
  const intersections = [...new Set(rows.map(({ intersection }) => intersection))].toSorted();
  return {
    at: Float64Array.from(rows, ({ at }) => at),
    intersections,
    intersection: Uint16Array.from(rows, (row) => intersections.indexOf(row.intersection)),
    code: Uint16Array.from(rows, ({ code }) => code),
    parameter: Uint16Array.from(rows, ({ parameter }) => parameter),
  };
}
