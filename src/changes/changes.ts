import { assert, defined, unreachable } from "../assert.ts";
import type { ChangeNote } from "../protocol/change.ts";
import { err, ok, type Result } from "../result.ts";
import type { InstantMs } from "../units.ts";
import type { ChangeAct, ChangeEvent } from "./acts.ts";
import { type BookStep, type ChangeBook, ENGINE, noted, withChanges } from "./book.ts";
import { type Change, settingsAfter } from "./change.ts";
import { refusalOf, staleText } from "./refusals.ts";

/** Carries out what somebody asks, or says why it cannot be done now. */
export function actOnChange(book: ChangeBook, act: ChangeAct, at: InstantMs): Result<BookStep, string> {
  const refusal = refusalOf(book, act, at);
  if (refusal !== null) return err(refusal);
  if (act.kind === "draft") return ok(withChanges(book, [drafted(book, act, at)]));
  const change = defined(book.changes.get(act.change), act.change);
  const reason = "reason" in act ? act.reason : null;
  const note: ChangeNote = { at, by: act.by, what: act.kind, reason };
  return ok(withChanges(book, [noted(acted(book, change, act, at), note)]));
}

function drafted(
  { changes, inForce }: ChangeBook,
  { by, title, set }: Extract<ChangeAct, { readonly kind: "draft" }>,
  at: InstantMs,
): Change {
  return {
    id: `C${changes.size + 1}`,
    title,
    draftedBy: by,
    state: "draft",
    set: [...set],
    basedOn: [...inForce.settings],
    dryRun: null,
    approvedBy: null,
    scheduledAt: null,
    inForceSince: null,
    rollBackAsked: null,
    supersededBy: null,
    notes: [{ at, by, what: "draft", reason: null }],
  };
}

function acted(
  { inForce }: ChangeBook,
  change: Change,
  act: Exclude<ChangeAct, { readonly kind: "draft" }>,
  at: InstantMs,
): Change {
  switch (act.kind) {
    case "revise":
      // What was found out about it, and who approved it, was of another draft.
      return {
        ...change,
        title: act.title,
        set: [...act.set],
        basedOn: [...inForce.settings],
        state: "draft",
        dryRun: null,
        approvedBy: null,
        scheduledAt: null,
      };
    case "startDryRun":
      return {
        ...change,
        dryRun: { plan: act.plan, by: act.by, startedAt: at, outcome: { kind: "running" } },
      };
    case "cancelDryRun":
      return withOutcome(change, { kind: "cancelled", by: act.by });
    case "submit":
      return { ...change, state: "submitted" };
    case "approve":
      return { ...change, state: "approved", approvedBy: act.by };
    case "reject":
      return { ...change, state: "rejected", approvedBy: null, scheduledAt: null };
    case "schedule":
      return { ...change, state: "scheduled", scheduledAt: act.at === "now" ? at : act.at };
    case "withdraw":
      return { ...stopped(change, act.by), state: "withdrawn", scheduledAt: null };
    case "rollBack":
      return { ...change, rollBackAsked: { by: act.by, reason: act.reason } };
    default:
      return unreachable(act);
  }
}

function stopped(change: Change, by: string): Change {
  return change.dryRun?.outcome.kind === "running" ? withOutcome(change, { kind: "cancelled", by }) : change;
}

function withOutcome(change: Change, outcome: NonNullable<Change["dryRun"]>["outcome"]): Change {
  return { ...change, dryRun: { ...defined(change.dryRun ?? undefined, "dry run"), outcome } };
}

/**
 * What happens to a change. `putInForce` of one that nobody approved, or that may not be put in force now, is a broken invariant: nothing
 * but `dueChange` gives occasion to it. The end of a dry run that is no longer under way is nothing.
 */
