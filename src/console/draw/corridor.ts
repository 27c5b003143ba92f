import type { Movement } from "../../model/intersection.ts";
import type { Link } from "../../model/network.ts";
import type { NetworkView } from "../../protocol/live.ts";
import { type MeasuredLine, measuredLine, placeAlong, turnDegrees } from "./along.ts";
import { bearingDegrees, endDirection, lastMeters, startDirection } from "./polyline.ts";
import type { WorldPoint } from "./transform.ts";

/** A stop line on a corridor, and the phase that goes on along it. */
export type CorridorStop = {
  readonly intersection: string;
  readonly phase: string;
  /** Along the corridor's axis. */
  readonly meters: number;
};

/** One direction of travel. */
export type CorridorWay = {
  /** In the order in which they are driven. */
  readonly links: readonly string[];
  readonly stops: readonly CorridorStop[];
  /** In free flow from the first stop line to the last. */
  readonly speedMetersPerSecond: number;
};

/** A street through two intersections or more, straight on at each. */
export type Corridor = {
  readonly id: string;
  readonly name: string;
  readonly axis: MeasuredLine;
  /** In the direction of the axis. */
  readonly onward: CorridorWay;
  /** Against it; null for a one-way street. */
  readonly back: CorridorWay | null;
};

type Streets = Pick<NetworkView["network"], "links" | "routes"> & {
  readonly intersections: readonly Pick<
    NetworkView["network"]["intersections"][number],
    "id" | "node" | "movements"
  >[];
};

type Route = Streets["routes"][number];

type Chain = {
  readonly links: readonly string[];
  readonly stops: readonly { readonly intersection: string; readonly phase: string; readonly link: string }[];
};

/** How much of the streets before the first and behind the last intersection is shown. */
const ENDS_METERS = 250;
const ASIDE_MAX_METERS = 60;

/** The corridors of a network, the main one first: those that its routes declare, then those with more intersections. */
export function corridorsOf({ links, routes, intersections }: Streets): readonly Corridor[] {
  const byId = new Map(links.map((link) => [link.id, link]));
  const goesOn = throughMovements(intersections, byId);
  const chains = chainsOf(links, goesOn).filter(({ stops }) => stops.length > 1);
  const declared = (chain: Chain): boolean => routes.some((route) => follows(route, chain));
  const ordered = chains.toSorted(
    (one, other) =>
      Number(declared(other)) - Number(declared(one)) ||
      other.stops.length - one.stops.length ||
      routeRank(routes, one) - routeRank(routes, other),
  );
  const corridors: Corridor[] = [];
  const used = new Set<Chain>();
  for (const onward of ordered) {
    if (used.has(onward)) continue;
    used.add(onward);
    const back = ordered.find((other) => !used.has(other) && isReverse(onward, other)) ?? null;
    if (back !== null) used.add(back);
    const corridor = corridorOf(onward, back, byId);
    if (corridor !== null) corridors.push(corridor);
  }
  return corridors;
}

type GoesOn = ReadonlyMap<string, { readonly intersection: string; readonly movement: Movement }>;

/** The straightest of the movements straight on from each link. */
function throughMovements(intersections: Streets["intersections"], links: ReadonlyMap<string, Link>): GoesOn {
  const found = new Map<string, { intersection: string; movement: Movement; turn: number }>();
  for (const { id, movements } of intersections) {
    for (const movement of movements) {
      const [from, to] = [links.get(movement.fromLink), links.get(movement.toLink)];
      if (movement.turn !== "through" || from === undefined || to === undefined) continue;
      const turn = turnDegrees(
        bearingDegrees(endDirection(from.shape)),
        bearingDegrees(startDirection(to.shape)),
      );
      const known = found.get(from.id);
      if (known === undefined || turn < known.turn) found.set(from.id, { intersection: id, movement, turn });
    }
  }
  return found;
}

/** Every way straight on, from where nothing leads straight into it; of a ring, from any of its links. */
function chainsOf(links: readonly Link[], goesOn: GoesOn): readonly Chain[] {
  const ledTo = new Set([...goesOn.values()].map(({ movement }) => movement.toLink));
  const used = new Set<string>();
  const begins = links.filter(({ id }) => goesOn.has(id));
  return [...begins.filter(({ id }) => !ledTo.has(id)), ...begins].flatMap(({ id: first }) => {
    const chain: string[] = [];
    const stops: Chain["stops"][number][] = [];
    let link: string | undefined = first;
    while (link !== undefined && !used.has(link)) {
      used.add(link);
      chain.push(link);
      const on = goesOn.get(link);
      if (on !== undefined) stops.push({ intersection: on.intersection, phase: on.movement.phase, link });
      link = on?.movement.toLink;
    }
    return stops.length === 0 ? [] : [{ links: chain, stops }];
  });
}

