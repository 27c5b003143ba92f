import { describe, expect, it } from "vitest";
import { lampHistoryAfter, NO_LAMPS } from "../../src/console/data/lamp-history.ts";
import {
  crossingsOf,
  detectorsOf,
  lampStretches,
  lanesOf,
  offsetErrorMs,
  operationStretches,
  type Service,
  servicesOf,
  shownUntil,
  walkStretches,
} from "../../src/console/data/strip.ts";
import { withYellowLimits } from "../../src/console/data/yellow-limits.ts";
import type { IntersectionLive } from "../../src/protocol/live.ts";
import type { StripShown } from "../../src/protocol/strip.ts";

const live = (change: Partial<IntersectionLive>): IntersectionLive => ({
  id: "x",
  linked: true,
  mode: "adaptive",
  stateAt: 0,
  operation: "normal",
  source: "schedule",
  plan: null,
  stage: null,
  coordination: null,
  cycleStartAt: null,
  lamps: "Gr",
  walk: "--",
  ...change,
});

const told = (frames: readonly (readonly [at: number, change: Partial<IntersectionLive>])[]) =>
  frames
    .reduce(
      (history, [at, change]) => lampHistoryAfter(history, { at, intersections: [live(change)] }),
      NO_LAMPS,
    )
    .byId.get("x")
    ?.map(({ at, lamps }) => [at, lamps]);

describe("the history of lamps from frames", () => {
  it("keeps changes only, at the instant that the controller said", () => {
    const frames = [
      [1_000, { stateAt: 900 }],
      [2_000, { stateAt: 1_900 }],
      [3_000, { stateAt: 2_900, lamps: "yr" }],
      [3_100, { stateAt: 2_900, lamps: "yr" }],
    ] as const;
    expect(told(frames)).toEqual([
      [900, "Gr"],
      [2_900, "yr"],
    ]);
  });

  it("keeps the same list for an intersection that shows the same", () => {
    const first = lampHistoryAfter(NO_LAMPS, { at: 0, intersections: [live({})] });
    const next = lampHistoryAfter(first, { at: 1_000, intersections: [live({ stateAt: 1_000 })] });
    expect(next.byId.get("x")).toBe(first.byId.get("x"));
  });

  it("knows nothing while a state is old, a controller is away, or frames are far apart", () => {
    expect(
      told([
        [0, {}],
        [3_100, { stateAt: 0 }],
        [4_000, { stateAt: 4_000 }],
        [5_000, { linked: false, stateAt: 5_000 }],
        [6_000, { stateAt: 6_000 }],
        [17_000, { stateAt: 17_000 }],
      ]),
    ).toEqual([
      [0, "Gr"],
      [3_100, ""],
      [4_000, "Gr"],
      [5_000, ""],
      [6_000, "Gr"],
      [6_000, ""],
      [17_000, "Gr"],
    ]);
  });

  it("begins anew when time goes back, and forgets what no strip shows", () => {
    expect(
      told([
        [60_000, { stateAt: 60_000 }],
        [5_000, { stateAt: 5_000, lamps: "rG" }],
      ]),
    ).toEqual([[5_000, "rG"]]);
    const minutes = Array.from({ length: 200 }, (_, index) => {
      const at = index * 9_000;
      return [at, { stateAt: at, lamps: index % 2 === 0 ? "Gr" : "rG" }] as const;
    });
    // Eight minutes of a change each 9 s, and the one that was shown at their begin.
    expect(told(minutes)).toHaveLength(55);
  });
});

const show = (at: number, lamps: string, walk = "--", operation: StripShown["operation"] = "normal") => ({
  at,
  lamps,
  walk,
  operation,
});

