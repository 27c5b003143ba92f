import { closeSync, openSync, writeSync } from "node:fs";
import { messageOf, PhasewiseError } from "../../errors.ts";

/** Collected before it is written: a line costs a copy, not a system call. */
const BUFFER_LENGTH_MAX = 256 * 1024;

/** A file that is written line by line. Every failure of the disk is a STORE_FAILED that names it. */
export type TextFile = { readonly line: (text: string) => void; readonly close: () => void };

export function createTextFile(path: string): TextFile {
  const doing = <Value>(act: () => Value): Value => {
    try {
      return act();
    } catch (cause) {
      const reason = messageOf(cause);
      throw new PhasewiseError("STORE_FAILED", `${path} cannot be written: ${reason}`, { cause });
    }
  };
  const file = doing(() => openSync(path, "w"));
  let buffer = "";
  const write = (): void => {
    const bytes = Buffer.from(buffer);
    buffer = "";
    doing(() => {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    });
  };
  return {
    line: (text) => {
      buffer += `${text}\n`;
      if (buffer.length >= BUFFER_LENGTH_MAX) write();
    },
    close: () => {
      try {
        write();
      } finally {
        closeSync(file);
      }
    },
  };
}
