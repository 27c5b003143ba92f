/**
 * Gives for every value the first one that was equal to it, so that equal tables are held once. For what is never changed: lists,
 * objects, maps and sets of plain values.
 */
export function heldOnce<Value extends object>(): (value: Value) => Value {
  const known = new Map<string, Value>();
  return (value) => {
    const text = textOf(value);
    const first = known.get(text);
    if (first !== undefined) return first;
    known.set(text, value);
    return value;
  };
}

/** The same for equal values, and for no others. */
export function textOf(value: object): string {
  return JSON.stringify(value, asPlain);
}

/** What JSON has no text of, so that no two different values have the same. */
function asPlain(_: string, value: unknown): unknown {
  if (value instanceof Set) return { set: [...value] };
  if (value instanceof Map) return { map: [...value] };
  if (value === undefined) return { undefined: true };
  return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : value;
}

/**
 * A reviver of `JSON.parse` that holds equal texts, lists and objects once, in all documents that are read with it: the files of a
 * network say the same names, clear times and lists of phases a hundred times.
 */
export function partsHeldOnce(): (key: string, value: unknown) => unknown {
  const known = new Map<string, unknown>();
  return (_, value) => {
    if (typeof value !== "string" && (typeof value !== "object" || value === null)) return value;
    const text = JSON.stringify(value);
    const first = known.get(text);
    if (first !== undefined) return first;
    known.set(text, value);
    return value;
  };
}
