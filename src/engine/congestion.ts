import { defined } from "../assert.ts";
import {
  CONGESTION_KINDS,
  type CongestionKind,
  type CongestionScore,
  type CongestionSeen,
  type CongestionWarning,
  UNSCORED,
  watchCongestion,
} from "../estimate/congestion-watch.ts";
import { type CongestionRisk, congestionRisk, type IntervalOutlook } from "../estimate/congestion.ts";
import { loopOutlook } from "../estimate/loop-outlook.ts";
import { STEPS_AHEAD } from "../forecast/ahead-errors.ts";
import { type ForecastSeries, forecastAhead, forecastDeviation } from "../forecast/series.ts";
import { timingCapacities } from "../optimize/split-choice.ts";
import type { LogEntry } from "../protocol/live.ts";
import { after, HOUR_MS, type InstantMs, MINUTE_MS } from "../units.ts";
import type { Approach } from "./approaches.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { forecastCount, laneDemands, streamFlows } from "./demand.ts";
import type { Effect, Step } from "./effect.ts";
import { seesNothing } from "./outlooks.ts";
import { wasOversaturated, wasSpilledBack } from "./served.ts";
import type { EngineState, NodeState } from "./state.ts";
import { timingInForce } from "./timing-in-force.ts";

const NO_RISK: CongestionRisk = { oversaturated: [], spillback: [] };

/**
 * An interval begins at `at`, and its plans are decided: what each approach is in for, from the forecasts, the timing in force, the queue
 * that stands and the room there is. What had been said of the interval that ended is scored by what detectors showed of it.
 */
export function watchApproaches({ state, effects }: Step, tables: EngineTables, at: InstantMs): Step {
  const told: Effect[] = [];
  let nextLogId = state.nextLogId;
  const nodes = state.nodes.map((node, index): NodeState => {
    const own = defined(tables.nodes[index], "tables");
    const approaches = defined(tables.approaches[index], "approaches");
    const risks = laneRisks(node, own, approaches, tables, at);
    const congestion = approaches.map((approach, place) => {
      const before = defined(node.congestion[place], "watch");
      const seen = approachSeen(state, node, own, approach);
      const next = watchCongestion(before, seen, worstOf(approach, risks));
      for (const entry of changes(own.id, approach.link, before.warnings, next.warnings, tables, at)) {
        told.push({ kind: "log", entry: { id: nextLogId, ...entry } });
        nextLogId += 1;
      }
      return next;
    });
    return { ...node, congestion };
  });
  return { state: { ...state, nodes, nextLogId }, effects: [...effects, ...told] };
}

/** By stop-line lane; nothing where nobody knows what comes. */
function laneRisks(
  node: NodeState,
  own: NodeTables,
  approaches: readonly Approach[],
  { configuration: { intervalMs, midnightAt } }: EngineTables,
  at: InstantMs,
): readonly CongestionRisk[] {
  const ahead = node.series.map(forecastAhead);
  if (!node.linked || seesNothing(node, at) || ahead.some((counts) => counts.length === 0)) {
    return own.lanes.lanes.map(() => NO_RISK);
  }
  const timing = timingInForce(node, own, midnightAt, at);
  const lanes = laneDemands(own, streamFlows(own, node, intervalMs, forecastCount));
  const capacities = timingCapacities(own.timing, timing, lanes);
  const { lanes: seen } = loopOutlook(node.tactical.loops, own.lanes, at, node.departures.shares);
  const vehicles = (vehPerHour: number): number => (vehPerHour * intervalMs) / HOUR_MS;
  const steps = Array.from({ length: STEPS_AHEAD }, (_, step) => {
    const countOf = new Map(node.series.map((series, index) => [series, ahead[index]?.[step] ?? 0]));
    const mean = (series: ForecastSeries): number => countOf.get(series) ?? 0;
    return {
      means: streamFlows(own, node, intervalMs, mean),
      deviations: streamFlows(own, node, intervalMs, (series) =>
        forecastDeviation(series, mean(series), step + 1),
      ),
    };
  });
  const storageOf = new Map(
    approaches.flatMap(({ lanes: of, laneStorageVehicles }) => of.map((lane) => [lane, laneStorageVehicles])),
  );
  return own.lanes.lanes.map(({ streams }, lane) => {
    const arrivals = seen[lane]?.arrivals ?? [];
    const waiting = arrivals.reduce(
      (sum, arrival) => (arrival.earliestSeconds <= 0 ? sum + arrival.vehicles : sum),
      0,
    );
    const intervals = steps.map(
      ({ means, deviations }): IntervalOutlook => ({
        demandVehicles: vehicles(streams.reduce((sum, stream) => sum + defined(means[stream], "flow"), 0)),
        deviationVehicles: vehicles(
          Math.hypot(...streams.map((stream) => defined(deviations[stream], "flow"))),
        ),
        capacityVehicles: vehicles(defined(capacities[lane], "capacity")),
      }),
    );
    return congestionRisk({
      queueVehicles: waiting,
      storageVehicles: defined(storageOf.get(lane), "storage"),
      intervals,
    });
  });
}

