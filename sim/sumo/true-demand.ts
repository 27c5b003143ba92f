import { assert, defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import type { Movement } from "../../src/model/intersection.ts";
import type { MovementFlows, RunPeriod } from "../field/scenario.ts";
import type { SumoScenario } from "./import-network.ts";
import { type Departure, readRouteFiles, type RouteFiles } from "./route-files.ts";
import { departureLinks } from "./trip-ways.ts";
import { elementFault } from "./xml-reader.ts";

const HOUR_SECONDS = 3_600;

/**
 * What the route files of a scenario send over each movement in a period, by the vehicles that are to depart in it: everybody is counted
 * on all their way, however long they take. Throws DATA_INVALID, with file and line, for what says the traffic in a way that is not read.
 */
export async function trueDemand(scenario: SumoScenario, period: RunPeriod): Promise<MovementFlows> {
  const { beginSeconds } = scenario.config;
  return flowsOf(scenario.network, countable(await readRouteFiles(scenario.config)), {
    fromSeconds: beginSeconds + period.fromSeconds,
    untilSeconds: beginSeconds + period.untilSeconds,
  });
}

/** The departures, where nothing else brings traffic. Throws DATA_INVALID. */
export function countable({ departures, unread: [first] }: RouteFiles): readonly Departure[] {
  if (first !== undefined) throw elementFault(first.element, first.found, first.allowed);
  return departures;
}

/**
 * Veh/h by movement of those who are to depart in the period, in SUMO's seconds; who is to depart before the scenario begins never does.
 * Movements that lead from one link to the same other one share its vehicles by their lanes.
 */
export function flowsOf(
  network: Network,
  departures: readonly Departure[],
  { fromSeconds, untilSeconds }: RunPeriod,
): MovementFlows {
  assert(untilSeconds > fromSeconds, "a period that lasts");
  const linksOf = departureLinks(network);
  const vehicles = new Map<string, number>();
  for (const departure of departures) {
    const { atSeconds } = departure;
    if (atSeconds < fromSeconds || atSeconds >= untilSeconds) continue;
    const route = linksOf(departure);
    if (typeof route === "string")
      throw elementFault(
        departure.element,
        route,
        "edges of the network for motor vehicles, between which there is a way",
      );
    route.slice(1).forEach((to, index) => {
      const turn = turnKey(defined(route[index], "link before"), to);
      vehicles.set(turn, (vehicles.get(turn) ?? 0) + 1);
    });
  }
  const hours = (untilSeconds - fromSeconds) / HOUR_SECONDS;
  return new Map(
    network.intersections.map(({ id, movements }) => [
      id,
      new Map(
        movements.map((movement) => {
          const turning = vehicles.get(turnKey(movement.fromLink, movement.toLink)) ?? 0;
          return [movement.id, (turning * laneShare(movement, movements)) / hours];
        }),
      ),
    ]),
  );
}

/** Ids have no spaces. */
function turnKey(fromLink: string, toLink: string): string {
  return `${fromLink} ${toLink}`;
}

function laneShare({ fromLink, toLink, fromLanes }: Movement, movements: readonly Movement[]): number {
  const all = movements
    .filter((other) => other.fromLink === fromLink && other.toLink === toLink)
    .reduce((sum, other) => sum + other.fromLanes.length, 0);
  return fromLanes.length / all;
}
