import type { Outlook } from "../../model/outlook.ts";
import type { TimingTable } from "../../model/timing.ts";
import type { InstantMs } from "../../units.ts";

/** The intersection's lanes, as `estimate/lanes.ts` tells them. */
export type JunctionLanes = {
  readonly lanes: readonly {
    readonly id: string;
    readonly link: string;
    readonly streams: readonly number[];
  }[];
  readonly streams: readonly { readonly lane: number; readonly movement: number; readonly phase: number }[];
  readonly exits: readonly { readonly link: string; readonly streams: readonly number[] }[];
};

export type Junction = {
  readonly timing: TimingTable;
  readonly lanes: JunctionLanes;
  /** `mayFollow[from]![to]`: stages that may follow each other; some changes would be a trap for who yields. */
  readonly mayFollow: readonly (readonly boolean[])[];
};

/** What the signals show. */
export type StreetNow = {
  readonly at: InstantMs;
  /** The stage whose green runs, or the one that the intergreen leads to. */
  readonly stage: number;
  /** An intergreen runs. */
  readonly changing: boolean;
  /** Begin of the green of `stage`, or when it is due. */
  readonly stageSince: InstantMs;
  /** By phase: since when it is green, or since when it is not. */
  readonly phaseSince: readonly InstantMs[];
  /** By phase. */
  readonly green: readonly boolean[];
};

/** Vehicles that are expected to leave over an exit. */
export type PlannedDeparture = {
  readonly exit: number;
  readonly inSeconds: number;
  readonly vehicles: number;
};

export type TacticalDecision = {
  /** The stage to show now and those to follow, with the instants at which the green before is to end. The first is binding. */
  readonly stages: readonly { readonly stage: number; readonly startAt: InstantMs }[];
  /** `null`: nothing new, what was told before still holds. */
  readonly departures: readonly PlannedDeparture[] | null;
  readonly record: DecisionRecord;
  /** Handed back with the next decision; empty at first. */
  readonly memory: readonly number[];
};

/** Why: kept with every decision. */
export type DecisionRecord = {
  /** Expected cost by first decision, cheapest first: seconds of weighted delay. */
  readonly candidates: readonly { readonly stage: number; readonly cost: number }[];
  /** What kept another choice from being made that was better, in words; `null` for nothing, also where something forbade only a worse one. */
  readonly binding: string | null;
  readonly expansions: number;
  /** What the chosen plan is expected to do until the horizon; absent where no plan was made. */
  readonly expected?: ExpectedDelay;
};

/** Vehicles that are at the stop lines or come within the horizon, and how long they wait there together until it ends. */
export type ExpectedDelay = { readonly vehicles: number; readonly delayVehSeconds: number };

/** Chooses the stage of one intersection, once a second, in normal operation, while neither an intergreen nor a least green runs. Pure. */
export type TacticalPolicy = (
  junction: Junction,
  street: StreetNow,
  outlook: Outlook,
  memory: readonly number[],
) => TacticalDecision;
