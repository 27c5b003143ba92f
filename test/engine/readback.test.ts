import { describe, expect, it } from "vitest";
import { advanceController, startController } from "../../sim/controller/controller.ts";
import { defined } from "../../src/assert.ts";
import {
  expectCycle,
  greensOf,
  type Readback,
  readBack,
  type ReadbackStep,
} from "../../src/engine/readback.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import { timingTable } from "../../src/model/timing.ts";
import { after, type InstantMs, instantMs, SECOND_MS } from "../../src/units.ts";
import { twoStages } from "../optimize/crossing.ts";
import { detectedT } from "../estimate/shared-lane.ts";

const MIDNIGHT = instantMs(Date.UTC(2026, 0, 5));
const TABLE = twoStages();

/** A for 30 s and B for 18 s, each with 6 s of clearance; the cycle of 60 s begins 10 s after midnight. */
const PLAN: TimingPlan = {
  id: "p1",
  intersection: TABLE.intersection.id,
  cycleMs: 60_000,
  offsetMs: 10_000,
  stages: [
    { stage: "a", splitMs: 36_000 },
    { stage: "b", splitMs: 24_000 },
  ],
  basedOnAt: MIDNIGHT,
  effectiveAt: MIDNIGHT,
  validUntil: after(MIDNIGHT, 900_000),
  reason: "test",
};
const START = after(MIDNIGHT, 70_000);
const at = (seconds: number): InstantMs => after(START, seconds * SECOND_MS);

function begun(): Readback {
  return expectCycle(TABLE, PLAN, MIDNIGHT, START, greensOf("ry"));
}

/** Gives the lamps one after the other; the last word. */
function watch(from: Readback, shown: readonly (readonly [seconds: number, lamps: string])[]): ReadbackStep {
  let last: ReadbackStep = { kind: "watching", readback: from };
  for (const [seconds, lamps] of shown) {
    if (last.kind !== "watching") break;
    last = readBack(last.readback, TABLE, lamps, at(seconds));
  }
  return last;
}

const AS_PLANNED = [
  [-3, "rr"],
  [0, "Gr"],
  [1, "Gr"],
  [29, "Gr"],
  [30, "yr"],
  [34, "rr"],
  [36, "rG"],
  [54, "ry"],
] as const;

describe("the lamps", () => {
  it("are reduced to what is green, with or without right of way", () => {
    expect(greensOf("Ggyr")).toBe("GG..");
  });

  it("owe a plan its greens, in and out, at the instants of its splits", () => {
    expect(begun().expected).toEqual([
      { at: at(0), greens: "G." },
      { at: at(30), greens: ".." },
      { at: at(36), greens: ".G" },
      { at: at(54), greens: ".." },
    ]);
  });

  it("that did all of it have applied the plan", () => {
    expect(watch(begun(), AS_PLANNED)).toEqual({ kind: "applied" });
    expect(watch(begun(), AS_PLANNED.slice(0, -1)).kind, "not before the last green has ended").toBe(
      "watching",
    );
  });

  it("may be one step of the plant early or late", () => {
    for (const shift of [-1, 1]) {
      const shifted = AS_PLANNED.map(([seconds, lamps]): [number, string] => [seconds + shift, lamps]);
      expect(watch(begun(), shifted), `${shift} s`).toEqual({ kind: "applied" });
    }
  });

  it("that stay green too long do not follow the plan", () => {
    const result = watch(begun(), [...AS_PLANNED.slice(0, 4), [30, "Gr"], [31, "Gr"], [32, "Gr"]]);
    expect(result).toEqual({
      kind: "mismatch",
      detail: `greens G. still at ${at(32)}, due .. at ${at(30)}`,
    });
  });

  it("that end too early, or show another stage, do not either", () => {
    const early = watch(begun(), [...AS_PLANNED.slice(0, 2), [20, "yr"]]);
    expect(early).toMatchObject({ kind: "mismatch" });
    const other = watch(begun(), [...AS_PLANNED.slice(0, 6), [36, "Gr"]]);
    expect(other).toEqual({ kind: "mismatch", detail: `greens G. at ${at(36)}, due .G at ${at(36)}` });
  });

  it("that are never seen at the begin do not either", () => {
    expect(
      watch(begun(), [
        [-2, "rr"],
        [2, "rr"],
      ]),
    ).toMatchObject({ kind: "mismatch" });
  });

  it("may still show the end of the cycle before", () => {
    const before = expectCycle(TABLE, PLAN, MIDNIGHT, START, greensOf("rG"));
    expect(watch(before, [[-7, "rG"], [-6, "ry"], ...AS_PLANNED.slice(1)])).toEqual({ kind: "applied" });
  });
});

describe("a cycle that corrects its offset", () => {
  // 10 s late: a cycle may give 0.17 of itself; 10 s are wanted.
  const late = at(10);

  it("owes the corrected splits", () => {
    const { expected } = expectCycle(TABLE, PLAN, MIDNIGHT, late, "..");
    const length = defined(expected.at(-1), "end").at - late;
    expect(length, "shorter than the planned 54 s of green and clearance").toBe(44_000);
  });
});

describe("stages that share a phase", () => {
  it("owe no end of its green between them", () => {
    const table = timingTable(detectedT(), SECOND_MS);
    const plan: TimingPlan = {
      ...PLAN,
      stages: [
        { stage: "2-6", splitMs: 25_000 },
        { stage: "8", splitMs: 15_000 },
        { stage: "1-6", splitMs: 20_000 },
      ],
    };
    // Phases 1, 2, 6, 8; 4 s of yellow and 2 s of red clearance at steps of a second.
    const { expected } = expectCycle(table, plan, MIDNIGHT, START, "....");
    expect(expected.map(({ at: instant, greens }) => [(instant - START) / SECOND_MS, greens])).toEqual([
      [0, ".GG."],
      [19, "...."],
      [25, "...G"],
      [34, "...."],
      [40, "G.G."],
      [54, "..G."],
    ]);
  });
});

describe("a simulated controller on its local plan", () => {
  it("does what the plan owes, cycle after cycle, in step and in transition", () => {
    const intersection = detectedT();
    const [local] = intersection.plans;
    const table = timingTable(intersection, SECOND_MS);
    // Begun away from the offset's instant, so that the first cycles correct it.
    let state = startController({
      intersection,
      stepMs: SECOND_MS,
      midnightAt: MIDNIGHT,
      at: after(MIDNIGHT, 3_000_000),
    });
    const plan: TimingPlan = {
      ...PLAN,
      cycleMs: 60_000,
      offsetMs: 10_000,
      stages: defined(local, "plan").stages.map(({ stage, splitSeconds }) => ({
        stage,
        splitMs: splitSeconds * 1000,
      })),
    };
    let readback: Readback | undefined;
    const seen: string[] = [];
    for (let second = 1; second <= 600; second += 1) {
      const moved = advanceController(state, after(MIDNIGHT, 3_000_000 + second * SECOND_MS));
      state = moved.state;
      const { cycleStartAt } = state.signal;
      if (readback === undefined && cycleStartAt >= state.at) {
        readback = expectCycle(table, plan, MIDNIGHT, cycleStartAt, greensOf(state.lamps));
      }
      if (readback === undefined) continue;
      const result = readBack(readback, table, state.lamps, state.at);
      if (result.kind === "watching") {
        readback = result.readback;
        continue;
      }
      seen.push(result.kind);
      readback = undefined;
    }
    expect(seen.length).toBeGreaterThanOrEqual(8);
    expect(new Set(seen)).toEqual(new Set(["applied"]));
  });
});
