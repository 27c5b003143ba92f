import type { Intersection, Movement } from "../../src/model/intersection.ts";
import type { ZonePlace } from "../../src/model/zone-sight.ts";
import { defined } from "../../src/assert.ts";
import type { SightNetwork } from "../../src/estimate/road-graph.ts";
import { smallNetwork } from "../model/small-network.ts";

/**
 * A street from west to east, straight, 13.9 m/s:
 *
 *   farWest ──far (200 m)──► n ══near (100 m)══► p ══line (50 m)══► s ──out (100 m, 2 lanes)──►
 *
 * `far` and `near` have one lane, at `n` is another signal. `line` has two: `line.0` goes straight on (phase 0 of the signal at `s`), `line.1`
 * turns left into `left` (phase 1). Lane `near.0` leads to both over ways of 10 m; the way through the signal at `n` has 20 m.
 */
const through: Movement = {
  id: "T",
  turn: "through",
  fromLink: "line",
  fromLanes: ["line.0"],
  toLink: "out",
  phase: "1",
  saturationFlowVehPerHour: 1800,
};
const left: Movement = {
  ...through,
  id: "L",
  turn: "left",
  fromLanes: ["line.1"],
  toLink: "left",
  phase: "2",
};

const base = defined(smallNetwork().intersections[0], "the T");

export const signal: Intersection = { ...base, id: "s", movements: [through, left], detectors: [] };
const other: Intersection = {
  ...base,
  id: "n",
  movements: [{ ...through, fromLink: "far", fromLanes: ["far.0"], toLink: "near" }],
};

function link(id: string, from: string, to: string, meters: number, lanes: number, x: number) {
  return {
    id,
    from,
    to,
    lengthMeters: meters,
    speedMetersPerSecond: 13.9,
    shape: [
      [x, 0],
      [x + meters, 0],
    ] as const,
    lanes: Array.from({ length: lanes }, (_, lane) => ({ id: `${id}.${lane}`, lengthMeters: meters })),
  };
}

export const street: SightNetwork = {
  links: [
    link("far", "farWest", "n", 200, 1, 0),
    link("near", "n", "p", 100, 1, 220),
    link("line", "p", "s", 50, 2, 330),
    link("out", "s", "east", 100, 2, 400),
    link("left", "s", "north", 100, 1, 400),
  ],
  connections: [
    { fromLane: "far.0", toLane: "near.0", lengthMeters: 20 },
    { fromLane: "near.0", toLane: "line.0", lengthMeters: 10 },
    { fromLane: "near.0", toLane: "line.1", lengthMeters: 10 },
    { fromLane: "line.0", toLane: "out.0", lengthMeters: 15 },
    { fromLane: "line.0", toLane: "out.1", lengthMeters: 15 },
    { fromLane: "line.1", toLane: "left.0", lengthMeters: 15 },
  ],
  intersections: [signal, other],
};

/** A vehicle: track, metres to the downstream end, m/s. */
export type Car = readonly [track: number, meters: number, speed: number];

export const on = (place: string, ...cars: readonly Car[]): ZonePlace => [
  place,
  cars.flatMap(([track, meters, speed]) => [track, Math.round(meters * 10), Math.round(speed * 100)]),
];
