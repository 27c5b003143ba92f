import { defined } from "../assert.ts";
import type { Intersection } from "../model/intersection.ts";
import { type Crossings, crossings, type LaneMap } from "./loop-inside.ts";
import type { LaneTable } from "./lanes.ts";
import type { LoopPrior } from "./loop-learning.ts";

/** The part of a network that loops' places are told in; `model/files.ts` Network fits. */
export type RoadMap = {
  readonly nodes: readonly { readonly id: string; readonly intersection?: string }[];
  readonly links: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly lengthMeters: number;
    readonly speedMetersPerSecond: number;
    readonly lanes?: readonly { readonly id: string }[];
  }[];
  readonly connections?: LaneMap["connections"];
};

/** Where a loop or the begin of a link lies before the stop lines of an approach. */
export type Place = {
  readonly meters: number;
  /** Driving freely, seconds. */
  readonly travelSeconds: number;
};

export type AdvanceLoop = Place &
  LoopPrior & {
    readonly detector: number;
    readonly lengthMeters: number;
    /** At the loop, metres a second. */
    readonly speedMetersPerSecond: number;
    /** By lane of the approach: it lies before this lane, not only before a sibling. */
    readonly serves: readonly boolean[];
  };

export type ApproachLayout = {
  /** Indices in the lane table. */
  readonly lanes: readonly number[];
  readonly speedMetersPerSecond: number;
  readonly advance: readonly AdvanceLoop[];
  /** Links that leave a neighbour's signal and lead here without another one between, by id. */
  readonly upstream: ReadonlyMap<string, Place>;
};

/** What the approaches of an intersection look like to loops; a constant of the configuration. */
export type LoopGeometry = {
  readonly approaches: readonly ApproachLayout[];
  /** By detector: the approach it looks at, `undefined` for entry loops. */
  readonly approachOf: readonly (number | undefined)[];
  /** `null` where who is inside the junction cannot be counted. */
  readonly crossings: Crossings | null;
};

/** Vehicles that a sibling lane of the same link gets of 1 that goes on in the lanes the loop serves, before counting. */
const PRIOR_SIBLING = 0.12;
/** Share of the vehicles over an advance loop that come to the stop line: of those driving towards it, and of an exit's. */
const PRIOR_COMING = 0.98;
const PRIOR_TURNING_BACK = 0.1;
/** Beyond this a platoon says nothing of the seconds to come. */
const UPSTREAM_METERS_MAX = 1_000;

/** Places of loops and of neighbours' exits along the network's links, inside of junctions not counted. */
export function loopGeometry(table: LaneTable, intersection: Intersection, map: RoadMap): LoopGeometry {
  const roads = roadsOf(map);
  const groups = groupLanes(table);
  const exits = new Set(table.exits.map(({ link }) => link));
  const approaches = groups.map((lanes): ApproachLayout => {
    const links = [...new Set(lanes.map((lane) => defined(table.lanes[lane], "lane").link))];
    const before = roads.before(links);
    const detectors = [...new Set(lanes.flatMap((lane) => defined(table.lanes[lane], "lane").advanceLoops))];
    const advance = detectors.map((index): AdvanceLoop => {
      const detector = defined(intersection.detectors[index], "detector");
      const below = before.get(detector.link) ?? { meters: 0, travelSeconds: 0 };
      const speed = roads.speedOf(detector.link);
      const serves = lanes.map((lane) => defined(table.lanes[lane], "lane").advanceLoops.includes(index));
      const weights = serves.map((own) => (own ? 1 : PRIOR_SIBLING));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const ahead = before.has(detector.link) && !exits.has(detector.link);
      const come = ahead ? PRIOR_COMING : PRIOR_TURNING_BACK;
      return {
        detector: index,
        meters: below.meters + detector.distanceMeters,
        travelSeconds: below.travelSeconds + detector.distanceMeters / speed,
        lengthMeters: detector.lengthMeters,
        speedMetersPerSecond: speed,
        serves,
        priorChances: weights.map((weight) => (weight / total) * come),
      };
    });
    const speeds = links.map((link) => roads.speedOf(link));
    const upstream = new Map<string, Place>();
    for (const [link, below] of before) {
      if (!roads.leavesSignal(link)) continue;
      const length = roads.lengthOf(link);
      upstream.set(link, {
        meters: below.meters + length,
        travelSeconds: below.travelSeconds + length / roads.speedOf(link),
      });
    }
    return { lanes, speedMetersPerSecond: Math.max(...speeds), advance, upstream };
  });
  const approachOf = intersection.detectors.map((detector, index) => {
    if (detector.role === "entry") return undefined;
    const found = approaches.findIndex(({ lanes }) =>
      lanes.some((lane) => {
        const { stopLineLoops, advanceLoops } = defined(table.lanes[lane], "lane");
        return stopLineLoops.includes(index) || advanceLoops.includes(index);
      }),
    );
    return found < 0 ? undefined : found;
  });
  return { approaches, approachOf, crossings: crossings(table, intersection, map) };
}

