import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf, PhasewiseError } from "../../errors.ts";
import type { NumberedEntry } from "../../ports/audit.ts";
import {
  ENTRY,
  fileName,
  fileNumbers,
  GENESIS,
  HEAD,
  HEAD_NAME,
  HEADER,
  hashOf,
  partsOf,
  type TrailHead,
} from "./chain.ts";

/** Where a trail does not hold. */
export type TrailFault = {
  readonly file: string;
  /** Where in the file the line begins that does not hold. */
  readonly byteOffset: number;
  /** Number that the entry there should have. */
  readonly number: number;
  readonly found: string;
  readonly expected: string;
};

/** What a trail, or one file of it, says of itself. */
export type TrailReport = {
  /** Entries that hold, up to the first fault. */
  readonly entries: number;
  readonly firstNumber: number;
  /** Place after the last line that holds. */
  readonly end: TrailHead;
  /** Bytes of a line that was never finished, and was told to nobody as stored; to be cut off. */
  readonly tornBytes: number;
  /** Entries after those that the head file knows of. */
  readonly beyondHead: number;
  /** `absent`: an end that is missing cannot be noticed. */
  readonly head: "agrees" | "absent" | "notAsked";
  readonly fault: TrailFault | undefined;
};

/** Told each line that holds: the number of the last entry up to it, the hash, and the entry where it is one. */
type Each = (number: number, hash: string, entry: NumberedEntry | undefined) => void;

/** Where a file should begin; `undefined` for one that is looked at alone, whose header is believed. */
type Begin = { readonly next: number; readonly previous: string } | undefined;

type FileReport = {
  readonly firstNumber: number;
  readonly end: TrailHead;
  readonly tornBytes: number;
  readonly fault: TrailFault | undefined;
};

const NEWLINE = 0x0a;
const SHOWN = 80;

/**
 * Follows the chain through all files of a folder, in order. Throws DATA_MISSING where there is no trail.
 */
export async function readTrail(folder: string, each: Each = () => undefined): Promise<TrailReport> {
  const numbers = fileNumbers(await namesIn(folder));
  if (numbers.length === 0) throw new PhasewiseError("DATA_MISSING", `${folder}: no audit trail is there`);
  const head = await readHead(folder);
  const anchor = anchorOf(head, each);
  let begin: Begin = { next: 1, previous: GENESIS };
  let expected = 1;
  let report: FileReport | undefined;
  for (const [place, file] of numbers.entries()) {
    if (file !== expected) return missing(folder, expected, file, report, head);
    const isLast = place === numbers.length - 1;
    report = await readFileOf(join(folder, fileName(file)), file, begin, isLast, anchor.each);
    if (report.fault !== undefined) break;
    begin = { next: report.end.next, previous: report.end.hash };
    expected += 1;
  }
  if (report === undefined) throw new PhasewiseError("DATA_MISSING", `${folder}: no audit trail is there`);
  return { ...judged(folder, report, head, anchor.found()), firstNumber: 1, entries: report.end.next - 1 };
}

/** Follows the chain of one file, whose header says what it goes on from. */
export async function readTrailFile(path: string, each: Each = () => undefined): Promise<TrailReport> {
  const report = await readFileOf(path, undefined, undefined, true, each);
  const { firstNumber, end, tornBytes, fault } = report;
  const entries = end.next - firstNumber;
  return { entries, firstNumber, end, tornBytes, fault, beyondHead: 0, head: "notAsked" };
}

/**
 * The last file of a folder that has begun, the head, and whether they agree: what has to be known to go on. Files after it, of which not
 * even the header is whole, are `unbegun`. `undefined` of a folder without a trail.
 */
export async function readTrailEnd(
  folder: string,
): Promise<(TrailReport & { readonly unbegun: readonly string[] }) | undefined> {
  const head = await readHead(folder);
  const unbegun: string[] = [];
  const anchor = anchorOf(head, () => undefined);
  for (const file of fileNumbers(await namesIn(folder)).toReversed()) {
    const path = join(folder, fileName(file));
    const report = await readFileOf(path, file, undefined, true, anchor.each);
    const isUnbegun = report.fault === undefined && report.end.bytes === 0;
    if (!isUnbegun) return { ...judged(folder, report, head, anchor.found()), unbegun };
    unbegun.push(path);
  }
  if (head === undefined && unbegun.length === 0) return undefined;
  const none = { file: 0, bytes: 0, next: 1, hash: GENESIS };
  const nothing = { firstNumber: 1, end: none, tornBytes: 0, fault: undefined };
  return { ...judged(folder, nothing, head, undefined), unbegun };
}

/** Looks out for the line that the head names. */
function anchorOf(head: TrailHead | undefined, each: Each) {
  let found: string | undefined;
  return {
    found: (): string | undefined => found,
    each: ((number, hash, entry) => {
      if (number + 1 === head?.next) found = hash;
      each(number, hash, entry);
    }) satisfies Each,
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    throw new PhasewiseError("DATA_MISSING", `${folder}: no audit trail is there`, { cause });
  }
}

/** Throws DATA_INVALID where it is no head. */
async function readHead(folder: string): Promise<TrailHead | undefined> {
  const path = join(folder, HEAD_NAME);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return undefined;
  }
  const value = jsonOf(text);
  if (HEAD.accepts(value)) return value;
  throw new PhasewiseError(
    "DATA_INVALID",
    `${path}: found ${shown(text)}, allowed: file, bytes, next and hash of the last synchronised line`,
  );
}

