import type { AlarmPriority, AlarmStateName } from "../../model/alarm.ts";
import type {
  AlarmsMessage,
  AlarmTransitionView,
  AlarmTypeWordsView,
  AlarmView,
  FloodView,
} from "../../protocol/alarm-view.ts";

/** The alarms as far as they have been told. */
export type AlarmsKnown = {
  readonly byId: ReadonlyMap<string, AlarmView>;
  readonly flood: FloodView | null;
};

export const NO_ALARMS_KNOWN: AlarmsKnown = { byId: new Map(), flood: null };

/** The alarms after a message that follows the one before. */
export function alarmsAfter(
  before: AlarmsKnown,
  { whole, changed, gone, flood }: AlarmsMessage,
): AlarmsKnown {
  const byId = new Map(whole ? [] : before.byId);
  for (const id of gone) byId.delete(id);
  for (const alarm of changed) byId.set(alarm.id, alarm);
  return { byId, flood };
}

/** The shape of a badge, told apart without its colour. */
export const PRIORITY_SHAPE: Readonly<Record<AlarmPriority, string>> = { P1: "■", P2: "▲", P3: "◆" };

export const STATE_TEXT: Readonly<Record<AlarmStateName, string>> = {
  normal: "normal",
  activeUnacknowledged: "unacknowledged",
  activeAcknowledged: "acknowledged",
  clearedUnacknowledged: "cleared, unacknowledged",
  shelved: "shelved",
  suppressed: "suppressed",
  outOfService: "out of service",
};

/** Whether it waits for somebody to say that he has seen it. */
export function isUnacknowledged({ state }: Pick<AlarmView, "state">): boolean {
  return state === "activeUnacknowledged" || state === "clearedUnacknowledged";
}

export const ALARM_FILTERS = ["active", "shelved", "suppressed", "outOfService"] as const;
export type AlarmFilter = (typeof ALARM_FILTERS)[number];

export const FILTER_TEXT: Readonly<Record<AlarmFilter, string>> = {
  active: "Active",
  shelved: "Shelved",
  suppressed: "Suppressed",
  outOfService: "Out of service",
};

function isOf(filter: AlarmFilter, { state }: AlarmView): boolean {
  if (filter !== "active") return state === filter;
  return (
    state === "activeAcknowledged" || state === "activeUnacknowledged" || state === "clearedUnacknowledged"
  );
}

/** The alarms of a filter: by priority, those that nobody has acknowledged first, then the oldest. */
export function alarmsOf(byId: ReadonlyMap<string, AlarmView>, filter: AlarmFilter): readonly AlarmView[] {
  return [...byId.values()]
    .filter((alarm) => isOf(filter, alarm))
    .toSorted(
      (left, right) =>
        left.priority.localeCompare(right.priority) ||
        Number(isUnacknowledged(right)) - Number(isUnacknowledged(left)) ||
        (left.activeSince ?? 0) - (right.activeSince ?? 0) ||
        left.id.localeCompare(right.id),
    );
}

/** A row of the list: an alarm, or one that it says too. */
export type AlarmRow = { readonly alarm: AlarmView; readonly depth: number };

/** Alarms, each with those beneath it that it says too where it is open. */
export function alarmRows(
  alarms: readonly AlarmView[],
  byId: ReadonlyMap<string, AlarmView>,
  open: ReadonlySet<string>,
): readonly AlarmRow[] {
  const suppressed = alarmsOf(byId, "suppressed");
  const rowsOf = (some: readonly AlarmView[], depth: number): readonly AlarmRow[] =>
    some.flatMap((alarm): readonly AlarmRow[] => {
      const children = open.has(alarm.id)
        ? suppressed.filter(({ suppressedBy }) => suppressedBy === alarm.id)
        : [];
      return [{ alarm, depth }, ...rowsOf(children, depth + 1)];
    });
  return rowsOf(alarms, 0);
}

export type AlarmCount = {
  readonly active: number;
  readonly unacknowledged: number;
  /** Of those that nobody has acknowledged; else of those that are active; `null` where there is none. */
  readonly worst: AlarmPriority | null;
};

