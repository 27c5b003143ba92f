import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type DetectorRow, configurationOfRows } from "../../src/measures/atspm-configuration.ts";
import type { MeasureName } from "../../src/measures/catalog.ts";
import type { Variant } from "../../src/measures/configuration.ts";
import { startMeasures } from "../../src/measures/intersection-measures.ts";
import type { MeasureRow } from "../../src/measures/measure.ts";
import type { LogEvent } from "../../src/adapters/feeds/log-record.ts";
import { oregonDetectors, withLogs } from "./oregon.ts";
import { ingestFiles, LOGS, logsMissing, OREGON_LOG } from "../adapters/feeds/ingest-files.ts";

const QUARTER_MS = 900_000;

/** Rows that `golden/measures.sql` gave. */
function goldenRows(file: string): readonly MeasureRow[] {
  return JSON.parse(readFileSync(join(import.meta.dirname, "golden", `${file}.json`), "utf8"));
}

/** Every row of a measure over all events, with the device that it is of. */
function rowsOf(
  events: readonly LogEvent[],
  config: readonly DetectorRow[],
  name: MeasureName,
  variant: Variant = "atspm",
): readonly MeasureRow[] {
  const devices = [...new Set(events.map(({ device }) => device))].toSorted();
  return devices.flatMap((device) => {
    const configuration = configurationOfRows(device, config, { variant, keepMs: Number.POSITIVE_INFINITY });
    const measures = startMeasures(configuration, [name]);
    const own = events.filter((event) => event.device === device);
    for (const { at, code, parameter } of own) {
      if (parameter !== null) measures.next({ at, code, parameter });
    }
    measures.end();
    const from = Math.floor((own[0]?.at ?? 0) / QUARTER_MS) * QUARTER_MS;
    const window = { from, to: (own.at(-1)?.at ?? 0) + 60_000, binMs: QUARTER_MS };
    return measures.result(name, window).map((row) => ({ device, ...row }));
  });
}

const KEYS = ["device", "from", "phase", "approach", "counted"];

function keyOf(row: MeasureRow): string {
  return JSON.stringify(KEYS.map((key) => row[key] ?? null));
}

/** Golden rows are rounded to six decimals. */
const ROUNDING = 1e-5;

/** Every column that golden rows have; rows in which nothing happened are in no golden file. */
function compare(rows: readonly MeasureRow[], golden: readonly MeasureRow[], told: string): void {
  const happened = new Map(
    rows.filter((row) => row[told] !== 0 && row[told] !== null).map((row) => [keyOf(row), row]),
  );
  const expected = golden.filter((row) => row[told] !== 0);
  expect(expected.length).toBeGreaterThan(0);
  expect([...happened.keys()].toSorted()).toEqual(expected.map(keyOf).toSorted());
  for (const row of expected) {
    const found = happened.get(keyOf(row)) ?? {};
    const differing = Object.entries(row).filter(([column, value]) => !isSame(found[column], value));
    expect({ row: keyOf(row), found: differing.map(([column]) => [column, found[column]]) }).toEqual({
      row: keyOf(row),
      found: differing.map(([column, value]) => [column, value, "differs"]),
    });
  }
}

function isSame(found: MeasureRow[string] | undefined, expected: MeasureRow[string]): boolean {
  if (typeof found !== "number" || typeof expected !== "number") return found === expected;
  return Math.abs(found - expected) < ROUNDING;
}

const ENDS = ["gapOuts", "maxOuts", "forceOffs", "unknown", "walks"];

function withSum(row: MeasureRow): MeasureRow {
  return { ...row, any: ENDS.reduce((sum, column) => sum + Number(row[column]), 0) };
}

function compareTerminations(rows: readonly MeasureRow[], golden: readonly MeasureRow[]): void {
  compare(rows.map(withSum), golden.map(withSum), "any");
}

describe.skipIf(logsMissing !== undefined)(
  withLogs("Oregon's three hours equal the SQL of the golden files"),
  () => {
    let events: readonly LogEvent[] = [];
    let config: readonly DetectorRow[] = [];
    beforeAll(async () => {
      ({ events } = await ingestFiles([OREGON_LOG]));
      config = oregonDetectors();
    });

    it.each([
      ["aog", "arrivals"],
      ["approach-delay", "vehicles"],
      ["pedestrian-delay", "services"],
      ["approach-volume", "vehicles"],
      ["yellow-red", "cycles"],
      ["phase-wait", "services"],
    ] as const)("%s", (name, told) => {
      compare(rowsOf(events, config, name), goldenRows(`odot.${name}`), told);
    });

    it("terminations", () => {
      compareTerminations(rowsOf(events, config, "terminations"), goldenRows("odot.terminations"));
    });

    it("split failures, of both variants", () => {
      const udot = new Map(
        rowsOf(events, config, "split-failure", "udot").map((row) => [keyOf(row), row["failures"] ?? null]),
      );
      const both = rowsOf(events, config, "split-failure").map((row) => ({
        ...row,
        failuresUdot: udot.get(keyOf(row)) ?? null,
      }));
      compare(both, goldenRows("odot.split-failure"), "cycles");
    });
  },
);

async function eventsOf(file: string): Promise<readonly LogEvent[]> {
  return (await ingestFiles([join(LOGS, "udot", file)])).events;
}

function detector(phase: number): DetectorRow {
  return { device: "7115", phase, function: "Advance", parameter: phase };
}

describe.skipIf(logsMissing !== undefined)(
  withLogs("Utah's samples equal the SQL of the golden files"),
  () => {
    it("terminations of location 7115, an Econolite and a MaxTime controller", async () => {
      const files = [
        ["7115TerminationData.csv", "utah-7115-terminations"],
        ["4895_ECON_2024_02_21_1115.dat", "utah-econolite"],
        ["638572533917628534.xml", "utah-maxtime"],
      ] as const;
      for (const [file, golden] of files) {
        const rows = rowsOf(await eventsOf(file), [], "terminations");
        compareTerminations(rows, goldenRows(`${golden}.terminations`));
      }
    });

    it("approach volumes of location 7115, whose file has one detector after the other", async () => {
      const events = (await eventsOf("ApproachVolumeTestLogs.csv")).toSorted(
        (left, right) => left.at - right.at,
      );
      const rows = rowsOf(events, [detector(2), detector(6)], "approach-volume");
      // At 10:00:00.0 the file ends: of that bin nothing is known but its first event.
      const end = Date.UTC(2023, 3, 17, 10);
      expect(rows.filter(({ from }) => from === end).map(({ vehicles }) => vehicles)).toEqual([null, null]);
      const golden = goldenRows("utah-7115-volumes.approach-volume").filter(({ from }) => from !== end);
      compare(rows, golden, "vehicles");
    });

    it("pedestrian delay and phase wait of the MaxTime and the Econolite controller", async () => {
      const maxtime = await eventsOf("638572533917628534.xml");
      compare(
        rowsOf(maxtime, [], "pedestrian-delay"),
        goldenRows("utah-maxtime.pedestrian-delay"),
        "services",
      );
      compare(rowsOf(maxtime, [], "phase-wait"), goldenRows("utah-maxtime.phase-wait"), "services");
      const econolite = await eventsOf("4895_ECON_2024_02_21_1115.dat");
      compare(rowsOf(econolite, [], "phase-wait"), goldenRows("utah-econolite.phase-wait"), "services");
    });
  },
);
