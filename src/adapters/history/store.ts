import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { messageOf, PhasewiseError } from "../../errors.ts";
import type {
  EventColumns,
  Store,
  StorePage,
  StorePageQuery,
  StorePages,
  StoreQueue,
  StoreRows,
  StoreTable,
  StoreTables,
  StoreWindow,
} from "../../ports/store.ts";
import type { Timer } from "../../ports/timer.ts";
import type { Result } from "../../result.ts";
import { checkedLine } from "../checked-lines.ts";
import type { OpenFile } from "../durable-file.ts";
import { DurableLines } from "../durable-lines.ts";
import type { HistoryNetwork } from "./database.ts";
import { DATABASE_NAME } from "./database-service.ts";
import { DatabaseThread, type ThreadPort } from "./database-thread.ts";
import { JOURNAL_VERSION } from "./journal-loader.ts";
import { journalNumbers, journalPath, removeJournals } from "./journal-names.ts";
import type { Position } from "./messages.ts";
import type { EventWindow } from "./questions.ts";
import { columnsOf } from "./tables.ts";

export type HistoryOptions = {
  /** Of the database and its journal alone; made where it is not there. */
  readonly folder: string;
  /** Whether the rows of the run before stay. */
  readonly continues: boolean;
  readonly network: HistoryNetwork;
  /** Days that rows are kept, back from the newest. */
  readonly keptDays: number;
  /** Told once when rows cannot be stored, for now; and once when some are lost, with how many are when it is over. */
  readonly failed: (message: string) => void;
  /** Told when they can be again. */
  readonly recovered: (message: string) => void;
  readonly timer: Timer;
  /** Wall time that a question may take. */
  readonly deadlineMs?: number;
  /** Characters of rows that may wait for the disk. */
  readonly waitingMax?: number;
  /** Bytes of a file of the journal. */
  readonly fileBytesMax?: number;
  /** Files of the journal that may wait for the database. */
  readonly filesMax?: number;
  /** How a file of the journal is written; the file system's own way unless a test has a disk of its own. */
  readonly openFile?: OpenFile;
  /** Begins the database's thread; a test may keep it in its own. */
  readonly startThread?: () => { readonly port: ThreadPort; readonly end: () => Promise<void> };
};

/** A history that was opened. */
export type History = Store &
  StorePages &
  StoreQueue & {
    /** Number of the next event by intersection, as far as the history had them when it was opened. */
    readonly nextEvent: ReadonlyMap<string, number>;
  };

export const DEADLINE_MS = 10_000;
/** Three million events: minutes of a large network. */
const WAITING_MAX = 128 * 1024 * 1024;
const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** 4 GiB: days of a large network. */
const FILES_MAX = 64;
/** Rows of one line of the journal. */
const LINE_ROWS_MAX = 5_000;

/**
 * The engine's memory in a folder: a write-ahead journal, and a DuckDB database that takes its rows in another thread.
 *
 * @throws PhasewiseError STORE_FAILED where the folder cannot be used, RUN_IN_USE while another process has it, DATA_INVALID for a
 * history of a newer build
 */
export async function openHistory(options: HistoryOptions): Promise<History> {
  const { folder, continues, network, keptDays, deadlineMs = DEADLINE_MS } = options;
  try {
    await mkdir(folder, { recursive: true });
    if (!continues) await empty(folder);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `cannot use the history ${folder}: ${reason}`, { cause });
  }
  const { port, end } = (options.startThread ?? startWorker)();
  const thread = new DatabaseThread(port, {
    failed: (message) => options.failed(`the database takes no rows, which wait in the journal: ${message}`),
    recovered: () => options.recovered("the database takes rows again"),
    notice: options.failed,
  });
  const opened = await thread.open({ folder, network, keptDays, deadlineMs });
  if (!opened.ok) {
    await end();
    throw new PhasewiseError(opened.code, opened.message);
  }
  return new JournaledHistory(options, thread, end, opened);
}

async function empty(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(DATABASE_NAME)) await rm(join(folder, name), { recursive: true });
  }
  await removeJournals(folder, Number.POSITIVE_INFINITY);
}

function startWorker(): ReturnType<NonNullable<HistoryOptions["startThread"]>> {
  const worker = new Worker(new URL("./worker.js", import.meta.url));
  return {
    port: worker,
    end: async () => {
      await worker.terminate();
    },
  };
}

type Waiter = {
  readonly upTo: number;
  readonly resolve: () => void;
  readonly reject: (cause: Error) => void;
};

class JournaledHistory implements History {
  readonly nextEvent: ReadonlyMap<string, number>;
  readonly #options: HistoryOptions;
  readonly #thread: DatabaseThread;
  readonly #endThread: () => Promise<void>;
  readonly #lines: DurableLines;
  #waiting: string[] = [];
  /** Characters that wait, those that are being written among them. */
  #waitingLength = 0;
  #writing: Promise<void> | undefined;
  /** Lines that were taken, and of them those that are on the disk. */
  #taken = 0;
  #stored = 0;
  #waiters: Waiter[] = [];
  #durable: Position = null;
  #lostRows = 0;
  #closed = false;

