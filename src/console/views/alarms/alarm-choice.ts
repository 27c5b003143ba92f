import { computed, effect, signal } from "@preact/signals";
import type { AlarmTransitionView, AlarmView } from "../../../protocol/alarm-view.ts";
import {
  type AlarmFilter,
  alarmRows,
  alarmsAsOf,
  alarmsOf,
  isUnacknowledged,
  stepTo,
} from "../../data/alarm-list.ts";
import { actOnAlarm, type AlarmActName, alarmsAnswer, alarmsById, loadAlarms } from "../../data/alarms.ts";
import { getJson } from "../../data/api.ts";
import { REPLAY_COMMANDS_NOTHING } from "../../data/conductor.ts";
import { may } from "../../data/person.ts";
import { frameAt, openView, select } from "../../data/store.ts";
import { isReplay } from "../../data/time.ts";

/** What the operator has chosen in the view of alarms. */
export type AlarmTab = "alarms" | "detectors" | "record";
export const tab = signal<AlarmTab>("alarms");
export const filter = signal<AlarmFilter>("active");
const chosenId = signal<string | null>(null);
/** Alarms whose children are shown. */
export const opened = signal<ReadonlySet<string>>(new Set());
/** The act that is being asked about; null for none. */
export const asked = signal<{
  readonly act: Exclude<AlarmActName, "acknowledge">;
  readonly alarm: string;
} | null>(null);
/** What came of the last act that was not done. */
export const refusal = signal<string | null>(null);

/** The instant of the past that is looked at; null for the present. */
export const pastAt = computed(() => (isReplay.value ? frameAt.value : null));

/** What changed of alarms in a period of the record; why it is not known, where it is not. */
type Past =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "known"; readonly transitions: readonly AlarmTransitionView[] };
export const past = signal<Past>({ kind: "loading" });

export const shownById = computed((): ReadonlyMap<string, AlarmView> => {
  const at = pastAt.value;
  if (at === null) return alarmsById.value;
  const transitions = past.value.kind === "known" ? past.value.transitions : [];
  const words = alarmsAnswer.value?.ok === true ? alarmsAnswer.value.value.types : {};
  return alarmsAsOf(
    transitions.filter((one) => one.at <= at),
    words,
  );
});
export const rows = computed(() =>
  alarmRows(alarmsOf(shownById.value, filter.value), shownById.value, opened.value),
);
export const selected = computed(() => {
  const known = rows.value.find(({ alarm }) => alarm.id === chosenId.value) ?? rows.value[0];
  return known?.alarm ?? null;
});

export function choose(alarm: string): void {
  chosenId.value = alarm;
}

export function toggleChildren(alarm: string): void {
  const next = new Set(opened.peek());
  if (!next.delete(alarm)) next.add(alarm);
  opened.value = next;
}

export function openSite(alarm: AlarmView): void {
  if (alarm.intersection === null) return;
  openView("intersection");
  select(alarm.intersection);
}

/** Why an act cannot be done; null where it can. */
export function hindrance(alarm: AlarmView, act: AlarmActName): string | null {
  if (isReplay.value) return REPLAY_COMMANDS_NOTHING;
  if (!may("operate")) return "Your role may only look";
  return HINDRANCE[act](alarm);
}

/** By act, why the state of an alarm does not allow it. */
const HINDRANCE: Readonly<Record<AlarmActName, (alarm: AlarmView) => string | null>> = {
  acknowledge: (alarm) => (isUnacknowledged(alarm) ? null : "There is nothing to acknowledge"),
  shelve: ({ state }) => (state === "outOfService" ? "It is out of service" : null),
  unshelve: ({ state }) => (state === "shelved" ? null : "It is not shelved"),
  "out-of-service": ({ state }) => (state === "outOfService" ? "It is out of service already" : null),
  "return-to-service": ({ state }) => (state === "outOfService" ? null : "It is in service"),
};

/** Does what needs no reason, asks for the reason of what does. */
export function begin(alarm: AlarmView, act: AlarmActName): void {
  const hindered = hindrance(alarm, act);
  if (hindered !== null) {
    refusal.value = hindered;
    return;
  }
  if (act === "acknowledge") void perform(alarm.id, act, {});
  else asked.value = { act, alarm: alarm.id };
}

export async function perform(
  alarm: string,
  act: AlarmActName,
  body: { readonly reason?: string; readonly until?: number },
): Promise<void> {
  refusal.value = null;
  const answer = await actOnAlarm(alarm, act, body);
  if (!answer.ok) refusal.value = answer.fault.message;
  await loadAlarms();
}

/** Keys of the view while it is open; whether the key was one of them. */
export function alarmKey(key: string): boolean {
  const alarm = selected.peek();
  if (tab.peek() !== "alarms" || asked.peek() !== null) return false;
  if (key === "j" || key === "k") {
    const next = stepTo(rows.peek(), alarm?.id ?? null, key === "j" ? 1 : -1);
    if (next !== null) focusRow(next);
    return true;
  }
  if (alarm === null || (key !== "a" && key !== "s")) return false;
  begin(alarm, key === "a" ? "acknowledge" : "shelve");
  return true;
}

function focusRow(alarm: string): void {
  choose(alarm);
  const button = document.querySelector<HTMLElement>(`[data-alarm="${CSS.escape(alarm)}"]`);
  button?.focus();
}

/** A day, in which nearly all that stands at an instant has begun. */
const LOOK_BACK_MS = 24 * 3_600_000;
/** So much further than what is shown is read, so that a replay does not ask with each frame. */
const LOOK_AHEAD_MS = 15 * 60_000;
const ROWS_MAX = 10_000;

/** Keeps what the view needs while it is open: the record with each change, and the past where that is looked at. */
export function followAlarms(): () => void {
  let read = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  const ends = [
    effect(() => {
      void alarmsById.value;
      void loadAlarms();
    }),
    effect(() => {
      const at = pastAt.value;
      if (at === null || (at >= read.from && at < read.to)) return;
      read = { from: at, to: at + LOOK_AHEAD_MS };
      void loadPast(read);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}

type StoredRows = { readonly cursor: string | null; readonly rows: readonly { readonly content: string }[] };

/** Rises with every question: only the latest answer counts. */
let rounds = 0;

/** What changed up to an instant that is shown, and some minutes beyond it. */
async function loadPast({ from, to }: { readonly from: number; readonly to: number }): Promise<void> {
  past.value = { kind: "loading" };
  rounds += 1;
  const own = rounds;
  const window = `from=${Math.max(0, from - LOOK_BACK_MS)}&to=${to}&limit=${ROWS_MAX}`;
  const stored = await getJson<StoredRows>(`api/history/alarms?${window}`);
  if (own !== rounds) return;
  if (!stored.ok) past.value = { kind: "failed", reason: stored.fault.message };
  else if (stored.value.cursor !== null) {
    past.value = { kind: "failed", reason: `more than ${ROWS_MAX} changes in the day before` };
  } else {
    const transitions = stored.value.rows.map(({ content }) => JSON.parse(content) as AlarmTransitionView);
    past.value = { kind: "known", transitions };
  }
}
