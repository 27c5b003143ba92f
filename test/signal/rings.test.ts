import { describe, expect, it } from "vitest";
import {
  actuated,
  detector,
  eventsOf,
  nemaEight,
  PEDESTRIANS,
  runStreet,
  type Timed,
  vehicle,
} from "./street.ts";

const MAIN = "rGrrrGrr";
const MAIN_YELLOW = "ryrrryrr";
const RED = "rrrrrrrr";

/** A car that leaves the loop of the phase at this second. */
function car(phase: number, offAt: number): readonly Timed[] {
  return [
    [Math.round(offAt * 10 - 1) / 10, detector(phase, true)],
    [offAt, detector(phase, false)],
  ];
}

describe("two rings in free operation: who is served", () => {
  it("rests in green when nobody calls", () => {
    expect(runStreet(nemaEight(), { to: 60 }).shown).toEqual([[0, MAIN]]);
  });

  it("serves a call across the barrier: 6 s of minimum green, 4 s of yellow, 1 s of red clearance", () => {
    const street = runStreet(nemaEight(), { to: 30, inputs: [[1, vehicle(3)]] });
    expect(street.shown).toEqual([
      [0, MAIN],
      [6, MAIN_YELLOW],
      [10, RED],
      [11, "rrrGrrrr"],
    ]);
  });

  it("brings up a phase with dual entry where a ring has no call", () => {
    const table = nemaEight({ "8": { dualEntry: true } });
    expect(runStreet(table, { to: 12, inputs: [[1, vehicle(3)]] }).shown.at(-1)).toEqual([11, "rrrGrrrG"]);
    expect(runStreet(table, { to: 12, inputs: [[1, vehicle(2)]] }).shown.at(-1)).toEqual([11, "rrGrrrrG"]);
  });

  it("dual entry does not keep out a call of its own ring", () => {
    const table = nemaEight({ "8": { dualEntry: true } });
    const inputs: Timed[] = [
      [1, vehicle(3)],
      [1, vehicle(6)],
    ];
    expect(runStreet(table, { to: 12, inputs }).shown.at(-1)).toEqual([11, "rrrGrrGr"]);
  });

  it("passes over phases without a call: from 2 and 6 to 4, from there to 1 alone", () => {
    const inputs: Timed[] = [
      [0, vehicle(0)],
      [0, vehicle(3)],
    ];
    expect(runStreet(nemaEight(), { to: 40, inputs }).shown).toEqual([
      [0, MAIN],
      [6, MAIN_YELLOW],
      [10, RED],
      [11, "rrrGrrrr"],
      [17, "rrryrrrr"],
      [21, RED],
      [22, "Grrrrrrr"],
    ]);
  });

  it("goes back before the barrier where nobody waits beyond: 2 ends for 1, 6 stays", () => {
    expect(runStreet(nemaEight(), { to: 20, inputs: [[8, vehicle(0)]] }).shown).toEqual([
      [0, MAIN],
      [8.1, "ryrrrGrr"],
      [12.1, "rrrrrGrr"],
      [13.1, "GrrrrGrr"],
    ]);
  });

  it("a lagging left comes after its through, while the other ring stays green", () => {
    const rings = [
      [
        ["2", "1"],
        ["3", "4"],
      ],
      [
        ["5", "6"],
        ["7", "8"],
      ],
    ];
    const inputs: Timed[] = [
      [0, vehicle(0)],
      [0, vehicle(3)],
    ];
    expect(runStreet(nemaEight({}, { rings }), { to: 25, inputs }).shown).toEqual([
      [0, MAIN],
      [6, "ryrrrGrr"],
      [10, "rrrrrGrr"],
      [11, "GrrrrGrr"],
      [15, "yrrrryrr"],
      [18, "rrrrryrr"],
      [19, RED],
      [20, "rrrGrrrr"],
    ]);
  });

  it("leading lefts together, then each ring goes on by itself", () => {
    const inputs: Timed[] = [
      [0, vehicle(3)],
      [5, vehicle(0)],
      [5, vehicle(4)],
      [15, vehicle(1)],
      [15, vehicle(5)],
      // A second car in lane 5.
      ...car(4, 25.5),
    ];
    expect(runStreet(nemaEight(), { from: 0, to: 40, inputs }).shown).toEqual([
      [0, MAIN],
      [6, MAIN_YELLOW],
      [10, RED],
      [11, "rrrGrrrr"],
      [17, "rrryrrrr"],
      [21, RED],
      [22, "GrrrGrrr"],
      [26, "yrrrGrrr"],
      [27.5, "yrrryrrr"],
      [29, "rrrryrrr"],
      [30, "rGrryrrr"],
      [30.5, "rGrrrrrr"],
      [31.5, MAIN],
    ]);
  });

  it("an idle ring takes up a call of the group that is green", () => {
    const inputs: Timed[] = [
      [0, vehicle(3)],
      [15, vehicle(6)],
      [15, vehicle(7)],
    ];
    const table = nemaEight({ "4": { greenMinSeconds: 30 } });
    expect(runStreet(table, { to: 30, inputs }).shown.slice(3)).toEqual([
      [11, "rrrGrrrr"],
      [15.1, "rrrGrrGr"],
      [19.1, "rrrGrryr"],
      [22.1, "rrrGrrrr"],
      [23.1, "rrrGrrrG"],
    ]);
  });

  it("all red without calls where red rest is configured, and green again at once", () => {
    const street = runStreet(nemaEight({}, { redRest: true }), { to: 40, inputs: [[20, vehicle(3)]] });
    expect(street.shown).toEqual([
      [0, MAIN],
      [6, MAIN_YELLOW],
      [10, RED],
      [20.1, "rrrGrrrr"],
      [26.1, "rrryrrrr"],
      [30.1, RED],
    ]);
    expect(eventsOf(street, 2, 4, 5, 6)).toEqual([[6, 4]]);
  });

  it("red rest waits for the minimum green and for the gap of every ring", () => {
    const street = runStreet(nemaEight({}, { redRest: true }), {
      to: 20,
      inputs: [
        [5, detector(5, true)],
        [7.3, detector(5, false)],
      ],
    });
    expect(street.shown[1]).toEqual([9.3, MAIN_YELLOW]);
  });

  it("four rings cross a barrier together", () => {
    const table = actuated(
      {
        phases: { a: [5, 3, 1], b: [8, 4, 1], c: [5, 3, 2], d: [5, 3, 0], e: [5, 3, 1], f: [5, 3, 1] },
        stages: { abcd: ["a", "b", "c", "d"], ef: ["e", "f"] },
        conflicts: ["a/e", "a/f", "b/e", "b/f", "c/e", "c/f", "d/e", "d/f"],
        plans: { day: { abcd: 30, ef: 30 } },
      },
      {},
      {
        structure: "ringBarrier",
        rings: [
          [["a"], ["e"]],
          [["b"], []],
          [["c"], ["f"]],
          [["d"], []],
        ],
      },
    );
    const inputs: Timed[] = [
      [1, vehicle(4)],
      [1, vehicle(5)],
    ];
    expect(runStreet(table, { to: 20, inputs }).shown).toEqual([
      [0, "GGGGrr"],
      [8, "yyyyrr"],
      [11, "ryrrrr"],
      [12, "rrrrrr"],
      [13, "rrrrGG"],
    ]);
  });
});

