import { defined } from "../assert.ts";
import { currentForecast, type ForecastSeries, forecastQuantile } from "../forecast/series.ts";
import type { LaneDemand } from "../optimize/capacity.ts";
import type { Coupling } from "../optimize/couplings.ts";
import type { ProgressionLink } from "../optimize/platoon.ts";
import { HOUR_MS } from "../units.ts";
import type { NodeTables } from "./configuration.ts";
import type { NodeState } from "./state.ts";

/** How forecasts and counts become the demand that timings are made for. */
export type DemandParameters = {
  /** Of the counts of the next interval, how many a timing must have room for (reference `forecasting.md` §5: .8 to .9). */
  readonly capacityQuantile: number;
  /** Counts that the steady demand is the mean of. */
  readonly steadyIntervals: number;
};

/** Steady: half an hour of five-minute intervals. */
export const DEMAND_DEFAULTS: DemandParameters = { capacityQuantile: 0.85, steadyIntervals: 6 };

/** Vehicles that a movement is expected to bring in the next interval. */
export function forecastCount(series: ForecastSeries): number {
  return currentForecast(series) ?? 0;
}

/** Vehicles that a movement exceeds in the next interval only now and then: once in seven times at a quantile of 0.85. */
export function highCount(series: ForecastSeries, capacityQuantile: number): number {
  return forecastQuantile(series, capacityQuantile) ?? 0;
}

/**
 * Mean of a movement's last counts, the forecast where there are none: for what is changed seldom, because its change costs. Of five
 * vehicles an interval the count alone is off by two.
 */
export function steadyCount(series: ForecastSeries, steadyIntervals: number): number {
  const counts = series.recent.slice(-steadyIntervals).filter((count) => !Number.isNaN(count));
  if (counts.length === 0) return forecastCount(series);
  return counts.reduce((sum, count) => sum + count, 0) / counts.length;
}

/** Expected vehicles an hour by stream: what will be served, and what full greens left over beyond it. */
export function streamFlows(
  tables: NodeTables,
  node: NodeState,
  intervalMs: number,
  countOf: (series: ForecastSeries) => number,
): readonly number[] {
  const { streams } = tables.lanes;
  return servedFlows(tables, node, intervalMs, countOf).map(
    (flow, index) => flow * defined(node.queueFactor[defined(streams[index], "stream").lane], "factor"),
  );
}

/**
 * Vehicles an hour by stream as they are counted: what is expected of the movements, spread over their lanes. What stands for the counts
 * of failed detectors goes before any forecast: that was made without them.
 */
export function servedFlows(
  tables: NodeTables,
  node: NodeState,
  intervalMs: number,
  countOf: (series: ForecastSeries) => number,
): readonly number[] {
  const { streams } = tables.lanes;
  return streams.map((stream, index) => {
    const expected =
      node.health.replaced[stream.movement] ?? countOf(defined(node.series[stream.movement], "series"));
    const used = streams.reduce(
      (sum, other, which) =>
        sum + (other.movement === stream.movement ? defined(node.streamUse[which], "use") : 0),
      0,
    );
    const siblings = streams.filter(({ movement }) => movement === stream.movement).length;
    const share = used > 0 ? defined(node.streamUse[index], "use") / used : 1 / siblings;
    return (expected * share * HOUR_MS) / intervalMs;
  });
}

/** The demand at the stop-line lanes that the next interval's timing is made for. */
export function laneDemands(
  tables: NodeTables,
  flows: readonly number[],
  highFlows: readonly number[] = flows,
): readonly LaneDemand[] {
  const { movements } = tables.timing.intersection;
  return tables.lanes.lanes.map(({ streams }) => {
    const flowVehPerHour = streams.reduce((sum, stream) => sum + defined(flows[stream], "flow"), 0);
    // Movements are not high together: what each is above its mean adds up in squares.
    const above = streams.map(
      (stream) => defined(highFlows[stream], "flow") - defined(flows[stream], "flow"),
    );
    return {
      flowVehPerHour,
      highFlowVehPerHour: flowVehPerHour + Math.hypot(...above),
      streams: streams.map((index) => {
        const stream = defined(tables.lanes.streams[index], "stream");
        return {
          phase: stream.phase,
          share:
            flowVehPerHour > 0
              ? defined(flows[index], "flow") / flowVehPerHour
              : defined(tables.lanes.priorShares[index], "share"),
          saturationFlowVehPerHour: defined(movements[stream.movement], "movement").saturationFlowVehPerHour,
        };
      }),
    };
  });
}

type PhaseFlow = ProgressionLink["departing"][number];

/** What the coupling carries between two nodes of one group, by phase at each end. */
export function progressionLink(
  coupling: Coupling,
  from: { readonly index: number; readonly tables: NodeTables; readonly flows: readonly number[] },
  to: { readonly index: number; readonly tables: NodeTables; readonly flows: readonly number[] },
): ProgressionLink {
  return {
    from: from.index,
    to: to.index,
    travelSeconds: coupling.travelSeconds,
    departing: phaseFlows(from.tables, from.flows, ({ toLink }) => toLink === coupling.exitLink),
    arriving: phaseFlows(to.tables, to.flows, ({ fromLink }) => fromLink === coupling.approachLink),
  };
}

function phaseFlows(
  { lanes, timing }: NodeTables,
  flows: readonly number[],
  belongs: (movement: { readonly fromLink: string; readonly toLink: string }) => boolean,
): readonly PhaseFlow[] {
  const byPhase = new Map<number, PhaseFlow>();
  for (const [index, { lane, movement, phase }] of lanes.streams.entries()) {
    const configured = defined(timing.intersection.movements[movement], "movement");
    if (!belongs(configured)) continue;
    const laneFlow = defined(lanes.lanes[lane], "lane").streams.reduce(
      (sum, stream) => sum + defined(flows[stream], "flow"),
      0,
    );
    const flow = defined(flows[index], "flow");
    const laneShare = laneFlow > 0 ? flow / laneFlow : defined(lanes.priorShares[index], "share");
    const known = byPhase.get(phase) ?? { phase, flowVehPerHour: 0, saturationVehPerHour: 0 };
    byPhase.set(phase, {
      phase,
      flowVehPerHour: known.flowVehPerHour + flow,
      saturationVehPerHour: known.saturationVehPerHour + configured.saturationFlowVehPerHour * laneShare,
    });
  }
  return [...byPhase.values()].filter(({ flowVehPerHour }) => flowVehPerHour > 0);
}
