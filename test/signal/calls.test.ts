import { describe, expect, it } from "vitest";
import type { Intersection } from "../../src/model/intersection.ts";
import { detectorPhases } from "../../src/signal/calls.ts";
import { advanceSignal, startSignal, takeInput } from "../../src/signal/machine.ts";
import { after } from "../../src/units.ts";
import { MIDNIGHT, second } from "./crossings.ts";
import { samePlan } from "./run.ts";
import {
  detector,
  eventsOf,
  FREE,
  nemaEight,
  orders,
  PEDESTRIANS,
  runStreet,
  type Timed,
  vehicle,
  walker,
} from "./street.ts";

describe("calls of vehicles", () => {
  it("a car that leaves its loop while the phase is red has called all the same", () => {
    const inputs: Timed[] = [
      [1, detector(3, true)],
      [1.2, detector(3, false)],
    ];
    const street = runStreet(nemaEight(), { to: 30, inputs });
    expect(street.shown.at(-1)).toEqual([11, "rrrGrrrr"]);
    expect(street.state.calls[3]?.vehicleAt).toBeNull();
  });

  it("waits since the first car", () => {
    const inputs: Timed[] = [
      [1, detector(3, true)],
      [1.2, detector(3, false)],
      [4, detector(3, true)],
    ];
    expect(runStreet(nemaEight(), { to: 5, inputs }).state.calls[3]?.vehicleAt).toBe(second(1));
  });

  it("a car in green extends, and calls nothing", () => {
    const inputs: Timed[] = [
      [1, detector(1, true)],
      [1.2, detector(1, false)],
      [2, vehicle(1)],
    ];
    const street = runStreet(nemaEight(), { to: 5, inputs });
    expect(street.state.calls[1]?.vehicleAt).toBeNull();
    expect(eventsOf(street, 2, 43)).toEqual([]);
  });

  it("a car in yellow calls for the next green", () => {
    const inputs: Timed[] = [
      [1, vehicle(3)],
      [8, detector(1, true)],
      [8.2, detector(1, false)],
    ];
    expect(runStreet(nemaEight(), { to: 30, inputs }).shown.at(-1)).toEqual([22, "rGrrrrrr"]);
  });

  it("two loops of a phase are covered until both are left", () => {
    const inputs: Timed[] = [
      [1, vehicle(3)],
      [2, detector(1, true)],
      [3, detector(1, true)],
      [4, detector(1, false)],
      [9, detector(1, false)],
    ];
    expect(runStreet(nemaEight(), { to: 20, inputs }).shown[1]).toEqual([11, "ryrrryrr"]);
  });

  it("a loop that is left without having been covered stays at none", () => {
    expect(
      runStreet(nemaEight(), { to: 3, inputs: [[1, detector(1, false)]] }).state.calls[1]?.occupied,
    ).toBe(0);
  });

  it("are told once, by whom they are remembered", () => {
    const inputs: Timed[] = [
      [1, vehicle(3)],
      [2, vehicle(3)],
    ];
    expect(eventsOf(runStreet(nemaEight(), { to: 5, inputs }), 4, 43)).toEqual([[1, 43]]);
  });
});

