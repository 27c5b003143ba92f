import { describe, expect, it } from "vitest";
import { BUS, bus, priorityEvents, splitsOf } from "./buses.ts";
import { DAY } from "./coordinated.ts";
import { MIDNIGHT } from "./crossings.ts";
import { detector, nemaEight, PEDESTRIANS, runStreet, tenth, type Timed, vehicle } from "./street.ts";

const table = nemaEight({}, { priorities: [BUS] });
const side: Timed = [5, vehicle(3)];
const heavy: Timed = [5, detector(3, true)];

describe("green extension", () => {
  it("a second at a time from the yield point on, until the bus has checked out", () => {
    const inputs: Timed[] = [side, [20, bus(true)], [28.4, bus(false)]];
    const street = runStreet(table, { plan: DAY, to: 40, inputs });
    expect(street.shown).toEqual([
      [0, "rGrrrGrr"],
      [29, "ryrrryrr"],
      [33, "rrrrrrrr"],
      [34, "rrrGrrrr"],
    ]);
    expect(priorityEvents(street)).toEqual([
      [20, 112, 1],
      [25, 114, 1],
      [25, 118, 1],
      [28.4, 115, 1],
      [28.5, 119, 1],
    ]);
    expect(splitsOf(street)).toEqual([34, 12, 20, 13]);
  });

  it("by no more than its 10 s", () => {
    const street = runStreet(table, { plan: DAY, to: 40, inputs: [side, [20, bus(true)]] });
    expect(street.shown[1]).toEqual([35, "ryrrryrr"]);
    expect(splitsOf(street)).toEqual([40, 12, 20, 13]);
  });

  it("the last step is what is left of a bound that is no whole second", () => {
    const half = nemaEight({}, { priorities: [{ ...BUS, extensionMaxSeconds: 2.5 }] });
    const street = runStreet(half, { plan: DAY, to: 30, inputs: [side, [20, bus(true)]] });
    expect(street.shown[1]).toEqual([27.5, "ryrrryrr"]);
  });

  it("a bus that is through before the yield point changes nothing", () => {
    const inputs: Timed[] = [side, [20, bus(true)], [24.8, bus(false)]];
    const street = runStreet(table, { plan: DAY, to: 30, inputs });
    expect(street.shown[1]).toEqual([25, "ryrrryrr"]);
    expect(priorityEvents(street).map(([, code]) => code)).toEqual([112, 115]);
  });

  it("the force-off of the side street moves with it", () => {
    const street = runStreet(table, {
      plan: DAY,
      to: 75,
      inputs: [heavy, [20, bus(true)], [36, bus(false)]],
    });
    expect(street.shown.slice(1, 5)).toEqual([
      [35, "ryrrryrr"],
      [39, "rrrrrrrr"],
      [40, "rrrGrrrr"],
      [67, "rrryrrrr"],
    ]);
  });

  it("on a stage-based controller the stage is longer", () => {
    const stages = nemaEight({}, { structure: "stages", priorities: [BUS] });
    const stageTable = { ...stages, rings: [] };
    const street = runStreet(stageTable, { plan: DAY, to: 45, inputs: [[20, bus(true)]] });
    expect(street.shown.slice(0, 4)).toEqual([
      [0, "rGrrrGrr"],
      [35, "ryrrryrr"],
      [39, "rrrrrrrr"],
      [40, "rrGrrrGr"],
    ]);
  });
});

