import type { Fault } from "../fault.ts";
import type { Link, NetworkFile } from "../network.ts";
import { duplicateFaults, faultAt, referenceFaults } from "./fault-at.ts";

/** Lengths are written with few decimals. */
const LENGTH_TOLERANCE_METERS = 0.05;

/** Rules within `network.json`: M1, M2, M3, M18, M19. */
export function networkFaults(file: string, network: NetworkFile): readonly Fault[] {
  const nodes = new Set(network.nodes.map(({ id }) => id));
  const links = new Map(network.links.map((link) => [link.id, link]));
  return [
    ...duplicateFaults(file, "node", pointers(network.nodes, "nodes")),
    ...duplicateFaults(file, "link", pointers(network.links, "links")),
    ...duplicateFaults(file, "route", pointers(network.routes, "routes")),
    ...duplicateFaults(
      file,
      "lane",
      network.links.flatMap((link, linkIndex) =>
        link.lanes.map(({ id }, index) => ({ id, pointer: `/links/${linkIndex}/lanes/${index}/id` })),
      ),
    ),
    ...network.links.flatMap((link, index) => [
      ...referenceFaults(file, `/links/${index}/from`, link.from, "node", nodes),
      ...referenceFaults(file, `/links/${index}/to`, link.to, "node", nodes),
      ...laneFaults(file, link, `/links/${index}`),
    ]),
    ...network.routes.flatMap((route, index) =>
      routeFaults(file, route.links, links, `/routes/${index}/links`),
    ),
    ...connectionFaults(file, network),
    ...timeZoneFaults(file, network.timeZone),
  ];
}

function pointers(items: readonly { readonly id: string }[], name: string) {
  return items.map(({ id }, index) => ({ id, pointer: `/${name}/${index}/id` }));
}

function laneFaults(file: string, link: Link, pointer: string): readonly Fault[] {
  const lengthMax = link.lengthMeters + LENGTH_TOLERANCE_METERS;
  const faults = link.lanes.flatMap((lane, index) =>
    lane.lengthMeters > lengthMax
      ? [
          faultAt(
            file,
            `${pointer}/lanes/${index}/lengthMeters`,
            lane.lengthMeters,
            `at most the link's ${link.lengthMeters} m`,
            "M3",
          ),
        ]
      : [],
  );
  const longest = Math.max(...link.lanes.map(({ lengthMeters }) => lengthMeters));
  if (longest < link.lengthMeters - LENGTH_TOLERANCE_METERS) {
    faults.push(
      faultAt(
        file,
        `${pointer}/lanes`,
        longest,
        `a lane of the link's whole length, ${link.lengthMeters} m`,
        "M3",
      ),
    );
  }
  return faults;
}

/** M1, M2, M18: known lanes, of links that meet in a node, each pair once; it yields to others through that node. */
function connectionFaults(file: string, { connections = [], links }: NetworkFile): readonly Fault[] {
  const linkOf = new Map(links.flatMap((link) => link.lanes.map(({ id }) => [id, link] as const)));
  const pairs = connections.map(({ fromLane, toLane }, index) => ({
    id: `${fromLane}:${toLane}`,
    pointer: `/connections/${index}`,
  }));
  const nodeOf = new Map(
    pairs.map(({ id }, index) => [id, linkOf.get(connections[index]?.fromLane ?? "")?.to]),
  );
  return [
    ...duplicateFaults(file, "connection", pairs),
    ...connections.flatMap(({ fromLane, toLane, yieldsTo = [] }, index) => {
      const pointer = `/connections/${index}`;
      const [from, to] = [linkOf.get(fromLane), linkOf.get(toLane)];
      const apart = from !== undefined && to !== undefined && from.to !== to.from;
      return [
        ...referenceFaults(file, `${pointer}/fromLane`, fromLane, "lane", linkOf),
        ...referenceFaults(file, `${pointer}/toLane`, toLane, "lane", linkOf),
        ...yieldsTo.flatMap((place, position) => {
          const at = `${pointer}/yieldsTo/${position}`;
          if (!nodeOf.has(place)) return referenceFaults(file, at, place, "connection", nodeOf);
          if (from === undefined || nodeOf.get(place) === from.to) return [];
          return [faultAt(file, at, place, `a connection through node ${from.to}`, "M18")];
        }),
        ...(apart
          ? [
              faultAt(
                file,
                `${pointer}/toLane`,
                toLane,
                `a lane of a link that begins at node ${from.to}`,
                "M18",
              ),
            ]
          : []),
      ];
    }),
  ];
}

function routeFaults(
  file: string,
  route: readonly string[],
  links: ReadonlyMap<string, Link>,
  pointer: string,
): readonly Fault[] {
  return route.flatMap((id, index) => {
    const missing = referenceFaults(file, `${pointer}/${index}`, id, "link", links);
    const before = links.get(route[index - 1] ?? "");
    const link = links.get(id);
    if (!before || !link || before.to === link.from) return missing;
    return [faultAt(file, `${pointer}/${index}`, id, `a link that begins at node ${before.to}`, "M18")];
  });
}

function timeZoneFaults(file: string, timeZone: string): readonly Fault[] {
  return isTimeZone(timeZone)
    ? []
    : [faultAt(file, "/timeZone", timeZone, "a name of the IANA time zone database", "M19")];
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
