import { describe, expect, it } from "vitest";
import { type AcceptanceContext, refusalOf } from "../../sim/controller/acceptance.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { CycleTiming, TimingPlan } from "../../src/model/plan.ts";
import { nemaPlan, NOW, withField } from "../safety/plans.ts";
import { ringCrossing } from "../safety/ring-crossing.ts";
import {
  crossing,
  leftTurnCrossing,
  NEMA_TIMING,
  nemaCrossing,
  tableOf,
  timing,
} from "../signal/crossings.ts";
import { planFrame } from "./frames.ts";

/** What the controller of `intersection` says to a plan, as `CODE: detail`. */
function answer(
  plan: TimingPlan,
  intersection: Intersection = nemaCrossing(),
  change: Partial<AcceptanceContext> = {},
): string {
  const context: AcceptanceContext = {
    table: tableOf(intersection),
    at: NOW,
    seen: new Set(),
    operation: "normal",
    coordination: "inStep",
    running: null,
    ...change,
  };
  const refusal = refusalOf(planFrame(plan), context);
  return refusal === undefined ? "accepted" : `${refusal.code}: ${refusal.detail}`;
}

const order = (...stages: readonly string[]): TimingPlan =>
  nemaPlan(timing(stages.map((stage) => [stage, 20] as const)));

describe("a controller that has other things to do", () => {
  it.each([
    ["normal", "accepted"],
    ["preempt", "PREEMPT: a preemption has authority"],
    ["startUp", "NOT_ARMED: this controller is in startUp"],
    ["flash", "NOT_ARMED: this controller is in flash"],
    ["tripped", "NOT_ARMED: this controller is in tripped"],
  ] as const)("%s: %s", (operation, expected) => {
    expect(answer(nemaPlan(), nemaCrossing(), { operation })).toBe(expected);
  });
});

describe("a new offset", () => {
  const running: CycleTiming = { ...NEMA_TIMING, offsetMs: 53_000 };
  const moved = (offsetMs: number, change: Partial<AcceptanceContext> = {}) =>
    answer(nemaPlan({ offsetMs }), nemaCrossing(), { running, ...change });

  it("RATE: by a fifth of the cycle, either way round", () => {
    expect(moved(5_000)).toBe("accepted");
    expect(moved(41_000)).toBe("accepted");
    expect(moved(5_001)).toBe("RATE: offset moves by 12001 ms, at most 20 % of 60000 ms");
    expect(moved(40_999)).toBe("RATE: offset moves by 12001 ms, at most 20 % of 60000 ms");
    expect(moved(23_000, { running: null })).toBe("accepted");
  });

  it("TRANSITION: not while the last one is being corrected", () => {
    const still = "TRANSITION: still in transition to an offset of 53000 ms";
    expect(moved(53_000, { coordination: "transition" })).toBe("accepted");
    expect(moved(53_001, { coordination: "transition" })).toBe(still);
    expect(moved(0, { coordination: "transition", running: null })).toBe("accepted");
  });

  const longer: CycleTiming = timing(
    [
      ["2-6", 32],
      ["side", 17],
      ["1-5", 11],
      ["1-6", 10],
    ],
    53,
  );
  const turned: CycleTiming = timing(
    [
      ["side", 17],
      ["1-5", 11],
      ["1-6", 10],
      ["2-6", 22],
    ],
    53,
  );

  it("cannot be compared under another cycle or first stage, and waits for the end of the transition too", () => {
    for (const other of [longer, turned]) {
      const plan = nemaPlan({ ...other, offsetMs: 20_000 });
      expect(answer(plan, nemaCrossing(), { running })).toBe("accepted");
      expect(answer(nemaPlan(other), nemaCrossing(), { running, coordination: "transition" })).toBe(
        "TRANSITION: still in transition to an offset of 53000 ms",
      );
    }
  });
});

describe("what nobody may set", () => {
  it("MALFORMED: a field beside those of a plan", () => {
    expect(answer(withField(nemaPlan(), "yellowMs"))).toBe("MALFORMED: nobody may set yellowMs");
    const stages = nemaPlan().stages.map((split) => ({ ...split, walkMs: 0 }));
    expect(answer(nemaPlan({ stages }))).toBe("MALFORMED: nobody may set walkMs");
    expect(answer(withField(nemaPlan(), "x".repeat(500)))).toBe(
      `MALFORMED: nobody may set ${"x".repeat(40)}`,
    );
  });
});

const walkers = (walk: readonly [number, number] | readonly []) =>
  crossing({
    phases: { A: [5, 3, 0], B: [5, 3, 0, ...walk] },
    stages: { a: ["A"], b: ["B"] },
    conflicts: ["A/B"],
    plans: { day: { a: 30, b: 30 } },
  });

