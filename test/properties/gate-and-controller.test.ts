import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../../sim/controller/acceptance.ts";
import { unreachable } from "../../src/assert.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type { RefusalCode } from "../../src/protocol/frames.ts";
import { gate } from "../../src/safety/gate.ts";
import type { RuleId } from "../../src/safety/rules.ts";
import { after } from "../../src/units.ts";
import { planFrame } from "../controller/frames.ts";
import { NOW } from "../safety/plans.ts";
import { intersections, timingChoices, timingFor } from "./intersections.ts";

/** The engine's rules for what each of the controller's codes says. */
const RULES_OF: Partial<Record<RefusalCode, readonly RuleId[]>> = {
  IDENTITY: ["S1"],
  MALFORMED: ["S1", "S5"],
  CONFLICT: ["S2"],
  MIN_GREEN: ["S3"],
  MIN_SERVICE: ["S3"],
  CLEARANCE: ["S4"],
  SPLIT_SUM: ["S5"],
  CYCLE: ["S6"],
  OFFSET: ["S7"],
  MAX_WAIT: ["S8"],
  EXPIRED: ["S9"],
  LEASE: ["S9"],
};

/** What spoils a plan; amounts in tenths of a second, so that some are no whole steps of the plant. */
const spoilings = fc.oneof(
  fc.record({
    kind: fc.constant("move" as const),
    slot: fc.nat(12),
    tenths: fc.integer({ min: -150, max: 150 }),
  }),
  fc.record({
    kind: fc.constant("split" as const),
    slot: fc.nat(12),
    tenths: fc.integer({ min: -60, max: 900 }),
  }),
  fc.record({ kind: fc.constant("leaveOut" as const), slot: fc.nat(12) }),
  fc.record({ kind: fc.constant("offset" as const), tenths: fc.nat(3_500) }),
  fc.record({ kind: fc.constant("sum" as const), tenths: fc.integer({ min: -50, max: 50 }) }),
  fc.record({ kind: fc.constant("stage" as const), slot: fc.nat(12) }),
  fc.record({ kind: fc.constant("identity" as const) }),
  fc.record({
    kind: fc.constant("lease" as const),
    tenths: fc.oneof(fc.integer({ min: -10, max: 0 }), fc.nat(80_000)),
  }),
  fc.record({ kind: fc.constant("effective" as const), tenths: fc.nat(80_000) }),
  fc.record({ kind: fc.constant("roundToSteps" as const) }),
);
type Spoiling = typeof spoilings extends fc.Arbitrary<infer T> ? T : never;

function spoil(plan: TimingPlan, spoiling: Spoiling, stepMs: number): TimingPlan {
  const { stages } = plan;
  const slot = "slot" in spoiling ? spoiling.slot % stages.length : 0;
  const ms = "tenths" in spoiling ? spoiling.tenths * 100 : 0;
  const withSplits = (change: (splitMs: number, at: number) => number): TimingPlan => {
    const changed = stages.map((own, at) => ({ ...own, splitMs: Math.max(1, change(own.splitMs, at)) }));
    return { ...plan, stages: changed, cycleMs: changed.reduce((sum, { splitMs }) => sum + splitMs, 0) };
  };
  switch (spoiling.kind) {
    case "move":
      return withSplits((splitMs, at) =>
        at === slot ? splitMs + ms : at === (slot + 1) % stages.length ? splitMs - ms : splitMs,
      );
    case "split":
      return withSplits((splitMs, at) => (at === slot ? splitMs + ms : splitMs));
    case "roundToSteps":
      return withSplits((splitMs) => Math.ceil(splitMs / stepMs) * stepMs);
    case "leaveOut": {
      const kept = stages.length > 1 ? stages.toSpliced(slot, 1) : stages;
      return { ...plan, stages: kept, cycleMs: kept.reduce((sum, { splitMs }) => sum + splitMs, 0) };
    }
    case "offset":
      return { ...plan, offsetMs: ms };
    case "sum":
      return { ...plan, cycleMs: plan.cycleMs + ms };
    case "stage":
      return {
        ...plan,
        stages: stages.with(slot, { stage: "unknown", splitMs: stages[slot]?.splitMs ?? 1 }),
      };
    case "identity":
      return { ...plan, intersection: "y" };
    case "lease":
      return { ...plan, validUntil: after(NOW, ms) };
    case "effective":
      return { ...plan, effectiveAt: after(NOW, ms) };
    default:
      return unreachable(spoiling);
  }
}

