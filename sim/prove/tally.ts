/** What has been counted over many runs. */
export type Tally = {
  /** Steps of 100 ms of simulated time. */
  steps: number;
  /** How often each thing was met: rules at their limit, refusals by code, alarms. */
  readonly counts: Map<string, number>;
};

export function emptyTally(): Tally {
  return { steps: 0, counts: new Map() };
}

export function count(tally: Tally, what: string): void {
  tally.counts.set(what, (tally.counts.get(what) ?? 0) + 1);
}
