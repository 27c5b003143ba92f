import { defined } from "../../src/assert.ts";
import type { BusStop, DemandFile, DemandProfile } from "../../src/model/demand.ts";
import type { PriorityCall } from "../field/plant.ts";
import { BICYCLE } from "./classes.ts";
import { type ArrivalProcess, createArrivals } from "./demand.ts";
import { safeSpeed } from "./following.ts";
import type { Movements } from "./movements.ts";
import { routeMovement } from "./routes.ts";
import type { TrafficState } from "./state.ts";
import type { Streets } from "./streets.ts";
import { chooseMovement } from "./turning.ts";

/** Those who keep to a route: a bus line, or emergency vehicles. */
export type Service = {
  readonly id: string;
  readonly kind: PriorityCall["kind"];
  readonly entryLink: number;
  readonly arrivals: ArrivalProcess;
  /** What its vehicles do at the end of the route's k-th link. */
  readonly movements: Int32Array;
  /** In the order in which they are made. */
  readonly stops: readonly Stop[];
};

type Stop = {
  /** The route's link, by its place in the route. */
  readonly hop: number;
  /** Where the front stands, from the begin of the link. */
  readonly at: number;
  readonly dwellSteps: number;
};

/** A bus this near to its stop has arrived. */
const ARRIVED_METERS = 1.5;

/** Lines first, then emergency routes, each with an arrival stream of its own. */
export function createServices(
  demand: DemandFile,
  streets: Streets,
  movements: Movements,
  seed: number,
): readonly Service[] {
  const create = (
    kind: Service["kind"],
    id: string,
    route: readonly string[],
    departures: DemandProfile,
    stops: readonly BusStop[],
  ): Service => {
    const links = route.map((link) => defined(streets.linkIndex.get(link), link));
    return {
      id,
      kind,
      entryLink: defined(links[0], `first link of ${id}`),
      arrivals: createArrivals(departures, seed, `${kind} ${id}`, kind === "bus" ? "regular" : "random"),
      movements: Int32Array.from(links, (link, hop) =>
        movementBetween(movements, link, links[hop + 1] ?? -1),
      ),
      stops: stops
        .map((stop) => stopOf(stop, route, streets))
        .toSorted((one, other) => one.hop - other.hop || one.at - other.at),
    };
  };
  return [
    ...(demand.buses ?? []).map(({ id, route, departures, stops }) =>
      create("bus", id, route, departures, stops),
    ),
    ...(demand.emergency ?? []).map(({ id, route, departures }) =>
      create("emergency", id, route, departures, []),
    ),
  ];
}

function stopOf(
  { link, distanceMeters, dwellSeconds }: BusStop,
  route: readonly string[],
  streets: Streets,
): Stop {
  const index = defined(streets.linkIndex.get(link), link);
  return {
    hop: route.indexOf(link),
    at: streets.linkLength[index]! - distanceMeters,
    dwellSteps: dwellSeconds,
  };
}

function movementBetween(movements: Movements, fromLink: number, toLink: number): number {
  for (let k = 0; k < movements.count; k += 1) {
    if (movements.fromLink[k] === fromLink && movements.toLink[k] === toLink) return k;
  }
  throw new Error(`no movement from link ${fromLink} to link ${toLink}`);
}

/** What the vehicle does at the end of `link`, the `hop`-th that it is on: by its route, or by the turning shares. */
export function movementAfter(state: TrafficState, vehicle: number, link: number, hop: number): number {
  const { movements, services, vehicles } = state;
  const service = vehicles.service[vehicle]!;
  if (service >= 0) return services[service]!.movements[hop]!;
  if (vehicles.route[vehicle]! >= 0) return routeMovement(state, vehicle, hop);
  return chooseMovement(movements.choices, link, vehicles.turnSeed[vehicle]!, hop);
}

/** Whether the vehicle keeps to the kerb: a bus of a line, or a cyclist. */
export function keepsToKerb(state: TrafficState, vehicle: number): boolean {
  if (state.vehicles.mode[vehicle] === BICYCLE) return true;
  const service = state.vehicles.service[vehicle]!;
  return service >= 0 && state.services[service]!.kind === "bus";
}

/** The next stop of the vehicle's route if it lies on the link that the vehicle is on. */
export function stopAhead(state: TrafficState, vehicle: number): Stop | undefined {
  const { hop, service, stopsMade } = state.vehicles;
  const stop = state.services[service[vehicle]!]!.stops[stopsMade[vehicle]!];
  return stop !== undefined && stop.hop === hop[vehicle] ? stop : undefined;
}

/** How far a vehicle with a route may move towards its stop on this link; infinite without one. */
export function towardsStop(state: TrafficState, vehicle: number): number {
  const stop = stopAhead(state, vehicle);
  if (stop === undefined) return Number.POSITIVE_INFINITY;
  const distance = stop.at - state.vehicles.x[vehicle]!;
  if (state.vehicles.dwellSteps[vehicle]! > 0 || distance <= 0) return 0;
  return Math.min(distance, safeSpeed(distance, 0));
}

/** After a step: whoever has come to its stop stands there for the dwell time from the next step on. */
export function serveStop(state: TrafficState, vehicle: number): void {
  const { dwellSteps, stopsMade, x } = state.vehicles;
  const stop = stopAhead(state, vehicle);
  if (stop === undefined) return;
  if (dwellSteps[vehicle]! > 0) dwellSteps[vehicle]! -= 1;
  else if (stop.at - x[vehicle]! <= ARRIVED_METERS) dwellSteps[vehicle] = stop.dwellSteps;
  else return;
  if (dwellSteps[vehicle] === 0) stopsMade[vehicle]! += 1;
}
