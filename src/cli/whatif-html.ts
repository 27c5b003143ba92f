import { readFile, writeFile } from "node:fs/promises";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import { eventText } from "../../sim/scenario/event-text.ts";
import type { Arm } from "../../sim/whatif/arms.ts";
import { type Calibration, calibrationShape } from "../../sim/whatif/calibration.ts";
import type { DetailReport } from "../../sim/whatif/detail-report.ts";
import { whatifPage } from "../../sim/whatif/html/page.ts";
import type { ArmWords, ReportPage } from "../../sim/whatif/html/page-data.ts";
import type { WhatifReport } from "../../sim/whatif/report.ts";
import type { Run } from "../../sim/whatif/run.ts";
import type { Manner } from "../../sim/whatif/table.ts";
import { parseJson } from "../adapters/json-fault.ts";
import { offsetText } from "../../sim/whatif/offsets.ts";
import { settingText } from "../engine/parameters/settings.ts";
import { messageOf, PhasewiseError } from "../errors.ts";
import { describeFault } from "../model/fault.ts";
import { err } from "../result.ts";
import { msToSeconds } from "../units.ts";
import { type RawOptions, textOption } from "./options.ts";
import type { Versions } from "./versions.ts";

/** What a comparison came to, and how it was asked for. */
type Compared = {
  readonly report: WhatifReport;
  readonly detail: DetailReport;
  readonly runnable: RunnableNetwork;
  readonly arms: readonly Arm[];
  readonly manners: ReadonlyMap<string, Manner>;
  readonly runsOf: ReadonlyMap<string, readonly Run[]>;
  readonly failed: ReportPage["failed"];
  readonly versions: Versions;
  readonly calibration: Calibration | undefined;
};

/** `--calibration`: what `import --agree --json` wrote; `undefined` without the option. Throws DATA_MISSING or DATA_INVALID. */
export async function calibrationOption(options: RawOptions): Promise<Calibration | undefined> {
  const file = textOption(options, "calibration");
  if (file === undefined) return undefined;
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new PhasewiseError("DATA_MISSING", `--calibration ${file} cannot be read`, { cause });
  });
  const document = parseJson(file, text);
  const checked = document.ok ? calibrationShape.check(file, document.value) : err([document.error]);
  if (checked.ok) return checked.value;
  throw new PhasewiseError("DATA_INVALID", checked.error.map(describeFault).join("\n"));
}

/** The report as one page. */
export function pageText(compared: Compared): string {
  return whatifPage(pageOf(compared));
}

/** `--html`: a page as a file; nothing where none is asked for. Throws STORE_FAILED. */
export async function writePage(file: string | undefined, text: string): Promise<void> {
  if (file === undefined) return;
  try {
    await writeFile(file, text);
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `--html ${file} cannot be written: ${reason}`, { cause });
  }
}

function pageOf(compared: Compared): ReportPage {
  const { report, detail, runnable, arms, manners, runsOf, failed, versions, calibration } = compared;
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
    calibration,
    command: commandLine(),
    versions: versionWords(versions),
  };
}

function versionWords({ phasewise, code, node, sumo }: Versions): readonly string[] {
  const own = [`Phasewise ${phasewise} (code ${code.slice(0, 12)})`, `Node ${node}`];
  return sumo === null ? own : [...own, `SUMO ${sumo}`];
}

function wordsOf(arm: Arm, manners: ReadonlyMap<string, Manner>): ArmWords {
  const { name, base, control, events, settings, offsets } = arm;
  return {
    name,
    base,
    control,
    pace: manners.get(name)?.pace ?? "",
    events: events.map(eventText),
    settings: settings.map(settingText),
    offsets: offsets.map(offsetText),
  };
}

/** What was asked for, as a shell reads it. */
export function commandLine(): string {
  return ["phasewise", ...process.argv.slice(2)].map(quoted).join(" ");
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
