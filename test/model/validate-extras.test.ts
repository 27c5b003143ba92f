import { describe, expect, it } from "vitest";
import { describeFault } from "../../src/model/fault.ts";
import { type Change, faultsOf } from "./change.ts";
import { EXAMPLES } from "./extra-examples.ts";
import { fullNetwork } from "./full-network.ts";

const at = (pointer: string, value: unknown): Change => ({ file: "x.json", pointer, value });

const toldAfter = (...changes: readonly Change[]): readonly string[] =>
  faultsOf(fullNetwork(), changes).map((fault) => describeFault(fault).replace(/^x\.json#/, ""));

describe("validateNetwork with everything a controller may have", () => {
  it("finds nothing wrong with the full crossing", () => {
    expect(toldAfter()).toEqual([]);
  });

  it.each(EXAMPLES)("tells of %s", (_, pointer, value, told) => {
    expect(toldAfter(at(pointer, value)).join("\n")).toBe(told);
  });

  it("has an example for every rule of these parts", () => {
    const rules = new Set(EXAMPLES.map(([, , , told]) => /\[(\w+)\]$/.exec(told)?.[1]));
    expect(["M20", "M21", "M22", "M23", "M24"].filter((rule) => !rules.has(rule))).toEqual([]);
  });

  it("asks a phase without movements to be alone in the intersection", () => {
    const conflicts = fullNetwork().intersections[0]?.conflicts.filter(
      (pair) => !(pair[0] === "8" && pair[1] === "9"),
    );
    const rings = [
      [["1", "2"], ["3", "4"], []],
      [["5", "6"], ["7", "8"], []],
      [[], ["9"], []],
    ];
    expect(toldAfter(at("/rings", rings), at("/conflicts", conflicts))).toEqual([
      '/phases/8/id: found "9", allowed: with no movement, a phase that conflicts with every other; not with 8 [M24]',
    ]);
  });

  it("counts the phases of the rings", () => {
    const extra = Array.from({ length: 8 }, (_, index) => `${index + 10}`);
    const phase = fullNetwork().intersections[0]?.phases[5];
    const faults = toldAfter(...extra.map((id, index) => at(`/phases/${index + 9}`, { ...phase, id })));
    expect(faults.filter((told) => told.startsWith("/phases:"))).toEqual([
      '/phases: found ["1","2","3","4","5","6","7","8","9","10","11","12","13","14","15","16","17"], allowed: at most 16 phases in rings [M24]',
    ]);
  });

  it("wants room in the split for the walk that leads", () => {
    // 4 s and then 21.1 s of green are more than the 25 s before the clearance.
    expect(toldAfter(at("/phases/3/greenMinSeconds", 21.1))).toEqual([
      '/plans/0/stages: found ["2-6: 40","3-7: 15","4-8: 30","9: 30","1-5: 15"], allowed: at least 25.1 s of green for phase 4; it gets 25 s [M13]',
    ]);
    expect(toldAfter(at("/phases/3/greenMinSeconds", 21))).toEqual([]);
  });
});

/** The same crossing served stage by stage. */
const IN_STAGES: readonly Change[] = [
  at("/structure", "stages"),
  at("/rings", undefined),
  ...[0, 2, 4, 6].map((phase) => at(`/phases/${phase}/conditionalService`, undefined)),
  at("/phases/1/simultaneousGap", undefined),
  ...[3, 7].map((phase) => at(`/phases/${phase}/dualEntry`, undefined)),
];

describe("validateNetwork in the structure stages", () => {
  it("finds nothing wrong with the full crossing", () => {
    expect(toldAfter(...IN_STAGES)).toEqual([]);
  });

  it("leaves what only rings have to the rings", () => {
    expect(
      toldAfter(
        ...IN_STAGES,
        at("/phases/0/conditionalService", false),
        at("/phases/1/simultaneousGap", true),
        at("/phases/3/dualEntry", true),
      ),
    ).toEqual([
      "/phases/0/conditionalService: found false, allowed: nothing in the structure stages [M24]",
      "/phases/1/simultaneousGap: found true, allowed: nothing in the structure stages [M24]",
      "/phases/3/dualEntry: found true, allowed: nothing in the structure stages [M24]",
    ]);
  });

  it("goes on from a whole stage after preemption and start-up", () => {
    expect(
      toldAfter(
        ...IN_STAGES,
        at("/preempts/0/exit/phases", ["2"]),
        at("/preempts/1/exit/phases", ["8", "4"]),
        at("/startUp/phases", ["2", "5"]),
      ),
    ).toEqual([
      '/preempts/0/exit/phases: found ["2"], allowed: a whole stage: 1+5, 2+6, 3+7, 4+8, 9 [M21]',
      '/startUp/phases: found ["2","5"], allowed: a whole stage: 1+5, 2+6, 3+7, 4+8, 9 [M23]',
    ]);
  });

  it("lets a pedestrian phase run beside phases that it does not cross", () => {
    const conflicts = fullNetwork().intersections[0]?.conflicts.filter(
      (pair) => !(pair[0] === "8" && pair[1] === "9"),
    );
    expect(toldAfter(...IN_STAGES, at("/conflicts", conflicts))).toEqual([]);
  });
});
