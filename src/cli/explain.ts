import { nearestNames } from "../engine/parameters/nearest-names.ts";
import { PhasewiseError } from "../errors.ts";
import { type Bound, boundsOf, type Decidable } from "../explain/decidable.ts";
import { counterfactualSentence, type InputChange, withInputs } from "../explain/counterfactual.ts";
import { explanation } from "../explain/explanation.ts";
import { inputsOf } from "../explain/inputs.ts";
import { type Sensitivity, sensitivityOf } from "../explain/sensitivity.ts";
import { journalOf } from "./explain-journal.ts";
import { type Moment, momentOf } from "./explain-run.ts";
import { printsJson, writeJson } from "./json-report.ts";
import { openNetwork, openRunnable } from "./networks.ts";
import { choiceOption, type RawOptions, textOption, textsOption } from "./options.ts";

const LEVELS = ["inForce", "tactical", "strategic"] as const;

/**
 * Why an intersection did what it did at an instant of a run: the decision in force made again from the run's journal, what bound it, what would
 * have changed it, and with `--counterfactual` what other inputs would have made of it.
 */
export async function explain(reference: string, options: RawOptions): Promise<void> {
  const intersection = needed(options, "intersection", "the id of an intersection, such as garden");
  const at = needed(options, "at", "a time, such as 08:14:30");
  const level = choiceOption(options, "level", LEVELS);
  const changes = textsOption(options, "counterfactual").map(changeOf);
  const network = reference.endsWith(".sumocfg")
    ? (await openRunnable(reference, undefined)).network
    : await openNetwork(reference);
  const journal = await journalOf(network.id, textOption(options, "run"));
  console.error(`Journal: ${journal}`);
  const moment = await momentOf(journal, network.id, intersection, at);
  const record = chosen(moment, level, intersection);
  const bounds = boundsOf(record);
  const sensitivity = sensitivityOf(record);
  const counterfactual = changes.length === 0 ? undefined : changed(record, changes);
  const realised = moment.realised.get(record.id);
  const sentences = [
    ...situation(moment, record),
    ...explanation(record, { clock: moment.clock, bounds, sensitivity, realised }),
    ...(counterfactual === undefined
      ? []
      : [counterfactualSentence(record, counterfactual, changes, moment.clock)]),
  ];
  if (!printsJson(options)) {
    console.log(sentences.join("\n"));
    console.log(tables(record, bounds, sensitivity));
  }
  await writeJson(options, {
    journal,
    network: network.id,
    intersection,
    at: moment.at,
    mode: moment.mode,
    sentences,
    record,
    bounds,
    sensitivity: sensitivity.map(withoutOutcomes),
    inputs: inputsOf(record).map(({ path, title, unit, value, min, max }) => ({
      path,
      title,
      unit,
      value,
      min,
      max,
    })),
    realised: realised ?? null,
    ...(counterfactual === undefined ? {} : { counterfactual: { changes, decided: counterfactual.decided } }),
  });
}

function needed(options: RawOptions, name: string, what: string): string {
  const text = textOption(options, name);
  if (text !== undefined) return text;
  throw new PhasewiseError("OPTION_INVALID", `--${name} is missing; allowed is ${what}`);
}

function changeOf(text: string): InputChange {
  const [, path, number] = /^([^=]+)=(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (path !== undefined) return { path, value: Number(number) };
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--counterfactual ${text}: allowed is input=value with a number, such as lane.main.0.waiting=12`,
  );
}

/** The decision that is explained: that of the level which decides there, unless one is asked for. */
function chosen(
  { stage, timing, now, clock, at }: Moment,
  level: (typeof LEVELS)[number],
  intersection: string,
): Decidable {
  const held = now.kind === "held" ? now.record : undefined;
  const byStages = now.kind === "apart" ? undefined : (heldRecord(held) ?? stage);
  const record =
    level === "strategic"
      ? timing
      : level === "tactical"
        ? (heldRecord(held) ?? stage)
        : (byStages ?? timing);
  if (record !== undefined) return record;
  const what = level === "inForce" ? "" : `${level} `;
  throw new PhasewiseError(
    "OPTION_INVALID",
    `--at: no ${what}decision of ${intersection} was made up to ${clock(at)}; allowed is a later time${now.kind === "apart" ? `; at that time ${now.why}` : ""}`,
  );
}

/** A second in which the least service lasts is explained as the choice that it is not. */
function heldRecord(
  record: Extract<Moment["now"], { readonly kind: "held" }>["record"] | undefined,
): Decidable | undefined {
  if (record === undefined) return undefined;
  const { junction } = record.problem;
  return "in" in junction ? undefined : { ...record, problem: { ...record.problem, junction } };
}

/** What stands at that very second, where it is not the decision itself. */
function situation({ now, at, clock, mode }: Moment, record: Decidable): readonly string[] {
  if (record.level === "strategic") {
    return now.kind === "apart"
      ? [`At ${clock(at)} ${record.intersection} chose no stages: ${now.why}.`]
      : [];
  }
  if (now.kind === "changing") {
    return [
      `At ${clock(at)} yellow and red clearance (S19, S20) led to stage ${now.stage}; nothing can be chosen until it is green. The decision before:`,
    ];
  }
  if (now.kind === "held") {
    return [
      `At ${clock(at)} nothing could be chosen (mode ${mode}): the running stage had not had its least service (S3).`,
    ];
  }
  if (record.at === at) return [];
  return [
    `The decision in force at ${clock(at)} was made first at ${clock(record.at)}, and again each second since.`,
  ];
}

function changed(record: Decidable, changes: readonly InputChange[]): Decidable {
  const other = withInputs(record, changes, nearestNames);
  if (other.ok) return other.value;
  throw new PhasewiseError("OPTION_INVALID", `--counterfactual ${other.error} (all inputs with --json)`);
}

function tables(record: Decidable, bounds: readonly Bound[], sensitivity: readonly Sensitivity[]): string {
  const { decided } = record;
  const candidates =
    "timing" in decided
      ? decided.considered.map(
          ({ cycleSeconds, sequences, worthVehSeconds }) =>
            `  cycle ${cycleSeconds} s${sequences ? ", other sequences" : ""}  ${worthVehSeconds.toFixed(0)} veh·s gained`,
        )
      : decided.candidates.map(
          ({ stage, costVehSeconds }) => `  ${stage}  ${costVehSeconds.toFixed(1)} veh·s`,
        );
  const rules = bounds.map(({ rule, title, changes }) => `  ${rule}  ${title}  (${changes})`);
  const inputs = sensitivity
    .filter(({ below, above }) => below !== null || above !== null)
    .map(
      ({ path, value, below, above }) =>
        `  ${path}  ${figure(value)}  other choice at ${[below, above].map((one) => (one === null ? "–" : figure(one.value))).join(" / ")}`,
    );
  return [
    `\nCandidates:`,
    ...(candidates.length > 0 ? candidates : ["  none"]),
    `Binding rules:`,
    ...(rules.length > 0 ? rules : ["  none"]),
    `Inputs that could have changed the choice (value, below / above):`,
    ...(inputs.length > 0 ? inputs : ["  none"]),
  ].join("\n");
}

function figure(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Thresholds with what would be chosen, in short. */
function withoutOutcomes({ below, above, ...input }: Sensitivity) {
  return { ...input, below: shortThreshold(below), above: shortThreshold(above) };
}

function shortThreshold(threshold: Sensitivity["below"]) {
  if (threshold === null) return null;
  const { value, decided } = threshold;
  return { value, choice: "timing" in decided ? decided.timing : decided.stages[0]?.stage };
}
