import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import Type, { type Static } from "typebox";
import { shapeOf } from "../model/fault.ts";
import { IdSchema } from "../model/id.ts";
import { LogFrame } from "../protocol/frames.ts";

/** Version of the file's lines. */
const EVENT_FILE_VERSION = 1;

const strict = { additionalProperties: false } as const;
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** First line of a file: how many events of each intersection the files before it hold. */
const HeaderSchema = Type.Object(
  { eventLog: Type.Literal(EVENT_FILE_VERSION), stored: Type.Record(Type.String(), Count) },
  strict,
);

/** Every other line: events of one intersection, numbered from `first` on. */
const RecordSchema = Type.Object({ of: IdSchema, first: Count, events: LogFrame.properties.events }, strict);

const HEADER = shapeOf(HeaderSchema);
const RECORD = shapeOf(RecordSchema);

export type EventRecord = Static<typeof RecordSchema>;

/** What a file says, as far as it is whole. */
export type EventFile = {
  /** Events stored by intersection: the header's counts, moved on by the records. `undefined`: not even the header is whole. */
  readonly stored: ReadonlyMap<string, number> | undefined;
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number;
  /** Bytes behind them: what a killed process was about to write. */
  readonly tornBytes: number;
  /** Whether a whole line stands behind one that is not: then this is no torn end, but damage. */
  readonly damaged: boolean;
};

export function headerLine(stored: ReadonlyMap<string, number>): string {
  return lineOf({ eventLog: EVENT_FILE_VERSION, stored: Object.fromEntries(stored) });
}

export function recordLine(record: EventRecord): string {
  return lineOf(record);
}

/** CRC-32 of the JSON in eight hexadecimal digits, a space, the JSON: readable, and never taken for whole when it is not. */
function lineOf(value: object): string {
  const json = JSON.stringify(value);
  return `${checksum(json)} ${json}\n`;
}

function checksum(json: string | Buffer): string {
  return crc32(json).toString(16).padStart(8, "0");
}

const NEWLINE = 0x0a;
const CHECKSUM_LENGTH = 8;
const CHUNK_BYTES = 1024 * 1024;

/** Reads a file of the event log; `each` is told every record of its whole part. */
export async function readEventFile(
  path: string,
  each: (record: EventRecord) => void = () => undefined,
): Promise<EventFile> {
  let stored: Map<string, number> | undefined;
  let wholeBytes = 0;
  let bytes = 0;
  let torn = false;
  let damaged = false;
  const file = await open(path, "r");
  try {
    for await (const line of linesOf(file)) {
      bytes += line.length;
      const value = valueOf(line);
      if (torn || value === undefined) {
        torn = true;
        damaged ||= value !== undefined;
      } else if (stored === undefined) {
        if (HEADER.accepts(value)) stored = new Map(Object.entries(value.stored));
        else torn = true;
      } else if (RECORD.accepts(value)) {
        stored.set(value.of, value.first + value.events.length);
        each(value);
      } else torn = true;
      if (!torn) wholeBytes = bytes;
    }
  } finally {
    await file.close();
  }
  return { stored, wholeBytes, tornBytes: bytes - wholeBytes, damaged };
}

/** The lines with their ends; the last one may have none. */
async function* linesOf(file: FileHandle): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let rest = Buffer.alloc(0);
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES);
    if (bytesRead === 0) break;
    let text = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    for (let end = text.indexOf(NEWLINE); end !== -1; end = text.indexOf(NEWLINE)) {
      yield text.subarray(0, end + 1);
      text = text.subarray(end + 1);
    }
    rest = text;
  }
  if (rest.length > 0) yield rest;
}

/** What a line holds; `undefined` where it is not whole. */
function valueOf(line: Buffer): unknown {
  if (line.at(-1) !== NEWLINE || line.length < CHECKSUM_LENGTH + 2) return undefined;
  const json = line.subarray(CHECKSUM_LENGTH + 1, -1);
  if (line.toString("latin1", 0, CHECKSUM_LENGTH) !== checksum(json)) return undefined;
  try {
    return JSON.parse(json.toString("utf8"));
  } catch {
    return undefined;
  }
}
