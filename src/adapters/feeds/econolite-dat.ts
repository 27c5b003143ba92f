import { CLOCK_ALLOWED, type ClockTime, parseClock } from "./clock-text.ts";
import type { LogReader, LogSink } from "./log-record.ts";

/** The last line of the header has this; a log is known by it. */
export const ECONOLITE_HEADER_END = "Phases in use:";
const BEGINNING = "Controller Data Log Beginning:,";

/** Seven short lines; real ones have less than 500 bytes. */
const HEADER_LENGTH_MAX = 4_096;

const RECORD_BYTES = 4;
const TENTH_MS = 100;
/** Tenths of a second after which the 16-bit counter begins again: 6,553.6 s. */
const COUNTER_RANGE = 65_536;
/** A record this little before the counter's turn that comes after it is late; the next turn is not so near. */
const LATE_TENTHS_MAX = 100;

const HEADER_ALLOWED = `a header of at most ${HEADER_LENGTH_MAX} bytes that ends with the line "${ECONOLITE_HEADER_END}"`;
const BEGINNING_ALLOWED = `the header's line "${BEGINNING}M/D/YYYY,H:MM:SS.f"`;
const RECORD_ALLOWED = `records of ${RECORD_BYTES} bytes`;

/**
 * Reads Econolite's binary log, unpacked: header lines, then records of one byte code, one byte parameter and two bytes (the
 * higher one first) tenths of a second since the time in the header. The counter goes back to zero after 6,553.5 s: a step back
 * by more than half of its range is taken for that, a smaller one for a record that came late. Nothing can show that the
 * controller was silent for a whole turn of the counter. The header's lines carry addresses and are never shown.
 */
export function createEconoliteReader(sink: LogSink, device: string): LogReader {
  let header: string | undefined = "";
  let beginning: ClockTime | undefined;
  let format = "";
  let offset = 0;
  let rest: Uint8Array = new Uint8Array();
  let lastTenths = 0;
  let turns = 0;

  const reject = (found: string, allowed: string): void =>
    sink.reject({ place: `byte ${offset}`, found, allowed });

  /** Takes the header's bytes; returns those behind it. */
  const takeHeader = (bytes: Uint8Array, before: string): Uint8Array => {
    const text = before + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
    const mark = text.slice(0, HEADER_LENGTH_MAX).indexOf(ECONOLITE_HEADER_END);
    const end = mark < 0 ? -1 : text.indexOf("\n", mark);
    if (end < 0) {
      header = text.length <= HEADER_LENGTH_MAX ? text : undefined;
      if (header === undefined) reject("no such line", HEADER_ALLOWED);
      return bytes.subarray(bytes.length);
    }
    header = undefined;
    offset = end + 1;
    beginning = beginningOf(text.slice(0, end));
    if (beginning === undefined) {
      offset = 0;
      reject("another header", `${BEGINNING_ALLOWED}, ${CLOCK_ALLOWED}`);
    } else format = `${beginning.format} and tenths of a second since`;
    return bytes.subarray(end + 1 - before.length);
  };

  const takeRecord = (code: number, parameter: number, tenths: number, startMs: number): void => {
    if (lastTenths - tenths > COUNTER_RANGE / 2) {
      turns += 1;
      sink.wrapped();
    }
    const late = turns > 0 && tenths - lastTenths > COUNTER_RANGE - LATE_TENTHS_MAX;
    const sinceStart = tenths + (late ? turns - 1 : turns) * COUNTER_RANGE;
    if (!late) lastTenths = tenths;
    const localMs = startMs + sinceStart * TENTH_MS;
    sink.record({ device, localMs, code, parameter, place: offset, unit: "byte" }, format);
  };

  const takeRecords = (bytes: Uint8Array, startMs: number): void => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let at = 0;
    for (; at + RECORD_BYTES <= all.length; at += RECORD_BYTES) {
      const tenths = (all[at + 2] ?? 0) * 256 + (all[at + 3] ?? 0);
      takeRecord(all[at] ?? 0, all[at + 1] ?? 0, tenths, startMs);
      offset += RECORD_BYTES;
    }
    // A copy: what a stream hands over is not ours to keep.
    rest = Uint8Array.from(all.subarray(at));
  };

  return {
    write: (bytes) => {
      const records = header === undefined ? bytes : takeHeader(bytes, header);
      if (beginning !== undefined) takeRecords(records, beginning.localMs);
    },
    end: () => {
      if (header !== undefined) reject("the end of the file", HEADER_ALLOWED);
      else if (rest.length > 0) reject(`${rest.length} bytes`, RECORD_ALLOWED);
    },
  };
}

function beginningOf(header: string): ClockTime | undefined {
  const line = header.split("\n").find((one) => one.includes(BEGINNING));
  const [date = "", time = ""] = line?.slice(line.indexOf(BEGINNING) + BEGINNING.length).split(",") ?? [];
  return parseClock(`${date} ${time.trimEnd()}`);
}
