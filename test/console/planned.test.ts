import { describe, expect, it } from "vitest";
import {
  type GreenNow,
  intergreenMs,
  leastGreenMs,
  plannedByDecision,
  plannedByPlan,
} from "../../src/console/draw/planned.ts";
import {
  actuationPath,
  aheadOf,
  stripLayout,
  type StripScale,
  ticksOf,
  xAt,
} from "../../src/console/draw/strip-layout.ts";
import type { TimingView } from "../../src/protocol/live.ts";
import { crossing } from "../signal/crossings.ts";

/** A and B alternate; C goes with both. A: yellow 3 s, red clearance 1 s, walk 7 s and 5 s. */
const site = crossing({
  phases: { A: [5, 3, 1, 7, 5], B: [6, 3, 2], C: [5, 3, 1] },
  stages: { a: ["A", "C"], b: ["B", "C"] },
  conflicts: ["A/B"],
  plans: { day: { a: 30, b: 20 } },
});

const [PHASE_A, PHASE_B] = site.phases;
const greenNow = (change: Partial<GreenNow> = {}): GreenNow => ({
  stage: "a",
  greenSince: new Map([
    ["A", -4_000],
    ["C", -4_000],
  ]),
  clearAt: 0,
  ...change,
});
const SPAN = { from: 0, to: 60_000 };

function told(planned: ReturnType<typeof plannedByDecision>) {
  return planned.map(({ phase, kind, from, to, open }) => [phase, kind, from, to, open ? "open" : "ends"]);
}

describe("what a decision plans", () => {
  it("ends the running stage, and begins the next for its least green, open behind that", () => {
    const decision = { at: 0, stage: "a", next: { stage: "b", startAt: 10_000 } };
    expect(told(plannedByDecision(site, decision, greenNow(), SPAN, 1_000))).toEqual([
      ["A", "green", 0, 10_000, "ends"],
      ["A", "yellow", 10_000, 13_000, "ends"],
      ["A", "redClear", 13_000, 14_000, "ends"],
      ["B", "green", 14_000, 20_000, "open"],
      // It goes on through the change.
      ["C", "green", 0, 14_000, "ends"],
      ["C", "green", 14_000, 19_000, "open"],
    ]);
  });

  it("leaves a green open whose end is not planned: until its least green, and a little where that is over", () => {
    const decision = { at: 0, stage: "a", next: null };
    expect(told(plannedByDecision(site, decision, greenNow(), SPAN, 1_000))).toEqual([
      // Walk and flashing don't walk take 12 s of which 4 s are over.
      ["A", "green", 0, 8_000, "open"],
      ["C", "green", 0, 4_000, "open"],
    ]);
  });

  it("changes at once where another stage is chosen than the heads show", () => {
    const decision = { at: -1_000, stage: "b", next: null };
    expect(told(plannedByDecision(site, decision, greenNow(), SPAN, 1_000)).slice(0, 3)).toEqual([
      ["A", "yellow", 0, 3_000, "ends"],
      ["A", "redClear", 3_000, 4_000, "ends"],
      ["B", "green", 4_000, 10_000, "open"],
    ]);
  });

  it("begins a stage that the heads change to when what ended is clear", () => {
    const changing = greenNow({ stage: "b", greenSince: new Map(), clearAt: 2_500 });
    const planned = plannedByDecision(site, { at: -2_000, stage: "b", next: null }, changing, SPAN, 1_000);
    expect(told(planned)[0]).toEqual(["B", "green", 2_500, 8_500, "open"]);
  });

  it("is nothing where a stage is not known, and nothing behind what is shown", () => {
    expect(plannedByDecision(site, { at: 0, stage: "z", next: null }, greenNow(), SPAN, 1_000)).toEqual([]);
    const decision = { at: 0, stage: "a", next: { stage: "b", startAt: 10_000 } };
    const near = plannedByDecision(site, decision, greenNow(), { from: 0, to: 12_000 }, 1_000);
    expect(near.every(({ to }) => to <= 12_000)).toBe(true);
  });
});

