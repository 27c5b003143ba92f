import { describe, expect, it } from "vitest";
import {
  beginCycle,
  cycleByClock,
  cycleEndAt,
  cycleFromSlot,
  ringOrder,
  ringTargets,
  slotAt,
  withSplits,
} from "../../src/signal/coordination.ts";
import type { CycleTiming } from "../../src/model/plan.ts";
import { leftTurnCrossing, MIDNIGHT, second, tableOf, timing } from "./crossings.ts";
import { nemaEight } from "./street.ts";

/** Also the left of one side beside the through of the other. */
const RINGS = nemaEight(
  {},
  {},
  {
    stages: {
      "2-6": ["2", "6"],
      "1-5": ["1", "5"],
      "2-5": ["2", "5"],
      "4-8": ["4", "8"],
      "3-7": ["3", "7"],
    },
  },
);
const STAGES = tableOf(leftTurnCrossing());

/** 2 and 6 green from 0 to 25 s, 3 and 7 from 30 to 38 s, 4 and 8 from 42 to 57 s, 1 and 5 from 62 to 71 s. */
const DAY = timing([
  ["2-6", 30],
  ["3-7", 12],
  ["4-8", 20],
  ["1-5", 13],
]);
const BY_STAGES = timing([
  ["ab", 30],
  ["b", 10],
  ["c", 20],
]);
const splitsOf = ({ stages }: CycleTiming) => stages.map(({ splitMs }) => splitMs);

describe("a position in the cycle", () => {
  it("lies in the split that has begun; beyond all of them in the last", () => {
    const splits = [30_000, 12_000, 20_000];
    const positions = [0, 29_999, 30_000, 41_999, 42_000, 61_999, 62_000];
    expect(positions.map((position) => slotAt(splits, position))).toEqual([0, 0, 1, 1, 2, 2, 2]);
  });
});

describe("a cycle", () => {
  it("begins in its first stage, undisturbed", () => {
    const cycle = beginCycle(STAGES, BY_STAGES, MIDNIGHT, second(600));
    expect(cycle).toEqual({
      timing: BY_STAGES,
      startAt: second(600),
      splitsMs: [30_000, 10_000, 20_000],
      coordination: "inStep",
      disturbedBy: "nothing",
      slot: 0,
      targets: null,
    });
    expect(cycleEndAt(cycle)).toBe(second(660));
  });

  it("by the clock is taken up in its middle", () => {
    const { startAt, slot } = cycleByClock(STAGES, { ...BY_STAGES, offsetMs: 5_000 }, MIDNIGHT, second(640));
    expect([startAt, slot]).toEqual([second(605), 1]);
  });

  it("from the green of a later stage has begun so much earlier, with the plan's splits", () => {
    expect(cycleFromSlot(STAGES, BY_STAGES, 2, second(1_000))).toEqual({
      timing: BY_STAGES,
      startAt: second(960),
      splitsMs: [30_000, 10_000, 20_000],
      coordination: "transition",
      disturbedBy: "recovery",
      slot: 2,
      targets: null,
    });
    const rings = cycleFromSlot(RINGS, DAY, 1, second(1_000));
    expect(rings.startAt).toBe(second(970));
    expect(rings.targets).toEqual(ringTargets(RINGS, DAY, splitsOf(DAY)));
  });

  it("whose splits a bus has moved says so, and moves the force-offs", () => {
    const moved = [35_000, 12_000, 15_000, 13_000];
    const rings = withSplits(RINGS, beginCycle(RINGS, DAY, MIDNIGHT, second(600)), moved);
    expect([rings.disturbedBy, rings.splitsMs]).toEqual(["priority", moved]);
    expect(rings.targets?.yieldMs.get(1)).toBe(30_000);
    const stages = withSplits(STAGES, beginCycle(STAGES, BY_STAGES, MIDNIGHT, second(600)), [1, 2, 3]);
    expect([stages.targets, stages.splitsMs]).toEqual([null, [1, 2, 3]]);
  });
});

/** The order of the first ring under a plan of these stages. */
const orderOf = (...stages: readonly string[]) =>
  ringOrder(RINGS, timing(stages.map((stage) => [stage, 20] as const)))[0];

describe("what the rings are to do", () => {
  it("yield points of the first stage, force-offs of all", () => {
    const { yieldMs, greens } = ringTargets(RINGS, DAY, splitsOf(DAY));
    expect([...yieldMs]).toEqual([
      [1, 25_000],
      [5, 25_000],
    ]);
    expect(greens[3]).toEqual([{ endMs: 57_000, greenMs: 15_000 }]);
    expect(greens[0]).toEqual([{ endMs: 71_000, greenMs: 9_000 }]);
  });

  it("the yield point of a green over the end of the cycle lies in the cycle", () => {
    const lead = timing([
      ["2-6", 20],
      ["4-8", 20],
      ["2-5", 15],
    ]);
    // Phase 2 is green from 40 s, past 55 s, to 5 s before the 20 s; phase 5 until 4 s before the end, as it is followed by 6.
    const { yieldMs, greens } = ringTargets(RINGS, lead, splitsOf(lead));
    expect([...yieldMs]).toEqual([
      [1, 15_000],
      [5, 15_000],
    ]);
    expect(greens[1]).toEqual([{ endMs: 70_000, greenMs: 30_000 }]);
    expect(greens[4]).toEqual([{ endMs: 51_000, greenMs: 11_000 }]);
  });

  it("each phase of the first stage yields at the end of its own green", () => {
    const lag = timing([
      ["2-6", 20],
      ["2-5", 15],
      ["4-8", 20],
    ]);
    expect([...ringTargets(RINGS, lag, splitsOf(lag)).yieldMs]).toEqual([
      [1, 30_000],
      [5, 15_000],
    ]);
  });

  it("a phase of the first stage that is green twice yields at its first end", () => {
    const twice = timing([
      ["2-6", 20],
      ["4-8", 20],
      ["2-5", 15],
      ["3-7", 12],
    ]);
    const { yieldMs, greens } = ringTargets(RINGS, twice, splitsOf(twice));
    expect(yieldMs.get(1)).toBe(15_000);
    expect(greens[1]).toEqual([
      { endMs: 15_000, greenMs: 15_000 },
      { endMs: 50_000, greenMs: 10_000 },
    ]);
  });

  it("the order within a group is that of the plan; who is not in it comes last", () => {
    expect(orderOf("2-6", "3-7", "4-8", "1-5")).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(orderOf("2-6", "1-5", "4-8", "3-7")).toEqual([
      [1, 0],
      [3, 2],
    ]);
    expect(orderOf("2-6", "4-8")).toEqual([
      [1, 0],
      [3, 2],
    ]);
    expect(orderOf("2-6", "1-5")?.[0]).toEqual([1, 0]);
  });
});
