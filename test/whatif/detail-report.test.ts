import { describe, expect, it } from "vitest";
import { type DetailedRun, detailReportOf } from "../../sim/whatif/detail-report.ts";
import type { MovementMeasures } from "../../sim/whatif/run-detail.ts";

const movement = (name: string, delaySeconds: number, vehicles = 10): MovementMeasures => ({
  intersection: "ash",
  movement: name,
  vehicles,
  delaySeconds,
  stopsPerVehicle: 1,
  delayP95Seconds: 2 * delaySeconds,
});

const run = (
  seed: number,
  movements: readonly MovementMeasures[],
  lostVehSeconds: readonly number[] = [],
): DetailedRun => ({
  seed,
  detail: {
    movements,
    modes: [{ mode: "bus", count: 2, delaySeconds: 10 * seed, delayP95Seconds: 20 }],
    profile: lostVehSeconds.map((lost, index) => ({
      fromSeconds: 300 * index,
      lostVehSeconds: lost,
      arrived: 5,
      vehiclesMean: lost / 300,
    })),
  },
});

const FIXED = [
  run(1, [movement("NBL", 40), movement("EBT", 20)], [300, 600]),
  run(2, [movement("NBL", 44), movement("EBT", 22)], [420, 600]),
  run(3, [movement("NBL", 42), movement("EBT", 21)], [360, 600]),
];
const ADAPTIVE = [
  run(3, [movement("EBT", 11), movement("NBL", 42.5)]),
  run(1, [movement("EBT", 10.1), movement("NBL", 39)]),
  run(2, [movement("EBT", 12), movement("NBL", 45), movement("SBL", 9)]),
];
const both = () =>
  detailReportOf(
    new Map([
      ["fixed", FIXED],
      ["adaptive", ADAPTIVE],
    ]),
  );

describe("the report by movement", () => {
  it("has each movement that both arms had, with the delay of both, judged as one family", () => {
    const { movements } = both();
    expect(movements.map((one) => [one.movement, one.pairs, one.differenceMean, one.verdict])).toEqual([
      // −9.9, −10, −10: t = −9.9667 / 0.03333 = −299.
      ["EBT", 3, -9.967, "better"],
      ["NBL", 3, 0.167, "indistinguishable from noise"],
    ]);
    expect(movements[0]).toMatchObject({
      base: "fixed",
      variant: "adaptive",
      intersection: "ash",
      countMean: 10,
      baseDelaySeconds: 21,
      variantDelaySeconds: 11.033,
      baseDelayP95Seconds: 42,
      variantDelayP95Seconds: 22.067,
      differencePercent: -47.46,
    });
    // p = 1 − t/√(2 + t²) = 0.0000112; the smaller of two counts twice.
    expect(movements[0]?.pValue).toBeCloseTo(0.000011, 6);
    expect(movements[0]?.pHolm).toBeCloseTo(0.000022, 6);
  });

  it("leaves out a movement that nobody made", () => {
    const empty = new Map([
      ["fixed", [run(1, [movement("EBT", 0, 0)])]],
      ["adaptive", [run(1, [movement("EBT", 3)])]],
    ]);
    expect(detailReportOf(empty).movements).toEqual([]);
  });

  it("compares with another base where one is named", () => {
    const runs = new Map([
      ["fixed", FIXED],
      ["adaptive", ADAPTIVE],
      ["adaptive with an event", ADAPTIVE],
    ]);
    const { modes } = detailReportOf(runs, (name) => (name.includes("event") ? "adaptive" : undefined));
    expect(
      modes.map(({ base, variant, mode, differenceMean }) => [base, variant, mode, differenceMean]),
    ).toEqual([
      ["fixed", "adaptive", "bus", 0],
      ["adaptive", "adaptive with an event", "bus", 0],
    ]);
  });
});

describe("the profile", () => {
  it("is mean and interval over the seeds, by interval", () => {
    // 300, 420, 360: deviation 60, standard error 34.641; 4.30265 of them are 149.05.
    expect(both().profiles["fixed"]).toEqual([
      {
        fromSeconds: 0,
        lostVehSeconds: { mean: 360, ci95: [210.952, 509.048] },
        vehiclesMean: { mean: 1.2, ci95: [0.703, 1.697] },
      },
      {
        fromSeconds: 300,
        lostVehSeconds: { mean: 600, ci95: [600, 600] },
        vehiclesMean: { mean: 2, ci95: [2, 2] },
      },
    ]);
  });

  it("of one seed has no interval", () => {
    const { profiles } = detailReportOf(new Map([["fixed", FIXED.slice(0, 1)]]));
    expect(profiles["fixed"]?.[0]?.lostVehSeconds).toEqual({ mean: 300, ci95: null });
  });
});
