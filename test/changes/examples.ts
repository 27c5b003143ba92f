import type { ChangeAct } from "../../src/changes/acts.ts";
import { type BookStep, type ChangeBook, openBook } from "../../src/changes/book.ts";
import type { Change } from "../../src/changes/change.ts";
import { actOnChange, changeHappened, dueChange } from "../../src/changes/changes.ts";
import { defined } from "../../src/assert.ts";
import type { Setting } from "../../src/engine/parameters/settings.ts";
import type { ChangeState } from "../../src/protocol/change.ts";
import { type InstantMs, instantMs } from "../../src/units.ts";

export const AT = instantMs(1_000_000);
export const HORIZON_40: readonly Setting[] = [{ path: "optimize.horizonSeconds", value: 40 }];
export const STOPS_9: readonly Setting[] = [{ path: "optimize.stopCostSeconds", value: 9 }];
export const PLAN = { seeds: 2, minutes: 5, fromMinute: 480 } as const;
export const RESULT = { differences: [], safetyViolations: 0, jammedRuns: 0 };

export const EMPTY = openBook([], undefined).book;

/** The book after acts, each of which must be possible. */
export function after(book: ChangeBook, ...acts: readonly ChangeAct[]): ChangeBook {
  return acts.reduce((before, act) => {
    const done = actOnChange(before, act, AT);
    if (!done.ok) throw new Error(`${act.kind} by ${act.by}: ${done.error}`);
    return done.value.book;
  }, book);
}

export const draft = (set = HORIZON_40, by = "ann"): ChangeAct => {
  return { kind: "draft", by, title: "fewer stops", set };
};

/** What brings a draft to its approval and schedules it, by the people who may. */
export const path = (change: string, at: InstantMs | "now" = "now"): readonly ChangeAct[] => [
  { kind: "submit", change, by: "ann", reason: "no demand" },
  { kind: "approve", change, by: "bob", reason: "looks right" },
  { kind: "schedule", change, by: "ann", at },
];

/** The engine takes what is due. */
export function taken(book: ChangeBook, at: InstantMs = AT): ChangeBook {
  return happenedAt(book, at).book;
}

export function happenedAt(book: ChangeBook, at: InstantMs): BookStep {
  const due = dueChange(book, at);
  if (due === undefined) return { book, changed: [] };
  const { id: change } = due.change;
  if (due.kind === "giveUp") return changeHappened(book, { kind: "giveUp", change, why: due.why }, at);
  return changeHappened(book, { kind: due.kind === "rollBack" ? "rolledBack" : "putInForce", change }, at);
}

/** A book with a change of its own in each state, `C1`. */
export function bookAt(state: ChangeState): ChangeBook {
  const drafted = after(EMPTY, draft());
  const [submit, approve, schedule] = path("C1") as [ChangeAct, ChangeAct, ChangeAct];
  const submitted = after(drafted, submit);
  const scheduled = after(submitted, approve, schedule);
  const inForce = taken(scheduled);
  const roll: ChangeAct = { kind: "rollBack", change: "C1", by: "ann", reason: "worse" };
  const books: Readonly<Record<ChangeState, () => ChangeBook>> = {
    draft: () => drafted,
    submitted: () => submitted,
    approved: () => after(submitted, approve),
    scheduled: () => scheduled,
    inForce: () => inForce,
    superseded: () => taken(after(inForce, draft(STOPS_9), ...path("C2"))),
    rolledBack: () => taken(after(inForce, roll)),
    withdrawn: () => after(drafted, { kind: "withdraw", change: "C1", by: "ann", reason: "no need" }),
    rejected: () => after(submitted, { kind: "reject", change: "C1", by: "bob", reason: "why" }),
  };
  return books[state]();
}

export function changeOf({ changes }: ChangeBook, id = "C1"): Change {
  return defined(changes.get(id), id);
}
