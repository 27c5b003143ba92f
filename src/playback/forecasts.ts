import type { Intersection } from "../model/intersection.ts";
import type { ForecastRow } from "../ports/store.ts";
import type { FlowForecastView, MovementForecastView } from "../protocol/live.ts";
import { HOUR_MS } from "../units.ts";

/** What is shown of a movement at most: as live. */
const HISTORY_MS = 2 * HOUR_MS;

/**
 * Movements with the forecasts as they were known at `at`: what an interval has come to is told once it is over. `rows` are of this
 * intersection, by instant.
 */
export function movementsAt(
  { movements }: Intersection,
  rows: readonly ForecastRow[],
  at: number,
): readonly MovementForecastView[] {
  return movements.map(({ id }) => {
    const own = rows.filter(
      ({ movement, at: from }) => movement === id && from <= at && from > at - HISTORY_MS,
    );
    const over = own.filter(({ at: from, intervalMs }) => from + intervalMs <= at);
    const current = own.find(({ at: from, intervalMs }) => from + intervalMs > at);
    return {
      movement: id,
      history: over.map((row) => ({
        from: row.at,
        vehPerHour: row.counted === null ? null : perHour(row.counted, row.intervalMs),
        forecast: viewOf(row),
      })),
      nextFrom: current?.at ?? null,
      next: current === undefined ? null : viewOf(current),
      later: [],
      imputedVehPerHour: null,
      model: null,
      errors: [],
      drift: null,
      degreeOfSaturation: null,
    };
  });
}

function perHour(vehicles: number, intervalMs: number): number {
  return Math.round((vehicles * HOUR_MS) / intervalMs);
}

function viewOf({ vehicles, low, high, intervalMs }: ForecastRow): FlowForecastView {
  return {
    vehPerHour: perHour(vehicles, intervalMs),
    lowerVehPerHour: perHour(low, intervalMs),
    upperVehPerHour: perHour(high, intervalMs),
  };
}
