import { defined } from "../assert.ts";
import { type Mode, MODE_DUTIES } from "../model/mode.ts";
import type { LogEntry } from "../protocol/live.ts";
import type { InstantMs } from "../units.ts";
import { withdrawn } from "./advice.ts";
import type { EngineTables } from "./configuration.ts";
import { controlRefusals, durationText } from "./control.ts";
import type { Effect, Step } from "./effect.ts";
import type { InputOf } from "./input.ts";
import { refusalText } from "./refusal.ts";
import { UNSCORED } from "./shadow.ts";
import type { EngineState, ModeLease, NodeState } from "./state.ts";
import { handedBack } from "./tactical-state.ts";

/**
 * Changes how far the engine goes with an intersection, without a jolt: nothing is sent. What was lent runs until its lease ends and is
 * not renewed, least greens and clearances are the controller's own; what the mode adds begins with the next decision, from what the
 * street shows then. With an end, the mode that stood comes back by itself; asking for that one ends the time before.
 */
export function changeMode(state: EngineState, tables: EngineTables, input: InputOf<"mode">): Step {
  const { at, intersection, mode, by, reason, until } = input;
  const index = defined(tables.nodeIndex.get(intersection), `intersection ${intersection}`);
  const node = defined(state.nodes.at(index), "node");
  const refusals = controlRefusals(node, by, at);
  const responsible = `${by}: ${reason}`;
  if (refusals.length > 0) {
    const text = `Mode not changed to ${mode}: ${refusalText(refusals)}`;
    return told(state, intersection, at, { priority: "P3", text, reason: responsible, answer: null });
  }
  const standing = standingMode(node);
  const modeLease = until === undefined || mode === standing ? null : { until, standing, by, reason };
  return inMode({ state, effects: [] }, index, intersection, at, { mode, modeLease, reason: responsible });
}

/** Modes that were for a time only and whose time is over. */
export function expireModes(step: Step, tables: EngineTables, at: InstantMs): Step {
  let current = step;
  for (let index = 0; index < step.state.nodes.length; index += 1) {
    const { modeLease } = defined(step.state.nodes.at(index), "node");
    if (modeLease === null || modeLease.until > at) continue;
    const { standing: mode, by, reason: why } = modeLease;
    const { id } = defined(tables.nodes[index], "tables");
    const reason = `its time is over, which ${by} had asked for: ${why}`;
    current = inMode(current, index, id, at, { mode, modeLease: null, reason });
  }
  return current;
}

/** The mode that stands where none was asked for a time only. */
export function standingMode({ mode, modeLease }: NodeState): Mode {
  return modeLease?.standing ?? mode;
}

type Change = { readonly mode: Mode; readonly modeLease: ModeLease | null; readonly reason: string };

function inMode(
  { state, effects }: Step,
  index: number,
  intersection: string,
  at: InstantMs,
  { mode, modeLease, reason }: Change,
): Step {
  const node = defined(state.nodes.at(index), "node");
  const stays = node.mode === mode;
  const { proposal } = node;
  const changed = { ...state, nodes: state.nodes.with(index, { ...withMode(node, mode, at), modeLease }) };
  const { state: next, effects: entries } = told(changed, intersection, at, {
    priority: "event",
    text: stays ? `Mode stays ${mode}` : `Mode ${node.mode} → ${mode}`,
    reason,
    answer: answerText(modeLease, stays ? null : lentText(node, at), at),
  });
  const withdrew = proposal === null || stays ? [] : [withdrawn(proposal, intersection, at, `mode ${mode}`)];
  return { state: next, effects: [...effects, ...withdrew, ...entries] };
}

function answerText(lease: ModeLease | null, lent: string | null, at: InstantMs): string | null {
  const back = lease === null ? [] : [`for ${durationText(lease.until - at)}, then ${lease.standing}`];
  const parts = [...back, ...(lent === null ? [] : [lent])];
  return parts.length === 0 ? null : parts.join("; ");
}

function told(
  state: EngineState,
  intersection: string,
  at: InstantMs,
  { priority, text, reason, answer }: Pick<LogEntry, "priority" | "text" | "reason" | "answer">,
): Step {
  const effect: Effect = {
    kind: "log",
    entry: {
      id: state.nextLogId,
      at,
      intersection,
      topic: "command",
      priority,
      text,
      reason,
      plan: null,
      status: null,
      answer,
    },
  };
  return { state: { ...state, nextLogId: state.nextLogId + 1 }, effects: [effect] };
}

function withMode(node: NodeState, mode: Mode, at: InstantMs): NodeState {
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
