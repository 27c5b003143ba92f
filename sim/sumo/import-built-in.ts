import type { Trips } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import { demandOf, type LeftOut } from "./import-demand.ts";
import { type ImportOptions, importSumo, type SumoScenario } from "./import-network.ts";
import { TAU_SECONDS } from "./vehicle-types.ts";
import { readRouteFiles, type RouteFiles } from "./route-files.ts";

/** A SUMO scenario for the built-in traffic model: the network with its demand, and what could not be taken over. */
export type BuiltInImport = { readonly network: Network; readonly leftOut: readonly LeftOut[] };

/** Reads a `.sumocfg`, its network and its route files; needs no SUMO. Throws DATA_MISSING or DATA_INVALID. */
export async function importForBuiltIn(
  configPath: string,
  options: ImportOptions = {},
): Promise<BuiltInImport> {
  const scenario = await importSumo(configPath, options);
  return builtInImport(scenario, await readRouteFiles(scenario.config));
}

export function builtInImport(scenario: SumoScenario, files: RouteFiles): BuiltInImport {
  const { demand, leftOut } = demandOf(scenario.network, scenario.config, files);
  const network = { ...scenario.network, demand };
  return {
    network:
      demand.trips === undefined ? network : withSaturationFlows(network, demand.trips, meanTau(files)),
    leftOut: [...scenario.notes.map((what) => ({ what, count: 1 })), ...leftOut],
  };
}

/** Behind the slowest of those ahead: `QUEUE_SPEED_FACTOR` of sim/traffic, where speeds are spread alike. */
const QUEUE_SPEED_FACTOR = 0.92;

/**
 * The headway of a queue of Krauss' vehicles over the stop line: `tau + spacing / v`, with v less what the imperfection costs, and what the
 * steps of a second and the imperfection cost besides: 0.1 s + 0.4 s · sigma. Fitted to SUMO 1.15 on one lane with 8, 14 and 19 m/s, straight
 * and a left turn of 6.5 m/s, spacings of 7.5 and 5.8 m and sigma 0 and 0.5: within 7 %.
 */
export function queueHeadwaySeconds(
  speed: number,
  { tauSeconds, spacingMeters, slack, imperfection }: Queue,
): number {
  const driven = Math.max(1, speed * QUEUE_SPEED_FACTOR - slack);
  return lagSeconds({ tauSeconds, imperfection }) + spacingMeters / driven;
}

/** The speed at which a queue has that headway: the other way round. Infinite where none is fast enough. */
export function queueSpeed(headwaySeconds: number, queue: Queue): number {
  const drivenSeconds = headwaySeconds - lagSeconds(queue);
  if (drivenSeconds <= 0) return Number.POSITIVE_INFINITY;
  return (queue.spacingMeters / drivenSeconds + queue.slack) / QUEUE_SPEED_FACTOR;
}

function lagSeconds({ tauSeconds, imperfection }: Pick<Queue, "tauSeconds" | "imperfection">): number {
  return tauSeconds + 0.1 + 0.4 * imperfection;
}

/** What the vehicles of a queue have in common. */
export type Queue = {
  /** Krauss' reaction time. */
  readonly tauSeconds: number;
  readonly spacingMeters: number;
  readonly slack: number;
  readonly imperfection: number;
};

/** Bounds of the schema. */
const FLOW_MIN = 300;
const FLOW_MAX = 2400;

/** What SUMO says of saturation flow it says by its vehicles and curves: movements get what follows from them. */
function withSaturationFlows(network: Network, trips: Trips, tauSeconds: number): Network {
  const queue = { tauSeconds, ...meanQueue(trips) };
  const speeds = new Map(network.links.map(({ id, speedMetersPerSecond }) => [id, speedMetersPerSecond]));
  const links = new Map(network.links.flatMap(({ id, lanes }) => lanes.map((lane) => [lane.id, id])));
  const inside = new Map<string, number>();
  for (const { fromLane, toLane, insideSpeedMetersPerSecond: speed } of network.connections ?? []) {
    const way = `${links.get(fromLane)} ${links.get(toLane)}`;
    if (speed !== undefined) inside.set(way, Math.max(speed, inside.get(way) ?? 0));
  }
  return {
    ...network,
    intersections: network.intersections.map((intersection) => ({
      ...intersection,
      movements: intersection.movements.map((movement) => {
        const { fromLink, toLink } = movement;
        const limit = speeds.get(fromLink) ?? 0;
        const speed = Math.min(limit, inside.get(`${fromLink} ${toLink}`) ?? limit);
        const flow = Math.round(3600 / queueHeadwaySeconds(speed, queue));
        return { ...movement, saturationFlowVehPerHour: Math.min(FLOW_MAX, Math.max(FLOW_MIN, flow)) };
      }),
    })),
  };
}

function meanQueue({ routes, vehicleTypes }: Trips): Omit<Queue, "tauSeconds"> {
  const counts = new Map<string, number>();
  const motor = vehicleTypes.filter(({ mode }) => mode !== "bicycle");
  const counted = new Set((motor.length > 0 ? motor : vehicleTypes).map(({ id }) => id));
  for (const { vehicleType, departSeconds } of routes) {
    if (counted.has(vehicleType))
      counts.set(vehicleType, (counts.get(vehicleType) ?? 0) + departSeconds.length);
  }
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const mean = (of: (type: Trips["vehicleTypes"][number]) => number): number =>
    vehicleTypes.reduce((sum, type) => sum + ((counts.get(type.id) ?? 0) * of(type)) / all, 0);
  return {
    spacingMeters: mean(({ lengthMeters, gapMeters }) => lengthMeters + gapMeters),
    slack: mean(
      ({ accelerationMetersPerSecond2, imperfection }) => (accelerationMetersPerSecond2 * imperfection) / 2,
    ),
    imperfection: mean(({ imperfection }) => imperfection),
  };
}

/** Mean of those whom the route files have, drivers of unread types as SUMO's usual ones. */
function meanTau({ departures, types }: RouteFiles): number {
  const sum = departures.reduce((total, { type }) => total + (types.get(type)?.tauSeconds ?? TAU_SECONDS), 0);
  return departures.length === 0 ? TAU_SECONDS : sum / departures.length;
}
