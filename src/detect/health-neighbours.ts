import { defined } from "../assert.ts";
import type { Detector } from "../model/intersection.ts";

/** A detector anywhere in the network. */
export type DetectorPlace = { readonly node: number; readonly detector: number };

/** What lies at the stop lines and exits of one intersection; `estimate/lanes.ts` LaneTable fits. */
export type HealthLanes = {
  readonly lanes: readonly {
    readonly stopLineLoops: readonly number[];
    readonly advanceLoops: readonly number[];
  }[];
  readonly streams: readonly { readonly lane: number }[];
  readonly exits: readonly {
    readonly link: string;
    readonly entryLoops: readonly number[];
    readonly streams: readonly number[];
  }[];
};

type Node = { readonly detectors: readonly Detector[]; readonly lanes: HealthLanes };

/** A detector is compared with at most so many. */
const NEIGHBOURS_MAX = 8;

/**
 * By intersection and detector: the detectors that the same vehicles pass, or those of the lanes beside. They are the others on its link,
 * whichever intersection they belong to, and those of the lanes that it looks after; of an exit that no other kind of loop lies on, the stop-line loops
 * of the lanes that lead into it.
 */
export function neighboursOf(nodes: readonly Node[]): readonly (readonly (readonly DetectorPlace[])[])[] {
  // Each place is one object, whoever has it for a neighbour.
  const places = nodes.map(({ detectors }, node) =>
    detectors.map((_, detector): DetectorPlace => ({ node, detector })),
  );
  const onLink = new Map<string, DetectorPlace[]>();
  for (const [node, { detectors }] of nodes.entries()) {
    for (const [detector, { link }] of detectors.entries()) {
      const place = defined(places[node]?.[detector], "place");
      const list = onLink.get(link);
      if (list === undefined) onLink.set(link, [place]);
      else list.push(place);
    }
  }
  return nodes.map(({ detectors, lanes }, node) => {
    const beside = watchedTogether(detectors.length, lanes);
    const inside = (detector: number): DetectorPlace => defined(places[node]?.[detector], "place");
    return detectors.map(({ role, link }, detector) => {
      const here = defined(onLink.get(link), "link");
      const found = new Set([...defined(beside[detector], "detector")].map(inside));
      for (const place of here) found.add(place);
      const alone = here.every((place) => roleOf(nodes, place) === "entry");
      if (role === "entry" && alone) for (const other of leadingInto(lanes, link)) found.add(inside(other));
      found.delete(inside(detector));
      return [...found].slice(0, NEIGHBOURS_MAX);
    });
  });
}

function roleOf(nodes: readonly Node[], { node, detector }: DetectorPlace): Detector["role"] {
  return defined(nodes[node]?.detectors[detector], "detector").role;
}

/** By detector: those that look after a lane of its own. */
function watchedTogether(count: number, { lanes }: HealthLanes): readonly (readonly number[])[] {
  const together = Array.from({ length: count }, () => new Set<number>());
  for (const { stopLineLoops, advanceLoops } of lanes) {
    const all = [...stopLineLoops, ...advanceLoops];
    for (const detector of all) for (const other of all) together[detector]?.add(other);
  }
  return together.map((others) => [...others]);
}

function leadingInto({ lanes, streams, exits }: HealthLanes, link: string): readonly number[] {
  return exits
    .filter((exit) => exit.link === link)
    .flatMap((exit) => exit.streams)
    .flatMap((stream) => defined(lanes[defined(streams[stream], "stream").lane], "lane").stopLineLoops);
}

/** What a detector and one neighbour have counted together while both were good, and what speaks against that since. */
export type PairLearning = {
  /** Vehicles of both, fading over some hours. */
  readonly own: number;
  readonly other: number;
  /** Log-likelihood ratio that the detector tells half, or twice, what it did beside this neighbour; not below 0. */
  readonly fewer: number;
  readonly more: number;
  /** Vehicles of the neighbour since the detector saw its last one. */
  readonly unheard: number;
};

