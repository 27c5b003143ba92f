import { defined } from "../assert.ts";
import type { IntervalDepartures } from "../estimate/departures.ts";
import type { GreenTally } from "../estimate/lane-greens.ts";
import { HOUR_MS } from "../units.ts";
import type { NodeTables } from "./configuration.ts";
import type { CountTrust } from "./replaced-counts.ts";

/** What an interval showed of how full lanes were, as far as it was watched. */
export type Served = {
  /** By stop-line lane: share of its green that its vehicles needed at saturation, at most 1. */
  readonly utilisation: readonly number[];
  /** By stop-line lane: vehicles that its greens could have let go at saturation. */
  readonly capacityVehicles: readonly number[];
  /** By stop-line lane: vehicles that left. */
  readonly leftVehicles: readonly number[];
  /** By stop-line lane: how many greens ended, and how many of them failed. */
  readonly greens: readonly GreenTally[];
  /** By stop-line lane: share of its greens that failed, smoothed over this interval and those before it. */
  readonly failedShare: readonly number[];
  /** By detector: vehicles; `null` where they are not known. */
  readonly counts: readonly (number | null)[];
  /** By detector: share of the interval for which it was occupied. */
  readonly occupancyRatio: readonly number[];
};

/** What the interval's departures, greens and detectors come to, after `before`. */
export function servedOf(
  tables: NodeTables,
  { state, vehicles, greenMs }: IntervalDepartures,
  greens: readonly GreenTally[],
  { entryCounts, occupancyRatio }: Pick<CountTrust, "entryCounts" | "occupancyRatio">,
  before: Served | null,
): Served {
  const lanes = tables.lanes.lanes.map(({ streams }, lane) => {
    const green = defined(greenMs[lane], "green");
    const discharge = dischargeMs(tables, streams, vehicles);
    // Lost time at the begin and what goes in yellow cancel out (HCM: 2 s each).
    const capacity = green / Math.max(1, dischargeMs(tables, streams, state.shares));
    return {
      utilisation: green > 0 ? Math.min(1, discharge / green) : 0,
      capacityVehicles: Math.max(CAPACITY_LEAST_VEHICLES, capacity),
      leftVehicles: streams.reduce((sum, stream) => sum + defined(vehicles[stream], "vehicles"), 0),
    };
  });
  return {
    utilisation: lanes.map(({ utilisation }) => utilisation),
    capacityVehicles: lanes.map(({ capacityVehicles }) => capacityVehicles),
    leftVehicles: lanes.map(({ leftVehicles }) => leftVehicles),
    greens,
    failedShare: greens.map(({ greens: ended, failures }, lane) => {
      const share = ended === 0 ? 0 : failures / ended;
      const known = before?.failedShare[lane] ?? share;
      return known + FAILED_GAIN * (share - known);
    }),
    counts: entryCounts,
    occupancyRatio,
  };
}

/** A lane without any green says nothing of what it would take. */
const CAPACITY_LEAST_VEHICLES = 1;
/** Weight of the newest interval: two or three greens say little of the next ones, and a queue outlasts an interval. */
const FAILED_GAIN = 0.5;

/** Green that vehicles, given by stream, need at saturation, milliseconds. */
function dischargeMs(tables: NodeTables, streams: readonly number[], vehicles: readonly number[]): number {
  const { movements } = tables.timing.intersection;
  return streams.reduce((sum, index) => {
    const { movement } = defined(tables.lanes.streams[index], "stream");
    const flow = defined(movements[movement], "movement").saturationFlowVehPerHour;
    return sum + (defined(vehicles[index], "vehicles") * HOUR_MS) / flow;
  }, 0);
}

/** The most occupied of the advance loops of a lane; 0 where it has none. */
export function advanceOccupancy({ lanes }: NodeTables, served: Served, lane: number): number {
  return occupancyOf(served, defined(lanes.lanes[lane], "lane").advanceLoops);
}

/** A lane that discharged for more than this share of its green at saturation may not have served all its demand. */
const UTILISATION_FULL = 0.8;
/** An advance loop that was covered for more than this share of the interval has a queue standing on it. */
const OCCUPANCY_QUEUED = 0.25;
/** What a fully used green, and a queue beyond the advance loop, add to the served flow as demand. */
const UNSERVED_SHARE = 0.25;

/**
 * Served flow is not demand when a queue is left over (`product.md` B13): a lane that used its green to the full, or whose queue
 * stood on the advance loop, is taken to want more than it got.
 */
export function queueFactor(tables: NodeTables, served: Served, lane: number): number {
  const utilisation = defined(served.utilisation[lane], "lane");
  const occupancy = advanceOccupancy(tables, served, lane);
  const used = Math.max(0, (utilisation - UTILISATION_FULL) / (1 - UTILISATION_FULL));
  const queued = Math.min(1, Math.max(0, (occupancy - OCCUPANCY_QUEUED) / (1 - OCCUPANCY_QUEUED)));
  return 1 + UNSERVED_SHARE * Math.min(1, used) + UNSERVED_SHARE * queued;
}

/** One red that somebody sat through twice is chance: arrivals come in bursts at any degree of saturation. */
const FAILURES_MIN = 2;

/** Whether loops showed more vehicles than the greens could let go: cycle failures at the end of half of them at least, and of two. */
export function wasOversaturated({ greens }: Served, lane: number): boolean {
  const { greens: ended, failures } = defined(greens[lane], "lane");
  return failures >= FAILURES_MIN && failures * 2 >= ended;
}

/** The most occupied of some detectors; 0 where there is none. */
export function occupancyOf({ occupancyRatio }: Served, detectors: readonly number[]): number {
  return Math.max(0, ...detectors.map((detector) => defined(occupancyRatio[detector], "occupancy")));
}

/** A loop at the begin of a link that is covered for so much of the time has had a queue standing on it. */
const OCCUPANCY_SPILLED = 0.2;

export function wasSpilledBack(served: Served, entryLoops: readonly number[]): boolean {
  return occupancyOf(served, entryLoops) >= OCCUPANCY_SPILLED;
}
