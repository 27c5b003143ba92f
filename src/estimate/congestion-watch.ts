import type { CongestionRisk } from "./congestion.ts";

export const CONGESTION_KINDS = ["oversaturated", "spillback"] as const;
export type CongestionKind = (typeof CONGESTION_KINDS)[number];

/** What an interval showed, as far as detectors can tell; `null`: not known, and no forecast of it is scored. */
export type CongestionSeen = Readonly<Record<CongestionKind, boolean | null>>;

/** How forecasts of one kind did: a contingency table and the sum of squared errors of the probabilities. */
export type CongestionScore = {
  readonly hits: number;
  readonly misses: number;
  readonly falseAlarms: number;
  readonly quiet: number;
  /** Of these forecasts, (probability − outcome)²: their mean is the Brier score. */
  readonly squaredErrors: number;
};

/** A warning that stands. */
export type CongestionWarning = {
  readonly kind: CongestionKind;
  /** Intervals from the one that is open now (0) to the first that is likely to be congested. */
  readonly leadIntervals: number;
  readonly probability: number;
};

/** What is remembered of one approach. */
export type CongestionWatch = {
  /** What the interval that ended last showed. */
  readonly seen: CongestionSeen;
  readonly warnings: readonly CongestionWarning[];
  /** What was said of the open interval and of those after it, each time by the lead that it was said with: `[interval][lead]`. */
  readonly pending: readonly (readonly CongestionChances[])[];
  /** `[lead]`, by kind. */
  readonly scores: readonly Readonly<Record<CongestionKind, CongestionScore>>[];
};

/** Probabilities of one interval. */
export type CongestionChances = Readonly<Record<CongestionKind, number>>;

/**
 * From here on a warning begins, and a forecast counts as one: two of three congested intervals are warned of, and an ordinary day of the
 * corridor has a false alarm an hour (DESIGN.md).
 */
export const WARN_PROBABILITY = 0.45;

/** When a warning begins, and when it ends. */
export type WarningThresholds = {
  /** As `WARN_PROBABILITY`. */
  readonly warnProbability: number;
  /** A warning ends when nothing ahead is likelier than this, so that it does not come and go with each count. */
  readonly clearProbability: number;
};

export const WARNING_DEFAULTS: WarningThresholds = {
  warnProbability: WARN_PROBABILITY,
  clearProbability: 0.2,
};

/** No forecast yet. */
export const UNSCORED: CongestionScore = { hits: 0, misses: 0, falseAlarms: 0, quiet: 0, squaredErrors: 0 };

const UNSEEN: CongestionSeen = { oversaturated: null, spillback: null };

export const NO_CONGESTION: CongestionWatch = { seen: UNSEEN, warnings: [], pending: [], scores: [] };

/**
 * One interval has ended and showed `seen`; `risk` is what is now expected of those that follow. What had been said of the ended one is
 * scored by lead, and the warnings are those that hold from here on.
 */
export function watchCongestion(
  before: CongestionWatch,
  seen: CongestionSeen,
  risk: CongestionRisk,
  thresholds: WarningThresholds = WARNING_DEFAULTS,
): CongestionWatch {
  const [ended = [], ...later] = before.pending;
  const scores = scored(before.scores, ended, seen, thresholds);
  const ahead = risk.oversaturated.map((oversaturated, lead) => ({
    oversaturated,
    spillback: risk.spillback[lead] ?? 0,
  }));
  // Nearest first: the newest word on an interval has the shortest lead, so it goes to the front.
  const pending = ahead.map((chances, lead) => [chances, ...(later[lead] ?? [])]);
  const warnings = CONGESTION_KINDS.flatMap((kind) => {
    const stood = before.warnings.some((warning) => warning.kind === kind);
    return warningOf(
      kind,
      ahead.map((chances) => chances[kind]),
      stood,
      thresholds,
    );
  });
  return { seen, warnings, pending, scores };
}

function warningOf(
  kind: CongestionKind,
  chances: readonly number[],
  stood: boolean,
  { warnProbability, clearProbability }: WarningThresholds,
): readonly CongestionWarning[] {
  const least = stood ? clearProbability : warnProbability;
  const leadIntervals = chances.findIndex((probability) => probability >= least);
  if (leadIntervals < 0) return [];
  return [{ kind, leadIntervals, probability: Math.max(...chances) }];
}

function scored(
  before: CongestionWatch["scores"],
  said: readonly CongestionChances[],
  seen: CongestionSeen,
  { warnProbability }: WarningThresholds,
): CongestionWatch["scores"] {
  if (CONGESTION_KINDS.every((kind) => seen[kind] === null)) return before;
  const leads = Math.max(before.length, said.length);
  return Array.from({ length: leads }, (_, lead) => {
    const known = before[lead] ?? { oversaturated: UNSCORED, spillback: UNSCORED };
    const chances = said[lead];
    if (chances === undefined) return known;
    return {
      oversaturated: countForecast(
        known.oversaturated,
        chances.oversaturated,
        seen.oversaturated,
        warnProbability,
      ),
      spillback: countForecast(known.spillback, chances.spillback, seen.spillback, warnProbability),
    };
  });
}

/** One forecast more: what happened is not known where it is `null`, and then nothing is scored. */
export function countForecast(
  score: CongestionScore,
  probability: number,
  happened: boolean | null,
  warnProbability: number = WARN_PROBABILITY,
): CongestionScore {
  if (happened === null) return score;
  const warned = probability >= warnProbability;
  return {
    hits: score.hits + Number(warned && happened),
    misses: score.misses + Number(!warned && happened),
    falseAlarms: score.falseAlarms + Number(warned && !happened),
    quiet: score.quiet + Number(!warned && !happened),
    squaredErrors: score.squaredErrors + (probability - Number(happened)) ** 2,
  };
}
