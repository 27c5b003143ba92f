import {
  elementFault,
  optionalNumber,
  parseSumoTime,
  readXml,
  requiredText,
  type XmlElement,
  type XmlHandlers,
} from "./xml-reader.ts";
import type { SumoConfig } from "./sumo-config.ts";
import { defaultType, DEFAULT_TYPE_ID, type ForeignType, vehicleTypeOf } from "./vehicle-types.ts";

/** Someone who is scheduled, along edges of SUMO in the order of driving, or to be led from one by others to the last. */
export type Departure = {
  readonly atSeconds: number;
  readonly element: XmlElement;
  readonly type: string;
  readonly way: { readonly kind: "route" | "trip"; readonly edges: readonly string[] };
};

/** Something that brings traffic, changes or hides it, in a way that is not read. */
export type Unread = {
  readonly element: XmlElement;
  /** As a fault says it. */
  readonly found: string;
  readonly allowed: string;
  /** As a note says it, with how many there are. */
  readonly note: string;
};

export type RouteFiles = {
  readonly departures: readonly Departure[];
  readonly types: ReadonlyMap<string, ForeignType>;
  readonly unread: readonly Unread[];
  /** What of vehicles that are read is not taken over, by how many have it. */
  readonly ignored: ReadonlyMap<string, number>;
};

/** Reads the traffic of a scenario. Throws DATA_MISSING or DATA_INVALID with file and line. */
export async function readRouteFiles({ additionalFiles, routeFiles }: SumoConfig): Promise<RouteFiles> {
  const collector = routeCollector();
  for (const file of [...additionalFiles, ...routeFiles]) await readXml(file, collector.handlers);
  return collector.files;
}

type Within = { readonly element: XmlElement; edges?: readonly string[]; lost?: boolean };

/** Handlers that gather the traffic from the elements of route files, for files and for texts. */
export function routeCollector(): { readonly handlers: XmlHandlers; readonly files: RouteFiles } {
  const departures: Departure[] = [];
  const types = new Map<string, ForeignType>([[DEFAULT_TYPE_ID, defaultType()]]);
  const unread: Unread[] = [];
  const ignored = new Map<string, number>();
  const routes = new Map<string, readonly string[]>();
  const distributions = new Set<string>();
  let within: Within | undefined;
  let distribution: string | undefined;

  const leave = (element: XmlElement, found: string, note: string): void => {
    unread.push({ element, found, allowed: COUNTED, note });
  };
  const ignore = (note: string): void => {
    ignored.set(note, (ignored.get(note) ?? 0) + 1);
  };
  const openRoute = (element: XmlElement): void => {
    const { repeat } = element.attributes;
    if (distribution !== undefined) return;
    if (repeat !== undefined) {
      unread.push({
        element,
        found: `has repeat="${repeat}"`,
        allowed: "a route driven once",
        note: "routes that repeat, driven once",
      });
    }
    const edges = wordsOf(requiredText(element, "edges"));
    if (within === undefined) routes.set(requiredText(element, "id"), edges);
    else within.edges = edges;
  };
  const openVehicle = (element: XmlElement): void => {
    const { route } = element.attributes;
    within = { element };
    for (const note of ignoredOf(element)) ignore(note);
    if (route === undefined) return;
    const edges = routes.get(route);
    if (edges === undefined && distributions.has(route)) within.lost = true;
    else if (edges === undefined) {
      throw elementFault(element, `has route="${route}"`, "a route defined before");
    } else within.edges = edges;
  };
  const open = (element: XmlElement): void => {
    const { name } = element;
    if (name === "vType") types.set(requiredText(element, "id"), vehicleTypeOf(element));
    else if (name === "route") openRoute(element);
    else if (name === "routeDistribution") {
      distribution = element.attributes["id"] ?? "";
      distributions.add(distribution);
      if (within !== undefined) within.lost = true;
      leave(element, "cannot be counted", "distributions of routes, whose vehicles are left out");
    } else if (DEPARTING.has(name)) openVehicle(element);
    else if (name === "stop" && within !== undefined) {
      if (leads(within.element)) leave(element, "is a stop within a trip, which leads it another way", STOPS);
      else ignore(STOPS);
    } else if (name === "include") leave(element, "cannot be counted", "included files, which are not read");
    else if (LEFT_OUT[name] !== undefined) ignore(LEFT_OUT[name]);
  };
  const close = (name: string): void => {
    if (name === "routeDistribution") distribution = undefined;
    if (!DEPARTING.has(name) || within === undefined) return;
    if (within.lost !== true) departures.push(...departuresOf(within, leave));
    within = undefined;
  };
  return { handlers: { open, close }, files: { departures, types, unread, ignored } };
}

