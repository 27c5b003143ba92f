import { describe, expect, expectTypeOf, it } from "vitest";
import type { Command, Order } from "../../src/model/command.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { Operation } from "../../src/model/operation.ts";
import { gateCommand, type SafeCommand, type SafePlan } from "../../src/safety/gate.ts";
import { after } from "../../src/units.ts";
import { crossing, leftTurnCrossing, nemaCrossing, tableOf } from "../signal/crossings.ts";
import { ask, flashing, holdCommand, ORDERS } from "./commands.ts";
import { NOW, withField } from "./plans.ts";
import { ringCrossing } from "./ring-crossing.ts";

function violations(
  command: Command,
  intersection: Intersection = flashing(),
  operation: Operation = "normal",
): readonly string[] {
  const verdict = gateCommand(command, { table: tableOf(intersection), operation }, NOW);
  return verdict.ok ? [] : verdict.error.map(({ rule, detail }) => `${rule}: ${detail}`);
}

describe("a safe command", () => {
  it("is made by the gate and by nothing else, and is the command itself", () => {
    expectTypeOf<Command>().not.toExtend<SafeCommand>();
    expectTypeOf<SafeCommand>().toExtend<Command>();
    expectTypeOf<SafeCommand>().not.toExtend<SafePlan>();
    const command = holdCommand();
    const verdict = gateCommand(command, { table: tableOf(flashing()), operation: "normal" }, NOW);
    expect(verdict.ok && verdict.value).toBe(command);
  });

  it.each(ORDERS.map((order) => [JSON.stringify(order), order] as const))("may be %s", (_, order) => {
    expect(violations(ask(order))).toEqual([]);
  });
});

describe("S1: what a command names", () => {
  it.each<readonly [Order, string]>([
    [{ kind: "hold", phases: ["2", "7"] }, "phase 7 is not one of 1, 2, 4, 5, 6"],
    [{ kind: "hold", phases: [] }, "no phase to hold, at least one of 1, 2, 4, 5, 6 needed"],
    [{ kind: "forceStage", stage: "3-8" }, "stage 3-8 is not one of 2-6, side, 1-5, 1-6"],
    [{ kind: "placeCall", phase: "7", pedestrian: false }, "phase 7 is not one of 1, 2, 4, 5, 6"],
    [{ kind: "placeCall", phase: "5", pedestrian: true }, "phase with pedestrians 5 is not one of 2, 4"],
    [{ kind: "pattern", plan: "night" }, "plan night is not one of day"],
  ])("%j", (order, detail) => {
    expect(violations(ask(order))).toEqual([`S1: ${detail}`]);
  });

  it("no flash where none is configured", () => {
    expect(violations(ask({ kind: "flash" }), nemaCrossing())).toEqual(["S1: no flash is configured"]);
  });

  it("no other intersection, and the search ends there", () => {
    expect(violations(holdCommand({ intersection: "y", by: "" }))).toEqual(["S1: command is for y, not x"]);
    expect(
      violations(holdCommand({ intersection: "y", order: { kind: "forceStage", stage: "3-8" } })),
    ).toEqual(["S1: stage 3-8 is not one of 2-6, side, 1-5, 1-6", "S1: command is for y, not x"]);
  });
});

const foes = (stages: Readonly<Record<string, readonly string[]>>) =>
  crossing({
    phases: { A: [5, 3, 0], B: [5, 3, 0] },
    stages,
    conflicts: ["A/B"],
    plans: { day: { s: 60 } },
  });

