import { type Fault, showFound } from "../fault.ts";

/** A sum of tenths of a second is compared with a computed time. */
export const SECONDS_SLACK = 1e-9;

const CHOICES_SHOWN = 12;

export function faultAt(file: string, pointer: string, found: unknown, allowed: string, rule: string): Fault {
  return { file, pointer, found: showFound(found), allowed, rule };
}

/** The names that would have been allowed, as many as a line bears. */
export function oneOf(kind: string, names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return `a ${kind}, of which there is none`;
  const shown = all.slice(0, CHOICES_SHOWN).join(", ");
  return all.length > CHOICES_SHOWN ? `a ${kind}: ${shown}, … (${all.length})` : `a ${kind}: ${shown}`;
}

/** M1: one fault for each id that an earlier item has already. */
export function duplicateFaults(
  file: string,
  kind: string,
  items: readonly { readonly id: string; readonly pointer: string }[],
): readonly Fault[] {
  const firsts = new Map<string, string>();
  const faults: Fault[] = [];
  for (const { id, pointer } of items) {
    const first = firsts.get(id);
    if (first === undefined) firsts.set(id, pointer);
    else faults.push(faultAt(file, pointer, id, `an id that no other ${kind} has; ${first} has it`, "M1"));
  }
  return faults;
}

/** M2: a fault unless the name is known. */
export function referenceFaults(
  file: string,
  pointer: string,
  name: string,
  kind: string,
  known: ReadonlySet<string> | ReadonlyMap<string, unknown>,
): readonly Fault[] {
  return known.has(name) ? [] : [faultAt(file, pointer, name, oneOf(kind, known.keys()), "M2")];
}
