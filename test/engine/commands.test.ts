import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { type EngineTables, engineTables } from "../../src/engine/configuration.ts";
import type { Effect } from "../../src/engine/effect.ts";
import type { Input, InputOf } from "../../src/engine/input.ts";
import { type EngineState, startEngine } from "../../src/engine/state.ts";
import { step } from "../../src/engine/step.ts";
import type { Order } from "../../src/model/command.ts";
import type { Operation } from "../../src/model/operation.ts";
import { timingOf } from "../../src/model/schedule.ts";
import type { LogEntry } from "../../src/protocol/live.ts";
import { after, instantMs, MINUTE_MS, SECOND_MS } from "../../src/units.ts";
import { detectedT } from "../estimate/shared-lane.ts";
import { smallNetwork } from "../model/small-network.ts";

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
const BEGIN = after(MIDNIGHT, 7 * 60 * MINUTE_MS);
const T = detectedT();
const ASKED = after(BEGIN, SECOND_MS);

const at = (seconds: number) => after(ASKED, seconds * SECOND_MS);

/** What the T's controller says of itself. */
function street(change: Partial<InputOf<"state">> = {}): InputOf<"state"> {
  const timing = timingOf(defined(T.plans[0], "local plan"));
  return {
    kind: "state",
    at: BEGIN,
    intersection: T.id,
    operation: "normal",
    source: "local",
    plan: "day",
    pendingPlan: null,
    stage: defined(T.stages[0], "stage").id,
    coordination: "inStep",
    intervention: "none",
    cycleStartAt: BEGIN,
    timing: { ...timing, stages: [...timing.stages] },
    lamps: T.phases.map(() => "r").join(""),
    overlaps: "",
    walk: T.phases.map(() => "-").join(""),
    calls: T.phases.map(() => "-").join(""),
    ...change,
  };
}

function asked(order: Order, change: Partial<InputOf<"command">> = {}): InputOf<"command"> {
  return {
    kind: "command",
    at: ASKED,
    id: "c1",
    intersection: T.id,
    effectiveAt: ASKED,
    validUntil: at(60),
    by: "Ada",
    reason: "roadworks",
    order,
    ...change,
  };
}

type Desk = {
  readonly tables: EngineTables;
  readonly state: EngineState;
  readonly effects: readonly Effect[];
};

/** The engine of the T alone, its controller linked, after these inputs; effects are those of the last one. */
function desk(...inputs: readonly Input[]): Desk {
  const tables = engineTables({
    network: { ...smallNetwork(), intersections: [T] },
    midnightAt: MIDNIGHT,
    stepMs: SECOND_MS,
    intervalMs: MINUTE_MS,
    planValidMs: 15 * MINUTE_MS,
    mode: "local",
  });
  let current: Desk = { tables, state: startEngine(tables, BEGIN), effects: [] };
  for (const input of inputs) current = { tables, ...step(current.state, input, tables) };
  return current;
}

const LINK: Input = { kind: "linkUp", at: BEGIN, intersection: T.id, plan: "day" };
const PHASE = defined(T.phases[0], "phase").id;
const HOLD: Order = { kind: "hold", phases: [PHASE] };

const entries = ({ effects }: Desk): readonly LogEntry[] =>
  effects.flatMap((effect) => (effect.kind === "log" ? [effect.entry] : []));
const ordered = ({ effects }: Desk) =>
  effects.flatMap((effect) => (effect.kind === "order" ? [effect.command] : []));