describe("what heads showed up to now", () => {
  const stored = { from: 0, to: 20_000, toldTo: 12_000, shown: [show(0, "Gr"), show(10_000, "yr")] };
  const lamps = (strip: typeof stored | null, frames: readonly StripShown[]) =>
    shownUntil(strip, frames, 30_000).map((entry) => [entry.at, entry.lamps]);

  it("is what is stored as far as it is, then what frames told", () => {
    const frames = [show(9_000, "Gr"), show(11_000, "yr"), show(13_000, "rr"), show(16_000, "rG")];
    expect(lamps(stored, frames)).toEqual([
      [0, "Gr"],
      [10_000, "yr"],
      [13_000, "rr"],
      [16_000, "rG"],
    ]);
  });

  it("is not known between the two where frames began too late", () => {
    expect(lamps(stored, [show(25_000, "rG")])).toEqual([
      [0, "Gr"],
      [10_000, "yr"],
      [22_000, ""],
      [25_000, "rG"],
    ]);
  });

  it("is frames alone without a history, and without a strip of this time", () => {
    const frames = [show(25_000, "rG")];
    expect(lamps(null, frames)).toEqual([[25_000, "rG"]]);
    expect(lamps({ ...stored, from: 90_000 }, frames)).toEqual([[25_000, "rG"]]);
  });

  it("is told of each phase as stretches", () => {
    const shown = [show(0, "Gr", "W-"), show(7_000, "Gr", "F-"), show(20_000, "yr", "D-")];
    expect(lampStretches(shown, 0, 22_000)).toEqual([
      { sign: "green", from: 0, to: 20_000 },
      { sign: "yellow", from: 20_000, to: 22_000 },
    ]);
    expect(walkStretches(shown, 0, 22_000).map(({ sign }) => sign)).toEqual(["walk", "flashing", "dontWalk"]);
    const interrupted = [...shown, show(25_000, "xx", "--", "flash")];
    expect(operationStretches(interrupted, 40_000)).toEqual([{ sign: "flash", from: 25_000, to: 40_000 }]);
  });
});

const PHASES = ["1", "2"].map((id) => ({
  id,
  greenMinSeconds: 5,
  greenMaxSeconds: 40,
  yellowSeconds: 3,
  redClearSeconds: 1,
}));

/** Phases with 4 s and 3 s of yellow. */
const limited = (shown: readonly StripShown[], exactTo: number | null = null) =>
  withYellowLimits(shown, [4_000, 3_000], exactTo).map(({ at, lamps }) => [at, lamps]);

describe("yellow that only frames told", () => {
  it("is no longer than it can be, and the head not known behind it until the next frame", () => {
    expect(limited([show(0, "Gr"), show(20_000, "yr"), show(40_000, "rG")])).toEqual([
      [0, "Gr"],
      [20_000, "yr"],
      [24_000, "?r"],
      [40_000, "rG"],
    ]);
  });

  it("is as frames tell it where they come each second", () => {
    const shown = [show(0, "Gr"), show(20_000, "yr"), show(24_000, "rr"), show(25_000, "rG")];
    expect(limited(shown)).toEqual(shown.map(({ at, lamps }) => [at, lamps]));
  });

  it("has its limit ahead while it lasts", () => {
    expect(limited([show(20_000, "yy")])).toEqual([
      [20_000, "yy"],
      [23_000, "y?"],
      [24_000, "??"],
    ]);
  });

  it("goes on from its begin where another head changes, and is another one long after it", () => {
    expect(limited([show(0, "yG"), show(2_000, "yy"), show(60_000, "yr")])).toEqual([
      [0, "yG"],
      [2_000, "yy"],
      [4_000, "?y"],
      [5_000, "??"],
      [60_000, "yr"],
      [64_000, "?r"],
    ]);
  });

  it("is as long as the log says, as far as it goes", () => {
    const shown = [show(0, "yr"), show(9_000, "rr"), show(10_000, "yr")];
    expect(limited(shown, 12_000)).toEqual([
      [0, "yr"],
      [9_000, "rr"],
      [10_000, "yr"],
      [14_000, "?r"],
    ]);
  });

  it("ends a service at its limit", () => {
    const frames = [show(0, "Gr"), show(20_000, "yr"), show(40_000, "rG")];
    const shown = withYellowLimits(frames, [3_000, 3_000], null);
    expect(servicesOf(PHASES, shown, [], 41_000)).toMatchObject([
      { phase: "1", greenTo: 20_000, yellowTo: 23_000 },
      { phase: "2", from: 40_000, greenTo: null },
    ]);
  });
});

