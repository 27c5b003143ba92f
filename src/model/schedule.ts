import { defined } from "../assert.ts";
import { DAY_MS, type InstantMs, MINUTE_MS, modulo, secondsToMs } from "../units.ts";
import type { Intersection, LocalPlan } from "./intersection.ts";
import type { CycleTiming } from "./plan.ts";
import type { TimingTable } from "./timing.ts";

/** What a schedule says instead of a plan for free operation: no cycle, every green by demand alone. */
export const FREE_OPERATION = "free";

/** How a controller runs by its own schedule. */
export type ScheduledOperation =
  | { readonly kind: "plan"; readonly plan: LocalPlan }
  | { readonly kind: "free" };

/** What the schedule gives for an instant; the last entry of the day before lasts over midnight. */
export function scheduledOperation(
  intersection: Intersection,
  midnightAt: InstantMs,
  at: InstantMs,
): ScheduledOperation {
  const minuteOfDay = modulo(at - midnightAt, DAY_MS) / MINUTE_MS;
  const begun = intersection.schedule.filter(({ from }) => minutesOf(from) <= minuteOfDay);
  const entry = defined(begun.at(-1) ?? intersection.schedule.at(-1), "a schedule has an entry");
  if (entry.plan === FREE_OPERATION) return { kind: "free" };
  const plan = defined(
    intersection.plans.find(({ id }) => id === entry.plan),
    `plan ${entry.plan} of ${intersection.id}`,
  );
  return { kind: "plan", plan };
}

/** The scheduled plan; in free operation the first one configured, for whoever needs a cycle to reckon with. */
export function scheduledPlan(intersection: Intersection, midnightAt: InstantMs, at: InstantMs): LocalPlan {
  const operation = scheduledOperation(intersection, midnightAt, at);
  return operation.kind === "plan"
    ? operation.plan
    : defined(intersection.plans[0], "an intersection has a plan");
}

function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(":").map(Number);
  return defined(hours, clock) * 60 + defined(minutes, clock);
}

export function timingOf(plan: LocalPlan): CycleTiming {
  return {
    cycleMs: secondsToMs(plan.cycleSeconds),
    offsetMs: secondsToMs(plan.offsetSeconds),
    stages: plan.stages.map(({ stage, splitSeconds }) => ({ stage, splitMs: secondsToMs(splitSeconds) })),
  };
}

/**
 * A local plan's timing with its offset referred to the begin of green of the first stage, whatever point the configuration
 * refers it to.
 */
export function localTiming(table: TimingTable, plan: LocalPlan): CycleTiming {
  const timing = timingOf(plan);
  if (table.extras.coordination.reference === "beginGreen") return timing;
  const [first, second = first] = timing.stages.map(({ stage }) => table.stageIndex.get(stage));
  const intergreenMs = table.intergreenMs[first ?? -1]?.[second ?? -1] ?? 0;
  const greenMs = defined(timing.stages[0], "a stage").splitMs - intergreenMs;
  return { ...timing, offsetMs: modulo(timing.offsetMs - greenMs, timing.cycleMs) };
}
