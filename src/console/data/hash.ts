/** The permanent link of an intersection: `#/intersection/<id>`. */
const PREFIX = "#/intersection/";

export function hashOf(intersection: string): string {
  return PREFIX + encodeURIComponent(intersection);
}

/** The intersection that a hash names, or null where it names none. */
export function intersectionOf(hash: string): string | null {
  if (!hash.startsWith(PREFIX) || hash.length === PREFIX.length) return null;
  try {
    return decodeURIComponent(hash.slice(PREFIX.length));
  } catch {
    // A hash typed by hand may hold a broken percent sequence.
    return null;
  }
}