const DEPARTING: ReadonlySet<string> = new Set(["vehicle", "trip", "flow"]);

const STOPS = "stops on the way, which are not made";

/** Elements that bring other traffic or change that of vehicles, in words. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  vTypeDistribution: "distributions of vehicle types, whose vehicles are cars",
  person: "persons",
  personFlow: "flows of persons",
  container: "containers",
  containerFlow: "flows of containers",
  calibrator: "calibrators",
  rerouter: "rerouters",
  variableSpeedSign: "variable speed signs",
};

/** What traffic is read from. */
export const COUNTED =
  '<vehicle> with a <route edges="…"> of its own or a named one, <trip from="…" to="…">, or <flow> at regular intervals';

/** Attributes of departure and arrival whose default alone the traffic model knows. */
const ATTRIBUTES_IGNORED: readonly (readonly [name: string, usual: readonly string[]])[] = [
  ["departLane", ["first", "0"]],
  ["departSpeed", ["0", "0.00"]],
  ["departPos", ["base"]],
  ["arrivalPos", ["max"]],
  ["arrivalLane", ["current"]],
  ["arrivalSpeed", ["current"]],
];

function ignoredOf({ attributes }: XmlElement): readonly string[] {
  return ATTRIBUTES_IGNORED.filter(([name, usual]) => {
    const value = attributes[name];
    return value !== undefined && !usual.includes(value);
  }).map(([name]) => `vehicles and flows with ${name}, which has its default`);
}

/** Whether it is led by SUMO, not along a route. */
function leads({ name, attributes }: XmlElement): boolean {
  return name === "trip" || (name === "flow" && attributes["route"] === undefined && "from" in attributes);
}

type Leave = (element: XmlElement, found: string, note: string) => void;

function departuresOf({ element, edges }: Within, leave: Leave): readonly Departure[] {
  const way = wayOf(element, edges);
  const type = element.attributes["type"] ?? DEFAULT_TYPE_ID;
  const instants = element.name === "flow" ? flowInstants(element, leave) : [departOf(element)];
  return instants.map((atSeconds) => ({ atSeconds, element, type, way }));
}

function wayOf(element: XmlElement, edges: readonly string[] | undefined): Departure["way"] {
  if (edges !== undefined) return { kind: "route", edges };
  const { from, to, via = "" } = element.attributes;
  if (element.name === "vehicle") throw elementFault(element, "has no route", COUNTED);
  if (from === undefined || to === undefined) throw elementFault(element, "lacks an edge", COUNTED);
  return { kind: "trip", edges: [from, ...wordsOf(via), to] };
}

function departOf(element: XmlElement): number {
  return parseSumoTime(element, "depart", requiredText(element, "depart"));
}

/** Regularly from its begin on, as SUMO lets a flow depart. Random flows are left to regular ones of the same mean, with a note. */
function flowInstants(element: XmlElement, leave: Leave): readonly number[] {
  const { attributes } = element;
  const time = (name: string): number | undefined =>
    attributes[name] === undefined ? undefined : parseSumoTime(element, name, attributes[name]);
  const begin = time("begin") ?? 0;
  const end = time("end");
  const number = optionalNumber(element, "number", undefined);
  const random = /^exp\((.*)\)$/.exec(attributes["period"] ?? "")?.[1];
  const probability = optionalNumber(element, "probability", undefined);
  if (random !== undefined || probability !== undefined) {
    leave(element, "comes at random", "random flows, which come regularly with the same mean");
  }
  const perHour =
    optionalNumber(element, "vehsPerHour", undefined) ?? optionalNumber(element, "perHour", undefined);
  const period =
    (random === undefined ? undefined : 1 / Number(random)) ??
    (probability === undefined ? undefined : 1 / probability) ??
    (random === undefined && attributes["period"] !== undefined ? time("period") : undefined) ??
    (perHour === undefined ? undefined : 3600 / perHour) ??
    (number === undefined || end === undefined ? undefined : (end - begin) / number);
  const count =
    number ?? (end === undefined || period === undefined ? undefined : Math.ceil((end - begin) / period));
  if (period === undefined || count === undefined || !(period > 0) || !(count >= 0 && count <= FLOW_MAX)) {
    throw elementFault(
      element,
      "does not say how many come when",
      `begin, end, and one of number, period, vehsPerHour, probability; at most ${FLOW_MAX} vehicles`,
    );
  }
  return Array.from({ length: Math.floor(count) }, (_, index) => begin + index * period);
}

/** More than any scenario's flow. */
const FLOW_MAX = 1_000_000;

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
