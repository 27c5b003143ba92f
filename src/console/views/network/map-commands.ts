import { signal } from "@preact/signals";

/** What a map shows when nobody has moved it: the whole network, or the selected intersection close up. */
export type Home = "network" | "site";

/** Counts requests to zoom the map to the selected intersection; the map flies there when it rises. */
export const zoomRequests = signal(0);

/** The field in which an intersection is searched for, while there is one. */
export const searchField: { current: HTMLInputElement | null } = { current: null };

/** Leads to the search at once: whoever types on has to be typing there. */
export function findSite(): void {
  searchField.current?.focus();
}

export function zoomToSelected(): void {
  zoomRequests.value += 1;
}
