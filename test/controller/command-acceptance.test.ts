import { describe, expect, it } from "vitest";
import { type CommandAcceptanceContext, commandRefusalOf } from "../../sim/controller/command-acceptance.ts";
import type { Command, Order } from "../../src/model/command.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { after } from "../../src/units.ts";
import { ask, flashing, holdCommand, ORDERS } from "../safety/commands.ts";
import { NOW, withField } from "../safety/plans.ts";
import { ringCrossing } from "../safety/ring-crossing.ts";
import { crossing, leftTurnCrossing, nemaCrossing, tableOf } from "../signal/crossings.ts";
import { commandFrame } from "./frames.ts";

/** What the controller says to a command, as `CODE: detail`. */
function answer(
  command: Command,
  intersection: Intersection = flashing(),
  change: Partial<CommandAcceptanceContext> = {},
): string {
  const refusal = commandRefusalOf(commandFrame(command), {
    table: tableOf(intersection),
    at: NOW,
    seen: new Set(),
    operation: "normal",
    ...change,
  });
  return refusal === undefined ? "accepted" : `${refusal.code}: ${refusal.detail}`;
}

describe("what a controller lets itself be ordered", () => {
  it.each(ORDERS.map((order) => [JSON.stringify(order), order] as const))("%s", (_, order) => {
    expect(answer(ask(order))).toBe("accepted");
  });

  it("also late, but for no more than a minute", () => {
    expect(answer(holdCommand({ effectiveAt: after(NOW, -60_000) }))).toBe("accepted");
    expect(answer(holdCommand({ effectiveAt: after(NOW, -60_001) }))).toBe(
      "STALE_BASE: due 60001 ms ago, at most 60000 ms",
    );
  });
});

describe("what it refuses, each with its code", () => {
  it("IDENTITY, DUPLICATE, AUTH", () => {
    expect(answer(holdCommand({ intersection: "y" }))).toBe("IDENTITY: command is for y, this is x");
    expect(answer(holdCommand(), flashing(), { seen: new Set(["c1"]) })).toBe(
      "DUPLICATE: command c1 was answered before",
    );
    expect(answer(holdCommand({ by: " " }))).toBe("AUTH: a command says who gives it");
    expect(answer(holdCommand({ reason: " " }))).toBe("AUTH: a command says why it is given");
  });

  it("MALFORMED: orders and fields that there are not", () => {
    expect(answer(ask({ kind: "omit" } as unknown as Order))).toBe("MALFORMED: no such order");
    expect(answer(withField(holdCommand(), "yellowMs"))).toBe("MALFORMED: nobody may set yellowMs");
    for (const order of ORDERS) {
      expect(answer(ask(withField(order, "walkMs")))).toBe("MALFORMED: nobody may set walkMs");
    }
  });

  it("EXPIRED, LEASE", () => {
    expect(answer(holdCommand({ validUntil: NOW }))).toBe(`EXPIRED: valid until ${NOW}, it is ${NOW}`);
    expect(answer(holdCommand({ effectiveAt: after(NOW, 60_000) }))).toBe(
      `LEASE: effective at ${NOW + 60_000}, valid only until ${NOW + 60_000}`,
    );
    for (const order of ORDERS) {
      const maxMs = order.kind === "pattern" || order.kind === "free" ? 1_800_000 : 120_000;
      expect(answer(ask(order, maxMs)), order.kind).toBe("accepted");
      expect(answer(ask(order, maxMs + 1)), order.kind).toBe(
        `LEASE: lease of ${maxMs + 1} ms, at most ${maxMs} ms`,
      );
    }
    const own = flashing({ commandValidMaxSeconds: 64.1 });
    expect(answer(ask({ kind: "flash" }, 64_100), own)).toBe("accepted");
    expect(answer(ask({ kind: "flash" }, 64_101), own)).toBe("LEASE: lease of 64101 ms, at most 64100 ms");
  });

  it("MAX_WAIT: a green held longer than anybody may wait", () => {
    const patient = flashing({ waitMaxSeconds: 90 });
    for (const order of [
      { kind: "hold", phases: ["2"] },
      { kind: "forceStage", stage: "side" },
    ] as const) {
      expect(answer(ask(order, 90_000), patient)).toBe("accepted");
      expect(answer(ask(order, 90_001), patient)).toBe(
        "MAX_WAIT: others would wait 90001 ms, at most 90000 ms",
      );
    }
    expect(answer(ask({ kind: "flash" }, 90_001), patient)).toBe("accepted");
  });

  it.each<readonly [Order, string]>([
    [{ kind: "hold", phases: ["2", "7"] }, "no phase 7 here"],
    [{ kind: "hold", phases: [] }, "no phase to hold here"],
    [{ kind: "forceStage", stage: "3-8" }, "no stage 3-8 here"],
    [{ kind: "placeCall", phase: "7", pedestrian: true }, "no phase 7 here"],
    [{ kind: "placeCall", phase: "5", pedestrian: true }, "no crosswalk of phase 5 here"],
    [{ kind: "pattern", plan: "night" }, "no plan night here"],
  ])("MALFORMED: %j", (order, detail) => {
    expect(answer(ask(order))).toBe(`MALFORMED: ${detail}`);
  });

  it("NOT_ARMED, PREEMPT: in another operation, but to prolong or to end flash", () => {
    expect(answer(ask({ kind: "flash" }), nemaCrossing())).toBe("NOT_ARMED: no flash is configured here");
    for (const order of ORDERS) {
      const says = (operation: CommandAcceptanceContext["operation"]) =>
        answer(ask(order), flashing(), { operation });
      expect(says("preempt")).toBe("PREEMPT: a preemption has authority");
      expect(says("startUp")).toBe("NOT_ARMED: this controller is in startUp");
      expect(says("tripped")).toBe("NOT_ARMED: this controller is in tripped");
      const may = order.kind === "flash" || order.kind === "clear";
      expect(says("flash")).toBe(may ? "accepted" : "NOT_ARMED: this controller is in flash");
    }
  });

  it("CONFLICT: phases that no stage lets go together", () => {
    expect(answer(ask({ kind: "hold", phases: ["6", "2", "4"] }))).toBe("CONFLICT: 6 held against 4");
    expect(answer(ask({ kind: "hold", phases: ["A", "B"] }), leftTurnCrossing())).toBe("accepted");
    expect(answer(ask({ kind: "hold", phases: ["B", "C"] }), leftTurnCrossing())).toBe(
      "CONFLICT: B held against C",
    );
    const foes = crossing({
      phases: { A: [5, 3, 0], B: [5, 3, 0] },
      stages: { s: ["A", "B"], t: ["A?"], u: ["B?"] },
      conflicts: ["A/B"],
      plans: { day: { s: 60 } },
    });
    expect(answer(ask({ kind: "hold", phases: ["A", "B"] }), foes)).toBe("CONFLICT: A held against B");
    expect(answer(ask({ kind: "forceStage", stage: "s" }), foes)).toBe(
      "CONFLICT: stage s releases A against B",
    );
    expect(answer(ask({ kind: "forceStage", stage: "t" }), foes)).toBe("accepted");
  });

  it("SEQUENCE: a stage that the rings cannot show", () => {
    const rings = ringCrossing({ conflicts: [] });
    expect(answer(ask({ kind: "forceStage", stage: "2-5" }), rings)).toBe("accepted");
    expect(answer(ask({ kind: "forceStage", stage: "2" }), rings)).toBe("accepted");
    expect(answer(ask({ kind: "forceStage", stage: "4-6" }), rings)).toBe(
      "SEQUENCE: the rings cannot show stage 4-6",
    );
  });
});
