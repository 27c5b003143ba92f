import { describe, expect, it } from "vitest";
import { CABINET_LIMITS } from "../../sim/controller/monitor/monitor.ts";
import { crossing } from "../signal/crossings.ts";
import { type Change, cycles, LEGAL, type Part, small, told, watch } from "./watching.ts";

const CABINET = { stepMs: 100, limits: CABINET_LIMITS };

function trips(parts: readonly Part[], intersection = small): readonly string[] {
  return told(watch(intersection, parts).trips);
}

describe("the monitor stays silent", () => {
  it("on cycles that are as configured, to the tenth of a second", () => {
    expect(trips(cycles({}))).toEqual([]);
    expect(told(watch(small, cycles({}), undefined, "atChanges").trips)).toEqual([]);
    expect(told(watch(small, cycles({}), CABINET).trips)).toEqual([]);
  });

  it("on clearances whose sum is not exact in binary fractions", () => {
    // (3.1 + 0.2) × 1000 is a little more than 3300.
    const tenths = crossing({
      phases: { A: [5, 3.1, 0.2], C: [16.1, 3.1, 0.2] },
      stages: { a: ["A"], c: ["C"] },
      conflicts: ["A/C"],
      plans: { day: { a: 20, c: 20 } },
    });
    const cycle: readonly Part[] = [
      [5, "Gr", "--"],
      [3.1, "yr", "--"],
      [0.2, "rr", "--"],
      [16.1, "rG", "--"],
      [3.1, "ry", "--"],
      [0.2, "rr", "--"],
    ];
    expect(trips([...cycle, ...cycle], tenths)).toEqual([]);
  });

  it("on a left turn that gives up its full green in time for its foe", () => {
    const parts: readonly Part[] = [
      [5, "rGr", "D--"],
      [4, "rgr", "D--"],
      [4, "Ggr", "W--"],
      [3, "Ggr", "F--"],
      [3, "yyr", "D--"],
    ];
    expect(trips(parts)).toEqual([]);
  });

  it("on what began before the first sight", () => {
    const parts: readonly Part[] = [
      [0.1, "Ggr", "F--"],
      [3, "yyr", "D--"],
      [1, "rrr", "D--"],
      [5, "rrG", "D--"],
    ];
    expect(trips(parts)).toEqual([]);
    expect(trips([[20, "ryr", "D--"]])).toEqual([]);
  });

  it("on yellow that a coarse step prolongs", () => {
    const parts: readonly Part[] = [
      [5, "G", "-"],
      [4, "y", "-"],
      [2, "r", "-"],
    ];
    const one = crossing({
      phases: { A: [5, 3.6, 1] },
      stages: { a: ["A"] },
      conflicts: [],
      plans: { day: { a: 20 } },
    });
    expect(told(watch(one, parts, { stepMs: 1000, limits: CABINET_LIMITS }).trips)).toEqual([]);
    expect(told(watch(one, parts, CABINET).trips)).toEqual([
      "8.8 LONG_YELLOW phase A: yellow for 3800 ms, 3600 ms configured",
    ]);
  });
});

