import { join } from "node:path";
import { assert, asyncProperty, constant, nat, option, record, uniqueArray } from "fast-check";
import { describe, expect, it } from "vitest";
import { createLocalClock } from "../../../src/adapters/feeds/local-clock.ts";
import { EXPORT_FORMATS, EXPORT_HEADERS, exportLine } from "../../../src/adapters/feeds/log-export.ts";
import type { LogEvent } from "../../../src/adapters/feeds/log-record.ts";
import { createTextFile } from "../../../src/adapters/feeds/text-file.ts";
import { instantMs } from "../../../src/units.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { ingestFiles, logsMissing, OREGON_LOG } from "./ingest-files.ts";

async function backFrom(
  format: (typeof EXPORT_FORMATS)[number],
  events: readonly LogEvent[],
  timeZone: string,
) {
  const path = join(await temporaryFolder(), "events.csv");
  const file = createTextFile(path);
  file.line(EXPORT_HEADERS[format]);
  const clock = createLocalClock(timeZone);
  for (const one of events) file.line(exportLine(format, one, clock));
  file.close();
  return await ingestFiles([path], { timeZone });
}

const event: LogEvent = {
  device: "ash",
  at: instantMs(Date.UTC(2026, 0, 5, 7, 5, 9, 200)),
  code: 82,
  parameter: 3,
};

describe.each(EXPORT_FORMATS)("events for %s", (format) => {
  it("are lines as it reads them", () => {
    const lines = { atspm: "2026-01-05 00:05:09.200,ash,82,3", udot: "ash,1/5/2026 0:05:09.200,82,3" };
    expect(exportLine(format, event, createLocalClock("America/Denver"))).toBe(lines[format]);
    const missing = exportLine(format, { ...event, parameter: null }, createLocalClock("UTC"));
    expect(missing.endsWith(",82,-1")).toBe(true);
  });

  it("come back as they were, whatever they are", async () => {
    const begin = Date.UTC(2026, 0, 1);
    const events = uniqueArray(
      record({
        device: constant("x_1"),
        at: nat(30 * 86_400_000).map((ms) => instantMs(begin + ms)),
        code: nat(65_534),
        parameter: option(nat(65_535)),
      }),
      { selector: ({ at }) => at, minLength: 1, maxLength: 20 },
    );
    await assert(
      asyncProperty(events, async (drawn) => {
        const sorted = drawn.toSorted((left, right) => left.at - right.at);
        expect((await backFrom(format, sorted, "America/Denver")).events).toEqual(sorted);
      }),
      { numRuns: 25 },
    );
  });

  it.skipIf(logsMissing !== undefined)(
    `of Oregon's log come back as they were${logsMissing === undefined ? "" : ` (skipped: ${logsMissing})`}`,
    async () => {
      const { events } = await ingestFiles([OREGON_LOG]);
      const again = await backFrom(format, events, "UTC");
      expect(again.events).toHaveLength(245_917);
      // Each controller's log has an order of its own.
      for (const device of ["227", "452", "454"]) {
        const [own, back] = [events, again.events].map((all) => all.filter((one) => one.device === device));
        expect(JSON.stringify(back) === JSON.stringify(own)).toBe(true);
      }
    },
  );
});
