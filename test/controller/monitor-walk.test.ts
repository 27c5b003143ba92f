import { describe, expect, it } from "vitest";
import type { Intersection, Phase, Preempt } from "../../src/model/intersection.ts";
import { crossing } from "../signal/crossings.ts";
import { cycles, LEGAL, type Change, type Part, small, told, watch } from "./watching.ts";

/** `small` with other pedestrians on A. */
function walkers(changed: Partial<NonNullable<Phase["pedestrian"]>>): Intersection {
  return {
    ...small,
    phases: small.phases.map((phase) =>
      phase.pedestrian === undefined ? phase : { ...phase, pedestrian: { ...phase.pedestrian, ...changed } },
    ),
  };
}

function trips(parts: readonly Part[], intersection = small): readonly string[] {
  return told(watch(intersection, parts).trips);
}

describe("walk", () => {
  const table: readonly (readonly [string, Change, readonly string[]])[] = [
    [
      "SHORT_WALK: walk cut short",
      { walk: [3.9, "Ggr", "W--"], rest: [5.1, "Ggr", "D--"] },
      ["39.9 SHORT_WALK phase A: walk for 3900 ms, 4000 ms needed"],
    ],
    [
      "SHORT_WALK: flashing don't walk out of nothing",
      { walk: [4, "Ggr", "D--"] },
      ["40 SHORT_WALK phase A: flashing don't walk without walk before it"],
    ],
    [
      "SHORT_PEDESTRIAN_CLEAR: cut short",
      { flash: [2.9, "Ggr", "F--"] },
      ["42.9 SHORT_PEDESTRIAN_CLEAR phase A: flashing don't walk for 2900 ms, 3000 ms needed"],
    ],
    [
      "SHORT_PEDESTRIAN_CLEAR: none at all",
      { flash: undefined, rest: [8, "Ggr", "D--"] },
      ["40 SHORT_PEDESTRIAN_CLEAR phase A: flashing don't walk for 0 ms, 3000 ms needed"],
    ],
    [
      "SHORT_PEDESTRIAN_CLEAR: walk again out of it",
      { rest: [5, "Ggr", "W--"], yellowA: [3, "ygr", "D--"] },
      [
        "43 SHORT_PEDESTRIAN_CLEAR phase A: flashing don't walk turned to walk",
        "48 SHORT_PEDESTRIAN_CLEAR phase A: flashing don't walk for 0 ms, 3000 ms needed",
      ],
    ],
    [
      "WALK_ON_RED: flashing don't walk goes on in yellow",
      { rest: undefined, flash: [3, "Ggr", "F--"], yellowA: [3, "ygr", "F--"] },
      [
        "43 WALK_ON_RED phase A: walk signal F while the lamp is y",
        "47 SHORT_BUFFER phase B: no walk of phase A before green for 1000 ms, 3000 ms needed",
      ],
    ],
    [
      "WALK_ON_RED and CONFLICT: pedestrians sent where the side street has green",
      { side: [5, "rrG", "W--"], yellowC: [3, "rry", "F--"] },
      [
        "62 WALK_ON_RED phase A: walk signal W while the lamp is r",
        "62 CONFLICT phase A shows walk signal W and phase C G",
      ],
    ],
  ];

  it.each(table)("%s", (_, change, expected) => {
    expect(trips(cycles(change))).toEqual(expected);
  });

  it("lasts as long as green does where nobody waits, and may come again", () => {
    const again: readonly Part[] = [
      [60, "Ggr", "W--"],
      LEGAL.flash,
      LEGAL.rest,
      LEGAL.walk,
      LEGAL.flash,
      LEGAL.yellowA,
    ];
    expect(trips([LEGAL.redC, ...again])).toEqual([]);
  });

  it("is at its limit on green where flashing don't walk ends with it", () => {
    const { atLimit } = watch(small, cycles({ rest: undefined }));
    expect(atLimit.filter((rule) => rule === "WALK_ON_RED")).toHaveLength(1);
  });
});

