import { describe, expect, it } from "vitest";
import { type AcceptanceContext, BASE_AGE_MAX_MS, refusalOf } from "../../sim/controller/acceptance.ts";
import type { Envelope } from "../../src/model/intersection.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { RefusalCode } from "../../src/protocol/frames.ts";
import { after } from "../../src/units.ts";
import { nemaPlan, NOW } from "../safety/plans.ts";
import {
  crossing,
  leftTurnCrossing,
  NEMA_TIMING,
  nemaCrossing,
  tableOf,
  timing,
} from "../signal/crossings.ts";
import { planFrame } from "./frames.ts";

function refusal(
  change: Partial<TimingPlan>,
  envelope: Partial<Envelope> = {},
  seen: readonly string[] = [],
) {
  return refusalBy(tableOf(nemaCrossing(envelope)), nemaPlan(change), seen);
}

function refusalBy(
  table: TimingTable,
  plan: TimingPlan,
  seen: readonly string[] = [],
  change: Partial<AcceptanceContext> = {},
) {
  const context: AcceptanceContext = {
    table,
    at: NOW,
    seen: new Set(seen),
    operation: "normal",
    coordination: "inStep",
    running: null,
    ...change,
  };
  return refusalOf(planFrame(plan), context);
}

const splits = (main: number, side: number, lefts: number, left: number) =>
  timing([
    ["2-6", main],
    ["side", side],
    ["1-5", lefts],
    ["1-6", left],
  ]);

describe("what a controller accepts", () => {
  it("the plan of the examples", () => {
    expect(refusal({})).toBeUndefined();
  });

  it("everything up to its limits", () => {
    expect(refusal({ validUntil: after(NOW, 1_800_000) })).toBeUndefined();
    expect(refusal({ basedOnAt: after(NOW, -BASE_AGE_MAX_MS) })).toBeUndefined();
    expect(refusal({ offsetMs: 59_999 })).toBeUndefined();
    expect(refusal({}, { cycleMinSeconds: 60, cycleMaxSeconds: 60, waitMaxSeconds: 54 })).toBeUndefined();
    expect(refusal(splits(23, 17, 10, 10))).toBeUndefined();
    expect(refusal(splits(27, 17, 11, 5))).toBeUndefined();
  });

  it("a plan that comes late: it begins with the next cycle", () => {
    expect(refusal({ effectiveAt: after(NOW, -5_000) })).toBeUndefined();
  });

  it("limits in tenths of a second to the millisecond", () => {
    // 64.1 × 1000 is a little less than 64 100 in binary fractions.
    const limits = { cycleMaxSeconds: 64.1, planValidMaxSeconds: 64.1, waitMaxSeconds: 64.1 };
    const table = tableOf(nemaCrossing(limits), 100);
    const plan = nemaPlan({ ...splits(26.1, 17, 11, 10), validUntil: after(NOW, 64_100) });
    expect(refusalBy(table, plan)).toBeUndefined();
  });

  it("a plan of one stage that serves everybody", () => {
    const table = tableOf(
      crossing({
        phases: { A: [5, 3, 0] },
        stages: { a: ["A"] },
        conflicts: [],
        plans: { day: { a: 60 } },
      }),
    );
    expect(refusalBy(table, nemaPlan(timing([["a", 60]])))).toBeUndefined();
  });
});

