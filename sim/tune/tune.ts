import { declarationOf, type ParameterPath } from "../../src/engine/parameters/declarations.ts";
import { type Setting, settingText } from "../../src/engine/parameters/settings.ts";
import { meanOf, pairedTest } from "../whatif/statistics.ts";
import { type BudgetPlan, budgetPlan } from "./budget.ts";
import { latinHypercube } from "./hypercube.ts";
import { type Dimension, settingsAt, valueAt } from "./space.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** What one run came to. */
export type Outcome = {
  /** Less is better. */
  readonly objective: number;
  readonly jammed: boolean;
  /** Whether the heads showed what they must not. */
  readonly unsafe: boolean;
};

/** A run that is wanted. */
export type Trial = { readonly settings: readonly Setting[]; readonly seed: number };

/** What trials came to, in their order; `undefined` for one that failed, or that was not run because the user has had enough. */
export type Measured = { readonly outcomes: readonly (Outcome | undefined)[]; readonly stopped: boolean };
export type Measure = (stage: Stage, trials: readonly Trial[]) => Promise<Measured>;

export type Stage = "screening" | "search" | "confirmation";

export type TuneOptions = {
  readonly dimensions: readonly Dimension[];
  /** Runs in all. */
  readonly budget: number;
  readonly seeds: readonly number[];
  /** None of them among `seeds`. */
  readonly confirmSeeds: readonly number[];
};

/** What a candidate does to the objective against the defaults, seed by seed. */
export type Candidate = {
  readonly settings: readonly Setting[];
  /** Candidate less defaults; `null` without a pair. */
  readonly differenceMean: number | null;
  /** 95 % interval of the mean difference; `null` with too few pairs. */
  readonly ci95: readonly [low: number, high: number] | null;
  readonly pairs: number;
  /** Mean of the objective with the defaults, over the same seeds; `null` without a pair. */
  readonly baseMean: number | null;
  /** Runs that jammed, more than with the defaults. */
  readonly jammed: number;
  /** Runs in which the heads showed what they must not. */
  readonly unsafe: number;
};

/** What one parameter alone does, at both ends of its range. */
export type Sensitivity = {
  readonly path: ParameterPath;
  readonly default: number;
  /** Those of the two ends that are not the default. */
  readonly ends: readonly (Candidate & { readonly value: number })[];
  /** The larger of the mean differences, without sign. */
  readonly effect: number;
  /** Whether the search goes on with it. */
  readonly searched: boolean;
};

export type Tuning = {
  readonly plan: BudgetPlan;
  readonly runs: number;
  /** Most influential first. */
  readonly screening: readonly Sensitivity[];
  /** By what they came to with the seeds that each was given, the most seeds first, then the best. */
  readonly candidates: readonly Candidate[];
  /** Of the best candidate on fresh seeds; `undefined` where none was better in training, or the user stopped before. */
  readonly confirmation: Candidate | undefined;
  readonly verdict: Verdict;
};

/** The search goes on with so many of the most influential parameters at most: few runs say nothing of more. */
const SEARCHED_MAX = 4;

/**
 * Screens, searches and confirms (see DESIGN.md). The same options and outcomes give the same tuning, and no run is asked for twice.
 */
export async function tune(options: TuneOptions, measure: Measure): Promise<Tuning> {
  const plan = budgetPlan(
    options.budget,
    options.dimensions.length,
    options.seeds.length,
    options.confirmSeeds.length,
  );
  const ledger = createLedger(measure);
  const report = (
    stopped: boolean,
    found: Partial<Pick<Tuning, "screening" | "candidates" | "confirmation">>,
  ) => {
    const { screening = [], candidates = [], confirmation } = found;
    const verdict = verdictOf(candidates[0], confirmation, stopped);
    return { plan, runs: ledger.runs(), screening, candidates, confirmation, verdict };
  };
  const screened = await screen(options, ledger);
  const known = { screening: screened.sensitivities };
  if (screened.stopped) return report(true, known);
  const searched = await search(options, plan, screened.sensitivities, ledger);
  const candidates = ranked([...searched.candidates, ...screened.sensitivities.flatMap(({ ends }) => ends)]);
  if (searched.stopped) return report(true, { ...known, candidates });
  const [best] = candidates;
  if (best === undefined || !isPromising(best)) return report(false, { ...known, candidates });
  const done = await ledger.run("confirmation", trialsOf([[], best.settings], options.confirmSeeds));
  const confirmation = candidateOf(best.settings, options.confirmSeeds, ledger);
  return report(!done, { ...known, candidates, confirmation });
}

/** Each parameter at both ends of its range, the others at their defaults. */
async function screen({ dimensions, seeds }: TuneOptions, ledger: Ledger) {
  const ends = dimensions.map((dimension) =>
    [0, 1]
      .map((part): Setting => ({ path: dimension.path, value: valueAt(dimension, part) }))
      .filter(({ path, value }) => value !== declarationOf(path).default),
  );
  const points = [[], ...ends.flat().map((setting) => [setting])];
  const done = await ledger.run("screening", trialsOf(points, seeds));
  const found = dimensions.map(({ path }, place) => {
    const candidates = (ends[place] ?? []).map((setting) => ({
      ...candidateOf([setting], seeds, ledger),
      value: setting.value,
    }));
    const effect = Math.max(0, ...candidates.map(({ differenceMean }) => Math.abs(differenceMean ?? 0)));
    return { path, default: declarationOf(path).default, ends: candidates, effect };
  });
  const sensitivities = found
    .toSorted((left, right) => right.effect - left.effect)
    .map((one, place): Sensitivity => ({ ...one, searched: place < SEARCHED_MAX && one.effect > 0 }));
  return { stopped: !done, sensitivities };
}

