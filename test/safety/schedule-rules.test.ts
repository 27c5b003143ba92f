import { describe, expect, it } from "vitest";
import type { Intersection } from "../../src/model/intersection.ts";
import type { StageSchedule } from "../../src/model/stage-schedule.ts";
import type { ScheduleContext } from "../../src/safety/context.ts";
import { gateSchedule } from "../../src/safety/gate.ts";
import { after, instantMs } from "../../src/units.ts";
import { leftTurnCrossing, nemaCrossing, tableOf } from "../signal/crossings.ts";
import { NOW, withField } from "./plans.ts";
import { ringCrossing } from "./ring-crossing.ts";
import { schedule, scheduleContext, startsAt } from "./schedules.ts";

/** What the gate says to a schedule, as `rule detail`. */
function verdict(
  asked: StageSchedule,
  change: Partial<ScheduleContext> = {},
  intersection: Intersection = nemaCrossing(),
): readonly string[] {
  const table = tableOf(intersection);
  const result = gateSchedule(asked, scheduleContext(table, change), NOW);
  return result.ok ? [] : result.error.map(({ rule, detail }) => `${rule} ${detail}`);
}

/** The side street from now on, for so long. */
const sideFor = (seconds: number) =>
  verdict(
    schedule({
      stages: startsAt([
        ["side", 0],
        ["1-5", seconds],
      ]),
    }),
  );

/** The lefts from now on, one of them until the second start, the other until the third. */
const lefts = (second: number, third: number) =>
  verdict(
    schedule({
      stages: startsAt([
        ["1-5", 0],
        ["1-6", second],
        ["2-6", third],
      ]),
    }),
    { stage: "side" },
  );

/** The side street after so long, where nobody may wait longer than 90 s. */
const sideFrom = (seconds: number) =>
  verdict(
    schedule({
      stages: startsAt([
        ["2-6", 0],
        ["side", seconds],
      ]),
    }),
    {},
    nemaCrossing({ waitMaxSeconds: 90 }),
  );

/** So many stages, ten seconds each. */
const naming = (count: number) =>
  verdict(schedule({ stages: startsAt(Array.from({ length: count }, (_, index) => ["2-6", index * 10])) }));

describe("a stage schedule that nobody has anything against", () => {
  it("is given back as it is", () => {
    const asked = schedule();
    const result = gateSchedule(asked, scheduleContext(tableOf(nemaCrossing())), NOW);
    expect(result.ok && result.value).toBe(asked);
  });

  it("may look beyond its lease, and name a stage alone", () => {
    expect(verdict(schedule({ stages: startsAt([["side", 0]]) }))).toEqual([]);
    const horizon = startsAt([
      ["2-6", 0],
      ["side", 30],
      ["1-5", 60],
      ["1-6", 80],
    ]);
    expect(verdict(schedule({ stages: horizon }))).toEqual([]);
  });
});

describe("S1", () => {
  it("names stages of this intersection", () => {
    expect(verdict(schedule({ stages: [] }))).toEqual([
      "S1 no stage, at least one of 2-6, side, 1-5, 1-6 needed",
    ]);
    expect(verdict(schedule({ stages: startsAt([["3-8", 0]]) }))).toEqual([
      "S1 stage 3-8 is not one of 2-6, side, 1-5, 1-6",
    ]);
    expect(verdict(schedule({ intersection: "y" }))).toEqual(["S1 schedule is for y, not x"]);
  });
});

describe("S2", () => {
  it("lets no stage go that releases conflicting movements", () => {
    const wrong = {
      ...nemaCrossing(),
      conflicts: [["2", "6"] as [string, string], ...nemaCrossing().conflicts],
    };
    expect(verdict(schedule({ stages: startsAt([["2-6", 0]]) }), {}, wrong)).toEqual([
      "S2 stage 2-6: phases 2 and 6 conflict",
    ]);
  });
});

describe("S3", () => {
  // The main street clears for 5 s; the side street's service is 12 s: 7 s of walk and 5 s of flashing don't walk.

  it("leaves a green that it begins and ends its least time, after what clears before it", () => {
    expect(sideFor(17)).toEqual([]);
    expect(sideFor(16)).toEqual(["S3 phase 4: green of 11 s, at least 12 s needed"]);
    expect(sideFor(5)).toEqual([
      "S3 stage side: 5 s to the next start, at least 6 s needed",
      "S3 phase 4: green of 0 s, at least 12 s needed",
    ]);
  });

  it("counts a green through the stages that it lasts", () => {
    // 1 and 5 begin 5 s after their start; 5 has had 5 s at the second start, 1 goes on and ends with the third.
    expect(lefts(10, 16)).toEqual([]);
    expect(lefts(9, 16)).toEqual(["S3 phase 5: green of 4 s, at least 5 s needed"]);
    // Phase 5 clears for 5 s, and the stage is shown for a second.
    expect(lefts(10, 15)).toEqual(["S3 stage 1-6: 5 s to the next start, at least 6 s needed"]);
  });

  it("leaves what was green before to the machine", () => {
    const soon = startsAt([
      ["2-6", 0],
      ["side", 1],
    ]);
    expect(verdict(schedule({ stages: soon }))).toEqual([]);
  });
});

