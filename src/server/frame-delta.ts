import type {
  Counter,
  DeltaMessage,
  FrameMessage,
  IntersectionChange,
  IntersectionLive,
} from "../protocol/live.ts";
import type { Area } from "../protocol/live-request.ts";

/** What a console that was shown `before` has to be told to know `now`, but for the vehicles. */
export function deltaBetween(before: FrameMessage, now: FrameMessage): DeltaMessage {
  return {
    kind: "delta",
    at: now.at,
    ...(before.speedFactor === now.speedFactor ? {} : { speedFactor: now.speedFactor }),
    ...(before.plantConnected === now.plantConnected ? {} : { plantConnected: now.plantConnected }),
    intersections: intersectionChanges(before.intersections, now.intersections),
    ...(before.measures === now.measures ? {} : { measures: now.measures }),
    counters: counterChanges(before.counters, now.counters),
  };
}

/** Both in the order of the network. */
function intersectionChanges(
  before: readonly IntersectionLive[],
  now: readonly IntersectionLive[],
): readonly IntersectionChange[] {
  return now.flatMap((live, index) => {
    const earlier = before[index];
    if (earlier === undefined) return [live];
    const changed = Object.entries(live).filter(
      // The same type of the same intersection has the same fields.
      ([name, value]) => earlier[name as keyof IntersectionLive] !== value,
    );
    return changed.length === 0 ? [] : [{ id: live.id, ...Object.fromEntries(changed) }];
  });
}

function counterChanges(before: readonly Counter[], now: readonly Counter[]): readonly Counter[] {
  const values = new Map(before.map(({ name, value }) => [name, value]));
  return now.filter(({ name, value }) => values.get(name) !== value);
}

/** Numbers of a vehicle in `FrameMessage.vehicles`. */
const VEHICLE_FIELDS = 5;
const DECIMETERS = 10;

/** The vehicles whose front lies in one of the areas; all of them where there is no bound. */
export function vehiclesWithin(
  vehicles: readonly number[],
  areas: readonly Area[] | null,
): readonly number[] {
  if (areas === null) return vehicles;
  const inside: number[] = [];
  for (let from = 0; from < vehicles.length; from += VEHICLE_FIELDS) {
    const x = (vehicles[from + 1] ?? 0) / DECIMETERS;
    const y = (vehicles[from + 2] ?? 0) / DECIMETERS;
    if (areas.some(({ west, south, east, north }) => x >= west && x <= east && y >= south && y <= north)) {
      inside.push(...vehicles.slice(from, from + VEHICLE_FIELDS));
    }
  }
  return inside;
}
