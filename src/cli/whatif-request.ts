import { basename, resolve } from "node:path";
import { ADAPTIVE_MODES, CONTROL_NAMES, type ControlName } from "../../sim/whatif/controls.ts";
import { COMPARED_MEASURES, type ComparedMeasure } from "../../sim/whatif/compared.ts";
import { OBSERVATIONS, type Profile, PROFILES } from "../../sim/whatif/observe.ts";
import type { Replications } from "../../sim/whatif/replications.ts";
import type { CheckedScenario, ScenarioFile } from "../../sim/whatif/scenario-file.ts";
import { readSettings, type Setting, settingText } from "../engine/parameters/settings.ts";
import { fetchSnapshot } from "../adapters/live-snapshot.ts";
import { PhasewiseError } from "../errors.ts";
import type { TrafficSnapshot } from "../model/snapshot.ts";
import { plantOption } from "./networks.ts";
import { describeFault } from "../model/fault.ts";
import {
  choiceOption,
  fieldOptions,
  listOption,
  numberOption,
  type RawOptions,
  secondsOption,
  SEED_MAX,
  seedsOption,
  textOption,
  textsOption,
} from "./options.ts";
import { isScenarioFile, networkOfScenario, readScenarioFile } from "./scenario-files.ts";
import type { WhatifScenario } from "./whatif-scenario.ts";

/** With `--from-live`: what runs now, the best fixed times for what is expected, and the engine's own decisions. */
export const LIVE_CONTROLS_DEFAULT: readonly ControlName[] = ["running", "webster", "adaptive"];
/** How far is looked ahead: the forecast of the next intervals holds no longer. */
export const LIVE_SECONDS_DEFAULT = 900;
export const SEEDS_DEFAULT = "1-5";
export const CONTROLS_DEFAULT: readonly ControlName[] = ["fixed", "actuated", "maxpressure", "adaptive"];
/** Half a 95 % interval over its mean, where a precision is asked for without a number. */
export const PRECISION_DEFAULT = "5%";
export const MIN_REPS_DEFAULT = 10;
export const MAX_REPS_DEFAULT = 25;
const REPS_MAX = 1_000;

/** A comparison as the user asks for it, by options and scenario file: what of it fits the network is not yet checked. */
export type WhatifRequest = {
  readonly scenario: WhatifScenario;
  /** The scenario file's own, which the options do not name; `undefined` without a file. */
  readonly file: { readonly path: string; readonly checked: CheckedScenario } | undefined;
  /** What the run folder is called by; `undefined`: by the network. */
  readonly name: string | undefined;
  /** The first one is what the others are compared with. */
  readonly controls: readonly ControlName[];
  /** As the user wrote them; each makes arms of its own. */
  readonly events: readonly string[];
  /** Each makes one arm more. */
  readonly settings: readonly Setting[];
  /** As the user wrote them; all of them together make one arm more of each control that has offsets. */
  readonly offsets: readonly string[];
  /** What a running engine is set to, and every adaptive arm with it; absent where arms are at the defaults. */
  readonly inForce?: readonly Setting[];
  readonly measures: readonly ComparedMeasure[];
  readonly replications: Replications;
  /** Folder for SUMO's trip files. */
  readonly keep: string | undefined;
};

/**
 * What a command line asks for; options override the scenario file one by one. `taken` is looked ahead from, as `--from-live` looks ahead
 * from what it fetches. Throws OPTION_INVALID and DATA_INVALID.
 */
