import { assert, defined } from "../assert.ts";
import type { ChangeEvent } from "../changes/acts.ts";
import { type BookStep, type ChangeBook, openBook } from "../changes/book.ts";
import { type Change, differencesOf, settingsAfter } from "../changes/change.ts";
import { actOnChange, changeHappened, dueChange } from "../changes/changes.ts";
import { fixedText, inForceOf, refusalsFor, staleText } from "../changes/refusals.ts";
import type { InputOf } from "../engine/input.ts";
import { declarationOf, PARAMETER_PATHS } from "../engine/parameters/declarations.ts";
import type { Setting } from "../engine/parameters/settings.ts";
import type { AuditTrail } from "../ports/audit.ts";
import type { ChangeAnswer, ChangeDesk, ChangeStore, DryRunner } from "../ports/change-desk.ts";
import type { DueSettings } from "../ports/due-settings.ts";
import type { ChangeView } from "../protocol/change.ts";
import { DAY_MS, type InstantMs, MINUTE_MS, modulo } from "../units.ts";
import { changeActEntry } from "./change-audit.ts";
import { runningDryRuns } from "./dry-runs.ts";
import type { Decided } from "./run.ts";

export type ChangeDeskPorts = {
  readonly audit: AuditTrail;
  readonly store: ChangeStore;
  readonly dryRunner: DryRunner;
  /** What somebody named at the start, which holds then; `undefined` for nothing, and then what was in force last holds. */
  readonly started: readonly Setting[] | undefined;
};

export type RunningChanges = ChangeDesk &
  DueSettings & {
    /** What the engine is to be started with. */
    readonly settings: readonly Setting[];
    /** Told each instant that was decided. */
    decided(decided: Decided): void;
    /** Ends a dry run that is under way. */
    close(): void;
  };

/** The changes of a running engine's parameters, and what people do with them. Every act, done or refused, is audited before it is answered. */
export function createChangeDesk({ audit, store, dryRunner, started }: ChangeDeskPorts): RunningChanges {
  const opened = openBook(store.known, started);
  let { book } = opened;
  store.append(opened.changed);
  const startedWith = book.inForce.settings;
  let now: InstantMs | undefined;
  let midnightAt: InstantMs | undefined;
  let asked: { readonly event: ChangeEvent; readonly input: InputOf<"settings"> } | undefined;

  const keep = (next: BookStep): void => {
    ({ book } = next);
    if (next.changed.length > 0) store.append(next.changed);
  };
  const happened = (event: ChangeEvent, at: InstantMs): void => keep(changeHappened(book, event, at));
  const dryRuns = runningDryRuns(dryRunner, (event) => {
    if (now !== undefined) happened(event, now);
  });

  return {
    settings: startedWith,
    due: (at) => {
      const found = dueChange(book, at);
      if (found === undefined) return undefined;
      if (found.kind === "giveUp") {
        happened({ kind: "giveUp", change: found.change.id, why: found.why }, at);
        return undefined;
      }
      const input = inputOf(found.kind, found.change, at);
      const kind = found.kind === "putInForce" ? "putInForce" : "rolledBack";
      asked = { event: { kind, change: found.change.id }, input };
      return input;
    },
    decided: ({ instant, tables, state }) => {
      now = instant.at;
      ({ midnightAt } = tables.configuration);
      if (asked === undefined) return;
      assert(state.tuning?.settings === asked.input.settings, "the engine takes what is due");
      happened(asked.event, now);
      asked = undefined;
    },
    parameters: () => (now === undefined ? undefined : { at: now, parameters: parameterViews(book) }),
    view: (by) => {
      if (now === undefined || midnightAt === undefined) return undefined;
      const changes = [...book.changes.values()].toReversed();
      return {
        at: now,
        minuteOfDay: Math.floor(modulo(now - midnightAt, DAY_MS) / MINUTE_MS),
        changes: changes.map((change) => changeView(book, change, by, dryRuns.ratioOf(change.id))),
        inForce: book.inForce.change,
        dryRunUnavailable: dryRunner.unavailable,
      };
    },
    act: async (act): Promise<ChangeAnswer> => {
      if (now === undefined) return { kind: "refused", why: "no plant is connected yet" };
      const refusing = audit.refusing();
      if (refusing !== undefined)
        return { kind: "refused", why: `the audit trail cannot be written: ${refusing}` };
      const before = act.kind === "draft" ? undefined : book.changes.get(act.change)?.state;
      const impossible = act.kind === "startDryRun" ? dryRuns.impossible() : null;
      const done =
        impossible === null ? actOnChange(book, act, now) : { ok: false as const, error: impossible };
      const changed = done.ok ? done.value.changed.at(-1) : undefined;
      if (done.ok) {
        keep(done.value);
        dryRuns.follow(book, act);
      }
      audit.append(changeActEntry(act, now, { before, changed, refusal: done.ok ? null : done.error }));
      const stored = await audit.stored();
      if (!done.ok) return stored.ok ? { kind: "refused", why: done.error } : unkept(stored.error);
      const kept = stored.ok ? await store.stored() : stored;
      return kept.ok ? { kind: "done", change: defined(changed, "change").id } : unkept(kept.error);
    },
    close: () => dryRuns.close(),
  };
}

function unkept(why: string): ChangeAnswer {
  return { kind: "unkept", why };
}

/** What the engine is told of a change, or of its end; who answers for it is who drafted it, or who wants it back. */
function inputOf(kind: "putInForce" | "rollBack", change: Change, at: InstantMs): InputOf<"settings"> {
  const { id, title, draftedBy, approvedBy, basedOn, rollBackAsked } = change;
  const head = { kind: "settings", at, change: id } as const;
  if (kind === "putInForce") {
    const reason = `${title} (approved by ${approvedBy})`;
    return { ...head, settings: settingsAfter(change), by: draftedBy, reason };
  }
  const { by, reason } = defined(rollBackAsked ?? undefined, "who asked");
  return { ...head, settings: basedOn, by, reason: `rolled back: ${reason}` };
}

function parameterViews(book: ChangeBook) {
  return PARAMETER_PATHS.map((path) => {
    const { unit, kind, min, max, default: usual, effect } = declarationOf(path);
    const declared = { path, unit, kind, min, max, default: usual, effect };
    return { ...declared, ...inForceOf(book, path), fixed: fixedText(path) };
  });
}

function changeView(book: ChangeBook, change: Change, by: string, progressRatio: number | null): ChangeView {
  const { set: _set, basedOn: _basedOn, ...told } = change;
  return {
    ...told,
    differences: differencesOf(change),
    stale: staleText(book, change),
    progressRatio,
    refusals: refusalsFor(book, change, by),
  };
}
