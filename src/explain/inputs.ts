import type { Result } from "../result.ts";
import { err, ok } from "../result.ts";
import { type Decidable, decideAgain } from "./decidable.ts";
import type { DecisionInput } from "./decision-input.ts";
import { stageInputs } from "./stage-inputs.ts";
import { timingInputs } from "./timing-inputs.ts";

/** The same for a record as a whole. */
export type RecordInput<Kind extends Decidable = Decidable> = DecisionInput<Kind>;

/** Every input that a decision can be tried with other values of. */
export function inputsOf<Kind extends Decidable>(record: Kind): readonly RecordInput<Kind>[] {
  const found: readonly DecisionInput<Decidable["problem"]>[] =
    record.level === "tactical"
      ? stageInputs(record.problem)
      : timingInputs(record.problem, record.intersection);
  return found.map((input) => ({
    ...input,
    with: (value) => ({ ...record, problem: input.with(value) }),
  }));
}

/**
 * The record as if an input had had another value, decided again. With the value that it had it is the record itself. Fails with what is
 * allowed, in words.
 */
export function withInput<Kind extends Decidable>(
  record: Kind,
  path: string,
  value: number,
): Result<Kind, string> {
  const changed = changedInput(record, path, value);
  return changed.ok ? ok(decideAgain(changed.value)) : changed;
}

/** The same before it is decided: several inputs are changed for one decision. */
export function changedInput<Kind extends Decidable>(
  record: Kind,
  path: string,
  value: number,
): Result<Kind, string> {
  const input = inputsOf(record).find((one) => one.path === path);
  if (input === undefined) return err(`${path} is no input of this decision`);
  const { min, max, unit } = input;
  if (!(value >= min && value <= max)) {
    return err(`${path}: found ${value}, allowed: ${min} to ${max} (${unit}); it was ${input.value}`);
  }
  return ok(value === input.value ? record : input.with(value));
}
