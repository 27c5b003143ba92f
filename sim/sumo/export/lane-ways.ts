import { defined } from "../../../src/assert.ts";
import type { Network } from "../../../src/model/files.ts";
import type { Turn } from "../../../src/model/intersection.ts";
import type { Movements } from "../../traffic/movements.ts";
import { laneIndexOf, type Streets } from "../../traffic/streets.ts";
import type { Edge, ExportedEdges } from "./edges.ts";
import { turnSpeed } from "./vehicle-types.ts";

/** One of SUMO's connections: a lane that leads to a lane, by the ids of edges and by place from the kerb. */
export type LaneWay = {
  readonly from: string;
  readonly fromLane: number;
  readonly to: string;
  readonly toLane: number;
  /** Inside the junction. */
  readonly lengthMeters: number;
  readonly speedMetersPerSecond: number;
  readonly signal?: WaySignal;
};

/** SUMO knows no shorter lane. */
const LENGTH_MIN_METERS = 0.1;

type WaySignal = {
  readonly intersection: string;
  readonly phase: string;
  /** Whether it yields to others of the same phase, whatever the phase shows. */
  readonly yields: boolean;
};

/** Everything that leads from lane to lane: the movements of signals in their order, then what no signal controls. */
export function laneWaysOf(
  network: Network,
  streets: Streets,
  movements: Movements,
  { byLink }: ExportedEdges,
  tauSeconds: number,
): readonly LaneWay[] {
  const controlled = network.intersections.flatMap(({ id, movements: own }) =>
    own.map((movement) => ({ intersection: id, movement })),
  );
  const leads = connectedLanes(network, streets);
  const ways = Array.from({ length: movements.count }, (_, k) => k).flatMap((k) => {
    const toLink = movements.toLink[k]!;
    if (toLink < 0) return [];
    const fromLink = movements.fromLink[k]!;
    const from = defined(byLink[fromLink]?.at(-1), "edge at the stop line");
    const to = defined(byLink[toLink]?.[0], "edge at the begin");
    const at = controlled[k];
    const lanes = [
      ...movements.lanes.items.subarray(movements.lanes.start[k], movements.lanes.start[k + 1]),
    ].map((lane) => lane - streets.linkFirstLane[fromLink]!);
    const pairs =
      leads?.(fromLink, lanes, toLink) ??
      spreadLanes(lanes, to.lanes, at?.movement.turn ?? "through", network.handedness);
    const limit = Math.min(from.speedMetersPerSecond, to.speedMetersPerSecond);
    const flow = at?.movement.saturationFlowVehPerHour;
    const speedMetersPerSecond = turnSpeed(movements.crossingSpeed[k]!, limit, flow, tauSeconds);
    return pairs.map(
      ([fromPosition, toPosition]): LaneWay => ({
        from: from.id,
        fromLane: from.lanes.indexOf(fromPosition),
        to: to.id,
        toLane: laneNearest(to, toPosition),
        lengthMeters: Math.max(LENGTH_MIN_METERS, movements.crossingMeters[k]!),
        speedMetersPerSecond,
        ...(at === undefined
          ? {}
          : {
              signal: {
                intersection: at.intersection,
                phase: at.movement.phase,
                yields: yieldsWithin(movements, k),
              },
            }),
      }),
    );
  });
  return withAllExits([...distinct(ways), ...byLink.flatMap(openingWays)], byLink);
}

