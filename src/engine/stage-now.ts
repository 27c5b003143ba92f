import { defined } from "../assert.ts";
import type { StageRecord } from "../explain/record.ts";
import { isServed } from "../explain/stage-problem.ts";
import { MODE_DUTIES } from "../model/mode.ts";
import type { EngineTables } from "./configuration.ts";
import { stageDecision } from "./decisions.ts";
import { seen } from "./outlooks.ts";
import { stageRecord } from "./stage-record.ts";
import type { EngineState } from "./state.ts";

/** What the adaptive level is about at the present instant. */
export type StageNow =
  /** It decides nothing. */
  | { readonly kind: "apart"; readonly why: string }
  /** Yellow or red clearance leads to a stage. */
  | { readonly kind: "changing"; readonly stage: string }
  /** The running stage stays, since its least service lasts: a record as if that were a choice. */
  | { readonly kind: "held"; readonly record: StageRecord }
  /** The last decision stands, and the next one may be another. */
  | { readonly kind: "open" };

/** Whether an intersection's stage could be another one now, to explain seconds in which nothing is decided. */
export function stageNow(state: EngineState, tables: EngineTables, index: number): StageNow {
  const own = defined(tables.nodes[index], "tables");
  const { recording: _, ...node } = defined(state.nodes.at(index), "node");
  const { street, blind } = node.tactical;
  const duty = MODE_DUTIES[node.mode].stages;
  if (duty === "nothing")
    return { kind: "apart", why: `its mode is ${node.mode}: stages are left to the timing plan` };
  if (!node.linked || street === null || node.street === null)
    return { kind: "apart", why: "its controller is not linked" };
  if (node.street.operation !== "normal") {
    return { kind: "apart", why: `its controller is in ${node.street.operation}, not in normal operation` };
  }
  if (blind)
    return { kind: "apart", why: "its detectors cannot be believed: stages are left to the timing plan" };
  const at = state.now;
  const now = { ...street, at };
  if (street.changing)
    return { kind: "changing", stage: defined(own.timing.stages[street.stage], "stage").id };
  if (isServed(own.timing, now)) return { kind: "open" };
  const { outlook, observed } = seen(state, tables, index, node, at);
  const expected = outlook();
  const decision = {
    stages: [{ stage: street.stage, startAt: at }],
    departures: null,
    record: { candidates: [], binding: null, expansions: 0 },
    memory: node.tactical.memory,
  };
  const told = stageDecision(at, decision, expected, observed);
  const sent = duty === "sent";
  const made = { known: state, tables, index, node, street: now, outlook: expected, decision, told, sent };
  return { kind: "held", record: stageRecord(made) };
}
