import { describe, expect, it } from "vitest";
import {
  choices,
  decisionsAfter,
  expectedText,
  nextStageText,
  seenText,
  stageText,
} from "../../src/console/data/decision.ts";
import type { DecisionView, IntersectionLive } from "../../src/protocol/live.ts";

const decision = (rest: Partial<DecisionView> = {}): DecisionView => ({
  at: 10_000,
  stage: "A",
  next: null,
  candidates: [],
  binding: null,
  expected: null,
  inputs: { observed: "loops", lanes: [], fullExits: [], standingInside: 0 },
  earlier: [],
  ...rest,
});

/** Stage A serves phases 1 and 2, stage B phase 3. */
const shape = {
  phases: [{ id: "1" }, { id: "2" }, { id: "3" }],
  stages: [
    { id: "A", phases: ["1", "2"] },
    { id: "B", phases: ["3"] },
  ],
};

const live = (stage: string | null, lamps: string): IntersectionLive => ({
  id: "ash",
  linked: true,
  mode: "adaptive",
  stateAt: 10_000,
  operation: "normal",
  source: "schedule",
  plan: "p1",
  stage,
  coordination: "inStep",
  cycleStartAt: 4_000,
  lamps,
  walk: "---",
});

describe("the stage of now", () => {
  it("is shown where all its phases are green, one that yields too", () => {
    expect(stageText(shape, live("A", "Ggr"))).toBe("A");
  });

  it.each(["yyr", "Gyr", "rrr", "rGr", ""])(
    "is changed to while one of its phases is not green: %j",
    (lamps) => {
      expect(stageText(shape, live("A", lamps))).toBe("changing to A");
    },
  );

  it("is not known before the controller's first word, nor where it has no such stage", () => {
    expect(stageText(shape, undefined)).toBe("—");
    expect(stageText(shape, live(null, ""))).toBe("—");
    expect(stageText(shape, live("Z", "Ggr"))).toBe("—");
  });
});

describe("what comes next", () => {
  const planned = decision({ next: { stage: "B", startAt: 17_500 } });

  it("is the planned stage, in whole seconds rounded up, and now when they are over", () => {
    expect([10_000, 17_000, 17_500, 20_000].map((at) => nextStageText(planned, "A", at))).toEqual([
      "B in 8 s",
      "B in 1 s",
      "B now",
      "B now",
    ]);
  });

  it("is the decided stage itself while the heads show another", () => {
    expect(nextStageText(planned, "B", 10_000)).toBe("A now");
    expect(nextStageText(planned, null, 10_000)).toBe("A now");
  });

  it("is open without a plan: for this second, or as long as the decision stands", () => {
    expect(nextStageText(decision(), "A", 12_000)).toBe("none planned yet");
    expect(nextStageText(decision(), "A", 12_001)).toBe("open until its least green is over");
  });
});

describe("the choices of a decision", () => {
  it("are told with what they cost more than the cheapest; the chosen one need not be that", () => {
    const candidates = [
      { stage: "B", costVehSeconds: 1_234 },
      { stage: "A", costVehSeconds: 1_300 },
    ];
    expect(choices(decision({ candidates }))).toEqual([
      { stage: "B", cost: "1,234", more: null, chosen: false },
      { stage: "A", cost: "1,300", more: "+66", chosen: true },
    ]);
  });

  it("may be none", () => {
    expect(choices(decision())).toEqual([]);
  });
});

it("a new decision replaces that of its intersection only, and none is one too", () => {
  const before = decisionsAfter(new Map(), [
    { id: "ash", decision: decision() },
    { id: "elm", decision: decision({ stage: "B" }) },
  ]);
  const after = decisionsAfter(before, [{ id: "ash", decision: null }]);
  expect([...after]).toEqual([
    ["ash", null],
    ["elm", decision({ stage: "B" })],
  ]);
  expect(before.get("ash"), "what was known is left alone").toEqual(decision());
});

describe("what a decision was made on", () => {
  it("is told by lane, those with most vehicles first, with what is full", () => {
    const lanes = [1, 2, 3, 4, 5].map((count) => ({ lane: `l${count}`, waiting: count, coming: 0.5 }));
    const inputs = { observed: "loops", lanes, fullExits: ["north"], standingInside: 2 } as const;
    expect(seenText(decision({ inputs }))).toBe(
      "by loops: l5 5 waiting, 0.5 coming; l4 4 waiting, 0.5 coming; l3 3 waiting, 0.5 coming; " +
        "l2 2 waiting, 0.5 coming; 1 lanes more; north full; 2 standing inside",
    );
    expect(seenText(decision())).toBe("by loops: nobody");
  });

  it("has an expected delay where a plan was made", () => {
    expect(expectedText(decision({ expected: { vehicles: 12.4, delaySeconds: 8 } }))).toBe(
      "12 vehicles, 8.0 s each within the horizon",
    );
    expect(expectedText(decision())).toBe("nothing planned");
  });
});
