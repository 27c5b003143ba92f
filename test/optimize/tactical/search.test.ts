import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LaneOutlook } from "../../../src/model/outlook.ts";
import { laneQueue, unservedCost } from "../../../src/optimize/tactical/lane-queue.ts";
import {
  emptyDepartures,
  emptyMarks,
  emptyStates,
  serveLane,
} from "../../../src/optimize/tactical/lane-serving.ts";
import { TACTICAL_DEFAULTS } from "../../../src/optimize/tactical/parameters.ts";
import { rollingHorizon } from "../../../src/optimize/tactical/rolling-horizon.ts";
import { problemOf } from "../../../src/optimize/tactical/problem.ts";
import { search } from "../../../src/optimize/tactical/search.ts";
import { type LaneService, stageServices } from "../../../src/optimize/tactical/stage-service.ts";
import { defined } from "../../../src/assert.ts";
import type { Junction } from "../../../src/optimize/tactical/policy.ts";
import { after } from "../../../src/units.ts";
import { bruteForce, planCost } from "./brute-force.ts";
import { arrivals, greenFor, lane, outlookOf, twoStreets } from "./junctions.ts";

const ALL = [true, true];
const WHOLE = { share: 1, yielding: 0, foes: [] };

function decide(lanes: readonly LaneOutlook[], greenSeconds = 20) {
  const street = greenFor(greenSeconds);
  const { stages, departures, record } = rollingHorizon()(twoStreets(), street, outlookOf(lanes), []);
  return {
    stages: stages.map(({ stage, startAt }) => [stage, (startAt - street.at) / 1000]),
    departures,
    record,
  };
}

/** Serves one lane from the beginning; the cost, the places and the departures at the given instants. */
function served(
  arrivalTimes: readonly number[],
  until: readonly number[],
  change: Partial<LaneService> = {},
  foeTimes: readonly number[] = [],
) {
  const queue = laneQueue(lane({ arrivals: arrivals(...arrivalTimes) }), 50);
  const marks = emptyMarks(1, until.length);
  marks.count = until.length;
  marks.at.set(until);
  const told = emptyDepartures(queue.count);
  const foes = {
    count: foeTimes.length,
    times: Float64Array.from(foeTimes),
    vehicles: Float64Array.from(foeTimes),
  };
  const service = { ...WHOLE, ...change };
  serveLane(queue, service, 0, emptyStates(1), 0, marks, TACTICAL_DEFAULTS, foes, told);
  return {
    costs: [...marks.cost],
    places: [...marks.states.next],
    times: [...told.times.subarray(0, told.count)],
  };
}

describe("a lane that is served", () => {
  it("lets vehicles go a headway apart, not before they are there", () => {
    const { times, costs } = served([0, 0, 0, 10], [50]);
    expect(times).toEqual([0, 2, 4, 10]);
    // Delays of 0, 2, 4 and 0 s; the second stops by a quarter (0.5 s of 2 s beyond 1.5 s), the third wholly: 6 + 3 × 1.25.
    expect(costs[0]).toBeCloseTo(9.75, 9);
  });

  it("tells of each instant what it would tell if it were the last", () => {
    const times = [0, 1, 2, 3, 9];
    const [early, late] = [served(times, [3]), served(times, [30])];
    const both = served(times, [3, 30]);
    expect(both.costs).toEqual([early.costs[0], late.costs[0]]);
    expect(both.places).toEqual([2, 5]);
  });

  it("is blocked by the first vehicle whose signal is red: with two thirds green after two", () => {
    expect(served([0, 0, 0, 0], [50], { share: 2 / 3 }).places).toEqual([2]);
  });

  it("waits for a gap where it yields, but for the first, who waits inside", () => {
    // The last foe leaves at 7 s; a second later it is past, and turning takes another.
    expect(served([0, 0], [50], { yielding: 1 }, [1, 3, 5, 7]).times).toEqual([0, 9]);
  });
});

