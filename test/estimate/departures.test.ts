import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import {
  closeDepartures,
  countDeparture,
  type DepartureState,
  followLamps,
  startDepartures,
} from "../../src/estimate/departures.ts";
import { type LaneTable, laneTable } from "../../src/estimate/lanes.ts";
import type { Movement } from "../../src/model/intersection.ts";
import { instantMs } from "../../src/units.ts";
import { detectedT, withMovements } from "./shared-lane.ts";

// Phases 1, 2, 6, 8; streams EBT, EBR (one lane), WBT, WBL, NBL, NBR; loops: five stop lines, one advance, three entries.
const T = laneTable(detectedT());
const NO_ENTRIES = detectedT().detectors.map(() => 0);
const WEST_LOOP = 0;

const at = instantMs;
const lamps = (shown: string, from = 0): DepartureState =>
  followLamps(startDepartures(T), T, shown, at(from));

describe("a departure", () => {
  it("belongs to the movement of its lane", () => {
    const { departures } = countDeparture(lamps("rrGr"), T, 1, at(500));
    expect(departures).toEqual([0, 0, 1, 0, 0, 0]);
  });

  it("from a shared lane belongs to each movement by its share", () => {
    const { departures } = countDeparture(lamps("rGGr"), T, WEST_LOOP, at(500));
    expect(departures).toEqual([0.75, 0.25, 0, 0, 0, 0]);
  });

  it("from a lane whose movements have different phases belongs to those that may go", () => {
    const split = laneTable(withMovements(splitLane("1")));
    const going = (shown: string) =>
      countDeparture(followLamps(startDepartures(split), split, shown, at(0)), split, 0, at(500)).departures;
    expect(going("rGrr"), "through only").toEqual([1, 0]);
    expect(going("grrr"), "left only, yielding").toEqual([0, 1]);
    expect(going("rryr"), "neither: either may have gone").toEqual([0.75, 0.25]);
    expect(going("yGrr"), "yellow still goes").toEqual([0.75, 0.25]);
  });

  it("from before the last change of lamps is judged by the lamps before", () => {
    const split = laneTable(withMovements(splitLane("1")));
    const through = followLamps(startDepartures(split), split, "rGrr", at(0));
    const left = followLamps(through, split, "Grrr", at(10_000));
    expect(countDeparture(left, split, 0, at(9_900)).departures).toEqual([1, 0]);
    expect(countDeparture(left, split, 0, at(10_000)).departures).toEqual([0, 1]);
  });

  it("over a loop that is at no stop line belongs to nobody", () => {
    expect(T.streamsOfLoop[5]).toEqual([]);
  });
});

describe("green time", () => {
  it("counts while any movement of the lane is green, yellow not", () => {
    let state = lamps("rGGr");
    state = followLamps(state, T, "ryGr", at(20_000));
    state = followLamps(state, T, "rrGr", at(23_000));
    const { greenMs } = closeDepartures(state, T, NO_ENTRIES, at(30_000));
    const byLane = Object.fromEntries(T.lanes.map(({ id }, lane) => [id, greenMs[lane]]));
    expect(byLane).toEqual({
      "west_t.0": 20_000,
      "east_t.0": 30_000,
      "east_t.1": 0,
      "south_t.1": 0,
      "south_t.0": 0,
    });
  });

  it("begins at nothing in the next interval, which goes on under the same lamps", () => {
    const first = closeDepartures(lamps("rGGr"), T, NO_ENTRIES, at(30_000)).state;
    const { greenMs } = closeDepartures(first, T, NO_ENTRIES, at(40_000));
    expect(greenMs[0]).toBe(10_000);
  });
});

function movement(id: string, turn: Movement["turn"], toLink: string, phase: string): Movement {
  return {
    id,
    turn,
    fromLink: "west_t",
    fromLanes: ["west_t.0"],
    toLink,
    phase,
    saturationFlowVehPerHour: 1800,
  };
}

/** A lane of the west approach shared by a through movement of phase 2 and a left turn of another phase. */
function splitLane(leftPhase: string): readonly Movement[] {
  return [movement("EBT", "through", "t_east", "2"), movement("EBL", "left", "t_south", leftPhase)];
}

function depart(state: DepartureState, table: LaneTable, loop: number, vehicles: number): DepartureState {
  let current = state;
  for (let vehicle = 0; vehicle < vehicles; vehicle += 1) {
    current = countDeparture(current, table, loop, at(1000));
  }
  return current;
}

