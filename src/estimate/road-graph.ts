import { defined } from "../assert.ts";
import type { Turn } from "../model/intersection.ts";
import { insidePlace } from "../model/zone-sight.ts";

/** Straight on : turn : U-turn, before counting; as in `lanes.ts`, reference `control-algorithms.md` §2. */
const PRIOR_WEIGHT: Readonly<Record<Turn, number>> = { through: 3, left: 1, right: 1, uturn: 0.02 };

/** What the sight table needs of a network; `Network` of `model/files.ts` fits. */
export type SightNetwork = {
  readonly links: readonly SightLink[];
  /** Which lane leads to which; where it is not known, the movements' lanes lead to every full lane of where they go. */
  readonly connections?: readonly LaneConnection[] | undefined;
  readonly intersections: readonly {
    readonly movements: readonly {
      readonly fromLink: string;
      readonly fromLanes: readonly string[];
      readonly toLink: string;
      readonly turn: Turn;
    }[];
  }[];
};

type SightLink = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly lengthMeters: number;
  readonly speedMetersPerSecond: number;
  readonly shape: readonly (readonly [number, number])[];
  readonly lanes: readonly { readonly id: string; readonly lengthMeters: number }[];
};

type LaneConnection = {
  readonly fromLane: string;
  readonly toLane: string;
  readonly lengthMeters: number;
  readonly insideSpeedMetersPerSecond?: number | undefined;
};

/** A stretch of a lane on which vehicles can go to the same lanes, or the way from one lane to another inside a node. */
export type RoadPiece = {
  /** Lane, or `fromLane:toLane`. */
  readonly place: string;
  /** The link of the lane, of the way inside a node the one that it leads to. */
  readonly link: string;
  readonly inside: boolean;
  /** From the downstream end of the place to the downstream end of the piece. */
  readonly fromMeters: number;
  readonly lengthMeters: number;
  readonly secondsPerMeter: number;
  /** Ends at a signal's stop line. */
  readonly stopLine: boolean;
  /** Where vehicles go, with probabilities; less than 1 together where vehicles leave the known road. */
  readonly next: readonly { readonly piece: number; readonly probability: number }[];
  readonly before: readonly number[];
};

export type RoadGraph = {
  readonly pieces: readonly RoadPiece[];
  /** By lane: its piece at the downstream end. */
  readonly lastPiece: ReadonlyMap<string, number>;
  /** By link: the pieces at its begin that vehicles enter. */
  readonly entryPieces: ReadonlyMap<string, readonly number[]>;
  readonly connections: readonly LaneConnection[];
  readonly linkOfLane: ReadonlyMap<string, string>;
  /** What a turn between two links weighs before any counting. */
  readonly turnWeight: (fromLink: string, toLink: string) => number;
};

/** Where vehicles can go from a lane to lanes that begin beside it. */
type Cut = { readonly atMeters: number; readonly sideLanes: readonly string[] };

const UNJOINED = { inside: false, stopLine: false, fromMeters: 0, next: [], before: [] };

type Ways = Map<number, RoadPiece["next"]>;

/** The lanes and the ways between them, with the turns that are assumed before any counting. */
export function roadGraph(network: SightNetwork): RoadGraph {
  const links = new Map(network.links.map((link) => [link.id, link]));
  const linkOfLane = new Map(network.links.flatMap(({ id, lanes }) => lanes.map((lane) => [lane.id, id])));
  const connections = connectionsOf(network, links).filter(
    ({ fromLane, toLane }) => linkOfLane.has(fromLane) && linkOfLane.has(toLane),
  );
  const turnWeight = turnWeights(network, links);
  const next: Ways = new Map();
  const { pieces, firstPiece, lastPiece, entryPieces } = lanePieces(network, connections, next);
  const laneCount = pieces.length;
  for (const { fromLane, toLane, lengthMeters, insideSpeedMetersPerSecond } of connections) {
    const from = defined(links.get(linkOfLane.get(fromLane) ?? ""), fromLane);
    const to = defined(links.get(linkOfLane.get(toLane) ?? ""), toLane);
    const speed = insideSpeedMetersPerSecond ?? Math.min(from.speedMetersPerSecond, to.speedMetersPerSecond);
    next.set(pieces.length, [{ piece: defined(firstPiece.get(toLane), toLane), probability: 1 }]);
    pieces.push({
      ...UNJOINED,
      place: insidePlace(fromLane, toLane),
      link: to.id,
      inside: true,
      lengthMeters,
      secondsPerMeter: 1 / speed,
    });
  }
  for (const [lane, ways] of waysOf(connections, linkOfLane, turnWeight)) {
    next.set(
      defined(lastPiece.get(lane), lane),
      ways.map(({ connection, probability }) => ({ piece: laneCount + connection, probability })),
    );
  }
  return { pieces: joined(pieces, next), lastPiece, entryPieces, connections, linkOfLane, turnWeight };
}