export const PAIR_START: PairLearning = { own: 0, other: 0, fewer: 0, more: 0, unheard: 0 };

/** Fading of what has been counted, by minute: about the last four hours count. */
const PAIR_FADING = Math.exp(-1 / 240);
/** Vehicles of each, and of both together, before their ratio says anything. */
const RATIO_LEAST = 40;
const RATIO_LEAST_BOTH = 120;
/** Variance of the difference of two neighbours' counts over that of independent ones, at the least. */
const OVERDISPERSION = 1.25;
/** Half and twice are what a detector is tested for. */
const FEWER_RATIO = 0.5;
const MORE_RATIO = 2;
/** More evidence than this is not remembered, so that a repaired detector is believed again in time. */
const EVIDENCE_MAX = 20;

export function learntRatio({ own, other }: PairLearning): number | undefined {
  if (own < RATIO_LEAST || other < RATIO_LEAST || own + other < RATIO_LEAST_BOTH) return undefined;
  return own / other;
}

export function learnPair(pair: PairLearning, own: number, other: number): PairLearning {
  return { ...pair, own: pair.own * PAIR_FADING + own, other: pair.other * PAIR_FADING + other };
}

/**
 * What counts of one minute say for `factor` times the usual ratio and against the ratio itself (Wald's sequential test of a share), counts that scatter
 * more than Poisson's saying so much less.
 */
function evidenceOf(ratio: number, factor: number, own: number, other: number, scatter: number): number {
  const usual = ratio / (1 + ratio);
  const changed = (factor * ratio) / (1 + factor * ratio);
  const told = own * Math.log(changed / usual) + other * Math.log((1 - changed) / (1 - usual));
  return told / Math.max(OVERDISPERSION, scatter);
}

/** Evidence is not below none, and not beyond what is remembered. */
export function bounded(evidence: number): number {
  return Math.max(0, Math.min(EVIDENCE_MAX, evidence));
}

export type Evidence = { readonly fewer: number; readonly more: number };

/** A ratio, and its standard deviation as a part of it. */
export type Ratio = { readonly ratio: number; readonly error: number };

/** So many standard deviations of the learnt ratio are given to the detector. */
const BENEFIT = 0.7;

export function weighed(
  before: Evidence,
  { ratio, error }: Ratio,
  own: number,
  other: number,
  scatter: number,
): Evidence {
  const least = ratio / (1 + BENEFIT * error);
  const most = ratio * (1 + BENEFIT * error);
  return {
    fewer: bounded(before.fewer + evidenceOf(least, FEWER_RATIO, own, other, scatter)),
    more: bounded(before.more + evidenceOf(most, MORE_RATIO, own, other, scatter)),
  };
}

/** Of a ratio of two counts, by the variance of both. */
export function ratioError(own: number, other: number): number {
  return Math.sqrt(OVERDISPERSION * (1 / own + 1 / other));
}

/** A neighbour that is good, its count and its pair. */
export type HeardNeighbour = { readonly pair: PairLearning; readonly count: number };

/**
 * What the neighbours together let expect of a detector: each one's count times its ratio, weighted by how little noise it brings, which
 * comes to the sum of counts over the sum of inverse ratios. `undefined` where no ratio is known.
 */
export function pooled(
  neighbours: readonly HeardNeighbour[],
): (Ratio & { readonly count: number }) | undefined {
  let [inverse, count, own, other] = [0, 0, Number.POSITIVE_INFINITY, 0];
  for (const neighbour of neighbours) {
    const { pair } = neighbour;
    const ratio = learntRatio(pair);
    if (ratio === undefined) continue;
    inverse += 1 / ratio;
    count += neighbour.count;
    own = Math.min(own, pair.own);
    other += pair.other;
  }
  return inverse > 0 ? { ratio: 1 / inverse, error: ratioError(own, other), count } : undefined;
}
