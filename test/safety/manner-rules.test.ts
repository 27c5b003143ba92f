import { describe, expect, expectTypeOf, it } from "vitest";
import type { Command, Order } from "../../src/model/command.ts";
import type { TimingPlan } from "../../src/model/plan.ts";
import { CommandFrame, type Order as OrderFrame, TimingPlanFrame } from "../../src/protocol/frames.ts";
import type { GateContext } from "../../src/safety/context.ts";
import { gate } from "../../src/safety/gate.ts";
import { instantMs } from "../../src/units.ts";
import { crossing, nemaCrossing, tableOf, timing } from "../signal/crossings.ts";
import { nemaContext, nemaPlan, NOW } from "./plans.ts";

const context = (change: Partial<GateContext> = {}): GateContext => ({
  ...nemaContext(tableOf(nemaCrossing())),
  ...change,
});

function violations(plan: TimingPlan, given = context()): readonly string[] {
  const verdict = gate(plan, given, NOW);
  return verdict.ok ? [] : verdict.error.map(({ rule, detail }) => `${rule}: ${detail}`);
}

const from = (offsetMs: number) =>
  context({ previous: { ...nemaContext(tableOf(nemaCrossing())).previous, ...nemaPlan(), offsetMs } });

describe("S13: how an offset may move", () => {
  it("by a fifth of the cycle, either way round", () => {
    expect(violations(nemaPlan({ offsetMs: 42_000 }), from(30_000))).toEqual([]);
    expect(violations(nemaPlan({ offsetMs: 18_000 }), from(30_000))).toEqual([]);
    expect(violations(nemaPlan({ offsetMs: 42_001 }), from(30_000))).toEqual([
      "S13: offset moves by 12.001 s, at most 12 s allowed",
    ]);
    expect(violations(nemaPlan({ offsetMs: 17_999 }), from(30_000))).toEqual([
      "S13: offset moves by 12.001 s, at most 12 s allowed",
    ]);
    expect(violations(nemaPlan({ offsetMs: 5_000 }), from(53_000))).toEqual([]);
    expect(violations(nemaPlan({ offsetMs: 53_000 }), from(5_000))).toEqual([]);
    expect(violations(nemaPlan({ offsetMs: 55_000 }), from(25_000))).toEqual([
      "S13: offset moves by 30 s, at most 12 s allowed",
    ]);
  });

  const longer = nemaPlan({
    ...timing([
      ["2-6", 32],
      ["side", 17],
      ["1-5", 11],
      ["1-6", 10],
    ]),
    offsetMs: 35_000,
  });
  const turned = nemaPlan({
    ...timing([
      ["side", 17],
      ["1-5", 11],
      ["1-6", 10],
      ["2-6", 22],
    ]),
    offsetMs: 30_000,
  });

  it("freely with another cycle, another first stage, or after free operation", () => {
    expect(violations(longer)).toEqual([]);
    expect(violations(turned)).toEqual([]);
    expect(violations(nemaPlan({ offsetMs: 30_000 }))).toEqual([
      "S13: offset moves by 30 s, at most 12 s allowed",
    ]);
    expect(violations(nemaPlan({ offsetMs: 30_000 }), context({ previous: null }))).toEqual([]);
    // S10 has nothing to compare with either.
    expect(violations(longer, context({ previous: null, cycleChangedAt: NOW }))).toEqual([]);
  });

  it("not at all in a transition", () => {
    const moving = context({ coordination: "transition" });
    const was = "the transition to cycle 60 s from 2-6 at 0 s";
    const splits = timing([
      ["2-6", 20],
      ["side", 19],
      ["1-5", 11],
      ["1-6", 10],
    ]);
    expect(violations(nemaPlan(), moving)).toEqual([]);
    expect(violations(nemaPlan(splits), moving)).toEqual([]);
    expect(violations(nemaPlan({ offsetMs: 1 }), moving)).toEqual([
      `S13: new coordination, cycle 60 s from 2-6 at 0.001 s, in ${was}`,
    ]);
    expect(violations(longer, moving)).toEqual([
      `S13: new coordination, cycle 70 s from 2-6 at 35 s, in ${was}`,
    ]);
    expect(violations({ ...turned, offsetMs: 0 }, moving)).toEqual([
      `S13: new coordination, cycle 60 s from side at 0 s, in ${was}`,
    ]);
    expect(violations(longer, { ...moving, previous: null })).toEqual([]);
  });
});

const given = (walk: readonly [number, number] | readonly []): GateContext => {
  const table = tableOf(
    crossing({
      phases: { A: [5, 3, 0], B: [5, 3, 0, ...walk] },
      stages: { a: ["A"], b: ["B"] },
      conflicts: ["A/B"],
      plans: { day: { a: 30, b: 30 } },
    }),
  );
  return { ...context(), table, previous: null };
};

