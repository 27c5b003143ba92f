import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChangeAct } from "../../src/changes/acts.ts";
import { type ChangeBook, openBook } from "../../src/changes/book.ts";
import { CHANGE, settingsAfter } from "../../src/changes/change.ts";
import { actOnChange, changeHappened, dueChange } from "../../src/changes/changes.ts";
import { inForceOf, refusalsFor, settingsIn, staleText } from "../../src/changes/refusals.ts";
import { CHANGE_STATES, type ChangeActKind, type ChangeState } from "../../src/protocol/change.ts";
import { instantMs } from "../../src/units.ts";
import {
  after,
  AT,
  bookAt,
  changeOf,
  draft,
  EMPTY,
  happenedAt,
  HORIZON_40,
  path,
  PLAN,
  RESULT,
  STOPS_9,
  taken,
} from "./examples.ts";

/** Every act on `C1`, by somebody who may. */
const ACTS: Readonly<Record<Exclude<ChangeActKind, "draft">, ChangeAct>> = {
  revise: { kind: "revise", change: "C1", by: "ann", title: "other", set: STOPS_9 },
  startDryRun: { kind: "startDryRun", change: "C1", by: "ann", plan: PLAN },
  cancelDryRun: { kind: "cancelDryRun", change: "C1", by: "ann" },
  submit: { kind: "submit", change: "C1", by: "ann", reason: "no demand" },
  approve: { kind: "approve", change: "C1", by: "bob", reason: "right" },
  reject: { kind: "reject", change: "C1", by: "bob", reason: "wrong" },
  schedule: { kind: "schedule", change: "C1", by: "ann", at: "now" },
  withdraw: { kind: "withdraw", change: "C1", by: "ann", reason: "no need" },
  rollBack: { kind: "rollBack", change: "C1", by: "ann", reason: "worse" },
};

const read = (name: string, value: number) => settingsIn([{ path: name, value }]);

const kept = (book: ChangeBook) => [...book.changes.values()];

/** What leads on from where a change stands, by whoever comes: often by the wrong one. */
function leadingOn(book: ChangeBook, change: string, by: string): ChangeAct {
  const head = { change, by, reason: "r" };
  const state = book.changes.get(change)?.state;
  if (state === "submitted") return { ...head, kind: "approve" };
  if (state === "approved") return { change, by, kind: "schedule", at: "now" };
  return { ...head, kind: state === "inForce" ? "rollBack" : "submit" };
}

/** What each act leads to at each state; everything else is refused. */
const LEADS_TO: Readonly<Record<ChangeState, Partial<Record<ChangeActKind, ChangeState>>>> = {
  draft: { revise: "draft", startDryRun: "draft", submit: "submitted", withdraw: "withdrawn" },
  submitted: { revise: "draft", approve: "approved", reject: "rejected", withdraw: "withdrawn" },
  approved: { revise: "draft", schedule: "scheduled", reject: "rejected", withdraw: "withdrawn" },
  scheduled: { revise: "draft", schedule: "scheduled", reject: "rejected", withdraw: "withdrawn" },
  inForce: { rollBack: "inForce" },
  superseded: {},
  rolledBack: {},
  withdrawn: {},
  rejected: {},
};

describe.each(CHANGE_STATES)("a change that is at %s", (state) => {
  const book = bookAt(state);

  it.each(Object.values(ACTS))("$kind", (act) => {
    expect(changeOf(book).state).toBe(state);
    const expected = LEADS_TO[state][act.kind];
    const done = actOnChange(book, act, AT);
    expect(done.ok ? done.value.book.changes.get("C1")?.state : done.error).toEqual(
      expected ?? expect.stringMatching(/^(C1 is .*; allowed while it is|no dry run is under way)/),
    );
    if (!done.ok) return;
    const { at, by, what } = changeOf(done.value.book).notes.at(-1) ?? {};
    expect([at, by, what]).toEqual([AT, act.by, act.kind]);
    expect(changeOf(book), "the book before stays what it was").toBe(book.changes.get("C1"));
  });

  it("is told what can be done with it, as it can", () => {
    for (const [kind, act] of Object.entries(ACTS)) {
      const refused = Object.hasOwn(refusalsFor(book, changeOf(book), act.by), kind);
      expect([kind, refused]).toEqual([kind, !actOnChange(book, act, AT).ok]);
    }
  });

  it("is read back as it was kept, and with nothing added or left out", () => {
    const written: unknown = JSON.parse(JSON.stringify(changeOf(book)));
    expect(CHANGE.check("changes", written)).toEqual({ ok: true, value: changeOf(book) });
    expect(CHANGE.accepts({ ...changeOf(book), other: 1 })).toBe(false);
    expect(CHANGE.accepts({ ...changeOf(book), set: [{ path: "greenMinSeconds", value: 1 }] })).toBe(false);
  });
});