const FAULTS: readonly (readonly [string, Change, readonly string[]])[] = [
  [
    "CONFLICT: two full greens",
    { redA: [0.2, "GGr", "D--"], yellowA: [0.1, "Ggr", "D--"], left: undefined },
    [
      "48.1 CONFLICT phase A shows G and phase B G",
      // What follows, A without yellow, is a fault of its own.
      "48.3 NO_YELLOW phase A: green turned to r",
    ],
  ],
  [
    "CONFLICT: green beside the yellow of a foe",
    { yellowB: [3, "ryG", "D--"], redB: undefined, side: [2, "rrG", "D--"] },
    [
      "58 SHORT_CLEARANCE phase C: green 0 ms after phase B, clearance is 4000 ms",
      "58 CONFLICT phase B shows y and phase C G",
    ],
  ],
  [
    "CONFLICT: a green that yields to whom no stage lets it yield",
    { redB: [2, "rrr", "D--"], side: [5, "rgG", "D--"], yellowC: [3, "ryy", "D--"] },
    ["63 CONFLICT phase B shows g and phase C G"],
  ],
  ["NO_YELLOW: green to red", { yellowA: [3, "rgr", "D--"] }, ["48 NO_YELLOW phase A: green turned to r"]],
  [
    "SHORT_YELLOW",
    { yellowC: [2.9, "rry", "D--"], redC: [2.1, "rrr", "D--"] },
    ["69.9 SHORT_YELLOW phase C: yellow for 2900 ms, 3000 ms needed"],
  ],
  [
    "LONG_YELLOW",
    { yellowC: [3.1, "rry", "D--"], redC: [1.9, "rrr", "D--"] },
    ["70.1 LONG_YELLOW phase C: yellow for 3100 ms, 3000 ms configured"],
  ],
  [
    "SHORT_CLEARANCE: a foe that begins too early",
    { redC: [1.9, "rrr", "D--"] },
    [
      "71.9 SHORT_CLEARANCE phase A: green 4900 ms after phase C, clearance is 5000 ms",
      "71.9 SHORT_CLEARANCE phase B: green 4900 ms after phase C, clearance is 5000 ms",
    ],
  ],
  [
    "SHORT_CLEARANCE: a left turn that gets full green too early",
    { redA: [0.9, "rgr", "D--"] },
    ["51.9 SHORT_CLEARANCE phase B: green 3900 ms after phase A, clearance is 4000 ms"],
  ],
  [
    "SHORT_GREEN",
    { side: [4.9, "rrG", "D--"] },
    ["66.9 SHORT_GREEN phase C: green for 4900 ms, 5000 ms needed"],
  ],
  [
    "RED_REVERT: green again 1.9 s after its yellow",
    { redB: [1.9, "rrr", "D--"], side: [5, "rGr", "D--"], yellowC: [3, "ryr", "D--"] },
    ["62.9 RED_REVERT phase B: red before green again for 1900 ms, 2000 ms needed"],
  ],
  [
    "COLOUR_ORDER: yellow back to green",
    { redC: [5, "rrG", "D--"] },
    [
      "70 COLOUR_ORDER phase C: yellow turned to G",
      // The second green ends where the next cycle begins.
      "75 NO_YELLOW phase C: green turned to r",
      "75 SHORT_CLEARANCE phase A: green 0 ms after phase C, clearance is 5000 ms",
      "75 SHORT_CLEARANCE phase B: green 0 ms after phase C, clearance is 5000 ms",
    ],
  ],
  [
    "COLOUR_ORDER: red to yellow",
    { redB: [1, "rry", "D--"] },
    [
      "61 COLOUR_ORDER phase C: red turned to yellow",
      "62 COLOUR_ORDER phase C: yellow turned to G",
      "62 SHORT_YELLOW phase C: yellow for 1000 ms, 3000 ms needed",
    ],
  ],
  ["DARK: a head without a lamp", { rest: [5, "Gg-", "D--"] }, ['43 DARK phase C: no lamp but "-"']],
  [
    "DARK and DUAL: a head that is missing",
    { rest: [5, "Gg", "D--"] },
    [
      "43 DUAL 2 lamps, 3 walk signals and 0 overlaps for 3 phases and 0 overlaps",
      '43 DARK phase C: no lamp but ""',
    ],
  ],
  [
    "DARK and DUAL: no walk signal where there is one, and one where there is none",
    { rest: [5, "Ggr", "-W-"] },
    ['43 DARK phase A: no walk signal but "-"', '43 DUAL phase B: walk signal "W" without pedestrians'],
  ],
];

describe("the monitor trips", () => {
  it.each(FAULTS)("%s", (_, change, expected) => {
    expect(trips(cycles(change))).toEqual(expected);
  });

  it.each(FAULTS)("%s, when it looks only at changes", (_, change, expected) => {
    expect(rulesOf(told(watch(small, cycles(change), undefined, "atChanges").trips))).toEqual(
      rulesOf(expected),
    );
  });

  it("CONFLICT at first sight already", () => {
    expect(trips([[0.1, "GrG", "D--"]])).toEqual(["0 CONFLICT phase A shows G and phase C G"]);
  });

  it("SHORT_CLEARANCE: a foe that begins too early after a left turn gave up its full green and stayed", () => {
    const parts: readonly Part[] = [
      [5, "rGr", "D--"],
      [3.9, "rgr", "D--"],
      [4, "Ggr", "W--"],
    ];
    expect(trips(parts)).toEqual([
      "8.9 SHORT_CLEARANCE phase A: green 3900 ms after phase B, clearance is 4000 ms",
    ]);
  });

  it("SHORT_CLEARANCE: a configured intergreen that is longer than yellow and red clearance", () => {
    const slow = { ...small, intergreens: [["C", "A", 6.5]] as [string, string, number][] };
    expect(trips(cycles({}), slow)).toEqual([
      "36 SHORT_CLEARANCE phase A: green 5000 ms after phase C, clearance is 6500 ms",
      "72 SHORT_CLEARANCE phase A: green 5000 ms after phase C, clearance is 6500 ms",
    ]);
    const redC: Part = [3.5, "rrr", "D--"];
    expect(trips([...Object.values({ ...LEGAL, redC }), ...Object.values(LEGAL)], slow)).toEqual([]);
  });

  it("SHORT_CLEARANCE: a green that yields while a foe that has ended clears", () => {
    const redC: Part = [1.9, "rrr", "D--"];
    expect(trips([...Object.values({ ...LEGAL, redC }), [5, "rgr", "D--"]])).toEqual([
      "35.9 SHORT_CLEARANCE phase B: green 4900 ms after phase C, clearance is 5000 ms",
    ]);
  });

  it("YELLOW_RANGE: a configured yellow that is none", () => {
    expect(trips([[1, "Ggr", "D--"]], withYellowOfC(2.9))).toEqual([
      "0 YELLOW_RANGE phase C: yellow of 2900 ms is not within 3000 to 6000 ms",
    ]);
    expect(trips([[1, "Ggr", "D--"]], withYellowOfC(6.1))).toEqual([
      "0 YELLOW_RANGE phase C: yellow of 6100 ms is not within 3000 to 6000 ms",
    ]);
    expect(trips([[1, "Ggr", "D--"]], withYellowOfC(6))).toEqual([]);
  });
});

