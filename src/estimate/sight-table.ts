import { defined } from "../assert.ts";
import { insidePlace } from "../model/zone-sight.ts";
import type { LaneTable } from "./lanes.ts";
import { type LaneOrigin, laneOrigins } from "./lane-origins.ts";
import { type RoadGraph, type RoadPiece, roadGraph, type SightNetwork } from "./road-graph.ts";

/** What zone detectors see of one intersection, prepared so that a look costs little: by place, what a vehicle there means. */
export type SightTable = {
  readonly places: ReadonlyMap<string, SightPlace>;
  /** By lane of the lane table. */
  readonly lanes: readonly LaneSight[];
  /** By exit of the lane table: the lanes that the intersection's own lanes lead to. */
  readonly exits: readonly (readonly { readonly place: string; readonly lengthMeters: number }[])[];
  /** Inside the junction, by place: indices of the movements that it belongs to. */
  readonly inside: ReadonlyMap<string, readonly number[]>;
  readonly movementCount: number;
  /** By link at whose begin vehicles come past a signal: where they arrive; groups as in `SightStretch`. */
  readonly neighbours: ReadonlyMap<string, readonly (readonly NeighbourTarget[])[]>;
};

/** A place's stretches, from its downstream end up; a vehicle is on the last one that begins at or below its distance. */
export type SightPlace = {
  readonly stretches: readonly SightStretch[];
};

export type SightStretch = {
  /** From the downstream end of the place. */
  readonly fromMeters: number;
  readonly secondsPerMeter: number;
  /** Link behind another signal's stop line that has to be passed first; `null` for none. */
  readonly behindLink: string | null;
  /** Lanes of one approach link are a group: among them rates of departure say more than the prior. */
  readonly groups: readonly (readonly SightTarget[])[];
};

export type SightTarget = {
  readonly lane: number;
  /** From the downstream end of the place to the stop line. */
  readonly distanceMeters: number;
  /** The same at free speed. */
  readonly seconds: number;
  /** Probability of coming to this lane, by the prior. */
  readonly weight: number;
  /** The place is a lane with a connection to this lane: who stands at its end and could go there, sees it. */
  readonly direct: boolean;
};

export type NeighbourTarget = {
  readonly lane: number;
  readonly seconds: number;
  /** From the stop line that was passed until zone detectors here see the vehicle. */
  readonly unseenSeconds: number;
  readonly weight: number;
};

export type LaneSight = {
  readonly origins: readonly LaneOrigin[];
  /** The lane and the ways that lead into it. */
  readonly entries: readonly string[];
  /** Ways out of the lane inside the own junction. */
  readonly ways: readonly string[];
  /** Exits of its streams. */
  readonly exits: readonly number[];
  /** Lanes of the same link, nearest first. */
  readonly siblings: readonly number[];
};

type MovementsOf = {
  readonly movements: readonly {
    readonly fromLanes: readonly string[];
    readonly toLink: string;
  }[];
};

/** Zone detectors look back so far from the stop line, DESIGN §6. */
export const SIGHT_METERS = 200;
/** Neighbours' planned departures are taken from signals at most so far upstream. */
export const NEIGHBOUR_MAX_METERS = 1000;
const WEIGHT_MIN = 0.005;

/** Prepares what `zoneOutlook` and `plannedArrivals` need of the network around one intersection. */
export function sightTable(network: SightNetwork, intersection: MovementsOf, table: LaneTable): SightTable {
  const graph = roadGraph(network);
  const ends = table.lanes.map(({ id }) => defined(graph.lastPiece.get(id), `lane ${id}`));
  const seen = reaches(graph, ends, SIGHT_METERS, true);
  const links = table.lanes.map(({ link }) => link);
  const neighbours = neighbourTargets(graph, reaches(graph, ends, NEIGHBOUR_MAX_METERS, false), links);
  return {
    places: placesOf(graph, seen, table),
    lanes: lanesOf(graph, intersection, table, ends, new Set(neighbours.keys())),
    exits: table.exits.map(({ link }) => exitLanes(network, graph, table, link)),
    inside: insideOf(network, intersection),
    movementCount: intersection.movements.length,
    neighbours,
  };
}

/** How far a piece's downstream end is from one lane's stop line, and the probability of coming there. */
type Reach = {
  readonly meters: number;
  readonly seconds: number;
  readonly weight: number;
  readonly behindLink: string | null;
};

/** By lane, by piece. */
type Reaches = readonly ReadonlyMap<number, Reach>[];