describe("S8", () => {
  it("spells out no red longer than the longest wait", () => {
    // The side street's green begins 5 s after its start; 1 and 5 are red until then at least.
    expect(sideFrom(85)).toEqual([]);
    expect(sideFrom(86)).toEqual(["S8 phase 4: red of 91 s, at most 90 s allowed"]);
    expect(sideFrom(91)).toEqual([
      "S8 phase 1: red of 91 s, at most 90 s allowed",
      "S8 phase 4: red of 96 s, at most 90 s allowed",
      "S8 phase 5: red of 91 s, at most 90 s allowed",
    ]);
  });
});

describe("S9", () => {
  it("is a lease of at most ten seconds from now", () => {
    expect(verdict(schedule({ validUntil: after(NOW, 10_001) }))).toEqual([
      "S9 lease of 10.001 s, allowed up to 10 s",
    ]);
    expect(verdict(schedule({ effectiveAt: after(NOW, -1) }))).toEqual([
      "S9 takes effect 0.001 s in the past",
    ]);
    const late = startsAt([["2-6", 5]]);
    expect(
      verdict(schedule({ effectiveAt: after(NOW, 5_000), validUntil: after(NOW, 5_000), stages: late })),
    ).toEqual(["S9 takes effect 0 s after its lease has ended"]);
    expect(
      verdict(schedule({ validUntil: instantMs(Number.NaN) })).some((fault) => fault.startsWith("S9")),
    ).toBe(true);
  });
});

describe("S11", () => {
  it("is no change that traps a turn, the first one included", () => {
    const phases = leftTurnCrossing().phases.map((phase) => ({
      ...phase,
      permissiveDisplay: "circular" as const,
    }));
    const trapping = {
      ...leftTurnCrossing(),
      phases,
      stages: [...leftTurnCrossing().stages, { id: "a", phases: ["A"], permissive: [] }],
    };
    const trap = "S11 stage ab to a: the circular green of phase B ends, opposing phase A stays green";
    expect(verdict(schedule({ stages: startsAt([["a", 0]]) }), { stage: "ab" }, trapping)).toEqual([trap]);
    expect(verdict(schedule({ stages: startsAt([["a", 0]]) }), { stage: "c" }, trapping)).toEqual([]);
    const later = startsAt([
      ["ab", 0],
      ["a", 20],
    ]);
    expect(verdict(schedule({ stages: later }), { stage: "c" }, trapping)).toEqual([trap]);
  });
});

describe("S12", () => {
  it("is what the rings can show", () => {
    const wrong = ringCrossing();
    const stages = [...wrong.stages, { id: "1-2", phases: ["1", "2"], permissive: [] }];
    expect(
      verdict(schedule({ stages: startsAt([["1-2", 0]]) }), {}, { ...wrong, conflicts: [], stages }),
    ).toEqual(["S12 stage 1-2: phases 1 and 2 stand in one ring"]);
  });
});

describe("S15", () => {
  it("writes stages and starts, and nothing else", () => {
    expect(verdict(withField(schedule(), "yellowMs"))[0]).toMatch(/^S15 a schedule may not set yellowMs/);
    const stages = startsAt([["2-6", 0]]).map((one) => withField(one, "greenMinMs"));
    expect(verdict(schedule({ stages }))[0]).toMatch(/^S15 stage 2-6 may not set greenMinMs/);
    expect(verdict(schedule({ id: "" }))).toEqual(["S15 a schedule without an id"]);
  });

  it("has whole instants, each start after the one before", () => {
    expect(verdict(schedule({ basedOnAt: (NOW + 0.5) as typeof NOW }))).toEqual([
      `S15 instant ${NOW + 0.5}, whole milliseconds needed`,
    ]);
    const early = [{ stage: "2-6", startAt: after(NOW, -1) }];
    expect(verdict(schedule({ stages: early }))).toEqual([
      `S15 stage 2-6 starts at ${NOW - 1}: from ${NOW} on, each after the one before`,
    ]);
    const twice = verdict(
      schedule({
        stages: startsAt([
          ["2-6", 0],
          ["2-6", 0],
        ]),
      }),
    );
    expect(twice).toContain(`S15 stage 2-6 starts at ${NOW}: from ${NOW} on, each after the one before`);
  });

  it("extends a red by five seconds at most, and none in rings", () => {
    const extended = (ms: number, intersection: Intersection) =>
      verdict(
        schedule({ stages: startsAt([["ab", 0]]), redUntilAt: after(NOW, ms) }),
        { stage: "ab" },
        intersection,
      );
    expect(extended(5_000, leftTurnCrossing())).toEqual([]);
    expect(extended(5_100, leftTurnCrossing())).toEqual(["S15 red extended by 5.1 s, at most 5 s allowed"]);
    const inRings = schedule({ stages: startsAt([["2-6", 0]]), redUntilAt: after(NOW, 100) });
    expect(verdict(inRings, {}, ringCrossing())).toContain("S15 red extended by 0.1 s, at most 0 s allowed");
    expect(verdict(schedule({ redUntilAt: (NOW + 0.5) as typeof NOW }))).toEqual([
      `S15 instant ${NOW + 0.5}, whole milliseconds needed`,
    ]);
  });

  it("names at most eight stages", () => {
    expect(naming(8)).toEqual([]);
    expect(naming(9)).toEqual(["S15 9 stages, at most 8 allowed"]);
  });
});

describe("S16", () => {
  it.each([
    ["startUp", "start-up"],
    ["preempt", "preemption"],
    ["flash", "flash"],
    ["tripped", "flash by its monitor"],
  ] as const)("schedules nothing in %s", (operation, name) => {
    expect(verdict(schedule(), { operation })).toEqual([`S16 the intersection is in ${name}`]);
  });
});