/** Successive halving over a Latin hypercube of the parameters that matter. */
async function search(
  { dimensions, seeds }: TuneOptions,
  { rungs }: BudgetPlan,
  screening: readonly Sensitivity[],
  ledger: Ledger,
) {
  const axes = dimensions.filter(({ path }) => screening.some((one) => one.path === path && one.searched));
  if (axes.length === 0) return { stopped: false, candidates: [] };
  const count = rungs[0]?.candidates ?? 0;
  const points = latinHypercube(count, axes.length, seeds[0] ?? 0).map((point) => settingsAt(axes, point));
  const together = bestEnds(screening);
  let remaining = together.length > 1 ? [together, ...points.slice(1)] : points;
  const tried = new Map<string, Candidate>();
  for (const rung of rungs) {
    const used = seeds.slice(0, rung.seeds);
    remaining = remaining.slice(0, rung.candidates);
    const done = await ledger.run("search", trialsOf(remaining, used));
    const found = remaining.map((settings) => candidateOf(settings, used, ledger));
    for (const candidate of found) tried.set(keyOf(candidate.settings), candidate);
    if (!done) return { stopped: true, candidates: [...tried.values()] };
    remaining = found.toSorted(byMerit).map(({ settings }) => settings);
  }
  return { stopped: false, candidates: [...tried.values()] };
}

/** Of each parameter that is searched the end that was better than the default, all at once: what adds up is found without a search. */
function bestEnds(screening: readonly Sensitivity[]): readonly Setting[] {
  return screening
    .filter(({ searched }) => searched)
    .flatMap(({ ends }) => ends.filter(isPromising).toSorted(byMerit).slice(0, 1))
    .flatMap(({ settings }) => settings);
}

/** Those with the most seeds first, and of these the best. */
function ranked(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((left, right) => right.pairs - left.pairs || byMerit(left, right));
}

/** A jam or an unsafe signal is worse than any delay; what never ran is last. */
function byMerit(left: Candidate, right: Candidate): number {
  const merit = ({ differenceMean, jammed, unsafe }: Candidate): readonly number[] => [
    unsafe,
    jammed,
    differenceMean ?? Number.POSITIVE_INFINITY,
  ];
  const [one, other] = [merit(left), merit(right)];
  const place = one.findIndex((value, index) => value !== other[index]);
  return place < 0 ? 0 : (one[place] ?? 0) - (other[place] ?? 0);
}

function isPromising({ differenceMean, unsafe }: Candidate): boolean {
  return unsafe === 0 && differenceMean !== null && differenceMean < 0;
}

function trialsOf(points: readonly (readonly Setting[])[], seeds: readonly number[]): readonly Trial[] {
  return seeds.flatMap((seed) => points.map((settings) => ({ settings, seed })));
}

function candidateOf(settings: readonly Setting[], seeds: readonly number[], ledger: Ledger): Candidate {
  const pairs = seeds.flatMap((seed) => {
    const [base, own] = [ledger.outcome({ settings: [], seed }), ledger.outcome({ settings, seed })];
    return base === undefined || own === undefined ? [] : [{ base, own }];
  });
  const { differenceMean, ci95 } = pairedTest(pairs.map(({ base, own }) => own.objective - base.objective));
  return {
    settings,
    differenceMean,
    ci95,
    pairs: pairs.length,
    baseMean: meanOf(pairs.map(({ base }) => base.objective)),
    jammed: pairs.reduce((sum, { base, own }) => sum + Number(own.jammed) - Number(base.jammed), 0),
    unsafe: pairs.reduce((sum, { own }) => sum + Number(own.unsafe), 0),
  };
}

/** What has been run. */
type Ledger = {
  /** Runs those that are not known yet; whether all of them have been run. */
  readonly run: (stage: Stage, trials: readonly Trial[]) => Promise<boolean>;
  readonly outcome: (trial: Trial) => Outcome | undefined;
  readonly runs: () => number;
};

function createLedger(measure: Measure): Ledger {
  const outcomes = new Map<string, Outcome | undefined>();
  return {
    run: async (stage, trials) => {
      const wanted = new Map(trials.map((trial) => [trialName(trial), trial]));
      const unknown = [...wanted].filter(([key]) => !outcomes.has(key));
      if (unknown.length === 0) return true;
      const found = await measure(
        stage,
        unknown.map(([, trial]) => trial),
      );
      for (const [place, [key]] of unknown.entries()) {
        const outcome = found.outcomes[place];
        if (!found.stopped || outcome !== undefined) outcomes.set(key, outcome);
      }
      return !found.stopped;
    },
    outcome: (trial) => outcomes.get(trialName(trial)),
    runs: () => outcomes.size,
  };
}

function trialName({ settings, seed }: Trial): string {
  return `${seed} ${keyOf(settings)}`;
}

function keyOf(settings: readonly Setting[]): string {
  return settings.map(settingText).toSorted().join(" ");
}
