import {
  declarationOf,
  PARAMETER_PATHS,
  type ParameterPath,
} from "../../src/engine/parameters/declarations.ts";
import { type Setting, settingText } from "../../src/engine/parameters/settings.ts";
import type { Candidate, Sensitivity, Tuning } from "./tune.ts";

/** Candidates that are shown. */
const SHOWN = 8;

/** One row of `phasewise tune --list`. */
export type ListedParameter = ReturnType<typeof listedParameters>[number];

/** Every tunable of the engine. */
export function listedParameters() {
  return PARAMETER_PATHS.map((path: ParameterPath) => {
    const { unit, kind, min, max, default: usual, effect, test } = declarationOf(path);
    return { path, unit, kind, default: usual, min, max, effect, test };
  });
}

export function describeParameters(parameters: readonly ListedParameter[]): string {
  const rows = parameters.map(({ path, unit, default: usual, min, max, effect, test }) => [
    path,
    unit,
    String(usual),
    `${min} to ${max}`,
    effect,
    test,
  ]);
  return aligned([["path", "unit", "default", "range", "effect", "test"], ...rows]);
}

/** The tuning as somebody reads it. `objective` names the measure, of which less is better. */
export function describeTuning(tuning: Tuning, objective: string): string {
  const { screening, candidates, confirmation, verdict, runs } = tuning;
  const most = Math.max(0, ...candidates.map(({ pairs }) => pairs));
  return [
    `Screening: ${objective} against the defaults, one parameter at a time at either end of its range, 95 % interval`,
    aligned([
      ["parameter", "default", "set to", "difference", "interval", "seeds", ""],
      ...screening.flatMap(sensitivityRows),
    ]),
    "",
    `Search: the best of ${candidates.length} settings by ${objective} on training seeds`,
    aligned([
      ["difference", "interval", "seeds", "settings"],
      ...candidates
        .filter(({ pairs }) => pairs === most)
        .slice(0, SHOWN)
        .map((candidate) => [...differenceCells(candidate), textOf(candidate.settings)]),
    ]),
    "",
    ...(confirmation === undefined
      ? []
      : [
          `Confirmation on fresh seeds: ${textOf(confirmation.settings)}`,
          aligned([
            ["defaults", "difference", "interval", "seeds"],
            [confirmation.baseMean?.toFixed(2) ?? "-", ...differenceCells(confirmation)],
          ]),
          "",
        ]),
    `${runs} runs. ${verdictText(tuning)}: ${verdict.reason}.`,
  ].join("\n");
}

function verdictText({ verdict, confirmation }: Tuning): string {
  if (verdict.kind === "stopped") return "Stopped";
  if (verdict.kind === "none" || confirmation === undefined) return "No change is proposed";
  const set = confirmation.settings.map((setting) => `--set ${settingText(setting)}`).join(" ");
  return `Proposed, and not applied: ${set}`;
}

function sensitivityRows({ path, default: usual, ends, searched }: Sensitivity): readonly string[][] {
  return ends.map((end) => [
    path,
    String(usual),
    String(end.value),
    ...differenceCells(end),
    searched ? "searched" : "",
  ]);
}

function differenceCells({ differenceMean, ci95, pairs, jammed, unsafe }: Candidate): readonly string[] {
  const notes = [jammed > 0 ? `, ${jammed} more jammed` : "", unsafe > 0 ? `, ${unsafe} unsafe` : ""];
  return [
    differenceMean === null ? "-" : signed(differenceMean),
    ci95 === null ? "-" : `${signed(ci95[0])} to ${signed(ci95[1])}`,
    `${pairs}${notes.join("")}`,
  ];
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

function textOf(settings: readonly Setting[]): string {
  return settings.length === 0 ? "the defaults" : settings.map(settingText).join(" ");
}

/** Columns beside each other, two blanks between them. */
function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
