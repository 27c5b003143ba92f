import { describe, expect, it } from "vitest";
import { conflictMonitor } from "../../sim/controller/monitor/monitor.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { crossing, MIDNIGHT } from "../signal/crossings.ts";

/** Phase A with pedestrians and its left turn B; both conflict with C, and with each other. */
const small = crossing({
  phases: { A: [5, 3, 1, 4, 3], B: [5, 3, 1], C: [5, 3, 2] },
  stages: { ab: ["A", "B?"], b: ["B"], c: ["C"] },
  conflicts: ["A/B", "A/C", "B/C"],
  plans: { day: { ab: 20, b: 10, c: 10 } },
});

/** Seconds of `lamps walk`, one after the other; what the monitor trips on, as `second rule detail`. */
function trips(
  shown: readonly (readonly [seconds: number, lamps: string, walk: string])[],
  intersection: Intersection = small,
): readonly string[] {
  const monitor = conflictMonitor(intersection);
  let state = monitor.start();
  let at = MIDNIGHT + 1_000_000;
  const begin = at;
  const found: string[] = [];
  for (const [seconds, lamps, walk] of shown) {
    const until = at + seconds * 1000;
    for (; at < until; at += 100) {
      const step = monitor.observe(state, at, lamps, walk);
      state = step.state;
      found.push(...step.trips.map(({ rule, detail }) => `${(at - begin) / 1000} ${rule} ${detail}`));
    }
  }
  return found;
}

/** A whole cycle in which nothing is wrong, in parts that a test can change. */
const LEGAL = {
  walk: [4, "Ggr", "W--"],
  flash: [3, "Ggr", "F--"],
  rest: [5, "Ggr", "D--"],
  yellowA: [3, "ygr", "D--"],
  redA: [1, "rgr", "D--"],
  left: [6, "rGr", "D--"],
  yellowB: [3, "ryr", "D--"],
  redB: [1, "rrr", "D--"],
  side: [5, "rrG", "D--"],
  yellowC: [3, "rry", "D--"],
  redC: [2, "rrr", "D--"],
} as const satisfies Record<string, readonly [number, string, string]>;

type Part = readonly [seconds: number, lamps: string, walk: string];

/** Two cycles, the first of them with parts replaced; a part that is `undefined` is left out. */
function cycles(change: Partial<Record<keyof typeof LEGAL, Part | undefined>>): readonly Part[] {
  const changed: Partial<Record<keyof typeof LEGAL, Part | undefined>> = { ...LEGAL, ...change };
  return [...Object.values(LEGAL), ...Object.values(changed), ...Object.values(LEGAL)].filter(
    (part) => part !== undefined,
  );
}

