import type { Setting } from "../engine/parameters/settings.ts";
import type { ChangeNote } from "../protocol/change.ts";
import { type Change, sameSettings, settingsAfter } from "./change.ts";

/** All changes of an engine's parameters, and what is in force. */
export type ChangeBook = {
  /** By id, oldest first. */
  readonly changes: ReadonlyMap<string, Change>;
  readonly inForce: {
    /** All that is not at its default. */
    readonly settings: readonly Setting[];
    /** The change that put it in force; `null` where the engine was started with it. */
    readonly change: string | null;
  };
};

/** A book after something was done, and the changes that are other ones now: what is to be kept. */
export type BookStep = { readonly book: ChangeBook; readonly changed: readonly Change[] };

/**
 * The book that an engine starts with. `known` are the changes of the runs before, of which the last one in force holds; unless the engine
 * was `started` with settings that somebody named: those hold then, and what was in force is superseded by the start.
 */
export function openBook(known: readonly Change[], started: readonly Setting[] | undefined): BookStep {
  const interrupted = known.map(withoutRunning);
  const current = interrupted.findLast(({ state }) => state === "inForce");
  const holds =
    current !== undefined && (started === undefined || sameSettings(settingsAfter(current), started));
  const opened =
    current === undefined || holds ? interrupted : replaced(interrupted, current.id, byStart(current));
  const changes = new Map(opened.map((change) => [change.id, change]));
  const inForce = holds
    ? { settings: settingsAfter(current), change: current.id }
    : { settings: started ?? [], change: null };
  const changed = opened.filter((change, place) => change !== known[place]);
  return { book: { changes, inForce }, changed };
}

/** Nothing runs of a process that has ended. */
function withoutRunning(change: Change): Change {
  if (change.dryRun?.outcome.kind !== "running") return change;
  const why = "the engine was stopped meanwhile";
  return noted(
    { ...change, dryRun: { ...change.dryRun, outcome: { kind: "failed", why } } },
    { at: null, by: ENGINE, what: "failDryRun", reason: why },
  );
}

/** What did it where nobody in person did. */
export const ENGINE = "engine";

function byStart(change: Change): Change {
  return noted(
    { ...change, state: "superseded", supersededBy: null, rollBackAsked: null },
    { at: null, by: ENGINE, what: "supersede", reason: "the engine was started with other settings" },
  );
}

function replaced(changes: readonly Change[], id: string, change: Change): readonly Change[] {
  return changes.map((one) => (one.id === id ? change : one));
}

export function noted(change: Change, note: ChangeNote): Change {
  return { ...change, notes: [...change.notes, note] };
}

/** With the changed ones in place of what they were, or behind all others. */
export function withChanges(
  book: ChangeBook,
  changed: readonly Change[],
  inForce: ChangeBook["inForce"] = book.inForce,
): BookStep {
  const changes = new Map(book.changes);
  for (const change of changed) changes.set(change.id, change);
  return { book: { changes, inForce }, changed };
}
