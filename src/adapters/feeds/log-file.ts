import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createUnzip } from "node:zlib";
import { messageOf, PhasewiseError } from "../../errors.ts";
import { showFound } from "../../model/fault.ts";
import { encodeId } from "../../model/id.ts";
import { createEconoliteReader, ECONOLITE_HEADER_END } from "./econolite-dat.ts";
import { createLogCsvReader, isLogCsvLine } from "./log-csv.ts";
import { DEVICE_LENGTH_MAX, type LogReader, type LogSink } from "./log-record.ts";
import { createMaxtimeReader, MAXTIME_ROOT } from "./maxtime-xml.ts";

export const LOG_FORMATS = ["csv", "maxtime", "econolite"] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** So much of a file is looked at to recognise it. */
const HEAD_BYTES = 4_096;
/** So much of it is shown where that fails. */
const FOUND_LENGTH = 24;

/** Of a packed file so much is unpacked at once: what fails costs all that is unpacked with it. */
const PACKED_PIECE_BYTES = 512;

const WHOLE_ALLOWED = "a file that can be read, and unpacked, to its end";
const FORMATS_ALLOWED =
  "a high-resolution log: CSV of time, device, event code and parameter; MaxTime XML; or Econolite .dat or .datZ";

export type LogFileOptions = {
  readonly path: string;
  /** `undefined`: recognised by the content. */
  readonly format: LogFormat | undefined;
  /** Controller of a file that names none; `undefined`: as in the file's name. */
  readonly device: string | undefined;
  readonly sink: LogSink;
  /** Told after each piece. */
  readonly progress: (bytesRead: number, bytes: number) => void;
};

/** How a file was read. */
export type LogFile = { readonly format: LogFormat; readonly packed: boolean; readonly bytes: number };

/**
 * Reads a log into a sink, piece by piece. A packed file (zlib, as `.datZ`, or gzip) is known by its first bytes and unpacked.
 * Where packing or disk fail on the way, what was read stays, and the failure is rejected with its place. Throws DATA_MISSING where
 * the file cannot be opened, and DATA_INVALID where it is no log that is known.
 */
export async function readLogFile(options: LogFileOptions): Promise<LogFile> {
  const { path, sink, progress } = options;
  const { packed, bytes } = await lookAt(path);
  const reader = createRecognisedReader(options);
  const file = createReadStream(path, packed ? { highWaterMark: PACKED_PIECE_BYTES } : {});
  const taker = new Writable({
    write: (piece: Uint8Array, _encoding, done) => {
      try {
        reader.write(piece);
        progress(file.bytesRead, bytes);
        done();
      } catch (cause) {
        done(cause instanceof Error ? cause : new Error(String(cause)));
      }
    },
  });
  try {
    // Not an asynchronous loop, which would drop what was unpacked before a failure.
    await (packed ? pipeline(file, createUnzip(), taker) : pipeline(file, taker));
  } catch (cause) {
    if (cause instanceof PhasewiseError || !(cause instanceof Error) || !("code" in cause)) throw cause;
    sink.reject({ place: `byte ${file.bytesRead}`, found: cause.message, allowed: WHOLE_ALLOWED });
  }
  return { format: reader.end(), packed, bytes };
}

async function lookAt(path: string): Promise<{ readonly packed: boolean; readonly bytes: number }> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return { packed: bytesRead === 2 && isPacked(buffer), bytes: (await file.stat()).size };
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError(
      "DATA_MISSING",
      `${path}: cannot be read (${reason}); allowed: a readable file`,
      {
        cause,
      },
    );
  } finally {
    await file?.close();
  }
}

/** Whether these are the first bytes of zlib (RFC 1950: method 8, and a multiple of 31) or gzip (RFC 1952). */
function isPacked(head: Buffer): boolean {
  const word = head.readUInt16BE(0);
  return word === 0x1f8b || (((word >> 8) & 0x0f) === 8 && word >> 12 <= 7 && word % 31 === 0);
}

type RecognisedReader = {
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => LogFormat;
};

/** Waits until it has seen enough to know the format, or the end. */
function createRecognisedReader({ path, format, device, sink }: LogFileOptions): RecognisedReader {
  let known: { readonly format: LogFormat; readonly reader: LogReader } | undefined;
  let head: Uint8Array = new Uint8Array();

  const begin = (): { readonly format: LogFormat; readonly reader: LogReader } => {
    const recognised = format ?? recogniseLog(Buffer.from(head).toString("latin1", 0, HEAD_BYTES));
    if (recognised === undefined) {
      const found =
        head.length === 0 ? "nothing" : showFound(Buffer.from(head).toString("latin1", 0, FOUND_LENGTH));
      throw new PhasewiseError("DATA_INVALID", `${path}: found ${found}, allowed: ${FORMATS_ALLOWED}`);
    }
    const reader = READERS[recognised](sink, device ?? deviceOfName(path));
    reader.write(head);
    return { format: recognised, reader };
  };

  return {
    write: (bytes) => {
      if (known !== undefined) {
        known.reader.write(bytes);
        return;
      }
      head = Buffer.concat([head, bytes]);
      if (head.length >= HEAD_BYTES) known = begin();
    },
    end: () => {
      const { format: recognised, reader } = known ?? begin();
      reader.end();
      return recognised;
    },
  };
}

/** The format of a log that begins so, one character a byte. */
export function recogniseLog(head: string): LogFormat | undefined {
  if (head.includes(`<${MAXTIME_ROOT}`)) return "maxtime";
  if (head.includes(ECONOLITE_HEADER_END)) return "econolite";
  return head.split("\n").some((line) => isLogCsvLine(line)) ? "csv" : undefined;
}

const READERS: Readonly<Record<LogFormat, (sink: LogSink, device: string) => LogReader>> = {
  csv: createLogCsvReader,
  maxtime: createMaxtimeReader,
  econolite: createEconoliteReader,
};

/**
 * The controller that a file's name tells: `1210` of `1210_ECON_2021_08_09_1841.datZ`, and otherwise the name without the time at
 * its end, so that the files of one controller are its own.
 */
export function deviceOfName(path: string): string {
  const name = basename(path).replace(/(?:\.[A-Za-z]{1,5})+$/, "");
  const [, number] = /^(\d+)_ECON_/i.exec(name) ?? [];
  return encodeId(number ?? name.replace(/_\d{4}_\d{2}_\d{2}_\d{4}$/, "")).slice(0, DEVICE_LENGTH_MAX);
}
