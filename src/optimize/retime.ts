import { defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import { type InstantMs, msToSeconds, secondsToMs } from "../units.ts";
import type { LaneDemand } from "./capacity.ts";
import { type CycleNeed, websterCycle } from "./cycle.ts";
import type { ProgressionLink } from "./platoon.ts";
import type { TimingChoice } from "./region.ts";
import {
  type ConsideredCycle,
  decideRegion,
  type NodePlan,
  STRATEGIC_DEFAULTS,
  type StrategicParameters,
} from "./region-decision.ts";
import { sameOrder } from "./sequence.ts";
import { chooseSplits, orderOf } from "./split-choice.ts";
import { intergreenSeconds } from "./splits.ts";

/** One intersection of a coordination group as the strategic level sees it. */
export type RetimeNode = {
  readonly id: string;
  readonly table: TimingTable;
  /** What runs, or is accepted to run next. */
  readonly running: CycleTiming;
  /** When the cycle or the sequence last changed. */
  readonly cycleChangedAt: InstantMs | null;
  /** Forecast demand of the next interval at the stop-line lanes. */
  readonly lanes: readonly LaneDemand[];
  /**
   * Whether it is given no new offset, cycle or sequence now: its controller still corrects the last one (REQ-S4), or it is given no
   * plan at all. The others take it as it is.
   */
  readonly frozen: boolean;
  /** When its next cycle is due to begin, after local midnight: where a new plan can start without any correction. */
  readonly nextCycleSeconds: number;
  /** Phases that are given no less green, because a detector of theirs has failed (REQ-D1); absent for none. */
  readonly heldPhases?: ReadonlySet<number>;
};

export type RetimeChoice = {
  readonly id: string;
  readonly timing: CycleTiming;
  readonly reason: string;
  /** By stop-line lane, under the chosen timing. */
  readonly degreeOfSaturation: readonly number[];
};

/**
 * Re-times a region that shares a cycle: splits by degree of saturation in bounded steps; and, where a platoon-dispersion model of the
 * region says that it pays for its transition, offsets, cycle (some at half of it) and the sequence of stages. What would not help
 * enough stays as it is.
 */
export function retimeGroup(
  nodes: readonly RetimeNode[],
  links: readonly ProgressionLink[],
  now: InstantMs,
  parameters: StrategicParameters = STRATEGIC_DEFAULTS,
): readonly RetimeChoice[] {
  return retimed(nodes, links, now, parameters).choices;
}

export type Retiming = {
  /** In the order of the nodes. */
  readonly choices: readonly RetimeChoice[];
  /** Common cycles that were looked at. */
  readonly considered: readonly ConsideredCycle[];
};

/** The same with what was looked at. */
export function retimed(
  nodes: readonly RetimeNode[],
  links: readonly ProgressionLink[],
  now: InstantMs,
  parameters: StrategicParameters,
): Retiming {
  const needs = nodes.map(({ table, running, lanes }) => websterCycle(table, orderOf(table, running), lanes));
  const { plans, considered } = decideRegion({ parameters, nodes, needs, links }, now);
  const choices = nodes.map((node, index) => {
    const { choice, offsetSeconds } = plans.get(node.id) ?? keptPlan(node, parameters);
    return {
      id: node.id,
      timing: timingFrom(node.table, choice, offsetSeconds),
      reason: reasonOf(node, defined(needs[index], "need"), choice, offsetSeconds),
      degreeOfSaturation: choice.split.degreeOfSaturation,
    };
  });
  return { choices, considered };
}

/** Its own cycle, sequence and offset. */
function keptPlan(node: RetimeNode, parameters: StrategicParameters): NodePlan {
  const { table, running, lanes, heldPhases } = node;
  const order = orderOf(table, running);
  const cycleSeconds = msToSeconds(running.cycleMs);
  const split = chooseSplits({ table, running, lanes, order, cycleSeconds, heldPhases }, parameters);
  return { choice: { order, cycleSeconds, split }, offsetSeconds: msToSeconds(running.offsetMs) };
}

function reasonOf(
  { running, table }: RetimeNode,
  need: CycleNeed,
  { order, cycleSeconds, split }: TimingChoice,
  offsetSeconds: number,
): string {
  const ownSeconds = msToSeconds(running.cycleMs);
  const beforeSeconds = msToSeconds(running.offsetMs);
  const stages = order.map((stage) => defined(table.stages[stage], "stage").id).join(", ");
  const cycleNote =
    cycleSeconds === ownSeconds
      ? `cycle stays ${cycleSeconds} s`
      : `cycle ${ownSeconds} → ${cycleSeconds} s, Webster's ${need.cycleSeconds} s`;
  const offsetNote =
    cycleSeconds === ownSeconds && offsetSeconds === beforeSeconds
      ? "offset kept"
      : `offset ${beforeSeconds} → ${offsetSeconds} s for progression`;
  return [
    `critical flow ratio ${need.criticalRatio.toFixed(2)}`,
    cycleNote,
    ...(sameOrder(order, orderOf(table, running)) ? [] : [`sequence ${stages} for progression`]),
    split.note,
    offsetNote,
  ].join("; ");
}

function timingFrom(
  table: TimingTable,
  { order, cycleSeconds, split }: TimingChoice,
  offsetSeconds: number,
): CycleTiming {
  const intergreens = intergreenSeconds(table, order);
  return {
    cycleMs: secondsToMs(cycleSeconds),
    offsetMs: secondsToMs(offsetSeconds),
    stages: order.map((stage, slot) => ({
      stage: defined(table.stages[stage], "stage").id,
      splitMs: secondsToMs(
        defined(split.greenSeconds[slot], "green") + defined(intergreens[slot], "intergreen"),
      ),
    })),
  };
}
