import { describe, expect, it } from "vitest";
import {
  type ExitLanes,
  followQueues,
  newInterval,
  startTrueQueues,
  type TrueQueues,
} from "../../sim/whatif/true-queues.ts";
import { laneTable } from "../../src/estimate/lanes.ts";
import type { ZonePlace } from "../../src/model/zone-sight.ts";
import { street } from "../estimate/loop-street.ts";

/** One approach of two lanes, one phase for both; the exit `on` is 300 m long. */
const table = laneTable(street().intersection);
const exitLanes: ExitLanes = [[{ id: "on.0", lengthMeters: 300 }]];

/** Vehicles by track, metres from the end of the lane and metres a second. */
type Vehicle = readonly [track: number, toEndMeters: number, metersPerSecond: number];

const on = (lane: string, ...vehicles: readonly Vehicle[]): ZonePlace => [
  lane,
  vehicles.flatMap(([track, meters, speed]) => [track, meters * 10, speed * 100]),
];

type Step = readonly [lamp: string, ...places: readonly ZonePlace[]];

function follow(steps: readonly Step[], from: TrueQueues = startTrueQueues(table)): TrueQueues {
  return steps.reduce(
    (queues, [lamp, ...vehicles]) =>
      followQueues(queues, table, exitLanes, { lamps: lamp.repeat(4), vehicles }),
    from,
  );
}

const three = on("in.0", [1, 1, 0], [2, 8, 0], [3, 16, 0.4]);

describe("the plant's own queues", () => {
  it("fail when two who stood there as the green began stand there still when its yellow ends", () => {
    const { lanes } = follow([["r", three], ["G", three], ["y"], ["r", on("in.0", [2, 1, 0], [3, 8, 0])]]);
    expect(lanes.map(({ greens, failures }) => [greens, failures])).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });

  it("do not when one is left, or when only others stand there", () => {
    const one = follow([["r"], ["G", three], ["r", on("in.0", [3, 1, 0])]]);
    expect(one.lanes[0]).toMatchObject({ greens: 1, failures: 0 });
    const others = follow([["r"], ["G", three], ["r", on("in.0", [4, 1, 0], [5, 8, 0], [6, 16, 0])]]);
    expect(others.lanes[0]).toMatchObject({ greens: 1, failures: 0 });
  });

  it("do not count who was driving when the green began: he has waited for none", () => {
    const driving = on("in.0", [1, 30, 1.6], [2, 40, 9]);
    expect(follow([["r"], ["G", driving], ["r", driving]]).lanes[0]).toMatchObject({ failures: 0 });
  });

  it("go on over the end of an interval, whose counts begin anew", () => {
    const open = follow([["r"], ["G", three], ["r", three], ["G", three]]);
    expect(open.lanes[0]).toMatchObject({ greens: 1, failures: 1 });
    expect(follow([["r", three]], newInterval(open)).lanes[0]).toMatchObject({ greens: 1, failures: 1 });
  });

  it("have spilled back in the steps in which somebody stands within 15 m of the begin of an exit", () => {
    const { stoodSteps } = follow([
      ["r", on("on.0", [1, 285, 0])],
      ["r", on("on.0", [1, 284, 0])],
      ["r", on("on.0", [1, 299, 1.4], [2, 290, 0])],
      ["r", on("on.0", [1, 299, 1.6])],
    ]);
    expect(stoodSteps).toEqual([2]);
    expect(newInterval({ lanes: [], stoodSteps }).stoodSteps).toEqual([0]);
  });
});
