import type { Envelope, Intersection } from "../model/intersection.ts";
import type { StrategicParameters } from "../optimize/region-decision.ts";
import { withoutMinimum, withoutWalk } from "./stage-rules.ts";
import type { TimingNode, TimingProblem } from "./timing-problem.ts";

type TimingRule = {
  readonly title: string;
  readonly applies: (problem: TimingProblem) => boolean;
  readonly without: (problem: TimingProblem) => TimingProblem;
};

/** So much that it bounds nothing: of ratios, and of a plan's life, seconds. */
const WITHOUT_BOUND = 1e9;
/** Longer than any wait or step, seconds. */
const LONG_SECONDS = 10_000;
/** Cycles that any timing fits into, and that are still searched in good time, seconds. */
const CYCLE_MIN_SECONDS = 10;
const CYCLE_MAX_SECONDS = 300;

/**
 * Which rules a timing plan may be bound by; each is taken from the whole group at once. Ids with an S are those of `safety/DESIGN.md`. Yellow
 * and red clearance are no rule of the choice: every split holds its own, so that without them every plan would be another one.
 */
export const TIMING_RULES = {
  S22: {
    title: "minimum green",
    applies: () => true,
    without: (problem) => withPhases(problem, withoutMinimum),
  },
  S23: {
    title: "walk and flashing don't walk of pedestrians",
    applies: ({ nodes }) =>
      nodes.some(({ site }) => site.intersection.phases.some(({ pedestrian }) => pedestrian !== undefined)),
    without: (problem) => withPhases(problem, withoutWalk),
  },
  S6: {
    title: "shortest and longest cycle",
    applies: () => true,
    without: (problem) =>
      withEnvelope(problem, { cycleMinSeconds: CYCLE_MIN_SECONDS, cycleMaxSeconds: CYCLE_MAX_SECONDS }),
  },
  S8: {
    title: "longest wait",
    applies: () => true,
    without: (problem) => withEnvelope(problem, { waitMaxSeconds: LONG_SECONDS }),
  },
  "S10-step": {
    title: "bounded step of splits",
    applies: () => true,
    without: (problem) => withEnvelope(problem, { splitStepSeconds: LONG_SECONDS }),
  },
  "S10-interval": {
    title: "least time between changes of cycle or sequence",
    applies: ({ at, nodes }) =>
      nodes.some(
        ({ cycleChangedAt, site }) =>
          cycleChangedAt !== null &&
          at - cycleChangedAt < 1000 * site.intersection.envelope.cycleChangeMinSeconds,
      ),
    without: (problem) => withNodes(problem, (node) => ({ ...node, cycleChangedAt: null })),
  },
  "S13-step": {
    title: "bounded move of offsets",
    applies: () => true,
    without: (problem) => withParameters(problem, { offsetStepRatio: 1 }),
  },
  "S13-transition": {
    title: "no new offset while a controller is in transition",
    applies: ({ nodes }) => nodes.some(({ frozen }) => frozen === "transition"),
    without: (problem) =>
      withNodes(problem, (node) => (node.frozen === "transition" ? { ...node, frozen: null } : node)),
  },
  splitHysteresis: {
    title: "splits are left alone for little gain",
    applies: ({ parameters }) => parameters.splitHysteresisRatio > 0,
    without: (problem) => withParameters(problem, { splitHysteresisRatio: 0 }),
  },
  planHysteresis: {
    title: "cycle, sequence and offsets are left alone for little gain",
    applies: ({ parameters }) => parameters.gainLeastRatio > 0,
    without: (problem) => withParameters(problem, { gainLeastRatio: 0 }),
  },
  transitionCost: {
    title: "a change has to pay for its transition",
    applies: () => true,
    without: (problem) => withParameters(problem, { lifeSeconds: WITHOUT_BOUND }),
  },
  cycleBand: {
    title: "a cycle near Webster's is left alone",
    applies: () => true,
    without: (problem) => withParameters(problem, { cycleBandShortestRatio: WITHOUT_BOUND }),
  },
  failedDetectors: {
    title: "phases with failed detectors get no less green (REQ-D1)",
    applies: ({ nodes }) => nodes.some(({ heldPhases }) => heldPhases.length > 0),
    without: (problem) => withNodes(problem, (node) => ({ ...node, heldPhases: [] })),
  },
} as const satisfies Readonly<Record<string, TimingRule>>;

export type TimingRuleId = keyof typeof TIMING_RULES;

// The keys of an object literal are those of its type.
export const TIMING_RULE_IDS = Object.keys(TIMING_RULES) as readonly TimingRuleId[];

/** The problem of a group without a rule: one object, since each of its intersections asks for it. */
export function timingWithout(problem: TimingProblem, rule: TimingRuleId): TimingProblem {
  const known = without.get(problem) ?? new Map<TimingRuleId, TimingProblem>();
  without.set(problem, known);
  const made = known.get(rule) ?? TIMING_RULES[rule].without(problem);
  known.set(rule, made);
  return made;
}

const without = new WeakMap<TimingProblem, Map<TimingRuleId, TimingProblem>>();

function withNodes(problem: TimingProblem, change: (node: TimingNode) => TimingNode): TimingProblem {
  return { ...problem, nodes: problem.nodes.map(change) };
}

function withParameters(problem: TimingProblem, changed: Partial<StrategicParameters>): TimingProblem {
  return { ...problem, parameters: { ...problem.parameters, ...changed } };
}

function withIntersections(
  problem: TimingProblem,
  change: (intersection: Intersection) => Intersection,
): TimingProblem {
  return withNodes(problem, (node) => ({
    ...node,
    site: { ...node.site, intersection: change(node.site.intersection) },
  }));
}

function withPhases(
  problem: TimingProblem,
  change: (phase: Intersection["phases"][number]) => Intersection["phases"][number],
): TimingProblem {
  return withIntersections(problem, (intersection) => ({
    ...intersection,
    phases: intersection.phases.map(change),
  }));
}

function withEnvelope(problem: TimingProblem, changed: Partial<Envelope>): TimingProblem {
  return withIntersections(problem, (intersection) => ({
    ...intersection,
    envelope: { ...intersection.envelope, ...changed },
  }));
}
