import { defined } from "../assert.ts";
import type { LaneTable } from "../estimate/lanes.ts";
import { loopStock } from "../estimate/loop-stock.ts";
import type { LaneOutlook, Outlook } from "../model/outlook.ts";
import type { InstantMs } from "../units.ts";
import type { EngineTables } from "./configuration.ts";
import type { EngineState } from "./state.ts";

export const METERING_DEFAULTS = { meteringFromRatio: 0.3 } as const;

/** So much more of its storage than where metering begins, and nobody gains anything by being let onto a road. */
const METERING_RANGE_RATIO = 0.6;

/** By exit of an intersection: how full the road to the next signal is, 0 to 1 and more; 0 where no signal follows. */
export function filledRoads(
  known: EngineState,
  tables: EngineTables,
  index: number,
  at: InstantMs,
): readonly number[] {
  return defined(tables.downstream[index], "roads").map((road): number => {
    if (road === null) return 0;
    const { loops } = defined(known.nodes.at(road.node), "node").tactical;
    return loopStock(loops, road.lanes, at) / road.storageVehicles;
  });
}

/**
 * An outlook in which a second of delay counts less for those who are for a road between two signals that fills, down to nothing: they
 * would wait there instead. Whoever is for elsewhere goes first; the intersection's own road fills and is metered into by the one before, so
 * that a queue is held where there is room and keeps nobody from turning. The pressure of max pressure control (Varaiya 2013), as a weight
 * of delay. `filled` is by exit.
 */
export function metered(
  outlook: Outlook,
  table: LaneTable,
  filled: readonly number[],
  meteringFromRatio: number,
): Outlook {
  const held = filled.map((ratio) =>
    Math.min(1, Math.max(0, (ratio - meteringFromRatio) / METERING_RANGE_RATIO)),
  );
  if (held.every((share) => share === 0)) return outlook;
  return { ...outlook, lanes: outlook.lanes.map((lane, place) => meteredLane(lane, table, place, held)) };
}

/** A lane whose vehicles are for metered exits with some probability. */
function meteredLane(
  lane: LaneOutlook,
  { lanes, exits }: LaneTable,
  place: number,
  held: readonly number[],
): LaneOutlook {
  const { streams } = defined(lanes[place], "lane");
  let heldShare = 0;
  for (const [exit, share] of held.entries()) {
    if (share === 0) continue;
    const own = defined(exits[exit], "exit").streams;
    for (const [index, stream] of streams.entries()) {
      if (own.includes(stream)) heldShare += share * defined(lane.streamShares[index], "share");
    }
  }
  if (heldShare === 0) return lane;
  return { ...lane, delayWeight: 1 - Math.min(1, heldShare) };
}
