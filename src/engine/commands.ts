import { defined, unreachable } from "../assert.ts";
import type { Command, Order } from "../model/command.ts";
import type { LogEntry } from "../protocol/live.ts";
import { err, type Result } from "../result.ts";
import { gateCommand, type SafeCommand } from "../safety/gate.ts";
import { type InstantMs, SECOND_MS } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { controlRefusals } from "./control.ts";
import type { Effect, Step } from "./effect.ts";
import type { InputOf } from "./input.ts";
import { type Refusal, refusalText } from "./refusal.ts";
import {
  type CommandAnswer,
  type CommandRecord,
  countedRules,
  type EngineState,
  type NodeState,
} from "./state.ts";

/** Commands that are kept for late answers. */
const RECORDS_MAX = 16;
/** A controller that has not answered a command by then is reported. */
const ANSWER_MAX_MS = 5 * SECOND_MS;

/** What the engine says to a command at an instant: the command as the gate let it pass, or why it is not sent. */
export function judgeCommand(
  node: NodeState,
  { timing }: NodeTables,
  asked: Command,
  at: InstantMs,
): Result<SafeCommand, readonly Refusal[]> {
  const held = controlRefusals(node, asked.by, at);
  if (held.length > 0) return err(held);
  if (!node.linked || node.street === null) {
    return err([{ rule: "LINK", detail: "the controller is not linked" }]);
  }
  return gateCommand(asked, { table: timing, operation: node.street.operation }, at);
}

/** Passes an operator's command through the gate and sends it, or tells him why not. */
export function command(state: EngineState, tables: EngineTables, input: InputOf<"command">): Step {
  const index = defined(tables.nodeIndex.get(input.intersection), `intersection ${input.intersection}`);
  const node = defined(state.nodes.at(index), "node");
  const { kind: _, at, ...asked } = input;
  const verdict = judgeCommand(node, defined(tables.nodes[index], "tables"), asked, at);
  const answer: CommandAnswer = verdict.ok
    ? { kind: "awaited" }
    : { kind: "refused", by: "engine", refusals: verdict.error };
  const record: CommandRecord = { command: asked, askedAt: at, answer, logId: state.nextLogId };
  const numbered = { ...state, nextLogId: state.nextLogId + 1 };
  const counted = verdict.ok ? numbered : withRefusals(numbered, verdict.error);
  const kept = withCommands(counted, index, [...node.commands, record].slice(-RECORDS_MAX));
  return {
    state: kept,
    effects: verdict.ok
      ? [
          { kind: "order", at, command: verdict.value },
          told(record, at, "event", `Command sent, ${describe(asked)}`, "pushed", null),
        ]
      : [told(record, at, "P3", refusedText(asked, verdict.error), "refused", null)],
  };
}

function refusedText(asked: Command, refusals: readonly Refusal[]): string {
  const byEngine = refusals.some(({ rule }) => rule === "LINK" || rule === "CONTROL");
  const why = byEngine
    ? refusals.map(({ detail }) => detail).join("; ")
    : `refused by the safety gate: ${refusalText(refusals)}`;
  return `Command not sent, ${describe(asked)}: ${why}`;
}

/** What the gate refused is counted by rule. */
function withRefusals(state: EngineState, refusals: readonly Refusal[]): EngineState {
  const ofGate = refusals.filter(({ rule }) => rule !== "LINK" && rule !== "CONTROL");
  return { ...state, counts: { ...state.counts, gateRules: countedRules(state.counts.gateRules, ofGate) } };
}

/** The controller's answer to a command that was sent. */
export function commandAnswered(
  state: EngineState,
  index: number,
  input: Extract<InputOf<"ack">, { readonly command: string }>,
): Step {
  const node = defined(state.nodes.at(index), "node");
  const record = node.commands.find(
    ({ command: { id }, answer }) => id === input.command && answer.kind !== "refused",
  );
  if (record === undefined) return { state, effects: [] };
  const what = describe(record.command);
  if (input.result === "accepted") {
    return {
      state: withCommands(state, index, answered(node, record, { kind: "accepted" })),
      effects: [told(record, record.askedAt, "event", `Command accepted, ${what}`, "accepted", null)],
    };
  }
  const { code, detail } = input;
  const refusal: CommandAnswer = { kind: "refused", by: "controller", refusals: [{ rule: code, detail }] };
  const text = `The controller refused a command, ${what}`;
  return {
    state: withCommands(state, index, answered(node, record, refusal)),
    effects: [told(record, input.at, "P3", text, "refused", `${code}: ${detail}`)],
  };
}

/** Commands that a controller did not answer in time are told once; a late answer is still heard. */
export function unansweredCommands({ state, effects }: Step, at: InstantMs): Step {
  let current: Step = { state, effects };
  for (let index = 0; index < state.nodes.length; index += 1) {
    const node = defined(state.nodes.at(index), "node");
    for (const record of node.commands) {
      if (record.answer.kind !== "awaited" || at - record.askedAt <= ANSWER_MAX_MS) continue;
      const now = defined(current.state.nodes.at(index), "node");
      const text = `No answer to a command, ${describe(record.command)}`;
      const answer = `none within ${ANSWER_MAX_MS / SECOND_MS} s`;
      current = {
        state: withCommands(current.state, index, answered(now, record, { kind: "overdue" })),
        effects: [...current.effects, told(record, at, "P3", text, "superseded", answer)],
      };
    }
  }
  return current;
}

function answered(
  { commands }: NodeState,
  record: CommandRecord,
  answer: CommandAnswer,
): readonly CommandRecord[] {
  return commands.map((own) => (own.logId === record.logId ? { ...own, answer } : own));
}

function withCommands(state: EngineState, index: number, commands: readonly CommandRecord[]): EngineState {
  return {
    ...state,
    nodes: state.nodes.with(index, { ...defined(state.nodes.at(index), "node"), commands }),
  };
}

function told(
  { command: { intersection, by, reason }, logId }: CommandRecord,
  at: InstantMs,
  priority: LogEntry["priority"],
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
      topic: "command",
      priority,
      text,
      reason: `${by}: ${reason}`,
      plan: null,
      status,
      answer,
    },
  };
}

function describe({ id, order }: Command): string {
  return `${orderText(order)} (${id})`;
}

/** An order in words. */
export function orderText(order: Order): string {
  switch (order.kind) {
    case "hold":
      return `hold ${order.phases.join(", ")}`;
    case "forceStage":
      return `stage ${order.stage}`;
    case "placeCall":
      return `${order.pedestrian ? "pedestrian" : "vehicle"} call of ${order.phase}`;
    case "pattern":
      return `plan ${order.plan}`;
    case "release":
    case "free":
    case "flash":
    case "clear":
      return order.kind;
    default:
      return unreachable(order);
  }
}
