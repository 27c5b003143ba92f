import { defined } from "../assert.ts";
import type { EngineTables } from "./configuration.ts";
import type { InputOf } from "./input.ts";
import type { Step } from "./plans.ts";
import type { EngineState } from "./state.ts";

/** Keeps what is seen now in the place of what was seen before. */
export function zone(state: EngineState, tables: EngineTables, input: InputOf<"zone">): Step {
  const { at, intersection, vehicles } = input;
  const index = defined(tables.nodeIndex.get(intersection), `intersection ${intersection}`);
  const node = defined(state.nodes.at(index), "node");
  return {
    state: { ...state, nodes: state.nodes.with(index, { ...node, zone: { at, vehicles } }) },
    effects: [],
  };
}
