import { type Cusum, NO_DRIFT, watch } from "./drift.ts";

/** Whether counts go on as they did: sums over what was off, and what follows from their alarms. */
export type PatternWatch = {
  /** Against the forecast: the model no longer fits. */
  readonly residual: Cusum;
  /** Against the usual day: the traffic, or who counts it, is not as usual. */
  readonly deviation: Cusum;
  /** Intervals for which the weights are still to forget fast. */
  readonly forgetsFast: number;
  /** Intervals since when the alarm of `deviation` stands without an end. */
  readonly unusualFor: number;
  /** Whether in this interval the alarm has stood for so long that the usual day itself must have changed. */
  readonly changedForGood: boolean;
};

export const STEADY_PATTERN: PatternWatch = {
  residual: NO_DRIFT,
  deviation: NO_DRIFT,
  forgetsFast: 0,
  unusualFor: 0,
  changedForGood: false,
};

/** The hours after a drift in which weights follow fast. */
const FAST_HOURS = 3;
/** What is unlike the usual day for so long is the new usual (reference `forecasting.md` §5). */
const FOR_GOOD_DAYS = 3;

/** Takes one interval; a count or an expectation that is `NaN` changes no sum. */
export function watchPattern(
  before: PatternWatch,
  seen: {
    readonly count: number;
    readonly forecast: number;
    readonly usual: number;
    readonly slotsPerDay: number;
  },
): PatternWatch {
  const residual = watch(before.residual, seen.count, seen.forecast);
  const deviation = watch(before.deviation, seen.count, seen.usual);
  const stands = deviation.alarm !== null && deviation.alarm === before.deviation.alarm;
  const unusualFor = stands ? before.unusualFor + 1 : 0;
  const changedForGood = unusualFor >= FOR_GOOD_DAYS * seen.slotsPerDay;
  return {
    residual,
    deviation: changedForGood ? NO_DRIFT : deviation,
    forgetsFast:
      residual.alarm === null
        ? Math.max(0, before.forgetsFast - 1)
        : Math.round((FAST_HOURS * seen.slotsPerDay) / 24),
    unusualFor: changedForGood ? 0 : unusualFor,
    changedForGood,
  };
}
