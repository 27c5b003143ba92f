import { defined } from "../assert.ts";
import type { LogEntry } from "../protocol/live.ts";
import { err, ok, type Result } from "../result.ts";
import type { InstantMs } from "../units.ts";
import type { EngineTables } from "./configuration.ts";
import { controlRefusals } from "./control.ts";
import type { Effect, Step } from "./effect.ts";
import type { InputOf } from "./input.ts";
import { draft, mayBeSent, pushed, refused } from "./propose.ts";
import type { Refusal } from "./refusal.ts";
import type { EngineState, NodeState, Proposal } from "./state.ts";

/**
 * An operator's answer to a timing plan that waits. What he approves passes the gate again, against what runs by now; where it cannot
 * be sent it goes on waiting.
 */
export function review(state: EngineState, tables: EngineTables, input: InputOf<"review">): Step {
  const { at, intersection, approved, by, reason } = input;
  const index = defined(tables.nodeIndex.get(intersection), `intersection ${intersection}`);
  const node = defined(state.nodes.at(index), "node");
  const waiting = waitingFor(node, input);
  if (!waiting.ok) return unheard(state, input, waiting.error.map(({ detail }) => detail).join("; "));
  const proposal = waiting.value;
  const answered = `${by}: ${reason}`;
  if (!approved) {
    return {
      state: withoutProposal(state, index, node),
      effects: [ended(proposal, intersection, at, "Timing plan rejected", "rejected", answered)],
    };
  }
  const drafted = draft(state, tables, index, proposal, at);
  const before = { state: withoutProposal(state, index, node), effects: [] };
  return drafted.verdict.ok
    ? pushed(before, drafted, drafted.verdict.value, at, answered)
    : refused(before, drafted, drafted.verdict.error, at);
}

/** The plan that an answer is for, or why the answer changes nothing now. */
function waitingFor(
  node: NodeState,
  { at, plan, approved, by }: InputOf<"review">,
): Result<Proposal, readonly Refusal[]> {
  const held = controlRefusals(node, by, at);
  if (held.length > 0) return err(held);
  const { proposal } = node;
  if (proposal?.id !== plan) return err([{ rule: "PLAN", detail: "no such plan waits for approval" }]);
  if (!approved || mayBeSent(node, at)) return ok(proposal);
  return err([{ rule: "LINK", detail: "the controller would not take it now" }]);
}

/** Why an answer would not be carried out now: of an approval, what the gate says against the plan as well. */
export function reviewRefusals(
  state: EngineState,
  tables: EngineTables,
  input: InputOf<"review">,
): readonly Refusal[] {
  const index = defined(tables.nodeIndex.get(input.intersection), `intersection ${input.intersection}`);
  const waiting = waitingFor(defined(state.nodes.at(index), "node"), input);
  if (!waiting.ok) return waiting.error;
  if (!input.approved) return [];
  const { verdict } = draft(state, tables, index, waiting.value, input.at);
  return verdict.ok ? [] : verdict.error;
}

/** Plans that nobody answered until their interval was over. */
export function expireProposals({ state, effects }: Step, tables: EngineTables, at: InstantMs): Step {
  let current: Step = { state, effects };
  for (let index = 0; index < state.nodes.length; index += 1) {
    const node = defined(state.nodes.at(index), "node");
    const { proposal } = node;
    if (proposal === null || at < proposal.expiresAt) continue;
    const { id } = defined(tables.nodes[index], "tables");
    current = {
      state: withoutProposal(current.state, index, node),
      effects: [
        ...current.effects,
        ended(proposal, id, at, "Timing plan not answered in its interval", "expired", null),
      ],
    };
  }
  return current;
}

/** What waited is not wanted any more. */
export function withdrawn(proposal: Proposal, intersection: string, at: InstantMs, why: string): Effect {
  return ended(proposal, intersection, at, "Timing plan withdrawn before it was answered", "superseded", why);
}

function withoutProposal(state: EngineState, index: number, node: NodeState): EngineState {
  return { ...state, nodes: state.nodes.with(index, { ...node, proposal: null }) };
}

function ended(
  { id, reason, logId }: Proposal,
  intersection: string,
  at: InstantMs,
  text: string,
  status: LogEntry["status"],
  answer: string | null,
): Effect {
  return {
    kind: "log",
    entry: {
      id: logId,
      at,
      intersection,
      topic: "plan",
      priority: "event",
      text,
      reason,
      plan: id,
      status,
      answer,
    },
  };
}

/** An answer that changes nothing. */
function unheard(
  state: EngineState,
  { at, intersection, plan, approved, by, reason }: InputOf<"review">,
  why: string,
): Step {
  return {
    state: { ...state, nextLogId: state.nextLogId + 1 },
    effects: [
      {
        kind: "log",
        entry: {
          id: state.nextLogId,
          at,
          intersection,
          topic: "command",
          priority: "P3",
          text: `${approved ? "Approval" : "Rejection"} of plan ${plan} changes nothing: ${why}`,
          reason: `${by}: ${reason}`,
          plan,
          status: null,
          answer: null,
        },
      },
    ],
  };
}
