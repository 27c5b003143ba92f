import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { phaseGreens, timingTable } from "../../src/model/timing.ts";
import type { LaneDemand } from "../../src/optimize/capacity.ts";
import { websterCycle } from "../../src/optimize/cycle.ts";
import {
  effectiveGreens,
  intergreenSeconds,
  lostSeconds,
  minimumGreens,
  splitGreens,
  type StageOrder,
} from "../../src/optimize/splits.ts";
import { secondsToMs } from "../../src/units.ts";
import { lane, signals, twoStages } from "./crossing.ts";

const ORDER = [0, 1];
const FREE = { lowerSeconds: [0, 0], upperSeconds: [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] };
const PEDESTRIAN = {
  crosswalkMeters: 10,
  walkSeconds: 7,
  clearSeconds: 12,
  bufferSeconds: 3,
  crosses: "x",
};

/** Stages with overlaps: A runs through the first two, B through the last two; C and D end early and begin late. */
const OVERLAP = timingTable(
  signals({
    phases: { A: { pedestrian: PEDESTRIAN }, B: {}, C: {}, D: { greenMinSeconds: 8 } },
    stages: [
      { id: "AC", phases: ["A", "C"], permissive: [] },
      { id: "AD", phases: ["A", "D"], permissive: [] },
      { id: "B", phases: ["B"], permissive: [] },
    ],
    conflicts: [
      ["A", "B"],
      ["C", "D"],
      ["B", "C"],
      ["B", "D"],
    ],
  }),
  1000,
);

describe("minimum greens", () => {
  it("are the phases' where each stage has its own", () => {
    expect(minimumGreens(twoStages(), ORDER)).toEqual([5, 5]);
    expect(minimumGreens(twoStages({ A: { pedestrian: PEDESTRIAN }, B: {} }), ORDER)).toEqual([19, 5]);
  });

  it("let a phase that runs through several stages have its minimum in all of them together", () => {
    // A needs 19 s: 5 s with C, 6 s of clearance of C that A stays green through, 8 s with D.
    expect(minimumGreens(OVERLAP, [0, 1, 2])).toEqual([5, 8, 5]);
    const longer = timingTable(
      {
        ...OVERLAP.intersection,
        phases: OVERLAP.intersection.phases.map((phase) => ({ ...phase, greenMinSeconds: 5 })),
      },
      1000,
    );
    const [first, second] = minimumGreens(longer, [0, 1, 2]);
    expect((first ?? 0) + 6 + (second ?? 0), "A with C, the clearance, A with D").toBe(19);
  });
});

describe("minimum greens between the ends of two rings", () => {
  it("are a second where the phases have their service with the stages beside", () => {
    // A runs 5 + 6 s with C before it meets D, D 5 + 6 s with A before it goes on with E.
    const rings = timingTable(
      signals({
        phases: { A: {}, B: {}, C: {}, D: {} },
        stages: [
          { id: "AC", phases: ["A", "C"], permissive: [] },
          { id: "AD", phases: ["A", "D"], permissive: [] },
          { id: "BD", phases: ["B", "D"], permissive: [] },
        ],
        conflicts: [
          ["A", "B"],
          ["C", "D"],
        ],
      }),
      1000,
    );
    expect(minimumGreens(rings, [0, 1, 2])).toEqual([5, 1, 5]);
  });
});

describe("minimum greens in a long cycle", () => {
  it("leave no red longer than the longest wait", () => {
    const patient = twoStages();
    expect(minimumGreens(patient, ORDER, 240)).toEqual([5, 5]);
    const { envelope } = patient.intersection;
    const hasty = timingTable(
      { ...patient.intersection, envelope: { ...envelope, waitMaxSeconds: 60 } },
      1000,
    );
    expect(minimumGreens(hasty, ORDER, 60)).toEqual([5, 5]);
    expect(minimumGreens(hasty, ORDER, 90)).toEqual([30, 30]);
  });
});

describe("effective greens", () => {
  it("lose the start-up at a change that stops the lane, and nothing where the lane goes on", () => {
    const greens = [20, 15, 10];
    // A goes on from the first stage through 6 s of clearance into the second, where it ends.
    expect(effectiveGreens(OVERLAP, [0, 1, 2], lane(0, 500), greens)).toEqual([26, 14, 0]);
    expect(effectiveGreens(OVERLAP, [0, 1, 2], lane(3, 500), greens)).toEqual([0, 14, 0]);
  });

  it("are never negative", () => {
    expect(effectiveGreens(OVERLAP, [0, 1, 2], lane(3, 500), [20, 1, 10])).toEqual([0, 0, 0]);
  });
});

describe("splits of two stages", () => {
  it("share the green as the flow ratios where nothing binds: Webster", () => {
    // C = 59 s, 12 s of clearance and twice 1 s of start-up: 45 s of effective green, 2:1 for 600 against 300 veh/h.
    const { greenSeconds, degreeOfSaturation } = splitGreens(
      twoStages(),
      ORDER,
      [lane(0, 600), lane(1, 300)],
      59,
      FREE,
    );
    expect(greenSeconds).toEqual([31, 16]);
    // 600 of 1800·30/59 and 300 of 1800·15/59.
    expect(degreeOfSaturation[0]).toBeCloseTo(600 / ((1800 * 30) / 59), 9);
    expect(degreeOfSaturation[1]).toBeCloseTo(defined(degreeOfSaturation[0], "x"), 9);
  });

  it("serve the fullest lane of each stage", () => {
    const lanes = [lane(0, 600), lane(0, 100), lane(1, 300), lane(1, 300)];
    expect(splitGreens(twoStages(), ORDER, lanes, 59, FREE).greenSeconds).toEqual([31, 16]);
  });

  it("stay within their bounds, and leave the rest to the others", () => {
    const lanes = [lane(0, 1500), lane(1, 10)];
    const bounds = { lowerSeconds: [5, 12], upperSeconds: [28, 60] };
    expect(splitGreens(twoStages(), ORDER, lanes, 58, bounds).greenSeconds).toEqual([28, 18]);
    const floor = { lowerSeconds: [5, 12], upperSeconds: [60, 60] };
    expect(splitGreens(twoStages(), ORDER, lanes, 58, floor).greenSeconds).toEqual([34, 12]);
  });

  it("treat like demand alike", () => {
    const { greenSeconds } = splitGreens(twoStages(), ORDER, [lane(0, 400), lane(1, 400)], 60, FREE);
    expect(greenSeconds).toEqual([24, 24]);
  });
});

