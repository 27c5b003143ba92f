import type { Intersection } from "../../model/intersection.ts";
import type { Link } from "../../model/network.ts";
import type { NetworkView } from "../../protocol/live.ts";
import { type LaneGroup, laneGroups } from "./heads.ts";
import { shortNames } from "./names.ts";
import {
  bearingDegrees,
  convexHull,
  endDirection,
  lastMeters,
  offsetLine,
  startDirection,
} from "./polyline.ts";
import { type Bounds, boundsOf, type WorldPoint } from "./transform.ts";

/** `network.json` gives no lane width; urban lanes are drawn with a usual one. */
export const LANE_WIDTH_METERS = 3.2;
/** A lane that is shorter than its link by more than rounding is a turning pocket. */
const POCKET_SHORTER_METERS = 0.5;

/** What of the network the map draws, computed once: only lamps and vehicles move afterwards. */
export type Scene = {
  readonly bounds: Bounds;
  readonly links: readonly SceneLink[];
  /** Areas of the nodes where several links meet. */
  readonly junctions: readonly (readonly WorldPoint[])[];
  readonly sites: readonly Site[];
  /** Usual distance from an intersection to the one next to it. */
  readonly spacingMeters: number;
  /** Intersections that are timed together. */
  readonly regions: readonly { readonly name: string; readonly sites: readonly Site[] }[];
  /** 1 where traffic keeps right: the side of a carriageway's direction that its kerb is on. */
  readonly kerbSide: 1 | -1;
};

type SceneLink = {
  readonly id: string;
  /** Centre line of the carriageway. */
  readonly line: readonly WorldPoint[];
  /** From the kerb to the centre of the road. */
  readonly lanes: readonly SceneLane[];
  /** At the downstream end, where it has all its lanes. */
  readonly widthMeters: number;
};

type SceneLane = {
  readonly id: string;
  readonly line: readonly WorldPoint[];
  /** Shorter than its link: only at the downstream end. */
  readonly pocket: boolean;
};

/** An intersection on the map. */
export type Site = {
  readonly id: string;
  /** As short as the map can say it. */
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly approaches: readonly Approach[];
  readonly crosswalks: readonly Crosswalk[];
};

type Approach = {
  readonly link: string;
  /** From the middle of the junction outwards, degrees clockwise from north. */
  readonly bearingDegrees: number;
  /** Indices of the phases that serve it: through first, since that is the one an overview shows. */
  readonly phases: readonly number[];
  readonly groups: readonly LaneGroup[];
};

type Crosswalk = {
  readonly phase: number;
  /** Where its signals stand, beside the carriageway. */
  readonly from: WorldPoint;
  readonly to: WorldPoint;
};

export function sceneOf({ network }: NetworkView): Scene {
  const kerbSide = network.handedness === "right" ? 1 : -1;
  const links = network.links.map((link) => sceneLink(link, kerbSide));
  const linkById = new Map(links.map((link) => [link.id, link]));
  const names = shortNames(network.intersections.map(({ name }) => name));
  const sites = network.intersections.map((intersection, index) => ({
    ...siteOf(intersection, network, linkById, kerbSide),
    name: names[index] ?? intersection.name,
  }));
  return {
    bounds: boundsOf(links.flatMap(({ line }) => line)),
    links,
    junctions: network.nodes
      .map(({ id }) => junctionArea(id, network.links, linkById))
      .filter((area) => area.length > 2),
    sites,
    spacingMeters: spacingOf(sites),
    regions: [{ name: network.region, sites }],
    kerbSide,
  };
}

/** Half of all intersections have their nearest neighbour closer; endless for a single one. */
function spacingOf(sites: readonly Site[]): number {
  const nearest = sites.map(({ x, y }, index) =>
    sites.reduce(
      (least, other, at) => (at === index ? least : Math.min(least, Math.hypot(other.x - x, other.y - y))),
      Number.POSITIVE_INFINITY,
    ),
  );
  return nearest.toSorted((a, b) => a - b)[Math.floor(nearest.length / 2)] ?? Number.POSITIVE_INFINITY;
}

function sceneLink(link: Link, kerbSide: 1 | -1): SceneLink {
  const lanes = link.lanes.map(({ id, lengthMeters }, index): SceneLane => {
    // As the traffic model places its vehicles: all lanes side by side, pockets too, centred on the shape.
    const toKerb = ((link.lanes.length - 1) / 2 - index) * LANE_WIDTH_METERS;
    const line = offsetLine(link.shape, toKerb * kerbSide);
    const pocket = lengthMeters < link.lengthMeters - POCKET_SHORTER_METERS;
    return { id, line: pocket ? lastMeters(line, lengthMeters) : line, pocket };
  });
  return { id: link.id, line: link.shape, lanes, widthMeters: link.lanes.length * LANE_WIDTH_METERS };
}

