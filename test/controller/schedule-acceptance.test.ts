import { describe, expect, it } from "vitest";
import {
  type ScheduleAcceptanceContext,
  scheduleRefusalOf,
} from "../../sim/controller/schedule-acceptance.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { StageSchedule } from "../../src/model/stage-schedule.ts";
import { after } from "../../src/units.ts";
import { NOW, withField } from "../safety/plans.ts";
import { ringCrossing } from "../safety/ring-crossing.ts";
import { schedule, type Starts, startsAt } from "../safety/schedules.ts";
import { leftTurnCrossing, nemaCrossing, tableOf } from "../signal/crossings.ts";
import { scheduleFrame } from "./frames.ts";

/** What the controller says to a schedule, as `CODE: detail`. */
function answer(
  asked: StageSchedule,
  change: Partial<ScheduleAcceptanceContext> = {},
  intersection: Intersection = nemaCrossing(),
): string {
  const refusal = scheduleRefusalOf(scheduleFrame(asked), {
    table: tableOf(intersection),
    at: NOW,
    seen: new Set(),
    operation: "normal",
    stage: "2-6",
    heldBasedOnAt: null,
    ...change,
  });
  return refusal === undefined ? "accepted" : `${refusal.code}: ${refusal.detail}`;
}

const starting = (starts: Starts) => schedule({ stages: startsAt(starts) });

/** The side street from now on, for so long. */
const sideFor = (seconds: number) =>
  answer(
    starting([
      ["side", 0],
      ["1-5", seconds],
    ]),
  );

/** The side street after so long, where nobody may wait longer than 90 s. */
const sideFrom = (seconds: number) =>
  answer(
    starting([
      ["2-6", 0],
      ["side", seconds],
    ]),
    {},
    nemaCrossing({ waitMaxSeconds: 90 }),
  );

describe("a stage schedule that a controller takes", () => {
  it("is a stage, or a horizon of them", () => {
    expect(answer(schedule())).toBe("accepted");
    expect(answer(starting([["side", 0]]))).toBe("accepted");
  });

  it("may come late while its lease lasts, and be based on a state of the last ten seconds", () => {
    expect(answer(schedule({ effectiveAt: after(NOW, -9_000), stages: startsAt([["2-6", -9]]) }))).toBe(
      "accepted",
    );
    expect(answer(schedule({ basedOnAt: after(NOW, -10_000) }))).toBe("accepted");
    expect(answer(schedule(), { heldBasedOnAt: NOW })).toBe("accepted");
  });
});

