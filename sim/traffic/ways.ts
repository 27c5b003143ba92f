import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { Turn } from "../../src/model/intersection.ts";
import { insidePlace } from "../../src/model/zone-sight.ts";
import { fullLanes, laneIndexOf, type Streets } from "./streets.ts";

/** One movement before it is put into arrays. */
export type MovementDraft = {
  readonly id: string;
  readonly fromLink: number;
  /** −1 where the vehicle leaves the network, or its trip ends. */
  readonly toLink: number;
  readonly intersection: string | undefined;
  readonly phaseId: string;
  readonly phase: number;
  readonly turn: Turn;
  readonly lanes: readonly number[];
  readonly saturationFlowVehPerHour: number | undefined;
  /** The way through the node where connections say it. */
  readonly inside: Inside | undefined;
};

/** What the connections of some lanes with a link have in common. */
export type Inside = {
  readonly meters: number;
  /** From the line to where one waits inside for a gap; 0 where one does not. */
  readonly waitMeters: number;
  /** As fast as the curve is driven; `undefined` where nobody says. */
  readonly speed: number | undefined;
  /** Places of these connections, and of those that have the right of way over one of them. */
  readonly places: readonly string[];
  readonly yieldsTo: readonly string[];
};

/** One connection between lanes by index. */
type LaneWay = {
  readonly fromLane: number;
  readonly toLink: number;
  readonly meters: number;
  readonly waitMeters: number;
  readonly speed: number | undefined;
  readonly place: string;
  readonly yieldsTo: readonly string[];
};

/** Everything that can be done at the ends of links: movements of signals first, then ways on without one, then ends of trips. */
export function movementDrafts(
  network: Network,
  demand: DemandFile,
  streets: Streets,
  phaseIndex: ReadonlyMap<string, number>,
): readonly MovementDraft[] {
  const ways = laneWays(network, streets);
  const atSignals = signalled(network, streets, phaseIndex, ways);
  const elsewhere =
    network.connections === undefined
      ? joints(network, streets)
      : connected(network, streets, ways, atSignals);
  return [...atSignals, ...elsewhere, ...tripEnds(demand, streets, [...atSignals, ...elsewhere])];
}

function laneWays({ connections = [], links }: Network, streets: Streets): readonly LaneWay[] {
  const places = new Map(
    links.flatMap(({ lanes }, link) =>
      lanes.map(({ id }, k) => [id, { link, lane: streets.linkFirstLane[link]! + k }] as const),
    ),
  );
  return connections.map(
    ({ fromLane, toLane, lengthMeters, waitMeters = 0, insideSpeedMetersPerSecond, yieldsTo = [] }) => ({
      fromLane: defined(places.get(fromLane), fromLane).lane,
      toLink: defined(places.get(toLane), toLane).link,
      meters: lengthMeters,
      waitMeters,
      speed: insideSpeedMetersPerSecond,
      place: insidePlace(fromLane, toLane),
      yieldsTo,
    }),
  );
}

function insideOf(ways: readonly LaneWay[]): Inside | undefined {
  if (ways.length === 0) return undefined;
  const meters = ways.reduce((sum, way) => sum + way.meters, 0);
  const known = ways.filter(({ speed }) => speed !== undefined);
  const seconds = known.reduce((sum, way) => sum + way.meters / defined(way.speed, "speed"), 0);
  const knownMeters = known.reduce((sum, way) => sum + way.meters, 0);
  return {
    meters: meters / ways.length,
    waitMeters: ways.reduce((sum, way) => sum + way.waitMeters, 0) / ways.length,
    speed: seconds > 0 ? knownMeters / seconds : undefined,
    places: ways.map(({ place }) => place),
    yieldsTo: [...new Set(ways.flatMap(({ yieldsTo }) => yieldsTo))],
  };
}

