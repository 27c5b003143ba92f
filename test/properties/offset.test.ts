import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type TimingTable, timingTable } from "../../src/model/timing.ts";
import type { ActivePlan, CycleState } from "../../src/signal/coordination.ts";
import { advanceSignal, startSignal } from "../../src/signal/machine.ts";
import type { SignalState } from "../../src/signal/state.ts";
import { after, HOUR_MS, modulo } from "../../src/units.ts";
import { MIDNIGHT } from "../signal/crossings.ts";
import { active } from "../signal/run.ts";
import { intersections, timingChoices, timingFor } from "./intersections.ts";

const cases = fc.record({
  intersection: intersections,
  stepMs: fc.constantFrom(100, 500, 1_000),
  startSteps: fc.nat(HOUR_MS / 100),
  before: timingChoices,
  after: timingChoices,
});

/** The first cycles of `plan`, which follows whatever runs in `state`. */
function cyclesOf(
  table: ReturnType<typeof timingTable>,
  state: SignalState,
  plan: ActivePlan,
  count: number,
): readonly CycleState[] {
  const cycles: CycleState[] = [];
  let current = state;
  while (cycles.length < count) {
    current = advanceSignal(table, current, MIDNIGHT, current.dueAt, () => plan).state;
    const { cycle } = current;
    if (cycle === null || current.plan !== plan) continue;
    // A cycle whose first green comes late begins with it.
    if (cycle.startAt < (cycles.at(-1)?.startAt ?? 0) + table.stepMs) continue;
    if (cycle.slot === 0 && cycle.startAt <= current.at) cycles.push(cycle);
  }
  return cycles;
}

/** A red that is shorter than red revert delays every cycle, and nobody gets in step: that is another test's matter. */
function withoutRedRevert(table: TimingTable): TimingTable {
  const phases = table.phases.map((phase) => ({
    ...phase,
    actuation: { ...phase.actuation, redRevertMs: 0 },
  }));
  return { ...table, phases };
}

describe("the offset of a new plan", () => {
  it("is reached within the cycles that the envelope's share takes, and kept", () => {
    const seen = { lengthened: 0, shortened: 0, inStepAtOnce: 0, slowest: 0 };
    fc.assert(
      fc.property(cases, (given) => {
        const table = withoutRedRevert(timingTable(given.intersection, given.stepMs));
        const { transitionLengthenRatio } = given.intersection.envelope;
        const plan = active(timingFor(table, given.after), "after");
        const before = active(timingFor(table, given.before), "before");
        const start = startSignal(table, before, MIDNIGHT, after(MIDNIGHT, given.startSteps * given.stepMs));
        const { cycleMs, offsetMs } = timingFor(table, given.after);
        // One cycle more: a green that was prolonged at the change of plan may be made up for once.
        const lengthenMs = Math.max(
          given.stepMs,
          Math.floor((cycleMs * transitionLengthenRatio) / given.stepMs) * given.stepMs,
        );
        const allowed = Math.ceil(cycleMs / lengthenMs) + 1;
        const cycles = cyclesOf(table, start, plan, allowed + 6);
        expect(cycles).toHaveLength(allowed + 6);
        const reached = cycles.findIndex(({ coordination }) => coordination === "inStep");
        expect(reached, "cycles until in step").toBeLessThanOrEqual(allowed);
        expect(reached, "ever in step").toBeGreaterThanOrEqual(0);
        for (const { coordination, startAt } of cycles.slice(allowed)) {
          expect(coordination).toBe("inStep");
          const lateMs = modulo(startAt - MIDNIGHT - offsetMs, cycleMs);
          expect(Math.min(lateMs, cycleMs - lateMs), "ms out of step").toBeLessThan(given.stepMs);
        }
        const sums = cycles.map(({ splitsMs }) => splitsMs.reduce((sum, splitMs) => sum + splitMs, 0));
        seen.lengthened += sums.some((sum) => sum > cycleMs) ? 1 : 0;
        seen.shortened += sums.some((sum) => sum < cycleMs) ? 1 : 0;
        seen.inStepAtOnce += reached === 0 ? 1 : 0;
        seen.slowest = Math.max(seen.slowest, reached);
        // The first cycle may run over for a green that has just begun, and past the offset that it aimed at.
        const later = sums.slice(1);
        const toAndFro = later.some((sum) => sum > cycleMs) && later.some((sum) => sum < cycleMs);
        expect(toAndFro, "to and fro").toBe(false);
      }),
      { numRuns: 500 },
    );
    for (const [kind, count] of Object.entries(seen)) expect(count, kind).toBeGreaterThan(2);
  });
});
