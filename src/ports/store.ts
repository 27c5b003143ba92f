import type { Result } from "../result.ts";

/** A controller's high-resolution event, numbered without a gap within its intersection's log (`LogFrame`). */
export type EventRow = {
  readonly at: number;
  readonly intersection: string;
  readonly number: number;
  readonly code: number;
  readonly parameter: number;
};

/** What a detector told in an interval, and whether that is what was counted or what stands for it. */
export type DetectorIntervalRow = {
  readonly at: number;
  readonly intersection: string;
  readonly detector: string;
  readonly intervalMs: number;
  /** Vehicles; null where nothing is known. */
  readonly vehicles: number | null;
  readonly occupancyRatio: number | null;
  readonly quality: "measured" | "imputed" | "missing";
};

/** A forecast of a movement's interval that begins at `at`, with what came of it once that is over. */
export type ForecastRow = {
  readonly at: number;
  readonly intersection: string;
  readonly movement: string;
  readonly madeAt: number;
  readonly intervalMs: number;
  readonly vehicles: number;
  readonly low: number;
  readonly high: number;
  /** Vehicles that were counted; null where the interval taught nothing. */
  readonly counted: number | null;
};

/** A state of a plan's or command's life, as the log tells it: pushed, accepted, applied, refused, mismatch. */
export type PlanRow = {
  readonly at: number;
  readonly intersection: string;
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly text: string;
  /** JSON of the plan, where it was pushed. */
  readonly content: string | null;
};

/** A decision with everything that it was made on, as JSON that can be decided again. */
export type DecisionRow = {
  readonly at: number;
  readonly intersection: string;
  readonly level: "strategic" | "tactical";
  readonly id: string;
  readonly content: string;
};

/** A change of an alarm. */
export type AlarmRow = {
  readonly at: number;
  readonly intersection: string;
  readonly alarm: string;
  readonly priority: number;
  readonly state: string;
  readonly text: string;
  readonly content: string;
};

/** An entry of the audit trail, copied here to be searched; the trail itself is the hash-chained file. */
export type AuditRow = {
  readonly at: number;
  readonly intersection: string;
  readonly number: number;
  readonly who: string;
  readonly action: string;
  readonly content: string;
};

/** A finished what-if run. */
export type RunRow = {
  readonly at: number;
  readonly intersection: string;
  readonly run: string;
  readonly content: string;
};

export type StoreTables = {
  readonly events: EventRow;
  readonly intervals: DetectorIntervalRow;
  readonly forecasts: ForecastRow;
  readonly plans: PlanRow;
  readonly decisions: DecisionRow;
  readonly alarms: AlarmRow;
  readonly audit: AuditRow;
  readonly runs: RunRow;
};

export type StoreTable = keyof StoreTables;

/** Rows of one table. */
export type StoreRows = {
  readonly [Table in StoreTable]: { readonly table: Table; readonly rows: readonly StoreTables[Table][] };
}[StoreTable];

/** Which rows: instants in [from, to), of one intersection or of all. */
export type StoreWindow = {
  readonly from: number;
  readonly to: number;
  readonly intersection?: string;
};

/** Events of a window in columns, by instant and then by number: what measures are computed from. */
export type EventColumns = {
  readonly at: Float64Array;
  readonly intersections: readonly string[];
  /** Index into `intersections`. */
  readonly intersection: Uint16Array;
  readonly code: Uint16Array;
  readonly parameter: Uint16Array;
};

/** The memory of the engine. What it takes returns at once and delays nobody; what it is asked is answered by another thread. */
export interface Store {
  /** Takes rows; they survive whatever happens to the process once `flushed` has said so. */
  append(rows: StoreRows): void;
  /** Resolves when everything taken so far is on the disk. */
  flushed(): Promise<void>;
  read<Table extends StoreTable>(
    table: Table,
    window: StoreWindow,
  ): Promise<Result<readonly StoreTables[Table][], string>>;
  events(window: StoreWindow & { readonly codes?: readonly number[] }): Promise<Result<EventColumns, string>>;
  close(): Promise<void>;
}
