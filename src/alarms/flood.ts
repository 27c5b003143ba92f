import { type InstantMs, MINUTE_MS } from "../units.ts";

/** ISA-18.2: a flood begins with more than ten alarms in ten minutes and ends with fewer than five. */
export const FLOOD_WINDOW_MS = 10 * MINUTE_MS;
const FLOOD_BEGINS_ABOVE = 10;
const FLOOD_ENDS_BELOW = 5;

type Annunciation = { readonly at: InstantMs; readonly alarm: string };

export type Flood = {
  /** Alarms of the last ten minutes, oldest first. */
  readonly recent: readonly Annunciation[];
  /** The flood that is on; `null` for none. */
  readonly now: {
    readonly since: InstantMs;
    /** The alarm that came first of those that made it: what happened before all else. */
    readonly firstOut: string;
  } | null;
};

export const NO_FLOOD: Flood = { recent: [], now: null };

/** Alarms that are heard at `at` join those of the last ten minutes, and begin a flood; time ends it. */
export function floodAt(before: Flood, heard: readonly string[], at: InstantMs): Flood {
  if (heard.length === 0 && before.recent.length === 0) return before;
  const recent = [...before.recent, ...heard.map((alarm) => ({ at, alarm }))].filter(
    (one) => one.at > at - FLOOD_WINDOW_MS,
  );
  const [first] = recent;
  if (before.now === null && first !== undefined && recent.length > FLOOD_BEGINS_ABOVE) {
    return { recent, now: { since: at, firstOut: first.alarm } };
  }
  return { recent, now: recent.length < FLOOD_ENDS_BELOW ? null : before.now };
}
