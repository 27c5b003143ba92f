import { defined } from "../assert.ts";
import { type LaneTable, laneTable } from "../estimate/lanes.ts";
import type { Network } from "../model/files.ts";
import { type TimingTable, timingTable } from "../model/timing.ts";
import { type Coupling, coordinationGroups, findCouplings } from "../optimize/couplings.ts";
import { DAY_MS, type InstantMs, MINUTE_MS } from "../units.ts";

/** How far the engine may go with an intersection (DESIGN §3): so far it decides and pushes plans, or only watches. */
export type Mode = "local" | "plan";

export type EngineConfiguration = {
  readonly network: Network;
  readonly midnightAt: InstantMs;
  /** Step of the plant that the durations are rounded up to. */
  readonly stepMs: number;
  readonly intervalMs: number;
  readonly planValidMs: number;
  readonly mode: Mode;
};

/** Bounds of the strategic interval, DESIGN §3. */
export const INTERVAL_DEFAULT_MS = 5 * MINUTE_MS;
export const INTERVAL_MIN_MS = MINUTE_MS;
export const INTERVAL_MAX_MS = 15 * MINUTE_MS;

/** Lease of a timing plan, DESIGN §5. */
export const PLAN_VALID_DEFAULT_MS = 15 * MINUTE_MS;
export const PLAN_VALID_MIN_MS = MINUTE_MS;
export const PLAN_VALID_MAX_MS = 120 * MINUTE_MS;

/** What never changes while the engine runs, worked out once. */
export type EngineTables = {
  readonly configuration: EngineConfiguration;
  readonly nodes: readonly NodeTables[];
  readonly nodeIndex: ReadonlyMap<string, number>;
  readonly couplings: readonly Coupling[];
  /** Indices of the nodes that share a cycle. */
  readonly groups: readonly (readonly number[])[];
  readonly slotsPerDay: number;
};

export type NodeTables = {
  readonly id: string;
  readonly timing: TimingTable;
  readonly lanes: LaneTable;
  readonly detectorIndex: ReadonlyMap<string, number>;
};

export function engineTables(configuration: EngineConfiguration): EngineTables {
  const { network, stepMs, intervalMs } = configuration;
  const nodes = network.intersections.map((intersection) => ({
    id: intersection.id,
    timing: timingTable(intersection, stepMs),
    lanes: laneTable(intersection),
    detectorIndex: new Map(intersection.detectors.map(({ id }, index) => [id, index])),
  }));
  const nodeIndex = new Map(nodes.map(({ id }, index) => [id, index]));
  const couplings = findCouplings(network);
  return {
    configuration,
    nodes,
    nodeIndex,
    couplings,
    groups: coordinationGroups(
      nodes.map(({ id }) => id),
      couplings,
    ).map((group) => group.map((id) => defined(nodeIndex.get(id), id))),
    slotsPerDay: Math.round(DAY_MS / intervalMs),
  };
}
