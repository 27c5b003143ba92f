import { describe, expect, it } from "vitest";
import {
  advanceController,
  type ControllerState,
  type OutgoingFrame,
  receiveCommand,
  receivePlan,
  receiveSchedule,
  restartController,
  setClock,
  startController,
} from "../../sim/controller/controller.ts";
import { stateFrame } from "../../sim/controller/state-frame.ts";
import { QUIET_STREET } from "../../sim/controller/street-inputs.ts";
import type { Intersection } from "../../src/model/intersection.ts";
import type { StageSchedule } from "../../src/model/stage-schedule.ts";
import type { Order } from "../../src/protocol/frames.ts";
import { after, instantMs } from "../../src/units.ts";
import { nemaPlan } from "../safety/plans.ts";
import { ringCrossing } from "../safety/ring-crossing.ts";
import { schedule, type Starts, startsAt } from "../safety/schedules.ts";
import { crossing, MIDNIGHT, second } from "../signal/crossings.ts";
import { commandFrame, planFrame, scheduleFrame } from "./frames.ts";

/** Main street A green from 0 to 26 s, B from 30 to 56 s of a cycle of 60 s; both clear for 4 s and last 5 s at least. */
function twoStages(change: Partial<Intersection> = {}): Intersection {
  return {
    ...crossing({
      phases: { A: [5, 3, 1], B: [5, 3, 1] },
      stages: { a: ["A"], b: ["B"] },
      conflicts: ["A/B"],
      plans: { day: { a: 30, b: 30 } },
    }),
    ...change,
  };
}

function start(intersection: Intersection = twoStages()): ControllerState {
  return startController({ intersection, stepMs: 1_000, midnightAt: MIDNIGHT, at: second(0) });
}

type Seen = {
  readonly state: ControllerState;
  readonly frames: readonly OutgoingFrame[];
  readonly lamps: string;
};

/** Second by second up to and including `until`; `lamps` are phase A's. */
function run(from: ControllerState, until: number): Seen {
  const frames: OutgoingFrame[] = [];
  let state = from;
  let lamps = "";
  for (let at = after(from.at, 1_000); at <= second(until); at = after(at, 1_000)) {
    const step = advanceController(state, at, QUIET_STREET);
    state = step.state;
    frames.push(...step.frames);
    lamps += state.shown.lamps.charAt(0);
  }
  return { state, frames, lamps };
}

const at = (from: ControllerState, until: number): ControllerState => run(from, until).state;

/** Lends the stages from now on, their starts in seconds of the day. */
function lend(
  to: ControllerState,
  starts: Starts,
  change: Partial<StageSchedule> = {},
  result: "accepted" | "refused" = "accepted",
): ControllerState {
  const asked = schedule({
    basedOnAt: to.at,
    effectiveAt: to.at,
    validUntil: after(to.at, 10_000),
    stages: startsAt(starts, second(0)),
    ...change,
  });
  const answered = receiveSchedule(to, scheduleFrame(asked));
  expect(answered.frames).toMatchObject([{ type: "ack", schedule: asked.id, result }]);
  return answered.state;
}

function order(to: ControllerState, what: Order, seconds = 60): ControllerState {
  const frame = commandFrame({
    id: "c1",
    intersection: "x",
    effectiveAt: to.at,
    validUntil: after(to.at, seconds * 1_000),
    by: "operator",
    reason: "test",
    order: what,
  });
  const answered = receiveCommand(to, frame);
  expect(answered.frames).toMatchObject([{ command: "c1", result: "accepted" }]);
  return answered.state;
}

const alarms = ({ frames }: Seen): readonly string[] =>
  frames.flatMap((frame) =>
    frame.type === "alarm" ? [`${(frame.at - MIDNIGHT) / 1_000} ${frame.code}`] : [],
  );

