import { describe, expect, expectTypeOf, it } from "vitest";
import type { TimingPlan } from "../../src/model/plan.ts";
import { gate, type SafePlan } from "../../src/safety/gate.ts";
import { nemaCrossing, tableOf } from "../signal/crossings.ts";
import { nemaContext, nemaPlan, NOW } from "./plans.ts";

/** Stands for the field port. */
function push(plan: SafePlan): string {
  return plan.id;
}

describe("a safe plan", () => {
  const context = nemaContext(tableOf(nemaCrossing()));

  // These lines fail in `tsc`, which the gate runs, and not here, when a plan can be pushed without the gate.
  it("is made by the gate and by nothing else", () => {
    expectTypeOf<TimingPlan>().not.toExtend<SafePlan>();
    expectTypeOf<SafePlan>().toExtend<TimingPlan>();
    const plan = nemaPlan();
    // @ts-expect-error a plan that did not pass the gate is not accepted by the field
    push(plan);
    // @ts-expect-error neither is a copy that claims the same shape
    push({ ...plan, gated: true });
    const verdict = gate(plan, context, NOW);
    // @ts-expect-error nor the outcome before it has been looked at
    const unchecked = () => push(verdict.value);
    expect(verdict.ok && push(verdict.value)).toBe("p1");
    expect(unchecked()).toBe("p1");
  });

  it("is the plan itself, unchanged", () => {
    const plan = nemaPlan();
    const verdict = gate(plan, context, NOW);
    expect(verdict.ok && verdict.value).toBe(plan);
  });
});
