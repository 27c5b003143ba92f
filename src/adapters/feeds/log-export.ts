import type { LocalClock } from "./local-clock.ts";
import { clockText } from "./clock-text.ts";
import type { LogEvent } from "./log-record.ts";

/** Who reads the file: UDOT's ATSPM, or the Python package `atspm`. */
export const EXPORT_FORMATS = ["atspm", "udot"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_HEADERS: Readonly<Record<ExportFormat, string>> = {
  atspm: "TimeStamp,DeviceId,EventId,Parameter",
  udot: "Location Id,Timestamp,Event Code,Event Parameter",
};

/** An event as a line of the format, its time on the local clock to the millisecond; -1 where there is no parameter. */
export function exportLine(
  format: ExportFormat,
  { device, at, code, parameter }: LogEvent,
  clock: LocalClock,
): string {
  const time = clockText(clock.localMsOf(at), 3);
  if (format === "atspm") return `${time},${device},${code},${parameter ?? -1}`;
  return `${device},${monthFirst(time)},${code},${parameter ?? -1}`;
}

/** `2024-05-13 07:05:09.200` as `5/13/2024 7:05:09.200`. */
function monthFirst(time: string): string {
  const [date = "", clock = ""] = time.split(" ");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${Number(month)}/${Number(day)}/${year} ${clock.replace(/^0/, "")}`;
}