describe("the pedestrian buffer", () => {
  const untilSide: readonly Part[] = [
    LEGAL.redC,
    LEGAL.walk,
    LEGAL.flash,
    [3, "yyr", "D--"],
    [1, "rrr", "D--"],
    LEGAL.side,
  ];

  it("is kept, exactly", () => {
    const { trips: found, atLimit } = watch(walkers({ bufferSeconds: 4 }), untilSide);
    expect(told(found)).toEqual([]);
    expect(atLimit).toContain("SHORT_BUFFER");
    expect(watch(walkers({ bufferSeconds: 3 }), untilSide).atLimit).not.toContain("SHORT_BUFFER");
  });

  it("SHORT_BUFFER: a foe begins before it is over", () => {
    expect(trips(untilSide, walkers({ bufferSeconds: 4.1 }))).toEqual([
      "13 SHORT_BUFFER phase C: no walk of phase A before green for 4000 ms, 4100 ms needed",
    ]);
  });
});

describe("a leading pedestrian interval", () => {
  const leading = walkers({ leadSeconds: 3 });
  it("is walk on red of the configured length", () => {
    const { trips: found, atLimit } = watch(leading, led(3));
    expect(told(found)).toEqual([]);
    expect(atLimit).toContain("LEAD_INTERVAL");
  });

  it("may turn to flashing don't walk before green", () => {
    const seven = walkers({ leadSeconds: 7 });
    expect(trips([LEGAL.redC, [4, "rrr", "W--"], [3, "rrr", "F--"], LEGAL.rest], seven)).toEqual([]);
  });

  it("LEAD_INTERVAL: too short, none, too long, without green", () => {
    expect(trips(led(2.9), leading)).toEqual([
      "12.9 LEAD_INTERVAL phase A: leading walk for 2900 ms, 3000 ms needed",
    ]);
    expect(trips([LEGAL.redC, LEGAL.walk, LEGAL.flash], leading)).toEqual([
      "2 LEAD_INTERVAL phase A: leading walk for 0 ms, 3000 ms needed",
    ]);
    expect(trips(led(3.3), leading)).toEqual([
      "13.1 LEAD_INTERVAL phase A: leading walk for 3100 ms, 3000 ms configured",
    ]);
    expect(trips([LEGAL.redC, [1, "rrr", "W--"], [5, "rrr", "D--"]], leading)).toEqual([
      "3 LEAD_INTERVAL phase A: leading walk ended without green",
      "3 SHORT_WALK phase A: walk for 1000 ms, 4000 ms needed",
      "3 SHORT_PEDESTRIAN_CLEAR phase A: flashing don't walk for 0 ms, 3000 ms needed",
    ]);
  });

  it("SHORT_CLEARANCE: begun before the foe has cleared", () => {
    expect(trips([LEGAL.left, LEGAL.yellowB, [0.9, "rrr", "D--"], [3, "rrr", "W--"]], leading)).toEqual([
      "9.9 SHORT_CLEARANCE phase A: walk 3900 ms after phase B, clearance is 4000 ms",
    ]);
  });

  it("WALK_ON_RED where none is configured", () => {
    expect(trips(led(3))).toEqual(["10 WALK_ON_RED phase A: walk signal W while the lamp is r"]);
  });
});

