import { describe, expect, it } from "vitest";
import {
  type NetworkMeasures,
  networkFigures,
  sortedFigures,
} from "../../src/console/data/network-measures.ts";
import {
  type BinChart,
  binCharts,
  meanWithin,
  phaseOfTurn,
  planStretches,
  saturationVehPerHour,
  splitSummary,
} from "../../src/console/data/performance.ts";
import type { BinMeasures, SplitRow } from "../../src/console/data/performance-rows.ts";
import { comparedWindow, windowAt } from "../../src/console/data/performance-window.ts";
import { isTimeJump } from "../../src/console/data/time-jump.ts";

const MINUTE = 60_000;

const movement = (
  id: string,
  turn: "left" | "through" | "right",
  fromLink: string,
  lanes: string[],
  phase: string,
) => ({
  id,
  turn,
  fromLink,
  fromLanes: lanes,
  toLink: `${fromLink}-out`,
  phase,
  saturationFlowVehPerHour: turn === "right" ? 1_400 : 1_800,
});

/** From the west two lanes, through and right on the outer one, phase 2; its left turns phase 5; from the south phase 8. */
const STREETS = {
  phases: [],
  movements: [
    movement("EBT", "through", "west", ["w0", "w1"], "2"),
    movement("EBR", "right", "west", ["w0"], "2"),
    movement("EBL", "left", "west", ["w2"], "5"),
    movement("NBT", "through", "south", ["s0"], "8"),
  ],
};

const NOTHING: BinMeasures = {
  aog: [],
  "approach-delay": [],
  "split-failure": [],
  "pedestrian-delay": [],
  queues: [],
  "turning-counts": [],
  "green-utilisation": [],
  "detector-health": [],
};

function chartOf(
  id: string,
  measures: Partial<BinMeasures>,
  phase: string | null = null,
): BinChart["series"] {
  const bins = { binMinutes: 15, until: 30 * MINUTE };
  const charts = binCharts({ ...NOTHING, ...measures }, STREETS, phase, bins);
  return charts.find((chart) => chart.id === id)?.series ?? [];
}

describe("measures by bin", () => {
  const aog = [
    { from: 0, phase: "2", arrivals: 30, onGreen: 24, platoonRatio: 1.6 },
    { from: 0, phase: "8", arrivals: 10, onGreen: 2, platoonRatio: 0.8 },
    { from: 15 * MINUTE, phase: "2", arrivals: null, onGreen: null, platoonRatio: null },
    { from: 15 * MINUTE, phase: "8", arrivals: null, onGreen: null, platoonRatio: null },
  ];

  it("are sums over sums for all phases, and of one phase alone", () => {
    expect(chartOf("aog", { aog })).toEqual([
      { from: 0, value: 65 },
      { from: 15 * MINUTE, value: null },
    ]);
    expect(chartOf("aog", { aog }, "8")[0]).toEqual({ from: 0, value: 20 });
    // (1.6 × 30 + 0.8 × 10) / 40
    expect(chartOf("platoon", { aog })[0]?.value).toBeCloseTo(1.4);
  });

  it("leave out the bin that is not over", () => {
    const running = [{ from: 30 * MINUTE, phase: "2", arrivals: 3, onGreen: 3, platoonRatio: 1 }];
    expect(chartOf("aog", { aog: running })).toEqual([]);
  });

  it("tell delay and failures by what they are of", () => {
    const delays = [
      { from: 0, phase: "2", vehicles: 20, delaySeconds: 100 },
      { from: 0, phase: "8", vehicles: 5, delaySeconds: 150 },
    ];
    expect(chartOf("delay", { "approach-delay": delays })).toEqual([{ from: 0, value: 10 }]);
    const failures = [
      { from: 0, phase: "2", cycles: 9, failures: 1 },
      { from: 0, phase: "8", cycles: 11, failures: 0 },
    ];
    expect(chartOf("failures", { "split-failure": failures })).toEqual([{ from: 0, value: 5 }]);
  });

  it("tell volume to capacity of the green that was shown", () => {
    const turning = [
      { from: 0, approach: "west", movement: "through+right", vehicles: 60 },
      { from: 0, approach: "west", movement: "through", vehicles: 57 },
      { from: 0, approach: "west", movement: "left", vehicles: 9 },
    ];
    const utilisation = [{ from: 0, phase: "2", greens: 6, greenMeanSeconds: 45 }];
    // 270 s of green let 3,400 × 0.075 = 255 vehicles go; 117 came.
    expect(
      chartOf("saturation", { "turning-counts": turning, "green-utilisation": utilisation })[0]?.value,
    ).toBeCloseTo(117 / 255);
    expect(chartOf("volume", { "turning-counts": turning }, "5")).toEqual([{ from: 0, value: 36 }]);
  });

  it("tell the longest queue of the phase's approach", () => {
    const queues = [
      { from: 0, approach: "west", kind: "queue", longestSeconds: 12 },
      { from: 0, approach: "south", kind: "queue", longestSeconds: 40 },
      { from: 0, approach: "west-out", kind: "spillback", longestSeconds: 7 },
    ];
    expect(chartOf("queue", { queues })).toEqual([{ from: 0, value: 40 }]);
    expect(chartOf("queue", { queues }, "2")).toEqual([{ from: 0, value: 12 }]);
    expect(chartOf("spillback", { queues }, "2")).toEqual([{ from: 0, value: 7 }]);
  });

  it("have a mean over a stretch of time, of what is known", () => {
    const series = [
      { from: 0, value: 10 },
      { from: 1, value: null },
      { from: 2, value: 20 },
      { from: 3, value: 90 },
    ];
    expect([meanWithin(series, 0, 3), meanWithin(series, 1, 2)]).toEqual([15, null]);
  });
});

