import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { EngineTables } from "../engine/configuration.ts";
import { PhasewiseError } from "../errors.ts";
import { describeFault, type Fault } from "../model/fault.ts";
import { type JournalInstant, type OpenInstant, takeLine } from "../pipeline/journal-instants.ts";
import { type Replay, replayLine, startReplay } from "../pipeline/replay.ts";
import type { Result } from "../result.ts";
import type { InstantMs } from "../units.ts";
import { journalLines } from "./journal-reader.ts";

/** What a journal was, once it is through. */
export type ReplayedJournal = {
  readonly path: string;
  readonly tables: EngineTables;
  readonly from: InstantMs;
  readonly until: InstantMs;
};

/** Instants between two words of progress: simulated hours. */
const PROGRESS_INSTANTS = 3_600;

/** The journal of a run: the file itself, or that of a run's folder. */
async function journalOf(place: string): Promise<string> {
  const found = await stat(place).catch(() => undefined);
  return found?.isDirectory() === true ? join(place, "journal.ndjson") : place;
}

/**
 * Gives a journal to the engine again, instant by instant. A last line that was cut off is left out. Throws DATA_MISSING or DATA_INVALID with
 * file and line, also where the engine does something else than is recorded: then this is another version, and what it knew is not known.
 */
export async function replayJournal(
  place: string,
  each: (instant: JournalInstant, tables: EngineTables) => void,
): Promise<ReplayedJournal> {
  const path = await journalOf(place);
  let replay: Replay | undefined;
  let open: OpenInstant | undefined;
  let from: InstantMs | undefined;
  let line = 0;
  let instants = 0;
  const take = (text: string): void => {
    line += 1;
    if (replay === undefined || open === undefined) {
      replay = unwrapped(startReplay(path, text));
      from = replay.state.now;
      open = { before: replay.state, inputs: [], effects: [] };
      return;
    }
    const taken = unwrapped(replayLine(replay, path, line, text));
    ({ replay } = taken);
    if (replay.difference !== undefined) throw otherEngine(path, replay.difference.line);
    const next = takeLine(open, taken);
    ({ open } = next);
    if (next.ended === undefined) return;
    each(next.ended, replay.tables);
    instants += 1;
    if (instants % PROGRESS_INSTANTS === 0) console.error(`${instants} instants`);
  };
  const cutOff = (): void => console.error(`${path}: the last line is cut off and was left out`);
  for await (const text of journalLines(path, cutOff)) take(text);
  if (replay === undefined || from === undefined) {
    throw new PhasewiseError("DATA_INVALID", `${path}: found nothing, allowed: a journal`);
  }
  return { path, tables: replay.tables, from, until: replay.state.now };
}

function otherEngine(path: string, line: number): PhasewiseError {
  return new PhasewiseError(
    "DATA_INVALID",
    `${path}:${line}: this engine decides something else than is recorded; use the version that wrote the journal (phasewise replay shows the difference)`,
  );
}

/** The value, or DATA_INVALID with all faults. */
export function unwrapped<Value>(result: Result<Value, readonly Fault[]>): Value {
  if (result.ok) return result.value;
  throw new PhasewiseError("DATA_INVALID", result.error.map(describeFault).join("\n"));
}
