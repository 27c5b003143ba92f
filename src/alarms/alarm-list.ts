import { byCodeUnit, type InstantMs } from "../units.ts";
import type { AlarmPriority, AlarmStateName } from "../model/alarm.ts";
import { type Alarm, isActive, stateOf } from "./alarm.ts";
import { ALARM_TYPES, type AlarmTypeName } from "./alarm-types.ts";
import type { Alarms } from "./alarms.ts";

/** An alarm with what an operator needs to answer it. */
export type AlarmListed = Omit<Alarm, "life" | "raised" | "raisedChangedAt" | "recalled"> & {
  readonly state: AlarmStateName;
  readonly priority: AlarmPriority;
  readonly response: string;
  readonly consequence: string;
  readonly owner: string;
  /** Alarms that this one says too. */
  readonly children: number;
  /** Whether it was the first of the flood that is on. */
  readonly firstOut: boolean;
};

/** Alarms of one type in a flood, as one line. */
export type AlarmLine = {
  readonly type: AlarmTypeName;
  readonly priority: AlarmPriority;
  readonly count: number;
  readonly since: InstantMs;
  /** The first of them. */
  readonly alarm: string;
};

export type AlarmList = {
  /** By priority and then age: what is active, or cleared and not acknowledged. */
  readonly active: readonly AlarmListed[];
  readonly shelved: readonly AlarmListed[];
  readonly suppressed: readonly AlarmListed[];
  readonly outOfService: readonly AlarmListed[];
  readonly flood: { readonly since: InstantMs; readonly firstOut: string } | null;
  /** In a flood: what is active, a line for each type. Empty otherwise. */
  readonly consolidated: readonly AlarmLine[];
};

export function alarmList({ byId, flood }: Alarms): AlarmList {
  const children = new Map<string, number>();
  for (const { suppressedBy } of byId.values()) {
    if (suppressedBy !== null) children.set(suppressedBy, (children.get(suppressedBy) ?? 0) + 1);
  }
  const listed = [...byId.values()]
    .map((alarm) => listedAlarm(alarm, children.get(alarm.id) ?? 0, flood.now?.firstOut === alarm.id))
    .toSorted(
      (left, right) =>
        byCodeUnit(left.priority, right.priority) || (left.activeSince ?? 0) - (right.activeSince ?? 0),
    );
  const active = listed.filter(
    ({ state }) => state.startsWith("active") || state === "clearedUnacknowledged",
  );
  return {
    active,
    shelved: listed.filter(({ state }) => state === "shelved"),
    suppressed: listed.filter(({ state }) => state === "suppressed"),
    outOfService: listed.filter(({ state }) => state === "outOfService"),
    flood: flood.now,
    consolidated: flood.now === null ? [] : linesOf([...byId.values()]),
  };
}

function listedAlarm(alarm: Alarm, children: number, firstOut: boolean): AlarmListed {
  const { life: _life, raised: _raised, raisedChangedAt: _changedAt, recalled: _recalled, ...shown } = alarm;
  const { priority, response, consequence, owner } = ALARM_TYPES[alarm.type];
  return { ...shown, state: stateOf(alarm), priority, response, consequence, owner, children, firstOut };
}

function linesOf(alarms: readonly Alarm[]): readonly AlarmLine[] {
  const lines = new Map<AlarmTypeName, AlarmLine>();
  for (const alarm of alarms) {
    const since = alarm.activeSince;
    if (!isActive(alarm) || since === null || alarm.suppressedBy !== null) continue;
    const { type, id } = alarm;
    const known = lines.get(type);
    const first = known === undefined || since < known.since ? { since, alarm: id } : known;
    const { priority } = ALARM_TYPES[type];
    lines.set(type, {
      type,
      priority,
      count: (known?.count ?? 0) + 1,
      since: first.since,
      alarm: first.alarm,
    });
  }
  return [...lines.values()].toSorted((left, right) => right.count - left.count);
}
