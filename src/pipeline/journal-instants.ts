import type { Effect } from "../engine/effect.ts";
import type { Input } from "../engine/input.ts";
import type { EngineState } from "../engine/state.ts";
import type { InstantMs } from "../units.ts";
import type { ReplayedLine } from "./replay.ts";

/** One instant of a journal, as the engine decided it. */
export type JournalInstant = {
  readonly at: InstantMs;
  /** Before its first input. */
  readonly before: EngineState;
  readonly state: EngineState;
  readonly inputs: readonly Input[];
  readonly effects: readonly Effect[];
};

/** What has been read of the instant that is not over yet. */
export type OpenInstant = {
  readonly before: EngineState;
  readonly inputs: readonly Input[];
  readonly effects: readonly Effect[];
};

/** Takes a line that was replayed; an instant that it ends, with its tick. */
export function takeLine(
  open: OpenInstant,
  { replay, input, effects }: ReplayedLine,
): { readonly open: OpenInstant; readonly ended: JournalInstant | undefined } {
  if (input === undefined) return { open, ended: undefined };
  const told = {
    before: open.before,
    inputs: [...open.inputs, input],
    effects: effects.length === 0 ? open.effects : [...open.effects, ...effects],
  };
  if (input.kind !== "tick") return { open: told, ended: undefined };
  const { state } = replay;
  return { open: { before: state, inputs: [], effects: [] }, ended: { ...told, at: input.at, state } };
}
