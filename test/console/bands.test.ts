import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinedGreens, seenGreens, storedGreens } from "../../src/console/data/corridor-greens.ts";
import {
  NO_TRIAL,
  nearestShift,
  redo,
  resetTrial,
  tryShift,
  undo,
} from "../../src/console/data/offset-trial.ts";
import {
  bandReport,
  bandsThrough,
  greenLagMs,
  type GreenStop,
  impliedSpeed,
  impliedSpeeds,
  type Span,
} from "../../src/console/draw/bands.ts";
import { plannedGreens } from "../../src/console/draw/planned-greens.ts";

const S = 1_000;
const seconds = (...spans: readonly Span[]): readonly Span[] => spans.map(([from, to]) => [from * S, to * S]);

/** Stop lines at 0, 300 and 700 m; at 10 m/s 30 s and 70 s from the first. Cycle 60 s. */
const stops: readonly GreenStop[] = [
  { meters: 0, greens: seconds([0, 30], [60, 90]) },
  { meters: 300, greens: seconds([35, 55], [95, 115]) },
  { meters: 700, greens: seconds([70, 100], [130, 160]) },
];

describe("bands", () => {
  it("are what every stop line lets through at the speed", () => {
    // The second is green for departures 5 to 25, the third for 0 to 30.
    expect(bandsThrough(stops, 10)).toEqual(seconds([5, 25], [65, 85]));
  });

  it("are as wide in the mean as their greens let them", () => {
    expect(bandReport(stops, 10, [0, 120 * S])).toEqual({
      greens: 2,
      bandMs: 20 * S,
      smallestGreenMs: 20 * S,
      attainabilityPercent: 100,
    });
    // At 20 m/s departures 20 to 30 pass the second, 35 to 65 the third: nothing passes both and the first.
    expect(bandReport(stops, 20, [0, 60 * S])).toMatchObject({
      greens: 1,
      bandMs: 0,
      attainabilityPercent: 0,
    });
    expect(bandReport(stops, 10, [200 * S, 300 * S])).toBeNull();
  });

  it("are never wider than the narrowest green, whatever the offsets", () => {
    const offset = fc.integer({ min: 0, max: 59 });
    fc.assert(
      fc.property(offset, offset, (one, other) => {
        const shifted = [0, one, other].map((shift, index) => ({
          meters: index * 400,
          greens: [-2, -1, 0, 1, 2, 3].map(
            (cycle): Span => [(cycle * 60 + shift) * S, (cycle * 60 + shift + 25) * S],
          ),
        }));
        const report = bandReport(shifted, 12, [0, 60 * S]);
        expect(report?.bandMs).toBeLessThanOrEqual(25 * S);
        expect(report?.greens).toBe(1);
      }),
    );
  });
});

describe("implied speed", () => {
  it("is the distance over how much later green begins", () => {
    expect(greenLagMs(stops[0]?.greens ?? [], stops[1]?.greens ?? [], 30 * S)).toBe(35 * S);
    expect(impliedSpeed(300, 30 * S)).toBe(10);
    expect(impliedSpeed(300, 0)).toBeNull();
    const speeds = impliedSpeeds(stops, 10);
    expect(speeds.between[0]).toBeCloseTo(300 / 35);
    expect(speeds.between[1]).toBeCloseTo(400 / 35);
    expect(speeds.whole).toBe(10);
  });

  it("is not known without greens", () => {
    expect(
      impliedSpeeds(
        [
          { meters: 0, greens: [] },
          { meters: 300, greens: seconds([0, 5]) },
        ],
        10,
      ),
    ).toEqual({
      whole: null,
      between: [null],
    });
  });
});

const phase = (id: string) => ({
  id,
  greenMinSeconds: 5,
  greenMaxSeconds: 60,
  yellowSeconds: 3,
  redClearSeconds: 2,
});

const stage = (id: string, phases: string[]) => ({ id, phases, permissive: [] });