describe("an operator's command", () => {
  it("goes to its controller as it is, and into the log", () => {
    const given = desk(LINK, street(), asked(HOLD));
    const { kind: _, at: __, ...command } = asked(HOLD);
    expect(ordered(given)).toEqual([command]);
    expect(entries(given)).toEqual([
      {
        id: 2,
        at: ASKED,
        intersection: T.id,
        topic: "command",
        priority: "event",
        text: `Command sent, hold ${PHASE} (c1)`,
        reason: "Ada: roadworks",
        plan: null,
        status: "pushed",
        answer: null,
      },
    ]);
  });

  it("that breaks a rule goes nowhere, and the operator sees why", () => {
    const long = asked(HOLD, { validUntil: at(121), by: "" });
    const given = desk(LINK, street(), long);
    expect(ordered(given)).toEqual([]);
    const [entry, ...others] = entries(given);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      id: 2,
      priority: "P3",
      status: "refused",
      text: `Command not sent, hold ${PHASE} (c1): refused by the safety gate: S8 held for 121 s, at most 90 s allowed; S9 lease of 121 s, allowed up to 120 s; S17 nobody answers for the command`,
    });
    expect(given.state.nextLogId).toBe(3);
  });

  it("goes to nobody who is not linked, or has not said what it does", () => {
    const why = "the controller is not linked";
    const off: Input = { kind: "linkDown", at: BEGIN, intersection: T.id, reason: "gone" };
    for (const before of [[], [LINK], [LINK, street(), off]]) {
      const given = desk(...before, asked(HOLD));
      expect(ordered(given)).toEqual([]);
      expect(entries(given)[0]?.text).toBe(`Command not sent, hold ${PHASE} (c1): ${why}`);
    }
  });

  it("goes to nobody who is preempted", () => {
    const given = desk(LINK, street({ operation: "preempt" }), asked({ kind: "release" }));
    expect(ordered(given)).toEqual([]);
    expect(entries(given)[0]?.text).toContain("release (c1): refused by the safety gate: S16");
  });

  it.each<readonly [Order, string]>([
    [{ kind: "forceStage", stage: defined(T.stages[0], "stage").id }, `stage ${T.stages[0]?.id}`],
    [{ kind: "placeCall", phase: PHASE, pedestrian: false }, `vehicle call of ${PHASE}`],
    [{ kind: "pattern", plan: "day" }, "plan day"],
    [{ kind: "clear" }, "clear"],
  ])("%j is told in words", (order, words) => {
    expect(entries(desk(LINK, street(), asked(order)))[0]?.text).toBe(`Command sent, ${words} (c1)`);
  });
});

describe("its answer", () => {
  const before = [LINK, street(), asked(HOLD)];
  const head = { kind: "ack", at: at(1), intersection: T.id, command: "c1" } as const;
  const accepted: Input = { ...head, result: "accepted", effectiveAt: ASKED };
  const refused: Input = { ...head, result: "refused", code: "PREEMPT", detail: "a train" };

  it("takes the place of the entry", () => {
    expect(entries(desk(...before, accepted))).toMatchObject([
      {
        id: 2,
        at: ASKED,
        priority: "event",
        text: `Command accepted, hold ${PHASE} (c1)`,
        status: "accepted",
      },
    ]);
    expect(entries(desk(...before, refused))).toMatchObject([
      { id: 2, at: at(1), priority: "P3", status: "refused", answer: "PREEMPT: a train" },
    ]);
  });

  it("to something that was never asked is passed over", () => {
    const given = desk(...before, { ...accepted, command: "c2" });
    expect(given.effects).toEqual([]);
  });

  it("that does not come is told once, after five seconds", () => {
    const tick = (seconds: number): Input => ({ kind: "tick", at: at(seconds) });
    expect(entries(desk(...before, tick(5)))).toEqual([]);
    expect(entries(desk(...before, tick(5), tick(6)))).toMatchObject([
      {
        id: 2,
        priority: "P3",
        text: `No answer to a command, hold ${PHASE} (c1)`,
        answer: "none within 5 s",
      },
    ]);
    expect(entries(desk(...before, tick(6), tick(7)))).toEqual([]);
    expect(entries(desk(...before, accepted, tick(7)))).toEqual([]);
    // A late answer is still heard.
    const late: Input = { ...accepted, at: at(6) };
    expect(entries(desk(...before, tick(6), late))).toMatchObject([{ id: 2, status: "accepted" }]);
  });

  it("is matched to the command, not to a plan or another command", () => {
    const second = asked({ kind: "release" }, { id: "c2" });
    const given = desk(...before, second, accepted);
    expect(entries(given)).toMatchObject([{ id: 2, status: "accepted" }]);
    expect(given.state.nodes.at(0)?.commands.map(({ answer }) => answer.kind)).toEqual([
      "accepted",
      "awaited",
    ]);
  });

  it("only the last sixteen commands are remembered", () => {
    const many = Array.from({ length: 20 }, (_, index) => asked(HOLD, { id: `c${index}` }));
    const { state } = desk(LINK, street(), ...many);
    expect(state.nodes.at(0)?.commands.map(({ command }) => command.id)).toEqual(
      many.slice(4).map(({ id }) => id),
    );
  });
});

