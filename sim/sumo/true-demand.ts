import { assert, defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { Movement } from "../../src/model/intersection.ts";
import type { MovementFlows, RunPeriod } from "../field/scenario.ts";
import { foreignId } from "./foreign-id.ts";
import type { SumoScenario } from "./import-network.ts";
import {
  elementFault,
  parseSumoTime,
  readXml,
  requiredText,
  type XmlElement,
  type XmlHandlers,
} from "./xml-reader.ts";

const HOUR_SECONDS = 3_600;

/** Someone who is scheduled, along edges of SUMO in the order of driving, or to be led from one to another. */
type Departure = {
  readonly atSeconds: number;
  readonly element: XmlElement;
  readonly way:
    | { readonly kind: "route"; readonly edges: readonly string[] }
    | { readonly kind: "trip"; readonly from: string; readonly to: string };
};

/**
 * What the route files of a scenario send over each movement in a period, by the vehicles that are to depart in it: everybody is counted
 * on all their way, however long they take. Reads vehicles with routes and trips from edge to edge; throws DATA_INVALID, with file and
 * line, for flows and for whatever else says the traffic in another way.
 */
export async function trueDemand(scenario: SumoScenario, period: RunPeriod): Promise<MovementFlows> {
  const { additionalFiles, routeFiles, beginSeconds } = scenario.config;
  const collector = departureCollector();
  for (const file of [...additionalFiles, ...routeFiles]) await readXml(file, collector.handlers);
  return flowsOf(scenario.network, collector.departures, {
    fromSeconds: beginSeconds + period.fromSeconds,
    untilSeconds: beginSeconds + period.untilSeconds,
  });
}

/** Handlers that gather the departures from the elements of route files, for files and for texts. */
export function departureCollector(): {
  readonly handlers: XmlHandlers;
  readonly departures: readonly Departure[];
} {
  const departures: Departure[] = [];
  const routes = new Map<string, readonly string[]>();
  let within: { readonly element: XmlElement; edges?: readonly string[] } | undefined;

  const open = (element: XmlElement): void => {
    const { name, attributes } = element;
    if (NOT_COUNTED.has(name)) throw elementFault(element, "cannot be counted", COUNTED);
    if (name === "vehicle") {
      within = { element };
      const { route } = attributes;
      if (route === undefined) return;
      const edges = routes.get(route);
      if (edges === undefined) throw elementFault(element, `has route="${route}"`, "a route defined before");
      within.edges = edges;
    } else if (name === "trip") {
      within = { element };
      departures.push(tripOf(element));
    } else if (name === "route") {
      if (attributes["repeat"] !== undefined) {
        throw elementFault(element, `has repeat="${attributes["repeat"]}"`, "a route driven once");
      }
      const edges = wordsOf(requiredText(element, "edges"));
      if (within === undefined) routes.set(requiredText(element, "id"), edges);
      else within.edges = edges;
    } else if (name === "stop" && within?.element.name === "trip") {
      throw elementFault(element, "is a stop within a trip, which leads it another way", COUNTED);
    }
  };
  const close = (name: string): void => {
    if (name === "vehicle" && within !== undefined) {
      const { element, edges } = within;
      if (edges === undefined) throw elementFault(element, "has no route", COUNTED);
      departures.push({ atSeconds: departOf(element), element, way: { kind: "route", edges } });
    }
    if (name === "vehicle" || name === "trip") within = undefined;
  };
  return { handlers: { open, close }, departures };
}

/** Elements that bring traffic, or hide it, in a way that is not read here. */
const NOT_COUNTED: ReadonlySet<string> = new Set(["flow", "routeDistribution", "include"]);

const COUNTED = '<vehicle> with a <route edges="…"> of its own or a named one, or <trip from="…" to="…">';

function tripOf(element: XmlElement): Departure {
  const { from, to, via } = element.attributes;
  if (from === undefined || to === undefined) throw elementFault(element, "lacks an edge", COUNTED);
  if (via !== undefined && via.trim() !== "") throw elementFault(element, `has via="${via}"`, COUNTED);
  return { atSeconds: departOf(element), element, way: { kind: "trip", from, to } };
}

function departOf(element: XmlElement): number {
  return parseSumoTime(element, "depart", requiredText(element, "depart"));
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/**
 * Veh/h by movement of those who are to depart in the period, in SUMO's seconds; who is to depart before the scenario begins never does.
 * Movements that lead from one link to the same other one share its vehicles by their lanes.
 */
export function flowsOf(
  network: Network,
  departures: readonly Departure[],
  { fromSeconds, untilSeconds }: RunPeriod,
): MovementFlows {
  assert(untilSeconds > fromSeconds, "a period that lasts");
  const links = new Set(network.links.map(({ id }) => id));
  const ways = tripWays(network);
  const vehicles = new Map<string, number>();
  for (const departure of departures) {
    const { atSeconds } = departure;
    if (atSeconds < fromSeconds || atSeconds >= untilSeconds) continue;
    const route = linksOf(departure, links, ways);
    route.slice(1).forEach((to, index) => {
      const turn = turnKey(defined(route[index], "link before"), to);
      vehicles.set(turn, (vehicles.get(turn) ?? 0) + 1);
    });
  }
  const hours = (untilSeconds - fromSeconds) / HOUR_SECONDS;
  return new Map(
    network.intersections.map(({ id, movements }) => [
      id,
      new Map(
        movements.map((movement) => {
          const turning = vehicles.get(turnKey(movement.fromLink, movement.toLink)) ?? 0;
          return [movement.id, (turning * laneShare(movement, movements)) / hours];
        }),
      ),
    ]),
  );
}

/** Ids have no spaces. */
function turnKey(fromLink: string, toLink: string): string {
  return `${fromLink} ${toLink}`;
}

function laneShare({ fromLink, toLink, fromLanes }: Movement, movements: readonly Movement[]): number {
  const all = movements
    .filter((other) => other.fromLink === fromLink && other.toLink === toLink)
    .reduce((sum, other) => sum + other.fromLanes.length, 0);
  return fromLanes.length / all;
}

/** The links of ours that a vehicle drives on. */
function linksOf(
  { way, element }: Departure,
  links: ReadonlySet<string>,
  ways: (from: string, to: string) => readonly string[] | undefined,
): readonly string[] {
  const edges = way.kind === "route" ? way.edges : [way.from, way.to];
  const unknown = edges.find((edge) => !links.has(foreignId(edge)));
  if (unknown !== undefined) {
    throw elementFault(element, `leads over edge "${unknown}"`, "edges of the network for motor vehicles");
  }
  if (way.kind === "route") return edges.map(foreignId);
  const found = ways(foreignId(way.from), foreignId(way.to));
  if (found !== undefined) return found;
  throw elementFault(
    element,
    `leads from "${way.from}" to "${way.to}"`,
    "edges between which there is a way",
  );
}

/**
 * The quickest way from link to link on empty streets, junctions included. SUMO itself leads a trip by how fast the streets are when it
 * departs, so that what it drives depends on the control too; where a network has one sensible way, this is it.
 */
function tripWays(network: Network): (from: string, to: string) => readonly string[] | undefined {
  const onward = onwardSeconds(network);
  const trees = new Map<string, ReadonlyMap<string, string>>();
  return (from, to) => {
    const before = trees.get(from) ?? linksBefore(onward, from);
    trees.set(from, before);
    const way = [to];
    for (let link = to; link !== from; ) {
      const previous = before.get(link);
      if (previous === undefined) return undefined;
      way.push(previous);
      link = previous;
    }
    return way.toReversed();
  };
}

/** By link, the links that can be reached from its end, with the seconds through the junction and along them. */
function onwardSeconds({
  links,
  connections = [],
}: Network): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const linkOfLane = new Map(links.flatMap((link) => link.lanes.map(({ id }) => [id, link])));
  const onward = new Map(links.map(({ id }) => [id, new Map<string, number>()]));
  for (const { fromLane, toLane, lengthMeters, insideSpeedMetersPerSecond } of connections) {
    const from = defined(linkOfLane.get(fromLane), fromLane);
    const to = defined(linkOfLane.get(toLane), toLane);
    const inside = insideSpeedMetersPerSecond === undefined ? 0 : lengthMeters / insideSpeedMetersPerSecond;
    const seconds = inside + to.lengthMeters / to.speedMetersPerSecond;
    const ways = defined(onward.get(from.id), from.id);
    ways.set(to.id, Math.min(seconds, ways.get(to.id) ?? Number.POSITIVE_INFINITY));
  }
  return onward;
}

/** By link, the one before it on the quickest way from `from`; a link that cannot be reached has none. */
function linksBefore(
  onward: ReadonlyMap<string, ReadonlyMap<string, number>>,
  from: string,
): ReadonlyMap<string, string> {
  const secondsTo = new Map([[from, 0]]);
  const before = new Map<string, string>();
  const changed = [from];
  // Grows while it is walked: a link whose time falls is looked at again.
  for (const link of changed) {
    const sofar = defined(secondsTo.get(link), link);
    for (const [next, seconds] of onward.get(link) ?? []) {
      if (sofar + seconds >= (secondsTo.get(next) ?? Number.POSITIVE_INFINITY)) continue;
      secondsTo.set(next, sofar + seconds);
      before.set(next, link);
      changed.push(next);
    }
  }
  return before;
}
