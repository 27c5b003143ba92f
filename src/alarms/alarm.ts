import type { AlarmLife, AlarmPriority, AlarmStateName } from "../model/alarm.ts";
import type { InstantMs } from "../units.ts";
import type { AlarmTypeName } from "./alarm-types.ts";

/** What an alarm is about: an intersection or the whole network (`null`), and a part of it: detector, approach, movement, store. */
export type AlarmPlace = {
  readonly type: AlarmTypeName;
  readonly intersection: string | null;
  readonly part: string | null;
};

/** That something stands or no longer does, or, of a pulse, that somebody said it. */
export type Condition = AlarmPlace & { readonly raised: boolean; readonly text: string };

export type Alarm = AlarmPlace & {
  readonly id: string;
  readonly text: string;
  readonly life: AlarmLife;
  /** Whether the condition stands, and since when it does or does not. */
  readonly raised: boolean;
  readonly raisedChangedAt: InstantMs;
  /** Since when it is active; `null` where it is not. */
  readonly activeSince: InstantMs | null;
  /** How often it became active since it was normal last. */
  readonly occurrences: number;
  readonly acknowledged: Acknowledgement | null;
  /** Who had acknowledged it before the engine began anew; stands if it comes back by `until`, since it is the same matter then. */
  readonly recalled: (Acknowledgement & { readonly until: InstantMs }) | null;
  readonly shelved: Shelf | null;
  readonly outOfService: Withdrawal | null;
  /** The alarm that says this one too. */
  readonly suppressedBy: string | null;
};

export type Acknowledgement = { readonly by: string; readonly at: InstantMs };
export type Withdrawal = { readonly by: string; readonly reason: string; readonly at: InstantMs };
export type Shelf = Withdrawal & { readonly until: InstantMs };

/** A change that operators or the record are to know of. */
export type AlarmTransition = AlarmPlace & {
  readonly at: InstantMs;
  readonly alarm: string;
  readonly priority: AlarmPriority;
  readonly from: AlarmStateName;
  readonly to: AlarmStateName;
  /** Whether it asks an operator for something now. */
  readonly annunciated: boolean;
  readonly text: string;
  /** Who did it; `null` where nobody did. */
  readonly by: string | null;
  readonly reason: string | null;
};

/** An alarm of one type and place has one id: `type:intersection:part`, `network` where it is of no intersection. */
export function alarmId({ type, intersection, part }: AlarmPlace): string {
  const place = `${type}:${intersection ?? "network"}`;
  return part === null ? place : `${place}:${part}`;
}

export function stateOf({ outOfService, shelved, suppressedBy, life }: Alarm): AlarmStateName {
  if (outOfService !== null) return "outOfService";
  if (shelved !== null) return "shelved";
  return suppressedBy === null ? life : "suppressed";
}

export function isActive({ life }: Alarm): boolean {
  return life === "activeUnacknowledged" || life === "activeAcknowledged";
}

/** Whether its course is heard by nobody. */
export function isSilenced({ outOfService, shelved, suppressedBy }: Alarm): boolean {
  return outOfService !== null || shelved !== null || suppressedBy !== null;
}
