import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { refusalOf } from "../../sim/controller/acceptance.ts";
import { commandRefusalOf } from "../../sim/controller/command-acceptance.ts";
import type { Refusal } from "../../sim/controller/refusal.ts";
import { generateNetwork } from "../../sim/prove/generate/generate.ts";
import { defined, unreachable } from "../../src/assert.ts";
import type { Command, Order } from "../../src/model/command.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import { timingOf } from "../../src/model/schedule.ts";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type { RefusalCode } from "../../src/protocol/frames.ts";
import { gate, gateCommand } from "../../src/safety/gate.ts";
import type { RuleId } from "../../src/safety/rule.ts";
import { after, modulo } from "../../src/units.ts";
import { commandFrame, planFrame } from "../controller/frames.ts";
import { NOW, withField } from "../safety/plans.ts";
import { intersections, timingChoices, timingFor } from "./intersections.ts";
import { additions, mostly, spoil, spoilings, withAdditions } from "./spoilings.ts";

/** The engine's rules for what each of the controller's codes says. */
const RULES_OF: Partial<Record<RefusalCode, readonly RuleId[]>> = {
  IDENTITY: ["S1"],
  MALFORMED: ["S1", "S5", "S15"],
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
  YELLOW_TRAP: ["S11"],
  SEQUENCE: ["S12"],
  TRANSITION: ["S13"],
  RATE: ["S13"],
  PED_PENDING: ["S14"],
  PREEMPT: ["S16"],
  NOT_ARMED: ["S16"],
};

/** The same for what a command may be refused for. */
const COMMAND_RULES_OF: Partial<Record<RefusalCode, readonly RuleId[]>> = {
  IDENTITY: ["S1"],
  MALFORMED: ["S1", "S15"],
  CONFLICT: ["S2"],
  MAX_WAIT: ["S8"],
  EXPIRED: ["S9"],
  LEASE: ["S9"],
  SEQUENCE: ["S12"],
  PREEMPT: ["S16"],
  NOT_ARMED: ["S1", "S16"],
  AUTH: ["S17"],
};

type Verdicts = {
  readonly rules: readonly string[];
  readonly refusal: Refusal | undefined;
};

/** What the controller is doing, and how far its offset lies from the plan's. */
const streets = fc.record({
  operation: mostly("normal", "preempt", "flash", "startUp", "tripped"),
  coordination: mostly("inStep", "transition"),
  shiftTenths: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: -3_000, max: 3_000 })),
  free: fc.boolean(),
});
type Street = typeof streets extends fc.Arbitrary<infer T> ? T : never;

/** `spoilt` is judged as what follows `plan`, or what `plan` would be with another offset. */
function verdicts(table: TimingTable, plan: TimingPlan, spoilt: TimingPlan, street: Street): Verdicts {
  const { operation, coordination, shiftTenths, free } = street;
  const running = free
    ? null
    : { ...plan, offsetMs: modulo(plan.offsetMs + shiftTenths * 100, plan.cycleMs) };
  const context = { table, operation, coordination, previous: running, cycleChangedAt: null };
  const verdict = gate(spoilt, context, NOW);
  // S10 is about the engine's manners alone.
  const found = verdict.ok ? [] : verdict.error.filter(({ rule }) => rule !== "S10");
  return {
    rules: found.map(({ rule, detail }) => `${rule}: ${detail}`),
    refusal: refusalOf(planFrame(spoilt), {
      table,
      at: NOW,
      seen: new Set(),
      operation,
      coordination,
      running,
    }),
  };
}

/** Why the two do not judge alike; `undefined` when they do. */
function disagreement(
  { rules, refusal }: Verdicts,
  rulesOf: Partial<Record<RefusalCode, readonly RuleId[]>>,
): string | undefined {
  if (refusal === undefined) {
    return rules.length === 0
      ? undefined
      : `the controller accepts what the gate refuses: ${rules.join("; ")}`;
  }
  // With names that it does not know the gate looks no further.
  if (rules[0]?.startsWith("S1:") === true) return undefined;
  const named = rulesOf[refusal.code] ?? [];
  return rules.some((text) => named.some((rule) => text.startsWith(`${rule}:`)))
    ? undefined
    : `the controller refuses, ${refusal.code} ${refusal.detail}, and the gate says: ${rules.join("; ") || "safe"}`;
}