/** Lanes that differ by a metre only, or open late, may have become one. */
function distinct(ways: readonly LaneWay[]): readonly LaneWay[] {
  const known = new Set<string>();
  return ways.filter(({ from, fromLane, to, toLane }) => {
    const key = `${from} ${fromLane} ${to} ${toLane}`;
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}

/** Pairs of positions as the network's own connections have them; `undefined` for a network without any. */
function connectedLanes(
  { connections, links }: Network,
  streets: Streets,
):
  | ((fromLink: number, lanes: readonly number[], toLink: number) => readonly (readonly [number, number])[])
  | undefined {
  if (connections === undefined) return undefined;
  const linkOf = new Map(links.flatMap(({ id, lanes }) => lanes.map((lane) => [lane.id, id] as const)));
  const placed = connections.map(({ fromLane, toLane }) => {
    const [from, to] = [fromLane, toLane].map((lane) => {
      const index = laneIndexOf(streets, defined(linkOf.get(lane), lane), lane);
      const link = streets.laneLink[index]!;
      return { link, position: index - streets.linkFirstLane[link]! };
    });
    return { from: defined(from, fromLane), to: defined(to, toLane) };
  });
  return (fromLink, lanes, toLink) =>
    placed
      .filter(({ from, to }) => from.link === fromLink && to.link === toLink && lanes.includes(from.position))
      .map(({ from, to }) => [from.position, to.position] as const);
}

/**
 * Lanes of a movement onto lanes of its exit, as streets are marked: from the kerb on, a turn across the other direction from the middle of the road on. Where the
 * exit has more lanes, those who go straight may take the rest from their last lane; where it has fewer, the last lanes merge.
 */
export function spreadLanes(
  from: readonly number[],
  to: readonly number[],
  turn: Turn,
  handedness: Network["handedness"],
): readonly (readonly [number, number])[] {
  const fromMiddle = turn === "uturn" || turn === (handedness === "right" ? "left" : "right");
  const ordered = from.toSorted((one, other) => (fromMiddle ? other - one : one - other));
  const exits = to.toSorted((one, other) => (fromMiddle ? other - one : one - other));
  const pairs = ordered.map(
    (lane, k) => [lane, defined(exits[Math.min(k, exits.length - 1)], "exit lane")] as const,
  );
  const rest = turn === "through" ? exits.slice(ordered.length) : [];
  const last = defined(ordered.at(-1), "a movement has a lane");
  return [...pairs, ...rest.map((lane) => [last, lane] as const)];
}

/** Whether a left turn has foes in its own phase: it then yields though the phase shows a full green. */
function yieldsWithin({ foes, phase }: Movements, movement: number): boolean {
  for (let k = foes.start[movement]!; k < foes.start[movement + 1]!; k += 1) {
    if (phase[foes.items[k]!] === phase[movement]) return true;
  }
  return false;
}

/** Index of the lane at that position, or of the one nearest to it that has begun. */
function laneNearest({ lanes }: Edge, position: number): number {
  const nearest = lanes.reduce((best, lane) =>
    Math.abs(lane - position) < Math.abs(best - position) ? lane : best,
  );
  return lanes.indexOf(nearest);
}

/** Each lane of an exit is led to by somebody: what nobody's movement is marked for is reached like the lane beside it. */
function withAllExits(ways: readonly LaneWay[], byLink: ExportedEdges["byLink"]): readonly LaneWay[] {
  const added = byLink.flatMap((edges) => {
    const { id, lanes } = defined(edges[0], "a link has an edge");
    const into = ways.filter(({ to }) => to === id);
    if (into.length === 0) return [];
    return lanes.flatMap((_, lane) => {
      if (into.some(({ toLane }) => toLane === lane)) return [];
      const beside = into.reduce((best, way) =>
        Math.abs(way.toLane - lane) < Math.abs(best.toLane - lane) ? way : best,
      );
      return [{ ...beside, toLane: lane }];
    });
  });
  return [...ways, ...added];
}

/** At the opening of a pocket each lane goes on, and the new ones are reached from the nearest lane. */
function openingWays(edges: readonly Edge[]): readonly LaneWay[] {
  return edges.slice(1).flatMap((to, k) => {
    const from = defined(edges[k], "the edge before");
    return to.lanes.map(
      (position, toLane): LaneWay => ({
        from: from.id,
        fromLane: laneNearest(from, position),
        to: to.id,
        toLane,
        lengthMeters: LENGTH_MIN_METERS,
        speedMetersPerSecond: to.speedMetersPerSecond,
      }),
    );
  });
}