/** The second cycle begins after 36 s. */
describe("the monitor stays silent", () => {
  it("on cycles that are as configured, to the tenth of a second", () => {
    expect(trips(cycles({}))).toEqual([]);
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

  it("on the first sight of a green and its end, when it was seen from its begin", () => {
    expect(trips([LEGAL.walk, LEGAL.flash, LEGAL.yellowA])).toEqual([]);
  });
});

describe("the monitor trips", () => {
  const table: readonly [string, Partial<Record<keyof typeof LEGAL, Part | undefined>>, readonly string[]][] =
    [
      [
        "CONFLICT: two full greens, as long as they last",
        { redA: [0.2, "GGr", "D--"], yellowA: [0.1, "Ggr", "D--"], left: undefined },
        [
          "48.1 CONFLICT phases A and B green together",
          "48.2 CONFLICT phases A and B green together",
          // What follows, A without yellow, is a fault of its own.
          "48.3 NO_YELLOW phase A: green turned to r",
        ],
      ],
      [
        "NO_YELLOW: green to red",
        { yellowA: [3, "rgr", "D--"] },
        ["48 NO_YELLOW phase A: green turned to r"],
      ],
      [
        "SHORT_YELLOW",
        { yellowC: [2.9, "rry", "D--"], redC: [2.1, "rrr", "D--"] },
        ["69.9 SHORT_YELLOW phase C: 2900 ms of yellow, 3000 ms needed"],
      ],
      [
        "SHORT_CLEARANCE: a foe that begins too early",
        { redC: [1.9, "rrr", "D--"] },
        ["71.9 SHORT_CLEARANCE phase A green 4900 ms after C, clearance is 5000 ms"],
      ],
      [
        "SHORT_CLEARANCE: a left turn that gets full green too early",
        { redA: [0.9, "rgr", "D--"] },
        ["51.9 SHORT_CLEARANCE phase B green 3900 ms after A, clearance is 4000 ms"],
      ],
      [
        "SHORT_GREEN",
        { side: [4.9, "rrG", "D--"] },
        ["66.9 SHORT_GREEN phase C: 4900 ms of green, 5000 ms needed"],
      ],
      [
        "COLOUR_ORDER: yellow back to green",
        { redC: [5, "rrG", "D--"] },
        [
          "70 COLOUR_ORDER phase C: yellow turned to G",
          // The second green ends where the next cycle begins.
          "75 NO_YELLOW phase C: green turned to r",
          "75 SHORT_CLEARANCE phase A green 0 ms after C, clearance is 5000 ms",
        ],
      ],
      [
        "COLOUR_ORDER: red to yellow",
        { redB: [1, "rry", "D--"] },
        [
          "61 COLOUR_ORDER phase C: red turned to yellow",
          "62 COLOUR_ORDER phase C: yellow turned to G",
          "62 SHORT_YELLOW phase C: 1000 ms of yellow, 3000 ms needed",
        ],
      ],
      [
        "SHORT_WALK: walk cut short",
        { walk: [3.9, "Ggr", "W--"], rest: [5.1, "Ggr", "D--"] },
        ["39.9 SHORT_WALK phase A: 3900 ms of walk, 4000 ms needed"],
      ],
      [
        "SHORT_WALK: flashing don't walk cut short",
        { flash: [2.9, "Ggr", "F--"] },
        ["42.9 SHORT_WALK phase A: 2900 ms of flashing don't walk, 3000 ms needed"],
      ],
      [
        "SHORT_WALK: no flashing don't walk",
        { flash: undefined, rest: [8, "Ggr", "D--"] },
        ["40 SHORT_WALK phase A: walk turned to D"],
      ],
      [
        "SHORT_WALK: walk again out of flashing don't walk",
        { rest: [5, "Ggr", "W--"], yellowA: [3, "ygr", "D--"] },
        ["43 SHORT_WALK phase A: flashing don't walk turned to W", "48 SHORT_WALK phase A: walk turned to D"],
      ],
      [
        "SHORT_WALK: flashing don't walk out of nothing",
        { side: [5, "rrG", "D--"], walk: [4, "Ggr", "D--"] },
        ["40 SHORT_WALK phase A: flashing don't walk without walk before it"],
      ],
      [
        "SHORT_WALK: a green too short for its pedestrians",
        { flash: [1, "Ggr", "D--"], walk: [5, "Ggr", "D--"], rest: undefined },
        ["42 SHORT_WALK phase A: 6000 ms of green, pedestrians need 7000 ms"],
      ],
      ["DARK: a head without a lamp", { rest: [0.1, "Gg-", "D--"] }, ['43 DARK phase C: no lamp but "-"']],
      [
        "DARK: a head that is missing",
        { rest: [0.1, "Gg", "D--"] },
        ["43 DARK 2 lamps and 3 walk signals for 3 phases", '43 DARK phase C: no lamp but ""'],
      ],
      [
        "DARK: no walk signal where there is one, and one where there is none",
        { rest: [0.1, "Ggr", "-D-"] },
        [
          '43 DARK phase A: no walk signal but "-"',
          "43 SHORT_WALK phase A: flashing don't walk turned to -",
          '43 DARK phase B: no walk signal but "D"',
        ],
      ],
    ];

  it.each(table)("%s", (_, change, expected) => {
    expect(trips(cycles(change))).toEqual(expected);
  });

  it("WALK_ON_RED: pedestrians sent where the side street has green", () => {
    expect(trips(cycles({ side: [5, "rrG", "W--"] })).slice(0, 2)).toEqual([
      "62 WALK_ON_RED phase A: walk signal W while the lamp is r",
      "62.1 WALK_ON_RED phase A: walk signal W while the lamp is r",
    ]);
  });

  it("CONFLICT and WALK_ON_RED at first sight already", () => {
    expect(trips([[0.1, "GrG", "D--"]])).toEqual(["0 CONFLICT phases A and C green together"]);
    expect(trips([[0.1, "rrG", "F--"]])).toEqual([
      "0 WALK_ON_RED phase A: walk signal F while the lamp is r",
    ]);
  });

  it("SHORT_CLEARANCE: a foe that begins too early after a left turn gave up its full green and stayed", () => {
    const parts: readonly Part[] = [
      [5, "rGr", "D--"],
      [3.9, "rgr", "D--"],
      [4, "Ggr", "W--"],
    ];
    expect(trips(parts)).toEqual(["8.9 SHORT_CLEARANCE phase A green 3900 ms after B, clearance is 4000 ms"]);
    expect(
      trips([
        [5, "rGr", "D--"],
        [4, "Ggr", "W--"],
      ]),
    ).toEqual(["5 SHORT_CLEARANCE phase A green 0 ms after B, clearance is 4000 ms"]);
  });
});
