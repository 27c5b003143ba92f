import { defined } from "../assert.ts";
import { type HealthTable, healthTables } from "../detect/health.ts";
import { type LaneTable, laneTable } from "../estimate/lanes.ts";
import { type LoopGeometry, loopGeometry } from "../estimate/loop-layout.ts";
import { neighbourhoods } from "../estimate/neighbourhood.ts";
import { type SightTable, sightTable } from "../estimate/sight-table.ts";
import type { Network } from "../model/files.ts";
import type { Intersection } from "../model/intersection.ts";
import type { Mode } from "../model/mode.ts";
import { type TimingTable, timingTable } from "../model/timing.ts";
import { type Coupling, coordinationGroups, findCouplings } from "../optimize/couplings.ts";
import { mayFollow } from "../optimize/tactical/may-follow.ts";
import type { Junction, TacticalPolicy } from "../optimize/tactical/policy.ts";
import { rollingHorizon } from "../optimize/tactical/rolling-horizon.ts";
import { DAY_MS, type InstantMs, MINUTE_MS } from "../units.ts";
import { type Approach, approachesOf, type Road, roadsToSignals } from "./approaches.ts";
import { equalTables } from "./equal-tables.ts";
import { declarationOf } from "./parameters/declarations.ts";
import type { Handover } from "./handover.ts";
import { type EngineParameters, intervalMsOf, parametersOf, type Setting } from "./parameters/settings.ts";

export type { TacticalPolicy } from "../optimize/tactical/policy.ts";

export type EngineConfiguration = {
  readonly network: Network;
  readonly midnightAt: InstantMs;
  /** Step of the plant that the durations are rounded up to. */
  readonly stepMs: number;
  readonly intervalMs: number;
  readonly planValidMs: number;
  /** Of every intersection at first; operators change it. */
  readonly mode: Mode;
  /** What operators had set with the engine before this one; absent where nothing was handed over. */
  readonly handover?: Handover;
  /** Parameters that are not at their defaults, each once; absent where all are. The strategic interval among them goes before `intervalMs`. */
  readonly settings?: readonly Setting[];
  /**
   * Whether decisions are told with all that they were made on (effects `decision`); absent for no. It changes nothing that is decided, so
   * no journal has it.
   */
  readonly recordDecisions?: boolean;
};

const INTERVAL = declarationOf("strategic.intervalMinutes");
/** Bounds of the strategic interval, DESIGN §3. */
export const INTERVAL_DEFAULT_MS = INTERVAL.default * MINUTE_MS;
export const INTERVAL_MIN_MS = INTERVAL.min * MINUTE_MS;
export const INTERVAL_MAX_MS = INTERVAL.max * MINUTE_MS;

/** Lease of a timing plan, DESIGN §5. */
export const PLAN_VALID_DEFAULT_MS = 15 * MINUTE_MS;
export const PLAN_VALID_MIN_MS = MINUTE_MS;
export const PLAN_VALID_MAX_MS = 120 * MINUTE_MS;

/** What never changes while the engine runs, worked out once; only parameters do, by `retuned`. */
export type EngineTables = {
  readonly configuration: EngineConfiguration;
  /** Every tunable, as set or by default. */
  readonly parameters: EngineParameters;
  readonly nodes: readonly NodeTables[];
  readonly nodeIndex: ReadonlyMap<string, number>;
  readonly couplings: readonly Coupling[];
  /** Indices of the nodes that share a cycle. */
  readonly groups: readonly (readonly number[])[];
  readonly slotsPerDay: number;
  /** Who decides each second. */
  readonly policy: TacticalPolicy;
  /** Whether that is the engine's own policy, which the parameters are of. */
  readonly ownPolicy: boolean;
  /** Which decisions are told with all that they were made on; of stages, only those of the engine's own policy can be. */
  readonly records: { readonly stages: boolean; readonly timings: boolean };
  /** What becomes of detectors that have failed. */
  readonly healthUse: HealthUse;
  /** By node: the links that lead to its stop lines. */
  readonly approaches: readonly (readonly Approach[])[];
  /** By node and exit: the road to the next signal. */
  readonly downstream: readonly (readonly (Road | null)[])[];
  /** By node: the exits of other nodes that lead to it. */
  readonly upstream: readonly (readonly Upstream[])[];
  /** Exit link → the nodes whose stop lines it leads to next. */
  readonly reachedBy: ReadonlyMap<string, readonly number[]>;
  /** The same with other parameters but for the strategic interval, which what was learnt is counted by. */
  readonly retuned: (settings: readonly Setting[]) => EngineTables;
};

/** `used`: their counts are replaced and nothing is decided by them; `told`: operators are told and that is all, to measure the difference. */
export type HealthUse = "used" | "told";

/** An exit of one node that leads to an approach of another. */
export type Upstream = {
  readonly node: number;
  /** Index in that node's lane table. */
  readonly exit: number;
  readonly coupling: Coupling;
};

