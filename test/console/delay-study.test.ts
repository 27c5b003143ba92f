import { describe, expect, it } from "vitest";
import { comparingStudies, delayStudyOf } from "../../src/console/wall/delay-study.ts";
import type {
  StudyArm,
  StudyComparison,
  StudyDetail,
  StudyRequest,
  StudyResult,
  StudyView,
} from "../../src/protocol/studies.ts";

const study = (id: string, request: Partial<StudyRequest>, change: Partial<StudyView> = {}): StudyView => ({
  id,
  request: {
    name: id,
    begin: { kind: "now" },
    controls: ["fixed", "adaptive"],
    seeds: 10,
    seconds: 900,
    ...request,
  },
  who: "ann",
  state: "done",
  askedAt: 0,
  startedAt: 1,
  endedAt: 100,
  streetAt: null,
  progress: null,
  reason: null,
  verdicts: null,
  ...change,
});

it("studies that a wall may look at are finished, of both controls, with the demand as it is; the latest first", () => {
  const listed = comparingStudies([
    study("old", {}, { endedAt: 50 }),
    study("webster", { controls: ["adaptive", "webster"], demandFactor: 1 }, { endedAt: 90 }),
    study("busier", { demandFactor: 1.2 }),
    study("running", {}, { state: "running", endedAt: null }),
    study("interrupted", {}, { state: "interrupted" }),
    study("others", { controls: ["fixed", "actuated"] }),
    study("alone", { controls: ["actuated", "adaptive"] }),
  ]);
  expect(listed.map(({ id }) => id)).toEqual(["webster", "old"]);
});

const arm = (name: string, change: Partial<StudyArm> = {}): StudyArm => ({
  name,
  control: name,
  base: null,
  pace: "",
  events: [],
  settings: [],
  seeds: [1, 2],
  means: {},
  ...change,
});

const comparison = (
  base: string,
  variant: string,
  change: Partial<StudyComparison> = {},
): StudyComparison => ({
  base,
  variant,
  measure: "delaySeconds",
  baseMean: 50,
  differenceMean: -9,
  differencePercent: -18,
  ci95: [-11, -7],
  pairs: 10,
  pHolm: 0.001,
  verdict: "better",
  sentence: "",
  ...change,
});

const detail = (comparisons: readonly StudyComparison[], change: Partial<StudyResult> = {}): StudyDetail => ({
  ...study("one", {}),
  result: {
    arms: [arm("fixed"), arm("webster"), arm("adaptive")],
    measures: [],
    comparisons,
    selfCheck: null,
    failed: [],
    unsafe: false,
    ...change,
  },
});

describe("what a study says of delay", () => {
  it("is the engine's against the configured plans", () => {
    expect(delayStudyOf(detail([comparison("fixed", "adaptive")]))).toEqual({
      endedAt: 100,
      replications: 10,
      baseline: "fixed",
      delaySeconds: 41,
      baselineDelaySeconds: 50,
      ci95Seconds: [-11, -7],
      isDistinct: true,
    });
  });

  it("is the same where the engine is the base: 41 s, and fixed 9 s more", () => {
    const turned = { baseMean: 41, differenceMean: 9, ci95: [7, 11], verdict: "worse" } as const;
    expect(delayStudyOf(detail([comparison("adaptive", "fixed", turned)]))).toEqual(
      delayStudyOf(detail([comparison("fixed", "adaptive")])),
    );
  });

  it("prefers the configured plans to Webster's, and takes those where there are no others", () => {
    const webster = comparison("adaptive", "webster", { baseMean: 40, differenceMean: 4 });
    const both = [webster, comparison("adaptive", "fixed", { baseMean: 40, differenceMean: 10 })];
    expect(delayStudyOf(detail(both))).toMatchObject({ baseline: "fixed", baselineDelaySeconds: 50 });
    expect(delayStudyOf(detail([webster]))).toMatchObject({ baseline: "webster", baselineDelaySeconds: 44 });
  });

  it("may be nothing but noise, which is said and not left out", () => {
    const noise = comparison("fixed", "adaptive", { verdict: "indistinguishable from noise" });
    expect(delayStudyOf(detail([noise]))?.isDistinct).toBe(false);
  });

  it.each<[string, StudyDetail]>([
    ["another measure", detail([comparison("fixed", "adaptive", { measure: "stopsPerVehicle" })])],
    ["too few pairs", detail([comparison("fixed", "adaptive", { verdict: "too few pairs" })])],
    ["both against a third", detail([comparison("actuated", "adaptive"), comparison("actuated", "fixed")])],
    ["no run that counts", detail([comparison("fixed", "adaptive", { baseMean: null, ci95: null })])],
    ["a broken safety rule", detail([comparison("fixed", "adaptive")], { unsafe: true })],
    [
      "an engine with other parameters",
      detail([comparison("fixed", "adaptive")], {
        arms: [arm("fixed"), arm("adaptive", { settings: ["optimize.horizonSeconds=60"] })],
      }),
    ],
    [
      "a street with a closed lane",
      detail([comparison("fixed", "adaptive")], { arms: [arm("fixed", { events: ["x"] }), arm("adaptive")] }),
    ],
    [
      "plans with other offsets",
      detail([comparison("fixed", "adaptive")], {
        arms: [arm("fixed", { offsets: ["ash=5"] }), arm("adaptive")],
      }),
    ],
    ["no result", { ...detail([]), result: null }],
  ])("is nothing for a wall with %s", (_name, told) => {
    expect(delayStudyOf(told)).toBe(null);
  });
});
