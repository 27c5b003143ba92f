import { showFound } from "../../model/fault.ts";
import { CLOCK_ALLOWED, type ClockTime, parseClock } from "./clock-text.ts";
import { createLineSplitter, LINE_LENGTH_MAX } from "./line-splitter.ts";
import { DEVICE_ALLOWED, isDevice, type LogReader, type LogSink, readFields } from "./log-record.ts";

/** Column of each field. */
type Columns = {
  readonly time: number;
  readonly device: number;
  readonly code: number;
  readonly parameter: number;
};

const COLUMNS = 4;

/** Names of the columns without case and spaces: Oregon's, Utah's, and those of Utah's older tables. */
const COLUMN_NAMES: Readonly<Record<keyof Columns, readonly string[]>> = {
  time: ["timestamp"],
  device: ["deviceid", "locationid", "signalid"],
  code: ["eventid", "eventcode"],
  parameter: ["parameter", "eventparameter", "eventparam"],
};

const DEVICE_FIRST: Columns = { device: 0, time: 1, code: 2, parameter: 3 };
const TIME_FIRST: Columns = { time: 0, device: 1, code: 2, parameter: 3 };

const LINE_ALLOWED = "four values with commas between them: device, time, event code, parameter";
const LENGTH_ALLOWED = `a line of at most ${LINE_LENGTH_MAX} bytes`;

/** UTF-8's byte order mark, one character a byte. */
const BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

/** Whether a line is the header of a log, or one of its records. */
export function isLogCsvLine(line: string): boolean {
  const fields = withoutMark(line.trimEnd()).split(",");
  return headerColumns(fields) !== undefined || recordColumns(fields) !== undefined;
}

/**
 * Reads a log as CSV: with a header of the four columns in any order, or without one (then the time is the first or the second
 * column). A header may come again, where files were joined. What is no record is rejected with its line, and the lines after
 * it are read.
 */
export function createLogCsvReader(sink: LogSink): LogReader {
  let columns: Columns | undefined;
  let lastText = "";
  let lastTime: ClockTime | undefined;

  const reject = (number: number, found: string, allowed: string): void =>
    sink.reject({ place: `line ${number}`, found: showFound(found), allowed });

  const timeOf = (text: string): ClockTime | undefined => {
    // Several events share a tenth of a second.
    if (text === lastText) return lastTime;
    lastText = text;
    lastTime = parseClock(text);
    return lastTime;
  };

  const record = (fields: readonly string[], number: number, by: Columns): void => {
    const text = fields[by.time] ?? "";
    const device = fields[by.device] ?? "";
    const time = timeOf(text);
    if (time === undefined) return reject(number, text, CLOCK_ALLOWED);
    if (!isDevice(device)) return reject(number, device, DEVICE_ALLOWED);
    const values = readFields(fields[by.code] ?? "", fields[by.parameter] ?? "");
    if ("allowed" in values) return sink.reject({ place: `line ${number}`, ...values });
    if (time.cut) sink.cut();
    const { code, parameter } = values;
    sink.record({ device, localMs: time.localMs, code, parameter, place: number, unit: "line" }, time.format);
  };

  return createLineSplitter({
    line: (raw, number) => {
      const line = number === 1 ? withoutMark(raw) : raw;
      if (line.trim() === "") return;
      const fields = line.split(",");
      const named = headerColumns(fields);
      if (named !== undefined) {
        columns = named;
        return;
      }
      columns ??= recordColumns(fields);
      if (columns === undefined || fields.length !== COLUMNS) reject(number, line, LINE_ALLOWED);
      else record(fields, number, columns);
    },
    tooLong: (begin, number) => reject(number, begin, LENGTH_ALLOWED),
  });
}

function withoutMark(line: string): string {
  return line.startsWith(BYTE_ORDER_MARK) ? line.slice(BYTE_ORDER_MARK.length) : line;
}

function headerColumns(fields: readonly string[]): Columns | undefined {
  // No header begins with a digit: most lines need not be looked at.
  const first = (fields[0] ?? "").charCodeAt(0);
  if (fields.length !== COLUMNS || (first >= 48 && first <= 57)) return undefined;
  const names = fields.map((field) => field.replaceAll(" ", "").toLowerCase());
  const columnOf = (name: keyof Columns): number =>
    names.findIndex((one) => COLUMN_NAMES[name].includes(one));
  const columns = {
    time: columnOf("time"),
    device: columnOf("device"),
    code: columnOf("code"),
    parameter: columnOf("parameter"),
  };
  return Object.values(columns).includes(-1) ? undefined : columns;
}

/** The columns of a log without header, by where the time stands. */
function recordColumns(fields: readonly string[]): Columns | undefined {
  if (fields.length !== COLUMNS) return undefined;
  if (parseClock(fields[1] ?? "") !== undefined) return DEVICE_FIRST;
  return parseClock(fields[0] ?? "") === undefined ? undefined : TIME_FIRST;
}
