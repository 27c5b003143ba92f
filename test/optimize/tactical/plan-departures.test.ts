import { describe, expect, it } from "vitest";
import { TACTICAL_DEFAULTS } from "../../../src/optimize/tactical/parameters.ts";
import { planDepartures } from "../../../src/optimize/tactical/plan-departures.ts";
import { problemOf } from "../../../src/optimize/tactical/problem.ts";
import { rollingHorizon } from "../../../src/optimize/tactical/rolling-horizon.ts";
import type { Segment } from "../../../src/optimize/tactical/search.ts";
import { arrivals, greenFor, lane, outlookOf, twoStreets } from "./junctions.ts";

const HOLD: readonly Segment[] = [{ stage: 0, leaveAt: 0, greenAt: 0 }];

function told(main: readonly number[], side: readonly number[], segments: readonly Segment[]) {
  const outlook = outlookOf([lane({ arrivals: arrivals(...main) }), lane({ arrivals: arrivals(...side) })]);
  const problem = problemOf(twoStreets(), greenFor(20), outlook, [true, true], TACTICAL_DEFAULTS);
  return planDepartures(problem, segments);
}

describe("what a plan is expected to do", () => {
  it("counts how long those wait who leave: 0, 2 and 4 s a headway apart", () => {
    const { expected, departures } = told([0, 0, 0], [], HOLD);
    expect(expected).toEqual({ vehicles: 3, delayVehSeconds: 6 });
    expect(departures.map(({ inSeconds }) => inSeconds)).toEqual([0, 2, 4]);
  });

  it("and of those who are left, up to the horizon of 50 s: from 10 s on", () => {
    expect(told([], [10], HOLD).expected).toEqual({ vehicles: 1, delayVehSeconds: 40 });
  });

  it("with the change: yellow and red 4 s, start 2.5 s, then a headway apart: 6.5 and 8.5 s", () => {
    const change = [...HOLD, { stage: 1, leaveAt: 0, greenAt: 4 }];
    expect(told([], [0, 0], change).expected).toEqual({ vehicles: 2, delayVehSeconds: 15 });
  });

  it("is kept with the decision that chose the plan", () => {
    const outlook = outlookOf([lane(), lane({ arrivals: arrivals(0, 0) })]);
    const { record } = rollingHorizon()(twoStreets(), greenFor(20), outlook, []);
    expect(record.expected).toEqual({ vehicles: 2, delayVehSeconds: 15 });
  });
});
