import { describe, expect, it } from "vitest";
import { instantMs } from "../../src/units.ts";
import { retimeGroup } from "../../src/optimize/retime.ts";
import { chooseSplits } from "../../src/optimize/split-choice.ts";
import { lane, twoStages } from "./crossing.ts";
import { crossing, pair, timing } from "./retime-nodes.ts";

/** 60 s, of which the first stage has 36 with 6 of clearance: greens of 30 and 18 s. The second wants more. */
const greensWith = (flows: readonly [number, number], held?: readonly number[], cycleSeconds = 60) =>
  chooseSplits({
    table: twoStages(),
    running: timing(60, 36),
    lanes: [lane(0, flows[0]), lane(1, flows[1])],
    order: [0, 1],
    cycleSeconds,
    heldPhases: held === undefined ? undefined : new Set(held),
  }).greenSeconds;

describe("a phase of which a detector has failed", () => {
  it("is given no less green, whatever its replaced counts say", () => {
    expect(greensWith([100, 600]), "free: by its step of 12 s").toEqual([18, 30]);
    expect(greensWith([100, 600], [0])).toEqual([30, 18]);
  });

  it("may be given more, and the others less", () => {
    expect(greensWith([900, 100], [0])).toEqual(greensWith([900, 100]));
    expect(greensWith([900, 100], [0])[0]).toBeGreaterThan(30);
  });

  it("keeps its part of a cycle that is shortened", () => {
    // 40 s less 12 of clearance are 28: of 48 s of green it had 30.
    expect(greensWith([100, 600], [0], 40)[0]).toBe(Math.floor((30 * 28) / 48));
  });

  it("holds the other phase as well where both are", () => {
    expect(greensWith([100, 600], [0, 1])).toEqual([30, 18]);
  });
});

/** Splits of 60 s whose first stage has 36 s, as a whole retiming leaves them. */
const splitsOf = (changes: Parameters<typeof crossing>[2]) =>
  retimeGroup([crossing(timing(60, 36), [100, 600], changes)], [], instantMs(0))[0]?.timing.stages.map(
    ({ splitMs }) => splitMs / 1000,
  );

describe("an intersection that keeps its cycle, sequence and offset", () => {
  // Nothing else is worth a change here, or may change: then the splits alone move, in its own plan.
  it.each([
    ["after a change of cycle that is too recent for another one", { cycleChangedAt: instantMs(0) }],
    ["while its controller corrects an offset", { frozen: true }],
  ])("gives a phase of a failed detector no less green: %s", (_, changes) => {
    expect(splitsOf(changes), "no detector has failed").toEqual([24, 36]);
    expect(splitsOf({ ...changes, heldPhases: new Set([0]) })).toEqual([36, 24]);
  });

  it("does so too where the others of its group go another cycle", () => {
    const other = crossing(timing(90, 36), [600, 100], {
      id: "apart",
      frozen: true,
      heldPhases: new Set([1]),
    });
    const last = retimeGroup([...pair([0, 0]), other], [], instantMs(0)).at(-1);
    expect(last?.timing.stages[1]?.splitMs).toBeGreaterThanOrEqual(54_000);
  });
});
