import { defined } from "../assert.ts";
import { type CleaningState, startCleaning } from "../detect/cleaning.ts";
import { type DepartureState, startDepartures } from "../estimate/departures.ts";
import { type CongestionWatch, NO_CONGESTION } from "../estimate/congestion-watch.ts";
import { type GreenTally, NO_GREENS } from "../estimate/lane-greens.ts";
import { type ForecastSeries, startSeries } from "../forecast/series.ts";
import type { ZoneSnapshot } from "../estimate/zone-memory.ts";
import type { Command } from "../model/command.ts";
import type { Mode } from "../model/mode.ts";
import type { CycleTiming, TimingPlan } from "../model/plan.ts";
import type { PlanStatus } from "../protocol/live.ts";
import type { InstantMs } from "../units.ts";
import type { EngineTables } from "./configuration.ts";
import { type NodeHealth, startNodeHealth } from "./detector-health.ts";
import { beginWith } from "./handover.ts";
import type { InputOf } from "./input.ts";
import type { DetectorCounts } from "./interval-record.ts";
import type { Setting } from "./parameters/settings.ts";
import { PersistentList } from "./persistent-list.ts";
import type { Readback } from "./readback.ts";
import { type NodeRecording, NOTHING_RECORDED } from "./recording-state.ts";
import type { Refusal } from "./refusal.ts";
import type { Served } from "./served.ts";
import { type ShadowScore, UNSCORED } from "./shadow.ts";
import { startTactics, type TacticalState } from "./tactical-state.ts";

/** What the street showed last, as the controller told it. */
export type StreetState = InputOf<"state">;

/** A plan that was pushed and what became of it. */
export type PlanRecord = {
  readonly plan: TimingPlan;
  readonly status: PlanStatus;
  readonly pushedAt: InstantMs;
  /** The controller's word for when it runs; `null` before its answer. */
  readonly effectiveAt: InstantMs | null;
  /** When the cycle had changed last before this plan. */
  readonly cycleChangedBefore: InstantMs | null;
  readonly logId: number;
};

/** A timing plan that the gate has passed and that waits for an operator. */
export type Proposal = {
  readonly id: string;
  readonly timing: CycleTiming;
  readonly reason: string;
  readonly degreeOfSaturation: readonly number[];
  /** With the interval that it was made for. */
  readonly expiresAt: InstantMs;
  readonly logId: number;
};

/** What became of a command: `overdue` was reported for not being answered, and may be answered yet. */
export type CommandAnswer =
  | { readonly kind: "awaited" | "accepted" | "overdue" }
  | { readonly kind: "refused"; readonly by: "engine" | "controller"; readonly refusals: readonly Refusal[] };

/** A command that was asked for. */
export type CommandRecord = {
  readonly command: Command;
  readonly askedAt: InstantMs;
  readonly answer: CommandAnswer;
  readonly logId: number;
};

/** A mode that lasts for a time only. */
export type ModeLease = {
  readonly until: InstantMs;
  /** The mode that comes back then. */
  readonly standing: Mode;
  readonly by: string;
  readonly reason: string;
};

/** Who alone may ask something of an intersection, and until when. */
export type ControlHold = {
  readonly area: string;
  readonly by: string;
  readonly reason: string;
  readonly since: InstantMs;
  readonly until: InstantMs;
};

export type NodeState = {
  /** How far the engine may go. */
  readonly mode: Mode;
  /** `null` where the mode stands until somebody changes it. */
  readonly modeLease: ModeLease | null;
  /** `null` where nobody has taken control. */
  readonly control: ControlHold | null;
  readonly linked: boolean;
  /** Whether the controller has been linked without a gap since the open interval began. */
  readonly linkedWhole: boolean;
  /** Whether it has been in normal operation since then: nothing is learnt from an interval with a preemption or flash. */
  readonly normalWhole: boolean;
  readonly missingFramesBefore: number;
  readonly street: StreetState | null;
  /** What the area detector saw last; `null` where there is none. */
  readonly zone: ZoneSnapshot | null;
  readonly cleaning: CleaningState;
  readonly health: NodeHealth;
  readonly departures: DepartureState;
  /** Vehicles an interval by stream, smoothed: how a movement's vehicles spread over its lanes. */
  readonly streamUse: readonly number[];
  /** By movement. */
  readonly series: readonly ForecastSeries[];
  /** By stop-line lane, of the open interval. */
  readonly greens: readonly GreenTally[];
  /** What detectors told in the last interval; `null` where it was not watched well enough. */
  readonly told: DetectorCounts | null;
  /** What the last interval showed of how full lanes were; `null` where it was not watched well enough. */
  readonly served: Served | null;
  /** By approach, in the order of the tables: what is expected of it, and how such forecasts did. */
  readonly congestion: readonly CongestionWatch[];
  /** By stop-line lane: how much more demand there is than was served. */
  readonly queueFactor: readonly number[];
  /** By stop-line lane, expected under the plan chosen last. */
  readonly degreeOfSaturation: readonly number[];
  /** Newest last; the last two matter, the older ones are kept until their fate is known. */
  readonly plans: readonly PlanRecord[];
  /** What waits for an operator; `null` for nothing. */
  readonly proposal: Proposal | null;
  /** How decisions that were only shown compare with what ran. */
  readonly score: ShadowScore;
  /** Newest last. */
  readonly commands: readonly CommandRecord[];
  readonly cycleChangedAt: InstantMs | null;
  /** Plans of this intersection that the lamps have followed for a whole cycle. */
  readonly plansApplied: number;
  readonly readback: Readback | null;
  readonly tactical: TacticalState;
  /** What is told later of decisions; absent where none are recorded. */
  readonly recording?: NodeRecording;
};

