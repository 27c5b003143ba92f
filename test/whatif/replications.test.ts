import { describe, expect, it } from "vitest";
import {
  type DelaysBySeed,
  firstSeeds,
  moreSeeds,
  type Replications,
} from "../../sim/whatif/replications.ts";

const auto = (precision: number, minReps = 4, maxReps = 25): Replications => ({
  kind: "auto",
  firstSeed: 7,
  precision,
  minReps,
  maxReps,
});

const delays = (...values: readonly number[]): DelaysBySeed =>
  new Map(values.map((value, index) => [7 + index, value]));

describe("replications", () => {
  it("are those that are named, and no more", () => {
    const listed = { kind: "listed", seeds: [3, 5] } as const;
    expect(firstSeeds(listed)).toEqual([3, 5]);
    expect(moreSeeds(listed, 2, [{ own: delays(1, 100), base: undefined }])).toEqual([]);
  });

  it("begin with a pilot from the first seed on", () => {
    expect(firstSeeds(auto(0.05))).toEqual([7, 8, 9, 10]);
  });

  it("are as many as the arm's own mean needs", () => {
    // Mean 100, deviation √((4² + 4²)/3) = 3.27. For 5 %: n ≥ (t·3.27/5)², t of 3 degrees is 3.18:
    // 4.3 > 4; t of 4 is 2.776: 3.3 ≤ 5. So five.
    const arms = [{ own: delays(96, 104, 100, 100), base: undefined }];
    expect(moreSeeds(auto(0.05), 4, arms)).toEqual([11]);
    // For 10 % four are enough: (3.18·3.27/10)² = 1.1.
    expect(moreSeeds(auto(0.1), 4, arms)).toEqual([]);
  });

  it("are as many as a difference needs, of the base's mean, by the seeds that both have", () => {
    const base = delays(100, 100, 100, 100);
    // Differences −4, 4, 0, 0: the same deviation, and the same reference of 100.
    expect(moreSeeds(auto(0.05), 4, [{ own: delays(96, 104, 100, 100), base }])).toEqual([11]);
    // What is common to both falls out: the differences are all −50, but the arm's own mean is as unsure as the base's.
    const noisy = delays(96, 104, 100, 100);
    const better = delays(46, 54, 50, 50);
    expect(moreSeeds(auto(0.2), 4, [{ own: better, base: noisy }])).toEqual([]);
    expect(moreSeeds(auto(0.05), 4, [{ own: better, base: new Map([[7, 96]]) }]).length).toBeGreaterThan(0);
  });

  it("end with the most that is allowed", () => {
    const arms = [{ own: delays(50, 150, 20, 180), base: undefined }];
    expect(moreSeeds(auto(0.01, 4, 6), 4, arms)).toEqual([11, 12]);
    expect(moreSeeds(auto(0.01, 4, 6), 6, arms)).toEqual([]);
  });

  it("do not go on where nothing is known", () => {
    expect(moreSeeds(auto(0.05), 4, [{ own: new Map(), base: undefined }])).toEqual([]);
  });
});