describe("the limits of a cabinet", () => {
  it("a conflict of 200 ms does not trip, one of 450 ms does, however often the monitor looks", () => {
    expect(seenByCabinet(conflictFor(0.2))).toEqual([]);
    expect(seenByCabinet(conflictFor(0.2), "atChanges")).toEqual([]);
    expect(seenByCabinet(conflictFor(0.45))).toEqual([
      "1.4 CONFLICT phase A shows G and phase C G, for 400 ms",
    ]);
    expect(seenByCabinet(conflictFor(0.45), "atChanges")).toEqual([
      "1.45 CONFLICT phase A shows G and phase C G, for 450 ms",
    ]);
  });

  it("a conflict that goes on under other lamps is the same one", () => {
    expect(
      seenByCabinet([
        [1, "Grr", "D--"],
        [0.2, "GrG", "D--"],
        [0.3, "Gry", "D--"],
      ]),
    ).toEqual(["1.4 CONFLICT phase A shows G and phase C G, for 400 ms"]);
  });

  it("a head may be dark for 800 ms, and counts as what it was", () => {
    expect(told(watch(small, darkFor(0.8), CABINET).trips)).toEqual([]);
    expect(told(watch(small, darkFor(1), CABINET).trips)).toEqual([
      '6.9 DARK phase A: no lamp but "-", for 900 ms',
    ]);
  });
});

describe("rules at their limit", () => {
  const legal = Object.values(LEGAL);

  it("are told where nothing was to spare", () => {
    const { atLimit } = watch(small, cycles({}));
    expect(new Set(atLimit)).toEqual(
      new Set([
        "CONFLICT",
        "SHORT_CLEARANCE",
        "SHORT_YELLOW",
        "LONG_YELLOW",
        "YELLOW_RANGE",
        "NO_YELLOW",
        "COLOUR_ORDER",
        "SHORT_GREEN",
        "SHORT_WALK",
        "SHORT_PEDESTRIAN_CLEAR",
      ]),
    );
  });

  it("are not told where something was", () => {
    expect(timesAtLimit(legal, "SHORT_GREEN")).toBe(1);
    expect(timesAtLimit(Object.values({ ...LEGAL, side: [5.1, "rrG", "D--"] as Part }), "SHORT_GREEN")).toBe(
      0,
    );
    const longer: Part = [4.1, "Ggr", "W--"];
    expect(timesAtLimit([LEGAL.left, LEGAL.yellowB, LEGAL.redB, longer, LEGAL.flash], "SHORT_WALK")).toBe(0);
    expect(timesAtLimit([LEGAL.redC, LEGAL.walk, LEGAL.flash], "SHORT_WALK")).toBe(1);
  });
});

function rulesOf(list: readonly string[]) {
  return list.map((text) => text.split(" ")[1]);
}

function withYellowOfC(yellowSeconds: number) {
  return {
    ...small,
    phases: small.phases.map((phase) => (phase.id === "C" ? { ...phase, yellowSeconds } : phase)),
  };
}

function seenByCabinet(parts: readonly Part[], look: "always" | "atChanges" = "always") {
  return told(watch(small, parts, CABINET, look).trips).filter((text) => /CONFLICT|DARK|DUAL/.test(text));
}

function conflictFor(seconds: number): readonly Part[] {
  return [
    [1, "Grr", "D--"],
    [seconds, "GrG", "D--"],
    [1, "Grr", "D--"],
  ];
}

function darkFor(seconds: number): readonly Part[] {
  return [
    [6, "Grr", "D--"],
    [seconds, "-rr", "D--"],
    [1, "Grr", "D--"],
  ];
}

function timesAtLimit(parts: readonly Part[], rule: string): number {
  return watch(small, parts).atLimit.filter((one) => one === rule).length;
}
