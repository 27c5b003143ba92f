import { handoverOf } from "../engine/handover.ts";
import type { EngineState } from "../engine/state.ts";
import type { HandoverMemory } from "../ports/handover.ts";
import type { Decided } from "./run.ts";

export type HandoverKeeper = {
  /** Told each instant that was decided. */
  readonly decided: (decided: Decided) => void;
  /** Resolves when what was changed last is kept, or could not be. */
  readonly settled: () => Promise<void>;
};

/** Keeps what operators set as it changes; what could not be kept is tried again with the next instant. */
export function createHandoverKeeper(memory: HandoverMemory): HandoverKeeper {
  let known = textOf(memory.kept);
  /** At first, since an engine may begin with less than was handed over. */
  let isDue = true;
  let keeping: Promise<void> = Promise.resolve();
  return {
    decided: ({ before, state, tables }) => {
      isDue ||= isChanged(before, state);
      if (!isDue) return;
      isDue = false;
      const handover = handoverOf(state, tables);
      const text = textOf(handover);
      if (text === known) return;
      known = text;
      keeping = memory.keep(handover).then((stored) => {
        if (stored.ok || known !== text) return;
        known = undefined;
        isDue = true;
      });
    },
    settled: async () => await keeping,
  };
}

/** All but its instant. */
function textOf(handover: HandoverMemory["kept"]): string | undefined {
  return handover && JSON.stringify([handover.configured, handover.nodes]);
}

/** The engine replaces what it changes and nothing else. */
function isChanged(before: EngineState, { nodes }: EngineState): boolean {
  if (before.nodes === nodes) return false;
  let index = 0;
  for (const { mode, modeLease, control } of nodes) {
    const was = before.nodes.at(index);
    index += 1;
    if (was?.mode !== mode || was.modeLease !== modeLease || was.control !== control) return true;
  }
  return false;
}