function follows(route: Route, chain: Chain): boolean {
  const place = chain.links.indexOf(route.links[0] ?? "");
  return place >= 0 && route.links.every((link, index) => chain.links[place + index] === link);
}

function routeRank(routes: readonly Route[], chain: Chain): number {
  const rank = routes.findIndex((route) => follows(route, chain));
  return rank < 0 ? routes.length : rank;
}

/** Whether two chains pass at least two common intersections, in opposite order. */
function isReverse(one: Chain, other: Chain): boolean {
  const places = other.stops.flatMap(({ intersection }) => {
    const place = one.stops.findIndex((stop) => stop.intersection === intersection);
    return place < 0 ? [] : [place];
  });
  return places.length > 1 && places.every((place, index) => index === 0 || place < (places[index - 1] ?? 0));
}

function corridorOf(onward: Chain, back: Chain | null, links: ReadonlyMap<string, Link>): Corridor | null {
  const axis = axisOf(onward, links);
  const on = wayOf(onward, axis, links);
  if (on.stops.length < 2) return null;
  const returning = back === null ? null : wayOf(back, axis, links);
  return {
    id: onward.links[0] ?? "",
    name: corridorName(onward, links),
    axis,
    onward: on,
    back: returning === null || returning.stops.length < 2 ? null : returning,
  };
}

/** The links one after the other, the first and the last cut short. */
function axisOf({ links: chain, stops }: Chain, links: ReadonlyMap<string, Link>): MeasuredLine {
  const points = chain.flatMap((id): readonly WorldPoint[] => {
    const shape = links.get(id)?.shape ?? [];
    if (id === stops[0]?.link) return lastMeters(shape, ENDS_METERS);
    const isBehind = id === chain.at(-1) && stops.at(-1)?.link !== id;
    return isBehind ? lastMeters(shape.toReversed(), ENDS_METERS).toReversed() : shape;
  });
  return measuredLine(points);
}

function wayOf(chain: Chain, axis: MeasuredLine, links: ReadonlyMap<string, Link>): CorridorWay {
  const stops = chain.stops.flatMap(({ intersection, phase, link }): readonly CorridorStop[] => {
    const end = links.get(link)?.shape.at(-1);
    if (end === undefined) return [];
    const place = placeAlong(axis, end[0], end[1], ASIDE_MAX_METERS);
    return place === null ? [] : [{ intersection, phase, meters: Math.round(place.meters * 10) / 10 }];
  });
  const between = chain.links
    .slice(1, chain.links.indexOf(chain.stops.at(-1)?.link ?? "") + 1)
    .flatMap((id) => links.get(id) ?? []);
  const meters = between.reduce((sum, { lengthMeters }) => sum + lengthMeters, 0);
  const seconds = between.reduce(
    (sum, { lengthMeters, speedMetersPerSecond }) => sum + lengthMeters / speedMetersPerSecond,
    0,
  );
  return { links: chain.links, stops, speedMetersPerSecond: seconds === 0 ? 14 : meters / seconds };
}

const BOUND = /\s*\b(north|east|south|west)bound\b/i;

/** What most of its links are called, without the direction of travel. */
function corridorName(chain: Chain, links: ReadonlyMap<string, Link>): string {
  const counts = new Map<string, number>();
  for (const id of chain.links) {
    const name = (links.get(id)?.name ?? "").replace(BOUND, "").trim();
    if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted((one, other) => other[1] - one[1]);
  if (most !== undefined) return most[0];
  return `${chain.stops[0]?.intersection ?? ""} – ${chain.stops.at(-1)?.intersection ?? ""}`;
}

/** The part of a corridor from one of its intersections to another, both included; the axis stays. */
export function partOf(corridor: Corridor, first: string, last: string): Corridor {
  const ids = corridor.onward.stops.map(({ intersection }) => intersection);
  const [one, other] = [ids.indexOf(first), ids.indexOf(last)];
  if (one < 0 || other < 0) return corridor;
  const kept = new Set(ids.slice(Math.min(one, other), Math.max(one, other) + 1));
  const cut = (way: CorridorWay): CorridorWay => ({
    ...way,
    stops: way.stops.filter(({ intersection }) => kept.has(intersection)),
  });
  return { ...corridor, onward: cut(corridor.onward), back: corridor.back && cut(corridor.back) };
}
