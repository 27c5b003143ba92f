import { defined } from "../../src/assert.ts";
import type { Detector } from "../../src/model/intersection.ts";
import type { Link } from "../../src/model/network.ts";
import { roundTo } from "./geometry.ts";
import { type Junction, SIDES } from "./streets.ts";

/** A loop of 6 ft × 6 ft. */
const LOOP_LENGTH_METERS = 2;
/** From the stop line to the loop behind it. */
export const STOP_LINE_DETECTOR_METERS = 1;
const ADVANCE_DETECTOR_METERS = 100;
/** From the begin of a link to its entry loop: behind the crosswalk, clear of turning paths. */
const ENTRY_SETBACK_METERS = 10;

/**
 * Loops of a junction: at each lane's stop line; about 100 m before it, or on the lane beside where a pocket is shorter; and
 * at the begin of each lane that leaves the junction.
 */
export function designDetectors(junction: Junction, linkOf: (id: string) => Link): Detector[] {
  const legs = SIDES.flatMap((side) => junction.legs[side] ?? []);
  return legs.flatMap((leg) => [
    ...approachDetectors(linkOf(leg.inLink)),
    ...entryDetectors(linkOf(leg.outLink)),
  ]);
}

function approachDetectors(link: Link): Detector[] {
  const stopLine = link.lanes.map(
    (lane): Detector => ({
      id: `${lane.id}.stop`,
      role: "stopLine",
      link: link.id,
      lane: lane.id,
      distanceMeters: STOP_LINE_DETECTOR_METERS,
      lengthMeters: LOOP_LENGTH_METERS,
      serves: [],
    }),
  );
  const reaching = link.lanes.filter(({ lengthMeters }) => lengthMeters > ADVANCE_DETECTOR_METERS);
  const pockets = link.lanes.filter(({ lengthMeters }) => lengthMeters <= ADVANCE_DETECTOR_METERS);
  const besidePockets = defined(reaching[reaching.length - 1], `a through lane of ${link.id}`);
  const advance = reaching.map(
    (lane): Detector => ({
      id: `${lane.id}.advance`,
      role: "advance",
      link: link.id,
      lane: lane.id,
      distanceMeters: ADVANCE_DETECTOR_METERS,
      lengthMeters: LOOP_LENGTH_METERS,
      serves: [lane.id, ...(lane === besidePockets ? pockets.map(({ id }) => id) : [])],
    }),
  );
  return [...stopLine, ...advance];
}

function entryDetectors(link: Link): Detector[] {
  return link.lanes
    .filter(({ lengthMeters }) => lengthMeters === link.lengthMeters)
    .map(
      (lane): Detector => ({
        id: `${lane.id}.entry`,
        role: "entry",
        link: link.id,
        lane: lane.id,
        distanceMeters: roundTo(lane.lengthMeters - ENTRY_SETBACK_METERS - LOOP_LENGTH_METERS, 1),
        lengthMeters: LOOP_LENGTH_METERS,
        serves: [],
      }),
    );
}
