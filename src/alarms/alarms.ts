import { after, HOUR_MS, type InstantMs } from "../units.ts";
import { unreachable } from "../assert.ts";
import { err, ok, type Result } from "../result.ts";
import {
  type Alarm,
  alarmId,
  type AlarmTransition,
  type Condition,
  isActive,
  isSilenced,
  type Shelf,
  stateOf,
  type Withdrawal,
} from "./alarm.ts";
import { ALARM_TYPE_NAMES, ALARM_TYPES, type AlarmTypeName } from "./alarm-types.ts";
import { type Flood, floodAt, NO_FLOOD } from "./flood.ts";

/** Every alarm that is not normal, by id, and those that are shelved or out of service. */
export type Alarms = { readonly byId: ReadonlyMap<string, Alarm>; readonly flood: Flood };

export type AlarmsStep = { readonly alarms: Alarms; readonly transitions: readonly AlarmTransition[] };

/** What somebody does with an alarm; all of it is told with who and why. */
export type AlarmAct = { readonly alarm: string; readonly by: string } & (
  | { readonly kind: "acknowledge" }
  | { readonly kind: "shelve"; readonly reason: string; readonly until: InstantMs }
  | { readonly kind: "unshelve"; readonly reason: string }
  | { readonly kind: "outOfService"; readonly reason: string }
  | { readonly kind: "returnToService"; readonly reason: string }
);

export const NO_ALARMS: Alarms = { byId: new Map(), flood: NO_FLOOD };

/** Nobody may silence an alarm for longer without saying so again (REQ-A1). */
export const SHELF_MAX_MS = 8 * HOUR_MS;

/** What is written while a step goes on. */
type Draft = {
  readonly at: InstantMs;
  readonly byId: Map<string, Alarm>;
  readonly transitions: AlarmTransition[];
  readonly heard: string[];
};

const RANK: ReadonlyMap<AlarmTypeName, number> = new Map(
  ALARM_TYPE_NAMES.map((name, place) => [name, place]),
);

/**
 * The alarms at `at`, after what conditions began or ended then: delays run out, shelves expire, children are silenced by their parents
 * and heard again without them. Instants never go back.
 */
export function alarmsAt(before: Alarms, conditions: readonly Condition[], at: InstantMs): AlarmsStep {
  if (conditions.length === 0 && before.byId.size === 0) {
    return { alarms: { ...before, flood: floodAt(before.flood, [], at) }, transitions: [] };
  }
  const draft: Draft = { at, byId: new Map(before.byId), transitions: [], heard: [] };
  for (const condition of conditions) take(draft, condition);
  for (const alarm of byRank(draft)) expire(draft, alarm);
  // Parents first, so that who begins with its parent is never heard.
  for (const alarm of byRank(draft)) {
    const next = settled(alarm, at);
    if (next !== alarm) change(draft, alarm, isActive(next) ? suppressed(draft, next) : next);
  }
  // Parents that have ended, or have begun after their children.
  for (const alarm of byRank(draft)) {
    const next = suppressed(draft, alarm);
    if (next !== alarm) change(draft, alarm, withoutParent(alarm, next));
  }
  return stepOf(before, draft);
}

/** Carries out an operator's act, or says why it cannot be. */
export function actOnAlarm(before: Alarms, act: AlarmAct, at: InstantMs): Result<AlarmsStep, string> {
  const alarm = before.byId.get(act.alarm);
  if (alarm === undefined) return err(`there is no alarm ${act.alarm} that is not normal`);
  const next = acted(alarm, act, at);
  if (!next.ok) return next;
  const draft: Draft = { at, byId: new Map(before.byId), transitions: [], heard: [] };
  const reason = act.kind === "acknowledge" ? null : act.reason;
  change(draft, alarm, heardAgain(alarm, next.value), { by: act.by, reason });
  return ok(stepOf(before, draft));
}

function stepOf(before: Alarms, { at, byId, transitions, heard }: Draft): AlarmsStep {
  const flood = floodAt(before.flood, heard, at);
  return { alarms: { byId, flood }, transitions };
}

/** A copy, for the map changes underneath. */
function byRank({ byId }: Draft): readonly Alarm[] {
  return [...byId.values()].toSorted((left, right) => rank(left) - rank(right));
}

