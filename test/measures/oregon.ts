import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DetectorRow } from "../../src/measures/atspm-configuration.ts";
import { LOGS, logsMissing } from "../adapters/feeds/ingest-files.ts";

/** A test's name, which says so where the data that it needs are not here. */
export function withLogs(name: string): string {
  return logsMissing === undefined ? name : `${name} (skipped: ${logsMissing})`;
}

/** The detectors of Oregon's three signals. */
export function oregonDetectors(): readonly DetectorRow[] {
  const [, ...lines] = readFileSync(join(LOGS, "odot_hires_3signals_config.csv"), "utf8")
    .trim()
    .split("\r\n");
  return lines.map((line) => {
    const [device = "", phase = "", name = "", parameter = ""] = line.split(",");
    return { device, phase: Number(phase), function: name, parameter: Number(parameter) };
  });
}
