import type { CycleTiming } from "../model/plan.ts";
import type { LaneDemand } from "../optimize/capacity.ts";
import type { ProgressionLink } from "../optimize/platoon.ts";
import type { StrategicParameters } from "../optimize/region-decision.ts";
import { type Retiming, type RetimeNode, retimed } from "../optimize/retime.ts";
import type { InstantMs } from "../units.ts";
import { type Site, siteOf, tableOf } from "./site.ts";

/** One intersection of a group that is re-timed, as JSON. */
export type TimingNode = {
  readonly id: string;
  readonly site: Site;
  readonly running: CycleTiming;
  readonly cycleChangedAt: InstantMs | null;
  /** Stop-line lanes, and the demand of each. */
  readonly laneIds: readonly string[];
  readonly lanes: readonly LaneDemand[];
  /** Why it is given no new offset, cycle or sequence now; `null`: it may be. */
  readonly frozen: "transition" | "unable" | null;
  readonly nextCycleSeconds: number;
  readonly heldPhases: readonly number[];
};

/** Everything that the timings of a group are chosen by; JSON of it loses nothing. */
export type TimingProblem = {
  readonly at: InstantMs;
  readonly nodes: readonly TimingNode[];
  readonly links: readonly ProgressionLink[];
  readonly parameters: StrategicParameters;
};

/** One group's decision is asked for by each of its intersections. */
const decided = new WeakMap<TimingProblem, Retiming>();

/** What the strategic level decides for a group, and the cycles that it looked at. */
export function decideTimings(problem: TimingProblem): Retiming {
  const known = decided.get(problem);
  if (known !== undefined) return known;
  const { at, nodes, links, parameters } = problem;
  const retiming = retimed(nodes.map(retimeNode), links, at, parameters);
  decided.set(problem, retiming);
  return retiming;
}

function retimeNode({ id, site, running, cycleChangedAt, lanes, ...node }: TimingNode): RetimeNode {
  const { frozen, nextCycleSeconds, heldPhases } = node;
  return {
    id,
    table: tableOf(site),
    running,
    cycleChangedAt,
    lanes,
    frozen: frozen !== null,
    nextCycleSeconds,
    heldPhases: new Set(heldPhases),
  };
}

/** A node as it is decided for, as one that can be written down. */
export function timingNode(
  { id, table, running, cycleChangedAt, lanes, frozen, nextCycleSeconds, heldPhases }: RetimeNode,
  laneIds: readonly string[],
  inTransition: boolean,
): TimingNode {
  const { cycleMs, offsetMs, stages } = running;
  return {
    id,
    site: siteOf(table),
    running: {
      cycleMs,
      offsetMs,
      stages: stages.map(({ stage, splitMs }) => ({ stage, splitMs })),
    },
    cycleChangedAt,
    laneIds,
    lanes,
    frozen: frozen ? (inTransition ? "transition" : "unable") : null,
    nextCycleSeconds,
    heldPhases: [...(heldPhases ?? [])],
  };
}
