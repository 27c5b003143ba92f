import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogSink } from "../../../src/adapters/feeds/log-record.ts";
import { createMaxtimeReader } from "../../../src/adapters/feeds/maxtime-xml.ts";
import { cutsOf, readBytes, readText, shortSecond, type Written, written } from "./read-log.ts";

const open = (sink: LogSink) => createMaxtimeReader(sink, "file-name");
const at = (...parts: Parameters<typeof Date.UTC>): number => Date.UTC(...parts);

const write = (events: readonly Written[]): Buffer => {
  const elements = events.map(([, localMs, code, parameter], index) => {
    const date = new Date(localMs);
    const day = `${date.getUTCMonth() + 1}-${date.getUTCDate()}-${date.getUTCFullYear()}`;
    const time = `${date.getUTCHours()}:${date.getUTCMinutes()}:${shortSecond(localMs)}`;
    return `<Event ID="${index}" TimeStamp="${day} ${time}" EventTypeID="${code}" Parameter="${parameter ?? -1}"/>`;
  });
  return Buffer.from(
    `<EventResponses><EventResponse>${elements.join("\n")}</EventResponse></EventResponses>\n`,
  );
};

const DESCRIBED = `<?xml version="1.0" encoding="utf-8"?><EventResponses><EventResponse><Description><IntersectionNumber>1015</IntersectionNumber><IP>0.0.0.0</IP><PhasesInUse>1,2</PhasesInUse></Description><Event ID="1" TimeStamp="7-22-2024 13:34:8.6" EventTypeID="81" Parameter="6"/>
<Event ID="2" TimeStamp="7-22-2024 13:34:19.5" EventTypeID="619" Parameter="1"/>
</EventResponse></EventResponses>`;

