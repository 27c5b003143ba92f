import type { TacticalDecision } from "../optimize/tactical/policy.ts";
import type { InstantMs } from "../units.ts";

/**
 * What the engine would have done against what the street did, over the same seconds and intervals, since the intersection came into
 * a mode that shows decisions and sends none. Sums, so that scores of intersections add up.
 */
export type ShadowScore = {
  /** Stage decisions that were compared, and those of them that chose what the heads showed next. */
  readonly decisions: number;
  readonly agreed: number;
  /** Those of which the search had looked at the street's choice too; what both were expected to cost, veh·s of weighted delay. */
  readonly costed: number;
  readonly ownCostVehSeconds: number;
  readonly streetCostVehSeconds: number;
  /** Timing plans; what they and the running ones were expected to delay a vehicle under the same forecast, sums of seconds. */
  readonly plans: number;
  readonly ownDelaySeconds: number;
  readonly runningDelaySeconds: number;
};

export const UNSCORED: ShadowScore = {
  decisions: 0,
  agreed: 0,
  costed: 0,
  ownCostVehSeconds: 0,
  streetCostVehSeconds: 0,
  plans: 0,
  ownDelaySeconds: 0,
  runningDelaySeconds: 0,
};

/** A stage decision that was shown and not sent, until it is known what the street did instead. */
export type ShownDecision = {
  readonly at: InstantMs;
  readonly stage: number;
  readonly candidates: TacticalDecision["record"]["candidates"];
};

/**
 * Counts a decision against the stage that the heads showed, or changed to, in the next word of the controller. Each cost is that of
 * the best plan which begins with the choice: so the difference is what the first second's choice is expected to lose, and never
 * negative where the own choice was the cheapest.
 */
export function compared(score: ShadowScore, shown: ShownDecision, streetStage: number): ShadowScore {
  const costOf = (stage: number): number | undefined =>
    shown.candidates.find((candidate) => candidate.stage === stage)?.cost;
  const counted = {
    ...score,
    decisions: score.decisions + 1,
    agreed: score.agreed + (shown.stage === streetStage ? 1 : 0),
  };
  const [own, street] = [costOf(shown.stage), costOf(streetStage)];
  if (own === undefined || street === undefined) return counted;
  return {
    ...counted,
    costed: score.costed + 1,
    ownCostVehSeconds: score.ownCostVehSeconds + own,
    streetCostVehSeconds: score.streetCostVehSeconds + street,
  };
}

/** Counts a timing plan against the one that runs, both expected under the same forecast, seconds a vehicle. */
export function comparedPlan(score: ShadowScore, ownSeconds: number, runningSeconds: number): ShadowScore {
  return {
    ...score,
    plans: score.plans + 1,
    ownDelaySeconds: score.ownDelaySeconds + ownSeconds,
    runningDelaySeconds: score.runningDelaySeconds + runningSeconds,
  };
}
