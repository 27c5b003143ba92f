import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CongestionEvidence,
  type CongestionRisk,
  congestionRisk,
} from "../../src/estimate/congestion.ts";
import { type CongestionWatch, NO_CONGESTION, watchCongestion } from "../../src/estimate/congestion-watch.ts";

/** An approach at half its capacity, and nobody left over. */
const empty: CongestionEvidence = {
  failedShare: 0,
  advanceOccupancyRatio: 0.04,
  begin: { occupancyRatio: 0.04, filledShare: 0 },
  saturation: [0.5, 0.5, 0.5],
};

/** Every green fails, the queue stands on the advance loop for a quarter of the time and on the road's begin as long. */
const queued: CongestionEvidence = {
  failedShare: 1,
  advanceOccupancyRatio: 0.25,
  begin: { occupancyRatio: 0.25, filledShare: 0.2 },
  saturation: [1, 1, 1],
};

describe("the risk of congestion", () => {
  it("of oversaturation is the logistic of what the greens, the queue and the demand add up to", () => {
    // -6.53 + 2.95 · 1 + 4.44 · √0.25 + 2.58 · 1 = 1.22, of which the logistic is 0.772.
    expect(congestionRisk(queued).oversaturated[0]).toBeCloseTo(0.772, 3);
    // -6.53 + 4.44 · √0.04 + 2.58 · 0.5 = -4.352.
    expect(congestionRisk(empty).oversaturated[0]).toBeCloseTo(0.0127, 4);
  });

  it("of spillback comes from the queue at both ends of the road and from how it fills", () => {
    // -13.24 + 14.57 · √0.25 + 7.52 · √0.25 + 5.83 · 0.2 = -1.029.
    expect(congestionRisk(queued).spillback[0]).toBeCloseTo(0.263, 3);
    expect(congestionRisk(empty).spillback[0]).toBeLessThan(0.001);
  });

  it("says nothing of spillback where nobody sees the begin of the road", () => {
    expect(congestionRisk({ ...queued, begin: null }).spillback).toEqual([]);
    expect(congestionRisk({ ...queued, begin: null }).oversaturated).toEqual(
      congestionRisk(queued).oversaturated,
    );
  });

  it("takes each interval's own demand, and nothing above two and a half capacities", () => {
    const { oversaturated } = congestionRisk({ ...queued, saturation: [1, 9, 2.5] });
    const flat = congestionRisk({ ...queued, saturation: [1, 2.5, 2.5] }).oversaturated;
    expect(oversaturated).toEqual(flat);
    expect(oversaturated).toHaveLength(3);
  });

  const shares = fc.double({ min: 0, max: 1, noNaN: true });
  const evidences = fc.record({
    failedShare: shares,
    advanceOccupancyRatio: shares,
    begin: fc.record({ occupancyRatio: shares, filledShare: fc.double({ min: -1, max: 1, noNaN: true }) }),
    saturation: fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }),
  });

  it("is a probability, and no smaller with more of any evidence", () => {
    fc.assert(
      fc.property(evidences, shares, (evidence, more) => {
        const { begin } = evidence;
        const worse: readonly CongestionEvidence[] = [
          { ...evidence, failedShare: Math.min(1, evidence.failedShare + more) },
          { ...evidence, advanceOccupancyRatio: Math.min(1, evidence.advanceOccupancyRatio + more) },
          { ...evidence, saturation: evidence.saturation.map((degree) => degree + more) },
          { ...evidence, begin: { ...begin, occupancyRatio: Math.min(1, begin.occupancyRatio + more) } },
          { ...evidence, begin: { ...begin, filledShare: begin.filledShare + more } },
        ];
        const risk = congestionRisk(evidence);
        for (const other of worse.map(congestionRisk)) {
          for (const kind of ["oversaturated", "spillback"] as const) {
            for (const [lead, chance] of risk[kind].entries()) {
              expect(chance).toBeGreaterThanOrEqual(0);
              expect(chance).toBeLessThanOrEqual(1);
              expect(other[kind][lead]).toBeGreaterThanOrEqual(chance);
            }
          }
        }
      }),
    );
  });
});

function riskOf(
  oversaturated: readonly number[],
  spillback: readonly number[] = oversaturated.map(() => 0),
): CongestionRisk {
  return { oversaturated, spillback };
}

describe("a watch over an approach", () => {
  const after = (...steps: readonly Parameters<typeof watchCongestion>[1][]): CongestionWatch =>
    steps.reduce<CongestionWatch>(
      (watch, seen) => watchCongestion(watch, seen, riskOf([0.1, 0.6])),
      watchCongestion(NO_CONGESTION, unseen, riskOf([0.1, 0.6])),
    );
  const unseen = { oversaturated: null, spillback: null };
  const quiet = { oversaturated: false, spillback: false };
  const full = { oversaturated: true, spillback: false };

  it("warns of the first interval that is likely enough to be congested, with the greatest chance ahead", () => {
    const { warnings } = watchCongestion(NO_CONGESTION, unseen, riskOf([0.2, 0.45, 0.9], [0, 0, 0.44]));
    expect(warnings).toEqual([{ kind: "oversaturated", leadIntervals: 1, probability: 0.9 }]);
  });

  it("keeps a warning until nothing ahead is likely any more", () => {
    const first = watchCongestion(NO_CONGESTION, unseen, riskOf([0.5]));
    const second = watchCongestion(first, quiet, riskOf([0.2]));
    expect(second.warnings).toEqual([{ kind: "oversaturated", leadIntervals: 0, probability: 0.2 }]);
    expect(watchCongestion(second, quiet, riskOf([0.19])).warnings).toEqual([]);
    expect(watchCongestion(NO_CONGESTION, quiet, riskOf([0.44])).warnings).toEqual([]);
  });

  it("scores what was said of an interval by the lead that it was said with", () => {
    // Each time: 0.1 for the interval that begins, 0.6 for the one after it.
    const { scores } = after(quiet, full, full);
    expect(scores.map(({ oversaturated }) => oversaturated)).toEqual([
      { hits: 0, misses: 2, falseAlarms: 0, quiet: 1, squaredErrors: expect.closeTo(0.01 + 0.81 + 0.81, 9) },
      { hits: 2, misses: 0, falseAlarms: 0, quiet: 0, squaredErrors: expect.closeTo(0.16 + 0.16, 9) },
    ]);
    expect(scores[1]?.spillback).toEqual({ hits: 0, misses: 0, falseAlarms: 0, quiet: 2, squaredErrors: 0 });
  });

  it("remembers what the interval that ended showed", () => {
    expect(NO_CONGESTION.seen).toEqual(unseen);
    expect(after(full).seen).toEqual(full);
  });

  it("scores nothing of an interval that nobody saw", () => {
    expect(after(unseen, full).scores.map(({ oversaturated }) => oversaturated.misses)).toEqual([1, 0]);
    expect(after(unseen, full).scores.map(({ oversaturated }) => oversaturated.hits)).toEqual([0, 1]);
  });
});
