import { describe, expect, it } from "vitest";
import { type CallKind, serviceWitness } from "../../sim/controller/monitor/service.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import { outputsOf, type Part, small } from "./watching.ts";

/** At most 60 s of red; greens of at most 60 s, cycles of at most 70 s. */
const patient: Intersection = {
  ...small,
  envelope: { ...small.envelope, waitMaxSeconds: 60, cycleMaxSeconds: 70 },
};

type Call = readonly [second: number, kind: CallKind, phase: number];

/** Calls at whole seconds while the parts are shown; violations as `second rule detail`, and who was served after how long. */
function serve(
  parts: readonly Part[],
  calls: readonly Call[],
  rotationMs = 0,
  toFlash: (second: number) => boolean = () => false,
): { readonly violations: string[]; readonly served: string[] } {
  const witness = serviceWitness(patient, rotationMs);
  let state = witness.start();
  const violations: string[] = [];
  const served: string[] = [];
  let second = 0;
  const observe = (part: Part): void => {
    const step = witness.observe(state, second * 1000, outputsOf(part), toFlash(second));
    state = step.state;
    violations.push(...step.violations.map(({ rule, at, detail }) => `${at / 1000} ${rule} ${detail}`));
    served.push(...step.served.map(({ kind, phase, waitedMs }) => `${second} ${kind} ${phase} ${waitedMs}`));
  };
  for (const part of parts) {
    observe(part);
    for (const endsAt = second + part[0]; second < endsAt; second += 1) {
      for (const [at, kind, phase] of calls) {
        if (at === second) state = witness.called(state, second * 1000, kind, phase);
      }
    }
  }
  const last = parts.at(-1);
  if (last !== undefined) observe(last);
  return { violations, served };
}

