import { defined } from "../../src/assert.ts";
import { type JudgedDifference, judgeFamily } from "./family.ts";
import { thousandths } from "./measures.ts";
import { comparedArms, roundedDifference } from "./report.ts";
import type { ModeMeasures, MovementMeasures, ProfileInterval, RunDetail } from "./run-detail.ts";
import { meanInterval, meanOf } from "./statistics.ts";

/** A run by its seed, and what it came to by movement, by mode and over time. */
export type DetailedRun = { readonly seed: number; readonly detail: RunDetail };

/** The delay of a part of those who travel, over the seeds in which both arms had some. */
type PartComparison = JudgedDifference & {
  readonly base: string;
  readonly variant: string;
  /** A run of the variant's. */
  readonly countMean: number;
  readonly baseDelaySeconds: number;
  readonly variantDelaySeconds: number;
  readonly baseDelayP95Seconds: number;
  readonly variantDelayP95Seconds: number;
};

/** All movements of one base and variant are one family. */
export type MovementComparison = PartComparison & Pick<MovementMeasures, "intersection" | "movement">;
/** All modes of one base and variant are one family. */
export type ModeComparison = PartComparison & Pick<ModeMeasures, "mode">;

/** A mean over the seeds with its 95 % interval, which a single seed has not. */
export type Band = {
  readonly mean: number;
  readonly ci95: readonly [low: number, high: number] | null;
};

/** An interval of the run, over the seeds of an arm. */
export type ProfileBand = {
  readonly fromSeconds: number;
  readonly lostVehSeconds: Band;
  readonly vehiclesMean: Band;
};

export type DetailReport = {
  readonly movements: readonly MovementComparison[];
  readonly modes: readonly ModeComparison[];
  /** By arm, in the order of time. */
  readonly profiles: Readonly<Record<string, readonly ProfileBand[]>>;
};

/** What the runs of all arms came to in detail; the first arm is the base, unless `baseOf` names another. */
export function detailReportOf(
  runsOf: ReadonlyMap<string, readonly DetailedRun[]>,
  baseOf: (name: string) => string | undefined = () => undefined,
): DetailReport {
  const arms = comparedArms([...runsOf.keys()], baseOf);
  return {
    movements: arms.flatMap((arm) => movementsOf(arm, runsOf)),
    modes: arms.flatMap((arm) => modesOf(arm, runsOf)),
    profiles: Object.fromEntries([...runsOf].map(([name, runs]) => [name, profileOf(runs)])),
  };
}

type Arms = { readonly base: string; readonly variant: string };
type RunsOf = ReadonlyMap<string, readonly DetailedRun[]>;

function movementsOf(arms: Arms, runsOf: RunsOf): readonly MovementComparison[] {
  return partsOf(arms, runsOf, ({ movements }) =>
    movements.map(({ intersection, movement, vehicles, delaySeconds, delayP95Seconds }) => ({
      part: { intersection, movement },
      count: vehicles,
      delaySeconds,
      delayP95Seconds,
    })),
  );
}

function modesOf(arms: Arms, runsOf: RunsOf): readonly ModeComparison[] {
  return partsOf(arms, runsOf, ({ modes }) =>
    modes.map(({ mode, ...measures }) => ({ part: { mode }, ...measures })),
  );
}

type PartMeasures<Part> = {
  readonly part: Part;
  readonly count: number;
  readonly delaySeconds: number;
  readonly delayP95Seconds: number;
};
type PartPair<Part> = { readonly was: PartMeasures<Part>; readonly is: PartMeasures<Part> };

/** The parts as one family, in the order in which they are first met. Ids have no space in them, so that a key is one part's alone. */
function partsOf<Part extends Readonly<Record<string, string>>>(
  { base, variant }: Arms,
  runsOf: RunsOf,
  read: (detail: RunDetail) => readonly PartMeasures<Part>[],
): readonly (PartComparison & Part)[] {
  const keyed = (run: DetailedRun | undefined): ReadonlyMap<string, PartMeasures<Part>> => {
    const parts = run === undefined ? [] : read(run.detail).filter(({ count }) => count > 0);
    return new Map(parts.map((measures) => [Object.values(measures.part).join(" "), measures]));
  };
  const before = new Map(runsOf.get(base)?.map((run) => [run.seed, run]));
  const pairsOf = new Map<string, PartPair<Part>[]>();
  for (const run of (runsOf.get(variant) ?? []).toSorted((left, right) => left.seed - right.seed)) {
    const measuresBefore = keyed(before.get(run.seed));
    for (const [key, is] of keyed(run)) {
      const was = measuresBefore.get(key);
      if (was !== undefined) pairsOf.set(key, [...(pairsOf.get(key) ?? []), { was, is }]);
    }
  }
  const parts = [...pairsOf.values()];
  const judged = judgeFamily(
    parts.map((pairs) => ({
      base: pairs.map(({ was }) => was.delaySeconds),
      variant: pairs.map(({ is }) => is.delaySeconds),
      better: "less",
    })),
  );
  return parts.map((pairs, place) => ({
    ...defined(pairs[0], "first pair").is.part,
    base,
    variant,
    countMean: meanFor(pairs, ({ is }) => is.count),
    baseDelaySeconds: meanFor(pairs, ({ was }) => was.delaySeconds),
    variantDelaySeconds: meanFor(pairs, ({ is }) => is.delaySeconds),
    baseDelayP95Seconds: meanFor(pairs, ({ was }) => was.delayP95Seconds),
    variantDelayP95Seconds: meanFor(pairs, ({ is }) => is.delayP95Seconds),
    ...roundedDifference(defined(judged[place], "judgement")),
  }));
}

function meanFor<Pair>(pairs: readonly Pair[], of: (pair: Pair) => number): number {
  return thousandths(defined(meanOf(pairs.map(of)) ?? undefined, "mean of some pairs"));
}

function profileOf(runs: readonly DetailedRun[]): readonly ProfileBand[] {
  const intervalsAt = new Map<number, ProfileInterval[]>();
  for (const interval of runs.flatMap(({ detail }) => detail.profile)) {
    const { fromSeconds } = interval;
    intervalsAt.set(fromSeconds, [...(intervalsAt.get(fromSeconds) ?? []), interval]);
  }
  return [...intervalsAt]
    .toSorted(([left], [right]) => left - right)
    .map(([fromSeconds, intervals]) => ({
      fromSeconds,
      lostVehSeconds: bandOf(intervals.map(({ lostVehSeconds }) => lostVehSeconds)),
      vehiclesMean: bandOf(intervals.map(({ vehiclesMean }) => vehiclesMean)),
    }));
}

function bandOf(values: readonly number[]): Band {
  const interval = meanInterval(values);
  const ci95 =
    interval === null ? null : ([thousandths(interval.ci95[0]), thousandths(interval.ci95[1])] as const);
  return { mean: thousandths(defined(meanOf(values) ?? undefined, "mean of some runs")), ci95 };
}
