import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import type { Arm } from "../../sim/whatif/arms.ts";
import type { DetailReport } from "../../sim/whatif/detail-report.ts";
import { whatifPage } from "../../sim/whatif/html/page.ts";
import type { ArmWords, ReportPage } from "../../sim/whatif/html/page-data.ts";
import type { WhatifReport } from "../../sim/whatif/report.ts";
import type { Run } from "../../sim/whatif/run.ts";
import type { Manner } from "../../sim/whatif/table.ts";
import { settingText } from "../engine/parameters/settings.ts";
import { PhasewiseError } from "../errors.ts";
import { msToSeconds } from "../units.ts";
import { VERSION } from "./version.ts";

/** What a comparison came to, and how it was asked for. */
export type Compared = {
  readonly report: WhatifReport;
  readonly detail: DetailReport;
  readonly runnable: RunnableNetwork;
  readonly arms: readonly Arm[];
  readonly manners: ReadonlyMap<string, Manner>;
  readonly runsOf: ReadonlyMap<string, readonly Run[]>;
  readonly failed: ReportPage["failed"];
};

/** Where the page is to be written, made before hours of runs. Throws STORE_FAILED. */
export async function makeFolderOf(file: string): Promise<void> {
  await stored(file, async () => void (await mkdir(dirname(file), { recursive: true })));
}

/** Writes the report as one page. Throws STORE_FAILED. */
export async function writePage(file: string, compared: Compared): Promise<void> {
  await stored(file, async () => await writeFile(file, whatifPage(pageOf(compared))));
}

async function stored(file: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PhasewiseError("STORE_FAILED", `--html ${file} cannot be written: ${reason}`, { cause });
  }
}

function pageOf({ report, detail, runnable, arms, manners, runsOf, failed }: Compared): ReportPage {
  const streets = [...runsOf].flatMap(([name, runs]) =>
    runs.flatMap(({ street }) => (street === undefined ? [] : [[name, street] as const])),
  );
  return {
    report,
    detail,
    arms: arms.map((arm) => wordsOf(arm, manners)),
    network: runnable.network,
    beginSeconds: msToSeconds(runnable.startsAt - runnable.midnightAt),
    streets: Object.fromEntries(streets),
    failed,
    command: ["phasewise", ...process.argv.slice(2)].map(quoted).join(" "),
    versions: [`Phasewise ${VERSION}`, `Node ${process.version}`],
  };
}

function wordsOf(arm: Arm, manners: ReadonlyMap<string, Manner>): ArmWords {
  const { name, base, control, events, settings } = arm;
  const ownName = name.startsWith(`${control} `) ? name.slice(control.length + 1) : name;
  return {
    name,
    base,
    control,
    pace: manners.get(name)?.pace ?? "",
    // An arm with an event bears the event's text, as the user wrote it.
    events: events.length === 0 ? [] : [ownName],
    settings: settings.map(settingText),
  };
}

/** As a shell reads it. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
