import { mkdir, readFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { RunnableNetwork } from "../../sim/field/scenario.ts";
import { readEvent } from "../../sim/scenario/event-text.ts";
import {
  type Arm,
  armsOf,
  EVENT_CONTROLS,
  happensTo,
  hasOffsets,
  OFFSET_CONTROLS,
  SETTING_CONTROL,
} from "../../sim/whatif/arms.ts";
import { PACE, setupOf } from "../../sim/whatif/controls.ts";
import { type OffsetShift, readOffsets } from "../../sim/whatif/offsets.ts";
import { type ArmDelays, type DelaysBySeed, firstSeeds, moreSeeds } from "../../sim/whatif/replications.ts";
import { runSecondsOf } from "../../sim/whatif/run-period.ts";
import { scenarioArms } from "../../sim/whatif/scenario-arms.ts";
import type { Run } from "../../sim/whatif/run.ts";
import { checkWarmUp } from "../../sim/whatif/warm-up.ts";
import type { Manner } from "../../sim/whatif/table.ts";
import { networkDigest } from "../adapters/digest.ts";
import { settingText } from "../engine/parameters/settings.ts";
import { messageOf, PhasewiseError } from "../errors.ts";
import { describeFault } from "../model/fault.ts";
import { Crew, jobsOption } from "./crew.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { type RawOptions, textOption } from "./options.ts";
import { configurationDigest, openRunFolder, type RunFolder, sha256 } from "./run-folder.ts";
import { stopSignal } from "./stop-signal.ts";
import { versionsOf } from "./versions.ts";
import type { Comparison } from "./whatif-comparison.ts";
import { calibrationOption } from "./whatif-html.ts";
import { reportRuns, tellFailures, type ToldRuns } from "./whatif-report.ts";
import { type WhatifRequest, whatifRequest } from "./whatif-request.ts";
import { openScenario } from "./whatif-scenario.ts";
import { RunGathering, type RunProgress, type Runs } from "./whatif-runs.ts";
import type { WhatifAnswer, WhatifTask } from "./whatif-task.ts";

/** As a shell says it of a command that Ctrl-C ended. */
const EXIT_CODE_STOPPED = 130;

/** A run begins with an empty street; a surge is by time of day. */
const SURGE_RUN_SECONDS_MAX = 86_400;

/**
 * Runs a scenario under several controls, each with the same seeds, and compares them pair by pair. All of it stands in a run folder, from which
 * the same command goes on where it was stopped. Exit code 1 where a run was unsafe, or where SUMO died in one: the others are reported all
 * the same.
 */
export async function whatif(argument: string, options: RawOptions): Promise<void> {
  const request = await whatifRequest(argument, options);
  const jobs = jobsOption(options);
  const stopped = stopSignal();
  const comparison = await comparisonOf(request);
  if (request.keep !== undefined) await makeFolder(request.keep, `--keep ${request.keep} cannot be made`);
  const told = await runComparison(comparison, options, { jobs, stopped });
  if (told === undefined) return;
  if (!printsJson(options)) console.log(told.text);
  await writeJson(options, told.document);
  tellFailures(told);
}

/** Runs what is missing in the run folder and reports there; `undefined` where the user stopped it, who is then told so. */
export async function runComparison(
  comparison: Comparison,
  options: RawOptions,
  means: Means,
): Promise<ToldRuns | undefined> {
  const html = textOption(options, "html");
  if (html !== undefined) await makeFolder(dirname(html), `--html ${html} cannot be written`);
  const calibration = await calibrationOption(options);
  const folder = await folderOf(comparison, options);
  try {
    const runs = await runAll(comparison, folder, means);
    if (runs !== undefined) return await reportRuns(comparison, runs, folder, { options, calibration });
    console.error(`Stopped before the last run: no report. The same command goes on from ${folder.path}.`);
    process.exitCode = EXIT_CODE_STOPPED;
    return undefined;
  } finally {
    await folder.release();
  }
}

/** Everything that can be told to be wrong before the first run. The arms are those of the request, unless they are given. */
export async function comparisonOf(request: WhatifRequest, given?: readonly Arm[]): Promise<Comparison> {
  const { scenario } = request;
  const runnable = await openScenario(scenario);
  for (const note of runnable.notes) console.error(`note: ${note}`);
  const arms = given ?? armsFor(request, runnable);
  checkWarmUp(scenario.warmupSeconds ?? 0, runSecondsOf(runnable, scenario.forSeconds));
  const surges = arms.some(({ events }) => events.some(({ kind }) => kind === "demand"));
  if (surges && runSecondsOf(runnable, scenario.forSeconds) > SURGE_RUN_SECONDS_MAX) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--for ${scenario.forSeconds}: a surge comes by time of day; allowed with one are ${SURGE_RUN_SECONDS_MAX} s`,
    );
  }
  tellOffsets(request);
  const manners = new Map<string, Manner>();
  const { adaptiveMode, forSeconds } = scenario;
  for (const { name, control } of arms) {
    const { mode } = await setupOf(control, { runnable, adaptiveMode, forSeconds });
    manners.set(name, { pace: PACE[mode], byEngine: mode !== "local" });
  }
  return { request, runnable, arms, manners };
}

/** The arms of a request, where they fit the network. Throws OPTION_INVALID and DATA_INVALID. */
export function armsFor(
  request: WhatifRequest,
  street: Pick<RunnableNetwork, "network" | "running">,
): readonly Arm[] {
  const { network } = street;
  const { controls, events, settings, file, inForce = [] } = request;
  const named = events.map((text) => ({ text, event: readEvent(text, network) }));
  const idle = named.find(({ event }) => !controls.some((control) => happensTo(event, control)));
  if (idle !== undefined) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--event ${idle.text}: happens to the controls ${EVENT_CONTROLS.join(", ")}, and --control ${controls.join(",")} is without; allowed with one of them`,
    );
  }
  const [setting] = settings;
  if (setting !== undefined && !controls.includes(SETTING_CONTROL)) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--set ${settingText(setting)}: sets parameters of ${SETTING_CONTROL}, and --control ${controls.join(",")} is without; allowed with it`,
    );
  }
  const offsets = offsetsFor(request, street);
  if (file === undefined) {
    return armsOf(controls, named, settings, { events: [], settings: inForce, variants: [] }, offsets);
  }
  const scenario = scenarioArms(file.checked, network);
  if (scenario.ok) return armsOf(controls, named, settings, scenario.value, offsets);
  throw new PhasewiseError("DATA_INVALID", scenario.error.map(describeFault).join("\n"));
}

/** The offsets of a request, where they fit the plans of each control that runs by them. Throws OPTION_INVALID. */
function offsetsFor(
  { controls, offsets }: WhatifRequest,
  { network, running = network }: Pick<RunnableNetwork, "network" | "running">,
): readonly OffsetShift[] {
  const [first] = offsets;
  if (first === undefined) return [];
  const own = controls.filter(hasOffsets);
  if (own.length === 0) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--offset ${first}: moves the plans of the controls ${OFFSET_CONTROLS.join(", ")}, and --control ${controls.join(",")} is without; the others run free, decide each second, or choose their offsets themselves; allowed with one of them`,
    );
  }
  const [read = []] = own.map((control) => readOffsets(offsets, control === "running" ? running : network));
  return read;
}

