import { defined } from "../assert.ts";
import { closeInterval } from "../detect/cleaning.ts";
import { closeDepartures, type IntervalDepartures } from "../estimate/departures.ts";
import { NO_GREENS } from "../estimate/lane-greens.ts";
import { doubtedLanes } from "../estimate/loop-doubt.ts";
import { closeSubstitutes } from "../detect/health.ts";
import type { Place } from "../forecast/history.ts";
import { currentForecast, type ForecastSeries, observe } from "../forecast/series.ts";
import type { RecordedMovement } from "../model/recorded-counts.ts";
import { DAY_MS, type InstantMs, instantMs, modulo, SECOND_MS } from "../units.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { intervalBegin } from "./interval-begin.ts";
import { detectorCounts } from "./interval-record.ts";
import { seesNothing } from "./outlooks.ts";
import {
  type CountTrust,
  countTrust,
  replacedCounts,
  taughtShares,
  withLaneVehicles,
} from "./replaced-counts.ts";
import { queueFactor, servedOf } from "./served.ts";
import type { EngineState, NodeState } from "./state.ts";

/** An interval of which less than this was watched is not learned from. */
const COVERAGE_MIN = 0.9;
/** Frames that may be missing in an interval before its counts are not believed: 2 % of one a second. */
const MISSING_RATIO_MAX = 0.02;
/** How fast the spread of a movement over its lanes follows. */
const STREAM_USE_GAIN = 0.3;

/** The local day and the slot of the interval that begins then. */
export function placeOf(beganAt: InstantMs, midnightAt: InstantMs, intervalMs: number): Place {
  const sinceMidnight = beganAt - midnightAt;
  // Midnight is at most half a day from that of the same date in UTC, either way.
  const day = Math.round(midnightAt / DAY_MS) + Math.floor(sinceMidnight / DAY_MS);
  return { day, slot: Math.floor(modulo(sinceMidnight, DAY_MS) / intervalMs) };
}

/** Ends the open interval at `at`: counts become history, and every movement gets its forecast for the next one. */
export function closeStrategicInterval(state: EngineState, tables: EngineTables, at: InstantMs): EngineState {
  const { intervalMs, midnightAt } = tables.configuration;
  const beganAt = intervalBegin(instantMs(at - 1), midnightAt, intervalMs);
  const place = placeOf(beganAt, midnightAt, intervalMs);
  const coverage = (at - state.intervalStartsAt) / intervalMs;
  const openedAt = intervalBegin(state.intervalStartsAt, midnightAt, intervalMs);
  // A day of nothing known is as good as a year.
  const skipped = Math.min(tables.slotsPerDay, Math.round((beganAt - openedAt) / intervalMs));
  const nodes = state.nodes.map((node, index) =>
    closeNode(node, tables, defined(tables.nodes[index], "node"), {
      at,
      place,
      intervalMs,
      coverage,
      skipped,
    }),
  );
  let { forecasts, countsImputed } = state.counts;
  for (const { series, health } of nodes) {
    forecasts += series.filter((one) => currentForecast(one) !== null).length;
    countsImputed += health.replaced.filter((vehicles) => vehicles !== null).length;
  }
  const counts = { ...state.counts, forecasts, countsImputed };
  return { ...state, nodes, intervalStartsAt: at, counts };
}

type Closing = {
  readonly at: InstantMs;
  /** The interval that ends. */
  readonly place: Place;
  readonly intervalMs: number;
  readonly coverage: number;
  /** Intervals that passed without a tick before the one that ends now: what was counted may belong to any of them. */
  readonly skipped: number;
};

/** Who left in the open interval of an intersection, were it to end at `at`, and how far its detectors are to be believed. */
function departuresOf(
  node: NodeState,
  engine: EngineTables,
  tables: NodeTables,
  at: InstantMs,
): {
  readonly loops: ReturnType<typeof closeInterval>;
  readonly trust: CountTrust;
  readonly departed: IntervalDepartures;
} {
  const loops = closeInterval(node.cleaning, at, engine.configuration.intervalMs);
  // Who counted nobody although vehicles must have come has not counted.
  const doubted = doubtedLanes(node.tactical.loops, at);
  const trust = countTrust(node, engine, tables, doubted, loops.occupancyRatio);
  const counted = withLaneVehicles(node.departures, tables, trust);
  return { loops, trust, departed: closeDepartures(counted, tables.lanes, trust.entryCounts, at) };
}

