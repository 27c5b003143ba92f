import { type MeasureName, MEASURES } from "./catalog.ts";
import type { MeasureConfiguration } from "./configuration.ts";
import { cover, isCovered, startCoverage } from "./data-quality.ts";
import { inTicks, type MeasureEvent, type MeasureRow } from "./measure.ts";

/** Instants in [from, to) and the length of a bin; whole minutes, and the bins fill the window or the last is shorter. */
export type AskedWindow = { readonly from: number; readonly to: number; readonly binMs: number };

/** Measures of one intersection that run over the same events. */
export type IntersectionMeasures = {
  /** Events in the order of their instants. */
  readonly next: (event: MeasureEvent) => void;
  /** No more events come: what a live stream never says. */
  readonly end: () => void;
  /** Rows of one of the measures that were started, as far as whole ticks have come. */
  readonly result: (name: MeasureName, window: AskedWindow) => readonly MeasureRow[];
};

/** The same live, event by event, and for any window of the past. */
export function startMeasures(
  configuration: MeasureConfiguration,
  names: readonly MeasureName[],
): IntersectionMeasures {
  const running = new Map(names.map((name) => [name, MEASURES[name].start(configuration)]));
  const reducers = [...running.values()];
  const coverage = startCoverage(configuration.keepMs);
  const ticks = inTicks((event) => {
    cover(coverage, event.at);
    for (const reducer of reducers) reducer.next(event);
  });
  return {
    next: ticks.next,
    end: ticks.flush,
    result: (name, { from, to, binMs }) => {
      const covers = (binFrom: number): boolean =>
        isCovered(coverage, binFrom, Math.min(binFrom + binMs, to));
      return running.get(name)?.result({ from, to, binMs, covers }) ?? [];
    },
  };
}
