import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import { doubtedLanes, heardAgain, isBlind, supposedLane } from "../../src/estimate/loop-doubt.ts";
import { type LaneLearning, newLane } from "../../src/estimate/loop-learning.ts";
import { loopEvent, loopLamps, type LoopQueues } from "../../src/estimate/loop-queue.ts";
import { ADVANCE, begin, ENTRY, expected, LINE, look, pass, seconds, street } from "./loop-street.ts";

const place = street();

/** A lane heard last at 0 s, with 0.1 vehicles a second then, whose last green ended at 90 s. */
function silent(change: Partial<LaneLearning> = {}): LaneLearning {
  return {
    ...newLane(seconds(0)),
    departed: { perSecond: 0.1, at: seconds(0) },
    stoppedAt: seconds(90),
    ...change,
  };
}

/** What is supposed of the lane where no advance loop tells of it. */
const suppose = (lane: LaneLearning, at: number) =>
  supposedLane({ lanes: [lane], loops: [] }, { advance: [] }, 0, seconds(at));

const vehicles = (lane: LaneLearning, at: number): readonly number[] | undefined =>
  suppose(lane, at)?.arrivals.map((arrival) => arrival.vehicles);

describe("a stop-line loop that says nothing", () => {
  it("is believed for two minutes, and until ten vehicles ought to have come", () => {
    expect(suppose(silent(), 119)).toBeUndefined();
    expect(suppose(silent(), 120)).toBeDefined();
    const rare = silent({ departed: { perSecond: 0.01, at: seconds(0) } });
    expect(suppose(rare, 999)).toBeUndefined();
    expect(suppose(rare, 1000)).toBeDefined();
    expect(suppose(silent({ departed: { perSecond: 0, at: seconds(0) } }), 9999)).toBeUndefined();
  });

  it("makes suppose a quarter more than came before, since the last green: 40 s of 0.125 vehicles a second", () => {
    expect(vehicles(silent(), 130)).toEqual([1, 1, 1, 1, 1]);
    const { arrivals, vehPerSecond } = defined(suppose(silent(), 130), "supposed");
    expect(vehPerSecond).toBeCloseTo(0.125, 9);
    // They have stood 20 s on average.
    expect(arrivals[0]?.urgency).toBeCloseTo(1 + 20 / 120, 9);
  });

  it("in green takes off who can have left: 50 s × 0.125 less 7.5 s at 2 s each", () => {
    expect(vehicles(silent({ released: true, releasedAt: seconds(130) }), 140)).toEqual([1, 1, 0.5]);
    expect(vehicles(silent({ released: true, releasedAt: seconds(130) }), 170)).toEqual([]);
  });

  it("never supposes more than thirty", () => {
    expect(vehicles(silent(), 2000)?.length).toBe(30);
  });
});

/** A vehicle each ten seconds on lane 0 for ten minutes, with green for all of it; then red. */
function busy(): LoopQueues {
  let state = loopLamps(begin(place), place.table, "G", seconds(0));
  for (let at = 0; at < 600; at += 10) state = pass(state, place, LINE[0], at, at + 1);
  return loopLamps(state, place.table, "r", seconds(600));
}

describe("the advance loops before a lane in doubt", () => {
  const [approach] = place.geometry.approaches;
  const layout = defined(approach, "approach");
  const loops = (change: object) =>
    layout.advance.map((_, index) => ({
      occupied: false,
      changedAt: seconds(0),
      passed: { perSecond: 0, at: seconds(130) },
      seen: [0, 0, 0],
      biasSeconds: 0,
      ...(index === 0 ? change : {}),
    }));
  const told = (change: object, at: number) =>
    supposedLane({ lanes: [silent(), newLane(seconds(0))], loops: loops(change) }, layout, 0, seconds(at));

  it("tell how many come where it is more: 0.2 a second, 98 in 100 of which come, 1 in 1.12 here", () => {
    const flowing = { passed: { perSecond: 0.2, at: seconds(130) } };
    expect(told(flowing, 130)?.vehPerSecond).toBeCloseTo((1.25 * 0.2 * 0.98) / 1.12, 9);
    expect(told({}, 130)?.vehPerSecond).toBeCloseTo(0.125, 9);
  });

  it("tell of a queue that reaches them: 100 m at 7.5 m each", () => {
    const stands = { occupied: true, changedAt: seconds(100) };
    const supposed = told(stands, 130)?.arrivals ?? [];
    expect(supposed.reduce((sum, arrival) => sum + arrival.vehicles, 0)).toBeCloseTo(100 / 7.5, 9);
    // Stuck for three minutes, they tell nothing.
    expect(told({ ...stands, changedAt: seconds(-50) }, 130)?.arrivals.length).toBe(5);
  });
});

describe("loops that are heard again", () => {
  const again = heardAgain(busy(), seconds(900));

  it("forget who was there, keep what they learnt, and suppose somebody on every lane until it is heard", () => {
    expect(expected(look(again, place, 900), 0)).toBe(0);
    // Learnt 0.087 a second and a quarter more on lane 0, one a minute and a quarter more on lane 1.
    expect(expected(look(again, place, 960), 0)).toBeCloseTo(60 * 1.25 * 0.087, 0);
    expect(expected(look(again, place, 960), 1)).toBeCloseTo(1.25, 9);
    const heard = pass(again, place, LINE[1], 950, 951);
    expect(expected(look(heard, place, 960), 1)).toBeLessThan(1);
    expect([...doubtedLanes(heard, seconds(960))]).toEqual([0]);
  });
});

describe("a stop-line loop that is occupied", () => {
  const occupied = silent({ occupied: true, changedAt: seconds(0), releasedAt: seconds(30) });

  it("through a green and three minutes is doubted; without a green somebody stands there", () => {
    expect(suppose(occupied, 179)).toBeUndefined();
    expect(vehicles(occupied, 180)?.length).toBe(12);
    expect(suppose({ ...occupied, releasedAt: seconds(-10) }, 500)).toBeUndefined();
  });
});

describe("the outlook", () => {
  it("supposes vehicles on the lane whose loop is doubted, and on no other", () => {
    const state = busy();
    expect(expected(look(state, place, 650), 0)).toBeLessThan(2);
    expect(expected(look(state, place, 750), 0)).toBeGreaterThan(10);
    expect(expected(look(state, place, 750), 1)).toBe(0);
    expect([...doubtedLanes(state, seconds(650))]).toEqual([]);
    expect([...doubtedLanes(state, seconds(750))]).toEqual([0]);
  });

  it("believes the loop again with its first change", () => {
    const back = pass(busy(), place, LINE[0], 750, 751);
    expect(expected(look(back, place, 752), 0)).toBeLessThan(2);
  });

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
