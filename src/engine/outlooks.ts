import { defined } from "../assert.ts";
import { rateAt } from "../estimate/loop-learning.ts";
import { loopOutlook } from "../estimate/loop-outlook.ts";
import {
  type LinkArrival,
  loopArrival,
  loopEvent,
  loopLamps,
  type LoopQueues,
} from "../estimate/loop-queue.ts";
import { plannedArrivals } from "../estimate/planned-arrivals.ts";
import { zoneOutlook } from "../estimate/zone.ts";
import type { Outlook } from "../model/outlook.ts";
import { type InstantMs, msToSeconds, SECOND_MS } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import type { InputOf } from "./input.ts";
import { followStreet } from "./observed-street.ts";
import type { EngineState, NodeState } from "./state.ts";
import type { TacticalState } from "./tactical-state.ts";

/** Loops that changed, as cleaning lets them through. */
type LoopChange = { readonly detector: number; readonly at: InstantMs; readonly on: boolean };

/** What the lamps tell the adaptive level. */
export function streetTold(before: TacticalState, own: NodeTables, told: InputOf<"state">): TacticalState {
  return {
    ...before,
    street: followStreet(before.street, own.timing, told),
    loops: loopLamps(before.loops, own.lanes, told.lamps, told.at),
  };
}

/** What loops tell the adaptive level: of the intersection's own queues, and of who comes to its neighbours. */
export function loopsTold(
  state: EngineState,
  tables: EngineTables,
  index: number,
  changes: readonly LoopChange[],
): EngineState {
  const own = defined(tables.nodes[index], "tables");
  let { nodes } = state;
  const change = (which: number, next: (loops: LoopQueues, lanes: NodeTables) => LoopQueues): void => {
    const node = defined(nodes.at(which), "node");
    const loops = next(node.tactical.loops, defined(tables.nodes[which], "tables"));
    if (loops === node.tactical.loops) return;
    nodes = nodes.with(which, { ...node, tactical: { ...node.tactical, loops } });
  };
  change(index, (loops, { lanes }) => changes.reduce((known, one) => loopEvent(known, lanes, one), loops));
  for (const { detector, at, on } of changes) {
    const link = own.entryLink[detector];
    if (!on || link === undefined) continue;
    for (const downstream of tables.reachedBy.get(link) ?? []) {
      change(downstream, (loops) => loopArrival(loops, { link, at, vehicles: 1 }));
    }
  }
  return { ...state, nodes };
}

/** Vehicles that the intersections upstream expect to send, or have sent just now, by the exits that lead here. */
function fromUpstream(known: EngineState, tables: EngineTables, index: number): readonly LinkArrival[] {
  return defined(tables.upstream[index], "upstream").flatMap(({ node, exit, coupling }) =>
    defined(known.nodes.at(node), "upstream")
      .tactical.departures.filter((leaving) => leaving.exit === exit)
      .map(({ at, vehicles }) => ({ link: coupling.exitLink, at, vehicles })),
  );
}

/** A look of the area detector that is older is none. */
const LOOK_AGE_MAX_MS = 2 * SECOND_MS;

export type Seen = { readonly tactical: TacticalState; readonly outlook: () => Outlook };

/** What is expected at the stop lines of one intersection, from the best detectors that it has. */
export function seen(
  known: EngineState,
  tables: EngineTables,
  index: number,
  { tactical, zone, departures, street }: NodeState,
  at: InstantMs,
): Seen {
  const own = defined(tables.nodes[index], "tables");
  // Asked for only when something is to be decided: most seconds an intergreen or a least green runs.
  const upstream = (): readonly LinkArrival[] => fromUpstream(known, tables, index);
  if (zone === null || at - zone.at > LOOK_AGE_MAX_MS) {
    return {
      tactical,
      outlook: () => {
        const planned = upstream().filter((leaving) => leaving.at > at);
        return loopOutlook(tactical.loops, own.lanes, at, departures.shares, planned);
      },
    };
  }
  const learnt = lanesLearnt(tactical.loops, own, at);
  const looked = zoneOutlook(
    own.sight,
    own.lanes,
    zone,
    tactical.zone,
    {
      shares: departures.shares,
      ratesVehPerSecond: learnt.rates,
      headwaysSeconds: learnt.headways,
      lamps: street?.lamps ?? "",
      plannedLinks: new Set(
        defined(tables.upstream[index], "upstream").map(({ coupling }) => coupling.exitLink),
      ),
    },
    at,
  );
  return {
    tactical: { ...tactical, zone: looked.memory },
    outlook: () => ({
      ...looked.outlook,
      lanes: plannedArrivals(
        looked.outlook.lanes,
        own.sight,
        upstream().map((leaving) => ({
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
