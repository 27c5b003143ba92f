import { defined } from "../../src/assert.ts";
import type { DetectorReport } from "./detector-report.ts";
import { byMeasure, type Measure, thousandths } from "./measures.ts";
import { COMPARED, COMPARED_MEASURES, type ComparedMeasure } from "./compared.ts";
import { type JudgedDifference, judgeFamily, type Pairs, SIGNIFICANCE } from "./family.ts";
import { meanOf, medianOf } from "./statistics.ts";
import type { RunMeasures } from "./run.ts";
import type { Observe } from "../field/run-field.ts";
import type { Profile } from "./observe.ts";

/** A figure for each measure: of `jammed`, the share of jammed runs for the mean. `null`: no run has the measure. */
export type Figures = Readonly<Record<Measure, number | null>>;

export type ControlReport = {
  /** In the order of seeds. */
  readonly runs: readonly RunMeasures[];
  readonly mean: Figures;
  readonly median: Figures;
};

/** All of one base and variant are one family. */
export type Comparison = JudgedDifference & {
  readonly base: string;
  readonly variant: string;
  readonly measure: ComparedMeasure;
};

export type ReportHead = {
  readonly scenario: string;
  readonly plant: "builtin" | "sumo";
  readonly profile: Profile;
  readonly observe: Observe;
  /** Who was scheduled before is not measured; absent where everybody is. */
  readonly warmupSeconds?: number;
};

/**
 * The first arm against itself: the runs of its first seeds beside those of its last ones, so that whatever is called significant is a
 * false alarm. Such pairs have no arrivals in common, which costs the test strength and not its honesty: under no difference, theirs
 * spread about zero.
 */
export type SelfCheck = {
  readonly control: string;
  readonly pairs: number;
  /** Measures that were tested. */
  readonly measures: number;
  /** Those with p at most 0.05 alone, of which one in twenty is expected, and those that Holm's adjustment leaves. */
  readonly significantAlone: number;
  readonly significant: number;
};

/** What `phasewise whatif --json` writes. */
export type WhatifReport = ReportHead & {
  readonly controls: Readonly<Record<string, ControlReport>>;
  readonly comparisons: readonly Comparison[];
  /** `null` with fewer than four seeds. */
  readonly selfCheck: SelfCheck | null;
  /** By control, of those whose engine judges detectors: all but those that run by themselves. */
  readonly detectors: Readonly<Record<string, DetectorReport>>;
};

/**
 * The report of all runs, by control in the order that was asked for: the first one is what the others are compared with, unless
 * `baseOf` names another.
 */
export function reportOf(
  head: ReportHead,
  runsOf: ReadonlyMap<string, readonly RunMeasures[]>,
  baseOf: (name: string) => string | undefined = () => undefined,
  detectors: WhatifReport["detectors"] = {},
  measures: readonly ComparedMeasure[] = COMPARED_MEASURES,
): WhatifReport {
  const controls = [...runsOf].map(
    ([control, runs]) =>
      [control, controlReport(runs.toSorted((left, right) => left.seed - right.seed))] as const,
  );
  const comparisons = comparedArms([...runsOf.keys()], baseOf).flatMap(({ base, variant }) => {
    const family = measures.map((measure) =>
      pairedBySeed(runsOf.get(base) ?? [], runsOf.get(variant) ?? [], measure),
    );
    return judgeFamily(family).map((judged, place): Comparison => {
      const measure = defined(measures[place], "measure");
      return { base, variant, measure, ...roundedDifference(judged) };
    });
  });
  const [first] = controls;
  const selfCheck = first === undefined ? null : selfCheckOf(first[0], runsOf.get(first[0]) ?? []);
  return { ...head, controls: Object.fromEntries(controls), comparisons, selfCheck, detectors };
}

function selfCheckOf(control: string, runs: readonly RunMeasures[]): SelfCheck | null {
  const pairs = Math.floor(runs.length / 2);
  if (pairs < 2) return null;
  const sorted = runs.toSorted((left, right) => left.seed - right.seed);
  const halves = [sorted.slice(0, pairs), sorted.slice(pairs, 2 * pairs)] as const;
  const [before, after] = halves.map((half) => half.map((run, seed) => ({ ...run, seed })));
  const judged = judgeFamily(
    COMPARED_MEASURES.map((measure) => pairedBySeed(before ?? [], after ?? [], measure)),
  ).filter(({ pValue }) => pValue !== null);
  return {
    control,
    pairs,
    measures: judged.length,
    significantAlone: judged.filter(({ pValue }) => isSmall(pValue)).length,
    significant: judged.filter(({ pHolm }) => isSmall(pHolm)).length,
  };
}

function isSmall(p: number | null): boolean {
  return p !== null && p <= SIGNIFICANCE;
}

/** Which arm is compared with which: with the first one, unless `baseOf` names another. */
export function comparedArms(
  names: readonly string[],
  baseOf: (name: string) => string | undefined,
): readonly { readonly base: string; readonly variant: string }[] {
  const [first, ...variants] = names;
  return variants.map((variant) => ({ base: baseOf(variant) ?? first ?? variant, variant }));
}

/** The measure of each seed that both have, where both have the measure. */
function pairedBySeed(
  base: readonly RunMeasures[],
  variant: readonly RunMeasures[],
  measure: ComparedMeasure,
): Pairs {
  const before = new Map(base.map((run) => [run.seed, run[measure]]));
  const pairs = variant.flatMap((run) => {
    const [was, is] = [before.get(run.seed) ?? null, run[measure]];
    return was === null || is === null ? [] : [{ was, is }];
  });
  return {
    base: pairs.map(({ was }) => was),
    variant: pairs.map(({ is }) => is),
    better: COMPARED[measure],
  };
}

function controlReport(runs: readonly RunMeasures[]): ControlReport {
  return { runs: runs.map(roundedRun), mean: figures(runs, meanOf), median: figures(runs, medianOf) };
}

function figures(
  runs: readonly RunMeasures[],
  statistic: (values: readonly number[]) => number | null,
): Figures {
  return byMeasure((measure) => round(statistic(runs.flatMap((run) => run[measure] ?? []).map(Number))));
}

/** Statistics are worked out of what was measured; only what is shown is rounded: to thousandths, and p to millionths. */
export function roundedDifference(judged: JudgedDifference): JudgedDifference {
  const { ci95 } = judged;
  return {
    ...judged,
    baseMean: round(judged.baseMean),
    differenceMean: round(judged.differenceMean),
    differencePercent: round(judged.differencePercent),
    ci95: ci95 === null ? null : [thousandths(ci95[0]), thousandths(ci95[1])],
    pValue: millionths(judged.pValue),
    pHolm: millionths(judged.pHolm),
  };
}

function millionths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e6) / 1e6;
}

function roundedRun(run: RunMeasures): RunMeasures {
  const shown = Object.entries(run).map(([name, value]) => [
    name,
    typeof value === "number" ? thousandths(value) : value,
  ]);
  // The same names, and each value of the kind that it was.
  return Object.fromEntries(shown) as RunMeasures;
}

function round(value: number | null): number | null {
  return value === null ? null : thousandths(value);
}
