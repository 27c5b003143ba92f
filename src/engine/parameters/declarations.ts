import { WARNING_DEFAULTS } from "../../estimate/congestion-watch.ts";
import { URGENCY_SECONDS } from "../../estimate/urgency.ts";
import { STRATEGIC_DEFAULTS } from "../../optimize/region-decision.ts";
import { TACTICAL_DEFAULTS } from "../../optimize/tactical/parameters.ts";
import { DEMAND_DEFAULTS } from "../demand.ts";
import { METERING_DEFAULTS } from "../metering.ts";

/** What is known of one tunable of the engine. */
export type Declaration = {
  readonly unit: "s" | "min" | "ratio" | "probability" | "vehicles" | "searches" | "intervals";
  readonly kind: "number" | "whole";
  /** What may be set, both ends included. Inside it nothing unsafe can be asked for; the gate is asked all the same. */
  readonly min: number;
  readonly max: number;
  readonly default: number;
  /** What a higher value does, in one sentence. */
  readonly effect: string;
  /** The test that shows it; its title begins with the path. */
  readonly test: string;
};

const TACTICAL_TEST = "test/engine/parameters/tactical-effects.test.ts";
const METERING_TEST = "test/engine/metering.test.ts";
const STRATEGIC_TEST = "test/engine/parameters/strategic-effects.test.ts";
const KNOWLEDGE_TEST = "test/engine/parameters/knowledge-effects.test.ts";

/**
 * Every tunable of the engine, declared here and nowhere else; its default stands beside the code that uses it, with the reason. What
 * keeps traffic safe (minimum greens, clearances, waits, leases, bounds of cycles and steps) is no tunable: it belongs to the
 * intersections' files, and no path reaches it.
 */
