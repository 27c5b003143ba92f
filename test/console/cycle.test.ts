import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  droppedStages,
  phaseRows,
  splitChanges,
  stageSlots,
  type Timing,
} from "../../src/console/draw/cycle.ts";
import type { Intersection } from "../../src/model/intersection.ts";

/** Three stages; phase 6 is green in the first two of them, phase 5 yields to 2 in its second service. */
const intersection: Pick<Intersection, "phases" | "stages"> = {
  phases: [phase("2", 4, 2), phase("5", 3.2, 1.5), phase("6", 4, 2), phase("8", 3.6, 2)],
  stages: [
    { id: "A", phases: ["2", "6"], permissive: [] },
    { id: "B", phases: ["5", "6"], permissive: [] },
    { id: "C", phases: ["8", "5"], permissive: ["5"] },
  ],
};

const timing: Timing = {
  cycleMs: 90_000,
  stages: [
    { stage: "A", splitMs: 40_000, intergreenMs: 6_000 },
    { stage: "B", splitMs: 20_000, intergreenMs: 6_000 },
    { stage: "C", splitMs: 30_000, intergreenMs: 6_000 },
  ],
};

function phase(id: string, yellowSeconds: number, redClearSeconds: number): Intersection["phases"][number] {
  return { id, greenMinSeconds: 7, greenMaxSeconds: 60, yellowSeconds, redClearSeconds };
}

function segmentsOf(id: string, of = timing, stepMs = 100): readonly string[] {
  const row = phaseRows(intersection, of, stepMs).find((other) => other.phase === id);
  return (row?.segments ?? []).map(({ kind, fromMs, toMs }) => `${kind} ${fromMs}-${toMs}`);
}

describe("phase rows of a cycle", () => {
  it("ends a green one intergreen before the next stage, then yellow and red clearance", () => {
    expect(segmentsOf("2")).toEqual(["green 0-34000", "yellow 34000-38000", "redClear 38000-40000"]);
  });

  it("keeps a phase green through a change into a stage that serves it too", () => {
    expect(segmentsOf("6")).toEqual(["green 0-54000", "yellow 54000-58000", "redClear 58000-60000"]);
  });

  it("tells a green that yields from one that does not, and ends with the cycle", () => {
    expect(segmentsOf("5")).toEqual([
      "green 40000-60000",
      "permissive 60000-84000",
      "yellow 84000-87200",
      "redClear 87200-88700",
    ]);
  });

  it("rounds yellow and red clearance up to the plant's step", () => {
    expect(segmentsOf("8", timing, 1_000)).toEqual([
      "green 60000-84000",
      "yellow 84000-88000",
      "redClear 88000-90000",
    ]);
  });

  it("continues at the begin what passes the end of the cycle", () => {
    const short: Timing = {
      cycleMs: 60_000,
      stages: [
        { stage: "A", splitMs: 40_000, intergreenMs: 6_000 },
        { stage: "C", splitMs: 20_000, intergreenMs: 3_000 },
      ],
    };
    expect(segmentsOf("8", short)).toEqual(
      ["redClear 600-2600", "green 40000-57000", "yellow 57000-60000", "yellow 0-600"].toSorted(
        (a, b) => start(a) - start(b),
      ),
    );
  });

  it("shows a phase that every stage serves as green all the time", () => {
    const always: Timing = {
      cycleMs: 50_000,
      stages: [
        { stage: "A", splitMs: 30_000, intergreenMs: 6_000 },
        { stage: "B", splitMs: 20_000, intergreenMs: 6_000 },
      ],
    };
    expect(segmentsOf("6", always)).toEqual(["green 0-50000"]);
  });

  it("never leaves the cycle and never shows two things at once", () => {
    const split = fc.integer({ min: 10, max: 60 });
    const stages = fc.array(fc.record({ stage: fc.constantFrom("A", "B", "C"), split }), {
      minLength: 2,
      maxLength: 5,
    });
    let met = 0;
    fc.assert(
      fc.property(stages, (drawn) => {
        const made = drawn.map((one) => ({
          stage: one.stage,
          splitMs: one.split * 1000,
          intergreenMs: 6_000,
        }));
        const cycleMs = made.reduce((sum, { splitMs }) => sum + splitMs, 0);
        for (const { segments } of phaseRows(intersection, { cycleMs, stages: made }, 100)) {
          segments.forEach((segment, index) => {
            met += 1;
            expect(segment.fromMs).toBeGreaterThanOrEqual(segments[index - 1]?.toMs ?? 0);
            expect(segment.toMs).toBeGreaterThan(segment.fromMs);
            expect(segment.toMs).toBeLessThanOrEqual(cycleMs);
          });
        }
      }),
      { seed: 20260105 },
    );
    expect(met, "segments looked at").toBeGreaterThan(1_000);
  });
});

function start(segment: string): number {
  return Number(segment.split(" ")[1]?.split("-")[0]);
}

describe("stage slots", () => {
  it("follow one another from the begin of the first green", () => {
    expect(stageSlots(timing)).toEqual([
      { stage: "A", fromMs: 0, greenToMs: 34_000, toMs: 40_000 },
      { stage: "B", fromMs: 40_000, greenToMs: 54_000, toMs: 60_000 },
      { stage: "C", fromMs: 60_000, greenToMs: 84_000, toMs: 90_000 },
    ]);
  });
});

const next = (...stages: readonly (readonly [string, number])[]): Timing => ({
  cycleMs: stages.reduce((sum, [, splitMs]) => sum + splitMs, 0),
  stages: stages.map(([stage, splitMs]) => ({ stage, splitMs, intergreenMs: 6_000 })),
});

describe("differences of splits", () => {
  it("are told per stage, whatever the order", () => {
    expect(splitChanges(timing, next(["C", 27_000], ["A", 44_000], ["B", 20_000]))).toEqual([
      { stage: "C", splitMs: 27_000, differenceMs: -3_000 },
      { stage: "A", splitMs: 44_000, differenceMs: 4_000 },
      { stage: "B", splitMs: 20_000, differenceMs: 0 },
    ]);
  });

  it("match a stage that is served twice once each; the second is new", () => {
    const changes = splitChanges(timing, next(["A", 20_000], ["B", 20_000], ["A", 22_000]));
    expect(changes.map(({ differenceMs }) => differenceMs)).toEqual([-20_000, 0, null]);
  });

  it("have nothing to compare with before anything runs", () => {
    expect(splitChanges(null, next(["A", 20_000]))[0]?.differenceMs).toBeNull();
  });

  it("name the stages that are dropped", () => {
    expect(droppedStages(timing, next(["A", 60_000], ["C", 30_000]))).toEqual(["B"]);
  });
});
