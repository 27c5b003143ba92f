import { holderOf } from "../explain/decidable.ts";
import { isRealised, type Realised, realisedIn } from "../explain/record.ts";
import type { DecisionRow, StoreWindow } from "../ports/store.ts";
import { ok, type Result } from "../result.ts";
import { HOUR_MS, MINUTE_MS } from "../units.ts";
import type { DecisionPorts, DecisionsAnswer } from "./decisions.ts";
import { checkedContent, checkedRecord, type StoredDecision } from "./stored-record.ts";

/** What a record leaves out stands in one of the same hour, and what came of it is told within the longest interval and a minute. */
const OUTCOME_MS = 16 * MINUTE_MS;

/** Reads rows of the table `decisions`: `store.read` of it. */
export type ReadDecisions = (window: StoreWindow) => Promise<Result<readonly DecisionRow[], string>>;

/** A decision as it is stored, with what came of it. */
type StoredAnswer = { readonly stored: StoredDecision; readonly realised: Realised | null };

/** The decisions in force at an instant; `null` where there is none, or what it leaves out is not stored any more. */
type StoredAnswers = { readonly tactical: StoredAnswer | null; readonly strategic: StoredAnswer | null };

/** The decisions in force at an instant, from what is stored. */
export function storedDecisions(readRows: ReadDecisions): DecisionPorts["decisionsAt"] {
  const rowsAt = storedRows(readRows);
  return async (intersection, at) => {
    const found = await rowsAt(intersection, at);
    if (!found.ok) return found;
    const tactical = answerOf(found.value.tactical);
    if (!tactical.ok) return tactical;
    const strategic = answerOf(found.value.strategic);
    return strategic.ok ? ok({ tactical: tactical.value, strategic: strategic.value }) : strategic;
  };
}

/** The same as it is stored, for who reads it in another thread. */
export function storedRows(
  readRows: ReadDecisions,
): (intersection: string, at: number) => Promise<Result<StoredAnswers, string>> {
  return async (intersection, at) => {
    const window = { from: at - HOUR_MS, to: at + OUTCOME_MS, intersection };
    const read = await readRows(window);
    if (!read.ok) return read;
    const realised = new Map(read.value.flatMap((row) => realisedIn(row) ?? []).map((one) => [one.of, one]));
    const rows = read.value.filter((row) => row.at <= at && !isRealised(row.id));
    const stage = lastOf(rows, "tactical");
    const timing = lastOf(rows, "strategic");
    // The problem of a group stands with one of its intersections, at the same instant.
    const together = timing === undefined ? ok([]) : await readRows({ from: timing.at, to: timing.at + 1 });
    if (!together.ok) return together;
    const tactical = withHolder(stage, rows, realised);
    if (!tactical.ok) return tactical;
    const strategic = withHolder(timing, together.value, realised);
    return strategic.ok ? ok({ tactical: tactical.value, strategic: strategic.value }) : strategic;
  };
}

function lastOf(rows: readonly DecisionRow[], level: DecisionRow["level"]): DecisionRow | undefined {
  return rows
    .filter((row) => row.level === level)
    .reduce(
      (last: DecisionRow | undefined, row) => (last === undefined || row.at >= last.at ? row : last),
      undefined,
    );
}

function withHolder(
  row: DecisionRow | undefined,
  holders: readonly DecisionRow[],
  realised: ReadonlyMap<string, Realised>,
): Result<StoredAnswer | null, string> {
  if (row === undefined) return ok(null);
  const { level, content } = row;
  const record = checkedContent(level, content);
  if (!record.ok) return record;
  const holder = holders.find(({ id }) => id === holderOf(record.value));
  if (holder === undefined) return ok(null);
  const stored = { level, content, holder: holder.content };
  return ok({ stored, realised: realised.get(record.value.id) ?? null });
}

function answerOf(answer: StoredAnswer | null): Result<DecisionsAnswer["tactical"], string> {
  if (answer === null) return ok(null);
  const record = checkedRecord(answer.stored);
  return record.ok ? ok({ record: record.value, realised: answer.realised }) : record;
}
