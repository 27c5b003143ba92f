import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDetectorCounts } from "../../../src/adapters/feeds/detector-counts.ts";
import { createLocalClock } from "../../../src/adapters/feeds/local-clock.ts";
import { instantMs, MINUTE_MS, SECOND_MS } from "../../../src/units.ts";

const START = Date.UTC(2024, 4, 13, 15);
type Row = readonly [second: number, code: number, parameter: number, device?: string];

function counted(rows: readonly Row[], binMinutes = 15, timeZone = "UTC", start = START) {
  const counts = createDetectorCounts(binMinutes * MINUTE_MS, createLocalClock(timeZone));
  for (const [second, code, parameter, device = "7"] of rows) {
    counts.take({ device, at: instantMs(start + second * SECOND_MS), code, parameter });
  }
  const lines: string[] = [];
  const source = counts.lines();
  for (;;) {
    const next = source.next();
    if (next.done === true) return { lines, result: next.value };
    lines.push(next.value);
  }
}

/** A sign of life every five minutes, from a second to another. */
const alive = (from: number, to: number, device = "7"): readonly Row[] =>
  Array.from({ length: Math.floor((to - from) / 300) + 1 }, (_, index) => [from + index * 300, 1, 2, device]);

const byTime = (rows: readonly Row[]): readonly Row[] => rows.toSorted(([left], [right]) => left - right);

/** Begins of the bins of a log that begins at a second. */
const begins = (second: number) =>
  counted(byTime([[second, 82, 1], ...alive(second, 1_800)])).lines.map((line) => line.slice(11, 16));
/** The same of a log that is silent for so long. */
const silent = (seconds: number) =>
  counted([[0, 82, 1], ...alive(1, 1_000), ...alive(901 + seconds, 4_000)]).lines.map((line) =>
    line.slice(11, 16),
  );

describe("counts of detectors", () => {
  it("are the on-events in each bin, with a 0 where the log goes on without any", () => {
    const { lines, result } = counted(
      byTime([
        ...alive(0, 2_700),
        [0, 82, 5],
        [899.9, 82, 5],
        [900, 82, 5],
        [901, 82, 12],
        [902, 81, 12],
        [1_500, 82, 5],
      ]),
    );
    expect(lines).toEqual([
      "TimeStamp,DeviceId,Detector,Total",
      "2024-05-13 15:00:00.0,7,5,2",
      "2024-05-13 15:00:00.0,7,12,0",
      "2024-05-13 15:15:00.0,7,5,2",
      "2024-05-13 15:15:00.0,7,12,1",
      "2024-05-13 15:30:00.0,7,5,0",
      "2024-05-13 15:30:00.0,7,12,0",
    ]);
    // The log ends with an event at 15:45:00.
    expect(result).toEqual({ rows: 6, binsInPart: 1, eventsLeftOut: 0 });
  });

  it("are by time, then by device as a number, then by detector", () => {
    const rows = ["10", "9"].flatMap((device) => [
      ...alive(0, 1_800, device),
      [5, 82, 10, device] as const,
      [5, 82, 9, device] as const,
    ]);
    expect(counted(byTime(rows)).lines.slice(1, 6)).toEqual([
      "2024-05-13 15:00:00.0,9,9,1",
      "2024-05-13 15:00:00.0,9,10,1",
      "2024-05-13 15:00:00.0,10,9,1",
      "2024-05-13 15:00:00.0,10,10,1",
      "2024-05-13 15:15:00.0,9,9,0",
    ]);
  });

  it("leave out bins in which the log begins, ends or has a gap, but for a minute", () => {
    expect(begins(60)).toContain("15:00");
    expect(begins(61)).not.toContain("15:00");
    // Silent for ten minutes is quiet; for longer is a gap.
    expect(silent(600)).toContain("15:15");
    expect(silent(601)).not.toContain("15:15");
    expect(silent(601)).toContain("15:45");
  });

  it("take in a block that goes back to the begin", () => {
    const { lines } = counted([...alive(0, 900), [10, 82, 6], [20, 82, 6], ...alive(20, 900)]);
    expect(lines).toContain("2024-05-13 15:00:00.0,7,6,2");
  });

  it("are in local time; the second pass of an hour that comes twice is left out", () => {
    // 2024-11-03 05:00 UTC is 23:00 MDT; 07:00 to 09:00 UTC is 01:00 to 02:00 twice.
    const hours = 5 * 3_600;
    const rows: readonly Row[] = [
      ...alive(0, hours),
      [2 * 3_600 + 5, 82, 1],
      [3 * 3_600 + 5, 82, 1],
      [4 * 3_600 + 5, 82, 1],
    ];
    const { lines, result } = counted(byTime(rows), 60, "America/Denver", Date.UTC(2024, 10, 3, 5));
    expect(lines.slice(1)).toEqual([
      "2024-11-02 23:00:00.0,7,1,0",
      "2024-11-03 00:00:00.0,7,1,0",
      "2024-11-03 01:00:00.0,7,1,1",
      "2024-11-03 02:00:00.0,7,1,1",
    ]);
    expect(result.eventsLeftOut).toBe(1);
  });

  it("have no bin in an hour that is left out", () => {
    const { lines } = counted(
      [[1, 82, 1], ...alive(2, 3 * 3_600), [10_799, 1, 2]],
      60,
      "Europe/Berlin",
      Date.UTC(2024, 2, 31, 0),
    );
    expect(lines.map((line) => line.slice(11, 16))).toEqual([
      "DeviceId,Detector".slice(1, 6),
      "01:00",
      "03:00",
      "04:00",
    ]);
  });

  it("lose no vehicle of a bin that is covered", () => {
    const seconds = fc.array(fc.integer({ min: 0, max: 3_599 }), { maxLength: 50 });
    fc.assert(
      fc.property(seconds, fc.constantFrom(1, 5, 15, 60), (times, binMinutes) => {
        const rows = byTime([...alive(0, 3_600), ...times.map((second): Row => [second, 82, 3])]);
        const { lines } = counted(rows, binMinutes);
        const totals = lines.slice(1).map((line) => Number(line.split(",")[3]));
        expect(totals.reduce((sum, total) => sum + total, 0)).toBe(times.length);
        expect(totals).toHaveLength(times.length === 0 ? 0 : 60 / binMinutes);
      }),
    );
  });
});
