import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { PhasewiseError } from "../errors.ts";
import { describeFault, type Fault } from "../model/fault.ts";
import { endReplay, type Replay, replayLine, startReplay } from "../pipeline/replay.ts";
import type { Result } from "../result.ts";
import { printsJson, writeJson } from "./json-report.ts";
import type { RawOptions } from "./options.ts";

/** Lines between two words of progress. */
const PROGRESS_LINES = 200_000;

/** Gives a journal's inputs to the engine again and compares what it does, byte by byte. Exit code 1 where it differs. */
export async function replay(file: string, options: RawOptions): Promise<void> {
  const { replayed, lines } = await replayFile(file);
  const { inputs, effects, due, difference } = replayed;
  if (due.length > 0 && difference === undefined) {
    console.error(
      `${file}: ends in the middle of an instant; ${due.length} effects were not written any more`,
    );
  }
  if (!printsJson(options)) console.log(describe(replayed));
  const identical = difference === undefined;
  await writeJson(options, {
    journal: file,
    lines,
    inputs,
    effects,
    identical,
    difference: difference ?? null,
  });
  if (!identical) process.exitCode = 1;
}

function describe({ inputs, effects, difference }: Replay): string {
  if (difference === undefined) return `${inputs} inputs gave the identical ${effects} effects.`;
  const { line, recorded, computed } = difference;
  const place = line === 0 ? "at its end" : `at line ${line}`;
  return `The effects differ ${place}:\n  recorded ${recorded ?? "nothing"}\n  computed ${computed ?? "nothing"}`;
}

async function replayFile(file: string): Promise<{ readonly replayed: Replay; readonly lines: number }> {
  const input = createReadStream(file, "utf8");
  let lines = 0;
  let replayed: Replay | undefined;
  let pending: string | undefined;
  let lastIsInput = false;
  const take = (line: string): void => {
    lines += 1;
    lastIsInput = line.startsWith('{"in"');
    replayed = unwrap(
      replayed === undefined ? startReplay(file, line) : replayLine(replayed, file, lines, line),
    );
    if (lines % PROGRESS_LINES === 0) console.error(`${lines} lines`);
  };
  try {
    // One line behind, so that the last one, which a killed engine may have cut off, is known as the last.
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (pending !== undefined) take(pending);
      pending = line;
    }
  } catch (cause) {
    if (cause instanceof Error && !(cause instanceof PhasewiseError) && "code" in cause) {
      throw new PhasewiseError("DATA_MISSING", `${file} cannot be read: ${cause.message}`, { cause });
    }
    throw cause;
  }
  if (pending !== undefined && isWhole(pending)) take(pending);
  else if (pending !== undefined) console.error(`${file}: the last line is cut off and was left out`);
  if (replayed === undefined)
    throw new PhasewiseError("DATA_INVALID", `${file}: found nothing, allowed: a journal`);
  return { replayed: endReplay(replayed, lastIsInput), lines };
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function unwrap(result: Result<Replay, readonly Fault[]>): Replay {
  if (result.ok) return result.value;
  throw new PhasewiseError("DATA_INVALID", result.error.map(describeFault).join("\n"));
}