export async function whatifRequest(
  argument: string,
  options: RawOptions,
  taken?: TrafficSnapshot,
): Promise<WhatifRequest> {
  const file = isScenarioFile(argument) ? await scenarioOf(argument) : undefined;
  const written: Partial<ScenarioFile> = file?.checked.scenario ?? {};
  const reference =
    file === undefined ? argument : networkOfScenario(argument, file.checked.scenario.network);
  const plant =
    options["plant"] === undefined
      ? (written.plant ?? plantOption(reference, {}))
      : plantOption(reference, options);
  const from = textOption(options, "from") ?? written.from;
  const profile = profileOf(options, reference, written.profile);
  const live = await liveOf(options, { reference, plant, from, profile }, taken);
  const usual = live === undefined ? CONTROLS_DEFAULT : LIVE_CONTROLS_DEFAULT;
  const controls = listOption(options, "control", CONTROL_NAMES, written.controls ?? usual);
  const keep = textOption(options, "keep");
  if (keep !== undefined && plant !== "sumo") {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--keep ${keep}: the built-in model writes no trip files; allowed with --plant sumo`,
    );
  }
  return {
    scenario: {
      reference,
      plant,
      live,
      from,
      profile,
      observe:
        options["observe"] === undefined
          ? (written.observe ?? OBSERVATIONS[0])
          : choiceOption(options, "observe", OBSERVATIONS),
      adaptiveMode:
        options["mode"] === undefined
          ? (written.mode ?? ADAPTIVE_MODES[0])
          : choiceOption(options, "mode", ADAPTIVE_MODES),
      forSeconds:
        forSecondsOf(options) ??
        written.forSeconds ??
        (live === undefined ? undefined : LIVE_SECONDS_DEFAULT),
      warmupSeconds: (secondsOption(options, "warmup") ?? written.warmupSeconds) || undefined,
      demand: { ...written.demand, scale: demandScaleOf(options) ?? written.demand?.scale },
    },
    file,
    name: file === undefined ? undefined : (written.name ?? basename(argument).replace(/\.[a-z]+$/, "")),
    controls,
    events: once("event", textsOption(options, "event")),
    settings: settingsOf(textsOption(options, "set")),
    offsets: textsOption(options, "offset"),
    measures: written.measures ?? COMPARED_MEASURES,
    replications: replicationsOf(options, written.replications ?? {}),
    keep: keep === undefined ? undefined : resolve(keep),
  };
}

/** What a running engine knows, where the user looks ahead from it: on the built-in model, from now on, timed as the network is. */
async function liveOf(
  options: RawOptions,
  { reference, plant, from, profile }: Pick<WhatifScenario, "reference" | "plant" | "from" | "profile">,
  taken: TrafficSnapshot | undefined,
): Promise<TrafficSnapshot | undefined> {
  const source = taken === undefined ? textOption(options, "fromLive") : `engine of ${taken.network}`;
  if (source === undefined) return undefined;
  const refuse = (found: string): never => {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--from-live ${source}: looks ahead on the built-in model from where the engine is; allowed with a network of ours, without ${found}`,
    );
  };
  if (isSumo(reference)) refuse(reference);
  if (plant !== "builtin") refuse(`plant ${plant}`);
  if (from !== undefined) refuse(`from ${from}`);
  if (profile !== undefined) refuse(`profile ${profile}`);
  // The token is no option: other users of the machine can read command lines.
  return taken ?? (await fetchSnapshot(source, process.env["PHASEWISE_TOKEN"]));
}

async function scenarioOf(path: string): Promise<WhatifRequest["file"]> {
  const read = await readScenarioFile(path);
  if (read.ok) return { path, checked: read.value };
  throw new PhasewiseError("DATA_INVALID", read.error.map(describeFault).join("\n"));
}

function isSumo(reference: string): boolean {
  return reference.endsWith(".sumocfg");
}

/** A network of ours says itself how it is timed: none is given unless the user does, who is then told so. */
function profileOf(
  options: RawOptions,
  reference: string,
  written: Profile | undefined,
): Profile | undefined {
  if (options["profile"] !== undefined) return choiceOption(options, "profile", PROFILES);
  return written ?? (isSumo(reference) ? PROFILES[0] : undefined);
}