describe("a preemption", () => {
  const preempted: Intersection = { ...small, preempts: [preempt("far", 4, 3, 3), preempt("near", 2, 1, 2)] };
  it("ends greens and walks after its own least times", () => {
    const { trips: found, atLimit } = watch(preempted, cut(1, 2, "!"));
    expect(told(found)).toEqual([]);
    expect(atLimit).toEqual(expect.arrayContaining(["SHORT_WALK", "SHORT_PEDESTRIAN_CLEAR"]));
  });

  it("not before them, and not without being shown", () => {
    expect(trips(cut(0.9, 1.9, "!"), preempted)).toEqual([
      "2.9 SHORT_WALK phase A: walk for 900 ms, 1000 ms needed",
      "4.8 SHORT_PEDESTRIAN_CLEAR phase A: flashing don't walk for 1900 ms, 2000 ms needed",
    ]);
    expect(trips(cut(1, 2, ""), preempted)).toEqual([
      "3 SHORT_WALK phase A: walk for 1000 ms, 4000 ms needed",
      "5 SHORT_GREEN phase A: green for 3000 ms, 5000 ms needed",
      "5 SHORT_PEDESTRIAN_CLEAR phase A: flashing don't walk for 2000 ms, 3000 ms needed",
      "5 SHORT_GREEN phase B: green for 3000 ms, 5000 ms needed",
    ]);
  });

  it("may take the green that a walk leads", () => {
    const leading = {
      ...preempted,
      phases: walkers({ leadSeconds: 5 }).phases,
    };
    expect(trips(ledInVain("!"), leading)).toEqual([]);
    expect(trips(ledInVain(""), leading)).toEqual([
      "7.1 LEAD_INTERVAL phase A: leading walk for 5100 ms, 5000 ms configured",
      "9 LEAD_INTERVAL phase A: leading walk ended without green",
    ]);
  });

  it("has the normal least times where none is configured", () => {
    expect(trips(cut(1, 3, "!"))).toContain("3 SHORT_WALK phase A: walk for 1000 ms, 4000 ms needed");
  });

  it("SHORT_GREEN: a green shorter than the least of all preemptions", () => {
    const green: readonly Part[] = [LEGAL.redC, [1.9, "rrG", "D--", "", "!"], [3, "rry", "D--", "", "!"]];
    expect(trips(green, preempted)).toEqual(["3.9 SHORT_GREEN phase C: green for 1900 ms, 2000 ms needed"]);
  });

  it("never shortens yellow or clearance", () => {
    const short: readonly Part[] = [
      LEGAL.redC,
      [5, "rrG", "D--", "", "!"],
      [2.9, "rry", "D--", "", "!"],
      [2, "rrr", "D--", "", "!"],
      [1, "Grr", "D--", "", "!"],
    ];
    expect(trips(short, preempted)).toEqual([
      "9.9 SHORT_YELLOW phase C: yellow for 2900 ms, 3000 ms needed",
      "11.9 SHORT_CLEARANCE phase A: green 4900 ms after phase C, clearance is 5000 ms",
    ]);
  });
});

describe("pedestrians beside a green that yields", () => {
  /** B yields with its left turn; the pedestrians beside it do not cross A. */
  const both = crossing({
    phases: { A: [5, 3, 1, 4, 3], B: [5, 3, 1, 4, 3], C: [5, 3, 2] },
    stages: { ab: ["A", "B?"], b: ["B"], c: ["C"] },
    conflicts: ["A/B", "A/C", "B/C"],
    plans: { day: { ab: 20, b: 10, c: 10 } },
  });

  it("walk with it", () => {
    const parts: readonly Part[] = [
      [2, "rrr", "DD-"],
      [4, "Ggr", "WW-"],
      [3, "Ggr", "FF-"],
      [3, "ygr", "DD-"],
      [1, "rgr", "DD-"],
      [5, "rGr", "DD-"],
    ];
    expect(trips(parts, both)).toEqual([]);
  });

  it("CONFLICT: not beside somebody else's full green", () => {
    expect(
      trips(
        [
          [1, "rrr", "DD-"],
          [5, "rgG", "DW-"],
        ],
        both,
      ),
    ).toContain("1 CONFLICT phase B shows walk signal W and phase C G");
  });
});

function led(seconds: number, walk: Part = [5, "Ggr", "W--"]): readonly Part[] {
  return [LEGAL.left, LEGAL.yellowB, LEGAL.redB, [seconds, "rrr", "W--"], walk, LEGAL.flash];
}

function preempt(id: string, greenMinSeconds: number, walkSeconds: number, clearSeconds: number): Preempt {
  return {
    id,
    kind: "emergency",
    delaySeconds: 0,
    entry: { greenMinSeconds, walkSeconds, clearSeconds },
    dwell: { phases: ["C"], greenMinSeconds: 5 },
    exit: { phases: ["C"] },
    presenceMaxSeconds: 60,
  };
}

/** A's service with so many seconds of walk and of flashing don't walk, ended by a preemption or not. */
function cut(walk: number, clear: number, preempting: "!" | ""): readonly Part[] {
  return [
    LEGAL.redC,
    [walk, "Ggr", "W--"],
    [clear, "Ggr", "F--", "", preempting],
    [3, "yyr", "D--", "", preempting],
    [1, "rrr", "D--", "", preempting],
    [5, "rrG", "D--", "", preempting],
  ];
}

/** Walk that leads a green of A which never comes. */
function ledInVain(preempting: "!" | ""): readonly Part[] {
  return [
    LEGAL.redC,
    [4, "rrr", "W--"],
    [3, "rrr", "F--", "", preempting],
    [3, "rrr", "D--", "", preempting],
    [5, "rrG", "D--", "", preempting],
  ];
}
