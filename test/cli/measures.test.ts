import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { headerLine, recordLine } from "../../src/adapters/event-file.ts";
import { runMeasures } from "../../src/cli/measures.ts";
import { LOG_LOST_CODE } from "../../src/protocol/frames.ts";
import { filesOf, ingestFiles, LOGS, logsMissing, OREGON_LOG } from "../adapters/feeds/ingest-files.ts";
import { temporaryFolder } from "../adapters/temporary-folder.ts";

const CONFIG = join(LOGS, "odot_hires_3signals_config.csv");
const at = Date.UTC(2026, 0, 5, 14);

const cycle = (from: number): [number, number, number][] => [
  [from, 1, 2],
  [from + 30_000, 4, 2],
  [from + 30_000, 7, 2],
  [from + 30_000, 8, 2],
  [from + 34_000, 9, 2],
  [from + 34_000, 10, 2],
  [from + 36_000, 11, 2],
  [from + 36_000, 12, 2],
];

/** An event log's folder: phase 2 of `ash` and of `chapel`, twenty minutes of it. */
async function eventFolder(): Promise<string> {
  const events = Array.from({ length: 20 }, (_, index) => cycle(at + index * 60_000)).flat();
  const lost: [number, number, number] = [at, LOG_LOST_CODE, 7];
  const [path = ""] = await filesOf({
    "events-000001.log": `${headerLine(new Map())}${recordLine({ of: "ash", first: 0, events })}${recordLine({ of: "chapel", first: 0, events: [lost, ...events] })}`,
  });
  return join(path, "..");
}

describe("phasewise measures", () => {
  it("reads our event log by the network's detectors, zone and phases", async () => {
    const result = await runMeasures([await eventFolder()], {
      network: "corridor",
      measure: "terminations,has-data",
      bin: "10m",
    });
    expect(result).toMatchObject({ events: 320, lost: 7, rejected: 0, timeZone: "America/Denver", from: at });
    expect(Object.keys(result.intersections)).toEqual(["ash", "chapel"]);
    const ends = result.intersections["chapel"]?.["terminations"]?.filter(({ phase }) => phase === "2");
    expect(ends).toMatchObject([{ gapOuts: 10 }, { gapOuts: 10 }]);
  });

  it("takes a window by the local clock, and one intersection", async () => {
    const options = { network: "corridor", intersection: ["ash"], measure: "terminations", bin: "5m" };
    const result = await runMeasures([await eventFolder()], {
      ...options,
      from: "07:05",
      to: "2026-01-05 07:15",
    });
    expect([result.from, result.to]).toEqual([at + 300_000, at + 900_000]);
    expect(Object.keys(result.intersections)).toEqual(["ash"]);
  });

  it.each(["atspm", "udot"])("exports for %s what comes back as the same events", async (format) => {
    const folder = await eventFolder();
    const file = join(await temporaryFolder(), "events.csv");
    const options = { network: "corridor", timeZone: "America/Denver", measure: "terminations" };
    const result = await runMeasures([folder], { ...options, export: `${format}=${file}` });
    expect(result.exported).toBe(320);
    const { events, report } = await ingestFiles([file], { timeZone: "America/Denver" });
    expect(report.total).toMatchObject({ rejected: 0, duplicates: 0, outOfOrder: { putRight: 0 } });
    const again = await runMeasures([file], { ...options });
    expect(again.intersections).toEqual(result.intersections);
    expect(events.filter(({ device }) => device === "ash").slice(0, 2)).toEqual([
      { device: "ash", at, code: 1, parameter: 2 },
      { device: "ash", at: at + 30_000, code: 4, parameter: 2 },
    ]);
    const detectors = (await readFile(`${file}.detectors.csv`, "utf8")).split("\n");
    expect(detectors[0]).toBe("DeviceId,Phase,Function,Parameter");
    expect(detectors).toContain("ash,2,Advance,4");
  });

  it("writes one CSV a measure", async () => {
    const folder = await temporaryFolder();
    await runMeasures([await eventFolder()], { network: "corridor", measure: "all", csv: folder });
    const lines = (await readFile(join(folder, "terminations.csv"), "utf8")).split("\r\n");
    expect(lines[0]).toBe("intersection,from,phase,gapOuts,maxOuts,forceOffs,unknown,walks");
    expect(lines).toContain("ash,2026-01-05 07:00:00.0,2,15,0,0,0,0");
  });

  it.each([
    [{ measure: "speed" }, /--measure "speed": allowed is all, or some of aog, pcd/],
    [{ network: "corridor", config: "x.csv" }, /--network and --config: allowed is one of them/],
    [{ from: "7 o'clock" }, /--from "7 o'clock": allowed is a local time of day/],
    [{ from: "08:00", to: "07:00" }, /the window is empty/],
    [{ export: "parquet=x" }, /--export "parquet=x": allowed is atspm=FILE or udot=FILE/],
    [{ intersection: ["nowhere"] }, /no event of nowhere/],
    [{ network: "single" }, /the log has intersection ash, which single does not; allowed: main-oak/],
  ])("refuses %o", async (options, message) => {
    await expect(runMeasures([await eventFolder()], options)).rejects.toThrow(message);
  });

  it("names every line of a detector file that is none", async () => {
    const [config = ""] = await filesOf({
      "config.csv": "DeviceId,Phase,Function,Parameter\nash,2,Advance,3\nash,x,Advance,3\nash,2,Speed,3\n",
    });
    const reading = runMeasures([await eventFolder()], { config });
    await expect(reading).rejects.toThrow(/line 3: found "x", allowed: phase: a whole number/);
    await expect(reading).rejects.toThrow(/line 4: found "Speed", allowed: function: Advance, Presence/);
  });

  it.skipIf(logsMissing !== undefined)(
    logsMissing === undefined ? "reads Oregon's log" : `reads Oregon's log (skipped: ${logsMissing})`,
    async () => {
      const result = await runMeasures([OREGON_LOG], { config: CONFIG, bin: "60m", intersection: ["227"] });
      expect(result).toMatchObject({ events: 245_917, rejected: 0 });
      expect(result.intersections["227"]?.["split-failure"]?.length).toBeGreaterThan(0);
    },
  );
});
