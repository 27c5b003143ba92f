import { defined } from "../assert.ts";
import type { LogEntry } from "../protocol/live.ts";
import { type InstantMs, MINUTE_MS, msToSeconds } from "../units.ts";
import type { EngineTables } from "./configuration.ts";
import type { Effect, Step } from "./effect.ts";
import type { InputOf } from "./input.ts";
import type { Refusal } from "./refusal.ts";
import type { ControlHold, EngineState, NodeState } from "./state.ts";

/** Who has control at an instant; `null` for nobody. */
function holderAt({ control }: NodeState, at: InstantMs): ControlHold | null {
  return control !== null && control.until > at ? control : null;
}

/** Why somebody may not ask anything of an intersection now: somebody else has control of it. */
export function controlRefusals(node: NodeState, by: string, at: InstantMs): readonly Refusal[] {
  const holder = holderAt(node, at);
  if (holder === null || holder.by === by) return [];
  const { by: other, reason, until } = holder;
  return [
    { rule: "CONTROL", detail: `${other} has control for another ${durationText(until - at)}: ${reason}` },
  ];
}

/** Why control is not taken, or not given up, now. */
export function controlChangeRefusals(node: NodeState, input: InputOf<"control">): readonly Refusal[] {
  return input.takeOver ? [] : controlRefusals(node, input.by, input.at);
}

/** Takes or gives up control of an intersection. From somebody who has it, only where that is said, and then as an alarm. */
export function changeControl(state: EngineState, tables: EngineTables, input: InputOf<"control">): Step {
  const { at, intersection, area, by, reason, until } = input;
  const index = defined(tables.nodeIndex.get(intersection), `intersection ${intersection}`);
  const node = defined(state.nodes.at(index), "node");
  const [refusal] = controlChangeRefusals(node, input);
  if (refusal !== undefined) {
    return told(
      state,
      input,
      "P3",
      `Control not ${until === null ? "given up" : "taken"}: ${refusal.detail}`,
    );
  }
  const control = until === null ? null : { area, by, reason, since: at, until };
  const changed = { ...state, nodes: state.nodes.with(index, { ...node, control }) };
  const holder = holderAt(node, at);
  const lasts = until === null ? "" : ` for ${durationText(until - at)}`;
  if (holder !== null && holder.by !== by) {
    const text = `Control taken from ${holder.by}${until === null ? ", and given up" : lasts}`;
    return told(changed, input, "P2", text);
  }
  return told(changed, input, "event", until === null ? "Control given up" : `Control taken${lasts}`);
}

/** Control that nobody prolonged until its time was over. */
export function expireControl({ state, effects }: Step, tables: EngineTables, at: InstantMs): Step {
  let current: Step = { state, effects };
  for (let index = 0; index < state.nodes.length; index += 1) {
    const node = defined(state.nodes.at(index), "node");
    const { control } = node;
    if (control === null || control.until > at) continue;
    const intersection = defined(tables.nodes[index], "tables").id;
    const ended = { ...current.state, nodes: current.state.nodes.with(index, { ...node, control: null }) };
    const { by, reason } = control;
    const one = told(
      ended,
      { at, intersection, by, reason },
      "event",
      "Control is over: its time has run out",
    );
    current = { state: one.state, effects: [...current.effects, ...one.effects] };
  }
  return current;
}

function told(
  state: EngineState,
  { at, intersection, by, reason }: Pick<InputOf<"control">, "at" | "intersection" | "by" | "reason">,
  priority: LogEntry["priority"],
  text: string,
): Step {
  const effect: Effect = {
    kind: "log",
    entry: {
      id: state.nextLogId,
      at,
      intersection,
      topic: "control",
      priority,
      text,
      reason: `${by}: ${reason}`,
      plan: null,
      status: null,
      answer: null,
    },
  };
  return { state: { ...state, nextLogId: state.nextLogId + 1 }, effects: [effect] };
}

/** Minutes, or seconds where it is less than two. */
export function durationText(durationMs: number): string {
  return durationMs < 2 * MINUTE_MS
    ? `${Math.ceil(msToSeconds(durationMs))} s`
    : `${Math.round(durationMs / MINUTE_MS)} min`;
}
