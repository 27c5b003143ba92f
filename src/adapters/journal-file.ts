import { closeSync, fstatSync, ftruncateSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf, PhasewiseError } from "../errors.ts";
import type { Journal } from "../ports/journal.ts";

/** Collected before it is written: a line costs a copy, not a system call. */
const BUFFER_LENGTH_MAX = 64 * 1024;

export type JournalFileOptions = {
  readonly path: string;
  /** Told once when nothing more can be written; the engine goes on without a journal. */
  readonly failed: (cause: Error) => void;
  /** Length at which the journal is full, in characters. */
  readonly lengthMax: number;
};

/** A journal on disk. Never loses what was written before a failure; says so when it stops. */
export function createJournalFile({ path, failed, lengthMax }: JournalFileOptions): Journal {
  let file: number | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Emptied only by the first line: a run that fails to begin must not wipe the journal of the one before.
    file = openSync(path, "a", 0o600);
  } catch (cause) {
    throw new PhasewiseError("STORE_FAILED", `cannot write the journal ${path}: ${messageOf(cause)}`, {
      cause,
    });
  }
  let buffer: string[] = [];
  let buffered = 0;
  let written = 0;
  let begun = false;

  const stop = (cause: Error): void => {
    if (file !== undefined) closeSync(file);
    file = undefined;
    buffer = [];
    failed(cause);
  };

  const begin = (opened: number): void => {
    begun = true;
    try {
      // A device has no earlier journal to be emptied of.
      if (fstatSync(opened).isFile()) ftruncateSync(opened);
    } catch (cause) {
      stop(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };

  const flush = (): void => {
    if (file === undefined || buffer.length === 0) return;
    const text = buffer.join("");
    buffer = [];
    written += buffered;
    buffered = 0;
    try {
      writeSync(file, text);
    } catch (cause) {
      stop(cause instanceof Error ? cause : new Error(String(cause)));
    }
  };

  return {
    append: (line) => {
      if (file === undefined) return;
      if (!begun) begin(file);
      buffer.push(line, "\n");
      buffered += line.length + 1;
      if (buffered >= BUFFER_LENGTH_MAX) flush();
      if (written + buffered > lengthMax) {
        flush();
        stop(new Error(`the journal has reached ${lengthMax} characters`));
      }
    },
    close: () => {
      flush();
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

/** A journal that keeps nothing. */
export const noJournal: Journal = { append: () => undefined, close: () => undefined };
