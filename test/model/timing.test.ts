import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { type ExtraTiming, intergreenKey } from "../../src/model/extra-timing.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { type PhaseTiming, type TimingTable, timingTable } from "../../src/model/timing.ts";
import { fullNetwork } from "./full-network.ts";
import { smallNetwork } from "./small-network.ts";

const full = (): Intersection => defined(fullNetwork().intersections[0], "the crossing");
const small = (): Intersection => defined(smallNetwork().intersections[0], "the T");

const phaseOf = (table: TimingTable, id: string): PhaseTiming =>
  defined(table.phases[defined(table.phaseIndex.get(id), id)], id);

/** Names instead of indices, so that an example can be read. */
const names = (table: TimingTable, phases: Iterable<number>): readonly string[] =>
  [...phases].map((phase) => defined(table.phases[phase], "phase").id);

const between = (table: TimingTable, from: string, to: string): number => {
  const row = table.intergreenMs[defined(table.stageIndex.get(from), from)];
  return defined(row?.[defined(table.stageIndex.get(to), to)], "intergreen");
};

describe("a phase's actuation", () => {
  it("has the defaults of a phase that says nothing: maximum recall, walk with every green", () => {
    const timing = phaseOf(timingTable(small(), 100), "2");
    expect(timing.actuation).toEqual({
      greenMax2Ms: 60_000,
      passageMs: 3_000,
      gapReduction: null,
      redRevertMs: 2_000,
      recall: "maximum",
      dualEntry: false,
      simultaneousGap: true,
      conditionalService: false,
      circular: false,
      pedestrianRecall: true,
      restInWalk: false,
      bufferMs: 3_000,
      leadMs: 0,
    });
  });

  it("is what is configured, in milliseconds", () => {
    const table = timingTable(full(), 100);
    expect(phaseOf(table, "2").actuation).toEqual({
      greenMax2Ms: 80_000,
      passageMs: 3_500,
      gapReduction: { beforeMs: 10_000, toReduceMs: 15_000, gapMinMs: 2_000 },
      redRevertMs: 3_000,
      recall: "minimum",
      dualEntry: false,
      simultaneousGap: false,
      conditionalService: false,
      circular: false,
      pedestrianRecall: false,
      restInWalk: true,
      bufferMs: 3_000,
      leadMs: 0,
    });
    const { dualEntry, leadMs, greenMax2Ms } = phaseOf(table, "4").actuation;
    expect({ dualEntry, leadMs, greenMax2Ms }).toEqual({
      dualEntry: true,
      leadMs: 4_000,
      greenMax2Ms: 40_000,
    });
    expect(phaseOf(table, "1").actuation.conditionalService).toBe(true);
  });

  it("is rounded up to the plant's step", () => {
    const intersection = full();
    const phases = intersection.phases.map((phase) => ({
      ...phase,
      greenMax2Seconds: 80.1,
      redRevertSeconds: 2.1,
      gapReduction: { beforeSeconds: 9.1, toReduceSeconds: 14.2, gapMinSeconds: 1.9 },
      ...(phase.pedestrian
        ? { pedestrian: { ...phase.pedestrian, leadSeconds: 3.5, bufferSeconds: 3.2 } }
        : {}),
    }));
    const { actuation } = phaseOf(timingTable({ ...intersection, phases }, 1_000), "2");
    expect(actuation).toMatchObject({
      greenMax2Ms: 81_000,
      passageMs: 4_000,
      redRevertMs: 3_000,
      gapReduction: { beforeMs: 10_000, toReduceMs: 15_000, gapMinMs: 2_000 },
      bufferMs: 4_000,
      leadMs: 4_000,
    });
  });
});

