import { describe, expect, it } from "vitest";
import {
  actuated,
  detector,
  eventsOf,
  orders,
  preempt,
  runStreet,
  threeStages,
  type Timed,
  vehicle,
  walker,
} from "./street.ts";

describe("stages in free operation", () => {
  it("rest without calls; serve the next stage that is called, passing over others", () => {
    expect(runStreet(threeStages(), { to: 30 }).shown).toEqual([[0, "Grr"]]);
    const street = runStreet(threeStages(), { to: 30, inputs: [[1, vehicle(2)]] });
    expect(street.shown).toEqual([
      [0, "Grr"],
      [6, "yrr"],
      [9, "rrr"],
      [10, "rrG"],
    ]);
    expect(eventsOf(street, 1, 4, 5, 6)).toEqual([[6, 4]]);
  });

  it("in the order of the configuration, from the present stage on", () => {
    const inputs: Timed[] = [
      [1, vehicle(2)],
      [11, vehicle(1)],
      [11, vehicle(0)],
    ];
    expect(runStreet(threeStages(), { to: 45, inputs }).shown.slice(3)).toEqual([
      [10, "rrG"],
      [15, "rry"],
      [18, "rrr"],
      [20, "Grr"],
      [26, "yrr"],
      [29, "rrr"],
      [30, "rGr"],
    ]);
  });

  it("until the gap or the maximum", () => {
    const inputs: Timed[] = [
      [1, vehicle(2)],
      [4, detector(0, true)],
      [7.5, detector(0, false)],
    ];
    expect(runStreet(threeStages(), { to: 20, inputs }).shown[1]).toEqual([10.5, "yrr"]);
    const full = runStreet(threeStages(), { to: 30, inputs: inputs.slice(0, 2) });
    expect(full.shown[1]).toEqual([21.1, "yrr"]);
    expect(eventsOf(full, 1, 4, 5, 6)).toEqual([[21.1, 5]]);
  });

  it("a call that has waited for 240 s ends a green whose loop is covered", () => {
    const table = threeStages({ A: { greenMaxSeconds: 600 } });
    const inputs: Timed[] = [
      [0, detector(0, true)],
      [1, vehicle(2)],
    ];
    const street = runStreet(table, { to: 250, inputs });
    expect(street.shown[1]).toEqual([241, "yrr"]);
    expect(eventsOf(street, 1, 4, 5, 6)).toEqual([[241, 6]]);
  });

  it("soft recall brings the rest back to its stage", () => {
    const table = threeStages({ A: { greenMaxSeconds: 20, recall: "soft" } });
    expect(runStreet(table, { to: 30, inputs: [[1, vehicle(2)]] }).shown.slice(3)).toEqual([
      [10, "rrG"],
      [15, "rry"],
      [18, "rrr"],
      [20, "Grr"],
    ]);
  });

  it("soft recall is passed over while a car waits for another stage", () => {
    const table = threeStages({ B: { recall: "soft" } });
    expect(runStreet(table, { to: 30, inputs: [[1, vehicle(2)]] }).shown).toEqual([
      [0, "Grr"],
      [6, "yrr"],
      [9, "rrr"],
      [10, "rrG"],
      [15, "rry"],
      [18, "rrr"],
      [20, "rGr"],
    ]);
  });

  it("a stage that only adds a phase begins at once, and both then end each in its own time", () => {
    const table = actuated({
      phases: { A: [6, 3, 1], B: [5, 3, 1], C: [5, 3, 2] },
      stages: { a: ["A"], ab: ["A", "B"], c: ["C"] },
      conflicts: ["A/C", "B/C"],
      plans: { day: { a: 30, ab: 20, c: 20 } },
    });
    expect(
      runStreet(table, {
        to: 20,
        inputs: [
          [1, vehicle(1)],
          [3, vehicle(2)],
        ],
      }).shown,
    ).toEqual([
      [0, "Grr"],
      [1.1, "GGr"],
      [6.1, "yyr"],
      [9.1, "rrr"],
      [10.1, "rrG"],
    ]);
  });

  it("the maximum also counts for a phase that does not conflict with the waiting one, when no stage has both", () => {
    const table = actuated(
      {
        phases: { A: [6, 3, 1], E: [5, 3, 1], C: [5, 3, 2] },
        stages: { ae: ["A", "E"], c: ["C"] },
        conflicts: ["A/C"],
        plans: { day: { ae: 30, c: 20 } },
      },
      { E: { greenMaxSeconds: 20 } },
    );
    const inputs: Timed[] = [
      [1, detector(1, true)],
      [2, vehicle(2)],
    ];
    expect(runStreet(table, { to: 30, inputs }).shown).toEqual([
      [0, "GGr"],
      [22.1, "yyr"],
      [25.1, "rrr"],
      [26.1, "rrG"],
    ]);
  });
});

