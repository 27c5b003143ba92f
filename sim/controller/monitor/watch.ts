/** What the monitor is told of, what it remembers and what it says. */

/** What all heads of an intersection show at one instant, one character each; the letters stand in DESIGN.md. */
export type Outputs = {
  /** Per phase. */
  readonly lamps: string;
  /** Per normal overlap. */
  readonly overlaps: string;
  /** Per phase. */
  readonly walk: string;
  /** From the entry of a preemption until its exit has begun its exit phases. */
  readonly preempting: boolean;
};

/** Every rule, and whether it has a limit at which a sound controller arrives; `DESIGN.md` says which limit. */
export const MONITOR_RULES = {
  CONFLICT: { limit: true },
  SHORT_CLEARANCE: { limit: true },
  SHORT_BUFFER: { limit: true },
  SHORT_YELLOW: { limit: true },
  LONG_YELLOW: { limit: true },
  YELLOW_RANGE: { limit: true },
  NO_YELLOW: { limit: true },
  COLOUR_ORDER: { limit: true },
  RED_REVERT: { limit: true },
  SHORT_GREEN: { limit: true },
  SHORT_WALK: { limit: true },
  SHORT_PEDESTRIAN_CLEAR: { limit: true },
  WALK_ON_RED: { limit: true },
  LEAD_INTERVAL: { limit: true },
  YELLOW_TRAP: { limit: true },
  FLASHING_ARROW: { limit: true },
  FLASH: { limit: true },
  DARK: { limit: false },
  DUAL: { limit: false },
  WATCHDOG: { limit: false },
} as const satisfies Readonly<Record<string, { readonly limit: boolean }>>;

export type MonitorRule = keyof typeof MONITOR_RULES;

export type Trip = {
  readonly rule: MonitorRule;
  readonly at: number;
  readonly detail: string;
};

/** What one observation found: rules that were broken, and rules that were met with nothing to spare. */
export type Findings = { readonly trips: Trip[]; readonly atLimit: MonitorRule[] };

/** How long what must not be may be seen before it counts; `DESIGN.md`, Decisions. */
export type MonitorLimits = {
  /** Conflicts, walk on red, a flashing arrow or flash out of place. A limit of 0: one sight is enough. */
  readonly conflictMs: number;
  /** No indication, two at once, or an unknown one. */
  readonly darkMs: number;
  /** How much longer than configured yellow and leading walk may be. */
  readonly lateMs: number;
  /** Between two observations. */
  readonly silenceMs: number;
};

/**
 * What one head did, a phase's or an overlap's. An instant of -Infinity is one that was not seen: what is counted from it has
 * lasted long enough.
 */
export type Head = {
  /** What the lamp shows; through darkness, what it showed before. */
  readonly lamp: string;
  /** Begin of the present green (of either kind), yellow, red or flash. */
  readonly since: number;
  /** Green or yellow of traffic that does not yield. */
  readonly strong: boolean;
  /** When a green that yields ceased to be a full one. */
  readonly protectedEndedAt: number;
  /** End of the last green of either kind. */
  readonly greenEndedAt: number;
  /** Begin of the last red after a green. */
  readonly redAt: number;
  readonly walk: string;
  readonly walkSince: number;
  /** End of the last flashing don't walk. */
  readonly walkEndedAt: number;
  /** Begin of a walk on red that leads a green; Infinity without. */
  readonly leadAt: number;
};

/** Something that must not be seen, for as long as it is seen. */
export type Present = {
  readonly rule: MonitorRule;
  /** The same as long as it is the same thing, whatever the lamps show of it. */
  readonly key: string;
  readonly detail: string;
  readonly since: number;
  readonly told: boolean;
};

/** What the intersection as a whole does. */
export type Mode = "unseen" | "normal" | "startFlash" | "flash" | "allRed";

/** What the monitor remembers: plain and never changed in place. */
export type MonitorState = {
  /** The last observation. */
  readonly at: number;
  readonly outputs: Outputs;
  readonly heads: readonly Head[];
  readonly mode: Mode;
  readonly modeSince: number;
  readonly present: readonly Present[];
  /** Up to this instant nothing can become wrong without a change of the outputs. */
  readonly quietUntil: number;
};

export const isGreen = (lamp: string): boolean => lamp === "G" || lamp === "g";
export const isFlash = (lamp: string): boolean => lamp === "x" || lamp === "f";
export const isWalking = (walk: string): boolean => walk === "W" || walk === "F";

/** Seconds of configuration have one decimal; a product or a sum of them would be a trifle more or less. */
export const milliseconds = (seconds: number): number => Math.round(seconds * 1000);

/** The entry of a list that the configuration says is there. */
export function entry<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`entry ${index} of ${list.length}`);
  return found;
}

/** Checks a least duration, and notes when it was met exactly. */
export function checkLeast(
  findings: Findings,
  rule: MonitorRule,
  at: number,
  lastedMs: number,
  neededMs: number,
  what: string,
): void {
  if (lastedMs < neededMs) {
    findings.trips.push({ rule, at, detail: `${what} for ${lastedMs} ms, ${neededMs} ms needed` });
  } else if (lastedMs === neededMs) {
    findings.atLimit.push(rule);
  }
}
