import { defined } from "../assert.ts";
import type { CycleTiming } from "../model/plan.ts";
import type { TimingTable } from "../model/timing.ts";
import { modulo, msToSeconds } from "../units.ts";
import { type CycleNeed, longestCycleSeconds } from "./cycle.ts";
import { evenQueue, phaseGreenAt, type ProgressionLink } from "./platoon.ts";
import {
  type NodeTiming,
  offsetMoveSeconds,
  type Placement,
  type ProgressionResult,
  presentPlacement,
  type RegionModel,
  regionModel,
  searchRegion,
} from "./progression.ts";
import type { RetimeNode } from "./retime.ts";
import { sequencesOf } from "./sequence.ts";
import {
  chooseSplits,
  orderOf,
  SPLIT_DEFAULTS,
  type SplitChoice,
  type SplitParameters,
} from "./split-choice.ts";
import { lostSeconds, minimumGreens, type StageOrder } from "./splits.ts";

export type RegionParameters = SplitParameters & {
  /** How far an offset may move at once, as a share of the cycle: at most the fifth that safety rule S13 and the controllers allow. */
  readonly offsetStepRatio: number;
};

export const REGION_DEFAULTS: RegionParameters = { ...SPLIT_DEFAULTS, offsetStepRatio: 0.2 };

/** What another sequence, or half the cycle, must gain of an intersection's own queues before it is looked at as better. */
const TIMING_HYSTERESIS_RATIO = 0.04;

/** What one intersection could run under a region's cycle. */
export type TimingChoice = {
  readonly order: StageOrder;
  /** The region's, or half of it. */
  readonly cycleSeconds: number;
  readonly split: SplitChoice;
};

/** A region under one cycle: what each could run, the first of them without another sequence, and the model of all that. */
export type RegionChoice = {
  readonly cycleSeconds: number;
  readonly choices: readonly (readonly TimingChoice[])[];
  readonly model: RegionModel;
  readonly result: ProgressionResult;
};

/** Which changes beside splits and offsets each intersection may be given. */
export type Freedom = {
  readonly sequence: boolean;
  /** Half of the region's cycle, or the whole of it again. */
  readonly halves: boolean;
  readonly offset: boolean;
};

/** Splits for every timing that is open to each intersection, and the best of them with offsets, under one cycle. */
export function chooseUnder(
  cycleSeconds: number,
  nodes: readonly RetimeNode[],
  needs: readonly CycleNeed[],
  links: readonly ProgressionLink[],
  parameters: RegionParameters,
  freedom: (node: RetimeNode) => Freedom,
): RegionChoice {
  const choices = nodes.map((node, index) =>
    openTimings(node, defined(needs[index], "need"), cycleSeconds, freedom(node), parameters),
  );
  const model = regionModel(
    nodes.map((node, index) => ({
      id: node.id,
      table: node.table,
      timings: modelTimings(
        node,
        defined(choices[index], "choices"),
        links.filter(({ to }) => to === index),
        cycleSeconds,
        freedom(node),
        parameters,
      ),
      offsetSeconds: keptOffset(node, defined(choices[index]?.[0], "choice").cycleSeconds),
    })),
    links,
    cycleSeconds,
  );
  return { cycleSeconds, choices, model, result: searchRegion(model) };
}

function openTimings(
  node: RetimeNode,
  need: CycleNeed,
  cycleSeconds: number,
  { sequence, halves }: Freedom,
  parameters: RegionParameters,
): readonly TimingChoice[] {
  const { table, running, lanes, heldPhases } = node;
  const order = orderOf(table, running);
  const ownSeconds = msToSeconds(running.cycleMs);
  const half = cycleSeconds / 2;
  const least = leastSeconds(node, need);
  const present = ownSeconds === half ? half : cycleSeconds;
  // The region's cycle is looked at in whole seconds, and so is its half.
  const others = halves && Number.isInteger(half) && half >= least ? [half, cycleSeconds] : [];
  const cycles = [present, ...others.filter((cycle) => cycle !== present)];
  const orders = sequence ? sequencesOf(table, order) : [order];
  return cycles
    .flatMap((own) => orders.map((candidate) => ({ order: candidate, cycleSeconds: own })))
    .filter((timing, which) => which === 0 || holds(table, timing))
    .map((timing) => ({
      ...timing,
      split: chooseSplits({ table, running, lanes, heldPhases, ...timing }, parameters),
    }));
}

/** Whether a cycle has room for the minimum services of an order; stages between the ends of rings cost clearances. */
function holds(
  table: TimingTable,
  { order, cycleSeconds }: { readonly order: StageOrder; readonly cycleSeconds: number },
): boolean {
  const greens = minimumGreens(table, order, cycleSeconds);
  return lostSeconds(table, order) + greens.reduce((sum, green) => sum + green, 0) <= cycleSeconds;
}

