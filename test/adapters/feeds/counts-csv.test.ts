import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCountsCsv } from "../../../src/adapters/feeds/counts-csv.ts";

const DATA = resolve(import.meta.dirname, "../../../../shared/data/forecast");
const missing = existsSync(DATA) ? undefined : "../shared/data/forecast is not here";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phasewise-counts-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function fileOf(text: string): Promise<string> {
  const path = join(folder, "counts.csv");
  await writeFile(path, text);
  return path;
}

const PEMS = "\uFEFF5 Minutes,Lane 1 Flow (Veh/5 Minutes),# Lane Points,% Observed";
const ODOT = "TimeStamp,DeviceId,Detector,Total";

/** A day of PeMS rows of one count, five minutes each, in which single rows may be replaced. */
function pemsDay(date: string, replaced: Readonly<Record<number, string>> = {}): readonly string[] {
  return Array.from({ length: 288 }, (_, slot) => {
    const time = `${Math.floor(slot / 12)}:${String((slot % 12) * 5).padStart(2, "0")}`;
    return replaced[slot] ?? `${date} ${time},${slot},1,100`;
  });
}

const JAN_13_2016 = Date.UTC(2016, 0, 13) / 86_400_000;

describe("PeMS counts", () => {
  it("are read through the byte-order mark, by day and slot, with days that are missing left out", async () => {
    const rows = [...pemsDay("13/01/2016"), ...pemsDay("18/01/2016")];
    const { format, intervalMs, series, report } = await readCountsCsv(
      await fileOf([PEMS, ...rows].join("\n")),
    );
    expect([format, intervalMs, report.dateOrder]).toEqual(["pems", 300_000, "DD/MM/YYYY"]);
    expect(series.map(({ id }) => id)).toEqual(["Lane 1 Flow"]);
    expect(series[0]?.days.map(({ day }) => day)).toEqual([JAN_13_2016, JAN_13_2016 + 5]);
    expect(series[0]?.days[1]?.counts).toEqual(Array.from({ length: 288 }, (_, slot) => slot));
  });

  it("show by a day beyond 12 which of day and month stands first", async () => {
    const { series, report } = await readCountsCsv(await fileOf([PEMS, ...pemsDay("01/13/2016")].join("\n")));
    expect(report.dateOrder).toBe("MM/DD/YYYY");
    expect(series[0]?.days[0]?.day).toBe(JAN_13_2016);
  });

  it("lose only the row that cannot be used, which is told with line, value and what is allowed", async () => {
    const rows = pemsDay("13/01/2016", {
      1: "13/01/2016 0:05,many,1,100",
      2: "13/01/2016 25:10,4,1,100",
      3: "13/01/2016 0:15,5",
      4: "13/01/2016 0:21,5,1,100",
      5: "31/02/2016 0:25,5,1,100",
      6: "13/01/2016 0:30,-5,1,100",
    });
    const { series, report } = await readCountsCsv(await fileOf([PEMS, ...rows].join("\r\n")));
    expect(report.rejectedRows).toBe(6);
    expect(report.rejected.map(({ line, found }) => [line, found])).toEqual([
      [3, "many"],
      [4, "13/01/2016 25:10"],
      [5, "13/01/2016 0:15,5"],
      [6, "minute 21 of the day"],
      [7, "31/2/2016"],
      [8, "-5"],
    ]);
    expect(report.rejected[0]?.allowed).toContain("from 0 to");
    expect(series[0]?.days[0]?.counts.slice(0, 8)).toEqual([0, null, null, null, null, null, null, 7]);
    expect(report.unknown).toBe(6);
  });

  it("take a row that stands twice once, and of two that differ the first", async () => {
    const rows = pemsDay("13/01/2016", { 7: "13/01/2016 0:30,6,1,100", 8: "13/01/2016 0:25,99,1,100" });
    const { series, report } = await readCountsCsv(await fileOf([PEMS, ...rows].join("\n")));
    expect([report.duplicates, report.rejectedRows, report.outOfOrder]).toEqual([1, 1, 1]);
    expect(report.rejected[0]?.found).toContain("99");
    expect(series[0]?.days[0]?.counts[5]).toBe(5);
  });

  it("are told where the file says that nothing was measured", async () => {
    const rows = pemsDay("13/01/2016", { 100: "13/01/2016 8:20,0,1,0" });
    const { report } = await readCountsCsv(await fileOf([PEMS, ...rows].join("\n")));
    expect(report.unobserved).toBe(1);
  });
});

