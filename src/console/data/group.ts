import { signal } from "@preact/signals";

/** Intersections that are chosen together, by id: drawn around on the map with Shift, added by Shift and click, or ticked where several are operated. */
export const selectedGroup = signal<ReadonlySet<string>>(new Set());

export function chooseGroup(intersections: Iterable<string>): void {
  selectedGroup.value = new Set(intersections);
}

/** Takes an intersection into the group, or out of it. */
export function toggleInGroup(intersection: string): void {
  const next = new Set(selectedGroup.peek());
  if (!next.delete(intersection)) next.add(intersection);
  selectedGroup.value = next;
}