const minute = (count: number) => after(BEGIN, count * MINUTE_MS);

const tick = (count: number): Input => ({ kind: "tick", at: minute(count) });

const learnt = (given: Desk): boolean =>
  given.state.nodes.at(0)?.series.every(({ recent }) => !Number.isNaN(recent.at(-1))) ?? false;

/** What the log says of a street that is in these operations, second by second. */
function said(...operations: readonly Operation[]): readonly string[] {
  const states = operations.map((operation, second) => street({ at: at(second), operation }));
  return states.flatMap((_, last) =>
    entries(desk(LINK, ...states.slice(0, last + 1))).map(({ priority, text }) => `${priority} ${text}`),
  );
}

describe("an intersection that is not in normal operation", () => {
  it("teaches nothing in that interval, nor in the next while it lasts", () => {
    const say = (seconds: number, operation: "normal" | "preempt"): Input =>
      street({ at: after(BEGIN, seconds * SECOND_MS), operation });
    expect(learnt(desk(LINK, street(), tick(1)))).toBe(true);
    // Preempted for a moment in the first minute.
    const first = [LINK, street(), say(20, "preempt"), say(30, "normal"), tick(1)];
    expect(learnt(desk(...first))).toBe(false);
    expect(learnt(desk(...first, say(70, "normal"), tick(2)))).toBe(true);
    // Still preempted when the second minute begins.
    const second = [LINK, street(), say(50, "preempt"), tick(1), say(70, "normal"), tick(2)];
    expect(learnt(desk(...second))).toBe(false);
    expect(learnt(desk(...second, say(130, "normal"), tick(3)))).toBe(true);
  });

  it("is told in the log when that begins and when it ends, once", () => {
    expect(said("normal", "normal")).toEqual([]);
    expect(said("normal", "preempt", "preempt", "normal")).toEqual([
      "event Preemption",
      "event Normal operation",
    ]);
    expect(said("startUp", "normal", "flash")).toEqual([
      "event Start-up",
      "event Normal operation",
      "P2 Flash operation",
    ]);
    expect(said("tripped")[0]).toMatch(/^P2 Tripped/);
  });

  it("is given no plan", () => {
    const { tables } = desk();
    const plan = { ...tables.configuration, mode: "plan" as const };
    const planning = engineTables(plan);
    const run = (operation: "normal" | "preempt" | "flash" | "startUp" | "tripped"): readonly Effect[] => {
      let state = startEngine(planning, BEGIN);
      let effects: readonly Effect[] = [];
      const last = street({ at: minute(2), operation });
      for (const input of [LINK, street(), tick(1), last, tick(2)] as const) {
        const next = step(state, input, planning);
        state = next.state;
        effects = next.effects;
      }
      return effects.filter(({ kind }) => kind === "push" || kind === "log");
    };
    expect(run("normal").length).toBeGreaterThan(0);
    for (const operation of ["preempt", "flash", "startUp", "tripped"] as const) {
      expect(run(operation), operation).toEqual([]);
    }
  });
});
