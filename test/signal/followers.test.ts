import { describe, expect, it } from "vitest";
import type { Overlap } from "../../src/model/intersection.ts";
import { nemaEight, orders, runStreet, type Timed, vehicle } from "./street.ts";

const LAG_1 = [
  [
    ["2", "1"],
    ["3", "4"],
  ],
  [
    ["5", "6"],
    ["7", "8"],
  ],
];

function normal(
  included: readonly string[],
  minus: readonly string[],
  times: readonly [number, number] = [4, 1],
): Overlap {
  const [yellowSeconds, redClearSeconds] = times;
  return {
    id: "A",
    kind: "normal",
    included: [...included],
    minus: [...minus],
    yellowSeconds,
    redClearSeconds,
  };
}

function arrow(left: string, opposing: string, delaySeconds: number): Overlap {
  return { id: "F", kind: "flashingYellowArrow", left, opposing, delaySeconds };
}

describe("an overlap", () => {
  it("is green with its parent and ends with it; what it crosses waits for its own, longer clearance", () => {
    const table = nemaEight({}, { overlaps: [normal(["2"], [], [5, 2])] });
    const street = runStreet(table, { to: 15, inputs: [[0, vehicle(3)]] });
    expect(street.shown).toEqual([
      [0, "rGrrrGrr r"],
      [0.1, "rGrrrGrr G"],
      [6, "ryrrryrr y"],
      [10, "rrrrrrrr y"],
      [11, "rrrrrrrr r"],
      [13, "rrrGrrrr r"],
    ]);
    expect(street.events.filter(([, code]) => code >= 61 && code <= 65)).toEqual([
      [0.1, 61, 1],
      [6, 63, 1],
      [11, 64, 1],
      [13, 65, 1],
    ]);
  });

  it("stays green between two parents that follow each other", () => {
    const table = nemaEight({}, { overlaps: [normal(["1", "2"], [])] });
    const inputs: Timed[] = [
      [0, vehicle(3)],
      [5, vehicle(0)],
      [15, vehicle(1)],
      [31, vehicle(3)],
    ];
    expect(runStreet(table, { to: 42, inputs }).shown.slice(7)).toEqual([
      [22, "Grrrrrrr G"],
      [26, "yrrrrrrr G"],
      [29, "rrrrrrrr G"],
      [30, "rGrrrrrr G"],
      [36, "ryrrrrrr y"],
      [40, "rrrrrrrr r"],
      [41, "rrrGrrrr r"],
    ]);
  });

  it("ends with its parent when that is followed by another phase of the ring", () => {
    const table = nemaEight({}, { overlaps: [normal(["1"], [])] });
    const inputs: Timed[] = [
      [0, vehicle(3)],
      [5, vehicle(0)],
      [15, vehicle(1)],
    ];
    expect(runStreet(table, { to: 32, inputs }).shown.slice(6)).toEqual([
      [22, "Grrrrrrr G"],
      [26, "yrrrrrrr y"],
      [29, "rrrrrrrr y"],
      [30, "rrrrrrrr r"],
      // Phase 2 crosses it.
      [31, "rGrrrrrr r"],
    ]);
  });

  it("is red while a minus phase is green or about to be, and green again in the same green of its parent", () => {
    // Back from 2 to 1 while 6 stays.
    const table = nemaEight({}, { overlaps: [normal(["6"], ["1"])] });
    const inputs: Timed[] = [
      [8, vehicle(0)],
      [14, vehicle(1)],
    ];
    expect(runStreet(table, { to: 25, inputs }).shown.slice(1)).toEqual([
      [0.1, "rGrrrGrr G"],
      [8.1, "ryrrrGrr y"],
      [12.1, "rrrrrGrr r"],
      [13.1, "GrrrrGrr r"],
      [17.1, "yrrrrGrr r"],
      [20.1, "rrrrrGrr r"],
      [21.1, "rGrrrGrr G"],
    ]);
  });

  it("keeps its red for 2 s though its parent is green", () => {
    // Phase 2 rests in red at 11 s and comes again at 12 s, 2 s after its yellow; the overlap's yellow lasts until then.
    const table = nemaEight({}, { redRest: true, overlaps: [normal(["2"], [], [6, 0])] });
    expect(runStreet(table, { to: 15, inputs: [[8, vehicle(1)]] }).shown.slice(2)).toEqual([
      [6, "ryrrryrr y"],
      [10, "rrrrrrrr y"],
      [12, "rGrrrrrr r"],
      [14, "rGrrrrrr G"],
    ]);
  });
});

