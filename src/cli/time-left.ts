import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../units.ts";

/** How long runs will take yet, by those that are finished: an arm's by the mean of its own, or of all where it has none. */
export class TimeLeft {
  readonly #byArm = new Map<string, { count: number; wallMs: number }>();

  finished(arm: string, wallMs: number): void {
    const known = this.#byArm.get(arm) ?? { count: 0, wallMs: 0 };
    this.#byArm.set(arm, { count: known.count + 1, wallMs: known.wallMs + wallMs });
  }

  /**
   * For the arms of the runs that are not finished, shared among so many workers; those under way count whole. Before the first run is
   * finished nobody knows, and it is 0.
   */
  estimateMs(arms: readonly string[], workers: number): number {
    const all = [...this.#byArm.values()];
    const count = all.reduce((sum, known) => sum + known.count, 0);
    if (count === 0 || arms.length === 0) return 0;
    const mean = all.reduce((sum, known) => sum + known.wallMs, 0) / count;
    const each = arms.map((arm) => {
      const known = this.#byArm.get(arm);
      return known === undefined ? mean : known.wallMs / known.count;
    });
    // However many workers there are, the longest run takes its time.
    return Math.max(each.reduce((sum, wallMs) => sum + wallMs, 0) / workers, ...each);
  }
}

/** As people say it: `40 s`, `12 min`, `3 h 5 min`. */
export function durationText(ms: number): string {
  if (ms < 100 * SECOND_MS) return `${Math.max(1, Math.round(ms / SECOND_MS))} s`;
  const minutes = Math.round(ms / MINUTE_MS);
  if (ms < 100 * MINUTE_MS) return `${minutes} min`;
  return `${Math.floor(ms / HOUR_MS)} h ${Math.round((ms % HOUR_MS) / MINUTE_MS) % 60} min`;
}
