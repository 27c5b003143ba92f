import type { Network } from "../../../src/model/files.ts";
import type { Point } from "../../../src/model/network.ts";
import { hundredths } from "../roads.ts";
import { escapeXml } from "../sumo-session.ts";
import type { ExportedEdges } from "./edges.ts";
import type { LaneWay } from "./lane-ways.ts";
import type { ExportedProgram } from "./program.ts";

/** What of an attribute is not there is left out. */
type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element, with others inside or empty, on lines of its own. */
export function element(name: string, attributes: Attributes, inner: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join("");
  if (inner.length === 0) return `<${name}${written}/>`;
  const lines = inner.flatMap((one) => one.split("\n")).map((line) => `  ${line}`);
  return [`<${name}${written}>`, ...lines, `</${name}>`].join("\n");
}

export function document(name: string, inner: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, {}, inner)}\n`;
}

/** Nodes where movements of a signal end are its lights; all others let everybody go by right of way. */
export function nodesXml(network: Network, { openings }: ExportedEdges): string {
  const linkEnds = new Map(network.links.map(({ id, to }) => [id, to]));
  const lights = new Map(
    network.intersections.flatMap(({ id, movements }) =>
      movements.map(({ fromLink }) => [linkEnds.get(fromLink) ?? "", id] as const),
    ),
  );
  return document("nodes", [
    ...network.nodes.map(({ id, x, y }) => {
      const light = lights.get(id);
      return element("node", {
        id,
        x,
        y,
        type: light === undefined ? "priority" : "traffic_light",
        tl: light,
      });
    }),
    ...openings.map(({ id, at: [x, y] }) => element("node", { id, x, y, type: "priority" })),
  ]);
}

export function edgesXml({ links }: Network, { byLink }: ExportedEdges): string {
  return document(
    "edges",
    byLink.flatMap((edges, k) =>
      edges.map(({ id, from, to, lengthMeters, speedMetersPerSecond, lanes, shape }) =>
        element("edge", {
          id,
          from,
          to,
          name: links[k]?.name,
          numLanes: lanes.length,
          speed: speedMetersPerSecond,
          length: lengthMeters,
          spreadType: "center",
          shape: shapeText(shape),
        }),
      ),
    ),
  );
}

function shapeText(shape: readonly Point[]): string {
  return shape.map(([x, y]) => `${x},${y}`).join(" ");
}

/** Connections of all edges; one that leads nowhere says so, or netconvert would guess. */
export function connectionsXml(ways: readonly LaneWay[], { byLink }: ExportedEdges): string {
  const left = new Set(ways.map(({ from }) => from));
  return document("connections", [
    ...ways.map((way) =>
      element("connection", {
        ...placesOf(way),
        length: hundredths(way.lengthMeters),
        speed: hundredths(way.speedMetersPerSecond),
        uncontrolled: way.signal === undefined ? "true" : undefined,
      }),
    ),
    ...byLink.flat().flatMap(({ id }) => (left.has(id) ? [] : [element("connection", { from: id })])),
  ]);
}

function placesOf({ from, fromLane, to, toLane }: LaneWay): Attributes {
  return { from, to, fromLane, toLane };
}

/** Programs, then which link of which signal each connection is. */
export function programsXml(
  programs: readonly ExportedProgram[],
  linksOf: (intersection: string) => readonly LaneWay[],
): string {
  return document("tlLogics", [
    ...programs.map(({ intersection, plan, offsetSeconds, phases }) =>
      element(
        "tlLogic",
        { id: intersection, type: "static", programID: plan, offset: offsetSeconds },
        phases.map(({ durationSeconds, state }) => element("phase", { duration: durationSeconds, state })),
      ),
    ),
    ...programs.flatMap(({ intersection }) =>
      linksOf(intersection).map((way, linkIndex) =>
        element("connection", { ...placesOf(way), tl: intersection, linkIndex }),
      ),
    ),
  ]);
}
