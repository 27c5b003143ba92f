import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { doubtedLanes, heardAgain, isBlind, supposedLane } from "../../src/estimate/loop-doubt.ts";
import { type LaneLearning, newLane } from "../../src/estimate/loop-learning.ts";
import { loopEvent, loopLamps, type LoopQueues } from "../../src/estimate/loop-queue.ts";
import { ADVANCE, begin, ENTRY, expected, LINE, look, pass, seconds, street } from "./loop-street.ts";

const place = street();

/** A lane whose loop changed last at 0 s, with 0.2 vehicles a second then, whose last green ended at 170 s. */
function silent(change: Partial<LaneLearning> = {}): LaneLearning {
  return {
    ...newLane(seconds(0)),
    departed: { perSecond: 0.2, at: seconds(0) },
    stoppedAt: seconds(170),
    ...change,
  };
}

/** What is supposed of the lane where no advance loop lies before it. */
const suppose = (lane: LaneLearning, at: number) =>
  supposedLane({ lanes: [lane], loops: [] }, { advance: [] }, 0, seconds(at));

const vehicles = (lane: LaneLearning, at: number): readonly number[] | undefined =>
  suppose(lane, at)?.arrivals.map((arrival) => arrival.vehicles);

describe("an approach whose loops all say nothing", () => {
  it("is believed for three minutes, and until thirty vehicles ought to have come", () => {
    expect(suppose(silent(), 179)).toBeUndefined();
    expect(suppose(silent(), 180)).toBeDefined();
    const rare = silent({ departed: { perSecond: 0.03, at: seconds(0) } });
    expect(suppose(rare, 999)).toBeUndefined();
    expect(suppose(rare, 1000)).toBeDefined();
    expect(suppose(silent({ departed: { perSecond: 0, at: seconds(0) } }), 9999)).toBeUndefined();
  });

  it("makes suppose a quarter more than came before, since the last green: 20 s of 0.25 vehicles a second", () => {
    expect(vehicles(silent(), 190)).toEqual([1, 1, 1, 1, 1]);
    const { arrivals, vehPerSecond } = defined(suppose(silent(), 190), "supposed");
    expect(vehPerSecond).toBeCloseTo(0.25, 9);
    // They have stood 10 s on average.
    expect(arrivals[0]?.urgency).toBeCloseTo(1 + 10 / 120, 9);
  });

  it("in green takes off who can have left: 25 s × 0.25 less 7.5 s at 2 s each", () => {
    expect(vehicles(silent({ released: true, releasedAt: seconds(185) }), 195)).toEqual([1, 1, 0.5]);
    expect(vehicles(silent({ released: true, releasedAt: seconds(185) }), 230)).toEqual([]);
  });

  it("never supposes more than thirty", () => {
    expect(vehicles(silent(), 2000)?.length).toBe(30);
  });
});

/** A vehicle each ten seconds on lane 0 for ten minutes, over its advance loop and then its stop line, with green for all; then red. */
function busy(): LoopQueues {
  let state = loopLamps(begin(place), place.table, "GGGG", seconds(0));
  for (let at = 0; at < 600; at += 10) {
    state = pass(pass(state, place, ADVANCE[0], at, at + 0.7), place, LINE[0], at + 8, at + 9);
  }
  return loopLamps(state, place.table, "rrrr", seconds(600));
}

/** As many pass the advance loop of lane 0, one in three seconds from 600 s on; lane 0 keeps its red. */
function passing(count: number): LoopQueues {
  let state = busy();
  for (let index = 0; index < count; index += 1) {
    state = pass(state, place, ADVANCE[0], 600 + 3 * index, 600.7 + 3 * index);
  }
  return state;
}

/** What the advance loop of lane 0 has learnt of where its vehicles go. */
const chances = (queues: LoopQueues) => queues.approaches[0]?.loops[0]?.seen;

