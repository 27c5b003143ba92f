import { defined } from "../../../src/assert.ts";
import type { Network } from "../../../src/model/files.ts";
import type { Point } from "../../../src/model/network.ts";
import type { Streets } from "../../traffic/streets.ts";
import { hundredths } from "../roads.ts";

/**
 * All lanes of an edge of SUMO are of one length, so a link is an edge from each opening of a pocket to the next one. The
 * last edge, at the stop line, has the link's id.
 */
export type Edge = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** Where it begins on its link. */
  readonly fromMeters: number;
  readonly lengthMeters: number;
  readonly speedMetersPerSecond: number;
  /** Positions on the link of its lanes, kerb first: SUMO's lane k is the k-th of them. */
  readonly lanes: readonly number[];
  readonly shape: readonly Point[];
};

export type EdgeNode = { readonly id: string; readonly at: Point };

export type ExportedEdges = {
  /** By link, in the order of driving. */
  readonly byLink: readonly (readonly Edge[])[];
  /** Where pockets open. */
  readonly openings: readonly EdgeNode[];
};

export function edgesOf({ links, nodes }: Network, streets: Streets): ExportedEdges {
  const edgeIds = new Set(links.map(({ id }) => id));
  const nodeIds = new Set(nodes.map(({ id }) => id));
  const openings: EdgeNode[] = [];
  const byLink = links.map((link, k): readonly Edge[] => {
    const opensAt = link.lanes.map((_, position) => opensAtMeters(streets, k, position));
    const begins = [...new Set([0, ...opensAt])].toSorted((one, other) => one - other);
    const scale = drawnMeters(link.shape) / link.lengthMeters;
    const ids = begins.slice(1).map((_, piece) => ({
      edge: unusedId(`${link.id}.part${piece + 1}`, edgeIds),
      node: unusedId(`${link.id}.opening${piece + 1}`, nodeIds),
    }));
    return begins.map((fromMeters, piece): Edge => {
      const toMeters = begins[piece + 1] ?? link.lengthMeters;
      const shape = partOf(link.shape, fromMeters * scale, toMeters * scale);
      const opening = ids[piece];
      if (opening !== undefined)
        openings.push({ id: opening.node, at: defined(shape.at(-1), "end of an edge") });
      return {
        id: opening?.edge ?? link.id,
        from: ids[piece - 1]?.node ?? link.from,
        to: opening?.node ?? link.to,
        fromMeters,
        lengthMeters: hundredths(toMeters - fromMeters),
        speedMetersPerSecond: link.speedMetersPerSecond,
        lanes: [...link.lanes.keys()].filter((position) => defined(opensAt[position], "lane") <= fromMeters),
        shape,
      };
    });
  });
  return { byLink, openings };
}

/** Where a lane begins on its link: 0 but for pockets. */
function opensAtMeters(streets: Streets, link: number, position: number): number {
  const lane = streets.linkFirstLane[link]! + position;
  if (streets.laneBase[lane] === lane) return 0;
  const { lengthMeters } = defined(streets.links[link]?.lanes[position], "lane");
  return hundredths(Math.max(0, streets.linkLength[link]! - lengthMeters));
}

function unusedId(wanted: string, used: Set<string>): string {
  let id = wanted;
  while (used.has(id)) id += ".";
  used.add(id);
  return id;
}

function drawnMeters(shape: readonly Point[]): number {
  return shape.slice(1).reduce((sum, point, k) => sum + distance(defined(shape[k], "point"), point), 0);
}

function distance([x, y]: Point, [otherX, otherY]: Point): number {
  return Math.hypot(otherX - x, otherY - y);
}

/** The polyline from one distance along it to another. */
function partOf(shape: readonly Point[], from: number, to: number): readonly Point[] {
  const points: Point[] = [];
  let along = 0;
  for (const [k, point] of shape.entries()) {
    const next = shape[k + 1];
    if (along > from && along < to) points.push(point);
    if (next === undefined) break;
    const length = distance(point, next);
    const last = k + 2 === shape.length;
    const at = (meters: number): Point => {
      const part = length === 0 ? 0 : (meters - along) / length;
      return [
        hundredths(point[0] + part * (next[0] - point[0])),
        hundredths(point[1] + part * (next[1] - point[1])),
      ];
    };
    if (from >= along && (from < along + length || last)) points.push(at(from));
    if (to > along && (to <= along + length || last)) points.push(at(to));
    along += length;
  }
  return points;
}
