import { type DieboldMariano, dieboldMariano } from "./significance.ts";

/** Losses of one model by interval of the validation days; `NaN` where it has none. */
export type Candidate = { readonly name: string; readonly losses: readonly number[] };

export type PromotionStep = {
  readonly from: string;
  readonly to: string;
  /** Share of the loss that the richer model saves; negative where it loses. */
  readonly gainRatio: number;
  readonly test: DieboldMariano;
  readonly promoted: boolean;
};

export type Promotion = { readonly chosen: string; readonly steps: readonly PromotionStep[] };

/** A richer model has to save more than this share of the loss … */
const GAIN_MIN = 0.01;
/** … by no more chance than this. */
const P_MAX = 0.05;
/** Lags over which losses are taken to depend on each other: an hour of five-minute intervals. */
export const LOSS_LAGS = 12;

/**
 * Goes from the plainest model to the richest and takes a richer one only where it saves more than 1 % of the loss and Diebold and
 * Mariano's test says that this is no chance (p < 0.05): reference `forecasting.md` §5. `undefined` without a candidate.
 */
export function promote(plainestFirst: readonly Candidate[]): Promotion | undefined {
  const [first, ...richer] = plainestFirst;
  if (first === undefined) return undefined;
  let present = first;
  const steps = richer.map((candidate): PromotionStep => {
    const from = present;
    const test = dieboldMariano(candidate.losses, from.losses, LOSS_LAGS);
    const gainRatio = -test.meanDifference / meanOfCommon(from.losses, candidate.losses);
    const promoted = gainRatio > GAIN_MIN && test.pValue < P_MAX;
    if (promoted) present = candidate;
    return { from: from.name, to: candidate.name, gainRatio, test, promoted };
  });
  return { chosen: present.name, steps };
}

/** Mean of the losses at points that the other has too. */
function meanOfCommon(losses: readonly number[], others: readonly number[]): number {
  const common = losses.filter(
    (loss, index) => !Number.isNaN(loss) && !Number.isNaN(others[index] ?? Number.NaN),
  );
  return common.reduce((sum, loss) => sum + loss, 0) / common.length;
}

/**
 * Mean absolute error over all series by interval: series are counted at the same times, so that their losses are not independent
 * and one of the mean is what the test may be made on.
 */
export function meanLosses(
  counts: readonly (readonly number[])[],
  forecasts: readonly (readonly number[])[],
): readonly number[] {
  const length = Math.max(0, ...counts.map(({ length: rows }) => rows));
  return Array.from({ length }, (_, row) => {
    const losses = counts.flatMap((own, index) => {
      const loss = Math.abs((own[row] ?? Number.NaN) - (forecasts[index]?.[row] ?? Number.NaN));
      return Number.isNaN(loss) ? [] : [loss];
    });
    return losses.length === 0 ? Number.NaN : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  });
}
