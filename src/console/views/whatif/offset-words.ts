import { intersectionNames } from "../../data/store.ts";

/** An offset that is tried, intersection=seconds, in words: `Union Avenue and Garden Court 12 s later`. */
export function offsetWords(offset: string): string {
  const [id = "", seconds] = offset.split("=");
  const later = Number(seconds);
  return `${intersectionNames.value.get(id) ?? id} ${Math.abs(later)} s ${later > 0 ? "later" : "earlier"}`;
}
