import { signal } from "@preact/signals";
import { openView } from "../../data/store.ts";

export type Tab = "studies" | "replay";

export const tab = signal<Tab>("studies");

/** The form of a new study, where it stands in the place of a result, with offsets that are filled in; null for none. */
export const newStudy = signal<{ readonly offsets: readonly string[] } | null>(null);

/** Opens the form of a new study that tries offsets, each as intersection=seconds later. */
export function proposeOffsets(offsets: readonly string[]): void {
  tab.value = "studies";
  newStudy.value = { offsets };
  openView("what-if");
}