describe("those who are left", () => {
  it("cost their wait, what a next service takes, and half the queue before them", () => {
    const queue = laneQueue(lane({ arrivals: arrivals(0, 4, 30) }), 50);
    const unserved = (from: number): number => unservedCost(queue, from, 10, 15);
    // At 10 s: waits of 10 and 6 s, 15 s each for the next service, and half a headway for the second.
    expect(unserved(0)).toBeCloseTo(10 + 6 + 30 + 1, 9);
    expect(unserved(1)).toBeCloseTo(6 + 15, 9);
    expect(unserved(2)).toBe(0);
  });

  it("are also those that no detector sees yet, in bins from the edge of sight on", () => {
    // Half a vehicle a bin: every 2 s; at a tenth of the flow the longest bins.
    const queue = laneQueue(lane({ unseenVehPerSecond: 0.25, sightSeconds: 40 }), 50);
    expect([...queue.vehicles].reduce((sum, part) => sum + part, 0)).toBe(2.5);
    expect(queue.earliest[0]).toBeGreaterThanOrEqual(41);
    const few = laneQueue(lane({ unseenVehPerSecond: 0.025, sightSeconds: 34 }), 50);
    expect([...few.earliest]).toEqual([38, 46]);
    expect([...few.vehicles]).toEqual([0.2, 0.2]);
  });
});

