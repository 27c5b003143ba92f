import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEconoliteReader } from "../../../src/adapters/feeds/econolite-dat.ts";
import type { LogSink } from "../../../src/adapters/feeds/log-record.ts";
import { cutsOf, readBytes, written } from "./read-log.ts";

const open = (sink: LogSink) => createEconoliteReader(sink, "4895");
const START = Date.UTC(2024, 1, 21, 11, 15);
const HEADER = [
  "2-21-2024 11:15:00.0,Version #:,3",
  "2-21-2024 11:15:00.0,IP Address:,10.11.12.13",
  "2-21-2024 11:15:00.0,Controller Data Log Beginning:,2/21/2024,11:15:00.0",
  "2-21-2024 11:15:00.0,Phases in use:,1,2,4",
  "",
].join("\n");

type Row = readonly [code: number, parameter: number, tenths: number];

function log(rows: readonly Row[], header = HEADER): Buffer {
  return Buffer.concat([
    Buffer.from(header),
    ...rows.map(([code, parameter, tenths]) => Buffer.from([code, parameter, tenths >> 8, tenths & 255])),
  ]);
}

/** Seconds since the start of a log's events. */
const secondsOf = (rows: readonly Row[]): readonly number[] =>
  readBytes(open, log(rows)).records.map(({ localMs }) => (localMs - START) / 1000);

describe("Econolite's binary log", () => {
  it("is read byte by byte as the header and the records say", () => {
    // 81, 29, 0x000a: off of detector 29 one second after the start; 43, 3, 0x2018: 8,216 tenths.
    const bytes = Buffer.concat([Buffer.from(HEADER), Buffer.from([81, 29, 0, 10, 43, 3, 0x20, 0x18])]);
    const found = readBytes(open, bytes);
    expect(written(found)).toEqual([
      ["4895", START + 1_000, 81, 29],
      ["4895", START + 821_600, 43, 3],
    ]);
    expect(found.records.map(({ place, unit }) => [place - HEADER.length, unit])).toEqual([
      [0, "byte"],
      [4, "byte"],
    ]);
    expect(found.rejections).toEqual([]);
    expect(found.formats[0]).toBe("M/D/YYYY H:MM:SS.f and tenths of a second since");
  });

  it("goes on where the counter begins again after 6,553.5 s", () => {
    const rows: readonly Row[] = [
      [82, 1, 65_535],
      [81, 1, 0],
      [82, 1, 65_000],
      [81, 1, 5],
    ];
    expect(secondsOf(rows)).toEqual([6_553.5, 6_553.6, 13_053.6, 13_107.7]);
    expect(readBytes(open, log(rows)).wraps).toBe(2);
  });

  it("does not take a record that is a little late for a new turn, before the turn or after it", () => {
    const rows: readonly Row[] = [
      [82, 1, 100],
      [81, 1, 95],
      [82, 1, 65_530],
      [81, 1, 2],
      [82, 2, 65_533],
      [81, 2, 3],
    ];
    expect(secondsOf(rows)).toEqual([10, 9.5, 6_553, 6_553.8, 6_553.3, 6_553.9]);
    expect(readBytes(open, log(rows)).wraps).toBe(1);
  });

  it.each([
    ["cut within a record", log([[1, 2, 3]]).subarray(0, -1), 0, `byte ${HEADER.length}`, "3 bytes"],
    ["cut within its header", Buffer.from(HEADER.slice(0, 60)), 0, "byte 0", "the end of the file"],
    ["empty", Buffer.alloc(0), 0, "byte 0", "the end of the file"],
    ["without an end of the header", Buffer.alloc(10_000, "x,y\n"), 0, "byte 0", "no such line"],
    [
      "without a time of its beginning",
      log([[1, 2, 3]], HEADER.replace("2/21/2024,", "?,")),
      0,
      "byte 0",
      "another header",
    ],
  ])("tells that it is %s", (_name, bytes, records, place, found) => {
    const read = readBytes(open, bytes);
    expect(read.records).toHaveLength(records);
    expect(read.rejections).toEqual([{ place, found, allowed: expect.any(String) }]);
    // Addresses of the header are nobody's business.
    expect(JSON.stringify(read.rejections)).not.toContain("10.11.12.13");
  });

  it("reads back what is written, in whatever pieces, over turns of the counter", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    // Steps below half of the counter's range: nothing else can be told apart.
    const step = fc.tuple(byte, byte, fc.integer({ min: 0, max: 32_000 }));
    const example = fc.array(step, { maxLength: 40 }).chain((steps) => {
      let total = 0;
      const events = steps.map(([code, parameter, tenths]) => {
        total += tenths;
        return [code, parameter, total] as const;
      });
      const bytes = log(events.map(([code, parameter, tenths]) => [code, parameter, tenths % 65_536]));
      return fc.tuple(fc.constant(events), fc.constant(bytes), cutsOf(bytes.length));
    });
    let turned = 0;
    fc.assert(
      fc.property(example, ([events, bytes, cuts]) => {
        const found = readBytes(open, bytes, cuts);
        expect(written(found)).toEqual(
          events.map(([code, parameter, tenths]) => ["4895", START + tenths * 100, code, parameter]),
        );
        expect(found).toEqual(readBytes(open, bytes));
        turned += found.wraps;
      }),
    );
    expect(turned).toBeGreaterThan(50);
  });

  it("takes any bytes behind its header, four by four", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (rubbish) => {
        const found = readBytes(open, Buffer.concat([Buffer.from(HEADER), rubbish]));
        expect(found.records).toHaveLength(Math.floor(rubbish.length / 4));
        expect(found.rejections).toHaveLength(rubbish.length % 4 === 0 ? 0 : 1);
      }),
    );
  });
});
