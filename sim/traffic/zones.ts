import { insidePlace, type LaneNet, type PlacedVehicle } from "../../src/model/zone-sight.ts";
import type { TrafficState } from "./state.ts";

/**
 * The model's lanes and the ways between them, as area detectors look back along them. A way leads to a lane of the link's whole
 * length; pockets are entered from those. Every lane counts from the begin of its link.
 */
export function laneNetOf({ movements, streets }: TrafficState): LaneNet {
  const ids = laneIds(streets);
  const laneMeters = new Map(ids.map((id, lane) => [id, streets.linkLength[streets.laneLink[lane]!]!]));
  const connections = new Map<string, LaneNet["connections"][number]>();
  for (let movement = 0; movement < movements.count; movement += 1) {
    const toLink = movements.toLink[movement]!;
    if (toLink < 0) continue;
    const lengthMeters = movements.crossingMeters[movement]!;
    const { start, items } = movements.lanes;
    for (let k = start[movement]!; k < start[movement + 1]!; k += 1) {
      for (let to = streets.linkFirstLane[toLink]!; to < streets.linkFirstLane[toLink + 1]!; to += 1) {
        if (streets.laneBase[to] !== to) continue;
        const fromLane = ids[items[k]!]!;
        const toLane = ids[to]!;
        connections.set(insidePlace(fromLane, toLane), { fromLane, toLane, lengthMeters });
      }
    }
  }
  return { laneMeters, connections: [...connections.values()] };
}

/**
 * Every driving vehicle with its place. A vehicle inside a junction is on the list of the lane that it was let into, with a negative
 * position; one that has just entered the network there has come from nowhere and is at the begin of its lane.
 */
export function zoneVehicles({
  lanes,
  movements,
  streets,
  vehicles,
}: TrafficState): readonly PlacedVehicle[] {
  const ids = laneIds(streets);
  const placed: PlacedVehicle[] = [];
  for (let lane = 0; lane < streets.laneCount; lane += 1) {
    for (let vehicle = lanes.head[lane]!; vehicle >= 0; vehicle = vehicles.behind[vehicle]!) {
      const meters = vehicles.x[vehicle]!;
      const cameLane = vehicles.cameLane[vehicle]!;
      const inside = meters < 0 && cameLane >= 0;
      const laneMeters = streets.laneEnd[lane]!;
      placed.push({
        place: inside ? insidePlace(ids[cameLane]!, ids[lane]!) : ids[lane]!,
        placeMeters: inside ? movements.crossingMeters[vehicles.cameMovement[vehicle]!]! : laneMeters,
        toEndMeters: inside ? -meters : laneMeters - Math.max(0, meters),
        speedMetersPerSecond: vehicles.speed[vehicle]!,
        track: vehicles.serial[vehicle]!,
      });
    }
  }
  return placed;
}

function laneIds({ links }: TrafficState["streets"]): readonly string[] {
  return links.flatMap(({ lanes }) => lanes.map(({ id }) => id));
}
