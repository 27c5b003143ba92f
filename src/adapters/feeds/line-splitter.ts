import type { LogReader } from "./log-record.ts";

/** No line of a log comes near this. */
export const LINE_LENGTH_MAX = 1_024;

const NEWLINE = 0x0a;

export type LineHandlers = {
  /** A line without its end; one character a byte. Numbers count from 1. */
  readonly line: (text: string, number: number) => void;
  /** A line of more than `LINE_LENGTH_MAX` bytes: its begin. */
  readonly tooLong: (begin: string, number: number) => void;
};

/** Bytes in pieces of any size to lines that end in LF or CRLF, and the last one in nothing. */
export function createLineSplitter({ line, tooLong }: LineHandlers): LogReader {
  let number = 1;
  /** The begin of a line whose end has not come yet. */
  let pending = "";

  const take = (text: string): void => {
    if (text.length > LINE_LENGTH_MAX) tooLong(text, number);
    else line(text.endsWith("\r") ? text.slice(0, -1) : text, number);
    number += 1;
  };

  return {
    write: (bytes) => {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let from = 0;
      for (;;) {
        const end = buffer.indexOf(NEWLINE, from);
        if (end < 0) break;
        const text = buffer.toString("latin1", from, end);
        take(pending === "" ? text : pending + text);
        pending = "";
        from = end + 1;
      }
      // Of a line without end only so much is kept as tells that it is too long.
      const room = LINE_LENGTH_MAX + 1 - pending.length;
      pending += buffer.toString("latin1", from, Math.min(buffer.length, from + room));
    },
    end: () => {
      if (pending !== "") take(pending);
      pending = "";
    },
  };
}