describe("a log as MaxTime XML", () => {
  it("is of the controller that its description names", () => {
    const found = readText(open, DESCRIBED);
    expect(written(found)).toEqual([
      ["1015", at(2024, 6, 22, 13, 34, 8, 600), 81, 6],
      ["1015", at(2024, 6, 22, 13, 34, 19, 500), 619, 1],
    ]);
    expect(found.records.map(({ place }) => place)).toEqual([1, 2]);
    expect(found.rejections).toEqual([]);
  });

  it("is of the controller that the file is of, where it names none, and in each response anew", () => {
    const text = `<EventResponses>
  <EventResponse><Event ID="1" TimeStamp="06-23-2024 22:47:07.3" EventTypeID="81" Parameter="41" /></EventResponse>
  <EventResponse><Description><IntersectionNumber>7</IntersectionNumber></Description>
    <Event ID="2" TimeStamp="06-23-2024 22:47:12.0" EventTypeID="82" Parameter="-1" /></EventResponse>
  <EventResponse><Description><IntersectionNumber>no id</IntersectionNumber></Description>
    <Event ID="3" TimeStamp="06-23-2024 22:47:13.0" EventTypeID="82" Parameter="47" /></EventResponse>
</EventResponses>`;
    expect(written(readText(open, text))).toEqual([
      ["file-name", at(2024, 5, 23, 22, 47, 7, 300), 81, 41],
      ["7", at(2024, 5, 23, 22, 47, 12), 82, null],
      ["file-name", at(2024, 5, 23, 22, 47, 13), 82, 47],
    ]);
  });

  it("is not read in comments, and `>` may stand in a value", () => {
    const [head = "", tail = ""] = DESCRIBED.split("\n");
    const comment = `<!-- <Event> <Event ID="7" TimeStamp="7-22-2024 13:34:9.0" EventTypeID="5" Parameter="5"/> <Event -->`;
    const found = readText(
      open,
      `${head.replace('ID="1"', 'ID="1>0"')}${comment}\n${tail}</EventResponse></EventResponses>`,
    );
    expect(found.records.map(({ code }) => code)).toEqual([81, 619]);
    expect(found.rejections).toEqual([]);
  });

  it("loses no event because another is bad", () => {
    const good = '<Event ID="9" TimeStamp="7-22-2024 13:34:20.0" EventTypeID="1" Parameter="2"/>';
    const bad = [
      '<Event ID="2" EventTypeID="81" Parameter="6"/>',
      '<Event ID="2" TimeStamp="22-7-2024 13:34:8.6" EventTypeID="81" Parameter="6"/>',
      '<Event ID="2" TimeStamp="7-22-2024 13:34:8.6" EventTypeID="x" Parameter="6"/>',
      '<Event ID="2" TimeStamp="7-22-2024 13:34:8.6" EventTypeID="81" Parameter="6.5"/>',
    ];
    const text = `<EventResponses><EventResponse>\n${bad.flatMap((one) => [one, good]).join("\n")}\n</EventResponse></EventResponses>`;
    const found = readText(open, text);
    expect(found.records.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect(found.rejections.map(({ place, allowed }) => `${place}: ${allowed}`)).toEqual([
      'line 2: an Event with TimeStamp="…" EventTypeID="…" Parameter="…"',
      expect.stringMatching(/^line 4: time: /),
      expect.stringMatching(/^line 6: event code: /),
      expect.stringMatching(/^line 8: parameter: /),
    ]);
  });

  it("keeps what stands before a break, and tells where it breaks", () => {
    const found = readText(open, DESCRIBED.slice(0, DESCRIBED.indexOf("619")));
    expect(found.records).toHaveLength(1);
    expect(found.rejections.length).toBeGreaterThan(0);
    expect(found.rejections[0]).toMatchObject({ place: "line 2", allowed: "well-formed XML" });
  });

  it.each([
    [
      "an entity without end",
      'TimeStamp="7-22&2024 13:34:8.6" EventTypeID="81"',
      'TimeStamp="7-22-2024 13:34:8.6" EventTypeID="81"',
    ],
    ["a value without marks", "EventTypeID=81", 'EventTypeID="81"'],
    ["a tag without end", 'EventTypeID="81" Para', 'EventTypeID="81" Parameter="6"/>'],
    ["a value without end", 'EventTypeID="81', 'EventTypeID="81"'],
    [
      "an element that closes another",
      'EventTypeID="81" Parameter="6"></Other>',
      'EventTypeID="81" Parameter="6"/>',
    ],
  ])("keeps what stands behind %s", (_name, broken, whole) => {
    expect(DESCRIBED).toContain(whole);
    const found = readText(open, DESCRIBED.replace(whole, broken));
    expect(written(found).at(-1)).toEqual(["1015", at(2024, 6, 22, 13, 34, 19, 500), 619, 1]);
    expect(found.rejections.map(({ allowed }) => allowed)).toEqual(["well-formed XML"]);
  });

  it.each([
    ["another root", "<net><EventResponse/></net>", "<EventResponses> as the outermost element"],
    [
      "a pit of elements",
      `<EventResponses>${"<a>".repeat(100_000)}`,
      "at most 16 elements within each other",
    ],
    [
      "a value without end",
      `<EventResponses><Event ID="${"1".repeat(3_000_000)}`,
      "at most 1048576 characters from one tag to the next",
    ],
  ])("stops at %s, once", (_name, text, allowed) => {
    const bytes = Buffer.from(text);
    const cuts = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) => index * 65_536);
    const found = readBytes(open, bytes, cuts);
    expect(found.rejections.map((one) => one.allowed)).toEqual([allowed]);
  });

  it("reads back what is written, in whatever pieces", () => {
    const event: fc.Arbitrary<Written> = fc.tuple(
      fc.constant("file-name"),
      fc.integer({ min: at(1990, 0, 1), max: at(2099, 11, 31) }),
      fc.integer({ min: 0, max: 65_535 }),
      fc.option(fc.integer({ min: 0, max: 65_535 }), { nil: null }),
    );
    const example = fc.array(event, { maxLength: 20 }).chain((events) => {
      const bytes = write(events);
      return fc.tuple(fc.constant(events), fc.constant(bytes), cutsOf(bytes.length));
    });
    fc.assert(
      fc.property(example, ([events, bytes, cuts]) => {
        const found = readBytes(open, bytes, cuts);
        expect(written(found)).toEqual(events);
        expect(found).toEqual(readBytes(open, bytes));
      }),
    );
  });

  it("takes any bytes in any pieces without an end of its own", () => {
    const hostile = fc.uint8Array({ maxLength: 500 }).chain((rubbish) => {
      const bytes = Buffer.concat([
        Buffer.from(DESCRIBED.slice(0, DESCRIBED.indexOf("</EventResponse>"))),
        rubbish,
      ]);
      return fc.tuple(fc.constant(bytes), cutsOf(bytes.length));
    });
    fc.assert(
      fc.property(hostile, ([bytes, cuts]) => {
        expect(
          readBytes(open, bytes, cuts)
            .records.slice(0, 2)
            .map(({ code }) => code),
        ).toEqual([81, 619]);
      }),
    );
  });
});
