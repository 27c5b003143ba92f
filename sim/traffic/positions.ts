import type { Network } from "../../src/model/files.ts";
import { modulo } from "../../src/units.ts";
import { cornerOf, type Pose, poseAt } from "./geometry.ts";
import type { TrafficState } from "./state.ts";
import { vehicleMeters } from "./vehicles.ts";

const LANE_WIDTH_METERS = 3.2;

/** How the lanes lie beside the centre line of their carriageway, metres to the right of it. */
export type LaneOffsets = Float64Array;

/** Lanes count from the kerb, which is on the right where one drives on the right. */
export function laneOffsetsOf(network: Network): LaneOffsets {
  const side = network.handedness === "right" ? 1 : -1;
  return Float64Array.from(
    network.links.flatMap(({ lanes }) =>
      [...lanes.keys()].map((position) => side * ((lanes.length - 1) / 2 - position) * LANE_WIDTH_METERS),
    ),
  );
}

/** Every driving vehicle as in `TrafficFrame`: number, x and y of the front in dm, heading in degrees, length in dm. */
export function vehiclePositions(state: TrafficState, offsets: LaneOffsets): readonly number[] {
  const { lanes, streets, vehicles } = state;
  const flat: number[] = [];
  const pose: Pose = { x: 0, y: 0, dx: 0, dy: 0 };
  for (let lane = 0; lane < streets.laneCount; lane += 1) {
    for (let vehicle = lanes.head[lane]!; vehicle >= 0; vehicle = vehicles.behind[vehicle]!) {
      if (vehicles.x[vehicle]! < 0 && vehicles.cameLane[vehicle]! >= 0)
        poseInside(state, offsets, vehicle, pose);
      else poseAt(streets.paths[streets.laneLink[lane]!]!, vehicles.x[vehicle]!, offsets[lane]!, pose);
      const heading = modulo(Math.round((Math.atan2(pose.dx, pose.dy) * 180) / Math.PI), 360);
      flat.push(
        vehicles.serial[vehicle]!,
        Math.round(pose.x * 10),
        Math.round(pose.y * 10),
        heading,
        vehicleMeters(vehicles, vehicle) * 10,
      );
    }
  }
  return flat;
}

/** Inside a junction a vehicle is drawn on the quadratic curve from its lane to the one that it was let into. */
function poseInside(state: TrafficState, offsets: LaneOffsets, vehicle: number, pose: Pose): void {
  const { movements, streets, vehicles } = state;
  const from: Pose = { x: 0, y: 0, dx: 0, dy: 0 };
  const to: Pose = { x: 0, y: 0, dx: 0, dy: 0 };
  const cameLane = vehicles.cameLane[vehicle]!;
  const lane = vehicles.lane[vehicle]!;
  poseAt(streets.paths[streets.laneLink[cameLane]!]!, streets.laneEnd[cameLane]!, offsets[cameLane]!, from);
  poseAt(streets.paths[streets.laneLink[lane]!]!, 0, offsets[lane]!, to);
  const [cornerX, cornerY] = cornerOf(from, to);
  const left = -vehicles.x[vehicle]! / movements.crossingMeters[vehicles.cameMovement[vehicle]!]!;
  const share = Math.min(1, Math.max(0, 1 - left));
  const rest = 1 - share;
  pose.x = rest * rest * from.x + 2 * rest * share * cornerX + share * share * to.x;
  pose.y = rest * rest * from.y + 2 * rest * share * cornerY + share * share * to.y;
  const dx = rest * (cornerX - from.x) + share * (to.x - cornerX);
  const dy = rest * (cornerY - from.y) + share * (to.y - cornerY);
  const length = Math.hypot(dx, dy);
  pose.dx = length > 0 ? dx / length : from.dx;
  pose.dy = length > 0 ? dy / length : from.dy;
}