describe("S2: conflicts", () => {
  it("no conflicting phases are held together", () => {
    expect(violations(ask({ kind: "hold", phases: ["6", "2", "4"] }))).toEqual([
      "S2: held phases 2 and 4 conflict",
      "S2: held phases 4 and 6 conflict",
    ]);
  });

  it("but those that a stage lets go side by side, one yielding", () => {
    expect(violations(ask({ kind: "hold", phases: ["A", "B"] }), leftTurnCrossing())).toEqual([]);
    expect(violations(ask({ kind: "hold", phases: ["A", "C"] }), leftTurnCrossing())).toEqual([
      "S2: held phases A and C conflict",
    ]);
    // A stage that has both without either yielding is no excuse, nor one that has only one of them.
    const held = ask({ kind: "hold", phases: ["B", "A"] });
    expect(violations(held, foes({ s: ["A", "B"] }))).toEqual(["S2: held phases A and B conflict"]);
    expect(violations(held, foes({ s: ["A?"] }))).toEqual(["S2: held phases A and B conflict"]);
    expect(violations(held, foes({ s: ["B?"] }))).toEqual(["S2: held phases A and B conflict"]);
    expect(violations(held, foes({ s: ["A", "B?"] }))).toEqual([]);
    expect(violations(held, foes({ s: ["A?", "B"] }))).toEqual([]);
  });

  it("no stage is forced that holds a conflict", () => {
    const clashing = crossing({
      phases: { A: [5, 3, 0], B: [5, 3, 0] },
      stages: { s: ["A", "B"], t: ["A"] },
      conflicts: ["A/B"],
      plans: { day: { s: 60 } },
    });
    expect(violations(ask({ kind: "forceStage", stage: "s" }), clashing)).toEqual([
      "S2: stage s: phases A and B conflict",
    ]);
    expect(violations(ask({ kind: "forceStage", stage: "t" }), clashing)).toEqual([]);
  });
});

const own = (commandValidMaxSeconds: number) => flashing({ commandValidMaxSeconds });

describe("S8 and S9: how long a command may last", () => {
  it("120 s where nothing else is said", () => {
    for (const order of ORDERS.filter(({ kind }) => kind !== "pattern" && kind !== "free")) {
      expect(violations(ask(order, 120_000)), order.kind).toEqual([]);
      expect(violations(ask(order, 120_001)), order.kind).toEqual([
        "S9: lease of 120.001 s, allowed up to 120 s",
      ]);
    }
  });

  it("what the envelope says, in either direction", () => {
    expect(violations(ask({ kind: "flash" }, 30_000), own(30))).toEqual([]);
    expect(violations(ask({ kind: "flash" }, 30_001), own(30))).toEqual([
      "S9: lease of 30.001 s, allowed up to 30 s",
    ]);
    expect(violations(ask({ kind: "flash" }, 600_000), own(600))).toEqual([]);
  });

  it("as long as a timing plan for another local plan and for free operation", () => {
    for (const order of [{ kind: "pattern", plan: "day" }, { kind: "free" }] as const) {
      expect(violations(ask(order, 1_800_000))).toEqual([]);
      expect(violations(ask(order, 1_800_001))).toEqual(["S9: lease of 1800.001 s, allowed up to 1800 s"]);
    }
  });

  it("a held green no longer than the longest wait", () => {
    const patient = flashing({ waitMaxSeconds: 90 });
    for (const order of [
      { kind: "hold", phases: ["2"] },
      { kind: "forceStage", stage: "side" },
    ] as const) {
      expect(violations(ask(order, 90_000), patient)).toEqual([]);
      expect(violations(ask(order, 90_001), patient)).toEqual([
        "S8: held for 90.001 s, at most 90 s allowed",
      ]);
    }
    expect(violations(ask({ kind: "flash" }, 90_001), patient)).toEqual([]);
  });

  it("from now on, and within its lease", () => {
    expect(violations(holdCommand({ effectiveAt: after(NOW, -1) }))).toEqual([
      "S9: takes effect 0.001 s in the past",
    ]);
    expect(violations(holdCommand({ effectiveAt: after(NOW, 59_999) }))).toEqual([]);
    expect(violations(holdCommand({ effectiveAt: after(NOW, 60_000) }))).toEqual([
      "S9: takes effect 0 s after its lease has ended",
    ]);
    expect(violations(holdCommand({ validUntil: NOW }))).toEqual([
      "S9: takes effect 0 s after its lease has ended",
      "S9: lease of 0 s, allowed up to 120 s",
    ]);
  });
});

