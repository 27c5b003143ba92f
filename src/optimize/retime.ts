import { defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import { type InstantMs, modulo, msToSeconds, secondsToMs } from "../units.ts";
import { type LaneDemand, laneCapacity, laneServices } from "./capacity.ts";
import { type CycleNeed, longestCycleSeconds, websterCycle } from "./cycle.ts";
import { controlDelaySeconds } from "./delay.ts";
import { offsetMoveSeconds, type ProgressionLink, progressionOffsets } from "./progression.ts";
import {
  effectiveGreens,
  type GreenBounds,
  intergreenSeconds,
  lostSeconds,
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
  /** When its next cycle is due to begin, after local midnight: where a new plan can start without any correction. */
  readonly nextCycleSeconds: number;
};

export type RetimeChoice = {
  readonly id: string;
  readonly timing: CycleTiming;
  readonly reason: string;
  /** By stop-line lane, under the chosen timing. */
  readonly degreeOfSaturation: readonly number[];
};

/**
 * The cycle is left alone while it lies in this band around the wanted one: delay is flat there (Webster 1958: within a few per cent
 * from 0.75 of the best cycle on), and every change of cycle costs a transition.
 */
const CYCLE_BAND_RATIO = { shortest: 0.75, longest: 1.25 } as const;
/** Splits are left alone unless the expected delay falls by more than this share. */
const SPLIT_HYSTERESIS_RATIO = 0.03;
/** Offsets are left alone unless the delay on the coupled links falls by more than this share: every transition costs. */
const OFFSET_HYSTERESIS_RATIO = 0.08;
/** How far an offset may move at once, as a share of the cycle: what safety rule S13 and the controllers allow. */
const OFFSET_STEP_RATIO = 0.2;

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
  const common = groupCycle(nodes, needs, wanted, now);
  const cycles = nodes.map(({ running }) => common ?? msToSeconds(running.cycleMs));
  const splits = nodes.map((node, index) =>
    chooseSplits(node, defined(orders[index], "order"), defined(cycles[index], "cycle")),
  );
  const offsets = chooseOffsets(nodes, orders, splits, links, common);
  return nodes.map((node, index) => {
    const cycleSeconds = defined(cycles[index], "cycle");
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

/**
 * The cycle for the group: the one that runs unless another is wanted enough. Whoever changed his too recently holds the others
 * to it. `undefined` where none is right for all: then each keeps his own, and joins when he may.
 */
function groupCycle(
  nodes: readonly RetimeNode[],
  needs: readonly CycleNeed[],
  wanted: number,
  now: InstantMs,
): number | undefined {
  // Another cycle is another offset, which nobody is given in a transition.
  if (nodes.some(({ inTransition }) => inTransition)) return undefined;
  const cycleOf = ({ running }: RetimeNode): number => msToSeconds(running.cycleMs);
  const held = nodes.filter(({ cycleChangedAt, table }) => {
    const leastMs = secondsToMs(table.intersection.envelope.cycleChangeMinSeconds);
    return cycleChangedAt !== null && now - cycleChangedAt < leastMs;
  });
  const [common, ...others] = [...new Set((held.length > 0 ? held : nodes).map(cycleOf))];
  const agreed = others.length === 0 ? common : undefined;
  const near =
    agreed !== undefined &&
    agreed >= wanted * CYCLE_BAND_RATIO.shortest &&
    agreed <= wanted * CYCLE_BAND_RATIO.longest;
  const cycle = held.length > 0 || near ? agreed : wanted;
  const fits = nodes.every((node, index) => {
    const { cycleMinSeconds } = node.table.intersection.envelope;
    const least = Math.max(cycleMinSeconds, defined(needs[index], "need").cycleLeastSeconds);
    const longest = longestCycleSeconds(node.table);
    return cycle === cycleOf(node) || (cycle !== undefined && cycle >= least && cycle <= longest);
  });
  return fits ? cycle : undefined;
}

type SplitChoice = {
  readonly greenSeconds: readonly number[];
  readonly degreeOfSaturation: readonly number[];
  readonly note: string;
};

function totalSeconds(seconds: readonly number[]): number {
  return seconds.reduce((total, one) => total + one, 0);
}

/**
 * A split may move by one step from what runs, or, under another cycle, from what runs scaled to it: an interval's counts say
 * too little to overturn a timing at once.
 */
function splitBounds(
  table: TimingTable,
  order: StageOrder,
  present: readonly number[],
  cycleSeconds: number,
): GreenBounds {
  const step = table.intersection.envelope.splitStepSeconds;
  const minima = minimumGreens(table, order, cycleSeconds);
  const greenSeconds = cycleSeconds - lostSeconds(table, order);
  const scale = greenSeconds / totalSeconds(present);
  const lower = minima.map((least, slot) =>
    Math.max(least, Math.ceil(defined(present[slot], "green") * scale - step)),
  );
  return {
    // Minimum service comes first where the steps leave too little for it.
    lowerSeconds: totalSeconds(lower) <= greenSeconds ? lower : minima,
    upperSeconds: present.map((green) => Math.floor(green * scale + step)),
  };
}

function chooseSplits(node: RetimeNode, order: StageOrder, cycleSeconds: number): SplitChoice {
  const { table, lanes, running } = node;
  const intergreens = intergreenSeconds(table, order);
  const sameCycle = msToSeconds(running.cycleMs) === cycleSeconds;
  const present = running.stages.map(
    ({ splitMs }, slot) => msToSeconds(splitMs) - defined(intergreens[slot], "intergreen"),
  );
  const bounds = splitBounds(table, order, present, cycleSeconds);
  const solution = splitGreens(table, order, lanes, cycleSeconds, bounds);
  const after = groupDelay(table, order, lanes, solution.greenSeconds, cycleSeconds);
  const worst = Math.max(0, ...solution.degreeOfSaturation);
  if (!sameCycle) {
    return { ...solution, note: `splits for a degree of saturation of ${worst.toFixed(2)}` };
  }
  const before = groupDelay(table, order, lanes, present, cycleSeconds);
  if (after > before * (1 - SPLIT_HYSTERESIS_RATIO)) {
    const degreeOfSaturation = saturation(table, order, lanes, present, cycleSeconds);
    return {
      greenSeconds: present,
      degreeOfSaturation,
      note: `splits kept: a change would gain under ${SPLIT_HYSTERESIS_RATIO * 100} %`,
    };
  }
  const note = `splits moved, expected delay ${before.toFixed(0)} → ${after.toFixed(0)} s/veh, degree of saturation ${worst.toFixed(2)}`;
  return { ...solution, note };
}

/** Mean control delay that a timing is expected to give the demand, without what progression saves, seconds a vehicle. */
export function expectedDelaySeconds(
  table: TimingTable,
  timing: CycleTiming,
  lanes: readonly LaneDemand[],
): number {
  const order = orderOf(table, timing);
  const intergreens = intergreenSeconds(table, order);
  const greens = timing.stages.map(
    ({ splitMs }, slot) => msToSeconds(splitMs) - defined(intergreens[slot], "intergreen"),
  );
  return groupDelay(table, order, lanes, greens, msToSeconds(timing.cycleMs));
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
  cycleSeconds: number | undefined,
): readonly OffsetChoice[] {
  const kept = nodes.map((node) => keptOffset(node, cycleSeconds ?? msToSeconds(node.running.cycleMs)));
  const keep = kept.map((offsetSeconds): OffsetChoice => ({ offsetSeconds, note: undefined }));
  if (cycleSeconds === undefined || links.length === 0) return keep;
  const moveMax = nodes.map(({ running }) => moveMaxSeconds(running, cycleSeconds));
  const search = progressionOffsets(
    nodes.map(({ id, table }, index) => ({
      id,
      table,
      order: defined(orders[index], "order"),
      greenSeconds: defined(splits[index], "split").greenSeconds,
      offsetSeconds: defined(kept[index], "offset"),
      moveMaxSeconds: defined(moveMax[index], "move"),
    })),
    links,
    cycleSeconds,
  );
  if (search.delayAfter > search.delayBefore * (1 - OFFSET_HYSTERESIS_RATIO)) return keep;
  const allows = (shift: number): boolean =>
    search.offsetSeconds.every((offset, index) => {
      const moved = offsetMoveSeconds(defined(kept[index], "offset"), offset + shift, cycleSeconds);
      return moved <= defined(moveMax[index], "move");
    });
  const shift = gentlestShift(nodes, search.offsetSeconds, cycleSeconds, allows);
  return search.offsetSeconds.map((offset, index) => {
    const before = defined(kept[index], "offset");
    const offsetSeconds = modulo(offset + shift, cycleSeconds);
    return {
      offsetSeconds,
      note: offsetSeconds === before ? undefined : `offset ${before} → ${offsetSeconds} s for progression`,
    };
  });
}

/** Under another cycle an offset is not comparable with the one before, and free. */
function moveMaxSeconds(running: CycleTiming, cycleSeconds: number): number {
  return msToSeconds(running.cycleMs) === cycleSeconds
    ? // A second less, for offsets and cycles of imported programs that are no whole seconds.
      Math.max(0, Math.floor(cycleSeconds * OFFSET_STEP_RATIO) - 1)
    : cycleSeconds;
}

/** The present offset; under another cycle the one that lets the next cycle begin when it is due, without a correction. */
function keptOffset({ running, nextCycleSeconds }: RetimeNode, cycleSeconds: number): number {
  const same = msToSeconds(running.cycleMs) === cycleSeconds;
  return same ? msToSeconds(running.offsetMs) : modulo(Math.round(nextCycleSeconds), cycleSeconds);
}

/**
 * Progression fixes the offsets relative to each other only: the whole group may be shifted so that its controllers have least
 * to correct. Lengthening is bounded like shortening or wider, so the correction is judged by the shorter way round.
 */
function gentlestShift(
  nodes: readonly RetimeNode[],
  offsets: readonly number[],
  cycleSeconds: number,
  allows: (shift: number) => boolean,
): number {
  const correctionAt = (shift: number): number =>
    nodes.reduce((sum, { nextCycleSeconds }, index) => {
      const late = modulo(nextCycleSeconds - defined(offsets[index], "offset") - shift, cycleSeconds);
      return sum + Math.min(late, cycleSeconds - late);
    }, 0);
  let best = 0;
  for (let shift = 1; shift < cycleSeconds; shift += 1)
    if (allows(shift) && correctionAt(shift) < correctionAt(best)) best = shift;
  return best;
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
