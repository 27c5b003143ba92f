import { beforeAll, describe, expect, it } from "vitest";
import type { LogEvent } from "../../src/adapters/feeds/log-record.ts";
import { configurationOfRows } from "../../src/measures/atspm-configuration.ts";
import { MEASURE_NAMES, type MeasureName } from "../../src/measures/catalog.ts";
import { startMeasures } from "../../src/measures/intersection-measures.ts";
import type { MeasureRow } from "../../src/measures/measure.ts";
import { PLAN_CODES } from "../../src/measures/splits.ts";
import { COOL_DOWN_MS, WARM_UP_MS } from "../../src/server/measures.ts";
import { ingestFiles, logsMissing, OREGON_LOG } from "../adapters/feeds/ingest-files.ts";
import { oregonDetectors, withLogs } from "./oregon.ts";

/** The second of the log's three hours. */
const FROM = Date.UTC(2024, 4, 13, 16);
const TO = FROM + 3_600_000;
const WINDOW = { from: FROM, to: TO, binMs: 900_000 };

type Own = { readonly at: number; readonly code: number; readonly parameter: number };

describe.skipIf(logsMissing !== undefined)(withLogs("a window of Oregon's log"), () => {
  let events: readonly Own[] = [];
  beforeAll(async () => {
    const ingested = await ingestFiles([OREGON_LOG]);
    events = ingested.events.flatMap(({ device, at, code, parameter }: LogEvent): readonly Own[] =>
      device === "454" && parameter !== null ? [{ at, code, parameter }] : [],
    );
  });

  const rowsOf = (own: readonly Own[], name: MeasureName, change: object = {}): readonly MeasureRow[] => {
    const options = { variant: "atspm" as const, keepMs: Number.POSITIVE_INFINITY };
    const configuration = { ...configurationOfRows("454", oregonDetectors(), options), ...change };
    const measures = startMeasures(configuration, [name]);
    for (const event of own) measures.next(event);
    measures.end();
    return measures.result(name, WINDOW);
  };

  it.each(MEASURE_NAMES)("%s: what the API reads of it gives what the whole log gives", (name) => {
    const read = events.filter(
      ({ at, code }) => at < TO + COOL_DOWN_MS && (at >= FROM - WARM_UP_MS || PLAN_CODES.includes(code)),
    );
    const whole = rowsOf(events, name);
    expect(rowsOf(read, name)).toEqual(
      name === "phase-termination" ? renumbered(whole, rowsOf(read, name)) : whole,
    );
    // And without what was before it, it does not: the warm-up is needed.
    expect(read.length).toBeLessThan(events.length * 0.6);
  });

  it("without events before it is not the same: cycles at its border are not whole", () => {
    const bare = events.filter(({ at }) => at >= FROM && at < TO);
    const differing = MEASURE_NAMES.filter(
      (name) => JSON.stringify(rowsOf(bare, name)) !== JSON.stringify(rowsOf(events, name)),
    );
    expect(differing).toEqual(expect.arrayContaining(["pcd", "split-failure-cycles", "phase-wait"]));
  });

  it("is the same live, asked again and again, and with old facts forgotten", () => {
    const options = { variant: "atspm" as const, keepMs: 3 * 3_600_000 };
    const measures = startMeasures(configurationOfRows("454", oregonDetectors(), options), MEASURE_NAMES);
    events.forEach((event, index) => {
      measures.next(event);
      if (index % 20_000 === 0) for (const name of MEASURE_NAMES) measures.result(name, WINDOW);
    });
    measures.end();
    for (const name of MEASURE_NAMES)
      expect([name, measures.result(name, WINDOW)]).toEqual([name, rowsOf(events, name)]);
  });
});

/** How many in a row goes further back than the warm-up: only that differs. */
function renumbered(whole: readonly MeasureRow[], read: readonly MeasureRow[]): readonly MeasureRow[] {
  return whole.map((row, place) => ({ ...row, consecutive: read[place]?.["consecutive"] ?? null }));
}
