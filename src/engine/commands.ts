import { defined, unreachable } from "../assert.ts";
import type { Command } from "../model/command.ts";
import type { LogEntry } from "../protocol/live.ts";
import { gateCommand } from "../safety/gate.ts";
import { type InstantMs, SECOND_MS } from "../units.ts";
import type { EngineTables } from "./configuration.ts";
import type { Effect } from "./effect.ts";
import type { InputOf } from "./input.ts";
import type { Step } from "./plans.ts";
import { type CommandRecord, countedRules, type EngineState, type NodeState } from "./state.ts";

/** Commands that are kept for late answers. */
const RECORDS_MAX = 16;
/** A controller that has not answered a command by then is reported. */
const ANSWER_MAX_MS = 5 * SECOND_MS;

/** Passes an operator's command through the gate and sends it, or tells him why not. */
export function command(state: EngineState, tables: EngineTables, input: InputOf<"command">): Step {
  const index = defined(tables.nodeIndex.get(input.intersection), `intersection ${input.intersection}`);
  const node = defined(state.nodes.at(index), "node");
  const { kind: _, at, ...asked } = input;
  const numbered = { ...state, nextLogId: state.nextLogId + 1 };
  const record: CommandRecord = { command: asked, sentAt: at, answered: false, logId: state.nextLogId };
  const refused = (why: string): Step => ({
    state: numbered,
    effects: [told(record, at, "P3", `Command not sent, ${describe(asked)}: ${why}`, "refused", null)],
  });
  if (!node.linked || node.street === null) return refused("the controller is not linked");
  const { timing } = defined(tables.nodes[index], "tables");
  const verdict = gateCommand(asked, { table: timing, operation: node.street.operation }, at);
  if (!verdict.ok) {
    const rules = verdict.error.map(({ rule, detail }) => `${rule} ${detail}`).join("; ");
    const step = refused(`refused by the safety gate: ${rules}`);
    const { counts } = step.state;
    const gateRules = countedRules(counts.gateRules, verdict.error);
    return { ...step, state: { ...step.state, counts: { ...counts, gateRules } } };
  }
  return {
    state: withCommands(numbered, index, [...node.commands, record].slice(-RECORDS_MAX)),
    effects: [
      { kind: "order", at, command: verdict.value },
      told(record, at, "event", `Command sent, ${describe(asked)}`, "pushed", null),
    ],
  };
}

/** The controller's answer to a command that was sent. */
export function commandAnswered(
  state: EngineState,
  index: number,
  input: Extract<InputOf<"ack">, { readonly command: string }>,
): Step {
  const node = defined(state.nodes.at(index), "node");
  const record = node.commands.find((own) => own.command.id === input.command);
  if (record === undefined) return { state, effects: [] };
  const next = withCommands(state, index, replaced(node, record));
  const what = describe(record.command);
  const entry =
    input.result === "accepted"
      ? told(record, record.sentAt, "event", `Command accepted, ${what}`, "accepted", null)
      : told(
          record,
          input.at,
          "P3",
          `The controller refused a command, ${what}`,
          "refused",
          `${input.code}: ${input.detail}`,
        );
  return { state: next, effects: [entry] };
}

/** Commands that a controller did not answer in time are told once; a late answer is still heard. */
export function unansweredCommands({ state, effects }: Step, at: InstantMs): Step {
  let current: Step = { state, effects };
  for (let index = 0; index < state.nodes.length; index += 1) {
    const node = defined(state.nodes.at(index), "node");
    for (const record of node.commands) {
      if (record.answered || at - record.sentAt <= ANSWER_MAX_MS) continue;
      const now = defined(current.state.nodes.at(index), "node");
      const text = `No answer to a command, ${describe(record.command)}`;
      const answer = `none within ${ANSWER_MAX_MS / SECOND_MS} s`;
      current = {
        state: withCommands(current.state, index, replaced(now, record)),
        effects: [...current.effects, told(record, at, "P3", text, "superseded", answer)],
      };
    }
  }
  return current;
}

function replaced({ commands }: NodeState, record: CommandRecord): readonly CommandRecord[] {
  return commands.map((own) => (own.logId === record.logId ? { ...own, answered: true } : own));
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
  const what = ((): string => {
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
  })();
  return `${what} (${id})`;
}
