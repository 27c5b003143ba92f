import { describe, expect, it } from "vitest";
import { advanceSignal, startSignal } from "../../src/signal/machine.ts";
import { instantMs } from "../../src/units.ts";
import {
  crossing,
  leftTurnCrossing,
  MIDNIGHT,
  NEMA_TIMING,
  nemaCrossing,
  second,
  tableOf,
  timing,
} from "./crossings.ts";
import { active, runSignal, samePlan } from "./run.ts";

describe("a NEMA-like cycle", () => {
  const table = tableOf(nemaCrossing());

  // Heads in the order 1 2 4 5 6; walk for 2 and 4.
  const firstCycle = [
    [7, "rGrrG -WD--"],
    [8, "rGrrG -FD--"],
    [2, "rGrrG -DD--"],
    [4, "ryrry -DD--"],
    [1, "rrrrr -DD--"],
    [7, "rrGrr -DW--"],
    [5, "rrGrr -DF--"],
    [3, "rryrr -DD--"],
    [2, "rrrrr -DD--"],
    [6, "GrrGr -DD--"],
    // Phase 1 goes on while phase 5 clears for 3 s of yellow and 2 s of red.
    [3, "Grryr -DD--"],
    [2, "Grrrr -DD--"],
    [6, "GrrrG -DD--"],
    // Phase 6 goes on over the end of the cycle while phase 1 clears.
    [3, "yrrrG -DD--"],
    [1, "rrrrG -DD--"],
  ];

  it("shows every second what the plan says, overlapping phases without a break", () => {
    const { shown } = runSignal(table, active(NEMA_TIMING), 0, 60);
    expect(shown).toEqual(firstCycle);
  });

  it("repeats itself in the next cycle", () => {
    const { shown } = runSignal(table, active(NEMA_TIMING), 0, 120);
    expect(shown).toEqual([...firstCycle, ...firstCycle]);
  });

  it("keeps the instant since when a phase is green through a change of stage", () => {
    const { states } = runSignal(table, active(NEMA_TIMING), 0, 70);
    expect(states[65]?.heads.map(({ interval, greenAt }) => (interval === "green" ? greenAt : null))).toEqual(
      [null, second(60), null, null, second(50)],
    );
    expect(states[65]?.cycle?.startAt).toBe(second(60));
  });

  it("the clock of a plan with an offset begins later", () => {
    const { shown } = runSignal(table, active({ ...NEMA_TIMING, offsetMs: 30_000 }), 30, 90);
    expect(shown).toEqual(firstCycle);
  });

  it("starts in the middle of the cycle with whole greens, and the cycle runs late for it", () => {
    // 20 s into the cycle the plan clears 2 and 6; their greens begin now, and phase 2 takes the 15 s of its walkers.
    const { shown, states } = runSignal(table, active(NEMA_TIMING), 20, 41);
    expect(shown).toEqual([
      [7, "rGrrG -WD--"],
      [8, "rGrrG -FD--"],
      [4, "ryrry -DD--"],
      [1, "rrrrr -DD--"],
      [1, "rrGrr -DW--"],
    ]);
    expect(states[0]?.cycle?.startAt).toBe(second(0));
  });

  it("is due at each begin and end of an interval, and at few instants between", () => {
    let state = advanceSignal(
      table,
      startSignal(table, active(NEMA_TIMING), MIDNIGHT, second(0)),
      MIDNIGHT,
      second(0),
      samePlan,
    ).state;
    const due: number[] = [];
    while (state.dueAt < second(40)) {
      due.push((state.dueAt - MIDNIGHT) / 1000);
      const { dueAt } = state;
      state = advanceSignal(table, state, MIDNIGHT, dueAt, samePlan).state;
    }
    // Walk over, minimum green, walkers over, yellow over, side street, and again.
    expect(due).toEqual(expect.arrayContaining([7, 10, 15, 17, 21, 22, 29, 34, 37, 39]));
    expect(due.length).toBeLessThan(20);
    const early = advanceSignal(table, state, MIDNIGHT, instantMs(state.dueAt - 1), samePlan);
    expect(early).toEqual({ state, events: [] });
  });
});

describe("permissive greens", () => {
  const table = tableOf(leftTurnCrossing());

  it("a left turn that yields gets full green when its foe has cleared", () => {
    const plan = timing([
      ["ab", 30],
      ["b", 10],
      ["c", 20],
    ]);
    expect(runSignal(table, active(plan), 0, 60).shown).toEqual([
      [27, "Ggr"],
      [3, "ygr"],
      [7, "rGr"],
      [3, "ryr"],
      [17, "rrG"],
      [3, "rry"],
    ]);
  });

  it("a left turn that will have to yield does so for its yellow and red clearance before its foe starts", () => {
    const plan = timing([
      ["b", 10],
      ["ab", 30],
      ["c", 20],
    ]);
    expect(runSignal(table, active(plan), 0, 60).shown).toEqual([
      [7, "rGr"],
      [3, "rgr"],
      [27, "Ggr"],
      [3, "yyr"],
      [17, "rrG"],
      [3, "rry"],
    ]);
  });

  it("phases that exchange full green and yielding clear while both yield", () => {
    const swap = tableOf(
      crossing({
        phases: { A: [5, 3, 1], B: [5, 3, 2] },
        stages: { a: ["A", "B?"], b: ["A?", "B"] },
        conflicts: ["A/B"],
        plans: { day: { a: 20, b: 20 } },
      }),
    );
    const plan = timing([
      ["a", 20],
      ["b", 20],
    ]);
    expect(runSignal(swap, active(plan), 0, 40).shown).toEqual([
      [16, "Gg"],
      [4, "gg"],
      [15, "gG"],
      [5, "gg"],
    ]);
  });
});