describe("what a controller refuses, each with its code", () => {
  const table: readonly [
    RefusalCode,
    string,
    Partial<TimingPlan>,
    Partial<Envelope>,
    readonly string[],
    string,
  ][] = [
    ["IDENTITY", "a plan for another one", { intersection: "y" }, {}, [], "plan is for y, this is x"],
    ["DUPLICATE", "a plan answered before", {}, {}, ["p1"], "plan p1 was answered before"],
    ["EXPIRED", "a lease that has ended", { validUntil: NOW }, {}, [], `valid until ${NOW}, it is ${NOW}`],
    [
      "LEASE",
      "a lease that is too long",
      { validUntil: after(NOW, 1_800_001) },
      {},
      [],
      "lease of 1800001 ms, at most 1800000 ms",
    ],
    [
      "LEASE",
      "a lease that ends before the plan begins",
      { effectiveAt: after(NOW, 900_000) },
      {},
      [],
      `effective at ${NOW + 900_000}, valid only until ${NOW + 900_000}`,
    ],
    [
      "STALE_BASE",
      "a plan made from an old state",
      { basedOnAt: after(NOW, -BASE_AGE_MAX_MS - 1) },
      {},
      [],
      `based on ${NOW - 60_001}, it is ${NOW}, at most 60000 ms old`,
    ],
    [
      "STALE_BASE",
      "a plan made from a state to come",
      { basedOnAt: after(NOW, 1) },
      {},
      [],
      `based on ${NOW + 1}, it is ${NOW}, at most 60000 ms old`,
    ],
    [
      "MALFORMED",
      "an unknown stage",
      { stages: NEMA_TIMING.stages.with(3, { stage: "3-8", splitMs: 10_000 }) },
      {},
      [],
      "no stage 3-8 here",
    ],
    [
      "MALFORMED",
      "splits that are no whole steps of its clock",
      splits(22.5, 17, 11, 9.5),
      {},
      [],
      "stage 2-6: 22500 ms is not in steps of 1000 ms",
    ],
    ["MALFORMED", "a plan without stages", { stages: [] }, {}, [], "no stage"],
    [
      "SPLIT_SUM",
      "splits that are not the cycle",
      { cycleMs: 61_000 },
      {},
      [],
      "splits give 60000 ms, cycle 61000 ms",
    ],
    [
      "CYCLE",
      "a cycle that is too short",
      {},
      { cycleMinSeconds: 60.1 },
      [],
      "cycle 60000 ms, allowed 60.1 to 120 s",
    ],
    [
      "CYCLE",
      "a cycle that is too long",
      {},
      { cycleMaxSeconds: 59.9 },
      [],
      "cycle 60000 ms, allowed 30 to 59.9 s",
    ],
    [
      "OFFSET",
      "an offset beyond the cycle",
      { offsetMs: 60_000 },
      {},
      [],
      "offset 60000 ms, below 60000 ms allowed",
    ],
    [
      "CLEARANCE",
      "a split without room for its clearance",
      splits(28, 17, 11, 4),
      {},
      [],
      "split of 4000 ms leaves nothing beside 4000 ms of clearance",
    ],
    [
      "MIN_GREEN",
      "a green that is too short",
      splits(24, 17, 9, 10),
      {},
      [],
      "phase 5: 4000 ms of green, at least 5000 ms",
    ],
    [
      "MIN_SERVICE",
      "a green that is too short for its pedestrians",
      splits(23, 16, 11, 10),
      {},
      [],
      "phase 4: 11000 ms of green, pedestrians need 12000 ms",
    ],
    [
      "MAX_WAIT",
      "a red that is too long",
      {},
      { waitMaxSeconds: 53.9 },
      [],
      "phase 5 would wait 54000 ms, at most 53900 ms",
    ],
    [
      "MAX_WAIT",
      "a phase that is never served",
      timing([
        ["2-6", 25],
        ["side", 20],
        ["1-6", 15],
      ]),
      {},
      [],
      "phase 5 would never be served",
    ],
  ];

  it.each(table)("%s: %s", (code, _, change, envelope, seen, detail) => {
    expect(refusal(change, envelope, seen)).toEqual({ code, detail });
  });

  it("CONFLICT: a stage that releases foes, whatever the engine thinks of it", () => {
    const broken = tableOf(
      crossing({
        phases: { "2": [10, 4, 1], "4": [10, 4, 1] },
        stages: { all: ["2", "4"] },
        conflicts: ["2/4"],
        plans: { day: { all: 60 } },
      }),
    );
    expect(refusalBy(broken, nemaPlan(timing([["all", 60]])))).toEqual({
      code: "CONFLICT",
      detail: "stage all releases 2 against 4",
    });
  });

  it("CLEARANCE: of a left turn that loses its right of way and stays green", () => {
    const given = tableOf(leftTurnCrossing());
    const leftAlone = (seconds: number) =>
      refusalBy(
        given,
        nemaPlan(
          timing([
            ["b", seconds],
            ["ab", 30],
            ["c", 20],
          ]),
        ),
      );
    expect(leftAlone(4)).toBeUndefined();
    expect(leftAlone(3)).toEqual({
      code: "CLEARANCE",
      detail: "split of 3000 ms leaves nothing beside 3000 ms of clearance",
    });
  });
});
