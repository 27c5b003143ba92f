import { defined } from "../assert.ts";
import type { Arrival, LaneOutlook } from "../model/outlook.ts";
import type { SightTable } from "./sight-table.ts";
import { laneFactors, shareOut } from "./zone-arrivals.ts";

/** Vehicles that a neighbour expects to let into a link that leads here. */
export type NeighbourDeparture = {
  /** A key of `SightTable.neighbours`. */
  readonly link: string;
  /** From now; negative for what has left already. */
  readonly inSeconds: number;
  readonly vehicles: number;
};

/** Of a departure to the time at free speed: starting up takes longer than passing. */
const START_UP_SECONDS = 1.5;
const BIN_SECONDS = 2;
/** Nobody looks further ahead. */
const HORIZON_SECONDS = 120;
const VEHICLES_MIN = 0.001;

/**
 * The lanes with what upstream neighbours plan to let go: at departure + travel time + 1.5 s, in bins of 2 s, spread over the lanes as
 * the vehicles in sight are. Departures that lie behind count until zone detectors here see their vehicles, not longer.
 * Give it links of `ZoneConditions.plannedLinks` only, or vehicles count twice.
 */
export function plannedArrivals(
  lanes: readonly LaneOutlook[],
  sight: SightTable,
  departures: readonly NeighbourDeparture[],
  ratesVehPerSecond: readonly number[],
): readonly LaneOutlook[] {
  if (departures.length === 0) return lanes;
  const factors = laneFactors(ratesVehPerSecond, lanes.length);
  const bins = lanes.map(() => new Map<number, { vehicles: number; weighted: number }>());
  for (const { link, inSeconds, vehicles } of departures) {
    shareOut(sight.neighbours.get(link) ?? [], factors, [], (target, share) => {
      // What has left is told by the neighbour's plan until the vehicle is seen here.
      const inSight = target.unseenSeconds > 0 ? target.unseenSeconds + START_UP_SECONDS : 0;
      if (inSeconds < 0 && -inSeconds >= inSight) return;
      const seconds = Math.max(0, inSeconds + target.seconds + START_UP_SECONDS);
      if (seconds > HORIZON_SECONDS) return;
      const byBin = defined(bins[target.lane], "lane");
      const bin = byBin.get(Math.floor(seconds / BIN_SECONDS)) ?? { vehicles: 0, weighted: 0 };
      bin.vehicles += vehicles * share;
      bin.weighted += vehicles * share * seconds;
      byBin.set(Math.floor(seconds / BIN_SECONDS), bin);
    });
  }
  return lanes.map((lane, index) => {
    const planned: readonly Arrival[] = [...defined(bins[index], "lane").values()]
      .filter(({ vehicles }) => vehicles >= VEHICLES_MIN)
      .map(({ vehicles, weighted }) => ({ earliestSeconds: weighted / vehicles, vehicles, urgency: 1 }));
    if (planned.length === 0) return lane;
    const arrivals = [...lane.arrivals, ...planned].toSorted(
      (left, right) => left.earliestSeconds - right.earliestSeconds,
    );
    return { ...lane, arrivals };
  });
}
