import { describe, expect, it } from "vitest";
import { lampsAt } from "../../src/signal/lamps.ts";
import { powerUp } from "../../src/signal/machine.ts";
import { second } from "./crossings.ts";
import { FIRE, unitEvents } from "./preempts.ts";
import {
  FREE,
  nemaEight,
  orders,
  PEDESTRIANS,
  preempt,
  runStreet,
  type Timed,
  vehicle,
  walker,
} from "./street.ts";

const MAIN = "rGrrrGrr";
const MAIN_YELLOW = "ryrrryrr";
const RED = "rrrrrrrr";
const FLASH = "xxxxxxxx";

const START = { flashSeconds: 5, allRedSeconds: 4, phases: ["4", "8"], flashYellow: ["2", "6"] };

describe("start-up", () => {
  it("flash, all red, first phases", () => {
    const table = nemaEight({}, { startUp: START });
    const start = powerUp(table, FREE, second(0));
    expect(start.events).toEqual([[second(0), 184, 0]]);
    expect(lampsAt(table, start.state).lamps).toBe("xfxxxfxx");
    const street = runStreet(table, { state: start.state, to: 12 });
    expect(street.shown).toEqual([
      [0, "xfxxxfxx"],
      [5, RED],
      [9, "rrrGrrrG"],
    ]);
    expect(unitEvents(street)).toEqual([[5, 173, 2]]);
  });

  it("without a configuration no flash, 6 s of all red, then the first stage", () => {
    const table = nemaEight();
    const street = runStreet(table, { state: powerUp(table, FREE, second(0)).state, to: 10 });
    expect(street.shown).toEqual([
      [0, FLASH],
      [0.1, RED],
      [6.1, MAIN],
    ]);
  });
});

describe("flash by request", () => {
  it("begins when every green has had its minimum and everything has cleared, and ends by all red", () => {
    const table = nemaEight({}, { startUp: START });
    const inputs: Timed[] = [
      [3, orders({ flash: true })],
      [30, orders({})],
    ];
    const street = runStreet(table, { to: 40, inputs });
    expect(street.shown).toEqual([
      [0, MAIN],
      [6, MAIN_YELLOW],
      [10, RED],
      [11, "xfxxxfxx"],
      [30.1, RED],
      [34.1, "rrrGrrrG"],
    ]);
    expect(unitEvents(street)).toEqual([
      [11, 173, 3],
      [30.1, 173, 2],
    ]);
  });

  it("walkers are served first", () => {
    const table = nemaEight({ "2": { pedestrian: PEDESTRIANS } });
    const inputs: Timed[] = [
      [0, walker(1)],
      [3, orders({ flash: true })],
    ];
    expect(runStreet(table, { to: 30, inputs }).shown.slice(1)).toEqual([
      [0.1, "rGrrrGrr -W------"],
      // Phase 6 need not wait for them.
      [6, "rGrrryrr -W------"],
      [7.1, "rGrrryrr -F------"],
      [10, "rGrrrrrr -F------"],
      [15.1, "ryrrrrrr -D------"],
      [19.1, "rrrrrrrr -D------"],
      [20.1, "xxxxxxxx -D------"],
    ]);
  });

  it("taken back before flash has begun: all red, first phases", () => {
    const inputs: Timed[] = [
      [3, orders({ flash: true })],
      [7, orders({})],
    ];
    expect(runStreet(nemaEight(), { to: 20, inputs }).shown).toEqual([
      [0, MAIN],
      [6, MAIN_YELLOW],
      [10, RED],
      [17, MAIN],
    ]);
  });

  it("a call that waits through flash is served after it", () => {
    const inputs: Timed[] = [
      [3, orders({ flash: true })],
      [12, vehicle(3)],
      [20, orders({})],
    ];
    expect(runStreet(nemaEight(), { to: 40, inputs }).shown.slice(3)).toEqual([
      [11, FLASH],
      [20.1, RED],
      [26.1, MAIN],
      [32.1, MAIN_YELLOW],
      [36.1, RED],
      [37.1, "rrrGrrrr"],
    ]);
  });
});

describe("the monitor's trip", () => {
  it("flashes red at once and until the local reset, then as after power-up", () => {
    const table = nemaEight({}, { startUp: START });
    const inputs: Timed[] = [
      [3, { kind: "trip" }],
      [20, { kind: "reset" }],
    ];
    const street = runStreet(table, { to: 32, inputs });
    expect(street.shown).toEqual([
      [0, MAIN],
      [3.1, FLASH],
      [20.1, "xfxxxfxx"],
      [25, RED],
      [29, "rrrGrrrG"],
    ]);
    expect(unitEvents(street)).toEqual([
      [3, 173, 6],
      [20, 173, 7],
      [25, 173, 2],
    ]);
  });

  it("the green that it broke off counts for the intergreen from then", () => {
    const table = nemaEight({}, { startUp: START, intergreens: [["2", "4", 12]] });
    const inputs: Timed[] = [
      [3, { kind: "trip" }],
      [3.5, { kind: "reset" }],
    ];
    // Flash to 8.5 s, all red to 12.5 s; phase 4 waits until 12 s after 3 s.
    expect(runStreet(table, { to: 16, inputs }).shown.slice(-2)).toEqual([
      [12.5, "rrrrrrrG"],
      [15, "rrrGrrrG"],
    ]);
  });

  it("has authority over a preemption; a reset without a trip does nothing", () => {
    const table = nemaEight({}, { preempts: [FIRE] });
    expect(
      runStreet(table, {
        to: 60,
        inputs: [
          [3, { kind: "trip" }],
          [5, preempt(true)],
        ],
      }).shown,
    ).toEqual([
      [0, MAIN],
      [3.1, FLASH],
    ]);
    expect(runStreet(table, { to: 10, inputs: [[3, { kind: "reset" }]] }).shown).toEqual([[0, MAIN]]);
  });
});