describe("two rings in free operation: how long a green lasts", () => {
  const side: Timed = [0, vehicle(3)];

  it("until the gap: the passage time of 2 s counts from the end of the last actuation", () => {
    const inputs: Timed[] = [side, [5, detector(1, true)], [6.5, detector(1, false)]];
    expect(runStreet(nemaEight(), { to: 10, inputs }).shown).toEqual([
      [0, MAIN],
      [8.5, MAIN_YELLOW],
    ]);
  });

  it("a loop that stays covered has no gap; the maximum of 20 s counts from the conflicting call", () => {
    const inputs: Timed[] = [
      [1, detector(1, true)],
      [2, vehicle(3)],
    ];
    const street = runStreet(nemaEight(), { to: 40, inputs });
    expect(street.shown).toEqual([
      [0, MAIN],
      [22.1, MAIN_YELLOW],
      [26.1, RED],
      [27.1, "rrrGrrrr"],
      // The car on the loop of phase 2 is still there.
      [33.1, "rrryrrrr"],
      [37.1, RED],
      [38.1, "rGrrrrrr"],
    ]);
    expect(eventsOf(street, 2, 4, 5, 6)).toEqual([[22.1, 5]]);
    expect(eventsOf(street, 6, 4, 5, 6)).toEqual([[22.1, 4]]);
  });

  it("a second conflicting call does not start the maximum anew", () => {
    const inputs: Timed[] = [
      [1, detector(1, true)],
      [2, vehicle(3)],
      [15, vehicle(7)],
    ];
    expect(runStreet(nemaEight(), { to: 25, inputs }).shown[1]).toEqual([22.1, MAIN_YELLOW]);
  });

  it("maximum recall: to the maximum from the begin of green, though no car comes", () => {
    const table = nemaEight({ "2": { recall: "maximum" } });
    expect(runStreet(table, { to: 25, inputs: [[5, vehicle(3)]] }).shown[1]).toEqual([20, MAIN_YELLOW]);
    expect(runStreet(table, { to: 30, inputs: [[25, vehicle(3)]] }).shown[1]).toEqual([25.1, MAIN_YELLOW]);
  });

  it("minimum recall: served without cars, for the minimum", () => {
    const table = nemaEight({ "2": { recall: "minimum" }, "4": { recall: "minimum" } });
    expect(runStreet(table, { to: 34 }).shown).toEqual([
      [0, MAIN],
      [6, MAIN_YELLOW],
      [10, RED],
      [11, "rrrGrrrr"],
      [17, "rrryrrrr"],
      [21, RED],
      [22, "rGrrrrrr"],
      [28, "ryrrrrrr"],
      [32, RED],
      [33, "rrrGrrrr"],
    ]);
  });

  it("soft recall: served when nobody waits, and only then", () => {
    const table = nemaEight({ "2": { recall: "soft" } });
    const inputs: Timed[] = [side, [12, vehicle(0)]];
    expect(runStreet(table, { to: 45, inputs }).shown.slice(3)).toEqual([
      [11, "rrrGrrrr"],
      [17, "rrryrrrr"],
      [21, RED],
      // The call of phase 1 goes first, the soft recall next; a green that soft recall ends has its gap.
      [22, "Grrrrrrr"],
      [26, "yrrrrrrr"],
      [29, RED],
      [30, "rGrrrrrr"],
    ]);
  });

  it("soft recall ends a green that rests, whose own minimum recall does not call it back at once", () => {
    const table = nemaEight({ "2": { recall: "soft" }, "4": { recall: "minimum" } });
    expect(runStreet(table, { to: 30 }).shown.slice(3)).toEqual([
      [11, "rrrGrrrr"],
      [17, "rrryrrrr"],
      [21, RED],
      [22, "rGrrrrrr"],
      [28, "ryrrrrrr"],
    ]);
  });

  it("pedestrian recall: served with walk and flashing don't walk, 15 s", () => {
    const table = nemaEight({ "4": { pedestrian: { ...PEDESTRIANS, recall: true } } });
    expect(runStreet(table, { to: 30 }).shown).toEqual([
      [0, "rGrrrGrr ---D----"],
      [6, "ryrrryrr ---D----"],
      [10, "rrrrrrrr ---D----"],
      [11, "rrrGrrrr ---W----"],
      [18, "rrrGrrrr ---F----"],
      [26, "rrrGrrrr ---D----"],
    ]);
  });

  it("gap reduction: after 5 s with a conflicting call the gap falls from 3 s to 1 s within 10 s", () => {
    const gapReduction = { beforeSeconds: 5, toReduceSeconds: 10, gapMinSeconds: 1 };
    const table = nemaEight({ "2": { passageSeconds: 3, gapReduction } });
    const ends = (...cars: readonly number[]) =>
      runStreet(table, { to: 25, inputs: [side, ...cars.flatMap((offAt) => car(1, offAt))] }).shown[1];
    // The call counts from 0.1 s. At 10.1 s the gap is 2 s, and 2.1 s are over; at 10 s it was 2.02 s.
    expect(ends(3, 5.5, 8)).toEqual([10.1, MAIN_YELLOW]);
    // At 15.1 s it is down to 1 s.
    expect(ends(3, 5.5, 8, 9.5, 11, 12, 13, 14)).toEqual([15.1, MAIN_YELLOW]);
    expect(ends(3, 5.5, 8, 9.5, 11, 12, 13, 14, 15)).toEqual([16, MAIN_YELLOW]);
    expect(ends(3, 5.5, 8, 9.5, 11, 12, 13, 14, 15, 16, 17)).toEqual([18, MAIN_YELLOW]);
  });

  it("gap reduction does not begin without a conflicting call", () => {
    const gapReduction = { beforeSeconds: 0, toReduceSeconds: 1, gapMinSeconds: 1 };
    const table = nemaEight({ "2": { passageSeconds: 3, gapReduction } });
    const inputs: Timed[] = [...car(1, 9), [10.4, vehicle(3)]];
    // Called at 10.5 s: 1.5 s after the car. The gap falls by 0.2 s in a tick: 2.0 s at 11.0 s.
    expect(runStreet(table, { to: 15, inputs }).shown[1]).toEqual([11, MAIN_YELLOW]);
  });
});

