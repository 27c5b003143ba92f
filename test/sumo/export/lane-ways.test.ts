import { describe, expect, it } from "vitest";
import { edgesOf } from "../../../sim/sumo/export/edges.ts";
import { laneWaysOf, spreadLanes } from "../../../sim/sumo/export/lane-ways.ts";
import { createTrafficModel } from "../../../sim/traffic/model.ts";
import type { Network } from "../../../src/model/files.ts";
import { fourLegs, optionsOf } from "../../traffic/small-networks.ts";
import { sideStreet, trips } from "../../traffic/trip-networks.ts";

function ways(network: Network) {
  const { movements, streets } = createTrafficModel(network, optionsOf(1)).state;
  return laneWaysOf(network, streets, movements, edgesOf(network, streets), 1.2);
}

const told = (network: Network, from: string) =>
  ways(network)
    .filter((way) => way.from === from)
    .map(({ fromLane, to, toLane, signal }) => `${fromLane} ${to} ${toLane} ${signal?.phase ?? "-"}`);

describe("lanes of a movement onto lanes of its exit", () => {
  it.each([
    ["straight, lane by lane", [0, 1], [0, 1], "through", ["0 0", "1 1"]],
    ["straight from behind a pocket for right turns", [1, 2], [0, 1], "through", ["1 0", "2 1"]],
    ["straight onto a wider street", [0], [0, 1, 2], "through", ["0 0", "0 1", "0 2"]],
    ["straight onto a narrower street", [0, 1], [0], "through", ["0 0", "1 0"]],
    ["a right turn onto the kerb lane", [0], [0, 1], "right", ["0 0"]],
    ["a left turn onto the middle lane", [2], [0, 1], "left", ["2 1"]],
    ["two left turns, and so many lanes", [2, 3], [0, 1, 2], "left", ["3 2", "2 1"]],
    ["two left turns that merge", [1, 2], [0], "left", ["2 0", "1 0"]],
  ] as const)("%s", (_, from, to, turn, pairs) => {
    expect(spreadLanes(from, to, turn, "right").map((pair) => pair.join(" "))).toEqual(pairs);
  });
});

describe("driving on the left", () => {
  it("has right turns from the middle of the road, left turns from the kerb", () => {
    expect(spreadLanes([2], [0, 1], "right", "left")).toEqual([[2, 1]]);
    expect(spreadLanes([0], [0, 1], "left", "left")).toEqual([[0, 0]]);
  });
});

describe("connections", () => {
  it("are those of the movements, and at the opening of a pocket", () => {
    const network = fourLegs(400);
    expect(told(network, "W-j")).toEqual(["0 j-E 0 W", "1 j-E 1 W", "0 j-S 0 W", "2 j-N 1 WL"]);
    expect(told(network, "W-j.part1")).toEqual(["0 W-j 0 -", "1 W-j 1 -", "1 W-j 2 -"]);
    // Exits end at the rim.
    expect(told(network, "j-E")).toEqual([]);
  });

  it("reach every lane of an exit: what nobody is marked for like the lane beside it", () => {
    const network = fourLegs(400);
    const [junction] = network.intersections;
    if (junction === undefined) throw new Error("no intersection");
    const turns = junction.movements.filter(({ toLink, turn }) => toLink !== "j-E" || turn === "right");
    const alone = { ...network, intersections: [{ ...junction, movements: turns }] };
    const into = ways(alone).filter(({ to }) => to === "j-E");
    expect(into.map(({ from, fromLane, toLane }) => `${from} ${fromLane} ${toLane}`)).toEqual([
      "S-j 0 0",
      "S-j 0 1",
    ]);
  });

  it("are the network's own where it has any", () => {
    const network = sideStreet([trips(["side", "on", "left"], [1])]);
    expect(told(network, "main")).toEqual(["0 on 0 -", "1 on 1 -"]);
    expect(told(network, "side")).toEqual(["0 on 0 -", "0 over 0 -"]);
    expect(told(network, "on")).toEqual(["0 right 0 -", "1 left 0 -"]);
    expect(ways(network)[0]).toMatchObject({ lengthMeters: 10, speedMetersPerSecond: 10 });
  });

  it("yield within a phase of theirs: a left turn whose foes go with it", () => {
    const network = fourLegs(400);
    const [junction] = network.intersections;
    if (junction === undefined) throw new Error("no intersection");
    // East and west in one phase, their left turns with them.
    const movements = junction.movements.map((movement) =>
      /^[WE]L?$/.test(movement.phase) ? { ...movement, phase: "W" } : movement,
    );
    const together = { ...network, intersections: [{ ...junction, movements }] };
    const yielding = ways(together).filter(({ signal }) => signal?.yields === true);
    expect(yielding.map(({ from, to }) => `${from} ${to}`)).toEqual(["W-j j-N", "E-j j-S"]);
    expect(ways(network).some(({ signal }) => signal?.yields === true)).toBe(false);
  });
});
