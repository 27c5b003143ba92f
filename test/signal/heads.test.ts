import { describe, expect, it } from "vitest";
import { nemaEight, orders, PEDESTRIANS, runStreet, type Timed, vehicle, walker } from "./street.ts";

const walks = { "2": { pedestrian: PEDESTRIANS } };

describe("pedestrians", () => {
  it("who calls in a green that rests gets walk in the next tick; the green then lasts until the walkers are over", () => {
    const inputs: Timed[] = [
      [1, walker(1)],
      [2, vehicle(3)],
    ];
    expect(runStreet(nemaEight(walks), { to: 20, inputs }).shown).toEqual([
      [0, "rGrrrGrr -D------"],
      [1.1, "rGrrrGrr -W------"],
      [8.1, "rGrrrGrr -F------"],
      [16.1, "ryrrryrr -D------"],
    ]);
  });

  it("a second walk in the same green comes after the steady hand of the buffer, 3 s", () => {
    const inputs: Timed[] = [
      [1, walker(1)],
      [10, walker(1)],
    ];
    expect(runStreet(nemaEight(walks), { to: 40, inputs }).shown.slice(3)).toEqual([
      [16.1, "rGrrrGrr -D------"],
      [19.1, "rGrrrGrr -W------"],
      [26.1, "rGrrrGrr -F------"],
      [34.1, "rGrrrGrr -D------"],
    ]);
  });

  it("without a buffer the steady hand still shows for a tick", () => {
    const table = nemaEight({ "2": { pedestrian: { ...PEDESTRIANS, bufferSeconds: 0 } } });
    const inputs: Timed[] = [
      [1, walker(1)],
      [10, walker(1)],
    ];
    expect(runStreet(table, { to: 17, inputs }).shown.slice(3)).toEqual([
      [16.1, "rGrrrGrr -D------"],
      [16.2, "rGrrrGrr -W------"],
    ]);
  });

  it("no second walk while somebody waits for the end of the green: the call is served with the next one", () => {
    const inputs: Timed[] = [
      [2, vehicle(3)],
      [3, walker(1)],
    ];
    expect(runStreet(nemaEight(walks), { to: 30, inputs }).shown).toEqual([
      [0, "rGrrrGrr -D------"],
      [6, "ryrrryrr -D------"],
      [10, "rrrrrrrr -D------"],
      [11, "rrrGrrrr -D------"],
      [17, "rrryrrrr -D------"],
      [21, "rrrrrrrr -D------"],
      [22, "rGrrrrrr -W------"],
      [29, "rGrrrrrr -F------"],
    ]);
  });

  it("walk rests in free operation until a conflicting call, then clears in full", () => {
    const table = nemaEight({ "2": { pedestrian: { ...PEDESTRIANS, restInWalk: true } } });
    const inputs: Timed[] = [
      [1, walker(1)],
      [30, vehicle(3)],
    ];
    expect(runStreet(table, { to: 40, inputs }).shown).toEqual([
      [0, "rGrrrGrr -D------"],
      [1.1, "rGrrrGrr -W------"],
      [30.1, "rGrrrGrr -F------"],
      [38.1, "ryrrryrr -D------"],
    ]);
  });

  it("walk that rests is never shorter than its 7 s", () => {
    const table = nemaEight({ "2": { pedestrian: { ...PEDESTRIANS, restInWalk: true } } });
    const inputs: Timed[] = [
      [1, walker(1)],
      [2, vehicle(3)],
    ];
    expect(runStreet(table, { to: 10, inputs }).shown[2]).toEqual([8.1, "rGrrrGrr -F------"]);
  });

  it("walk does not rest against a forced stage, though nobody calls", () => {
    const table = nemaEight({ "2": { pedestrian: { ...PEDESTRIANS, restInWalk: true } } });
    const inputs: Timed[] = [
      [1, walker(1)],
      [20, orders({ stage: 2 })],
    ];
    expect(runStreet(table, { to: 40, inputs }).shown.slice(2)).toEqual([
      [20.1, "rGrrrGrr -F------"],
      [28.1, "ryrrryrr -D------"],
      [32.1, "rrrrrrrr -D------"],
      [33.1, "rrrGrrrG -D------"],
    ]);
  });

  it("a press during walk is served by it; a phase without pedestrians remembers none", () => {
    const street = runStreet(nemaEight(walks), {
      to: 60,
      inputs: [
        [1, walker(1)],
        [5, walker(1)],
        [6, walker(3)],
      ],
    });
    expect(street.shown).toHaveLength(4);
    expect(street.events.filter(([, code]) => code === 45)).toEqual([[1, 45, 2]]);
    expect(street.state.calls.map(({ pedestrianAt }) => pedestrianAt)).toEqual(Array(8).fill(null));
  });
});