describe("calls of pedestrians", () => {
  const walks = { "4": { pedestrian: PEDESTRIANS } };

  it("bring the phase with its walk, though no car calls", () => {
    expect(runStreet(nemaEight(walks), { to: 12, inputs: [[1, walker(3)]] }).shown.at(-1)).toEqual([
      11,
      "rrrGrrrr ---W----",
    ]);
  });

  it("one that comes in flashing don't walk waits for the next walk", () => {
    const inputs: Timed[] = [
      [1, walker(3)],
      [20, walker(3)],
      [21, vehicle(1)],
    ];
    const street = runStreet(nemaEight(walks), { to: 60, inputs });
    expect(eventsOf(street, 4, 21, 22, 23)).toEqual([
      [11, 21],
      [18, 22],
      [26, 23],
      // Phase 2 from 31 to 37 s, then 4 again.
      [42, 21],
      [49, 22],
      [57, 23],
    ]);
  });

  it("are never dropped: flash, trip and reset lie between call and walk", () => {
    const inputs: Timed[] = [
      [1, orders({ flash: true })],
      [5, walker(3)],
      [20, { kind: "trip" }],
      [30, { kind: "reset" }],
      [40, orders({})],
    ];
    const street = runStreet(nemaEight(walks), { to: 70, inputs });
    expect(street.state.calls[3]?.pedestrianAt).toBeNull();
    // All red from 30.1 s for 6 s, first green until 42.1 s on the way back to flash; the request has ended at 40 s: all red from
    // 47.1 s, first green from 53.1 s to 59.1 s.
    expect(eventsOf(street, 4, 21)).toEqual([[64.1, 21]]);
  });

  it("an overdue call ends a green whose loops are covered", () => {
    const inputs: Timed[] = [
      [0, detector(1, true)],
      [1, walker(3)],
    ];
    const table = nemaEight({ ...walks, "2": { greenMaxSeconds: 600 } });
    // 240 s after the call.
    expect(runStreet(table, { to: 243, inputs }).shown[1]).toEqual([241, "ryrrryrr ---D----"]);
  });
});

describe("an input", () => {
  const table = nemaEight({}, { redRest: true });

  it("shows a tick later, never in the instant that has been given", () => {
    const red = advanceSignal(
      table,
      startSignal(table, FREE, MIDNIGHT, second(0)),
      MIDNIGHT,
      second(20),
      samePlan,
    ).state;
    const called = takeInput(table, red, vehicle(3), second(20)).state;
    expect(called.dueAt).toBe(second(20.1));
    expect(advanceSignal(table, called, MIDNIGHT, second(20), samePlan).events).toEqual([]);
    expect(advanceSignal(table, called, MIDNIGHT, second(20.1), samePlan).events).toEqual([
      [second(20.1), 31, 1],
      [second(20.1), 0, 4],
      [second(20.1), 1, 4],
      [second(20.1), 44, 4],
    ]);
  });

  it("does not put off what is due earlier", () => {
    const state = advanceSignal(
      table,
      startSignal(table, FREE, MIDNIGHT, second(0)),
      MIDNIGHT,
      second(5),
      samePlan,
    ).state;
    const { dueAt } = state;
    const just = after(dueAt, -50);
    expect(takeInput(table, state, vehicle(3), just).state.dueAt).toBe(dueAt);
  });

  it("is refused before the machine has been worked out up to it", () => {
    const state = startSignal(table, FREE, MIDNIGHT, second(0));
    expect(() => takeInput(table, state, vehicle(3), after(second(0), -100))).toThrow("worked out");
    expect(() => takeInput(table, state, vehicle(3), second(1))).toThrow("worked out");
  });
});

const movement = (id: string, phase: string, lane: string): Intersection["movements"][number] => ({
  id,
  turn: "through",
  fromLink: "in",
  fromLanes: [lane],
  toLink: "out",
  phase,
  saturationFlowVehPerHour: 1800,
});
const loop = (id: string, role: "stopLine" | "advance" | "entry", lane: string, serves: string[]) => ({
  id,
  role,
  link: "in",
  lane,
  distanceMeters: 1,
  lengthMeters: 2,
  serves,
});

describe("detectors", () => {
  it("call the phases of the movements from their lane, or from the lanes that they look after; entry loops none", () => {
    const base = nemaEight();
    const intersection: Intersection = {
      ...base.intersection,
      movements: [movement("t", "2", "in_0"), movement("r", "2", "in_0"), movement("l", "5", "in_1")],
      detectors: [
        loop("stop", "stopLine", "in_0", []),
        loop("left", "stopLine", "in_1", []),
        loop("far", "advance", "up_0", ["in_0", "in_1"]),
        loop("entry", "entry", "in_0", []),
      ],
    };
    expect([...detectorPhases({ ...base, intersection })]).toEqual([
      ["stop", [1]],
      ["left", [4]],
      ["far", [1, 4]],
    ]);
  });
});
