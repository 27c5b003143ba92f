import { PhasewiseError } from "../../src/errors.ts";

/** How many candidates are tried with how many seeds. */
export type Rung = { readonly candidates: number; readonly seeds: number };

/** Of the candidates of a rung this share goes on, with twice as many seeds. */
const HALF = 2;
/** A search among fewer is none. */
const CANDIDATES_MIN = 4;
/** Beyond so many a hypercube of a few dimensions is dense enough. */
const CANDIDATES_MAX = 256;

export type BudgetPlan = {
  /** Runs that screening takes: the defaults and two values of each parameter with every training seed. */
  readonly screeningRuns: number;
  readonly rungs: readonly Rung[];
  readonly searchRuns: number;
  /** The defaults and the winner, with every seed of the confirmation. */
  readonly confirmationRuns: number;
};

/**
 * Shares a number of runs out: screening and confirmation have what they need, the rest is for successive halving (Jamieson and Talwalkar
 * 2016) among as many candidates as it is enough for. Throws OPTION_INVALID where it is not enough for four.
 */
export function budgetPlan(
  budget: number,
  parameters: number,
  seeds: number,
  confirmSeeds: number,
): BudgetPlan {
  const screeningRuns = (2 * parameters + 1) * seeds;
  const confirmationRuns = 2 * confirmSeeds;
  const left = budget - screeningRuns - confirmationRuns;
  const least = runsOf(rungsFor(CANDIDATES_MIN, seeds));
  if (left < least) {
    const needed = screeningRuns + least + confirmationRuns;
    throw new PhasewiseError(
      "OPTION_INVALID",
      `--budget ${budget}: ${parameters} parameters with ${seeds} training and ${confirmSeeds} other seeds need ${needed} runs (screening ${screeningRuns}, search ${least}, confirmation ${confirmationRuns}); allowed is that or more`,
    );
  }
  let candidates = CANDIDATES_MIN;
  while (candidates < CANDIDATES_MAX && runsOf(rungsFor(candidates + 1, seeds)) <= left) candidates += 1;
  const rungs = rungsFor(candidates, seeds);
  return { screeningRuns, rungs, searchRuns: runsOf(rungs), confirmationRuns };
}

/** One seed for all, then twice as many for the better half, until every seed has been used. */
export function rungsFor(candidates: number, seeds: number): readonly Rung[] {
  const rungs: Rung[] = [];
  let [left, used] = [candidates, 1];
  for (;;) {
    rungs.push({ candidates: left, seeds: used });
    if (used === seeds) return rungs;
    left = Math.max(1, Math.ceil(left / HALF));
    used = Math.min(seeds, used * HALF);
  }
}

/** Seeds of the rung before are not run again. */
export function runsOf(rungs: readonly Rung[]): number {
  return rungs.reduce(
    (sum, { candidates, seeds }, place) => sum + candidates * (seeds - (rungs[place - 1]?.seeds ?? 0)),
    0,
  );
}
