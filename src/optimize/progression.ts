import { defined } from "../assert.ts";
import type { TimingTable } from "../model/timing.ts";
import { modulo } from "../units.ts";
import {
  arrivalProfile,
  linkQueue,
  type PhaseGreens,
  phaseGreenAt,
  type ProgressionLink,
} from "./platoon.ts";
import type { SlotTiming } from "./platoon.ts";

/** A timing that an intersection may have, of the region's cycle or of half of it. */
export type NodeTiming = SlotTiming & {
  /** Mean queue of all that does not depend on the neighbours, vehicles. */
  readonly ownQueue: number;
  /** How far the offset may move with it, either way round, seconds. */
  readonly moveMaxSeconds: number;
};

/** One intersection of a region; which of its timings, and the offset, are what is looked for. */
export type ProgressionNode = {
  readonly id: string;
  readonly table: TimingTable;
  /** The first is what it has now. */
  readonly timings: readonly NodeTiming[];
  readonly offsetSeconds: number;
};

/** Sweeps over all intersections; more found nothing better on the built-in networks. */
const SWEEPS = 6;
/** Offsets are tried this far apart first, then around the best one second by second. */
const COARSE_SECONDS = 4;
/** What a change must gain of the queues that it touches to be made: keeps rounding from moving anything. */
const GAIN_LEAST_RATIO = 0.001;

/** Offsets, and which timing, of every node. */
export type Placement = {
  readonly offsetSeconds: readonly number[];
  readonly timing: readonly number[];
};

export type ProgressionResult = Placement & {
  /** Mean queue of the region, vehicles, which is its delay in vehicle-seconds a second; before and after. */
  readonly delayBefore: number;
  readonly delayAfter: number;
};

/** The platoon-dispersion model of a region under a common cycle, with what it has worked out already. */
export type RegionModel = {
  readonly nodes: readonly ProgressionNode[];
  readonly links: readonly ProgressionLink[];
  readonly cycleSeconds: number;
  /** Mean queue on one link. */
  readonly linkDelay: (link: number, placement: Placement) => number;
};

export function regionModel(
  nodes: readonly ProgressionNode[],
  links: readonly ProgressionLink[],
  commonCycleSeconds: number,
): RegionModel {
  // Flows are followed second by second: an imported cycle of 92.5 s is looked at as one of 93 s.
  const cycleSeconds = Math.round(commonCycleSeconds);
  const greens = nodes.map(({ table, timings }) =>
    timings.map((timing) => phaseGreenAt(table, timing, cycleSeconds)),
  );
  const greensOf = (node: number, timing: number): PhaseGreens =>
    defined(greens[node]?.[timing], "greens of a timing");
  const profiles = new Map<number, Float64Array>();
  const queues = new Map<number, number>();
  const timingsMax = Math.max(1, ...nodes.map(({ timings }) => timings.length));
  const linkDelay = (index: number, { offsetSeconds, timing }: Placement): number => {
    const link = defined(links[index], "link");
    const [near, far] = [defined(timing[link.from], "timing"), defined(timing[link.to], "timing")];
    const lag = defined(offsetSeconds[link.from], "offset") - defined(offsetSeconds[link.to], "offset");
    const shift = modulo(Math.round(lag), cycleSeconds);
    const profileKey = index * timingsMax + near;
    const key = (profileKey * timingsMax + far) * cycleSeconds + shift;
    const known = queues.get(key);
    if (known !== undefined) return known;
    const profile = profiles.get(profileKey) ?? arrivalProfile(link, greensOf(link.from, near), cycleSeconds);
    profiles.set(profileKey, profile);
    const queue = linkQueue(link, profile, shift, greensOf(link.to, far));
    queues.set(key, queue);
    return queue;
  };
  return { nodes, links, cycleSeconds, linkDelay };
}

/** Mean queue of a whole region, vehicles. */
export function regionDelay({ nodes, links, linkDelay }: RegionModel, placement: Placement): number {
  return (
    nodes.reduce((sum, node, index) => sum + ownQueue(node, defined(placement.timing[index], "timing")), 0) +
    links.reduce((sum, _, link) => sum + linkDelay(link, placement), 0)
  );
}

function ownQueue({ timings }: ProgressionNode, timing: number): number {
  return defined(timings[timing], "timing").ownQueue;
}

/** What every node has now. */
export function presentPlacement({ nodes, cycleSeconds }: RegionModel): Placement {
  return {
    offsetSeconds: nodes.map(({ offsetSeconds }) => modulo(Math.round(offsetSeconds), cycleSeconds)),
    timing: nodes.map(() => 0),
  };
}

/**
 * Offsets and timings that lessen the delay of a region under a common cycle, by coordinate descent: in turn each intersection takes
 * the timing and offset that are best while the others stay, and each branch of the tree that spans the region the shift that is best
 * for it as a whole. Where the region is a tree, as a street is, no offsets are better for the timings chosen but for what bounds forbid.
 * The first intersection's offset stays.
 */
export function progressionOffsets(
  nodes: readonly ProgressionNode[],
  links: readonly ProgressionLink[],
  commonCycleSeconds: number,
): ProgressionResult {
  return searchRegion(regionModel(nodes, links, commonCycleSeconds));
}

/** The same for a model that is there already. */
export function searchRegion(model: RegionModel): ProgressionResult {
  const present = presentPlacement(model);
  const search: Search = {
    model,
    origin: present.offsetSeconds,
    offsets: [...present.offsetSeconds],
    timing: [...present.timing],
  };
  const branches = branchesOf(model);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    let moved = false;
    for (const branch of branches) moved = shiftBranch(search, branch) || moved;
    for (const node of model.nodes.keys()) moved = placeNode(search, node) || moved;
    if (!moved) break;
  }
  const placement = { offsetSeconds: search.offsets, timing: search.timing };
  return {
    ...placement,
    delayBefore: regionDelay(model, present),
    delayAfter: regionDelay(model, placement),
  };
}