describe("the timing beside phases and stages", () => {
  it("is empty, with the usual coordination, where nothing is configured", () => {
    const expected: ExtraTiming = {
      intergreens: new Map(),
      overlaps: [],
      preempts: [],
      priorities: [],
      startUp: null,
      coordination: {
        forceOff: "fixed",
        correction: "shortway",
        reference: "beginGreen",
        maximum: "inhibit",
      },
      redRest: false,
      waitMaxMs: 90_000,
    };
    expect(timingTable(small(), 100).extras).toEqual(expected);
  });

  it("has railways before emergencies, whatever their order in the file", () => {
    const table = timingTable(full(), 1_000);
    const [first, second] = table.extras.preempts;
    expect([first?.id, second?.id]).toEqual(["train", "fire"]);
    const train = defined(first, "train");
    expect(train).toMatchObject({
      kind: "railway",
      delayMs: 1_000,
      entryGreenMinMs: 2_000,
      entryWalkMs: 0,
      entryClearMs: 3_000,
      dwellMinMs: 5_000,
      presenceMaxMs: 600_000,
    });
    expect(train.track?.greenMs).toBe(13_000);
    expect(names(table, train.track?.phases ?? [])).toEqual(["3", "8"]);
    expect(names(table, train.dwellPhases)).toEqual(["6"]);
    expect(names(table, train.exitPhases)).toEqual(["4", "8"]);
    expect(defined(second, "fire").track).toBeNull();
  });

  it("keeps the order of the file among preempts of a kind", () => {
    const intersection = full();
    const [fire, train] = intersection.preempts ?? [];
    const both = [defined(fire, "fire"), defined(train, "train")].flatMap((preempt) => [
      { ...preempt, id: `${preempt.id}-1` },
      { ...preempt, id: `${preempt.id}-2` },
    ]);
    const ids = timingTable({ ...intersection, preempts: both }, 100).extras.preempts.map(({ id }) => id);
    expect(ids).toEqual(["train-1", "train-2", "fire-1", "fire-2"]);
  });

  it("has overlaps with what they cross, and arrows, in the order of the file", () => {
    const table = timingTable(full(), 1_000);
    const [right, arrow] = table.extras.overlaps;
    if (right?.kind !== "normal" || arrow?.kind !== "flashingYellowArrow") throw new Error("kinds");
    expect(right).toMatchObject({ id: "A", yellowMs: 4_000, redClearMs: 3_000 });
    expect(names(table, right.included)).toEqual(["2", "5"]);
    expect(names(table, right.minus)).toEqual(["1"]);
    // Beside the minus phase those that run neither with 2 nor with 5.
    expect(names(table, right.conflicts)).toEqual(["1", "3", "4", "7", "8", "9"]);
    expect(names(table, [arrow.left, arrow.opposing])).toEqual(["1", "2"]);
    expect(arrow.delayMs).toBe(2_000);
  });

  it("has priority, start-up and coordination as configured", () => {
    const table = timingTable(full(), 100);
    const { priorities, startUp, coordination, redRest } = table.extras;
    expect(priorities).toEqual([
      { id: "bus", phases: [1, 5], extensionMaxMs: 10_000, earlyMaxMs: 12_000, cooldownMs: 120_000 },
    ]);
    expect(startUp).toEqual({
      flashMs: 5_000,
      allRedMs: 6_000,
      phases: [1, 5],
      flashYellow: new Set([1, 5]),
    });
    expect(coordination).toEqual(full().coordination);
    expect(redRest).toBe(true);
  });
});

describe("intergreenMs", () => {
  it("is the longest of clearances, intergreens of the pairs that change, and overlaps that end", () => {
    const table = timingTable(full(), 100);
    expect(table.extras.intergreens.get(intergreenKey(1, 6))).toBe(6_500);
    // 2 ends and 7 begins: 6.5 s.
    expect(between(table, "2-6", "3-7")).toBe(6_500);
    // 7 does not begin; overlap A ends with 2: 3.5 s and 2.5 s.
    expect(between(table, "2-6", "4-8")).toBe(6_000);
    // 1 begins, at which A is red; A was red beside 1 and 5.
    expect(between(table, "2-6", "1-5")).toBe(6_000);
    expect(between(table, "1-5", "2-6")).toBe(5_000);
    // The intergreen from 4 to 1 is as long as the clearance.
    expect(between(table, "4-8", "1-5")).toBe(5_000);
    expect(between(table, "4-8", "4-8")).toBe(0);
  });

  it("holds for the ordered pair alone", () => {
    expect(between(timingTable(full(), 100), "3-7", "2-6")).toBe(5_000);
  });

  it("rounds every part up to the plant's step", () => {
    const table = timingTable(full(), 1_000);
    expect(between(table, "2-6", "3-7")).toBe(7_000);
    expect(between(table, "2-6", "4-8")).toBe(7_000);
    expect(between(table, "3-7", "4-8")).toBe(6_000);
  });

  it("lets a flashing yellow arrow clear that lasts longer than the phase that drives it", () => {
    const intersection = full();
    const phases = intersection.phases.map((phase) =>
      phase.id === "1" ? { ...phase, yellowSeconds: 4, redClearSeconds: 2.8 } : phase,
    );
    const table = timingTable({ ...intersection, phases }, 100);
    expect(between(table, "2-6", "9")).toBe(6_800);
    expect(between(table, "4-8", "9")).toBe(5_000);
  });
});
