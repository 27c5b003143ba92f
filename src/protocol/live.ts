/**
 * What the server tells a console. `GET /api/network` gives a `NetworkView` once; the WebSocket `/live` then carries
 * `LiveMessage`s: on connection a `frame`, a `log` with the latest entries and, some at a time, a `detail` of every intersection;
 * afterwards a `delta` several times a second while the plant moves, before it the `decisions` that are new, and a `detail` or a
 * `log` whenever something in it changed. `alarms` come whole first and then as they change, once
 * a second at most. `live-request.ts` holds what a console may ask for.
 */
import type { Network } from "../model/files.ts";
import type { Mode } from "../model/mode.ts";
import type { Operation } from "../model/operation.ts";
import type { OperatingView } from "./operating.ts";
import type { AlarmsMessage } from "./alarm-view.ts";

export type NetworkView = {
  readonly network: Omit<Network, "demand">;
  readonly midnightAt: number;
  readonly plantStepMs: number;
  readonly intervalMs: number;
};

export type LiveContent =
  | FrameMessage
  | DeltaMessage
  | DetailMessage
  | DecisionsMessage
  | LogMessage
  | AlarmsMessage;

/**
 * As it is sent. `seq` counts every message of a connection from 1 on, of whatever kind: a console that misses a number has lost
 * something and asks for a `resync`. With 1 everything is told anew, and what was told before is void.
 */
export type LiveMessage = LiveContent & { readonly seq: number };

/** The street as it is now, whole. */
export type FrameMessage = {
  readonly kind: "frame";
  readonly at: number;
  /** Simulated seconds per wall second that the plant is paced at; 0 is as fast as possible. */
  readonly speedFactor: number;
  /** Whether a plant is connected and its clock moves. */
  readonly plantConnected: boolean;
  readonly intersections: readonly IntersectionLive[];
  /**
   * Flat: id, x dm, y dm, heading degrees (0 north, clockwise), length dm. x, y are the vehicle's front. Only those that the console
   * looks at, where it has said so.
   */
  readonly vehicles: readonly number[];
  readonly measures: MeasuresLive | null;
  readonly counters: readonly Counter[];
};

/** What is no longer as in the frame or delta before it; what is left out is as it was. */
export type DeltaMessage = {
  readonly kind: "delta";
  readonly at: number;
  readonly speedFactor?: number;
  readonly plantConnected?: boolean;
  readonly intersections: readonly IntersectionChange[];
  /** All that the console looks at: nearly every one has moved. */
  readonly vehicles?: readonly number[];
  readonly measures?: MeasuresLive | null;
  /** Those with another value, and new ones. */
  readonly counters: readonly Counter[];
};

/** The fields that have changed, of an intersection by id. */
export type IntersectionChange = Pick<IntersectionLive, "id"> & Partial<IntersectionLive>;

export type IntersectionLive = {
  readonly id: string;
  readonly linked: boolean;
  /** How far the engine may go with it; null in a period that is played back, where its log does not say it. */
  readonly mode: Mode | null;
  /** When the controller last said what the street shows; null before the first time. */
  readonly stateAt: number | null;
  readonly operation: Operation | null;
  readonly source: "plan" | "schedule" | "local" | "free" | null;
  readonly plan: string | null;
  readonly stage: string | null;
  readonly coordination: "inStep" | "transition" | null;
  readonly cycleStartAt: number | null;
  /** As in `StateFrame`, flash included: one character a phase. Empty before the first state. */
  readonly lamps: string;
  readonly walk: string;
};

export type MeasuresLive = {
  readonly at: number;
  readonly vehiclesRunning: number;
  readonly vehiclesWaitingToEnter: number;
  readonly vehiclesArrived: number;
  readonly delaySeconds: number | null;
};

export type Counter = {
  readonly name: string;
  readonly label: string;
  readonly value: number;
};

/** Intersections of which a plan or a forecast changed; each replaces what was told of it before. */
export type DetailMessage = {
  readonly kind: "detail";
  readonly at: number;
  readonly intersections: readonly IntersectionDetail[];
};

export type IntersectionDetail = {
  readonly id: string;
  /** What the controller says it runs. */
  readonly running: TimingView | null;
  /** What it will run next: pushed or accepted and not yet in force. */
  readonly next: TimingView | null;
  /** What waits for an operator's approval; null for nothing. */
  readonly proposal: TimingView | null;
  /** How decisions that were only shown compare with what ran; null where none was compared. */
  readonly shadow: ShadowView | null;
  /** The adaptive level's, when the detail was told; null where it has made none. `decisions` carries those that follow. */
  readonly decision: DecisionView | null;
  readonly movements: readonly MovementForecastView[];
  /** What approaches are expected to come to. */
  readonly warnings: readonly CongestionWarningView[];
  /** Those that are not good. */
  readonly detectors: readonly DetectorHealthView[];
  /** What operators have asked of it; absent in a period that is played back. */
  readonly operating?: OperatingView;
};

/** More vehicles than the greens let go, or a queue longer than the approach, likely from an interval on. */
export type CongestionWarningView = {
  readonly link: string;
  readonly kind: "oversaturated" | "spillback";
  readonly from: number;
  readonly probability: number;
};

