import { describe, expect, it } from "vitest";
import { type ActivePlan, cycleEndAt } from "../../src/signal/coordination.ts";
import type { NextPlan } from "../../src/signal/state.ts";
import { second, timing } from "./crossings.ts";
import { active } from "./run.ts";
import {
  ABC,
  eventsOf,
  FREE,
  orders,
  runStreet,
  type StreetOptions,
  threeStages,
  type Timed,
  vehicle,
} from "./street.ts";

/** Stages under the plan ABC of 70 s: A green to 26 s, B from 30 to 46 s, C from 50 to 65 s. In free operation C may begin at 10 s. */

const ENDS = [4, 5, 6];
const under = (options: Partial<StreetOptions>) =>
  runStreet(threeStages(), { plan: ABC, to: 40, ...options });

function join(plan: ActivePlan, from: number, inputs: readonly Timed[]) {
  const nextPlan: NextPlan = (at, running) => (at >= second(from) ? plan : running);
  return runStreet(threeStages(), { to: 45, inputs, nextPlan });
}

describe("a plan of stages", () => {
  it("ends each of its greens by force-off", () => {
    const street = under({ to: 80 });
    expect(eventsOf(street, 1, ...ENDS)).toEqual([[26, 6]]);
    expect(eventsOf(street, 2, ...ENDS)).toEqual([[46, 6]]);
    expect(eventsOf(street, 3, ...ENDS)).toEqual([[65, 6]]);
    expect(street.state.cycle).toMatchObject({ startAt: second(70), slot: 0, coordination: "inStep" });
  });

  it("begins its cycle with the green that a red revert delays", () => {
    // A is red from 29 s on: its 50 s are over at 79 s instead of 70 s.
    const table = threeStages({ A: { redRevertSeconds: 50 } });
    const { shown, state } = runStreet(table, { plan: ABC, to: 85 });
    expect(shown.slice(-2)).toEqual([
      [68, "rrr"],
      [79, "Grr"],
    ]);
    expect(state.cycle).toMatchObject({ startAt: second(79), slot: 0, coordination: "transition" });
  });

  it("keeps what a bus moves in the intergreen before its first green: 12 s less of A for B", () => {
    const bus = {
      phases: ["B"],
      links: [],
      extensionMaxSeconds: 10,
      earlyMaxSeconds: 12,
      cooldownSeconds: 100,
    };
    const table = threeStages({}, { priorities: [{ id: "bus", ...bus }] });
    const inputs: Timed[] = [[67, { kind: "bus", priority: 0, checkedIn: true }]];
    const { shown, state } = runStreet(table, { plan: ABC, to: 86, inputs });
    expect(shown.slice(-2)).toEqual([
      [70, "Grr"],
      [84, "yrr"],
    ]);
    expect(state.cycle).toMatchObject({
      startAt: second(70),
      splitsMs: [18_000, 20_000, 20_000],
      disturbedBy: "priority",
    });
  });
});

describe("a plan taken up out of free operation", () => {
  const AB: ActivePlan = active(
    timing([
      ["a", 30],
      ["b", 20],
    ]),
    "ab",
  );
  it.each<readonly [string, ActivePlan, number, readonly Timed[], readonly (readonly [number, string])[]]>([
    [
      "A in its first stage: 26 s of green, then B",
      ABC,
      10,
      [],
      [
        [26, "yrr"],
        [29, "rrr"],
        [30, "rGr"],
      ],
    ],
    [
      "B in its second: 16 s, then C",
      ABC,
      12,
      [[1, vehicle(1)]],
      [
        [26, "ryr"],
        [29, "rrr"],
        [30, "rrG"],
      ],
    ],
    [
      "B that comes, during the intergreen into it",
      ABC,
      8,
      [[1, vehicle(1)]],
      [
        [26, "ryr"],
        [29, "rrr"],
        [30, "rrG"],
      ],
    ],
    [
      "C in its last: 15 s, then A",
      ABC,
      12,
      [[1, vehicle(2)]],
      [
        [25, "rry"],
        [28, "rrr"],
        [30, "Grr"],
      ],
    ],
    [
      "a stage that it does not have, for its last: 16 s, then A",
      AB,
      12,
      [[1, vehicle(2)]],
      [
        [26, "rry"],
        [29, "rrr"],
        [31, "Grr"],
      ],
    ],
  ])("finds %s", (_, plan, from, called, shown) => {
    expect(join(plan, from, called).shown.slice(-3)).toEqual(shown);
  });

  it("is out of step until its next cycle", () => {
    const { state } = join(ABC, 12, [[1, vehicle(1)]]);
    expect(state.plan.id).toBe("abc");
    expect(state.cycle).toMatchObject({ coordination: "transition", disturbedBy: "recovery", slot: 2 });
  });
});

describe("a plan that free operation follows", () => {
  it("ends with the green of its last stage, which then rests", () => {
    const { shown, state } = under({ to: 100, nextPlan: () => FREE });
    expect(shown.at(-1)).toEqual([50, "rrG"]);
    expect([state.plan, state.following, state.cycle]).toEqual([FREE, null, null]);
  });

  it("ends with it by its gap, when somebody waits", () => {
    const street = under({ to: 75, nextPlan: () => FREE, inputs: [[60, vehicle(0)]] });
    expect(eventsOf(street, 3, ...ENDS)).toEqual([[65, 4]]);
    expect(street.shown.at(-1)).toEqual([70, "Grr"]);
    expect([street.state.plan, street.state.cycle]).toEqual([FREE, null]);
  });
});

describe("a forced stage under a plan", () => {
  it.each([
    ["the next one", 1, 10, -20],
    ["one that passes over another", 2, 10, -40],
  ])("%s: the cycle stands where its green begins in the plan", (_, stage, beganAt, startAt) => {
    const street = under({ to: 30, inputs: [[1, orders({ stage })]] });
    expect(eventsOf(street, 1, ...ENDS)).toEqual([[6, 6]]);
    expect(street.state.stages).toMatchObject({ stage, changing: false, greenStartsAt: second(beganAt) });
    expect(street.state.cycle).toMatchObject({
      startAt: second(startAt),
      slot: stage,
      disturbedBy: "recovery",
    });
  });

  it("released, the plan goes on from it: C has had its 15 s at 40 s, and a cycle begins with A", () => {
    const inputs: Timed[] = [
      [1, orders({ stage: 2 })],
      [40, orders({})],
    ];
    const { shown, state } = under({ to: 50, inputs });
    expect(shown.slice(-3)).toEqual([
      [40.1, "rry"],
      [43.1, "rrr"],
      [45.1, "Grr"],
    ]);
    const { cycle } = state;
    expect(cycle).toMatchObject({ startAt: second(45.1), slot: 0, disturbedBy: "nothing" });
    // 24.9 s are missing to the next multiple of 70 s; a cycle may be 14 s longer.
    expect(cycle === null ? null : cycleEndAt(cycle)).toBe(second(129.1));
  });

  it("of the stage that is green changes nothing but its end", () => {
    const { shown, state } = under({ to: 60, inputs: [[1, orders({ stage: 0 })]] });
    expect(shown).toEqual([[0, "Grr"]]);
    expect(state.stages.greenStartsAt).toBe(second(0));
  });
});
