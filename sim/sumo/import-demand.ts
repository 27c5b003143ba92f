import { defined } from "../../src/assert.ts";
import type { DemandFile, Trips, VehicleType } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import { byCodeUnit } from "../../src/units.ts";
import { PhasewiseError } from "../../src/errors.ts";
import type { SumoConfig } from "./sumo-config.ts";
import { DEFAULT_TYPE_ID, type ForeignType } from "./vehicle-types.ts";
import { COUNTED, type RouteFiles } from "./route-files.ts";
import { departureLinks } from "./trip-ways.ts";

/** What could not be taken over, in words, and how often it came. */
export type LeftOut = { readonly what: string; readonly count: number };

export type ImportedDemand = { readonly demand: DemandFile; readonly leftOut: readonly LeftOut[] };

/** The traffic of a scenario's route files as trips: everybody who is to depart between its begin and its end, on a way that there is. */
export function demandOf(network: Network, config: SumoConfig, files: RouteFiles): ImportedDemand {
  const { beginSeconds, endSeconds = Number.POSITIVE_INFINITY } = config;
  const counts = new Map<string, number>(files.ignored);
  const leave = (what: string, count = 1): void => {
    counts.set(what, (counts.get(what) ?? 0) + count);
  };
  for (const { note } of files.unread) leave(note);
  const linksOf = departureLinks(network);
  const joined = joinedLinks(network);
  const merged = mergedTypes(files.types);
  const groups = new Map<string, { links: readonly string[]; type: VehicleType; departSeconds: number[] }>();
  const told = new Set<string>();
  for (const departure of files.departures) {
    const { atSeconds } = departure;
    const foreign = files.types.get(departure.type) ?? defined(files.types.get(DEFAULT_TYPE_ID), "a type");
    if (!files.types.has(departure.type)) leave("vehicles of a type that is not read, which are cars");
    if (atSeconds < beginSeconds) leave("vehicles due before the begin, which SUMO leaves out too");
    else if (atSeconds >= endSeconds) leave("vehicles due after the end");
    else if (!foreign.motor) leave("vehicles that do not drive on lanes for motor vehicles");
    else {
      const links = linksOf(departure);
      if (typeof links === "string" || !joined(links)) {
        leave("vehicles on a way that does not exist for motor vehicles");
        continue;
      }
      if (!told.has(departure.type)) for (const note of foreign.notes) leave(note);
      told.add(departure.type);
      const type = defined(merged.get(foreign), departure.type);
      const key = `${type.id} ${links.join(" ")}`;
      const group = groups.get(key) ?? { links, type, departSeconds: [] };
      group.departSeconds.push(atSeconds);
      groups.set(key, group);
    }
  }
  if (groups.size === 0) {
    throw new PhasewiseError(
      "DATA_INVALID",
      `${config.file}: no vehicle of its route files departs between its begin and its end; allowed: ${COUNTED}`,
    );
  }
  const routes = [...groups].toSorted(([one], [other]) => byCodeUnit(one, other)).map(([, group]) => group);
  return {
    demand: { version: 1, entries: [], turning: [], pedestrians: [], trips: tripsOf(config, routes) },
    leftOut: [...counts].map(([what, count]) => ({ what, count })),
  };
}

function tripsOf(
  { beginSeconds, endSeconds }: SumoConfig,
  routes: readonly {
    readonly links: readonly string[];
    readonly type: VehicleType;
    readonly departSeconds: readonly number[];
  }[],
): Trips {
  const types = new Map(routes.map(({ type }) => [type.id, type]));
  return {
    fromSeconds: beginSeconds,
    ...(endSeconds === undefined ? {} : { untilSeconds: endSeconds }),
    vehicleTypes: [...types.values()].toSorted((one, other) => byCodeUnit(one.id, other.id)),
    routes: routes.map(({ links, type, departSeconds }) => ({
      links: [...links],
      vehicleType: type.id,
      departSeconds: departSeconds.toSorted((one, other) => one - other),
    })),
  };
}

/** Types that differ in nothing but their names and colours are one. */
function mergedTypes(types: RouteFiles["types"]): ReadonlyMap<ForeignType, VehicleType> {
  const firsts = new Map<string, VehicleType>();
  const merged = new Map<ForeignType, VehicleType>();
  for (const foreign of types.values()) {
    const { id: _, ...properties } = foreign.type;
    const key = JSON.stringify(properties);
    const first = firsts.get(key) ?? foreign.type;
    firsts.set(key, first);
    merged.set(foreign, first);
  }
  return merged;
}

/** Whether each link of a way leads to the next one. */
function joinedLinks({ connections = [], links }: Network): (way: readonly string[]) => boolean {
  const linkOf = new Map(links.flatMap((link) => link.lanes.map((lane) => [lane.id, link.id])));
  const pairs = new Set(
    connections.map(({ fromLane, toLane }) => `${linkOf.get(fromLane)} ${linkOf.get(toLane)}`),
  );
  return (way) => way.slice(1).every((to, index) => pairs.has(`${way[index]} ${to}`));
}
