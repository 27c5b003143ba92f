import { defined } from "../assert.ts";
import { timingOutcome } from "../explain/outcomes.ts";
import { contentOf, type MovementInput, recordId, type TimingRecord } from "../explain/record.ts";
import { type TimingProblem, timingNode } from "../explain/timing-problem.ts";
import { currentMade, madeLately } from "../forecast/series.ts";
import type { ProgressionLink } from "../optimize/platoon.ts";
import type { RetimeNode, Retiming } from "../optimize/retime.ts";
import type { InstantMs } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import type { Effect, Step } from "./effect.ts";
import type { EngineState, NodeState } from "./state.ts";

/** A group that was re-timed: what was asked, and what came out. */
export type MadeTimings = {
  /** Indices of the intersections, in the order of the nodes. */
  readonly group: readonly number[];
  readonly nodes: readonly RetimeNode[];
  readonly links: readonly ProgressionLink[];
  readonly retiming: Retiming;
};

/** The group's problem as it is written down. */
export function problemOf(
  state: EngineState,
  tables: EngineTables,
  { group, nodes, links }: MadeTimings,
  at: InstantMs,
): TimingProblem {
  return {
    at,
    nodes: nodes.map((node, place) => {
      const index = defined(group[place], "node of the group");
      const { lanes } = defined(tables.nodes[index], "tables").lanes;
      const { street } = defined(state.nodes.at(index), "node");
      const laneIds = lanes.map(({ id }) => id);
      return timingNode(node, laneIds, street?.coordination === "transition");
    }),
    links,
    parameters: tables.parameters.strategic,
  };
}

/**
 * Tells the record of one intersection's timing, and waits for what comes of it. The problem of the group stands in the record of the first
 * one that is told, `problemIn`. `effectsBefore`: how many effects there were before the timing was proposed.
 */
export function recordedTiming(
  { state, effects }: Step,
  tables: EngineTables,
  made: MadeTimings,
  problem: TimingProblem,
  told: { readonly place: number; readonly problemIn: string | undefined; readonly effectsBefore: number },
): Step & { readonly id: string } {
  const { at } = problem;
  const index = defined(made.group[told.place], "node of the group");
  const own = defined(tables.nodes[index], "tables");
  const node = defined(state.nodes.at(index), "node");
  const id = recordId(own.id, "strategic", at);
  const record: TimingRecord = {
    id,
    at,
    intersection: own.id,
    level: "strategic",
    problemIn: told.problemIn ?? id,
    ...(told.problemIn === undefined ? { problem } : {}),
    inputs: { movements: movementInputs(own, node) },
    decided: timingOutcome(problem, made.retiming, told.place),
    fate: fateOf(effects.slice(told.effectsBefore)),
  };
  const effect: Effect = {
    kind: "decision",
    at,
    intersection: own.id,
    level: "strategic",
    id,
    content: contentOf(record),
  };
  const { recording } = node;
  const plan = planOf(effects.slice(told.effectsBefore));
  const open = { id, plan, timing: record.decided.timing };
  const nodes =
    recording === undefined
      ? state.nodes
      : state.nodes.with(index, { ...node, recording: { ...recording, timing: open } });
  return { state: { ...state, nodes }, effects: [...effects, effect], id };
}

function movementInputs({ timing }: NodeTables, { series, health }: NodeState): readonly MovementInput[] {
  return series.map((one, movement) => {
    const made = currentMade(one);
    const counted = one.recent.at(-1) ?? Number.NaN;
    const replaced = health.replaced[movement] ?? null;
    return {
      movement: defined(timing.intersection.movements[movement], "movement").id,
      forecast:
        replaced !== null
          ? { vehicles: replaced, low: replaced, high: replaced }
          : made === null
            ? null
            : { vehicles: made.mean, low: made.lower, high: made.upper },
      last: {
        forecast: madeLately(one, 1)[0]?.mean ?? null,
        counted: Number.isNaN(counted) ? null : counted,
      },
      quality: replaced !== null ? "imputed" : Number.isNaN(counted) ? "stale" : "measured",
    };
  });
}

function fateOf(added: readonly Effect[]): TimingRecord["fate"] {
  for (const effect of added) if (effect.kind === "push") return { plan: effect.plan.id };
  for (const effect of added) if (effect.kind === "log") return { notSent: effect.entry.text };
  return { notSent: "nothing was told of it" };
}

function planOf(added: readonly Effect[]): string | null {
  for (const effect of added) if (effect.kind === "log") return effect.entry.plan;
  return null;
}
