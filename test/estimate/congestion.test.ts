import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CongestionRisk, type ApproachOutlook, congestionRisk } from "../../src/estimate/congestion.ts";
import { type CongestionWatch, NO_CONGESTION, watchCongestion } from "../../src/estimate/congestion-watch.ts";

const certain = (demandVehicles: number, capacityVehicles: number) => ({
  demandVehicles,
  deviationVehicles: 0,
  capacityVehicles,
});

describe("the risk of congestion", () => {
  it("is certain where demand and capacity are", () => {
    const risk = congestionRisk({
      queueVehicles: 0,
      storageVehicles: 2,
      intervals: [certain(5, 4), certain(5, 4), certain(5, 4), certain(3, 4)],
    });
    expect(risk.oversaturated).toEqual([1, 1, 1, 0]);
    // 1, 2, 3 vehicles are left, then 2 again.
    expect(risk.spillback).toEqual([0, 0, 1, 0]);
  });

  it("of a demand as likely above as below the capacity is a half, one deviation below it 16 %", () => {
    const interval = { demandVehicles: 10, deviationVehicles: 2, capacityVehicles: 10 };
    const outlook = { queueVehicles: 0, storageVehicles: 9 };
    expect(congestionRisk({ ...outlook, intervals: [interval] }).oversaturated[0]).toBeCloseTo(0.5, 6);
    const spare = { ...interval, capacityVehicles: 12 };
    expect(congestionRisk({ ...outlook, intervals: [spare] }).oversaturated[0]).toBeCloseTo(0.158_655, 5);
  });

  it("splits what is not whole: 2.5 waiting, 1 coming, 2.5 served leave 0, 1, 1 or 2", () => {
    const [none, one, two] = [0, 1, 2].map(
      (storageVehicles) =>
        congestionRisk({ queueVehicles: 2.5, storageVehicles, intervals: [certain(1, 2.5)] }).spillback[0],
    );
    expect(none).toBeCloseTo(0.75, 12);
    expect(one).toBeCloseTo(0.25, 12);
    expect(two).toBe(0);
  });

  it("counts a queue that is there already, and serves it before the approach has room again", () => {
    const { spillback } = congestionRisk({
      queueVehicles: 10,
      storageVehicles: 5,
      intervals: [certain(0, 3), certain(0, 3)],
    });
    expect(spillback).toEqual([1, 0]);
  });

  const outlooks = fc.record({
    queueVehicles: fc.double({ min: 0, max: 40, noNaN: true }),
    storageVehicles: fc.integer({ min: 0, max: 40 }),
    intervals: fc.array(
      fc.record({
        demandVehicles: fc.double({ min: 0, max: 60, noNaN: true }),
        deviationVehicles: fc.double({ min: 0, max: 12, noNaN: true }),
        capacityVehicles: fc.double({ min: 0, max: 60, noNaN: true }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });

  it("is a probability, and no greater with more room, more capacity or a shorter queue", () => {
    fc.assert(
      fc.property(outlooks, fc.double({ min: 0, max: 20, noNaN: true }), (outlook, more) => {
        const risk = congestionRisk(outlook);
        const eased: ApproachOutlook[] = [
          { ...outlook, storageVehicles: outlook.storageVehicles + more },
          { ...outlook, queueVehicles: Math.max(0, outlook.queueVehicles - more) },
          {
            ...outlook,
            intervals: outlook.intervals.map((interval) => ({
              ...interval,
              capacityVehicles: interval.capacityVehicles + more,
            })),
          },
        ];
        for (const chance of [...risk.oversaturated, ...risk.spillback]) {
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(1);
        }
        for (const other of eased.map(congestionRisk)) {
          for (const [index, chance] of other.spillback.entries()) {
            expect(chance).toBeLessThanOrEqual((risk.spillback[index] ?? 0) + 1e-9);
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

  it("warns of the first interval that is likelier congested than not, with the greatest chance ahead", () => {
    const { warnings } = watchCongestion(NO_CONGESTION, unseen, riskOf([0.2, 0.5, 0.9], [0, 0, 0.49]));
    expect(warnings).toEqual([{ kind: "oversaturated", leadIntervals: 1, probability: 0.9 }]);
  });

  it("keeps a warning until nothing ahead is likely any more", () => {
    const first = watchCongestion(NO_CONGESTION, unseen, riskOf([0.5]));
    const second = watchCongestion(first, quiet, riskOf([0.2]));
    expect(second.warnings).toEqual([{ kind: "oversaturated", leadIntervals: 0, probability: 0.2 }]);
    expect(watchCongestion(second, quiet, riskOf([0.19])).warnings).toEqual([]);
    expect(watchCongestion(NO_CONGESTION, quiet, riskOf([0.49])).warnings).toEqual([]);
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

  it("scores nothing of an interval that nobody saw", () => {
    expect(after(unseen, full).scores.map(({ oversaturated }) => oversaturated.misses)).toEqual([1, 0]);
    expect(after(unseen, full).scores.map(({ oversaturated }) => oversaturated.hits)).toEqual([0, 1]);
  });
});
