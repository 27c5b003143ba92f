import { describe, expect, it } from "vitest";
import { defined } from "../../src/assert.ts";
import {
  expectCycle,
  greensOf,
  type Readback,
  readBack,
  type ReadbackStep,
} from "../../src/engine/readback.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import { after, type InstantMs, SECOND_MS } from "../../src/units.ts";
import { detectedT } from "../estimate/shared-lane.ts";
import { ringCrossing } from "../safety/ring-crossing.ts";
import { MIDNIGHT, PLAN, RING_PLAN, ringTable, TABLE } from "./readback-plans.ts";

const START = after(MIDNIGHT, 70_000);
const at = (seconds: number): InstantMs => after(START, seconds * SECOND_MS);
/** An instant as it stands in a mismatch. */
const told = (seconds: number): string => String(at(seconds));

function begun(): Readback {
  return expectCycle(TABLE, PLAN, MIDNIGHT, START, "ry");
}

type Sight = readonly [seconds: number, lamps: string, calls?: string];

/** Gives the lamps one after the other; the last word. */
function watch(from: Readback, shown: readonly Sight[], table: TimingTable = TABLE): ReadbackStep {
  let last: ReadbackStep = { kind: "watching", readback: from };
  for (const [seconds, lamps, calls = "-".repeat(lamps.length)] of shown) {
    if (last.kind !== "watching") break;
    last = readBack(last.readback, table, { at: at(seconds), lamps, calls });
  }
  return last;
}

/** What a cycle owes, in seconds from its begin: the phase, from and to when it begins, and ends. */
function owed({ owed: greens }: Readback, table: TimingTable, startAt: InstantMs = START) {
  const seconds = (instant: number | null): number | null =>
    instant === null ? null : Math.max(-999, (instant - startAt) / SECOND_MS);
  return greens.map(({ phase, beginFrom, beginTo, endFrom, endTo, optional }) => [
    defined(table.phases[phase], "phase").id + (optional ? "?" : ""),
    [seconds(beginFrom), seconds(beginTo)],
    [seconds(endFrom), seconds(endTo)],
  ]);
}

const AS_PLANNED: readonly Sight[] = [
  [-3, "rr"],
  [0, "Gr"],
  [1, "Gr"],
  [29, "Gr"],
  [30, "yr"],
  [34, "rr"],
  [36, "rG"],
  [54, "ry"],
];

/** As planned, but so many seconds later. */
function shifted(by: number): readonly Sight[] {
  return AS_PLANNED.map(([seconds, lamps]) => [seconds + by, lamps]);
}

describe("the lamps", () => {
  it("are reduced to what is green, with or without right of way; on rings a green that yields is an arrow", () => {
    expect(greensOf(TABLE, "Ggyr")).toBe("GG..");
    expect(greensOf(timingTable(ringCrossing(), SECOND_MS), "Ggyr")).toBe("G...");
  });

  it("owe a plan its greens, in and out, within a step of the instants of its splits", () => {
    expect(owed(begun(), TABLE)).toEqual([
      ["A", [-1, 1], [29, 31]],
      ["B", [35, 37], [53, 55]],
    ]);
  });

  it("that did all of it have applied the plan", () => {
    expect(watch(begun(), AS_PLANNED)).toEqual({ kind: "applied" });
    expect(watch(begun(), AS_PLANNED.slice(0, -1)).kind, "not before the last green has ended").toBe(
      "watching",
    );
  });

  it("may be one step of the plant early or late, not two", () => {
    for (const by of [-1, 1]) expect(watch(begun(), shifted(by)), `${by} s`).toEqual({ kind: "applied" });
    for (const by of [-2, 2]) expect(watch(begun(), shifted(by)).kind, `${by} s`).toBe("mismatch");
  });

  it("that stay green too long do not follow the plan", () => {
    const result = watch(begun(), [...AS_PLANNED.slice(0, 4), [30, "Gr"], [31, "Gr"], [32, "Gr"]]);
    expect(result).toEqual({
      kind: "mismatch",
      detail: `phase A still green at ${told(32)}, due to end by ${told(31)}`,
    });
  });

  it("that end too early, or show another stage, do not either", () => {
    expect(watch(begun(), [...AS_PLANNED.slice(0, 2), [20, "yr"]])).toEqual({
      kind: "mismatch",
      detail: `phase A ended by ${told(20)}, due from ${told(29)}`,
    });
    expect(watch(begun(), [...AS_PLANNED.slice(0, 6), [36, "Gr"]])).toEqual({
      kind: "mismatch",
      detail: `phase A green at ${told(36)}, not planned then`,
    });
    expect(watch(begun(), [...AS_PLANNED.slice(0, 6), [34.5, "rG"]]).kind, "before its stage").toBe(
      "mismatch",
    );
  });

  it("that are never seen at the begin do not either", () => {
    expect(
      watch(begun(), [
        [-2, "rr"],
        [2, "rr"],
      ]),
    ).toEqual({
      kind: "mismatch",
      detail: `phase A not green at ${told(2)}, due by ${told(1)}`,
    });
  });

  it("may still show the end of the cycle before", () => {
    const before = expectCycle(TABLE, PLAN, MIDNIGHT, START, "rG");
    expect(watch(before, [[-7, "rG"], [-6, "ry"], ...AS_PLANNED.slice(1)])).toEqual({ kind: "applied" });
  });
});

