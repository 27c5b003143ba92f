import { defined } from "../assert.ts";
import { type InstantMs, modulo, msToSeconds, secondsToMs } from "../units.ts";
import type { CycleNeed } from "./cycle.ts";
import type { ProgressionLink } from "./platoon.ts";
import { presentPlacement, regionDelay } from "./progression.ts";
import {
  canRun,
  chooseUnder,
  chosenOf,
  cyclesFor,
  gentlestShift,
  REGION_DEFAULTS,
  type RegionChoice,
  type RegionParameters,
  type TimingChoice,
} from "./region.ts";
import type { RetimeNode } from "./retime.ts";
import { sameOrder } from "./sequence.ts";
import { orderOf } from "./split-choice.ts";
import { transitionCost, transitionSeconds } from "./transition.ts";

/**
 * Of cycles that are as good as this share of the best, the shortest is taken: delay is flat there, and queues of a shorter red fit
 * links and pockets, which the model does not know.
 */
const AS_GOOD_RATIO = 1.05;

/** When cycle, sequence and offsets change. */
export type StrategicParameters = RegionParameters & {
  /**
   * The cycle is left alone from this share of Webster's of the most demanding intersection up to the other: delay is flat there, the
   * counts of one interval waver by as much, and a cycle that is too short costs more than one that is too long.
   */
  readonly cycleBandShortestRatio: number;
  /**
   * By default any longer one than Webster's is looked at, since one of the peak otherwise stays all day; hysteresis and transition
   * keep it where little is to be had.
   */
  readonly cycleBandLongestRatio: number;
  /** What such a change must gain of the region's queues besides: the model is not the street, and counts of one interval say little. */
  readonly gainLeastRatio: number;
  /** How long a new cycle, sequence or offset is expected to be of use: within this it has to pay for its transition. */
  readonly lifeSeconds: number;
};

export const STRATEGIC_DEFAULTS: StrategicParameters = {
  ...REGION_DEFAULTS,
  cycleBandShortestRatio: 0.87,
  cycleBandLongestRatio: 1,
  gainLeastRatio: 0.04,
  lifeSeconds: 1200,
};

/** Intersections that are looked at together, with the traffic between them. */
export type Region = {
  readonly parameters: StrategicParameters;
  readonly nodes: readonly RetimeNode[];
  readonly needs: readonly CycleNeed[];
  /** Ends are places in `nodes`. */
  readonly links: readonly ProgressionLink[];
};

export type NodePlan = { readonly choice: TimingChoice; readonly offsetSeconds: number };

/** What a region could do, and what it is worth, vehicle-seconds over its expected life; 0 is what runs. */
type Option = {
  readonly region: Region;
  readonly choice: RegionChoice;
  /** Whether other sequences were open with it. */
  readonly sequences: boolean;
  readonly worth: number;
  /** Queues after over queues before. */
  readonly queueRatio: number;
};

/** A common cycle that was looked at, against what runs. */
export type ConsideredCycle = {
  readonly cycleSeconds: number;
  /** Whether other sequences of stages were open with it. */
  readonly sequences: boolean;
  /** What it takes off the queues beyond the hysteresis over its life, less its transition; positive for what is worth a change. */
  readonly worthVehSeconds: number;
  /** Queues of the region under it over those under what runs. */
  readonly queueRatio: number;
};

export type RegionDecision = {
  /** New plans by intersection; who is not named keeps cycle, sequence and offset. */
  readonly plans: ReadonlyMap<string, NodePlan>;
  /** None where somebody joins the others' cycle: then there is nothing to compare. */
  readonly considered: readonly ConsideredCycle[];
};