/** An approach is as congested as the worst of its lanes: who queues in one of them stands in the way of the others. */
function worstOf({ lanes }: Approach, risks: readonly CongestionRisk[]): CongestionRisk {
  const worst = (kind: CongestionKind): readonly number[] => {
    const own = lanes.map((lane) => defined(risks[lane], "risk")[kind]);
    const length = Math.max(0, ...own.map((chances) => chances.length));
    return Array.from({ length }, (_, step) => Math.max(...own.map((chances) => chances[step] ?? 0)));
  };
  return { oversaturated: worst("oversaturated"), spillback: worst("spillback") };
}

/** What detectors showed of the interval that ended. */
function approachSeen(
  state: EngineState,
  { served }: NodeState,
  own: NodeTables,
  { lanes, entry }: Approach,
): CongestionSeen {
  const before = entry === null ? null : defined(state.nodes.at(entry.node), "node").served;
  return {
    oversaturated: served === null ? null : lanes.some((lane) => wasOversaturated(own, served, lane)),
    spillback: entry === null || before === null ? null : wasSpilledBack(before, entry.loops),
  };
}

const KIND_TEXT: Readonly<Record<CongestionKind, string>> = {
  oversaturated: "more vehicles than the greens let go",
  spillback: "a queue longer than the approach",
};

/** Log entries for warnings that begin or end. */
function changes(
  intersection: string,
  link: string,
  before: readonly CongestionWarning[],
  now: readonly CongestionWarning[],
  { configuration: { intervalMs } }: EngineTables,
  at: InstantMs,
): readonly Omit<LogEntry, "id">[] {
  const entry = (priority: LogEntry["priority"], text: string): Omit<LogEntry, "id"> => ({
    at,
    intersection,
    topic: "traffic",
    priority,
    text,
    reason: null,
    plan: null,
    status: null,
    answer: null,
  });
  return CONGESTION_KINDS.flatMap((kind) => {
    const stood = before.find((warning) => warning.kind === kind);
    const stands = now.find((warning) => warning.kind === kind);
    if (stands !== undefined && stood === undefined) {
      const minutes = (stands.leadIntervals * intervalMs) / MINUTE_MS;
      const when = minutes === 0 ? "from now on" : `in ${minutes} min`;
      const chance = Math.round(stands.probability * 100);
      return [
        entry(
          // Of oversaturation none of eighteen warnings has come true (DESIGN.md): it asks nothing of anybody.
          kind === "spillback" ? "P2" : "event",
          `${link}: expected ${when}: ${KIND_TEXT[kind]} (probability ${chance} %)`,
        ),
      ];
    }
    if (stood !== undefined && stands === undefined) {
      return [entry("event", `${link}: no longer expected: ${KIND_TEXT[kind]}`)];
    }
    return [];
  });
}

/** A warning of one approach, with the begin of the interval that it is for. */
export type ApproachWarning = CongestionWarning & { readonly link: string; readonly from: InstantMs };

export function approachWarnings(
  state: EngineState,
  { approaches, configuration: { intervalMs } }: EngineTables,
  index: number,
): readonly ApproachWarning[] {
  return defined(state.nodes.at(index), "node").congestion.flatMap(({ warnings }, place) =>
    warnings.map((warning) => ({
      ...warning,
      link: defined(approaches[index]?.[place], "approach").link,
      from: after(state.intervalStartsAt, warning.leadIntervals * intervalMs),
    })),
  );
}

/** How the forecasts of all approaches did, by lead in intervals. */
export function congestionScores(
  state: EngineState,
): readonly Readonly<Record<CongestionKind, CongestionScore>>[] {
  return Array.from({ length: STEPS_AHEAD }, (_, lead) => {
    const sum: Record<CongestionKind, CongestionScore> = { oversaturated: UNSCORED, spillback: UNSCORED };
    for (const { congestion } of state.nodes) {
      for (const { scores } of congestion) {
        for (const kind of CONGESTION_KINDS) sum[kind] = added(sum[kind], scores[lead]?.[kind] ?? UNSCORED);
      }
    }
    return sum;
  });
}

function added(left: CongestionScore, right: CongestionScore): CongestionScore {
  return {
    hits: left.hits + right.hits,
    misses: left.misses + right.misses,
    falseAlarms: left.falseAlarms + right.falseAlarms,
    quiet: left.quiet + right.quiet,
    squaredErrors: left.squaredErrors + right.squaredErrors,
  };
}
