import type { RunnableNetwork } from "../field/scenario.ts";

/** Simulated time of a network that has no end of its own. */
const ENDLESS_SECONDS = 3_600;

/** Simulated seconds of a run: what was asked for, else what the scenario is configured for, else an hour. */
export function runSecondsOf(
  { durationSeconds }: Pick<RunnableNetwork, "durationSeconds">,
  forSeconds: number | undefined,
): number {
  return forSeconds ?? durationSeconds ?? ENDLESS_SECONDS;
}
