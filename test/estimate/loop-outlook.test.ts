import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import {
  loopArrival,
  loopEvent,
  loopLamps,
  type LoopQueues,
  loopSecond,
} from "../../src/estimate/loop-queue.ts";
import { loopOutlook } from "../../src/estimate/loop-outlook.ts";
import { presence } from "../../src/estimate/loop-vehicles.ts";
import {
  ADVANCE,
  begin,
  ENTRY,
  expected,
  LINE,
  look,
  pass,
  seconds,
  street,
  toyErrors,
} from "./loop-street.ts";

const place = street();

/** A vehicle each five seconds for five minutes, over the advance loop 20 s later; then nobody until `at`. */
function flowedUntil(at: number): LoopQueues {
  let state = begin(place);
  for (let second = 0; second < at; second += 1) {
    if (second < 300 && second % 5 === 0)
      state = loopArrival(state, { link: "in", at: seconds(second), vehicles: 1 });
    if (second >= 20 && second < 320 && second % 5 === 0)
      state = pass(state, place, ADVANCE[0], second, second + 0.7);
    state = loopSecond(state, seconds(second + 1), true);
  }
  return state;
}

/** Vehicles over the advance loops that the platoons have learnt from. */
function learnt({ approaches }: LoopQueues): number | undefined {
  return approaches[0]?.platoons?.fit.vehicles;
}

describe("loop geometry", () => {
  it("measures from loops and from the neighbour to the stop line", () => {
    const [approach] = place.geometry.approaches;
    expect(place.geometry.approaches.length).toBe(1);
    expect(approach?.lanes).toEqual([0, 1]);
    expect(approach?.advance.map(({ meters, travelSeconds }) => [meters, travelSeconds])).toEqual([
      [100, 10],
      [100, 10],
    ]);
    expect([...(approach?.upstream ?? [])]).toEqual([["in", { meters: 300, travelSeconds: 30 }]]);
    expect(place.geometry.approachOf).toEqual([0, 0, 0, 0, undefined]);
  });
});

describe("vehicles from loops", () => {
  it("expects a vehicle that passed the advance loop at its free travel time", () => {
    // 7 m of vehicle and loop in 0.7 s are 10 m/s; its front is 95 m before the line, 9.5 s.
    const outlook = look(pass(begin(place), place, ADVANCE[0], 0, 0.7), place, 3.2);
    const [first] = defined(outlook.lanes[0], "lane").arrivals;
    expect(first?.earliestSeconds).toBeCloseTo(0.7 + 9.5 - 3.2, 2);
    expect(first?.urgency).toBe(1);
    // 2 % never come; 1 in 1.12 stays in its lane.
    expect(first?.vehicles).toBeCloseTo(0.98 / 1.12, 6);
    expect(expected(outlook, 1)).toBeCloseTo((0.98 * 0.12) / 1.12, 6);
  });

  it("holds one on the stop-line loop for certain, ages it, and lets it go", () => {
    const passed = pass(begin(place), place, ADVANCE[0], 0, 0.7);
    const stands = loopEvent(passed, place.table, { detector: LINE[0], on: true, at: seconds(11) });
    const [first] = defined(look(stands, place, 71).lanes[0], "lane").arrivals;
    expect(first?.earliestSeconds).toBe(0);
    expect(first?.vehicles).toBe(1);
    // Due at 10.2 s: it has lost 60.8 s.
    expect(first?.urgency).toBeCloseTo(1 + 60.8 / 120, 1);
    // From a minute and a half on it counts more and more: after three by (90 / 15)² more.
    const long = look(stands, place, 190.2).lanes[0]?.arrivals[0];
    expect(long?.urgency).toBeCloseTo(1 + 180 / 120 + 36, 1);
    const gone = loopEvent(stands, place.table, { detector: LINE[0], on: false, at: seconds(72) });
    expect(expected(look(gone, place, 72), 0)).toBeLessThan(0.02);
    expect(defined(look(gone, place, 72).lanes[0], "lane").unseenVehPerSecond).toBeCloseTo(1 / 300, 6);
  });

  it("looks for a late vehicle in the sibling lane when its own stays empty", () => {
    const blue = pass(begin(place), place, LINE[1], 0, 1);
    const passed = pass(blue, place, ADVANCE[0], 2, 2.7);
    const waits = loopEvent(passed, place.table, { detector: LINE[1], on: true, at: seconds(3) });
    const outlook = look(waits, place, 30);
    expect(expected(outlook, 0)).toBe(0);
    expect(expected(outlook, 1)).toBeGreaterThan(1.8);
  });

  it("forgets a vehicle that neither lane shows", () => {
    const outlook = look(pass(begin(place), place, ADVANCE[0], 0, 0.7), place, 30);
    expect(expected(outlook, 0) + expected(outlook, 1)).toBe(0);
  });

  it("places a queue by its length, with the start-up of who stands far back", () => {
    let state = begin(place);
    for (const at of [0, 2, 4, 6]) state = pass(state, place, ADVANCE[0], at, at + 0.7);
    state = loopEvent(state, place.table, { detector: LINE[0], on: true, at: seconds(11) });
    const lane = defined(look(state, place, 40).lanes[0], "lane");
    const [, second] = lane.arrivals;
    // 7.5 m behind the line from standstill at 2 m/s²: √7.5 s.
    expect(second?.earliestSeconds).toBeCloseTo(Math.sqrt(7.5), 1);
    expect(expected(look(state, place, 40), 0)).toBeGreaterThan(3.4);
  });

  it("adds those who came up behind a vehicle that stands on the advance loop", () => {
    let state = begin(place);
    for (let at = 0; at < 12; at += 3) state = pass(state, place, ADVANCE[0], at, at + 0.7);
    state = loopEvent(state, place.table, { detector: LINE[0], on: true, at: seconds(11) });
    for (let at = 12; at < 30; at += 3) state = pass(state, place, ADVANCE[0], at, at + 0.7);
    const free = expected(look(state, place, 60), 0);
    state = loopEvent(state, place.table, { detector: ADVANCE[0], on: true, at: seconds(30) });
    const blocked = expected(look(state, place, 60), 0);
    // Itself, and in 30 s at 10 vehicles in 300 s (counts of the last five minutes) one more; 0.87 of them in this lane.
    expect(blocked - free).toBeGreaterThan(1.5);
    expect(blocked - free).toBeLessThan(2);
  });
});