describe("leading pedestrian interval", () => {
  const table = nemaEight({ "4": { pedestrian: { ...PEDESTRIANS, leadSeconds: 3 } } });

  it("walk begins 3 s before the vehicles' green; minimum green counts from the green", () => {
    const inputs: Timed[] = [
      [0, vehicle(3)],
      [0, walker(3)],
      [12, vehicle(0)],
    ];
    expect(runStreet(table, { to: 35, inputs }).shown).toEqual([
      [0, "rGrrrGrr ---D----"],
      [6, "ryrrryrr ---D----"],
      [10, "rrrrrrrr ---D----"],
      [11, "rrrrrrrr ---W----"],
      [14, "rrrGrrrr ---W----"],
      [18, "rrrGrrrr ---F----"],
      [26, "rrryrrrr ---D----"],
      [30, "rrrrrrrr ---D----"],
      [31, "Grrrrrrr ---D----"],
    ]);
  });

  it("a long minimum green after the lead: 3 s and 14 s", () => {
    const long = nemaEight({ "4": { greenMinSeconds: 14, pedestrian: { ...PEDESTRIANS, leadSeconds: 3 } } });
    const inputs: Timed[] = [
      [0, walker(3)],
      [12, vehicle(0)],
    ];
    expect(runStreet(long, { to: 30, inputs }).shown.slice(4)).toEqual([
      [14, "rrrGrrrr ---W----"],
      [18, "rrrGrrrr ---F----"],
      [26, "rrrGrrrr ---D----"],
      [28, "rrryrrrr ---D----"],
    ]);
  });

  it("without a pedestrian's call vehicles begin at once", () => {
    expect(runStreet(table, { to: 12, inputs: [[0, vehicle(3)]] }).shown.at(-1)).toEqual([
      11,
      "rrrGrrrr ---D----",
    ]);
  });
});

function again(changes = {}) {
  return runStreet(nemaEight(changes, { redRest: true }), { to: 18, inputs: [[8, vehicle(1)]] }).shown.at(-1);
}

describe("clearance", () => {
  it("red revert: the same phase is green again 2 s after the end of its yellow, or later where configured", () => {
    // Yellow from 6 to 10 s, red clearance to 11 s; the next car comes during yellow.
    expect(again()).toEqual([12, "rGrrrrrr"]);
    expect(again({ "2": { redRevertSeconds: 5 } })).toEqual([15, "rGrrrrrr"]);
  });

  it("an intergreen of an ordered pair that is longer than yellow and red clearance", () => {
    const table = nemaEight({}, { intergreens: [["2", "4", 7]] });
    const inputs: Timed[] = [
      [0, vehicle(3)],
      [0, vehicle(7)],
      [15, vehicle(1)],
    ];
    expect(runStreet(table, { to: 26, inputs }).shown).toEqual([
      [0, "rGrrrGrr"],
      [6, "ryrrryrr"],
      [10, "rrrrrrrr"],
      // From 2 to 8, and back from 4 to 2, it is 5 s.
      [11, "rrrrrrrG"],
      [13, "rrrGrrrG"],
      [19, "rrryrrry"],
      [23, "rrrrrrrr"],
      [24, "rGrrrrrr"],
    ]);
  });

  it("without red clearance red begins with the end of yellow, and a conflicting green with it", () => {
    const table = nemaEight({ "2": { redClearSeconds: 0 }, "6": { redClearSeconds: 0 } });
    expect(runStreet(table, { to: 12, inputs: [[0, vehicle(3)]] }).shown).toEqual([
      [0, "rGrrrGrr"],
      [6, "ryrrryrr"],
      [10, "rrrGrrrr"],
    ]);
  });
});