/** How far apart two offsets are, the shorter way round. */
export function offsetMoveSeconds(from: number, to: number, cycleSeconds: number): number {
  const later = modulo(to - from, cycleSeconds);
  return Math.min(later, cycleSeconds - later);
}

type Search = {
  readonly model: RegionModel;
  readonly origin: readonly number[];
  readonly offsets: number[];
  readonly timing: number[];
};

/** Nodes that hang together when one edge of the spanning tree is cut, without the first intersection, and the links across the cut. */
type Branch = { readonly members: readonly number[]; readonly across: readonly number[] };

function branchesOf({ nodes, links }: RegionModel): readonly Branch[] {
  const parent = nodes.map(() => -1);
  const reached: number[] = [];
  for (const root of nodes.keys()) {
    if (reached.includes(root)) continue;
    reached.push(root);
    for (let next = reached.length - 1; next < reached.length; next += 1) {
      const node = defined(reached[next], "node");
      for (const { from, to } of links) {
        const other = from === node ? to : to === node ? from : node;
        if (reached.includes(other)) continue;
        parent[other] = node;
        reached.push(other);
      }
    }
  }
  return reached
    .filter((node) => defined(parent[node], "parent") >= 0)
    .map((top) => branchBelow(links, parent, reached, top));
}

function branchBelow(
  links: readonly ProgressionLink[],
  parent: readonly number[],
  reached: readonly number[],
  top: number,
): Branch {
  const members = new Set([top]);
  for (const node of reached) if (members.has(defined(parent[node], "parent"))) members.add(node);
  const across = links.flatMap(({ from, to }, link) => (members.has(from) === members.has(to) ? [] : [link]));
  return { members: [...members], across };
}

/** Moves a branch as a whole to the best place that the bounds allow; whether it moved. */
function shiftBranch({ model, origin, offsets, timing }: Search, { members, across }: Branch): boolean {
  const { cycleSeconds } = model;
  const start = [...offsets];
  const put = (shift: number): void => {
    for (const node of members) offsets[node] = modulo(defined(start[node], "offset") + shift, cycleSeconds);
  };
  const allowed = (): boolean =>
    members.every((node) =>
      isAllowed(model, origin, node, defined(timing[node], "timing"), defined(offsets[node], "offset")),
    );
  const best = leastOf(cycleSeconds, (shift) => {
    put(shift);
    return allowed() ? delayOn(model, across, { offsetSeconds: offsets, timing }) : Number.POSITIVE_INFINITY;
  });
  put(best);
  return best !== 0;
}

/** Gives one node the best timing and offset that its bounds allow; whether anything changed. */
function placeNode({ model, origin, offsets, timing }: Search, node: number): boolean {
  const { nodes, links, cycleSeconds } = model;
  const own = defined(nodes[node], "node");
  const touching = links.flatMap(({ from, to }, link) => (from === node || to === node ? [link] : []));
  const start = defined(offsets[node], "offset");
  const startTiming = defined(timing[node], "timing");
  const costAt = (which: number, shift: number): number => {
    const offset = modulo(start + shift, cycleSeconds);
    if (!isAllowed(model, origin, node, which, offset)) return Number.POSITIVE_INFINITY;
    offsets[node] = offset;
    timing[node] = which;
    return ownQueue(own, which) + delayOn(model, touching, { offsetSeconds: offsets, timing });
  };
  let best = { which: startTiming, shift: 0, cost: costAt(startTiming, 0) * (1 - GAIN_LEAST_RATIO) };
  for (const which of own.timings.keys()) {
    // The first intersection is what offsets are counted from.
    const shift = node === 0 ? 0 : leastOf(cycleSeconds, (candidate) => costAt(which, candidate));
    const cost = costAt(which, shift);
    if (cost < best.cost) best = { which, shift, cost };
  }
  offsets[node] = modulo(start + best.shift, cycleSeconds);
  timing[node] = best.which;
  return best.which !== startTiming || best.shift !== 0;
}

function isAllowed(
  { nodes, cycleSeconds }: RegionModel,
  origin: readonly number[],
  node: number,
  timing: number,
  offset: number,
): boolean {
  const { moveMaxSeconds } = defined(nodes[node]?.timings[timing], "timing");
  return offsetMoveSeconds(defined(origin[node], "origin"), offset, cycleSeconds) <= moveMaxSeconds;
}

function delayOn({ linkDelay }: RegionModel, links: readonly number[], placement: Placement): number {
  return links.reduce((sum, link) => sum + linkDelay(link, placement), 0);
}

/** The shift of least cost: 0 unless another one gains enough; coarse steps first, then each second around the best. */
function leastOf(cycleSeconds: number, costAt: (shift: number) => number): number {
  let best = 0;
  let bestCost = costAt(0) * (1 - GAIN_LEAST_RATIO);
  const consider = (shift: number): void => {
    const cost = costAt(shift);
    if (cost < bestCost) {
      best = shift;
      bestCost = cost;
    }
  };
  for (let shift = COARSE_SECONDS; shift < cycleSeconds; shift += COARSE_SECONDS) consider(shift);
  const around = best;
  for (let step = 1 - COARSE_SECONDS; step < COARSE_SECONDS; step += 1) consider(around + step);
  return modulo(best, cycleSeconds);
}
