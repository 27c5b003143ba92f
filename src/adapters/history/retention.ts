import type { HistoryDatabase } from "./database.ts";
import { TABLE_NAMES } from "./tables.ts";

/** Removes rows before an instant. Their place in the file is used again by those that come. */
export async function removeRowsBefore(database: HistoryDatabase, at: number): Promise<void> {
  if (!Number.isFinite(at)) return;
  for (const table of TABLE_NAMES) {
    await database.run(`DELETE FROM ${table} WHERE at_ms < $1`, [BigInt(Math.ceil(at))]);
  }
}