describe("a stop-line loop that is silent although vehicles come", () => {
  it("is doubted once eight were to come, of whom it is known that nearly all do", () => {
    expect([...doubtedLanes(passing(7), seconds(640))]).toEqual([]);
    expect([...doubtedLanes(passing(10), seconds(640))]).toEqual([0]);
    expect(expected(look(passing(10), place, 640), 0)).toBeGreaterThan(13.5);
    expect(expected(look(passing(10), place, 640), 0)).toBeLessThan(15);
  });

  it("never where nobody has ever come: it may be a lane that hardly anybody uses", () => {
    let state = begin(place);
    for (let count = 1; count <= 400; count += 1) {
      state = pass(state, place, ADVANCE[0], 3 * count, 3 * count + 0.7);
    }
    expect(doubtedLanes(state, seconds(1300)).size).toBe(0);
    expect(state.approaches[0]?.lanes[0]?.missed).toBe(0);
  });

  it("not before half a minute: they may all be on their way", () => {
    const state = passing(10);
    expect([...doubtedLanes(pass(state, place, LINE[0], 628, 629), seconds(640))]).toEqual([]);
  });

  it("is supposed to let them go in green: 2.5 s for the start, then one in two seconds", () => {
    const green = loopLamps(passing(12), place.table, "GGGG", seconds(640));
    const left = (at: number): number => expected(look(green, place, at), 0);
    expect(left(642.5)).toBeGreaterThan(11);
    expect(left(642.5) - left(646.5)).toBeCloseTo(2, 6);
    // In the next red those are left who did not go.
    const red = loopLamps(green, place.table, "rrrr", seconds(652.5));
    expect(expected(look(red, place, 700), 0)).toBeCloseTo(left(652.5), 6);
    expect(left(652.5)).toBeCloseTo(left(642.5) - 5, 6);
  });

  it("learns nothing meanwhile: the chances of its advance loop stay as they were", () => {
    let state = passing(10);
    state = pass(state, place, ADVANCE[0], 636, 636.7);
    const before = chances(state);
    for (let index = 0; index < 30; index += 1) {
      state = pass(state, place, ADVANCE[0], 640 + 3 * index, 640.7 + 3 * index);
    }
    expect(chances(state)).toEqual(before);
  });

  it("is supposed to have a queue as far as an advance loop on which somebody stands: 100 m at 7.5 m each", () => {
    const green = loopLamps(passing(10), place.table, "GGGG", seconds(640));
    const red = loopLamps(green, place.table, "rrrr", seconds(660));
    expect(expected(look(red, place, 670), 0)).toBeLessThan(7);
    const stands = loopEvent(red, place.table, { detector: ADVANCE[0], on: true, at: seconds(661) });
    expect(expected(look(stands, place, 670), 0)).toBeCloseTo(100 / 7.5, 6);
  });

  it("is believed again with its first change", () => {
    const back = pass(passing(10), place, LINE[0], 750, 751);
    expect([...doubtedLanes(back, seconds(752))]).toEqual([]);
  });
});

describe("loops that are heard again", () => {
  const again = heardAgain(busy(), seconds(900));

  it("forget who was there, keep what they learnt, and suppose somebody on every lane until it is heard", () => {
    expect(expected(look(again, place, 900), 0)).toBe(0);
    // Learnt 0.087 a second and a quarter more on lane 0, one a minute and a quarter more on lane 1.
    expect(expected(look(again, place, 960), 0)).toBeCloseTo(60 * 1.25 * 0.087, 0);
    expect(expected(look(again, place, 960), 1)).toBeCloseTo(1.25, 1);
    const heard = pass(again, place, LINE[1], 950, 951);
    expect(expected(look(heard, place, 960), 1)).toBeLessThan(1);
    expect([...doubtedLanes(heard, seconds(960))]).toEqual([0]);
  });
});

describe("a stop-line loop that is occupied", () => {
  const occupied = silent({
    occupied: true,
    changedAt: seconds(0),
    releasedAt: seconds(30),
    stoppedAt: seconds(140),
  });

  it("through a green and three minutes is doubted; without a green somebody stands there", () => {
    expect(suppose(occupied, 179)).toBeUndefined();
    expect(vehicles(occupied, 180)?.length).toBe(10);
    expect(suppose({ ...occupied, releasedAt: seconds(-10) }, 500)).toBeUndefined();
    const greenNow = { ...occupied, released: true, releasedAt: seconds(200) };
    expect(suppose(greenNow, 219)).toBeUndefined();
    expect(suppose(greenNow, 220)).toBeDefined();
  });
});

describe("the outlook", () => {
  it("does not count on behind an advance loop that is stuck", () => {
    const flowed = pass(begin(place), place, ADVANCE[0], 0, 0.7);
    const stands = loopEvent(flowed, place.table, { detector: ADVANCE[0], on: true, at: seconds(10) });
    expect(expected(look(stands, place, 100), 0)).toBeGreaterThan(0);
    expect(expected(look(stands, place, 190), 0)).toBe(0);
  });

  it("takes an exit for full while its loop is occupied, and no more when it is stuck", () => {
    const full = loopEvent(begin(place), place.table, { detector: ENTRY, on: true, at: seconds(0) });
    expect([2, 4, 299, 300].map((at) => look(full, place, at).exitFull[0])).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe("an intersection of which no loop is heard", () => {
  it("is blind once twenty vehicles ought to have come: 0.087 a second take 231 s", () => {
    const state = busy();
    const blindAt = (at: number): boolean => isBlind(state, seconds(591), seconds(at));
    expect([591 + 225, 591 + 240].map(blindAt)).toEqual([false, true]);
  });

  it("is blind after two minutes where loops are occupied, whatever came before", () => {
    const state = loopEvent(begin(place), place.table, { detector: LINE[0], on: true, at: seconds(0) });
    expect(isBlind(state, seconds(0), seconds(119))).toBe(false);
    expect(isBlind(state, seconds(0), seconds(120))).toBe(true);
  });

  it("is not blind where nobody was expected, for hours", () => {
    expect(isBlind(begin(place), seconds(0), seconds(7200))).toBe(false);
  });
});
