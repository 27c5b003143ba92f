import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exitCodeOf, runIngest } from "../../src/cli/ingest.ts";
import { ingestTable } from "../../src/cli/ingest-table.ts";
import { filesOf, ingestFiles, logsMissing, OREGON_LOG } from "../adapters/feeds/ingest-files.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

/** Ten minutes before and behind each other at most, from 15:00 to 15:30. */
const LOG = `TimeStamp,DeviceId,EventId,Parameter
2024-05-13 15:00:00.0,227,82,27
2024-05-13 15:00:00.5,227,81,27
2024-05-13 15:00:00.5,227,81,27
2024-05-13 15:09:00.0,227,400,-1
2024-05-13 15:08:59.9,227,82,27
2024-05-13 15:18:00.0,227,82,5
2024-05-13 15:27:00.0,227,1,2
2024-05-13 15:29:30.0,227,82,5
`;

async function logFile(content = LOG): Promise<string> {
  const [path = ""] = await filesOf({ "log.csv": content });
  return path;
}

const outputs = async () => {
  const folder = await temporaryFolder();
  return { events: join(folder, "events.csv"), counts: join(folder, "counts.csv") };
};

describe("phasewise ingest", () => {
  it("writes one CSV of all events in order, which gives the same events again", async () => {
    const log = await logFile();
    const { events } = await outputs();
    const result = await runIngest([log], { events, timeZone: "America/Los_Angeles" });
    expect(result).toMatchObject({
      timeZone: "America/Los_Angeles",
      timeZoneAssumed: false,
      eventsFile: events,
    });
    expect(await readFile(events, "utf8")).toBe(`TimeStamp,DeviceId,EventId,Parameter
2024-05-13 15:00:00.000,227,82,27
2024-05-13 15:00:00.500,227,81,27
2024-05-13 15:08:59.900,227,82,27
2024-05-13 15:09:00.000,227,400,-1
2024-05-13 15:18:00.000,227,82,5
2024-05-13 15:27:00.000,227,1,2
2024-05-13 15:29:30.000,227,82,5
`);
    const zone = { timeZone: "America/Los_Angeles" };
    expect((await ingestFiles([events], zone)).events).toEqual((await ingestFiles([log], zone)).events);
  });

  it("writes counts by detector and bin, of 15 minutes where none is said", async () => {
    const log = await logFile();
    const { counts } = await outputs();
    const result = await runIngest([log], { counts });
    expect(await readFile(counts, "utf8")).toBe(`TimeStamp,DeviceId,Detector,Total
2024-05-13 15:00:00.0,227,5,0
2024-05-13 15:00:00.0,227,27,2
2024-05-13 15:15:00.0,227,5,2
2024-05-13 15:15:00.0,227,27,0
`);
    expect(result.counts).toEqual({ file: counts, bin: "15m", rows: 4, binsInPart: 0, eventsLeftOut: 0 });
    await runIngest([log], { counts, bin: "30m" });
    expect(await readFile(counts, "utf8")).toContain("2024-05-13 15:00:00.0,227,27,2\n");
  });

  it("tells in a table what was repaired", async () => {
    const log = await logFile();
    const result = await runIngest([log], {});
    const named = { ...result, files: result.files.map((file) => ({ ...file, file: "log.csv" })) };
    expect(
      ingestTable(named),
    ).toBe(`file     format  events  duplicates  put right  too late  rejected  from                     to
log.csv  csv          8           1          1         0         0  2024-05-13 15:00:00.000  2024-05-13 15:29:30.000

device  events  on 82  off 81  detectors  on ≠ off  green starts by phase  other codes
   227       8      4       2          2         2  2: 1                   1: 1, 400: 1

Clock formats: YYYY-MM-DD HH:MM:SS.f: 8. Time zone UTC, which is assumed: say --time-zone.
Events with parameter -1, taken as none: 1.
Events beyond the Indiana enumerations: 1; 400: 1.
2 of 2 detectors have other numbers of on than of off.`);
    expect(exitCodeOf(result)).toBe(0);
  });

  it("tells each rejection with file, place, value and what is allowed, and ends with 1", async () => {
    const log = await logFile(`${LOG}2024-05-13 15:29:31.0,227,82,many\n`);
    const result = await runIngest([log], {});
    expect(ingestTable(result)).toContain(
      `${log}, line 10: found "many", allowed: parameter: a whole number from -1 to 65535`,
    );
    expect(result.total.events).toBe(8);
    expect(exitCodeOf(result)).toBe(1);
  });

  it("ends with 2 where a file is no log, and reads the others", async () => {
    const [bad = "", good = ""] = await filesOf({ "letter.txt": "Dear Sir,\n", "log.csv": LOG });
    const result = await runIngest([bad, good], {});
    expect(exitCodeOf(result)).toBe(2);
    expect(result.total.events).toBe(8);
    expect(ingestTable(result)).toMatch(/letter\.txt +refused/);
    const nothing = await runIngest([bad], {});
    expect(ingestTable(nothing).split("\n")).toHaveLength(2);
  });

  it.each([
    [{ bin: "7m", counts: "x.csv" }, '--bin "7m": allowed is 15m, 1m, 5m, 10m, 30m, 60m'],
    [{ bin: "5m" }, "--bin is the length of the bins of --counts FILE, which is missing"],
    [{ timeZone: "Mars" }, /^--time-zone "Mars": allowed is a name of the IANA list/],
    [{ fromFormat: "xls" }, '--from-format "xls": allowed is auto, csv, maxtime, econolite'],
    [{ device: "a b" }, '--device "a b": allowed is device: 1 to 64 letters, digits, _ . % or -'],
  ])("refuses %j and names what is allowed", async (options, message) => {
    await expect(runIngest([await logFile()], options)).rejects.toThrow(message);
  });

  it("never writes over what it reads, nor two things into one file", async () => {
    const log = await logFile();
    for (const name of ["events", "counts", "json"]) {
      await expect(runIngest([log], { [name]: log })).rejects.toMatchObject({ code: "OPTION_INVALID" });
    }
    const { events } = await outputs();
    await expect(runIngest([log], { events, counts: events })).rejects.toThrow(
      `--counts ${events}: allowed is a file that is neither read nor written otherwise`,
    );
    expect(await readFile(log, "utf8")).toBe(LOG);
  });

  it("says before it reads that a file cannot be written", async () => {
    const folder = join(await temporaryFolder(), "folder");
    await mkdir(folder);
    await expect(runIngest([await logFile()], { counts: folder })).rejects.toMatchObject({
      code: "STORE_FAILED",
      exitCode: 3,
      message: expect.stringContaining(`${folder} cannot be written: `),
    });
  });

  it.skipIf(logsMissing !== undefined)(
    `counts Oregon's three hours in twelve bins${logsMissing === undefined ? "" : ` (skipped: ${logsMissing})`}`,
    async () => {
      const { counts } = await outputs();
      const result = await runIngest([OREGON_LOG], { counts });
      const rows = (await readFile(counts, "utf8")).trim().split("\n").slice(1);
      const total = rows.reduce((sum, row) => sum + Number(row.split(",")[3]), 0);
      const onEvents = result.total.devices.flatMap(({ codes }) => codes["82"] ?? 0);
      expect(new Set(rows.map((row) => row.slice(0, 19))).size).toBe(12);
      // Duplicates of code 82 there are none.
      expect(total).toBe(onEvents.reduce((sum, events) => sum + events, 0));
      expect(result.counts).toMatchObject({ binsInPart: 0, eventsLeftOut: 0 });
    },
  );
});
