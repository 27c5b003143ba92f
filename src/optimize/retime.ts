import { defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import { type InstantMs, modulo, msToSeconds, secondsToMs } from "../units.ts";
import { type LaneDemand, laneCapacity, laneServices } from "./capacity.ts";
import { websterCycle } from "./cycle.ts";
import { controlDelaySeconds } from "./delay.ts";
import { type ProgressionLink, progressionOffsets } from "./progression.ts";
import {
  effectiveGreens,
  intergreenSeconds,
  minimumGreens,
  type StageOrder,
  splitGreens,
  stageRatios,
} from "./splits.ts";

/** One intersection of a coordination group as the strategic level sees it. */
export type RetimeNode = {
  readonly id: string;
  readonly table: TimingTable;
  /** What runs, or is accepted to run next. */
  readonly running: CycleTiming;
  readonly cycleChangedAt: InstantMs | null;
  /** Forecast demand of the next interval at the stop-line lanes. */
  readonly lanes: readonly LaneDemand[];
  /** Whether the controller is still correcting its offset: then it is given no new one (REQ-S4). */
  readonly inTransition: boolean;
};

export type RetimeChoice = {
  readonly id: string;
  readonly timing: CycleTiming;
  readonly changed: boolean;
  readonly reason: string;
  /** By stop-line lane, under the chosen timing. */
  readonly degreeOfSaturation: readonly number[];
};

/** The cycle is left alone unless the wanted one differs by more than this. */
const CYCLE_HYSTERESIS_SECONDS = 12;
/** Splits are left alone unless the expected delay falls by more than this share. */
const SPLIT_HYSTERESIS_RATIO = 0.02;
/** Offsets are left alone unless the delay on the coupled links falls by more than this share: every transition costs. */
const OFFSET_HYSTERESIS_RATIO = 0.08;

/**
 * Re-times a group that shares a cycle: Webster's cycle of its most demanding intersection, splits by degree of saturation in
 * bounded steps, offsets for progression. What would not help enough stays as it is.
 */
export function retimeGroup(
  nodes: readonly RetimeNode[],
  links: readonly ProgressionLink[],
  now: InstantMs,
): readonly RetimeChoice[] {
  const orders = nodes.map(({ table, running }) => orderOf(table, running));
  const needs = nodes.map(({ table, lanes }, index) =>
    websterCycle(table, defined(orders[index], "order"), lanes),
  );
  const wanted = Math.max(...needs.map(({ cycleSeconds }) => cycleSeconds));
  const critical = defined(
    nodes[needs.findIndex(({ cycleSeconds }) => cycleSeconds === wanted)],
    "critical node",
  );
  const cycleSeconds = groupCycle(nodes, wanted, now);
  const splits = nodes.map((node, index) =>
    chooseSplits(node, defined(orders[index], "order"), cycleSeconds),
  );
  const offsets = chooseOffsets(nodes, orders, splits, links, cycleSeconds);
  return nodes.map((node, index) => {
    const split = defined(splits[index], "split");
    const { offsetSeconds, note } = defined(offsets[index], "offset");
    const timing = timingFrom(
      node.table,
      defined(orders[index], "order"),
      split.greenSeconds,
      cycleSeconds,
      offsetSeconds,
    );
    const need = defined(needs[index], "need");
    const cycleNote =
      cycleSeconds === msToSeconds(node.running.cycleMs)
        ? `cycle stays ${cycleSeconds} s`
        : `cycle ${msToSeconds(node.running.cycleMs)} → ${cycleSeconds} s for ${critical.id}`;
    return {
      id: node.id,
      timing,
      changed: split.changed || note !== undefined || cycleSeconds !== msToSeconds(node.running.cycleMs),
      reason: [
        `critical flow ratio ${need.criticalRatio.toFixed(2)}`,
        cycleNote,
        split.note,
        note ?? "offset kept",
      ].join("; "),
      degreeOfSaturation: split.degreeOfSaturation,
    };
  });
}

function orderOf(table: TimingTable, timing: CycleTiming): StageOrder {
  return timing.stages.map(({ stage }) => defined(table.stageIndex.get(stage), `stage ${stage}`));
}

/** The cycle for the group: the one that runs unless another is wanted enough and nobody changed his too recently. */
function groupCycle(nodes: readonly RetimeNode[], wanted: number, now: InstantMs): number {
  const running = [...new Set(nodes.map((node) => msToSeconds(node.running.cycleMs)))];
  const [only] = running;
  const mayChange = nodes.every(({ cycleChangedAt, table }) => {
    const leastMs = secondsToMs(table.intersection.envelope.cycleChangeMinSeconds);
    return cycleChangedAt === null || now - cycleChangedAt >= leastMs;
  });
  const common = running.length === 1 && only !== undefined ? only : undefined;
  if (common !== undefined && (!mayChange || Math.abs(wanted - common) < CYCLE_HYSTERESIS_SECONDS))
    return common;
  return wanted;
}

type SplitChoice = {
  readonly greenSeconds: readonly number[];
  readonly degreeOfSaturation: readonly number[];
  readonly changed: boolean;
  readonly note: string;
};

function chooseSplits(node: RetimeNode, order: StageOrder, cycleSeconds: number): SplitChoice {
  const { table, lanes, running } = node;
  const intergreens = intergreenSeconds(table, order);
  const sameCycle = msToSeconds(running.cycleMs) === cycleSeconds;
  const present = running.stages.map(
    ({ splitMs }, slot) => msToSeconds(splitMs) - defined(intergreens[slot], "intergreen"),
  );
  const minima = minimumGreens(table, order);
  const step = table.intersection.envelope.splitStepSeconds;
  const bounds = {
    lowerSeconds: sameCycle
      ? minima.map((least, slot) => Math.max(least, defined(present[slot], "green") - step))
      : minima,
    upperSeconds: present.map((green) => (sameCycle ? green + step : Number.POSITIVE_INFINITY)),
  };
  const solution = splitGreens(table, order, lanes, cycleSeconds, bounds);
  const after = groupDelay(table, order, lanes, solution.greenSeconds, cycleSeconds);
  const worst = Math.max(0, ...solution.degreeOfSaturation);
  if (!sameCycle) {
    return { ...solution, changed: true, note: `splits for a degree of saturation of ${worst.toFixed(2)}` };
  }
  const before = groupDelay(table, order, lanes, present, cycleSeconds);
  if (after > before * (1 - SPLIT_HYSTERESIS_RATIO)) {
    const degreeOfSaturation = saturation(table, order, lanes, present, cycleSeconds);
    return {
      greenSeconds: present,
      degreeOfSaturation,
      changed: false,
      note: "splits kept: a change would gain under 2 %",
    };
  }
  const note = `splits moved, expected delay ${before.toFixed(0)} → ${after.toFixed(0)} s/veh, degree of saturation ${worst.toFixed(2)}`;
  return { ...solution, changed: true, note };
}

/** Mean expected delay over the lanes, seconds a vehicle. */
function groupDelay(
  table: TimingTable,
  order: StageOrder,
  lanes: readonly LaneDemand[],
  greens: readonly number[],
  cycleSeconds: number,
): number {
  const services = laneServices(table, lanes, stageRatios(table, order, greens, cycleSeconds));
  let vehicles = 0;
  let total = 0;
  for (const [index, lane] of lanes.entries()) {
    const effective = effectiveGreens(table, order, lane, greens);
    const capacity = laneCapacity(defined(services[index], "services"), effective, cycleSeconds);
    const greenRatio = Math.min(1, effective.reduce((sum, green) => sum + green, 0) / cycleSeconds);
    vehicles += lane.flowVehPerHour;
    total +=
      lane.flowVehPerHour * controlDelaySeconds(lane.flowVehPerHour, capacity, greenRatio, cycleSeconds);
  }
  return vehicles > 0 ? total / vehicles : 0;
}

function saturation(
  table: TimingTable,
  order: StageOrder,
  lanes: readonly LaneDemand[],
  greens: readonly number[],
  cycleSeconds: number,
): readonly number[] {
  const services = laneServices(table, lanes, stageRatios(table, order, greens, cycleSeconds));
  return lanes.map((lane, index) => {
    const capacity = laneCapacity(
      defined(services[index], "services"),
      effectiveGreens(table, order, lane, greens),
      cycleSeconds,
    );
    return capacity > 0 ? lane.flowVehPerHour / capacity : 0;
  });
}

type OffsetChoice = { readonly offsetSeconds: number; readonly note: string | undefined };

function chooseOffsets(
  nodes: readonly RetimeNode[],
  orders: readonly StageOrder[],
  splits: readonly SplitChoice[],
  links: readonly ProgressionLink[],
  cycleSeconds: number,
): readonly OffsetChoice[] {
  const kept = nodes.map((node) => keptOffset(node, cycleSeconds));
  const keep = kept.map((offsetSeconds): OffsetChoice => ({ offsetSeconds, note: undefined }));
  if (links.length === 0 || nodes.some(({ inTransition }) => inTransition)) return keep;
  const search = progressionOffsets(
    nodes.map(({ id, table }, index) => ({
      id,
      table,
      order: defined(orders[index], "order"),
      greenSeconds: defined(splits[index], "split").greenSeconds,
      offsetSeconds: defined(kept[index], "offset"),
    })),
    links,
    cycleSeconds,
  );
  if (search.delayAfter > search.delayBefore * (1 - OFFSET_HYSTERESIS_RATIO)) return keep;
  return search.offsetSeconds.map((offsetSeconds, index) => {
    const before = defined(kept[index], "offset");
    return {
      offsetSeconds,
      note: offsetSeconds === before ? undefined : `offset ${before} → ${offsetSeconds} s for progression`,
    };
  });
}

/** The present offset; under another cycle the same share of it, so that relative positions stay alike. */
function keptOffset({ running }: RetimeNode, cycleSeconds: number): number {
  const share = running.offsetMs / running.cycleMs;
  return modulo(Math.round(share * cycleSeconds), cycleSeconds);
}

function timingFrom(
  table: TimingTable,
  order: StageOrder,
  greens: readonly number[],
  cycleSeconds: number,
  offsetSeconds: number,
): CycleTiming {
  const intergreens = intergreenSeconds(table, order);
  return {
    cycleMs: secondsToMs(cycleSeconds),
    offsetMs: secondsToMs(offsetSeconds),
    stages: order.map((stage, slot) => ({
      stage: defined(table.stages[stage], "stage").id,
      splitMs: secondsToMs(defined(greens[slot], "green") + defined(intergreens[slot], "intergreen")),
    })),
  };
}
