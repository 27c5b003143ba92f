import { OBSERVATION_TEXT } from "../observe.ts";
import { selfCheckText } from "../table.ts";
import { calibrationVerdict, GEH_SHARE_LIMIT, TRAVEL_TIME_LIMIT_RATIO } from "../calibration.ts";
import { routeLinesOf } from "../route-line.ts";
import type { Comparison } from "../report.ts";
import { counted, pText, signed } from "../figure-text.ts";
import { VERDICT_CLASS, VERDICT_TEXT } from "./forest.ts";
import { paragraph, section, tableOf } from "./markup.ts";
import { type ArmWords, isTrial, type ReportPage } from "./page-data.ts";
import { splitMonitor, splitTable, type StreetPair } from "./signals.ts";
import { spaceTime } from "./space-time.ts";
import { escapeText } from "../../../src/plot/markup.ts";

const TIMES_WHAT =
  "What the heads showed, with the first seed alone: a look at how the arms work, no proof of anything.";

/** Split monitors, time and space, for each variant whose street was recorded. */
export function signalsSection(page: ReportPage, variants: readonly string[]): string {
  const pairs = variants.flatMap((variant) => pairOf(page, variant));
  if (pairs.length === 0) {
    return section(
      "Signals",
      paragraph("Not recorded in this run: no split monitor, no diagram of time and space."),
    );
  }
  const parts = pairs.map((pair) => {
    const shown = changedMost(page, pair);
    return [splitMonitor(pair, shown, page.beginSeconds), splitTable(pair)].join("\n");
  });
  return section("Split monitor", paragraph(TIMES_WHAT, "soft"), ...parts);
}

function pairOf({ streets, arms }: ReportPage, variant: string): readonly StreetPair[] {
  const base = arms.find(({ name }) => name === variant)?.base;
  const [before, after] = [base === undefined ? undefined : streets[base], streets[variant]];
  if (base === undefined || before === undefined || after === undefined) return [];
  return [{ base: { name: base, street: before }, variant: { name: variant, street: after } }];
}

/** The intersection with the movement whose delay the variant changes most; the first one where nothing is known of movements. */
function changedMost({ detail, network }: ReportPage, { variant }: StreetPair): string {
  const [most] = detail.movements
    .filter((movement) => movement.variant === variant.name)
    .toSorted((left, right) => Math.abs(right.differenceMean ?? 0) - Math.abs(left.differenceMean ?? 0));
  return most?.intersection ?? network.intersections[0]?.id ?? "";
}

/** Along each route of the network, for each arm that was recorded. */
export function spaceTimeSection(
  { network, streets, beginSeconds }: ReportPage,
  shown: readonly string[],
): string {
  const lines = routeLinesOf(network);
  const plots = lines.flatMap((line) =>
    shown.flatMap((arm) => {
      const street = streets[arm];
      return street === undefined ? [] : [spaceTime(arm, street, line, beginSeconds)];
    }),
  );
  if (plots.every((plot) => plot === "")) {
    const why = lines.length === 0 ? "the network names no route" : "no vehicle was followed in this run";
    return section("Time and space", paragraph(`None: ${why}.`));
  }
  return section(
    "Time and space",
    paragraph(
      "Thick: green for the route's own movement. Each thin line is a vehicle that drives along it; where it ends, it turns off.",
      "soft",
    ),
    ...plots,
  );
}

/** Arms in which something fails or more comes. */
export function robustnessSection({ report, arms }: ReportPage): string {
  const trials = arms.filter((arm) => isTrial(arm, arms));
  if (trials.length === 0) {
    return section(
      "Robustness",
      paragraph(
        "Not tried in this run. Each of these makes an arm, compared with the same without: --event detector:<intersection>/all=dead@<from>-<until> (detector failure), --event link:<intersection>=down@<from>-<until> (link loss), --event demand=*1.15@0 (15 % more traffic).",
      ),
    );
  }
  const rows = trials.flatMap(({ name }) =>
    report.comparisons
      .filter(({ variant, measure }) => variant === name && measure === "delaySeconds")
      .map(trialCells),
  );
  return section(
    "Robustness",
    tableOf({
      caption: "Mean delay, s/veh, of each arm in which something happens, against the same without",
      head: ["arm", "against", "base", "difference", "%", "95 % interval", "p by Holm", "verdict"],
      rows,
    }),
  );
}

function trialCells(comparison: Comparison) {
  const { variant, base, baseMean, differenceMean, differencePercent, ci95, pHolm, verdict } = comparison;
  return [
    variant,
    base,
    baseMean === null ? "–" : baseMean.toFixed(1),
    signed(differenceMean),
    signed(differencePercent),
    ci95 === null ? "–" : `${signed(ci95[0])} to ${signed(ci95[1])}`,
    pText(pHolm),
    { text: VERDICT_TEXT[verdict], className: VERDICT_CLASS[verdict] },
  ];
}

