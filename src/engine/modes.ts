import { defined } from "../assert.ts";
import { type Mode, MODE_DUTIES } from "../model/mode.ts";
import type { InstantMs } from "../units.ts";
import { withdrawn } from "./advice.ts";
import type { EngineTables } from "./configuration.ts";
import type { InputOf } from "./input.ts";
import type { Step } from "./plans.ts";
import { UNSCORED } from "./shadow.ts";
import type { EngineState, NodeState } from "./state.ts";
import { handedBack } from "./tactical-state.ts";

/**
 * Changes how far the engine goes with an intersection, without a jolt: nothing is sent. What was lent runs until its lease ends and is
 * not renewed, least greens and clearances are the controller's own; what the mode adds begins with the next decision, from what the
 * street shows then.
 */
export function changeMode(state: EngineState, tables: EngineTables, input: InputOf<"mode">): Step {
  const { at, intersection, mode, by, reason } = input;
  const index = defined(tables.nodeIndex.get(intersection), `intersection ${intersection}`);
  const node = defined(state.nodes.at(index), "node");
  const changed = {
    ...state,
    nextLogId: state.nextLogId + 1,
    nodes: state.nodes.with(index, inMode(node, mode, at)),
  };
  const text = node.mode === mode ? `Mode stays ${mode}` : `Mode ${node.mode} → ${mode}`;
  return {
    state: changed,
    effects: [
      ...(node.proposal === null || node.mode === mode
        ? []
        : [withdrawn(node.proposal, intersection, at, `mode ${mode}`)]),
      {
        kind: "log",
        entry: {
          id: state.nextLogId,
          at,
          intersection,
          topic: "command",
          priority: "event",
          text,
          reason: `${by}: ${reason}`,
          plan: null,
          status: null,
          answer: node.mode === mode ? null : lentText(node, at),
        },
      },
    ],
  };
}

function inMode(node: NodeState, mode: Mode, at: InstantMs): NodeState {
  if (node.mode === mode) return node;
  return {
    ...node,
    mode,
    proposal: null,
    tactical: handedBack(node.tactical, at),
    score: isShown(mode) && !isShown(node.mode) ? UNSCORED : node.score,
  };
}

function isShown(mode: Mode): boolean {
  return MODE_DUTIES[mode].stages === "shown";
}

/** How long what was lent before still runs, where the intersection leaves the mode that lent it. */
function lentText({ tactical, plans, street }: NodeState, at: InstantMs): string | null {
  const running = plans.findLast(({ plan }) => plan.id === street?.plan)?.plan.validUntil ?? at;
  const untilMs = Math.max(tactical.lent?.validUntil ?? at, running);
  return untilMs > at ? `what was lent runs for up to ${Math.ceil((untilMs - at) / 1000)} s` : null;
}
