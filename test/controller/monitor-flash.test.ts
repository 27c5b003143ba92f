import { describe, expect, it } from "vitest";
import { conflictMonitor, STRICT_LIMITS } from "../../sim/controller/monitor/monitor.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { BEGIN, LEGAL, outputsOf, type Part, small, stateAfter, told, watch } from "./watching.ts";

/** `small` with a start-up of 5 s flash and 6 s all red into A and B; A flashes yellow. */
const starting: Intersection = {
  ...small,
  startUp: { flashSeconds: 5, allRedSeconds: 6, phases: ["A"], flashYellow: ["A"] },
};

function trips(parts: readonly Part[], intersection = starting): readonly string[] {
  return told(watch(intersection, parts).trips);
}

const flash: Part = [5, "fxx", "D--"];
const allRed: Part = [6, "rrr", "D--"];
const green: Part = [5, "Grr", "D--"];
const yellow: Part = [3, "yrr", "D--"];

describe("start-up", () => {
  it("is flash, all red and the start phases, exactly as configured", () => {
    const { trips: found, atLimit } = watch(starting, [flash, allRed, green]);
    expect(told(found)).toEqual([]);
    expect(atLimit.filter((rule) => rule === "FLASH")).toHaveLength(2);
    expect(trips([[5, "fxx", "---"], allRed, [4, "Grr", "W--"]])).toEqual([]);
  });

  it("begins with all red where no flash is configured", () => {
    const dark = {
      ...starting,
      startUp: { flashSeconds: 0, allRedSeconds: 6, phases: ["A"], flashYellow: [] },
    };
    expect(trips([allRed, green], dark)).toEqual([]);
    expect(trips([[5.9, "rrr", "D--"], green], dark)).toEqual([
      "5.9 FLASH all red after flash for 5900 ms, 6000 ms needed",
    ]);
  });

  it("is not asked of who is in the middle of a cycle at first sight", () => {
    expect(trips([green, yellow])).toEqual([]);
  });

  it("FLASH: too short, too little red, another phase first, none of it red", () => {
    expect(trips([[4.9, "fxx", "D--"], allRed, green])).toEqual([
      "4.9 FLASH start-up flash for 4900 ms, 5000 ms needed",
    ]);
    expect(trips([flash, [5.9, "rrr", "D--"], green])).toEqual([
      "10.9 FLASH all red after flash for 5900 ms, 6000 ms needed",
    ]);
    expect(trips([flash, allRed, [5, "rrG", "D--"]])).toEqual([
      "11 FLASH phase C: not a start phase, shows G first after flash",
    ]);
    expect(trips([flash, green])).toEqual(["5 FLASH flash turned to Grr, not to all red"]);
  });
});

describe("flash", () => {
  const running: readonly Part[] = [flash, allRed, green, yellow];

  it("is entered through yellow and red clearance, lasts as long as it likes, and is left over all red", () => {
    const { trips: found, atLimit } = watch(starting, [
      ...running,
      [1, "rrr", "D--"],
      [2, "fxx", "D--"],
      allRed,
      green,
    ]);
    expect(told(found)).toEqual([]);
    // Start-up twice, the entry after A's clearance, all red after it.
    expect(atLimit.filter((rule) => rule === "FLASH")).toHaveLength(4);
  });

  it("FLASH, NO_YELLOW, COLOUR_ORDER: entered too early", () => {
    expect(trips([...running, [0.9, "rrr", "D--"], flash])).toEqual([
      "19.9 FLASH phase A: yellow and red before flash for 3900 ms, 4000 ms needed",
    ]);
    expect(trips([flash, allRed, green, flash])).toEqual([
      "16 NO_YELLOW phase A: green turned to f",
      "16 FLASH phase A: yellow and red before flash for 0 ms, 4000 ms needed",
    ]);
    expect(trips([...running, flash])).toEqual([
      "19 COLOUR_ORDER phase A: yellow turned to f",
      "19 FLASH phase A: yellow and red before flash for 3000 ms, 4000 ms needed",
    ]);
  });

  it("FLASH: some heads only, or yellow where red is configured", () => {
    expect(trips([flash, [1, "fxr", "D--"]])).toEqual(["5 FLASH only 2 of 3 heads flash"]);
    expect(trips([[1, "xfx", "D--"]])).toEqual(["0 FLASH phase B: flashes yellow, red is configured"]);
    expect(trips([[1, "xxx", "D--"]])).toEqual([]);
  });

  it("CONFLICT: yellow for two that conflict; WALK_ON_RED: walk beside it", () => {
    const two = {
      ...small,
      startUp: { flashSeconds: 5, allRedSeconds: 6, phases: ["A"], flashYellow: ["A", "C"] },
    };
    expect(trips([[1, "fxf", "D--"]], two)).toEqual(["0 CONFLICT phase A shows f and phase C f"]);
    expect(trips([[1, "fxx", "W--"]])).toEqual(["0 WALK_ON_RED phase A: walk signal W while the lamp is f"]);
  });

  it("is left to any phase after 3 s where no start-up is configured", () => {
    expect(
      trips(
        [
          [1, "xxx", "D--"],
          [3, "rrr", "D--"],
          [5, "rrG", "D--"],
        ],
        small,
      ),
    ).toEqual([]);
    expect(
      trips(
        [
          [1, "xxx", "D--"],
          [2.9, "rrr", "D--"],
          [5, "rrG", "D--"],
        ],
        small,
      ),
    ).toEqual(["3.9 FLASH all red after flash for 2900 ms, 3000 ms needed"]);
  });
});

describe("the watchdog", () => {
  const monitor = conflictMonitor(small, { stepMs: 100, limits: STRICT_LIMITS });

  it("trips after more than a second of silence, not before the first sight", () => {
    expect(monitor.watchdog(monitor.start(), BEGIN)).toEqual([]);
    const { state } = monitor.observe(monitor.start(), BEGIN, outputsOf(LEGAL.rest));
    expect(monitor.watchdog(state, BEGIN + 1000)).toEqual([]);
    expect(told(monitor.watchdog(state, BEGIN + 1100))).toEqual([
      "1.1 WATCHDOG no outputs for 1100 ms, at most 1000 ms",
    ]);
    const again = monitor.observe(state, BEGIN + 1000, outputsOf(LEGAL.rest)).state;
    expect(monitor.watchdog(again, BEGIN + 2000)).toEqual([]);
  });

  it("has patience for two steps where they are long", () => {
    const slow = conflictMonitor(small, { stepMs: 1000, limits: STRICT_LIMITS });
    const { state } = stateAfter(slow, [LEGAL.rest]);
    expect(slow.watchdog(state, BEGIN + 2000)).toEqual([]);
    expect(slow.watchdog(state, BEGIN + 2100)).toHaveLength(1);
  });
});