function rank({ type }: Alarm): number {
  return RANK.get(type) ?? 0;
}

/** A condition's word, before any delay. */
function take(draft: Draft, condition: Condition): void {
  const id = alarmId(condition);
  const { at, byId } = draft;
  const known = byId.get(id);
  if (known === undefined) {
    if (condition.raised) byId.set(id, begun(id, condition, at));
    return;
  }
  const isPulse = ALARM_TYPES[known.type].kind === "pulse";
  if (known.raised === condition.raised && !(isPulse && condition.raised)) {
    // The same, in newer words; what ends keeps the words of what it was.
    if (condition.raised && known.text !== condition.text) byId.set(id, { ...known, text: condition.text });
    return;
  }
  const text = condition.raised ? condition.text : known.text;
  const told: Alarm = { ...known, raised: condition.raised, raisedChangedAt: at, text };
  const isNothing = !told.raised && !isKnownBeyond(told);
  // Said again while it is still active: nobody has acknowledged that.
  if (isPulse && isActive(known)) change(draft, known, again(told));
  else if (isNothing) byId.delete(id);
  else byId.set(id, told);
}

function begun(id: string, { type, intersection, part, text }: Condition, at: InstantMs): Alarm {
  return {
    id,
    type,
    intersection,
    part,
    text,
    life: "normal",
    raised: true,
    raisedChangedAt: at,
    activeSince: null,
    occurrences: 0,
    acknowledged: null,
    recalled: null,
    shelved: null,
    outOfService: null,
    suppressedBy: null,
  };
}

function again(alarm: Alarm): Alarm {
  return { ...alarm, life: "activeUnacknowledged", acknowledged: null, occurrences: alarm.occurrences + 1 };
}

/** Becomes active; what somebody had acknowledged before the engine began anew he need not again. */
function activated(alarm: Alarm, at: InstantMs): Alarm {
  const active = again({ ...alarm, activeSince: at });
  if (alarm.recalled === null) return active;
  const { by, at: acknowledgedAt } = alarm.recalled;
  const acknowledged = { by, at: acknowledgedAt };
  return { ...active, life: "activeAcknowledged", acknowledged, recalled: null };
}

/** The alarm once the delays that have run out by `at` are over. */
function settled(alarm: Alarm, at: InstantMs): Alarm {
  const { kind, onDelayMs, offDelayMs } = ALARM_TYPES[alarm.type];
  const lastsMs = at - alarm.raisedChangedAt;
  if (isActive(alarm)) {
    const isOver = (kind === "pulse" || !alarm.raised) && lastsMs >= offDelayMs;
    return isOver ? cleared(alarm) : alarm;
  }
  const begins = alarm.raised && lastsMs >= onDelayMs;
  return begins ? activated(alarm, at) : alarm;
}

/** What nobody has heard, nobody has to acknowledge. */
function cleared(alarm: Alarm): Alarm {
  const unheard = isSilenced(alarm) || alarm.life === "activeAcknowledged";
  return { ...alarm, life: unheard ? "normal" : "clearedUnacknowledged", raised: false, activeSince: null };
}

/** What was said for a time is over with it: a shelf, and an acknowledgement from before the engine began anew. */
function expire(draft: Draft, before: Alarm): void {
  const { recalled, shelved } = before;
  const isForgotten = recalled !== null && recalled.until <= draft.at;
  const alarm = isForgotten ? { ...before, recalled: null } : before;
  if (shelved !== null && shelved.until <= draft.at) {
    const reason = `shelved until now by ${shelved.by}: ${shelved.reason}`;
    change(draft, before, heardAgain(alarm, { ...alarm, shelved: null }), { by: null, reason });
  } else if (isForgotten) change(draft, before, alarm);
}

/** The alarm as its parents have it now: silenced while one of them is active, and only where it is raised itself. */
function suppressed(draft: Draft, alarm: Alarm): Alarm {
  const parent = isActive(alarm) ? activeParent(draft, alarm) : null;
  return parent === alarm.suppressedBy ? alarm : { ...alarm, suppressedBy: parent };
}