/** A detector that is doubted, has failed, or has been right again for a short while. */
export type DetectorHealthView = {
  readonly detector: string;
  readonly state: "suspect" | "failed" | "recovering";
  readonly since: number;
  /** The fault by name, as `stuckOn`. */
  readonly fault: string;
  /** Rule, value found and threshold, in words. */
  readonly reason: string;
};

/** Intersections whose decision is new: too often for a whole detail. */
export type DecisionsMessage = {
  readonly kind: "decisions";
  readonly intersections: readonly { readonly id: string; readonly decision: DecisionView | null }[];
};

export type DecisionView = {
  /** When the choice was made; it stands while an intergreen or a least green runs. */
  readonly at: number;
  /** The stage to show now. */
  readonly stage: string;
  /** The stage that is planned to follow, and when the green before it is to end; null while none is planned. */
  readonly next: { readonly stage: string; readonly startAt: number } | null;
  /** Expected cost by first choice, whole vehicle-seconds, cheapest first, at most four. */
  readonly candidates: readonly { readonly stage: string; readonly costVehSeconds: number }[];
  /** What kept another choice from being made, in words; null for nothing. */
  readonly binding: string | null;
  /** Vehicles at the stop lines or coming within the horizon, and what each is expected to wait until then; null where no plan was made. */
  readonly expected: { readonly vehicles: number; readonly delaySeconds: number } | null;
  /** What it was made on. */
  readonly inputs: {
    readonly observed: "loops" | "zone";
    /** Lanes with somebody, vehicles to a tenth. */
    readonly lanes: readonly { readonly lane: string; readonly waiting: number; readonly coming: number }[];
    /** Links that nobody more may be let into. */
    readonly fullExits: readonly string[];
    readonly standingInside: number;
  };
  /** The choices before it that were unlike it, newest first, at most three. */
  readonly earlier: readonly { readonly at: number; readonly stage: string; readonly reason: string }[];
};

/** The engine's decisions against what the street did, over the same seconds and intervals. Means; null where nothing was compared. */
export type ShadowView = {
  /** Stage decisions, and the share of them that chose what the heads showed next. */
  readonly decisions: number;
  readonly agreedShare: number | null;
  /** Expected cost of the best plan from the own choice on, and from the street's, weighted vehicle-seconds a decision. */
  readonly ownCostVehSeconds: number | null;
  readonly streetCostVehSeconds: number | null;
  /** Timing plans, and what they and the running ones were expected to delay a vehicle. */
  readonly plans: number;
  readonly ownDelaySeconds: number | null;
  readonly runningDelaySeconds: number | null;
};

/** A plan that an operator is asked about is `proposed`, then sent, `rejected`, or `expired` without an answer. */
export type PlanStatus =
  | "proposed"
  | "rejected"
  | "expired"
  | "pushed"
  | "accepted"
  | "applied"
  | "refused"
  | "mismatch"
  | "superseded";

export type TimingView = {
  readonly id: string;
  readonly source: "engine" | "local";
  readonly cycleMs: number;
  readonly offsetMs: number;
  readonly stages: readonly {
    readonly stage: string;
    readonly splitMs: number;
    readonly intergreenMs: number;
  }[];
  readonly reason: string;
  readonly status: PlanStatus | "local";
  readonly effectiveAt: number | null;
  readonly validUntil: number | null;
};

export type ForecastModel = "level" | "ar1" | "profile" | "profile-rls";

/** What is expected of an interval, and where nine counts of ten should lie. */
export type FlowForecastView = {
  readonly vehPerHour: number;
  readonly lowerVehPerHour: number;
  readonly upperVehPerHour: number;
};

export type MovementForecastView = {
  readonly movement: string;
  /** Oldest first, one an interval, at most two hours. */
  readonly history: readonly {
    readonly from: number;
    readonly vehPerHour: number | null;
    readonly forecast: FlowForecastView | null;
  }[];
  readonly nextFrom: number | null;
  readonly next: FlowForecastView | null;
  /** Of the intervals behind it. */
  readonly later: readonly FlowForecastView[];
  /** What stands for its counts while detectors of its lanes are not good: imputed from their neighbours; null where it counts itself. */
  readonly imputedVehPerHour: number | null;
  readonly model: ForecastModel | null;
  /** Recent mean absolute error of each model, veh/h; null before it has forecast anything. */
  readonly errors: readonly {
    readonly model: ForecastModel;
    readonly meanAbsoluteVehPerHour: number | null;
  }[];
  /** More or fewer vehicles than usual, for so long and by so much that it is no chance; null for as usual. */
  readonly drift: "above" | "below" | null;
  readonly degreeOfSaturation: number | null;
};

/** New and changed entries; an entry with a known `id` replaces the earlier one. */
export type LogMessage = {
  readonly kind: "log";
  readonly entries: readonly LogEntry[];
};

export type LogEntry = {
  readonly id: number;
  readonly at: number;
  readonly intersection: string | null;
  readonly topic:
    | "plan"
    | "command"
    | "control"
    | "operation"
    | "link"
    | "alarm"
    | "detector"
    | "traffic"
    | "engine";
  /** P1 to P4 as in the control room; `event` asks nothing of anybody. */
  readonly priority: "P1" | "P2" | "P3" | "event";
  readonly text: string;
  readonly reason: string | null;
  readonly plan: string | null;
  readonly status: PlanStatus | null;
  /** The controller's answer in words: when it takes effect, or why it was refused. */
  readonly answer: string | null;
};