const split = (seconds: number) =>
  nemaPlan(
    timing([
      ["a", seconds],
      ["b", 44],
    ]),
  );

describe("pedestrians", () => {
  it("PED_PENDING: none may be left standing for ever", () => {
    const alone = nemaPlan(timing([["a", 60]]));
    expect(answer(alone, walkers([7, 5]))).toBe("PED_PENDING: pedestrians of phase B would never walk");
    expect(answer(alone, walkers([]))).toBe("MAX_WAIT: phase B would never be served");
  });

  it("MIN_GREEN: a walk that leads takes from the green of the vehicles", () => {
    const plain = crossing({
      phases: { A: [10, 3, 0, 4, 4], B: [5, 3, 0] },
      stages: { a: ["A"], b: ["B"] },
      conflicts: ["A/B"],
      plans: { day: { a: 16, b: 44 } },
    });
    const phases = plain.phases.map(({ pedestrian, ...phase }) =>
      pedestrian === undefined ? phase : { ...phase, pedestrian: { ...pedestrian, leadSeconds: 3 } },
    );
    expect(answer(split(16), { ...plain, phases })).toBe("accepted");
    expect(answer(split(15), { ...plain, phases })).toBe(
      "MIN_GREEN: phase A: 9000 ms of green, at least 10000 ms",
    );
    expect(answer(split(15), plain)).toBe("accepted");
  });
});

const leftSplit = (seconds: number) =>
  nemaPlan(
    timing([
      ["ab", seconds],
      ["c", 45],
      ["b", 10],
    ]),
  );

const short = (splitMs: number, clearanceMs: number) =>
  `CLEARANCE: split of ${splitMs} ms leaves nothing beside ${clearanceMs} ms of clearance`;

describe("CLEARANCE of what is new in an intersection", () => {
  it("an intergreen longer than yellow and red clearance", () => {
    const given: Intersection = {
      ...leftTurnCrossing(),
      intergreens: [
        ["A", "C", 7],
        ["C", "A", 9],
      ],
    };
    expect(answer(leftSplit(12), given)).toBe("accepted");
    expect(answer(leftSplit(7), given)).toBe(short(7_000, 7_000));
    // Only towards a phase that begins, and only of one that ends.
    expect(
      answer(leftSplit(8), {
        ...given,
        intergreens: [
          ["A", "B", 9],
          ["B", "A", 9],
        ],
      }),
    ).toBe("accepted");
  });

  it("an overlap or an arrow that ends with its phases", () => {
    const overlap = { id: "O", kind: "normal", yellowSeconds: 5, redClearSeconds: 3 } as const;
    const withOverlap = (included: readonly string[], minus: readonly string[]): Intersection => ({
      ...leftTurnCrossing(),
      overlaps: [{ ...overlap, included: [...included], minus: [...minus] }],
    });
    expect(answer(leftSplit(8), withOverlap(["A"], []))).toBe(short(8_000, 8_000));
    expect(answer(leftSplit(8), withOverlap(["A", "C"], []))).toBe("accepted");
    expect(answer(leftSplit(8), withOverlap(["A", "B"], ["C"]))).toBe(short(8_000, 8_000));
    expect(answer(leftSplit(8), withOverlap(["B"], ["A"]))).toBe("accepted");
    // The arrow of C clears like C itself; its opposing phase A ends.
    const slow = leftTurnCrossing().phases.map((phase) =>
      phase.id === "C" ? { ...phase, yellowSeconds: 6, redClearSeconds: 2 } : phase,
    );
    const arrow = { id: "F", kind: "flashingYellowArrow", left: "C", delaySeconds: 0 } as const;
    const withArrow = (opposing: string): Intersection => ({
      ...leftTurnCrossing(),
      conflicts: [
        ["A", "B"],
        ["A", "C"],
      ],
      phases: slow,
      overlaps: [{ ...arrow, opposing }],
    });
    expect(answer(leftSplit(8), withArrow("A"))).toBe(short(8_000, 8_000));
    expect(answer(leftSplit(8), withArrow("C"))).toBe("accepted");
  });
});

/** Whose stage `s` has these phases. */
const withStage = (
  phases: readonly string[],
  conflicts: readonly string[],
  overlaps: Intersection["overlaps"],
) => ({
  ...crossing({
    phases: { A: [5, 3, 0], B: [5, 3, 0], C: [5, 3, 0] },
    stages: { s: phases, t: ["A"], u: ["B"], v: ["C"] },
    conflicts,
    plans: { day: { s: 60 } },
  }),
  ...(overlaps === undefined ? {} : { overlaps }),
});

