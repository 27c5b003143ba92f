/** P1 at once, P2 within the shift, P3 a work order (reference `signal-control.md` §8.1). */
export type AlarmPriority = "P1" | "P2" | "P3";

/** The course of an alarm, whether it is heard or not (ISA-18.2; reference REQ-A1). */
export type AlarmLife = "normal" | "activeUnacknowledged" | "activeAcknowledged" | "clearedUnacknowledged";

/** As operators see it: what silences an alarm goes before its course. */
export type AlarmStateName = AlarmLife | "shelved" | "suppressed" | "outOfService";

/** How a period's alarms stand against the figures of ISA-18.2 and EEMUA 191 (reference `signal-control.md` §8.1). */
export type IsaFigures = {
  readonly durationMs: number;
  /** Alarms that asked an operator for something. */
  readonly annunciated: number;
  readonly perTenMinutes: number;
  /** Most in any ten minutes, wherever they begin. */
  readonly perTenMinutesPeak: number;
  /** Of the whole ten-minute periods from the begin on, the share with more than ten. */
  readonly periodsAboveTenShare: number;
  readonly floods: number;
  readonly floodTimeShare: number;
  /** Alarms that were active for more than a day without a pause. */
  readonly stale: readonly string[];
  /** Alarms that were heard at least three times within a minute. */
  readonly chattering: readonly string[];
  /** The ten that were heard most, and their share of all. */
  readonly topTen: readonly { readonly alarm: string; readonly count: number }[];
  readonly topTenShare: number;
  /** Shares of those that were heard. */
  readonly priorities: Readonly<Record<AlarmPriority, number>>;
  /** Begun and not heard, because a parent said it. */
  readonly suppressed: number;
  /** Times that somebody shelved one. */
  readonly shelved: number;
};

/** What is asked of a figure; a text of the shape that the operator reads, and whether it holds. */
export type IsaTarget = { readonly figure: string; readonly target: string; readonly met: boolean };
