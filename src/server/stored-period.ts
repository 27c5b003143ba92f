import type { StoredPeriod } from "../protocol/playback.ts";
import type { Store } from "../ports/store.ts";
import { ok, type Result } from "../result.ts";
import { DAY_MS } from "../units.ts";

type Intervals = Pick<Store, "read">;

/** Few rows of one intersection: a question of this length is far below what the store answers at once. */
const CHUNK_MS = 3 * DAY_MS;

/**
 * The gaps between `from` and `to`. An engine that runs remembers every interval of every detector, whether it told something or not, so the intervals
 * of one intersection say when it ran; a gap is as long as an interval at least.
 */
export async function gapsIn(
  store: Intervals,
  intersection: string,
  { from, to }: Pick<StoredPeriod, "from" | "to">,
): Promise<Result<StoredPeriod["gaps"], string>> {
  const gaps: { from: number; to: number }[] = [];
  let knownTo: number | undefined;
  let intervalMs = 0;
  // An interval is remembered when it is over, and one that began before the first event is the first one.
  for (let begin = from - DAY_MS; begin < to; begin += CHUNK_MS) {
    const rows = await store.read("intervals", { from: begin, to: begin + CHUNK_MS, intersection });
    if (!rows.ok) return rows;
    for (const row of rows.value) {
      ({ intervalMs } = row);
      if (knownTo !== undefined && row.at - knownTo >= intervalMs) gaps.push({ from: knownTo, to: row.at });
      knownTo = Math.max(knownTo ?? 0, row.at + intervalMs);
    }
  }
  // The one that runs now is not remembered yet, and neither may be the one before it.
  if (knownTo !== undefined && to - knownTo >= 3 * intervalMs) gaps.push({ from: knownTo, to });
  return ok(gaps.filter((gap) => gap.to > from));
}
