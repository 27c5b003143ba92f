import { defined } from "../assert.ts";
import { heardAgain, isBlind } from "../estimate/loop-doubt.ts";
import { rateAt } from "../estimate/loop-learning.ts";
import { heldAtLines, staysInside } from "../estimate/loop-inside.ts";
import { loopOutlook } from "../estimate/loop-outlook.ts";
import { loopArrival, loopEvent, loopLamps, type LoopQueues, loopSecond } from "../estimate/loop-queue.ts";
import { plannedArrivals } from "../estimate/planned-arrivals.ts";
import type { LinkArrival, PlannedByLink } from "../estimate/platoon-arrivals.ts";
import { zoneOutlook } from "../estimate/zone.ts";
import { MODE_DUTIES } from "../model/mode.ts";
import type { Outlook } from "../model/outlook.ts";
import { type InstantMs, msToSeconds, SECOND_MS } from "../units.ts";
import type { EngineTables, NodeTables, Upstream } from "./configuration.ts";
import type { DecisionInputs } from "./decisions.ts";
import type { InputOf } from "./input.ts";
import { followStreet } from "./observed-street.ts";
import type { EngineState, NodeState } from "./state.ts";
import { NOBODY_LEAVES, type TacticalState } from "./tactical-state.ts";

/** Loops that changed, as cleaning lets them through. */
type LoopChange = { readonly detector: number; readonly at: InstantMs; readonly on: boolean };

/** What the lamps tell the adaptive level. */
export function streetTold(before: TacticalState, own: NodeTables, told: InputOf<"state">): TacticalState {
  return {
    ...before,
    heardAt: before.heardAt ?? told.at,
    street: followStreet(before.street, own.timing, told),
    loops: loopLamps(before.loops, own.lanes, told.lamps, told.at),
  };
}

/** A controller that was not linked for a while tells of its loops from now on; what changed meanwhile nobody knows. */
export function linkedAgain(before: TacticalState, at: InstantMs): TacticalState {
  return { ...before, heardAt: at, loops: heardAgain(before.loops, at) };
}

/** What loops tell the adaptive level of the intersection's own queues. */
export function loopsTold(
  before: TacticalState,
  { lanes }: NodeTables,
  changes: readonly LoopChange[],
): TacticalState {
  const last = changes.at(-1);
  if (last === undefined) return before;
  let { loops } = before;
  for (const change of changes) loops = loopEvent(loops, lanes, change);
  return { ...before, heardAt: last.at, loops };
}

/** What loops at the begin of exits tell the neighbours to which those lead: who comes. */
export function entriesTold(
  before: EngineState["nodes"],
  tables: EngineTables,
  { entryLink }: NodeTables,
  changes: readonly LoopChange[],
): EngineState["nodes"] {
  let nodes = before;
  for (const { detector, at, on } of changes) {
    const link = entryLink[detector];
    if (!on || link === undefined) continue;
    for (const downstream of tables.reachedBy.get(link) ?? []) {
      const node = defined(nodes.at(downstream), "node");
      const loops = loopArrival(node.tactical.loops, { link, at, vehicles: 1 });
      if (loops === node.tactical.loops) continue;
      nodes = nodes.with(downstream, { ...node, tactical: { ...node.tactical, loops } });
    }
  }
  return nodes;
}

/** A second is over everywhere: who came onto the links between intersections is followed on his way. */
export function secondTold(
  before: EngineState["nodes"],
  tables: EngineTables,
  at: InstantMs,
): EngineState["nodes"] {
  return before.map((node, index) => {
    const neighbours = defined(tables.upstream[index], "upstream");
    const heard = node.linked && neighbours.every((one) => defined(before.at(one.node), "neighbour").linked);
    const { tactical } = node;
    return { ...node, tactical: { ...tactical, loops: loopSecond(tactical.loops, at, heard) } };
  });
}

/** Exits of other intersections that lead here, of those that are run by their decisions: they can tell who will leave. */
function tellingUpstream(known: EngineState, tables: EngineTables, index: number): readonly Upstream[] {
  return defined(tables.upstream[index], "upstream").filter(({ node }) => {
    const { mode, tactical } = defined(known.nodes.at(node), "upstream");
    return MODE_DUTIES[mode].stages === "sent" && tactical.lent !== null;
  });
}

/** Vehicles that they expect to send, or have sent just now: those that leave after `since`. */
function leavingUpstream(
  known: EngineState,
  telling: readonly Upstream[],
  since: number,
): readonly LinkArrival[] {
  const found: LinkArrival[] = [];
  for (const { node, exit, coupling } of telling) {
    const { tactical } = defined(known.nodes.at(node), "upstream");
    const leaving = tactical.departures[exit] ?? NOBODY_LEAVES;
    for (const [place, at] of leaving.at.entries()) {
      if (at <= since) continue;
      found.push({ link: coupling.exitLink, at, vehicles: defined(leaving.vehicles[place], "departure") });
    }
  }
  return found;
}

