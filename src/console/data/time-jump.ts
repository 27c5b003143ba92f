/** Farther than any run is between two frames. */
const AHEAD_MAX_MS = 10 * 60_000;

/** Whether what is shown is of another time than what was shown before: a replay, its seeks, the way back, another run. */
export function isTimeJump(before: number, at: number): boolean {
  return at < before || at - before > AHEAD_MAX_MS;
}
