import { describe, expect, it } from "vitest";
import { powerUp } from "../../src/signal/machine.ts";
import { DAY, LAG, LAGGING } from "./coordinated.ts";
import { leftTurnCrossing, second, tableOf, timing } from "./crossings.ts";
import { FIRE } from "./preempts.ts";
import { active } from "./run.ts";
import { actuated, detector, FREE, nemaEight, preempt, runStreet, type Timed } from "./street.ts";

const START = { flashSeconds: 5, allRedSeconds: 4, phases: ["4", "8"], flashYellow: [] };

/** Cars stand on the loops of 4 and 8 for good. */
const QUEUED: readonly Timed[] = [
  [1, detector(3, true)],
  [1, detector(7, true)],
];

describe("coordination is taken up again from the greens that are there", () => {
  it("by rings after start-up: 4 and 8 for their split, then a corrected cycle", () => {
    const table = nemaEight({}, { startUp: START });
    const { state } = powerUp(table, DAY, second(0));
    // 4 and 8 have 15 s of their 20, 1 and 5 would have 13: a new cycle begins 33 s after 9.1 s, at 42.1 s. To the next multiple of
    // 75 s 32.9 s are missing, three cycles of 15 s more: splits of 36, 14.4, 24 and 15.6 s.
    expect(runStreet(table, { state, to: 125, plan: DAY, inputs: QUEUED }).shown).toEqual([
      [0, "xxxxxxxx"],
      [5, "rrrrrrrr"],
      [9, "rrrGrrrG"],
      [24.1, "rrryrrry"],
      [28.1, "rrrrrrrr"],
      [29.1, "rGrrrGrr"],
      [73.1, "ryrrryrr"],
      [77.1, "rrrrrrrr"],
      [78.1, "rrrGrrrG"],
      [111.5, "rrryrrry"],
      [115.5, "rrrrrrrr"],
      [116.5, "rGrrrGrr"],
    ]);
  });

  it("by rings after a preemption: its exit phases begin the cycle", () => {
    const table = nemaEight({}, { preempts: [FIRE] });
    const inputs: Timed[] = [...QUEUED, [80, preempt(true)], [100, preempt(false)]];
    const street = runStreet(table, { to: 168, plan: DAY, inputs });
    // Exit with 2 and 6 at 105.1 s: 25 s of green, 4 and 8 from 30 to 57 s, as their lefts are not called.
    expect(street.shown.slice(10)).toEqual([
      [100.1, "rrryrrry"],
      [104.1, "rrrrrrrr"],
      [105.1, "rGrrrGrr"],
      [130.1, "ryrrryrr"],
      [134.1, "rrrrrrrr"],
      [135.1, "rrrGrrrG"],
      [162.1, "rrryrrry"],
      [166.1, "rrrrrrrr"],
      [167.1, "rGrrrGrr"],
    ]);
    expect(street.state.cycle?.disturbedBy).toBe("recovery");
  });

  it("by stages after start-up: c for its split of 20 s, then cycles of 36, 12 and 24 s", () => {
    const table = tableOf({ ...leftTurnCrossing(), startUp: { ...START, phases: ["C"] } }, 100);
    const plan = active(
      timing([
        ["ab", 30],
        ["b", 10],
        ["c", 20],
      ]),
    );
    const { state } = powerUp(table, plan, second(0));
    expect(runStreet(table, { state, to: 102, plan }).shown).toEqual([
      [0, "xxx"],
      [5, "rrr"],
      [9, "rrG"],
      [26.1, "rry"],
      [29.1, "Ggr"],
      [62.1, "ygr"],
      [65.1, "rGr"],
      [74.1, "ryr"],
      [77.1, "rrG"],
      [98.1, "rry"],
      [101.1, "Ggr"],
    ]);
  });
});

describe("the stage that the first greens belong to", () => {
  const AB_B = { ab: ["A", "B"], b: ["B"], c: ["C"] };
  const C_AB = { c: ["C"], ab: ["A", "B"] };
  const AB_BC = { ab: ["A", "B"], bc: ["B", "C"] };

  it.each<readonly [string, Readonly<Record<string, readonly string[]>>, readonly string[], number, string]>([
    ["the one that has these and no others, though an earlier one has them too", AB_B, ["B"], 1, "rGr"],
    ["else the first one that has them all: what it has besides begins", C_AB, ["B"], 1, "GGr"],
    ["not one of as many phases that lacks one of them", AB_BC, ["B", "C"], 1, "rGG"],
  ])("is %s", (_, stages, phases, stage, lamps) => {
    const table = actuated(
      {
        phases: { A: [5, 3, 1], B: [5, 3, 1], C: [5, 3, 1] },
        stages,
        conflicts: ["A/C"],
        plans: {},
      },
      {},
      { startUp: { ...START, phases: [...phases] } },
    );
    const { state } = powerUp(table, FREE, second(0));
    const street = runStreet(table, { state, to: 12 });
    expect(street.shown.at(-1)?.[1]).toBe(lamps);
    expect(street.state.stages).toMatchObject({ stage, changing: false, greenStartsAt: second(9.1) });
  });
});

describe("after a preemption of 2 and 6, which begin again at 35 s", () => {
  // 2 and 6 end at 10.1 s, 4 and 8 are green from 15.1 s to 30.1 s.
  const table = nemaEight({}, { preempts: [FIRE] });
  const inputs: Timed[] = [
    [10, preempt(true)],
    [30, preempt(false)],
  ];

  it("the rings serve in the order of the plan", () => {
    const { state } = runStreet(table, { plan: LAG, to: 36, inputs });
    expect(state.rings.order).toEqual(LAGGING);
    expect(state.cycle).toMatchObject({ startAt: second(35.1), slot: 0, disturbedBy: "recovery" });
  });

  it("free operation goes on in the order of the configuration where the plan has ended meanwhile", () => {
    const { state } = runStreet(table, {
      plan: LAG,
      to: 36,
      inputs,
      nextPlan: (at, running) => (at >= second(20) ? FREE : running),
    });
    expect([state.plan, state.cycle, state.rings.order]).toEqual([FREE, null, table.rings]);
  });
});
