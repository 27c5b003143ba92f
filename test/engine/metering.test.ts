import { describe, expect, it } from "vitest";
import { metered } from "../../src/engine/metering.ts";
import { parametersOf, readSettings } from "../../src/engine/parameters/settings.ts";
import { laneTable } from "../../src/estimate/lanes.ts";
import type { LaneOutlook, Outlook } from "../../src/model/outlook.ts";
import { detectedT } from "../estimate/shared-lane.ts";

const table = laneTable(detectedT());
const exitOf = (lane: number, place: number): number => {
  const stream = table.lanes[lane]?.streams[place] ?? Number.NaN;
  return table.exits.findIndex(({ streams }) => streams.includes(stream));
};

/** Two that stand since a minute and one who comes, in every lane; a lane's streams have equal shares. */
const outlook: Outlook = {
  lanes: table.lanes.map(
    ({ streams }): LaneOutlook => ({
      arrivals: [
        { earliestSeconds: 0, vehicles: 2, urgency: 1.5 },
        { earliestSeconds: 8, vehicles: 1, urgency: 1 },
      ],
      unseenVehPerSecond: 0.1,
      sightSeconds: 10,
      streamShares: streams.map(() => 1 / streams.length),
      headIsNot: [],
      findsNoGap: false,
      heldSeconds: 0,
      delayWeight: 1,
      headwaySeconds: 2,
    }),
  ),
  exitFull: table.exits.map(() => false),
  standingInside: [],
};

const shared = table.lanes.findIndex(({ streams }) => streams.length === 2);
/** How full the roads are when only the one that the shared lane's first stream leads to fills. */
const filled = (ratio: number): readonly number[] =>
  table.exits.map((_, exit) => (exit === exitOf(shared, 0) ? ratio : 0));
const weight = ({ lanes }: Outlook, lane: number): number => lanes[lane]?.delayWeight ?? Number.NaN;

/** The shared lane's weight with the one road filled to 0.6. */
function at(setting: string): number {
  const { meteringFromRatio } = parametersOf(readSettings(setting)).optimize;
  return weight(metered(outlook, table, filled(0.6), meteringFromRatio), shared);
}

describe("metering", () => {
  it("has a lane whose streams go to two roads to look at", () => {
    expect(shared).toBeGreaterThanOrEqual(0);
    expect(exitOf(shared, 0)).not.toBe(exitOf(shared, 1));
  });

  it("changes nothing while no road is fuller than where it begins", () => {
    expect(metered(outlook, table, filled(0.3), 0.3)).toBe(outlook);
  });

  it("takes from the delay what share of a lane is for the road, by how full that is", () => {
    // 0.6 is halfway from 0.3 to 0.9: half of the half that goes there gains nothing.
    expect(weight(metered(outlook, table, filled(0.6), 0.3), shared)).toBeCloseTo(0.75, 9);
    expect(weight(metered(outlook, table, filled(0.9), 0.3), shared)).toBeCloseTo(0.5, 9);
    expect(weight(metered(outlook, table, filled(2), 0.3), shared)).toBeCloseTo(0.5, 9);
  });

  it("leaves lanes alone that go elsewhere, and everybody where he is", () => {
    const found = metered(outlook, table, filled(0.9), 0.3);
    const others = table.lanes.flatMap(({ streams }, lane) =>
      streams.some((stream) => table.exits[exitOf(shared, 0)]?.streams.includes(stream)) ? [] : [lane],
    );
    expect(others.length).toBeGreaterThan(0);
    for (const lane of others) expect(found.lanes[lane]).toBe(outlook.lanes[lane]);
    for (const [lane, { arrivals }] of found.lanes.entries())
      expect(arrivals).toBe(outlook.lanes[lane]?.arrivals);
  });

  it("optimize.meteringFromRatio is from which share of a road's storage on it is metered into", () => {
    expect(at("optimize.meteringFromRatio=0")).toBeCloseTo(0.5, 9);
    expect(at("optimize.meteringFromRatio=0.3")).toBeCloseTo(0.75, 9);
    expect(at("optimize.meteringFromRatio=3")).toBe(1);
  });
});
