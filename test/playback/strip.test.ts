import { describe, expect, it } from "vitest";
import { EVENT_CODE as EVENT } from "../../src/model/event-code.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { stripOf } from "../../src/playback/strip.ts";
import { crossing, second } from "../signal/crossings.ts";
import { drive } from "./drive.ts";

/** Two streets, people cross with the first one; a stop-line loop in each. */
const site: Intersection = {
  ...crossing({
    phases: { A: [5, 3, 1, 7, 5], B: [5, 3, 1] },
    stages: { a: ["A"], b: ["B"] },
    conflicts: ["A/B"],
    plans: { day: { a: 30, b: 20 } },
  }),
  detectors: ["A", "B"].map((phase) => ({
    id: `loop-${phase}`,
    role: "stopLine",
    link: phase,
    lane: `${phase}.0`,
    distanceMeters: 1,
    lengthMeters: 2,
    serves: [],
  })),
};

type Event = readonly [seconds: number, code: number, parameter: number];
const eventsOf = (events: readonly Event[]) =>
  events.map(([at, code, parameter]) => ({ at: second(at), code, parameter }));

/** A is green from 0 s, gaps out at 20 s; B has been called since 4 s and is green from 24 s; somebody pushed at 22 s. */
const EVENTS: readonly Event[] = [
  [-30, EVENT.endYellow, 2],
  [-30, EVENT.beginRedClear, 2],
  [0, EVENT.beginWalk, 1],
  [0, EVENT.beginGreen, 1],
  [4, EVENT.callOn, 2],
  [5, EVENT.detectorOn, 2],
  [7, EVENT.beginPedestrianClear, 1],
  [11.2, EVENT.detectorOn, 1],
  [11.9, EVENT.detectorOff, 1],
  [12, EVENT.beginDontWalk, 1],
  [19, EVENT.gapOut, 1],
  [20, EVENT.endGreen, 1],
  [20, EVENT.beginYellow, 1],
  [22, EVENT.pedestrianCall, 1],
  [23, EVENT.endYellow, 1],
  [23, EVENT.beginRedClear, 1],
  [24, EVENT.beginGreen, 2],
  [24, EVENT.coordinationState, 5],
  [26, EVENT.detectorOff, 2],
  [40, EVENT.endGreen, 2],
];

function stripFrom(from: number, to: number, events = EVENTS) {
  const log = { events: eventsOf(events), fromBegin: false };
  return stripOf(site, 1_000, log, { from: second(from), to: second(to) });
}

describe("the strip of a window", () => {
  it("tells what the heads showed from its begin on, and whenever that changed", () => {
    const { shown } = stripFrom(2, 30);
    expect(
      shown.map(({ at, lamps, walk, operation }) => [(at - second(0)) / 1000, lamps, walk, operation]),
    ).toEqual([
      [2, "Gr", "W-", null],
      [7, "Gr", "F-", null],
      [12, "Gr", "D-", null],
      // Only a signal that runs by itself gaps out.
      [19, "Gr", "D-", "normal"],
      [20, "yr", "D-", "normal"],
      [23, "rr", "D-", "normal"],
      [24, "rG", "D-", "normal"],
    ]);
  });

  it("tells why greens ended, who called, and who drove over a loop", () => {
    const { ends, calls, detections, cycles, toldTo } = stripFrom(6, 30);
    expect(ends).toEqual([{ at: second(20), phase: "A", cause: "gapOut" }]);
    expect(calls).toEqual([
      { phase: "B", kind: "vehicle", from: second(4), to: second(24) },
      { phase: "A", kind: "pedestrian", from: second(22), to: null },
    ]);
    expect(detections).toEqual([
      { detector: "loop-A", actuations: [{ on: second(11.2), off: second(11.9) }] },
      { detector: "loop-B", actuations: [{ on: second(6), off: second(26) }] },
    ]);
    expect(cycles).toEqual([second(24)]);
    expect(toldTo).toBe(second(26));
  });

  it("tells nothing of what came behind it", () => {
    const strip = stripFrom(2, 21);
    expect(strip.toldTo).toBe(second(20));
    expect(strip.calls).toEqual([{ phase: "B", kind: "vehicle", from: second(4), to: null }]);
    expect(strip.shown.at(-1)).toMatchObject({ at: second(20), lamps: "yr" });
    expect(strip.detections.at(-1)).toEqual({
      detector: "loop-B",
      actuations: [{ on: second(5), off: null }],
    });
  });

  it("knows a green that a preemption ended, and one that nothing is told of", () => {
    const preempted: readonly Event[] = [
      ...EVENTS.slice(0, -1),
      [33, EVENT.forceOff, 2],
      [33, EVENT.endGreen, 2],
      [33, EVENT.preemptEntry, 1],
    ];
    expect(stripFrom(30, 40, preempted).ends).toEqual([{ at: second(33), phase: "B", cause: "preempt" }]);
    expect(stripFrom(30, 45).ends).toEqual([{ at: second(40), phase: "B", cause: "unknown" }]);
  });

  it("says that heads are not known before each has been told of", () => {
    expect(stripFrom(-20, 10).shown[0]).toEqual({ at: second(-20), lamps: "", walk: "", operation: null });
  });
});

it("what a controller said that it shows, second by second, is what its strip tells", () => {
  const { shown, events } = drive(site, 200);
  const [from, to] = [second(60), second(200)];
  const strip = stripOf(site, 1_000, { events, fromBegin: true }, { from, to });
  for (const told of shown.slice(60)) {
    const drawn = strip.shown.findLast(({ at }) => at <= told.at);
    expect([told.at, drawn?.lamps, drawn?.walk]).toEqual([told.at, told.lamps, told.walk]);
  }
  expect(strip.ends.length, "a green a stage and cycle").toBeGreaterThanOrEqual(5);
});
