import { describe, expect, it } from "vitest";
import { type ExportedProgram, programOf } from "../../../sim/sumo/export/program.ts";
import { fixedLamps } from "../../../sim/traffic/fixed-lamps.ts";
import type { Network } from "../../../src/model/files.ts";
import type { Intersection } from "../../../src/model/intersection.ts";
import { after, HOUR_MS, modulo, secondsToMs } from "../../../src/units.ts";
import { builtIn, periodOf } from "./built-in.ts";

/** One link a phase, so that a state is what the phases show. */
function program(network: Network, intersection: Intersection, hours: number): ExportedProgram {
  const { midnightAt, startsAt } = periodOf(network, hours, 3600);
  const links = intersection.phases.map(({ id }) => ({
    from: "a",
    fromLane: 0,
    to: "b",
    toLane: 0,
    lengthMeters: 10,
    speedMetersPerSecond: 10,
    signal: { intersection: intersection.id, phase: id, yields: false },
  }));
  return programOf(intersection, links, midnightAt, startsAt);
}

/** What SUMO shows: position (time − offset) modulo the cycle, seconds from midnight. */
function shownAt({ offsetSeconds, phases }: ExportedProgram, seconds: number): string | undefined {
  const cycle = phases.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
  let rest = modulo(seconds - offsetSeconds, cycle);
  return phases.find(({ durationSeconds }) => {
    rest -= durationSeconds;
    return rest < 0;
  })?.state;
}

/** Instants within half an hour at which the program and the lamps of the built-in model differ. */
function differences(network: Network, hours: number, shiftSeconds = 0): number {
  const { midnightAt } = periodOf(network, hours, 3600);
  const lampsAt = fixedLamps(network, midnightAt);
  const programs = network.intersections.map((one) => program(network, one, hours));
  let count = 0;
  for (let second = hours * 3600; second < hours * 3600 + 1800; second += 1) {
    const lamps = lampsAt(after(midnightAt, secondsToMs(second)));
    for (const [k, own] of programs.entries()) {
      if (shownAt(own, second + shiftSeconds) !== lamps[k]?.lamps) count += 1;
    }
  }
  return count;
}

describe("a plan as a program of SUMO", () => {
  it.each([
    ["single", 3],
    ["single", 7],
    ["corridor", 3],
    ["corridor", 7],
    ["corridor", 12],
    ["corridor", 17],
  ] as const)(
    "%s shows at %i o'clock what the built-in model shows, second by second",
    async (name, hours) => {
      const network = await builtIn(name);
      expect(differences(network, hours)).toBe(0);
      // The comparison would see an offset that is wrong by a second.
      expect(differences(network, hours, 1)).toBeGreaterThan(100);
    },
  );

  it("has the stages of the plan from the first one's begin of green on, clearances in whole seconds", async () => {
    const network = await builtIn("single");
    const [mainOak] = network.intersections;
    if (mainOak === undefined) throw new Error("no intersection");
    const { plan, offsetSeconds, phases } = program(network, mainOak, 7);
    expect([plan, offsetSeconds]).toEqual(["morning", 0]);
    // Splits 45, 18, 27 and 25 s of 2-6, 3-7, 4-8 and 1-5; yellow and red clearance 3.2 + 1.8, 3.3 + 2.8, 3 + 2.8 and 4 + 2.8 s,
    // each rounded up. Phases 1 to 8.
    expect(phases.map(({ durationSeconds, state }) => `${durationSeconds} ${state}`)).toEqual([
      "39 rGrrrGrr",
      "4 ryrrryrr",
      "2 rrrrrrrr",
      "11 rrGrrrGr",
      "4 rryrrryr",
      "3 rrrrrrrr",
      "21 rrrGrrrG",
      "3 rrryrrry",
      "3 rrrrrrrr",
      "18 GrrrGrrr",
      "4 yrrryrrr",
      "3 rrrrrrrr",
    ]);
  });

  it("shows a green that yields where a stage or the link's own phase makes it yield", async () => {
    const network = await builtIn("corridor");
    const elm = network.intersections.find(({ id }) => id === "elm");
    if (elm === undefined) throw new Error("no elm");
    const states = program(network, elm, 7).phases.map(({ state }) => state);
    const order = elm.phases.map(({ id }) => id);
    const side = states.find((state) => state.charAt(order.indexOf("8")) === "G") ?? "";
    expect(["3", "4", "7", "8"].map((id) => side.charAt(order.indexOf(id)))).toEqual(["g", "G", "g", "G"]);

    const { midnightAt } = periodOf(network, 7, 3600);
    const link = {
      from: "a",
      fromLane: 0,
      to: "b",
      toLane: 0,
      lengthMeters: 10,
      speedMetersPerSecond: 10,
      signal: { intersection: "elm", phase: "8", yields: true },
    };
    const own = programOf(elm, [link], midnightAt, after(midnightAt, 7 * HOUR_MS));
    expect(new Set(own.phases.map(({ state }) => state))).toEqual(new Set(["r", "g", "y"]));
  });
});
