import { hasOffsets } from "../../sim/whatif/arms.ts";
import { CONTROL_NAMES, CONTROL_TEXT } from "../../sim/whatif/controls.ts";
import { runningPlans } from "../../sim/twin/running-plans.ts";
import { runSecondsOf } from "../../sim/whatif/run-period.ts";
import { checkWarmUp } from "../../sim/whatif/warm-up.ts";
import { EVENT_FORMS } from "../../sim/scenario/event-text.ts";
import { declarationOf, PARAMETER_PATHS } from "../engine/parameters/declarations.ts";
import type { Setting } from "../engine/parameters/settings.ts";
import { PhasewiseError } from "../errors.ts";
import type { Network } from "../model/files.ts";
import type { TrafficSnapshot } from "../model/snapshot.ts";
import { STUDY_LIMITS, type StudyChoices, type StudyRequest } from "../protocol/studies.ts";
import { err, ok, type Result } from "../result.ts";
import type { RawOptions } from "./options.ts";
import { armsFor } from "./whatif.ts";
import { whatifRequest } from "./whatif-request.ts";

/** The running network, as studies begin from it. */
export type StudiedEngine = {
  /** As the command that started the engine named it. */
  readonly reference: string;
  /** How its street is run: those options of the command that `whatif` has too (`from`, `observe`, `profile`). */
  readonly scenario: RawOptions;
  readonly network: Network;
  /** What the engine knows of its street; `undefined` before a plant is connected. */
  readonly snapshot: () => TrafficSnapshot | undefined;
  /** Whether its strategic level alone acts. */
  readonly plansOnly: () => boolean;
  /** Parameters that are not at their defaults now. */
  readonly settings: () => readonly Setting[];
};

/** A study, ready for the process that runs it: what `phasewise whatif` is asked, and what no option says. */
export type StudyTask = {
  readonly argument: string;
  readonly options: RawOptions;
  readonly snapshot: TrafficSnapshot | undefined;
  readonly inForce: readonly Setting[];
  /** The same as a shell would be told, for the report. */
  readonly words: readonly string[];
};

/** A study as a task of `phasewise whatif`, checked as that checks it; an error says what was found and what is allowed. */
export async function studyTask(
  request: StudyRequest,
  engine: StudiedEngine,
): Promise<Result<StudyTask, string>> {
  const { reference, network } = engine;
  const looksAhead = request.begin.kind === "now";
  const snapshot = looksAhead ? engine.snapshot() : undefined;
  if (looksAhead && snapshot === undefined) {
    return err("begin now: no plant is connected yet; allowed is clock or scenario");
  }
  const options = optionsOf(request, engine);
  const inForce = engine.settings();
  try {
    const asked = { ...(await whatifRequest(reference, options, snapshot)), inForce };
    const triesRunning = asked.offsets.length > 0 && asked.controls.includes("running");
    const running =
      triesRunning && snapshot !== undefined ? { running: runningPlans(network, snapshot) } : {};
    const arms = armsFor(asked, { network, ...running });
    checkWarmUp(request.warmupSeconds ?? 0, runSecondsOf({ durationSeconds: undefined }, request.seconds));
    const runs = arms.length * request.seeds;
    if (runs > STUDY_LIMITS.runs) {
      const most = Math.floor(STUDY_LIMITS.runs / arms.length);
      return err(
        `seeds ${request.seeds}: with ${arms.length} arms these are ${runs} runs; allowed are ${STUDY_LIMITS.runs}, so at most ${most} seeds`,
      );
    }
  } catch (cause) {
    if (cause instanceof PhasewiseError) return err(cause.message);
    throw cause;
  }
  return ok({
    argument: reference,
    options,
    snapshot,
    inForce,
    words: wordsOf(reference, options, snapshot),
  });
}

/** The options that say the same. A begin replaces the scenario's own; from now on there is neither. */
function optionsOf(request: StudyRequest, { scenario, plansOnly }: StudiedEngine): RawOptions {
  const {
    begin,
    controls,
    seeds,
    seconds,
    warmupSeconds,
    demandFactor,
    events = [],
    settings = [],
    offsets = [],
  } = request;
  const { observe, from, profile } = scenario;
  const street = {
    now: { observe },
    clock: { observe, profile, from: begin.kind === "clock" ? begin.from : undefined },
    scenario: { observe, profile, from },
  };
  const options: RawOptions = {
    ...street[begin.kind],
    control: controls.join(","),
    mode: plansOnly() ? "plan" : undefined,
    seeds: `1-${seeds}`,
    for: seconds,
    warmup: warmupSeconds,
    demand: demandFactor,
    event: events.length === 0 ? undefined : events,
    set: settings.length === 0 ? undefined : settings,
    offset: offsets.length === 0 ? undefined : offsets,
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function wordsOf(
  reference: string,
  options: RawOptions,
  snapshot: TrafficSnapshot | undefined,
): readonly string[] {
  const given = Object.entries(options).flatMap(([name, value]) => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap((one) => [`--${name}`, String(one)]);
  });
  const live = snapshot === undefined ? [] : ["--from-live", `this engine at ${snapshot.at}`];
  return ["whatif", reference, ...given, ...live];
}

/** What a study of this engine may be made of. */
export function studyChoices(engine: StudiedEngine): StudyChoices {
  const { reference } = engine;
  const isSumo = reference.endsWith(".sumocfg");
  const controls = CONTROL_NAMES.filter((name) => !isSumo || name !== "running");
  const inForce = engine.settings();
  return {
    controls: controls.map((name) => {
      return {
        name,
        text: CONTROL_TEXT[name],
        fromNowOnly: name === "running",
        hasOffsets: hasOffsets(name),
      };
    }),
    // On SUMO a run has a begin of its own, and nobody can be put onto its streets.
    begins: isSumo ? ["scenario"] : ["now", "clock", "scenario"],
    parameters: PARAMETER_PATHS.map((path) => {
      const { unit, kind, min, max, default: usual } = declarationOf(path);
      const value = inForce.find((setting) => setting.path === path)?.value ?? usual;
      return { path, unit, min, max, isWhole: kind === "whole", value };
    }),
    eventForms: EVENT_FORMS,
    limits: STUDY_LIMITS,
  };
}