function signalled(
  network: Network,
  streets: Streets,
  phaseIndex: ReadonlyMap<string, number>,
  ways: readonly LaneWay[],
): readonly MovementDraft[] {
  return network.intersections.flatMap((intersection) =>
    intersection.movements.map((movement): MovementDraft => {
      const phaseId = `${intersection.id} ${movement.phase}`;
      const toLink = defined(streets.linkIndex.get(movement.toLink), movement.toLink);
      const lanes = movement.fromLanes.map((lane) => laneIndexOf(streets, movement.fromLink, lane));
      return {
        id: movement.id,
        fromLink: defined(streets.linkIndex.get(movement.fromLink), movement.fromLink),
        toLink,
        intersection: intersection.id,
        phaseId: movement.phase,
        phase: defined(phaseIndex.get(phaseId), phaseId),
        turn: movement.turn,
        lanes,
        saturationFlowVehPerHour: movement.saturationFlowVehPerHour,
        inside: insideOf(ways.filter((way) => way.toLink === toLink && lanes.includes(way.fromLane))),
      };
    }),
  );
}

const WITHOUT_SIGNAL = {
  intersection: undefined,
  phaseId: "",
  phase: -1,
  turn: "through",
  saturationFlowVehPerHour: undefined,
  inside: undefined,
} as const;

/** Without connections, links that no intersection's movement leaves go on at a joint, or the vehicle leaves at their end. */
function joints(network: Network, streets: Streets): readonly MovementDraft[] {
  const signalledLinks = new Set(network.intersections.flatMap((i) => i.movements.map((m) => m.fromLink)));
  return network.links.flatMap((link, fromLink) => {
    if (signalledLinks.has(link.id)) return [];
    const onward = network.links.filter((next) => next.from === link.to && next.to !== link.from);
    const base = { ...WITHOUT_SIGNAL, id: link.id, fromLink, lanes: fullLanes(streets, fromLink) };
    if (onward.length === 0) return [{ ...base, toLink: -1 }];
    return onward.map((next) => ({ ...base, toLink: defined(streets.linkIndex.get(next.id), next.id) }));
  });
}

/** With connections: what they lead to beside the movements of signals; who is led nowhere leaves the network. */
function connected(
  network: Network,
  streets: Streets,
  ways: readonly LaneWay[],
  atSignals: readonly MovementDraft[],
): readonly MovementDraft[] {
  const controlled = new Set(
    atSignals.flatMap(({ lanes, toLink }) => lanes.map((lane) => `${lane} ${toLink}`)),
  );
  const free = ways.filter(({ fromLane, toLink }) => !controlled.has(`${fromLane} ${toLink}`));
  const left = new Set(atSignals.map(({ fromLink }) => fromLink));
  return network.links.flatMap((link, fromLink): readonly MovementDraft[] => {
    const own = free.filter(({ fromLane }) => streets.laneLink[fromLane] === fromLink);
    const base = { ...WITHOUT_SIGNAL, id: link.id, fromLink };
    if (own.length === 0 && !left.has(fromLink)) {
      return [{ ...base, toLink: -1, lanes: fullLanes(streets, fromLink) }];
    }
    return [...new Set(own.map(({ toLink }) => toLink))].map((toLink) => {
      const toIt = own.filter((way) => way.toLink === toLink);
      const lanes = [...new Set(toIt.map(({ fromLane }) => fromLane))].toSorted((a, b) => a - b);
      return { ...base, toLink, lanes, inside: insideOf(toIt) };
    });
  });
}

/** Where trips end on links that lead on. */
function tripEnds(
  { trips }: DemandFile,
  streets: Streets,
  others: readonly MovementDraft[],
): readonly MovementDraft[] {
  const leavable = new Set(others.filter(({ toLink }) => toLink < 0).map(({ fromLink }) => fromLink));
  const ends = new Set(
    (trips?.routes ?? []).map(({ links }) => defined(streets.linkIndex.get(links.at(-1) ?? ""), "last link")),
  );
  return [...ends]
    .filter((link) => !leavable.has(link))
    .toSorted((a, b) => a - b)
    .map((fromLink) => ({
      ...WITHOUT_SIGNAL,
      id: defined(streets.links[fromLink], "link").id,
      fromLink,
      toLink: -1,
      lanes: fullLanes(streets, fromLink),
    }));
}