describe("CONFLICT with overlaps and arrows", () => {
  const overlap = {
    id: "O",
    kind: "normal",
    yellowSeconds: 3,
    redClearSeconds: 0,
    minus: [] as string[],
  } as const;
  const arrow = { id: "F", kind: "flashingYellowArrow", left: "A", opposing: "B", delaySeconds: 0 } as const;
  const plan = order("s", "t", "u", "v");

  it("are released with the phases that drive them", () => {
    expect(answer(plan, withStage(["A?", "B"], ["A/B"], undefined))).toBe("accepted");
    expect(answer(plan, withStage(["A?", "B"], ["A/B"], [{ ...overlap, included: ["A"] }]))).toBe(
      "CONFLICT: stage s releases overlap O against B",
    );
    expect(answer(plan, withStage(["A?", "B"], ["A/B"], [{ ...overlap, included: ["A", "C"] }]))).toBe(
      "accepted",
    );
    expect(
      answer(plan, withStage(["A?", "B", "C"], ["A/B"], [{ ...overlap, included: ["A"], minus: ["C"] }])),
    ).toBe("accepted");
    expect(answer(plan, withStage(["B", "C"], ["A/B"], [arrow]))).toBe("accepted");
    expect(answer(plan, withStage(["B", "C"], ["A/B", "A/C"], [arrow]))).toBe(
      "CONFLICT: stage s releases arrow F against C",
    );
  });
});

const street = (permissiveDisplay: "circular" | "arrow", arrowOf?: string): Intersection => {
  const given = crossing({
    phases: { A: [5, 3, 0], B: [5, 3, 0], C: [5, 3, 0] },
    stages: { ab: ["A", "B?"], a: ["A"], b: ["B"], c: ["C"] },
    conflicts: ["A/B", "A/C", "B/C"],
    plans: { day: { ab: 30, c: 30 } },
  });
  const phases = given.phases.map((phase) => (phase.id === "B" ? { ...phase, permissiveDisplay } : phase));
  const arrow = { id: "F", kind: "flashingYellowArrow", opposing: "A", delaySeconds: 0 } as const;
  return {
    ...given,
    phases,
    ...(arrowOf === undefined ? {} : { overlaps: [{ ...arrow, left: arrowOf }] }),
  };
};

describe("YELLOW_TRAP", () => {
  it("a circular green may not end before the traffic that it waits for", () => {
    const trap = "YELLOW_TRAP: B ends before A between stages ab and a";
    expect(answer(order("ab", "a", "c"), street("circular"))).toBe(trap);
    expect(answer(order("a", "c", "ab"), street("circular"))).toBe(trap);
    expect(answer(order("ab", "a", "c"), street("arrow"))).toBe("accepted");
    expect(answer(order("ab", "a", "c"), street("circular", "B"))).toBe("accepted");
    expect(answer(order("ab", "c"), street("circular"))).toBe("accepted");
    expect(answer(order("ab", "b", "c"), street("circular"))).toBe("accepted");
  });
});

const s = (...stages: readonly string[]) => answer(order(...stages), ringCrossing());

describe("SEQUENCE: what the rings can run", () => {
  it.each([
    ["1-5 2-6 4 9"],
    ["2-6 1-5 4 9"],
    ["2-5 1-6 4 9"],
    ["1-5 1-6 2-6 4 9"],
    ["9 1-5 2-6 4"],
    ["2-6 4 9 1-5 1-6"],
    ["1-5 2-6 2-6 4 9"],
  ])("%s", (stages) => {
    expect(s(...stages.split(" "))).toBe("accepted");
  });

  it("refuses all else", () => {
    expect(s("1-5", "2-6", "2", "4", "9")).toBe("SEQUENCE: ring 2 would rest in stage 2");
    // The stages of each side again, so that nothing else is wrong with the plan.
    expect(s("1-5", "2-6", "4", "1-5", "2-6", "9")).toBe(
      "SEQUENCE: the barriers would be crossed backwards 2 times",
    );
    expect(s("1-5", "2-6", "9", "4")).toBe("SEQUENCE: the barriers would be crossed backwards 2 times");
    expect(s("1-5", "2-5", "1-6", "4", "9")).toBe("SEQUENCE: ring 1 would come back to 1");
  });

  it("refuses stages that no ring shows", () => {
    const loose = (stage: string) =>
      answer(order("1-5", "2-6", stage, "4", "9"), { ...ringCrossing(), conflicts: [] });
    expect(loose("4-6")).toBe("SEQUENCE: the rings cannot show stage 4-6");
    expect(loose("1-2")).toBe("SEQUENCE: the rings cannot show stage 1-2");
    const without = ringCrossing({
      rings: [
        [["1", "2"], ["4"], ["9"]],
        [["5"], [], []],
      ],
    });
    expect(answer(order("1-6", "2-5", "4", "9"), without)).toBe("SEQUENCE: the rings cannot show stage 1-6");
  });
});