describe("the witness of service", () => {
  it("sees a vehicle served by green, at once where it is green already", () => {
    const parts: readonly Part[] = [
      [10, "Grr", "D--"],
      [4, "rrr", "D--"],
      [5, "rrG", "D--"],
    ];
    expect(
      serve(parts, [
        [3, "vehicle", 2],
        [4, "vehicle", 2],
        [5, "vehicle", 0],
      ]),
    ).toEqual({
      violations: [],
      served: ["14 vehicle 2 11000"],
    });
  });

  it("sees a pedestrian served by walk, by the next one if this one is over", () => {
    const parts: readonly Part[] = [
      [4, "Grr", "W--"],
      [10, "Grr", "F--"],
      [10, "rrr", "D--"],
      [4, "Grr", "W--"],
    ];
    expect(
      serve(parts, [
        [2, "pedestrian", 0],
        [5, "pedestrian", 0],
        [8, "pedestrian", 0],
      ]),
    ).toEqual({
      violations: [],
      served: ["24 pedestrian 0 19000"],
    });
  });

  it("WAIT: a vehicle waits for more than yellow and the longest red; told once", () => {
    expect(serve(waiting(33), [[2, "vehicle", 2]]).violations).toEqual([]);
    expect(serve(waiting(34), [[2, "vehicle", 2]])).toEqual({
      violations: ["66 WAIT phase C: vehicle waits for 64000 ms, at most 63000 ms"],
      served: ["66 vehicle 2 64000"],
    });
    // A rotation comes on top.
    expect(serve(waiting(34), [[2, "vehicle", 2]], 1_000).violations).toEqual([]);
    expect(serve(waiting(35), [[2, "vehicle", 2]], 1_000).violations).toEqual([
      "67 WAIT phase C: vehicle waits for 65000 ms, at most 64000 ms",
    ]);
    // Green that never comes is seen at the next change, and at the end.
    expect(
      serve(
        [
          [2, "Grr", "D--"],
          [64, "Ggr", "D--"],
          [100, "Grr", "D--"],
        ],
        [[2, "vehicle", 2]],
      ).violations,
    ).toEqual(["66 WAIT phase C: vehicle waits for 64000 ms, at most 63000 ms"]);
  });

  it("PED_DROPPED: a pedestrian waits through the longest green and the longest red", () => {
    // 70 s of green, 3 s of yellow, 60 s of red.
    expect(serve(passedOver(133), [[1, "pedestrian", 0]]).violations).toEqual([]);
    expect(serve(passedOver(134), [[1, "pedestrian", 0]]).violations).toEqual([
      "135 PED_DROPPED phase A: pedestrian waits for 134000 ms, at most 133000 ms",
    ]);
  });

  it("counts anew after preemption and after flash with its all red", () => {
    const preempted: readonly Part[] = [
      [50, "Grr", "D--"],
      [300, "Grr", "D--", "", "!"],
      [60, "Ggr", "D--"],
      [5, "rrG", "D--"],
    ];
    expect(serve(preempted, [[0, "vehicle", 2]])).toEqual({
      violations: [],
      served: ["410 vehicle 2 60000"],
    });
    const flashed: readonly Part[] = [
      [50, "Grr", "D--"],
      [300, "xxx", "D--"],
      [30, "rrr", "D--"],
      [60, "Grr", "D--"],
      [5, "rrG", "D--"],
    ];
    expect(serve(flashed, [[0, "vehicle", 2]])).toEqual({ violations: [], served: ["440 vehicle 2 60000"] });
    const late = preempted.map((part): Part => (part[0] === 60 ? [64, part[1], part[2]] : part));
    expect(serve(late, [[0, "vehicle", 2]]).violations).toEqual([
      "414 WAIT phase C: vehicle waits for 64000 ms, at most 63000 ms",
    ]);
  });

  it("counts anew after flash that was taken back on the way, which no lamp shows", () => {
    expect(serve(takenBack(70), [[0, "vehicle", 2]], 10_000, onWay)).toEqual({
      violations: [],
      served: ["135 vehicle 2 70000"],
    });
    expect(serve(takenBack(74), [[0, "vehicle", 2]], 10_000, onWay).violations).toEqual([
      "139 WAIT phase C: vehicle waits for 74000 ms, at most 73000 ms",
    ]);
    expect(serve(takenBack(70), [[0, "vehicle", 2]], 10_000).violations, "control: no flash").toEqual([
      "135 WAIT phase C: vehicle waits for 135000 ms, at most 73000 ms",
    ]);
  });

  it("takes a way to flash for one as long as a round at most", () => {
    const stuck: readonly Part[] = [
      [50, "Grr", "D--"],
      [10, "Grr", "W--"],
      [1, "Grr", "F--"],
      [72, "Grr", "D--"],
      [5, "rrG", "D--"],
    ];
    // Until 60 s it is a way; what is seen at 61 s is none any more, and from there on the call counts.
    expect(serve(stuck, [[0, "vehicle", 2]], 10_000, fromThenOn).violations).toEqual([]);
    const longer = stuck.map((part): Part => (part[0] === 72 ? [74, part[1], part[2]] : part));
    expect(serve(longer, [[0, "vehicle", 2]], 10_000, fromThenOn).violations).toEqual([
      "135 WAIT phase C: vehicle waits for 74000 ms, at most 73000 ms",
    ]);
  });
});

function waiting(red: number): readonly Part[] {
  return [
    [2, "Grr", "D--"],
    [red, "Ggr", "D--"],
    [30, "Grr", "D--"],
    [5, "rrG", "D--"],
  ];
}

function passedOver(seconds: number): readonly Part[] {
  return [
    [1, "Grr", "D--"],
    [seconds, "Grr", "F--"],
    [4, "Grr", "W--"],
  ];
}

/** On the way to flash, phase A keeps its green for a while, then clears; 6 s of all red, and A starts. */
function takenBack(lastSeconds: number): readonly Part[] {
  return [
    [50, "Grr", "D--"],
    [5, "Grr", "D--"],
    [4, "yrr", "D--"],
    [6, "rrr", "D--"],
    [lastSeconds, "Grr", "D--"],
    [5, "rrG", "D--"],
  ];
}

const onWay = (second: number): boolean => second >= 50 && second < 59;
const fromThenOn = (second: number): boolean => second >= 50;
