import type { TacticalPolicy } from "../../src/optimize/tactical/policy.ts";
import { meanOf, percentileOf } from "./statistics.ts";

/** What the decisions of a run cost; times are `null` where nothing was decided. */
export type DecisionCost = {
  readonly decisions: number;
  readonly decisionMicrosecondsMean: number | null;
  readonly decisionMicrosecondsP50: number | null;
  readonly decisionMicrosecondsP99: number | null;
};

export type TimedPolicy = { readonly policy: TacticalPolicy; readonly cost: () => DecisionCost };

/** The same policy with a stopwatch on it. `nowMs` gives milliseconds of wall time, never going back. */
export function timedPolicy(policy: TacticalPolicy, nowMs: () => number): TimedPolicy {
  const microseconds: number[] = [];
  return {
    policy: (junction, street, outlook, memory) => {
      const begunAt = nowMs();
      const decision = policy(junction, street, outlook, memory);
      microseconds.push((nowMs() - begunAt) * 1000);
      return decision;
    },
    cost: () => decisionCost(microseconds),
  };
}

export function decisionCost(microseconds: readonly number[]): DecisionCost {
  return {
    decisions: microseconds.length,
    decisionMicrosecondsMean: meanOf(microseconds),
    decisionMicrosecondsP50: percentileOf(microseconds, 0.5),
    decisionMicrosecondsP99: percentileOf(microseconds, 0.99),
  };
}
