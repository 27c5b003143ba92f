import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CleaningState,
  cleanDetections,
  closeInterval,
  type LoopEvent,
  type RawDetections,
  resynchronise,
  startCleaning,
} from "../../src/detect/cleaning.ts";
import { instantMs } from "../../src/units.ts";
import { smallNetwork } from "../model/small-network.ts";

const DETECTORS = smallNetwork().intersections[0]?.detectors ?? [];
const CONTEXT = {
  detectorIndex: new Map([
    ["stop", 0],
    ["advance", 1],
  ]),
  intervalStartsAt: instantMs(0),
};

type Event = RawDetections["events"][number];

/** What comes of frames that are given one after the other. */
function clean(frames: readonly RawDetections[], from: CleaningState = startCleaning(DETECTORS)) {
  let state = from;
  const events: LoopEvent[] = [];
  for (const frame of frames) {
    const step = cleanDetections(state, frame, CONTEXT);
    state = step.state;
    events.push(...step.events);
  }
  return { state, events };
}

const frame = (sequence: number, ...events: readonly Event[]): RawDetections => ({ sequence, events });
const on = (at: number): Event => ["stop", at, 1];
const off = (at: number): Event => ["stop", at, 0];

function countsOf({ loops }: CleaningState) {
  return loops.map(({ arrivals, departures }) => ({ arrivals, departures }));
}

describe("a frame of detections", () => {
  it("counts a vehicle in when it comes onto a loop and out when it leaves", () => {
    const { state, events } = clean([frame(7, on(100), off(600)), frame(8, on(1100))]);
    expect(countsOf(state)[0]).toEqual({ arrivals: 2, departures: 1 });
    expect(events).toEqual([
      { detector: 0, at: 100, on: true },
      { detector: 0, at: 600, on: false },
      { detector: 0, at: 1100, on: true },
    ]);
    expect(state.counts).toEqual({
      duplicateFrames: 0,
      missingFrames: 0,
      lateEvents: 0,
      unknownDetectors: 0,
      repairedEvents: 0,
    });
  });

  it("that comes twice is counted once, and said to be a duplicate", () => {
    const { state, events } = clean([frame(0, on(100)), frame(0, on(100)), frame(1), frame(0, on(100))]);
    expect(countsOf(state)[0]).toEqual({ arrivals: 1, departures: 0 });
    expect(events).toHaveLength(1);
    expect(state.counts.duplicateFrames).toBe(2);
  });

  it("that is missing is said to be, until it comes", () => {
    const gap = clean([frame(0, on(100), off(200)), frame(3, on(3100), off(3200))]);
    expect(gap.state.counts.missingFrames).toBe(2);
    const filled = clean([frame(2, on(2100), off(2200)), frame(1, on(1100), off(1200))], gap.state);
    expect(filled.state.counts.missingFrames).toBe(0);
    expect(filled.state.missingSequences).toEqual([]);
    expect(countsOf(filled.state)[0]).toEqual({ arrivals: 4, departures: 4 });
  });

  it("that was overtaken still counts, and only once", () => {
    const { state } = clean([frame(0), frame(2, off(600)), frame(1, on(100)), frame(1, on(100))]);
    expect(countsOf(state)[0]).toEqual({ arrivals: 1, departures: 1 });
    expect(state.counts.duplicateFrames).toBe(1);
  });

  it("is taken for old when 64 newer ones are still missing", () => {
    const { state, events } = clean([frame(0), frame(66), frame(1, on(100)), frame(2, on(200))]);
    // 1 to 65 are missing, the newest 64 of them are remembered: 2 to 65.
    expect(events).toEqual([{ detector: 0, at: 200, on: true }]);
    expect(state.counts.duplicateFrames).toBe(1);
    expect(state.counts.missingFrames).toBe(64);
  });

  it("of a controller that counts from zero again is taken after a new link", () => {
    const before = clean([frame(500, on(100), off(200))]).state;
    const { state } = clean([frame(0, on(1100), off(1200))], resynchronise(before));
    expect(countsOf(state)[0]).toEqual({ arrivals: 2, departures: 2 });
    expect(state.counts.duplicateFrames).toBe(0);
    const without = clean([frame(0, on(1100), off(1200))], before).state;
    expect(without.counts.duplicateFrames, "without a new link it is a duplicate").toBe(1);
  });

  it("may name a detector that is not there: counted, not used", () => {
    const { state, events } = clean([frame(0, ["nowhere", 100, 1])]);
    expect(events).toEqual([]);
    expect(state.counts.unknownDetectors).toBe(1);
  });

  it("with events from before the interval: too late, counted as such", () => {
    const context = { ...CONTEXT, intervalStartsAt: instantMs(1000) };
    const { state, events } = cleanDetections(
      startCleaning(DETECTORS),
      frame(0, on(999), off(1000), on(1500)),
      context,
    );
    expect(events.map(({ at }) => at)).toEqual([1000, 1500]);
    expect(state.counts.lateEvents).toBe(1);
  });
});

