import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";

/** A line of a file, and whether it is whole. */
export type CheckedLine = {
  /** `undefined` where the line is not whole. */
  readonly value: unknown;
  /** Bytes of the file up to the line's end. */
  readonly endsAt: number;
};

/** CRC-32 of the JSON in eight hexadecimal digits, a space, the JSON: readable, and never taken for whole when it is not. */
export function checkedLine(value: object): string {
  const json = JSON.stringify(value);
  return `${checksum(json)} ${json}\n`;
}

function checksum(json: string | Buffer): string {
  return crc32(json).toString(16).padStart(8, "0");
}

const NEWLINE = 0x0a;
const CHECKSUM_LENGTH = 8;
const CHUNK_BYTES = 1024 * 1024;

/** The lines of a file between two of its bytes, of which the first must be a line's begin. */
export async function* checkedLines(
  path: string,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): AsyncGenerator<CheckedLine> {
  const file = await open(path, "r");
  try {
    let endsAt = from;
    for await (const line of linesOf(file, from, to)) {
      endsAt += line.length;
      yield { value: valueOf(line), endsAt };
    }
  } finally {
    await file.close();
  }
}

/** The lines with their ends; the last one may have none. */
async function* linesOf(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, to - from));
  let rest = Buffer.alloc(0);
  for (let position = from; position < to; ) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunk.length, to - position), position);
    if (bytesRead === 0) break;
    position += bytesRead;
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
