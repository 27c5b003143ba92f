import { describe, expect, it } from "vitest";
import { edgesOf } from "../../../sim/sumo/export/edges.ts";
import { streetsOf } from "../../../sim/traffic/streets.ts";
import type { Network } from "../../../src/model/files.ts";
import type { Link } from "../../../src/model/network.ts";
import { fourLegs } from "../../traffic/small-networks.ts";

/** The approach from the west alone, with lanes of these lengths on 300 m. */
function approach(lengths: readonly number[], more: Partial<Link> = {}): Network {
  const base = fourLegs(0);
  const [first] = base.links;
  if (first === undefined) throw new Error("no link");
  const lanes = lengths.map((lengthMeters, k) => ({ id: `${k}`, lengthMeters }));
  return { ...base, links: [{ ...first, lanes, ...more }] };
}

const edges = (network: Network) => edgesOf(network, streetsOf(network));

describe("links as edges of SUMO", () => {
  it("are cut where pockets open: the last piece has the link's id, and all lanes are of one length", () => {
    const { byLink, openings } = edges(approach([300, 300, 60]));
    expect(byLink[0]).toEqual([
      {
        id: "W-j.part1",
        from: "W",
        to: "W-j.opening1",
        fromMeters: 0,
        lengthMeters: 240,
        speedMetersPerSecond: 13.9,
        lanes: [0, 1],
        shape: [
          [-315, 0],
          [-75, 0],
        ],
      },
      {
        id: "W-j",
        from: "W-j.opening1",
        to: "j",
        fromMeters: 240,
        lengthMeters: 60,
        speedMetersPerSecond: 13.9,
        lanes: [0, 1, 2],
        shape: [
          [-75, 0],
          [-15, 0],
        ],
      },
    ]);
    expect(openings).toEqual([{ id: "W-j.opening1", at: [-75, 0] }]);
  });

  it("have a piece for each opening, with a pocket at the kerb as well", () => {
    const pieces = edges(approach([50, 300, 120])).byLink[0] ?? [];
    expect(pieces.map(({ id, lengthMeters, lanes }) => [id, lengthMeters, lanes])).toEqual([
      ["W-j.part1", 180, [1]],
      ["W-j.part2", 70, [1, 2]],
      ["W-j", 50, [0, 1, 2]],
    ]);
  });

  it("stay whole where lanes differ by less than a metre", () => {
    expect(edges(approach([300, 299.5])).byLink[0]).toHaveLength(1);
  });

  it("follow a bent line, whose drawn length need not be the configured one", () => {
    // 100 m east and 100 m north are drawn for 300 m of road: the pocket of 60 m opens 40 m before the drawn end.
    const shape: Link["shape"] = [
      [0, 0],
      [100, 0],
      [100, 100],
    ];
    const [before, at] = edges(approach([300, 60], { shape })).byLink[0] ?? [];
    expect(before?.shape).toEqual([
      [0, 0],
      [100, 0],
      [100, 60],
    ]);
    expect(at?.shape).toEqual([
      [100, 60],
      [100, 100],
    ]);
  });

  it("take no id that a link or node has", () => {
    const network = approach([300, 60]);
    const [link] = network.links;
    if (link === undefined) throw new Error("no link");
    const lanes = [{ id: "0", lengthMeters: 300 }];
    const crowded = {
      ...network,
      links: [link, { ...link, id: "W-j.part1", lanes }],
      nodes: [...network.nodes, { id: "W-j.opening1", x: 0, y: 0 }],
    };
    const { byLink, openings } = edges(crowded);
    expect(byLink.flat().map(({ id }) => id)).toEqual(["W-j.part1.", "W-j", "W-j.part1"]);
    expect(openings.map(({ id }) => id)).toEqual(["W-j.opening1."]);
  });
});