export type EngineCounts = {
  readonly detectionsReceived: number;
  readonly forecasts: number;
  /** Of a movement in an interval: what stood for what its detectors told. */
  readonly countsImputed: number;
  readonly plansProposed: number;
  readonly plansRefusedByGate: number;
  readonly plansPushed: number;
  readonly plansAccepted: number;
  readonly plansApplied: number;
  readonly plansRefused: number;
  readonly schedulesPushed: number;
  /** Of which the heads showed what was lent. */
  readonly schedulesApplied: number;
  readonly schedulesRefusedByGate: number;
  readonly schedulesAccepted: number;
  readonly schedulesRefused: number;
  readonly readbackMismatches: number;
  /** By rule of the safety gate, how many plans, schedules and commands broke it. */
  readonly gateRules: Readonly<Record<string, number>>;
  readonly alarms: number;
};

/** The counts of the gate's rules after another refusal, which may break several. */
export function countedRules(
  before: EngineCounts["gateRules"],
  violations: readonly { readonly rule: string }[],
): EngineCounts["gateRules"] {
  const after = { ...before };
  // One schedule may break a rule in every stage.
  for (const rule of new Set(violations.map((one) => one.rule))) after[rule] = (after[rule] ?? 0) + 1;
  return after;
}
/** Parameters that were changed while the engine ran. */
export type Tuning = {
  /** The change that did it, or that was rolled back. */
  readonly change: string;
  /** All that are not at their defaults. */
  readonly settings: readonly Setting[];
};

export type EngineState = {
  readonly now: InstantMs;
  /** `null` while the parameters are those that it was started with. */
  readonly tuning: Tuning | null;
  readonly intervalStartsAt: InstantMs;
  /** When the health of detectors was looked at last. */
  readonly healthLookedAt: InstantMs;
  /** In the order of the network's intersections. */
  readonly nodes: PersistentList<NodeState>;
  readonly nextPlanNumber: number;
  readonly nextLogId: number;
  readonly counts: EngineCounts;
};

export function startEngine(tables: EngineTables, at: InstantMs): EngineState {
  // One for all: nothing is known of any movement yet, and the days of thousands of them would fill memory with nothing.
  const series = startSeries(tables.slotsPerDay);
  const { handover, mode } = tables.configuration;
  const beginOf = beginWith(handover, mode, at);
  return {
    now: at,
    tuning: null,
    intervalStartsAt: at,
    healthLookedAt: at,
    nodes: PersistentList.from(
      tables.nodes.map((own, index): NodeState => {
        const { timing, lanes } = own;
        return {
          ...beginOf(own.id),
          linked: false,
          linkedWhole: false,
          normalWhole: true,
          missingFramesBefore: 0,
          street: null,
          zone: null,
          cleaning: startCleaning(timing.intersection.detectors),
          health: startNodeHealth(own, at),
          departures: startDepartures(lanes),
          streamUse: lanes.streams.map(() => 0),
          series: timing.intersection.movements.map(() => series),
          greens: lanes.lanes.map(() => NO_GREENS),
          told: null,
          served: null,
          congestion: defined(tables.approaches[index], "approaches").map(() => NO_CONGESTION),
          queueFactor: lanes.lanes.map(() => 1),
          degreeOfSaturation: [],
          plans: [],
          proposal: null,
          score: UNSCORED,
          commands: [],
          cycleChangedAt: null,
          plansApplied: 0,
          readback: null,
          tactical: startTactics(own),
          ...(tables.records.timings ? { recording: NOTHING_RECORDED } : {}),
        };
      }),
    ),
    nextPlanNumber: 1,
    nextLogId: 1,
    counts: {
      detectionsReceived: 0,
      forecasts: 0,
      countsImputed: 0,
      plansProposed: 0,
      plansRefusedByGate: 0,
      plansPushed: 0,
      plansAccepted: 0,
      plansApplied: 0,
      plansRefused: 0,
      schedulesPushed: 0,
      schedulesApplied: 0,
      schedulesRefusedByGate: 0,
      schedulesAccepted: 0,
      schedulesRefused: 0,
      readbackMismatches: 0,
      gateRules: {},
      alarms: 0,
    },
  };
}