/** An intersection of which some stage lets foes go together; nobody ever validated it. */
function withoutYielding(intersection: Intersection): Intersection {
  return { ...intersection, stages: intersection.stages.map((stage) => ({ ...stage, permissive: [] })) };
}

type Verdicts = {
  readonly rules: readonly string[];
  readonly refusal: ReturnType<typeof refusalOf>;
};

function verdicts(table: TimingTable, plan: TimingPlan): Verdicts {
  const verdict = gate(plan, { table, previous: plan, cycleChangedAt: null }, NOW);
  const rules = verdict.ok ? [] : verdict.error.map(({ rule, detail }) => `${rule}: ${detail}`);
  return { rules, refusal: refusalOf(planFrame(plan), { table, at: NOW, seen: new Set() }) };
}

/** Why the two do not judge alike; `undefined` when they do. */
function disagreement({ rules, refusal }: Verdicts): string | undefined {
  if (refusal === undefined) {
    return rules.length === 0
      ? undefined
      : `the controller accepts what the gate refuses: ${rules.join("; ")}`;
  }
  // With stages that it does not know the gate looks no further.
  if (rules[0]?.startsWith("S1:") === true) return undefined;
  const named = RULES_OF[refusal.code] ?? [];
  return rules.some((text) => named.some((rule) => text.startsWith(`${rule}:`)))
    ? undefined
    : `the controller refuses, ${refusal.code} ${refusal.detail}, and the gate says: ${rules.join("; ") || "safe"}`;
}

const cases = fc.record({
  intersection: intersections,
  yields: fc.boolean(),
  stepMs: fc.constantFrom(100, 500, 1_000),
  choice: timingChoices,
  spoilings: fc.array(spoilings, { maxLength: 3 }),
});

function planOf(
  table: TimingTable,
  { choice, spoilings: spoiled, stepMs }: typeof cases extends fc.Arbitrary<infer T> ? T : never,
): TimingPlan {
  const plan: TimingPlan = {
    ...timingFor(table, choice),
    id: "p",
    intersection: "x",
    basedOnAt: NOW,
    effectiveAt: NOW,
    validUntil: after(NOW, 900_000),
    reason: "generated",
  };
  return spoiled.reduce((changed, spoiling) => spoil(changed, spoiling, stepMs), plan);
}

describe("gate and controller", () => {
  it("judge every plan alike, by the same rule, although they share no code", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(cases, (given) => {
        const table = timingTable(
          given.yields ? given.intersection : withoutYielding(given.intersection),
          given.stepMs,
        );
        const found = verdicts(table, planOf(table, given));
        const kind = found.refusal?.code ?? "accepted";
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        expect(disagreement(found)).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
    for (const kind of ["accepted", ...Object.keys(RULES_OF)]) {
      expect(seen.get(kind) ?? 0, `plans that were ${kind}`).toBeGreaterThan(5);
    }
  });

  it("would be told apart: a controller with a longer clearance than the engine's disagrees", () => {
    const result = fc.check(
      fc.property(cases, (given) => {
        const table = timingTable(given.intersection, given.stepMs);
        const slower = timingTable(
          {
            ...given.intersection,
            phases: given.intersection.phases.map((phase) => ({
              ...phase,
              redClearSeconds: phase.redClearSeconds + 1,
            })),
          },
          given.stepMs,
        );
        const plan = planOf(table, given);
        const { rules } = verdicts(table, plan);
        const { refusal } = verdicts(slower, plan);
        expect(disagreement({ rules, refusal })).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
    expect(result.failed).toBe(true);
  });
});
