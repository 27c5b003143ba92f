import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SOTL, sotl, sotlWith } from "../../sim/peers/sotl.ts";
import type { Arrival } from "../../src/model/outlook.ts";
import type { Junction } from "../../src/optimize/tactical/policy.ts";
import { signals } from "../optimize/crossing.ts";
import { second } from "../signal/crossings.ts";
import { approaching, constant, junctionOf, outlookOf, runToy, showing, standing } from "./toy-street.ts";

const Y = { yellowSeconds: 3, redClearSeconds: 0 };
const ids = ["A", "B", "C"];

/** One lane and phase a stage. */
const crossing = junctionOf(
  signals({
    phases: { A: Y, B: Y, C: Y },
    stages: ids.map((id) => ({ id: id.toLowerCase(), phases: [id], permissive: [] })),
    conflicts: [
      ["A", "B"],
      ["A", "C"],
      ["B", "C"],
    ],
  }),
);

/** Straight on A, its opposing left turn B that yields in `ab` and has `b` for itself, side street C. */
const left = junctionOf(
  signals({
    phases: { A: Y, B: Y, C: Y },
    stages: [
      { id: "ab", phases: ["A", "B"], permissive: ["B"] },
      { id: "b", phases: ["B"], permissive: [] },
      { id: "c", phases: ["C"], permissive: [] },
    ],
    conflicts: [
      ["A", "B"],
      ["A", "C"],
      ["B", "C"],
    ],
  }),
);

type Lanes = readonly (readonly Arrival[])[];

/** A decision at second 100 of a green of 20 s, with sums that were told a second ago. */
function decide(
  junction: Junction,
  lanes: Lanes,
  sums: readonly number[],
  green = 20,
  exitFull: readonly number[] = [],
) {
  const outlook = outlookOf(junction, lanes, { exitFull });
  return sotl(junction, showing(junction, 0, 100, green), outlook, [second(99), ...sums]);
}