/** By movement of an intersection: who left in the open interval, were it to end at `at`; all `null` where it was not linked throughout. */
export function movementsCounted(
  node: NodeState,
  engine: EngineTables,
  tables: NodeTables,
  at: InstantMs,
): readonly Pick<RecordedMovement, "vehicles" | "isReplaced">[] {
  const { trust, departed } = departuresOf(node, engine, tables, at);
  return tables.timing.intersection.movements.map((_, movement) => {
    const lanes = tables.lanes.streams.flatMap((stream) =>
      stream.movement === movement ? [stream.lane] : [],
    );
    const untaught = lanes.filter((lane) => trust.untaught.has(lane));
    const isKnown =
      node.linkedWhole && untaught.every((lane) => (trust.laneVehicles.get(lane) ?? null) !== null);
    return {
      vehicles: isKnown ? movementCount(tables, departed.vehicles, movement) : null,
      isReplaced: isKnown && untaught.length > 0,
    };
  });
}

function closeNode(
  node: NodeState,
  engine: EngineTables,
  tables: NodeTables,
  { at, place, intervalMs, coverage, skipped }: Closing,
): NodeState {
  const { loops, trust, departed } = departuresOf(node, engine, tables, at);
  const missing = node.cleaning.counts.missingFrames - node.missingFramesBefore;
  const watched =
    !seesNothing(node, at) &&
    node.linkedWhole &&
    skipped === 0 &&
    coverage >= COVERAGE_MIN &&
    missing <= (MISSING_RATIO_MAX * intervalMs) / SECOND_MS;
  const believed = watched && node.normalWhole;
  const next: NodeState = {
    ...node,
    cleaning: loops.state,
    departures: { ...departed.state, shares: taughtShares(node.departures, departed, tables, trust) },
    health: {
      ...node.health,
      detectors: closeSubstitutes(node.health.detectors),
      judgedMs: 0,
      replaced: believed
        ? replacedCounts(node.health.replaced, tables, trust, departed.vehicles)
        : node.health.replaced.map(() => null),
    },
    linkedWhole: node.linked,
    // What begins in a preemption or in flash is not learnt from either.
    normalWhole: node.street === null || node.street.operation === "normal",
    greens: node.greens.map(() => NO_GREENS),
    told: watched ? detectorCounts(node, trust, loops.occupancyRatio, engine.healthUse === "used") : null,
    // Queues stand there whatever made them.
    served: watched ? servedOf(tables, departed, node.greens, trust, node.served) : null,
    missingFramesBefore: node.cleaning.counts.missingFrames,
    series: node.series.map((series, movement) =>
      observe(
        withoutCounts(series, place, skipped),
        place,
        believed && !leavesFrom(tables, movement, trust.untaught)
          ? movementCount(tables, departed.vehicles, movement)
          : null,
      ),
    ),
  };
  const { served } = next;
  if (!believed || served === null) return next;
  return {
    ...next,
    streamUse: node.streamUse.map((use, stream) =>
      trust.untaught.has(defined(tables.lanes.streams[stream], "stream").lane)
        ? use
        : use + STREAM_USE_GAIN * (defined(departed.vehicles[stream], "vehicles") - use),
    ),
    queueFactor: tables.lanes.lanes.map((_, lane) => queueFactor(tables, served, lane)),
  };
}

/** The series after intervals of which nothing is known, up to the one before `place`. */
function withoutCounts(series: ForecastSeries, place: Place, intervals: number): ForecastSeries {
  const { slotsPerDay } = series;
  let current = series;
  for (let back = intervals; back > 0; back -= 1) {
    const slot = place.slot - back;
    const day = place.day + Math.floor(slot / slotsPerDay);
    current = observe(current, { day, slot: modulo(slot, slotsPerDay) }, null);
  }
  return current;
}

/** Whether a movement leaves from one of these lanes. */
function leavesFrom({ lanes }: NodeTables, movement: number, some: ReadonlySet<number>): boolean {
  return lanes.streams.some((stream) => stream.movement === movement && some.has(stream.lane));
}

function movementCount({ lanes }: NodeTables, vehicles: readonly number[], movement: number): number {
  return lanes.streams.reduce(
    (sum, stream, index) => sum + (stream.movement === movement ? defined(vehicles[index], "vehicles") : 0),
    0,
  );
}
