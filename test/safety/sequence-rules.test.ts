import { describe, expect, it } from "vitest";
import type { Intersection, Phase } from "../../src/model/intersection.ts";
import type { CycleTiming } from "../../src/model/plan.ts";
import type { GateContext } from "../../src/safety/context.ts";
import { gate } from "../../src/safety/gate.ts";
import { crossing, leftTurnCrossing, tableOf, timing } from "../signal/crossings.ts";
import { nemaPlan, NOW } from "./plans.ts";
import { ringCrossing } from "./ring-crossing.ts";

/** The violations of one rule alone; the plans here may break others too. */
function violations(
  rule: string,
  intersection: Intersection,
  plan: CycleTiming,
  change: Partial<GateContext> = {},
): readonly string[] {
  const context: GateContext = {
    table: tableOf(intersection),
    operation: "normal",
    coordination: "inStep",
    previous: null,
    cycleChangedAt: null,
    ...change,
  };
  const verdict = gate(nemaPlan(plan), context, NOW);
  return verdict.ok ? [] : verdict.error.filter((found) => found.rule === rule).map(({ detail }) => detail);
}

function displayed(
  intersection: Intersection,
  phase: string,
  permissiveDisplay: Phase["permissiveDisplay"],
): Intersection {
  const phases = intersection.phases.map((own) =>
    own.id === phase && permissiveDisplay !== undefined ? { ...own, permissiveDisplay } : own,
  );
  return { ...intersection, phases };
}

/** Each stage for 20 s. */
const order = (...stages: readonly string[]) => timing(stages.map((stage) => [stage, 20] as const));

const base = (stage: readonly string[], conflicts: readonly string[]) =>
  crossing({
    phases: { A: [5, 3, 0], B: [5, 3, 0], C: [5, 3, 0] },
    stages: { s: stage },
    conflicts,
    plans: { day: { s: 60 } },
  });

const s2 = (intersection: Intersection) => violations("S2", intersection, timing([["s", 60]]));

describe("S2 with overlaps and flashing yellow arrows", () => {
  const overlap = { id: "O", kind: "normal", yellowSeconds: 3, redClearSeconds: 0 } as const;

  it("an overlap is green with a phase that it follows, though that one yields", () => {
    // A yields to B, its overlap does not.
    const overlaps = [{ ...overlap, included: ["A"], minus: [] }];
    expect(s2({ ...base(["A?", "B"], ["A/B"]), overlaps })).toEqual([
      "stage s: overlap O and phase B conflict",
    ]);
    expect(s2(base(["A?", "B"], ["A/B"]))).toEqual([]);
    // Where B yields too, or does not conflict, nothing is wrong.
    expect(s2({ ...base(["A?", "B?"], ["A/B"]), overlaps })).toEqual([]);
    expect(s2({ ...base(["A?", "B"], []), overlaps })).toEqual([]);
    // Red without the phase that it follows.
    expect(s2({ ...base(["B", "C"], ["A/B"]), overlaps })).toEqual([]);
  });

  it("an overlap is red with a minus phase", () => {
    const minus = [{ ...overlap, included: ["A"], minus: ["C"] }];
    expect(s2({ ...base(["A?", "B", "C"], ["A/B"]), overlaps: minus })).toEqual([]);
    expect(s2({ ...base(["A?", "B"], ["A/B"]), overlaps: minus })).toHaveLength(1);
  });

  it("an overlap conflicts with what all its phases conflict with", () => {
    const both = [{ ...overlap, included: ["A", "C"], minus: [] }];
    expect(s2({ ...base(["A?", "B"], ["A/B"]), overlaps: both })).toEqual([]);
    expect(s2({ ...base(["A?", "B"], ["A/B", "B/C"]), overlaps: both })).toEqual([
      "stage s: overlap O and phase B conflict",
    ]);
  });

  it("an arrow yields to the opposing phase, and to no other", () => {
    const arrow = {
      id: "F",
      kind: "flashingYellowArrow",
      left: "A",
      opposing: "B",
      delaySeconds: 0,
    } as const;
    expect(s2({ ...base(["B", "C"], ["A/B"]), overlaps: [arrow] })).toEqual([]);
    expect(s2({ ...base(["B", "C"], ["A/B", "A/C"]), overlaps: [arrow] })).toEqual([
      "stage s: arrow F and phase C conflict",
    ]);
    // No arrow without its opposing phase, and none beside the left's own green.
    expect(s2({ ...base(["C"], ["A/B", "A/C"]), overlaps: [arrow] })).toEqual([]);
    expect(s2({ ...base(["A?", "B", "C"], ["A/B", "A/C"]), overlaps: [arrow] })).toEqual([]);
  });
});

