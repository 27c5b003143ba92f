import type { Observe } from "../field/run-field.ts";
import { describeDetectors } from "./detector-report.ts";
import { losingFirst } from "./family.ts";
import { counted, decimalsOf, figure, pText, signed } from "./figure-text.ts";
import { MEASURE_FORMS } from "./measures.ts";
import { OBSERVATION_TEXT, RESCO_AGENTS_TEXT } from "./observe.ts";
import type { Comparison, ControlReport, SelfCheck, WhatifReport } from "./report.ts";
import { warmUpText } from "./warm-up.ts";

type Column = { readonly title: string; readonly cell: (control: ControlReport) => string };

const COLUMNS: readonly Column[] = [
  { title: "delay s/veh", cell: ({ mean }) => figure(mean.delaySeconds) },
  { title: "median", cell: ({ median }) => figure(median.delaySeconds) },
  { title: "time loss", cell: ({ mean }) => figure(mean.timeLossSeconds) },
  { title: "waiting", cell: ({ mean }) => figure(mean.waitingSeconds) },
  {
    title: "longest wait s",
    cell: ({ runs }) => figure(runs.length === 0 ? null : Math.max(...runs.map((run) => run.waitMaxSeconds))),
  },
  { title: "arrived", cell: ({ mean }) => `${figure(mean.arrived)}/${figure(mean.scheduled)}` },
  { title: "jams", cell: ({ runs }) => `${runs.filter(({ jammed }) => jammed).length} of ${runs.length}` },
  { title: "unsafe", cell: ({ runs }) => String(total(runs.map((run) => run.safetyViolations))) },
  { title: "plans", cell: ({ mean }) => figure(mean.plansApplied) },
  { title: "refused", cell: ({ runs }) => String(total(runs.map((run) => run.plansRefused))) },
  { title: "decisions", cell: ({ mean }) => figure(mean.decisions) },
  { title: "µs mean", cell: ({ mean }) => figure(mean.decisionMicrosecondsMean) },
  { title: "µs P50", cell: ({ mean }) => figure(mean.decisionMicrosecondsP50) },
  { title: "µs P99", cell: ({ mean }) => figure(mean.decisionMicrosecondsP99) },
];

/** How a control decides, for the note beside its results. */
export type Manner = {
  /** Who decides how often, in words. */
  readonly pace: string;
  /** Whether it is the engine that decides, by what is observed. */
  readonly byEngine: boolean;
};

/**
 * The report to be read: means over the runs, the longest wait and the sums of what must not be over all of them. With the
 * profile `resco` every row says where it differs from RESCO's agents.
 */
export function describeReport(report: WhatifReport, manners: ReadonlyMap<string, Manner>): string {
  const { scenario, plant, profile, observe, controls, comparisons } = report;
  const warmUp = warmUpText(report.warmupSeconds);
  // A control may lack one, where the simulator died.
  const seeds = [
    ...new Set(Object.values(controls).flatMap(({ runs }) => runs.map(({ seed }) => seed))),
  ].toSorted((left, right) => left - right);
  const resco = profile === "resco";
  const table = columnsOf([
    ["", ...COLUMNS.map(({ title }) => title), resco ? "other than RESCO's agents" : "how"],
    ...Object.entries(controls).map(([name, control]) => [
      name,
      ...COLUMNS.map(({ cell }) => cell(control)),
      mannerText(report, manners.get(name)),
    ]),
  ]);
  return [
    `${scenario} on ${plant}, profile ${profile}, ${counted(seeds.length, "seed")} (${seeds.join(", ")}): means over the seeds`,
    `observed (${observe}): ${OBSERVATION_TEXT[observe]}`,
    ...(warmUp === undefined ? [] : [warmUp]),
    ...(resco ? [RESCO_AGENTS_TEXT] : []),
    "",
    ...table,
    ...(comparisons.length === 0
      ? []
      : ["", ...losingFirst(comparisons.filter(({ pairs }) => pairs > 0)).map(describeComparison)]),
    ...(report.selfCheck === null ? [] : ["", selfCheckText(report.selfCheck)]),
    ...detectorLines(report),
  ].join("\n");
}

/** What was called significant although nothing differs. */
export function selfCheckText({ control, pairs, measures, ...found }: SelfCheck): string {
  return `${control} against itself with other seeds (${counted(pairs, "pair")}): of ${counted(measures, "measure")} ${found.significant} significant by Holm, ${found.significantAlone} by p alone; each would be a false alarm`;
}

/** Told where a detector was made to fail: of what happened to no detector the table says enough. */
function detectorLines({ detectors }: WhatifReport): readonly string[] {
  const all = Object.entries(detectors);
  if (all.every(([, { planted }]) => planted.length === 0)) return [];
  return ["", ...all.flatMap(([name, told]) => describeDetectors(name, told))];
}

const SEES: Readonly<Record<Observe, string>> = { loops: "sees loops", zone: "sees zones" };
const SEES_UNLIKE_RESCO: Readonly<Record<Observe, string>> = {
  loops: "sees loops, not 200 m",
  zone: "sees 200 m, junction and exits, not 200 m alone",
};

function mannerText({ profile, observe }: WhatifReport, manner: Manner | undefined): string {
  if (manner === undefined) return "";
  const { pace, byEngine } = manner;
  if (!byEngine) return pace;
  if (profile !== "resco") return `${pace}, ${SEES[observe]}`;
  return `${pace}, not each 10 s; ${SEES_UNLIKE_RESCO[observe]}; least green 5 s, not 7 s`;
}

/** What a variant does to a measure, in one sentence. */
export function describeComparison(comparison: Comparison): string {
  const {
    base,
    variant,
    measure,
    baseMean,
    differenceMean,
    differencePercent,
    ci95,
    pairs,
    pValue,
    pHolm,
    verdict,
  } = comparison;
  const { text, unit } = MEASURE_FORMS[measure];
  const decimals = decimalsOf(baseMean);
  const percent = differencePercent === null ? "" : ` (${signed(differencePercent)} %)`;
  const interval =
    ci95 === null ? "" : `, 95 % from ${signed(ci95[0], decimals)} to ${signed(ci95[1], decimals)}`;
  const p = pHolm === null ? "" : `, p ${pText(pValue)}, by Holm ${pText(pHolm)}`;
  const difference = differenceMean === null ? "–" : `${signed(differenceMean, decimals)} ${unit}`.trimEnd();
  return `${variant} against ${base}, ${text}: ${difference}${percent}${interval} (${counted(pairs, "pair")})${p}: ${verdict}`;
}

/** First and last column to the left, figures to the right, as wide as what stands in them. */
function columnsOf(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 || column === row.length - 1
          ? cell.padEnd(widths[column] ?? 0)
          : cell.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd(),
  );
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