/** What must be known of a place before its model can be believed. */
export function calibrationSection({ calibration }: ReportPage): string {
  if (calibration === undefined) {
    return section(
      "Calibration",
      paragraph(
        "No calibration was given (--calibration, with what `phasewise import x.sumocfg --agree --json FILE` wrote), so nothing says here how near the model is to SUMO; nor was it held against counts or travel times of the real street.",
      ),
    );
  }
  const { network, agreement } = calibration;
  const { travelTimeDifferenceRatio, travelTimeHolds, flowsHold } = calibrationVerdict(calibration);
  return section(
    "Calibration",
    paragraph(
      `The built-in model against SUMO on ${network}, under the same fixed-time programs, ${counted(agreement.seeds.length, "seed")}. Mean travel time ${agreement.builtinTravelSeconds.toFixed(1)} s against SUMO's ${agreement.sumoTravelSeconds.toFixed(1)} s, ${signed(100 * travelTimeDifferenceRatio)} %: within ${percent(TRAVEL_TIME_LIMIT_RATIO)} ${holds(travelTimeHolds)}. GEH is below 5 on ${percent(agreement.gehShare)} of the links: ${percent(GEH_SHARE_LIMIT)} ${holds(flowsHold)}. Neither was held against counts of the real street.`,
    ),
    tableOf({
      caption: "Links with the greatest GEH, vehicles an hour",
      head: ["link", "SUMO", "built-in model", "GEH"],
      rows: agreement.worstLinks.map(({ link, sumoVehPerHour, builtinVehPerHour, geh }) => [
        link,
        sumoVehPerHour.toFixed(0),
        builtinVehPerHour.toFixed(0),
        geh.toFixed(1),
      ]),
    }),
  );
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

function holds(yes: boolean): string {
  return yes ? "holds" : "does not hold";
}

export function configurationSection({ arms }: ReportPage): string {
  return section(
    "What differs between the arms",
    tableOf({
      caption: "Arms: what is not named is the same in all",
      head: ["arm", "against", "control", "who decides", "events", "settings", "offsets, s later"],
      rows: arms.map((arm) => [
        arm.name,
        arm.base ?? "–",
        arm.control,
        arm.pace,
        listOf(arm.events),
        listOf(arm.settings),
        listOf(arm.offsets),
      ]),
    }).replace("<table>", '<table class="text">'),
  );
}

function listOf(texts: ArmWords["events"]): string {
  return texts.length === 0 ? "–" : texts.join("; ");
}

export function repeatSection({ report, command, versions, failed }: ReportPage): string {
  const seeds = [
    ...new Set(Object.values(report.controls).flatMap(({ runs }) => runs.map(({ seed }) => seed))),
  ];
  return section(
    "To repeat it",
    `<pre>${escapeText(command)}</pre>`,
    paragraph(
      `Versions: ${versions.join(", ")}. Seeds: ${seeds.toSorted((left, right) => left - right).join(", ")}.`,
    ),
    failed.length === 0
      ? paragraph("Every run came to its end.")
      : paragraph(
          `Left out, since they failed: ${failed.map(({ control, seed, message }) => `${control}, seed ${seed} (${message})`).join("; ")}.`,
          "alarm",
        ),
  );
}

export function limitsSection({ report }: ReportPage): string {
  const plant = report.plant === "sumo" ? "SUMO" : "the built-in traffic model";
  return section(
    "Limits",
    `<ul>${[
      `Everything here is of ${plant}, with detectors as configured (${report.observe}: ${OBSERVATION_TEXT[report.observe]}); no street was controlled.`,
      "Each seed gives every arm the same arrivals, and differences are taken seed by seed. The verdict is by p after Holm's adjustment over the measures of one comparison, at most 0.05; movements are a family of their own, and so are modes. Several variants are several questions: nothing is adjusted over them.",
      "Intervals are of each measure alone: one may miss zero and the verdict be noise. Noise is no proof of no effect: see the pairs that ±5 % of the base would take.",
      "Delay is timeLoss + departDelay over every scheduled vehicle, the unfinished with what they lost so far and those never inserted with their whole wait.",
      ...(report.selfCheck === null ? [] : [`False alarms: ${selfCheckText(report.selfCheck)}.`]),
      "Runs begin with an empty street, or with whom a running engine knew of (--from-live), in every arm alike.",
      ...(report.warmupSeconds === undefined
        ? []
        : [
            `Whoever was scheduled in the first ${report.warmupSeconds} s is in no measure of delay, stops, movements, modes, fuel or throughput. Longest wait, jams, greatest queue, safety, plans, and what is drawn over time are of the whole run.`,
          ]),
    ]
      .map((text) => `<li>${escapeText(text)}</li>`)
      .join("\n")}</ul>`,
  );
}
