import { stat } from "node:fs/promises";
import { PhasewiseError } from "../../errors.ts";
import { checkedLines } from "../checked-lines.ts";
import type { FilePosition } from "../durable-lines.ts";
import type { HistoryDatabase, Progress } from "./database.ts";
import { journalNumbers, journalPath, removeJournals } from "./journal-names.ts";
import { batchOf, type ColumnBatch } from "./tables.ts";

/** Version of the journal's lines. */
export const JOURNAL_VERSION = 1;

/** Bytes of the journal that one transaction takes. */
const TRANSACTION_BYTES = 4 * 1024 * 1024;

/** Brings the journal into the database, each row once: how far it has come stands in the same transaction as the rows. */
export class JournalLoader {
  readonly #folder: string;
  readonly #database: HistoryDatabase;
  readonly #notice: (message: string) => void;
  #progress: Progress;
  #newestAt = Number.NEGATIVE_INFINITY;

  private constructor(
    folder: string,
    database: HistoryDatabase,
    progress: Progress,
    notice: (message: string) => void,
  ) {
    this.#folder = folder;
    this.#database = database;
    this.#progress = progress;
    this.#notice = notice;
  }

  /** Takes over what a process before this one left in the journal. `notice` is told what cannot be read. */
  static async begin(
    folder: string,
    database: HistoryDatabase,
    notice: (message: string) => void,
  ): Promise<JournalLoader> {
    const loader = new JournalLoader(folder, database, await database.progress(), notice);
    await loader.#takeOver();
    return loader;
  }

  /** After a failure, of which nobody can say whether the rows were taken: the database itself says it. */
  async resume(): Promise<void> {
    await this.#database.reopen();
    this.#progress = await this.#database.progress();
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Newest instant of the street among the rows that were loaded. */
  get newestAt(): number {
    return this.#newestAt;
  }

  /** Loads the rows that stand before a position of the journal. */
  async loadUpTo({ file, bytes }: FilePosition): Promise<void> {
    while (this.#progress.file < file) {
      await this.#loadFile(this.#progress.file, await this.#sizeOf(this.#progress.file));
      await this.#goOnTo(this.#progress.file + 1);
    }
    if (this.#progress.file === file) await this.#loadFile(file, bytes);
  }

  /** Every file that is there, of which no more will come. */
  async #takeOver(): Promise<void> {
    for (const file of await journalNumbers(this.#folder)) {
      if (file < this.#progress.file) continue;
      if (file > this.#progress.file) await this.#goOnTo(file);
      await this.#loadFile(file, await this.#sizeOf(file));
    }
    // The next process begins behind them, so nothing of them is needed.
    await removeJournals(this.#folder, this.#progress.file + 1);
  }

  async #sizeOf(file: number): Promise<number> {
    const found = await stat(journalPath(this.#folder, file)).catch(() => undefined);
    return found?.size ?? 0;
  }

  /** The files before it are wholly in the database. */
  async #goOnTo(file: number): Promise<void> {
    this.#progress = { ...this.#progress, file, bytes: 0 };
    await this.#database.load([], this.#progress);
    await removeJournals(this.#folder, file);
  }

  async #loadFile(file: number, to: number): Promise<void> {
    const { bytes: from, file: current } = this.#progress;
    if (file !== current || from >= to) return;
    const path = journalPath(this.#folder, file);
    let batches: ColumnBatch[] = [];
    let begunAt = from;
    let bad: number | undefined;
    let lineAt = from;
    for await (const { value, endsAt } of checkedLines(path, from, to)) {
      if (value === undefined) bad ??= lineAt;
      else {
        if (bad !== undefined) this.#tellDamage(path, bad);
        bad = undefined;
        if (lineAt === 0) checkHeader(path, value);
        else {
          const batch = batchOf(value);
          if (batch === undefined) this.#tellDamage(path, lineAt);
          else batches.push(batch);
        }
      }
      lineAt = endsAt;
      if (lineAt - begunAt < TRANSACTION_BYTES || bad !== undefined) continue;
      await this.#commit(batches, file, lineAt);
      batches = [];
      begunAt = lineAt;
    }
    // What is torn at the end is what a killed process was about to write; nobody was told that it is stored.
    if (lineAt > begunAt) await this.#commit(batches, file, lineAt);
  }

  async #commit(batches: readonly ColumnBatch[], file: number, bytes: number): Promise<void> {
    const nextEvent = new Map(this.#progress.nextEvent);
    let newestAt = this.#newestAt;
    for (const { table, columns } of batches) {
      const [instants = [], intersections = [], numbers = []] = columns;
      for (const [row, at] of instants.entries()) {
        // What is done before a run knows its time, and after it, stands in the audit trail with the wall's date.
        if (table !== "audit") newestAt = Math.max(newestAt, Number(at));
        if (table !== "events") continue;
        const id = String(intersections[row]);
        nextEvent.set(id, Math.max(nextEvent.get(id) ?? 0, Number(numbers[row]) + 1));
      }
    }
    const progress = { file, bytes, nextEvent };
    await this.#database.load(batches, progress);
    this.#progress = progress;
    this.#newestAt = newestAt;
  }

  #tellDamage(path: string, at: number): void {
    this.#notice(`${path}: damaged at byte ${at}; the rows that stood there are lost`);
  }
}

function checkHeader(path: string, value: unknown): void {
  const version =
    value !== null && typeof value === "object" && "history" in value ? value.history : undefined;
  if (version === JOURNAL_VERSION) return;
  const found = version === undefined ? "no version" : `version ${JSON.stringify(version)}`;
  throw new PhasewiseError(
    "DATA_INVALID",
    `${path}: found ${found} of the history's journal, allowed is ${JOURNAL_VERSION}; move the file away to go on without it`,
  );
}
