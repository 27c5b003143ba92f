/** Wall time for what paces, retries and times out at the edges; the engine and the controllers never see it. */
export const wallClock = {
  /** Milliseconds since the process began, never going back. */
  now: (): number => performance.now(),
  /** Runs once after the delay unless cancelled; what is returned cancels it. */
  after: (delayMs: number, run: () => void): (() => void) => {
    if (delayMs <= 0) {
      const immediate = setImmediate(run);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
} as const;

/** What the wall's calendar and clock show, epoch milliseconds: for records that people compare with others; it may jump. */
export function wallTime(): number {
  return Date.now();
}