/** The lanes' pieces, from the downstream end of each lane up, and how one goes from piece to piece of one link. */
function lanePieces(
  network: SightNetwork,
  connections: readonly LaneConnection[],
  next: Ways,
): {
  readonly pieces: RoadPiece[];
  readonly firstPiece: ReadonlyMap<string, number>;
  readonly lastPiece: ReadonlyMap<string, number>;
  readonly entryPieces: ReadonlyMap<string, readonly number[]>;
} {
  const stopLines = new Set(
    network.intersections.flatMap(({ movements }) => movements.flatMap(({ fromLanes }) => fromLanes)),
  );
  const leading = new Set([...stopLines, ...connections.map(({ fromLane }) => fromLane)]);
  const entered = new Set(connections.map(({ toLane }) => toLane));
  const pieces: RoadPiece[] = [];
  const firstPiece = new Map<string, number>();
  const lastPiece = new Map<string, number>();
  const sides: { readonly piece: number; readonly lanes: readonly string[] }[] = [];
  for (const link of network.links) {
    const cuts = cutsOf(link, leading, entered);
    for (const lane of link.lanes) {
      const ends = [...(cuts.get(lane.id) ?? []), { atMeters: lane.lengthMeters, sideLanes: [] }];
      lastPiece.set(lane.id, pieces.length);
      let fromMeters = 0;
      let beside: readonly string[] = [];
      for (const { atMeters, sideLanes } of ends) {
        const stopLine = fromMeters === 0 && stopLines.has(lane.id);
        if (fromMeters > 0) sides.push({ piece: pieces.length, lanes: beside });
        pieces.push({
          ...UNJOINED,
          place: lane.id,
          link: link.id,
          fromMeters,
          lengthMeters: atMeters - fromMeters,
          secondsPerMeter: 1 / link.speedMetersPerSecond,
          stopLine,
        });
        beside = sideLanes;
        fromMeters = atMeters;
      }
      firstPiece.set(lane.id, pieces.length - 1);
    }
  }
  for (const { piece, lanes } of sides) {
    const ways = [piece - 1, ...lanes.map((lane) => defined(lastPiece.get(lane), lane))];
    next.set(
      piece,
      ways.map((way) => ({ piece: way, probability: 1 / ways.length })),
    );
  }
  const entryPieces = new Map(
    network.links.map((link) => [
      link.id,
      link.lanes
        .filter((lane) => isEntry(link, lane, entered))
        .map(({ id }) => defined(firstPiece.get(id), id)),
    ]),
  );
  return { pieces, firstPiece, lastPiece, entryPieces };
}

/** Pieces with where they lead, and whence one comes. */
function joined(
  pieces: readonly RoadPiece[],
  next: ReadonlyMap<number, RoadPiece["next"]>,
): readonly RoadPiece[] {
  const before = pieces.map((): number[] => []);
  for (const [index, ways] of next) {
    for (const { piece } of ways) defined(before[piece], "piece").push(index);
  }
  return pieces.map((piece, index) => ({
    ...piece,
    next: next.get(index) ?? [],
    before: defined(before[index], "piece"),
  }));
}

function isEntry(link: SightLink, lane: SightLink["lanes"][number], entered: ReadonlySet<string>): boolean {
  if (link.lanes.some(({ id }) => entered.has(id))) return entered.has(lane.id);
  return lane.lengthMeters >= longest(link) - LENGTH_TOLERANCE_METERS;
}

const LENGTH_TOLERANCE_METERS = 1;

function longest({ lanes }: SightLink): number {
  return Math.max(...lanes.map(({ lengthMeters }) => lengthMeters));
}

/**
 * Lanes of the link that are entered from a lane beside them only: pockets that begin further down, and lanes that nothing
 * leads to although others of the link are led to. They are entered from the nearest lane that begins before them, a lane of
 * full length halfway.
 */
function cutsOf(
  link: SightLink,
  leading: ReadonlySet<string>,
  entered: ReadonlySet<string>,
): ReadonlyMap<string, readonly Cut[]> {
  const known = link.lanes.some(({ id }) => entered.has(id));
  const atOf = link.lanes.map(({ id, lengthMeters }) => {
    const pocket = !entered.has(id) && lengthMeters < longest(link) - LENGTH_TOLERANCE_METERS;
    if (pocket) return lengthMeters;
    return known && !entered.has(id) ? lengthMeters / 2 : null;
  });
  const cuts = new Map<string, Map<number, string[]>>();
  const cut = (lane: string, atMeters: number, sideLanes: readonly string[]): void => {
    const byMeters = cuts.get(lane) ?? new Map<number, string[]>();
    cuts.set(lane, byMeters);
    byMeters.set(atMeters, [...(byMeters.get(atMeters) ?? []), ...sideLanes]);
  };
  for (const [index, atMeters] of atOf.entries()) {
    const lane = defined(link.lanes[index], "lane");
    if (atMeters === null || !leading.has(lane.id)) continue;
    const main = link.lanes
      .map((other, at) => ({ other, apart: Math.abs(at - index), begins: atOf[at] ?? other.lengthMeters }))
      .filter(({ apart, begins }) => apart > 0 && begins > atMeters)
      .toSorted((left, right) => left.apart - right.apart)[0];
    if (main === undefined) continue;
    cut(main.other.id, atMeters, [lane.id]);
    if (atMeters < lane.lengthMeters) cut(lane.id, atMeters, []);
  }
  return new Map(
    [...cuts].map(([lane, byMeters]) => [
      lane,
      [...byMeters]
        .map(([atMeters, sideLanes]) => ({ atMeters, sideLanes }))
        .toSorted((left, right) => left.atMeters - right.atMeters),
    ]),
  );
}

