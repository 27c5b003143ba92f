import type { InstantMs } from "../units.ts";
import type { DetectorMinute } from "./health-minute.ts";
import type { Dispersion } from "./health-dispersion.ts";
import { type Evidence, PAIR_START, type PairLearning } from "./health-pairs.ts";

export const HEALTH_STATES = ["good", "suspect", "failed", "recovering"] as const;
export type HealthState = (typeof HEALTH_STATES)[number];

/** What is wrong with a detector, by name. */
export type HealthRule =
  | "stuckOn"
  | "stuckOff"
  | "deadCard"
  | "chatter"
  | "dropouts"
  | "overcount"
  | "swapped"
  | "lamps";

/** What a rule found: `fault` is the detector's own, `doubt` may be, `incident` is more likely the street's. */
export type Finding = {
  readonly rule: HealthRule;
  readonly weight: "fault" | "doubt" | "incident";
  /** Rule, value found and threshold, in words. */
  readonly reason: string;
};

/** What is known of one detector, as it is judged. */
export type DetectorHealth = {
  readonly state: HealthState;
  readonly since: InstantMs;
  /** What led to the state; `null` while good. */
  readonly finding: Finding | null;
  /** Minutes with vehicles since the last finding. */
  readonly cleanMinutes: number;
  /** By neighbour of the table. */
  readonly pairs: readonly PairLearning[];
  /** Against all good neighbours together. */
  readonly evidence: Evidence;
  /** How its counts drift about what its neighbours make expect. */
  readonly scatter: Scatter;
  /** Vehicles a minute, learnt while good: of late; `null` before. */
  readonly usual: Mean | null;
  /** The same by hour of the day. */
  readonly usualByHour: HourlyMeans;
  /** Vehicles a minute over the last ten minutes, whatever the state. */
  readonly recent: number;
  /** End of the last minute with a vehicle; minutes watched since then, and whom its own usual rate made expect in them. */
  readonly heardAt: InstantMs | null;
  readonly silentMinutes: number;
  readonly silentUsual: number;
  /** While it is occupied without a gap: vehicles that neighbours made expect, or its own usual count while they move. */
  readonly heldExpected: number;
  /** Changes, and those too short for a vehicle: usual ones and those of the last minutes, fading. */
  readonly usualPulses: Pulses;
  readonly recentPulses: Pulses;
  /** Minutes with more actuations than a lane can have, fading over some minutes. */
  readonly erraticMinutes: number;
  readonly lamps: LampLearning;
  /** Vehicles of the open interval as the neighbours make expect, or its own usual; `null` where nobody can say. */
  readonly substitute: Substitute | null;
};

/** A mean of minutes, and of how many. */
export type Mean = { readonly perMinute: number; readonly minutes: number };

/**
 * How counts drift about what good neighbours together make expect. A drift that speaks against the detector is `open` until it is over: then it has been
 * the traffic's and is learnt from, unless the detector fails of it.
 */
export type Scatter = Dispersion & {
  readonly openSquares: number;
  readonly openVariance: number;
};

/** Vehicles a minute of the hours from `first` on, without those after the last that is known; `NaN` for one between that is not. */
export type HourlyMeans = { readonly first: number; readonly perMinute: readonly number[] };

export type Pulses = { readonly short: number; readonly all: number };

/** Departures and the lamps of the own lanes. */
export type LampLearning = {
  /** While good, fading over some hundreds: all, and those in green. */
  readonly all: number;
  readonly inGreen: number;
  /** Since the evidence was none: all, and those in a green of each lane; empty while there is none. */
  readonly oddAll: number;
  readonly oddInGreen: readonly number[];
  /** Log-likelihood ratio that it is not at its lanes. */
  readonly evidence: number;
};

/** A count that stands for one that is not known, and what it was made of. */
export type Substitute = { readonly vehicles: number; readonly basis: "neighbours" | "usual" };

export function newRecord(neighbours: number, at: InstantMs): DetectorHealth {
  return {
    state: "good",
    since: at,
    finding: null,
    cleanMinutes: 0,
    pairs: Array.from({ length: neighbours }, () => PAIR_START),
    evidence: { fewer: 0, more: 0 },
    scatter: { drift: 0, squares: 0, variance: 0, openSquares: 0, openVariance: 0 },
    usual: null,
    usualByHour: { first: 0, perMinute: [] },
    recent: 0,
    heardAt: null,
    silentMinutes: 0,
    silentUsual: 0,
    heldExpected: 0,
    usualPulses: { short: 0, all: 0 },
    recentPulses: { short: 0, all: 0 },
    erraticMinutes: 0,
    lamps: { all: 0, inGreen: 0, oddAll: 0, oddInGreen: [], evidence: 0 },
    substitute: { vehicles: 0, basis: "neighbours" },
  };
}

/** A minute that was watched whole, and its detector. */
export type Watched = { readonly minute: DetectorMinute; readonly health: DetectorHealth };

/** Whether others may be judged and substituted by it. */
export function isGood({ state }: Pick<DetectorHealth, "state">): boolean {
  return state === "good";
}
