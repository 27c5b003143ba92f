import { describe, expect, it } from "vitest";
import type { Network } from "../../src/model/files.ts";
import type { Intersection, Movement } from "../../src/model/intersection.ts";
import type { Link } from "../../src/model/network.ts";
import {
  COUPLING_TRAVEL_MAX_SECONDS,
  type Coupling,
  coordinationGroups,
  findCouplings,
} from "../../src/optimize/couplings.ts";
import { detectedT } from "../estimate/shared-lane.ts";

type Place = readonly [x: number, y: number];

/** A link of 10 m/s between two places, straight. */
function link(from: string, to: string, begin: Place, end: Place): Link {
  const lengthMeters = Math.hypot(end[0] - begin[0], end[1] - begin[1]);
  return {
    id: `${from}_${to}`,
    from,
    to,
    lengthMeters,
    speedMetersPerSecond: 10,
    storageVehicles: 10,
    shape: [
      [begin[0], begin[1]],
      [end[0], end[1]],
    ],
    lanes: [{ id: `${from}_${to}.0`, lengthMeters }],
  };
}

function intersection(id: string, movements: readonly (readonly [string, string])[]): Intersection {
  return {
    ...detectedT(),
    id,
    movements: movements.map(
      ([fromLink, toLink]): Movement => ({
        id: `${fromLink}-${toLink}`,
        turn: "through",
        fromLink,
        fromLanes: [`${fromLink}.0`],
        toLink,
        phase: "2",
        saturationFlowVehPerHour: 1800,
      }),
    ),
  };
}

function network(links: readonly Link[], intersections: readonly Intersection[]): Network {
  return {
    version: 1,
    id: "n",
    name: "n",
    timeZone: "Etc/UTC",
    region: "n",
    handedness: "right",
    nodes: [],
    links: [...links],
    routes: [],
    intersections,
  };
}

/** a ──300 m── m ──200 m── b on a street from west to east; at m, no signal, a road leads north to c, 100 m away. */
const places = { a: [0, 0], m: [300, 0], b: [500, 0], c: [300, 100], west: [-100, 0] } as const;
const between = (from: keyof typeof places, to: keyof typeof places) =>
  link(from, to, places[from], places[to]);
const street = network(
  [
    between("west", "a"),
    between("a", "m"),
    between("m", "b"),
    between("b", "m"),
    between("m", "a"),
    between("m", "c"),
  ],
  [
    intersection("a", [
      ["west_a", "a_m"],
      ["m_a", "a_m"],
    ]),
    intersection("b", [["m_b", "b_m"]]),
    intersection("c", [["m_c", "c_nowhere"]]),
  ],
);

describe("couplings", () => {
  it("follow each exit straight on over unsignalled nodes to the next signal, with the time from line to line", () => {
    expect(findCouplings(street)).toEqual([
      { fromIntersection: "a", exitLink: "a_m", toIntersection: "b", approachLink: "m_b", travelSeconds: 50 },
      { fromIntersection: "b", exitLink: "b_m", toIntersection: "a", approachLink: "m_a", travelSeconds: 50 },
    ]);
  });

  it("end where platoons have dispersed", () => {
    const slower = street.links.map((each) => ({
      ...each,
      speedMetersPerSecond: (10 * 50) / (COUPLING_TRAVEL_MAX_SECONDS + 0.1),
    }));
    expect(findCouplings({ ...street, links: slower })).toEqual([]);
    const justFast = street.links.map((each) => ({
      ...each,
      speedMetersPerSecond: (10 * 50) / (COUPLING_TRAVEL_MAX_SECONDS - 0.1),
    }));
    expect(findCouplings({ ...street, links: justFast })).toHaveLength(2);
  });

  it("do not turn round where the street ends", () => {
    // Straight on at m the street ends at n; b lies to the side.
    const places2 = { a: [0, 0], m: [200, 0], n: [300, 0], b: [200, 100] } as const;
    const way = (from: keyof typeof places2, to: keyof typeof places2) =>
      link(from, to, places2[from], places2[to]);
    const deadEnd = network(
      [way("a", "m"), way("m", "n"), way("n", "m"), way("m", "b")],
      [intersection("a", [["x_a", "a_m"]]), intersection("b", [["m_b", "b_x"]])],
    );
    expect(findCouplings(deadEnd)).toEqual([]);
  });

  it("never lead back to where they came from, nor round and round", () => {
    const loop = network(
      [between("a", "m"), between("m", "a"), between("m", "c"), link("c", "m", places.c, places.m)],
      [intersection("a", [["m_a", "a_m"]])],
    );
    expect(findCouplings(loop)).toEqual([]);
  });
});

const coupling = (fromIntersection: string, toIntersection: string): Coupling => ({
  fromIntersection,
  toIntersection,
  exitLink: "x",
  approachLink: "x",
  travelSeconds: 10,
});

describe("coordination groups", () => {
  it("hold together what is coupled, however long the chain, and leave others alone", () => {
    const couplings = [coupling("a", "b"), coupling("d", "c"), coupling("b", "c"), coupling("f", "g")];
    expect(coordinationGroups(["a", "b", "c", "d", "e", "f", "g"], couplings)).toEqual([
      ["a", "b", "c", "d"],
      ["e"],
      ["f", "g"],
    ]);
  });

  it("are the same whatever the order of the couplings", () => {
    const couplings = [coupling("a", "b"), coupling("c", "d"), coupling("d", "b"), coupling("e", "f")];
    const ids = ["a", "b", "c", "d", "e", "f"];
    expect(coordinationGroups(ids, couplings.toReversed())).toEqual(coordinationGroups(ids, couplings));
  });
});
