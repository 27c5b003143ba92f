export type MonitorRule =
  | "CONFLICT"
  | "SHORT_YELLOW"
  | "SHORT_CLEARANCE"
  | "SHORT_GREEN"
  | "NO_YELLOW"
  | "COLOUR_ORDER"
  | "SHORT_WALK"
  | "WALK_ON_RED"
  | "DARK";

export type Trip = {
  readonly rule: MonitorRule;
  readonly at: number;
  readonly detail: string;
};

/** What the monitor remembers of one phase; an instant of 0 is one that has not come yet. */
export type Head = {
  readonly lamp: string;
  /** When the head last changed between green, yellow and red. */
  readonly since: number;
  /** Begin and end of the last green with full right of way. */
  readonly protectedSince: number;
  readonly protectedEndedAt: number;
  /** End of the last green of either kind. */
  readonly greenEndedAt: number;
  readonly walk: string;
  readonly walkSince: number;
};

export const isGreen = (lamp: string): boolean => lamp === "G" || lamp === "g";

/** Seconds of configuration have one decimal; a product or a sum of them would be a trifle more or less. */
export const milliseconds = (seconds: number): number => Math.round(seconds * 1000);
