import { describe, expect, it } from "vitest";
import {
  criticalSaturation,
  designStages,
  type PhaseNeed,
  type RingNeeds,
  shortestCycleSeconds,
} from "../../intersections/design/local-plans.ts";
import { linkVolumes } from "../../intersections/design/volumes.ts";

function need(phase: string, flowRatio: number, splitMinSeconds = 10): PhaseNeed {
  return { phase, flowRatio, lostSeconds: 4, clearanceSeconds: 4, splitMinSeconds };
}

/** Two critical phases: L = 8, Y = 0.3 + 0.3. */
const twoPhase: RingNeeds = [
  [[need("2", 0.3)], [need("4", 0.3)]],
  [[need("6", 0.2)], [need("8", 0.1)]],
];

describe("criticalSaturation", () => {
  it("is Y C / (C - L) of the critical phases", () => {
    expect(criticalSaturation(twoPhase, 80)).toBeCloseTo((0.6 * 80) / (80 - 8), 6);
  });

  it("grows where a minimum takes time from the others", () => {
    const wide: RingNeeds = [[[need("2", 0.3)], [need("4", 0.05, 30)]]];
    // 50 s are left for 0.3 with 4 s lost.
    expect(criticalSaturation(wide, 80)).toBeCloseTo((0.3 * 80) / (50 - 4), 6);
  });
});

describe("shortestCycleSeconds", () => {
  it("is L X / (X - Y), up to the next 5 s", () => {
    // 8 × 0.8 / (0.8 - 0.6) = 32.
    expect(shortestCycleSeconds(twoPhase, 0.8, 20)).toBe(35);
    expect(shortestCycleSeconds(twoPhase, 0.8, 60)).toBe(60);
  });
});

const rings = (first: number, second: number): RingNeeds => [
  [[need("1", first), need("2", 0.3)], [need("4", 0.2)]],
  [[need("5", second), need("6", 0.3)], [need("8", 0.2)]],
];

describe("designStages", () => {
  const stages = ["1-5", "1-6", "2-5", "2-6", "4-8"].map((id) => ({
    id,
    phases: id.split("-"),
    permissive: [],
  }));
  it("shares the cycle by flow ratio", () => {
    // 80 s, 12 lost: 68 s for 0.1 : 0.3 : 0.2, so 11.3, 34 and 22.7 s of green.
    expect(designStages(rings(0.1, 0.1), 80, stages)).toEqual([
      { stage: "2-6", splitSeconds: 38 },
      { stage: "4-8", splitSeconds: 27 },
      { stage: "1-5", splitSeconds: 15 },
    ]);
  });

  it("ends leading phases together or at least a clearance and a second apart", () => {
    for (let percent = 5; percent <= 30; percent += 1) {
      for (const { stage, splitSeconds } of designStages(rings(0.1, percent / 100), 90, stages)) {
        if (stage === "2-5" || stage === "1-6")
          expect(splitSeconds, `${percent} %`).toBeGreaterThanOrEqual(5);
      }
    }
    const sequence = designStages(rings(0.1, 0.3), 90, stages).map(({ stage }) => stage);
    expect(sequence).toEqual(["2-6", "4-8", "1-5", "2-5"]);
  });

  it("takes the stage in which others yield to the phases of the rings", () => {
    const yielding = { id: "cross", phases: ["3", "4", "7", "8"], permissive: ["3", "7"] };
    const plan = designStages(rings(0.1, 0.1), 80, [...stages.slice(0, 4), yielding]);
    expect(plan.map(({ stage }) => stage)).toEqual(["2-6", "cross", "1-5"]);
  });
});

describe("linkVolumes", () => {
  it("sends vehicles on by shares until they leave", () => {
    const volumes = linkVolumes(new Map([["a", 100]]), [
      {
        fromLink: "a",
        shares: [
          { toLink: "b", share: 0.75 },
          { toLink: "c", share: 0.25 },
        ],
      },
      { fromLink: "b", shares: [{ toLink: "c", share: 1 }] },
    ]);
    expect(Object.fromEntries(volumes)).toEqual({ a: 100, b: 75, c: 100 });
  });

  it("refuses shares that never let anybody out", () => {
    expect(() =>
      linkVolumes(new Map([["a", 100]]), [{ fromLink: "a", shares: [{ toLink: "a", share: 1 }] }]),
    ).toThrow("for ever");
  });
});
