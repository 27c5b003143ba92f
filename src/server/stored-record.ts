import { type Decidable, decidable } from "../explain/decidable.ts";
import { type DecisionRecord, recordOf } from "../explain/record.ts";
import { STORED_DECISIONS } from "../protocol/stored-decision.ts";
import { err, ok, type Result } from "../result.ts";

/** A stored decision: its row's content, and that of the row which has what it leaves out. */
export type StoredDecision = {
  readonly level: Decidable["level"];
  readonly content: string;
  readonly holder: string;
};

/** The record with all that it was decided by. Fails in words where what is stored is no record as this version writes them. */
export function checkedRecord({ level, content, holder }: StoredDecision): Result<Decidable, string> {
  const record = checkedContent(level, content);
  if (!record.ok) return record;
  const held = content === holder ? record : checkedContent(level, holder);
  if (!held.ok) return held;
  const whole = decidable(record.value, held.value);
  return whole === undefined
    ? err(`${UNUSABLE}: record ${held.value.id} does not hold what ${record.value.id} was decided by`)
    : ok(whole);
}

const UNUSABLE = "what is stored cannot be used";

/** One record as it stands, with what it leaves out. */
export function checkedContent(level: Decidable["level"], content: string): Result<DecisionRecord, string> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return err(`${UNUSABLE}: found text that is no JSON, allowed: a ${level} decision record`);
  }
  const checked = STORED_DECISIONS[level].check("record", value);
  if (checked.ok) return ok(recordOf(content));
  const [fault] = checked.error;
  const place =
    fault === undefined ? "" : ` record#${fault.pointer}: found ${fault.found}, allowed: ${fault.allowed}`;
  return err(`${UNUSABLE}:${place}`);
}
