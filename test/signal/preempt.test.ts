import { describe, expect, it } from "vitest";
import { lampsAt } from "../../src/signal/lamps.ts";
import { FIRE, RAIL, unitEvents } from "./preempts.ts";
import { nemaEight, orders, PEDESTRIANS, preempt, runStreet, type Timed, vehicle, walker } from "./street.ts";

const MAIN = "rGrrrGrr";
const MAIN_YELLOW = "ryrrryrr";
const RED = "rrrrrrrr";
const FLASH = "xxxxxxxx";

describe("preemption", () => {
  it("railway: delay, right of way to the track clearance, dwell, exit phases", () => {
    const table = nemaEight({}, { preempts: [RAIL] });
    const inputs: Timed[] = [
      [10, preempt(true)],
      [35, preempt(false)],
    ];
    const street = runStreet(table, { to: 60, inputs });
    expect(street.shown).toEqual([
      [0, MAIN],
      [11, MAIN_YELLOW],
      [15, RED],
      [16, "rrrGrrrr"],
      [26, "rrryrrrr"],
      [30, RED],
      [31, MAIN],
      [39, MAIN_YELLOW],
      [43, RED],
      [44, "rrrGrrrG"],
    ]);
    expect(unitEvents(street)).toEqual([
      [10, 102, 1],
      [11, 105, 1],
      [16, 106, 1],
      [31, 107, 1],
      [35, 104, 1],
      [39, 111, 1],
    ]);
  });

  it("is told by the output from its entry until its exit phases are green", () => {
    const table = nemaEight({}, { preempts: [RAIL] });
    const inputs: Timed[] = [
      [10, preempt(true)],
      [35, preempt(false)],
    ];
    const told = (to: number) => lampsAt(table, runStreet(table, { to, inputs }).state).preempting;
    // The last instant that is worked out is a tick before `to`.
    expect([11, 11.1, 44, 44.1].map(told)).toEqual([false, true, true, false]);
  });

  it("a call shorter than the delay is ignored", () => {
    const table = nemaEight({}, { preempts: [RAIL] });
    const inputs: Timed[] = [
      [10, preempt(true)],
      [10.9, preempt(false)],
    ];
    expect(runStreet(table, { to: 30, inputs }).shown).toEqual([[0, MAIN]]);
  });

  it("once begun the track is cleared though the call ends", () => {
    const table = nemaEight({}, { preempts: [RAIL] });
    const inputs: Timed[] = [
      [10, preempt(true)],
      [12, preempt(false)],
    ];
    expect(runStreet(table, { to: 60, inputs }).shown.at(-1)).toEqual([44, "rrrGrrrG"]);
  });

  it("lasts as long as the call", () => {
    const table = nemaEight({}, { preempts: [RAIL] });
    const inputs: Timed[] = [
      [10, preempt(true)],
      [50, preempt(false)],
    ];
    expect(runStreet(table, { to: 52, inputs }).shown.at(-1)).toEqual([50.1, MAIN_YELLOW]);
  });

  it("a call that lasts longer than its maximum presence, 60 s, is ignored until it ends", () => {
    const table = nemaEight({}, { preempts: [RAIL] });
    const inputs: Timed[] = [
      [10, preempt(true)],
      [100, preempt(false)],
      [110, preempt(true)],
    ];
    const street = runStreet(table, { to: 120, inputs });
    expect(street.shown.slice(6)).toEqual([
      [31, MAIN],
      [70, MAIN_YELLOW],
      [74, RED],
      [75, "rrrGrrrG"],
      // The track phase stays green, phase 8 ends.
      [111, "rrrGrrry"],
      [115, "rrrGrrrr"],
    ]);
    expect(unitEvents(street).filter(([at]) => at >= 70)).toEqual([
      [70, 110, 1],
      [70, 111, 1],
      [100, 104, 1],
      [110, 102, 1],
      [111, 105, 1],
      [116, 106, 1],
    ]);
  });

  it("entry: the least green of the preemption, 2 s, instead of 6 s", () => {
    const table = nemaEight({}, { preempts: [FIRE] });
    expect(runStreet(table, { to: 10, inputs: [[0.5, preempt(true)]] }).shown).toEqual([
      [0, MAIN],
      [2, MAIN_YELLOW],
      [6, RED],
      [7, "rrrGrrrG"],
    ]);
  });

  it("entry: walk cut to 3 s, flashing don't walk to 4 s", () => {
    const table = nemaEight({ "2": { pedestrian: PEDESTRIANS } }, { preempts: [FIRE] });
    const inputs: Timed[] = [
      [0.9, walker(1)],
      [2, preempt(true)],
    ];
    expect(runStreet(table, { to: 12, inputs }).shown).toEqual([
      [0, "rGrrrGrr -D------"],
      [1, "rGrrrGrr -W------"],
      // Phase 6 has had its 2 s.
      [2.1, "rGrrryrr -W------"],
      [4, "rGrrryrr -F------"],
      [6.1, "rGrrrrrr -F------"],
      [8, "ryrrrrrr -D------"],
    ]);
  });

  it("entry: a leading walk is cleared without the green that it leads, and has its buffer of 3 s", () => {
    const table = nemaEight(
      { "4": { pedestrian: { ...PEDESTRIANS, leadSeconds: 3 } } },
      {
        preempts: [
          {
            ...FIRE,
            entry: { ...FIRE.entry, walkSeconds: 2 },
            dwell: { phases: ["2", "6"], greenMinSeconds: 5 },
          },
        ],
      },
    );
    const inputs: Timed[] = [
      [0, walker(3)],
      [12, preempt(true)],
    ];
    // Walk from 11 s, 2 s of it; flashing don't walk 4 s.
    expect(runStreet(table, { to: 25, inputs }).shown.slice(3)).toEqual([
      [11, "rrrrrrrr ---W----"],
      [13, "rrrrrrrr ---F----"],
      [17, "rrrrrrrr ---D----"],
      [20, "rGrrrGrr ---D----"],
    ]);
  });

  it("dwell phases that are green go on, with their walk", () => {
    const table = nemaEight({ "4": { pedestrian: PEDESTRIANS } }, { preempts: [FIRE] });
    const inputs: Timed[] = [
      [0, walker(3)],
      [12, preempt(true)],
      [14, preempt(false)],
    ];
    const street = runStreet(table, { to: 30, inputs });
    expect(street.shown.slice(3)).toEqual([
      [11, "rrrGrrrr ---W----"],
      [12.1, "rrrGrrrG ---W----"],
      [18, "rrrGrrrG ---F----"],
      // Dwell from 12.1 s, 5 s; 8 ends at 18.1 s with its minimum, 4 with its walkers.
      [18.1, "rrrGrrry ---F----"],
      [22.1, "rrrGrrrr ---F----"],
      [26, "rrryrrrr ---D----"],
    ]);
    expect(unitEvents(street).map(([at, code]) => [at, code])).toEqual([
      [12, 102],
      [12.1, 105],
      [12.1, 107],
      [14, 104],
      [17.1, 111],
    ]);
  });

  it("railway before fire, whatever the order of the configuration and of the calls", () => {
    const table = nemaEight({}, { preempts: [FIRE, { ...RAIL, delaySeconds: 0 }] });
    const inputs: Timed[] = [
      [10, preempt(true, 1)],
      [20, preempt(true, 0)],
      [30, preempt(false, 0)],
    ];
    const street = runStreet(table, { to: 70, inputs });
    expect(street.shown.slice(1)).toEqual([
      [10.1, MAIN_YELLOW],
      [14.1, RED],
      [15.1, "rrrGrrrG"],
      [20.1, "rrrGrrry"],
      [24.1, "rrrGrrrr"],
      // Track clearance from 25.1 s.
      [35.1, "rrryrrrr"],
      [39.1, RED],
      [40.1, MAIN],
      // The fire engine still calls: without an exit to its dwell.
      [48.1, MAIN_YELLOW],
      [52.1, RED],
      [53.1, "rrrGrrrG"],
    ]);
    expect(unitEvents(street).filter(([, code]) => code === 105 || code === 111)).toEqual([
      [10.1, 105, 2],
      [20.1, 105, 1],
      [48.1, 105, 2],
    ]);
  });

  it("a new call during the exit goes back to the entry", () => {
    const table = nemaEight({}, { preempts: [FIRE] });
    const inputs: Timed[] = [
      [10, preempt(true)],
      [16, preempt(false)],
      [22, preempt(true)],
    ];
    const street = runStreet(table, { to: 40, inputs });
    expect(street.shown.slice(3)).toEqual([
      [15.1, "rrrGrrrG"],
      // 5 s of dwell, 6 s of minimum green.
      [21.1, "rrryrrry"],
      [25.1, RED],
      [27.1, "rrrGrrrG"],
    ]);
    expect(unitEvents(street).map(([at, code]) => [at, code])).toEqual([
      [10, 102],
      [10.1, 105],
      [15.1, 107],
      [16, 104],
      [20.1, 111],
      [22, 102],
      [22.1, 105],
      [27.1, 107],
    ]);
  });

  it("has authority over flash by request: by way of all red, and back", () => {
    const table = nemaEight({}, { preempts: [{ ...RAIL, delaySeconds: 0 }] });
    const inputs: Timed[] = [
      [3, orders({ flash: true })],
      [20, preempt(true)],
      [30, preempt(false)],
    ];
    expect(runStreet(table, { to: 70, inputs }).shown.slice(3)).toEqual([
      [11, FLASH],
      [20.1, RED],
      [26.1, "rrrGrrrr"],
      [36.1, "rrryrrrr"],
      [40.1, RED],
      [41.1, MAIN],
      [49.1, MAIN_YELLOW],
      [53.1, RED],
      [54.1, "rrrGrrrG"],
      [60.1, "rrryrrry"],
      [64.1, RED],
      [65.1, FLASH],
    ]);
  });

  it("calls that wait are served after it", () => {
    const table = nemaEight({}, { preempts: [FIRE] });
    const inputs: Timed[] = [
      [10, preempt(true)],
      [12, vehicle(2)],
      [14, preempt(false)],
    ];
    expect(runStreet(table, { to: 50, inputs }).shown.slice(-4)).toEqual([
      [26.1, MAIN],
      [32.1, MAIN_YELLOW],
      [36.1, RED],
      [37.1, "rrGrrrrr"],
    ]);
  });
});
