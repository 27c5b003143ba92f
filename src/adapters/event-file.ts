import Type, { type Static } from "typebox";
import { shapeOf } from "../model/fault.ts";
import { IdSchema } from "../model/id.ts";
import { LogFrame } from "../protocol/frames.ts";
import { checkedLine, checkedLines } from "./checked-lines.ts";

/** Version of the file's lines. */
const EVENT_FILE_VERSION = 1;

const strict = { additionalProperties: false } as const;
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** First line of a file: how many events of each intersection the files before it hold. */
const HeaderSchema = Type.Object(
  { eventLog: Type.Literal(EVENT_FILE_VERSION), stored: Type.Record(Type.String(), Count) },
  strict,
);

/** Every other line: events of one intersection, numbered from `first` on. */
const RecordSchema = Type.Object({ of: IdSchema, first: Count, events: LogFrame.properties.events }, strict);

const HEADER = shapeOf(HeaderSchema);
const RECORD = shapeOf(RecordSchema);

export type EventRecord = Static<typeof RecordSchema>;

/** What a file says, as far as it is whole. */
export type EventFile = {
  /** Events stored by intersection: the header's counts, moved on by the records. `undefined`: not even the header is whole. */
  readonly stored: ReadonlyMap<string, number> | undefined;
  /** Bytes up to the end of the last whole line. */
  readonly wholeBytes: number;
  /** Bytes behind them: what a killed process was about to write. */
  readonly tornBytes: number;
  /** Whether a whole line stands behind one that is not: then this is no torn end, but damage. */
  readonly damaged: boolean;
};

export function headerLine(stored: ReadonlyMap<string, number>): string {
  return checkedLine({ eventLog: EVENT_FILE_VERSION, stored: Object.fromEntries(stored) });
}

export function recordLine(record: EventRecord): string {
  return checkedLine(record);
}

/** Reads a file of the event log; `each` is told every record of its whole part. */
export async function readEventFile(
  path: string,
  each: (record: EventRecord) => unknown = () => undefined,
): Promise<EventFile> {
  let stored: Map<string, number> | undefined;
  let wholeBytes = 0;
  let bytes = 0;
  let torn = false;
  let damaged = false;
  for await (const { value, endsAt } of checkedLines(path)) {
    bytes = endsAt;
    if (torn || value === undefined) {
      torn = true;
      damaged ||= value !== undefined;
    } else if (stored === undefined) {
      if (HEADER.accepts(value)) stored = new Map(Object.entries(value.stored));
      else torn = true;
    } else if (RECORD.accepts(value)) {
      stored.set(value.of, value.first + value.events.length);
      await each(value);
    } else torn = true;
    if (!torn) wholeBytes = bytes;
  }
  return { stored, wholeBytes, tornBytes: bytes - wholeBytes, damaged };
}
