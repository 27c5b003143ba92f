import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { deviceOfName, recogniseLog } from "../../../src/adapters/feeds/log-file.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { filesOf, ingestFiles } from "./ingest-files.ts";

const OREGON = `TimeStamp,DeviceId,EventId,Parameter
2024-05-13 15:00:00.0,227,82,27
2024-05-13 15:00:00.5,227,81,27
2024-05-13 15:00:00.5,227,81,27
2024-05-13 15:00:00.2,227,1,2
2024-05-13 15:00:01.0,227,400,-1
`;
const MAXTIME = `<EventResponses><EventResponse>
<Event ID="1" TimeStamp="7-22-2024 13:34:8.6" EventTypeID="81" Parameter="6"/>
</EventResponse></EventResponses>`;
const ECONOLITE = Buffer.concat([
  Buffer.from(
    "2-21-2024 11:15:00.0,Controller Data Log Beginning:,2/21/2024,11:15:00.0\n2-21-2024 11:15:00.0,Phases in use:,1\n",
  ),
  Buffer.from(
    Array.from({ length: 500 }, (_, index) => [
      82,
      (index * index * 7) % 251,
      index >> 8,
      index & 255,
    ]).flat(),
  ),
]);

describe("reading logs", () => {
  it("tells what was found, repaired and dropped", async () => {
    const { report, events } = await ingestFiles(await filesOf({ "a.csv": OREGON }));
    expect(
      events.map(({ at, code, parameter }) => [at - Date.UTC(2024, 4, 13, 15), code, parameter]),
    ).toEqual([
      [0, 82, 27],
      [200, 1, 2],
      [500, 81, 27],
      [1_000, 400, null],
    ]);
    expect(report.total).toEqual({
      events: 5,
      eventsKept: 4,
      from: "2024-05-13 15:00:00.000",
      to: "2024-05-13 15:00:01.000",
      duplicates: 1,
      outOfOrder: { putRight: 1, tooLate: 0, tooLateExamples: [] },
      rejected: 0,
      rejectedBy: {},
      rejectedExamples: [],
      clockFormats: { "YYYY-MM-DD HH:MM:SS.f": 5 },
      parameterMissing: 1,
      beyondIndiana: { events: 1, codes: { "400": 1 } },
      timesCutToMs: 0,
      timesLeftOutByZone: 0,
      timesTwiceInZone: 0,
      counterWraps: 0,
      detectors: 1,
      detectorsUnequalOnOff: 0,
      gaps: 0,
      gapExamples: [],
      devices: [
        {
          device: "227",
          events: 5,
          duplicates: 1,
          from: "2024-05-13 15:00:00.000",
          to: "2024-05-13 15:00:01.000",
          codes: { "1": 1, "81": 2, "82": 1, "400": 1 },
          greenStarts: { "2": 1 },
          detectors: 1,
          unequalOnOff: [],
        },
      ],
    });
  });

  it("knows each format by its content, packed or not, whatever the name", async () => {
    const { report } = await ingestFiles(
      await filesOf({
        "1.xml": OREGON,
        "2.csv": MAXTIME,
        "3.csv": ECONOLITE,
        "1210_ECON_2021_08_09_1841.datZ": deflateSync(ECONOLITE),
        "5.csv.gz": gzipSync(OREGON),
      }),
    );
    const told = report.files.map((file) =>
      "refused" in file ? file.refused : [file.format, file.packed, file.events, file.devices[0]?.device],
    );
    expect(told).toEqual([
      ["csv", false, 5, "227"],
      ["maxtime", false, 1, "2"],
      ["econolite", false, 500, "3"],
      ["econolite", true, 500, "1210"],
      ["csv", true, 5, "227"],
    ]);
  });

  it("takes the format and the controller that it is told", async () => {
    const [path = ""] = await filesOf({ "2.csv": MAXTIME });
    const { events } = await ingestFiles([path], { device: "1015" });
    expect(events.map(({ device }) => device)).toEqual(["1015"]);
    const { report } = await ingestFiles([path], { format: "csv" });
    expect(report.total).toMatchObject({ events: 0, rejected: 3 });
  });

  it("tells which file is no log or cannot be read, and reads the others", async () => {
    const [text = "", empty = "", good = "", gone = `${good}.gone`] = await filesOf({
      "a.txt": "Dear Sir,\n",
      "b.csv": "",
      "c.csv": OREGON,
    });
    const folder = join(await temporaryFolder(), "folder.csv");
    await mkdir(folder);
    const { report, events } = await ingestFiles([text, empty, gone, folder, good]);
    const allowed =
      "a high-resolution log: CSV of time, device, event code and parameter; MaxTime XML; or Econolite .dat or .datZ";
    expect(report.files.slice(0, 4)).toEqual([
      { file: text, refused: `${text}: found "Dear Sir,\\n", allowed: ${allowed}` },
      { file: empty, refused: `${empty}: found nothing, allowed: ${allowed}` },
      {
        file: gone,
        refused: expect.stringMatching(/cannot be read \(ENOENT.*\); allowed: a readable file$/),
      },
      {
        file: folder,
        refused: expect.stringMatching(/cannot be read \(EISDIR.*\); allowed: a readable file$/),
      },
    ]);
    expect(events).toHaveLength(4);
  });

  it.each([
    ["cut off", (packed: Buffer) => packed.subarray(0, -20), "unexpected end of file"],
    [
      "damaged at its end",
      (packed: Buffer) => Buffer.concat([packed.subarray(0, -2), Buffer.from([1, 2])]),
      "incorrect data check",
    ],
  ])("keeps what was unpacked of a file that is %s", async (_name, damage, found) => {
    const [path = ""] = await filesOf({ "4_ECON_.datZ": damage(deflateSync(ECONOLITE)) });
    const { report, events } = await ingestFiles([path]);
    expect(events.length).toBeGreaterThan(400);
    const [file] = report.files;
    expect(file).toHaveProperty("rejectedExamples.0", {
      place: expect.stringMatching(/^byte \d+$/),
      found,
      allowed: "a file that can be read, and unpacked, to its end",
    });
  });

  it("goes on with a controller's log from one file to the next", async () => {
    const head = "TimeStamp,DeviceId,EventId,Parameter\n";
    const { report, events } = await ingestFiles(
      await filesOf({
        "1.csv": `${head}2024-05-13 15:00:00.0,7,82,1\n2024-05-13 15:00:02.0,7,82,2\n`,
        "2.csv": `${head}2024-05-13 15:00:01.0,7,82,3\n2024-05-13 15:00:02.0,7,82,2\n2024-05-13 15:20:00.0,7,82,4\n`,
        "3.csv": `${head}2024-05-13 15:01:00.0,7,82,5\n`,
      }),
    );
    expect(events.map(({ parameter }) => parameter)).toEqual([1, 3, 2, 4, 5]);
    const { duplicates, outOfOrder, gaps, gapExamples } = report.total;
    expect([duplicates, outOfOrder.putRight, outOfOrder.tooLate, gaps]).toEqual([1, 1, 1, 1]);
    expect(gapExamples).toEqual([
      { device: "7", from: "2024-05-13 15:00:02.000", to: "2024-05-13 15:20:00.000", seconds: 1_198 },
    ]);
    expect(outOfOrder.tooLateExamples).toEqual([
      { device: "7", from: "2024-05-13 15:20:00.000", to: "2024-05-13 15:01:00.000", seconds: -1_140 },
    ]);
  });

  it("follows the clock through the hour that comes twice", async () => {
    const text = ["00:59:59", "01:30:00", "01:59:59", "01:00:00", "01:30:00", "02:00:00"].map(
      (time) => `7,2024-11-03 ${time}.0,1,2\n`,
    );
    const [path = ""] = await filesOf({ "1.csv": text.join("") });
    const { report, events } = await ingestFiles([path], { timeZone: "America/Denver" });
    expect(events.map(({ at }) => new Date(at).toISOString().slice(11, 19))).toEqual([
      "06:59:59",
      "07:30:00",
      "07:59:59",
      "08:00:00",
      "08:30:00",
      "09:00:00",
    ]);
    expect(report.total).toMatchObject({ timesTwiceInZone: 4, duplicates: 0, outOfOrder: { tooLate: 0 } });
  });

  it("keeps a few examples of what it rejects, and counts all", async () => {
    const bad = "7,2024-05-13 15:00:00.0,82,x\n".repeat(40);
    const [path = ""] = await filesOf({ "1.csv": `7,2024-05-13 15:00:00.0,82,1\n${bad}` });
    const { report } = await ingestFiles([path]);
    expect(report.total.rejected).toBe(40);
    expect(report.total.rejectedBy).toEqual({ "parameter: a whole number from -1 to 65535": 40 });
    const [file] = report.files;
    expect(
      file !== undefined && "rejected" in file ? file.rejectedExamples.map(({ place }) => place) : [],
    ).toEqual(Array.from({ length: 10 }, (_, index) => `line ${index + 2}`));
  });

  it("refuses more controllers than there are, and keeps the others", async () => {
    const lines = Array.from({ length: 10_002 }, (_, index) => `d${index},2024-05-13 15:00:00.0,82,1\n`);
    const [path = ""] = await filesOf({ "1.csv": lines.join("") });
    const { report } = await ingestFiles([path]);
    expect(report.total).toMatchObject({
      events: 10_000,
      rejected: 2,
      rejectedBy: { "at most 10000 different devices in a file": 2 },
    });
  });
});

describe("the format of a log", () => {
  it.each([
    ["\u00ef\u00bb\u00bf7115,2022-06-05 00:00:00.0000000,82,2\n", "csv"],
    ["garbage\nTimestamp,SignalID,EventCode,EventParam\n", "csv"],
    ['<?xml version="1.0"?>\n<EventResponses>', "maxtime"],
    ["<net>", undefined],
    ["a,b,c,d\n1,2,3,4\n", undefined],
    ["", undefined],
  ])("of %j is %s", (head, format) => {
    expect(recogniseLog(head)).toBe(format);
  });
});

describe("the controller of a file that names none", () => {
  it.each([
    ["logs/1210_ECON_2021_08_09_1841.datZ", "1210"],
    ["ECON_10.1.2.3_2024_02_21_1115.dat", "ECON_10.1.2.3"],
    ["ECON_2024_02_21_1115.dat", "ECON"],
    ["main & 5th.xml", "main%20%26%205th"],
    [`${"x".repeat(100)}.xml`, "x".repeat(64)],
  ])("of %s is %s", (path, device) => {
    expect(deviceOfName(path)).toBe(device);
  });
});