describe("what neighbours and exits tell", () => {
  it("expects a neighbour's vehicle as a platoon: 20 s to the loops are 16 s and F = 1/6.6 of those there a second", () => {
    const sent = loopArrival(begin(place), { link: "in", at: seconds(0), vehicles: 1 });
    const outlook = look(loopSecond(sent, seconds(1), true), place, 1);
    // Half to each lane, four in five believed before any has been seen to come; and those of a mean rate of one in 61 s, of whom
    // within 34 s of dispersion 34 − 5.6 (1 − (5.6/6.6)³⁴) come.
    const followers = (34 - 5.6 * (1 - (5.6 / 6.6) ** 34)) / 61;
    expect(expected(outlook, 0)).toBeCloseTo(0.4 * (1 - (5.6 / 6.6) ** 35 + followers), 6);
    // 15.5 s from now to the loops at the earliest, 10 s more to the line; six seconds make a quarter of a vehicle, on average after 2.03 s.
    const [first] = defined(outlook.lanes[0], "lane").arrivals;
    expect(first?.vehicles).toBeCloseTo(0.4 * (1 - (5.6 / 6.6) ** 6), 1);
    expect(first?.earliestSeconds).toBeCloseTo(25.5 + 2.03, 0);
    expect(outlook.lanes[0]?.sightSeconds).toBe(60);
  });

  it("adds what neighbours plan, and ignores links that lead elsewhere", () => {
    const { table } = place;
    const state = loopArrival(begin(place), { link: "on", at: seconds(0), vehicles: 3 });
    const planned = new Map([["in", [{ link: "in", at: seconds(15), vehicles: 2 }]]]);
    const outlook = loopOutlook(state, table, seconds(10), table.priorShares, planned);
    // Over the junction 7 s from now, 27 s of dispersion before the end of what is foreseen.
    const believed = 2 * Math.exp(-7 / 30) * 0.8 * (1 - (5.6 / 6.6) ** 27);
    expect(expected(outlook, 1)).toBeCloseTo(believed / 2, 6);
    expect(defined(outlook.lanes[1], "lane").arrivals[0]?.earliestSeconds).toBeGreaterThan(7 + 16 + 10);
  });

  it("does not believe a link that is silent where eight were to come: then as far as the loops see, and mean rates beyond", () => {
    expect(look(flowedUntil(335), place, 335).lanes[0]?.sightSeconds).toBe(60);
    const silent = flowedUntil(370);
    expect(look(silent, place, 370).lanes[0]?.sightSeconds).toBe(10);
    // However long it lasts.
    expect(look(flowedUntil(1_500), place, 1_500).lanes[0]?.sightSeconds).toBe(10);
    const heard = loopSecond(
      loopArrival(silent, { link: "in", at: seconds(370), vehicles: 1 }),
      seconds(371),
      true,
    );
    const passed = loopSecond(pass(heard, place, ADVANCE[0], 371, 371.7), seconds(372), true);
    expect(look(passed, place, 372).lanes[0]?.sightSeconds).toBe(60);
  });

  it("learns nothing of platoons from seconds that were not heard, or while somebody stands on an advance loop", () => {
    const passed = pass(begin(place), place, ADVANCE[0], 0, 0.7);
    expect(learnt(loopSecond(passed, seconds(1), true))).toBe(1);
    expect(learnt(loopSecond(passed, seconds(1), false))).toBe(0);
    const stands = loopEvent(passed, place.table, { detector: ADVANCE[1], on: true, at: seconds(0.8) });
    expect(learnt(loopSecond(stands, seconds(4.7), true))).toBe(1);
    expect(learnt(loopSecond(stands, seconds(4.8), true))).toBe(0);
  });

  it("calls an exit full after three seconds on its entry loop", () => {
    const on = loopEvent(begin(place), place.table, { detector: ENTRY, on: true, at: seconds(0) });
    expect(look(on, place, 3).exitFull).toEqual([false]);
    expect(look(on, place, 3.1).exitFull).toEqual([true]);
    const off = loopEvent(on, place.table, { detector: ENTRY, on: false, at: seconds(4) });
    expect(look(off, place, 9).exitFull).toEqual([false]);
    expect(look(off, place, 9).standingInside).toEqual([{ vehicles: 0, seconds: 0 }]);
  });
});