describe("a stage schedule", () => {
  it("ends the green at the start of the stage that follows, to the second", () => {
    const lent = lend(at(start(), 10), [
      ["a", 10],
      ["b", 15],
    ]);
    // Seconds 11 to 20: green to 14, yellow from 15, red from 18.
    expect(run(lent, 20).lamps).toBe("GGGGyyyrrr");
    expect(at(lent, 19).shown.lamps).toBe("rG");
    expect(at(lent, 18).shown.lamps).toBe("rr");
  });

  it("begins a tick after it comes when its first stage is another one", () => {
    const lent = lend(at(start(), 10), [["b", 10]]);
    expect(advanceController(lent, instantMs(lent.at + 100), QUIET_STREET).state.shown.lamps).toBe("yr");
  });

  it("holds a green beyond the plan's end while it is renewed", () => {
    let state = at(start(), 20);
    for (let now = 20; now < 50; now += 5) {
      state = at(lend(state, [["a", now]], { id: `s${now}` }), now + 5);
      expect(state.shown.lamps).toBe("Gr");
    }
    expect(stateFrame(state)).toMatchObject({
      source: "schedule",
      intervention: "schedule",
      plan: "day",
      stage: "a",
    });
  });

  it("falls back to the timing plan when its ten seconds are over, and says so once", () => {
    // The plan ends A at 26 s, the lease at 30 s.
    const seen = run(lend(at(start(), 20), [["a", 20]]), 60);
    expect(seen.lamps.slice(0, 14)).toBe("GGGGGGGGGyyyrr");
    expect(alarms(seen)).toEqual(["30 SCHEDULE_EXPIRED"]);
    expect(stateFrame(at(lend(at(start(), 20), [["a", 20]]), 29)).source).toBe("schedule");
    expect(stateFrame(at(lend(at(start(), 20), [["a", 20]]), 30))).toMatchObject({ source: "local" });
  });

  it("is followed by a newer one, which waits for its turn while the one before goes on", () => {
    const first = lend(at(start(), 20), [["a", 20]]);
    const next = lend(at(first, 22), [["b", 29]], { id: "s2", effectiveAt: second(29) });
    const seen = run(next, 33);
    // Seconds 23 to 33: held until the second one's turn at 29 s.
    expect(seen.lamps).toBe("GGGGGGyyyrr");
    expect(alarms(seen)).toEqual(["32 SCHEDULE_EXPIRED"]);
  });

  it("that is replaced before its stage began does not begin it", () => {
    const first = lend(at(start(), 10), [
      ["a", 10],
      ["b", 15],
    ]);
    const kept = lend(at(first, 12), [["a", 12]], { id: "s2" });
    expect(run(kept, 22).lamps).toBe("GGGGGGGGGG");
  });

  it("asks for nothing before its first start: the plan goes on", () => {
    const lent = lend(at(start(), 20), [["a", 28]]);
    expect(run(lent, 28).lamps).toBe("GGGGGyyy");
    expect(stateFrame(at(lent, 24)).source).toBe("local");
  });

  it("keeps the next stage red for longer, up to five seconds however often it is asked for", () => {
    const clearing = at(
      lend(at(start(), 10), [
        ["a", 10],
        ["b", 15],
      ]),
      18,
    );
    // B is due at 19 s.
    const extended = (from: ControllerState, now: number, until: number) =>
      lend(from, [["b", now]], { id: `s${now}`, redUntilAt: second(until) });
    expect(run(extended(clearing, 18, 21), 22).lamps).toBe("rrrr");
    expect(at(extended(clearing, 18, 21), 20).shown.lamps).toBe("rr");
    expect(at(extended(clearing, 18, 21), 21).shown.lamps).toBe("rG");
    let state = clearing;
    for (let now = 18; now < 23; now += 1) {
      state = at(extended(state, now, now + 5), now + 1);
      expect(state.shown.lamps).toBe("rr");
    }
    expect(at(extended(state, 23, 28), 24).shown.lamps).toBe("rG");
  });

  it("never cuts a minimum green", () => {
    // B is green from 30 s on; A is asked for at 31 s.
    const lent = lend(at(start(), 31), [["a", 31]]);
    const shown = Array.from({ length: 10 }, (_, index) => at(lent, 32 + index).shown.lamps);
    expect(shown).toEqual(["rG", "rG", "rG", "ry", "ry", "ry", "rr", "Gr", "Gr", "Gr"]);
  });

  it("yields to who has waited as long as anybody may", () => {
    const patient = twoStages({ envelope: { ...twoStages().envelope, waitMaxSeconds: 60 } });
    let state = start(patient);
    const shown: string[] = [];
    for (let now = 0; now < 80; now += 1) {
      state = at(lend(state, [["a", now]], { id: `s${now}` }), now + 1);
      shown.push(state.shown.lamps);
    }
    // B is on recall: somebody counts as waiting from the first second of the schedule on, and A clears for 4 s.
    expect(shown.indexOf("rG") + 1).toBe(65);
    // It has its minimum, and A comes again.
    expect(shown.at(-1)).toBe("Gr");
  });

  it("yields to a preemption, and none is taken while it lasts", () => {
    const preempt = {
      id: "p1",
      kind: "emergency" as const,
      delaySeconds: 0,
      entry: { greenMinSeconds: 2, walkSeconds: 0, clearSeconds: 4 },
      dwell: { phases: ["B"], greenMinSeconds: 5 },
      exit: { phases: ["A"] },
      presenceMaxSeconds: 600,
    };
    const intersection = twoStages({
      preempts: [preempt],
    });
    const lent = lend(at(start(intersection), 10), [["a", 10]]);
    const on = { ...QUIET_STREET, preempts: [{ preempt: "p1", at: instantMs(lent.at + 1_000), on: true }] };
    const called = advanceController(lent, after(lent.at, 1_000), on).state;
    const preempted = run(called, 25);
    expect(preempted.state.shown.lamps).toBe("rG");
    expect(stateFrame(at(called, 13))).toMatchObject({ operation: "preempt", source: "local" });
    lend(preempted.state, [["a", 25]], { id: "s2" }, "refused");
    // Nobody can renew a schedule in a preemption: that its lease ended says nothing.
    expect(alarms(preempted)).toEqual([]);
  });

  it.each<readonly [string, Order]>([
    ["a forced stage", { kind: "forceStage", stage: "a" }],
    ["a hold", { kind: "hold", phases: ["A"] }],
    ["a pattern", { kind: "pattern", plan: "day" }],
  ])("yields to an operator's command: %s", (_, what) => {
    const lent = order(lend(at(start(), 10), [["b", 15]]), what);
    expect(run(lent, 20).lamps).toBe("GGGGGGGGGG");
    expect(stateFrame(at(lent, 16)).source).toBe("local");
  });

  it("runs over a leased plan too, and on rings", () => {
    const planned = receivePlan(
      start(),
      planFrame(
        nemaPlan({
          basedOnAt: second(0),
          effectiveAt: second(0),
          validUntil: second(900),
          cycleMs: 60_000,
          offsetMs: 0,
          stages: [
            { stage: "a", splitMs: 30_000 },
            { stage: "b", splitMs: 30_000 },
          ],
        }),
      ),
    ).state;
    const lent = lend(at(planned, 70), [["b", 75]]);
    expect(stateFrame(at(lent, 74))).toMatchObject({ source: "plan", intervention: "none" });
    expect(stateFrame(at(lent, 76))).toMatchObject({
      source: "schedule",
      intervention: "schedule",
      plan: "p1",
    });
    const rings = startController({
      intersection: ringCrossing(),
      stepMs: 1_000,
      midnightAt: MIDNIGHT,
      at: second(0),
    });
    // 1 and 5 are green; their minimum is 5 s.
    const crossed = at(lend(at(rings, 2), [["4", 3]]), 11);
    expect(crossed.shown.lamps).toBe("rrGrrr");
  });
});

describe("what a controller remembers of schedules", () => {
  it("refuses one that came before, also after a loss of power, and one that is older than the last", () => {
    const lent = lend(at(start(), 10), [["a", 10]]);
    lend(lent, [["a", 10]], {}, "refused");
    lend(lent, [["a", 10]], { id: "s0", basedOnAt: second(9) }, "refused");
    const restarted = restartController(lent);
    expect(restarted.leases.schedules).toEqual([]);
    expect(restarted.answered).toContain("s1");
  });

  it("runs a lease on its timers: a clock that is set neither prolongs nor cuts it", () => {
    for (const ahead of [-3_600_000, 3_600_000]) {
      const lent = setClock(lend(at(start(), 20), [["a", 20]]), ahead);
      expect(alarms(run(lent, 45))).toEqual(["30 SCHEDULE_EXPIRED"]);
    }
  });
});
