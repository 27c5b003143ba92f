import * as fc from "fast-check";
import type { LogReader, LogRecord, LogSink, Rejection } from "../../../src/adapters/feeds/log-record.ts";

/** All that a reader put into its sink. */
export type Read = {
  readonly records: LogRecord[];
  readonly formats: string[];
  readonly rejections: Rejection[];
  wraps: number;
  cuts: number;
};

/** Gives bytes to a reader in pieces that end at the cuts. */
export function readBytes(
  open: (sink: LogSink) => LogReader,
  bytes: Uint8Array,
  cuts: readonly number[] = [],
): Read {
  const read: Read = { records: [], formats: [], rejections: [], wraps: 0, cuts: 0 };
  const reader = open({
    record: (record, format) => {
      read.records.push(record);
      read.formats.push(format);
    },
    reject: (rejection) => read.rejections.push(rejection),
    wrapped: () => {
      read.wraps += 1;
    },
    cut: () => {
      read.cuts += 1;
    },
  });
  const ends = [...cuts.filter((cut) => cut <= bytes.length), bytes.length];
  let from = 0;
  for (const end of ends.toSorted((left, right) => left - right)) {
    // A copy that is spoilt afterwards: a reader must not keep what a stream lent it.
    const piece = Uint8Array.from(bytes.subarray(from, end));
    reader.write(piece);
    piece.fill(0xff);
    from = end;
  }
  reader.end();
  return read;
}

export function readText(open: (sink: LogSink) => LogReader, text: string): Read {
  return readBytes(open, Buffer.from(text));
}

/** Device, local time, code and parameter of a record. */
export type Written = readonly [device: string, localMs: number, code: number, parameter: number | null];

export function written({ records }: Read): readonly Written[] {
  return records.map(({ device, localMs, code, parameter }) => [device, localMs, code, parameter]);
}

/** A second as some controllers write it: no leading zero, no more decimals than needed. */
export function shortSecond(localMs: number): string {
  return String(Math.round(localMs % 60_000) / 1000);
}

/** Places to cut some bytes at, one by one or nearly so too. */
export function cutsOf(length: number): fc.Arbitrary<readonly number[]> {
  const some = fc.uniqueArray(fc.nat({ max: length }), { maxLength: 20 });
  const every = fc.constant(Array.from({ length }, (_, index) => index));
  return fc.oneof({ weight: 4, arbitrary: some }, { weight: 1, arbitrary: every });
}
