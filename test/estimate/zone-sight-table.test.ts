import { describe, expect, it } from "vitest";
import { laneTable } from "../../src/estimate/lanes.ts";
import { plannedArrivals } from "../../src/estimate/planned-arrivals.ts";
import type { SightNetwork } from "../../src/estimate/road-graph.ts";
import { sightTable } from "../../src/estimate/sight-table.ts";
import type { LaneOutlook } from "../../src/model/outlook.ts";
import { smallNetwork } from "../model/small-network.ts";
import { signal, street } from "./zone-street.ts";

const table = laneTable(signal);
const sight = sightTable(street, signal, table);

/** What a place means, in short: where its stretches begin, whose stop line lies before, and lane, distance and weight. */
const meaning = (of: typeof sight, place: string) =>
  of.places.get(place)?.stretches.map(({ fromMeters, behindLink, groups }) => ({
    fromMeters,
    behindLink,
    targets: groups.flat().map(({ lane, distanceMeters, weight }) => [lane, distanceMeters, weight]),
  }));

/** Either lane, by the prior. */
const split = (meters: number) => [
  [0, meters, 0.5],
  [1, meters, 0.5],
];

describe("the sight table", () => {
  it("has every place upstream within 200 m, with its way to the stop line", () => {
    expect(meaning(sight, "line.1")).toEqual([{ fromMeters: 0, behindLink: null, targets: [[1, 0, 1]] }]);
    expect(meaning(sight, "near.0:line.0")).toEqual([
      { fromMeters: 0, behindLink: null, targets: [[0, 50, 1]] },
    ]);
    expect(meaning(sight, "near.0")).toEqual([{ fromMeters: 0, behindLink: null, targets: split(60) }]);
    expect(meaning(sight, "far.0:near.0")).toEqual([
      { fromMeters: 0, behindLink: null, targets: split(160) },
    ]);
    expect(meaning(sight, "far.0")).toEqual([{ fromMeters: 0, behindLink: "near", targets: split(180) }]);
    expect(sight.places.has("out.0")).toBe(false);
  });

  it("lets vehicles into a pocket of the same link only where it begins", () => {
    // The T of the small network: a pocket of 80 m beside a lane of 400 m, and no connections known.
    const network = smallNetwork();
    const [t] = network.intersections;
    if (t === undefined) throw new Error("no T");
    const own = laneTable(t);
    const pocket = own.lanes.findIndex(({ id }) => id === "east_t.1");
    const main = own.lanes.findIndex(({ id }) => id === "east_t.0");
    expect(meaning(sightTable(network, t, own), "east_t.0")).toEqual([
      { fromMeters: 0, behindLink: null, targets: [[main, 0, 1]] },
      {
        fromMeters: 80,
        behindLink: null,
        targets: [
          [main, 0, 0.5],
          [pocket, 0, 0.5],
        ],
      },
    ]);
  });

  it("splits three straight on for one that turns, and hardly anybody turns round", () => {
    const [far, near, ...rest] = street.links;
    if (far === undefined || near === undefined) throw new Error("no street");
    const side = { ...near, id: "side", to: "south", lanes: [{ id: "side.0", lengthMeters: 100 }] };
    const south: SightNetwork = {
      ...street,
      links: [
        far,
        near,
        {
          ...side,
          from: "p",
          shape: [
            [330, 0],
            [330, -100],
          ],
        },
        ...rest,
      ],
      connections: [
        ...(street.connections ?? []),
        { fromLane: "near.0", toLane: "side.0", lengthMeters: 10 },
      ],
    };
    const targets = sightTable(south, signal, table).places.get("near.0")?.stretches[0]?.groups.flat() ?? [];
    expect(targets.map(({ weight }) => weight)).toEqual([0.375, 0.375]);
  });
});

describe("a neighbour's planned departures", () => {
  const quiet: LaneOutlook = {
    arrivals: [],
    unseenVehPerSecond: 0,
    sightSeconds: 10,
    streamShares: [1],
    headIsNot: [],
    findsNoGap: false,
    heldSeconds: 0,
    delayWeight: 1,
    headwaySeconds: 2,
  };
  const add = (...departures: Parameters<typeof plannedArrivals>[2]) =>
    plannedArrivals([quiet, quiet], sight, departures, [0, 0]).map(({ arrivals }) => arrivals);

  it("arrive after the way and 1.5 s, in bins of 2 s, spread over the lanes", () => {
    // From the begin of near: 100 + 10 + 50 m at 13.9 m/s = 11.511 s, and 1.5 s.
    const [straight, left] = add(
      { link: "near", inSeconds: 1, vehicles: 1 },
      { link: "near", inSeconds: 1.5, vehicles: 1 },
      { link: "near", inSeconds: 6, vehicles: 0.5 },
    );
    expect(straight).toHaveLength(2);
    expect(straight?.[0]?.vehicles).toBe(1);
    expect(straight?.[0]?.earliestSeconds).toBeCloseTo(160 / 13.9 + 1.5 + 1.25, 6);
    expect(straight?.[1]).toMatchObject({ vehicles: 0.25, urgency: 1 });
    expect(left).toEqual(straight);
  });

  it("are not counted again once seen past the neighbour's stop line, and of no use from elsewhere", () => {
    expect(add({ link: "near", inSeconds: -0.5, vehicles: 1 })).toEqual([[], []]);
    expect(add({ link: "out", inSeconds: 1, vehicles: 1 })).toEqual([[], []]);
  });

  it("count until they come into sight where the neighbour is further than 200 m", () => {
    const [far, near, ...rest] = street.links;
    if (far === undefined || near === undefined) throw new Error("no street");
    const long = { ...near, lengthMeters: 618, lanes: [{ id: "near.0", lengthMeters: 618 }] };
    // 678 m, of which 478 m or 34.4 s unseen, and 1.5 s.
    const distant = sightTable({ ...street, links: [far, long, ...rest] }, signal, table);
    const arrivals = (inSeconds: number) =>
      plannedArrivals([quiet, quiet], distant, [{ link: "near", inSeconds, vehicles: 1 }], [0, 0])[0]
        ?.arrivals;
    expect(arrivals(-35)?.[0]?.earliestSeconds).toBeCloseTo(678 / 13.9 + 1.5 - 35, 6);
    expect(arrivals(-36)).toEqual([]);
  });
});
