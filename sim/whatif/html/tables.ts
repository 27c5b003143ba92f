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

const PART_HEAD = [
  "vehicles",
  "delay base",
  "delay",
  "95th pct. base",
  "95th pct.",
  "difference s",
  "p by Holm",
  "verdict",
];

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
export function modeTable(modes: readonly ModeComparison[], variant: string): string {
  const own = worstFirst(modes.filter((mode) => mode.variant === variant));
  return tableOf({
    caption: `By mode, ${variant} against ${own[0]?.base ?? "its base"}: mean delay and its 95th percentile, s`,
    head: ["mode", ...PART_HEAD.with(0, "count")],
    rows: own.map((mode) => [mode.mode, ...partCells(mode)]),
  });
}

/** The movements that lose first, then those that wait longest; `most` of them. */
export function movementTable(
  movements: readonly MovementComparison[],
  variant: string,
  most: number,
): string {
  const own = worstFirst(movements.filter((movement) => movement.variant === variant));
  const shown = own.slice(0, most);
  const which =
    shown.length < own.length ? `the ${shown.length} worst off of ${own.length} movements` : "all movements";
  return tableOf({
    caption: `By movement, ${variant} against ${own[0]?.base ?? "its base"}, ${which}: those that lose first, then by delay, s/veh on the approach`,
    head: ["movement", ...PART_HEAD],
    rows: shown.map((movement) => [`${movement.intersection} ${movement.movement}`, ...partCells(movement)]),
  });
}

function worstFirst<Shown extends Part>(parts: readonly Shown[]): readonly Shown[] {
  const loses = (part: Part): number => (part.verdict === "worse" ? 1 : 0);
  return parts.toSorted(
    (left, right) => loses(right) - loses(left) || right.variantDelaySeconds - left.variantDelaySeconds,
  );
}
