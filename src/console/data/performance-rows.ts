/** Rows of the measures that this view asks for, as far as it reads them (`src/measures`); null is no data, never zero. */
type Count = number | null;

export type ArrivalsRow = {
  readonly from: number;
  readonly phase: string;
  readonly arrivals: Count;
  readonly onGreen: Count;
  readonly platoonRatio: Count;
};

export type DelayRow = {
  readonly from: number;
  readonly phase: string;
  readonly vehicles: Count;
  readonly delaySeconds: Count;
};

export type FailureRow = {
  readonly from: number;
  readonly phase: string;
  readonly cycles: Count;
  readonly failures: Count;
};

export type PedestrianRow = {
  readonly from: number;
  readonly phase: string;
  readonly served: Count;
  readonly delayMeanSeconds: Count;
  readonly delayMaxSeconds: Count;
};

export type QueueRow = {
  readonly from: number;
  readonly approach: string;
  readonly kind: string;
  readonly longestSeconds: Count;
};

export type TurningRow = {
  readonly from: number;
  readonly approach: string;
  readonly movement: string;
  readonly vehicles: Count;
};

export type UtilisationRow = {
  readonly from: number;
  readonly phase: string;
  readonly greens: Count;
  readonly greenMeanSeconds: Count;
};

export type DetectorRow = {
  readonly from: number;
  readonly detector: string;
  readonly ons: Count;
  readonly unmatched: Count;
  readonly longestOnSeconds: Count;
  readonly onPercent: Count;
};

/** What is told by bin. */
export type BinMeasures = {
  readonly aog: readonly ArrivalsRow[];
  readonly "approach-delay": readonly DelayRow[];
  readonly "split-failure": readonly FailureRow[];
  readonly "pedestrian-delay": readonly PedestrianRow[];
  readonly queues: readonly QueueRow[];
  readonly "turning-counts": readonly TurningRow[];
  readonly "green-utilisation": readonly UtilisationRow[];
  readonly "detector-health": readonly DetectorRow[];
};

export const BIN_NAMES: readonly (keyof BinMeasures)[] = [
  "aog",
  "approach-delay",
  "split-failure",
  "pedestrian-delay",
  "queues",
  "turning-counts",
  "green-utilisation",
  "detector-health",
];

export type Termination = "gapOut" | "maxOut" | "forceOff" | "unknown";

export type SplitRow = {
  readonly at: number;
  readonly phase: string;
  readonly splitSeconds: number;
  readonly termination: Termination;
  readonly pattern: number | null;
  readonly programmedSeconds: number | null;
};

export type ArrivalRow = {
  readonly at: number;
  readonly phase: string;
  readonly cycleFrom: number;
  readonly secondsInCycle: number;
  readonly arrival: string;
  readonly greenAtSeconds: number;
  readonly yellowAtSeconds: number;
  readonly cycleSeconds: number;
};

export type OccupancyRow = {
  readonly at: number;
  readonly phase: string;
  readonly greenOccupancy: number | null;
  readonly redOccupancy: number | null;
  readonly failed: boolean | null;
};

export type WalkRow = { readonly at: number; readonly phase: string };

/** What is told one by one, but for arrivals. */
export type EventMeasures = {
  readonly splits: readonly SplitRow[];
  readonly "split-failure-cycles": readonly OccupancyRow[];
  readonly "pedestrian-services": readonly WalkRow[];
};

export const EVENT_NAMES: readonly (keyof EventMeasures)[] = [
  "splits",
  "split-failure-cycles",
  "pedestrian-services",
];

/** Every vehicle: so many that they are asked for alone, and no other chart waits for them. */
export type ArrivalMeasures = { readonly pcd: readonly ArrivalRow[] };

/** `GET /api/forecast-errors/:intersection`. */
export type ForecastErrorRow = {
  readonly movement: string;
  readonly horizonMinutes: number;
  readonly intervals: number;
  readonly mae: number | null;
  readonly bias: number | null;
  readonly wapePercent: number | null;
  readonly coveragePercent: number | null;
};