describe("planned greens", () => {
  const intersection = {
    phases: [phase("2"), phase("4")],
    stages: [stage("main", ["2"]), stage("side", ["4"])],
  };
  const timing = {
    cycleMs: 60 * S,
    offsetMs: 10 * S,
    stages: [
      { stage: "main", splitMs: 35 * S, intergreenMs: 5 * S },
      { stage: "side", splitMs: 25 * S, intergreenMs: 5 * S },
    ],
  };
  const day = { midnightAt: 1_000 * S, stepMs: 100 };

  it("begin with the offset behind midnight, each cycle", () => {
    const window: Span = [1_000 * S, 1_100 * S];
    expect(plannedGreens(intersection, "2", timing, day, window)).toEqual(
      seconds([1_010, 1_040], [1_070, 1_100]),
    );
    expect(plannedGreens(intersection, "4", timing, day, window)).toEqual(
      seconds([985, 1_005], [1_045, 1_065]),
    );
  });

  it("move with a shift of the offset, either way", () => {
    const shifted = plannedGreens(intersection, "2", timing, { ...day, shiftMs: -20 * S }, [
      1_000 * S,
      1_060 * S,
    ]);
    expect(shifted).toEqual(seconds([990, 1_020], [1_050, 1_080]));
  });

  it("are one where the last stage of a cycle and the first of the next serve the phase", () => {
    const both = { ...intersection, stages: [stage("main", ["2"]), stage("side", ["2", "4"])] };
    const always = {
      ...timing,
      stages: [
        { stage: "side", splitMs: 25 * S, intergreenMs: 5 * S },
        { stage: "main", splitMs: 35 * S, intergreenMs: 5 * S },
      ],
    };
    const [only, ...others] = plannedGreens(both, "2", always, day, [1_000 * S, 1_100 * S]);
    expect(others).toEqual([]);
    expect(only?.[0]).toBeLessThanOrEqual(1_000 * S);
  });
});

describe("a trial of offsets", () => {
  it("can be taken back, done again and ended", () => {
    const once = tryShift(NO_TRIAL, "ash", 5);
    const twice = tryShift(once, "elm", -3);
    expect([...twice.present]).toEqual([
      ["ash", 5],
      ["elm", -3],
    ]);
    expect([...undo(twice).present]).toEqual([["ash", 5]]);
    expect([...redo(undo(twice)).present]).toEqual([...twice.present]);
    expect(resetTrial(twice).present.size).toBe(0);
    expect([...undo(resetTrial(twice)).present]).toEqual([...twice.present]);
    expect(tryShift(undo(twice), "oak", 1).future).toEqual([]);
  });

  it("does not note what changes nothing", () => {
    expect(tryShift(NO_TRIAL, "ash", 0)).toBe(NO_TRIAL);
    expect(undo(NO_TRIAL)).toBe(NO_TRIAL);
    expect(redo(NO_TRIAL)).toBe(NO_TRIAL);
  });

  it("tells an offset as the nearest one", () => {
    expect([
      nearestShift(50, 90),
      nearestShift(-50, 90),
      nearestShift(45, 90),
      nearestShift(180, 90),
    ]).toEqual([-40, 40, 45, 0]);
  });
});

describe("greens as seen", () => {
  const entries = [
    [0, "rr"],
    [1, "rG"],
    [5, "gG"],
    [6, "ry"],
    [9, "rg"],
    [12, ""],
    [20, "rG"],
  ].map(([at, lamps]) => ({ at: Number(at) * S, lamps: String(lamps), walk: "", operation: null }));

  it("begin and end with the lamp, and where nothing is known", () => {
    expect(seenGreens(entries, 1, 23 * S)).toEqual(seconds([1, 6], [9, 12], [20, 23]));
    expect(seenGreens(entries, 0, 23 * S)).toEqual(seconds([5, 6]));
    expect(seenGreens(entries.slice(0, 2), 1, S)).toEqual([]);
  });

  it("go on where one is stored in part", () => {
    expect(joinedGreens(seconds([0, 20]), seconds([19, 32], [60, 70]))).toEqual(seconds([0, 32], [60, 70]));
    expect(joinedGreens([], seconds([1, 2]))).toEqual(seconds([1, 2]));
  });

  it("give way to those that are stored", () => {
    const rows = [
      { at: 0, phase: "2", greenSeconds: 20 },
      { at: 5, phase: "4", greenSeconds: 20 },
    ];
    const stored = storedGreens(rows, "2");
    expect(stored).toEqual([[0, 20_000]]);
    expect(
      joinedGreens(stored, [
        [2_000, 19_000],
        [60_000, 70_000],
      ]),
    ).toEqual([
      [0, 20_000],
      [60_000, 70_000],
    ]);
  });
});
