import { PhasewiseError } from "../../errors.ts";
import { showFound } from "../../model/fault.ts";
import type { InstantMs } from "../../units.ts";
import { createEventOrder, ORDER_BOUND_MS } from "./event-order.ts";
import type { LocalClock } from "./local-clock.ts";
import { type LogFile, type LogFormat, readLogFile } from "./log-file.ts";
import type { LogEvent, LogRecord, LogSink } from "./log-record.ts";
import {
  addTally,
  count,
  GAP_MS,
  type LogTally,
  startTally,
  tallyEvent,
  tallyJump,
  tallyLimit,
  tallyRejection,
} from "./log-tally.ts";

export type IngestOptions = {
  readonly clock: LocalClock;
  readonly format: LogFormat | undefined;
  readonly device: string | undefined;
  /** Takes each event once: those of a controller in order. */
  readonly take: (event: LogEvent) => void;
  readonly progress: (path: string, bytesRead: number, bytes: number, events: number) => void;
};

/** What became of one file: read, with what it came to, or why it could not be. */
export type IngestedFile =
  | ({ readonly path: string; readonly tally: LogTally } & LogFile)
  | { readonly path: string; readonly refused: string };

export type Ingest = { readonly files: readonly IngestedFile[]; readonly total: LogTally };

/**
 * Reads logs one after the other, as given, and hands on their events with order restored (`event-order.ts`). A controller's log
 * goes on from one file to the next. A file that cannot be read is told, and the others are read.
 */
export async function ingestLogs(paths: readonly string[], options: IngestOptions): Promise<Ingest> {
  const order = createEventOrder(options.take);
  const files: IngestedFile[] = [];
  const total = startTally();
  for (const path of paths) {
    const tally = startTally();
    try {
      const file = await readLogFile({
        path,
        format: options.format,
        device: options.device,
        sink: intake(tally, order, options.clock),
        progress: (bytesRead, bytes) => options.progress(path, bytesRead, bytes, tally.events),
      });
      files.push({ path, tally, ...file });
      addTally(total, tally);
    } catch (cause) {
      if (!(cause instanceof PhasewiseError) || cause.exitCode !== 2) throw cause;
      files.push({ path, refused: cause.message });
    }
  }
  order.flush();
  return { files, total };
}

/** Gives a file's records their instants, puts them in order, and counts. */
function intake(tally: LogTally, order: ReturnType<typeof createEventOrder>, clock: LocalClock): LogSink {
  const instantOf = (localMs: number, latest: InstantMs | undefined): InstantMs => {
    const { first, second, exists } = clock.instantsOf(localMs);
    if (!exists) tally.timesLeftOut += 1;
    if (second === undefined) return first;
    tally.timesTwice += 1;
    // In the hour that comes twice a log goes on: the second time, where the first would be a step back.
    return latest !== undefined && first < latest - ORDER_BOUND_MS ? second : first;
  };

  const record = (
    { device, localMs, code, parameter, place, unit }: LogRecord,
    clockFormat: string,
  ): void => {
    const limit = tallyLimit(tally, device);
    if (limit !== undefined) {
      tallyRejection(tally, { place: `${unit} ${place}`, found: showFound(device), allowed: limit });
      return;
    }
    const latest = order.latestOf(device);
    const at = instantOf(localMs, latest);
    const event = { device, at, code, parameter };
    count(tally.clockFormats, clockFormat, 1);
    const verdict = order.accept(event);
    tallyEvent(tally, event, verdict);
    if (latest !== undefined && (at - latest > GAP_MS || verdict === "tooLate")) {
      tallyJump(tally, { device, from: latest, to: at }, verdict);
    }
  };

  return {
    record,
    reject: (rejection) => tallyRejection(tally, rejection),
    wrapped: () => {
      tally.counterWraps += 1;
    },
    cut: () => {
      tally.timesCut += 1;
    },
  };
}
