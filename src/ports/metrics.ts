/** What an engine says of itself when its figures are asked for. Counts are since the start. */
export type Readings = {
  /** The latest instant that was decided, epoch milliseconds of the street's clock; undefined before the first. */
  readonly decidedAt: number | undefined;
  readonly plantConnected: boolean;
  readonly links: { readonly configured: number; readonly up: number };
  readonly frames: {
    readonly received: number;
    readonly sent: number;
    /** By code of refusal. */
    readonly refused: ReadonlyMap<string, number>;
  };
  readonly plans: OutcomeCounts;
  readonly schedules: OutcomeCounts;
  readonly readbackMismatches: number;
  /** Rules of the safety gate by which something was refused. */
  readonly gateRules: Readonly<Record<string, number>>;
  /** Events of controllers' logs that are received and not on the disk yet. */
  readonly eventsUnstored: number;
  /** Characters of rows that wait for the history's disk; undefined where no history is kept. */
  readonly historyWaiting: number | undefined;
  /** Alarms that are active, by priority; undefined before the plant's clock is known. */
  readonly alarms: ReadonlyMap<string, number> | undefined;
  readonly consoles: {
    readonly viewers: number;
    readonly messages: number;
    readonly characters: number;
    readonly skipped: number;
  };
};

/** What became of what the engine wanted to send. */
export type OutcomeCounts = {
  readonly pushed: number;
  readonly accepted: number;
  readonly applied: number;
  readonly refusedByController: number;
  readonly refusedByGate: number;
};

/** A controller's refusal of a plan, a schedule or a command. */
export type Refusal = { readonly what: "plan" | "schedule" | "command"; readonly code: string };

/** Figures for those who watch over the process. */
export interface Metrics {
  /** An instant was decided, in so many seconds of wall time. */
  decided(stepSeconds: number, refusals: readonly Refusal[]): void;
  /** All figures as they are now, as text. */
  exposition(): Promise<{ readonly contentType: string; readonly text: string }>;
}