describe("a flashing yellow arrow", () => {
  it("begins with its delay after the opposing green and ends with it, with the left's own clearance", () => {
    const table = nemaEight({}, { overlaps: [arrow("1", "2", 3)] });
    const street = runStreet(table, { to: 12, inputs: [[1, vehicle(3)]] });
    expect(street.shown).toEqual([
      [0, "rGrrrGrr"],
      [3, "gGrrrGrr"],
      [6, "yyrrryrr"],
      [9, "ryrrryrr"],
      [10, "rrrrrrrr"],
      [11, "rrrGrrrr"],
    ]);
    expect(street.events.filter(([, code]) => code === 32 || code === 33)).toEqual([
      [3, 32, 1],
      [6, 33, 1],
    ]);
  });

  it("after the protected green it waits for the red revert of its own head, 2 s after yellow", () => {
    const table = nemaEight({}, { overlaps: [arrow("1", "2", 0)] });
    const inputs: Timed[] = [
      [0, vehicle(3)],
      [15, vehicle(0)],
      [15, vehicle(1)],
    ];
    expect(runStreet(table, { to: 32, inputs }).shown.slice(-4)).toEqual([
      [26, "yrrrrrrr"],
      [29, "rrrrrrrr"],
      [30, "rGrrrrrr"],
      [31, "gGrrrrrr"],
    ]);
  });

  it("the protected green waits for the red revert after the arrow's yellow: never green from yellow", () => {
    // Clearances of 3 s and nothing: arrow and opposing through are red at 11.1 s.
    const short = { yellowSeconds: 3, redClearSeconds: 0 };
    const table = nemaEight({ "1": short, "2": short }, { overlaps: [arrow("1", "2", 0)], rings: LAG_1 });
    expect(runStreet(table, { to: 15, inputs: [[8, vehicle(0)]] }).shown.slice(1)).toEqual([
      [0.1, "gGrrrGrr"],
      [8.1, "yyrrrGrr"],
      [11.1, "rrrrrGrr"],
      [13.1, "GrrrrGrr"],
    ]);
  });

  it("is no yellow trap: the arrow of 5 goes on with 6 when 2 ends for the lagging 1", () => {
    const table = nemaEight({}, { overlaps: [arrow("5", "6", 0)], rings: LAG_1 });
    expect(runStreet(table, { to: 12, inputs: [[8, vehicle(0)]] }).shown.slice(1)).toEqual([
      [0.1, "rGrrgGrr"],
      [8.1, "ryrrgGrr"],
    ]);
  });

  it("what the left crosses waits until the arrow has cleared, 6 s and 2 s", () => {
    const table = nemaEight(
      { "1": { yellowSeconds: 6, redClearSeconds: 2 } },
      { overlaps: [arrow("1", "2", 0)] },
    );
    expect(runStreet(table, { to: 15, inputs: [[1, vehicle(3)]] }).shown.slice(2)).toEqual([
      [6, "yyrrryrr"],
      [10, "yrrrrrrr"],
      [12, "rrrrrrrr"],
      [14, "rrrGrrrr"],
    ]);
  });

  it("and an overlap that the left crosses exclude each other: who is first keeps the other waiting", () => {
    const crossed = normal(["6"], ["1"]);
    const first = nemaEight({}, { overlaps: [crossed, arrow("1", "2", 0)] });
    expect(runStreet(first, { to: 10 }).shown.at(-1)).toEqual([0.1, "rGrrrGrr G"]);
    const second = nemaEight({}, { overlaps: [arrow("1", "2", 0), crossed] });
    expect(runStreet(second, { to: 10 }).shown.at(-1)).toEqual([0.1, "gGrrrGrr r"]);
    // With its delay the arrow comes too late.
    const late = nemaEight({}, { overlaps: [arrow("1", "2", 1), crossed] });
    expect(runStreet(late, { to: 10 }).shown.at(-1)).toEqual([0.1, "rGrrrGrr G"]);
  });

  it("goes with the flash request like a green", () => {
    const table = nemaEight({}, { overlaps: [arrow("1", "2", 0)] });
    expect(runStreet(table, { to: 13, inputs: [[8, orders({ flash: true })]] }).shown.slice(2)).toEqual([
      [8.1, "yyrrryrr"],
      [11.1, "ryrrryrr"],
      [12.1, "rrrrrrrr"],
    ]);
  });
});
