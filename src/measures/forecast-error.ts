import { ratio, sumOf } from "./measure.ts";

/** A forecast of a movement's interval with what came of it: a row of the store's `forecasts`. */
export type ForecastOutcome = {
  readonly at: number;
  readonly movement: string;
  readonly madeAt: number;
  readonly intervalMs: number;
  readonly vehicles: number;
  readonly low: number;
  readonly high: number;
  /** `null` where the interval taught nothing. */
  readonly counted: number | null;
};

export type ForecastErrorRow = {
  readonly movement: string;
  /** From when it was made to the end of the interval. */
  readonly horizonMinutes: number;
  readonly intervals: number;
  /** Mean of |forecast − count|, vehicles an interval. */
  readonly mae: number | null;
  /** Mean of forecast − count. */
  readonly bias: number | null;
  /** Σ |forecast − count| / Σ count, percent. */
  readonly wapePercent: number | null;
  /** Counts within [low, high], percent. */
  readonly coveragePercent: number | null;
};

/** Errors of forecasts by movement and by how far ahead they were made; intervals without a count teach nothing. */
export function forecastErrors(outcomes: readonly ForecastOutcome[]): readonly ForecastErrorRow[] {
  const groups = new Map<
    string,
    { readonly movement: string; readonly horizonMinutes: number; readonly own: Scored[] }
  >();
  for (const outcome of outcomes) {
    const { movement, counted } = outcome;
    if (counted === null) continue;
    const horizonMinutes = (outcome.at + outcome.intervalMs - outcome.madeAt) / 60_000;
    const key = `${movement}\n${horizonMinutes}`;
    const group = groups.get(key) ?? { movement, horizonMinutes, own: [] };
    group.own.push({ ...outcome, counted });
    groups.set(key, group);
  }
  return [...groups.values()].map(({ movement, horizonMinutes, own }) => {
    const absolute = sumOf(own, ({ vehicles, counted }) => Math.abs(vehicles - counted));
    const wape = ratio(
      absolute,
      sumOf(own, ({ counted }) => counted),
    );
    const inside = own.filter(({ low, high, counted }) => counted >= low && counted <= high).length;
    const coverage = ratio(inside, own.length);
    return {
      movement,
      horizonMinutes,
      intervals: own.length,
      mae: ratio(absolute, own.length),
      bias: ratio(
        sumOf(own, ({ vehicles, counted }) => vehicles - counted),
        own.length,
      ),
      wapePercent: wape === null ? null : wape * 100,
      coveragePercent: coverage === null ? null : coverage * 100,
    };
  });
}

type Scored = ForecastOutcome & { readonly counted: number };
