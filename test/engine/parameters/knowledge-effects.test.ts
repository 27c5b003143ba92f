import { describe, expect, it } from "vitest";
import { steadyCount, highCount } from "../../../src/engine/demand.ts";
import { parametersOf, readSetting } from "../../../src/engine/parameters/settings.ts";
import { NO_CONGESTION, watchCongestion } from "../../../src/estimate/congestion-watch.ts";
import { loopOutlook } from "../../../src/estimate/loop-outlook.ts";
import { loopEvent } from "../../../src/estimate/loop-queue.ts";
import { type ForecastSeries, observe, startSeries } from "../../../src/forecast/series.ts";
import { begin, LINE, seconds, street } from "../../estimate/loop-street.ts";

const estimate = (setting: string) => parametersOf([readSetting(setting)]).estimate;
const forecast = (setting: string) => parametersOf([readSetting(setting)]).forecast;

/** Counts of five-minute intervals in a row. */
function seriesOf(counts: readonly number[]): ForecastSeries {
  return counts.reduce(
    (series, count, slot) => observe(series, { day: 20_000, slot }, count),
    startSeries(288),
  );
}

const NOTHING_SEEN = { oversaturated: null, spillback: null } as const;

/** Whether it is warned of congestion of these probabilities, one interval after another. */
function warned(settings: { readonly warn?: number; readonly clear?: number }, chances: readonly number[]) {
  const { warn = 0.45, clear = 0.2 } = settings;
  const thresholds = {
    warnProbability: estimate(`estimate.congestionWarnProbability=${warn}`).congestionWarnProbability,
    clearProbability: estimate(`estimate.congestionClearProbability=${clear}`).congestionClearProbability,
  };
  let watch = NO_CONGESTION;
  return chances.map((chance) => {
    const risk = { oversaturated: [chance], spillback: [0] };
    watch = watchCongestion(watch, NOTHING_SEEN, risk, thresholds);
    return watch.warnings.length > 0;
  });
}

describe("what is made of detectors and counts with", () => {
  it("estimate.urgencySeconds is how much more a second counts of who stands for long", () => {
    const place = street();
    const state = loopEvent(begin(place), place.table, { detector: LINE[0], on: true, at: seconds(0) });
    const urgency = (setting: string): number | undefined => {
      const { urgencySeconds } = estimate(setting);
      const { priorShares } = place.table;
      const { lanes } = loopOutlook(state, place.table, seconds(60), priorShares, new Map(), urgencySeconds);
      return lanes[LINE[0]]?.arrivals[0]?.urgency;
    };
    // A minute on the stop line.
    expect(urgency("estimate.urgencySeconds=120")).toBeCloseTo(1.5, 9);
    expect(urgency("estimate.urgencySeconds=60")).toBeCloseTo(2, 9);
    expect(urgency("estimate.urgencySeconds=600")).toBeCloseTo(1.1, 9);
  });

  it("estimate.congestionWarnProbability is from which probability on it is warned", () => {
    expect(warned({ warn: 0.45 }, [0.5])).toEqual([true]);
    expect(warned({ warn: 0.6 }, [0.5])).toEqual([false]);
  });

  it("estimate.congestionClearProbability is below which one the warning ends", () => {
    expect(warned({ clear: 0.1 }, [0.5, 0.15])).toEqual([true, true]);
    expect(warned({ clear: 0.2 }, [0.5, 0.15])).toEqual([true, false]);
  });

  it("forecast.capacityQuantile is how many more than the mean a timing has room for", () => {
    const series = seriesOf(Array.from({ length: 60 }, (_, slot) => 40 + ((slot * 7) % 13)));
    const high = (setting: string): number => highCount(series, forecast(setting).capacityQuantile);
    expect(high("forecast.capacityQuantile=0.5")).toBeLessThan(high("forecast.capacityQuantile=0.85"));
    expect(high("forecast.capacityQuantile=0.85")).toBeLessThan(high("forecast.capacityQuantile=0.98"));
  });

  it("forecast.steadyIntervals is how many of the last counts the steady demand is the mean of", () => {
    const series = seriesOf([10, 10, 40, 20]);
    const steady = (setting: string): number => steadyCount(series, forecast(setting).steadyIntervals);
    expect(steady("forecast.steadyIntervals=1")).toBe(20);
    expect(steady("forecast.steadyIntervals=2")).toBe(30);
    expect(steady("forecast.steadyIntervals=4")).toBe(20);
  });
});
