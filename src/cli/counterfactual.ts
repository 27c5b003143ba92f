import { nearestNames } from "../engine/parameters/nearest-names.ts";
import { counterfactual, withInputs } from "../explain/counterfactual.ts";
import { changeBetween, type Decidable, decideAgain } from "../explain/decidable.ts";
import { explained } from "../explain/explained.ts";
import type { CounterfactualResult, CounterfactualTask, Unanswered } from "../server/counterfactual.ts";
import type { ExplanationResult, ExplanationTask } from "../server/explanation.ts";
import { checkedRecord, type StoredDecision } from "../server/stored-record.ts";
import { messageOf } from "../errors.ts";

/** A stored decision decided again with other inputs. Up to seconds of processor. `clock`: an instant in words. */
export function decidedOtherwise(
  { stored, changes }: CounterfactualTask,
  clock: (at: number) => string,
): CounterfactualResult {
  return withRecord(stored, (record): CounterfactualResult => {
    const other = withInputs(record, changes, nearestNames);
    return other.ok
      ? { kind: "decided", answer: counterfactual(record, other.value, changes, clock) }
      : { kind: "refused", error: other.error };
  });
}

/** A stored decision with its reasons. Up to seconds of processor. */
export function explainedStored(
  { stored, realised, sensitivity }: ExplanationTask,
  clock: (at: number) => string,
): ExplanationResult {
  return withRecord(
    stored,
    (record): ExplanationResult => ({
      kind: "explained",
      answer: explained(record, realised, clock, { sensitivity }),
    }),
  );
}

function withRecord<Answer>(
  stored: StoredDecision,
  answer: (record: Decidable) => Answer,
): Answer | Unanswered {
  const checked = checkedRecord(stored);
  if (!checked.ok) return { kind: "unavailable", error: checked.error };
  const record = checked.value;
  try {
    // Else what another version decides would be told as what rules and inputs do.
    if (changeBetween(record.decided, decideAgain(record).decided) !== null) {
      return {
        kind: "unavailable",
        error: `decision ${record.id} was made by another version: this one makes another choice of the same inputs`,
      };
    }
    return answer(record);
  } catch (cause) {
    // A record whose parts do not fit together passes its schema: what is stored is at fault, and no other question.
    const why = messageOf(cause);
    return { kind: "unavailable", error: `what is stored of ${record.id} cannot be decided again: ${why}` };
  }
}
