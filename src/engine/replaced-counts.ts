import { defined } from "../assert.ts";
import { substituteOf } from "../detect/health-kept.ts";
import { type DepartureState, type IntervalDepartures } from "../estimate/departures.ts";
import type { EngineTables, NodeTables } from "./configuration.ts";
import { isUnsound, type NodeHealth } from "./detector-health.ts";
import type { NodeState } from "./state.ts";

/** What the health of detectors makes of an interval's counts. */
export type CountTrust = {
  /** Stop-line lanes whose counts teach nothing: of detectors that are not good, or not believed by the adaptive level. */
  readonly untaught: ReadonlySet<number>;
  /** Those of them whose count is replaced; `null` where nothing can stand for it. */
  readonly laneVehicles: ReadonlyMap<number, number | null>;
  /** By detector: what exits are fitted to; `null` for nothing. */
  readonly entryCounts: readonly (number | null)[];
  /** Occupancy by detector, of those that are to be believed. */
  readonly occupancyRatio: readonly number[];
};

/**
 * Failed detectors are replaced by what their neighbours make expect; of suspect ones the greater of both counts is reckoned with (REQ-D1: widen
 * uncertainty). Neither is learnt from. Lanes that the adaptive level alone doubts are not learnt from either, and the forecast stands: while its
 * detector is taken for good, silence becomes what is usual for it, and what stands for it sinks.
 */
export function countTrust(
  { health, cleaning }: NodeState,
  { healthUse, configuration }: EngineTables,
  { lanes }: NodeTables,
  doubted: ReadonlySet<number>,
  occupancyRatio: readonly number[],
): CountTrust {
  const arrivals = cleaning.loops.map((loop) => loop.arrivals);
  if (healthUse === "told") {
    return { untaught: doubted, laneVehicles: new Map(), entryCounts: arrivals, occupancyRatio };
  }
  const substitutes = substitutesOf(health, configuration.intervalMs);
  const untaught = new Set(doubted);
  const laneVehicles = new Map<number, number | null>();
  for (const [lane, { stopLineLoops }] of lanes.lanes.entries()) {
    const own = stopLineLoops.map((loop) => ({ loop, health: defined(health.detectors[loop], "detector") }));
    const failed = own.some((one) => isUnsound(one.health));
    const suspect = own.some((one) => one.health.state === "suspect");
    if (!failed && !suspect) continue;
    untaught.add(lane);
    let vehicles: number | null = 0;
    for (const one of own) {
      const substitute = defined(substitutes[one.loop], "substitute");
      const count = defined(arrivals[one.loop], "loop");
      // A suspect has counted somebody; who is silent where vehicles must come has not.
      const counts = !isUnsound(one.health) && (substitute !== null || !doubted.has(lane));
      const told = counts ? Math.max(count, substitute ?? 0) : substitute;
      vehicles = vehicles === null || told === null ? null : vehicles + told;
    }
    laneVehicles.set(lane, vehicles);
  }
  return {
    untaught,
    laneVehicles,
    entryCounts: arrivals.map((count, detector) => {
      const own = defined(health.detectors[detector], "detector");
      return isUnsound(own) ? defined(substitutes[detector], "substitute") : count;
    }),
    occupancyRatio: occupancyRatio.map((ratio, detector) =>
      isUnsound(defined(health.detectors[detector], "detector")) ? 0 : ratio,
    ),
  };
}

/** Of an interval of which less than this was judged, nothing stands for any count. */
const JUDGED_LEAST = 0.5;

/** By detector: vehicles of the whole interval that stand for its count, by the minutes that were judged; `null` for nothing. */
function substitutesOf({ detectors, judgedMs }: NodeHealth, intervalMs: number): readonly (number | null)[] {
  if (judgedMs < JUDGED_LEAST * intervalMs) return detectors.map(() => null);
  return detectors.map((health) => {
    const substitute = substituteOf(health);
    return substitute === null ? null : (substitute.vehicles * intervalMs) / judgedMs;
  });
}

/** The departures with what stands for the counts of lanes, by the shares of before. */
export function withLaneVehicles(
  departures: DepartureState,
  { lanes }: NodeTables,
  { laneVehicles }: CountTrust,
): DepartureState {
  if (laneVehicles.size === 0) return departures;
  return {
    ...departures,
    departures: departures.departures.map((count, stream) => {
      const vehicles = laneVehicles.get(defined(lanes.streams[stream], "stream").lane) ?? null;
      return vehicles === null ? count : vehicles * defined(departures.shares[stream], "share");
    }),
  };
}

/** The turning shares after the interval, but for lanes that teach nothing. */
export function taughtShares(
  before: DepartureState,
  { state }: IntervalDepartures,
  { lanes }: NodeTables,
  { untaught }: CountTrust,
): readonly number[] {
  return state.shares.map((share, stream) =>
    untaught.has(defined(lanes.streams[stream], "stream").lane)
      ? defined(before.shares[stream], "share")
      : share,
  );
}

/** Weight of the newest count in what stands for the counts of a movement. */
const REPLACED_GAIN = 0.4;

/** By movement, smoothed: vehicles that stand for its counts; `null` where its own counts do, or nothing can. */
export function replacedCounts(
  before: readonly (number | null)[],
  { lanes }: NodeTables,
  { laneVehicles }: CountTrust,
  vehicles: readonly number[],
): readonly (number | null)[] {
  return before.map((known, movement) => {
    const own = lanes.streams.flatMap((stream, index) =>
      stream.movement === movement
        ? [{ lane: stream.lane, vehicles: defined(vehicles[index], "stream") }]
        : [],
    );
    const touched = own.filter(({ lane }) => laneVehicles.has(lane));
    if (touched.length === 0 || touched.some(({ lane }) => laneVehicles.get(lane) === null)) return null;
    const count = own.reduce((sum, stream) => sum + stream.vehicles, 0);
    return known === null ? count : known + REPLACED_GAIN * (count - known);
  });
}
