import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeReading, readBacktest } from "../../src/cli/backtest-data.ts";
import type { CountHistory } from "../../src/forecast/history.ts";
import { PROTOCOLS } from "../../src/forecast/backtest.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "phasewise-backtest-data-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

/** Hourly counts of one detector on these days of May 2024: the day times 10. */
async function fileOf(name: string, days: readonly number[]): Promise<string> {
  const rows = days.flatMap((day) =>
    Array.from({ length: 24 }, (_, hour) => {
      const time = `2024-05-${String(day).padStart(2, "0")} ${String(hour).padStart(2, "0")}:00:00.0`;
      return `${time},2,1,${day * 10}`;
    }),
  );
  const path = join(folder, name);
  await writeFile(path, ["TimeStamp,DeviceId,Detector,Total", ...rows].join("\r\n"));
  return path;
}

/** First day of May 2024, less one. */
const APRIL_30 = Date.UTC(2024, 3, 30) / 86_400_000;

/** Days of the month, negative where nothing of them is known. */
function daysOf({ days }: CountHistory): readonly number[] {
  return days.map(({ day, counts }) => {
    const known = counts.filter((count) => !Number.isNaN(count));
    expect([0, 24]).toContain(known.length);
    expect(new Set(known).size).toBeLessThan(2);
    return known.length === 0 ? APRIL_30 - day : (known[0] ?? 0) / 10;
  });
}

describe("days that are missing in a file", () => {
  it("stay a gap, a day of nothing known each, where each test day is an origin", async () => {
    const file = await fileOf("one.csv", [1, 2, 3, 6, 7, 8, 10, 13, 15]);
    const { data, files } = await readBacktest(file, undefined, "rolling", [1]);
    // A third of the nine days are forecast, the last three that are there.
    expect(daysOf(data.series[0]?.train ?? fail())).toEqual([1, 2, 3, -5, 6, 7, 8, -9]);
    expect(daysOf(data.series[0]?.test ?? fail())).toEqual([10, -12, 13, -14, 15]);
    expect(files.flatMap(describeReading)).toContain("  6 days without a row between the first and the last");
  });

  it("leave none in the protocol of the published figures", async () => {
    const file = await fileOf("pems.csv", [1, 2, 3, 6, 7, 8, 10, 13, 15]);
    const { data } = await readBacktest(file, undefined, "pems", [1]);
    expect(daysOf(data.series[0]?.train ?? fail())).toEqual([1, 2, 3, 6, 7, 8]);
    expect(daysOf(data.series[0]?.test ?? fail())).toEqual([10, 13, 15]);
  });

  it("are a gap between two files too", async () => {
    const train = await fileOf("train.csv", [1, 2, 3, 4]);
    const test = await fileOf("test.csv", [9, 11]);
    const parts = await Promise.all(PROTOCOLS.map((protocol) => readBacktest(train, test, protocol, [1])));
    expect(parts.map(({ data }) => daysOf(data.series[0]?.train ?? fail()))).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4, -8],
    ]);
    expect(parts.map(({ data }) => daysOf(data.series[0]?.test ?? fail()))).toEqual([
      [9, 11],
      [9, -10, 11],
    ]);
  });

  it("are nowhere in a file that has every day", async () => {
    const file = await fileOf("whole.csv", [1, 2, 3, 4, 5, 6]);
    const { data, files } = await readBacktest(file, undefined, "rolling", [1]);
    expect(daysOf(data.series[0]?.train ?? fail())).toEqual([1, 2, 3, 4]);
    expect(daysOf(data.series[0]?.test ?? fail())).toEqual([5, 6]);
    expect(files.flatMap(describeReading).join("\n")).not.toContain("without a row");
  });
});

function fail(): never {
  throw new Error("no series");
}
