import { defined } from "../assert.ts";
import {
  CONGESTION_KINDS,
  type CongestionKind,
  type CongestionScore,
  type CongestionSeen,
  type CongestionWarning,
  UNSCORED,
  type WarningThresholds,
  watchCongestion,
} from "../estimate/congestion-watch.ts";
import { type CongestionRisk, congestionRisk, INTERVALS_AHEAD } from "../estimate/congestion.ts";
import { type ForecastSeries, forecastAhead } from "../forecast/series.ts";
import type { LogEntry } from "../protocol/live.ts";
import { after, HOUR_MS, type InstantMs, MINUTE_MS } from "../units.ts";
import type { Approach } from "./approaches.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { approachEvidence, soundlyServed } from "./congestion-evidence.ts";
import { servedFlows } from "./demand.ts";
import type { Effect, Step } from "./effect.ts";
import { seesNothing } from "./outlooks.ts";
import { type Served, wasOversaturated, wasSpilledBack } from "./served.ts";
import type { EngineState, NodeState } from "./state.ts";

const NO_RISK: CongestionRisk = { oversaturated: [], spillback: [] };

/**
 * An interval begins at `at`, and its plans are decided: what each approach is in for, from what the interval that ended showed of its
 * queues and greens, and from the forecasts. What had been said of that interval is scored by what detectors showed of it.
 */
export function watchApproaches({ state, effects }: Step, tables: EngineTables, at: InstantMs): Step {
  const told: Effect[] = [];
  const { congestionWarnProbability, congestionClearProbability } = tables.parameters.estimate;
  const thresholds: WarningThresholds = {
    warnProbability: congestionWarnProbability,
    clearProbability: congestionClearProbability,
  };
  let nextLogId = state.nextLogId;
  const nodes = state.nodes.map((node, index): NodeState => {
    const own = defined(tables.nodes[index], "tables");
    const approaches = defined(tables.approaches[index], "approaches");
    const coming = comingVehicles(node, own, tables, at);
    const served = servedAt(state, index);
    const congestion = approaches.map((approach, place) => {
      const before = defined(node.congestion[place], "watch");
      const atEntry = approach.entry === null ? null : servedAt(state, approach.entry.node);
      const risk =
        coming === null || served === null
          ? NO_RISK
          : congestionRisk(approachEvidence(own, approach, served, atEntry, coming));
      const next = watchCongestion(before, approachSeen(served, approach, atEntry), risk, thresholds);
      for (const change of changes(own.id, approach.link, before.warnings, next.warnings, tables, at)) {
        told.push({ kind: "log", entry: { id: nextLogId, ...change } });
        nextLogId += 1;
      }
      return next;
    });
    return { ...node, congestion };
  });
  return { state: { ...state, nodes, nextLogId }, effects: [...effects, ...told] };
}

/** Forecast vehicles by interval ahead and stream; `null` where nobody knows what comes. */
function comingVehicles(
  node: NodeState,
  own: NodeTables,
  { configuration: { intervalMs } }: EngineTables,
  at: InstantMs,
): readonly (readonly number[])[] | null {
  const ahead = new Map(node.series.map((series) => [series, forecastAhead(series)] as const));
  const unknown = [...ahead.values()].some((counts) => counts.length === 0);
  if (!node.linked || seesNothing(node, at) || unknown) return null;
  return Array.from({ length: INTERVALS_AHEAD }, (_, step) => {
    const mean = (series: ForecastSeries): number =>
      defined(defined(ahead.get(series), "series")[step], "a forecast so far ahead");
    return servedFlows(own, node, intervalMs, mean).map((flow) => (flow * intervalMs) / HOUR_MS);
  });
}

/** What the interval showed of an intersection; `null` where nobody watched it. */
function servedAt({ nodes }: EngineState, index: number): Served | null {
  const { served, health } = defined(nodes.at(index), "node");
  return served === null ? null : soundlyServed(served, health);
}

/** What detectors showed of the interval that ended. */
function approachSeen(
  served: Served | null,
  { lanes, entry }: Approach,
  atEntry: Served | null,
): CongestionSeen {
  return {
    oversaturated: served === null ? null : lanes.some((lane) => wasOversaturated(served, lane)),
    spillback: entry === null || atEntry === null ? null : wasSpilledBack(atEntry, entry.loops),
  };
}

const KIND_TEXT: Readonly<Record<CongestionKind, string>> = {
  oversaturated: "more vehicles than the greens let go",
  spillback: "a queue longer than the approach",
};

/** As true as they are measured to be (DESIGN.md), and as the field ranks them: split failures wait for their turn, with spillback they do not. */
const PRIORITY: Readonly<Record<CongestionKind, LogEntry["priority"]>> = {
  oversaturated: "P3",
  spillback: "P2",
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
        entry(PRIORITY[kind], `${link}: expected ${when}: ${KIND_TEXT[kind]} (probability ${chance} %)`),
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
  return Array.from({ length: INTERVALS_AHEAD }, (_, lead) => {
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
