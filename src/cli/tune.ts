import type { Arm } from "../../sim/whatif/arms.ts";
import { ADAPTIVE_MODES } from "../../sim/whatif/controls.ts";
import { OBSERVATIONS, PROFILES } from "../../sim/whatif/observe.ts";
import type { RunMeasures } from "../../sim/whatif/run.ts";
import { readDimension } from "../../sim/tune/space.ts";
import { describeParameters, describeTuning, listedParameters } from "../../sim/tune/table.ts";
import { type Measure, type Outcome, type Trial, tune, type TuneOptions } from "../../sim/tune/tune.ts";
import { budgetPlan } from "../../sim/tune/budget.ts";
import { settingText } from "../engine/parameters/settings.ts";
import { PhasewiseError } from "../errors.ts";
import { MINUTE_MS } from "../units.ts";
import { Crew, jobsOption } from "./crew.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { plantOption } from "./networks.ts";
import {
  choiceOption,
  fieldOptions,
  flagOption,
  numberOption,
  type RawOptions,
  seedsOption,
  textsOption,
} from "./options.ts";
import { stopSignal } from "./stop-signal.ts";
import { openScenario, type WhatifScenario } from "./whatif-scenario.ts";
import type { WhatifAnswer, WhatifTask } from "./whatif-task.ts";

export const TUNE_SEEDS_DEFAULT = "1-3";
export const CONFIRM_SEEDS_DEFAULT = "101-110";
export const BUDGET_DEFAULT = 100;
/** What may be minimised: measures of a run of which less is better. */
export const OBJECTIVES = [
  "delaySeconds",
  "timeLossSeconds",
  "waitingSeconds",
  "waitMaxSeconds",
] as const satisfies readonly (keyof RunMeasures)[];
type Objective = (typeof OBJECTIVES)[number];

/** As a shell says it of a command that Ctrl-C ended. */
const EXIT_CODE_STOPPED = 130;

/**
 * Lists the engine's parameters, or looks for values of some of them that beat the defaults in a scenario: screening and search on
 * training seeds, the winner against the defaults on fresh ones. Proposes, and changes nothing.
 */
export async function tuneCommand(reference: string | undefined, options: RawOptions): Promise<void> {
  if (flagOption(options, "list")) {
    const parameters = listedParameters();
    if (!printsJson(options)) console.log(describeParameters(parameters));
    await writeJson(options, { parameters });
    return;
  }
  if (reference === undefined) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      "tune: found no scenario; allowed is tune <scenario>, or tune --list",
    );
  }
  const tuning = tuneOptionsOf(options);
  const objective = choiceOption(options, "objective", OBJECTIVES);
  const scenario = scenarioOf(reference, options);
  const stopped = stopSignal();
  const { notes } = await openScenario(scenario);
  for (const note of notes) console.error(`note: ${note}`);
  const jobs = jobsOption(options);
  const crew = new Crew<WhatifTask, WhatifAnswer>(new URL("./whatif-worker.js", import.meta.url), jobs);
  try {
    const { screeningRuns, searchRuns, confirmationRuns } = planOf(tuning);
    const total = screeningRuns + searchRuns + confirmationRuns;
    console.error(
      `jobs: ${jobs}, runs: at most ${total} (screening ${screeningRuns}, search ${searchRuns}, confirmation ${confirmationRuns})`,
    );
    const found = await tune(tuning, measureBy(crew, { scenario, objective, jobs, total, stopped }));
    if (!printsJson(options)) console.log(describeTuning(found, objective));
    await writeJson(options, { scenario, objective, ...tuning, ...found });
    if (stopped.aborted) process.exitCode = EXIT_CODE_STOPPED;
  } finally {
    await crew.dismiss();
  }
}

function planOf({ budget, dimensions, seeds, confirmSeeds }: TuneOptions) {
  return budgetPlan(budget, dimensions.length, seeds.length, confirmSeeds.length);
}