function reaches(
  graph: RoadGraph,
  ends: readonly number[],
  limitMeters: number,
  throughSignals: boolean,
): Reaches {
  const own = new Set(ends);
  return ends.map((end) => {
    const nearest = shortest(graph, end, own, limitMeters, throughSignals);
    const weights = hitting(graph.pieces, end, [...nearest.keys()]);
    return new Map(
      [...nearest].map(([piece, reach]) => [piece, { ...reach, weight: weights.get(piece) ?? 0 }]),
    );
  });
}

type Nearest = Omit<Reach, "weight">;

/** Shortest ways back from a stop line (Dijkstra), nearest first; not through other stop lines of the same intersection. */
function shortest(
  { pieces }: RoadGraph,
  end: number,
  own: ReadonlySet<number>,
  limitMeters: number,
  throughSignals: boolean,
): ReadonlyMap<number, Nearest> {
  const settled = new Map<number, Nearest>();
  const open = new Map<number, Nearest>([[end, { meters: 0, seconds: 0, behindLink: null }]]);
  for (;;) {
    let nearest: readonly [number, Nearest] | null = null;
    for (const entry of open) if (nearest === null || entry[1].meters < nearest[1].meters) nearest = entry;
    if (nearest === null) return settled;
    const [index, reach] = nearest;
    open.delete(index);
    settled.set(index, reach);
    const piece = defined(pieces[index], "piece");
    const meters = reach.meters + piece.lengthMeters;
    if (meters >= limitMeters) continue;
    const seconds = reach.seconds + piece.lengthMeters * piece.secondsPerMeter;
    for (const from of piece.before) {
      const { stopLine } = defined(pieces[from], "piece");
      if (settled.has(from) || own.has(from) || (stopLine && !throughSignals)) continue;
      if (meters >= (open.get(from)?.meters ?? Number.POSITIVE_INFINITY)) continue;
      open.set(from, { meters, seconds, behindLink: stopLine ? piece.link : reach.behindLink });
    }
  }
}

/** Rounds over the pieces until roundabouts, too, have settled far below what matters. */
const HITTING_ROUNDS = 12;

/** Probability of coming to `end` from each piece: from the nearest outward, again for ways that lead around. */
function hitting(
  pieces: readonly RoadPiece[],
  end: number,
  nearestFirst: readonly number[],
): ReadonlyMap<number, number> {
  const weights = new Map<number, number>([[end, 1]]);
  for (let round = 0; round < HITTING_ROUNDS; round += 1) {
    let change = 0;
    for (const index of nearestFirst) {
      if (index === end) continue;
      const weight = defined(pieces[index], "piece").next.reduce(
        (sum, { piece, probability }) => sum + probability * (weights.get(piece) ?? 0),
        0,
      );
      change = Math.max(change, weight - (weights.get(index) ?? 0));
      weights.set(index, weight);
    }
    if (change < WEIGHT_MIN / 100) break;
  }
  return weights;
}

function placesOf(graph: RoadGraph, seen: Reaches, table: LaneTable): ReadonlyMap<string, SightPlace> {
  const links = table.lanes.map(({ link }) => link);
  const ways = new Set(graph.connections.map(({ fromLane, toLane }) => insidePlace(fromLane, toLane)));
  const stretches = new Map<string, SightStretch[]>();
  for (const [index, { place, fromMeters, secondsPerMeter }] of graph.pieces.entries()) {
    let behind: Nearest | null = null;
    const targets: SightTarget[] = [];
    for (const [lane, byPiece] of seen.entries()) {
      const reach = byPiece.get(index);
      if (reach === undefined) continue;
      if (behind === null || reach.meters < behind.meters) behind = reach;
      if (reach.weight < WEIGHT_MIN) continue;
      targets.push({
        lane,
        distanceMeters: reach.meters - fromMeters,
        seconds: reach.seconds - fromMeters * secondsPerMeter,
        weight: reach.weight,
        direct: fromMeters === 0 && ways.has(insidePlace(place, defined(table.lanes[lane], "lane").id)),
      });
    }
    if (behind === null) continue;
    const groups = grouped(targets, links);
    const stretch = { fromMeters, secondsPerMeter, behindLink: behind.behindLink, groups };
    stretches.set(place, [...(stretches.get(place) ?? []), stretch]);
  }
  return new Map(
    [...stretches]
      .filter(([, list]) => list.some(({ groups }) => groups.length > 0))
      .map(([place, list]) => [place, { stretches: list }]),
  );
}

function grouped<Target extends { readonly lane: number }>(
  targets: readonly Target[],
  links: readonly string[],
): readonly (readonly Target[])[] {
  const byLink = new Map<string, Target[]>();
  for (const target of targets) {
    const link = defined(links[target.lane], "lane");
    const group = byLink.get(link);
    if (group === undefined) byLink.set(link, [target]);
    else group.push(target);
  }
  return [...byLink.values()];
}

