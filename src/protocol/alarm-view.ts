import type { AlarmPriority, AlarmStateName, IsaFigures, IsaTarget } from "../model/alarm.ts";

/**
 * An alarm with what an operator needs to answer it. Consoles are told of alarms by `AlarmsMessage` over `/live` and `AlarmsAnswer` from
 * `GET /api/alarms`. Instants are of the run's clock.
 */
export type AlarmView = {
  /** `type:intersection:part`. */
  readonly id: string;
  readonly type: string;
  /** `null`: the whole network. */
  readonly intersection: string | null;
  /** Detector, approach, movement, store; `null` for the whole place. */
  readonly part: string | null;
  readonly text: string;
  readonly state: AlarmStateName;
  readonly priority: AlarmPriority;
  /** Since when it is active; `null` where it is not. */
  readonly activeSince: number | null;
  /** How often it became active since it was normal last. */
  readonly occurrences: number;
  readonly acknowledged: { readonly by: string; readonly at: number } | null;
  readonly shelved: {
    readonly by: string;
    readonly reason: string;
    readonly at: number;
    readonly until: number;
  } | null;
  readonly outOfService: { readonly by: string; readonly reason: string; readonly at: number } | null;
  /** Id of the alarm that says this one too. */
  readonly suppressedBy: string | null;
  readonly response: string;
  readonly consequence: string;
  readonly owner: string;
  /** Alarms that this one says too. */
  readonly children: number;
  /** Whether it was the first of the flood that is on. */
  readonly firstOut: boolean;
  /** What the engine does about it now. */
  readonly effect: string;
};

export type FloodView = { readonly since: number; readonly firstOut: string };

/** Alarms that are not normal: all of them where `whole`, else those that changed since, and ids of those that are normal again. */
export type AlarmsMessage = {
  readonly kind: "alarms";
  readonly at: number;
  readonly whole: boolean;
  readonly changed: readonly AlarmView[];
  readonly gone: readonly string[];
  /** The flood that is on; `null` for none. */
  readonly flood: FloodView | null;
};

export type AlarmTransitionView = {
  readonly at: number;
  readonly alarm: string;
  readonly type: string;
  readonly intersection: string | null;
  readonly part: string | null;
  readonly priority: AlarmPriority;
  readonly from: AlarmStateName;
  readonly to: AlarmStateName;
  /** Whether it asked an operator for something. */
  readonly annunciated: boolean;
  readonly text: string;
  /** `null` where nobody did it. */
  readonly by: string | null;
  readonly reason: string | null;
};

/** What `GET /api/alarms` answers. */
export type AlarmsAnswer = {
  readonly at: number;
  /** By priority and then age: what is active, or cleared and not acknowledged. */
  readonly active: readonly AlarmView[];
  readonly shelved: readonly AlarmView[];
  readonly suppressed: readonly AlarmView[];
  readonly outOfService: readonly AlarmView[];
  readonly flood: FloodView | null;
  /** The latest transitions, newest first. */
  readonly recent: readonly AlarmTransitionView[];
  /** Of the last 24 hours, or since the start. */
  readonly figures: IsaFigures;
  readonly targets: readonly IsaTarget[];
  /** Every type that there is, in words: alarms of the past say only their type. */
  readonly types: Readonly<Record<string, AlarmTypeWordsView>>;
};

export type AlarmTypeWordsView = Pick<AlarmView, "response" | "consequence" | "owner">;
