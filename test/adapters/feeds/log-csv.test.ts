import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockText } from "../../../src/adapters/feeds/clock-text.ts";
import { createLogCsvReader } from "../../../src/adapters/feeds/log-csv.ts";
import { cutsOf, readBytes, readText, shortSecond, type Written, written } from "./read-log.ts";

const read = (text: string) => readText(createLogCsvReader, text);
const at = (...parts: Parameters<typeof Date.UTC>): number => Date.UTC(...parts);

/** As Utah writes it: no leading zeros. */
const american = (localMs: number): string => {
  const date = new Date(localMs);
  const day = `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
  return `${day} ${date.getUTCHours()}:${String(date.getUTCMinutes()).padStart(2, "0")}:${shortSecond(localMs)}`;
};

const OREGON = `TimeStamp,DeviceId,EventId,Parameter\r
2024-05-13 15:00:00.0,227,82,27\r
2024-05-13 15:00:00.1,227,400,-1\r
`;

describe("a log as CSV", () => {
  it("is read with Oregon's header", () => {
    const found = read(OREGON);
    expect(written(found)).toEqual([
      ["227", at(2024, 4, 13, 15), 82, 27],
      ["227", at(2024, 4, 13, 15, 0, 0, 100), 400, null],
    ]);
    expect(found.rejections).toEqual([]);
    expect(found.records.map(({ place, unit }) => [place, unit])).toEqual([
      [2, "line"],
      [3, "line"],
    ]);
  });

  it("is read with Utah's header, seconds without a leading zero", () => {
    const text =
      "Location Id,Timestamp,Event Code,Event Parameter\n7115,4/17/2023 8:00:0.20,82,2\n7115,4/17/2023 8:00:10.5,82,6\n";
    expect(written(read(text))).toEqual([
      ["7115", at(2023, 3, 17, 8, 0, 0, 200), 82, 2],
      ["7115", at(2023, 3, 17, 8, 0, 10, 500), 82, 6],
    ]);
  });

  it("is read without a header, with a byte order mark and 100-ns times, and without an end of the last line", () => {
    const text =
      "\ufeff7115,2022-06-05 00:00:00.0000000,82,2\n7115,2022-06-05 00:00:02.2000000,82,2\n\n7115,2022-06-05 00:00:02.4000000,81,2";
    const found = read(text);
    expect(written(found)).toEqual([
      ["7115", at(2022, 5, 5), 82, 2],
      ["7115", at(2022, 5, 5, 0, 0, 2, 200), 82, 2],
      ["7115", at(2022, 5, 5, 0, 0, 2, 400), 81, 2],
    ]);
    expect(found.rejections).toEqual([]);
    expect(found.cuts).toBe(0);
  });

  it("is read without a header where the time comes first", () => {
    expect(written(read("4/17/2023 19:00:03.0,7115,11,2\n"))).toEqual([
      ["7115", at(2023, 3, 17, 19, 0, 3), 11, 2],
    ]);
  });

  it("may be two files joined", () => {
    const text = `${OREGON}Location Id,Timestamp,Event Code,Event Parameter\n7115,4/17/2023 8:00:0.2,82,2\n`;
    const found = read(text);
    expect(found.records.map(({ device }) => device)).toEqual(["227", "227", "7115"]);
    expect(found.rejections).toEqual([]);
  });

  it("loses no line because another is bad, and tells each bad one with its place", () => {
    const bad = [
      "2024-05-13 15:00:00.1,227,82",
      "2024-05-13 25:00:00.1,227,82,1",
      "2024-05-13 15:00:00.1,22 7,82,1",
      "2024-05-13 15:00:00.1,227,65536,1",
      "2024-05-13 15:00:00.1,227,8.2,1",
      "2024-05-13 15:00:00.1,227,82,-2",
      "2024-05-13 15:00:00.1,227,82,",
      `2024-05-13 15:00:00.1,227,82,${"1".repeat(2000)}`,
      "\u0000\u0001",
    ];
    const good = "2024-05-13 15:00:00.2,227,81,5";
    const found = read([OREGON.trimEnd(), ...bad.flatMap((line) => [line, good])].join("\n"));
    expect(found.records.filter(({ code }) => code === 81)).toHaveLength(bad.length);
    const line = "four values with commas between them: device, time, event code, parameter";
    const code = "event code: a whole number from 0 to 65535";
    const parameter = "parameter: a whole number from -1 to 65535";
    expect(
      found.rejections.map(({ place, found: value, allowed }) => [place, value.slice(0, 40), allowed]),
    ).toEqual([
      ["line 4", '"2024-05-13 15:00:00.1,227,82"', line],
      ["line 6", '"2024-05-13 25:00:00.1"', expect.stringMatching(/^time: YYYY-MM-DD/)],
      ["line 8", '"22 7"', "device: 1 to 64 letters, digits, _ . % or -"],
      ["line 10", '"65536"', code],
      ["line 12", '"8.2"', code],
      ["line 14", '"-2"', parameter],
      ["line 16", '""', parameter],
      ["line 18", '"2024-05-13 15:00:00.1,227,82,1111111111', "a line of at most 1024 bytes"],
      ["line 20", '"\\u0000\\u0001"', line],
    ]);
  });

  const event: fc.Arbitrary<Written> = fc.tuple(
    fc.constantFrom("7", "227", "main.st-5", "A_1%20"),
    fc.integer({ min: at(1990, 0, 1), max: at(2099, 11, 31) }),
    fc.integer({ min: 0, max: 65_535 }),
    fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: null }),
  );
  const variants: Readonly<Record<string, (events: readonly Written[]) => string>> = {
    "Oregon's": (events) =>
      `TimeStamp,DeviceId,EventId,Parameter\r\n${events.map(([d, t, c, p]) => `${clockText(t, 3)},${d},${c},${p ?? -1}\r\n`).join("")}`,
    "Utah's": (events) =>
      `Location Id,Timestamp,Event Code,Event Parameter\n${events.map(([d, t, c, p]) => `${d},${american(t)},${c},${p ?? -1}\n`).join("")}`,
    "without header": (events) =>
      events.map(([d, t, c, p]) => `${d},${american(t)},${c},${p ?? -1}`).join("\n"),
    "with mark and 100 ns": (events) =>
      `\ufeff${events.map(([d, t, c, p]) => `${d},${clockText(t, 3)}0000,${c},${p ?? -1}\n`).join("")}`,
  };

  it.each(Object.keys(variants))("reads back what is written, %s, in whatever pieces", (name) => {
    const write = variants[name] ?? (() => "");
    const example = fc.array(event, { minLength: 1, maxLength: 30 }).chain((events) => {
      const bytes = Buffer.from(write(events));
      return fc.tuple(fc.constant(events), fc.constant(bytes), cutsOf(bytes.length));
    });
    fc.assert(
      fc.property(example, ([events, bytes, cuts]) => {
        const found = readBytes(createLogCsvReader, bytes, cuts);
        expect(written(found)).toEqual(events);
        expect(found).toEqual(readBytes(createLogCsvReader, bytes));
        expect(found.rejections).toEqual([]);
      }),
    );
  });

  it("takes any bytes in any pieces, and keeps the good lines before and behind them", () => {
    const hostile = fc.uint8Array({ maxLength: 3000 }).chain((rubbish) => {
      const bytes = Buffer.concat([Buffer.from(OREGON), rubbish, Buffer.from(`\n${OREGON}`)]);
      return fc.tuple(fc.constant(bytes), cutsOf(bytes.length));
    });
    fc.assert(
      fc.property(hostile, ([bytes, cuts]) => {
        const found = readBytes(createLogCsvReader, bytes, cuts);
        expect(found.records.slice(0, 2).map(({ code }) => code)).toEqual([82, 400]);
        expect(found.records.slice(-2).map(({ code }) => code)).toEqual([82, 400]);
        expect(found).toEqual(readBytes(createLogCsvReader, bytes));
      }),
    );
  });
});
