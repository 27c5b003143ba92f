import { defined } from "../assert.ts";
import type { CongestionEvidence } from "../estimate/congestion.ts";
import type { Approach } from "./approaches.ts";
import type { NodeTables } from "./configuration.ts";
import { isUnsound, type NodeHealth } from "./detector-health.ts";
import { advanceOccupancy, occupancyOf, type Served } from "./served.ts";

/**
 * What an interval showed without the detectors that have failed: they are covered by no queue, and count nobody. Also where operators
 * are only told of them: a warning decides nothing, and a loop that is stuck on is told as one already.
 */
export function soundlyServed(served: Served, { detectors }: Pick<NodeHealth, "detectors">): Served {
  const sound = (detector: number): boolean => !isUnsound(defined(detectors[detector], "detector"));
  return {
    ...served,
    counts: served.counts.map((count, detector) => (sound(detector) ? count : null)),
    occupancyRatio: served.occupancyRatio.map((ratio, detector) => (sound(detector) ? ratio : 0)),
  };
}

/**
 * What an interval showed of an approach and of the loops at its begin (`null` where there are none, or nobody watched them), and what
 * is forecast, vehicles by interval ahead and stream. An approach is as congested as the worst of its lanes: who queues in one of them
 * stands in the way of the others.
 */
export function approachEvidence(
  own: NodeTables,
  { lanes, entry, storageVehicles }: Approach,
  served: Served,
  atEntry: Served | null,
  coming: readonly (readonly number[])[],
): CongestionEvidence {
  const worst = (of: (lane: number) => number): number => Math.max(0, ...lanes.map(of));
  const total = (byLane: readonly number[]): number =>
    lanes.reduce((sum, lane) => sum + defined(byLane[lane], "lane"), 0);
  const streams = lanes.flatMap((lane) => defined(own.lanes.lanes[lane], "lane").streams);
  const entered = entry === null || atEntry === null ? null : counted(atEntry, entry.loops);
  const arrived = entered ?? counted(served, advanceLoopsOf(own, lanes));
  return {
    failedShare: worst((lane) => defined(served.failedShare[lane], "lane")),
    advanceOccupancyRatio: worst((lane) => advanceOccupancy(own, served, lane)),
    begin:
      entry === null || atEntry === null
        ? null
        : {
            occupancyRatio: occupancyOf(atEntry, entry.loops),
            filledShare: entered === null ? 0 : (entered - total(served.leftVehicles)) / storageVehicles,
          },
    saturation: coming.map((vehicles) => {
      const forecast = streams.reduce((sum, stream) => sum + defined(vehicles[stream], "stream"), 0);
      return demandVehicles(arrived, forecast) / total(served.capacityVehicles);
    }),
  };
}

/**
 * Forecasts are made of what left, which in a queue is less than what wants to: those who came count as much, seen where the road to
 * the approach begins, or by its advance loops.
 */
function demandVehicles(arrived: number | null, forecast: number): number {
  return arrived === null ? forecast : (arrived + forecast) / 2;
}

/** Vehicles over some loops; `null` where there is no loop, or one whose count is not known. */
function counted({ counts }: Served, loops: readonly number[]): number | null {
  const known = loops.flatMap((loop) => counts[loop] ?? []);
  return known.length === 0 || known.length < loops.length ? null : known.reduce((sum, one) => sum + one, 0);
}

function advanceLoopsOf(own: NodeTables, lanes: readonly number[]): readonly number[] {
  return [...new Set(lanes.flatMap((lane) => defined(own.lanes.lanes[lane], "lane").advanceLoops))];
}