const lead = (leadSeconds: number): Intersection => {
  const plain = crossing({
    phases: { A: [10, 3, 0, 4, 4], B: [5, 3, 0] },
    stages: { a: ["A"], b: ["B"] },
    conflicts: ["A/B"],
    plans: { day: { a: 16, b: 44 } },
  });
  const phases = plain.phases.map(({ pedestrian, ...phase }) =>
    pedestrian === undefined ? phase : { ...phase, pedestrian: { ...pedestrian, leadSeconds } },
  );
  return { ...plain, phases };
};

const split = (seconds: number) =>
  timing([
    ["ab", seconds],
    ["c", 50],
    ["b", 10],
  ]);

describe("S3 and S4 with what is new in an intersection", () => {
  it("S3: a walk that leads is part of the service", () => {
    const plan = timing([
      ["a", 16],
      ["b", 44],
    ]);
    // 13 s from the begin of walk to the end of green: 3 s of lead and 10 s of green.
    expect(violations("S3", lead(3), plan)).toEqual([]);
    expect(violations("S3", lead(3.1), plan)).toEqual(["phase A: green of 13 s, at least 14 s needed"]);
  });

  it("S4: an intergreen longer than yellow and red clearance counts", () => {
    const intersection: Intersection = { ...leftTurnCrossing(), intergreens: [["A", "C", 7]] };
    expect(violations("S4", intersection, split(8))).toEqual([]);
    expect(violations("S4", intersection, split(7))).toEqual(["stage ab: split of 7 s, at least 8 s needed"]);
  });
});

/** A and the opposing left B; `ab` lets B turn through gaps, `a` lets A go alone, `b` lets B go alone. */
const street = (permissiveDisplay?: Phase["permissiveDisplay"]): Intersection =>
  displayed(
    crossing({
      phases: { A: [5, 3, 0], B: [5, 3, 0], C: [5, 3, 0] },
      stages: {
        ab: ["A", "B?"],
        a: ["A"],
        b: ["B"],
        yields: ["A?", "B?"],
        c: ["C"],
        "b-again": ["A", "B"],
      },
      conflicts: ["A/B", "A/C", "B/C"],
      plans: { day: { ab: 30, c: 30 } },
    }),
    "B",
    permissiveDisplay,
  );

describe("S11: no yellow trap", () => {
  it("refuses that the circular green ends while the opposing traffic goes on", () => {
    const trap = order("ab", "a", "c");
    expect(violations("S11", street("circular"), trap)).toEqual([
      "stage ab to a: the circular green of phase B ends, opposing phase A stays green",
    ]);
    expect(violations("S11", street("arrow"), trap)).toEqual([]);
    expect(violations("S11", street(), trap)).toEqual([]);
  });

  it("also over the end of the cycle", () => {
    expect(violations("S11", street("circular"), order("a", "c", "ab"))).toEqual([
      "stage ab to a: the circular green of phase B ends, opposing phase A stays green",
    ]);
  });

  it.each([
    ["both end together", order("ab", "c")],
    ["the opposing traffic ends first", order("ab", "b", "c")],
    ["the turn keeps its green", order("ab", "b-again", "c")],
    ["it had the right of way", order("b", "a", "c")],
    ["the opposing traffic yields as well", order("yields", "a", "c")],
  ])("lets %s", (_, plan) => {
    expect(violations("S11", street("circular"), plan)).toEqual([]);
  });

  it("lets traffic that the turn does not cross stay green", () => {
    const beside = crossing({
      phases: { A: [5, 3, 0], B: [5, 3, 0], C: [5, 3, 0] },
      stages: { abc: ["A", "B?", "C"], c: ["C"] },
      conflicts: ["A/B"],
      plans: { day: { abc: 30, c: 30 } },
    });
    expect(violations("S11", displayed(beside, "B", "circular"), order("abc", "c"))).toEqual([]);
  });

  it("spares a turn with a flashing yellow arrow, and no other", () => {
    const arrow = { id: "F", kind: "flashingYellowArrow", opposing: "A", delaySeconds: 0 } as const;
    const withArrow = (left: string): Intersection => ({
      ...street("circular"),
      overlaps: [{ ...arrow, left }],
    });
    expect(violations("S11", withArrow("B"), order("ab", "a", "c"))).toEqual([]);
    expect(violations("S11", withArrow("C"), order("ab", "a", "c"))).toHaveLength(1);
    const normal: Intersection = {
      ...street("circular"),
      overlaps: [
        { id: "O", kind: "normal", included: ["B"], minus: [], yellowSeconds: 3, redClearSeconds: 0 },
      ],
    };
    expect(violations("S11", normal, order("ab", "a", "c"))).toHaveLength(1);
  });
});

