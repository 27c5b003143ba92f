import { computed, signal } from "@preact/signals";
import { LOG_TOPICS, type LogTopic } from "../../data/log.ts";
import { selected, selectedId } from "../../data/store.ts";

/** What the operator has opened, filtered or pointed at; nothing here comes from the server. */
export const dialog = signal<"table" | "help" | "people" | "operate" | null>(null);

/** Whether the selected intersection has its own canvas beside the network's. */
export const closeUpShown = signal(true);

export function toggleCloseUp(): void {
  closeUpShown.value = !closeUpShown.peek();
}

export const logTopics = signal<ReadonlySet<LogTopic>>(new Set(LOG_TOPICS));
export const logOfSelectedOnly = signal(false);

export function toggleTopic(topic: LogTopic): void {
  const next = new Set(logTopics.peek());
  if (!next.delete(topic)) next.add(topic);
  logTopics.value = next;
}

const movementOf = signal<ReadonlyMap<string, string>>(new Map());
/** The movement whose chart is shown: remembered per intersection, at first its first one. */
export const movementShown = computed(() => {
  const intersection = selected.value;
  if (intersection === null) return null;
  return movementOf.value.get(intersection.id) ?? intersection.movements[0]?.id ?? null;
});

export function showMovement(movement: string): void {
  const intersection = selectedId.peek();
  if (intersection === null) return;
  movementOf.value = new Map(movementOf.peek()).set(intersection, movement);
}

/** Single letters are shortcuts only while nobody needs them for something else (WCAG 2.1.4). */
export const letterKeys = signal(true);
