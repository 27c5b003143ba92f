import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { FindingsReport } from "../../../src/adapters/feeds/ingest-report.ts";
import { ingestFiles, type Ingested, LOGS, logsMissing, OREGON_LOG } from "./ingest-files.ts";

const title = (name: string): string =>
  logsMissing === undefined ? name : `${name} (skipped: ${logsMissing})`;

/** The findings of the one file that was read. */
async function findingsOf(name: string): Promise<Ingested & { readonly found: FindingsReport }> {
  const ingested = await ingestFiles([join(LOGS, name)]);
  return { ...ingested, found: ingested.report.total };
}

describe.skipIf(logsMissing !== undefined)(title("Oregon's log of three signals"), () => {
  let ingested: Ingested;
  beforeAll(async () => {
    ingested = await ingestFiles([OREGON_LOG]);
  });

  it("has the events of the known answers, by device and code", () => {
    const answers: unknown = JSON.parse(
      readFileSync(join(LOGS, "odot_hires_event_counts_known_answers.json"), "utf8"),
    );
    const { devices, events } = ingested.report.total;
    expect(Object.fromEntries(devices.map(({ device, codes }) => [device, codes]))).toEqual(answers);
    expect(devices.map((own) => [own.device, own.events])).toEqual([
      ["227", 88_946],
      ["452", 60_552],
      ["454", 96_915],
    ]);
    expect(events).toBe(246_413);
  });

  it("has the begins of green of phase 2", () => {
    expect(ingested.report.total.devices.map(({ greenStarts }) => greenStarts["2"])).toEqual([83, 80, 82]);
  });

  it("has the duplicates, missing parameters and unequal detectors that were counted by hand", () => {
    const { total } = ingested.report;
    expect(total).toMatchObject({
      duplicates: 496,
      eventsKept: 245_917,
      parameterMissing: 4,
      outOfOrder: { putRight: 0, tooLate: 0 },
      rejected: 0,
      detectors: 106,
      detectorsUnequalOnOff: 45,
      gaps: 0,
    });
    const unequal = total.devices.flatMap(({ device, unequalOnOff }) =>
      unequalOnOff.slice(0, 1).map(({ detector, on, off }) => [device, detector, on, off]),
    );
    expect(unequal).toContainEqual(["452", 19, 1_431, 290]);
    expect(unequal).toContainEqual(["454", 19, 1_555, 404]);
    expect(Object.keys(total.beyondIndiana.codes)).toEqual(
      [300, 301, 302, 303, 304, 305, 306, 307, 316, 318, 320, 400, 500, 501, 502, 503].map(String),
    );
  });

  it("comes in order, each event once", () => {
    const { events } = ingested;
    expect(events).toHaveLength(245_917);
    const last = new Map<string, number>();
    for (const { device, at } of events) {
      if (at < (last.get(device) ?? at)) throw new Error(`${device} goes back to ${at}`);
      last.set(device, at);
    }
  });
});

describe.skipIf(logsMissing !== undefined)(title("Utah's logs"), () => {
  it.each([
    ["4895_ECON_2024_02_21_1115.dat", 1_914],
    ["ECON_2024_07_22_1332.dat", 765],
    ["ECON_2024_02_21_1115.dat", 1_168],
    ["1210_ECON_2021_08_09_1841.datZ", 275],
    ["638572533917628534.xml", 3_001],
    ["udot_maxtime_eventlog_638548149067839806.xml", 10_001],
    ["7115June5202282Events.csv", 1_000],
    ["7115TerminationData.csv", 1_611],
    ["ApproachVolumeTestLogs.csv", 5_747],
    ["ControllerEvents-ApproachDelay.csv", 2_170],
  ])("%s has %d events and nothing is rejected", async (name, events) => {
    const { found, events: kept } = await findingsOf(`udot/${name}`);
    expect([found.events, found.rejected, found.duplicates]).toEqual([events, 0, 0]);
    expect(kept).toHaveLength(events);
  });

  it("begins and ends as the binary log does", async () => {
    const { events } = await findingsOf("udot/4895_ECON_2024_02_21_1115.dat");
    const start = Date.UTC(2024, 1, 21, 11, 15);
    expect(events[0]).toEqual({ device: "4895", at: start + 1_000, code: 81, parameter: 29 });
    expect(events.at(-1)).toEqual({ device: "4895", at: start + 821_600, code: 43, parameter: 3 });
  });

  it("puts right the lines of the XML that are out of order", async () => {
    const { found, events } = await findingsOf("udot/udot_maxtime_eventlog_638548149067839806.xml");
    expect(found.outOfOrder).toMatchObject({ putRight: 1_250, tooLate: 0 });
    expect(events.every(({ at }, index) => at >= (events[index - 1]?.at ?? at))).toBe(true);
  });

  it("reads on where a CSV goes back to its begin with the next detector", async () => {
    const { found } = await findingsOf("udot/ApproachVolumeTestLogs.csv");
    expect(found.outOfOrder).toEqual({
      putRight: 0,
      tooLate: 1,
      tooLateExamples: [
        { device: "7115", from: "2023-04-17 10:00:00.000", to: "2023-04-17 08:00:09.300", seconds: -7_190.7 },
      ],
    });
    expect(found.devices[0]?.unequalOnOff).toEqual([
      { detector: 2, on: 4_070, off: 0 },
      { detector: 6, on: 1_677, off: 0 },
    ]);
  });

  it("takes the controller of the XML from its description", async () => {
    const { found } = await findingsOf("udot/638572533917628534.xml");
    expect(found.devices.map(({ device }) => device)).toEqual(["1015"]);
  });
});
