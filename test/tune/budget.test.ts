import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetPlan, rungsFor, runsOf } from "../../sim/tune/budget.ts";
import { PhasewiseError } from "../../src/errors.ts";

describe("successive halving", () => {
  it("doubles the seeds of the better half until all are used", () => {
    const rungs = rungsFor(10, 3);
    expect(rungs).toEqual([
      { candidates: 10, seeds: 1 },
      { candidates: 5, seeds: 2 },
      { candidates: 3, seeds: 3 },
    ]);
    // Ten with the first seed, five more with the second, three more with the third.
    expect(runsOf(rungs)).toBe(18);
  });

  it("is one rung with one seed", () => {
    expect(rungsFor(7, 1)).toEqual([{ candidates: 7, seeds: 1 }]);
  });
});

describe("a budget", () => {
  it("is shared out by hand", () => {
    // Six parameters: 13 points with two seeds; 12 of confirmation; 12 left: 8 candidates, 4 of them with the second seed.
    expect(budgetPlan(50, 6, 2, 6)).toEqual({
      screeningRuns: 26,
      rungs: [
        { candidates: 8, seeds: 1 },
        { candidates: 4, seeds: 2 },
      ],
      searchRuns: 12,
      confirmationRuns: 12,
    });
  });

  it("is never exceeded, and refused where it is too small, with what is needed", () => {
    const sizes = fc.tuple(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 2, max: 20 }),
    );
    let [planned, refused] = [0, 0];
    fc.assert(
      fc.property(sizes, ([budget, parameters, seeds, confirmSeeds]) => {
        try {
          const plan = budgetPlan(budget, parameters, seeds, confirmSeeds);
          expect(plan.screeningRuns + plan.searchRuns + plan.confirmationRuns).toBeLessThanOrEqual(budget);
          planned += 1;
        } catch (cause) {
          if (!(cause instanceof PhasewiseError)) throw cause;
          const needed = Number(/need (\d+) runs/.exec(cause.message)?.[1]);
          expect(needed).toBeGreaterThan(budget);
          expect(() => budgetPlan(needed, parameters, seeds, confirmSeeds)).not.toThrow();
          refused += 1;
        }
      }),
    );
    expect(Math.min(planned, refused)).toBeGreaterThan(5);
  });
});