/** Rows of a device whose detector 1 counts 3 each quarter, with what else is given for a slot; `null`: the device says nothing. */
function odotRows(day: string, other: (slot: number) => readonly string[] | null): readonly string[] {
  return Array.from({ length: 96 }, (_, slot) => {
    const time = `${day} ${String(Math.floor(slot / 4)).padStart(2, "0")}:${String((slot % 4) * 15).padStart(2, "0")}:00.0`;
    const rest = other(slot);
    return rest === null ? [] : [`${time},2,1,3`, ...rest.map((cells) => `${time},${cells}`)];
  }).flat();
}

describe("Oregon counts", () => {
  it("are 0 for a detector without a row while its device reports, and unknown where it does not", async () => {
    const rows = odotRows("2024-05-01", (slot) => {
      if (slot === 40) return null;
      return slot === 10 ? ["2,7,1.5"] : [];
    });
    // Another device that reports in the slot in which the first one is silent.
    const text = [ODOT, ...rows, "2024-05-01 10:00:00.0,3,1,4"].join("\r\n");
    const { series, report } = await readCountsCsv(await fileOf(text));
    const counts = new Map(series.map(({ id, days }) => [id, days[0]?.counts]));
    expect([...counts.keys()]).toEqual(["2/1", "2/7", "3/1"]);
    expect(counts.get("2/7")?.slice(9, 12)).toEqual([0, 1.5, 0]);
    expect([counts.get("2/1")?.[40], counts.get("2/7")?.[40], counts.get("3/1")?.[40]]).toEqual([
      null,
      null,
      4,
    ]);
    expect(report.filledZeros).toBe(94);
  });

  it("leave out a slot beyond the last midnight", async () => {
    const rows = [...odotRows("2024-05-01", () => []), "2024-05-02 00:00:00.0,2,1,5"];
    const { series, report } = await readCountsCsv(await fileOf([ODOT, ...rows].join("\n")));
    expect(series[0]?.days).toHaveLength(1);
    expect(report.leftOut).toBe(1);
  });
});

describe("a file that is none of counts", () => {
  it.each([
    ["an unknown header", "a,b\n1,2\n", /counts\.csv, line 1: found "a,b", allowed: a header/],
    ["nothing", "", /found "an empty file"/],
    ["a header alone", `${ODOT}\n`, /0 of 0 rows/],
    ["rows of which most cannot be used", `${ODOT}\nx,2,1,3\ny,2,1,3\n`, /line 2: found "x".*2 of 2 rows/],
  ])("is refused for %s", async (_name, text, message) => {
    await expect(readCountsCsv(await fileOf(text))).rejects.toThrow(message);
  });

  it("is told by its path where it is missing", async () => {
    await expect(readCountsCsv(join(folder, "none.csv"))).rejects.toThrow(/none\.csv cannot be read: ENOENT/);
  });
});

describe.skipIf(missing !== undefined)(`the real files${missing ? `: skipped, ${missing}` : ""}`, () => {
  it("hold what their description says", async () => {
    const train = await readCountsCsv(`${DATA}/pems_lane1_5min_train.csv`);
    expect([train.report.rows, train.series[0]?.days.length, train.report.unobserved]).toEqual([7776, 27, 1]);
    const odot = await readCountsCsv(`${DATA}/odot_counts15_3signals_2024-05.csv`);
    expect([odot.report.rows, odot.report.rejectedRows, odot.series.length]).toEqual([73_215, 0, 43]);
    // 8 slots of 17 May are missing for all 43 detectors; 22 May 00:00 lies beyond the period.
    expect([odot.report.unknown, odot.series[0]?.days.length]).toEqual([8 * 43, 21]);
    const halves = odot.series.flatMap(({ days }) =>
      days.flatMap(({ counts }) => counts.filter((count) => count !== null && !Number.isInteger(count))),
    );
    expect(halves).toHaveLength(192);
  });
});