/** Says which controls run as they are although offsets are tried. */
function tellOffsets({ controls, offsets }: WhatifRequest): void {
  const others = controls.filter((control) => !hasOffsets(control));
  if (offsets.length === 0 || others.length === 0) return;
  console.error(
    `note: offsets are tried with ${controls.filter(hasOffsets).join(", ")}; ${others.join(", ")} as without them: no plans of theirs have offsets that somebody gave`,
  );
}

/** The run folder of this very comparison, and of no other. */
async function folderOf(comparison: Comparison, options: RawOptions): Promise<RunFolder> {
  const { request, runnable } = comparison;
  const configuration = await configurationOf(comparison);
  const digest = configurationDigest(configuration);
  const resume = textOption(options, "resume");
  const out = textOption(options, "out");
  if (resume !== undefined && out !== undefined) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--out ${out}: allowed without --resume, which names the folder`,
    );
  }
  const usual = join(".phasewise", "runs", `${request.name ?? runnable.network.id}-${digest.slice(0, 12)}`);
  const path = resume ?? out ?? usual;
  const folder = await openRunFolder({ path, configuration, mustExist: resume !== undefined });
  for (const name of folder.spoilt) console.error(`${join(path, "runs", name)}: does not hold; run again`);
  const known = folder.finished.length;
  console.error(`run folder: ${path}${known === 0 ? "" : `, ${known} runs finished before`}`);
  return folder;
}

/** All that decides what the runs come to, whoever runs them from where on how many cores. */
async function configurationOf({ request, runnable, arms }: Comparison): Promise<object> {
  const { reference: _, ...scenario } = request.scenario;
  const { network, startsAt, midnightAt, files = [] } = runnable;
  const inputs = await Promise.all(
    files.map(async (file) => ({ file: basename(file), sha256: sha256(await readFile(file)) })),
  );
  return {
    network: network.id,
    networkSha256: networkDigest(network),
    inputs,
    beginSeconds: (startsAt - midnightAt) / 1000,
    scenario,
    arms,
    measures: request.measures,
    replications: request.replications,
    versions: versionsOf(scenario.plant === "sumo"),
  };
}

type Means = {
  readonly jobs: number;
  readonly stopped: AbortSignal;
  readonly progress?: (progress: RunProgress) => void;
};

/** Batch by batch until there are replications enough; `undefined` where the user stopped it. */
async function runAll(
  comparison: Comparison,
  folder: RunFolder,
  { jobs, stopped, progress }: Means,
): Promise<Runs | undefined> {
  const { request, arms } = comparison;
  let crew: Crew<WhatifTask, WhatifAnswer> | undefined;
  const crewOf = (tasks: number): Crew<WhatifTask, WhatifAnswer> => {
    const workers = Math.min(jobs, tasks);
    console.error(`jobs: ${workers}, runs: ${tasks}`);
    crew ??= new Crew(new URL("./whatif-worker.js", import.meta.url), workers);
    return crew;
  };
  const gathering = new RunGathering({ arms, folder, stopped, crewOf, progress });
  try {
    const seeds: number[] = [];
    for (let batch = firstSeeds(request.replications); batch.length > 0; ) {
      await gathering.batch(tasksOf(comparison, batch));
      if (stopped.aborted) return undefined;
      seeds.push(...batch);
      batch = moreSeeds(request.replications, seeds.length, delaysOf(arms, gathering.runs(seeds)));
    }
    return gathering.runs(seeds);
  } finally {
    await crew?.dismiss();
  }
}

function delaysOf(arms: readonly Arm[], { runsOf }: Runs): readonly ArmDelays[] {
  return arms.map(({ name, base }) => ({
    own: delaysBySeed(runsOf.get(name)),
    base: base === undefined ? undefined : delaysBySeed(runsOf.get(base)),
  }));
}

function delaysBySeed(runs: readonly Run[] = []): DelaysBySeed {
  return new Map(runs.map(({ measures }) => [measures.seed, measures.delaySeconds]));
}

/** Seed by seed, so that a look at the progress compares what has run so far. */
function tasksOf(
  { request, runnable, arms }: Comparison,
  seeds: readonly number[],
): readonly Extract<WhatifTask, { readonly kind: "run" }>[] {
  const { scenario, keep } = request;
  // The page shows the street of one seed. It is recorded whoever wants the page: what a run folder has does not depend on that.
  const [shown] = firstSeeds(request.replications);
  return seeds.flatMap((seed) =>
    arms.map((arm) => {
      const plain = arm.name.replaceAll(/[^A-Za-z0-9_.%-]/g, "_");
      const name = [runnable.network.id, plain, scenario.profile, scenario.observe, `seed${seed}`].join("-");
      const tripFile = keep === undefined ? undefined : join(resolve(keep), `${name}.tripinfo.xml`);
      return { kind: "run", scenario, arm, seed, tripFile, recordStreet: seed === shown } as const;
    }),
  );
}

/** Throws STORE_FAILED, saying what cannot be done without the folder. */
async function makeFolder(folder: string, failure: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const reason = messageOf(cause);
    throw new PhasewiseError("STORE_FAILED", `${failure}: ${reason}`, { cause });
  }
}
