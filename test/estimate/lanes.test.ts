import { describe, expect, it } from "vitest";
import { readNetworkFolder } from "../../src/adapters/network-files.ts";
import { defined } from "../../src/assert.ts";
import { laneTable, normaliseByLane } from "../../src/estimate/lanes.ts";
import { detectedT, loop } from "./shared-lane.ts";

describe("the lane table", () => {
  const table = laneTable(detectedT());
  const laneNamed = (id: string) =>
    defined(
      table.lanes.find((lane) => lane.id === id),
      id,
    );

  it("has one stream for each movement out of each lane", () => {
    const intersection = detectedT();
    const named = table.streams.map(({ lane, movement, phase }) => [
      table.lanes[lane]?.id,
      intersection.movements[movement]?.id,
      intersection.phases[phase]?.id,
    ]);
    expect(named).toEqual([
      ["west_t.0", "EBT", "2"],
      ["west_t.0", "EBR", "2"],
      ["east_t.0", "WBT", "6"],
      ["east_t.1", "WBL", "1"],
      ["south_t.1", "NBL", "8"],
      ["south_t.0", "NBR", "8"],
    ]);
  });

  it("gives a shared lane three straight on for one that turns, and a lane of one movement all to it", () => {
    const shares = laneNamed("west_t.0").streams.map((stream) => table.priorShares[stream]);
    expect(shares).toEqual([0.75, 0.25]);
    expect(laneNamed("east_t.1").streams.map((stream) => table.priorShares[stream])).toEqual([1]);
  });

  it("finds the loops of a lane, of those that name no lanes by where they lie", () => {
    const { detectors } = detectedT();
    const ids = (loops: readonly number[]) => loops.map((index) => detectors[index]?.id);
    expect(ids(laneNamed("west_t.0").stopLineLoops)).toEqual(["west_t.0.stopLine"]);
    expect(ids(laneNamed("west_t.0").advanceLoops)).toEqual(["west_t.0.advance"]);
    const served = {
      ...detectedT(),
      detectors: [{ ...loop("stopLine", "before.0"), serves: ["west_t.0", "east_t.1"] }],
    };
    const beyond = laneTable(served);
    expect(beyond.lanes.map(({ stopLineLoops }) => stopLineLoops)).toEqual([[0], [], [0], [], []]);
    expect(beyond.streamsOfLoop).toEqual([[0, 1, 3]]);
  });

  it("joins each exit with the streams that lead into it and the loops at its begin", () => {
    const { detectors } = detectedT();
    const exits = table.exits.map(({ link, entryLoops, streams }) => [
      link,
      entryLoops.map((index) => detectors[index]?.id),
      streams,
    ]);
    expect(exits).toEqual([
      ["t_east", ["t_east.0.entry"], [0, 5]],
      ["t_south", ["t_south.0.entry"], [1, 3]],
      ["t_west", ["t_west.0.entry"], [2, 4]],
    ]);
  });
});

describe.each(["single", "corridor"])("the built-in network %s", (name) => {
  it("has a stop-line and an advance loop for every lane, and entry loops for every exit", async () => {
    const network = await readNetworkFolder(`${import.meta.dirname}/../../intersections/${name}`);
    if (!network.ok) throw new Error(`${name} has faults`);
    for (const intersection of network.value.intersections) {
      const { lanes, exits, streamsOfLoop } = laneTable(intersection);
      for (const { id, stopLineLoops, advanceLoops } of lanes) {
        expect(stopLineLoops, `stop-line loops of ${id}`).toHaveLength(1);
        expect(advanceLoops, `advance loops of ${id}`).toHaveLength(1);
        const [stopLine] = stopLineLoops;
        expect(streamsOfLoop[stopLine ?? -1]?.length, `streams of ${id}`).toBeGreaterThan(0);
      }
      for (const { link, entryLoops } of exits) {
        expect(entryLoops.length, `entry loops of ${link}`).toBeGreaterThan(0);
      }
    }
  });
});

describe("weights", () => {
  it("are scaled to 1 by lane", () => {
    const lanes = [{ streams: [0, 2] }, { streams: [1] }];
    expect(normaliseByLane(lanes, [3, 7, 1])).toEqual([0.75, 1, 0.25]);
  });
});
