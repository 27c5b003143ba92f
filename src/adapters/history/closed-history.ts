import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { PhasewiseError } from "../../errors.ts";
import type { StoreTable } from "../../ports/store.ts";
import { HistoryDatabase } from "./database.ts";
import { DATABASE_NAME } from "./database-service.ts";
import { JournalLoader } from "./journal-loader.ts";
import { TABLE_NAMES } from "./tables.ts";

/** What a history holds. */
export type HistoryInfo = {
  readonly folder: string;
  readonly network: string;
  readonly timeZone: string;
  readonly version: number;
  /** Of every file in its folder. */
  readonly bytes: number;
  readonly tables: readonly {
    readonly table: StoreTable;
    readonly rows: number;
    /** Instants of the first and the last row; `null` where there is none. */
    readonly from: number | null;
    readonly to: number | null;
  }[];
};

/**
 * Opens the history of a run that is over, what a killed process left in the journal included, and closes it again. `place` is its
 * folder, or that of the run.
 *
 * @throws PhasewiseError DATA_MISSING where there is none, RUN_IN_USE while a run has it
 */
export async function withHistory<Found>(
  place: string,
  notice: (message: string) => void,
  use: (database: HistoryDatabase, folder: string) => Promise<Found>,
): Promise<Found> {
  const folder = await folderOf(place);
  const database = await HistoryDatabase.open(join(folder, DATABASE_NAME));
  try {
    await JournalLoader.begin(folder, database, notice);
    return await use(database, folder);
  } finally {
    database.close();
  }
}

export async function historyInfo(database: HistoryDatabase, folder: string): Promise<HistoryInfo> {
  const tables: HistoryInfo["tables"][number][] = [];
  for (const table of TABLE_NAMES) {
    const [row] = await database.rows(
      `SELECT count(*)::DOUBLE, min(at_ms)::DOUBLE, max(at_ms)::DOUBLE FROM ${table}`,
    );
    const [rows, from, to] = (row ?? []).map((value) => (typeof value === "number" ? value : null));
    tables.push({ table, rows: rows ?? 0, from: from ?? null, to: to ?? null });
  }
  let bytes = 0;
  for (const name of await readdir(folder)) bytes += (await stat(join(folder, name))).size;
  return { folder, ...(await database.about()), bytes, tables };
}

async function folderOf(place: string): Promise<string> {
  const candidates = [place, join(place, "history")];
  for (const folder of candidates) {
    const found = await stat(join(folder, DATABASE_NAME)).catch(() => undefined);
    if (found?.isFile() === true) return folder;
  }
  throw new PhasewiseError(
    "DATA_MISSING",
    `${place}: no history there; allowed is the folder of a run, such as .phasewise/runs/corridor-seed1, or the one with ${DATABASE_NAME}`,
  );
}
