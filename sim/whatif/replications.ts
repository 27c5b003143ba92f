import { defined } from "../../src/assert.ts";
import { meanInterval, replicationsNeeded } from "./statistics.ts";

/** Which seeds are run: those that are named, or as many as a precision needs. */
export type Replications =
  | { readonly kind: "listed"; readonly seeds: readonly number[] }
  | {
      readonly kind: "auto";
      /** The others follow it. */
      readonly firstSeed: number;
      /** Of each mean and mean difference: half its 95 % interval over the mean, or over the base's mean. */
      readonly precision: number;
      readonly minReps: number;
      readonly maxReps: number;
    };

/** Mean delays of an arm by seed; of a seed that failed there is none. */
export type DelaysBySeed = ReadonlyMap<number, number>;

/** An arm's delays, and its base's; `undefined` for the arm that is the base of others. */
export type ArmDelays = { readonly own: DelaysBySeed; readonly base: DelaysBySeed | undefined };

/** The seeds of the first batch: all that are named, or the pilot. */
export function firstSeeds(replications: Replications): readonly number[] {
  if (replications.kind === "listed") return replications.seeds;
  return seedsFrom(replications.firstSeed, replications.minReps);
}

/**
 * The seeds to run after whole batches of `done` replications: as many more as the widest interval needs by what is known so far, none
 * where all are narrow enough or the most are done. They follow from the runs alone, whatever order those were in.
 */
export function moreSeeds(
  replications: Replications,
  done: number,
  arms: readonly ArmDelays[],
): readonly number[] {
  if (replications.kind === "listed") return [];
  const { firstSeed, maxReps } = replications;
  const needed = Math.max(...arms.map((arm) => repsNeeded(arm, replications)), 0);
  return seedsFrom(firstSeed + done, Math.min(needed, maxReps) - done);
}

/** Replications that make both the arm's own mean and its difference to the base as precise as is asked for. */
function repsNeeded(
  { own, base }: ArmDelays,
  { precision, maxReps }: Extract<Replications, { readonly kind: "auto" }>,
): number {
  const needed = (values: readonly number[], reference: number | undefined): number => {
    const interval = meanInterval(values);
    if (interval === null) return 0;
    return replicationsNeeded(interval.deviation, reference ?? interval.mean, precision) ?? maxReps;
  };
  const alone = needed([...own.values()], undefined);
  if (base === undefined) return alone;
  const pairs = [...own.keys()].filter((seed) => base.has(seed));
  const before = pairs.map((seed) => defined(base.get(seed), "base"));
  const differences = pairs.map((seed) => defined(own.get(seed), "own") - defined(base.get(seed), "base"));
  const mean = meanInterval(before)?.mean;
  return Math.max(alone, mean === undefined ? 0 : needed(differences, mean));
}

function seedsFrom(first: number, count: number): readonly number[] {
  return Array.from({ length: Math.max(0, count) }, (_, index) => first + index);
}
