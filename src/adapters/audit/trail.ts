import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, PhasewiseError } from "../../errors.ts";
import type { AuditEntry, AuditTrail, NumberedEntry } from "../../ports/audit.ts";
import type { Timer } from "../../ports/timer.ts";
import { err, ok, type Result } from "../../result.ts";
import {
  type OpenFile,
  replaceFile,
  RetryPause,
  syncFolder,
  type WritableFile,
  writeAt,
} from "../durable-file.ts";
import { chainedLine, fileName, GENESIS, HEAD_NAME, headerOf, type TrailHead } from "./chain.ts";
import { readTrailEnd, type TrailReport } from "./trail-file.ts";

export type AuditTrailOptions = {
  /** Of this trail alone; made where it is not there. */
  readonly folder: string;
  /** The wall's time, epoch milliseconds. */
  readonly now: () => number;
  /** Told when nothing can be stored, so that entries wait; and again when so many wait that no more are taken. */
  readonly failed: (cause: Error) => void;
  /** Told when it can be again. */
  readonly recovered: () => void;
  readonly timer: Timer;
  /** Bytes after which another file is begun. */
  readonly fileBytesMax?: number;
  /** Entries that may wait to be stored. */
  readonly waitingMax?: number;
  /** How a file is opened to be written on; the file system's own way unless a test has a disk of its own. */
  readonly openFile?: OpenFile;
};

const FILE_BYTES_MAX = 64 * 1024 * 1024;
/** Of a plan that is pushed about 2 kB each: some tens of megabytes, and hours of a corridor with its disk full. */
const WAITING_MAX = 20_000;

/**
 * A trail in a folder: `audit-N.log`, each line chained to the one before by SHA-256, over all files, and `audit.head`, the last line that is
 * known to be on the disk. Goes on where it ended, whoever ended it: a line that a killed process did not finish is cut off, and that
 * is told in the trail itself.
 *
 * Throws `STORE_FAILED` where the folder cannot be used, `DATA_INVALID` where its end does not hold.
 */