const timing = (change: Partial<TimingView> = {}): TimingView => ({
  id: "day",
  source: "engine",
  cycleMs: 50_000,
  offsetMs: 0,
  stages: [
    { stage: "a", splitMs: 30_000, intergreenMs: 4_000 },
    { stage: "b", splitMs: 20_000, intergreenMs: 5_000 },
  ],
  reason: "",
  status: "applied",
  effectiveAt: null,
  validUntil: null,
  ...change,
});

describe("what a plan plans", () => {
  it("is its cycle from now on, over and over", () => {
    const planned = plannedByPlan(site, timing(), -40_000, null, { from: 0, to: 40_000 }, 1_000);
    expect(told(planned).filter(([phase]) => phase !== "C")).toEqual([
      ["A", "green", 10_000, 36_000, "ends"],
      ["A", "yellow", 36_000, 39_000, "ends"],
      ["A", "redClear", 39_000, 40_000, "ends"],
      ["B", "green", 0, 5_000, "ends"],
      ["B", "yellow", 5_000, 8_000, "ends"],
      ["B", "redClear", 8_000, 10_000, "ends"],
    ]);
  });

  it("is the next plan from where that takes effect", () => {
    const next = timing({ effectiveAt: 20_000 });
    const planned = plannedByPlan(site, timing(), -40_000, next, { from: 0, to: 40_000 }, 1_000);
    expect(told(planned).filter(([phase]) => phase === "A")).toEqual([
      ["A", "green", 10_000, 20_000, "ends"],
      ["A", "green", 20_000, 40_000, "ends"],
    ]);
  });
});

it("times are rounded up to the plant's step", () => {
  expect(PHASE_A && leastGreenMs(PHASE_A, 1_000)).toBe(12_000);
  expect(PHASE_B && leastGreenMs({ ...PHASE_B, greenMinSeconds: 6.3 }, 1_000)).toBe(7_000);
  expect(intergreenMs(site, ["A", "C"], ["B", "C"], 1_000)).toBe(4_000);
  expect(intergreenMs({ ...site, intergreens: [["A", "B", 5.5]] }, ["A"], ["B"], 1_000)).toBe(6_000);
});

describe("where things stand on the strip", () => {
  const scale: StripScale = { left: 100, width: 800, now: 1_000_000, pastMs: 180_000, aheadMs: 60_000 };

  it("has now three quarters along, and time before and behind it on one scale", () => {
    expect([820_000, 1_000_000, 1_060_000].map((at) => xAt(scale, at))).toEqual([100, 700, 900]);
    expect([90_000, 180_000, 360_000].map(aheadOf)).toEqual([45_000, 60_000, 100_000]);
  });

  it("names round instants that leave room for a time of day", () => {
    // 30 s are 100 pixels, 15 s only 50.
    expect(ticksOf(scale, 0)).toEqual([
      840_000, 870_000, 900_000, 930_000, 960_000, 990_000, 1_020_000, 1_050_000,
    ]);
    expect(ticksOf(scale, 30_000).at(-1)).toBe(1_080_000);
  });

  it("puts the rings above the phases, and a phase's detectors under its walk bar", () => {
    const layout = stripLayout(
      2,
      [
        { walks: true, detectors: ["stop", "far"] },
        { walks: false, detectors: [] },
      ],
      false,
    );
    expect(layout.lanes.map(({ top, compared }) => [top, compared])).toEqual([
      [31, null],
      [72, null],
    ]);
    expect(layout.rows).toEqual([
      {
        top: 112,
        height: 32,
        calls: 112,
        bar: 120,
        walk: 130,
        detectors: [
          { detector: "stop", top: 136 },
          { detector: "far", top: 140 },
        ],
      },
      { top: 149, height: 24, calls: 149, bar: 157, walk: null, detectors: [] },
    ]);
    expect(layout.height).toBe(178);
    expect(stripLayout(1, [], true).lanes).toEqual([{ top: 31, height: 28, compared: 60 }]);
  });

  it("draws a detector's actuations as lines, a short one still to be seen, one that lasts up to what is told", () => {
    const actuations = [
      { on: 0, off: 5_000 },
      { on: 8_000, off: 8_010 },
      { on: 9_000, off: null },
    ];
    expect(actuationPath(actuations, 10_000, (at) => at / 100, 3)).toBe("M0 3H50M80 3H81.5M90 3H100");
  });
});