describe("who drafted a change", () => {
  it("may not approve it; a second person may", () => {
    const submitted = bookAt("submitted");
    const own = actOnChange(submitted, { ...ACTS.approve, by: "ann" }, AT);
    expect(own).toEqual({ ok: false, error: "you drafted it: a second person approves" });
    const approved = after(submitted, ACTS.approve);
    expect(changeOf(approved)).toMatchObject({ state: "approved", approvedBy: "bob" });
  });

  it("is the only one who revises or submits it, so that nobody approves his own words", () => {
    for (const act of [ACTS.revise, ACTS.submit]) {
      const other = actOnChange(bookAt("draft"), { ...act, by: "bob" }, AT);
      expect(other).toEqual({ ok: false, error: "ann drafted it; nobody else revises or submits it" });
    }
  });

  it("loses approval, dry run and instant by a revision", () => {
    const revised = changeOf(after(bookAt("scheduled"), ACTS.revise));
    expect(revised).toMatchObject({ state: "draft", approvedBy: null, scheduledAt: null, dryRun: null });
    expect(settingsAfter(revised)).toEqual(STOPS_9);
  });
});

describe("a draft", () => {
  it("says why, where no dry run speaks for it", () => {
    const submit = { kind: "submit", change: "C1", by: "ann", reason: null } as const;
    const plain = actOnChange(bookAt("draft"), submit, AT);
    expect(plain).toMatchObject({ ok: false, error: expect.stringContaining("say why") });
    const running = after(bookAt("draft"), ACTS.startDryRun);
    expect(actOnChange(running, submit, AT)).toMatchObject({ error: "its dry run is under way" });
    const done = changeHappened(running, { kind: "finishDryRun", change: "C1", result: RESULT }, AT).book;
    expect(changeOf(after(done, submit)).state).toBe("submitted");
  });

  it("has one dry run at a time, which ends once, whoever is first", () => {
    const running = after(bookAt("draft"), ACTS.startDryRun);
    expect(actOnChange(running, ACTS.startDryRun, AT).ok).toBe(false);
    expect(actOnChange(running, ACTS.revise, AT).ok).toBe(false);
    const cancelled = after(running, ACTS.cancelDryRun);
    const late = changeHappened(cancelled, { kind: "finishDryRun", change: "C1", result: RESULT }, AT);
    expect(late).toEqual({ book: cancelled, changed: [] });
    const failed = changeHappened(running, { kind: "failDryRun", change: "C1", why: "no heap" }, AT).book;
    expect(changeOf(failed).dryRun?.outcome).toEqual({ kind: "failed", why: "no heap" });
    const withdrawn = changeOf(after(running, ACTS.withdraw));
    expect(withdrawn.dryRun?.outcome).toEqual({ kind: "cancelled", by: "ann" });
  });

  it.each([
    ["nothing that is other than it is", [{ path: "optimize.horizonSeconds", value: 50 }], /nothing/],
    ["a parameter twice", [...HORIZON_40, ...HORIZON_40], /set twice/],
    [
      "the strategic interval",
      [{ path: "strategic.intervalMinutes", value: 2 }],
      /when the engine is started/,
    ],
  ] as const)("of %s is refused", (_name, set, told) => {
    const done = actOnChange(EMPTY, draft(set), AT);
    expect(done.ok ? "" : done.error).toMatch(told);
  });

  it("is read from what a page sends, by the declarations", () => {
    expect(read("optimize.horizonSeconds", 40)).toEqual({ ok: true, value: HORIZON_40 });
    expect(read("optimize.horizonSecond", 40)).toMatchObject({
      error: expect.stringContaining("near it are optimize.horizonSeconds"),
    });
    expect(read("optimize.horizonSeconds", 91)).toMatchObject({
      error: "optimize.horizonSeconds: found 91; allowed is a number from 20 to 90 (s)",
    });
    expect(read("forecast.steadyIntervals", 2.5).ok).toBe(false);
    expect(read("optimize.horizonSeconds", Number.NaN).ok).toBe(false);
    expect(read("constructor", 1).ok).toBe(false);
  });
});

