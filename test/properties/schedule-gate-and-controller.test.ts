import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scheduleRefusalOf } from "../../sim/controller/schedule-acceptance.ts";
import { generateNetwork } from "../../sim/prove/generate/generate.ts";
import { defined } from "../../src/assert.ts";
import type { StageSchedule } from "../../src/model/stage-schedule.ts";
import { timingTable } from "../../src/model/timing.ts";
import type { RefusalCode } from "../../src/protocol/frames.ts";
import { gateSchedule } from "../../src/safety/gate.ts";
import type { RuleId } from "../../src/safety/rule.ts";
import { after } from "../../src/units.ts";
import { scheduleFrame } from "../controller/frames.ts";
import { NOW, withField } from "../safety/plans.ts";
import { intersections } from "./intersections.ts";
import { mostly, withAdditions, additions } from "./spoilings.ts";

/** The engine's rules for what each of the controller's codes says. */
const RULES_OF: Partial<Record<RefusalCode, readonly RuleId[]>> = {
  IDENTITY: ["S1"],
  MALFORMED: ["S1", "S15"],
  CONFLICT: ["S2"],
  MIN_GREEN: ["S3"],
  MIN_SERVICE: ["S3"],
  CLEARANCE: ["S3"],
  MAX_WAIT: ["S8"],
  EXPIRED: ["S9"],
  LEASE: ["S9"],
  YELLOW_TRAP: ["S11"],
  SEQUENCE: ["S12"],
  PREEMPT: ["S16"],
  NOT_ARMED: ["S16"],
};

const crossings = fc.oneof(
  fc.tuple(intersections, additions).map(([intersection, added]) => withAdditions(intersection, added)),
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 100_000 })
      .map((seed) => defined(generateNetwork(seed).intersections[0], "intersection")),
  },
);

const cases = fc.record({
  intersection: crossings,
  stepMs: fc.constantFrom(100, 500, 1_000),
  shown: fc.nat(40),
  /** Stage, and tenths of a second after the start before; some stages that there are not. */
  starts: fc.array(
    fc.tuple(
      fc.nat(40),
      fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: 50, max: 400 }) },
        fc.integer({ min: -5, max: 100 }),
        fc.integer({ min: 400, max: 4_000 }),
      ),
    ),
    { minLength: 0, maxLength: 9 },
  ),
  unknown: mostly(false, true),
  leaseTenths: fc.oneof({ weight: 4, arbitrary: fc.constant(100) }, fc.integer({ min: -5, max: 120 })),
  effectiveTenths: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(110)),
  mine: mostly(true, false),
  field: mostly(false, true),
  operation: mostly("normal", "preempt", "flash", "startUp", "tripped"),
});

describe("gate and controller", () => {
  it("judge every stage schedule alike, by the same rule, although they share no code", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(cases, (given) => {
        const { intersection, starts, operation } = given;
        const table = timingTable(intersection, given.stepMs);
        const idOf = (index: number): string =>
          defined(intersection.stages[index % intersection.stages.length], "stage").id;
        const effectiveAt = after(NOW, given.effectiveTenths * 100);
        let startAt = effectiveAt;
        const stages = starts.map(([index, laterTenths], place) => {
          startAt =
            place === 0
              ? after(effectiveAt, Math.min(0, laterTenths) * 100)
              : after(startAt, laterTenths * 100);
          return { stage: given.unknown && place > 0 ? "none" : idOf(index), startAt };
        });
        const plain: StageSchedule = {
          id: "s",
          intersection: given.mine ? intersection.id : "elsewhere",
          basedOnAt: NOW,
          effectiveAt,
          validUntil: after(NOW, given.leaseTenths * 100),
          stages,
          reason: "generated",
        };
        const asked = given.field ? withField(plain, "yellowMs") : plain;
        const stage = idOf(given.shown);
        const verdict = gateSchedule(asked, { table, operation, stage }, NOW);
        const rules = verdict.ok ? [] : verdict.error;
        const refusal = scheduleRefusalOf(scheduleFrame(asked), {
          table,
          at: NOW,
          seen: new Set(),
          operation,
          stage,
          heldBasedOnAt: null,
        });
        const kind = refusal?.code ?? "accepted";
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        const what = `${kind} ${refusal?.detail ?? ""}; ${rules.map(({ rule, detail }) => `${rule} ${detail}`).join("; ")}`;
        if (refusal === undefined) expect(rules, what).toEqual([]);
        else if (rules[0]?.rule !== "S1") {
          const named = RULES_OF[refusal.code] ?? [];
          expect(
            rules.some(({ rule }) => named.includes(rule)),
            what,
          ).toBe(true);
        }
      }),
      { numRuns: 2_000, seed: 4 },
    );
    for (const kind of [
      "accepted",
      "MALFORMED",
      "LEASE",
      "EXPIRED",
      "MIN_GREEN",
      "CLEARANCE",
      "MAX_WAIT",
      "SEQUENCE",
    ]) {
      if (kind !== "SEQUENCE") expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(5);
    }
  });
});
