import type { DeviceReport, FileReport, FindingsReport } from "../adapters/feeds/ingest-report.ts";
import type { IngestResult } from "./ingest.ts";

/** Rows of a table that are shown; the JSON has all. */
const ROWS_MAX = 40;
const CODES_MAX = 8;

/** The report as a person reads it. */
export function ingestTable(result: IngestResult): string {
  const { files, total } = result;
  const found = [
    "",
    table(
      [
        "device",
        "events",
        "on 82",
        "off 81",
        "detectors",
        "on ≠ off",
        "green starts by phase",
        "other codes",
      ],
      total.devices.map(deviceRow),
    ),
    "",
    ...notes(result),
  ];
  return [
    table(
      ["file", "format", "events", "duplicates", "put right", "too late", "rejected", "from", "to"],
      [...files.map(fileRow), ...(files.length > 1 ? [findingsRow("total", "", total)] : [])],
    ),
    ...(total.events > 0 ? found : []),
    ...files.flatMap(rejections),
  ].join("\n");
}

function fileRow(file: FileReport): readonly string[] {
  if ("refused" in file) return [file.file, "refused"];
  return findingsRow(file.file, file.packed ? `${file.format}, packed` : file.format, file);
}

function findingsRow(name: string, format: string, found: FindingsReport): readonly string[] {
  const { events, duplicates, outOfOrder, rejected, from, to } = found;
  const numbers = [events, duplicates, outOfOrder.putRight, outOfOrder.tooLate, rejected];
  return [name, format, ...numbers.map(grouped), from ?? "-", to ?? "-"];
}

function deviceRow({
  device,
  events,
  codes,
  greenStarts,
  detectors,
  unequalOnOff,
}: DeviceReport): readonly string[] {
  const others = Object.entries(codes)
    .filter(([code]) => code !== "81" && code !== "82")
    .toSorted(([, left], [, right]) => right - left);
  const more = others.length > CODES_MAX ? `, ${others.length - CODES_MAX} more` : "";
  return [
    device,
    grouped(events),
    grouped(codes["82"] ?? 0),
    grouped(codes["81"] ?? 0),
    String(detectors),
    String(unequalOnOff.length),
    listed(Object.entries(greenStarts)),
    `${listed(others.slice(0, CODES_MAX))}${more}`,
  ];
}

/** One sentence for whatever was met and is not in the tables. */
function notes({ total, timeZone, timeZoneAssumed, counts, eventsFile }: IngestResult): readonly string[] {
  const { beyondIndiana, outOfOrder, gaps, gapExamples, detectors, detectorsUnequalOnOff } = total;
  const assumed = timeZoneAssumed ? ", which is assumed: say --time-zone" : "";
  const [gap] = gapExamples;
  const [back] = outOfOrder.tooLateExamples;
  const said: readonly (readonly [told: boolean, text: string])[] = [
    [true, `Clock formats: ${listed(Object.entries(total.clockFormats))}. Time zone ${timeZone}${assumed}.`],
    [
      total.parameterMissing > 0,
      `Events with parameter -1, taken as none: ${grouped(total.parameterMissing)}.`,
    ],
    [
      beyondIndiana.events > 0,
      `Events beyond the Indiana enumerations: ${grouped(beyondIndiana.events)}; ${listed(Object.entries(beyondIndiana.codes))}.`,
    ],
    [
      detectorsUnequalOnOff > 0,
      `${detectorsUnequalOnOff} of ${detectors} detectors have other numbers of on than of off.`,
    ],
    [gaps > 0, `Gaps of more than 10 min: ${grouped(gaps)}${jumpText(gap)}.`],
    [
      outOfOrder.tooLate > 0,
      `Steps back by more than 5 s: ${grouped(outOfOrder.tooLate)}${jumpText(back)}. The log was read on from there; what comes twice that way is not known as a duplicate.`,
    ],
    [total.counterWraps > 0, `Turns of a counter of 6,553.6 s: ${grouped(total.counterWraps)}.`],
    [total.timesCutToMs > 0, `Times finer than a millisecond, and cut: ${grouped(total.timesCutToMs)}.`],
    [
      total.timesLeftOutByZone > 0,
      `Events in the hour that the zone leaves out: ${grouped(total.timesLeftOutByZone)}.`,
    ],
    [
      total.timesTwiceInZone > 0,
      `Events in the hour that the zone has twice: ${grouped(total.timesTwiceInZone)}.`,
    ],
    [eventsFile !== null, `${grouped(total.eventsKept)} events written to ${eventsFile}.`],
    [
      counts !== null,
      `${grouped(counts?.rows ?? 0)} counts of ${counts?.bin} written to ${counts?.file}; left out: bins that a log covers in part: ${counts?.binsInPart}, events that are in no bin: ${counts?.eventsLeftOut}.`,
    ],
  ];
  return said.flatMap(([told, text]) => (told ? [text] : []));
}

function jumpText(jump: FindingsReport["gapExamples"][number] | undefined): string {
  return jump === undefined ? "" : `, first device ${jump.device} from ${jump.from} to ${jump.to}`;
}

function rejections(file: FileReport): readonly string[] {
  if ("refused" in file || file.rejected === 0) return [];
  const examples = file.rejectedExamples;
  const rest = file.rejected - examples.length;
  return [
    "",
    ...examples.map(
      ({ place, found, allowed }) => `${file.file}, ${place}: found ${found}, allowed: ${allowed}`,
    ),
    ...(rest > 0 ? [`${file.file}: ${grouped(rest)} more like these`] : []),
  ];
}

function listed(entries: readonly (readonly [string, number])[]): string {
  return entries.length === 0 ? "-" : entries.map(([name, value]) => `${name}: ${grouped(value)}`).join(", ");
}

function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
}

/** Columns as wide as what they hold; numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = rows.slice(0, ROWS_MAX);
  const lines = [head, ...shown];
  const widths = head.map((_, column) => Math.max(...lines.map((row) => (row[column] ?? "").length)));
  const texts = lines.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return /^[\d,]+$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd(),
  );
  const rest = rows.length - shown.length;
  return [...texts, ...(rest > 0 ? [`… ${rest} more in the JSON`] : [])].join("\n");
}