describe("a change that is scheduled", () => {
  const later = instantMs(AT + 60_000);
  const book = after(EMPTY, draft(), ...path("C1", later));

  it("is due when the run's clock has reached its instant, and not before", () => {
    expect(dueChange(book, instantMs(later - 1))).toBeUndefined();
    expect(dueChange(book, later)).toMatchObject({ kind: "putInForce", change: { id: "C1" } });
    const inForce = taken(book, later);
    expect(inForce.inForce).toEqual({ settings: HORIZON_40, change: "C1" });
    expect(changeOf(inForce)).toMatchObject({ state: "inForce", inForceSince: later });
    expect(dueChange(inForce, later)).toBeUndefined();
  });

  it("cannot be for an instant that is past", () => {
    const past = actOnChange(
      bookAt("approved"),
      { ...ACTS.schedule, at: instantMs(AT - 1) } as ChangeAct,
      AT,
    );
    expect(past).toEqual({ ok: false, error: "the instant is past" });
  });

  it("never comes in force by itself where it is not due", () => {
    expect(() => changeHappened(book, { kind: "putInForce", change: "C1" }, AT)).toThrow("C1 is not due");
  });

  it("is given up where another one came in force before it, and says so", () => {
    const both = after(book, draft(STOPS_9), ...path("C2"));
    const first = taken(both);
    expect(first.inForce.change).toBe("C2");
    const why = "it is based on other parameters than those that are in force since C2; revise it";
    expect(staleText(first, changeOf(first))).toBe(why);
    const second = taken(first, later);
    expect(changeOf(second).state).toBe("withdrawn");
    expect(changeOf(second).notes.at(-1)).toMatchObject({ by: "engine", what: "withdraw", reason: why });
    expect(second.inForce).toEqual({ settings: STOPS_9, change: "C2" });
  });

  it("is fit again where what it is based on is back", () => {
    const first = taken(after(book, draft(STOPS_9), ...path("C2")));
    const back = taken(after(first, { kind: "rollBack", change: "C2", by: "bob", reason: "worse" }));
    expect(staleText(back, changeOf(back))).toBeNull();
    expect(taken(back, later).inForce.change).toBe("C1");
  });

  it("that is stale cannot be dry-run, submitted, approved or scheduled, and can be revised", () => {
    for (const [state, kind] of [
      ["draft", "startDryRun"],
      ["draft", "submit"],
      ["submitted", "approve"],
      ["approved", "schedule"],
    ] as const) {
      const stale = taken(after(bookAt(state), draft(STOPS_9), ...path("C2")));
      const refused = actOnChange(stale, ACTS[kind], AT);
      expect(refused).toMatchObject({ error: expect.stringMatching(/in force since C2; revise it$/) });
      const revised = after(stale, { ...ACTS.revise, set: HORIZON_40 } as ChangeAct);
      expect(settingsAfter(changeOf(revised))).toEqual([...HORIZON_40, ...STOPS_9]);
    }
  });
});

describe("a roll back", () => {
  it("restores what was in force before, and the change that had put it there", () => {
    const second = taken(after(bookAt("inForce"), draft(STOPS_9), ...path("C2")));
    expect(second.inForce).toEqual({ settings: [...HORIZON_40, ...STOPS_9], change: "C2" });
    expect(changeOf(second)).toMatchObject({ state: "superseded", supersededBy: "C2" });
    const asked = after(second, { kind: "rollBack", change: "C2", by: "eve", reason: "queues" });
    expect(changeOf(asked, "C2").state, "the engine has not taken it yet").toBe("inForce");
    const back = taken(asked);
    expect(back.inForce).toEqual({ settings: HORIZON_40, change: "C1" });
    expect(changeOf(back, "C2")).toMatchObject({ state: "rolledBack", rollBackAsked: null });
    expect(changeOf(back)).toMatchObject({ state: "inForce", supersededBy: null });
    const start = taken(after(back, ACTS.rollBack));
    expect(start.inForce).toEqual({ settings: [], change: null });
  });

  it("is asked for once", () => {
    const asked = after(bookAt("inForce"), ACTS.rollBack);
    expect(actOnChange(asked, ACTS.rollBack, AT)).toMatchObject({ error: "ann has asked for it already" });
  });

  it("is who changed a parameter last", () => {
    const before = bookAt("inForce");
    const horizon = "optimize.horizonSeconds";
    expect(inForceOf(before, horizon)).toEqual({
      value: 40,
      lastChange: { change: "C1", by: "ann", at: AT },
    });
    const asked = after(before, { kind: "rollBack", change: "C1", by: "eve", reason: "queues" });
    const back = taken(asked, instantMs(AT + 1));
    expect(inForceOf(back, horizon)).toEqual({
      value: 50,
      lastChange: { change: "C1", by: "eve", at: AT + 1 },
    });
    expect(inForceOf(back, "optimize.stopCostSeconds").lastChange).toBeNull();
  });
});

