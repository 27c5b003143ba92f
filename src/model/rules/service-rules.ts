import { BUS_LENGTH_METERS, type BusStop, type DemandFile, type DemandProfile } from "../demand.ts";
import type { Fault } from "../fault.ts";
import type { Intersection } from "../intersection.ts";
import type { Link, NetworkFile } from "../network.ts";
import { duplicateFaults, faultAt, oneOf, referenceFaults } from "./fault-at.ts";

/** What a route is checked against. */
type Ways = {
  readonly links: ReadonlyMap<string, Link>;
  readonly entries: ReadonlySet<string>;
  /** Links that a vehicle can go on to, by link; none at an exit. */
  readonly onward: ReadonlyMap<string, ReadonlySet<string>>;
};

/** M1, M2, M16, M25, M26: bus lines and the routes of emergency vehicles. */
export function serviceFaults(
  file: string,
  demand: DemandFile,
  network: NetworkFile,
  intersections: readonly Intersection[],
): readonly Fault[] {
  const { buses = [], emergency = [] } = demand;
  const ways: Ways = {
    links: new Map(network.links.map((link) => [link.id, link])),
    entries: new Set(demand.entries.map(({ link }) => link)),
    onward: onwardLinks(network, intersections),
  };
  const services = [
    ...buses.map((line, index) => ({ ...line, pointer: `/buses/${index}` })),
    ...emergency.map((route, index) => ({ ...route, pointer: `/emergency/${index}` })),
  ];
  return [
    ...duplicateFaults(
      file,
      "bus line or emergency route",
      services.map(({ id, pointer }) => ({ id, pointer: `${pointer}/id` })),
    ),
    ...services.flatMap(({ route, departures, pointer }) => [
      ...profileFaults(file, departures, `${pointer}/departures`),
      ...routeFaults(file, route, ways, `${pointer}/route`),
    ]),
    ...buses.flatMap(({ route, stops }, line) =>
      stops.flatMap((stop, index) =>
        stopFaults(file, stop, route, ways.links, `/buses/${line}/stops/${index}`),
      ),
    ),
  ];
}

/** M16: points of a day in order. */
export function profileFaults(file: string, profile: DemandProfile, pointer: string): readonly Fault[] {
  return profile.flatMap(({ at }, index) => {
    const before = profile[index - 1];
    if (!before || before.at < at) return [];
    return [faultAt(file, `${pointer}/${index}/at`, at, `later than ${before.at}, the point before`, "M16")];
  });
}

/**
 * By the movements of an intersection and the connections of lanes; where neither says anything, every link that begins where one ends, but
 * for the way back.
 */
export function onwardLinks(
  network: NetworkFile,
  intersections: readonly Intersection[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const onward = new Map<string, Set<string>>();
  const lead = (fromLink: string, toLink: string): void => {
    onward.set(fromLink, (onward.get(fromLink) ?? new Set()).add(toLink));
  };
  for (const { fromLink, toLink } of intersections.flatMap(({ movements }) => movements)) {
    lead(fromLink, toLink);
  }
  const linkOf = new Map(
    network.links.flatMap((link) => link.lanes.map((lane) => [lane.id, link.id] as const)),
  );
  for (const { fromLane, toLane } of network.connections ?? []) {
    const [fromLink, toLink] = [linkOf.get(fromLane), linkOf.get(toLane)];
    if (fromLink !== undefined && toLink !== undefined) lead(fromLink, toLink);
  }
  for (const link of network.links) {
    if (onward.has(link.id)) continue;
    const next = network.links.filter(({ from, to }) => from === link.to && to !== link.from);
    onward.set(link.id, new Set(next.map(({ id }) => id)));
  }
  return onward;
}

/** M25: from an entry along ways that exist to where vehicles leave the network, each link once. */
function routeFaults(
  file: string,
  route: readonly string[],
  { links, entries, onward }: Ways,
  pointer: string,
): readonly Fault[] {
  const unknown = route.flatMap((id, index) =>
    referenceFaults(file, `${pointer}/${index}`, id, "link", links),
  );
  if (unknown.length > 0) return unknown;
  const fault = (index: number, allowed: string): Fault =>
    faultAt(file, `${pointer}/${index}`, route[index], allowed, "M25");
  return route.flatMap((id, index) => {
    const faults: Fault[] = [];
    const before = route[index - 1];
    const ways = onward.get(id) ?? new Set();
    if (before === undefined) {
      if (!entries.has(id)) faults.push(fault(index, oneOf("link of an entry", entries)));
    } else {
      const reached = onward.get(before) ?? new Set();
      if (!reached.has(id)) faults.push(fault(index, oneOf(`link that one gets to from ${before}`, reached)));
    }
    if (route.indexOf(id) < index) faults.push(fault(index, "a link that the route has not passed yet"));
    if (index === route.length - 1 && ways.size > 0) {
      faults.push(fault(index, "an exit of the network, from which no way goes on"));
    }
    return faults;
  });
}

/** M26: a stop lies on a link of its line's route, and a whole bus stands on that link. */
function stopFaults(
  file: string,
  { link: id, distanceMeters }: BusStop,
  route: readonly string[],
  links: ReadonlyMap<string, Link>,
  pointer: string,
): readonly Fault[] {
  const link = links.get(id);
  if (!link) return referenceFaults(file, `${pointer}/link`, id, "link", links);
  if (!route.includes(id)) {
    return [faultAt(file, `${pointer}/link`, id, oneOf("link of the line's route", route), "M26")];
  }
  const farthest = link.lengthMeters - BUS_LENGTH_METERS;
  if (distanceMeters <= farthest) return [];
  const allowed = `at most ${farthest}, so that a bus of ${BUS_LENGTH_METERS} m stands on link ${id}`;
  return [faultAt(file, `${pointer}/distanceMeters`, distanceMeters, allowed, "M26")];
}
