import type { TimingPlan } from "../../src/model/plan.ts";
import type { TimingTable } from "../../src/model/timing.ts";
import type { GateContext } from "../../src/safety/context.ts";
import { after } from "../../src/units.ts";
import { NEMA_TIMING, second } from "../signal/crossings.ts";

/** Instant of every decision in the examples. */
export const NOW = second(3_600);

/** What a plan for the NEMA example is judged against when all is well. */
export function nemaContext(table: TimingTable): GateContext {
  return {
    table,
    operation: "normal",
    coordination: "inStep",
    previous: NEMA_TIMING,
    cycleChangedAt: null,
  };
}

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

/** The same with a field that there is not. */
export function withField<T extends object>(value: T, field: string): T {
  return { ...value, [field]: 0 };
}
