import { type FileHandle, open, rename } from "node:fs/promises";
import type { Timer } from "../ports/timer.ts";

/** As much of a file as is needed to write on it and to know that it is on the disk. */
export type WritableFile = Pick<FileHandle, "write" | "datasync" | "truncate" | "close">;
export type OpenFile = (path: string) => Promise<WritableFile>;

/** Wall time between two tries while the disk is full. */
const RETRY_MS = 1_000;

/** Writes the whole text at a byte of the file; returns how many bytes it was. */
export async function writeAt(file: WritableFile, text: string, from: number): Promise<number> {
  const buffer = Buffer.from(text);
  for (let written = 0; written < buffer.length; ) {
    const { bytesWritten } = await file.write(buffer, written, buffer.length - written, from + written);
    written += bytesWritten;
  }
  return buffer.length;
}

/** Puts a text in a file's place: whoever reads it, whenever, finds the one before or this one, whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  const file = await open(draft, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

/** So that the name of a new file survives as well. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The wait between two tries. */
export class RetryPause {
  readonly #timer: Timer;
  #wake: (() => void) | undefined;

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  /** Resolves after a second, or when it is ended. */
  async wait(): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#timer(RETRY_MS, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
    this.#wake = undefined;
  }

  end(): void {
    this.#wake?.();
  }
}
