import { parseClock } from "../adapters/feeds/clock-text.ts";
import type { LocalClock } from "../adapters/feeds/local-clock.ts";
import { PhasewiseError } from "../errors.ts";
import { DAY_MS, instantMs } from "../units.ts";
import { type RawOptions, textOption } from "./options.ts";

/** Instants of the first and the last event. */
export type Seen = { from: number; to: number };

const TIME_ALLOWED = "a local time of day such as 07:30, on the first day of the log, or 2026-01-05 07:30";

/** `--from` and `--to`; without them everything that was seen, from the begin of a bin to the end of one. */
export function askedWindow(
  options: RawOptions,
  seen: Seen,
  binMs: number,
  clock: LocalClock,
): { readonly from: number; readonly to: number } {
  const first = clock.localMsOf(instantMs(seen.from));
  const localFrom = localTime(options, "from", first) ?? Math.floor(first / binMs) * binMs;
  const last = clock.localMsOf(instantMs(seen.to));
  const bins = Math.floor((last - localFrom) / binMs) + 1;
  const localTo = localTime(options, "to", first) ?? localFrom + Math.max(1, bins) * binMs;
  if (localTo <= localFrom) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      "--from and --to: the window is empty; allowed is a begin before its end, within the log",
    );
  }
  // By length, not by the clock: it may be put forward within the window.
  const from = clock.instantsOf(localFrom).first;
  return { from, to: from + localTo - localFrom };
}

function localTime(options: RawOptions, name: string, first: number): number | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hours !== undefined && Number(hours) <= 24 && Number(minutes) < 60) {
    return Math.floor(first / DAY_MS) * DAY_MS + (Number(hours) * 60 + Number(minutes)) * 60_000;
  }
  const time = parseClock(/:\d{2}:/.test(text) ? text : `${text}:00`);
  if (time !== undefined && time.localMs % 60_000 === 0) return time.localMs;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--${name} ${JSON.stringify(text)}: allowed is ${TIME_ALLOWED}, in whole minutes`,
  );
}