/** The timings as the model has them: what comes over links is counted there, so the own queues are without their even share. */
function modelTimings(
  { table, running }: RetimeNode,
  choices: readonly TimingChoice[],
  arriving: readonly ProgressionLink[],
  cycleSeconds: number,
  { offset }: Freedom,
  { offsetStepRatio }: RegionParameters,
): readonly NodeTiming[] {
  const whole = Math.round(cycleSeconds);
  return choices.map(({ order, cycleSeconds: own, split }, which): NodeTiming => {
    const timing = { order, greenSeconds: split.greenSeconds };
    const greens = phaseGreenAt(table, timing, whole);
    const even = arriving.reduce((sum, link) => sum + evenQueue(link, greens, whole), 0);
    const hysteresis = which === 0 ? 1 : 1 + TIMING_HYSTERESIS_RATIO;
    return {
      ...timing,
      ownQueue: split.queueVehicles * hysteresis - even,
      moveMaxSeconds: offset ? freeMoveSeconds(running, own, offsetStepRatio) : 0,
    };
  });
}

/** Under another cycle an offset is not comparable with the one before, and free. */
function freeMoveSeconds(running: CycleTiming, cycleSeconds: number, offsetStepRatio: number): number {
  return msToSeconds(running.cycleMs) === cycleSeconds
    ? // A second less, for offsets and cycles of imported programs that are no whole seconds.
      Math.max(0, Math.floor(cycleSeconds * offsetStepRatio) - 1)
    : 2 * cycleSeconds;
}

/** The present offset; under another cycle the one that lets the next cycle begin when it is due, without a correction. */
function keptOffset({ running, nextCycleSeconds }: RetimeNode, cycleSeconds: number): number {
  const same = msToSeconds(running.cycleMs) === cycleSeconds;
  return same ? msToSeconds(running.offsetMs) : modulo(Math.round(nextCycleSeconds), cycleSeconds);
}

/**
 * Progression fixes the offsets relative to each other only: the whole region may be shifted so that its controllers have least
 * to correct. Lengthening is bounded like shortening or wider, so the correction is judged by the shorter way round.
 */
export function gentlestShift(
  nodes: readonly RetimeNode[],
  { cycleSeconds, choices, model, result }: RegionChoice,
): number {
  const own = chosenOf({ choices, result });
  const origin = presentPlacement(model).offsetSeconds;
  const allows = (shift: number): boolean =>
    model.nodes.every(({ timings }, index) => {
      const { moveMaxSeconds } = defined(timings[defined(result.timing[index], "timing")], "timing");
      const offset = defined(result.offsetSeconds[index], "offset") + shift;
      return offsetMoveSeconds(defined(origin[index], "origin"), offset, cycleSeconds) <= moveMaxSeconds;
    });
  const correctionAt = (shift: number): number =>
    nodes.reduce((sum, { nextCycleSeconds }, index) => {
      const offset = defined(result.offsetSeconds[index], "offset") + shift;
      return sum + offsetMoveSeconds(nextCycleSeconds, offset, defined(own[index], "choice").cycleSeconds);
    }, 0);
  let best = 0;
  for (let shift = 1; shift < cycleSeconds; shift += 1)
    if (allows(shift) && correctionAt(shift) < correctionAt(best)) best = shift;
  return best;
}

/** What each intersection is to run by a result. */
export function chosenOf({
  choices,
  result,
}: {
  readonly choices: RegionChoice["choices"];
  readonly result: Placement;
}): readonly TimingChoice[] {
  return choices.map((open, index) => defined(open[defined(result.timing[index], "timing")], "timing"));
}

/** Cycles, seconds, that every intersection can run; as shares of the wanted one. */
const CYCLES_TRIED = [0.75, 0.87, 1, 1.15] as const;

export function cyclesFor(nodes: readonly RetimeNode[], needs: readonly CycleNeed[]): readonly number[] {
  const wanted = Math.max(...needs.map(({ cycleSeconds }) => cycleSeconds));
  const longest = Math.min(...nodes.map(({ table }) => longestCycleSeconds(table)));
  const least = Math.max(...nodes.map((node, index) => leastSeconds(node, defined(needs[index], "need"))));
  if (least > longest) return [];
  const inside = (cycle: number): number => Math.min(longest, Math.max(least, Math.round(cycle)));
  return [...new Set(CYCLES_TRIED.map((share) => inside(share * wanted)))];
}

/** Whether an intersection may take a cycle. */
export function canRun(node: RetimeNode, need: CycleNeed, cycleSeconds: number): boolean {
  return cycleSeconds >= leastSeconds(node, need) && cycleSeconds <= longestCycleSeconds(node.table);
}

function leastSeconds({ table }: RetimeNode, { cycleLeastSeconds }: CycleNeed): number {
  return Math.max(table.intersection.envelope.cycleMinSeconds, cycleLeastSeconds);
}
