import type { Envelope } from "../../src/model/intersection.ts";
import type { CycleTiming } from "../../src/model/plan.ts";

/** The finding that the gate let a plan pass which breaks S10. */
export const UNMANNERLY = "UNMANNERLY";

/**
 * Whether a plan breaks the engine's manners (rule S10), reckoned here again and by seconds: splits that move too far, or a cycle or
 * sequence that changes too soon after the last change.
 */
export function isUnmannerly(
  plan: CycleTiming,
  previous: CycleTiming | null,
  sinceChangeMs: number | null,
  envelope: Envelope,
): boolean {
  if (previous === null) return false;
  const changes = plan.cycleMs !== previous.cycleMs || sequenceOf(plan) !== sequenceOf(previous);
  if (changes) return sinceChangeMs !== null && sinceChangeMs / 1000 < envelope.cycleChangeMinSeconds;
  return plan.stages.some(({ splitMs }, slot) => {
    const movedMs = splitMs - (previous.stages[slot]?.splitMs ?? splitMs);
    return Math.abs(movedMs) > Math.round(envelope.splitStepSeconds * 1000);
  });
}

function sequenceOf({ stages }: CycleTiming): string {
  return stages.map(({ stage }) => stage).join(" ");
}