/**
 * By lane: its connections with probabilities, by the turn between the links, equally among lanes of the same link. Where one can only
 * turn round, the known road ends: most vehicles leave it there.
 */
function waysOf(
  connections: readonly LaneConnection[],
  linkOfLane: ReadonlyMap<string, string>,
  turnWeight: RoadGraph["turnWeight"],
): ReadonlyMap<string, readonly { readonly connection: number; readonly probability: number }[]> {
  const byLane = new Map<string, Map<string, number[]>>();
  for (const [index, { fromLane, toLane }] of connections.entries()) {
    const byLink = byLane.get(fromLane) ?? new Map<string, number[]>();
    byLane.set(fromLane, byLink);
    const link = defined(linkOfLane.get(toLane), toLane);
    byLink.set(link, [...(byLink.get(link) ?? []), index]);
  }
  return new Map(
    [...byLane].map(([lane, byLink]) => {
      const from = defined(linkOfLane.get(lane), lane);
      const weights = [...byLink].map(([link, ways]) => ({ ways, weight: turnWeight(from, link) }));
      const ahead = weights.some(({ weight }) => weight > PRIOR_WEIGHT.uturn);
      const total = weights.reduce((sum, { weight }) => sum + weight, ahead ? 0 : PRIOR_WEIGHT.through);
      return [
        lane,
        weights.flatMap(({ ways, weight }) =>
          ways.map((connection) => ({ connection, probability: weight / total / ways.length })),
        ),
      ];
    }),
  );
}

function connectionsOf(
  { connections, intersections }: SightNetwork,
  links: ReadonlyMap<string, SightLink>,
): readonly LaneConnection[] {
  if (connections !== undefined) return connections;
  const pairs = intersections.flatMap(({ movements }) =>
    movements.flatMap(({ fromLanes, toLink }) => {
      const link = defined(links.get(toLink), toLink);
      const full = link.lanes.filter(
        ({ lengthMeters }) => lengthMeters >= longest(link) - LENGTH_TOLERANCE_METERS,
      );
      return fromLanes.flatMap((fromLane) =>
        full.map(({ id }) => ({ fromLane, toLane: id, lengthMeters: 0 })),
      );
    }),
  );
  return [...new Map(pairs.map((pair) => [insidePlace(pair.fromLane, pair.toLane), pair])).values()];
}

/** By the movements where there is a signal, by the bend between the links elsewhere. */
function turnWeights(
  { intersections }: SightNetwork,
  links: ReadonlyMap<string, SightLink>,
): RoadGraph["turnWeight"] {
  const turns = new Map(
    intersections.flatMap(({ movements }) =>
      movements.map(({ fromLink, toLink, turn }) => [insidePlace(fromLink, toLink), turn]),
    ),
  );
  return (fromLink, toLink) => {
    const known = turns.get(insidePlace(fromLink, toLink));
    const bend = (): Turn =>
      bendOf(defined(links.get(fromLink), fromLink), defined(links.get(toLink), toLink));
    return PRIOR_WEIGHT[known ?? bend()];
  };
}

/** Up to so much is straight on. */
const STRAIGHT_MAX_DEGREES = 50;

/** Turning round is going back to where one came from; a hairpin of a one-way road is not. */
function bendOf(from: SightLink, to: SightLink): Turn {
  if (to.to === from.from) return "uturn";
  const [beforeEnd, end] = from.shape.slice(-2);
  const [begin, afterBegin] = to.shape;
  if (!beforeEnd || !end || !begin || !afterBegin) return "through";
  const [ax, ay] = [end[0] - beforeEnd[0], end[1] - beforeEnd[1]];
  const [bx, by] = [afterBegin[0] - begin[0], afterBegin[1] - begin[1]];
  const degrees = (Math.atan2(ax * by - ay * bx, ax * bx + ay * by) * 180) / Math.PI;
  if (Math.abs(degrees) <= STRAIGHT_MAX_DEGREES) return "through";
  return degrees > 0 ? "left" : "right";
}
