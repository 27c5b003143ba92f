import type { CycleTiming } from "../model/plan.ts";
import { scheduledPlan, timingOf } from "../model/schedule.ts";
import type { InstantMs } from "../units.ts";
import type { NodeTables } from "./configuration.ts";
import type { NodeState } from "./state.ts";

/**
 * What the intersection runs or will run next: the plan it was given, the timing that it told, or, where it is in free operation and
 * runs none, what its schedule would have it run.
 */
export function timingInForce(
  node: NodeState,
  { timing }: NodeTables,
  midnightAt: InstantMs,
  at: InstantMs,
): CycleTiming {
  const street = node.street;
  // What the controller names is in force, whatever became of its answer.
  const planned = node.plans.findLast(
    ({ plan }) => plan.id === street?.plan || plan.id === street?.pendingPlan,
  );
  if (planned !== undefined) return planned.plan;
  return street?.timing ?? timingOf(scheduledPlan(timing.intersection, midnightAt, at));
}
