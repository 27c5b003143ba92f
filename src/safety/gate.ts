import type { Command } from "../model/command.ts";
import type { TimingPlan } from "../model/plan.ts";
import type { StageSchedule } from "../model/stage-schedule.ts";
import { err, ok, type Result } from "../result.ts";
import type { InstantMs } from "../units.ts";
import type { CommandContext, GateContext, ScheduleContext } from "./context.ts";
import type { RuleId, Violation } from "./rule.ts";
import { COMMAND_RULES, PLAN_RULES, SCHEDULE_RULES } from "./rules.ts";

declare const gated: unique symbol;

/** A timing plan that passed every rule. Only `gate` makes one, and the field accepts nothing else. */
export type SafePlan = TimingPlan & { readonly [gated]: true };

/** A command that passed every rule. Only `gateCommand` makes one. */
export type SafeCommand = Command & { readonly [gated]: true };

/** A stage schedule that passed every rule. Only `gateSchedule` makes one. */
export type SafeSchedule = StageSchedule & { readonly [gated]: true };

/** The plan, or every rule that it violates, with numbers. `now` is the instant of the decision. */
export function gate(
  plan: TimingPlan,
  context: GateContext,
  now: InstantMs,
): Result<SafePlan, readonly Violation[]> {
  const violations = violationsOf(PLAN_RULES, (check) => check(plan, context, now));
  return violations.length === 0 ? ok(plan as SafePlan) : err(violations);
}

/** The command, or every rule that it violates, with numbers. */
export function gateCommand(
  command: Command,
  context: CommandContext,
  now: InstantMs,
): Result<SafeCommand, readonly Violation[]> {
  const violations = violationsOf(COMMAND_RULES, (check) => check(command, context, now));
  return violations.length === 0 ? ok(command as SafeCommand) : err(violations);
}

/** The stage schedule, or every rule that it violates, with numbers. */
export function gateSchedule(
  schedule: StageSchedule,
  context: ScheduleContext,
  now: InstantMs,
): Result<SafeSchedule, readonly Violation[]> {
  const violations = violationsOf(SCHEDULE_RULES, (check) => check(schedule, context, now));
  return violations.length === 0 ? ok(schedule as SafeSchedule) : err(violations);
}

function violationsOf<Rule>(
  rules: readonly (readonly [RuleId, Rule])[],
  check: (rule: Rule) => readonly string[],
): readonly Violation[] {
  const violations: Violation[] = [];
  for (const [rule, own] of rules) {
    const details = check(own);
    violations.push(...details.map((detail) => ({ rule, detail })));
    // What follows reads stages and phases by name, so with unknown ones the search ends here.
    if (rule === "S1" && details.length > 0) break;
  }
  return violations;
}
