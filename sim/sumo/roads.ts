import { defined } from "../../src/assert.ts";
import type { Link, Point } from "../../src/model/network.ts";
import { foreignId } from "./foreign-id.ts";
import { IMPORT_DEFAULTS as DEFAULTS } from "./import-defaults.ts";
import type { NetEdge, NetLane, NetPoint, SumoNet } from "./net-file.ts";

/** Edges that motor vehicles can use, as links of ours in the order of their ids. */
export function linksOf(net: SumoNet): readonly Link[] {
  return [...net.edges.values()]
    .filter((edge) => motorLanes(edge).length > 0)
    .map((edge) => linkOf(edge, net.origin));
}

export function motorLanes(edge: NetEdge): readonly NetLane[] {
  return edge.lanes.filter(({ motor }) => motor);
}

/** A point of the network in our coordinates: the map's lower left corner is 0, 0. */
export function localPoint([x, y]: NetPoint, origin: NetPoint): Point {
  return [hundredths(x - origin[0]), hundredths(y - origin[1])];
}

/** Centimetres, the resolution of SUMO's own files. */
export function hundredths(meters: number): number {
  return Math.round(meters * 100) / 100;
}

const SPEED_MAX = 60;

function linkOf(edge: NetEdge, origin: NetPoint): Link {
  const lanes = motorLanes(edge);
  const total = lanes.reduce((sum, { lengthMeters }) => sum + lengthMeters, 0);
  return {
    id: foreignId(edge.id),
    ...(edge.name === undefined || edge.name === "" ? {} : { name: edge.name }),
    from: foreignId(edge.from),
    to: foreignId(edge.to),
    lengthMeters: Math.max(...lanes.map(({ lengthMeters }) => lengthMeters)),
    speedMetersPerSecond: Math.min(SPEED_MAX, Math.max(...lanes.map((lane) => lane.speedMetersPerSecond))),
    storageVehicles: hundredths(total / DEFAULTS.vehicleSpacingMeters),
    shape: centreLine(lanes).map((point) => localPoint(point, origin)),
    lanes: lanes.map(({ id, lengthMeters }) => ({ id: foreignId(id), lengthMeters })),
  };
}

/** The middle lane's shape, or the mean of the two middle ones where they have the same points. */
function centreLine(lanes: readonly NetLane[]): readonly NetPoint[] {
  const left = defined(lanes[Math.floor(lanes.length / 2)], "middle lane");
  const right = defined(lanes[Math.floor((lanes.length - 1) / 2)], "middle lane");
  if (left.shape.length !== right.shape.length) return left.shape;
  return left.shape.map(([x, y], index): NetPoint => {
    const [otherX, otherY] = defined(right.shape[index], "point");
    return [(x + otherX) / 2, (y + otherY) / 2];
  });
}