  constructor(
    options: HistoryOptions,
    thread: DatabaseThread,
    endThread: () => Promise<void>,
    { newest, nextEvent }: { readonly newest: number; readonly nextEvent: ReadonlyMap<string, number> },
  ) {
    const { folder, fileBytesMax = FILE_BYTES_MAX, filesMax = FILES_MAX } = options;
    this.#options = options;
    this.#thread = thread;
    this.#endThread = endThread;
    this.nextEvent = nextEvent;
    this.#lines = new DurableLines({
      folder,
      pathOf: (number) => journalPath(folder, number),
      newest,
      header: () => checkedLine({ history: JOURNAL_VERSION }),
      fileBytesMax,
      begun: async () => {
        const files = (await journalNumbers(folder)).length;
        if (files > filesMax) throw new Error(`${files - 1} files of the journal wait for the database`);
      },
      failed: ({ message }) => options.failed(`the journal takes no rows, which wait in memory: ${message}`),
      recovered: () => options.recovered(`the journal takes rows again${this.#lossTold()}`),
      timer: options.timer,
      openFile: options.openFile,
    });
  }

  append(rows: StoreRows): void {
    if (this.#closed || rows.rows.length === 0) return;
    for (let from = 0; from < rows.rows.length; from += LINE_ROWS_MAX) {
      this.#take(partOf(rows, from, from + LINE_ROWS_MAX));
    }
  }

  async flushed(): Promise<void> {
    if (this.#stored === this.#taken) return;
    if (this.#closed && this.#writing === undefined) throw closedEarly();
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push({ upTo: this.#taken, resolve, reject });
    });
  }

  waitingCharacters(): number {
    return this.#waitingLength;
  }

  async read<Table extends StoreTable>(
    table: Table,
    window: StoreWindow,
  ): Promise<Result<readonly StoreTables[Table][], string>> {
    const answer = await this.#thread.ask<"read">({ kind: "read", upTo: this.#durable, table, window });
    // Rows of the table that was asked for.
    return answer as Result<readonly StoreTables[Table][], string>;
  }

  async events(window: EventWindow): Promise<Result<EventColumns, string>> {
    return await this.#thread.ask<"events">({ kind: "events", upTo: this.#durable, window });
  }

  async page(table: StoreTable, query: StorePageQuery): Promise<Result<StorePage, string>> {
    return await this.#thread.ask<"page">({ kind: "page", upTo: this.#durable, table, query });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#lines.giveUp();
    await this.#writing;
    for (const { reject } of this.#waiters) reject(closedEarly());
    this.#waiters = [];
    await this.#lines.close();
    await this.#thread.ask<"close">({ kind: "close", upTo: this.#durable });
    await this.#endThread();
  }

  #take(rows: StoreRows): void {
    const columns = columnsOf(rows);
    if (!columns.ok) return this.#lose(rows.rows.length, columns.error);
    const line = checkedLine(columns.value);
    const { waitingMax = WAITING_MAX } = this.#options;
    if (this.#waitingLength + line.length > waitingMax) {
      return this.#lose(rows.rows.length, `${waitingMax} characters of rows wait for the disk already`);
    }
    this.#waiting.push(line);
    this.#waitingLength += line.length;
    this.#taken += 1;
    this.#writing ??= this.#write();
  }

  #lose(rows: number, why: string): void {
    if (this.#lostRows === 0) this.#options.failed(`rows are lost: ${why}`);
    this.#lostRows += rows;
  }

  /** What is told of the rows that were lost since it was told last. */
  #lossTold(): string {
    const lost = this.#lostRows;
    this.#lostRows = 0;
    return lost === 0 ? "" : `; ${lost} rows were lost`;
  }

  /** Stores what waits; whatever comes while a batch is on its way is the next one. */
  async #write(): Promise<void> {
    // What else comes within this instant goes into the same batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const text = batch.join("");
      const position = await this.#lines.store(text);
      if (position === undefined) break;
      this.#waitingLength -= text.length;
      this.#stored += batch.length;
      this.#durable = position;
      this.#thread.tell({ kind: "durable", upTo: position });
      const stored = this.#waiters.filter(({ upTo }) => upTo <= this.#stored);
      this.#waiters = this.#waiters.filter(({ upTo }) => upTo > this.#stored);
      for (const { resolve } of stored) resolve();
    }
    this.#writing = undefined;
  }
}

function closedEarly(): PhasewiseError {
  return new PhasewiseError("STORE_FAILED", "the history was closed before its rows were on the disk");
}

function partOf(rows: StoreRows, from: number, to: number): StoreRows {
  if (from === 0 && to >= rows.rows.length) return rows;
  // Some rows of a table are rows of that table.
  return { table: rows.table, rows: rows.rows.slice(from, to) } as StoreRows;
}