/** What neighbours plan to send to one intersection after `at`, by link; nobody, over the links of those who plan that. */
export function plannedTo(
  known: EngineState,
  tables: EngineTables,
  index: number,
  at: InstantMs,
): PlannedByLink {
  const telling = tellingUpstream(known, tables, index);
  const planned = new Map<string, LinkArrival[]>(telling.map(({ coupling }) => [coupling.exitLink, []]));
  for (const leaving of leavingUpstream(known, telling, at)) planned.get(leaving.link)?.push(leaving);
  return planned;
}

/** A look of the area detector that is older is none. */
const LOOK_AGE_MAX_MS = 2 * SECOND_MS;

/** Whether nothing that the detectors of an intersection tell can be believed; a fresh look of an area detector always is. */
export function seesNothing({ tactical, zone, health }: NodeState, at: InstantMs): boolean {
  const { heardAt, loops } = tactical;
  if (zone !== null && at - zone.at <= LOOK_AGE_MAX_MS) return false;
  if (health.leftToPlan) return true;
  return heardAt !== null && isBlind(loops, heardAt, at);
}

export type Seen = {
  readonly tactical: TacticalState;
  readonly observed: DecisionInputs["observed"];
  readonly outlook: () => Outlook;
  /** By movement: whether somebody who may be of it is inside the junction and not about to leave it. */
  readonly lateInside: () => readonly boolean[];
};

/** What is expected at the stop lines of one intersection, from the best detectors that it has. */
export function seen(
  known: EngineState,
  tables: EngineTables,
  index: number,
  { tactical, zone, departures, street }: NodeState,
  at: InstantMs,
): Seen {
  const own = defined(tables.nodes[index], "tables");
  const { urgencySeconds } = tables.parameters.estimate;
  if (zone === null || at - zone.at > LOOK_AGE_MAX_MS) {
    return {
      tactical,
      observed: "loops",
      // Asked for only when something is to be decided: most seconds an intergreen or a least green runs.
      outlook: () => {
        const planned = plannedTo(known, tables, index, at);
        return loopOutlook(tactical.loops, own.lanes, at, departures.shares, planned, urgencySeconds);
      },
      lateInside: () => {
        // Loops tell that somebody is, not where he came from.
        const { approaches, inside } = tactical.loops;
        const lanes = approaches.flatMap((approach) => approach.lanes);
        const late = staysInside(inside, heldAtLines(lanes, at), at);
        return own.timing.intersection.movements.map(() => late);
      },
    };
  }
  const telling = tellingUpstream(known, tables, index);
  const learnt = lanesLearnt(tactical.loops, own, at);
  const looked = zoneOutlook(
    own.sight(),
    own.lanes,
    zone,
    tactical.zone,
    {
      shares: departures.shares,
      ratesVehPerSecond: learnt.rates,
      headwaysSeconds: learnt.headways,
      lamps: street?.lamps ?? "",
      plannedLinks: new Set(telling.map(({ coupling }) => coupling.exitLink)),
      urgencySeconds,
    },
    at,
  );
  return {
    tactical: { ...tactical, zone: looked.memory },
    observed: "zone",
    lateInside: () => looked.lateInside,
    outlook: () => ({
      ...looked.outlook,
      lanes: plannedArrivals(
        looked.outlook.lanes,
        own.sight(),
        leavingUpstream(known, telling, Number.NEGATIVE_INFINITY).map((leaving) => ({
          link: leaving.link,
          inSeconds: msToSeconds(leaving.at - at),
          vehicles: leaving.vehicles,
        })),
        learnt.rates,
      ),
    }),
  };
}

/** What the stop-line loops have taught of each lane: vehicles a second, saturation headway. */
function lanesLearnt(
  { approaches, geometry }: LoopQueues,
  { lanes }: NodeTables,
  at: InstantMs,
): { readonly rates: readonly number[]; readonly headways: readonly number[] } {
  const rates = lanes.lanes.map(() => 0);
  const headways = lanes.lanes.map(() => HEADWAY_PRIOR_SECONDS);
  for (const [approach, layout] of geometry.approaches.entries()) {
    for (const [place, lane] of layout.lanes.entries()) {
      const learnt = defined(defined(approaches[approach], "approach").lanes[place], "lane");
      rates[lane] = rateAt(learnt.departed, at);
      headways[lane] = learnt.headwaySeconds;
    }
  }
  return { rates, headways };
}

const HEADWAY_PRIOR_SECONDS = 2;