describe("a cycle that corrects its offset", () => {
  // 10 s late: a cycle may give 0.17 of itself; 10 s are wanted.
  const late = at(10);

  it("owes the corrected splits", () => {
    const { owed: greens } = expectCycle(TABLE, PLAN, MIDNIGHT, late, "..");
    const endTo = defined(greens.at(-1)?.endTo ?? undefined, "end");
    expect(endTo - late, "shorter than the planned 54 s of green and clearance, and a step").toBe(45_000);
  });
});

describe("stages that share a phase", () => {
  it("owe no end of its green between them", () => {
    const table = timingTable(detectedT(), SECOND_MS);
    const plan: TimingPlan = {
      ...PLAN,
      stages: [
        { stage: "2-6", splitMs: 25_000 },
        { stage: "8", splitMs: 15_000 },
        { stage: "1-6", splitMs: 20_000 },
      ],
    };
    // Four seconds of yellow and two of red clearance. Phase 6 goes from the last stage over into the next cycle's first.
    const shown = owed(expectCycle(table, plan, MIDNIGHT, START, "rrrr"), table);
    const ends = shown.map(([phase, , end]) => [phase, end]);
    expect(ends).toEqual(
      expect.arrayContaining([
        ["2", [18, 20]],
        ["8", [33, 35]],
        ["1", [53, 55]],
        ["6", [18, 20]],
        ["6", [39, null]],
      ]),
    );
    expect(ends).toHaveLength(5);
  });
});

function ringBegun(table: TimingTable, lamps = "rGrrG"): Readback {
  return expectCycle(table, RING_PLAN, MIDNIGHT, START, lamps);
}

const RING_AS_PLANNED: readonly Sight[] = [
  [0, "rGrrG"],
  [20, "ryrry"],
  [24, "rrGrr"],
  [34, "rryrr"],
  [38, "GrrGr"],
  [46, "yrryr"],
];

/** The first of the sights whose instant is `seconds`, and those before it, then others. */
function until(seconds: number, ...others: readonly Sight[]): readonly Sight[] {
  return [...RING_AS_PLANNED.filter(([when]) => when < seconds), ...others];
}

/** Phase 4 left out, with the calls of each frame. */
const skipped = (calls: (seconds: number) => string) =>
  until(20, [34, "ryrry"], [37, "rrrrr"], [38, "GrrGr"], [46, "yrryr"]).map(
    ([seconds, lamps]): Sight => [seconds, lamps, calls(seconds)],
  );