export function alarmCount(byId: ReadonlyMap<string, AlarmView>): AlarmCount {
  const active = alarmsOf(byId, "active");
  const unacknowledged = active.filter(isUnacknowledged);
  const [worst] = unacknowledged.length > 0 ? unacknowledged : active;
  return {
    active: active.length,
    unacknowledged: unacknowledged.length,
    worst: worst?.priority ?? null,
  };
}

/** What waits at an intersection for somebody to acknowledge it: the gravest alarm, and how many there are. */
export type SiteAlarms = { readonly worst: AlarmView; readonly unacknowledged: number };

/** Unacknowledged alarms by intersection: neither those that something silences nor those of the whole network. */
export function alarmsBySite(byId: ReadonlyMap<string, AlarmView>): ReadonlyMap<string, SiteAlarms> {
  const sites = new Map<string, SiteAlarms>();
  for (const alarm of alarmsOf(byId, "active").filter(isUnacknowledged)) {
    if (alarm.intersection === null) continue;
    const { worst, unacknowledged } = sites.get(alarm.intersection) ?? { worst: alarm, unacknowledged: 0 };
    sites.set(alarm.intersection, { worst, unacknowledged: unacknowledged + 1 });
  }
  return sites;
}

/** The alarm after (1) or before (−1) the selected one; the first, where none is selected or it is not there any more. */
export function stepTo(rows: readonly AlarmRow[], selected: string | null, by: 1 | -1): string | null {
  const place = rows.findIndex(({ alarm }) => alarm.id === selected);
  if (place < 0) return rows[0]?.alarm.id ?? null;
  return rows[Math.min(rows.length - 1, Math.max(0, place + by))]?.alarm.id ?? null;
}

/** The alarm to be spoken: the newest that nobody has acknowledged, of those of a priority. */
export function newestOf(
  byId: ReadonlyMap<string, AlarmView>,
  isMeant: (priority: AlarmPriority) => boolean,
): AlarmView | null {
  return alarmsOf(byId, "active")
    .filter((alarm) => alarm.state === "activeUnacknowledged" && isMeant(alarm.priority))
    .reduce(
      (newest: AlarmView | null, alarm) =>
        newest === null || (alarm.activeSince ?? 0) > (newest.activeSince ?? 0) ? alarm : newest,
      null,
    );
}

/**
 * The alarms as they stood at the end of some transitions, oldest first: what the record tells of an instant of the past. It does not tell
 * until when a shelf was, nor what the engine did.
 */
export function alarmsAsOf(
  transitions: readonly AlarmTransitionView[],
  types: Readonly<Record<string, AlarmTypeWordsView>>,
): ReadonlyMap<string, AlarmView> {
  const byId = new Map<string, AlarmView>();
  for (const told of transitions) {
    const { alarm: id, type, intersection, part, text, priority, to, at, by, reason } = told;
    if (to === "normal") {
      byId.delete(id);
      continue;
    }
    const before = byId.get(id);
    const isActive = to === "activeUnacknowledged" || to === "activeAcknowledged";
    const words = types[type] ?? { response: "", consequence: "", owner: "" };
    const said = by === null ? null : { by, reason: reason ?? "", at };
    byId.set(id, {
      id,
      type,
      intersection,
      part,
      text,
      state: to,
      priority,
      activeSince: isActive ? (before?.activeSince ?? at) : null,
      occurrences: (before?.occurrences ?? 0) + (told.annunciated || before === undefined ? 1 : 0),
      acknowledged: to === "activeAcknowledged" && by !== null ? { by, at } : null,
      // Its end is not in the record: it is shown as not known.
      shelved: to === "shelved" && said !== null ? { ...said, until: Number.NaN } : null,
      outOfService: to === "outOfService" ? said : null,
      suppressedBy: null,
      ...words,
      children: 0,
      firstOut: false,
      effect: "",
    });
  }
  return byId;
}
