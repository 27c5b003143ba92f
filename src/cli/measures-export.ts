import { resolve } from "node:path";
import { DETECTOR_CONFIG_HEADER } from "../adapters/feeds/detector-config-csv.ts";
import type { LocalClock } from "../adapters/feeds/local-clock.ts";
import { EXPORT_FORMATS, EXPORT_HEADERS, exportLine } from "../adapters/feeds/log-export.ts";
import type { LogEvent } from "../adapters/feeds/log-record.ts";
import { createTextFile } from "../adapters/feeds/text-file.ts";
import { PhasewiseError } from "../errors.ts";
import { rowsOfConfiguration } from "../measures/atspm-configuration.ts";
import type { MeasureConfiguration } from "../measures/configuration.ts";
import { type RawOptions, textOption } from "./options.ts";

/** Writes events on while they are read. */
export type LogExport = {
  readonly take: (event: LogEvent) => void;
  /** Ends the file and writes the detectors of these devices beside it; how many events, `null` where nothing was asked for. */
  readonly close: (devices: readonly string[]) => number | null;
};

/** `--export FORMAT=FILE`: the events, and `FILE` with `.detectors.csv` behind it for the detectors as `atspm` reads them. */
export function createLogExport(
  options: RawOptions,
  inputs: readonly string[],
  clock: LocalClock,
  configure: (device: string) => MeasureConfiguration,
): LogExport {
  const text = textOption(options, "export");
  if (text === undefined) return { take: () => undefined, close: () => null };
  const place = text.indexOf("=");
  const format = EXPORT_FORMATS.find((name) => name === text.slice(0, place));
  const path = text.slice(place + 1);
  if (format === undefined || path === "") {
    const allowed = EXPORT_FORMATS.map((name) => `${name}=FILE`).join(" or ");
    throw new PhasewiseError("OPTION_INVALID", `--export ${JSON.stringify(text)}: allowed is ${allowed}`);
  }
  if (inputs.some((input) => resolve(input) === resolve(path))) {
    throw new PhasewiseError("OPTION_INVALID", `--export ${text}: allowed is a file that is not read`);
  }
  const file = createTextFile(path);
  file.line(EXPORT_HEADERS[format]);
  let events = 0;
  return {
    take: (event) => {
      events += 1;
      file.line(exportLine(format, event, clock));
    },
    close: (devices) => {
      file.close();
      const detectors = createTextFile(`${path}.detectors.csv`);
      detectors.line(DETECTOR_CONFIG_HEADER);
      for (const row of devices.flatMap((device) => rowsOfConfiguration(configure(device)))) {
        detectors.line(`${row.device},${row.phase},${row.function},${row.parameter}`);
      }
      detectors.close();
      return events;
    },
  };
}
