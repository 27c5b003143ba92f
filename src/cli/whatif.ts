import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import { eventsOf } from "../../sim/scenario/events.ts";
import { readEvent } from "../../sim/scenario/event-text.ts";
import { type Arm, armsOf, EVENT_CONTROLS, SETTING_CONTROL } from "../../sim/whatif/arms.ts";
import { ADAPTIVE_MODES, CONTROL_NAMES, type ControlName, PACE, setupOf } from "../../sim/whatif/controls.ts";
import { type DetailedRun, detailReportOf } from "../../sim/whatif/detail-report.ts";
import { OBSERVATIONS, PROFILES } from "../../sim/whatif/observe.ts";
import { reportOf, type ReportHead, type WhatifReport } from "../../sim/whatif/report.ts";
import type { Run } from "../../sim/whatif/run.ts";
import { describeReport, type Manner } from "../../sim/whatif/table.ts";
import { readSettings, type Setting, settingText } from "../engine/parameters/settings.ts";
import { PhasewiseError } from "../errors.ts";
import { msToSeconds } from "../units.ts";
import { Crew, jobsOption } from "./crew.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { openRunnable } from "./networks.ts";
import {
  choiceOption,
  fieldOptions,
  listOption,
  type RawOptions,
  seedsOption,
  textOption,
  textsOption,
} from "./options.ts";
import { stopSignal } from "./stop-signal.ts";
import { makeFolderOf, writePage } from "./whatif-html.ts";
import type { WhatifAnswer, WhatifScenario, WhatifTask } from "./whatif-task.ts";

export const SEEDS_DEFAULT = "1-5";
const CONTROLS_DEFAULT: readonly ControlName[] = ["fixed", "adaptive"];

/** As a shell says it of a command that Ctrl-C ended. */
const EXIT_CODE_STOPPED = 130;

type Comparing = {
  readonly scenario: WhatifScenario;
  /** The first one is what the others are compared with. */
  readonly controls: readonly ControlName[];
  /** As the user wrote them; each makes one arm more. */
  readonly events: readonly string[];
  /** Each makes one arm more. */
  readonly settings: readonly Setting[];
  readonly seeds: readonly number[];
  /** Folder for SUMO's trip files. */
  readonly keep: string | undefined;
  /** File of the page. */
  readonly html: string | undefined;
};

/**
 * Runs a scenario under several controls, each with the same seeds, and compares them pair by pair. Exit code 1 where a run was
 * unsafe, or where SUMO died in one: the others are reported all the same.
 */
export async function whatif(reference: string, options: RawOptions): Promise<void> {
  const comparing = comparingOf(reference, options);
  const { scenario, keep, html } = comparing;
  const jobs = jobsOption(options);
  const stopped = stopSignal();
  const runnable = await openRunnable(reference, scenario.from, scenario.profile);
  for (const note of runnable.notes) console.error(`note: ${note}`);
  const arms = armsOf(
    comparing.controls,
    comparing.events.map((text) => ({ text, event: readEvent(text, runnable.network) })),
    comparing.settings,
  );
  const manners = await mannersOf(comparing, arms, runnable);
  if (keep !== undefined) await makeFolder(keep);
  if (html !== undefined) await makeFolderOf(html);

  const tasks = tasksOf(comparing, arms, runnable.network.id);
  const script = new URL("./whatif-worker.js", import.meta.url);
  const workers = Math.min(jobs, tasks.length);
  console.error(`jobs: ${workers}, runs: ${tasks.length}`);
  const crew = new Crew<WhatifTask, WhatifAnswer>(script, workers);
  try {
    const { runsOf, failed } = await runAll(crew, tasks, arms, stopped);
    if (stopped.aborted) {
      console.error("Stopped before the last run: no report.");
      process.exitCode = EXIT_CODE_STOPPED;
      return;
    }
    const baseOf = (name: string): string | undefined => arms.find((arm) => arm.name === name)?.base;
    const measures = new Map([...runsOf].map(([name, runs]) => [name, runs.map((run) => run.measures)]));
    const head = headOf(comparing, runnable);
    const report = reportOf(head, measures, baseOf, detectorsOf(arms, runsOf));
    const left = failed.map(({ arm, seed, message }) => ({ control: arm, seed, message }));
    const detail = detailReportOf(detailsOf(runsOf), baseOf);
    if (!printsJson(options)) console.log(describeReport(report, manners));
    await writeJson(options, { ...report, ...detail, failed: left });
    if (html !== undefined) {
      await writePage(html, { report, detail, runnable, arms, manners, runsOf, failed: left });
    }
    if (failed.length > 0) {
      const names = failed.map(({ arm, seed }) => `${arm}, seed ${seed}`).join("; ");
      console.error(`${failed.length} of ${tasks.length} runs failed and are left out: ${names}.`);
    }
    if (isUnsafe(report) || failed.length > 0) process.exitCode = 1;
  } finally {
    await crew.dismiss();
  }
}