function forSecondsOf(options: RawOptions): number | undefined {
  const { forSeconds } = fieldOptions(options);
  const hours = numberOption(options, "hours", { min: 0.01, max: 8_760, integer: false });
  if (hours === undefined) return forSeconds;
  if (forSeconds === undefined) return hours * 3_600;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--hours ${hours}: allowed without --for, which says the same in seconds`,
  );
}

function demandScaleOf(options: RawOptions): number | undefined {
  return numberOption(options, "demand", { min: 0.01, max: 10, integer: false });
}

/** Engine parameters that are tried, each for itself. Throws OPTION_INVALID naming what is allowed. */
function settingsOf(texts: readonly string[]): readonly Setting[] {
  const settings = texts.flatMap(readSettings);
  once("set", settings.map(settingText));
  return settings;
}

function once(option: string, texts: readonly string[]): readonly string[] {
  const twice = texts.find((text, index) => texts.indexOf(text) !== index);
  if (twice === undefined) return texts;
  throw new PhasewiseError("OPTION_INVALID", `--${option} ${twice}: given twice; allowed is each once`);
}

type Written = NonNullable<ScenarioFile["replications"]>;

/** `--seeds` names them; `--reps` says how many from `--seed` on. What the command line says of either replaces the file's other. */
function replicationsOf(options: RawOptions, written: Written): Replications {
  const { seed, reps, precision, minReps, maxReps } = options;
  const counted = Object.entries({ seed, reps, precision, minReps, maxReps }).find(
    ([, given]) => given !== undefined,
  );
  if (options["seeds"] !== undefined) {
    if (counted === undefined) return { kind: "listed", seeds: seedsOption(options, "seeds", SEEDS_DEFAULT) };
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--seeds ${textOption(options, "seeds")}: names all seeds; allowed without --seed, --reps, --precision, --min-reps, --max-reps`,
    );
  }
  const merged: RawOptions =
    counted === undefined ? written : { ...written, seeds: undefined, ...countedOptions(options) };
  if (typeof merged["reps"] === "string" && merged["reps"] !== "auto") {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--reps ${merged["reps"]}: allowed is a whole number from 1 to ${REPS_MAX}, or auto`,
    );
  }
  return merged["reps"] === "auto" ? autoReps(merged) : listedReps(merged);
}

/** Only the options that say how many and how precise. */
function countedOptions({ seed, reps, precision, minReps, maxReps }: RawOptions): RawOptions {
  const given = Object.entries({ seed, reps, precision, minReps, maxReps });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

const SEED = { min: 0, max: SEED_MAX - REPS_MAX, integer: true } as const;

function listedReps(options: RawOptions): Replications {
  for (const name of ["precision", "minReps", "maxReps"]) {
    if (options[name] === undefined) continue;
    const option = name.replace(/R/, "-r");
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--${option} ${textOption(options, name)}: allowed only with --reps auto`,
    );
  }
  const seed = numberOption(options, "seed", SEED);
  const reps = numberOption(options, "reps", { min: 1, max: REPS_MAX, integer: true });
  if (seed === undefined && reps === undefined) {
    return { kind: "listed", seeds: seedsOption(options, "seeds", SEEDS_DEFAULT) };
  }
  const [first, count] = [seed ?? 1, reps ?? seedsOption({}, "seeds", SEEDS_DEFAULT).length];
  return { kind: "listed", seeds: Array.from({ length: count }, (_, index) => first + index) };
}

function autoReps(options: RawOptions): Replications {
  const bounds = { min: 2, max: REPS_MAX, integer: true } as const;
  const minReps = numberOption(options, "minReps", bounds) ?? MIN_REPS_DEFAULT;
  const maxReps = numberOption(options, "maxReps", bounds) ?? Math.max(MAX_REPS_DEFAULT, minReps);
  if (minReps > maxReps) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--min-reps ${minReps}: allowed is at most --max-reps, ${maxReps}`,
    );
  }
  const text = textOption(options, "precision") ?? PRECISION_DEFAULT;
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent === undefined || Number(percent) === 0 || Number(percent) > 100) {
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--precision ${text}: allowed is a share such as 5%, above 0 and up to 100%`,
    );
  }
  const firstSeed = numberOption(options, "seed", SEED) ?? 1;
  return { kind: "auto", firstSeed, precision: Number(percent) / 100, minReps, maxReps };
}
