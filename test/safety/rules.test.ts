import { describe, expect, it } from "vitest";
import type { Envelope } from "../../src/model/intersection.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import type { GateContext } from "../../src/safety/context.ts";
import { gate } from "../../src/safety/gate.ts";
import { after, instantMs } from "../../src/units.ts";
import { crossing, NEMA_TIMING, nemaCrossing, tableOf, timing } from "../signal/crossings.ts";
import { nemaContext, nemaPlan, NOW } from "./plans.ts";

function context(envelope: Partial<Envelope> = {}, change: Partial<GateContext> = {}): GateContext {
  return { ...nemaContext(tableOf(nemaCrossing(envelope))), ...change };
}

/** The violations as `rule: detail`. */
function violations(plan: TimingPlan, given = context()): readonly string[] {
  const verdict = gate(plan, given, NOW);
  return verdict.ok ? [] : verdict.error.map(({ rule, detail }) => `${rule}: ${detail}`);
}

const splits = (...seconds: readonly [number, number, number, number]) =>
  timing([
    ["2-6", seconds[0]],
    ["side", seconds[1]],
    ["1-5", seconds[2]],
    ["1-6", seconds[3]],
  ]);

/** An intersection where phases 2 and 6 conflict and are green together all the time, named as `crossing` has it. */
function foes(second: string): GateContext {
  const table = tableOf(
    crossing({
      phases: { "2": [10, 4, 1], "6": [10, 4, 1] },
      stages: { "2-6": ["2", second] },
      conflicts: ["2/6"],
      plans: { day: { "2-6": 60 } },
    }),
  );
  return { ...context(), table, previous: timing([["2-6", 60]]) };
}

const leasedFor = (ms: number) => nemaPlan({ validUntil: after(NOW, ms) });

const cycleChanged = (secondsAgo: number) =>
  context({}, { cycleChangedAt: instantMs(NOW - secondsAgo * 1000) });

