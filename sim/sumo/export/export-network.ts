import type { Network } from "../../../src/model/files.ts";
import { after, msToSeconds, secondsToMs } from "../../../src/units.ts";
import { drawnDemand } from "../../traffic/drawn-demand.ts";
import { createTrafficModel, type TrafficOptions } from "../../traffic/model.ts";
import type { LeftOut } from "../import-demand.ts";
import { edgesOf } from "./edges.ts";
import { type LaneWay, laneWaysOf } from "./lane-ways.ts";
import { type ExportPeriod, leftOutOf } from "./left-out.ts";
import { connectionsXml, document, edgesXml, element, nodesXml, programsXml } from "./plain-xml.ts";
import { programOf } from "./program.ts";
import { routesXml, stopsOf, stopsXml } from "./routes.ts";
import { tauOf } from "./vehicle-types.ts";

export type SumoExport = {
  /** Texts by file name, in SUMO's plain XML: what `netconvert` and `sumo` need. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of those of `files` that the two programs are given. */
  readonly netconvertConfig: string;
  readonly sumoConfig: string;
  readonly edges: number;
  readonly signals: number;
  readonly vehicles: number;
  readonly leftOut: readonly LeftOut[];
};

/**
 * A network as a SUMO scenario: its streets, the plans that are scheduled for the begin as fixed-time programs, and the traffic that a run with
 * that seed draws. The same inputs give the same bytes.
 * @throws PhasewiseError `DATA_MISSING` without demand, `DATA_INVALID` where turning shares are missing or lead round for ever.
 */
export function exportNetwork(network: Network, period: ExportPeriod, seed: number): SumoExport {
  const { midnightAt, startsAt, seconds } = period;
  const options: TrafficOptions = {
    seed,
    startsAt,
    midnightAt,
    endsAt: after(startsAt, secondsToMs(seconds)),
  };
  const { movements, streets } = createTrafficModel(network, options).state;
  const tauSeconds = tauOf(network);
  const edges = edgesOf(network, streets);
  const ways = laneWaysOf(network, streets, movements, edges, tauSeconds);
  const linksOf = (intersection: string): readonly LaneWay[] =>
    ways.filter(({ signal }) => signal?.intersection === intersection);
  const programs = network.intersections.map((one) => programOf(one, linksOf(one.id), midnightAt, startsAt));
  const stops = stopsOf(network, streets, edges);
  const vehicles = drawnDemand(network, options, seconds);
  const name = (ending: string): string => `${network.id}.${ending}`;
  const beginSeconds = msToSeconds(startsAt - midnightAt);
  const files = new Map([
    [name("nod.xml"), nodesXml(network, edges)],
    [name("edg.xml"), edgesXml(network, edges)],
    [name("con.xml"), connectionsXml(ways, edges)],
    [name("tll.xml"), programsXml(programs, linksOf)],
    [name("netccfg"), netconvertConfig(name, network.handedness)],
    [name("add.xml"), stopsXml(stops)],
    [name("rou.xml"), routesXml(vehicles, streets, edges, stops, tauSeconds)],
    [name("sumocfg"), sumoConfig(name, beginSeconds, beginSeconds + seconds)],
  ]);
  return {
    files,
    netconvertConfig: name("netccfg"),
    sumoConfig: name("sumocfg"),
    edges: edges.byLink.flat().length,
    signals: programs.length,
    vehicles: vehicles.length,
    leftOut: leftOutOf(network, period),
  };
}

type Named = (ending: string) => string;

/** Our coordinates stay, and nothing is guessed: neither turnarounds nor programs. */
function netconvertConfig(name: Named, handedness: Network["handedness"]): string {
  return settings({
    input: {
      "node-files": name("nod.xml"),
      "edge-files": name("edg.xml"),
      "connection-files": name("con.xml"),
      "tllogic-files": name("tll.xml"),
    },
    output: { "output-file": name("net.xml") },
    processing: {
      "offset.disable-normalization": "true",
      "no-turnarounds": "true",
      lefthand: handedness === "left" ? "true" : "false",
    },
  });
}

/** As the shared scenarios run: steps of a second, and nobody is moved on who is stuck. */
function sumoConfig(name: Named, beginSeconds: number, endSeconds: number): string {
  return settings({
    input: {
      "net-file": name("net.xml"),
      "route-files": name("rou.xml"),
      "additional-files": name("add.xml"),
    },
    time: { begin: beginSeconds, end: endSeconds, "step-length": 1 },
    processing: { "time-to-teleport": -1 },
  });
}

function settings(sections: Readonly<Record<string, Readonly<Record<string, string | number>>>>): string {
  return document(
    "configuration",
    Object.entries(sections).map(([section, options]) =>
      element(
        section,
        {},
        Object.entries(options).map(([option, value]) => element(option, { value })),
      ),
    ),
  );
}
