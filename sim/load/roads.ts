import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { Link } from "../../src/model/network.ts";

/** A loop as the vehicles of one lane pass it: occupied by a vehicle from `fromMeters` before the stop line until `toMeters`. */
export type RoadLoop = {
  /** Whose loop it is: place and id. */
  readonly intersection: number;
  readonly id: string;
  readonly detector: string;
  readonly fromMeters: number;
  /** Negative where the vehicle's rear is on the loop although its front is over the stop line. */
  readonly toMeters: number;
};

/** One movement out of a lane. */
export type RoadTurn = {
  readonly phase: number;
  /** The road that it leads to. */
  readonly to: number;
  /** Share of the road's vehicles. */
  readonly share: number;
};

export type Vehicle = {
  readonly track: number;
  readonly turn: number;
  /** From its front to the stop line. */
  meters: number;
  metersPerSecond: number;
};

/** Vehicles that go to one lane, from where the road begins: the nearest to the stop line first. Changed in place. */
export type RoadLane = {
  readonly id: string;
  /** Vehicles farther away are on `beside`, another lane of the road, from which a pocket is entered. */
  readonly lengthMeters: number;
  readonly beside: string;
  readonly turns: readonly RoadTurn[];
  readonly loops: readonly RoadLoop[];
  readonly vehicles: Vehicle[];
  /** When the next one may pass the stop line, seconds since the begin. */
  freeAtSeconds: number;
};

/** A link from its begin, inside the junction before it, to the stop line. */
export type Road = {
  readonly lengthMeters: number;
  readonly metersPerSecond: number;
  /** The intersection at its end and the one at its begin; -1 for none. */
  readonly intersection: number;
  readonly from: number;
  readonly lanes: readonly RoadLane[];
};

/** Length of a vehicle. */
const VEHICLE_METERS = 5;

/** The roads of a network, by link. Vehicles turn by the shares of its demand; with several ways for a turn, by each alike. */
export function roadsOf(network: Network): readonly Road[] {
  const indexOf = new Map(network.links.map(({ id }, index) => [id, index]));
  const intersectionAt = new Map<string, number>();
  for (const [index, { movements }] of network.intersections.entries()) {
    for (const { fromLink } of movements) intersectionAt.set(fromLink, index);
  }
  const signalled = new Map(network.intersections.map(({ node }, index) => [node, index]));
  const loops = loopsByLink(network);
  const sharesOf = new Map(network.demand?.turning.map(({ fromLink, shares }) => [fromLink, shares]));
  return network.links.map((link): Road => {
    const intersection = intersectionAt.get(link.id) ?? -1;
    const main = longestLane(link);
    const shares = new Map(sharesOf.get(link.id)?.map(({ toLink, share }) => [toLink, share]));
    return {
      lengthMeters: link.lengthMeters,
      metersPerSecond: link.speedMetersPerSecond,
      intersection,
      from: signalled.get(link.from) ?? -1,
      lanes: link.lanes.map((lane): RoadLane => {
        const shorter = lane.lengthMeters < main.lengthMeters;
        const own = (loops.get(link.id) ?? []).filter(
          ({ detector }) =>
            detector.lane === lane.id ||
            (shorter && detector.lane === main.id && detector.distanceMeters > lane.lengthMeters),
        );
        return {
          id: lane.id,
          lengthMeters: lane.lengthMeters,
          beside: main.id,
          turns: turnsOf(network, intersection, lane.id, shares, indexOf),
          loops: own.map(({ intersection: told, detector: { id, distanceMeters, lengthMeters } }) => ({
            intersection: told,
            id: defined(network.intersections[told], "intersection").id,
            detector: id,
            fromMeters: distanceMeters + lengthMeters,
            toMeters: distanceMeters - VEHICLE_METERS,
          })),
          vehicles: [],
          freeAtSeconds: 0,
        };
      }),
    };
  });
}

function longestLane({ id, lanes }: Link): Link["lanes"][number] {
  const [first] = lanes;
  return lanes.reduce(
    (longest, lane) => (lane.lengthMeters > longest.lengthMeters ? lane : longest),
    defined(first, `a lane of ${id}`),
  );
}

function loopsByLink({ intersections }: Network) {
  type Loop = Network["intersections"][number]["detectors"][number];
  const loops = new Map<string, { readonly intersection: number; readonly detector: Loop }[]>();
  for (const [intersection, { detectors }] of intersections.entries()) {
    for (const detector of detectors) {
      const known = loops.get(detector.link);
      if (known === undefined) loops.set(detector.link, [{ intersection, detector }]);
      else known.push({ intersection, detector });
    }
  }
  return loops;
}

function turnsOf(
  { intersections }: Network,
  index: number,
  lane: string,
  shares: ReadonlyMap<string, number>,
  indexOf: ReadonlyMap<string, number>,
): readonly RoadTurn[] {
  const { movements, phases } = intersections[index] ?? { movements: [], phases: [] };
  return movements
    .filter(({ fromLanes }) => fromLanes.includes(lane))
    .map(({ phase, toLink, fromLanes }) => ({
      phase: phases.findIndex(({ id }) => id === phase),
      to: defined(indexOf.get(toLink), toLink),
      share: (shares.get(toLink) ?? 0) / fromLanes.length,
    }));
}
