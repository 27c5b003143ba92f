import { type Decidable, decidable, holderOf } from "../explain/decidable.ts";
import { isRealised, type Realised, realisedIn, recordOf } from "../explain/record.ts";
import type { DecisionRow, StoreWindow } from "../ports/store.ts";
import { ok, type Result } from "../result.ts";
import { HOUR_MS, MINUTE_MS } from "../units.ts";
import type { DecisionPorts, DecisionsAnswer } from "./decisions.ts";

/** What a record leaves out stands in one of the same hour, and what came of it is told within the longest interval and a minute. */
const OUTCOME_MS = 16 * MINUTE_MS;

/** Reads rows of the table `decisions`: `store.read` of it. */
export type ReadDecisions = (window: StoreWindow) => Promise<Result<readonly DecisionRow[], string>>;

/** The decisions in force at an instant, from what is stored. */
export function storedDecisions(readRows: ReadDecisions): DecisionPorts["decisionsAt"] {
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
    const answer = (row: DecisionRow | undefined, holders: readonly DecisionRow[]) =>
      answerOf(row, holders, realised);
    return ok({ tactical: answer(stage, rows), strategic: answer(timing, together.value) });
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

function answerOf(
  row: DecisionRow | undefined,
  holders: readonly DecisionRow[],
  realised: ReadonlyMap<string, Realised>,
): DecisionsAnswer["tactical"] {
  if (row === undefined) return null;
  const record = recordOf(row.content);
  const holder = holders.find(({ id }) => id === holderOf(record));
  const whole: Decidable | undefined =
    holder === undefined ? undefined : decidable(record, recordOf(holder.content));
  return whole === undefined ? null : { record: whole, realised: realised.get(record.id) ?? null };
}