/** The hull of the mouths of the links that meet in a node. */
function junctionArea(
  node: string,
  links: readonly Link[],
  byId: ReadonlyMap<string, SceneLink>,
): readonly WorldPoint[] {
  const mouths: WorldPoint[] = [];
  let meeting = 0;
  for (const { id, from, to } of links) {
    const link = byId.get(id);
    if (link === undefined || (from !== node && to !== node)) continue;
    meeting += 1;
    mouths.push(...mouthEdges(link, to === node, 0));
  }
  return meeting < 2 ? [] : convexHull(mouths);
}

function siteOf(
  intersection: Intersection,
  network: NetworkView["network"],
  links: ReadonlyMap<string, SceneLink>,
  kerbSide: 1 | -1,
): Site {
  const groups = laneGroups(intersection, links, { kerbSide, laneWidthMeters: LANE_WIDTH_METERS });
  const approaches = [...new Set(groups.map(({ link }) => link))].map((link): Approach => {
    const line = links.get(link)?.line ?? [];
    const [dx, dy] = endDirection(line);
    return {
      link,
      bearingDegrees: bearingDegrees([-dx, -dy]),
      phases: phasesOf(intersection, link),
      groups: groups.filter((group) => group.link === link),
    };
  });
  const node = network.nodes.find(({ id }) => id === intersection.node);
  const middle = node ?? { x: 0, y: 0 };
  return {
    id: intersection.id,
    name: intersection.name,
    x: middle.x,
    y: middle.y,
    approaches,
    crosswalks: crosswalksOf(intersection, network, links),
  };
}

/** Phases of an approach, that of the through movement first. */
function phasesOf(intersection: Intersection, link: string): readonly number[] {
  const rank = { through: 0, left: 1, right: 2, uturn: 3 } as const;
  const movements = intersection.movements
    .filter((movement) => movement.fromLink === link)
    .toSorted((a, b) => rank[a.turn] - rank[b.turn]);
  const ids = [...new Set(movements.map(({ phase }) => phase))];
  return ids
    .map((id) => intersection.phases.findIndex((phase) => phase.id === id))
    .filter((index) => index >= 0);
}

/** How far beyond the kerb a crosswalk is drawn, so that its signals stand beside the carriageway. */
const CROSSWALK_BESIDE_METERS = 1.8;
/** How far a crosswalk's middle lies beyond the stop line. */
const CROSSWALK_BEYOND_METERS = 2.5;

/** A crosswalk crosses the leg of the street that its link belongs to, in both directions. */
function crosswalksOf(
  intersection: Intersection,
  network: NetworkView["network"],
  links: ReadonlyMap<string, SceneLink>,
): readonly Crosswalk[] {
  return intersection.phases.flatMap(({ pedestrian }, phase) => {
    const crossed =
      pedestrian === undefined ? undefined : network.links.find(({ id }) => id === pedestrian.crosses);
    if (crossed === undefined) return [];
    const arrives = crossed.to === intersection.node;
    const other = network.links.find((link) =>
      arrives
        ? link.from === crossed.to && link.to === crossed.from
        : link.to === crossed.from && link.from === crossed.to,
    );
    const ends = [crossed, other].flatMap((link) => {
      const drawn = link === undefined ? undefined : links.get(link.id);
      return drawn === undefined
        ? []
        : mouthEdges(drawn, link?.to === intersection.node, CROSSWALK_BEYOND_METERS);
    });
    const pair = farthestPair(ends);
    return pair === null ? [] : [{ phase, ...lengthened(pair, CROSSWALK_BESIDE_METERS) }];
  });
}

/** The edges of all lanes of a carriageway where it meets the junction, `beyond` metres into the junction. */
function mouthEdges(link: SceneLink, arrives: boolean, beyond: number): readonly WorldPoint[] {
  const [dx, dy] = arrives ? endDirection(link.line) : startDirection(link.line);
  const along = arrives ? beyond : -beyond;
  return link.lanes.flatMap(({ line, pocket }) => {
    const end = arrives ? line.at(-1) : line[0];
    if (end === undefined || (pocket && !arrives)) return [];
    return [-0.5, 0.5].map((side): WorldPoint => {
      const across = side * LANE_WIDTH_METERS;
      return [end[0] + dx * along + dy * across, end[1] + dy * along - dx * across];
    });
  });
}

function lengthened(
  [[fromX, fromY], [toX, toY]]: readonly [WorldPoint, WorldPoint],
  meters: number,
): Pick<Crosswalk, "from" | "to"> {
  const length = Math.hypot(toX - fromX, toY - fromY);
  const [dx, dy] = [((toX - fromX) / length) * meters, ((toY - fromY) / length) * meters];
  return { from: [fromX - dx, fromY - dy], to: [toX + dx, toY + dy] };
}

function farthestPair(points: readonly WorldPoint[]): readonly [WorldPoint, WorldPoint] | null {
  let best: readonly [WorldPoint, WorldPoint] | null = null;
  let farthest = 0;
  for (const a of points) {
    for (const b of points) {
      const distance = Math.hypot(a[0] - b[0], a[1] - b[1]);
      if (distance > farthest) [best, farthest] = [[a, b], distance];
    }
  }
  return best;
}