export const DECLARATIONS = {
  "optimize.horizonSeconds": {
    unit: "s",
    kind: "number",
    min: 20,
    max: 90,
    default: TACTICAL_DEFAULTS.horizonSeconds,
    effect: "How far each second's search looks: later arrivals count, and each decision takes longer.",
    test: TACTICAL_TEST,
  },
  "optimize.startLostSeconds": {
    unit: "s",
    kind: "number",
    min: 0,
    max: 5,
    default: TACTICAL_DEFAULTS.startLostSeconds,
    effect: "Time from the begin of green to the first departure: changes of stage are dearer, so fewer.",
    test: TACTICAL_TEST,
  },
  "optimize.yellowUsedSeconds": {
    unit: "s",
    kind: "number",
    min: 0,
    max: 3,
    default: TACTICAL_DEFAULTS.yellowUsedSeconds,
    effect: "How much of the yellow a lane that loses its green still uses: greens end a little earlier.",
    test: TACTICAL_TEST,
  },
  "optimize.stopCostSeconds": {
    unit: "s",
    kind: "number",
    min: 0,
    max: 20,
    default: TACTICAL_DEFAULTS.stopCostSeconds,
    effect: "What a new stop costs beside its delay: platoons are let through rather than stopped.",
    test: TACTICAL_TEST,
  },
  "optimize.terminalSeconds": {
    unit: "s",
    kind: "number",
    min: 0,
    max: 60,
    default: TACTICAL_DEFAULTS.terminalSeconds,
    effect:
      "What a later service is expected to take of those left at the horizon: more are served within it.",
    test: TACTICAL_TEST,
  },
  "optimize.expansionsMax": {
    unit: "searches",
    kind: "whole",
    min: 20,
    max: 2000,
    default: TACTICAL_DEFAULTS.expansionsMax,
    effect:
      "Plans that one search may follow on: better decisions where there are many stages, at more time.",
    test: TACTICAL_TEST,
  },
  "optimize.meteringFromRatio": {
    unit: "ratio",
    kind: "number",
    min: 0,
    max: 3,
    default: METERING_DEFAULTS.meteringFromRatio,
    effect:
      "From this share of a road's storage on traffic is held before it; above 1 hardly ever: fuller roads, later.",
    test: METERING_TEST,
  },
  "strategic.intervalMinutes": {
    unit: "min",
    kind: "whole",
    min: 1,
    max: 15,
    default: 5,
    effect: "Time between two re-timings of the region: steadier counts, later answers.",
    test: STRATEGIC_TEST,
  },
  "strategic.cycleBandShortestRatio": {
    unit: "ratio",
    kind: "number",
    min: 0.5,
    max: 1,
    default: STRATEGIC_DEFAULTS.cycleBandShortestRatio,
    effect:
      "Below this share of Webster's cycle another one is looked for: short cycles are lengthened sooner.",
    test: STRATEGIC_TEST,
  },
  "strategic.cycleBandLongestRatio": {
    unit: "ratio",
    kind: "number",
    min: 1,
    max: 2,
    default: STRATEGIC_DEFAULTS.cycleBandLongestRatio,
    effect: "Above this share of Webster's cycle a shorter one is looked for: long cycles are kept longer.",
    test: STRATEGIC_TEST,
  },
  "strategic.gainLeastRatio": {
    unit: "ratio",
    kind: "number",
    min: 0,
    max: 0.3,
    default: STRATEGIC_DEFAULTS.gainLeastRatio,
    effect:
      "Share of the region's queues that another cycle, sequence or offset must save: fewer transitions.",
    test: STRATEGIC_TEST,
  },
  "strategic.lifeSeconds": {
    unit: "s",
    kind: "number",
    min: 120,
    max: 7200,
    default: STRATEGIC_DEFAULTS.lifeSeconds,
    effect: "Time within which such a change must pay for its transition: more changes are worth it.",
    test: STRATEGIC_TEST,
  },
  "strategic.offsetStepRatio": {
    unit: "ratio",
    kind: "number",
    min: 0.02,
    max: 0.2,
    default: STRATEGIC_DEFAULTS.offsetStepRatio,
    effect:
      "Share of the cycle that an offset may move at once, at most the safety rule's fifth: faster progression.",
    test: STRATEGIC_TEST,
  },
  "strategic.splitHysteresisRatio": {
    unit: "ratio",
    kind: "number",
    min: 0,
    max: 0.3,
    default: STRATEGIC_DEFAULTS.splitHysteresisRatio,
    effect: "Share of an intersection's expected delay that other splits must save: splits move less often.",
    test: STRATEGIC_TEST,
  },
  "strategic.splitStepRatio": {
    unit: "ratio",
    kind: "number",
    min: 0.2,
    max: 1,
    default: STRATEGIC_DEFAULTS.splitStepRatio,
    effect: "How much of the envelope's split step is used at once: splits follow demand faster.",
    test: STRATEGIC_TEST,
  },
  "estimate.urgencySeconds": {
    unit: "s",
    kind: "number",
    min: 30,
    max: 1200,
    default: URGENCY_SECONDS,
    effect: "Standing so long doubles what a second of delay counts: a few who wait long weigh less.",
    test: KNOWLEDGE_TEST,
  },
  "estimate.congestionWarnProbability": {
    unit: "probability",
    kind: "number",
    min: 0.3,
    max: 0.95,
    default: WARNING_DEFAULTS.warnProbability,
    effect: "From here on congestion is warned of: fewer false alarms, more misses.",
    test: KNOWLEDGE_TEST,
  },
  "estimate.congestionClearProbability": {
    unit: "probability",
    kind: "number",
    min: 0.02,
    max: 0.3,
    default: WARNING_DEFAULTS.clearProbability,
    effect: "Below this a warning ends: warnings end sooner.",
    test: KNOWLEDGE_TEST,
  },
  "forecast.capacityQuantile": {
    unit: "probability",
    kind: "number",
    min: 0.5,
    max: 0.98,
    default: DEMAND_DEFAULTS.capacityQuantile,
    effect:
      "Quantile of the forecast counts that splits and cycles must have room for: more slack for surges.",
    test: KNOWLEDGE_TEST,
  },
  "forecast.steadyIntervals": {
    unit: "intervals",
    kind: "whole",
    min: 1,
    max: 24,
    default: DEMAND_DEFAULTS.steadyIntervals,
    effect: "Counts that the demand of offsets and cycles is the mean of: steadier, but later.",
    test: KNOWLEDGE_TEST,
  },
} as const satisfies Readonly<Record<`${string}.${string}`, Declaration>>;

export type ParameterPath = keyof typeof DECLARATIONS;

export function isParameterPath(path: string): path is ParameterPath {
  return Object.hasOwn(DECLARATIONS, path);
}

export const PARAMETER_PATHS: readonly ParameterPath[] = Object.keys(DECLARATIONS).filter(isParameterPath);

/** The declaration of a path, without the narrow types of its literals. */
export function declarationOf(path: ParameterPath): Declaration {
  return DECLARATIONS[path];
}