describe("greens", () => {
  it("are told with their yellow, what ended them, and whether they had begun before", () => {
    const shown = [show(0, "Gr"), show(20_000, "yr"), show(23_000, "rr"), show(24_000, "rG")];
    const ends = [{ at: 19_400, phase: "1", cause: "gapOut" }] as const;
    expect(servicesOf(PHASES, shown, [...ends], 30_000)).toEqual([
      {
        phase: "1",
        index: 0,
        from: 0,
        begunBefore: true,
        greenTo: 20_000,
        yellowTo: 23_000,
        permissive: false,
        cause: "gapOut",
      },
      {
        phase: "2",
        index: 1,
        from: 24_000,
        begunBefore: false,
        greenTo: null,
        yellowTo: null,
        permissive: false,
        cause: null,
      },
    ]);
  });

  it("are one where they yield only at first, and have no cause where none is told near their end", () => {
    const shown = [show(0, "rr"), show(5_000, "gr"), show(9_000, "Gr"), show(15_000, "yr")];
    const ends = [{ at: 17_000, phase: "1", cause: "gapOut" }] as const;
    expect(servicesOf(PHASES, shown, [...ends], 30_000)).toMatchObject([
      { from: 5_000, greenTo: 15_000, yellowTo: null, permissive: false, cause: null },
    ]);
    expect(servicesOf(PHASES, shown.slice(0, 2), [], 30_000)).toMatchObject([{ permissive: true }]);
  });

  it("have no yellow where frames came too seldom to tell it", () => {
    const seldom = [show(0, "rr"), show(5_000, "Gr"), show(15_000, "rr"), show(19_000, "rG")];
    expect(servicesOf(PHASES, seldom, [], 30_000)[0]).toMatchObject({ greenTo: 15_000, yellowTo: 15_000 });
  });
});

const RINGS = [
  [
    ["1", "2"],
    ["3", "4"],
  ],
  [
    ["5", "6"],
    ["7", "8"],
  ],
];
const green = (phase: string, from: number, begunBefore = false): Service => ({
  phase,
  index: Number(phase) - 1,
  from,
  begunBefore,
  greenTo: from + 10,
  yellowTo: from + 13,
  permissive: false,
  cause: null,
});

const detector = (
  id: string,
  role: "stopLine" | "advance" | "entry",
  lane: string,
  serves: string[] = [],
) => ({ id, role, link: "in", lane, distanceMeters: 1, lengthMeters: 2, serves });
const movement = (id: string, turn: "left" | "through", fromLanes: string[], phase: string) => {
  const [fromLink, toLink, saturationFlowVehPerHour] = ["in", "out", 1800] as const;
  return { id, turn, fromLink, fromLanes, toLink, phase, saturationFlowVehPerHour };
};

describe("rings and barriers", () => {
  it("has each ring's greens in a lane of its own, or each phase's where there is no ring", () => {
    const services = [green("2", 0), green("6", 0), green("4", 20)];
    expect(lanesOf({ rings: RINGS, phases: [] }, services)).toEqual([
      { name: "Ring 1", services: [green("2", 0), green("4", 20)] },
      { name: "Ring 2", services: [green("6", 0)] },
    ]);
    expect(lanesOf({ phases: PHASES }, services).map(({ name }) => name)).toEqual(["Phase 1", "Phase 2"]);
  });

  it("crosses a barrier where a phase beyond it is green first, and names whom it passed over", () => {
    const services = [
      green("2", 0, true),
      green("6", 0, true),
      green("4", 20),
      green("8", 20),
      green("1", 40),
      green("5", 40),
      green("2", 55),
      green("6", 60),
      green("3", 90),
    ];
    expect(crossingsOf(RINGS, services)).toEqual([
      // What was green before the strip begins is not known.
      { at: 20, skipped: [] },
      {
        at: 40,
        skipped: [
          { ring: 0, phase: "3" },
          { ring: 1, phase: "7" },
        ],
      },
      { at: 90, skipped: [] },
    ]);
    expect(crossingsOf(undefined, services)).toEqual([]);
  });

  it("gives a detector to the phase whose vehicles go straight on over it", () => {
    const site = {
      detectors: [
        detector("both", "advance", "far", ["in.0", "in.1"]),
        detector("left", "stopLine", "in.1"),
        detector("straight", "stopLine", "in.0"),
        detector("out", "entry", "out.0"),
      ],
      movements: [movement("L", "left", ["in.1"], "1"), movement("T", "through", ["in.0"], "2")],
    };
    expect(detectorsOf(site, "2")).toEqual(["straight", "both"]);
    expect(detectorsOf(site, "1")).toEqual(["left"]);
  });
});

it("a cycle's offset error is the nearer way round, late positive", () => {
  const plan = { cycleMs: 90_000, offsetMs: 20_000 };
  expect(offsetErrorMs(1_000 + 20_000 + 3 * 90_000, 1_000, plan)).toBe(0);
  expect(offsetErrorMs(1_000 + 24_000, 1_000, plan)).toBe(4_000);
  expect(offsetErrorMs(1_000 + 15_000, 1_000, plan)).toBe(-5_000);
  expect(offsetErrorMs(1_000 + 65_000, 1_000, plan)).toBe(45_000);
});