/** What a region is to run, and what was looked at. */
export function decideRegion(region: Region, now: InstantMs): RegionDecision {
  const cycle = commonCycle(region.nodes, now);
  const runs = (node: RetimeNode): boolean => sharesCycle(node, cycle);
  const joins = (node: RetimeNode, index: number): boolean =>
    !runs(node) && isFree(node, now) && canRun(node, defined(region.needs[index], "need"), cycle);
  const joined = subregion(region, (node, index) => runs(node) || joins(node, index));
  if (joined.nodes.some((node) => !runs(node))) {
    // Those who run it stay where they are: a newcomer is no reason to put all out of step.
    const stays = chooseUnder(cycle, joined.nodes, joined.needs, joined.links, region.parameters, (node) => ({
      sequence: false,
      halves: false,
      offset: !runs(node),
    }));
    return { plans: plansOf(joined, stays), considered: [] };
  }
  const { best, considered } = bestOption(joined, cycle, now);
  return {
    plans: best.worth > 0 ? plansOf(best.region, best.choice) : new Map(),
    considered: considered.map(({ choice, sequences, worth, queueRatio }) => ({
      cycleSeconds: choice.cycleSeconds,
      sequences,
      worthVehSeconds: worth,
      queueRatio,
    })),
  };
}

/** What most run, or half of it; those who may not change decide where there are any. Of several the longest. */
function commonCycle(nodes: readonly RetimeNode[], now: InstantMs): number {
  const held = nodes.filter((node) => isHeld(node, now));
  const deciding = held.length > 0 ? held : nodes;
  const cycles = deciding.map(({ running }) => msToSeconds(running.cycleMs)).toSorted((a, b) => b - a);
  const supporters = (cycle: number): number => deciding.filter((node) => sharesCycle(node, cycle)).length;
  return cycles.reduce((best, cycle) => (supporters(cycle) > supporters(best) ? cycle : best));
}

function sharesCycle({ running }: RetimeNode, cycleSeconds: number): boolean {
  const own = msToSeconds(running.cycleMs);
  return own === cycleSeconds || 2 * own === cycleSeconds;
}

/** Whoever changed his cycle or sequence too recently to change either again. */
function isHeld({ cycleChangedAt, table }: RetimeNode, now: InstantMs): boolean {
  const leastMs = secondsToMs(table.intersection.envelope.cycleChangeMinSeconds);
  return cycleChangedAt !== null && now - cycleChangedAt < leastMs;
}

function isFree(node: RetimeNode, now: InstantMs): boolean {
  return !node.frozen && !isHeld(node, now);
}

/**
 * The best that a region under a common cycle can do. Cycles are compared with the sequences that run; other sequences are looked at
 * under the best of them alone, where it is worth a change anyway.
 */
function bestOption(
  region: Region,
  cycle: number,
  now: InstantMs,
): { readonly best: Option; readonly considered: readonly Option[] } {
  const present = under(region, cycle, now, false);
  const stays = optionOf(region, present, present);
  const plain = [stays, ...otherCycles(region, cycle, now)];
  const best = shortestOfBest(plain);
  if (best === undefined) return { best: stays, considered: plain };
  const before = best.region === region ? present : under(best.region, cycle, now, false);
  const sequenced: Option = {
    ...optionOf(best.region, under(best.region, best.choice.cycleSeconds, now, true), before),
    sequences: true,
  };
  return { best: sequenced.worth > best.worth ? sequenced : best, considered: [...plain, sequenced] };
}

/** Another cycle is another offset: whoever is frozen stays behind for now, and joins later; whoever is held holds all. */
function otherCycles(region: Region, cycle: number, now: InstantMs): readonly Option[] {
  if (region.nodes.some((node) => isHeld(node, now))) return [];
  const movable = subregion(region, ({ frozen }) => !frozen);
  if (movable.nodes.length === 0) return [];
  const wanted = Math.max(...movable.needs.map(({ cycleSeconds }) => cycleSeconds));
  const { cycleBandShortestRatio, cycleBandLongestRatio } = region.parameters;
  if (cycle >= wanted * cycleBandShortestRatio && cycle <= wanted * cycleBandLongestRatio) return [];
  const before = under(movable, cycle, now, false);
  return cyclesFor(movable.nodes, movable.needs)
    .filter((other) => other !== cycle)
    .map((other) => optionOf(movable, under(movable, other, now, false), before));
}

