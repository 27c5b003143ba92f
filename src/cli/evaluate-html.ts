import { STYLE } from "../../sim/whatif/html/style.ts";
import { escapeText } from "../plot/markup.ts";
import {
  type ChangeReport,
  type Compared,
  type DayReport,
  type Evaluation,
  modesBefore,
  type PeriodsCompared,
} from "./evaluate-report.ts";
import { describeDetectors, describeShadow, interval, signed } from "./evaluate-words.ts";

/** What the page tells beside the evaluation. */
export type EvaluationPage = {
  readonly network: string;
  readonly journal: string;
  /** The run's first and last instant, and any other one, as the network's clock shows it. */
  readonly clock: (at: number) => string;
  readonly from: number;
  readonly until: number;
  /** As a shell reads it. */
  readonly command: string;
  readonly unknown: readonly string[];
};

/** The report of `phasewise evaluate` as one page that needs nothing else. */
export function evaluationPage(evaluation: Evaluation, page: EvaluationPage): string {
  const { days, changes, detectors, shadow } = evaluation;
  const { network, journal, clock, from, until, command, unknown } = page;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Phasewise evaluation: ${escapeText(network)}</title><style>${STYLE}</style></head><body>`,
    `<h1>What the engine achieved: ${escapeText(network)}</h1>`,
    `<p class="head-line">${escapeText(`${clock(from)} to ${clock(until)}, intervals of ${evaluation.intervalMinutes} min; ${journal}`)}</p>`,
    ...days.map(verdict),
    "<h2>By day: timed by the engine against own plans</h2>",
    ...(days.length === 0 ? [paragraph("No interval was closed.")] : days.flatMap(daySection)),
    "<h2>By change of mode: the hour after against the hour before</h2>",
    ...(changes.length === 0
      ? [paragraph("No mode was changed.")]
      : changes.flatMap((change) => changeSection(change, clock))),
    "<h2>Forecasts that were off most</h2>",
    ...days.flatMap(forecastTable),
    "<h2>Detectors to repair, or to watch</h2>",
    detectors.length === 0 ? paragraph("None.") : list(describeDetectors(detectors, clock)),
    ...(Object.keys(shadow).length === 0
      ? []
      : ["<h2>Where decisions were only shown</h2>", list(describeShadow(shadow).slice(1))]),
    "<h2>What this cannot know</h2>",
    list(unknown),
    `<h2>How to make it again</h2><pre>${escapeText(command)}</pre>`,
    "</body></html>\n",
  ].join("\n");
}

type Verdict = { readonly kind: "gains" | "loses" | "open"; readonly text: string };

/** What a day shows of the time on the approaches, and no more than its interval allows. */
export function verdictOf({ compared }: DayReport): Verdict {
  if (compared === null) {
    return {
      kind: "open",
      text: "No verdict: only one kind of period was watched, with the engine or without.",
    };
  }
  const { approachSeconds, alike } = compared;
  const { difference, ci95 } = approachSeconds;
  const told = `${signed(difference)} s a vehicle on the approaches${interval(ci95)}`;
  if (!alike) return { kind: "open", text: `No verdict: the flows differ by more than a tenth (${told}).` };
  if (ci95 === null) return { kind: "open", text: `No verdict: ${told}.` };
  if (ci95[1] < 0) return { kind: "gains", text: `Less time with the engine: ${told}.` };
  if (ci95[0] > 0) return { kind: "loses", text: `More time with the engine: ${told}.` };
  return { kind: "open", text: `No difference can be told: ${told}.` };
}

function verdict(day: DayReport): string {
  const { kind, text } = verdictOf(day);
  return `<div class="verdict ${kind}"><h3>Day ${day.day + 1}</h3>${paragraph(text)}</div>`;
}

function daySection({ day, onIntervals, offIntervals, compared, plans }: DayReport): readonly string[] {
  return [
    `<h3>Day ${day + 1}</h3>`,
    paragraph(
      `${onIntervals} intervals of intersections timed by the engine, ${offIntervals} by their own plans.`,
    ),
    ...(compared === null ? [] : [periodsTable(compared, "engine", "own plans")]),
    ...(plans === null
      ? []
      : [
          paragraph(
            `${plans.plans} timing plans, expected ${plans.ownSeconds.toFixed(1)} s/veh; the plans by time of day under the same forecasts ` +
              `${plans.scheduledSeconds.toFixed(1)}: ${signed(plans.differenceMean)} s/veh${interval(plans.ci95)}.`,
          ),
        ]),
  ];
}

function changeSection(change: ChangeReport, clock: EvaluationPage["clock"]): readonly string[] {
  const { at, intersections, to, by, reason, compared } = change;
  return [
    `<h3>${escapeText(`${clock(at)} ${intersections.join(", ")}: ${modesBefore(change).join(", ")} → ${to}`)}</h3>`,
    paragraph(`By ${by}: ${reason}`),
    compared === null
      ? paragraph("No whole interval on both sides.")
      : periodsTable(compared, "after", "before"),
  ];
}

function periodsTable(periods: PeriodsCompared, on: string, off: string): string {
  const { approachSeconds, failedGreensShare, flowVehPerHour, alike } = periods;
  const table = tableOf(
    ["mean (periods)", on, off, "difference [95 %]"],
    [
      comparedRow("seconds a vehicle on the approach", approachSeconds),
      comparedRow("greens that left somebody over, %", failedGreensShare, 100),
      comparedRow("vehicles an hour", flowVehPerHour),
    ],
  );
  const warning = "The flows differ by more than a tenth: these are not the same traffic.";
  return alike ? table : `${table}\n<p class="alarm">${warning}</p>`;
}

function comparedRow(name: string, { on, off, difference, ci95 }: Compared, factor = 1): readonly string[] {
  return [
    name,
    `${(on.mean * factor).toFixed(1)} (${on.periods})`,
    `${(off.mean * factor).toFixed(1)} (${off.periods})`,
    `${signed(difference * factor)}${interval(ci95, factor)}`,
  ];
}

function forecastTable({ day, forecasts }: DayReport): readonly string[] {
  if (forecasts.length === 0) return [paragraph(`Day ${day + 1}: nothing was forecast and counted.`)];
  return [
    `<h3>Day ${day + 1}, vehicles an hour</h3>`,
    tableOf(
      ["movement", "mean absolute error", "bias", "mean count", "forecasts", "within nine in ten, %"],
      forecasts.map((one) => [
        `${one.intersection}/${one.movement}`,
        one.maeVehPerHour.toFixed(0),
        signed(one.biasVehPerHour, 0),
        one.meanVehPerHour.toFixed(0),
        String(one.forecasts),
        (one.coveredShare * 100).toFixed(0),
      ]),
    ),
  ];
}

/** The first of a row names it. */
function cell(text: string, place: number): string {
  return place === 0 ? `<th scope="row">${escapeText(text)}</th>` : `<td>${escapeText(text)}</td>`;
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [
    `<div class="wide"><table><thead><tr>${head.map((name) => `<th scope="col">${escapeText(name)}</th>`).join("")}</tr></thead><tbody>`,
    ...rows.map((row) => `<tr>${row.map(cell).join("")}</tr>`),
    "</tbody></table></div>",
  ].join("\n");
}

function paragraph(text: string): string {
  return `<p>${escapeText(text)}</p>`;
}

function list(texts: readonly string[]): string {
  return `<ul>${texts.map((text) => `<li>${escapeText(text.trim())}</li>`).join("")}</ul>`;
}
