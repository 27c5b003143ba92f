import { losingFirst, type Verdict } from "../family.ts";
import { counted, decimalsOf, pText, signed } from "../figure-text.ts";
import { type Measure, MEASURE_FORMS, type MeasureForm } from "../measures.ts";
import type { Comparison, WhatifReport } from "../report.ts";
import type { MovementComparison } from "../detail-report.ts";
import type { ReportPage } from "./page-data.ts";

/** What a comparison came to, in plain words, losing results first. */
export type VerdictWords = {
  readonly base: string;
  readonly variant: string;
  readonly pairs: number;
  readonly loses: boolean;
  readonly gains: boolean;
  readonly sentences: readonly string[];
};

/** Of the measures that both arms have. */
export function comparisonsOf({ comparisons }: WhatifReport, variant: string): readonly Comparison[] {
  return comparisons.filter((comparison) => comparison.variant === variant && comparison.pairs > 0);
}

/** Of each variant named; those that lose something come first. */
export function verdictsOf(page: ReportPage, variants: readonly string[]): readonly VerdictWords[] {
  return variants
    .flatMap((variant): readonly VerdictWords[] => {
      const own = comparisonsOf(page.report, variant);
      const [first] = own;
      if (first === undefined) return [];
      const loses = own.some(({ verdict }) => verdict === "worse");
      const gains = own.some(({ verdict }) => verdict === "better");
      const sentences = [
        ...lossSentences(own),
        delaySentence(own),
        ...gainSentences(own),
        ...movementSentences(page.detail.movements.filter((movement) => movement.variant === variant)),
        ...noiseSentences(own),
      ];
      return [{ base: first.base, variant, pairs: first.pairs, loses, gains, sentences }];
    })
    .toSorted((left, right) => Number(right.loses) - Number(left.loses));
}

/** A measure with its unit. */
export function measureTitle(measure: Measure): string {
  const { text, unit }: MeasureForm = MEASURE_FORMS[measure];
  return unit === "" ? text : `${text}, ${unit}`;
}

const textOf = (comparison: Comparison): string => MEASURE_FORMS[comparison.measure].text;

function lossSentences(comparisons: readonly Comparison[]): readonly string[] {
  const worse = comparisons.filter(
    ({ verdict, measure }) => verdict === "worse" && measure !== "delaySeconds",
  );
  return worse.length === 0 ? [] : [`Loses in ${worse.map(withFigures).join("; ")}.`];
}

function gainSentences(comparisons: readonly Comparison[]): readonly string[] {
  const better = comparisons.filter(
    ({ verdict, measure }) => verdict === "better" && measure !== "delaySeconds",
  );
  return better.length === 0 ? [] : [`Gains in ${better.map(withFigures).join("; ")}.`];
}

function withFigures(comparison: Comparison): string {
  return `${textOf(comparison)} (${differenceText(comparison)})`;
}

/** The difference in its unit and in percent. */
export function differenceText({ measure, baseMean, differenceMean, differencePercent }: Comparison): string {
  const { unit } = MEASURE_FORMS[measure];
  const own = `${signed(differenceMean, decimalsOf(baseMean))} ${unit}`.trimEnd();
  return differencePercent === null ? own : `${own}, ${signed(differencePercent)} %`;
}

const DELAY_WORDS: Readonly<Record<Verdict, (text: string) => string>> = {
  worse: (text) => `Mean delay rises: ${text}.`,
  better: (text) => `Mean delay falls: ${text}.`,
  "indistinguishable from noise": (text) =>
    `What it does to mean delay is indistinguishable from noise: ${text}.`,
  "too few pairs": (text) => `Of mean delay nothing can be said with so few replications: ${text}.`,
};

function delaySentence(comparisons: readonly Comparison[]): string {
  const delay = comparisons.find(({ measure }) => measure === "delaySeconds");
  if (delay === undefined) return "Mean delay was not compared.";
  const interval = percentInterval(delay);
  const within =
    interval === null
      ? ""
      : ` [95 %: ${signed(interval[0])} to ${signed(interval[1])} %], p by Holm ${pText(delay.pHolm)}`;
  return DELAY_WORDS[delay.verdict](`${differenceText(delay)}${within}`);
}

type WithInterval = Pick<Comparison, "ci95" | "baseMean">;

/** The interval in percent of the base. */
export function percentInterval({ ci95, baseMean }: WithInterval): readonly [number, number] | null {
  if (ci95 === null || baseMean === null || baseMean === 0) return null;
  return [(100 * ci95[0]) / baseMean, (100 * ci95[1]) / baseMean];
}

function movementSentences(movements: readonly MovementComparison[]): readonly string[] {
  if (movements.length === 0) return [];
  const worse = movements
    .filter(({ verdict }) => verdict === "worse")
    .toSorted((left, right) => (right.differenceMean ?? 0) - (left.differenceMean ?? 0));
  const better = movements.filter(({ verdict }) => verdict === "better").length;
  const most = worse
    .slice(0, 3)
    .map(
      ({ intersection, movement, differenceMean }) =>
        `${intersection} ${movement} ${signed(differenceMean)} s/veh`,
    );
  const slower = worse.length === 0 ? "none is slower" : `${worse.length} slower (most: ${most.join(", ")})`;
  return [
    `Of ${counted(movements.length, "movement")} ${slower}, ${better === 0 ? "none" : better} faster, the others indistinguishable from noise.`,
  ];
}

function noiseSentences(comparisons: readonly Comparison[]): readonly string[] {
  const same = losingFirst(comparisons)
    .filter(
      ({ verdict, measure }) => verdict === "indistinguishable from noise" && measure !== "delaySeconds",
    )
    .map(textOf);
  return same.length === 0 ? [] : [`Indistinguishable from noise: ${same.join("; ")}.`];
}

/** What happened that must not, over all runs. */
export function safetySentences({ controls }: WhatifReport): readonly string[] {
  const all = Object.entries(controls).map(([name, { runs }]) => ({
    name,
    runs: runs.length,
    events: runs.reduce((sum, run) => sum + run.safetyViolations, 0),
    jams: runs.filter(({ jammed }) => jammed).length,
    outside: runs.reduce((sum, run) => sum + run.neverDeparted, 0),
  }));
  const runs = all.reduce((sum, one) => sum + one.runs, 0);
  const told = (what: string, of: (one: (typeof all)[number]) => number): string | undefined => {
    const some = all.filter((one) => of(one) > 0).map((one) => `${one.name} ${of(one)}`);
    return some.length === 0 ? undefined : `${what}: ${some.join(", ")}.`;
  };
  return [
    told("UNSAFE, events against the safety rules", ({ events }) => events) ??
      `No safety event in ${counted(runs, "run")}.`,
    told("Runs that jammed", ({ jams }) => jams) ?? "No run jammed.",
    told("Vehicles that found no place to enter", ({ outside }) => outside) ??
      "Every vehicle found a place to enter.",
  ];
}