/** Throws OPTION_INVALID naming what is allowed. */
function tuneOptionsOf(options: RawOptions): TuneOptions {
  const dimensions = textsOption(options, "param").map(readDimension);
  const paths = dimensions.map(({ path }) => path);
  const twice = paths.find((path, place) => paths.indexOf(path) !== place);
  if (twice !== undefined) refuse(`--param ${twice}: given twice; allowed is each parameter once`);
  if (dimensions.length === 0) refuse("--param: found none; allowed is one or more of phasewise tune --list");
  const seeds = seedsOption(options, "seeds", TUNE_SEEDS_DEFAULT);
  const confirmSeeds = seedsOption(options, "confirmSeeds", CONFIRM_SEEDS_DEFAULT);
  const both = confirmSeeds.find((seed) => seeds.includes(seed));
  if (both !== undefined) refuse(`--confirm-seeds: ${both} is a training seed too; allowed are fresh ones`);
  if (confirmSeeds.length < 2) refuse("--confirm-seeds: found one; allowed are two or more, for an interval");
  const budget = numberOption(options, "budget", { min: 1, max: 100_000, integer: true }) ?? BUDGET_DEFAULT;
  const tuning = { dimensions, budget, seeds, confirmSeeds };
  // Told before anything is run.
  planOf(tuning);
  return tuning;
}

function refuse(what: string): never {
  throw new PhasewiseError("OPTION_INVALID", what);
}

function scenarioOf(reference: string, options: RawOptions): WhatifScenario {
  const { forSeconds, from } = fieldOptions(options);
  return {
    reference,
    from,
    plant: plantOption(reference, options),
    demand: {},
    live: undefined,
    profile:
      options["profile"] === undefined && !reference.endsWith(".sumocfg")
        ? undefined
        : choiceOption(options, "profile", PROFILES),
    observe: choiceOption(options, "observe", OBSERVATIONS),
    adaptiveMode: choiceOption(options, "mode", ADAPTIVE_MODES),
    forSeconds,
    warmupSeconds: undefined,
  };
}

type Measuring = {
  readonly scenario: WhatifScenario;
  readonly objective: Objective;
  readonly jobs: number;
  /** Runs that there will be at most. */
  readonly total: number;
  readonly stopped: AbortSignal;
};

/** Runs trials on the crew; tells of each, and how long the rest will take. */
function measureBy(crew: Crew<WhatifTask, WhatifAnswer>, measuring: Measuring): Measure {
  const { scenario, objective, jobs, total, stopped } = measuring;
  let done = 0;
  let wallMs = 0;
  stopped.addEventListener("abort", () => crew.tell({ kind: "stop" }));
  return async (stage, trials) => {
    const waiting = [...trials];
    const outcomes = new Map<string, Outcome>();
    let fatal: Extract<WhatifAnswer, { readonly kind: "failed" }> | undefined;
    const next = (): WhatifTask | undefined => {
      const trial = stopped.aborted || fatal !== undefined ? undefined : waiting.shift();
      if (trial === undefined) return undefined;
      return {
        kind: "run",
        scenario,
        arm: armOf(trial),
        seed: trial.seed,
        tripFile: undefined,
        recordStreet: false,
      };
    };
    await crew.work(next, (answer) => {
      if (answer.kind === "stopped") return;
      done += 1;
      if (answer.kind === "failed") {
        // SUMO fails now and then, by its own assertions: that run alone is lost.
        if (answer.code !== "SUMO_FAILED") fatal ??= answer;
        console.error(
          `${done} of at most ${total}: ${answer.arm}, seed ${answer.seed}: FAILED: ${answer.message}`,
        );
        return;
      }
      const { measures } = answer.run;
      wallMs += answer.wallMs;
      const left = Math.ceil(((wallMs / done) * (total - done)) / jobs / MINUTE_MS);
      outcomes.set(nameOf(answer.arm, measures.seed), outcomeOf(measures, objective));
      console.error(
        `${done} of at most ${total}, ${stage}: ${answer.arm}, seed ${measures.seed}: ${objective} ${measures[objective].toFixed(1)}${measures.jammed ? ", JAMMED" : ""}; up to ${left} min left`,
      );
    });
    if (fatal !== undefined && !stopped.aborted) {
      throw fatal.code === null ? new Error(fatal.message) : new PhasewiseError(fatal.code, fatal.message);
    }
    return {
      outcomes: trials.map((trial) => outcomes.get(nameOf(armOf(trial).name, trial.seed))),
      stopped: stopped.aborted,
    };
  };
}

function nameOf(arm: string, seed: number): string {
  return `${arm} ${seed}`;
}

function armOf({ settings }: Trial): Arm {
  const name = ["adaptive", ...settings.map(settingText)].join(" ");
  return { name, control: "adaptive", events: [], settings, offsets: [], base: undefined };
}

function outcomeOf(measures: RunMeasures, objective: Objective): Outcome {
  const { jammed, safetyViolations, monitorTrips } = measures;
  return { objective: measures[objective], jammed, unsafe: safetyViolations + monitorTrips > 0 };
}
