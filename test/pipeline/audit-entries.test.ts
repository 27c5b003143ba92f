import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import type { Input } from "../../src/engine/input.ts";
import { auditEntries } from "../../src/pipeline/audit-entries.ts";
import type { AuditEntry } from "../../src/ports/audit.ts";
import { after, MINUTE_MS } from "../../src/units.ts";
import { type ClosedLoop, give, runLoop, started } from "../engine/closed-loop.ts";

/** The entries of what is done with a loop. */
function entriesOf(loop: ClosedLoop, act: (loop: ClosedLoop) => void): readonly AuditEntry[] {
  const { state: before } = loop;
  const [inputs, effects] = [loop.inputs.length, loop.effects.length];
  act(loop);
  return auditEntries({
    at: loop.at,
    tables: loop.tables,
    before,
    state: loop.state,
    inputs: loop.inputs.slice(inputs),
    effects: loop.effects.slice(effects),
  });
}

const told = (loop: ClosedLoop, ...inputs: readonly Input[]) => entriesOf(loop, (one) => give(one, inputs));

describe("the audit trail of an engine", () => {
  it("has each plan: what ran, what is to run, why; its answer; and what the lamps showed, under one correlation", () => {
    const loop = runLoop(started(), 59);
    const pushed = entriesOf(loop, () => runLoop(loop, 1));
    const plan = defined(
      loop.effects.flatMap((effect) => (effect.kind === "push" ? [effect.plan] : []))[0],
      "a plan",
    );
    expect(pushed).toMatchObject([
      {
        who: "engine",
        action: "plan.push",
        where: "t",
        subject: plan.id,
        before: { plan: "day", timing: { cycleMs: 60_000 } },
        after: {
          plan: plan.id,
          validUntil: plan.validUntil,
          timing: { cycleMs: plan.cycleMs, stages: plan.stages },
        },
        reason: plan.reason,
        result: "sent",
        correlation: plan.id,
      },
    ]);
    const later: AuditEntry[] = [];
    // Second by second, as the pipeline tells it; until the second plan comes.
    for (let second = 0; second < 59 * 6; second += 1) later.push(...entriesOf(loop, () => runLoop(loop, 1)));
    const life = later.filter(({ correlation }) => correlation === plan.id);
    expect(life.map(({ who, action }) => `${who}: ${action}`)).toEqual(
      expect.arrayContaining([
        "controller t: plan.answer",
        "controller t: authority.change",
        "engine: plan.applied",
      ]),
    );
  });

  it("has each change of mode with both modes, also two within an instant, and one that changes nothing", () => {
    const loop = runLoop(started({ mode: "plan" }), 5);
    const change = (mode: "local" | "shadow"): Input => ({
      kind: "mode",
      at: loop.at,
      intersection: "t",
      mode,
      by: "ann",
      reason: "trial",
    });
    expect(told(loop, change("local"), change("shadow"), change("shadow"))).toMatchObject([
      { who: "ann", action: "mode.change", before: "plan", after: "local", reason: "trial", result: "done" },
      { before: "local", after: "shadow", result: "done" },
      { before: "shadow", after: "shadow", result: "no change" },
    ]);
  });

  it("has the end of a mode that was for a time, by the engine, once", () => {
    const loop = runLoop(started({ mode: "plan" }), 5);
    const until = after(loop.at, 3000);
    const head = { kind: "mode", at: loop.at, intersection: "t", by: "ann", reason: "trial" } as const;
    expect(told(loop, { ...head, mode: "local", until })).toMatchObject([
      { who: "ann", action: "mode.change", before: "plan", after: { mode: "local", until }, result: "done" },
    ]);
    const later = Array.from({ length: 5 }, () => entriesOf(loop, () => runLoop(loop, 1)));
    expect(later.map((entries) => entries.map(({ action }) => action))).toEqual([
      [],
      [],
      ["mode.expire"],
      [],
      [],
    ]);
    expect(later[2]).toMatchObject([
      { who: "engine", before: "local", after: "plan", reason: "ann: trial", result: "done" },
    ]);
  });

  it("has who took control, from whom, what was refused for it, and its end", () => {
    const loop = runLoop(started({ mode: "plan" }), 5);
    const until = after(loop.at, 3000);
    const head = { kind: "control", at: loop.at, intersection: "t", area: "a", until } as const;
    const bob = { by: "bob", reason: "fire" } as const;
    const refused = "refused: ann has control for another 3 s: parade";
    expect(
      told(
        loop,
        { ...head, takeOver: false, by: "ann", reason: "parade" },
        { ...head, takeOver: false, area: "b", ...bob },
        { kind: "mode", at: loop.at, intersection: "t", mode: "local", ...bob },
      ),
    ).toMatchObject([
      { who: "ann", action: "control.take", subject: "a", before: null, after: { until }, result: "done" },
      { who: "bob", action: "control.take", result: refused.replace("refused", "Control not taken") },
      {
        who: "bob",
        action: "mode.change",
        before: "plan",
        result: refused.replace("refused:", "Mode not changed to local: CONTROL"),
      },
    ]);
    expect(told(loop, { ...head, takeOver: true, area: "b", ...bob })).toMatchObject([
      { who: "bob", action: "control.takeOver", before: { by: "ann", area: "a" }, result: "done" },
    ]);
    expect(entriesOf(loop, () => runLoop(loop, 3))).toMatchObject([
      { who: "engine", action: "control.expire", subject: "b", before: { by: "bob" }, reason: "bob: fire" },
    ]);
  });

  it("has each command: sent, or why it was refused, and the controller's answer", () => {
    const loop = runLoop(started(), 5);
    const ask = (id: string, phase: string): Input => ({
      kind: "command",
      at: loop.at,
      id,
      intersection: "t",
      effectiveAt: loop.at,
      validUntil: after(loop.at, MINUTE_MS),
      by: "ann",
      reason: "parade",
      order: { kind: "hold", phases: [phase] },
    });
    expect(told(loop, ask("c1", "2"), ask("c2", "nowhere"))).toMatchObject([
      { who: "ann", action: "command.ask", subject: "c1", result: "sent", correlation: "c1" },
      {
        action: "command.ask",
        subject: "c2",
        after: { order: { kind: "hold", phases: ["nowhere"] } },
        result: expect.stringContaining("refused by the safety gate"),
      },
    ]);
    const answer: Input = {
      kind: "ack",
      at: loop.at,
      intersection: "t",
      command: "c1",
      result: "refused",
      code: "TRANSITION",
      detail: "busy",
    };
    expect(told(loop, answer)).toMatchObject([
      { who: "controller t", action: "command.answer", subject: "c1", result: "refused: TRANSITION: busy" },
    ]);
  });

  it("has each review, and what could not be done of it", () => {
    const loop = runLoop(started({ mode: "advise" }), 61);
    const plan = defined(loop.state.nodes.at(0)?.proposal?.id, "a proposal");
    const review = (id: string, approved: boolean): Input => ({
      kind: "review",
      at: loop.at,
      intersection: "t",
      plan: id,
      approved,
      by: "ann",
      reason: "seen",
    });
    expect(told(loop, review("other", true))).toMatchObject([
      { action: "plan.approve", subject: "other", result: expect.stringContaining("changes nothing") },
    ]);
    expect(told(loop, review(plan, false))).toMatchObject([
      { action: "plan.reject", subject: plan, result: "done", correlation: plan },
    ]);
  });

  it("has links as they come and go, and who has authority, but no stage schedule that was taken", () => {
    const loop = started({ mode: "adaptive" });
    const entries: AuditEntry[] = [];
    for (let second = 0; second < 30; second += 1) entries.push(...entriesOf(loop, () => runLoop(loop, 1)));
    expect(loop.effects.filter(({ kind }) => kind === "schedule").length).toBeGreaterThan(2);
    expect(entries).toMatchObject([{ action: "authority.change", before: "local", after: "schedule" }]);
    expect(told(loop, { kind: "linkDown", at: loop.at, intersection: "t", reason: "silent" })).toMatchObject([
      { who: "controller t", action: "link.down", result: "silent" },
    ]);
  });
});