describe("Webster's cycle", () => {
  it("is 52 s for 14 s lost and Y = 0.5: (1.5·14 + 5)/0.5", () => {
    const need = websterCycle(twoStages(), ORDER, [lane(0, 450), lane(1, 450)]);
    expect(need.criticalRatio).toBeCloseTo(0.5, 6);
    expect(need.cycleSeconds).toBe(52);
  });

  it("is the same for any split of Y between the stages", () => {
    const need = websterCycle(twoStages(), ORDER, [lane(0, 600), lane(1, 300)]);
    expect(need.criticalRatio).toBeCloseTo(0.5, 2);
    expect(Math.abs(need.cycleSeconds - 52)).toBeLessThanOrEqual(1);
  });

  it("stays in the envelope: the longest for a jam, the shortest that serves everybody for nobody", () => {
    const jam = websterCycle(twoStages(), ORDER, [lane(0, 1700), lane(1, 1700)]);
    expect(jam.cycleSeconds).toBe(120);
    expect(websterCycle(twoStages(), ORDER, [lane(0, 0), lane(1, 0)]).cycleSeconds).toBe(30);
    const pedestrians = twoStages({ A: { pedestrian: PEDESTRIAN }, B: { pedestrian: PEDESTRIAN } });
    const night = websterCycle(pedestrians, ORDER, [lane(0, 10), lane(1, 10)]);
    // 19 s for each crossing, 6 s of clearance twice.
    expect(night.cycleLeastSeconds).toBe(50);
    expect(night.cycleSeconds).toBe(50);
  });

  it("makes nobody wait longer than he may, however much is wanted", () => {
    const { intersection } = twoStages();
    const hasty = timingTable(
      { ...intersection, envelope: { ...intersection.envelope, waitMaxSeconds: 80 } },
      1000,
    );
    // The shortest green of all is 5 s.
    expect(websterCycle(hasty, ORDER, [lane(0, 1700), lane(1, 1700)]).cycleSeconds).toBe(85);
  });

  it("never falls when demand grows", () => {
    const flow = fc.integer({ min: 0, max: 900 });
    fc.assert(
      fc.property(flow, flow, fc.integer({ min: 0, max: 500 }), (first, second, more) => {
        const less = websterCycle(twoStages(), ORDER, [lane(0, first), lane(1, second)]);
        const grown = websterCycle(twoStages(), ORDER, [lane(0, first + more), lane(1, second)]);
        // Greens come in whole seconds, so the degree of saturation at the longest cycle does too.
        expect(grown.cycleSeconds).toBeGreaterThanOrEqual(less.cycleSeconds - 1);
      }),
      { numRuns: 60 },
    );
  });
});

/** Any demand of lanes that have one or two of the overlapping phases. */
const lanes = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 2500 }),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(
      ([flowVehPerHour, first, second, share]): LaneDemand => ({
        flowVehPerHour,
        streams: [
          { phase: first, share, saturationFlowVehPerHour: 1800 },
          { phase: second, share: 1 - share, saturationFlowVehPerHour: 1500 },
        ],
      }),
    ),
  { maxLength: 6 },
);

describe("splits for any demand", () => {
  const order: StageOrder = [0, 1, 2];

  it("fill the cycle, keep the bounds and every phase's minimum service", () => {
    fc.assert(
      fc.property(lanes, fc.integer({ min: 45, max: 140 }), (demand, cycleSeconds) => {
        const lowerSeconds = minimumGreens(OVERLAP, order);
        const free = { lowerSeconds, upperSeconds: order.map(() => Number.POSITIVE_INFINITY) };
        const { greenSeconds, degreeOfSaturation } = splitGreens(OVERLAP, order, demand, cycleSeconds, free);
        const sum = greenSeconds.reduce((total, green) => total + green, 0) + lostSeconds(OVERLAP, order);
        expect(sum, "greens and clearances").toBeCloseTo(cycleSeconds, 9);
        for (const [slot, least] of lowerSeconds.entries()) {
          expect(greenSeconds[slot], `slot ${slot}`).toBeGreaterThanOrEqual(least);
        }
        const intergreens = intergreenSeconds(OVERLAP, order);
        const timing = {
          cycleMs: secondsToMs(cycleSeconds),
          offsetMs: 0,
          stages: order.map((stage, slot) => ({
            stage: defined(OVERLAP.stages[stage], "stage").id,
            splitMs: secondsToMs(
              defined(greenSeconds[slot], "green") + defined(intergreens[slot], "intergreen"),
            ),
          })),
        };
        for (const { phase, greenMs } of phaseGreens(OVERLAP, timing)) {
          const { id, serviceMinMs } = defined(OVERLAP.phases[phase], "phase");
          expect(greenMs, `green of ${id}`).toBeGreaterThanOrEqual(serviceMinMs);
        }
        expect(degreeOfSaturation.every((x) => Number.isFinite(x) && x >= 0)).toBe(true);
      }),
    );
  });
});