describe("orders", () => {
  it("a forced stage comes after the minimum green and stays, whoever calls, until it is released", () => {
    const inputs: Timed[] = [
      [1, orders({ stage: 2 })],
      [12, vehicle(0)],
      [40, orders({})],
    ];
    expect(runStreet(threeStages(), { to: 50, inputs }).shown).toEqual([
      [0, "Grr"],
      [6, "yrr"],
      [9, "rrr"],
      [10, "rrG"],
      // The gap has long been there.
      [40.1, "rry"],
      [43.1, "rrr"],
      [45.1, "Grr"],
    ]);
  });

  it("a forced stage gives way to a call that has waited for 240 s, and comes back after its service", () => {
    const inputs: Timed[] = [
      [1, orders({ stage: 2 })],
      [12, vehicle(0)],
    ];
    expect(runStreet(threeStages(), { to: 270, inputs }).shown.slice(3)).toEqual([
      [10, "rrG"],
      [252, "rry"],
      [255, "rrr"],
      [257, "Grr"],
      [263, "yrr"],
      [266, "rrr"],
      [267, "rrG"],
    ]);
  });

  it("a held green lasts until it is released, or a call is overdue after 240 s", () => {
    const held: Timed[] = [
      [1, orders({ hold: [0] })],
      [2, vehicle(2)],
    ];
    expect(runStreet(threeStages(), { to: 60, inputs: [...held, [50, orders({})]] }).shown[1]).toEqual([
      50.1,
      "yrr",
    ]);
    expect(runStreet(threeStages(), { to: 260, inputs: held }).shown[1]).toEqual([242, "yrr"]);
  });

  it("a hold of a phase that the next stage keeps does not stop the change", () => {
    const table = actuated({
      phases: { A: [6, 3, 1], B: [5, 3, 1], C: [5, 3, 2] },
      stages: { ab: ["A", "B"], ac: ["A", "C"] },
      conflicts: ["B/C"],
      plans: { day: { ab: 30, ac: 20 } },
    });
    const called: Timed = [2, vehicle(2)];
    expect(runStreet(table, { to: 30, inputs: [[1, orders({ hold: [0] })], called] }).shown).toEqual([
      [0, "GGr"],
      [5, "Gyr"],
      [8, "Grr"],
      [9, "GrG"],
    ]);
    expect(runStreet(table, { to: 30, inputs: [[1, orders({ hold: [1] })], called] }).shown).toEqual([
      [0, "GGr"],
    ]);
  });
});