function shortestOfBest(options: readonly Option[]): Option | undefined {
  const worthwhile = options.filter(({ worth }) => worth > 0);
  const least = Math.min(...worthwhile.map(({ queueRatio }) => queueRatio));
  return worthwhile
    .filter(({ queueRatio }) => queueRatio <= AS_GOOD_RATIO * least)
    .toSorted((a, b) => a.choice.cycleSeconds - b.choice.cycleSeconds)[0];
}

function under(
  { nodes, needs, links, parameters }: Region,
  cycle: number,
  now: InstantMs,
  sequence: boolean,
): RegionChoice {
  return chooseUnder(cycle, nodes, needs, links, parameters, (node) => {
    const free = isFree(node, now);
    return { sequence: sequence && free, halves: free, offset: !node.frozen };
  });
}

/** A change is worth what it takes off the queues beyond the hysteresis, over its life, less its transition. */
function optionOf(region: Region, choice: RegionChoice, before: RegionChoice): Option {
  const queueBefore = regionDelay(before.model, presentPlacement(before.model));
  const { delayAfter } = choice.result;
  const plans = placed(region, choice);
  const outOfStep = region.nodes.map((node, index) => outOfStepSeconds(node, defined(plans[index], "plan")));
  const gained = queueBefore * (1 - region.parameters.gainLeastRatio) - delayAfter;
  return {
    region,
    choice,
    sequences: false,
    worth: gained * region.parameters.lifeSeconds - transitionCost(choice.model, choice.result, outOfStep),
    queueRatio: queueBefore > 0 ? delayAfter / queueBefore : 1,
  };
}

function outOfStepSeconds(
  { table, running, nextCycleSeconds, frozen }: RetimeNode,
  { choice, offsetSeconds }: NodePlan,
): number {
  // Whoever corrects his offset does so whatever is decided.
  if (frozen) return 0;
  // A phase that is served later than it was waits for most of a cycle once.
  const sequenceSeconds = sameOrder(choice.order, orderOf(table, running)) ? 0 : choice.cycleSeconds;
  const { transitionLengthenRatio, transitionShortenRatio } = table.intersection.envelope;
  const correctionSeconds = transitionSeconds({
    cycleSeconds: choice.cycleSeconds,
    nextCycleSeconds,
    offsetSeconds,
    lengthenRatio: transitionLengthenRatio,
    shortenRatio: transitionShortenRatio,
  });
  return Math.max(sequenceSeconds, correctionSeconds);
}

function plansOf(region: Region, choice: RegionChoice): ReadonlyMap<string, NodePlan> {
  const plans = placed(region, choice);
  return new Map(region.nodes.map(({ id }, index) => [id, defined(plans[index], "plan")]));
}

function placed({ nodes }: Region, region: RegionChoice): readonly NodePlan[] {
  const shift = gentlestShift(nodes, region);
  return chosenOf(region).map((choice, index) => {
    const origin = defined(region.model.nodes[index], "node").offsetSeconds;
    const offset = defined(region.result.offsetSeconds[index], "offset");
    // Offsets of imported programs that are no whole seconds stay as they are where they do not move, but for a shorter own cycle.
    const moved = modulo(offset + shift - Math.round(origin), Math.round(region.cycleSeconds));
    const stays = moved === 0 && origin < choice.cycleSeconds;
    return { choice, offsetSeconds: stays ? origin : modulo(origin + moved, choice.cycleSeconds) };
  });
}

/** Some of a region's intersections, and the traffic between them. */
function subregion(
  { nodes, needs, links, parameters }: Region,
  belongs: (node: RetimeNode, index: number) => boolean,
): Region {
  const places = [...nodes.keys()].filter((index) => belongs(defined(nodes[index], "node"), index));
  return {
    parameters,
    nodes: places.map((index) => defined(nodes[index], "node")),
    needs: places.map((index) => defined(needs[index], "need")),
    links: links.flatMap((link) => {
      const [from, to] = [places.indexOf(link.from), places.indexOf(link.to)];
      return from < 0 || to < 0 ? [] : [{ ...link, from, to }];
    }),
  };
}
