/** Rows of the measure `approach-delay`, as far as they are used. */
export type ApproachDelayRow = {
  readonly vehicles: number;
  readonly onRed: number;
  readonly delaySeconds: number;
};

/** What a street did in a while; null where nobody was counted. */
export type Measured = {
  readonly vehPerHour: number;
  readonly onRedPercent: number | null;
  readonly delaySecondsPerVehicle: number | null;
};

/** Two windows of the same length, one up to the minute in which a change came in force, one from there on. */
export type Windows = { readonly minutes: number; readonly changedAt: number };

const MINUTE_MS = 60_000;
const MINUTES_MIN = 2;
const MINUTES_MAX = 60;

/** The longest windows there are by now, up to an hour; null for a change that is too young. */
export function windowsOf(inForceSince: number, now: number): Windows | null {
  // The minute in which it changed is in neither.
  const changedAt = Math.floor(inForceSince / MINUTE_MS) * MINUTE_MS;
  const minutes = Math.min(MINUTES_MAX, Math.floor(now / MINUTE_MS) - changedAt / MINUTE_MS - 1);
  return minutes < MINUTES_MIN ? null : { minutes, changedAt };
}

/** The addresses of both: before and after. */
export function addressesOf({ minutes, changedAt }: Windows): readonly [before: string, after: string] {
  const lengthMs = minutes * MINUTE_MS;
  const address = (from: number): string =>
    `api/measures/*/approach-delay?from=${from}&to=${from + lengthMs}&binMinutes=${minutes}`;
  return [address(changedAt - lengthMs), address(changedAt + MINUTE_MS)];
}

export function measuredOf(rows: readonly ApproachDelayRow[], minutes: number): Measured {
  const sum = (of: (row: ApproachDelayRow) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  const vehicles = sum((row) => row.vehicles);
  const each = (total: number): number | null => (vehicles === 0 ? null : total / vehicles);
  const onRed = each(sum((row) => row.onRed));
  return {
    vehPerHour: (vehicles * 60) / minutes,
    onRedPercent: onRed === null ? null : onRed * 100,
    delaySecondsPerVehicle: each(sum((row) => row.delaySeconds)),
  };
}
