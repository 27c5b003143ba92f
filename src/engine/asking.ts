import { defined, unreachable } from "../assert.ts";
import { type Order, orderLastsMaxSeconds } from "../model/command.ts";
import { type CycleTiming, sameSequence } from "../model/plan.ts";
import { timingOf } from "../model/schedule.ts";
import { type InstantMs, msToSeconds } from "../units.ts";
import { reviewRefusals } from "./advice.ts";
import { judgeCommand, orderText } from "./commands.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { controlChangeRefusals, controlRefusals } from "./control.ts";
import type { InputOf, OperatorInput } from "./input.ts";
import { standingMode } from "./modes.ts";
import type { Refusal } from "./refusal.ts";
import type { EngineState, NodeState } from "./state.ts";

/** What would be another one than now. */
export type Change = { readonly what: string; readonly from: string; readonly to: string };

/** What a request would come to if it were given now: the same judgements that `step` makes of it. */
export type Prospect = {
  /** In words. */
  readonly asked: string;
  /** Empty where it would be done. */
  readonly refusals: readonly Refusal[];
  /** When it would end by itself; `null` where it has no end. */
  readonly until: InstantMs | null;
  /** How long it may last, by the intersection's envelope; `null` where that does not bound it. */
  readonly secondsMax: number | null;
  readonly changes: readonly Change[];
};

/** Pure: nothing is sent and no state changes. */
export function prospectOf(state: EngineState, tables: EngineTables, input: OperatorInput): Prospect {
  const index = defined(tables.nodeIndex.get(input.intersection), `intersection ${input.intersection}`);
  const node = defined(state.nodes.at(index), "node");
  const own = defined(tables.nodes[index], "tables");
  switch (input.kind) {
    case "command":
      return commandProspect(node, own, input);
    case "mode":
      return {
        asked: `mode ${input.mode}`,
        refusals: controlRefusals(node, input.by, input.at),
        until: input.until ?? null,
        secondsMax: null,
        changes: modeChanges(node, input),
      };
    case "review":
      return {
        asked: `${input.approved ? "approve" : "reject"} plan ${input.plan}`,
        refusals: reviewRefusals(state, tables, input),
        until: null,
        secondsMax: null,
        changes: input.approved ? approvalChanges(node) : [],
      };
    case "control":
      return {
        asked: input.until === null ? "give up control" : "take control",
        refusals: controlChangeRefusals(node, input),
        until: input.until,
        secondsMax: null,
        changes: changed("control", holderText(node, input.at), input.until === null ? "nobody" : input.by),
      };
    default:
      return unreachable(input);
  }
}

function modeChanges(node: NodeState, { mode, until }: InputOf<"mode">): readonly Change[] {
  const standing = standingMode(node);
  const back = until === undefined || mode === standing ? [] : changed("mode afterwards", mode, standing);
  return [...changed("mode", node.mode, mode), ...back];
}

function approvalChanges(node: NodeState): readonly Change[] {
  const { proposal, street } = node;
  if (proposal === null) return [];
  return [
    ...changed("plan", street?.plan ?? "unknown", proposal.id),
    ...timingChanges(node, proposal.timing),
  ];
}

function holderText({ control }: NodeState, at: InstantMs): string {
  return control === null || control.until <= at ? "nobody" : control.by;
}

function commandProspect(node: NodeState, own: NodeTables, input: InputOf<"command">): Prospect {
  const { kind: _, at, ...asked } = input;
  const verdict = judgeCommand(node, own, asked, at);
  const { order, validUntil } = asked;
  return {
    asked: orderText(order),
    refusals: verdict.ok ? [] : verdict.error,
    until: validUntil,
    secondsMax: orderLastsMaxSeconds(own.timing.intersection.envelope, order.kind),
    changes: orderChanges(node, own, order),
  };
}

/** What an order asks for beside what the street does. */
function orderChanges(node: NodeState, own: NodeTables, order: Order): readonly Change[] {
  const { street } = node;
  const { plans } = own.timing.intersection;
  switch (order.kind) {
    case "forceStage":
      return changed("stage", street?.stage ?? "unknown", order.stage);
    case "pattern": {
      const plan = plans.find(({ id }) => id === order.plan);
      return [
        ...changed("plan", street?.plan ?? "unknown", order.plan),
        ...(plan === undefined ? [] : timingChanges(node, timingOf(plan))),
      ];
    }
    case "free":
      return changed("plan", street?.plan ?? "unknown", "free");
    case "flash":
      return changed("operation", street?.operation ?? "unknown", "flash");
    case "hold":
      return changed("held", "nothing more", `green of ${order.phases.join(", ")}`);
    case "placeCall":
    case "release":
    case "clear":
      return [];
    default:
      return unreachable(order);
  }
}

/** Cycle, offset, sequence and splits of a timing beside the one that runs. */
function timingChanges({ street }: NodeState, to: CycleTiming): readonly Change[] {
  const from = street?.timing ?? null;
  if (from === null) return changed("cycle", "none", secondsText(to.cycleMs));
  const splits = sameSequence(from, to)
    ? to.stages.flatMap(({ stage, splitMs }, slot) =>
        changed(`split of ${stage}`, secondsText(from.stages[slot]?.splitMs ?? 0), secondsText(splitMs)),
      )
    : changed("stages", sequenceText(from), sequenceText(to));
  return [
    ...changed("cycle", secondsText(from.cycleMs), secondsText(to.cycleMs)),
    ...changed("offset", secondsText(from.offsetMs), secondsText(to.offsetMs)),
    ...splits,
  ];
}

function sequenceText({ stages }: CycleTiming): string {
  return stages.map(({ stage }) => stage).join(", ");
}

function secondsText(durationMs: number): string {
  return `${msToSeconds(durationMs)} s`;
}

/** Nothing where both are the same. */
function changed(what: string, from: string, to: string): readonly Change[] {
  return from === to ? [] : [{ what, from, to }];
}
