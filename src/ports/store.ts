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

/** A state of a plan's or command's life, as the operators' log tells it, or another entry of that log. */
export type PlanRow = {
  readonly at: number;
  /** Empty where the entry is of the whole engine. */
  readonly intersection: string;
  /** Of the plan; empty where the entry is of none. */
  readonly id: string;
  /** The entry's topic: `plan`, `command`, `link`, `operation`… */
  readonly kind: string;
  /** Of the plan (`PlanStatus`); empty where the entry is of none. */
  readonly status: string;
  readonly text: string;
  /** JSON of the plan, where it was pushed. */
  readonly content: string | null;
  /** Number of the entry; a later state of a plan bears the number of its first entry. */
  readonly entry: number;
  readonly priority: string;
  readonly reason: string | null;
  readonly answer: string | null;
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

/** Events of a window in columns, by instant, then by intersection, then by number: what measures are computed from. */
export type EventColumns = {
  readonly at: Float64Array;
  readonly intersections: readonly string[];
  /** Index into `intersections`. */
  readonly intersection: Uint16Array;
  readonly code: Uint16Array;
  readonly parameter: Uint16Array;
};

/** Rows as text, for those who do not compute with them. */
export type StorePageQuery = StoreWindow & {
  readonly format: "json" | "csv";
  /** Rows at most. */
  readonly limit: number;
  /** Where the page before ended, as it told itself. */
  readonly cursor?: string;
};

export type StorePage = {
  /** A JSON array of rows, or CSV with a header. */
  readonly text: string;
  /** Where the next page begins; `null` where this is the last one. */
  readonly cursor: string | null;
};

/**
 * The memory of the engine. What it takes returns at once and delays nobody; what it is asked is answered by another thread, of
 * everything that `flushed` had said to be on the disk when it was asked. A question that asks for too much, or takes too long, is
 * answered with a text that says so.
 */
export interface Store {
  /** Takes rows; they survive whatever happens to the process once `flushed` has said so. */
  append(rows: StoreRows): void;
  /** Resolves when everything taken so far is on the disk; rejects (`STORE_FAILED`) where the store is closed before it could be. */
  flushed(): Promise<void>;
  /** Rows of a window, by instant. */
  read<Table extends StoreTable>(
    table: Table,
    window: StoreWindow,
  ): Promise<Result<readonly StoreTables[Table][], string>>;
  events(window: StoreWindow & { readonly codes?: readonly number[] }): Promise<Result<EventColumns, string>>;
  /** Stores what waits, as far as it can be stored, and answers no more. */
  close(): Promise<void>;
}

/** The same memory for those who watch over it. */
export interface StoreQueue {
  /** Characters of rows that wait for the disk. */
  waitingCharacters(): number;
}

/** The same memory for those who only show it. */
export interface StorePages {
  page(table: StoreTable, query: StorePageQuery): Promise<Result<StorePage, string>>;
}