describe("at the barrier", () => {
  // Phase 6 has its gap at 6 s; phase 2 at 8.5 s, and then a car stands on the loop of 6 from 8 to 9 s.
  const inputs: Timed[] = [
    [0, vehicle(3)],
    [5, detector(1, true)],
    [6.5, detector(1, false)],
    [8, detector(5, true)],
    [9, detector(5, false)],
  ];

  it("simultaneous gap: who has waited at the barrier is extended again", () => {
    expect(runStreet(nemaEight(), { to: 12, inputs }).shown[1]).toEqual([11, MAIN_YELLOW]);
  });

  it("without it the gap is remembered until the barrier is crossed", () => {
    const table = nemaEight({ "6": { simultaneousGap: false } });
    const street = runStreet(table, { to: 12, inputs });
    expect(street.shown[1]).toEqual([8.5, MAIN_YELLOW]);
    expect(eventsOf(street, 6, 4, 5, 6)).toEqual([[8.5, 4]]);
  });

  it("but not from a time at which nobody waited beyond it", () => {
    const table = nemaEight({ "2": { simultaneousGap: false }, "6": { simultaneousGap: false } });
    const late: Timed[] = [
      [14, detector(1, true)],
      [15, vehicle(3)],
      [16, detector(1, false)],
    ];
    expect(runStreet(table, { to: 20, inputs: late }).shown[1]).toEqual([18, MAIN_YELLOW]);
  });

  it("conditional service: the left is served again where the other ring lasts long enough", () => {
    // Phase 6 has cars until its maximum at 20.1 s. Back to 1 takes 5 s of clearance, 4 s of green, 4 s of clearance: 13 s.
    const table = nemaEight({ "2": { conditionalService: true } });
    const busy: Timed[] = [
      [0, detector(5, true)],
      [0, vehicle(3)],
    ];
    expect(runStreet(table, { to: 21, inputs: [...busy, [3, vehicle(0)]] }).shown).toEqual([
      [0, MAIN],
      [6, "ryrrrGrr"],
      [10, "rrrrrGrr"],
      [11, "GrrrrGrr"],
      [20.1, "yrrrryrr"],
    ]);
    expect(runStreet(table, { to: 21, inputs: [...busy, [7, vehicle(0)]] }).shown[1]).toEqual([
      7.1,
      "ryrrrGrr",
    ]);
    expect(runStreet(table, { to: 21, inputs: [...busy, [7.1, vehicle(0)]] }).shown[1]).toEqual([
      20.1,
      MAIN_YELLOW,
    ]);
    expect(runStreet(nemaEight(), { to: 21, inputs: [...busy, [3, vehicle(0)]] }).shown[1]).toEqual([
      20.1,
      MAIN_YELLOW,
    ]);
  });

  it("conditional service never takes from a green that has not had its gap", () => {
    const table = nemaEight({ "2": { conditionalService: true } });
    const busy: Timed[] = [
      [0, detector(5, true)],
      [0, detector(1, true)],
      [0, vehicle(3)],
      [1, vehicle(0)],
    ];
    expect(runStreet(table, { to: 21, inputs: busy }).shown[1]).toEqual([20.1, MAIN_YELLOW]);
  });
});