describe("self-organising lights", () => {
  it("sum up who is on red, second by second; green and nobody are nothing", () => {
    const { memory } = decide(crossing, [standing(3), standing(2), []], [5, 10, 40]);
    expect(memory).toEqual([second(100), 0, 12, 0]);
  });

  it("begin with nothing summed up", () => {
    const { memory, stages } = sotl(
      crossing,
      showing(crossing, 0, 100, 20),
      outlookOf(crossing, [standing(3), standing(2)]),
      [],
    );
    expect(memory).toEqual([second(100), 0, 0, 0]);
    expect(stages).toEqual([{ stage: 0, startAt: second(100) }]);
  });

  it("count for an intergreen what stands there after it, for 10 s at most", () => {
    const lanes = [standing(1), standing(2)];
    const street = showing(crossing, 0, 100, 0);
    const outlook = outlookOf(crossing, lanes);
    expect(sotl(crossing, street, outlook, [second(96), 0, 10, 0]).memory[2]).toBe(18);
    expect(sotl(crossing, street, outlook, [second(40), 0, 10, 0]).memory[2]).toBe(30);
  });

  it("change when a stage has summed up 70 vehicle-seconds: 66 + 2 stay, 68 + 2 go", () => {
    const lanes = [standing(5), standing(2), []];
    expect(decide(crossing, lanes, [0, 66, 0])).toMatchObject({
      stages: [{ stage: 0 }],
      record: { binding: "threshold" },
    });
    expect(decide(crossing, lanes, [0, 68, 0])).toMatchObject({ stages: [{ stage: 1 }] });
  });

  it("show the one that has summed up most", () => {
    const lanes = [standing(5), standing(1), standing(1)];
    expect(decide(crossing, lanes, [0, 80, 90])).toMatchObject({ stages: [{ stage: 2 }] });
  });

  it("keep 5 s of minimum green", () => {
    const lanes = [standing(5), standing(1), []];
    expect(decide(crossing, lanes, [0, 90, 0], 4).record.binding).toBe("minimum green");
    expect(decide(crossing, lanes, [0, 90, 0], 5)).toMatchObject({ stages: [{ stage: 1 }] });
  });

  it("let up to 3 vehicles pass that are within 25 m, but not a fourth", () => {
    const waiting = [0, 90, 0];
    // 25 m are 1.8 s in full speed; vehicles come 2 s apart.
    expect(decide(crossing, [approaching(1, 1.7), standing(1), []], waiting).record.binding).toBe("platoon");
    expect(decide(crossing, [standing(3), standing(1), []], waiting).record.binding).toBe("platoon");
    expect(decide(crossing, [standing(4), standing(1), []], waiting)).toMatchObject({
      stages: [{ stage: 1 }],
    });
    expect(decide(crossing, [approaching(1, 1.9), standing(1), []], waiting)).toMatchObject({
      stages: [{ stage: 1 }],
    });
  });

  it("give an empty green away at once: nobody within 80 m, which are 5.8 s", () => {
    expect(decide(crossing, [approaching(1, 5.8), standing(1), []], [0, 0, 0])).toMatchObject({
      stages: [{ stage: 1 }],
    });
    expect(decide(crossing, [approaching(1, 5.7), standing(1), []], [0, 0, 0])).toMatchObject({
      stages: [{ stage: 0 }],
    });
  });

  it("do not count who has no room behind the junction", () => {
    expect(decide(crossing, [[], standing(5), []], [0, 90, 0], 20, [1])).toMatchObject({
      stages: [{ stage: 0 }],
      memory: [second(100), 0, 0, 0],
    });
  });

  it("count a turn that yields by half, and give it its own green by half of that", () => {
    // 4 turners through a second of yielding: 2; its own stage offers the half that it lacks: (138 + 2)/2 = 70.
    expect(decide(left, [standing(5), standing(4), []], [0, 137.9, 0]).record.binding).toBe("threshold");
    const { stages, memory } = decide(left, [standing(5), standing(4), []], [0, 138, 0]);
    expect(memory[2]).toBe(140);
    expect(stages[0]?.stage).toBe(1);
  });

  it("show a stage that exists, whoever comes and whatever is remembered", () => {
    const lane = fc.array(
      fc.record({
        earliestSeconds: fc.double({ min: 0, max: 60, noNaN: true }),
        vehicles: fc.double({ min: 0, max: 20, noNaN: true }),
        urgency: fc.double({ min: 1, max: 5, noNaN: true }),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(
        fc.array(lane, { minLength: 3, maxLength: 3 }),
        fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { maxLength: 3 }),
        fc.nat(90),
        (lanes, sums, green) => {
          const { stages, memory } = decide(left, lanes, sums, green);
          expect(stages).toHaveLength(1);
          expect([0, 1, 2]).toContain(stages[0]?.stage);
          expect(memory).toHaveLength(4);
          expect(memory.every((one) => one >= 0)).toBe(true);
        },
      ),
    );
  });

  it("starve nobody: two hours of any constant demand up to half of what the crossing can take", () => {
    const headway = fc.integer({ min: 12, max: 120 });
    fc.assert(
      fc.property(fc.array(headway, { minLength: 3, maxLength: 3 }), (headways) => {
        const { waitMaxSeconds } = runToy(crossing, sotl, constant(headways), 7200);
        expect(waitMaxSeconds).toBeLessThan(120);
      }),
      { numRuns: 25 },
    );
  });

  it("starve nobody beside a street that is always full", () => {
    const { stages, waitMaxSeconds } = runToy(crossing, sotl, constant([2, 120, 90]), 1200);
    expect(new Set(stages)).toEqual(new Set([0, 1, 2]));
    // Queues of the full street grow without end; the others' do not.
    const alone = runToy(
      crossing,
      sotlWith({ ...SOTL, thresholdVehicleSeconds: 1e9 }),
      constant([2, 120, 90]),
      1200,
    );
    expect(waitMaxSeconds).toBeGreaterThan(0);
    expect(new Set(alone.stages)).toEqual(new Set([0]));
  });
});
