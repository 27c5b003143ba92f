import type { Intersection, Phase } from "../model/intersection.ts";
import { msToSeconds } from "../units.ts";
import { tableOf } from "./site.ts";
import { isServed, leastServiceMs, type StageProblem } from "./stage-problem.ts";

/** A rule that a choice of stage may be bound by, and the same problem without it. */
type StageRule = {
  /** As an operator knows it. */
  readonly title: string;
  /** Whether it says anything of this problem. */
  readonly applies: (problem: StageProblem) => boolean;
  readonly without: (problem: StageProblem) => StageProblem;
};

/** Longer than any horizon, seconds. */
const WITHOUT_END_SECONDS = 100_000;

/**
 * Which rules a choice of stage may be bound by; ids with an S are those of `safety/DESIGN.md`. Which stages there are at all (conflicts S2,
 * the order of rings S12) is no rule of the choice: there is nothing to choose without it.
 */
export const STAGE_RULES = {
  S3: {
    title: "least service of a green (minimum green and pedestrians together)",
    applies: (problem) => !served(problem),
    without: (problem) => withPhases(problem, (phase) => withoutMinimum(withoutWalk(phase))),
  },
  S22: {
    title: "minimum green",
    applies: () => true,
    without: (problem) => withPhases(problem, withoutMinimum),
  },
  S23: {
    title: "walk and flashing don't walk of pedestrians",
    applies: ({ junction }) =>
      junction.site.intersection.phases.some(({ pedestrian }) => pedestrian !== undefined),
    without: (problem) => withPhases(problem, withoutWalk),
  },
  S20: {
    title: "yellow and red clearance",
    applies: served,
    without: (problem) =>
      withIntersection(problem, (intersection) => ({
        ...intersection,
        phases: intersection.phases.map((phase) => ({ ...phase, yellowSeconds: 0, redClearSeconds: 0 })),
        intergreens: [],
        overlaps: (intersection.overlaps ?? []).map((overlap) =>
          overlap.kind === "normal" ? { ...overlap, yellowSeconds: 0, redClearSeconds: 0 } : overlap,
        ),
      })),
  },
  S11: {
    title: "no yellow trap",
    applies: served,
    without: (problem) => ({ ...problem, junction: { ...problem.junction, trapsAllowed: true } }),
  },
  maximumGreen: {
    title: "maximum green",
    applies: (problem) => served(problem) && holdMaxSeconds(problem) < problem.parameters.horizonSeconds,
    without: (problem) =>
      withPhases(problem, (phase) => ({ ...phase, greenMaxSeconds: WITHOUT_END_SECONDS })),
  },
  boxBlocked: {
    title: "vehicles that stand inside the junction",
    applies: (problem) =>
      served(problem) && problem.outlook.standingInside.some(({ vehicles }) => vehicles > 0),
    without: ({ outlook, ...problem }) => ({
      ...problem,
      outlook: {
        ...outlook,
        standingInside: outlook.standingInside.map(() => ({ vehicles: 0, seconds: 0 })),
      },
    }),
  },
  fullExit: {
    title: "exits that are full",
    applies: (problem) => served(problem) && problem.outlook.exitFull.includes(true),
    without: ({ outlook, ...problem }) => ({
      ...problem,
      outlook: { ...outlook, exitFull: outlook.exitFull.map(() => false) },
    }),
  },
} as const satisfies Readonly<Record<string, StageRule>>;

export type StageRuleId = keyof typeof STAGE_RULES;

// The keys of an object literal are those of its type.
export const STAGE_RULE_IDS = Object.keys(STAGE_RULES) as readonly StageRuleId[];

function served({ junction, street }: StageProblem): boolean {
  return isServed(tableOf(junction.site), street);
}

/** How much longer the running stage may stay, seconds. */
export function holdMaxSeconds({ junction, street }: StageProblem): number {
  const { stages, phases } = tableOf(junction.site);
  const longest = (stages[street.stage]?.phases ?? []).map((phase) => phases[phase]?.greenMaxMs ?? 0);
  return msToSeconds(Math.min(...longest) - (street.at - street.stageSince));
}

/** When the running stage could end first. */
export function leastServedAt({ junction, street }: StageProblem): number {
  return street.stageSince + leastServiceMs(tableOf(junction.site), street.stage);
}

function withIntersection(
  problem: StageProblem,
  change: (intersection: Intersection) => Intersection,
): StageProblem {
  const { junction } = problem;
  const { site } = junction;
  return {
    ...problem,
    junction: { ...junction, site: { ...site, intersection: change(site.intersection) } },
  };
}

function withPhases(problem: StageProblem, change: (phase: Phase) => Phase): StageProblem {
  return withIntersection(problem, (intersection) => ({
    ...intersection,
    phases: intersection.phases.map(change),
  }));
}

export function withoutMinimum(phase: Phase): Phase {
  return { ...phase, greenMinSeconds: 0 };
}

/** Nobody walks: neither the walk nor the flashing don't walk is waited for, and none leads. */
export function withoutWalk(phase: Phase): Phase {
  const { pedestrian: _, ...driven } = phase;
  return driven;
}
