import type { CycleTiming } from "../model/plan.ts";
import type { ConsideredCycle } from "../optimize/region-decision.ts";
import type { ExpectedDelay } from "../optimize/tactical/policy.ts";
import type { InstantMs } from "../units.ts";
import { type PackedOutlook, packOutlook, unpackOutlook } from "./packed-outlook.ts";
import type { RecordedJunction, StageProblem } from "./stage-problem.ts";
import type { TimingProblem } from "./timing-problem.ts";

/** Whether what is known was told by detectors, stands for what failed ones tell, or is old. */
export type InputQuality = "measured" | "imputed" | "stale";

/** What is known of one stop-line lane, vehicles to a tenth. */
export type LaneInput = {
  readonly lane: string;
  readonly link: string;
  /** Held up, or in the way of others. */
  readonly waiting: number;
  /** Seen, and still to come. */
  readonly coming: number;
  readonly quality: InputQuality;
};

/** What a neighbour expects to send over a link within the horizon, vehicles to a tenth. */
export type NeighbourInput = { readonly link: string; readonly vehicles: number };

type RecordHead = {
  /** Unique in a run: intersection, level and instant. */
  readonly id: string;
  readonly at: InstantMs;
  readonly intersection: string;
};

/** A stage that was chosen, with all that it was chosen by. */
export type StageRecord = RecordHead & {
  readonly level: "tactical";
  /** `false`: it was only shown, as the intersection's mode wants. */
  readonly sent: boolean;
  readonly observed: "loops" | "zone";
  readonly inputs: { readonly lanes: readonly LaneInput[]; readonly neighbours: readonly NeighbourInput[] };
  readonly problem: WrittenStageProblem;
  readonly decided: StageOutcome;
};

/** A stage problem; what never changes of the junction stands in one record of each hour, whose id the others have in its place. */
export type WrittenStageProblem = Omit<StageProblem, "junction"> & {
  readonly junction: RecordedJunction | { readonly in: string };
};

/** What came out of a stage problem. */
export type StageOutcome = {
  readonly stages: readonly { readonly stage: string; readonly startAt: InstantMs }[];
  /** By first choice, cheapest first: seconds of weighted delay. */
  readonly candidates: readonly { readonly stage: string; readonly costVehSeconds: number }[];
  /** Until the horizon; absent where no plan was made. */
  readonly expected?: ExpectedDelay & { readonly served: number };
};

/** What was forecast of one movement, and how the last forecast did. */
export type MovementInput = {
  readonly movement: string;
  /** Vehicles in the interval, with the bounds that nine counts of ten lie between; `null` where nothing was forecast. */
  readonly forecast: { readonly vehicles: number; readonly low: number; readonly high: number } | null;
  /** Of the interval that has ended. */
  readonly last: { readonly forecast: number | null; readonly counted: number | null };
  readonly quality: InputQuality;
};

/** A timing plan that was chosen, with all that it was chosen by. */
export type TimingRecord = RecordHead & {
  readonly level: "strategic";
  /** The record that has the problem of the whole group: this one, or that of the group's first intersection. */
  readonly problemIn: string;
  /** Absent where another record has it. */
  readonly problem?: TimingProblem;
  readonly inputs: { readonly movements: readonly MovementInput[] };
  readonly decided: TimingOutcome;
  /** What became of it at once: the plan's id where it was sent, else why not. */
  readonly fate: { readonly plan: string } | { readonly notSent: string };
};

/** What came out of a timing problem for one intersection. */
export type TimingOutcome = {
  readonly timing: CycleTiming;
  readonly reason: string;
  /** Common cycles that were looked at for the group. */
  readonly considered: readonly ConsideredCycle[];
  /** Mean control delay expected under the forecast, without what progression saves, seconds a vehicle: of what runs, and of this. */
  readonly expected: { readonly runningSeconds: number; readonly chosenSeconds: number };
};

export type DecisionRecord = StageRecord | TimingRecord;

/** What came of a decision, told later under the id of its record with `-realised` behind. */
export type Realised =
  | {
      readonly level: "tactical";
      readonly of: string;
      /** Of the horizon that the choice was made for. */
      readonly untilAt: InstantMs;
      /** Vehicles that left over stop-line loops. */
      readonly served: number;
      /** Stages that the heads showed, with the instants at which each was told first. */
      readonly shown: readonly { readonly stage: string; readonly at: InstantMs }[];
    }
  | {
      readonly level: "strategic";
      readonly of: string;
      readonly untilAt: InstantMs;
      /** Of the plan: pushed, accepted, applied, refused, mismatch, superseded; `null` where none was sent. */
      readonly status: string | null;
      /** By movement of the configuration: vehicles counted; `null` where nothing is known. */
      readonly counted: readonly { readonly movement: string; readonly vehicles: number | null }[];
      /** Mean control delay of the chosen timing under what was counted, seconds a vehicle; `null` where that is not known whole. */
      readonly delaySeconds: number | null;
    };

/** Which row of `decisions` a record is. */
export function recordId(intersection: string, level: DecisionRecord["level"], at: number): string {
  return `${at}-${level}-${intersection}`;
}

const REALISED = "-realised";

export function realisedId(of: string): string {
  return `${of}${REALISED}`;
}

/** Whether a row of `decisions` tells what came of one, and not one itself. */
export function isRealised(id: string): boolean {
  return id.endsWith(REALISED);
}

export function realisedContent(realised: Realised): string {
  return JSON.stringify({ realised });
}

/** What a row tells of what came of a decision; `undefined` for a decision itself. Read from where this program wrote it. */
export function realisedIn({
  id,
  content,
}: {
  readonly id: string;
  readonly content: string;
}): Realised | undefined {
  if (!isRealised(id)) return undefined;
  return (JSON.parse(content) as { readonly realised: Realised }).realised;
}

/** A record as JSON; the same record gives the same characters. */
export function contentOf(record: DecisionRecord): string {
  if (record.level === "strategic") return JSON.stringify(record);
  const { problem, ...rest } = record;
  return JSON.stringify({ ...rest, problem: { ...problem, outlook: packOutlook(problem.outlook) } });
}

/** The record that `contentOf` has written: it is read from where this program wrote it. */
export function recordOf(content: string): DecisionRecord {
  const written = JSON.parse(content) as
    | TimingRecord
    | (Omit<StageRecord, "problem"> & {
        readonly problem: Omit<WrittenStageProblem, "outlook"> & { readonly outlook: PackedOutlook };
      });
  if (written.level === "strategic") return written;
  const { problem, ...rest } = written;
  return { ...rest, problem: { ...problem, outlook: unpackOutlook(problem.outlook) } };
}
