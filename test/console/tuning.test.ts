import { describe, expect, it } from "vitest";
import { forestOf } from "../../src/console/draw/forest.ts";
import {
  draftDifferences,
  draftRefusal,
  editFault,
  groupsOf,
  instantOf,
  minuteOf,
  parameterName,
  sliderStep,
  typedNumber,
} from "../../src/console/views/tuning/edits.ts";
import { addressesOf, measuredOf, windowsOf } from "../../src/console/views/tuning/measured.ts";
import { differenceText, figureText, signedText, verdictText } from "../../src/console/views/tuning/words.ts";
import type { DryRunDifference, ParameterView } from "../../src/protocol/change.ts";

const horizon: ParameterView = {
  path: "optimize.horizonSeconds",
  unit: "s",
  kind: "number",
  min: 20,
  max: 90,
  default: 50,
  effect: "How far each second's search looks.",
  value: 50,
  lastChange: null,
  fixed: null,
};
const intervals: ParameterView = {
  ...horizon,
  path: "forecast.steadyIntervals",
  unit: "intervals",
  kind: "whole",
  min: 1,
  max: 24,
  value: 6,
  effect: "Counts that the demand is the mean of.",
};

describe("what is typed over a parameter", () => {
  it.each([
    ["40", null],
    [" 40.5 ", null],
    ["40,5", null],
    ["19", "out of range; allowed: 20 to 90 s"],
    ["−30", "out of range; allowed: 20 to 90 s"],
    ["", "no number; allowed: 20 to 90 s"],
    ["0x30", "no number; allowed: 20 to 90 s"],
  ])("%j", (text, fault) => {
    expect(editFault(horizon, text)).toBe(fault);
  });

  it("is whole for what is whole, and has no unit where there is none", () => {
    expect(editFault(intervals, "2.5")).toBe("not whole; allowed: a whole number, 1 to 24 intervals");
    expect(editFault({ ...horizon, unit: "ratio", max: 1, min: 0 }, "2")).toBe(
      "out of range; allowed: 0 to 1",
    );
    expect(typedNumber("40,5")).toBe(40.5);
  });

  it("is a draft once it is right, differs, and says what it is for", () => {
    const parameters = [horizon, intervals];
    const typed = new Map([
      ["optimize.horizonSeconds", "40"],
      ["forecast.steadyIntervals", "6"],
    ]);
    expect(draftDifferences(parameters, typed)).toEqual([
      { path: "optimize.horizonSeconds", unit: "s", from: 50, to: 40 },
    ]);
    expect(draftRefusal(parameters, typed, "fewer stops")).toBeNull();
    expect(draftRefusal(parameters, typed, " ")).toBe("say what it is for");
    expect(draftRefusal(parameters, new Map([["forecast.steadyIntervals", "6"]]), "t")).toMatch(
      /nothing differs/,
    );
    const wrong = new Map([...typed, ["forecast.steadyIntervals", "60"]]);
    expect(draftRefusal(parameters, wrong, "t")).toBe("forecast.steadyIntervals is not right yet");
  });
});

const found = (search: string) => groupsOf([horizon, intervals], search).map(({ name }) => name);
const step = (min: number, max: number, kind: "number" | "whole" = "number") =>
  sliderStep({ min, max, kind });

describe("a parameter", () => {
  it("is found by its name and by its effect, among its group", () => {
    expect(found("")).toEqual(["Stages, each second", "Forecasts"]);
    expect(found("HORIZON")).toEqual(["Stages, each second"]);
    expect(found("mean demand")).toEqual(["Forecasts"]);
    expect(found("green")).toEqual([]);
  });

  it("is named without its unit", () => {
    expect(parameterName("strategic.cycleBandShortestRatio")).toBe("Cycle band shortest");
    expect(parameterName("optimize.meteringFromRatio")).toBe("Metering from");
  });

  it("has a slider of about a hundred steps, whole for what is whole", () => {
    expect([step(20, 90), step(0, 0.3), step(0, 5), step(120, 7200)]).toEqual([1, 0.005, 0.05, 100]);
    expect([step(1, 24, "whole"), step(20, 2000, "whole")]).toEqual([1, 20]);
  });
});

const minuteUtc = (at: number): number => Math.floor(at / 60_000) % 1_440;
/** From 24:00 UTC on an hour ahead. */
const minuteAt = (at: number): number => (minuteUtc(at) + (at >= 86_400_000 ? 60 : 0)) % 1_440;