/** For each link behind a signal's stop line from which vehicles come here without another one between. */
function neighbourTargets(
  graph: RoadGraph,
  free: Reaches,
  links: readonly string[],
): SightTable["neighbours"] {
  const behindSignal = new Set(
    graph.pieces
      .filter(({ inside, before }) => inside && before.some((from) => graph.pieces[from]?.stopLine))
      .map(({ link }) => link),
  );
  const neighbours = new Map<string, readonly (readonly NeighbourTarget[])[]>();
  for (const link of behindSignal) {
    const entries = graph.entryPieces.get(link) ?? [];
    const targets: NeighbourTarget[] = [];
    for (const [lane, byPiece] of free.entries()) {
      const found = entries.flatMap((index) => {
        const reach = byPiece.get(index);
        return reach === undefined ? [] : [{ reach, piece: defined(graph.pieces[index], "piece") }];
      });
      const total = found.reduce((sum, { reach }) => sum + reach.weight, 0);
      if (total / entries.length < WEIGHT_MIN) continue;
      const mean = (value: (entry: (typeof found)[number]) => number): number =>
        found.reduce((sum, entry) => sum + entry.reach.weight * value(entry), 0) / total;
      const meters = mean(({ reach, piece }) => reach.meters + piece.lengthMeters);
      const seconds = mean(({ reach, piece }) => reach.seconds + piece.lengthMeters * piece.secondsPerMeter);
      const unseenSeconds = seconds * Math.max(0, 1 - SIGHT_METERS / meters);
      targets.push({ lane, seconds, unseenSeconds, weight: total / entries.length });
    }
    if (targets.length > 0) neighbours.set(link, grouped(targets, links));
  }
  return neighbours;
}

function lanesOf(
  graph: RoadGraph,
  { movements }: MovementsOf,
  table: LaneTable,
  ends: readonly number[],
  neighbours: ReadonlySet<string>,
): readonly LaneSight[] {
  return table.lanes.map(({ id, link, streams }, lane) => {
    const end = defined(ends[lane], "lane");
    const toLinks = new Set(
      streams.map((stream) => movements[table.streams[stream]?.movement ?? -1]?.toLink ?? ""),
    );
    const rank = (other: number): number =>
      Math.abs(placeInLink(graph, table.lanes[other]?.id) - placeInLink(graph, id));
    return {
      origins: laneOrigins(graph, end, neighbours, { sight: SIGHT_METERS, limit: NEIGHBOUR_MAX_METERS }),
      entries: graph.connections
        .filter(({ toLane }) => toLane === id)
        .map(({ fromLane }) => insidePlace(fromLane, id)),
      ways: graph.connections
        .filter(({ fromLane }) => fromLane === id)
        .map(({ toLane }) => insidePlace(id, toLane)),
      exits: table.exits.flatMap((exit, index) => (toLinks.has(exit.link) ? [index] : [])),
      siblings: table.lanes
        .flatMap((other, index) => (index !== lane && other.link === link ? [index] : []))
        .toSorted((left, right) => rank(left) - rank(right)),
    };
  });
}

/** Pieces stand in the order of a link's lanes: the difference of two places tells which lane is nearer. */
function placeInLink({ lastPiece }: RoadGraph, lane: string | undefined): number {
  return lastPiece.get(lane ?? "") ?? 0;
}

function exitLanes(
  { links }: SightNetwork,
  { connections }: RoadGraph,
  table: LaneTable,
  exit: string,
): SightTable["exits"][number] {
  const own = new Set(table.lanes.map(({ id }) => id));
  const reached = new Set(
    connections.filter(({ fromLane }) => own.has(fromLane)).map(({ toLane }) => toLane),
  );
  const lanes = links.find(({ id }) => id === exit)?.lanes ?? [];
  const led = lanes.filter(({ id }) => reached.has(id));
  return (led.length > 0 ? led : lanes).map(({ id, lengthMeters }) => ({ place: id, lengthMeters }));
}

function insideOf({ links }: SightNetwork, { movements }: MovementsOf): SightTable["inside"] {
  const inside = new Map<string, number[]>();
  for (const [movement, { fromLanes, toLink }] of movements.entries()) {
    const lanes = links.find(({ id }) => id === toLink)?.lanes ?? [];
    for (const fromLane of fromLanes) {
      for (const { id } of lanes) {
        const place = insidePlace(fromLane, id);
        inside.set(place, [...(inside.get(place) ?? []), movement]);
      }
    }
  }
  return inside;
}
