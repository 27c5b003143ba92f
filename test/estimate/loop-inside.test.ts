import { array, assert, boolean, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { heardAgain } from "../../src/estimate/loop-doubt.ts";
import {
  crossings,
  exitChanged,
  heldAtLines,
  lineChanged,
  type LoopInside,
  NOBODY_INSIDE,
  stageBegan,
  staysInside,
} from "../../src/estimate/loop-inside.ts";
import { loopGeometry } from "../../src/estimate/loop-layout.ts";
import { newLane } from "../../src/estimate/loop-learning.ts";
import { loopLamps, type LoopQueues } from "../../src/estimate/loop-queue.ts";
import { begin, ENTRY, LINE, pass, ROADS, seconds, street, type Street } from "./loop-street.ts";

/** 33 m at 10 m/s, so that 30 m are left when the rear leaves the loop: 3 s for who passed it with 10 m/s. */
const WAY = [{ meters: 33, speedMetersPerSecond: 10 }];
/** 7 m with 10 m/s. */
const ROLLING_SECONDS = 0.7;

/** Two loops at stop lines of one approach, and two of one exit. */
const LINES = [0, 1];
const EXITS = [2, 3];
const lineTold = (inside: LoopInside, detector: number, on: boolean, at: number) =>
  lineChanged(inside, { detector, on, at: seconds(at) }, WAY, ROLLING_SECONDS, (other) =>
    LINES.includes(other),
  );
const exitTold = (inside: LoopInside, detector: number, on: boolean, at: number) =>
  exitChanged(inside, { detector, on, at: seconds(at) }, (other) => EXITS.includes(other));
const comeIn = (inside: LoopInside, at: number) => lineTold(inside, 0, false, at);
const goOut = (inside: LoopInside, at: number) => exitTold(inside, 2, true, at);
const begins = (inside: LoopInside, at: number) => stageBegan(inside, seconds(at));
const stays = (inside: LoopInside, at: number, held = 0) => staysInside(inside, held, seconds(at));
const comeInAt = (...times: readonly number[]) => times.reduce(comeIn, NOBODY_INSIDE);

describe("who passed a stop line and came onto no exit", () => {
  it("is late once it ought to be out, and needs its time from when the last one passed", () => {
    // Due at 3 s. One who is late is out 3 s + 2 s after the last passage; green in a second reaches it 2.5 s later.
    const one = comeInAt(0);
    expect([stays(one, 3), stays(one, 3.1)]).toEqual([false, false]);
    // Two: 3 + 2 · 2 = 7 s after the last, so green before 1 + 4.5 - 1 = 4.5 s meets them.
    const two = comeInAt(0, 1);
    expect([stays(two, 4), stays(two, 4.1), stays(two, 4.6)]).toEqual([false, true, false]);
  });

  it("is waited for longer the more there are, and whoever is held up on a stop-line loop counts", () => {
    const three = comeInAt(0, 1, 1);
    expect([stays(three, 6.4), stays(three, 6.5)]).toEqual([true, false]);
    expect([stays(comeInAt(0, 1), 6.4, 1), stays(comeInAt(0, 1), 6.5, 1)]).toEqual([true, false]);
    expect(stays(NOBODY_INSIDE, 0, 3)).toBe(false);
  });

  it("is out when somebody came onto an exit, whoever it was", () => {
    expect(stays(goOut(goOut(comeInAt(0, 1, 1), 3), 3), 4.3)).toBe(false);
    expect(stays(goOut(comeInAt(0, 1, 1), 3), 4.1)).toBe(true);
  });

  it("comes out one after the other, and who is left needs its time from the last who did", () => {
    // All three late; one is out at 5 s, so the others are at 5 + 2 · 2 = 9 s: green in a second meets them before 5.5 s.
    const twoLeft = goOut(comeInAt(0, 0, 0), 5);
    expect([stays(twoLeft, 5.4), stays(twoLeft, 5.5)]).toEqual([true, false]);
  });

  it("is waited for while it drives, if it needs two seconds yet", () => {
    // 30 m, from 4 m/s with 2 m/s² up to 10 m/s: 21 m in 3 s, and 0.9 s more.
    const slow = lineChanged(NOBODY_INSIDE, { detector: 0, on: false, at: seconds(0) }, WAY, 2, () => false);
    expect(slow.vehicles).toEqual([{ dueAt: seconds(3.9) }]);
    expect([stays(slow, 1.9), stays(slow, 2)]).toEqual([true, false]);
  });

  it("is one vehicle when it changes lanes over two loops, whichever tells first", () => {
    const overLines = (first: boolean) =>
      first
        ? lineTold(lineTold(NOBODY_INSIDE, 0, false, 1), 1, true, 1)
        : lineTold(lineTold(NOBODY_INSIDE, 1, true, 1), 0, false, 1);
    expect([overLines(true).vehicles, overLines(false).vehicles]).toEqual([[], []]);
    expect(lineTold(overLines(true), 1, false, 3).vehicles.length).toBe(1);
    const overExits = (first: boolean) => {
      const one = exitTold(comeInAt(0, 0), 2, true, 3);
      return first
        ? exitTold(exitTold(one, 2, false, 4), 3, true, 4.1)
        : exitTold(exitTold(one, 3, true, 4), 2, false, 4.1);
    };
    expect([overExits(true).vehicles.length, overExits(false).vehicles.length]).toEqual([1, 1]);
    // Two who are a bit apart.
    expect(lineTold(lineTold(NOBODY_INSIDE, 0, false, 1), 1, true, 1.2).vehicles.length).toBe(1);
    expect(exitTold(exitTold(comeInAt(0, 0), 2, true, 3), 3, true, 3).vehicles).toEqual([]);
  });

  it("comes out of a short turn before it has left the stop-line loop, and is not inside then", () => {
    const turned = comeIn(goOut(NOBODY_INSIDE, 1), 2.9);
    expect(turned.vehicles).toEqual([]);
    // Two seconds later it is somebody else, who began his trip on the exit.
    expect(comeIn(goOut(NOBODY_INSIDE, 1), 3).vehicles.length).toBe(1);
  });

  it("is forgotten when a stage begins and it is late, and eight seconds later when it is not", () => {
    const inside = begins(comeInAt(0, 4), 5);
    expect(inside.vehicles.length).toBe(1);
    expect(goOut(inside, 12.9).lostShare).toBeLessThan(inside.lostShare);
    // Forgotten: who comes out is nobody's.
    expect(goOut(inside, 13).outBeforeIn).toEqual([seconds(13)]);
  });
});

/** By stages of 10 s: one comes in, none comes out. */
const lost = (stages: number) =>
  Array.from({ length: stages }, (_, stage) => stage * 10).reduce(
    (inside, at) => begins(comeIn(inside, at), at + 9),
    NOBODY_INSIDE,
  );
/** Whether two more of whom nobody comes out are waited for. */
const two = (inside: LoopInside, at: number) => stays(comeIn(comeIn(inside, at), at + 1), at + 4.1);

describe("a count of which much is lost", () => {
  it("is not believed, until enough came out again", () => {
    // 1 - 0.98^n > 0.15 from n = 9 on.
    expect([two(lost(8), 100), two(lost(9), 100)]).toEqual([true, false]);
    const found = Array.from({ length: 10 }, (_, k) => 100 + 5 * k).reduce(
      (inside, at) => goOut(comeIn(inside, at), at + 3),
      lost(9),
    );
    expect(two(found, 160)).toBe(true);
  });

  it("keeps its balance: as many as came in less those that came out, whatever the order", () => {
    assert(
      property(array(boolean(), { maxLength: 40 }), (steps) => {
        let inside = NOBODY_INSIDE;
        let balance = 0;
        for (const [index, comes] of steps.entries()) {
          // More than two seconds apart, so that nobody who comes in is taken for one who is out already.
          inside = comes ? comeIn(inside, 3 * index) : goOut(inside, 3 * index);
          balance = comes ? balance + 1 : Math.max(0, balance - 1);
          expect(inside.vehicles.length).toBe(balance);
        }
      }),
    );
  });
});

const lane = (changed: number, released: boolean, stopped: number) => ({
  ...newLane(seconds(0)),
  occupied: true,
  changedAt: seconds(changed),
  releasedAt: seconds(10),
  stoppedAt: seconds(stopped),
  released,
});

describe("held up on a stop-line loop", () => {
  it("is who has stood there for three and a half seconds of its green, now or in the one that just ended", () => {
    expect(heldAtLines([lane(12, true, 0)], seconds(15.4))).toBe(0);
    expect(heldAtLines([lane(12, true, 0)], seconds(15.5))).toBe(1);
    // It stood there in red: only what is green counts.
    expect(heldAtLines([lane(2, true, 0)], seconds(13.4))).toBe(0);
    expect(heldAtLines([lane(12, false, 17)], seconds(26.9))).toBe(1);
    expect(heldAtLines([lane(12, false, 17)], seconds(27))).toBe(0);
    expect(heldAtLines([lane(12, false, 15.4)], seconds(20))).toBe(0);
    expect(heldAtLines([{ ...lane(12, true, 0), occupied: false }], seconds(20))).toBe(0);
  });
});

/** The street with its lanes connected. */
function connected(): Street {
  const { table, intersection } = street();
  const map = {
    ...ROADS,
    links: ROADS.links.map((link) => ({ ...link, lanes: [{ id: `${link.id}.0` }, { id: `${link.id}.1` }] })),
    connections: [
      { fromLane: "in.0", toLane: "on.0", lengthMeters: 33 },
      { fromLane: "in.1", toLane: "on.0", lengthMeters: 53, insideSpeedMetersPerSecond: 8 },
      { fromLane: "in.1", toLane: "in.0", lengthMeters: 90 },
    ],
  };
  return { table, intersection, geometry: loopGeometry(table, intersection, map) };
}

describe("whose crossing is counted", () => {
  it("has the ways from its lane to the exits that it often takes", () => {
    expect(connected().geometry.crossings?.slice(0, 3)).toEqual([
      [{ meters: 33, speedMetersPerSecond: 10 }],
      [{ meters: 53, speedMetersPerSecond: 8 }],
      [],
    ]);
  });

  it("is nobody's where loops are missing or lanes' connections are not told", () => {
    expect(street().geometry.crossings).toBeNull();
    const { table, intersection } = connected();
    const map = { ...ROADS, connections: [] };
    expect(crossings(table, intersection, map)).not.toBeNull();
    const exits = table.exits.map((exit) => ({ ...exit, entryLoops: [] }));
    expect(crossings({ ...table, exits }, intersection, map)).toBeNull();
  });
});

describe("the loops of a junction", () => {
  const place = connected();
  const lamps = (state: LoopQueues, shown: string, at: number) =>
    loopLamps(state, place.table, shown, seconds(at));
  /** Green from 0 s on; two come in from lane 0, whose rears leave the loop at 1 and 2 s. */
  const twoIn = () =>
    pass(pass(lamps(begin(place), "GGGG", 0), place, LINE[0], 0.3, 1), place, LINE[0], 1.3, 2);

  it("tell who comes in and out", () => {
    expect(twoIn().inside.vehicles.length).toBe(2);
    expect(pass(twoIn(), place, ENTRY, 4, 4.7).inside.vehicles.length).toBe(1);
    expect(heardAgain(twoIn(), seconds(3)).inside).toEqual(NOBODY_INSIDE);
  });

  it("forget with the next green who should have been out", () => {
    const red = lamps(twoIn(), "rrrr", 3);
    expect(red.inside.vehicles.length).toBe(2);
    expect(lamps(red, "GGGG", 10).inside.vehicles).toEqual([]);
  });

  it("do not take for inside who comes to a red and goes over to the lane beside", () => {
    const red = lamps(twoIn(), "rrrr", 3);
    expect(pass(red, place, LINE[1], 6, 9).inside.vehicles.length).toBe(2);
    // Who came onto the loop in green and leaves it late has been held up with its front over the line.
    expect(pass(lamps(twoIn(), "rrrr", 10), place, LINE[1], 2.5, 14).inside.vehicles.length).toBe(3);
  });
});