describe("S14: pedestrians are served", () => {
  it("a plan without a phase leaves its pedestrians standing", () => {
    const both = timing([
      ["a", 30],
      ["b", 30],
    ]);
    expect(violations(nemaPlan(both), given([7, 5]))).toEqual([]);
    const alone = timing([["a", 60]]);
    expect(violations(nemaPlan(alone), given([7, 5]))).toEqual([
      "S8: phase B is never served",
      "S14: pedestrians of phase B are never served",
    ]);
    expect(violations(nemaPlan(alone), given([]))).toEqual(["S8: phase B is never served"]);
  });
});

function fieldsOf(schema: unknown, path = ""): readonly string[] {
  if (schema === null || typeof schema !== "object") return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === "properties"
      ? Object.entries(value as object).flatMap(([field, own]) => [
          `${path}.${field}`,
          ...fieldsOf(own, `${path}.${field}`),
        ])
      : fieldsOf(value, path),
  );
}

function looseObjects(schema: unknown): number {
  if (schema === null || typeof schema !== "object") return 0;
  const own = schema as { readonly type?: unknown; readonly additionalProperties?: unknown };
  const loose = own.type === "object" && own.additionalProperties !== false ? 1 : 0;
  return Object.values(schema).reduce((sum: number, value) => sum + looseObjects(value), loose);
}

describe("S15: nothing that only a safety engineer may change can be written", () => {
  it("no further field passes the gate", () => {
    const fields = "id, intersection, basedOnAt, effectiveAt, validUntil, cycleMs, offsetMs, stages, reason";
    for (const field of ["yellowMs", "redClearMs", "walkMs", "greenMinMs", "conflicts", "toString"]) {
      const plan = { ...nemaPlan(), [field]: 0 };
      expect(violations(plan)).toEqual([`S15: a plan may not set ${field}, only ${fields}`]);
    }
    const stages = nemaPlan().stages.map((split) => ({ ...split, yellowMs: 0 }));
    expect(
      violations(nemaPlan({ stages: stages.slice(0, 1).concat(nemaPlan().stages.slice(1) as never) })),
    ).toEqual(["S15: stage 2-6 may not set yellowMs, only stage, splitMs"]);
  });

  /** What only a safety engineer may change (REQ-S1), as a word in the name of a field. */
  const RESERVED = /yellow|clear|walk|green|min|revert|conflict|omit|permissive|intergreen/i;

  it.each([
    ["timingPlan", TimingPlanFrame, 12],
    ["command", CommandFrame, 16],
  ])("%s has no field for it, and takes no field that it does not have", (_, schema, least) => {
    const fields = fieldsOf(schema);
    expect(fields.length).toBeGreaterThanOrEqual(least);
    expect(fields.filter((field) => RESERVED.test(field))).toEqual([]);
    expect(looseObjects(schema)).toBe(0);
    // The check finds what it looks for.
    expect(looseObjects({ anyOf: [{ type: "object" }] })).toBe(1);
    expect(fieldsOf({ properties: { a: { items: { properties: { yellowMs: {} } } } } })).toContain(
      ".a.yellowMs",
    );
  });

  it("the types have no such field, and say the same as the schemas", () => {
    type Reserved = "yellowMs" | "redClearMs" | "walkMs" | "pedestrianClearMs" | "greenMinMs" | "conflicts";
    expectTypeOf<Extract<keyof TimingPlan | keyof Command, Reserved>>().toEqualTypeOf<never>();
    expectTypeOf<OrderFrame>().toExtend<Order>();
    expectTypeOf<Order["kind"]>().toEqualTypeOf<OrderFrame["kind"]>();
    expectTypeOf<keyof Command>().toEqualTypeOf<Exclude<keyof CommandFrame, "type" | "seq" | "at">>();
    expectTypeOf<keyof TimingPlan>().toEqualTypeOf<Exclude<keyof TimingPlanFrame, "type" | "seq" | "at">>();
  });
});

describe("S16: the freeze", () => {
  it.each([
    ["startUp", "start-up"],
    ["preempt", "preemption"],
    ["flash", "flash"],
    ["tripped", "flash by its monitor"],
  ] as const)("no plan goes to an intersection in %s", (operation, name) => {
    expect(violations(nemaPlan(), context({ operation }))).toEqual([`S16: the intersection is in ${name}`]);
  });
});

describe("what is no number", () => {
  it.each([
    ["cycleMs", "S5"],
    ["offsetMs", "S7"],
    ["effectiveAt", "S9"],
    ["validUntil", "S9"],
  ] as const)("%s is refused by %s", (field, rule) => {
    const found = violations(nemaPlan({ [field]: Number.NaN }));
    expect(
      found.some((text) => text.startsWith(`${rule}:`)),
      found.join("; "),
    ).toBe(true);
  });

  it("a split is refused, however the sum comes out", () => {
    const stages = nemaPlan().stages.with(0, { stage: "2-6", splitMs: Number.NaN });
    expect(violations(nemaPlan({ stages }))).toContain("S5: stage 2-6: NaN ms is not in steps of 1000 ms");
  });

  it("the last change of the cycle counts from when it was", () => {
    expect(violations(nemaPlan(), context({ cycleChangedAt: instantMs(NOW - 1) }))).toEqual([]);
  });
});
