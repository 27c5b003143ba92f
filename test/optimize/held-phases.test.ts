import { describe, expect, it } from "vitest";
import { chooseSplits } from "../../src/optimize/split-choice.ts";
import { lane, twoStages } from "./crossing.ts";
import { timing } from "./retime-nodes.ts";

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
