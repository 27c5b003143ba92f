import type { StripShown } from "../../protocol/strip.ts";
import { lampOf } from "./site.ts";

/** In the place of a lamp of which nothing is known. */
const UNKNOWN = "?";

/**
 * The same signs of the heads, with no yellow longer than it can be: much faster than real time frames are many seconds apart and tell
 * that a head was yellow, but not when it ended. What it showed behind that is not known until frames or the log tell. A yellow that still
 * lasts has its limit too, which then lies ahead. `yellowMs` is how long it lasts by place of the phase; up to `exactTo` the log tells
 * all changes, null where there is none.
 */
export function withYellowLimits(
  shown: readonly StripShown[],
  yellowMs: readonly number[],
  exactTo: number | null,
): readonly StripShown[] {
  let endsAt: readonly (number | null)[] = [];
  return shown.flatMap((entry, index) => {
    endsAt = yellowMs.map((lastsMs, phase) => {
      if (lampOf(entry.lamps, phase) !== "yellow") return null;
      const end = endsAt[phase] ?? null;
      // One that should be over already is the yellow of another cycle.
      return end !== null && end > entry.at ? end : entry.at + lastsMs;
    });
    const nextAt = shown[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    const over = (at: number): boolean => at >= (exactTo ?? at) && at < nextAt;
    const limits = [...new Set(endsAt)].filter((at) => at !== null).filter(over);
    return [entry, ...limits.toSorted((one, other) => one - other).map((at) => overAt(entry, endsAt, at))];
  });
}

function overAt(entry: StripShown, endsAt: readonly (number | null)[], at: number): StripShown {
  const lamps = entry.lamps.split("").map((lamp, phase) => {
    const end = endsAt[phase] ?? null;
    return end !== null && end <= at ? UNKNOWN : lamp;
  });
  return { ...entry, at, lamps: lamps.join("") };
}