export function changeHappened(book: ChangeBook, event: ChangeEvent, at: InstantMs): BookStep {
  const change = defined(book.changes.get(event.change), event.change);
  const note = (what: ChangeNote["what"], by: string, reason: string | null): ChangeNote => {
    return { at, by, what, reason };
  };
  switch (event.kind) {
    case "finishDryRun":
    case "failDryRun": {
      if (change.dryRun?.outcome.kind !== "running") return { book, changed: [] };
      const ended =
        event.kind === "finishDryRun"
          ? withOutcome(change, { kind: "done", result: event.result })
          : withOutcome(change, { kind: "failed", why: event.why });
      const why = event.kind === "failDryRun" ? event.why : null;
      return withChanges(book, [noted(ended, note(event.kind, ENGINE, why))]);
    }
    case "putInForce": {
      assert(dueChange(book, at)?.change.id === change.id, `${change.id} is not due`);
      const isOver = { ...change, state: "inForce", inForceSince: at } as const;
      return inForceOver(book, noted(isOver, note("putInForce", ENGINE, null)), at);
    }
    case "rolledBack":
      return rolledBack(book, change, at);
    case "giveUp":
      return withChanges(book, [
        noted({ ...change, state: "withdrawn", scheduledAt: null }, note("withdraw", ENGINE, event.why)),
      ]);
    default:
      return unreachable(event);
  }
}

/** With the change in force over the one that was. */
function inForceOver(book: ChangeBook, change: Change, at: InstantMs): BookStep {
  const below = book.inForce.change === null ? undefined : book.changes.get(book.inForce.change);
  const superseded =
    below === undefined
      ? []
      : [
          noted(
            { ...below, state: "superseded" as const, supersededBy: change.id },
            { at, by: ENGINE, what: "supersede", reason: `${change.id} is in force over it` },
          ),
        ];
  const inForce = { settings: settingsAfter(change), change: change.id };
  return withChanges(book, [...superseded, change], inForce);
}

/** What the change was based on is in force again, and so is the change that had put it there. */
function rolledBack(book: ChangeBook, change: Change, at: InstantMs): BookStep {
  const asked = defined(change.rollBackAsked ?? undefined, "who asked");
  const ended = noted(
    { ...change, state: "rolledBack" as const, rollBackAsked: null },
    { at, by: asked.by, what: "rolledBack", reason: asked.reason },
  );
  const below = [...book.changes.values()].find(({ supersededBy }) => supersededBy === change.id);
  const restored =
    below === undefined
      ? []
      : [
          noted(
            { ...below, state: "inForce" as const, supersededBy: null },
            { at, by: ENGINE, what: "restore", reason: `${change.id} was rolled back` },
          ),
        ];
  const inForce = { settings: change.basedOn, change: below?.id ?? null };
  return withChanges(book, [ended, ...restored], inForce);
}

/** What the engine is to be told now; `undefined` for nothing. A change whose instant has come may have become unsound by then. */
export type DueChange = { readonly change: Change } & (
  | { readonly kind: "putInForce" | "rollBack" }
  | { readonly kind: "giveUp"; readonly why: string }
);

/** The first that is due: a roll back before all, then by the instant that was asked for, then as they were drafted. */
export function dueChange(book: ChangeBook, at: InstantMs): DueChange | undefined {
  const changes = [...book.changes.values()];
  const back = changes.find(({ state, rollBackAsked }) => state === "inForce" && rollBackAsked !== null);
  if (back !== undefined) return { kind: "rollBack", change: back };
  const [change] = changes
    .filter(({ state, scheduledAt }) => state === "scheduled" && scheduledAt !== null && scheduledAt <= at)
    .toSorted((left, right) => (left.scheduledAt ?? 0) - (right.scheduledAt ?? 0));
  if (change === undefined) return undefined;
  assert(
    change.approvedBy !== null && change.approvedBy !== change.draftedBy,
    `${change.id} was approved by a second person`,
  );
  const why = staleText(book, change);
  return why === null ? { kind: "putInForce", change } : { kind: "giveUp", change, why };
}
