import type { CAC } from "cac";
import { type RunRecord, recorded, startRecord } from "../evaluate/record.ts";
import type { EngineState } from "../engine/state.ts";
import { shadowViews } from "../engine/view.ts";
import {
  type ChangeReport,
  type Compared,
  type DayReport,
  type Evaluation,
  evaluation,
  modesBefore,
  type PeriodsCompared,
} from "./evaluate-report.ts";
import { describeDetectors, describeShadow, interval, signed } from "./evaluate-words.ts";
import { evaluationPage } from "./evaluate-html.ts";
import { replayJournal } from "./journal-replay.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { type RawOptions, textOption } from "./options.ts";
import { commandLine, writePage } from "./whatif-html.ts";

/** `phasewise evaluate <run folder or journal>`. */
export function evaluateCommandOf(program: CAC): void {
  program
    .command(
      "evaluate <run>",
      "What a run achieved, by day and by change of mode, against the plans by time of day; forecasts that went wrong; detectors to repair. From its journal, or its folder",
    )
    .option("--html <file>", "The report as a page that needs nothing else")
    .option("--json [file]", "The report as JSON, as the last line or in the file")
    .example("phasewise evaluate .phasewise/runs/corridor-seed1")
    .action(async (run: string, options: RawOptions) => await evaluate(run, options));
}

/** What no journal can tell; said with every report. */
export const UNKNOWN = [
  "What would have happened under the other control: periods with and without it are different traffic; where their flows differ, so may all else. A paired simulation answers that (phasewise whatif)",
  "Delay as it was: vehicles are followed by detectors, from the first one of an approach to the stop line; who queues before it is not seen, and the estimate is the engine's own",
  "Expected delay of plans is HCM's under the forecast, without what progression saves, and without what the adaptive level makes of a plan",
  "Neighbouring quarters of an hour are alike: the true intervals are wider than those shown",
] as const;

async function evaluate(run: string, options: RawOptions): Promise<void> {
  let record: RunRecord | undefined;
  let last: EngineState | undefined;
  const { path, tables, from, until } = await replayJournal(run, (instant, known) => {
    record = recorded(record ?? startRecord(known), known, instant);
    last = instant.state;
  });
  const { midnightAt, intervalMs, network } = tables.configuration;
  const shadow = last === undefined ? {} : shadowViews(last, tables);
  const report = evaluation(record ?? startRecord(tables), midnightAt, intervalMs, shadow);
  const html = textOption(options, "html");
  if (html !== undefined) {
    const clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: network.timeZone,
      dateStyle: "medium",
      timeStyle: "short",
    });
    const page = {
      network: network.id,
      journal: path,
      from,
      until,
      command: commandLine(),
      unknown: UNKNOWN,
    };
    await writePage(html, evaluationPage(report, { ...page, clock: (at) => clock.format(at) }));
  }
  if (!printsJson(options)) console.log(describeEvaluation(report, network.timeZone).join("\n"));
  await writeJson(options, { journal: path, network: network.id, from, until, ...report, unknown: UNKNOWN });
}

export function describeEvaluation(
  { days, changes, detectors, shadow }: Evaluation,
  timeZone: string,
): readonly string[] {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone, timeStyle: "short", hourCycle: "h23" });
  return [
    ...days.flatMap(describeDay),
    ...(changes.length === 0 ? [] : ["Changes of mode, the hour after against the hour before:"]),
    ...changes.flatMap((change) => describeChange(change, clock.format(change.at))),
    ...(detectors.length === 0 ? ["No detector to repair"] : ["Detectors to repair, or to watch:"]),
    ...describeDetectors(detectors, (at) => clock.format(at)),
    ...describeShadow(shadow),
    "What this cannot know:",
    ...UNKNOWN.map((text) => `  ${text}`),
  ];
}

function describeDay({
  day,
  onIntervals,
  offIntervals,
  compared,
  plans,
  forecasts,
}: DayReport): readonly string[] {
  return [
    `Day ${day + 1}: ${onIntervals} intervals of intersections timed by the engine, ${offIntervals} by their own plans`,
    ...(compared === null
      ? ["  Nothing to compare: only one of them was watched"]
      : describePeriods(compared, "engine", "own plans")),
    ...(plans === null
      ? []
      : [
          `  ${plans.plans} timing plans, expected ${plans.ownSeconds.toFixed(1)} s/veh; the plans by time of day under the same forecasts ${plans.scheduledSeconds.toFixed(1)}: ` +
            `${signed(plans.differenceMean)} s/veh${interval(plans.ci95)}`,
        ]),
    ...(forecasts.length === 0 ? [] : ["  Forecasts that were off most, veh/h:"]),
    ...forecasts.map(
      ({
        intersection,
        movement,
        forecasts: count,
        maeVehPerHour,
        biasVehPerHour,
        meanVehPerHour,
        coveredShare,
      }) =>
        `    ${intersection}/${movement}: MAE ${maeVehPerHour.toFixed(0)}, bias ${signed(biasVehPerHour, 0)} of ${meanVehPerHour.toFixed(0)} ` +
        `(${count} forecasts, ${(coveredShare * 100).toFixed(0)} % within nine in ten)`,
    ),
  ];
}

function describeChange(change: ChangeReport, clock: string): readonly string[] {
  const { intersections, to, by, reason, compared } = change;
  const where = intersections.length > 3 ? `${intersections.length} intersections` : intersections.join(", ");
  return [
    `  ${clock} ${where}: ${modesBefore(change).join(", ")} → ${to} by ${by} (${reason})`,
    ...(compared === null
      ? ["    no whole interval on both sides"]
      : describePeriods(compared, "after", "before").map((line) => `  ${line}`)),
  ];
}

function describePeriods(
  { flowVehPerHour, approachSeconds, failedGreensShare, alike }: PeriodsCompared,
  on: string,
  off: string,
): readonly string[] {
  const row = (name: string, { on: left, off: right, difference, ci95 }: Compared, factor = 1): string =>
    `  ${name}: ${on} ${(left.mean * factor).toFixed(1)} (${left.periods}), ${off} ${(right.mean * factor).toFixed(1)} (${right.periods}): ` +
    `${signed(difference * factor)}${interval(ci95, factor)}`;
  return [
    row("seconds a vehicle on the approach", approachSeconds),
    row("greens that left somebody over, %", failedGreensShare, 100),
    row("vehicles an hour", flowVehPerHour),
    ...(alike ? [] : ["  The flows differ by more than a tenth: these are not the same traffic"]),
  ];
}
