/** What a controller's clock showed. */
export type ClockTime = {
  /** Milliseconds since 1970-01-01 00:00 on that clock. */
  readonly localMs: number;
  /** How it was written, as in `M/D/YYYY H:MM:SS.f`. */
  readonly format: string;
  /** Whether it was finer than a millisecond, and was cut to it. */
  readonly cut: boolean;
};

/** Beyond these a clock was never set. */
const YEAR_MIN = 1990;
const YEAR_MAX = 2099;

export const CLOCK_ALLOWED = `time: YYYY-MM-DD HH:MM:SS.f, M/D/YYYY H:MM:SS.f or M-D-YYYY H:MM:SS.f, years ${YEAR_MIN} to ${YEAR_MAX}`;

const YEAR_FIRST = /^(\d{4})-(\d{1,2})-(\d{1,2})[ T](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/;
const MONTH_FIRST = /^(\d{1,2})([/-])(\d{1,2})\2(\d{4}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/;

/**
 * A local time of a controller's log. Month before day unless the year comes first; leading zeros may be missing; up to nine
 * decimals. `undefined` where it is none.
 */
export function parseClock(text: string): ClockTime | undefined {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst !== null) {
    const [, year = "", month = "", day = "", hour = "", minute = "", second = "", decimals = ""] = yearFirst;
    const localMs = clockMs([year, month, day, hour, minute, second], decimals);
    return localMs === undefined
      ? undefined
      : { localMs, format: withDecimals("YYYY-MM-DD HH:MM:SS", decimals), cut: isCut(decimals) };
  }
  const monthFirst = MONTH_FIRST.exec(text);
  if (monthFirst === null) return undefined;
  const [, month = "", mark = "", day = "", year = "", hour = "", minute = "", second = "", decimals = ""] =
    monthFirst;
  const localMs = clockMs([year, month, day, hour, minute, second], decimals);
  return localMs === undefined
    ? undefined
    : {
        localMs,
        format: withDecimals(`M${mark}D${mark}YYYY H:MM:SS`, decimals),
        cut: isCut(decimals),
      };
}

type ClockParts = readonly [
  year: string,
  month: string,
  day: string,
  hour: string,
  minute: string,
  second: string,
];

function clockMs(parts: ClockParts, decimals: string): number | undefined {
  const [year, month, day, hour, minute, second] = [
    Number(parts[0]),
    Number(parts[1]),
    Number(parts[2]),
    Number(parts[3]),
    Number(parts[4]),
    Number(parts[5]),
  ];
  if (year < YEAR_MIN || year > YEAR_MAX || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // 31 April would otherwise be 1 May.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() + Number(decimals.slice(0, 3).padEnd(3, "0"));
}

function withDecimals(format: string, decimals: string): string {
  return decimals === "" ? format : `${format}.${"f".repeat(decimals.length)}`;
}

function isCut(decimals: string): boolean {
  return /[1-9]/.test(decimals.slice(3));
}

/** `YYYY-MM-DD HH:MM:SS` and as many decimals as asked for. */
export function clockText(localMs: number, decimals: 1 | 3): string {
  const date = new Date(localMs).toISOString();
  const text = `${date.slice(0, 10)} ${date.slice(11, 19)}`;
  const thousandths = date.slice(20, 23);
  return `${text}.${thousandths.slice(0, decimals)}`;
}
