import { describe, expect, it } from "vitest";
import { defined, InvariantError } from "../../src/assert.ts";
import type { Input, InputOf } from "../../src/engine/input.ts";
import { step } from "../../src/engine/step.ts";
import { detailView, liveView } from "../../src/engine/view.ts";
import { after, instantMs, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import {
  BEGIN,
  BUSY_STREET,
  give,
  logOf,
  nodeOf,
  plansOf,
  runLoop,
  startLoop,
  started,
} from "./closed-loop.ts";

const ofKind = <Kind extends Input["kind"]>(inputs: readonly Input[], kind: Kind): readonly InputOf<Kind>[] =>
  inputs.filter((input): input is InputOf<Kind> => input.kind === kind);

describe("an instant", () => {
  it("is over with one heartbeat, after everything else that it brought", () => {
    const loop = runLoop(started(), 200);
    const beats = loop.effects.filter(({ kind }) => kind === "heartbeat");
    expect(beats).toHaveLength(201);
    expect(loop.effects.at(-1)?.kind).toBe("heartbeat");
    for (const [index, effect] of loop.effects.entries()) {
      if (effect.kind === "push")
        expect(loop.effects[index + 1]?.kind, "a push is told in the log").toBe("log");
    }
  });

  it("never lies before another one", () => {
    const loop = runLoop(started(), 10);
    const early: Input = { kind: "tick", at: after(loop.at, -1) };
    expect(() => step(loop.state, early, loop.tables)).toThrow(InvariantError);
    expect(() => step(loop.state, early, loop.tables)).toThrow(/time goes back/);
    expect(
      () => step(loop.state, { ...early, at: loop.at }, loop.tables),
      "the same instant is fine",
    ).not.toThrow();
  });

  it("of an intersection that is not there is a broken invariant", () => {
    const loop = started();
    const stranger: Input = { kind: "linkUp", at: BEGIN, intersection: "nowhere", plan: null };
    expect(() => step(loop.state, stranger, loop.tables)).toThrow(/intersection nowhere/);
  });
});

describe("the first interval", () => {
  it("that was watched whole gives every movement a count and a forecast, and a plan", () => {
    const loop = runLoop(started(), 60);
    const { series } = nodeOf(loop);
    expect(series.every(({ recent }) => recent.length === 1 && !Number.isNaN(recent[0]))).toBe(true);
    const [plan, ...others] = plansOf(loop.effects);
    expect(others).toEqual([]);
    expect(plan?.intersection).toBe("t");
    expect(plan?.effectiveAt).toBe(after(BEGIN, MINUTE_MS));
    expect(loop.state.counts.forecasts).toBe(6);
  });

  it("counts what left each lane", () => {
    const loop = runLoop(started(), 60);
    const sent = ofKind(loop.inputs, "detections").flatMap(({ events }) =>
      events.filter(([id, , value]) => id.endsWith("stopLine") && value === 0),
    ).length;
    const counted = nodeOf(loop).series.reduce((sum, { recent }) => sum + (recent[0] ?? 0), 0);
    expect(sent).toBeGreaterThan(10);
    expect(counted).toBeCloseTo(sent, 6);
  });

  it("that began before the link came up is not learned from", () => {
    const loop = started();
    give(loop, [
      { kind: "linkDown", at: BEGIN, intersection: "t", reason: "test" },
      { kind: "tick", at: after(BEGIN, SECOND_MS) },
      { kind: "linkUp", at: after(BEGIN, 2 * SECOND_MS), intersection: "t", plan: "day" },
      { kind: "tick", at: after(BEGIN, 2 * SECOND_MS) },
    ]);
    loop.at = after(BEGIN, 2 * SECOND_MS);
    runLoop(loop, 58);
    expect(nodeOf(loop).series.map(({ recent }) => recent)).toEqual(
      Array.from({ length: 6 }, () => [Number.NaN]),
    );
    expect(plansOf(loop.effects)).toEqual([]);
    runLoop(loop, 60);
    expect(
      nodeOf(loop).series.every(({ recent }) => !Number.isNaN(recent.at(-1))),
      "the next one is",
    ).toBe(true);
    expect(plansOf(loop.effects)).toHaveLength(1);
  });
});

describe("intervals without a tick", () => {
  it("are told as unknown, and what was counted in them is nobody's", () => {
    const loop = runLoop(started(), 120);
    const before = nodeOf(loop).series[0]?.recent ?? [];
    // The engine is held up for three and a half intervals: detections still come, ticks do not.
    const held = runLoop({ ...loop, options: { ...loop.options } }, 1);
    const later = after(loop.at, 3.5 * MINUTE_MS);
    give(held, [{ kind: "tick", at: instantMs(later - (later % MINUTE_MS)) }]);
    const recent = nodeOf(held).series[0]?.recent ?? [];
    expect(recent).toEqual([...before, Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe("mode local", () => {
  it("watches and forecasts, and pushes nothing", () => {
    const loop = runLoop(started({ mode: "local" }), 200);
    expect(plansOf(loop.effects)).toEqual([]);
    expect(loop.state.counts.forecasts).toBeGreaterThan(0);
  });
});

describe("a plan", () => {
  it("is pushed, accepted, applied and seen in the lamps", () => {
    const loop = runLoop(started(), 60 * 8);
    const { counts } = loop.state;
    const pushed = plansOf(loop.effects).length;
    expect(pushed).toBe(8);
    expect(counts.plansPushed).toBe(pushed);
    expect(counts.plansAccepted).toBeGreaterThanOrEqual(pushed - 1);
    expect(counts.plansApplied).toBeGreaterThanOrEqual(3);
    expect(counts.readbackMismatches).toBe(0);
    expect(counts.plansRefused + counts.plansRefusedByGate).toBe(0);
    const applied = logOf(loop.effects).filter(({ status }) => status === "applied");
    expect(applied[0]?.text).toBe("Timing plan applied: seen in the lamps");
    expect(applied[0]?.reason).toContain("critical flow ratio");
  });

  it("gives the busy street more green than its local plan did", () => {
    const loop = runLoop(started(), 60 * 8);
    const shares = plansOf(loop.effects).map(({ stages, cycleMs }) => (stages[0]?.splitMs ?? 0) / cycleMs);
    // The local plan gives it 30 of 60 s.
    expect(Math.min(...shares.slice(-4))).toBeGreaterThan(0.5);
  });

  it("that is not answered is told after five seconds, once", () => {
    const loop = runLoop(started({ delivered: () => false }), 65);
    expect(logOf(loop.effects).filter(({ text }) => text.startsWith("No answer"))).toEqual([]);
    runLoop(loop, 1);
    const entries = logOf(loop.effects).filter(({ text }) => text.startsWith("No answer"));
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ priority: "P3", status: "superseded", answer: "none within 5 s" });
    const told = loop.effects.length;
    runLoop(loop, 40);
    const since = loop.effects.slice(told).filter(({ kind }) => kind === "log");
    expect(since).toEqual([]);
  });

  it("whose answer comes late after all is accepted, and the next one follows from it", () => {
    let held: Input[] = [];
    const late = 9;
    const loop = started({
      inputs: (inputs, at) => {
        const acks = inputs.filter(({ kind }) => kind === "ack");
        held.push(...acks);
        const released =
          at >= after(BEGIN, (60 + late) * SECOND_MS) ? held.map((ack) => ({ ...ack, at })) : [];
        if (released.length > 0) held = [];
        return [...released, ...inputs.filter(({ kind }) => kind !== "ack")];
      },
    });
    runLoop(loop, 60 + late - 1);
    expect(loop.state.counts.plansAccepted).toBe(0);
    runLoop(loop, 1);
    expect(loop.state.counts.plansAccepted).toBe(1);
    runLoop(loop, 60 * 4);
    expect(loop.state.counts.plansRefusedByGate).toBe(0);
    expect(loop.state.counts.readbackMismatches).toBe(0);
    expect(loop.state.counts.plansApplied).toBeGreaterThan(0);
  });

  it("whose answer was lost counts as in force when the controller names it", () => {
    const loop = started({ inputs: (inputs) => inputs.filter(({ kind }) => kind !== "ack") });
    runLoop(loop, 60 * 4);
    const plans = plansOf(loop.effects);
    expect(plans.length).toBeGreaterThanOrEqual(3);
    expect(loop.state.counts.plansRefusedByGate, "steps are bounded from what runs").toBe(0);
    const running = detailView(loop.state, loop.tables, 0).running;
    expect(running?.source).toBe("engine");
  });

  it("that is refused is told with the controller's reason, and the local plan stays in force", () => {
    const loop = startLoop({
      flowVehPerHour: BUSY_STREET,
      delivered: () => false,
      inputs: (inputs) => inputs,
    });
    runLoop(loop, 60);
    const plan = defined(plansOf(loop.effects)[0], "a plan");
    const at = loop.at;
    const refusal: Input = {
      kind: "ack",
      at,
      intersection: "t",
      plan: plan.id,
      result: "refused",
      code: "CYCLE",
      detail: "too long",
    };
    const effects = give(loop, [refusal]);
    expect(logOf(effects)).toEqual([
      expect.objectContaining({
        priority: "P3",
        status: "refused",
        answer: "CYCLE: too long",
        plan: plan.id,
      }),
    ]);
    expect(loop.state.counts.plansRefused).toBe(1);
    expect(give(loop, [refusal]), "an answer is taken once").toEqual([]);
    expect(detailView(loop.state, loop.tables, 0).next).toBeNull();
    runLoop(loop, 20);
    expect(logOf(loop.effects).filter(({ text }) => text.startsWith("No answer"))).toEqual([]);
  });

  it("of a refused new cycle does not forbid the cycle to change", () => {
    const loop = startLoop({ flowVehPerHour: () => 900, delivered: () => false });
    runLoop(loop, 60);
    const plan = defined(plansOf(loop.effects)[0], "a plan");
    expect(plan.cycleMs, "the case is one of a new cycle").not.toBe(60_000);
    expect(nodeOf(loop).cycleChangedAt).toBe(loop.at);
    const { at } = loop;
    give(loop, [
      {
        kind: "ack",
        at,
        intersection: "t",
        plan: plan.id,
        result: "refused",
        code: "CYCLE",
        detail: "too long",
      },
    ]);
    expect(nodeOf(loop).cycleChangedAt).toBeNull();
  });

  it("with an answer to something else changes nothing", () => {
    const loop = runLoop(started(), 60);
    const before = loop.state;
    const effects = give(loop, [
      {
        kind: "ack",
        at: loop.at,
        intersection: "t",
        plan: "unheard",
        result: "accepted",
        effectiveAt: loop.at,
      },
    ]);
    expect(effects).toEqual([]);
    expect(loop.state.nodes).toEqual(before.nodes);
    expect(loop.state.counts).toEqual(before.counts);
  });
});

describe("a link", () => {
  it("that goes down stops the plans, and is told as P2", () => {
    const loop = runLoop(started(), 60);
    const lost = give(loop, [{ kind: "linkDown", at: loop.at, intersection: "t", reason: "reset by peer" }]);
    expect(logOf(lost)).toEqual([
      expect.objectContaining({
        topic: "link",
        priority: "P2",
        text: "Link lost: reset by peer",
        intersection: "t",
      }),
    ]);
    expect(liveView(loop.state, loop.tables)[0]?.linked).toBe(false);
    const before = plansOf(loop.effects).length;
    for (let minute = 1; minute <= 3; minute += 1) {
      give(loop, [{ kind: "tick", at: after(loop.at, minute * MINUTE_MS) }]);
    }
    expect(plansOf(loop.effects)).toHaveLength(before);
  });

  it("that comes back is told, and plans go on", () => {
    const loop = runLoop(started(), 70);
    give(loop, [{ kind: "linkDown", at: loop.at, intersection: "t", reason: "test" }]);
    const up = give(loop, [{ kind: "linkUp", at: loop.at, intersection: "t", plan: "day" }]);
    expect(logOf(up)[0]).toMatchObject({
      topic: "link",
      priority: "event",
      text: "Controller linked, running plan day",
    });
    const before = plansOf(loop.effects).length;
    runLoop(loop, 60 * 3);
    expect(plansOf(loop.effects).length).toBeGreaterThan(before);
    expect(loop.state.counts.readbackMismatches).toBe(0);
  });
});

describe("a link that went down just now", () => {
  it("gets no plan, though its street was known a moment ago", () => {
    const loop = runLoop(started(), 117);
    const before = plansOf(loop.effects).length;
    give(loop, [
      { kind: "linkDown", at: loop.at, intersection: "t", reason: "test" },
      { kind: "tick", at: after(BEGIN, 2 * MINUTE_MS) },
    ]);
    expect(plansOf(loop.effects)).toHaveLength(before);
    const up = runLoop(started(), 117);
    give(up, [{ kind: "tick", at: after(BEGIN, 2 * MINUTE_MS) }]);
    expect(plansOf(up.effects).length, "control: with the link up it gets one").toBe(before + 1);
  });
});

/** Plans pushed in seven intervals of which those that `preempted` names have a preemption in the middle. */
function plansWith(preempted: readonly number[]): readonly number[] {
  const loop = runLoop(
    started({
      inputs: (inputs, at) =>
        inputs.map((input) =>
          input.kind === "state" &&
          preempted.includes(Math.floor((at - BEGIN - 1) / MINUTE_MS)) &&
          (at - BEGIN) % MINUTE_MS === 30 * SECOND_MS
            ? { ...input, operation: "preempt" as const }
            : input,
        ),
    }),
    60 * 7,
  );
  return plansOf(loop.effects).map(({ effectiveAt }) => (effectiveAt - BEGIN) / MINUTE_MS);
}

describe("demand that was not counted of late", () => {
  it("is a basis for three intervals, and for no plan in the next; counted again, it is one again", () => {
    expect(plansWith([])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(plansWith([2])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(plansWith([2, 3, 4])).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(plansWith([2, 3, 4, 5])).toEqual([1, 2, 3, 4, 5, 7]);
  });
});

describe("a controller that restarted", () => {
  it("counts its frames from zero again, and is heard", () => {
    const loop = runLoop(started(), 70);
    const heard = nodeOf(loop).cleaning.loops.reduce((sum, { arrivals }) => sum + arrivals, 0);
    const frame: Input = {
      kind: "detections",
      at: loop.at,
      intersection: "t",
      sequence: 0,
      until: loop.at,
      events: [["west_t.0.stopLine", loop.at, 1]],
    };
    give(loop, [{ kind: "linkUp", at: loop.at, intersection: "t", plan: null }, frame]);
    const { cleaning } = nodeOf(loop);
    expect(cleaning.counts.duplicateFrames).toBe(0);
    expect(cleaning.loops.reduce((sum, { arrivals }) => sum + arrivals, 0)).toBeGreaterThan(heard);
  });
});
