import { defined } from "../assert.ts";
import { DAY_MS, type InstantMs, MINUTE_MS, modulo, secondsToMs } from "../units.ts";
import type { Intersection, LocalPlan } from "./intersection.ts";
import type { CycleTiming } from "./plan.ts";

/** The local plan that the schedule gives for an instant; the last entry of the day before lasts over midnight. */
export function scheduledPlan(intersection: Intersection, midnightAt: InstantMs, at: InstantMs): LocalPlan {
  const minuteOfDay = modulo(at - midnightAt, DAY_MS) / MINUTE_MS;
  const begun = intersection.schedule.filter(({ from }) => minutesOf(from) <= minuteOfDay);
  const entry = defined(begun.at(-1) ?? intersection.schedule.at(-1), "a schedule has an entry");
  return defined(
    intersection.plans.find(({ id }) => id === entry.plan),
    `plan ${entry.plan} of ${intersection.id}`,
  );
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
