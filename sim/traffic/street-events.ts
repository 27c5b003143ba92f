import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { StreetEvent } from "../field/scenario.ts";
import { type ArrivalProcess, createArrivals } from "./demand.ts";
import { type Entry, scheduleVehicle } from "./insertion.ts";
import type { TrafficState } from "./state.ts";
import { laneIndexOf, type Streets } from "./streets.ts";

/** Lanes onto which nobody comes for a while, by seconds since the begin of the run. */
export type Closure = {
  readonly lanes: readonly number[];
  readonly fromSeconds: number;
  readonly untilSeconds: number;
};

export function closuresOf(events: readonly StreetEvent[], streets: Streets): readonly Closure[] {
  return events.flatMap((event): readonly Closure[] => {
    if (event.kind !== "lane" && event.kind !== "road") return [];
    const { fromSeconds, untilSeconds = Number.POSITIVE_INFINITY } = event;
    return [{ lanes: lanesOf(event, streets), fromSeconds, untilSeconds }];
  });
}

function lanesOf(
  event: Extract<StreetEvent, { readonly kind: "lane" | "road" }>,
  streets: Streets,
): readonly number[] {
  if (event.kind === "lane") return [laneIndexOf(streets, event.link, event.lane)];
  const link = defined(streets.linkIndex.get(event.link), event.link);
  return [...streets.laneLink.keys()].filter((lane) => streets.laneLink[lane] === link);
}

/** Closes and opens lanes for the step that begins now. */
export function closeLanes({ lanes, step }: TrafficState, closures: readonly Closure[]): void {
  if (closures.length === 0) return;
  lanes.closed.fill(0);
  for (const closure of closures) {
    if (step < closure.fromSeconds || step >= closure.untilSeconds) continue;
    for (const lane of closure.lanes) lanes.closed[lane] = 1;
  }
}

/** One vehicle more on an emergency route, in the step at whose begin it comes. */
export type Dispatch = {
  readonly step: number;
  readonly entry: Entry;
  readonly service: number;
  /** For its own draws: the vehicles that come anyway stay the same. */
  readonly arrivals: ArrivalProcess;
};

export function dispatchesOf(
  events: readonly StreetEvent[],
  demand: DemandFile,
  { services }: Pick<TrafficState, "services">,
  entries: readonly Entry[],
  seed: number,
): readonly Dispatch[] {
  return events.flatMap((event): readonly Dispatch[] => {
    if (event.kind !== "emergency") return [];
    const { route, fromSeconds } = event;
    const service = services.findIndex(({ kind, id }) => kind === "emergency" && id === route);
    const departures = demand.emergency?.find(({ id }) => id === route)?.departures;
    return [
      {
        step: Math.ceil(fromSeconds),
        entry: defined(
          entries.find(({ link }) => link === services[service]?.entryLink),
          `entry of ${route}`,
        ),
        service,
        arrivals: createArrivals(defined(departures, route), seed, `dispatch ${route} ${fromSeconds}`),
      },
    ];
  });
}

export function sendDispatches(state: TrafficState, dispatches: readonly Dispatch[]): void {
  for (const { step, entry, service, arrivals } of dispatches) {
    if (step === state.step) scheduleVehicle(state, entry, arrivals, "emergency", service);
  }
}
