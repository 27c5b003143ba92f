import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, PhasewiseError } from "../errors.ts";
import type { EventLog, LogProgress } from "../ports/event-log.ts";
import type { Timer } from "../ports/timer.ts";
import type { LogFrame } from "../protocol/frames.ts";
import { byCodeUnit } from "../units.ts";
import type { OpenFile } from "./durable-file.ts";
import { DurableLines } from "./durable-lines.ts";
import { type EventFile, headerLine, readEventFile, recordLine } from "./event-file.ts";
import { newEvents } from "./event-sequence.ts";
import type { FrameRefusal } from "./frame-reader.ts";

export type EventLogOptions = {
  /** Of this log alone; made where it is not there. */
  readonly folder: string;
  /** Whether the numbers go on where the newest file ends; else older files are removed with the first event. */
  readonly continues: boolean;
  /** Told once when nothing can be stored; controllers keep their events meanwhile. */
  readonly failed: (cause: Error) => void;
  /** Told when it can be again. */
  readonly recovered: () => void;
  readonly timer: Timer;
  /** Bytes after which another file is begun. */
  readonly fileBytesMax?: number;
  /** How a file is written; the file system's own way unless a test has a disk of its own. */
  readonly openFile?: OpenFile;
};

/** Events of one controller that may wait to be stored: four of its frames. Told to it in `welcome`. */
export const LOG_WINDOW = 4_000;

const FILE_BYTES_MAX = 256 * 1024 * 1024;
/** Bytes of older files that are kept; the oldest of them go first. */
const BYTES_KEPT = 4 * 1024 ** 3;
const FILE_NAME = /^events-(\d{6,15})\.log$/;

/**
 * A write-ahead log in a folder: `events-N.log`, a new file with every run. What `progress` calls stored has been synchronised
 * to the disk. Throws `STORE_FAILED` where the folder cannot be used, `DATA_INVALID` where the newest file is damaged.
 */
export async function openEventLog(options: EventLogOptions): Promise<EventLog> {
  const { folder, continues } = options;
  try {
    await mkdir(folder, { recursive: true });
    const numbers = await fileNumbers(folder);
    const stored = continues ? await lastStored(folder, numbers) : new Map<string, number>();
    return new FolderEventLog(options, numbers.at(-1) ?? 0, stored);
  } catch (cause) {
    if (cause instanceof PhasewiseError) throw cause;
    throw new PhasewiseError("STORE_FAILED", `cannot use the event log ${folder}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Paths of the files, oldest first. */
export async function eventFiles(folder: string): Promise<readonly string[]> {
  return (await fileNumbers(folder)).map((number) => pathOf(folder, number));
}

async function fileNumbers(folder: string): Promise<readonly number[]> {
  const names = (await readdir(folder)).toSorted(byCodeUnit);
  return names
    .flatMap((name) => FILE_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((left, right) => left - right);
}

function pathOf(folder: string, number: number): string {
  return join(folder, `events-${String(number).padStart(6, "0")}.log`);
}

/** The counts at the end of the newest file that has any; what a killed process left unfinished there is cut off. */
async function lastStored(folder: string, numbers: readonly number[]): Promise<Map<string, number>> {
  for (const number of numbers.toReversed()) {
    const path = pathOf(folder, number);
    const found = await readEventFile(path);
    if (found.damaged) {
      const place = `${path}: damaged at byte ${found.wholeBytes}`;
      throw new PhasewiseError("DATA_INVALID", `${place}; move the file away to go on without it`);
    }
    if (found.stored === undefined) {
      await rm(path);
      continue;
    }
    await settle(path, found);
    return new Map(found.stored);
  }
  return new Map();
}

/** Cuts off what is not whole, and makes sure that what a killed process had only written is on the disk. */
async function settle(path: string, { wholeBytes, tornBytes }: EventFile): Promise<void> {
  const file = await open(path, "r+");
  try {
    if (tornBytes > 0) await file.truncate(wholeBytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

type Waiting = {
  readonly intersection: string;
  readonly line: string;
  readonly count: number;
  readonly upTo: number;
};

class FolderEventLog implements EventLog {
  readonly #lines: DurableLines;
  readonly #received: Map<string, number>;
  readonly #stored: Map<string, number>;
  /** Events of each intersection that wait to be stored. */
  readonly #counts = new Map<string, number>();
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(options: EventLogOptions, newest: number, stored: Map<string, number>) {
    this.#stored = stored;
    this.#received = new Map(stored);
    const { folder, continues, fileBytesMax = FILE_BYTES_MAX, failed, recovered, timer, openFile } = options;
    this.#lines = new DurableLines({
      folder,
      pathOf: (number) => pathOf(folder, number),
      newest,
      header: () => headerLine(this.#stored),
      fileBytesMax,
      begun: async (number) => {
        const older = (await fileNumbers(folder)).filter((other) => other < number);
        await removeOldest(folder, older, number === newest + 1 && !continues ? 0 : BYTES_KEPT);
      },
      failed,
      recovered,
      timer,
      openFile,
    });
  }

  progress(intersection: string): LogProgress {
    return {
      received: this.#received.get(intersection) ?? 0,
      stored: this.#stored.get(intersection) ?? 0,
    };
  }

  append(intersection: string, first: number, events: LogFrame["events"]): FrameRefusal | undefined {
    if (this.#closed) return undefined;
    const taken = newEvents(this.#received.get(intersection) ?? 0, first, events);
    if (!taken.ok) return taken.error;
    const count = taken.value.events.length;
    if (count === 0) return undefined;
    const waiting = (this.#counts.get(intersection) ?? 0) + count;
    if (waiting > LOG_WINDOW) {
      return { code: "FLOOD", detail: `${waiting} log events that are not stored, at most ${LOG_WINDOW}` };
    }
    const upTo = taken.value.first + count;
    this.#received.set(intersection, upTo);
    this.#counts.set(intersection, waiting);
    this.#waiting.push({ intersection, line: recordLine({ of: intersection, ...taken.value }), count, upTo });
    this.#writing ??= this.#write();
    return undefined;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#lines.giveUp();
    await this.#writing;
    await this.#lines.close();
  }

  /** Stores what waits, all controllers' together: whatever comes while a batch is on its way is the next one. */
  async #write(): Promise<void> {
    // What else comes within this instant goes into the same batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const text = batch.map(({ line }) => line).join("");
      // What is not stored is not lost: its controllers were never told that it is.
      if ((await this.#lines.store(text)) === undefined) return;
      for (const { intersection, count, upTo } of batch) {
        this.#stored.set(intersection, upTo);
        this.#counts.set(intersection, (this.#counts.get(intersection) ?? 0) - count);
      }
    }
    this.#writing = undefined;
  }
}

async function removeOldest(folder: string, numbers: readonly number[], bytesKept: number): Promise<void> {
  let bytes = 0;
  for (const number of numbers.toReversed()) {
    bytes += (await stat(pathOf(folder, number))).size;
    if (bytes > bytesKept) await rm(pathOf(folder, number));
  }
}
