import type { TimingPlan } from "../../src/model/plan.ts";
import { after } from "../../src/units.ts";
import { NEMA_TIMING, second } from "../signal/crossings.ts";

/** Instant of every decision in the examples. */
export const NOW = second(3_600);

/** A plan for the NEMA example that nobody has anything against, but for what is changed. */
export function nemaPlan(change: Partial<TimingPlan> = {}): TimingPlan {
  return {
    ...NEMA_TIMING,
    id: "p1",
    intersection: "x",
    basedOnAt: NOW,
    effectiveAt: NOW,
    validUntil: after(NOW, 900_000),
    reason: "an example",
    ...change,
  };
}
