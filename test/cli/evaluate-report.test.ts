import { describe, expect, it } from "vitest";
import { describeEvaluation, UNKNOWN } from "../../src/cli/evaluate.ts";
import { compared, evaluation, worstForecasts } from "../../src/cli/evaluate-report.ts";
import type { ForecastRecord, IntervalRecord, RunRecord } from "../../src/evaluate/record.ts";
import type { Mode } from "../../src/model/mode.ts";
import { instantMs } from "../../src/units.ts";

const QUARTER_MS = 900_000;

/** A quarter of an hour: so many vehicles left, so many were there on average, of 20 greens so many failed. */
function interval(
  place: number,
  mode: Mode | null,
  vehicles: number,
  present: number,
  failed = 0,
): IntervalRecord {
  return {
    from: instantMs(place * QUARTER_MS),
    until: instantMs((place + 1) * QUARTER_MS),
    intersection: "t",
    mode,
    vehicles,
    vehiclesPresent: present,
    greens: 20,
    greensFailed: failed,
    movementsImputed: 1,
    leftToPlan: false,
  };
}

const NOTHING: RunRecord = {
  intervals: [],
  plans: [],
  forecasts: [],
  changes: [],
  detectors: new Map(),
  open: { looks: 0, present: [], modeChanged: new Set() },
};

describe("two kinds of periods", () => {
  it("are compared by Welch's t, as worked by hand", () => {
    // Means 3 and 6, variances 1 and 4 of three each: standard error √(1/3 + 4/3) = 1.29099; freedom (5/3)² / ((1/3)²/2 + (4/3)²/2) = 2.94, so 2: t = 4.30265.
    const result = compared([2, 3, 4], [4, 6, 8]);
    expect(result?.difference).toBe(-3);
    expect(result?.ci95?.[0]).toBeCloseTo(-3 - 4.30265 * 1.29099, 3);
    expect(result?.ci95?.[1]).toBeCloseTo(-3 + 4.30265 * 1.29099, 3);
  });

  it("of which one has a single value have no interval, of none nothing", () => {
    expect(compared([2], [4, 6])).toMatchObject({ difference: -3, ci95: null });
    expect(compared([], [4])).toBeNull();
    expect(compared([2, 2], [4, 4])?.ci95, "without any spread").toEqual([-2, -2]);
  });
});

const forecast = (movement: string, expected: number, counted: number): ForecastRecord => ({
  from: instantMs(0),
  intersection: "t",
  movement,
  expectedVehPerHour: expected,
  lowerVehPerHour: expected - 20,
  upperVehPerHour: expected + 20,
  countedVehPerHour: counted,
});

const detector = (id: string, failedMs: number) => ({
  intersection: "t",
  detector: id,
  failedMs,
  suspectMs: 0,
  state: "failed" as const,
  since: instantMs(0),
  fault: "stuckOn",
  reason: "on for 10 min",
});

describe("an evaluation", () => {
  const intervals = [
    interval(0, "local", 90, 5, 4),
    interval(1, "local", 90, 5.2, 4),
    interval(2, null, 90, 50, 20),
    interval(3, "adaptive", 90, 3, 2),
    interval(4, "plan", 90, 3.2, 2),
    interval(5, "advise", 90, 50, 20),
  ];

  it("sets intervals that the engine timed against those of own plans, and leaves out what is neither", () => {
    const [day] = evaluation({ ...NOTHING, intervals }, 0, QUARTER_MS).days;
    expect(day).toMatchObject({ day: 0, onIntervals: 2, offIntervals: 2, plans: null });
    // Little: 5 vehicles there on average, 90 in 900 s: 50 s each; 52, 30 and 32 the others.
    expect(day?.compared?.approachSeconds).toMatchObject({
      on: { mean: 31 },
      off: { mean: 51 },
      difference: -20,
    });
    expect(day?.compared?.failedGreensShare.difference).toBeCloseTo(-0.1, 9);
    expect(day?.compared?.flowVehPerHour.on.mean).toBe(360);
    expect(day?.compared?.alike).toBe(true);
  });

  it("says where the two had not the same traffic to carry, and of days with one of them nothing", () => {
    const busy = intervals.map((one) => (one.mode === "local" ? { ...one, vehicles: 120 } : one));
    expect(evaluation({ ...NOTHING, intervals: busy }, 0, QUARTER_MS).days[0]?.compared?.alike).toBe(false);
    const alone = intervals.slice(0, 2);
    expect(evaluation({ ...NOTHING, intervals: alone }, 0, QUARTER_MS).days[0]?.compared).toBeNull();
  });

  it("of a change of mode compares what came after with what was before, not what changed meanwhile", () => {
    const change = {
      at: instantMs(2.5 * QUARTER_MS),
      intersections: ["t"],
      from: ["local" as const],
      to: "adaptive" as const,
      by: "ann",
      reason: "trial",
    };
    const report = evaluation({ ...NOTHING, intervals, changes: [change] }, 0, QUARTER_MS);
    expect(report.changes[0]?.compared?.approachSeconds).toMatchObject({
      on: { mean: 30, periods: 1 },
      off: { mean: 51, periods: 2 },
    });
    const text = describeEvaluation(report, "UTC").join("\n");
    expect(text).toContain("00:37 t: local → adaptive by ann (trial)");
    for (const unknown of UNKNOWN)
      expect(text, "what it cannot know stands in every report").toContain(unknown);
  });

  it("names the movements whose forecasts were off most, with bias and how many counts lay within", () => {
    const errors = worstForecasts([
      forecast("a", 100, 110),
      forecast("b", 100, 160),
      forecast("b", 120, 100),
    ]);
    expect(errors).toEqual([
      {
        intersection: "t",
        movement: "b",
        forecasts: 2,
        maeVehPerHour: 40,
        biasVehPerHour: -20,
        meanVehPerHour: 130,
        coveredShare: 0.5,
      },
      expect.objectContaining({ movement: "a", maeVehPerHour: 10, coveredShare: 1 }),
    ]);
  });

  it("names detectors to repair, the longest failed first", () => {
    const detectors = new Map([
      ["t/a", detector("a", 60_000)],
      ["t/b", detector("b", 600_000)],
    ]);
    const report = evaluation({ ...NOTHING, intervals, detectors }, 0, QUARTER_MS);
    const decided = { decisions: 9, agreedShare: 0.5, ownCostVehSeconds: 3, streetCostVehSeconds: 4.25 };
    const scored = { ...decided, plans: 0, ownDelaySeconds: null, runningDelaySeconds: null };
    expect(describeEvaluation({ ...report, shadow: { t: scored } }, "UTC")).toContain(
      "  t: 9 stage decisions, 50 % as the street did, cost 3.0 instead of 4.3 veh·s; 0 plans, unknown instead of unknown s/veh",
    );
    expect(report.detectors.map((one) => one.detector)).toEqual(["b", "a"]);
    expect(describeEvaluation(report, "UTC").join("\n")).toContain(
      "t: b, a: failed since 00:00, stuckOn (on for 10 min); failed 10 min, suspect 0 min; here 6 counts of movements imputed, left to the plan in 0 intervals",
    );
  });
});
