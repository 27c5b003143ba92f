import type { StudyArm, StudyDetail, StudyResult, StudyView } from "../../protocol/studies.ts";

/** What a finished what-if study says of the engine's control against one that answers to nothing. */
export type DelayStudy = {
  /** When it ended, epoch milliseconds of the wall's clock. */
  readonly endedAt: number;
  /** Pairs of runs with the same traffic. */
  readonly replications: number;
  readonly baseline: Baseline;
  /** Mean delay of the engine's control, and of the baseline, seconds a vehicle. */
  readonly delaySeconds: number;
  readonly baselineDelaySeconds: number;
  /** Two-sided 95 % interval of the difference, engine less baseline, seconds a vehicle. */
  readonly ci95Seconds: readonly [low: number, high: number];
  /** Whether the difference is told apart from noise, among all measures of the study. */
  readonly isDistinct: boolean;
};

/** What the engine is compared with, the plans as they are configured first. */
const BASELINES = ["fixed", "webster"] as const;
type Baseline = (typeof BASELINES)[number];

/** The engine as it decides on the street. */
const RUNNING = "adaptive";

/** Studies that may say it, the latest first: finished, of both controls, with the demand as it is. */
export function comparingStudies(studies: readonly StudyView[]): readonly StudyView[] {
  return studies
    .filter(({ state, endedAt, request: { controls, demandFactor = 1 } }) => {
      const compares = controls.includes(RUNNING) && BASELINES.some((name) => controls.includes(name));
      return state === "done" && endedAt !== null && compares && demandFactor === 1;
    })
    .toSorted((left, right) => (right.endedAt ?? 0) - (left.endedAt ?? 0));
}

/**
 * What a study says of delay; null where it says nothing that a wall may claim: the two were not compared with each other, in too few pairs for a
 * verdict, or a run broke a safety rule. Arms with events, settings or offsets of their own are not the street.
 */
export function delayStudyOf({ endedAt, result }: StudyDetail): DelayStudy | null {
  if (endedAt === null || result === null || result.unsafe) return null;
  for (const baseline of BASELINES) {
    const compared = comparedWith(result, baseline);
    if (compared !== null) return { endedAt, baseline, ...compared };
  }
  return null;
}

function comparedWith(
  result: StudyResult,
  baseline: Baseline,
): Omit<DelayStudy, "endedAt" | "baseline"> | null {
  const [engine, fixed] = [plainArm(result, RUNNING), plainArm(result, baseline)];
  const found = result.comparisons.find(
    ({ measure, base, variant }) =>
      measure === "delaySeconds" &&
      ((base === fixed && variant === engine) || (base === engine && variant === fixed)),
  );
  if (found === undefined || found.verdict === "too few pairs") return null;
  const { base, baseMean, differenceMean, ci95, pairs, verdict } = found;
  if (baseMean === null || differenceMean === null || ci95 === null) return null;
  const [low, high] = ci95;
  const variantMean = baseMean + differenceMean;
  const isForward = base === fixed;
  const baselineDelaySeconds = isForward ? baseMean : variantMean;
  // Nothing is a share of no delay.
  if (baselineDelaySeconds <= 0) return null;
  return {
    replications: pairs,
    delaySeconds: isForward ? variantMean : baseMean,
    baselineDelaySeconds,
    ci95Seconds: isForward ? [low, high] : [-high, -low],
    isDistinct: verdict !== "indistinguishable from noise",
  };
}

function plainArm({ arms }: StudyResult, control: string): string | undefined {
  return arms.find((arm) => arm.control === control && isPlain(arm))?.name;
}

function isPlain({ events, settings, offsets = [] }: StudyArm): boolean {
  return events.length + settings.length + offsets.length === 0;
}
