import { computed, signal } from "@preact/signals";
import type { ChangeView } from "../../../protocol/change.ts";
import { tuning } from "../../data/changes.ts";
import { me } from "../../data/person.ts";
import type { Edits } from "./edits.ts";

/** What somebody has typed and not saved: over what is in force, or over a change that he revises. */
export const edits = signal<Edits>(new Map());
export const draftTitle = signal("");
/** The change that is revised; null for a new one. */
export const revising = signal<string | null>(null);
export const search = signal("");

const chosenChange = signal<string | null>(null);

/** The change that is shown: the one that was chosen, else the newest that is not over, else the one in force. */
export const shownChange = computed((): ChangeView | null => {
  const changes = tuning.value?.changes.changes ?? [];
  const open = changes.find(({ state }) => OPEN.has(state));
  return (
    changes.find(({ id }) => id === chosenChange.value) ?? open ?? inForceChange.value ?? changes[0] ?? null
  );
});

export const inForceChange = computed((): ChangeView | null => {
  const changes = tuning.value?.changes;
  return changes?.changes.find(({ id }) => id === changes.inForce) ?? null;
});

const OPEN: ReadonlySet<string> = new Set(["draft", "submitted", "approved", "scheduled"]);

export const myName = computed(() => me.value?.name ?? null);

export function showChange(id: string): void {
  chosenChange.value = id;
}

export function edit(path: string, text: string | null): void {
  const next = new Map(edits.peek());
  if (text === null) next.delete(path);
  else next.set(path, text);
  edits.value = next;
}

export function clearEdits(): void {
  edits.value = new Map();
  draftTitle.value = "";
  revising.value = null;
}

/** Puts a change's values into the form: to revise it, or to draft the like of it anew. */
export function editAgain({ id, title, differences }: ChangeView, asRevision: boolean): void {
  edits.value = new Map(differences.map(({ path, to }) => [path, String(to)]));
  draftTitle.value = title;
  revising.value = asRevision ? id : null;
}
