import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ringPlanToStages, type RingSplits } from "../../intersections/design/ring-plan.ts";

const split = (phase: string, splitSeconds: number) => ({ phase, splitSeconds });

describe("ringPlanToStages", () => {
  it("runs pairs when the rings change together", () => {
    const rings: RingSplits = [
      [
        [split("1", 15), split("2", 35)],
        [split("3", 12), split("4", 28)],
      ],
      [
        [split("5", 15), split("6", 35)],
        [split("7", 12), split("8", 28)],
      ],
    ];
    expect(ringPlanToStages(rings, "2-6")).toEqual([
      { stage: "2-6", splitSeconds: 35 },
      { stage: "3-7", splitSeconds: 12 },
      { stage: "4-8", splitSeconds: 28 },
      { stage: "1-5", splitSeconds: 15 },
    ]);
  });

  it("overlaps where one ring changes before the other", () => {
    const rings: RingSplits = [
      [
        [split("1", 12), split("2", 38)],
        [split("3", 24), split("4", 26)],
      ],
      [
        [split("5", 22), split("6", 28)],
        [split("7", 12), split("8", 38)],
      ],
    ];
    expect(ringPlanToStages(rings, "2-6")).toEqual([
      { stage: "2-6", splitSeconds: 28 },
      { stage: "3-7", splitSeconds: 12 },
      { stage: "3-8", splitSeconds: 12 },
      { stage: "4-8", splitSeconds: 26 },
      { stage: "1-5", splitSeconds: 12 },
      { stage: "2-5", splitSeconds: 10 },
    ]);
  });

  it("runs a phase alone where the other ring has nothing", () => {
    const rings: RingSplits = [
      [[split("1", 15), split("2", 25)], []],
      [[split("6", 40)], [split("8", 20)]],
    ];
    expect(ringPlanToStages(rings, "2-6")).toEqual([
      { stage: "2-6", splitSeconds: 25 },
      { stage: "8", splitSeconds: 20 },
      { stage: "1-6", splitSeconds: 15 },
    ]);
  });

  it("refuses rings that do not meet at the barrier, and a coordinated stage that never comes", () => {
    const uneven: RingSplits = [[[split("1", 15), split("2", 25)]], [[split("5", 15), split("6", 24)]]];
    expect(() => ringPlanToStages(uneven, "2-6")).toThrow("add up to the same time: 40, 39");
    expect(() => ringPlanToStages([[[split("2", 60)]]], "2-6")).toThrow(
      "the coordinated stage 2-6 is in the plan",
    );
  });

  it("gives every phase its split back, and the stages the cycle", () => {
    const group = fc
      .record({
        lead: fc.integer({ min: 5, max: 40 }),
        other: fc.integer({ min: 5, max: 40 }),
        rest: fc.integer({ min: 1, max: 60 }),
      })
      .map(({ lead, other, rest }) => ({ lead, other, total: Math.max(lead, other) + rest }));
    fc.assert(
      fc.property(group, group, (main, cross) => {
        const rings: RingSplits = [
          [
            [split("1", main.lead), split("2", main.total - main.lead)],
            [split("3", cross.lead), split("4", cross.total - cross.lead)],
          ],
          [
            [split("5", main.other), split("6", main.total - main.other)],
            [split("7", cross.other), split("8", cross.total - cross.other)],
          ],
        ];
        const stages = ringPlanToStages(rings, "2-6");
        expect(stages[0]?.stage).toBe("2-6");
        for (const { phase, splitSeconds } of rings.flat(2)) {
          const served = stages.filter(({ stage }) => stage.split("-").includes(phase));
          expect(
            served.reduce((sum, stage) => sum + stage.splitSeconds, 0),
            `phase ${phase}`,
          ).toBe(splitSeconds);
        }
        expect(stages.reduce((sum, stage) => sum + stage.splitSeconds, 0)).toBe(main.total + cross.total);
      }),
    );
  });
});
