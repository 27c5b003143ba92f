import { basename } from "node:path";
import { defined } from "../../src/assert.ts";
import { PhasewiseError } from "../../src/errors.ts";
import type { Network } from "../../src/model/files.ts";
import { byCodeUnit } from "../../src/units.ts";
import { foreignId } from "./foreign-id.ts";
import { IMPORT_DEFAULTS } from "./import-defaults.ts";
import { connectionsOf, innerWays, type LanePlace, lanePlaces } from "./inner-ways.ts";
import { laneGraph } from "./loops.ts";
import { type NetPoint, readSumoNet, type SumoNet } from "./net-file.ts";
import { yieldsOf } from "./right-of-way.ts";
import { linksOf, localPoint } from "./roads.ts";
import { placeFinder } from "./signal-conflicts.ts";
import { type ImportedSignal, importSignal, type SignalBinding } from "./signal-import.ts";
import type { Profile } from "./signal-profile.ts";
import { readSumoConfig, type SumoConfig } from "./sumo-config.ts";

/** A SUMO scenario as a network of ours, and what connects the two. */
export type SumoScenario = {
  readonly config: SumoConfig;
  readonly network: Network;
  /** One an intersection, in the same order. */
  readonly signals: readonly SignalBinding[];
  /** Subtracted from SUMO's coordinates, metres. */
  readonly origin: NetPoint;
  /** Where each of SUMO's lanes lies in the network. */
  readonly lanes: ReadonlyMap<string, LanePlace>;
  /** SUMO ids of some junction and some lane, for asking after vehicles everywhere. */
  readonly anchor: { readonly junction: string; readonly lane: string };
  /** What could not be taken over as it is, for the user to read. */
  readonly notes: readonly string[];
};

export type ImportOptions = {
  /** What signals are timed by; `shipped` unless said otherwise. */
  readonly profile?: Profile | undefined;
};

/** Reads a `.sumocfg` and its network; needs no SUMO. Throws DATA_MISSING or DATA_INVALID. */
export async function importSumo(configPath: string, options: ImportOptions = {}): Promise<SumoScenario> {
  const config = await readSumoConfig(configPath);
  const net = await readSumoNet(config.netFile, config.additionalFiles);
  return importNet(net, config, options);
}

export function importNet(net: SumoNet, config: SumoConfig, options: ImportOptions = {}): SumoScenario {
  const surroundings = {
    net,
    graph: laneGraph(net),
    placeOf: placeFinder(net),
    beginSeconds: config.beginSeconds,
    stepSeconds: config.stepSeconds,
    profile: options.profile ?? "shipped",
  };
  const imported: ImportedSignal[] = [];
  const notes: string[] = [];
  for (const program of net.programs.values()) {
    const signal = importSignal(surroundings, program);
    notes.push(...signal.notes);
    if (signal.intersection !== undefined) imported.push(signal);
  }
  imported.sort((left, right) => byCodeUnit(left.intersection.id, right.intersection.id));
  const links = linksOf(net).toSorted((left, right) => byCodeUnit(left.id, right.id));
  if (links.length === 0) {
    throw new PhasewiseError(
      "DATA_INVALID",
      `${net.file}:1: has no road; allowed: a network with lanes for vehicles`,
    );
  }
  const id = foreignId(config.name);
  const ways = innerWays(net);
  const network: Network = {
    version: 1,
    id,
    name: basename(config.name),
    timeZone: IMPORT_DEFAULTS.timeZone,
    region: id,
    handedness: net.leftHand ? "left" : "right",
    nodes: nodesOf(net, imported, new Set(links.flatMap(({ from, to }) => [from, to]))),
    links: [...links],
    routes: [],
    connections: [...connectionsOf(ways, yieldsOf(net, ways))],
    intersections: imported.map(({ intersection }) => intersection),
  };
  const edge = defined([...net.edges.values()][0], "a link has an edge");
  const anchor = { junction: edge.to, lane: defined(edge.lanes[0], "an edge has a lane").id };
  const signals = imported.map(({ binding }) => binding);
  return { config, network, signals, origin: net.origin, lanes: lanePlaces(net, ways), anchor, notes };
}

function nodesOf(
  net: SumoNet,
  signals: readonly ImportedSignal[],
  used: ReadonlySet<string>,
): Network["nodes"] {
  const intersectionAt = new Map<string, string>();
  for (const { intersection, junctions } of signals) {
    for (const junction of junctions) {
      if (!intersectionAt.has(junction)) intersectionAt.set(junction, intersection.id);
    }
  }
  return [...net.junctions.values()]
    .filter(({ id }) => used.has(foreignId(id)))
    .map((junction) => {
      const [x, y] = localPoint([junction.x, junction.y], net.origin);
      const intersection = intersectionAt.get(junction.id);
      return { id: foreignId(junction.id), x, y, ...(intersection === undefined ? {} : { intersection }) };
    })
    .toSorted((left, right) => byCodeUnit(left.id, right.id));
}
