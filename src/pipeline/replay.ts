import { type EngineTables, engineTables } from "../engine/configuration.ts";
import type { Effect } from "../engine/effect.ts";
import type { Input } from "../engine/input.ts";
import { type EngineState, startEngine } from "../engine/state.ts";
import { step } from "../engine/step.ts";
import { type Fault, showFound, valueAt } from "../model/fault.ts";
import { validateNetwork } from "../model/validate.ts";
import type { Network } from "../model/files.ts";
import { err, ok, type Result } from "../result.ts";
import { instantMs } from "../units.ts";
import { effectLines, type JournalHeader, readHeader, readLine } from "./journal.ts";

/** An engine that is given a journal's inputs again, and what it did differently. */
export type Replay = {
  readonly tables: EngineTables;
  readonly state: EngineState;
  readonly inputs: number;
  readonly effects: number;
  /** Effects that were computed and are still to be found in the journal. */
  readonly due: readonly string[];
  readonly difference: Difference | undefined;
};

export type Difference = {
  readonly line: number;
  /** As the journal has it; `undefined`: nothing more was computed, or nothing was written. */
  readonly recorded: string | undefined;
  readonly computed: string | undefined;
};

/** The engine at the begin of the journal; with `recordDecisions` it tells what its decisions are made on, whatever the run did. */
export function startReplay(
  file: string,
  headerLine: string,
  { recordDecisions = false }: { readonly recordDecisions?: boolean } = {},
): Result<Replay, readonly Fault[]> {
  const header = readHeader(`${file}:1`, headerLine);
  if (!header.ok) return header;
  const network = checkedNetwork(header.value);
  if (!network.ok) return err(network.error.map((fault) => ({ ...fault, file: `${file}:1 ${fault.file}` })));
  const { startsAt, midnightAt, stepMs, intervalMs, planValidMs, mode, settings, handover } = header.value;
  const tables = engineTables({
    network: network.value,
    midnightAt: instantMs(midnightAt),
    stepMs,
    intervalMs,
    planValidMs,
    mode,
    ...(settings === undefined ? {} : { settings }),
    ...(handover === undefined ? {} : { handover }),
    ...(recordDecisions ? { recordDecisions } : {}),
  });
  const state = startEngine(tables, instantMs(startsAt));
  return ok({ tables, state, inputs: 0, effects: 0, due: [], difference: undefined });
}

/** The header's network by the same rules as a folder's files. */
function checkedNetwork({ network }: JournalHeader): Result<Network, readonly Fault[]> {
  if (network === null || typeof network !== "object") return badNetwork(network, "", "a network");
  const { intersections, ...networkFile }: { readonly intersections?: unknown } = network;
  if (!Array.isArray(intersections))
    return badNetwork(intersections, "/intersections", "a list of intersections");
  return validateNetwork({
    network: { file: "network", content: ok(networkFile) },
    // In a folder the file bears the id's name; here there is no file, so the id is its own name.
    intersections: intersections.map((content: unknown, index) => ({
      file: `${idOf(content) ?? `intersection ${index}`}.json`,
      content: ok(content),
    })),
  });
}

function idOf(content: unknown): string | undefined {
  const id = valueAt(content, "/id");
  return typeof id === "string" ? id : undefined;
}

function badNetwork(found: unknown, pointer: string, allowed: string): Result<never, readonly Fault[]> {
  return err([{ file: "network", pointer, found: showFound(found), allowed, rule: "JOURNAL" }]);
}

/** A line taken: the input that it held, if any, and what the engine made of it. */
export type ReplayedLine = {
  readonly replay: Replay;
  readonly input: Input | undefined;
  readonly effects: readonly Effect[];
};

/** Takes the next line; `line` counts from 1 at the header. */
export function replayLine(
  before: Replay,
  file: string,
  line: number,
  text: string,
): Result<ReplayedLine, readonly Fault[]> {
  const read = readLine(`${file}:${line}`, text);
  if (!read.ok) return read;
  if (read.value.kind === "out") {
    const [computed, ...due] = before.due;
    const same = computed === read.value.text;
    const difference =
      before.difference ?? (same ? undefined : { line, recorded: read.value.text, computed });
    const replay = { ...before, effects: before.effects + 1, due, difference };
    return ok({ replay, input: undefined, effects: [] });
  }
  const { input } = read.value;
  const unknown = "intersection" in input && !before.tables.nodeIndex.has(input.intersection);
  if (unknown || input.at < before.state.now) {
    const allowed = unknown
      ? "an intersection of the header's network"
      : `an instant from ${before.state.now} on`;
    const found = unknown ? JSON.stringify(input.intersection) : String(input.at);
    return err([
      {
        file: `${file}:${line}`,
        pointer: unknown ? "/in/intersection" : "/in/at",
        found,
        allowed,
        rule: "JOURNAL",
      },
    ]);
  }
  const next = step(before.state, input, before.tables);
  const due = next.effects.length === 0 ? before.due : [...before.due, ...effectLines(next.effects)];
  const replay = { ...before, state: next.state, inputs: before.inputs + 1, due };
  return ok({ replay, input, effects: next.effects });
}

/** After the last line. A journal may end in the middle of an instant, when the engine was killed: then effects are missing. */
export function endReplay(before: Replay, endsWithInput: boolean): Replay {
  if (before.difference !== undefined || before.due.length === 0 || endsWithInput) return before;
  return { ...before, difference: { line: 0, recorded: undefined, computed: before.due[0] } };
}