function comparingOf(reference: string, options: RawOptions): Comparing {
  const controls = listOption(options, "control", CONTROL_NAMES, CONTROLS_DEFAULT);
  const events = textsOption(options, "event");
  if (events.length > 0 && !EVENT_CONTROLS.some((control) => controls.includes(control))) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--event ${events[0]}: happens to the controls ${EVENT_CONTROLS.join(", ")}, and --control ${controls.join(",")} is without; allowed with one of them`,
    );
  }
  const twice = events.find((text, index) => events.indexOf(text) !== index);
  if (twice !== undefined) {
    throw new PhasewiseError("OPTION_INVALID", `--event ${twice}: given twice; allowed is each event once`);
  }
  const { forSeconds, from } = fieldOptions(options);
  const keep = textOption(options, "keep");
  if (keep !== undefined && !isSumo(reference)) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--keep ${keep}: the built-in model writes no trip files; allowed with a SUMO .sumocfg`,
    );
  }
  return {
    scenario: {
      reference,
      from,
      // A network of ours says itself how it is timed: none is given unless the user does, who is then told so.
      profile:
        options["profile"] === undefined && !isSumo(reference)
          ? undefined
          : choiceOption(options, "profile", PROFILES),
      observe: choiceOption(options, "observe", OBSERVATIONS),
      adaptiveMode: choiceOption(options, "mode", ADAPTIVE_MODES),
      forSeconds,
    },
    controls,
    events,
    settings: settingsOf(textsOption(options, "set"), controls),
    seeds: seedsOption(options, "seeds", SEEDS_DEFAULT),
    keep: keep === undefined ? undefined : resolve(keep),
    html: textOption(options, "html"),
  };
}

