/** Two-sided CUSUM of one stream of scores (Page 1954), and the alarm that stands. */
export type Cusum = {
  readonly above: number;
  readonly below: number;
  readonly alarm: Drift | null;
};

/** More, or fewer, vehicles than expected. */
export type Drift = "above" | "below";

export const NO_DRIFT: Cusum = { above: 0, below: 0, alarm: null };

/** What of a score is taken for chance, and the sum beyond which it is no longer: reference `forecasting.md` §1.7. */
export const CUSUM_SLACK = 1;
export const CUSUM_THRESHOLD = 25;

/**
 * Takes the score (y − ŷ) / √ŷ of one interval; what is not known changes nothing. An alarm stands until its sum is back at 0, so
 * that what lasts is told once. Sums end at the threshold, so that the way back is no longer than the way there.
 */
export function watch(before: Cusum, count: number, expected: number): Cusum {
  const score = (count - expected) / Math.sqrt(Math.max(1, expected));
  if (Number.isNaN(score)) return before;
  const above = Math.min(CUSUM_THRESHOLD, Math.max(0, before.above + score - CUSUM_SLACK));
  const below = Math.min(CUSUM_THRESHOLD, Math.max(0, before.below - score - CUSUM_SLACK));
  if (above >= CUSUM_THRESHOLD) return { above, below, alarm: "above" };
  if (below >= CUSUM_THRESHOLD) return { above, below, alarm: "below" };
  const over = (before.alarm === "above" && above === 0) || (before.alarm === "below" && below === 0);
  return { above, below, alarm: over ? null : before.alarm };
}
