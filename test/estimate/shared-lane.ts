import type { Detector, Intersection, Movement } from "../../src/model/intersection.ts";
import { defined } from "../../src/assert.ts";
import { smallNetwork } from "../model/small-network.ts";

/**
 * The T of `small-network.ts` with detection as on built-in networks: a stop-line loop on every lane that has movements, an
 * advance loop, and an entry loop on every link that leaves.
 */
export function detectedT(): Intersection {
  const intersection = defined(smallNetwork().intersections[0], "the T");
  const lanes = [...new Set(intersection.movements.flatMap(({ fromLanes }) => fromLanes))];
  const exits = [...new Set(intersection.movements.map(({ toLink }) => toLink))];
  return {
    ...intersection,
    detectors: [
      ...lanes.map((lane) => loop("stopLine", lane)),
      { ...loop("advance", "west_t.0"), serves: ["west_t.0"] },
      ...exits.map((link) => loop("entry", `${link}.0`)),
    ],
  };
}

export function loop(role: Detector["role"], lane: string): Detector {
  return {
    id: `${lane}.${role}`,
    role,
    link: lane.split(".")[0] ?? lane,
    lane,
    distanceMeters: 1,
    lengthMeters: 2,
    serves: [],
  };
}

/** The T with other movements; every lane that they leave by has its loop. */
export function withMovements(movements: readonly Movement[]): Intersection {
  const intersection = { ...detectedT(), movements: [...movements] };
  const lanes = [...new Set(movements.flatMap(({ fromLanes }) => fromLanes))];
  const exits = [...new Set(movements.map(({ toLink }) => toLink))];
  return {
    ...intersection,
    detectors: [
      ...lanes.map((lane) => loop("stopLine", lane)),
      ...exits.map((link) => loop("entry", `${link}.0`)),
    ],
  };
}