/** Engine parameters that are tried, each for itself. Throws OPTION_INVALID naming what is allowed. */
function settingsOf(texts: readonly string[], controls: readonly ControlName[]): readonly Setting[] {
  if (texts.length > 0 && !controls.includes(SETTING_CONTROL)) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--set ${texts[0]}: sets parameters of ${SETTING_CONTROL}, and --control ${controls.join(",")} is without; allowed with it`,
    );
  }
  const settings = texts.flatMap(readSettings);
  const names = settings.map(settingText);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return settings;
  throw new PhasewiseError("OPTION_INVALID", `--set ${twice}: given twice; allowed is each value once`);
}

function isSumo(reference: string): boolean {
  return reference.endsWith(".sumocfg");
}

/** Before any run, so that a control that cannot be had here is told at once. */
async function mannersOf(
  { scenario }: Comparing,
  arms: readonly Arm[],
  runnable: RunnableNetwork,
): Promise<ReadonlyMap<string, Manner>> {
  const { adaptiveMode, forSeconds } = scenario;
  const manners = new Map<string, Manner>();
  for (const { name, control } of arms) {
    const { mode } = await setupOf(control, { runnable, adaptiveMode, forSeconds });
    manners.set(name, { pace: PACE[mode], byEngine: mode !== "local" });
  }
  return manners;
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PhasewiseError("STORE_FAILED", `--keep ${folder} cannot be made: ${reason}`, { cause });
  }
}

/** Seed by seed, so that a look at the progress compares what has run so far. */
function tasksOf(
  { scenario, seeds, keep, html }: Comparing,
  arms: readonly Arm[],
  network: string,
): readonly WhatifTask[] {
  return seeds.flatMap((seed) =>
    arms.map((arm): WhatifTask => {
      const name = [network, fileNameOf(arm.name), scenario.profile, scenario.observe, `seed${seed}`].join(
        "-",
      );
      const tripFile = keep === undefined ? undefined : join(keep, `${name}.tripinfo.xml`);
      const recordStreet = html !== undefined && seed === seeds[0];
      return { kind: "run", scenario, arm, seed, tripFile, recordStreet };
    }),
  );
}

/** An event's text has signs that no file should bear. */
function fileNameOf(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_.%-]/g, "_");
}

type Failure = Extract<WhatifAnswer, { readonly kind: "failed" }>;

/** What has run, and the runs in which SUMO died. */
type Runs = { readonly runsOf: ReadonlyMap<string, readonly Run[]>; readonly failed: readonly Failure[] };

/**
 * The runs by control, whichever core had which; fewer than all where the user stopped them. SUMO's death in one of them (its assertions do
 * fail now and then) loses that one alone; anything else ends them all, and so does it where no run is left.
 */
async function runAll(
  crew: Crew<WhatifTask, WhatifAnswer>,
  tasks: readonly WhatifTask[],
  arms: readonly Arm[],
  stopped: AbortSignal,
): Promise<Runs> {
  const runsOf = new Map(arms.map(({ name }) => [name, new Array<Run>()]));
  const waiting = [...tasks];
  const failed: Failure[] = [];
  let fatal: Failure | undefined;
  let done = 0;
  const stop = (): void => crew.tell({ kind: "stop" });
  stopped.addEventListener("abort", stop);
  const next = (): WhatifTask | undefined => (stopped.aborted ? undefined : waiting.shift());
  await crew.work(next, (answer) => {
    if (answer.kind === "stopped") return;
    const place = `${(done += 1)} of ${tasks.length}`;
    if (answer.kind === "ran") {
      runsOf.get(answer.arm)?.push(answer.run);
      tell(answer, place);
      return;
    }
    if (answer.code === "SUMO_FAILED") {
      failed.push(answer);
      console.error(`${place}: ${answer.arm}, seed ${answer.seed}: FAILED: ${answer.message}`);
      return;
    }
    fatal ??= answer;
    waiting.length = 0;
    stop();
  });
  stopped.removeEventListener("abort", stop);
  const reason = fatal ?? (failed.length === tasks.length ? failed[0] : undefined);
  if (reason === undefined || stopped.aborted) return { runsOf, failed };
  throw reason.code === null ? new Error(reason.message) : new PhasewiseError(reason.code, reason.message);
}

function tell({ arm, run, wallMs }: Extract<WhatifAnswer, { readonly kind: "ran" }>, place: string): void {
  const { seed, delaySeconds, arrived, scheduled, jammed, monitorTrips } = run.measures;
  // What was said on the way matters only where something went wrong.
  if (monitorTrips > 0) for (const notice of run.notices) console.error(`${arm}, seed ${seed}: ${notice}`);
  console.error(
    `${place}: ${arm}, seed ${seed}: mean delay ${delaySeconds.toFixed(1)} s/veh, ${arrived} of ${scheduled} arrived` +
      `${jammed ? ", JAMMED" : ""}, ${msToSeconds(wallMs).toFixed(1)} s`,
  );
}

function detailsOf(runsOf: ReadonlyMap<string, readonly Run[]>): ReadonlyMap<string, readonly DetailedRun[]> {
  return new Map(
    [...runsOf].map(([name, runs]) => [
      name,
      runs.map(({ measures, detail }) => ({ seed: measures.seed, detail })),
    ]),
  );
}

/** What the engine said of the detectors, and what was done to them, by arm. */
function detectorsOf(
  arms: readonly Arm[],
  runsOf: ReadonlyMap<string, readonly Run[]>,
): WhatifReport["detectors"] {
  const judging = arms.filter(({ name }) =>
    runsOf.get(name)?.some((run) => run.detectors.length > 0 || isFaulty(arms, name)),
  );
  return Object.fromEntries(
    judging.map(({ name, events }) => {
      const runs = (runsOf.get(name) ?? []).toSorted((a, b) => a.measures.seed - b.measures.seed);
      return [
        name,
        {
          planted: eventsOf(events, "detector"),
          runs: runs.map(({ measures, detectors }) => ({ seed: measures.seed, judgements: detectors })),
        },
      ];
    }),
  );
}

function isFaulty(arms: readonly Arm[], name: string): boolean {
  return arms.some((arm) => arm.name === name && eventsOf(arm.events, "detector").length > 0);
}

function headOf({ scenario }: Comparing, { network }: RunnableNetwork): ReportHead {
  const { reference, profile, observe } = scenario;
  const plant = isSumo(reference) ? "sumo" : "builtin";
  return { scenario: network.id, plant, profile: profile ?? "shipped", observe };
}

/** Whether the report has a run in which the heads showed what they must not. */
function isUnsafe({ controls }: WhatifReport): boolean {
  return Object.values(controls).some(({ runs }) =>
    runs.some(({ safetyViolations, monitorTrips }) => safetyViolations + monitorTrips > 0),
  );
}