describe("an instant that is asked for", () => {
  const now = { at: 10 * 3_600_000 + 30_500, minuteOfDay: 600 };

  it("is the local time of day of the day that is chosen, to the minute", () => {
    expect(instantOf(now, 0, 615, minuteUtc)).toBe(10.25 * 3_600_000);
    expect(instantOf(now, 1, 540, minuteUtc)).toBe(33 * 3_600_000);
  });

  it("is right where the clocks are put forward in between", () => {
    const at = instantOf(now, 1, 540, minuteAt);
    expect([at, minuteAt(at)]).toEqual([32 * 3_600_000, 540]);
  });

  it.each([
    ["07:30", 450],
    ["7:05", 425],
    ["24:00", null],
    ["07:60", null],
    ["0730", null],
  ])("%s", (text, minute) => {
    expect(minuteOf(text)).toBe(minute);
  });
});

const delay: DryRunDifference = {
  measure: "delaySeconds",
  text: "delay",
  unit: "s/veh",
  baseMean: 40,
  differenceMean: -2,
  differencePercent: -5,
  ci95: [-3.2, -0.8],
  pairs: 8,
  verdict: "better",
};
const wait: DryRunDifference = {
  ...delay,
  text: "longest wait",
  unit: "s",
  differenceMean: 60,
  differencePercent: 150,
  ci95: [20, 100],
  verdict: "worse",
};

describe("a forest plot", () => {
  it("has zero in its middle and reaches to the next round number", () => {
    // 8 % is the widest edge.
    const { reachPercent, rows } = forestOf([delay]);
    expect(reachPercent).toBe(10);
    expect(rows[0]).toMatchObject({ mean: 0.25, cutLow: false, cutHigh: false });
    expect(rows[0]?.interval?.map((edge) => edge.toFixed(2))).toEqual(["0.10", "0.40"]);
  });

  it("cuts off what goes beyond its base, and says so", () => {
    const { reachPercent, rows } = forestOf([wait, delay]);
    expect(reachPercent).toBe(100);
    expect(rows[0]).toMatchObject({ mean: 1, interval: [0.75, 1], cutLow: false, cutHigh: true });
  });

  it("draws nothing of a measure without a base or with too few pairs", () => {
    const none = { ...delay, baseMean: 0, differencePercent: null, verdict: "too few pairs" } as const;
    expect(forestOf([none]).rows[0]).toMatchObject({ mean: null, interval: null });
    expect(forestOf([]).rows).toEqual([]);
  });
});

describe("words", () => {
  it("say what is worse first, and never call noise a gain", () => {
    const noise = { ...delay, text: "stops", verdict: "indistinguishable from noise" } as const;
    const result = { differences: [wait, delay, noise], safetyViolations: 0, jammedRuns: 0 };
    expect(verdictText(result)).toBe("Worse: longest wait. Better: delay. 1 indistinguishable from noise.");
    expect(verdictText({ ...result, differences: [noise] })).toBe("No measure can be told apart from noise.");
  });

  it("have a real minus and as many digits as say something", () => {
    expect(differenceText(delay)).toBe("−2.00 s/veh (−3.20 to −0.80)");
    expect([figureText(123.4), figureText(-12.34), figureText(0.0123), figureText(null)]).toEqual([
      "123",
      "−12.3",
      "0.012",
      "—",
    ]);
    expect([signedText(0), signedText(0.0001), signedText(-0.5), signedText(3)]).toEqual([
      "±0",
      "±0",
      "−0.50",
      "+3.00",
    ]);
  });
});

describe("what was measured of a change", () => {
  it("is of two windows of the same length, without the minute in which it changed", () => {
    const since = 600 * 60_000 + 12_000;
    expect(windowsOf(since, since + 2 * 60_000)).toBeNull();
    const windows = windowsOf(since, since + 11 * 60_000);
    expect(windows).toEqual({ minutes: 10, changedAt: 600 * 60_000 });
    if (windows === null) return;
    expect(addressesOf(windows)).toEqual([
      `api/measures/*/approach-delay?from=${590 * 60_000}&to=${600 * 60_000}&binMinutes=10`,
      `api/measures/*/approach-delay?from=${601 * 60_000}&to=${611 * 60_000}&binMinutes=10`,
    ]);
    expect(windowsOf(since, since + 300 * 60_000)?.minutes).toBe(60);
  });

  it("is the mean over all vehicles, not over approaches", () => {
    const rows = [
      { vehicles: 30, onRed: 10, delaySeconds: 300 },
      { vehicles: 10, onRed: 10, delaySeconds: 300 },
    ];
    expect(measuredOf(rows, 10)).toEqual({ vehPerHour: 240, onRedPercent: 50, delaySecondsPerVehicle: 15 });
    expect(measuredOf([], 10)).toEqual({ vehPerHour: 0, onRedPercent: null, delaySecondsPerVehicle: null });
  });
});