describe("stages without an intergreen", () => {
  const table = tableOf(
    crossing({
      phases: { A: [5, 3, 0], B: [5, 3, 0] },
      stages: { a: ["A"], ab: ["A", "B"] },
      conflicts: [],
      plans: { day: { a: 20, ab: 20 } },
    }),
  );

  it("a stage that only adds a phase begins in the instant in which the one before ends", () => {
    const plan = timing([
      ["a", 20],
      ["ab", 20],
    ]);
    const { shown } = runSignal(table, active(plan), 0, 45);
    expect(shown).toEqual([
      [20, "Gr"],
      [17, "GG"],
      [3, "Gy"],
      [5, "Gr"],
    ]);
  });

  it("a stage that is planned for less than a step is shown for a step, wherever it falls", () => {
    const coarse = tableOf(
      crossing({
        phases: { A: [5, 3, 0], B: [5, 3, 0], C: [5, 3, 0] },
        stages: { b: ["B"], ab: ["A", "B?"], a: ["A"], c: ["C"] },
        conflicts: ["A/B", "A/C", "B/C"],
        plans: { day: { b: 10.3, ab: 3.4, a: 20.3, c: 10 } },
      }),
    );
    const plan = timing([
      ["b", 10.3],
      ["ab", 3.4],
      ["a", 20.3],
      ["c", 10],
    ]);
    // Stage ab would be green from 10.3 to 10.7 s. Without it on the street, A seems to begin as B turns yellow.
    expect(runSignal(coarse, active(plan), 0, 20).shown).toEqual([
      [8, "rGr"],
      [3, "rgr"],
      [1, "Ggr"],
      [3, "Gyr"],
      [5, "Grr"],
    ]);
  });

  it("a plan of one stage never changes its lamps; its cycles go on", () => {
    const { shown, states } = runSignal(table, active(timing([["ab", 30]])), 0, 100);
    expect(shown).toEqual([[100, "GG"]]);
    expect(states.at(-1)?.cycle?.startAt).toBe(second(90));
    expect(states.at(-1)?.heads.map(({ greenAt }) => greenAt)).toEqual([second(0), second(0)]);
  });

  it("a stage that follows itself goes on", () => {
    const plan = timing([
      ["a", 10],
      ["ab", 15],
      ["ab", 15],
    ]);
    expect(runSignal(table, active(plan), 0, 40).shown).toEqual([
      [10, "Gr"],
      [27, "GG"],
      [3, "Gy"],
    ]);
  });
});

describe("a change of plan", () => {
  const table = tableOf(nemaCrossing());

  it("comes at the end of the cycle, is asked for once, and starts to correct its offset", () => {
    const asked: number[] = [];
    const longer = active(
      timing(
        [
          ["2-6", 32],
          ["side", 17],
          ["1-5", 11],
          ["1-6", 10],
        ],
        3,
      ),
      "q",
    );
    const { states } = runSignal(table, active(NEMA_TIMING), 0, 62, (at) => {
      asked.push((at - MIDNIGHT) / 1000);
      return longer;
    });
    expect(asked).toEqual([56]);
    expect(states[55]?.plan.id).toBe("p");
    expect(states[56]?.plan.id).toBe("q");
    // 60 s after midnight is 57 s late in a cycle of 70 s with an offset of 3 s, 13 s early: 14 s are allowed.
    expect(states[60]?.cycle?.coordination).toBe("transition");
    expect(states[60]?.cycle?.splitsMs.reduce((sum, splitMs) => sum + splitMs, 0)).toBe(83_000);
    expect(states[60]?.cycle?.startAt).toBe(second(60));
  });

  // Phase 6 has been green for 6 s of its 10 when the cycle ends; a plan that begins with the side street ends it.
  const sideFirst = active(
    timing([
      ["side", 17],
      ["1-5", 11],
      ["1-6", 10],
      ["2-6", 22],
    ]),
    "q",
  );

  it("prolongs the last green until the phases that the new plan ends are served", () => {
    const { shown, states } = runSignal(table, active(NEMA_TIMING), 50, 72, (_, running) =>
      running.id === "p" ? sideFirst : running,
    );
    expect(shown).toEqual([
      // Started at 50 s, where stage 1-6 begins: phases 1 and 6 are served at 60 s.
      [10, "GrrrG -DD--"],
      [3, "yrrry -DD--"],
      [1, "rrrry -DD--"],
      [1, "rrrrr -DD--"],
      [7, "rrGrr -DW--"],
    ]);
    expect(states[6]?.following?.id).toBe("q");
    expect(states[9]?.plan.id).toBe("p");
    expect(states[10]?.plan.id).toBe("q");
    expect(states[10]?.following).toBeNull();
    expect(states[15]?.cycle?.startAt).toBe(second(65));
  });

  it("is asked for when the green is planned to end, though phase 1, begun 2 s before, has its 5 s first", () => {
    const asked: number[] = [];
    runSignal(table, active(NEMA_TIMING), 54, 70, (at, running) => {
      asked.push((at - MIDNIGHT) / 1000);
      return running;
    });
    expect(asked).toEqual([56]);
  });

  it("asks once even then, and takes the plan that it was given", () => {
    let asked = 0;
    const { states } = runSignal(table, active(NEMA_TIMING), 50, 66, (_, running) => {
      asked += 1;
      return asked === 1 ? sideFirst : running;
    });
    expect(asked).toBe(1);
    expect(states.at(-1)?.plan.id).toBe("q");
  });
});