describe("saturation headway", () => {
  it("is learnt from the fourth departure of a green on", () => {
    let state = loopLamps(begin(place), place.table, "GGGGGGGG", seconds(0));
    for (let index = 0; index < 3; index += 1)
      state = pass(state, place, LINE[0], index * 1.7 + 1, index * 1.7 + 2);
    expect(look(state, place, 7).lanes[0]?.headwaySeconds).toBe(2);
    state = pass(state, place, LINE[0], 6.1, 7.1);
    expect(look(state, place, 8).lanes[0]?.headwaySeconds).toBeCloseTo(2 + 0.05 * (1.7 - 2), 6);
  });
});

describe("against a toy street of known queues", () => {
  const platoons = Array.from({ length: 150 }, (_, index) => {
    const lane = index % 3 === 0 ? 1 : 0;
    return { passSeconds: index * 6 + (index % 4), from: lane, to: lane } as const;
  });
  const changing = platoons.map((vehicle, index) =>
    index % 5 === 2 ? { ...vehicle, to: vehicle.from === 0 ? (1 as const) : (0 as const) } : vehicle,
  );

  it("knows the vehicles of lanes that nobody changes", () => {
    const { mean, max } = toyErrors(platoons, 900);
    expect(mean).toBeLessThan(0.05);
    expect(max).toBeLessThan(0.4);
  });

  it("stays near them when one in five changes lanes unseen", () => {
    const { mean, bias } = toyErrors(changing, 900);
    expect(mean).toBeLessThan(0.6);
    expect(Math.abs(bias)).toBeLessThan(0.05);
  });

  it("does not drift when an advance loop misses one in ten", () => {
    const lost = new Set<number>();
    const { mean, bias } = toyErrors(platoons, 900, ({ detector, on, at }) => {
      const missed = detector >= 2 && Math.floor(at) % 10 === 0;
      if (missed && on) lost.add(at);
      return !missed;
    });
    expect(lost.size).toBeGreaterThan(8);
    expect(mean).toBeLessThan(0.2);
    expect(Math.abs(bias)).toBeLessThan(0.15);
  });
});

describe("whatever loops say", () => {
  const events = fc.array(
    fc.record({
      detector: fc.nat({ max: 4 }),
      on: fc.boolean(),
      gap: fc.integer({ min: 0, max: 9_000 }),
      lamps: fc.constantFrom("", "GGGGGGGG", "rrrrrrrr", "yyyyyyyy"),
    }),
    { maxLength: 120 },
  );

  it("keeps probabilities between 0 and 1, arrivals in order, and leaves earlier states alone", () => {
    fc.assert(
      fc.property(events, (told) => {
        let state = begin(place);
        let at = 0;
        for (const { detector, on, gap, lamps } of told) {
          at += gap / 1000;
          const before = state;
          const seenBefore = JSON.stringify(before.approaches);
          state = loopEvent(state, place.table, { detector, on, at: seconds(at) });
          if (lamps !== "") state = loopLamps(state, place.table, lamps, seconds(at));
          expect(JSON.stringify(before.approaches)).toBe(seenBefore);
        }
        for (const vehicle of state.approaches.flatMap(({ vehicles }) => vehicles)) {
          expect(vehicle.chances.every((chance) => chance >= 0)).toBe(true);
          expect(presence(vehicle) + vehicle.left).toBeLessThanOrEqual(1 + 1e-9);
        }
        for (const { arrivals, headwaySeconds, unseenVehPerSecond } of look(state, place, at).lanes) {
          const times = arrivals.map(({ earliestSeconds }) => earliestSeconds);
          expect(times).toEqual(times.toSorted((left, right) => left - right));
          expect(arrivals.every(({ urgency, vehicles }) => urgency >= 1 && vehicles > 0)).toBe(true);
          expect(headwaySeconds).toBeGreaterThanOrEqual(1.6);
          expect(headwaySeconds).toBeLessThanOrEqual(2.6);
          expect(unseenVehPerSecond).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 100 },
    );
  });
});
