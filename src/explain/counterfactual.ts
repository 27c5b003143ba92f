import { err, ok, type Result } from "../result.ts";
import { boundsOf, type Change, changeBetween, type Decidable, decideAgain } from "./decidable.ts";
import { decidedSentences, explanation, outcomeText, type Telling } from "./explanation.ts";
import { changedInput, inputsOf } from "./inputs.ts";

/** One input with another value. */
export type InputChange = { readonly path: string; readonly value: number };

/** A decision, and the one that other inputs would have made. */
export type Counterfactual = {
  readonly of: string;
  readonly level: Decidable["level"];
  readonly at: number;
  readonly inputs: readonly {
    readonly path: string;
    readonly title: string;
    readonly unit: string;
    readonly before: number;
    readonly after: number;
  }[];
  /** `null`: the same decision. */
  readonly change: Change | null;
  /** The difference in one sentence. */
  readonly sentence: string;
  readonly before: { readonly decided: Decidable["decided"]; readonly sentences: readonly string[] };
  readonly after: { readonly decided: Decidable["decided"]; readonly sentences: readonly string[] };
};

/** Decided once again with all of the other values. `nearest`: names like one that there is not. Fails in words. */
export function withInputs(
  record: Decidable,
  changes: readonly InputChange[],
  nearest: (path: string, paths: readonly string[]) => readonly string[],
): Result<Decidable, string> {
  const paths = inputsOf(record).map(({ path }) => path);
  let current = record;
  for (const { path, value } of changes) {
    if (!paths.includes(path)) {
      return err(`${path}: is no input of this decision; near it are ${nearest(path, paths).join(", ")}`);
    }
    const next = changedInput(current, path, value);
    if (!next.ok) return next;
    current = next.value;
  }
  return ok(decideAgain(current));
}

/** What other inputs would have made of a decision, in one sentence. */
export function counterfactualSentence(
  record: Decidable,
  other: Decidable,
  changes: readonly InputChange[],
  clock: Telling["clock"],
): string {
  const what = changes.map(({ path, value }) => `${path}=${value}`).join(" and ");
  const [was, is] = [record, other].map(({ decided }) => outcomeText(decided, clock));
  return was === is
    ? `With ${what} the decision would have been the same: ${was}.`
    : `With ${what} the decision would have been ${is}; it was ${was}.`;
}

/** Both decisions with their reasons. */
export function counterfactual(
  record: Decidable,
  other: Decidable,
  changes: readonly InputChange[],
  clock: Telling["clock"],
): Counterfactual {
  const { id: of, level, at } = record;
  const inputs = inputsOf(record);
  return {
    of,
    level,
    at,
    inputs: changes.flatMap(({ path, value: after }) =>
      inputs
        .filter((input) => input.path === path)
        .map(({ title, unit, value: before }) => ({ path, title, unit, before, after })),
    ),
    change: changeBetween(record.decided, other.decided),
    sentence: counterfactualSentence(record, other, changes, clock),
    before: { decided: record.decided, sentences: explanation(record, { clock }) },
    after: {
      decided: other.decided,
      sentences: decidedSentences(other, { clock, bounds: boundsOf(other) }),
    },
  };
}