export async function openAuditTrail(options: AuditTrailOptions): Promise<AuditTrail> {
  const { folder } = options;
  try {
    await mkdir(folder, { recursive: true });
    const found = await readTrailEnd(folder);
    if (found?.fault !== undefined) {
      const { file, byteOffset, number, found: what, expected } = found.fault;
      throw new PhasewiseError(
        "DATA_INVALID",
        `${file}: the audit trail does not hold at byte ${byteOffset}, entry ${number}: found ${what}, expected ${expected}; move ${folder} away to begin another one`,
      );
    }
    const trail = new FolderTrail(options, found?.end ?? { file: 0, bytes: 0, next: 1, hash: GENESIS });
    if (found !== undefined) await heal(trail, folder, found);
    return trail;
  } catch (cause) {
    if (cause instanceof PhasewiseError) throw cause;
    throw new PhasewiseError("STORE_FAILED", `cannot use the audit trail ${folder}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Cuts off what a killed process left unfinished, and says so. */
async function heal(
  trail: AuditTrail,
  folder: string,
  { end, tornBytes, unbegun }: TrailReport & { readonly unbegun: readonly string[] },
): Promise<void> {
  for (const path of unbegun) await rm(path);
  if (end.file > 0) {
    const file = await open(join(folder, fileName(end.file)), "r+");
    try {
      if (tornBytes > 0) await file.truncate(end.bytes);
      // What a killed process had only written is on the disk from here on.
      await file.sync();
    } finally {
      await file.close();
    }
  }
  if (tornBytes === 0) return;
  trail.append({
    at: null,
    who: "engine",
    action: "audit.heal",
    where: null,
    subject: fileName(end.file),
    before: { bytes: end.bytes + tornBytes },
    after: { bytes: end.bytes },
    reason: "the process before was ended while it wrote a line that nobody was told of as stored",
    result: "done",
    correlation: null,
  });
}

/** Entries that nobody could take any more, and when the first and the last of them came. */
type Untaken = { readonly entries: number; readonly from: number; readonly to: number };

type Opened = { readonly file: WritableFile; readonly number: number };
type Waiter = { readonly upTo: number; readonly tell: (result: Result<void, string>) => void };

class FolderTrail implements AuditTrail {
  readonly #options: AuditTrailOptions;
  /** The last line on the disk. */
  #end: TrailHead;
  #next: number;
  #waiting: NumberedEntry[] = [];
  #waiters: Waiter[] = [];
  #writing: Promise<void> | undefined;
  #opened: Opened | undefined;
  #failing: string | undefined;
  #untaken: Untaken | undefined;
  #closed = false;
  readonly #pause: RetryPause;

  constructor(options: AuditTrailOptions, end: TrailHead) {
    this.#options = options;
    this.#end = end;
    this.#next = end.next;
    this.#pause = new RetryPause(options.timer);
  }

  refusing(): string | undefined {
    const { waitingMax = WAITING_MAX } = this.#options;
    const waiting = this.#next - this.#end.next;
    if (this.#failing === undefined || waiting < waitingMax) return undefined;
    return `${waiting} entries wait and no more are taken: ${this.#failing}`;
  }

  append(entry: AuditEntry): NumberedEntry | undefined {
    const recordedAt = Math.round(this.#options.now());
    const refusing = this.refusing();
    if (refusing !== undefined) {
      if (this.#untaken === undefined) this.#options.failed(new Error(refusing));
      const { entries = 0, from = recordedAt } = this.#untaken ?? {};
      this.#untaken = { entries: entries + 1, from, to: recordedAt };
      return undefined;
    }
    const numbered = { ...entry, number: this.#next, recordedAt };
    this.#next += 1;
    this.#waiting.push(numbered);
    if (!this.#closed) this.#writing ??= this.#write();
    return numbered;
  }

  async stored(): Promise<Result<void, string>> {
    if (this.#end.next === this.#next) return ok(undefined);
    if (this.#failing !== undefined) return err(this.#failing);
    return await new Promise((tell) => this.#waiters.push({ upTo: this.#next, tell }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#pause.end();
    await this.#writing;
    await this.#endFile();
  }

  /** Stores what waits together: whatever comes while a batch is on its way is the next one. */
  async #write(): Promise<void> {
    // What else comes within this instant goes into the same batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      while (!(await this.#stores(batch))) {
        if (this.#closed) return;
        await this.#pause.wait();
      }
      this.#tell((upTo) => upTo <= this.#end.next, ok(undefined));
    }
    this.#writing = undefined;
  }

  /** Whether the entries are on the disk; if not, they are written again as a whole, at the same place. */
  async #stores(batch: readonly NumberedEntry[]): Promise<boolean> {
    try {
      await this.#append(batch);
    } catch (cause) {
      // A part of a batch is none: it is cut off as far as the disk lets us, and else overwritten by the next try.
      const { bytes, file } = this.#end;
      await this.#opened?.file.truncate(this.#opened.number === file ? bytes : 0).catch(() => undefined);
      await this.#endFile();
      const failure = cause instanceof Error ? cause : new Error(String(cause));
      if (this.#failing === undefined) this.#options.failed(failure);
      this.#failing = failure.message;
      this.#tell(() => true, err(failure.message));
      return false;
    }
    if (this.#failing !== undefined) this.#options.recovered();
    this.#failing = undefined;
    this.#tellUntaken();
    return true;
  }

  /** Behind all that waited, since what could not be taken came later, and before whatever comes now. */
  #tellUntaken(): void {
    if (this.#untaken === undefined) return;
    const { entries, from, to } = this.#untaken;
    this.#untaken = undefined;
    this.append({
      at: null,
      who: "engine",
      action: "audit.untaken",
      where: null,
      subject: null,
      before: null,
      after: { entries, from, to },
      reason: "the disk could not be written for so long that no more entries could wait",
      result: "lost",
      correlation: null,
    });
  }

  async #append(batch: readonly NumberedEntry[]): Promise<void> {
    const { folder, fileBytesMax = FILE_BYTES_MAX } = this.#options;
    const begins = this.#end.file === 0 || this.#end.bytes >= fileBytesMax;
    if (begins) await this.#endFile();
    const file = begins ? this.#end.file + 1 : this.#end.file;
    let { hash } = this.#end;
    let text = "";
    for (const value of [...(begins ? [headerOf(file, this.#end.next, hash)] : []), ...batch]) {
      const line = chainedLine(hash, value);
      ({ hash } = line);
      text += line.text;
    }
    this.#opened ??= { file: await this.#open(file), number: file };
    const from = begins ? 0 : this.#end.bytes;
    const bytes = await writeAt(this.#opened.file, text, from);
    await this.#opened.file.datasync();
    if (begins) await syncFolder(folder);
    const end = { file, bytes: from + bytes, next: this.#end.next + batch.length, hash };
    await writeHead(folder, end);
    this.#end = end;
  }

  async #open(file: number): Promise<WritableFile> {
    const { folder, openFile = openToWrite } = this.#options;
    return await openFile(join(folder, fileName(file)));
  }

  async #endFile(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.file.close().catch(() => undefined);
  }

  #tell(isMeant: (upTo: number) => boolean, result: Result<void, string>): void {
    const told = this.#waiters.filter(({ upTo }) => isMeant(upTo));
    this.#waiters = this.#waiters.filter(({ upTo }) => !isMeant(upTo));
    for (const { tell } of told) tell(result);
  }
}

/** After the lines that it names are on the disk: it may lag behind them, and never runs ahead. */
async function writeHead(folder: string, head: TrailHead): Promise<void> {
  await replaceFile(join(folder, HEAD_NAME), `${JSON.stringify(head)}\n`);
}

/** Made where it is not there, and never emptied. */
async function openToWrite(path: string): Promise<WritableFile> {
  const made = await open(path, "a", 0o600);
  await made.close();
  return await open(path, "r+");
}

/** A trail that keeps nothing, for runs of which nothing is to be left behind. */
export function forgetfulTrail(now: () => number): AuditTrail {
  let next = 1;
  return {
    append: (entry) => {
      const numbered = { ...entry, number: next, recordedAt: Math.round(now()) };
      next += 1;
      return numbered;
    },
    refusing: () => undefined,
    stored: () => Promise.resolve(ok(undefined)),
    close: () => Promise.resolve(),
  };
}
