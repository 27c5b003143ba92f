import { open } from "node:fs/promises";
import type { Timer } from "../ports/timer.ts";
import { type OpenFile, RetryPause, syncFolder, type WritableFile, writeAt } from "./durable-file.ts";

export type DurableLinesOptions = {
  readonly folder: string;
  readonly pathOf: (number: number) => string;
  /** Number of the newest file that is there already; the next one is begun with the first lines. */
  readonly newest: number;
  /** First line of a file. */
  readonly header: (number: number) => string;
  /** Bytes after which another file is begun. */
  readonly fileBytesMax: number;
  /** Told when a file has been begun and before anything is written to it; what it throws is a failure of the disk. */
  readonly begun: (number: number) => Promise<void>;
  /** Told once when nothing can be stored. */
  readonly failed: (cause: Error) => void;
  /** Told when it can be again. */
  readonly recovered: () => void;
  readonly timer: Timer;
  /** How a file is written; the file system's own way unless a test has a disk of its own. */
  readonly openFile?: OpenFile | undefined;
};

/** How far the files have been written: all before it is on the disk. */
export type FilePosition = { readonly file: number; readonly bytes: number };

type OpenedFile = { readonly file: WritableFile; bytes: number };

/**
 * Numbered files that lines are written to and synchronised, a full disk survived. A failed write is done again as a whole at the
 * same place: after a failed `fsync` the kernel may have thrown the pages away.
 */
export class DurableLines {
  readonly #options: DurableLinesOptions;
  #opened: OpenedFile | undefined;
  #number: number;
  #failing = false;
  #givenUp = false;
  readonly #pause: RetryPause;

  constructor(options: DurableLinesOptions) {
    this.#options = options;
    this.#number = options.newest;
    this.#pause = new RetryPause(options.timer);
  }

  /** Where the text ends, once it is on the disk; `undefined` only after `giveUp`. One call at a time. */
  async store(text: string): Promise<FilePosition | undefined> {
    for (;;) {
      const position = await this.#tryToStore(text);
      if (position !== undefined || this.#givenUp) return position;
      await this.#pause.wait();
    }
  }

  /** What cannot be stored at the first try is tried no more. */
  giveUp(): void {
    this.#givenUp = true;
    this.#pause.end();
  }

  /** To be called when nothing is being stored. */
  async close(): Promise<void> {
    if (this.#opened !== undefined) await this.#endFile(this.#opened);
  }

  /** Where the text ends, once it is on the disk. */
  async #tryToStore(text: string): Promise<FilePosition | undefined> {
    const { failed, recovered, fileBytesMax } = this.#options;
    let position: FilePosition;
    try {
      const opened = (this.#opened ??= await this.#open());
      const bytes = await writeAt(opened.file, text, opened.bytes);
      await opened.file.datasync();
      opened.bytes += bytes;
      position = { file: this.#number, bytes: opened.bytes };
      if (opened.bytes >= fileBytesMax) await this.#endFile(opened);
    } catch (cause) {
      // A part of a batch is no record: it is cut off as far as the disk lets us, and else overwritten by the next try.
      await this.#opened?.file.truncate(this.#opened.bytes).catch(() => undefined);
      if (!this.#failing) failed(cause instanceof Error ? cause : new Error(String(cause)));
      this.#failing = true;
      return undefined;
    }
    if (this.#failing) recovered();
    this.#failing = false;
    return position;
  }

  async #open(): Promise<OpenedFile> {
    const { folder, pathOf, header, begun, openFile = openToWrite } = this.#options;
    const number = this.#number + 1;
    const opened = { file: await openFile(pathOf(number)), bytes: 0 };
    try {
      opened.bytes = await writeAt(opened.file, header(number), 0);
      await syncFolder(folder);
      await begun(number);
    } catch (cause) {
      await opened.file.close().catch(() => undefined);
      throw cause;
    }
    this.#number = number;
    return opened;
  }

  /** Everything in it is on the disk: how closing it ends is of no interest. */
  async #endFile(opened: OpenedFile): Promise<void> {
    this.#opened = undefined;
    await opened.file.close().catch(() => undefined);
  }
}

async function openToWrite(path: string): Promise<WritableFile> {
  return await open(path, "w", 0o600);
}
