import { createHash } from "node:crypto";
import Type, { type Static } from "typebox";
import { shapeOf } from "../../model/fault.ts";
import type { NumberedEntry } from "../../ports/audit.ts";
import { canonicalJson } from "../digest.ts";

/** Version of the trail's lines. */
const TRAIL_VERSION = 1;

/** What the first line of all follows. */
export const GENESIS = "0".repeat(64);

const strict = { additionalProperties: false } as const;
const Hash = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Text = Type.Union([Type.String(), Type.Null()]);

/** First line of each file: where it goes on. */
const HeaderSchema = Type.Object(
  {
    auditTrail: Type.Literal(TRAIL_VERSION),
    file: Type.Integer({ minimum: 1 }),
    /** Number of the next entry. */
    next: Count,
    /** Hash of the last line of the file before. */
    previous: Hash,
  },
  strict,
);

/** Every other line. `before` and `after` hold whatever JSON can. */
const EntrySchema = Type.Object(
  {
    number: Count,
    recordedAt: Count,
    at: Type.Union([Count, Type.Null()]),
    who: Type.String(),
    action: Type.String(),
    where: Text,
    subject: Text,
    before: Type.Unknown(),
    after: Type.Unknown(),
    reason: Text,
    result: Type.String(),
    correlation: Text,
  },
  strict,
);

export const HEADER = shapeOf(HeaderSchema);
export const ENTRY = shapeOf(EntrySchema);
export type TrailHeader = Static<typeof HeaderSchema>;

/** The last synchronised place of the trail, in a file of its own: without it, nobody could know that an end is missing. */
const HeadSchema = Type.Object(
  {
    file: Type.Integer({ minimum: 1 }),
    /** Length of the file. */
    bytes: Count,
    /** Number of the next entry. */
    next: Count,
    /** Of the last line. */
    hash: Hash,
  },
  strict,
);
export const HEAD = shapeOf(HeadSchema);
export type TrailHead = Static<typeof HeadSchema>;

/** A line and its hash: SHA-256 over the hash of the line before and the canonical JSON. */
export type ChainedLine = { readonly text: string; readonly hash: string };

export function chainedLine(previous: string, value: NumberedEntry | TrailHeader): ChainedLine {
  const json = canonicalJson(value);
  const hash = hashOf(previous, json);
  return { text: `${hash} ${json}\n`, hash };
}

export function headerOf(file: number, next: number, previous: string): TrailHeader {
  return { auditTrail: TRAIL_VERSION, file, next, previous };
}

export function hashOf(previous: string, json: string): string {
  return createHash("sha256").update(previous).update(json, "utf8").digest("hex");
}

const HASH_LENGTH = 64;

/** The parts of a line without its end; `undefined` where it has not the shape of one. */
export function partsOf(line: string): { readonly hash: string; readonly json: string } | undefined {
  if (!/^[0-9a-f]{64} \{/.test(line)) return undefined;
  return { hash: line.slice(0, HASH_LENGTH), json: line.slice(HASH_LENGTH + 1) };
}

export function fileName(file: number): string {
  return `audit-${String(file).padStart(6, "0")}.log`;
}

const FILE_NAME = /^audit-(\d{6,15})\.log$/;

/** Numbers of the files among the names of a folder, in rising order. */
export function fileNumbers(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => FILE_NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((left, right) => left - right);
}

export const HEAD_NAME = "audit.head";
