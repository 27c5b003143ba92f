import type { DetectorReport } from "./detector-report.ts";
import { byMeasure, type Measure, thousandths } from "./measures.ts";
import { meanOf, medianOf, type PairedDifference, pairedDifference } from "./statistics.ts";
import type { RunMeasures } from "./run.ts";
import type { Observe } from "../field/run-field.ts";
import type { Profile } from "./observe.ts";

/** Those by which variants are compared: less is better. */
const COMPARED = ["delaySeconds", "timeLossSeconds", "waitingSeconds"] as const satisfies readonly Measure[];

/** A figure for each measure: of `jammed`, the share of jammed runs for the mean. `null`: no run has the measure. */
export type Figures = Readonly<Record<Measure, number | null>>;

export type ControlReport = {
  /** In the order of seeds. */
  readonly runs: readonly RunMeasures[];
  readonly mean: Figures;
  readonly median: Figures;
};

export type Comparison = PairedDifference & {
  readonly base: string;
  readonly variant: string;
  readonly measure: (typeof COMPARED)[number];
};

export type ReportHead = {
  readonly scenario: string;
  readonly plant: "builtin" | "sumo";
  readonly profile: Profile;
  readonly observe: Observe;
};

/** What `phasewise whatif --json` writes. */
export type WhatifReport = ReportHead & {
  readonly controls: Readonly<Record<string, ControlReport>>;
  readonly comparisons: readonly Comparison[];
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
): WhatifReport {
  const controls = [...runsOf].map(
    ([control, runs]) =>
      [control, controlReport(runs.toSorted((left, right) => left.seed - right.seed))] as const,
  );
  const [first, ...variants] = [...runsOf];
  const comparisons = variants.flatMap(([variant, runs]) => {
    const base = baseOf(variant) ?? first?.[0] ?? variant;
    return COMPARED.map((measure): Comparison => {
      const differences = pairedBySeed(runsOf.get(base) ?? [], runs, measure);
      return { base, variant, measure, ...rounded(pairedDifference(differences)) };
    });
  });
  return { ...head, controls: Object.fromEntries(controls), comparisons, detectors };
}

/** Variant less base, for each seed that both have. */
function pairedBySeed(
  base: readonly RunMeasures[],
  variant: readonly RunMeasures[],
  measure: (typeof COMPARED)[number],
): readonly number[] {
  const bySeed = new Map(base.map((run) => [run.seed, run[measure]]));
  return variant.flatMap((run) => {
    const before = bySeed.get(run.seed);
    return before === undefined ? [] : [run[measure] - before];
  });
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

function rounded(difference: PairedDifference): PairedDifference {
  const { differenceMean, ci95 } = difference;
  const interval = ci95 === null ? null : ([thousandths(ci95[0]), thousandths(ci95[1])] as const);
  return { ...difference, differenceMean: round(differenceMean), ci95: interval };
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
