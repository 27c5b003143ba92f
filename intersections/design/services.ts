import { defined } from "../../src/assert.ts";
import type { BusLine, BusStop, EmergencyRoute } from "../../src/model/demand.ts";
import type { Link } from "../../src/model/network.ts";
import { dayProfile } from "./day-profile.ts";
import type { BusLineDescription, EmergencyDescription } from "./description.ts";
import { linkId } from "./streets.ts";

/**
 * From the stop line to the front of a standing bus: behind it as many vehicles can come on beside it as a green serves before
 * the bus goes on, and before it is room for those of a red.
 */
const STOP_METERS = 140;
const DWELL_SECONDS = 15;

/** Bus lines as demand; `linkOf` knows every link of the network. */
export function designBuses(
  lines: readonly BusLineDescription[],
  linkOf: (id: string) => Link,
): readonly BusLine[] {
  return lines.map(({ id, name, places, busesPerHour, stopsBefore }) => {
    const route = routeOf(places);
    return {
      id,
      name,
      route,
      departures: dayProfile(busesPerHour),
      stops: stopsBefore.map((junction): BusStop => {
        const link = defined(
          route.find((candidate) => linkOf(candidate).to === junction),
          `link of line ${id} to ${junction}`,
        );
        return { link, distanceMeters: STOP_METERS, dwellSeconds: DWELL_SECONDS };
      }),
    };
  });
}

export function designEmergency(routes: readonly EmergencyDescription[]): readonly EmergencyRoute[] {
  return routes.map(({ id, name, places, vehiclesPerHour }) => ({
    id,
    name,
    route: routeOf(places),
    departures: dayProfile(vehiclesPerHour),
  }));
}

function routeOf(places: readonly string[]): string[] {
  return places.slice(1).map((to, index) => linkId(defined(places[index], "place"), to));
}