describe("the fit to the exits", () => {
  it("moves a shared lane's vehicles to where the exits saw them, worked by hand", () => {
    // 40 vehicles left the shared lane, 30 and 10 by the prior shares; the exits counted 20 and 20.
    const table = laneTable(withMovements(splitLane("2")));
    const open = depart(startDepartures(table), table, 0, 40);
    const { vehicles } = closeDepartures(open, table, [0, 20, 20], at(300_000));
    expect(vehicles[0]).toBeCloseTo(20, 6);
    expect(vehicles[1]).toBeCloseTo(20, 6);
  });

  it("keeps what a lane counted, even where the exits counted otherwise", () => {
    const table = laneTable(withMovements(splitLane("2")));
    const open = depart(startDepartures(table), table, 0, 40);
    // Half of the vehicles left unseen over the exits: 10 and 10 of 40.
    const { vehicles } = closeDepartures(open, table, [0, 10, 10], at(300_000));
    expect(vehicles[0]).toBeCloseTo(20, 6);
    expect(vehicles[1]).toBeCloseTo(20, 6);
  });

  it("leaves streams alone whose exit has no loop", () => {
    const intersection = withMovements(splitLane("2"));
    const table = laneTable({ ...intersection, detectors: intersection.detectors.slice(0, 1) });
    const open = depart(startDepartures(table), table, 0, 40);
    const { vehicles } = closeDepartures(open, table, [0], at(300_000));
    expect(vehicles).toEqual([30, 10]);
  });

  it("conserves every lane's vehicles and keeps shares that add up to 1, for any counts", () => {
    const stopLines = T.lanes.map(({ stopLineLoops }) => defined(stopLineLoops[0], "loop"));
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60 }), {
          minLength: stopLines.length,
          maxLength: stopLines.length,
        }),
        fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 3, maxLength: 3 }),
        (departed, entered) => {
          let state = lamps("GGGG");
          for (const [lane, vehicles] of departed.entries()) {
            state = depart(state, T, defined(stopLines[lane], "loop"), vehicles);
          }
          const entries = [0, 0, 0, 0, 0, 0, ...entered];
          const { vehicles, state: next } = closeDepartures(state, T, entries, at(300_000));
          for (const [lane, { id, streams }] of T.lanes.entries()) {
            const total = streams.reduce((sum, stream) => sum + defined(vehicles[stream], "vehicles"), 0);
            expect(total, `vehicles of ${id}`).toBeCloseTo(defined(departed[lane], "departed"), 6);
            const shares = streams.map((stream) => defined(next.shares[stream], "share"));
            expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
            expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
          }
          expect(next.departures.every((count) => count === 0)).toBe(true);
        },
      ),
    );
  });

  it("learns nothing of a lane that nobody left", () => {
    const open = depart(lamps("GGGG"), T, 1, 30);
    const { state } = closeDepartures(open, T, [0, 0, 0, 0, 0, 0, 5, 5, 30], at(300_000));
    expect(state.shares.slice(0, 2)).toEqual([0.75, 0.25]);
  });
});

describe("shares over many intervals", () => {
  // Exit loops see the T's streams pairwise: EBT+NBR, EBR+WBL, WBT+NBL; only the west lane is shared.
  const [west, east0, east1, south1, south0] = [0, 1, 2, 3, 4];

  function learned(rightShare: number, intervals: number, noise: () => number): number {
    let state = startDepartures(T);
    for (let interval = 0; interval < intervals; interval += 1) {
      const vehicles = { west: 60, wbt: 50, wbl: 12, nbl: 20, nbr: 16 };
      const right = Math.round(vehicles.west * rightShare + noise());
      state = depart(state, T, west, vehicles.west);
      state = depart(state, T, east0, vehicles.wbt);
      state = depart(state, T, east1, vehicles.wbl);
      state = depart(state, T, south1, vehicles.nbl);
      state = depart(state, T, south0, vehicles.nbr);
      const entries = [
        0,
        0,
        0,
        0,
        0,
        0,
        vehicles.west - right + vehicles.nbr,
        right + vehicles.wbl,
        vehicles.wbt + vehicles.nbl,
      ];
      state = closeDepartures(state, T, entries, at((interval + 1) * 300_000)).state;
    }
    return defined(state.shares[1], "share of the right turn");
  }

  it("come to what drives, from wherever they began", () => {
    for (const share of [0.05, 0.25, 0.5, 0.8]) {
      expect(
        learned(share, 40, () => 0),
        `right turns ${share}`,
      ).toBeCloseTo(share, 1);
      expect(Math.abs(learned(share, 40, () => 0) - share)).toBeLessThan(0.02);
    }
  });

  it("do not jump with the noise of one interval", () => {
    let sign = 1;
    const share = learned(0.4, 41, () => {
      sign = -sign;
      return 9 * sign;
    });
    // A single interval said 0.25 or 0.55.
    expect(Math.abs(share - 0.4)).toBeLessThan(0.05);
  });
});
