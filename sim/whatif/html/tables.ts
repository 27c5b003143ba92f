import type { ModeComparison, MovementComparison } from "../detail-report.ts";
import { decimalsOf, figure, pText, signed } from "../figure-text.ts";
import { MEASURE_FORMS, MEASURES } from "../measures.ts";
import type { WhatifReport } from "../report.ts";
import { forestFigures, VERDICT_CLASS, VERDICT_TEXT } from "./forest.ts";
import { type Cell, tableOf } from "./markup.ts";
import { comparisonsOf, measureTitle } from "./words.ts";

/** The mean of every measure by arm; of safety the sum, since a mean would hide one. */
export function meansTable({ controls }: WhatifReport, arms: readonly string[]): string {
  const shown = MEASURES.filter(
    (measure) => !MEASURE_FORMS[measure].text.startsWith("decision") && measure !== "monitorTrips",
  ).filter((measure) => arms.some((arm) => (controls[arm]?.mean[measure] ?? null) !== null));
  return tableOf({
    caption: "Means over the seeds; of jams the share of runs, of safety violations the sum",
    head: ["measure", ...arms],
    rows: shown.map((measure): readonly Cell[] => {
      const values = arms.map((arm) => {
        const control = controls[arm];
        if (measure === "safetyViolations") {
          return String(control?.runs.reduce((sum, run) => sum + run.safetyViolations, 0) ?? 0);
        }
        const mean = control?.mean[measure] ?? null;
        return figure(mean, decimalsOf(mean));
      });
      return [measureTitle(measure), ...values];
    }),
  });
}

/** Every figure of the forest plots. */
export function comparisonTable(report: WhatifReport, variant: string): string {
  const own = comparisonsOf(report, variant);
  return tableOf({
    caption: `${variant} against ${own[0]?.base ?? "?"}: every measure of the family`,
    head: ["measure", "difference", "95 % interval", "pairs", "p", "p by Holm", "pairs for ±5 %", "verdict"],
    rows: own.map(forestFigures),
  });
}

const PART_HEAD = ["vehicles", "base", "delay", "95th base", "95th", "difference", "p by Holm", "verdict"];

type Part = MovementComparison | ModeComparison;

function partCells(part: Part): readonly Cell[] {
  const { verdict, pHolm, differenceMean } = part;
  return [
    figure(part.countMean),
    figure(part.baseDelaySeconds),
    figure(part.variantDelaySeconds),
    figure(part.baseDelayP95Seconds),
    figure(part.variantDelayP95Seconds),
    signed(differenceMean),
    pText(pHolm),
    { text: VERDICT_TEXT[verdict], className: VERDICT_CLASS[verdict] },
  ];
}

/** Losing modes first. */
export function modeTable(modes: readonly ModeComparison[], variants: readonly string[]): string {
  const rows = variants.flatMap((variant) => worstFirst(modes.filter((mode) => mode.variant === variant)));
  return tableOf({
    caption: "By mode: mean delay and its 95th percentile, s",
    head: ["mode", "arm", "against", ...PART_HEAD.with(0, "count")],
    rows: rows.map((mode) => [mode.mode, mode.variant, mode.base, ...partCells(mode)]),
  });
}

/** Of each variant the movements that lose first, then those that wait longest; `most` of them. */
export function movementTable(
  movements: readonly MovementComparison[],
  variants: readonly string[],
  most: number,
): string {
  const all = variants.map((variant) => worstFirst(movements.filter((one) => one.variant === variant)));
  const cut = all.some((own) => own.length > most);
  const which = cut ? `the ${most} worst off of each arm` : "all of them";
  return tableOf({
    caption: `By movement, ${which}: those that lose first, then by delay on the approach, s/veh`,
    head: ["movement", "arm", "against", ...PART_HEAD],
    rows: all
      .flatMap((own) => own.slice(0, most))
      .map((one) => [`${one.intersection} ${one.movement}`, one.variant, one.base, ...partCells(one)]),
  });
}

function worstFirst<Shown extends Part>(parts: readonly Shown[]): readonly Shown[] {
  const loses = (part: Part): number => (part.verdict === "worse" ? 1 : 0);
  return parts.toSorted(
    (left, right) => loses(right) - loses(left) || right.variantDelaySeconds - left.variantDelaySeconds,
  );
}
