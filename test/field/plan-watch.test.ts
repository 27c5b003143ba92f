import { expect, it } from "vitest";
import { cycleRuns, NO_PLANS, planCame, planRuns, type PlanWatch } from "../../sim/field/plan-watch.ts";
import type { TimingPlanFrame } from "../../src/protocol/frames.ts";
import type { ActivePlan, CycleState } from "../../src/signal/coordination.ts";
import { instantMs } from "../../src/units.ts";

const CYCLE_MS = 60_000;
const timing = { cycleMs: CYCLE_MS, offsetMs: 0, stages: [{ stage: "a", splitMs: CYCLE_MS }] };
const local: ActivePlan = { id: "day", source: "local", timing };

const lent = (id: string): ActivePlan => ({ id, source: "plan", timing });

const frame = (id: string, validUntil: number): TimingPlanFrame => ({
  type: "timingPlan",
  seq: 1,
  at: 0,
  id,
  intersection: "x",
  basedOnAt: 0,
  effectiveAt: 0,
  validUntil,
  ...timing,
  reason: "a test",
});

/** Two plans have come, the first one's lease ends at 100 s, the second one's at 200 s; then what runs from second to second. */
function watched(...runs: readonly (readonly [ActivePlan, number])[]): PlanWatch {
  const came = planCame(planCame(NO_PLANS, frame("p1", 100_000)), frame("p2", 200_000));
  return runs.reduce((watch, [plan, seconds]) => planRuns(watch, plan, instantMs(seconds * 1000)), came);
}

it("counts a plan once, however long it runs", () => {
  const watch = watched([local, 0], [lent("p1"), 10], [lent("p1"), 11], [lent("p2"), 70]);
  expect(watch.begun.size).toBe(2);
  expect(watch).toMatchObject({ running: "p2", begunAgain: 0, fallbacks: 0, pastLeaseMaxCycles: 0 });
});

it("sees a plan that is run again, after another one or after the local plan", () => {
  expect(watched([lent("p1"), 10], [lent("p2"), 70], [lent("p1"), 90])).toMatchObject({ begunAgain: 1 });
  expect(watched([lent("p1"), 10], [local, 70], [lent("p1"), 90])).toMatchObject({
    begunAgain: 1,
    fallbacks: 1,
  });
});

it("measures how long a plan is run without a lease", () => {
  expect(watched([lent("p1"), 10], [lent("p1"), 100])).toMatchObject({ pastLeaseMaxCycles: 0 });
  // 30 s behind a lease until 100 s, half a cycle; what comes later is less.
  const late = watched([lent("p1"), 130], [local, 131], [lent("p2"), 215]);
  expect(late).toMatchObject({ pastLeaseMaxCycles: 0.5, fallbacks: 1 });
  expect(watched([lent("stranger"), 60]).pastLeaseMaxCycles, "a plan that nobody sent").toBe(1);
});

const cycle = (
  startSeconds: number,
  coordination: CycleState["coordination"],
  disturbedBy: CycleState["disturbedBy"] = "nothing",
): CycleState => ({
  timing,
  startAt: instantMs(startSeconds * 1000),
  splitsMs: [CYCLE_MS],
  coordination,
  disturbedBy,
  slot: 0,
  targets: null,
});

it("counts the cycles in transition, each once, and those in step and free operation not", () => {
  const seen = [
    null,
    cycle(0, "transition"),
    cycle(0, "transition"),
    cycle(66, "transition"),
    cycle(120, "inStep"),
    null,
    cycle(300, "transition"),
    cycle(360, "transition", "recovery"),
  ];
  expect(seen.reduce(cycleRuns, NO_PLANS).transitionCycles).toBe(3);
});