describe("what it refuses, each with its code", () => {
  it("IDENTITY, DUPLICATE", () => {
    expect(answer(schedule({ intersection: "y" }))).toBe("IDENTITY: schedule is for y, this is x");
    expect(answer(schedule(), { seen: new Set(["s1"]) })).toBe("DUPLICATE: schedule s1 was answered before");
  });

  it("PREEMPT, NOT_ARMED", () => {
    expect(answer(schedule(), { operation: "preempt" })).toBe("PREEMPT: a preemption has authority");
    for (const operation of ["startUp", "flash", "tripped"] as const) {
      expect(answer(schedule(), { operation })).toBe(`NOT_ARMED: this controller is in ${operation}`);
    }
  });

  it("MALFORMED", () => {
    expect(answer(withField(schedule(), "yellowMs"))).toBe("MALFORMED: nobody may set yellowMs");
    expect(answer(schedule({ stages: startsAt([["2-6", 0]]).map((one) => withField(one, "walkMs")) }))).toBe(
      "MALFORMED: nobody may set walkMs",
    );
    expect(answer(schedule({ id: "" }))).toBe("MALFORMED: no id");
    expect(answer(starting([]))).toBe("MALFORMED: no stage");
    expect(answer(starting([["3-8", 0]]))).toBe("MALFORMED: no stage 3-8 here");
    expect(answer(starting(Array.from({ length: 9 }, (_, index) => ["2-6", index] as const)))).toBe(
      "MALFORMED: 9 stages, at most 8",
    );
    expect(answer(schedule({ basedOnAt: (NOW + 0.5) as typeof NOW }))).toBe(
      "MALFORMED: an instant is no whole number",
    );
    expect(answer(schedule({ redUntilAt: after(NOW, 5_100) }))).toBe(
      "MALFORMED: red extended by 5100 ms, at most 5000 ms",
    );
    expect(answer(schedule({ redUntilAt: (NOW + 0.5) as typeof NOW }))).toBe(
      "MALFORMED: an instant is no whole number",
    );
    expect(answer(schedule({ redUntilAt: NOW, stages: startsAt([["2-6", 0]]) }), {}, ringCrossing())).toBe(
      "MALFORMED: a red extension for rings",
    );
    expect(answer(starting([["2-6", -1]]))).toBe(
      `MALFORMED: stage 2-6 starts at ${NOW - 1_000}, not before ${NOW}`,
    );
    expect(
      answer(
        starting([
          ["2-6", 0],
          ["side", 0],
        ]),
      ),
    ).toBe(`MALFORMED: stage side starts at ${NOW}, not before ${NOW + 1}`);
  });

  it("EXPIRED, LEASE, STALE_BASE", () => {
    const past = { effectiveAt: after(NOW, -1_000), stages: startsAt([["2-6", 0]]) };
    expect(answer(schedule({ ...past, validUntil: NOW }))).toBe(`EXPIRED: valid until ${NOW}, it is ${NOW}`);
    expect(answer(schedule({ validUntil: after(NOW, 10_001) }))).toBe(
      "LEASE: lease of 10001 ms, at most 10000 ms",
    );
    const late = { effectiveAt: after(NOW, 5_000), stages: startsAt([["2-6", 5]]) };
    expect(answer(schedule({ ...late, validUntil: after(NOW, 5_000) }))).toBe(
      `LEASE: effective at ${NOW + 5_000}, valid only until ${NOW + 5_000}`,
    );
    expect(answer(schedule({ basedOnAt: after(NOW, -10_001) }))).toMatch(/^STALE_BASE: /);
    expect(answer(schedule({ basedOnAt: after(NOW, 1) }))).toMatch(/^STALE_BASE: /);
    expect(answer(schedule(), { heldBasedOnAt: NOW + 1 })).toBe(
      `STALE_BASE: based on ${NOW}, the one accepted last on ${NOW + 1}`,
    );
  });

  it("CONFLICT, SEQUENCE, YELLOW_TRAP", () => {
    const wrong = {
      ...nemaCrossing(),
      conflicts: [["2", "6"] as [string, string], ...nemaCrossing().conflicts],
    };
    expect(answer(starting([["2-6", 0]]), {}, wrong)).toBe("CONFLICT: stage 2-6 releases 2 against 6");
    const rings = { ...ringCrossing(), conflicts: [] };
    expect(answer(starting([["1-2", 0]]), {}, rings)).toBe("SEQUENCE: the rings cannot show stage 1-2");
    const phases = leftTurnCrossing().phases.map((phase) => ({
      ...phase,
      permissiveDisplay: "circular" as const,
    }));
    const stages = [...leftTurnCrossing().stages, { id: "a", phases: ["A"], permissive: [] }];
    const trapping = { ...leftTurnCrossing(), phases, stages };
    expect(answer(starting([["a", 0]]), { stage: "ab" }, trapping)).toBe(
      "YELLOW_TRAP: B ends before A between stages ab and a",
    );
    expect(answer(starting([["a", 0]]), { stage: "c" }, trapping)).toBe("accepted");
  });

  it("CLEARANCE, MIN_GREEN, MIN_SERVICE: between two scheduled starts", () => {
    expect(sideFor(17)).toBe("accepted");
    expect(sideFor(16)).toBe("MIN_SERVICE: phase 4: 11000 ms of green, pedestrians need 12000 ms");
    expect(sideFor(11)).toBe("MIN_GREEN: phase 4: 6000 ms of green, at least 7000 ms");
    expect(sideFor(5)).toBe(
      `CLEARANCE: stage side would be shown from ${NOW + 6_000}, it ends at ${NOW + 5_000}`,
    );
  });

  it("MAX_WAIT: a red of the schedule longer than anybody may wait", () => {
    expect(sideFrom(85)).toBe("accepted");
    expect(sideFrom(86)).toBe("MAX_WAIT: phase 4 would wait 91000 ms, at most 90000 ms");
    expect(sideFrom(91)).toBe("MAX_WAIT: phase 1 would wait 91000 ms, at most 90000 ms");
  });
});
