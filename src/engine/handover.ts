import { defined } from "../assert.ts";
import type { Mode } from "../model/mode.ts";
import type { InstantMs } from "../units.ts";
import type { EngineTables } from "./configuration.ts";
import type { EngineState, NodeState } from "./state.ts";

/** What operators had set on an intersection. */
type HandedNode = Pick<NodeState, "mode" | "modeLease" | "control"> & { readonly intersection: string };

/** What operators had set when an engine stopped, for the one that begins after it. */
export type Handover = {
  /** The street's instant at which it was so. */
  readonly at: InstantMs;
  /** The mode that the engine had begun every intersection with. */
  readonly configured: Mode;
  /** Only those on which something is other than it begins. */
  readonly nodes: readonly HandedNode[];
};

/** What an engine that stops now would hand over. */
export function handoverOf(state: EngineState, tables: EngineTables): Handover {
  const { mode: configured } = tables.configuration;
  const nodes = Array.from(state.nodes, ({ mode, modeLease, control }, index): HandedNode => {
    return { intersection: defined(tables.nodes[index], "tables").id, mode, modeLease, control };
  });
  const isSet = ({ mode, modeLease, control }: HandedNode): boolean =>
    mode !== configured || modeLease !== null || control !== null;
  return { at: state.now, configured, nodes: nodes.filter(isSet) };
}

/** What an intersection begins with where nothing was handed over. */
type Begin = Pick<NodeState, "mode" | "modeLease" | "control">;

/**
 * With what each intersection begins at an instant. Ends stay where they were asked for; what is over by then is ended, and told, with the first tick. Where
 * the clock has not gone on since, it is another clock (a simulated run that began anew), on which no end means anything: then all that has one is over at once.
 * Modes of an engine that was configured with another one are dropped: that one is somebody's later word.
 */
export function beginWith(
  handover: Handover | undefined,
  mode: Mode,
  at: InstantMs,
): (intersection: string) => Begin {
  const begin: Begin = { mode, modeLease: null, control: null };
  if (handover === undefined) return () => begin;
  const isSameClock = at > handover.at;
  const ending = <T extends { readonly until: InstantMs }>(lease: T | null): T | null =>
    lease === null || isSameClock ? lease : { ...lease, until: at };
  const handed = new Map(
    handover.nodes.map((node): [string, Begin] => {
      const control = ending(node.control);
      return [
        node.intersection,
        handover.configured === mode
          ? { mode: node.mode, modeLease: ending(node.modeLease), control }
          : { ...begin, control },
      ];
    }),
  );
  return (intersection) => handed.get(intersection) ?? begin;
}