const s12 = (...stages: readonly string[]) => violations("S12", ringCrossing(), order(...stages));

describe("S12: what the rings can run", () => {
  it.each([
    ["lefts first", ["1-5", "2-6", "4", "9"]],
    ["lefts last", ["2-6", "1-5", "4", "9"]],
    ["one left first, one last", ["2-5", "1-6", "4", "9"]],
    ["a ring that moves on before the other", ["1-5", "1-6", "2-6", "4", "9"]],
    ["a round that begins behind a barrier", ["9", "1-5", "2-6", "4"]],
    ["a round that begins in the middle of a group", ["2-6", "4", "9", "1-5", "1-6"]],
    ["a stage twice in a row", ["1-5", "2-6", "2-6", "4", "9"]],
    ["one group alone", ["1-5", "2-6"]],
    ["a single stage", ["4"]],
  ])("%s", (_, stages) => {
    expect(s12(...stages)).toEqual([]);
  });

  it("refuses stages that the rings cannot show", () => {
    expect(s12("1-5", "2-6", "4-6", "1-2", "9")).toEqual([
      "stage 4-6: phases 4 and 6 stand on two sides of a barrier",
      "stage 1-2: phases 1 and 2 stand in one ring",
    ]);
    const without = ringCrossing({
      rings: [
        [["1", "2"], ["4"], ["9"]],
        [["5"], [], []],
      ],
    });
    expect(violations("S12", without, order("1-6", "2-5", "4", "9"))).toEqual([
      "stage 1-6: phase 6 stands in no ring",
    ]);
    const withoutFirst = ringCrossing({
      rings: [
        [["2"], ["4"], ["9"]],
        [["5", "6"], [], []],
      ],
    });
    expect(violations("S12", withoutFirst, order("1-6", "2-5", "4", "9"))).toEqual([
      "stage 1-6: phase 1 stands in no ring",
    ]);
  });

  it("refuses that a ring rests beside phases that it could serve", () => {
    expect(s12("1-5", "2-6", "2", "4", "9")).toEqual(["stage 2: ring 2 rests, it has phases 5, 6 there"]);
  });

  it("refuses that barriers are crossed twice, or the wrong way round", () => {
    expect(s12("1-5", "4", "2-6", "9")).toEqual([
      "barrier groups in the order 1, 2, 1, 3, each once and rising needed",
    ]);
    expect(s12("1-5", "2-6", "9", "4")).toEqual([
      "barrier groups in the order 1, 3, 2, each once and rising needed",
    ]);
  });

  it("refuses that a ring comes back to a phase", () => {
    expect(s12("1-5", "2-5", "1-6", "4", "9")).toEqual([
      "phase 1 begins 2 times a cycle, the rings serve it once",
    ]);
    expect(s12("1-5", "2-6", "4", "9", "4")).toEqual([
      "barrier groups in the order 1, 2, 3, 2, each once and rising needed",
      "phase 4 begins 2 times a cycle, the rings serve it once",
    ]);
  });

  it("does not concern an intersection of stages", () => {
    const { rings: _, ...stages } = ringCrossing();
    const given: Intersection = { ...stages, structure: "stages" };
    expect(violations("S12", given, order("1-5", "4", "1-2", "9"))).toEqual([]);
  });
});