describe("early green", () => {
  it("takes 12 s from the splits before it where most room is, and the green that runs ends earlier", () => {
    // The time of 3 and 7 was over at 38 s. Room above the service: 9 and 5 s, taken 8 and 4 s: phase 4 ends at 49 s.
    const street = runStreet(table, { plan: DAY, to: 60, inputs: [heavy, [40, bus(true)]] });
    expect(splitsOf(street)).toEqual([30, 12, 12, 9]);
    expect(street.shown.slice(3)).toEqual([
      [30, "rrrGrrrr"],
      [49, "rrryrrrr"],
      [53, "rrrrrrrr"],
      [54, "rGrrrGrr"],
    ]);
    expect(priorityEvents(street)).toEqual([
      [40, 112, 1],
      [40.1, 113, 1],
      [40.1, 118, 1],
    ]);
  });

  it("never goes below the service of walkers: the split of phase 4 has no room", () => {
    const walking = nemaEight({ "4": { pedestrian: PEDESTRIANS } }, { priorities: [BUS] });
    const street = runStreet(walking, { plan: DAY, to: 50, inputs: [heavy, [40, bus(true)]] });
    expect(splitsOf(street)).toEqual([30, 12, 20, 8]);
  });

  it("of a split that runs it takes no more than is left of its green", () => {
    // At 36.1 s phases 3 and 7 have 1.9 s left to give; 9 and 5 s the others. Of each 1.3 s remain: 0.6, 7.7 and 3.7 s taken.
    const street = runStreet(table, { plan: DAY, to: 60, inputs: [heavy, [36, bus(true)]] });
    expect(splitsOf(street)).toEqual([30, 11.4, 12.3, 9.3]);
  });

  it("is given once a cycle for a bus that waits on", () => {
    const street = runStreet(table, { plan: DAY, to: 62, inputs: [heavy, [40, bus(true)], [45, bus(true)]] });
    expect(priorityEvents(street).filter(([, code]) => code === 113)).toHaveLength(1);
  });

  it("the next cycle gets back in step: 63 s are 12 s too early, so it is 12 s longer", () => {
    const inputs: Timed[] = [heavy, [40, bus(true)], [55, bus(false)]];
    const next = runStreet(table, { plan: DAY, to: 70, inputs });
    expect(tenth((next.state.cycle?.startAt ?? 0) - MIDNIGHT)).toBe(63);
    expect(next.state.cycle?.coordination).toBe("transition");
    expect(splitsOf(next).reduce((sum, split) => sum + split, 0)).toBe(87);
    expect(runStreet(table, { plan: DAY, to: 151, inputs }).state.cycle?.coordination).toBe("inStep");
  });
});

describe("bounds of priority", () => {
  it("after a grant none for the cooldown of 100 s", () => {
    const inputs: Timed[] = [side, [20, bus(true)], [28, bus(false)], [60, bus(true)]];
    // Somebody on the side street in every cycle, and a bus that does not come through before it is forgotten after 120 s.
    for (let at = 80; at < 180; at += 20) inputs.push([at, vehicle(3)]);
    const granted = (cooldownSeconds: number) => {
      const timed = nemaEight({}, { priorities: [{ ...BUS, cooldownSeconds }] });
      const street = runStreet(timed, { plan: DAY, to: 180, inputs });
      return priorityEvents(street).flatMap(([at, code]) => (code === 118 ? [at] : []));
    };
    expect(granted(100)[0]).toBe(25);
    expect(granted(100)[1] ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(128.1);
    expect(granted(0)[1]).toBeLessThan(128.1);
  });

  it("one priority at a time", () => {
    const two = nemaEight({}, { priorities: [BUS, { ...BUS, id: "tram", phases: ["4", "8"] }] });
    const inputs: Timed[] = [heavy, [20, bus(true)], [21, bus(true, 1)]];
    const street = runStreet(two, { plan: DAY, to: 40, inputs });
    // The tram was first to have a green to hasten, at once; the bus gets no extension meanwhile.
    expect(priorityEvents(street).filter(([, code]) => code === 118)).toHaveLength(1);
  });

  it("nothing in free operation, and nothing while a stage is forced", () => {
    const free = runStreet(table, {
      to: 40,
      inputs: [
        [1, bus(true)],
        [3, vehicle(3)],
      ],
    });
    expect(free.shown[1]).toEqual([6, "ryrrryrr"]);
    const forced: Timed[] = [
      [1, bus(true)],
      [3, { kind: "orders", orders: { hold: [], stage: 2, flash: false, redUntil: null } }],
    ];
    expect(runStreet(table, { plan: DAY, to: 40, inputs: forced }).shown[1]).toEqual([6, "ryrrryrr"]);
  });

  it("a bus that never checks out is forgotten after 120 s", () => {
    const street = runStreet(table, { plan: DAY, to: 140, inputs: [[10, bus(true)]] });
    expect(street.state.priorities[0]?.waiting).toBe(0);
    expect(
      runStreet(table, { plan: DAY, to: 130, inputs: [[10, bus(true)]] }).state.priorities[0]?.waiting,
    ).toBe(1);
  });

  it("a check-out without a check-in is none", () => {
    const street = runStreet(table, { plan: DAY, to: 20, inputs: [[10, bus(false)]] });
    expect(street.state.priorities[0]?.waiting).toBe(0);
  });
});