describe("the decision", () => {
  it("changes at once for a queue when nobody comes on the green street", () => {
    const { stages } = decide([lane(), lane({ arrivals: arrivals(0, 0, 0, 0) })]);
    expect(stages[0]).toEqual([1, 0]);
  });

  it("holds for a platoon that is about to arrive before one who waits, and changes behind it", () => {
    const platoon = arrivals(1, 3, 5, 7, 9);
    const { stages } = decide([lane({ arrivals: platoon }), lane({ arrivals: arrivals(0) })]);
    expect(stages[0]).toEqual([0, 0]);
    expect(stages[1]?.[0]).toBe(1);
    expect(stages[1]?.[1]).toBeGreaterThanOrEqual(9);
    expect(stages[1]?.[1]).toBeLessThanOrEqual(15);
  });

  it("stays where it is when nobody comes at all", () => {
    expect(decide([lane(), lane()]).stages).toEqual([[0, 0]]);
  });

  it("leaves the maximum green when it is over", () => {
    const busy = lane({ arrivals: arrivals(0, 2, 4, 6, 8, 10) });
    expect(decide([busy, lane({ arrivals: arrivals(0) })], 60).stages[0]).toEqual([1, 0]);
    expect(decide([busy, lane({ arrivals: arrivals(0) })], 30).stages[0]).toEqual([0, 0]);
  });

  it("does not serve an exit that is full", () => {
    const lanes = [lane({ arrivals: arrivals(20) }), lane({ arrivals: arrivals(0, 0, 0, 0) })];
    const street = greenFor(20);
    const full = outlookOf(lanes, { exitFull: [false, true] });
    expect(rollingHorizon()(twoStreets(), street, full, []).stages[0]?.stage).toBe(0);
    expect(rollingHorizon()(twoStreets(), street, outlookOf(lanes), []).stages[0]?.stage).toBe(1);
  });

  it("does not hold a green for a lane whose first vehicle waits for another signal", () => {
    const junction = twoStreets();
    const { lanes, streams } = junction.lanes;
    // One in ten of the main street's vehicles goes with the side street's signal.
    const shared: Junction = {
      ...junction,
      lanes: {
        ...junction.lanes,
        lanes: [{ ...defined(lanes[0], "main"), streams: [0, 2] }, defined(lanes[1], "side")],
        streams: [...streams, { lane: 0, movement: 0, phase: 1 }],
      },
    };
    const queue = lane({ arrivals: arrivals(0, 0, 0, 0), streamShares: [0.9, 0.1] });
    const stageFor = (headIsNot: readonly number[]): number | undefined =>
      rollingHorizon()(shared, greenFor(20), outlookOf([{ ...queue, headIsNot }, lane()]), []).stages[0]
        ?.stage;
    expect(stageFor([])).toBe(0);
    expect(stageFor([0])).toBe(1);
  });

  it("gives who found no gap a green of its own, if any stage has one", () => {
    const junction = twoStreets();
    const { lanes, streams } = junction.lanes;
    // A street to the left turns on main's green after its traffic, and has the side street's stage to itself.
    const yields: Junction = {
      ...junction,
      timing: {
        ...junction.timing,
        stages: junction.timing.stages.map((stage, index) =>
          index === 0 ? { ...stage, phases: [0, 1], permissive: new Set([1]) } : stage,
        ),
      },
      lanes: { ...junction.lanes, lanes, streams },
    };
    const left = lane({ arrivals: arrivals(0, 0) });
    const services = (findsNoGap: boolean) =>
      stageServices(yields, outlookOf([lane(), { ...left, findsNoGap }])).map(
        (service) => service.lanes[1]?.share,
      );
    expect(services(false)).toEqual([1, 1]);
    expect(services(true)).toEqual([0, 1]);
  });

  it("starts a lane anew whose first vehicle has stood in a green that was not its own", () => {
    const junction = twoStreets();
    const lanes = [
      { id: "main.0", link: "main", streams: [0, 1] },
      { id: "side.0", link: "side", streams: [] },
    ];
    // Left turns alone, then left turns and those who go straight on, from one lane.
    const shared: Junction = {
      ...junction,
      timing: {
        ...junction.timing,
        stages: junction.timing.stages.map((stage, index) =>
          index === 1 ? { ...stage, phases: [0, 1] } : stage,
        ),
      },
      lanes: {
        ...junction.lanes,
        lanes,
        streams: [
          { lane: 0, movement: 0, phase: 0 },
          { lane: 0, movement: 1, phase: 1 },
        ],
      },
    };
    const queue = lane({ arrivals: arrivals(0, 0, 0, 0), streamShares: [0.5, 0.5] });
    const changed = (headIsNot: readonly number[]) => {
      const outlook = outlookOf([{ ...queue, headIsNot }, lane()]);
      const { goesOn } = problemOf(shared, greenFor(20), outlook, ALL, TACTICAL_DEFAULTS);
      const { stages, departures } = rollingHorizon()(shared, greenFor(20), outlook, []);
      return { goesOn: goesOn[0]?.[1]?.[0], stage: stages[0]?.stage, firstIn: departures?.[0]?.inSeconds };
    };
    expect(changed([]).goesOn).toBe(true);
    // Yellow 3 s, red clearance 1 s, and 2.5 s that are lost at the start.
    expect(changed([0])).toEqual({ goesOn: false, stage: 1, firstIn: 6.5 });
  });

  it("does not hold a green in which the first vehicle is held up, while others wait", () => {
    const side = lane({ arrivals: arrivals(0, 0) });
    const main = lane({ arrivals: arrivals(0, 0, 0, 0) });
    expect(decide([main, side]).stages[0]).toEqual([0, 0]);
    expect(decide([{ ...main, heldSeconds: 15 }, side]).stages[0]).toEqual([1, 0]);
  });

  it("serves a shorter queue first where the longer one is for a road that fills", () => {
    const side = lane({ arrivals: arrivals(0, 0) });
    const main = lane({ arrivals: arrivals(0, 0, 0, 0) });
    expect(decide([main, side]).stages[0]).toEqual([0, 0]);
    expect(decide([{ ...main, delayWeight: 0.1 }, side]).stages[0]).toEqual([1, 0]);
  });

  it("tells when vehicles leave, by exit", () => {
    const { departures } = decide([lane({ arrivals: arrivals(1, 3) }), lane()]);
    expect(departures).toEqual([
      { exit: 0, inSeconds: 1, vehicles: 1 },
      { exit: 0, inSeconds: 3, vehicles: 1 },
    ]);
  });

  it("says why: costs by stage, cheapest first", () => {
    const { record } = decide([lane(), lane({ arrivals: arrivals(0, 0, 0, 0) })]);
    expect(record.candidates.map(({ stage }) => stage)).toEqual([1, 0]);
    expect(record.candidates[0]?.cost).toBeLessThan(record.candidates[1]?.cost ?? 0);
  });
});

