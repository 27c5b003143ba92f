import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { eventsOf } from "../../sim/scenario/events.ts";
import type { Arm } from "../../sim/whatif/arms.ts";
import { csvTables } from "../../sim/whatif/csv-tables.ts";
import { type DetailedRun, detailReportOf } from "../../sim/whatif/detail-report.ts";
import { reportOf, type ReportHead, type WhatifReport } from "../../sim/whatif/report.ts";
import type { Run } from "../../sim/whatif/run.ts";
import type { Calibration } from "../../sim/whatif/calibration.ts";
import { describeReport } from "../../sim/whatif/table.ts";
import { messageOf, PhasewiseError } from "../errors.ts";
import { type RawOptions, textOption } from "./options.ts";
import type { RunFolder } from "./run-folder.ts";
import type { Comparison } from "./whatif-comparison.ts";
import { versionsOf } from "./versions.ts";
import { pageText, writePage } from "./whatif-html.ts";
import type { Runs } from "./whatif-runs.ts";

/** What runs came to, to be told: to be read, as JSON, and whether anything of it was wrong. */
export type ToldRuns = {
  readonly text: string;
  readonly document: WhatifReport & object;
  readonly failed: readonly { readonly control: string; readonly seed: number }[];
  readonly total: number;
  /** Where all of it stands. */
  readonly folder: string;
  readonly isUnsafe: boolean;
};

/** Where it is told, and what is known of the model. */
type Telling = { readonly options: RawOptions; readonly calibration: Calibration | undefined };

/** Writes down what the runs came to, in the run folder and where the options say, and gives it to be told. */
export async function reportRuns(
  comparison: Comparison,
  runs: Runs,
  folder: RunFolder,
  { options, calibration }: Telling,
): Promise<ToldRuns> {
  const { arms, manners, request, runnable } = comparison;
  const { runsOf, failed } = runs;
  const baseOf = (name: string): string | undefined => arms.find((arm) => arm.name === name)?.base;
  const measures = new Map([...runsOf].map(([name, each]) => [name, each.map((run) => run.measures)]));
  const report = reportOf(headOf(comparison), measures, baseOf, detectorsOf(arms, runsOf), request.measures);
  const detail = detailReportOf(detailsOf(runsOf), baseOf);
  const left = failed.map(({ arm, seed, message }) => ({ control: arm, seed, message }));
  const document = { ...report, ...detail, failed: left };
  const versions = versionsOf(report.plant === "sumo");
  const page = pageText({
    report,
    detail,
    runnable,
    arms,
    manners,
    runsOf,
    failed: left,
    versions,
    calibration,
  });
  const tables = csvTables(runsOf);
  for (const [name, text] of Object.entries(tables)) folder.write(name, text);
  folder.write("report.json", `${JSON.stringify(document, null, 2)}\n`);
  folder.write("report.html", page);
  folder.seal({ seeds: seedsOf(runsOf), command: process.argv.slice(2) });
  await writeTables(textOption(options, "csv"), tables);
  await writePage(textOption(options, "html"), page);
  return {
    text: describeReport(report, manners),
    document,
    failed: left,
    folder: folder.path,
    total: [...runsOf.values()].reduce((sum, each) => sum + each.length, failed.length),
    isUnsafe: isUnsafe(report),
  };
}

/** Says which runs are left out; exit code 1 where one is, or was unsafe. */
export function tellFailures({ failed, total, isUnsafe: unsafe }: ToldRuns): void {
  if (failed.length > 0) {
    const names = failed.map(({ control, seed }) => `${control}, seed ${seed}`).join("; ");
    console.error(`${failed.length} of ${total} runs failed and are left out: ${names}.`);
  }
  if (unsafe || failed.length > 0) process.exitCode = 1;
}

function detailsOf(runsOf: ReadonlyMap<string, readonly Run[]>): ReadonlyMap<string, readonly DetailedRun[]> {
  return new Map(
    [...runsOf].map(([name, runs]) => [
      name,
      runs.map(({ measures, detail }) => ({ seed: measures.seed, detail })),
    ]),
  );
}

/** `--csv`: the tables of the run folder once more. Throws STORE_FAILED. */
async function writeTables(
  folder: string | undefined,
  tables: Readonly<Record<string, string>>,
): Promise<void> {
  if (folder === undefined) return;
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(tables)) await writeFile(join(folder, name), text);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `--csv ${folder} cannot be written: ${reason}`, { cause });
  }
}

function seedsOf(runsOf: ReadonlyMap<string, readonly Run[]>): readonly number[] {
  const seeds = new Set([...runsOf.values()].flatMap((runs) => runs.map(({ measures }) => measures.seed)));
  return [...seeds].toSorted((left, right) => left - right);
}

/** What the engine said of the detectors, and what was done to them, by arm. */
function detectorsOf(
  arms: readonly Arm[],
  runsOf: ReadonlyMap<string, readonly Run[]>,
): WhatifReport["detectors"] {
  const judging = arms.filter(
    ({ name, events }) =>
      eventsOf(events, "detector").length > 0 || runsOf.get(name)?.some((run) => run.detectors.length > 0),
  );
  return Object.fromEntries(
    judging.map(({ name, events }) => [
      name,
      {
        planted: eventsOf(events, "detector"),
        runs: (runsOf.get(name) ?? []).map(({ measures, detectors }) => ({
          seed: measures.seed,
          judgements: detectors,
        })),
      },
    ]),
  );
}

function headOf({ request, runnable }: Comparison): ReportHead {
  const { plant, profile, observe, warmupSeconds } = request.scenario;
  const head = { scenario: runnable.network.id, plant, profile: profile ?? "shipped", observe };
  return warmupSeconds === undefined ? head : { ...head, warmupSeconds };
}

/** Whether the report has a run in which the heads showed what they must not. */
function isUnsafe({ controls }: WhatifReport): boolean {
  return Object.values(controls).some(({ runs }) =>
    runs.some(({ safetyViolations, monitorTrips }) => safetyViolations + monitorTrips > 0),
  );
}