describe("yellow trap", () => {
  /** Throughs N and S, left L from the side of N on its circular green, left M of S's side; side street X. */
  const table = actuated(
    {
      phases: { N: [6, 3, 1], S: [6, 3, 1], L: [5, 3, 1], M: [5, 3, 1], X: [5, 3, 1] },
      stages: { all: ["N", "S", "L?"], lag: ["S", "M"], side: ["X"] },
      conflicts: ["L/S", "N/M", "L/M", "N/X", "S/X", "L/X", "M/X"],
      plans: { day: { all: 30, side: 20, lag: 20 } },
    },
    { L: { permissiveDisplay: "circular" } },
    {
      preempts: [
        {
          id: "fire",
          kind: "emergency",
          delaySeconds: 0,
          entry: { greenMinSeconds: 2, walkSeconds: 0, clearSeconds: 0 },
          dwell: { phases: ["S", "M"], greenMinSeconds: 5 },
          exit: { phases: ["X"] },
          presenceMaxSeconds: 100,
        },
      ],
    },
  );

  it("a circular green that yields takes the opposing through with it, which begins anew after its red revert", () => {
    // To stage lag the plan would keep S green.
    expect(runStreet(table, { to: 12, inputs: [[1, orders({ stage: 1 })]] }).shown).toEqual([
      [0, "GGgrr"],
      [6, "yyyrr"],
      [9, "rrrrr"],
      [11, "rGrGr"],
    ]);
  });

  it("it ends together with the opposing through", () => {
    expect(runStreet(table, { to: 12, inputs: [[1, orders({ stage: 2 })]] }).shown).toEqual([
      [0, "GGgrr"],
      [6, "yyyrr"],
      [9, "rrrrr"],
      [10, "rrrrG"],
    ]);
  });

  it("a turn that looks at an arrow of its own may end alone", () => {
    const { intersection } = table;
    const arrow = actuated(
      {
        phases: { N: [6, 3, 1], S: [6, 3, 1], L: [5, 3, 1], M: [5, 3, 1], X: [5, 3, 1] },
        stages: { all: ["N", "S", "L?"], lag: ["S", "M"], side: ["X"] },
        conflicts: intersection.conflicts.map((pair) => pair.join("/")),
        plans: { day: { all: 30, side: 20, lag: 20 } },
      },
      { L: { permissiveDisplay: "arrow" } },
    );
    expect(runStreet(arrow, { to: 12, inputs: [[1, orders({ stage: 1 })]] }).shown).toEqual([
      [0, "GGgrr"],
      [6, "yGyrr"],
      [9, "rGrrr"],
      [10, "rGrGr"],
    ]);
  });

  it("in free operation too", () => {
    expect(runStreet(table, { to: 12, inputs: [[1, vehicle(3)]] }).shown).toEqual([
      [0, "GGgrr"],
      [6, "yyyrr"],
      [9, "rrrrr"],
      [11, "rGrGr"],
    ]);
  });

  it("the opposing through ends only when it may: its walkers are over", () => {
    const walking = actuated(
      {
        phases: { N: [6, 3, 1], S: [6, 3, 1, 7, 5], L: [5, 3, 1], M: [5, 3, 1] },
        stages: { all: ["N", "S", "L?"], lag: ["S", "M"] },
        conflicts: ["L/S", "N/M", "L/M"],
        plans: { day: { all: 30, lag: 20 } },
      },
      { L: { permissiveDisplay: "circular" } },
    );
    const inputs: Timed[] = [
      [0, walker(1)],
      [1, orders({ stage: 1 })],
    ];
    expect(runStreet(walking, { to: 13, inputs }).shown).toEqual([
      [0, "GGgr -D--"],
      [0.1, "GGgr -W--"],
      [7.1, "GGgr -F--"],
      [12.1, "yyyr -D--"],
    ]);
  });

  it("a preemption ends the opposing through with the turn, and begins it again", () => {
    expect(runStreet(table, { to: 16, inputs: [[4, preempt(true)]] }).shown).toEqual([
      [0, "GGgrr"],
      [4.1, "yyyrr"],
      [7.1, "rrrrr"],
      // Phase M as soon as N and L have cleared; S has its red revert of 2 s.
      [8.1, "rrrGr"],
      [9.1, "rGrGr"],
    ]);
  });
});
