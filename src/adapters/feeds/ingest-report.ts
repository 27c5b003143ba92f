import { byCodeUnit, instantMs, msToSeconds } from "../../units.ts";
import { clockText } from "./clock-text.ts";
import { byDevice } from "./detector-counts.ts";
import type { Ingest, IngestedFile } from "./ingest.ts";
import type { LocalClock } from "./local-clock.ts";
import { INDIANA_CODE_MAX, type Rejection } from "./log-record.ts";
import { count, type DeviceTally, type Jump, type LogTally } from "./log-tally.ts";

/** Counts by a number or a name; numbers in rising order. */
type Counts = Readonly<Record<string, number>>;

export type DeviceReport = {
  readonly device: string;
  /** Read, duplicates too. */
  readonly events: number;
  readonly duplicates: number;
  /** Local times of the earliest and the latest event. */
  readonly from: string;
  readonly to: string;
  readonly codes: Counts;
  /** Begins of green (code 1) by phase. */
  readonly greenStarts: Counts;
  /** Channels with events, and those among them with other numbers of on (82) than of off (81); the widest apart first. */
  readonly detectors: number;
  readonly unequalOnOff: readonly { readonly detector: number; readonly on: number; readonly off: number }[];
};

/** A jump in time, forward or back. */
type JumpReport = {
  readonly device: string;
  readonly from: string;
  readonly to: string;
  readonly seconds: number;
};

/** What one file, or all of them, came to. */
export type FindingsReport = {
  /** Read, duplicates too. */
  readonly events: number;
  /** Handed on: without duplicates. */
  readonly eventsKept: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly duplicates: number;
  readonly outOfOrder: {
    readonly putRight: number;
    readonly tooLate: number;
    /** From the latest event of the controller back to the one that came too late. */
    readonly tooLateExamples: readonly JumpReport[];
  };
  /** Lines, elements or records that are no event. */
  readonly rejected: number;
  readonly rejectedBy: Counts;
  readonly rejectedExamples: readonly Rejection[];
  readonly clockFormats: Counts;
  readonly parameterMissing: number;
  readonly beyondIndiana: { readonly events: number; readonly codes: Counts };
  readonly timesCutToMs: number;
  readonly timesLeftOutByZone: number;
  readonly timesTwiceInZone: number;
  readonly counterWraps: number;
  readonly detectors: number;
  readonly detectorsUnequalOnOff: number;
  readonly gaps: number;
  readonly gapExamples: readonly JumpReport[];
  readonly devices: readonly DeviceReport[];
};

export type FileReport =
  | { readonly file: string; readonly refused: string }
  | ({
      readonly file: string;
      readonly format: string;
      readonly packed: boolean;
      readonly bytes: number;
    } & FindingsReport);

export type IngestReport = {
  readonly timeZone: string;
  readonly files: readonly FileReport[];
  readonly total: FindingsReport;
};

export function ingestReport({ files, total }: Ingest, clock: LocalClock): IngestReport {
  return {
    timeZone: clock.timeZone,
    files: files.map((file) => fileReport(file, clock)),
    total: findings(total, clock),
  };
}

function fileReport(file: IngestedFile, clock: LocalClock): FileReport {
  if ("refused" in file) return { file: file.path, refused: file.refused };
  const { path, format, packed, bytes, tally } = file;
  return { file: path, format, packed, bytes, ...findings(tally, clock) };
}

function findings(tally: LogTally, clock: LocalClock): FindingsReport {
  const text = (at: number): string => clockText(clock.localMsOf(instantMs(at)), 3);
  const jumpReport = ({ device, from, to }: Jump): JumpReport => ({
    device,
    from: text(from),
    to: text(to),
    seconds: msToSeconds(to - from),
  });
  const devices = [...tally.devices]
    .toSorted(([left], [right]) => byDevice(left, right))
    .map(([device, own]) => deviceReport(device, own, text));
  const codes = new Map<number, number>();
  for (const own of tally.devices.values()) {
    for (const [code, events] of own.codes) if (code > INDIANA_CODE_MAX) count(codes, code, events);
  }
  const spans = [...tally.devices.values()];
  const limit = (ends: readonly number[], of: (...ends: readonly number[]) => number): string | null =>
    ends.length === 0 ? null : text(of(...ends));
  return {
    events: tally.events,
    eventsKept: tally.events - tally.duplicates,
    from: limit(
      spans.map(({ from }) => from),
      Math.min,
    ),
    to: limit(
      spans.map(({ to }) => to),
      Math.max,
    ),
    duplicates: tally.duplicates,
    outOfOrder: {
      putRight: tally.putRight,
      tooLate: tally.tooLate,
      tooLateExamples: tally.backExamples.map(jumpReport),
    },
    rejected: tally.rejected,
    rejectedBy: countsOf(tally.rejectedBy),
    rejectedExamples: tally.examples,
    clockFormats: countsOf(tally.clockFormats),
    parameterMissing: tally.parameterMissing,
    beyondIndiana: { events: tally.beyondIndiana, codes: countsOf(codes) },
    timesCutToMs: tally.timesCut,
    timesLeftOutByZone: tally.timesLeftOut,
    timesTwiceInZone: tally.timesTwice,
    counterWraps: tally.counterWraps,
    detectors: devices.reduce((sum, { detectors }) => sum + detectors, 0),
    detectorsUnequalOnOff: devices.reduce((sum, { unequalOnOff }) => sum + unequalOnOff.length, 0),
    gaps: tally.gaps,
    gapExamples: tally.gapExamples.map(jumpReport),
    devices,
  };
}

function deviceReport(device: string, own: DeviceTally, text: (at: number) => string): DeviceReport {
  const { events, duplicates, from, to, codes, greenStarts, detectors } = own;
  const unequalOnOff = [...detectors]
    .flatMap(([detector, { on, off }]) => (on === off ? [] : [{ detector, on, off }]))
    .toSorted(
      (left, right) =>
        Math.abs(right.on - right.off) - Math.abs(left.on - left.off) || left.detector - right.detector,
    );
  return {
    device,
    events,
    duplicates,
    from: text(from),
    to: text(to),
    codes: countsOf(codes),
    greenStarts: countsOf(greenStarts),
    detectors: detectors.size,
    unequalOnOff,
  };
}

/** In an object, numbers come in rising order by themselves. */
function countsOf(counts: ReadonlyMap<number | string, number>): Counts {
  return Object.fromEntries(
    [...counts].toSorted(([left], [right]) => byCodeUnit(String(left), String(right))),
  );
}
