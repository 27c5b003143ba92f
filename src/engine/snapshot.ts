import { defined } from "../assert.ts";
import type { Arrival } from "../model/outlook.ts";
import type { TrafficSnapshot } from "../model/snapshot.ts";
import type { Network } from "../model/files.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { forecastCount, streamFlows } from "./demand.ts";
import { seen } from "./outlooks.ts";
import type { EngineState, NodeState } from "./state.ts";
import { timingInForce } from "./timing-in-force.ts";

/**
 * The street as the engine knows it now, for looking ahead: the timing in force, whom detectors are believed to have left on each
 * approach, and the demand that is forecast for the next interval. Vehicles before an approach's first detector are not known.
 */
export function trafficSnapshot(state: EngineState, tables: EngineTables): TrafficSnapshot {
  const { network, midnightAt, intervalMs } = tables.configuration;
  const nodes = [...state.nodes].map((node, index) => ({
    node,
    index,
    own: defined(tables.nodes[index], "tables"),
  }));
  return {
    version: 1,
    network: network.id,
    at: state.now,
    midnightAt,
    intersections: nodes.map(({ node, own }) => {
      const { cycleMs, offsetMs, stages } = timingInForce(node, own, midnightAt, state.now);
      const running = { cycleMs, offsetMs, stages: stages.map(({ stage, splitMs }) => ({ stage, splitMs })) };
      return { id: own.id, mode: node.mode, linked: node.linked, running };
    }),
    lanes: nodes.flatMap(({ node, index, own }) => lanesOf(state, tables, index, node, own)),
    flows: nodes.flatMap(({ node, own }) => flowsOf(node, own, intervalMs)),
  };
}

function lanesOf(
  state: EngineState,
  tables: EngineTables,
  index: number,
  node: NodeState,
  { lanes: { lanes } }: NodeTables,
): TrafficSnapshot["lanes"] {
  const { links } = tables.configuration.network;
  const expected = seen(state, tables, index, node, state.now).outlook();
  return lanes.map(({ link, id }, lane) => ({
    link,
    lane: id,
    distanceMeters: [
      ...distancesOf(defined(expected.lanes[lane], "lane").arrivals, defined(linkOf(links, link), link)),
    ],
  }));
}

function linkOf(links: Network["links"], id: string): Network["links"][number] | undefined {
  return links.find((link) => link.id === id);
}

/**
 * Where the expected vehicles are, whole ones: each stands where the expected number passes another half. Who is farther away than
 * the link is long is on another one, and counted there.
 */
function distancesOf(
  arrivals: readonly Arrival[],
  { lengthMeters, speedMetersPerSecond }: Network["links"][number],
): readonly number[] {
  const distances: number[] = [];
  let expected = 0;
  for (const { earliestSeconds, vehicles } of arrivals) {
    const distance = earliestSeconds * speedMetersPerSecond;
    if (distance > lengthMeters) break;
    expected += vehicles;
    while (distances.length + 0.5 <= expected) distances.push(Math.round(distance * 10) / 10);
  }
  return distances;
}

function flowsOf(node: NodeState, own: NodeTables, intervalMs: number): TrafficSnapshot["flows"] {
  const flows = streamFlows(own, node, intervalMs, forecastCount);
  return own.timing.intersection.movements.map(({ fromLink, toLink }, movement) => {
    const flow = flows.reduce(
      (sum, vehPerHour, stream) =>
        defined(own.lanes.streams[stream], "stream").movement === movement ? sum + vehPerHour : sum,
      0,
    );
    return { fromLink, toLink, flowVehPerHour: Math.round(flow * 10) / 10 };
  });
}