/** Lanes between which vehicles may have changed: those of one link, and those that share an advance loop. */
function groupLanes(table: LaneTable): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (const [lane, { link, advanceLoops, stopLineLoops }] of table.lanes.entries()) {
    const linked = groups.filter((group) =>
      group.some((other) => {
        const seen = defined(table.lanes[other], "lane");
        return (
          seen.link === link ||
          seen.advanceLoops.some((loop) => advanceLoops.includes(loop)) ||
          seen.stopLineLoops.some((loop) => stopLineLoops.includes(loop))
        );
      }),
    );
    for (const group of linked) groups.splice(groups.indexOf(group), 1);
    groups.push([...linked.flat(), lane].toSorted((left, right) => left - right));
  }
  return groups;
}

type Roads = {
  readonly speedOf: (link: string) => number;
  readonly lengthOf: (link: string) => number;
  readonly leavesSignal: (link: string) => boolean;
  /** Links from which one gets to `ends` without passing a signal, with the way from their end to the end of `ends`. */
  readonly before: (ends: readonly string[]) => ReadonlyMap<string, Place>;
};

function roadsOf({ nodes, links }: RoadMap): Roads {
  const linkOf = new Map(links.map((link) => [link.id, link]));
  const signalled = new Set(
    nodes.flatMap(({ id, intersection }) => (intersection === undefined ? [] : [id])),
  );
  const into = new Map<string, RoadMap["links"][number][]>();
  for (const link of links) {
    const list = into.get(link.to);
    if (list === undefined) into.set(link.to, [link]);
    else list.push(link);
  }
  const lengthOf = (id: string): number => linkOf.get(id)?.lengthMeters ?? 0;
  const speedOf = (id: string): number => Math.max(1, linkOf.get(id)?.speedMetersPerSecond ?? 13.9);
  const before = (ends: readonly string[]): ReadonlyMap<string, Place> => {
    const found = new Map<string, Place>(ends.map((link) => [link, { meters: 0, travelSeconds: 0 }]));
    const open = [...ends];
    for (let id = open.shift(); id !== undefined; id = open.shift()) {
      const link = linkOf.get(id);
      const place = found.get(id);
      if (link === undefined || place === undefined || signalled.has(link.from)) continue;
      const meters = place.meters + link.lengthMeters;
      if (meters > UPSTREAM_METERS_MAX) continue;
      const travelSeconds = place.travelSeconds + link.lengthMeters / speedOf(id);
      for (const previous of into.get(link.from) ?? []) {
        if (found.has(previous.id) || previous.from === link.to) continue;
        found.set(previous.id, { meters, travelSeconds });
        open.push(previous.id);
      }
    }
    return found;
  };
  const leavesSignal = (id: string): boolean => signalled.has(linkOf.get(id)?.from ?? "");
  return { speedOf, lengthOf, leavesSignal, before };
}
