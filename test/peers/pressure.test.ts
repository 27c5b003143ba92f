import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_PRESSURE, maxPressure, maxPressureWith, maxWave, RESCO } from "../../sim/peers/pressure.ts";
import { sightOf, vehiclesWithin } from "../../sim/peers/counts.ts";
import type { Arrival } from "../../src/model/outlook.ts";
import type { Junction, TacticalPolicy } from "../../src/optimize/tactical/policy.ts";
import { signals } from "../optimize/crossing.ts";
import { lane as laneOf } from "../optimize/tactical/junctions.ts";
import { approaching, constant, junctionOf, outlookOf, runToy, showing, standing } from "./toy-street.ts";

const Y = { yellowSeconds: 3, redClearSeconds: 0 };

/** Stage 0 serves lanes A and B, stage 1 lane C, stage 2 lane D; all of 1800 veh/h. */
const crossing = junctionOf(
  signals({
    phases: { A: Y, B: Y, C: Y, D: Y },
    stages: [
      { id: "ab", phases: ["A", "B"], permissive: [] },
      { id: "c", phases: ["C"], permissive: [] },
      { id: "d", phases: ["D"], permissive: [] },
    ],
    conflicts: [
      ["A", "C"],
      ["A", "D"],
      ["B", "C"],
      ["B", "D"],
      ["C", "D"],
    ],
  }),
);

/** Straight on A, its opposing left turn B that yields in `ab` and has `b` for itself. */
const left = junctionOf(
  signals({
    phases: { A: Y, B: Y },
    stages: [
      { id: "ab", phases: ["A", "B"], permissive: ["B"] },
      { id: "b", phases: ["B"], permissive: [] },
    ],
    conflicts: [["A", "B"]],
  }),
);

type Lanes = readonly (readonly Arrival[])[];
type At = {
  readonly stage?: number;
  readonly green?: number;
  readonly exitFull?: readonly number[];
  readonly at?: number;
};

function decide(policy: TacticalPolicy, junction: Junction, lanes: Lanes, options: At = {}) {
  const { stage = 0, green = 20, exitFull = [], at = 100 } = options;
  return policy(junction, showing(junction, stage, at, green), outlookOf(junction, lanes, { exitFull }), []);
}

function shown(...args: Parameters<typeof decide>): number | undefined {
  return decide(...args).stages[0]?.stage;
}

describe("max pressure", () => {
  it("shows the stage whose lanes hold most: 2 + 2 against 3", () => {
    expect(shown(maxPressure, crossing, [standing(2), standing(2), standing(3)], { stage: 2 })).toBe(0);
  });

  it("lets the present stage go on until another is worth 5 vehicles more, what a change loses", () => {
    const present = [standing(4), standing(4)];
    const queues = (other: number) => [...present, standing(other)];
    expect(decide(maxPressure, crossing, queues(13)).record).toMatchObject({
      binding: "loss of a change",
      candidates: [
        { stage: 1, cost: -13 },
        { stage: 0, cost: -8 },
        { stage: 2, cost: 0 },
      ],
    });
    expect(shown(maxPressure, crossing, queues(13))).toBe(0);
    expect(shown(maxPressure, crossing, queues(14))).toBe(1);
  });

  it("asks for twice as much where less than 5 are left, and for nothing where nobody is", () => {
    expect(shown(maxPressure, crossing, [standing(2), [], standing(4)])).toBe(0);
    expect(shown(maxPressure, crossing, [standing(2), [], standing(5)])).toBe(1);
    expect(shown(maxPressure, crossing, [[], [], [], standing(1)])).toBe(2);
  });

  it("counts who stands anywhere in the queue, and of those who drive only the ones at the line", () => {
    const far: Arrival = { earliestSeconds: 9, vehicles: 1, urgency: 1.2 };
    expect(shown(maxPressure, crossing, [[], [], [far, far], approaching(6, 4)])).toBe(1);
  });

  it("takes ten vehicles off for a full exit: 8 that cannot leave are worth less than 1 that can", () => {
    expect(shown(maxPressure, crossing, [[], [], standing(8), standing(1)])).toBe(1);
    expect(shown(maxPressure, crossing, [[], [], standing(8), standing(1)], { exitFull: [2] })).toBe(2);
  });

  it("counts a stream that yields by half, so that a turn gets its own stage when it is most of the queue", () => {
    // ab: 1 + 6/2 = 4 against 6, but 6 is not more than 4 + 4; with 10: 1 + 5 = 6 against 10, and with 13: 7.5 against 13.
    expect(shown(maxPressure, left, [standing(1), standing(6)])).toBe(0);
    expect(shown(maxPressure, left, [standing(1), standing(10)])).toBe(0);
    expect(shown(maxPressure, left, [standing(1), standing(13)])).toBe(1);
  });

  it("keeps the minimum green of 5 s", () => {
    const queues = [[], [], standing(9)];
    expect(decide(maxPressure, crossing, queues, { green: 4 }).record.binding).toBe("minimum green");
    expect(shown(maxPressure, crossing, queues, { green: 4 })).toBe(0);
    expect(shown(maxPressure, crossing, queues, { green: 5 })).toBe(1);
  });

  it("goes by way of another stage where the best may not follow the present one", () => {
    const queues = [[], [], [], standing(9)];
    const mayFollow = [
      [true, true, false],
      [true, true, true],
      [true, true, true],
    ];
    expect(shown(maxPressure, { ...crossing, mayFollow }, queues)).toBe(1);
    const never = [
      [true, true, false],
      [true, true, false],
      [true, true, true],
    ];
    expect(shown(maxPressure, { ...crossing, mayFollow: never }, queues)).toBe(0);
  });

  it("keeps the present stage on a tie, also with a threshold of nothing", () => {
    const plain = maxPressureWith({ ...MAX_PRESSURE, thresholdVehicles: 0 });
    for (const stage of [0, 1, 2]) {
      expect(shown(plain, crossing, [standing(2), standing(1), standing(3), standing(3)], { stage })).toBe(
        stage,
      );
    }
  });

  it("decides each 10 s as RESCO's does", () => {
    const resco = maxPressureWith({ ...MAX_PRESSURE, ...RESCO });
    const queues = [standing(3), [], standing(4)];
    expect(shown(resco, crossing, queues, { at: 119 })).toBe(0);
    expect(shown(resco, crossing, queues, { at: 120 })).toBe(1);
  });
});

