import type { Network } from "../model/files.ts";
import { grouped } from "../model/grouped.ts";
import type { Intersection } from "../model/intersection.ts";
import type { Link } from "../model/network.ts";
import { NEIGHBOUR_MAX_METERS, SIGHT_METERS } from "./sight-table.ts";

/** Lanes of a link that are shorter by no more than this are entered at its begin. */
const LENGTH_TOLERANCE_METERS = 1;

/** A network by what lies where, so that the surroundings of one intersection are found without going through all of it. */
type Atlas = {
  readonly network: Network;
  /** By node: places of the links that end there, and of those that begin there. */
  readonly into: ReadonlyMap<string, readonly number[]>;
  readonly outOf: ReadonlyMap<string, readonly number[]>;
  readonly linkIndex: ReadonlyMap<string, number>;
  readonly linkOfLane: ReadonlyMap<string, number>;
  /** By link: the shortest way that one who enters at its begin drives on it, metres. */
  readonly wayMeters: readonly number[];
  /** By link: places of the connections that leave its lanes, and of the intersections that it leads to. */
  readonly connectionsFrom: ReadonlyMap<number, readonly number[]>;
  readonly intersectionsAt: ReadonlyMap<number, readonly number[]>;
  readonly nodeIndex: ReadonlyMap<string, number>;
};

/**
 * For each intersection the part of the network that its loop geometry and sight table depend on, in the network's order, so that
 * both are the same as those of the whole network. The tables of n intersections then cost n times a surrounding instead of n².
 */
export function neighbourhoods(network: Network): (intersection: Intersection) => Network {
  const atlas = atlasOf(network);
  return (intersection) => {
    const links = new Set<number>();
    const near = reached(atlas, intersection);
    for (const link of near) addSurroundings(atlas, link, links);
    for (const { link } of intersection.detectors) links.add(atlas.linkIndex.get(link) ?? -1);
    for (const { toLink } of intersection.movements) links.add(atlas.linkIndex.get(toLink) ?? -1);
    return excerpt(atlas, links);
  };
}

function atlasOf(network: Network): Atlas {
  const { links, connections = [], intersections, nodes } = network;
  const linkIndex = new Map(links.map(({ id }, index) => [id, index]));
  const linkOfLane = new Map(links.flatMap(({ lanes }, index) => lanes.map(({ id }) => [id, index])));
  const entered = new Set(connections.map(({ toLane }) => toLane));
  const places = links.map((_, index) => index);
  return {
    network,
    into: grouped(places, (link) => [links[link]?.to]),
    outOf: grouped(places, (link) => [links[link]?.from]),
    linkIndex,
    linkOfLane,
    wayMeters: links.map((link) => shortestWay(link, entered)),
    connectionsFrom: grouped(
      connections.map((_, index) => index),
      (index) => [linkOfLane.get(connections[index]?.fromLane ?? "")],
    ),
    intersectionsAt: grouped(
      intersections.map((_, index) => index),
      (index) => [
        ...new Set(intersections[index]?.movements.map(({ fromLink }) => linkIndex.get(fromLink)) ?? []),
      ],
    ),
    nodeIndex: new Map(nodes.map(({ id }, index) => [id, index])),
  };
}

/** Pockets are entered from a lane beside them: the way is that of the lane at the begin. */
function shortestWay({ lanes }: Link, entered: ReadonlySet<string>): number {
  const longest = Math.max(...lanes.map(({ lengthMeters }) => lengthMeters));
  const known = lanes.filter(({ id }) => entered.has(id)).map(({ lengthMeters }) => lengthMeters);
  return Math.min(longest - LENGTH_TOLERANCE_METERS, ...known);
}

/**
 * Links from whose end it is less than 200 m to a stop line of the intersection, also through other signals, or less than 1000 m
 * without passing one.
 */
function reached(atlas: Atlas, { movements }: Intersection): ReadonlySet<number> {
  const own = [...new Set(movements.map(({ fromLink }) => atlas.linkIndex.get(fromLink) ?? -1))];
  const seen = back(atlas, own, SIGHT_METERS, () => false);
  const free = back(atlas, own, NEIGHBOUR_MAX_METERS, (link) => atlas.intersectionsAt.has(link));
  return new Set([...seen, ...free]);
}

/** Links from whose end it is less than `limitMeters` to the end of one of `ends`; nobody looks back beyond those that `stops` names. */
function back(
  { into, network: { links }, wayMeters }: Atlas,
  ends: readonly number[],
  limitMeters: number,
  stops: (link: number) => boolean,
): ReadonlySet<number> {
  const meters = new Map(ends.map((link) => [link, 0]));
  const open = [...ends];
  for (let link = open.pop(); link !== undefined; link = open.pop()) {
    const beginMeters = (meters.get(link) ?? 0) + (wayMeters[link] ?? 0);
    if (beginMeters >= limitMeters) continue;
    for (const previous of into.get(links[link]?.from ?? "") ?? []) {
      if (beginMeters >= (meters.get(previous) ?? Number.POSITIVE_INFINITY)) continue;
      meters.set(previous, beginMeters);
      if (!stops(previous)) open.push(previous);
    }
  }
  return new Set(meters.keys());
}

/** A link with all that its turns and its entries depend on: who comes into it, where it leads, and the signal at its end. */
function addSurroundings(atlas: Atlas, index: number, links: Set<number>): void {
  const { network, into, outOf, linkIndex, intersectionsAt } = atlas;
  const link = network.links[index];
  if (link === undefined) return;
  links.add(index);
  for (const other of into.get(link.from) ?? []) links.add(other);
  for (const other of outOf.get(link.to) ?? []) links.add(other);
  for (const intersection of intersectionsAt.get(index) ?? []) {
    for (const { fromLink, toLink } of network.intersections[intersection]?.movements ?? []) {
      links.add(linkIndex.get(fromLink) ?? -1);
      links.add(linkIndex.get(toLink) ?? -1);
    }
  }
}

function excerpt(atlas: Atlas, chosen: ReadonlySet<number>): Network {
  const { network, linkIndex, linkOfLane, connectionsFrom, intersectionsAt, nodeIndex } = atlas;
  const links = inOrder(network.links, chosen);
  const isHere = (id: string): boolean => chosen.has(linkIndex.get(id) ?? -1);
  const led = [...chosen].flatMap((link) => connectionsFrom.get(link) ?? []);
  const signals = [...chosen].flatMap((link) => intersectionsAt.get(link) ?? []);
  const ends = links.flatMap(({ from, to }) => [nodeIndex.get(from) ?? -1, nodeIndex.get(to) ?? -1]);
  const { connections } = network;
  return {
    ...network,
    nodes: inOrder(network.nodes, ends),
    links,
    intersections: inOrder(network.intersections, signals).map((intersection) => ({
      ...intersection,
      movements: intersection.movements.filter(({ fromLink, toLink }) => isHere(fromLink) && isHere(toLink)),
    })),
    ...(connections === undefined
      ? {}
      : {
          connections: inOrder(connections, led).filter(({ toLane }) =>
            chosen.has(linkOfLane.get(toLane) ?? -1),
          ),
        }),
  };
}

function inOrder<Item>(items: readonly Item[], places: Iterable<number>): Item[] {
  return [...new Set(places)]
    .toSorted((left, right) => left - right)
    .flatMap((place) => {
      const item = items[place];
      return item === undefined ? [] : [item];
    });
}
