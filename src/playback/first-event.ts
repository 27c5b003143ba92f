import Type, { type Static } from "typebox";
import { shapeOf } from "../model/fault.ts";

const RowsSchema = Type.Array(Type.Object({ at: Type.Number(), number: Type.Number() }));
const ROWS = shapeOf(RowsSchema);

/** The first event of a page of the table `events` in JSON; undefined where there is none. */
export function firstEventOf(page: string): Static<typeof RowsSchema>[number] | undefined {
  const rows: unknown = JSON.parse(page);
  return ROWS.accepts(rows) ? rows[0] : undefined;
}
