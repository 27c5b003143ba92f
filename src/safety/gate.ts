import type { TimingPlan } from "../model/plan.ts";
import { err, ok, type Result } from "../result.ts";
import type { InstantMs } from "../units.ts";
import { RULES, type RuleId, type Violation } from "./rules.ts";
import type { GateContext } from "./context.ts";

declare const gated: unique symbol;

/** A timing plan that passed every rule. Only `gate` makes one, and the field accepts nothing else. */
export type SafePlan = TimingPlan & { readonly [gated]: true };

/** The plan, or every rule that it violates, with numbers. `now` is the instant of the decision. */
export function gate(
  plan: TimingPlan,
  context: GateContext,
  now: InstantMs,
): Result<SafePlan, readonly Violation[]> {
  const violations: Violation[] = [];
  for (const [rule, check] of Object.entries(RULES)) {
    const details = check(plan, context, now);
    violations.push(...details.map((detail) => ({ rule: rule as RuleId, detail })));
    // What follows reads the stages by name, so a plan with unknown ones is refused here.
    if (rule === "S1" && details.length > 0) break;
  }
  return violations.length === 0 ? ok(plan as SafePlan) : err(violations);
}
