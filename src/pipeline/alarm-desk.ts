import type { AlarmTransition, Condition } from "../alarms/alarm.ts";
import { stateOf } from "../alarms/alarm.ts";
import { ALARM_TYPES } from "../alarms/alarm-types.ts";
import { alarmList } from "../alarms/alarm-list.ts";
import { type AlarmAct, actOnAlarm, type Alarms } from "../alarms/alarms.ts";
import { isaFigures, isaTargets } from "../alarms/isa-figures.ts";
import { alarmsWith, keptAlarms } from "../alarms/kept-alarms.ts";
import type {
  AlarmActAnswer,
  AlarmDesk,
  AlarmDeskView,
  AlarmMemory,
  AlarmsNow,
} from "../ports/alarm-desk.ts";
import type { AuditTrail } from "../ports/audit.ts";
import type { AlarmRow } from "../ports/store.ts";
import { after, DAY_MS, type InstantMs } from "../units.ts";
import { alarmActEntry } from "./audit-entries.ts";
import { alarmEffect } from "./alarm-effects.ts";
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
  /** Where operators' words outlive the process; absent where they need not. */
  readonly memory?: AlarmMemory | undefined;
  /** Told of an act that was done: what is shown has changed, and perhaps no instant comes. */
  readonly acted?: () => void;
};

/** The alarms of a running engine, and what operators do with them. Every act, done or refused, is in the audit trail before it is answered. */
export function createAlarmDesk({ audit, others, rows, memory, acted }: AlarmDeskPorts): RunningAlarms {
  let watch: AlarmWatch = NO_WATCH;
  let latest: Decided | undefined;
  let startedAt: InstantMs | undefined;
  let transitions: AlarmTransition[] = [];
  const remember = memory === undefined ? undefined : rememberer(memory);

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
    decided: (decided) => {
      const { tables, instant, state, effects } = decided;
      const { at, inputs, flooding, drifting } = instant;
      if (startedAt === undefined) {
        startedAt = at;
        watch = { ...watch, alarms: alarmsWith(memory?.kept ?? [], at) };
      }
      latest = decided;
      const next = watchAlarms(watch, { at, tables, state, inputs, effects, flooding, drifting }, others());
      ({ watch } = next);
      record(next.transitions);
      // What comes of it is the disk's affair: the next change, and each act, tries again.
      if (next.transitions.length > 0) void remember?.(watch.alarms);
    },
    now: () => (latest === undefined ? undefined : alarmsNow(watch.alarms, latest)),
    view: (): AlarmDeskView | undefined => {
      if (latest === undefined || startedAt === undefined) return undefined;
      const { at } = latest.instant;
      const figures = isaFigures(transitions, after(at, -Math.min(DAY_MS, at - startedAt)), after(at, 1));
      const recent = transitions.slice(-RECENT).toReversed();
      const { consolidated } = alarmList(watch.alarms);
      return {
        ...alarmsNow(watch.alarms, latest),
        consolidated,
        recent,
        figures,
        targets: isaTargets(figures),
        types: TYPE_WORDS,
      };
    },
    act: async (act): Promise<AlarmActAnswer> => {
      if (latest === undefined) return { kind: "refused", why: "no plant is connected yet" };
      const refusing = audit.refusing();
      if (refusing !== undefined) return { kind: "unaudited", done: false, why: refusing };
      const { at } = latest.instant;
      const alarm = watch.alarms.byId.get(act.alarm);
      const before =
        alarm === undefined ? undefined : { intersection: alarm.intersection, state: stateOf(alarm) };
      const { result, done } = perform(act, at);
      audit.append(alarmActEntry(act, at, before, result));
      if (done) {
        await remember?.(watch.alarms);
        acted?.();
      }
      const stored = await audit.stored();
      if (!stored.ok) return { kind: "unaudited", done, why: stored.error };
      return done ? { kind: "done" } : { kind: "refused", why: result };
    },
  };
}

/** The alarms with what the engine does about each. */
function alarmsNow(alarms: Alarms, { instant, state, tables }: Decided): AlarmsNow {
  const { active, shelved, suppressed, outOfService, flood } = alarmList(alarms);
  const withEffects = (listed: typeof active) =>
    listed.map((alarm) => ({ ...alarm, effect: alarmEffect(alarm, state, tables) }));
  return {
    at: instant.at,
    active: withEffects(active),
    shelved: withEffects(shelved),
    suppressed: withEffects(suppressed),
    outOfService: withEffects(outOfService),
    flood,
  };
}

const TYPE_WORDS = Object.fromEntries(
  Object.entries(ALARM_TYPES).map(([type, { response, consequence, owner }]) => [
    type,
    { response, consequence, owner },
  ]),
);

/** Keeps what operators said whenever it is not what was kept last. */
function rememberer(memory: AlarmMemory): (alarms: Alarms) => Promise<void> {
  let known = JSON.stringify(memory.kept);
  return async (alarms) => {
    const kept = keptAlarms(alarms);
    const text = JSON.stringify(kept);
    if (text === known) return;
    known = text;
    const stored = await memory.keep(kept);
    if (!stored.ok && known === text) known = "";
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
