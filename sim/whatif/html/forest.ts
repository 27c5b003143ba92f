import { at, escapeText, text } from "../../../src/plot/markup.ts";
import { roundTicks, tickText } from "../../../src/plot/svg-plot.ts";
import { losingFirst, type Verdict } from "../family.ts";
import { decimalsOf, pText, signed } from "../figure-text.ts";
import { MEASURE_FORMS } from "../measures.ts";
import type { Comparison } from "../report.ts";
import type { Cell } from "./markup.ts";
import { differenceText, measureTitle, percentInterval } from "./words.ts";

const WIDTH = 720;
const LEFT = 208;
const RIGHT = 300;
const TOP = 34;
const ROW = 15;
const BOTTOM = 32;
/** Where the columns of p and of the verdict begin. */
const P_AT = WIDTH - 112;
const VERDICT_AT = WIDTH - 46;

/** Percent beyond which a bar is cut off and ends in an arrow: one wild measure must not flatten the others. */
const REACH_MAX = 100;
const REACH_MIN = 5;

/** The short word beside each row. */
export const VERDICT_TEXT: Readonly<Record<Verdict, string>> = {
  worse: "worse",
  better: "better",
  "indistinguishable from noise": "noise",
  "too few pairs": "too few",
};

/** The class of a verdict, which the page's style gives its colour. */
export const VERDICT_CLASS: Readonly<Record<Verdict, string>> = {
  worse: "worse",
  better: "gain",
  "indistinguishable from noise": "noise",
  "too few pairs": "noise",
};

/** Paired differences of a variant in percent of its base, each with its 95 % interval, losing results first. */
export function forestPlot(comparisons: readonly Comparison[]): string {
  const rows = losingFirst(comparisons);
  const [first] = rows;
  if (first === undefined) return "";
  const reaches = rows
    .flatMap(({ ci95, baseMean }) => percentInterval({ ci95, baseMean }) ?? [])
    .map(Math.abs);
  const reach = Math.min(REACH_MAX, Math.max(REACH_MIN, ...reaches) * 1.05);
  const x = (percent: number): number =>
    LEFT + ((Math.max(-reach, Math.min(reach, percent)) + reach) / (2 * reach)) * (WIDTH - LEFT - RIGHT);
  const height = TOP + rows.length * ROW + BOTTOM;
  const bottom = height - BOTTOM;
  const title = `Paired differences of ${first.variant} against ${first.base} in percent of ${first.base}, with 95 % intervals`;
  return [
    `<svg class="forest" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeText(title)}"><title>${escapeText(title)}</title>`,
    text(0, 14, `${first.variant} against ${first.base}`, "title"),
    text(WIDTH - RIGHT + 14, 28, "difference", "head"),
    text(P_AT, 28, "p by Holm", "head"),
    text(VERDICT_AT, 28, "verdict", "head"),
    ...roundTicks(-reach, reach).map(
      (tick) =>
        `<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${TOP - 4}" y2="${bottom}"/>${text(x(tick), bottom + 13, tickText(tick).replace("-", "−"), "x")}`,
    ),
    `<line class="zero" x1="${at(x(0))}" x2="${at(x(0))}" y1="${TOP - 4}" y2="${bottom}"/>`,
    text(x(0), bottom + 28, `% of ${first.base}`, "x"),
    ...rows.map((row, index) => forestRow(row, TOP + (index + 0.5) * ROW, x, reach)),
    "</svg>",
  ].join("\n");
}

function forestRow(row: Comparison, y: number, x: (percent: number) => number, reach: number): string {
  const { verdict, pHolm, differencePercent } = row;
  const name = VERDICT_CLASS[verdict];
  const interval = percentInterval(row);
  return [
    `<g class="${name}"><title>${escapeText(`${MEASURE_FORMS[row.measure].text}: ${differenceText(row)}; ${verdict}`)}</title>`,
    text(LEFT - 8, y + 4, MEASURE_FORMS[row.measure].text, "y"),
    interval === null ? "" : intervalBar(interval, y, x, reach),
    differencePercent === null ? "" : mark(verdict, x(differencePercent), y),
    text(WIDTH - RIGHT + 14, y + 4, differenceText(row), "cell"),
    text(P_AT, y + 4, pText(pHolm), "cell"),
    text(VERDICT_AT, y + 4, VERDICT_TEXT[verdict], "cell verdict"),
    "</g>",
  ].join("");
}

function intervalBar(
  [low, high]: readonly [number, number],
  y: number,
  x: (percent: number) => number,
  reach: number,
): string {
  const bar = `<line class="bar" x1="${at(x(low))}" x2="${at(x(high))}" y1="${at(y)}" y2="${at(y)}"/>`;
  const left = low < -reach ? arrow(x(low), y, 6) : "";
  const right = high > reach ? arrow(x(high), y, -6) : "";
  return `${bar}${left}${right}`;
}

function arrow(x: number, y: number, back: number): string {
  return `<path class="mark" d="M${at(x)},${at(y)}l${back},-4v8z"/>`;
}

/** Told by its shape too: square worse, disc better, ring noise. */
function mark(verdict: Verdict, x: number, y: number): string {
  if (verdict === "worse")
    return `<rect class="mark" x="${at(x - 4.5)}" y="${at(y - 4.5)}" width="9" height="9"/>`;
  if (verdict === "better") return `<circle class="mark" cx="${at(x)}" cy="${at(y)}" r="5"/>`;
  return `<circle class="ring" cx="${at(x)}" cy="${at(y)}" r="4"/>`;
}

/** The same as a table, for who cannot see the plot or wants the figures. */
export function forestFigures(comparison: Comparison): readonly Cell[] {
  const { measure, baseMean, ci95, pairs, pValue, pHolm, replicationsNeeded, verdict } = comparison;
  const decimals = decimalsOf(baseMean);
  return [
    measureTitle(measure),
    differenceText(comparison),
    ci95 === null ? "–" : `${signed(ci95[0], decimals)} to ${signed(ci95[1], decimals)}`,
    String(pairs),
    pText(pValue),
    pText(pHolm),
    replicationsNeeded === null ? "–" : String(replicationsNeeded),
    { text: VERDICT_TEXT[verdict], className: VERDICT_CLASS[verdict] },
  ];
}