const phase = (approach: string, turns: string): string | null =>
  phaseOfTurn(STREETS, { approach, movement: turns });

describe("lanes and phases", () => {
  it("a shared lane is of the phase that goes straight on", () => {
    expect([phase("west", "through+right"), phase("west", "left"), phase("north", "left")]).toEqual([
      "2",
      "5",
      null,
    ]);
  });

  it("lanes let go what their movements do, in the mean where they share it", () => {
    // Outer lane (1,800 + 1,400) / 2, inner lane 1,800.
    expect(saturationVehPerHour(STREETS, "2")).toBe(3_400);
    expect(saturationVehPerHour(STREETS, "5")).toBe(1_800);
  });
});

const split = (
  at: number,
  splitSeconds: number,
  termination: SplitRow["termination"],
  pattern: number | null,
): SplitRow => ({
  at,
  phase: "2",
  splitSeconds,
  termination,
  pattern,
  programmedSeconds: 30,
});

describe("the split monitor", () => {
  const splits = [
    split(0, 20, "gapOut", 1),
    split(90, 40, "forceOff", 1),
    split(180, 30, "forceOff", 2),
    split(270, 30, "maxOut", null),
  ];

  it("tells mean, 85 % and how greens ended", () => {
    expect(splitSummary(splits)).toEqual({
      splits: 4,
      meanSeconds: 30,
      percentile85Seconds: 40,
      percent: { gapOut: 25, maxOut: 25, forceOff: 50, unknown: 0 },
    });
    expect(splitSummary([])).toBeNull();
  });

  it("tells for how long each pattern ran", () => {
    expect(planStretches(splits, 400)).toEqual([
      { pattern: 1, from: 0, to: 180 },
      { pattern: 2, from: 180, to: 400 },
    ]);
  });
});

it("time jumps back at once, and ahead where no run would get in a frame", () => {
  expect([
    isTimeJump(5_000, 5_000),
    isTimeJump(5_000, 4_000),
    isTimeJump(0, 60_000),
    isTimeJump(0, 601_000),
  ]).toEqual([false, true, false, true]);
});

describe("windows", () => {
  const now = 125 * MINUTE + 7_000;

  it("end with the running minute, and begin with a whole bin", () => {
    expect(windowAt("15min", now, null)).toEqual({ from: 111 * MINUTE, to: 126 * MINUTE, binMinutes: 3 });
    expect(windowAt("1h", now, null)).toEqual({ from: 65 * MINUTE, to: 126 * MINUTE, binMinutes: 5 });
    expect(windowAt("start", now, 10 * MINUTE)).toEqual({ from: 0, to: 126 * MINUTE, binMinutes: 15 });
  });

  it("are compared with whole bins before them, or the same a day ago", () => {
    const window = { from: 65 * MINUTE, to: 126 * MINUTE, binMinutes: 5 };
    expect(comparedWindow(window, "before")).toEqual({
      from: 0,
      to: 61 * MINUTE,
      binMinutes: 5,
      earlierMs: 65 * MINUTE,
    });
    expect(comparedWindow(window, "yesterday")?.earlierMs).toBe(1_440 * MINUTE);
    expect(comparedWindow(window, "none")).toBeNull();
  });
});

describe("the network", () => {
  const measures: NetworkMeasures = {
    "approach-delay": [
      { intersection: "ash", from: 0, phase: "2", vehicles: 10, delaySeconds: 50 },
      { intersection: "elm", from: 0, phase: "2", vehicles: 10, delaySeconds: 200 },
    ],
    "split-failure": [{ intersection: "ash", from: 0, phase: "2", cycles: 10, failures: 1 }],
    aog: [{ intersection: "elm", from: 0, phase: "2", arrivals: 10, onGreen: 4, platoonRatio: 1 }],
    "turning-counts": [{ intersection: "ash", from: 0, approach: "west", movement: "left", vehicles: 30 }],
    queues: [{ intersection: "ash", from: 0, approach: "west", kind: "queue", longestSeconds: 8 }],
    "pedestrian-delay": [],
  };
  const figures = networkFigures(measures, ["ash", "elm", "oak"], 15);

  it("is one row of figures an intersection, nothing where nothing is known", () => {
    expect(figures[0]).toEqual({
      id: "ash",
      delaySeconds: 5,
      failedPercent: 10,
      onGreenPercent: null,
      vehPerHour: 120,
      queueSeconds: 8,
      pedestrianSeconds: null,
    });
  });

  const order = (by: "delaySeconds" | "onGreenPercent", worstFirst: boolean): readonly string[] =>
    sortedFigures(figures, by, worstFirst).map(({ id }) => id);

  it("has the worst on top, and the unknown at the bottom either way", () => {
    expect(order("delaySeconds", true)).toEqual(["elm", "ash", "oak"]);
    expect(order("delaySeconds", false)).toEqual(["ash", "elm", "oak"]);
    expect(order("onGreenPercent", true)[0]).toBe("elm");
  });
});
