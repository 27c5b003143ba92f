import { PhasewiseError } from "../errors.ts";
import {
  after,
  DAY_MS,
  HOUR_MS,
  type InstantMs,
  instantMs,
  MINUTE_MS,
  modulo,
  SECOND_MS,
  secondsToMs,
} from "../units.ts";

/** When a run was, and by which clock. */
export type RunClock = {
  readonly startsAt: InstantMs;
  readonly midnightAt: InstantMs;
  readonly timeZone: string;
};

const FORMS =
  "a local time of the run's day such as 08:14 or 08:14:30, an ISO time such as 2026-01-05T08:14:30 or with an offset, or seconds into the run such as 450";

/**
 * The instant that `--at` names. A time of day before the run's begin is one of the next day. Throws OPTION_INVALID naming the forms that are
 * allowed.
 */
export function instantOf(text: string, { startsAt, midnightAt, timeZone }: RunClock): InstantMs {
  if (/^\d+(?:\.\d+)?$/.test(text)) return after(startsAt, secondsToMs(Number(text)));
  const ofDay = timeOfDayMs(text);
  if (ofDay !== undefined) {
    const at = after(midnightAt, ofDay);
    return at < startsAt ? after(at, DAY_MS) : at;
  }
  const [, date, time, offset] = /^(\d{4}-\d{2}-\d{2})T([0-9:]{4,8})(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  const ms = time === undefined ? undefined : timeOfDayMs(time);
  const day = Date.parse(`${date}T00:00:00Z`);
  if (date === undefined || ms === undefined || Number.isNaN(day)) {
    throw new PhasewiseError("OPTION_INVALID", `--at ${text}: allowed is ${FORMS}`);
  }
  if (offset !== undefined) return instantMs(day + ms - offsetMs(offset));
  // Without an offset it is the street's own clock, which counts from the midnight of the run's day.
  const runDay = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(midnightAt);
  return instantMs(midnightAt + (day - Date.parse(`${runDay}T00:00:00Z`)) + ms);
}

function timeOfDayMs(text: string): number | undefined {
  const [, hours, minutes, seconds = "0"] = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text) ?? [];
  if (hours === undefined) return undefined;
  return Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
}

function offsetMs(offset: string): number {
  if (offset === "Z") return 0;
  const sign = offset.startsWith("-") ? -1 : 1;
  return sign * (Number(offset.slice(1, 3)) * HOUR_MS + Number(offset.slice(4, 6)) * MINUTE_MS);
}

/** Instants as the clock at the street shows them, counted from the midnight of the run's day as `instantOf` counts. */
export function streetClock(midnightAt: InstantMs): (at: number) => string {
  return (at) => new Date(modulo(at - midnightAt, DAY_MS)).toISOString().slice(11, 19);
}