describe("rings", () => {
  const table = ringTable();

  it("owe each phase its begin at the latest, and its force-off", () => {
    expect(owed(ringBegun(table), table)).toEqual([
      ["2", [-999, 1], [19, 21]],
      ["6", [-999, 1], [19, 21]],
      ["4", [-999, 25], [33, 35]],
      ["1", [-999, 39], [45, 47]],
      ["5", [-999, 39], [45, 47]],
    ]);
  });

  it("that did it have applied the plan, whether a phase began with its stage or as soon as it could", () => {
    expect(watch(ringBegun(table), RING_AS_PLANNED, table)).toEqual({ kind: "applied" });
    const early = until(38, [36, "GrrGr"], [46, "yrryr"]);
    expect(watch(ringBegun(table), early, table)).toEqual({ kind: "applied" });
  });

  it("whose first phases are not green at the begin have not", () => {
    expect(
      watch(
        ringBegun(table, "rrrrr"),
        [
          [0, "rrrrr"],
          [1, "rGrrr"],
          [2, "rGrrr"],
        ],
        table,
      ),
    ).toEqual({
      kind: "mismatch",
      detail: `phase 6 not green at ${told(2)}, due by ${told(1)}`,
    });
  });

  it("of which one ends early or late under maximum recall have not", () => {
    expect(watch(ringBegun(table), until(34, [32, "rryrr"]), table)).toEqual({
      kind: "mismatch",
      detail: `phase 4 ended by ${told(32)}, due from ${told(33)}`,
    });
    expect(watch(ringBegun(table), until(34, [36, "rrGrr"]), table)).toEqual({
      kind: "mismatch",
      detail: `phase 4 still green at ${told(36)}, due to end by ${told(35)}`,
    });
  });

  it("that leave out a phase on recall have not", () => {
    expect(watch(ringBegun(table), until(38, [40, "rrrrr"]), table)).toEqual({
      kind: "mismatch",
      detail: `phase 1 not green at ${told(40)}, due by ${told(39)}`,
    });
  });

  it("may end a green by its detectors where recall is not maximum, never a coordinated one", () => {
    const actuated = ringTable({ "2": { recall: "minimum" }, "4": { recall: "minimum" } });
    const gapOut = until(34, [30, "rryrr"], [34, "GrrGr"], [46, "yrryr"]);
    expect(watch(ringBegun(actuated), gapOut, actuated)).toEqual({ kind: "applied" });
    expect(watch(ringBegun(actuated), until(20, [15, "ryrry"]), actuated).kind).toBe("mismatch");
  });

  it("may leave out who has no recall and no call; the green before it then stays", () => {
    const quiet = ringTable({ "4": { recall: "none" } });
    expect(owed(ringBegun(quiet), quiet).slice(0, 3)).toEqual([
      ["2", [-999, 1], [19, 35]],
      ["6", [-999, 1], [19, 35]],
      ["4?", [-999, 35], [-999, 35]],
    ]);
    const rested = until(20, [34, "ryrry"], [38, "GrrGr"], [46, "yrryr"]);
    expect(watch(ringBegun(quiet), rested, quiet)).toEqual({ kind: "applied" });
  });

  it("may not leave out who has called since the cycle began; a call in the middle may be too late", () => {
    const quiet = ringTable({ "4": { recall: "none" } });
    expect(
      watch(
        ringBegun(quiet),
        skipped(() => "--v--"),
        quiet,
      ),
    ).toEqual({
      kind: "mismatch",
      detail: `phase 4 called and not served by ${told(37)}, due by ${told(35)}`,
    });
    expect(
      watch(
        ringBegun(quiet),
        skipped((seconds) => (seconds < 34 ? "-----" : "--v--")),
        quiet,
      ),
    ).toEqual({
      kind: "applied",
    });
  });

  it("rest in the first stage when nobody else calls in the whole cycle", () => {
    const recall = "none" as const;
    const quiet = ringTable({ "1": { recall }, "4": { recall }, "5": { recall } });
    expect(
      watch(
        ringBegun(quiet),
        [
          [0, "rGrrG"],
          [30, "rGrrG"],
          [60, "rGrrG"],
        ],
        quiet,
      ),
    ).toEqual({
      kind: "applied",
    });
  });
});