describe("each rule lets the least plan pass and refuses what is beyond it, alone", () => {
  it("the plan of the examples passes every rule", () => {
    expect(violations(nemaPlan())).toEqual([]);
  });

  it("S1: stages of this intersection", () => {
    const unknown = nemaPlan({ stages: NEMA_TIMING.stages.with(3, { stage: "3-8", splitMs: 10_000 }) });
    expect(violations(unknown)).toEqual(["S1: stage 3-8 is not one of 2-6, side, 1-5, 1-6"]);
    expect(violations(nemaPlan({ intersection: "y" }))).toEqual(["S1: plan is for y, not x"]);
    expect(violations(nemaPlan({ stages: [], cycleMs: 0 }))).toEqual([
      "S1: no stage, at least one of 2-6, side, 1-5, 1-6 needed",
    ]);
  });

  it("S2: no conflicting greens unless one yields", () => {
    const plan = nemaPlan(timing([["2-6", 60]]));
    expect(violations(plan, foes("6?"))).toEqual([]);
    expect(violations(plan, foes("6"))).toEqual(["S2: stage 2-6: phases 2 and 6 conflict"]);
  });

  it("S3: minimum green, and walk with flashing don't walk", () => {
    // Phase 4: 17 − 5 s of clearance are 12 s, walk 7 and clearance 5. Phase 5: 10 − 5 are its 5 s.
    expect(violations(nemaPlan(splits(23, 17, 10, 10)))).toEqual([]);
    expect(violations(nemaPlan(splits(23, 16, 11, 10)))).toEqual([
      "S3: phase 4: green of 11 s, at least 12 s needed",
    ]);
    expect(violations(nemaPlan(splits(24, 17, 9, 10)))).toEqual([
      "S3: phase 5: green of 4 s, at least 5 s needed",
    ]);
  });

  it("S4: a split holds its clearance and a step of green", () => {
    expect(violations(nemaPlan(splits(27, 17, 11, 5)))).toEqual([]);
    // Phases 1 and 6 have more green in the stages beside it: only the clearance of phase 1 is in the way.
    expect(violations(nemaPlan(splits(28, 17, 11, 4)))).toEqual([
      "S4: stage 1-6: split of 4 s, at least 5 s needed",
    ]);
  });

  it("S5: splits add up to the cycle, in whole steps", () => {
    expect(violations(nemaPlan({ cycleMs: 61_000 }))).toEqual(["S5: splits add up to 60 s, cycle is 61 s"]);
    expect(violations(nemaPlan(splits(22.5, 17, 11.5, 9)))).toEqual([
      "S5: stage 2-6: 22500 ms is not in steps of 1000 ms",
      "S5: stage 1-5: 11500 ms is not in steps of 1000 ms",
    ]);
  });

  it("S6: cycle within the envelope", () => {
    expect(violations(nemaPlan(), context({ cycleMinSeconds: 60, cycleMaxSeconds: 60 }))).toEqual([]);
    expect(violations(nemaPlan(), context({ cycleMinSeconds: 60.1, cycleMaxSeconds: 90 }))).toEqual([
      "S6: cycle of 60 s, allowed 60.1 to 90 s",
    ]);
    expect(violations(nemaPlan(), context({ cycleMinSeconds: 40, cycleMaxSeconds: 59.9 }))).toEqual([
      "S6: cycle of 60 s, allowed 40 to 59.9 s",
    ]);
  });

  it("S7: the offset lies in the cycle", () => {
    expect(violations(nemaPlan({ offsetMs: 0 }))).toEqual([]);
    expect(violations(nemaPlan({ offsetMs: 59_999 }))).toEqual([]);
    expect(violations(nemaPlan({ offsetMs: 60_000 }))).toEqual([
      "S7: offset of 60 s, allowed 0 to below 60 s",
    ]);
    expect(violations(nemaPlan({ offsetMs: -1 }))).toEqual([
      "S7: offset of -0.001 s, allowed 0 to below 60 s",
    ]);
  });

  it("S8: every phase is served, and no red is longer than the longest wait", () => {
    // Phase 5 is green for 6 s of 60.
    expect(violations(nemaPlan(), context({ waitMaxSeconds: 54 }))).toEqual([]);
    expect(violations(nemaPlan(), context({ waitMaxSeconds: 53.9 }))).toEqual([
      "S8: phase 5: red of 54 s, at most 53.9 s allowed",
    ]);
    const without5 = timing([
      ["2-6", 25],
      ["side", 20],
      ["1-6", 15],
    ]);
    expect(violations(nemaPlan(without5))).toEqual(["S8: phase 5 is never served"]);
  });

  it("S8: a phase that is green twice waits the longer of its reds", () => {
    const twice = timing([
      ["2-6", 22],
      ["side", 17],
      ["1-5", 10],
      ["side", 17],
    ]);
    // Phase 4: red from 34 to 49 s, and from 61 s over the end of the 66 s to 22 s after it: 15 s and 27 s. Phases 1
    // and 5 end together, 5 s before the next stage: 5 s of green in 66.
    expect(violations(nemaPlan(twice), context({ waitMaxSeconds: 61 }))).toEqual([]);
    expect(violations(nemaPlan(twice), context({ waitMaxSeconds: 26 }))).toContain(
      "S8: phase 4: red of 27 s, at most 26 s allowed",
    );
    expect(violations(nemaPlan(twice), context({ waitMaxSeconds: 30 }))).toEqual([
      "S8: phase 1: red of 61 s, at most 30 s allowed",
      "S8: phase 2: red of 49 s, at most 30 s allowed",
      "S8: phase 5: red of 61 s, at most 30 s allowed",
      "S8: phase 6: red of 49 s, at most 30 s allowed",
    ]);
  });

  it("S9: the lease begins now or later, and is no longer than allowed", () => {
    expect(violations(leasedFor(1_800_000))).toEqual([]);
    expect(violations(leasedFor(1_800_001))).toEqual(["S9: lease of 1800.001 s, allowed up to 1800 s"]);
    expect(violations(nemaPlan({ effectiveAt: after(NOW, -1) }))).toEqual([
      "S9: takes effect 0.001 s in the past",
    ]);
    expect(violations(nemaPlan({ effectiveAt: after(NOW, 900_000) }))).toEqual([
      "S9: takes effect 0 s after its lease has ended",
    ]);
    expect(violations(leasedFor(0))).toHaveLength(2);
  });

  it("S10: splits move by bounded steps", () => {
    expect(violations(nemaPlan(splits(20, 17, 11, 12)), context({ splitStepSeconds: 2 }))).toEqual([]);
    expect(violations(nemaPlan(splits(20, 17, 11, 12)), context({ splitStepSeconds: 1.9 }))).toEqual([
      "S10: stage 2-6: split moves by 2 s, at most 1.9 s allowed",
      "S10: stage 1-6: split moves by 2 s, at most 1.9 s allowed",
    ]);
  });

  it("S10: cycle and sequence change no oftener than allowed", () => {
    const longer = nemaPlan(splits(40, 17, 11, 10));
    const turned = nemaPlan(
      timing([
        ["side", 17],
        ["1-5", 11],
        ["1-6", 10],
        ["2-6", 22],
      ]),
    );
    for (const plan of [longer, turned]) {
      expect(violations(plan)).toEqual([]);
      expect(violations(plan, cycleChanged(600))).toEqual([]);
      expect(violations(plan, cycleChanged(599))).toEqual([
        "S10: cycle or sequence changed 599 s ago, at least 600 s needed",
      ]);
    }
    // Splits and offset may go on moving.
    expect(violations(nemaPlan({ ...splits(20, 17, 11, 12), offsetMs: 12_000 }), cycleChanged(1))).toEqual(
      [],
    );
  });

  it("S10: another order of later stages, and fewer of them, are another sequence", () => {
    const swapped = timing([
      ["2-6", 22],
      ["side", 17],
      ["1-6", 10],
      ["1-5", 11],
    ]);
    const fewer = timing([
      ["2-6", 22],
      ["side", 17],
      ["1-5", 21],
    ]);
    for (const sequence of [swapped, fewer]) {
      const tooSoon = "S10: cycle or sequence changed 599 s ago, at least 600 s needed";
      expect(violations(nemaPlan(sequence), cycleChanged(599))).toContain(tooSoon);
      expect(violations(nemaPlan(sequence), cycleChanged(600)).some((text) => text.startsWith("S10"))).toBe(
        false,
      );
    }
  });

  it("tells every violation, in the order of the rules", () => {
    const bad = nemaPlan({ ...splits(30, 16, 11, 4), offsetMs: 90_000, validUntil: NOW });
    const rules = violations(bad).map((text) => text.slice(0, text.indexOf(":")));
    expect(rules).toEqual(["S3", "S4", "S7", "S9", "S9"]);
  });
});