describe("max wave", () => {
  it("counts who is within 50 m, standing or not: 3.6 s in full speed, 7.07 s for who sets off", () => {
    const sight = sightOf(50);
    expect(sight.movingSeconds).toBeCloseTo(3.597, 3);
    // At 2 m/s² it takes 6.95 s and 48.3 m to 13.9 m/s; the rest takes 0.12 s.
    expect(sight.stoodSeconds).toBeCloseTo(7.072, 3);
    const arrivals: readonly Arrival[] = [
      { earliestSeconds: 3.5, vehicles: 1, urgency: 1 },
      { earliestSeconds: 3.7, vehicles: 1, urgency: 1 },
      { earliestSeconds: 7, vehicles: 0.5, urgency: 1.3 },
      { earliestSeconds: 7.2, vehicles: 1, urgency: 1.3 },
    ];
    expect(vehiclesWithin(laneOf({ arrivals }), sight)).toBe(1.5);
  });

  it("goes by who approaches where max pressure sees nobody", () => {
    const lanes = [[], [], approaching(2, 1), []];
    expect(shown(maxWave, crossing, lanes)).toBe(1);
    expect(shown(maxPressure, crossing, [[], [], approaching(2, 3), []])).toBe(0);
    expect(shown(maxWave, crossing, [[], [], approaching(1, 3), []])).toBe(1);
  });

  it("does not look at exits", () => {
    expect(shown(maxWave, crossing, [[], [], standing(2), standing(1)], { exitFull: [2] })).toBe(1);
  });
});

const anyLane = fc.array(
  fc.record({
    earliestSeconds: fc.double({ min: 0, max: 60, noNaN: true }),
    vehicles: fc.double({ min: 0, max: 20, noNaN: true }),
    urgency: fc.double({ min: 1, max: 5, noNaN: true }),
  }),
  { maxLength: 8 },
);

describe.each([
  ["max pressure", maxPressure],
  ["max wave", maxWave],
])("%s", (_, policy) => {
  it("shows a stage that exists, now, whoever comes", () => {
    fc.assert(
      fc.property(
        fc.array(anyLane, { minLength: 4, maxLength: 4 }),
        fc.nat(2),
        fc.nat(90),
        fc.subarray([0, 1, 2, 3]),
        (lanes, stage, green, exitFull) => {
          const { stages, memory } = decide(policy, crossing, lanes, { stage, green, exitFull });
          expect(stages).toHaveLength(1);
          expect([0, 1, 2]).toContain(stages[0]?.stage);
          expect(stages[0]?.startAt).toBe(showing(crossing, stage, 100, green).at);
          expect(memory).toEqual([]);
        },
      ),
    );
  });

  it("goes to the only loaded stage and stays there", () => {
    const { stages } = runToy(crossing, policy, (lane, at) => (lane === 2 && at % 4 === 0 ? 1 : 0), 600);
    expect(stages.indexOf(1)).toBeLessThan(20);
    expect(new Set(stages.slice(20))).toEqual(new Set([1]));
  });

  it("serves every lane under a demand that fits", () => {
    const { waitMaxSeconds } = runToy(crossing, policy, constant([8, 9, 10, 12]), 3600);
    expect(waitMaxSeconds).toBeLessThan(90);
  });
});
