import { defined } from "../../src/assert.ts";
import { QUEUE_SPACING_METERS } from "../../src/model/clearance.ts";
import type { Link, Node, Point } from "../../src/model/network.ts";
import type { JunctionDescription, NetworkDescription, RoadDescription } from "./description.ts";
import { roundTo, shapeLengthMeters, sideLine, trimmed } from "./geometry.ts";

export const METERS_PER_SECOND_OF_MILE_PER_HOUR = 0.44704;
const LANE_WIDTH_METERS = 3.3;
const MEDIAN_WIDTH_METERS = 1;
/** From the stop line to the edge of the crossing carriageway: crosswalk 3 m, gaps before and behind it. */
export const STOP_LINE_SETBACK_METERS = 7;

export type Side = "west" | "east" | "south" | "north";
export const SIDES: readonly Side[] = ["west", "east", "south", "north"];

/** One leg of a junction. */
export type Leg = {
  readonly side: Side;
  readonly road: RoadDescription;
  readonly inLink: string;
  readonly outLink: string;
  /** Kerb to kerb at the crosswalk. */
  readonly widthMeters: number;
  readonly speedMetersPerSecond: number;
};

/** A junction with its legs; a side without a road is absent. */
export type Junction = {
  readonly description: JunctionDescription;
  readonly legs: Partial<Record<Side, Leg>>;
};

export type Streets = {
  readonly nodes: readonly Node[];
  readonly links: readonly Link[];
  readonly junctions: readonly Junction[];
};

/** Where a left turn from the leg goes, and likewise the others: sides of a junction, driving on the right. */
export const EXIT_SIDE: Readonly<Record<Side, Readonly<Record<"left" | "through" | "right", Side>>>> = {
  west: { left: "north", through: "east", right: "south" },
  east: { left: "south", through: "west", right: "north" },
  south: { left: "west", through: "north", right: "east" },
  north: { left: "east", through: "south", right: "west" },
};

/** Nodes, links and legs of the description. */
export function layOutStreets(description: NetworkDescription): Streets {
  const places = new Map<string, Point>([
    ...description.junctions.map(({ id, at }) => [id, at] as const),
    ...description.boundaries.map(({ id, at }) => [id, at] as const),
  ]);
  const sidesOf = new Map(description.junctions.map(({ id }) => [id, sidesAt(description, id)]));
  const links = description.roads.flatMap((road) => {
    const line = [placeOf(places, road.from), ...road.bends, placeOf(places, road.to)];
    return [
      buildLink(road, road.from, road.to, line, sidesOf),
      buildLink(road, road.to, road.from, line.toReversed(), sidesOf),
    ];
  });
  return {
    nodes: [
      ...description.junctions.map(({ id, at }) => ({ id, x: at[0], y: at[1], intersection: id })),
      ...description.boundaries.map(({ id, at }) => ({ id, x: at[0], y: at[1] })),
    ],
    links,
    junctions: description.junctions.map((junction) => ({
      description: junction,
      legs: legsOf(defined(sidesOf.get(junction.id), junction.id), junction.id, links),
    })),
  };
}

type SideRoads = Partial<Record<Side, RoadDescription>>;

function sidesAt(description: NetworkDescription, junction: string): SideRoads {
  const sides: SideRoads = {};
  for (const road of description.roads) {
    if (road.to === junction) sides[road.axis === "main" ? "west" : "south"] = road;
    if (road.from === junction) sides[road.axis === "main" ? "east" : "north"] = road;
  }
  return sides;
}

export function linkId(from: string, to: string): string {
  return `${from}_${to}`;
}

function laneId(link: string, indexFromKerb: number): string {
  return `${link}.${indexFromKerb}`;
}

/** Kerb to kerb at a junction: both directions and the pocket. */
function carriagewayMeters(road: RoadDescription): number {
  return roundTo((2 * road.lanes + 1) * LANE_WIDTH_METERS + MEDIAN_WIDTH_METERS, 1);
}

function buildLink(
  road: RoadDescription,
  from: string,
  to: string,
  line: readonly Point[],
  sidesOf: ReadonlyMap<string, SideRoads>,
): Link {
  const id = linkId(from, to);
  const cut = (node: string): number => {
    const sides = sidesOf.get(node);
    if (!sides) return 0;
    const crossing = road.axis === "main" ? [sides.north, sides.south] : [sides.west, sides.east];
    const widths = crossing.map((other) => (other ? carriagewayMeters(other) : 0));
    return Math.max(...widths) / 2 + STOP_LINE_SETBACK_METERS;
  };
  const offset = (road.lanes * LANE_WIDTH_METERS + MEDIAN_WIDTH_METERS) / 2;
  const shape = sideLine(trimmed(line, cut(from), cut(to)), offset).map(
    ([x, y]): Point => [roundTo(x, 1), roundTo(y, 1)],
  );
  const lengthMeters = roundTo(shapeLengthMeters(shape), 1);
  const lanes = Array.from({ length: road.lanes }, (_, index) => ({ id: laneId(id, index), lengthMeters }));
  if (hasPocket(road, to, sidesOf.get(to))) {
    lanes.push({ id: laneId(id, road.lanes), lengthMeters: road.pocketMeters });
  }
  const laneMeters = lanes.reduce((sum, lane) => sum + lane.lengthMeters, 0);
  return {
    id,
    name: `${road.name} ${headingOf(road, to)}`,
    from,
    to,
    lengthMeters,
    speedMetersPerSecond: roundTo(road.speedMilesPerHour * METERS_PER_SECOND_OF_MILE_PER_HOUR, 2),
    storageVehicles: Math.floor(laneMeters / QUEUE_SPACING_METERS),
    shape,
    lanes,
  };
}

function hasPocket(road: RoadDescription, to: string, sides: SideRoads | undefined): boolean {
  if (!sides) return false;
  const side = SIDES.find((candidate) => sides[candidate] === road && sideIsEnd(candidate, road, to));
  return side !== undefined && sides[EXIT_SIDE[side].left] !== undefined;
}

function sideIsEnd(side: Side, road: RoadDescription, node: string): boolean {
  const atFarEnd = side === "west" || side === "south";
  return (atFarEnd ? road.to : road.from) === node;
}

function headingOf(road: RoadDescription, to: string): string {
  const forward = road.to === to;
  if (road.axis === "main") return forward ? "eastbound" : "westbound";
  return forward ? "northbound" : "southbound";
}

function legsOf(sides: SideRoads, junction: string, links: readonly Link[]): Partial<Record<Side, Leg>> {
  const legs: Partial<Record<Side, Leg>> = {};
  for (const side of SIDES) {
    const road = sides[side];
    if (!road) continue;
    const other = road.from === junction ? road.to : road.from;
    const inLink = linkId(other, junction);
    legs[side] = {
      side,
      road,
      inLink,
      outLink: linkId(junction, other),
      widthMeters: carriagewayMeters(road),
      speedMetersPerSecond: defined(
        links.find(({ id }) => id === inLink),
        inLink,
      ).speedMetersPerSecond,
    };
  }
  return legs;
}

function placeOf(places: ReadonlyMap<string, Point>, id: string): Point {
  return defined(places.get(id), `place of node ${id}`);
}