describe("a lost on or off", () => {
  it("on after on: the vehicle before has left", () => {
    const { state, events } = clean([frame(0, on(100)), frame(1, on(1100)), frame(2, off(1600))]);
    expect(countsOf(state)[0]).toEqual({ arrivals: 2, departures: 2 });
    expect(events[1]).toEqual({ detector: 0, at: 1100, on: false });
    expect(state.counts.repairedEvents).toBe(1);
  });

  it("off after off: a vehicle has come in between", () => {
    const { state } = clean([frame(0, on(100), off(600)), frame(1, off(1600))]);
    expect(countsOf(state)[0]).toEqual({ arrivals: 2, departures: 2 });
    expect(state.counts.repairedEvents).toBe(1);
  });

  it("off as the first event of all: the vehicle stood there before, nothing is repaired", () => {
    const { state } = clean([frame(0, off(100))]);
    expect(countsOf(state)[0]).toEqual({ arrivals: 0, departures: 1 });
    expect(state.counts.repairedEvents).toBe(0);
  });

  it("that comes later after all is not counted a second time", () => {
    const assumed = clean([frame(0, on(100)), frame(2, on(1100))]);
    expect(countsOf(assumed.state)[0]).toEqual({ arrivals: 2, departures: 1 });
    const { state, events } = clean([frame(1, off(600))], assumed.state);
    expect(countsOf(state)[0]).toEqual({ arrivals: 2, departures: 1 });
    expect(events).toEqual([]);
    expect(state.counts.repairedEvents).toBe(0);
  });
});

describe("an interval", () => {
  it("ends with each loop's share of time covered, and begins at nothing", () => {
    const { state } = clean([frame(0, on(1000), off(3000), ["advance", 500, 1]), frame(1, on(9000))]);
    const closed = closeInterval(state, instantMs(10_000), 10_000);
    expect(closed.occupancyRatio).toEqual([0.3, 0.95]);
    expect(countsOf(closed.state)).toEqual([
      { arrivals: 0, departures: 0 },
      { arrivals: 0, departures: 0 },
    ]);
    // The vehicle on the stop-line loop stays for half of the next interval, the other one for all of it.
    const later = clean([frame(2, off(15_000))], closed.state);
    expect(countsOf(later.state)[0]).toEqual({ arrivals: 0, departures: 1 });
    expect(closeInterval(later.state, instantMs(20_000), 10_000).occupancyRatio).toEqual([0.5, 1]);
  });

  it("has no occupancy above the whole, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30_000 }), fc.constantFrom<0 | 1>(0, 1))),
        (events) => {
          const { state } = clean([frame(0, ...events.map(([at, value]): Event => ["stop", at, value]))]);
          const [ratio] = closeInterval(state, instantMs(20_000), 10_000).occupancyRatio;
          expect(ratio).toBeGreaterThanOrEqual(0);
          expect(ratio).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});

/** Vehicles on both loops, in frames of up to three events; instants may be shared, as on a plant with coarse steps. */
const traffic = fc
  .array(
    fc.tuple(
      fc.constantFrom("stop", "advance"),
      fc.integer({ min: 0, max: 3 }),
      fc.integer({ min: 0, max: 3 }),
    ),
    { minLength: 1, maxLength: 30 },
  )
  .chain((vehicles) => {
    let at = 0;
    const events = vehicles.flatMap(([detector, gap, stay]): Event[] => {
      const begin = at + gap;
      at = begin + stay;
      return [
        [detector, begin, 1],
        [detector, at, 0],
      ];
    });
    return fc
      .array(fc.integer({ min: 0, max: 3 }), { minLength: events.length, maxLength: events.length })
      .map((sizes) => {
        const frames: RawDetections[] = [];
        let rest = events;
        for (const size of [...sizes, events.length]) {
          frames.push(frame(frames.length, ...rest.slice(0, size)));
          rest = rest.slice(size);
        }
        return { frames, vehicles };
      });
  });

/** The first frame sets the pace, so it stays first; each of the others comes once or twice, in any order. */
const disturbed = traffic.chain(({ frames, vehicles }) => {
  const [first, ...others] = frames;
  return fc
    .tuple(
      fc.shuffledSubarray(others, { minLength: others.length, maxLength: others.length }),
      fc.subarray(others),
    )
    .map(([order, again]) => ({
      received: first === undefined ? [] : [first, ...order, ...again],
      vehicles,
    }));
});

describe("frames in any order", () => {
  it("give the counts that were sent: none lost, none twice", () => {
    let reordered = 0;
    fc.assert(
      fc.property(disturbed, ({ received, vehicles }) => {
        const within = received.every(({ sequence }) => sequence < 64);
        fc.pre(within);
        const { state } = clean(received);
        reordered += received.some(({ sequence }, index) => sequence < (received[index - 1]?.sequence ?? 0))
          ? 1
          : 0;
        for (const [index, id] of ["stop", "advance"].entries()) {
          const sent = vehicles.filter(([detector]) => detector === id).length;
          expect(countsOf(state)[index], id).toEqual({ arrivals: sent, departures: sent });
        }
        expect(state.counts.missingFrames).toBe(0);
        expect(state.counts.repairedEvents).toBe(0);
        expect(state.counts.lateEvents).toBe(0);
      }),
      { numRuns: 300 },
    );
    expect(reordered, "cases in which a frame was overtaken").toBeGreaterThan(100);
  });

  it("tell as many events as they count, whatever is lost", () => {
    fc.assert(
      fc.property(disturbed, fc.infiniteStream(fc.boolean()), ({ received }, kept) => {
        const some = received.filter(() => kept.next().value === true);
        const { state, events } = clean(some);
        for (const [detector, { arrivals, departures }] of state.loops.entries()) {
          const told = events.filter((event) => event.detector === detector);
          expect(told.filter((event) => event.on).length).toBe(arrivals);
          expect(told.filter((event) => !event.on).length).toBe(departures);
          // Vehicles come and go in turn: however much is lost, the two counts stay within one of each other.
          expect(Math.abs(arrivals - departures)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("control: a frame with another number is another frame, and is counted", () => {
    const { state } = clean([frame(0, on(100), off(200)), frame(1, on(100), off(200))]);
    expect(countsOf(state)[0]).not.toEqual({ arrivals: 1, departures: 1 });
  });
});