/** What the head says is there must be there: else an end was cut off, or another trail put in its place. `anchored`: the hash at its number. */
function judged(
  folder: string,
  { firstNumber, end, tornBytes, fault }: FileReport,
  head: TrailHead | undefined,
  anchored: string | undefined,
): TrailReport {
  const whole = { entries: end.next - firstNumber, firstNumber, end, tornBytes };
  if (head === undefined) return { ...whole, beyondHead: 0, fault, head: "absent" };
  const differs = fault ?? headFault(folder, end, tornBytes, head, anchored);
  return { ...whole, beyondHead: Math.max(0, end.next - head.next), fault: differs, head: "agrees" };
}

function headFault(
  folder: string,
  end: TrailHead,
  tornBytes: number,
  head: TrailHead,
  anchored: string | undefined,
): TrailFault | undefined {
  const place = { file: join(folder, fileName(Math.max(end.file, 1))), byteOffset: end.bytes };
  if (head.next > end.next) {
    const found = tornBytes > 0 ? `${tornBytes} bytes that are no whole line` : "the end of the trail";
    const expected = `entries up to number ${head.next - 1}, which ${HEAD_NAME} says were stored`;
    return { ...place, number: end.next, found, expected };
  }
  if (anchored === undefined || anchored === head.hash) return undefined;
  const expected = `${head.hash}, which ${HEAD_NAME} says was stored`;
  return { ...place, number: head.next - 1, found: `the hash ${anchored}`, expected };
}

function missing(
  folder: string,
  expected: number,
  found: number,
  report: FileReport | undefined,
  head: TrailHead | undefined,
): TrailReport {
  const end = report?.end ?? { file: 0, bytes: 0, next: 1, hash: GENESIS };
  const fault: TrailFault = {
    file: join(folder, fileName(expected)),
    byteOffset: 0,
    number: end.next,
    found: `no such file, ${fileName(found)} comes next`,
    expected: "a file for each number",
  };
  const entries = end.next - 1;
  return {
    entries,
    firstNumber: 1,
    end,
    tornBytes: 0,
    beyondHead: 0,
    head: head ? "agrees" : "absent",
    fault,
  };
}

async function readFileOf(
  path: string,
  file: number | undefined,
  begin: Begin,
  isLast: boolean,
  each: Each,
): Promise<FileReport> {
  let end: TrailHead | undefined;
  let firstNumber = begin?.next ?? 1;
  let bytes = 0;
  const faulty = (found: string, expected: string): FileReport => {
    const at = end ?? { file: file ?? 1, bytes: 0, next: firstNumber, hash: begin?.previous ?? GENESIS };
    const fault = { file: path, byteOffset: bytes, number: at.next, found, expected };
    return { firstNumber, end: at, tornBytes: 0, fault };
  };
  for await (const line of linesOf(path)) {
    if (line.at(-1) !== NEWLINE) {
      if (!isLast) return faulty(shown(line.toString("utf8")), "a line with an end: files follow it");
      const at = end ?? { file: file ?? 1, bytes: 0, next: firstNumber, hash: begin?.previous ?? GENESIS };
      return { firstNumber, end: at, tornBytes: line.length, fault: undefined };
    }
    const text = line.toString("utf8", 0, line.length - 1);
    const parts = partsOf(text);
    if (parts === undefined) return faulty(shown(text), "a hash of 64 hexadecimal digits, a space, JSON");
    const value = jsonOf(parts.json);
    if (end === undefined) {
      if (!HEADER.accepts(value)) return faulty(shown(parts.json), "the header of a file of the trail");
      if (file !== undefined && value.file !== file) return faulty(`file ${value.file}`, `file ${file}`);
      if (begin !== undefined && (value.next !== begin.next || value.previous !== begin.previous)) {
        return faulty(
          `next ${value.next} after ${value.previous}`,
          `next ${begin.next} after ${begin.previous}`,
        );
      }
      if (hashOf(value.previous, parts.json) !== parts.hash)
        return faulty(parts.hash, hashOf(value.previous, parts.json));
      firstNumber = value.next;
      each(value.next - 1, value.previous, undefined);
      end = { file: value.file, bytes: line.length, next: value.next, hash: parts.hash };
    } else {
      const hash = hashOf(end.hash, parts.json);
      if (hash !== parts.hash)
        return faulty(
          `the hash ${parts.hash} on ${shown(parts.json)}`,
          `the hash ${hash}, or another content`,
        );
      if (!ENTRY.accepts(value)) return faulty(shown(parts.json), "an entry of the trail");
      if (value.number !== end.next) return faulty(`entry ${value.number}`, `entry ${end.next}`);
      // The schema says what the type says, but for the values before and after, which are whatever JSON can hold.
      each(value.number, hash, value as NumberedEntry);
      end = { file: end.file, bytes: end.bytes + line.length, next: end.next + 1, hash };
    }
    bytes += line.length;
  }
  if (end === undefined) return isLast ? emptyFile(file, begin) : faulty("an empty file", "a header");
  return { firstNumber, end, tornBytes: 0, fault: undefined };
}

/** A file whose header was never finished, nor begun. */
function emptyFile(file: number | undefined, begin: Begin): FileReport {
  const next = begin?.next ?? 1;
  const end = { file: file ?? 1, bytes: 0, next, hash: begin?.previous ?? GENESIS };
  return { firstNumber: next, end, tornBytes: 0, fault: undefined };
}

/** The lines with their ends; the last one may have none. Throws DATA_MISSING where the file cannot be read. */
async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path)) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE)) {
        yield rest.subarray(0, end + 1);
        rest = rest.subarray(end + 1);
      }
    }
  } catch (cause) {
    const why = messageOf(cause);
    throw new PhasewiseError("DATA_MISSING", `${path} cannot be read: ${why}`, { cause });
  }
  if (rest.length > 0) yield rest;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}
