import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type LaneNet,
  type PlacedVehicle,
  zoneReports,
  zoneSights,
  zoneWatch,
} from "../../src/model/zone-sight.ts";
import { smallNetwork } from "./small-network.ts";

/**
 * A stop line at the end of `a` (80 m), behind a joint `b` (50 m, 10 m inside), behind a junction `c` (100 m, 20 m inside), which
 * is as well reached over `d` (30 m, 5 m inside) and another 100 m of `e`. The exit is `x`.
 */
const NET: LaneNet = {
  laneMeters: new Map([
    ["a", 80],
    ["b", 50],
    ["c", 100],
    ["d", 30],
    ["e", 100],
    ["x", 70],
  ]),
  connections: [
    { fromLane: "a", toLane: "x", lengthMeters: 15 },
    { fromLane: "b", toLane: "a", lengthMeters: 10 },
    { fromLane: "c", toLane: "b", lengthMeters: 20 },
    { fromLane: "d", toLane: "a", lengthMeters: 5 },
    { fromLane: "e", toLane: "d", lengthMeters: 0 },
  ],
};
const LANES = { approachLanes: ["a"], exitLanes: ["x"] };

describe("what an area detector sees", () => {
  it("is 200 m of every way to the stop line, the junction itself, and 30 m of the exit", () => {
    expect([...zoneSights(NET, LANES)].map(([place, sight]) => [place, ...Object.values(sight)])).toEqual([
      ["a", 200, -1],
      ["b", 110, -1],
      ["d", 115, -1],
      // Ends 160 m before the stop line, so that 40 m of it are left; `e` ends after 115 m.
      ["c", 40, -1],
      ["e", 85, -1],
      ["a:x", Number.POSITIVE_INFINITY, -1],
      ["b:a", 10, -1],
      ["c:b", 20, -1],
      ["d:a", 5, -1],
      ["e:d", 0, -1],
      ["x", -1, 30],
    ]);
  });

  it("goes back over the shorter of two ways, also where lanes lead round in a circle", () => {
    const net: LaneNet = {
      laneMeters: new Map([
        ["a", 50],
        ["b", 40],
        ["c", 20],
      ]),
      connections: [
        { fromLane: "b", toLane: "a", lengthMeters: 90 },
        { fromLane: "c", toLane: "a", lengthMeters: 0 },
        { fromLane: "b", toLane: "c", lengthMeters: 10 },
        { fromLane: "a", toLane: "b", lengthMeters: 5 },
      ],
    };
    const sights = zoneSights(net, { approachLanes: ["a"], exitLanes: [] });
    // 50 m of a, 20 m of c and 10 m between: 80 m, and not 140 m.
    expect(sights.get("b")?.fromEndMeters).toBe(120);
    expect(sights.get("a")?.fromEndMeters).toBe(200);
  });

  it("never sees farther than 200 m, and everything that is nearer", () => {
    const net = fc.record({
      first: fc.integer({ min: 1, max: 250 }),
      inside: fc.integer({ min: 0, max: 60 }),
    });
    fc.assert(
      fc.property(net, ({ first, inside }) => {
        const sights = zoneSights(
          {
            laneMeters: new Map([
              ["a", first],
              ["b", 300],
            ]),
            connections: [{ fromLane: "b", toLane: "a", lengthMeters: inside }],
          },
          { approachLanes: ["a"], exitLanes: [] },
        );
        const left = 200 - first - inside;
        expect(sights.get("b")?.fromEndMeters).toBe(left > 0 ? left : undefined);
        expect(sights.get("b:a")?.fromEndMeters).toBe(
          first < 200 ? Math.min(inside, 200 - first) : undefined,
        );
      }),
    );
  });
});

/** Ways inside are 20 m long, lanes 400 m. */
const vehicle = (place: string, track: number, toEndMeters: number, speed = 0): PlacedVehicle => ({
  place,
  track,
  toEndMeters,
  placeMeters: place.includes(":") ? 20 : 400,
  speedMetersPerSecond: speed,
});

describe("the reports of a network's area detectors", () => {
  // In the small network west_t leads to t_east; lanes are 400 m and called link.0.
  const network = smallNetwork();
  const watch = zoneWatch(network, {
    laneMeters: new Map(
      network.links.flatMap(({ lanes }) => lanes.map((lane) => [lane.id, lane.lengthMeters])),
    ),
    connections: [{ fromLane: "west_t.0", toLane: "t_east.0", lengthMeters: 20 }],
  });
  it("tell vehicles in the order of their distance, in decimetres and centimetres a second", () => {
    const vehicles = [
      vehicle("west_t.0", 4, 200.1),
      vehicle("west_t.0", 3, 199.96, 13.894),
      vehicle("t_east.0", 6, 370.04, 10),
      vehicle("t_east.0", 7, 369.9),
      vehicle("west_t.0:t_east.0", 5, 12.34, 5),
      vehicle("west_t.0", 2, 8.5),
      vehicle("west_t.0", 1, 1.04),
    ];
    const told = [
      {
        intersection: "t",
        vehicles: [
          // Of the exit the first 30 m are seen: what is 370 m or more before its end.
          ["t_east.0", [6, 3700, 1000]],
          ["west_t.0", [1, 10, 0, 2, 85, 0, 3, 2000, 1389]],
          ["west_t.0:t_east.0", [5, 123, 500]],
        ],
      },
    ];
    expect(zoneReports(watch, vehicles)).toEqual(told);
    expect(zoneReports(watch, vehicles.toReversed())).toEqual(told);
  });

  it("are there for every intersection, seen or not", () => {
    expect(zoneReports(watch, [])).toEqual([{ intersection: "t", vehicles: [] }]);
    expect(zoneReports(watch, [vehicle("nowhere", 1, 0)])).toEqual([{ intersection: "t", vehicles: [] }]);
  });
});