export type NodeTables = {
  readonly id: string;
  readonly timing: TimingTable;
  readonly lanes: LaneTable;
  readonly detectorIndex: ReadonlyMap<string, number>;
  readonly health: HealthTable;
  readonly junction: Junction;
  readonly loopGeometry: LoopGeometry;
  /** What an area detector sees: worked out when it is asked for first, since most intersections have none. */
  readonly sight: () => SightTable;
  /** By detector: the link at whose begin it lies, for loops of exits. */
  readonly entryLink: readonly (string | undefined)[];
};

export function engineTables(
  given: EngineConfiguration,
  policy?: TacticalPolicy,
  healthUse: HealthUse = "used",
): EngineTables {
  const { settings = [], recordDecisions = false } = given;
  const parameters = parametersOf(settings);
  const configuration = { ...given, intervalMs: intervalMsOf(settings) ?? given.intervalMs };
  const { network, stepMs, intervalMs } = configuration;
  const surroundings = neighbourhoods(network);
  const sight = sights(network);
  const equal = equalTables();
  const laneTables = network.intersections.map((intersection) => equal.lanes(laneTable(intersection)));
  const health = healthTables(
    network.intersections.map((intersection, place) => {
      return { intersection, lanes: defined(laneTables[place], "lanes") };
    }),
  );
  const nodes = network.intersections.map((intersection, node): NodeTables => {
    const timing = equal.timing(timingTable(intersection, stepMs));
    const lanes = defined(laneTables[node], "lanes");
    return {
      id: intersection.id,
      timing,
      lanes,
      detectorIndex: new Map(intersection.detectors.map(({ id }, index) => [id, index])),
      health: equal.health(defined(health[node], "health")),
      junction: { timing, lanes, mayFollow: equal.mayFollow(mayFollow(timing)) },
      loopGeometry: equal.geometry(loopGeometry(lanes, intersection, surroundings(intersection))),
      sight: sight(intersection, lanes),
      entryLink: intersection.detectors.map(({ role, link }) => (role === "entry" ? link : undefined)),
    };
  });
  const nodeIndex = new Map(nodes.map(({ id }, index) => [id, index]));
  const couplings = findCouplings(network);
  const approaches = approachesOf(network, nodes, couplings);
  return retunable({
    configuration,
    parameters,
    nodes,
    nodeIndex,
    couplings,
    groups: coordinationGroups(
      nodes.map(({ id }) => id),
      couplings,
    ).map((group) => group.map((id) => defined(nodeIndex.get(id), id))),
    slotsPerDay: Math.round(DAY_MS / intervalMs),
    policy: policy ?? rollingHorizon(parameters.optimize),
    ownPolicy: policy === undefined,
    records: { stages: recordDecisions && policy === undefined, timings: recordDecisions },
    healthUse,
    approaches,
    downstream: roadsToSignals(nodes, approaches, couplings),
    reachedBy: reachedBy(nodes),
    upstream: nodes.map(({ id }) =>
      couplings
        .filter(({ toIntersection }) => toIntersection === id)
        .map((coupling): Upstream => {
          const node = defined(nodeIndex.get(coupling.fromIntersection), coupling.fromIntersection);
          const { exits } = defined(nodes[node], "node").lanes;
          return { node, exit: exits.findIndex(({ link }) => link === coupling.exitLink), coupling };
        }),
    ),
  });
}

/**
 * Of the tables only parameters and policy depend on settings. The last ones that were asked for are kept: a state names its list of
 * settings, and one list is in force for days. A policy that was handed in keeps the parameters that it was made with.
 */
function retunable(base: Omit<EngineTables, "retuned">): EngineTables {
  let made: { readonly settings: readonly Setting[]; readonly tables: EngineTables } | undefined;
  const retuned = (settings: readonly Setting[]): EngineTables => {
    if (made?.settings === settings) return made.tables;
    const parameters = parametersOf(settings);
    const policy = base.ownPolicy ? rollingHorizon(parameters.optimize) : base.policy;
    const configuration = { ...base.configuration, settings };
    made = { settings, tables: { ...base, configuration, parameters, policy, retuned } };
    return made.tables;
  };
  return { ...base, retuned };
}

/**
 * Sight tables of intersections, each with its surroundings worked out when it is asked for first. A function of its own: what it makes
 * holds all variables around it, and those of `engineTables` are a tenth of the tables.
 */
function sights(network: Network): (intersection: Intersection, lanes: LaneTable) => NodeTables["sight"] {
  const surroundings = once(() => neighbourhoods(network));
  return (intersection, lanes) => once(() => sightTable(surroundings()(intersection), intersection, lanes));
}

/** What `make` gives, which is always the same: made when it is asked for first. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function reachedBy(nodes: readonly NodeTables[]): EngineTables["reachedBy"] {
  const reached = new Map<string, number[]>();
  for (const [
    index,
    {
      loopGeometry: { approaches },
    },
  ] of nodes.entries()) {
    for (const link of new Set(approaches.flatMap(({ upstream }) => [...upstream.keys()]))) {
      reached.set(link, [...(reached.get(link) ?? []), index]);
    }
  }
  return reached;
}