function activeParent({ byId }: Draft, { type, intersection, part }: Alarm): string | null {
  for (const parent of ALARM_TYPES[type].parents) {
    for (const place of [
      { intersection: null, part: null },
      { intersection, part: null },
      { intersection, part },
    ]) {
      const id = alarmId({ type: parent, ...place });
      const known = byId.get(id);
      // A parent that is itself silenced by an operator says nothing for its children.
      if (known !== undefined && isActive(known) && known.shelved === null && known.outOfService === null) {
        return id;
      }
    }
  }
  return null;
}

/** What was said under a parent has said nothing of its own: it is over with it, where what stands by itself is heard. */
function withoutParent(before: Alarm, next: Alarm): Alarm {
  const isSaid = ALARM_TYPES[next.type].kind === "pulse" && isActive(next) && before.suppressedBy !== null;
  if (isSaid && next.suppressedBy === null) return { ...cleared(before), suppressedBy: null };
  return heardAgain(before, next);
}

/** What silenced an alarm is gone: an active one asks anew, one that is over asks nothing. */
function heardAgain(before: Alarm, next: Alarm): Alarm {
  if (!isSilenced(before) || isSilenced(next)) return next;
  return isActive(next) ? { ...next, life: "activeUnacknowledged", acknowledged: null } : next;
}

function acted(alarm: Alarm, act: AlarmAct, at: InstantMs): Result<Alarm, string> {
  const { id, shelved, outOfService, life } = alarm;
  switch (act.kind) {
    case "acknowledge":
      if (isSilenced(alarm) || life === "activeAcknowledged" || life === "normal") {
        return err(`${id} is ${stateOf(alarm)}: there is nothing to acknowledge`);
      }
      return ok({
        ...alarm,
        life: life === "clearedUnacknowledged" ? "normal" : "activeAcknowledged",
        acknowledged: { by: act.by, at },
      });
    case "shelve": {
      if (outOfService !== null) return err(`${id} is out of service`);
      const last = after(at, SHELF_MAX_MS);
      if (act.until <= at || act.until > last) {
        return err(`until ${act.until}: allowed is an instant after ${at}, up to ${last}: 8 hours`);
      }
      const shelf: Shelf = { by: act.by, reason: act.reason, at, until: act.until };
      return ok({ ...unheardOf(alarm), shelved: shelf });
    }
    case "unshelve":
      return shelved === null ? err(`${id} is not shelved`) : ok({ ...alarm, shelved: null });
    case "outOfService": {
      const withdrawal: Withdrawal = { by: act.by, reason: act.reason, at };
      return outOfService === null
        ? ok({ ...unheardOf(alarm), shelved: null, outOfService: withdrawal })
        : err(`${id} is out of service already`);
    }
    case "returnToService":
      return outOfService === null
        ? err(`${id} is not out of service`)
        : ok({ ...alarm, outOfService: null });
    default:
      return unreachable(act);
  }
}

/** Who silences an alarm that is over has seen it. */
function unheardOf(alarm: Alarm): Alarm {
  return alarm.life === "clearedUnacknowledged" ? { ...alarm, life: "normal" } : alarm;
}

/** Whether there is more to say of it than whether its condition stands. */
function isKnownBeyond(alarm: Alarm): boolean {
  return alarm.life !== "normal" || alarm.recalled !== null || isSilenced(alarm);
}

type Cause = { readonly by: string | null; readonly reason: string | null };

function change(draft: Draft, before: Alarm, next: Alarm, cause: Cause = { by: null, reason: null }): void {
  const { at, byId, transitions, heard } = draft;
  const [from, to] = [stateOf(before), stateOf(next)];
  if (next.raised || isKnownBeyond(next)) byId.set(next.id, next);
  else byId.delete(next.id);
  const repeated = next.occurrences > before.occurrences && !isSilenced(next);
  if (from === to && !repeated) return;
  const annunciated = to === "activeUnacknowledged";
  if (annunciated) heard.push(next.id);
  const { id: alarm, type, intersection, part, text } = next;
  const { priority } = ALARM_TYPES[type];
  transitions.push({ at, alarm, type, intersection, part, priority, from, to, annunciated, text, ...cause });
}