/** Small intersections of stages, and whole ones of every structure, most of them with rings. */
const crossings = fc.oneof(
  intersections.map((intersection) => ({ intersection, designed: false })),
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 100_000 }).map((seed) => ({
      intersection: defined(generateNetwork(seed).intersections[0], "intersection"),
      designed: true,
    })),
  },
);

const cases = fc.record({
  crossing: crossings,
  added: additions,
  /** Designed intersections mostly stay as they are. */
  add: fc.boolean(),
  stepMs: fc.constantFrom(100, 500, 1_000),
  choice: timingChoices,
  spoilings: fc.array(spoilings, { maxLength: 3 }),
  street: streets,
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

function intersectionOf({ crossing: { intersection, designed }, added, add }: Case): Intersection {
  return add || !designed ? withAdditions(intersection, added) : intersection;
}

function planOf(table: TimingTable, { crossing: { designed, intersection }, choice }: Case): TimingPlan {
  const local = intersection.plans[choice.offset % intersection.plans.length];
  const timing = designed && local !== undefined ? timingOf(local) : timingFor(table, choice);
  return {
    ...timing,
    id: "p",
    intersection: intersection.id,
    basedOnAt: NOW,
    effectiveAt: NOW,
    // The shortest longest lease of any of them.
    validUntil: after(NOW, 60_000),
    reason: "generated",
  };
}

function spoiltBy(table: TimingTable, plan: TimingPlan, { spoilings: spoiled }: Case): TimingPlan {
  return spoiled.reduce((changed, spoiling) => spoil(changed, spoiling, table), plan);
}

const orders = fc.oneof(
  fc.record({ kind: fc.constant("hold" as const), phases: fc.array(fc.nat(16), { maxLength: 3 }) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("forceStage" as const),
      stage: fc.oneof(fc.constant(0), fc.nat(40)),
    }),
  },
  fc.record({ kind: fc.constant("placeCall" as const), phase: fc.nat(16), pedestrian: fc.boolean() }),
  fc.record({ kind: fc.constant("pattern" as const), plan: fc.nat(4) }),
  fc.record({
    kind: fc.constantFrom("release" as const, "free" as const, "flash" as const, "clear" as const),
  }),
  fc.constant({ kind: "omit" as const }),
);

const commandCases = fc.record({
  crossing: crossings,
  added: additions,
  add: fc.boolean(),
  order: orders,
  /** Some conflict, so that stages with foes are met. */
  clash: fc.constantFrom(...(["none", "conflicts", "rings"] as const)),
  leaseTenths: fc.oneof(
    { weight: 4, arbitrary: fc.constant(300) },
    fc.integer({ min: -10, max: 80_000 }),
    fc.integer({ min: 600, max: 6_000 }),
  ),
  effectiveTenths: fc.oneof(fc.constant(0), fc.nat(3_000)),
  mine: mostly(true, false),
  by: mostly("operator", " "),
  field: mostly(false, true),
  operation: mostly("normal", "preempt", "flash", "startUp", "tripped"),
});
type CommandCase = typeof commandCases extends fc.Arbitrary<infer T> ? T : never;

/** Indices beyond what there is name nothing. */
function orderOf({ phases, stages, plans }: Intersection, order: CommandCase["order"]): Order {
  switch (order.kind) {
    case "hold":
      return {
        kind: "hold",
        phases: order.phases.map((index) => phases[index % (phases.length + 1)]?.id ?? "none"),
      };
    case "forceStage":
      return { kind: "forceStage", stage: stages[order.stage % (stages.length + 1)]?.id ?? "none" };
    case "placeCall": {
      const phase = phases[order.phase % (phases.length + 1)]?.id ?? "none";
      return { kind: "placeCall", phase, pedestrian: order.pedestrian };
    }
    case "pattern":
      return { kind: "pattern", plan: plans[order.plan % (plans.length + 1)]?.id ?? "none" };
    case "release":
    case "free":
    case "flash":
    case "clear":
    case "omit":
      // `omit` is no order, which both have to find out.
      return { kind: order.kind } as Order;
    default:
      return unreachable(order);
  }
}

/** Of the stages of an intersection, the first with a phase more: what rings or conflicts, or the rings alone, do not allow. */
function withClash(intersection: Intersection, clash: "conflicts" | "rings"): Intersection {
  const { stages, phases } = intersection;
  const [first, ...others] = stages;
  const more = phases.find(({ id }) => first?.phases.includes(id) === false);
  if (first === undefined || more === undefined) return intersection;
  const clashing = { ...first, phases: [...first.phases, more.id] };
  const conflicts = clash === "conflicts" ? intersection.conflicts : [];
  return { ...intersection, conflicts, stages: [clashing, ...others] };
}

function commandOf(intersection: Intersection, given: CommandCase): Command {
  const command: Command = {
    id: "c",
    intersection: given.mine ? intersection.id : "elsewhere",
    effectiveAt: after(NOW, given.effectiveTenths * 100),
    validUntil: after(NOW, given.leaseTenths * 100),
    by: given.by,
    reason: "generated",
    order: orderOf(intersection, given.order),
  };
  return given.field ? withField(command, "redClearMs") : command;
}

describe("gate and controller", () => {
  it("judge every plan alike, by the same rule, although they share no code", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(cases, (given) => {
        const table = timingTable(intersectionOf(given), given.stepMs);
        const plan = planOf(table, given);
        const found = verdicts(table, plan, spoiltBy(table, plan, given), given.street);
        const ringed = table.rings.length > 0 ? " in rings" : "";
        const kind = found.refusal?.code ?? "accepted";
        for (const key of [kind, `${kind}${ringed}`]) seen.set(key, (seen.get(key) ?? 0) + 1);
        expect(disagreement(found, RULES_OF)).toBeUndefined();
      }),
      { numRuns: 4_000 },
    );
    for (const kind of ["accepted", "accepted in rings", ...Object.keys(RULES_OF)]) {
      expect(seen.get(kind) ?? 0, `plans that were ${kind}`).toBeGreaterThan(0);
    }
  });

  it("judge every command alike", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(commandCases, (given) => {
        const { intersection: plain } = given.crossing;
        const whole = given.add ? withAdditions(plain, given.added) : plain;
        const intersection = given.clash === "none" ? whole : withClash(whole, given.clash);
        const table = timingTable(intersection, 100);
        const command = commandOf(intersection, given);
        const { operation } = given;
        const verdict = gateCommand(command, { table, operation }, NOW);
        const rules = verdict.ok ? [] : verdict.error.map(({ rule, detail }) => `${rule}: ${detail}`);
        const context = { table, at: NOW, seen: new Set<string>(), operation };
        const refusal = commandRefusalOf(commandFrame(command), context);
        const kind = refusal?.code ?? "accepted";
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        expect(disagreement({ rules, refusal }, COMMAND_RULES_OF)).toBeUndefined();
      }),
      { numRuns: 3_000 },
    );
    for (const kind of ["accepted", ...Object.keys(COMMAND_RULES_OF)]) {
      expect(seen.get(kind) ?? 0, `commands that were ${kind}`).toBeGreaterThan(0);
    }
  });

  it("would be told apart: a controller with a longer clearance than the engine's disagrees", () => {
    const result = fc.check(
      fc.property(cases, (given) => {
        const intersection = intersectionOf(given);
        const table = timingTable(intersection, given.stepMs);
        const slower = timingTable(
          {
            ...intersection,
            phases: intersection.phases.map((phase) => ({
              ...phase,
              redClearSeconds: phase.redClearSeconds + 1,
            })),
          },
          given.stepMs,
        );
        const plan = planOf(table, given);
        const spoilt = spoiltBy(table, plan, given);
        const { rules } = verdicts(table, plan, spoilt, given.street);
        const { refusal } = verdicts(slower, plan, spoilt, given.street);
        expect(disagreement({ rules, refusal }, RULES_OF)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
    expect(result.failed).toBe(true);
  });
});
