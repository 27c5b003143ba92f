import { type Cusum, NO_DRIFT, watch } from "./drift.ts";
import { type CountHistory, isKnown, type Observation, observationsOf } from "./history.ts";
import { usualCount } from "./linear.ts";
import { type ModelState, predict, update } from "./model.ts";

/** How soon a change of level is told, and how often there is an alarm without one. */
export type DriftTrial = {
  readonly days: number;
  readonly falseAlarmsPerDay: number;
  readonly faults: readonly FaultTrial[];
};

export type FaultTrial = {
  /** What counts are multiplied by from `FAULT_FROM_HOUR` to midnight. */
  readonly factor: number;
  /** Days, of all, on which it was told before midnight. */
  readonly found: number;
  /** Median over all days; `null` where it was told on fewer than half of them. */
  readonly medianMinutes: number | null;
};

/** The faults of reference `forecasting.md` §1.7: a dead detector, half of the vehicles, and so on. */
const FACTORS = [0, 0.5, 0.7, 1.3] as const;
const FAULT_FROM_HOUR = 8;

type Watched = { readonly state: ModelState; readonly residual: Cusum; readonly deviation: Cusum };

/** Runs a fitted model through days that are as they were, and through each of them with each fault. */
export function driftTrial(fitted: ModelState, test: CountHistory): DriftTrial {
  const { slotsPerDay } = test;
  const begin = Math.round((FAULT_FROM_HOUR / 24) * slotsPerDay);
  const observations = observationsOf(test);
  const told = test.days.map(isKnown);
  let now: Watched = { state: fitted, residual: NO_DRIFT, deviation: NO_DRIFT };
  let alarms = 0;
  // A day of which nothing is known shows no fault.
  const mornings: { readonly at: number; readonly morning: Watched }[] = [];
  for (const [at, observation] of observations.entries()) {
    const known = told[Math.floor(at / slotsPerDay)] === true;
    if (observation.slot === begin && known) mornings.push({ at, morning: now });
    const before = alarmed(now);
    now = observe(now, observation);
    if (alarmed(now) && !before) alarms += 1;
  }
  const slotMinutes = (24 * 60) / slotsPerDay;
  const faults = FACTORS.map((factor): FaultTrial => {
    const delays = mornings.map(({ at, morning }) => {
      const rest = observations.slice(at, at - begin + slotsPerDay);
      return firstAlarm({ ...morning, residual: NO_DRIFT, deviation: NO_DRIFT }, rest, factor) * slotMinutes;
    });
    const median = delays.toSorted((left, right) => left - right)[Math.floor(delays.length / 2)];
    return {
      factor,
      found: delays.filter(Number.isFinite).length,
      medianMinutes: median === undefined || !Number.isFinite(median) ? null : median,
    };
  });
  return { days: mornings.length, falseAlarmsPerDay: alarms / mornings.length, faults };
}

/** Intervals until the first alarm; infinite where there is none. */
function firstAlarm(start: Watched, observations: readonly Observation[], factor: number): number {
  let now = start;
  for (const [index, observation] of observations.entries()) {
    now = observe(now, { ...observation, count: Math.round(factor * observation.count) });
    if (alarmed(now)) return index + 1;
  }
  return Number.POSITIVE_INFINITY;
}

function observe({ state, residual, deviation }: Watched, observation: Observation): Watched {
  const [forecast = Number.NaN] = predict(state, observation, 1);
  const usual = state.kind === "linear" ? usualCount(state, observation) : Number.NaN;
  return {
    state: update(state, observation),
    residual: watch(residual, observation.count, forecast),
    deviation: watch(deviation, observation.count, usual),
  };
}

function alarmed({ residual, deviation }: Watched): boolean {
  return residual.alarm !== null || deviation.alarm !== null;
}