describe("S12: stages of rings", () => {
  it("only one that the rings can show is forced", () => {
    const force = (stage: string) => violations(ask({ kind: "forceStage", stage }), ringCrossing());
    expect(force("2-5")).toEqual([]);
    // A ring may rest for a while.
    expect(force("2")).toEqual([]);
    expect(force("1-2")).toEqual([
      "S2: stage 1-2: phases 1 and 2 conflict",
      "S12: stage 1-2: phases 1 and 2 stand in one ring",
    ]);
    const { rings: _, ...stages } = ringCrossing();
    expect(violations(ask({ kind: "forceStage", stage: "4-6" }), { ...stages, structure: "stages" })).toEqual(
      ["S2: stage 4-6: phases 4 and 6 conflict"],
    );
    expect(violations(ask({ kind: "hold", phases: ["2"] }), ringCrossing())).toEqual([]);
  });
});

describe("S15: nothing else can be ordered", () => {
  it("no further field", () => {
    const fields = "id, intersection, effectiveAt, validUntil, by, reason, order";
    expect(violations(withField(holdCommand(), "yellowMs"))).toEqual([
      `S15: a command may not set yellowMs, only ${fields}`,
    ]);
    const spoilt: readonly (readonly [Order, string])[] = [
      [{ kind: "hold", phases: ["2"] }, "kind, phases"],
      [{ kind: "release" }, "kind"],
      [{ kind: "forceStage", stage: "side" }, "kind, stage"],
      [{ kind: "placeCall", phase: "4", pedestrian: true }, "kind, phase, pedestrian"],
      [{ kind: "pattern", plan: "day" }, "kind, plan"],
      [{ kind: "free" }, "kind"],
      [{ kind: "flash" }, "kind"],
      [{ kind: "clear" }, "kind"],
    ];
    for (const [order, allowed] of spoilt) {
      expect(violations(ask(withField(order, "walkMs")))).toEqual([
        `S15: the order ${order.kind} may not set walkMs, only ${allowed}`,
      ]);
    }
  });

  it.each(["omit", "forceOff", "toString"])("no order %s", (kind) => {
    const order = { kind } as unknown as Order;
    expect(violations(ask(order))).toEqual([
      `S15: no order ${kind}, only hold, release, forceStage, placeCall, pattern, free, flash, clear`,
    ]);
  });
});

describe("S16: the freeze", () => {
  it.each([
    ["startUp", "start-up"],
    ["preempt", "preemption"],
    ["tripped", "flash by its monitor"],
  ] as const)("nothing is ordered in %s", (operation, name) => {
    for (const order of ORDERS) {
      expect(violations(ask(order), flashing(), operation), order.kind).toEqual([
        `S16: the intersection is in ${name}`,
      ]);
    }
  });

  it("flash is prolonged or ended by command", () => {
    for (const order of ORDERS) {
      const may = order.kind === "flash" || order.kind === "clear";
      expect(violations(ask(order), flashing(), "flash"), order.kind).toEqual(
        may ? [] : ["S16: the intersection is in flash"],
      );
    }
  });
});

describe("S17: who and why", () => {
  it("is said", () => {
    expect(violations(holdCommand({ by: " " }))).toEqual(["S17: nobody answers for the command"]);
    expect(violations(holdCommand({ reason: "\n" }))).toEqual(["S17: no reason is given"]);
    expect(violations(holdCommand({ by: "", reason: "" }))).toHaveLength(2);
  });
});

describe("several violations", () => {
  it("come in the order of the rules", () => {
    const command = holdCommand({
      by: "",
      validUntil: after(NOW, 500_000),
      order: { kind: "hold", phases: ["2", "4"] },
    });
    const rules = violations(command, flashing(), "preempt").map((text) => text.slice(0, text.indexOf(":")));
    expect(rules).toEqual(["S2", "S8", "S9", "S16", "S17"]);
  });
});
