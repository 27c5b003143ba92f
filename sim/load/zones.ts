import type { ZoneFrame } from "../../src/protocol/zone-frame.ts";
import { byCodeUnit } from "../../src/units.ts";
import type { Road, Vehicle } from "./roads.ts";

/** What area detectors see (DESIGN §6): before the stop line, and of the exits. The roads here are longer than the first. */
const SIGHT_METERS = 200;
const EXIT_SIGHT_METERS = 30;

/** What the area detector of each of `count` intersections sees, places in the order of their ids. */
export function zonesOf(roads: readonly Road[], count: number): readonly ZoneFrame["vehicles"][] {
  const seen = Array.from({ length: count }, (): ZoneFrame["vehicles"] => []);
  for (const { intersection, from, lanes, lengthMeters } of roads) {
    for (const [place, vehicles] of byPlace(lanes)) {
      seen[intersection]?.push(...shown(place, vehicles, 0, SIGHT_METERS));
      seen[from]?.push(...shown(place, vehicles, lengthMeters - EXIT_SIGHT_METERS, lengthMeters));
    }
  }
  for (const places of seen) places.sort(([left], [right]) => byCodeUnit(left, right));
  return seen;
}

/** The vehicles by the lane on which they are now, nearest to the stop line first. */
function byPlace(lanes: Road["lanes"]): ReadonlyMap<string, readonly Vehicle[]> {
  const places = new Map<string, Vehicle[]>();
  for (const { id, lengthMeters, beside, vehicles } of lanes) {
    for (const vehicle of vehicles) {
      const place = vehicle.meters > lengthMeters ? beside : id;
      const known = places.get(place);
      if (known === undefined) places.set(place, [vehicle]);
      else known.push(vehicle);
    }
  }
  for (const vehicles of places.values()) vehicles.sort((left, right) => left.meters - right.meters);
  return places;
}

function shown(
  place: string,
  vehicles: readonly Vehicle[],
  fromMeters: number,
  toMeters: number,
): ZoneFrame["vehicles"] {
  const flat = vehicles.flatMap(({ track, meters, metersPerSecond }) =>
    meters >= fromMeters && meters <= toMeters
      ? [track, Math.round(meters * 10), Math.round(metersPerSecond * 100)]
      : [],
  );
  return flat.length > 0 ? [[place, flat]] : [];
}
