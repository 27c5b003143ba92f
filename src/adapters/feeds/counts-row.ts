import { err, ok, type Result } from "../../result.ts";
import { DAY_MS, MINUTE_MS } from "../../units.ts";

/** What a value should have been. */
export type RowFault = { readonly found: string; readonly allowed: string };

/** One count as it stands in the file. */
export type RawCount = {
  readonly series: string;
  /** What reports together: a slot with any row of the group is one in which the group was at work. */
  readonly group: string;
  readonly date: RawDate;
  readonly minuteOfDay: number;
  readonly count: number;
  /** Whether the file itself says that nothing of it was measured. */
  readonly unobserved: boolean;
};

/** A date whose order of day and month the row alone may not show. */
export type RawDate = { readonly first: number; readonly second: number; readonly year: number };

export type CountFormat = {
  readonly name: "pems" | "odot";
  readonly columns: number;
  /** Whether dates may be written with either the day or the month first. */
  readonly ambiguousDates: boolean;
  /** Whether a detector without a row counted nobody, if its group has one. */
  readonly zeroWithoutRow: boolean;
  readonly read: (cells: readonly string[]) => Result<readonly RawCount[], RowFault>;
};

const COUNT_MAX = 100_000;

const ODOT_HEADER = ["TimeStamp", "DeviceId", "Detector", "Total"];

/** The format that a header announces; `undefined` for one that is not known. */
export function formatOf(header: readonly string[]): CountFormat | undefined {
  if (header.length === ODOT_HEADER.length && header.every((cell, index) => cell === ODOT_HEADER[index])) {
    return odotFormat();
  }
  const lanes = header.flatMap((cell, column) => {
    const [, name] = /^(.*Flow) \(Veh\/\d+ Minutes?\)$/i.exec(cell) ?? [];
    return name === undefined ? [] : [{ column, name: name.trim() }];
  });
  if (!/^\d+ Minutes?$/i.test(header[0] ?? "") || lanes.length === 0) return undefined;
  return pemsFormat(header.length, lanes, header.indexOf("% Observed"));
}

export const HEADERS_KNOWN = `"${ODOT_HEADER.join(",")}", or "5 Minutes,Lane 1 Flow (Veh/5 Minutes),…"`;

function odotFormat(): CountFormat {
  return {
    name: "odot",
    columns: ODOT_HEADER.length,
    ambiguousDates: false,
    zeroWithoutRow: true,
    read: ([time = "", device = "", detector = "", total = ""]) => {
      const at = isoTime(time);
      if (at === undefined) return err({ found: time, allowed: "a time YYYY-MM-DD HH:MM:SS" });
      const count = countOf(total);
      if (count === undefined) return err(countFault(total));
      if (device === "" || detector === "") {
        return err({ found: `${device}/${detector}`, allowed: "a DeviceId and a Detector" });
      }
      return ok([{ series: `${device}/${detector}`, group: device, ...at, count, unobserved: false }]);
    },
  };
}

function pemsFormat(
  columns: number,
  lanes: readonly { readonly column: number; readonly name: string }[],
  observedColumn: number,
): CountFormat {
  return {
    name: "pems",
    columns,
    ambiguousDates: true,
    zeroWithoutRow: false,
    read: (cells) => {
      const time = cells[0] ?? "";
      const at = slashTime(time);
      if (at === undefined) return err({ found: time, allowed: "a time DD/MM/YYYY H:MM or MM/DD/YYYY H:MM" });
      const unobserved = observedColumn >= 0 && Number(cells[observedColumn]) === 0;
      const counts: RawCount[] = [];
      for (const { column, name } of lanes) {
        const count = countOf(cells[column] ?? "");
        if (count === undefined) return err(countFault(cells[column] ?? ""));
        counts.push({ series: name, group: name, ...at, count, unobserved });
      }
      return ok(counts);
    },
  };
}

function countOf(text: string): number | undefined {
  const count = text.trim() === "" ? Number.NaN : Number(text);
  return count >= 0 && count <= COUNT_MAX ? count : undefined;
}

function countFault(found: string): RowFault {
  return { found, allowed: `a count from 0 to ${COUNT_MAX}` };
}

type RawTime = Pick<RawCount, "date" | "minuteOfDay">;

function isoTime(text: string): RawTime | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.0+)?$/.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number);
  return rawTime({ first: day ?? 0, second: month ?? 0, year: year ?? 0 }, hour, minute, second);
}

function slashTime(text: string): RawTime | undefined {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const [first, second, year, hour, minute, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  return rawTime({ first: first ?? 0, second: second ?? 0, year: year ?? 0 }, hour, minute, seconds);
}

function rawTime(date: RawDate, hour = 0, minute = 0, second = 0): RawTime | undefined {
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return { date, minuteOfDay: hour * 60 + minute + second / 60 };
}

/** Days since 1 January 1970; `undefined` for a date that is not in the calendar. */
export function dayNumberOf({ first, second, year }: RawDate, dayFirst: boolean): number | undefined {
  const [day, month] = dayFirst ? [first, second] : [second, first];
  if (month < 1 || month > 12 || day < 1) return undefined;
  const at = Date.UTC(year, month - 1, day);
  // The 31st of a month of 30 days would be the first of the next one.
  const firstOfNext = Date.UTC(year, month, 1);
  return at < firstOfNext ? at / DAY_MS : undefined;
}

export const MINUTES_PER_DAY = DAY_MS / MINUTE_MS;