describe("whatever comes", () => {
  const times = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 25 });
  const lanes = fc
    .tuple(times, times)
    .map((pair) =>
      pair.map((list) => lane({ arrivals: arrivals(...list.toSorted((left, right) => left - right)) })),
    );

  it("the best plan costs no more than staying, and its changes leave every green its minimum", () => {
    fc.assert(
      fc.property(lanes, fc.integer({ min: 5, max: 55 }), (outlooks, elapsed) => {
        const street = greenFor(elapsed);
        const problem = problemOf(twoStreets(), street, outlookOf(outlooks), ALL, TACTICAL_DEFAULTS);
        const { segments, holdCost, switchCosts } = search(problem);
        const best = Math.min(holdCost, ...switchCosts);
        expect(Number.isFinite(best)).toBe(true);
        for (const [place, { greenAt, leaveAt }] of segments.entries()) {
          const next = segments[place + 1];
          if (place > 0) expect(greenAt - leaveAt).toBe(4);
          if (place > 0 && next !== undefined) expect(next.leaveAt - greenAt).toBeGreaterThanOrEqual(5);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("memory that other searches have left is as good as new", () => {
    const used = rollingHorizon();
    const street = greenFor(20);
    let together = 0;
    fc.assert(
      fc.property(lanes, (outlooks) => {
        const fresh = rollingHorizon()(twoStreets(), street, outlookOf(outlooks), []);
        expect(used(twoStreets(), street, outlookOf(outlooks), [])).toEqual(fresh);
        together += 1;
      }),
      { numRuns: 200 },
    );
    expect(together).toBe(200);
  });

  it("starts rise, the first is now", () => {
    fc.assert(
      fc.property(lanes, (outlooks) => {
        const street = greenFor(20);
        const { stages } = rollingHorizon()(twoStreets(), street, outlookOf(outlooks), []);
        expect(stages[0]?.startAt).toBe(street.at);
        for (const [place, { startAt }] of stages.entries()) {
          const next = stages[place + 1];
          if (next !== undefined) expect(next.startAt).toBeGreaterThanOrEqual(after(startAt, 2_000));
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** What the search finds for two streets, 20 s into the green of the first. */
function searched(streets: readonly (readonly number[])[], horizonSeconds: number) {
  const outlook = outlookOf(streets.map((times) => lane({ arrivals: arrivals(...times) })));
  const parameters = { ...TACTICAL_DEFAULTS, horizonSeconds };
  const { segments, holdCost, switchCosts } = search(
    problemOf(twoStreets(), greenFor(20), outlook, ALL, parameters),
  );
  return { parameters, segments, cost: Math.min(holdCost, ...switchCosts) };
}

describe("against a plain model that tries every plan", () => {
  const comers = fc
    .array(fc.integer({ min: 0, max: 30 }), { maxLength: 6 })
    .map((times) => times.toSorted((left, right) => left - right));
  const queue = fc.integer({ min: 0, max: 6 }).map((count) => Array.from({ length: count }, () => 0));
  const short = fc.integer({ min: 8, max: 14 });

  it("the cost told is that of the plan told, and no plan of the grid costs less than the least of all", () => {
    fc.assert(
      fc.property(fc.tuple(comers, comers), fc.integer({ min: 8, max: 30 }), (streets, horizon) => {
        const { parameters, segments, cost } = searched(streets, horizon);
        const plan = segments.map(({ stage, greenAt }, place) => ({
          stage,
          greenAt,
          leaveAt: segments[place + 1]?.leaveAt ?? horizon,
        }));
        expect(cost).toBeCloseTo(planCost(streets, plan, parameters), 6);
        expect(cost).toBeGreaterThanOrEqual(bruteForce(streets, parameters) - 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  it("for queues that wait and a short horizon the best plan of all is found", () => {
    fc.assert(
      fc.property(fc.tuple(queue, queue), short, (streets, horizon) => {
        const { parameters, cost } = searched(streets, horizon);
        expect(cost).toBeCloseTo(bruteForce(streets, parameters), 6);
      }),
      { numRuns: 200 },
    );
  });
});
