import type { AlarmTransition, Condition } from "../alarms/alarm.ts";
import { stateOf } from "../alarms/alarm.ts";
import { alarmList } from "../alarms/alarm-list.ts";
import { type AlarmAct, actOnAlarm } from "../alarms/alarms.ts";
import { isaFigures, isaTargets } from "../alarms/isa-figures.ts";
import type { AlarmActAnswer, AlarmDesk, AlarmDeskView } from "../ports/alarm-desk.ts";
import type { AuditTrail } from "../ports/audit.ts";
import type { AlarmRow } from "../ports/store.ts";
import { after, DAY_MS, type InstantMs } from "../units.ts";
import { alarmActEntry } from "./audit-entries.ts";
import { type AlarmWatch, NO_WATCH, watchAlarms } from "./alarm-watch.ts";
import type { Decided } from "./run.ts";

/** Transitions that are kept to be shown and reckoned with. */
const KEPT = 10_000;
const RECENT = 200;

export type RunningAlarms = AlarmDesk & {
  /** Told each instant that was decided. */
  decided(decided: Decided): void;
};

export type AlarmDeskPorts = {
  readonly audit: AuditTrail;
  /** What the engine does not know of and has begun or ended since it was asked last, as a disk that is full. */
  readonly others: () => readonly Condition[];
  /** Told each change, for the store; absent where there is none. */
  readonly rows?: (rows: readonly AlarmRow[]) => void;
};

/** The alarms of a running engine, and what operators do with them. Every act, done or refused, is in the audit trail before it is answered. */
export function createAlarmDesk({ audit, others, rows }: AlarmDeskPorts): RunningAlarms {
  let watch: AlarmWatch = NO_WATCH;
  let now: InstantMs | undefined;
  let startedAt: InstantMs | undefined;
  let transitions: AlarmTransition[] = [];

  const record = (fresh: readonly AlarmTransition[]): void => {
    if (fresh.length === 0) return;
    transitions = [...transitions, ...fresh].slice(-KEPT);
    rows?.(fresh.map(alarmRow));
  };

  const perform = (act: AlarmAct, at: InstantMs): { readonly result: string; readonly done: boolean } => {
    const done = actOnAlarm(watch.alarms, act, at);
    if (!done.ok) return { result: `refused: ${done.error}`, done: false };
    watch = { ...watch, alarms: done.value.alarms };
    record(done.value.transitions);
    return { result: "done", done: true };
  };

  return {
    decided: ({ tables, instant, state, effects }) => {
      now = instant.at;
      startedAt ??= now;
      const { inputs, flooding } = instant;
      const next = watchAlarms(watch, { at: now, tables, state, inputs, effects, flooding }, others());
      ({ watch } = next);
      record(next.transitions);
    },
    view: (): AlarmDeskView | undefined => {
      if (now === undefined || startedAt === undefined) return undefined;
      const from = after(now, -Math.min(DAY_MS, now - startedAt));
      const figures = isaFigures(transitions, from, after(now, 1));
      const recent = transitions.slice(-RECENT).toReversed();
      return { ...alarmList(watch.alarms), at: now, recent, figures, targets: isaTargets(figures) };
    },
    act: async (act): Promise<AlarmActAnswer> => {
      if (now === undefined) return { kind: "refused", why: "no plant is connected yet" };
      const alarm = watch.alarms.byId.get(act.alarm);
      const before =
        alarm === undefined ? undefined : { intersection: alarm.intersection, state: stateOf(alarm) };
      const { result, done } = perform(act, now);
      audit.append(alarmActEntry(act, now, before, result));
      const stored = await audit.stored();
      if (!stored.ok) return { kind: "unaudited", why: stored.error };
      return done ? { kind: "done" } : { kind: "refused", why: result };
    },
  };
}

const PRIORITY_NUMBER = { P1: 1, P2: 2, P3: 3 } as const;

/** A transition as the store keeps it. */
export function alarmRow(transition: AlarmTransition): AlarmRow {
  const { at, intersection, alarm, priority, to, text } = transition;
  return {
    at,
    intersection: intersection ?? "",
    alarm,
    priority: PRIORITY_NUMBER[priority],
    state: to,
    text,
    content: JSON.stringify(transition),
  };
}
