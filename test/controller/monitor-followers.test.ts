import { describe, expect, it } from "vitest";
import type { Intersection, Overlap } from "../../src/model/intersection.ts";
import { crossing } from "../signal/crossings.ts";
import { type Part, told, watch } from "./watching.ts";

/** Throughs 2 and 6, left 1 against 2, side street 4. */
const base = crossing({
  phases: { "1": [5, 3, 1], "2": [5, 3, 1], "4": [5, 3, 1], "6": [5, 3, 1] },
  stages: { "1-6": ["1", "6"], "2-6": ["2", "6"], "4": ["4"] },
  conflicts: ["1/2", "1/4", "2/4", "4/6"],
  plans: { day: { "1-6": 15, "2-6": 15, "4": 15 } },
});

function withOverlaps(...overlaps: readonly Overlap[]): Intersection {
  return { ...base, overlaps: [...overlaps] };
}

function trips(intersection: Intersection, parts: readonly Part[]): readonly string[] {
  return told(watch(intersection, parts).trips);
}

const W = "----";

describe("an overlap", () => {
  /** Green with 1 and with 4, from one to the other too; not with 6. */
  const right: Overlap = {
    id: "R",
    kind: "normal",
    included: ["1", "4"],
    minus: ["6"],
    yellowSeconds: 4,
    redClearSeconds: 2,
  };
  const crossed = withOverlaps(right);
  const legal: readonly Part[] = [
    [6, "Grrr", W, "G"],
    [3, "yrrr", W, "G"],
    [1, "rrrr", W, "G"],
    [5, "rrGr", W, "G"],
    [3, "rryr", W, "y"],
    [1, "rrrr", W, "y"],
    [2, "rrrr", W, "r"],
    [5, "rGrG", W, "r"],
  ];
  const change = (...changes: readonly (readonly [number, Part])[]): readonly Part[] =>
    legal.map((part, index) => changes.find(([place]) => place === index)?.[1] ?? part);

  it("stays green between two of its phases, and clears by its own times", () => {
    const { trips: found, atLimit } = watch(crossed, legal);
    expect(told(found)).toEqual([]);
    // Phase 2 conflicts with 1 and with 4, and so with the overlap; 6 is its minus phase.
    expect(atLimit.filter((rule) => rule === "SHORT_CLEARANCE")).toHaveLength(3);
  });

  it("CONFLICT: with a minus phase, with a phase that conflicts with all its phases; not with one that conflicts with one", () => {
    expect(trips(crossed, [[5, "rrrG", W, "G"]])).toEqual(["0 CONFLICT phase 6 shows G and overlap R G"]);
    expect(trips(crossed, [[5, "rGrr", W, "y"]])).toEqual(["0 CONFLICT phase 2 shows G and overlap R y"]);
    expect(trips(withOverlaps({ ...right, minus: [] }), [[5, "rrrG", W, "G"]])).toEqual([]);
    expect(trips(withOverlaps({ ...right, included: ["1", "6"], minus: [] }), [[5, "rGrr", W, "G"]])).toEqual(
      [],
    );
  });

  it("CONFLICT: with an overlap of which every phase conflicts with each of its own", () => {
    const through: Overlap = {
      id: "T",
      kind: "normal",
      included: ["2"],
      minus: [],
      yellowSeconds: 3,
      redClearSeconds: 1,
    };
    expect(trips(withOverlaps(right, through), [[5, "rrrr", W, "GG"]])).toEqual([
      "0 CONFLICT overlap R shows G and overlap T G",
    ]);
    expect(trips(withOverlaps(right, { ...through, included: ["2", "1"] }), [[5, "rrrr", W, "GG"]])).toEqual(
      [],
    );
  });

  it("SHORT_CLEARANCE: a phase begins before the overlap has cleared, an overlap before the phase has", () => {
    expect(trips(crossed, change([6, [1.9, "rrrr", W, "r"]]))).toEqual([
      "20.9 SHORT_CLEARANCE phase 2: green 5900 ms after overlap R, clearance is 6000 ms",
      "20.9 SHORT_CLEARANCE phase 6: green 5900 ms after overlap R, clearance is 6000 ms",
    ]);
    expect(
      trips(crossed, [
        [5, "rGrr", W, "r"],
        [3, "ryrr", W, "r"],
        [0.9, "rrrr", W, "r"],
        [5, "rrrr", W, "G"],
      ]),
    ).toEqual(["8.9 SHORT_CLEARANCE overlap R: green 3900 ms after phase 2, clearance is 4000 ms"]);
  });

  it("NO_YELLOW, SHORT_YELLOW, LONG_YELLOW, RED_REVERT, COLOUR_ORDER, DARK as any head", () => {
    const overlap = (...shown: readonly (readonly [number, string])[]): readonly Part[] =>
      shown.map(([seconds, lamp]): Part => [seconds, "rrrr", W, lamp]);
    expect(trips(crossed, overlap([1, "G"], [1, "r"]))).toEqual(["1 NO_YELLOW overlap R: green turned to r"]);
    expect(trips(crossed, overlap([1, "G"], [3.9, "y"], [2, "r"]))).toEqual([
      "4.9 SHORT_YELLOW overlap R: yellow for 3900 ms, 4000 ms needed",
    ]);
    expect(trips(crossed, overlap([1, "G"], [4.1, "y"]))).toEqual([]);
    expect(trips(crossed, overlap([1, "G"], [4.2, "y"]))).toEqual([
      "5.1 LONG_YELLOW overlap R: yellow for 4100 ms, 4000 ms configured",
    ]);
    expect(trips(crossed, overlap([1, "G"], [4, "y"], [1.9, "r"], [1, "G"]))).toEqual([
      "6.9 RED_REVERT overlap R: red before green again for 1900 ms, 2000 ms needed",
    ]);
    expect(trips(crossed, overlap([1, "G"], [4, "y"], [1, "G"]))).toEqual([
      "5 COLOUR_ORDER overlap R: yellow turned to G",
    ]);
    expect(trips(crossed, overlap([1, "g"]))).toEqual(['0 DARK overlap R: no lamp but "g"']);
    expect(trips(crossed, [[1, "rrrr", W]])).toEqual([
      "0 DUAL 4 lamps, 4 walk signals and 0 overlaps for 4 phases and 1 overlaps",
      '0 DARK overlap R: no lamp but ""',
    ]);
  });
});