describe("an engine that starts", () => {
  it("has the parameters of the last change in force", () => {
    const second = taken(after(bookAt("inForce"), draft(STOPS_9), ...path("C2")));
    const opened = openBook(kept(second), undefined);
    expect(opened).toEqual({ book: second, changed: [] });
    const back = taken(after(opened.book, { kind: "rollBack", change: "C2", by: "ann", reason: "worse" }));
    expect(openBook(kept(back), undefined).book.inForce).toEqual({ settings: HORIZON_40, change: "C1" });
  });

  it("with --set has those, and what was in force is superseded and says by what", () => {
    const { book, changed } = openBook(kept(bookAt("inForce")), STOPS_9);
    expect(book.inForce).toEqual({ settings: STOPS_9, change: null });
    expect(changed.map(({ id, state }) => [id, state])).toEqual([["C1", "superseded"]]);
    expect(changeOf(book).notes.at(-1)?.reason).toBe("the engine was started with other settings");
    expect(inForceOf(book, "optimize.horizonSeconds")).toEqual({ value: 50, lastChange: null });
    expect(openBook(kept(bookAt("inForce")), HORIZON_40).book.inForce.change, "the same ones").toBe("C1");
  });

  it("knows of no dry run that ran when the one before ended", () => {
    const running = after(bookAt("draft"), ACTS.startDryRun);
    const { book, changed } = openBook(kept(running), undefined);
    expect(changed).toHaveLength(1);
    expect(changeOf(book).dryRun?.outcome).toEqual({
      kind: "failed",
      why: "the engine was stopped meanwhile",
    });
  });
});

describe("whatever people do", () => {
  const names = fc.constantFrom("ann", "bob");
  const ids = fc.constantFrom("C1", "C2", "C3");
  const sets = fc.constantFrom(
    HORIZON_40,
    STOPS_9,
    [...HORIZON_40, ...STOPS_9],
    [{ path: "optimize.horizonSeconds", value: 50 } as const],
  );
  type Done = ChangeAct | "second" | { readonly kind: "on"; readonly change: string; readonly by: string };
  const acts: fc.Arbitrary<Done> = fc.oneof(
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("on" as const), change: ids, by: names }) },
    fc.record({ kind: fc.constant("draft" as const), by: names, title: fc.constant("t"), set: sets }),
    fc.record({
      kind: fc.constant("revise" as const),
      change: ids,
      by: names,
      title: fc.constant("t"),
      set: sets,
    }),
    fc.record({ kind: fc.constant("submit" as const), change: ids, by: names, reason: fc.constant("r") }),
    fc.record({
      kind: fc.constantFrom("approve" as const, "reject" as const, "withdraw" as const, "rollBack" as const),
      change: ids,
      by: names,
      reason: fc.constant("r"),
    }),
    fc.record({ kind: fc.constant("approve" as const), change: ids, by: names, reason: fc.constant("r") }),
    fc.record({
      kind: fc.constant("schedule" as const),
      change: ids,
      by: names,
      at: fc.constant("now" as const),
    }),
    fc.constant("second" as const),
  );

  it("nothing comes in force without a second person's approval, and a roll back restores what was before", () => {
    let putInForce = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.array(acts, { minLength: 10, maxLength: 60 }), (list) => {
        let book = EMPTY;
        const wordsOf = new Map<string, string>();
        const approvals = new Map<string, { readonly by: string; readonly words: string }>();
        for (const done of list) {
          const act =
            typeof done === "object" && done.kind === "on" ? leadingOn(book, done.change, done.by) : done;
          if (act === "second") {
            const before = book;
            book = happenedAt(book, AT).book;
            const { change, settings } = book.inForce;
            if (
              change !== null &&
              change !== before.inForce.change &&
              changeOf(before, change).state === "scheduled"
            ) {
              putInForce += 1;
              const { draftedBy, notes } = changeOf(book, change);
              const approval = approvals.get(change);
              expect(approval?.by).not.toBe(draftedBy);
              expect(approval?.words, "what was approved is what is in force").toBe(wordsOf.get(change));
              expect(notes.some(({ what, by }) => what === "approve" && by !== draftedBy)).toBe(true);
            }
            const rolled = [...before.changes.values()].find(({ rollBackAsked }) => rollBackAsked !== null);
            if (rolled !== undefined) expect(settings).toEqual(rolled.basedOn);
            continue;
          }
          const acted = actOnChange(book, act, AT);
          if (!acted.ok) {
            refused += 1;
            continue;
          }
          ({ book } = acted.value);
          const id = act.kind === "draft" ? `C${book.changes.size}` : act.change;
          if (act.kind === "draft" || act.kind === "revise") wordsOf.set(id, JSON.stringify(act.set));
          if (act.kind === "approve") approvals.set(id, { by: act.by, words: wordsOf.get(id) ?? "" });
          const inForce = [...book.changes.values()].filter(({ state }) => state === "inForce");
          expect(inForce.map((change) => change.id)).toEqual(
            book.inForce.change === null ? [] : [book.inForce.change],
          );
        }
      }),
      { numRuns: 400, seed: 8 },
    );
    expect(putInForce, "changes did come in force").toBeGreaterThan(5);
    expect(refused, "and much was refused").toBeGreaterThan(100);
  });
});
