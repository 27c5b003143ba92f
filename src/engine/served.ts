import { defined } from "../assert.ts";
import { SECOND_MS } from "../units.ts";
import type { NodeTables } from "./configuration.ts";

/** What an interval showed of how full lanes were, as far as it was watched. */
export type Served = {
  /** By stop-line lane: share of its green that its vehicles needed at saturation, at most 1. */
  readonly utilisation: readonly number[];
  /** By detector: share of the interval for which it was occupied. */
  readonly occupancyRatio: readonly number[];
};

export function servedOf(
  tables: NodeTables,
  vehicles: readonly number[],
  greenMs: readonly number[],
  occupancyRatio: readonly number[],
): Served {
  const { movements } = tables.timing.intersection;
  const utilisation = tables.lanes.lanes.map(({ streams }, lane) => {
    let dischargeMs = 0;
    for (const index of streams) {
      const { movement } = defined(tables.lanes.streams[index], "stream");
      const flow = defined(movements[movement], "movement").saturationFlowVehPerHour;
      dischargeMs += (defined(vehicles[index], "vehicles") * 3600 * SECOND_MS) / flow;
    }
    const green = defined(greenMs[lane], "green");
    return green > 0 ? Math.min(1, dischargeMs / green) : 0;
  });
  return { utilisation, occupancyRatio };
}

/** The most occupied of the advance loops of a lane; 0 where it has none. */
export function advanceOccupancy({ lanes }: NodeTables, { occupancyRatio }: Served, lane: number): number {
  const { advanceLoops } = defined(lanes.lanes[lane], "lane");
  return Math.max(0, ...advanceLoops.map((loop) => defined(occupancyRatio[loop], "occupancy")));
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

/** Green used so far leaves somebody waiting for the next one. */
const UTILISATION_OVERSATURATED = 0.95;

/** Whether detectors showed more vehicles than the greens could let go: green used to the end, and a queue on the advance loop if there is one. */
export function wasOversaturated(tables: NodeTables, served: Served, lane: number): boolean {
  const { advanceLoops } = defined(tables.lanes.lanes[lane], "lane");
  return (
    defined(served.utilisation[lane], "lane") >= UTILISATION_OVERSATURATED &&
    (advanceLoops.length === 0 || advanceOccupancy(tables, served, lane) >= OCCUPANCY_QUEUED)
  );
}

/** Loops at the begin of a link that are covered for half of the time have a queue standing on them. */
const OCCUPANCY_SPILLED = 0.5;

export function wasSpilledBack({ occupancyRatio }: Served, entryLoops: readonly number[]): boolean {
  return entryLoops.some((loop) => defined(occupancyRatio[loop], "occupancy") >= OCCUPANCY_SPILLED);
}