describe("a flashing yellow arrow", () => {
  const arrow = withOverlaps({
    id: "F",
    kind: "flashingYellowArrow",
    left: "1",
    opposing: "2",
    delaySeconds: 2,
  });
  const legal: readonly Part[] = [
    [1, "rrrr", W],
    [2, "rGrG", W],
    [4, "gGrG", W],
    [3, "yyrG", W],
    [2, "rrrG", W],
  ];

  const begin: Part = [1, "rrrr", W];

  it("flashes from its delay on, and ends with its opposing phase; no minimum green counts for it", () => {
    const { trips: found, atLimit } = watch(arrow, legal);
    expect(told(found)).toEqual([]);
    // At its begin and at its end.
    expect(atLimit.filter((rule) => rule === "FLASHING_ARROW")).toHaveLength(2);
  });

  it("FLASHING_ARROW: too early, without its opposing phase, after it, and ended before it", () => {
    expect(trips(arrow, [begin, [1.9, "rGrG", W], [4, "gGrG", W]])).toEqual([
      "2.9 FLASHING_ARROW phase 1: opposing green before the flashing arrow for 1900 ms, 2000 ms needed",
    ]);
    expect(trips(arrow, [begin, [1, "grrG", W]])).toEqual([
      "1 FLASHING_ARROW phase 1: flashing arrow while its opposing phase is r",
    ]);
    expect(trips(arrow, [...legal.slice(0, 3), [3, "gyrG", W]])).toEqual([
      "7 FLASHING_ARROW phase 1: flashing arrow while its opposing phase is y",
    ]);
    expect(trips(arrow, [...legal.slice(0, 3), [3, "yGrG", W]])).toEqual([
      "7 FLASHING_ARROW phase 1: flashing arrow ended while its opposing phase stays green",
    ]);
  });

  it("CONFLICT: beside another foe's green", () => {
    expect(trips(arrow, [begin, [5, "gGGr", W]])).toContain("1 CONFLICT phase 1 shows g and phase 4 G");
  });
});

describe("the yellow trap", () => {
  /** Left 1 yields to 2 at the circular green of its approach. */
  const circular: Intersection = {
    ...base,
    stages: [...base.stages, { id: "1-2", phases: ["1", "2", "6"], permissive: ["1"] }],
    phases: base.phases.map((phase) =>
      phase.id === "1" ? { ...phase, permissiveDisplay: "circular" } : phase,
    ),
  };
  const green: readonly Part[] = [
    [1, "rrrr", W],
    [6, "gGrG", W],
  ];

  it("is none when both end together", () => {
    const { trips: found, atLimit } = watch(circular, [...green, [3, "yyry", W], [1, "rrrr", W]]);
    expect(told(found)).toEqual([]);
    expect(atLimit).toContain("YELLOW_TRAP");
  });

  it("YELLOW_TRAP: a turn sees yellow while whom it yielded to stays green, in a preemption too", () => {
    const trap = ["7 YELLOW_TRAP phase 1: yellow while phase 2, to which it yielded, stays green"];
    expect(trips(circular, [...green, [3, "yGry", W]])).toEqual(trap);
    expect(trips(circular, [...green, [3, "yGry", W, "", "!"]])).toEqual(trap);
  });

  it("is none with a head of its own", () => {
    const own = { ...circular, phases: base.phases };
    expect(trips(own, [...green, [3, "yGry", W]])).toEqual([]);
  });
});
