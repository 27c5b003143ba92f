import { Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import type { ChangeAct } from "../../src/changes/acts.ts";
import type { Change } from "../../src/changes/change.ts";
import type { Setting } from "../../src/engine/parameters/settings.ts";
import { createChangeDesk } from "../../src/pipeline/change-desk.ts";
import { type Decided, runPipeline } from "../../src/pipeline/run.ts";
import type { AuditEntry } from "../../src/ports/audit.ts";
import type { DryRunWord } from "../../src/ports/change-desk.ts";
import type { Field, FieldEvent } from "../../src/ports/field.ts";
import { err, ok } from "../../src/result.ts";
import { MINUTE_MS } from "../../src/units.ts";
import { draft, HORIZON_40, path, PLAN, RESULT, STOPS_9 } from "../changes/examples.ts";
import { smallNetwork } from "../model/small-network.ts";
import { plantUp, ready, second } from "./field-events.ts";

type DeskOptions = {
  readonly known?: readonly Change[];
  readonly started?: readonly Setting[];
  readonly unavailable?: string | null;
};

/** A desk over a running pipeline of one intersection, and all that it wrote down and asked for. */
function desk({ known = [], started, unavailable = null }: DeskOptions = {}) {
  const entries: AuditEntry[] = [];
  const lines: Change[] = [];
  const journal: string[] = [];
  const decided: Decided[] = [];
  const dryRuns: { readonly task: object; readonly tell: (word: DryRunWord) => void; ended: boolean }[] = [];
  const disk: { full: boolean; refusing?: string } = { full: false };
  const changes = createChangeDesk({
    audit: {
      append: (entry) => ({ ...entry, number: entries.push(entry), recordedAt: 0 }),
      refusing: () => disk.refusing,
      stored: () => Promise.resolve(ok(undefined)),
      close: () => Promise.resolve(),
    },
    store: {
      known,
      append: (fresh) => lines.push(...fresh),
      stored: () => Promise.resolve(disk.full ? err("ENOSPC") : ok(undefined)),
      close: () => Promise.resolve(),
    },
    dryRunner: {
      unavailable,
      start: (task, tell) => {
        const run = { task, tell, ended: false };
        dryRuns.push(run);
        return () => (run.ended = true);
      },
    },
    started,
  });
  const events = new Subject<FieldEvent>();
  const field: Field = {
    events,
    push: () => false,
    order: () => false,
    schedule: () => false,
    heartbeat: () => undefined,
    go: () => undefined,
    disconnect: () => undefined,
  };
  const { settings } = changes;
  runPipeline(
    { network: smallNetwork(), mode: "plan", intervalMs: MINUTE_MS, planValidMs: MINUTE_MS, settings },
    {
      field,
      journal: { append: (line) => journal.push(line), close: () => undefined },
      audience: { watching: false, show: () => undefined },
      changes,
    },
  ).subscribe((one) => {
    changes.decided(one);
    decided.push(one);
  });
  events.next(plantUp());
  return {
    changes,
    entries,
    lines,
    journal,
    dryRuns,
    disk,
    last: () => decided.at(-1),
    tick: (count: number) => events.next(ready(second(count))),
    acts: async (...acts: readonly ChangeAct[]) => {
      const answers: unknown[] = [];
      for (const act of acts) answers.push(await changes.act(act));
      return answers;
    },
    valueOf: (name: string) =>
      changes.parameters()?.parameters.find((parameter) => parameter.path === name)?.value,
    changeOf: (id: string, by = "ann") => changes.view(by)?.changes.find((change) => change.id === id),
  };
}

describe("the desk of changes", () => {
  it("has nothing to show before the run's clock is known, and takes no acts", async () => {
    const { changes, acts, entries } = desk();
    expect([changes.view("ann"), changes.parameters()]).toEqual([undefined, undefined]);
    expect(await acts(draft())).toEqual([{ kind: "refused", why: "no plant is connected yet" }]);
    expect(entries).toEqual([]);
  });

  it("puts a scheduled change in force at its instant, before that instant is decided, and journals it", async () => {
    const { tick, acts, last, journal, valueOf, changeOf } = desk();
    tick(0);
    const answers = await acts(draft(), ...path("C1", second(5)));
    expect(answers).toEqual(Array.from({ length: 4 }, () => ({ kind: "done", change: "C1" })));
    tick(4);
    expect([last()?.state.tuning, changeOf("C1")?.state, valueOf("optimize.horizonSeconds")]).toEqual([
      null,
      "scheduled",
      50,
    ]);
    tick(5);
    const input = {
      kind: "settings",
      at: second(5),
      change: "C1",
      settings: HORIZON_40,
      by: "ann",
      reason: "fewer stops (approved by bob)",
    };
    expect(last()?.instant.inputs).toEqual([input, { kind: "tick", at: second(5) }]);
    expect(last()?.state.tuning).toEqual({ change: "C1", settings: HORIZON_40 });
    expect(last()?.tables.parameters.optimize.horizonSeconds).toBe(40);
    expect(journal).toContain(JSON.stringify({ in: input }));
    expect(changeOf("C1")).toMatchObject({ state: "inForce", inForceSince: second(5) });
    expect(valueOf("optimize.horizonSeconds")).toBe(40);
    tick(6);
    expect(last()?.instant.inputs, "once").toEqual([{ kind: "tick", at: second(6) }]);
  });

  it("rolls back at the next instant", async () => {
    const { tick, acts, last, valueOf, changeOf } = desk();
    tick(0);
    await acts(draft(), ...path("C1"));
    tick(1);
    await acts({ kind: "rollBack", change: "C1", by: "eve", reason: "queues" });
    expect(changeOf("C1"), "the engine has not yet").toMatchObject({
      state: "inForce",
      rollBackAsked: { by: "eve" },
    });
    tick(2);
    expect(last()?.instant.inputs[0]).toMatchObject({
      change: "C1",
      settings: [],
      by: "eve",
      reason: "rolled back: queues",
    });
    expect(changeOf("C1")?.state).toBe("rolledBack");
    expect(valueOf("optimize.horizonSeconds")).toBe(50);
  });

  it("puts one change in force an instant, and gives up the one that was not made for it", async () => {
    const { tick, acts, last, changeOf } = desk();
    tick(0);
    await acts(draft(), draft(STOPS_9), ...path("C1"), ...path("C2"));
    tick(1);
    expect(last()?.instant.inputs.filter(({ kind }) => kind === "settings")).toHaveLength(1);
    expect(changeOf("C2")?.stale).toMatch(/in force since C1/);
    tick(2);
    expect(last()?.instant.inputs).toHaveLength(1);
    expect([changeOf("C1")?.state, changeOf("C2")?.state]).toEqual(["inForce", "withdrawn"]);
  });

  it("audits every act, done or refused, with who, what and why", async () => {
    const { tick, acts, entries } = desk();
    tick(0);
    await acts(
      draft(),
      { kind: "approve", change: "C1", by: "bob", reason: "soon" },
      { kind: "withdraw", change: "C9", by: "bob", reason: "gone" },
    );
    expect(entries).toMatchObject([
      {
        who: "ann",
        action: "change.draft",
        subject: "C1",
        after: { state: "draft", set: { "optimize.horizonSeconds": 40 } },
        result: "done",
        correlation: "C1",
      },
      {
        who: "bob",
        action: "change.approve",
        before: "draft",
        after: { state: "draft" },
        reason: "soon",
        result: "refused: C1 is a draft; allowed while it is submitted and not approved",
      },
      { action: "change.withdraw", subject: "C9", result: "refused: there is no change C9" },
    ]);
  });

  it("says when what was done cannot be kept", async () => {
    const { tick, acts, disk } = desk();
    tick(0);
    disk.full = true;
    expect(await acts(draft())).toEqual([{ kind: "unkept", why: "ENOSPC" }]);
  });

  it("does nothing that the audit trail takes no entry of", async () => {
    const { tick, acts, disk, lines } = desk();
    tick(0);
    disk.refusing = "9 entries wait and no more are taken: ENOSPC";
    expect(await acts(draft())).toEqual([
      { kind: "refused", why: `the audit trail cannot be written: ${disk.refusing}` },
    ]);
    expect(lines).toEqual([]);
  });

  it("goes on where the engine before it ended, unless somebody names other settings", async () => {
    const first = desk();
    first.tick(0);
    await first.acts(draft(), ...path("C1"));
    first.tick(1);
    const known = [...new Map(first.lines.map((change) => [change.id, change])).values()];
    const next = desk({ known });
    next.tick(0);
    expect(next.changes.settings).toEqual(HORIZON_40);
    expect(next.last()?.tables.parameters.optimize.horizonSeconds).toBe(40);
    expect(next.changeOf("C1")?.state).toBe("inForce");
    const third = desk({ known, started: STOPS_9 });
    third.tick(0);
    expect(third.changes.settings).toEqual(STOPS_9);
    expect(third.changeOf("C1")?.state).toBe("superseded");
    expect(third.lines.map(({ id, state }) => [id, state])).toEqual([["C1", "superseded"]]);
  });
});

describe("a dry run at the desk", () => {
  const start: ChangeAct = { kind: "startDryRun", change: "C1", by: "ann", plan: PLAN };

  it("compares the draft with what is in force, says how far it is, and what it found", async () => {
    const { tick, acts, dryRuns, changeOf } = desk({ started: STOPS_9 });
    tick(0);
    await acts(draft(), start);
    expect(dryRuns[0]?.task).toEqual({ plan: PLAN, now: STOPS_9, draft: [...HORIZON_40, ...STOPS_9] });
    dryRuns[0]?.tell({ kind: "progress", ratio: 0.25 });
    expect(changeOf("C1")).toMatchObject({ progressRatio: 0.25, dryRun: { outcome: { kind: "running" } } });
    dryRuns[0]?.tell({ kind: "done", result: RESULT });
    expect(changeOf("C1")).toMatchObject({
      progressRatio: null,
      dryRun: { outcome: { kind: "done", result: RESULT } },
    });
  });

  it("is one at a time, and ends with who cancels it or withdraws the draft", async () => {
    const { tick, acts, dryRuns, changeOf } = desk();
    tick(0);
    await acts(draft(), draft(STOPS_9), start);
    expect(await acts({ ...start, change: "C2" })).toEqual([
      { kind: "refused", why: "a dry run of C1 is under way" },
    ]);
    await acts({ kind: "cancelDryRun", change: "C1", by: "bob" });
    expect([dryRuns[0]?.ended, changeOf("C1")?.dryRun?.outcome]).toEqual([
      true,
      { kind: "cancelled", by: "bob" },
    ]);
    dryRuns[0]?.tell({ kind: "done", result: RESULT });
    expect(changeOf("C1")?.dryRun?.outcome.kind, "too late").toBe("cancelled");
    await acts({ ...start, change: "C2" }, { kind: "withdraw", change: "C2", by: "ann", reason: "no" });
    expect(dryRuns[1]?.ended).toBe(true);
  });

  it("that fails says why, and may be tried again", async () => {
    const { tick, acts, dryRuns, changeOf } = desk();
    tick(0);
    await acts(draft(), start);
    dryRuns[0]?.tell({ kind: "failed", why: "its process ended" });
    expect(changeOf("C1")?.dryRun?.outcome).toEqual({ kind: "failed", why: "its process ended" });
    expect(await acts(start)).toEqual([{ kind: "done", change: "C1" }]);
  });

  it("is none where the network has no demand, and says so beforehand", async () => {
    const { tick, acts, changes } = desk({ unavailable: "no demand" });
    tick(0);
    expect(changes.view("ann")?.dryRunUnavailable).toBe("no demand");
    expect(await acts(draft(), start)).toMatchObject([
      { kind: "done" },
      { kind: "refused", why: "no demand" },
    ]);
  });
});
