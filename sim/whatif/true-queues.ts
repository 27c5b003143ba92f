import { defined } from "../../src/assert.ts";
import type { LaneTable } from "../../src/estimate/lanes.ts";
import type { ZonePlace } from "../../src/model/zone-sight.ts";

/** Slower than this a vehicle stands in a queue, m/s: as in `estimate/zone.ts`. */
const STANDING_METERS_PER_SECOND = 1.5;
/** A queue has reached the begin of a link when somebody stands within so far of it: two vehicles. */
const LINK_BEGIN_METERS = 15;

/** One vehicle that was left is no queue: somebody who hesitated, or a green too short by a second. */
const RESIDUAL_VEHICLES_MIN = 2;

/** Vehicles of the plant around one intersection in one step, as its area detector would see them, and what its heads showed. */
export type PlantView = {
  /** By phase, in the order of the configuration. */
  readonly lamps: string;
  readonly vehicles: readonly ZonePlace[];
};

/** What the plant has shown of one stop-line lane since the counts began. */
export type LaneGreens = {
  readonly released: boolean;
  /** Who stood in it when its green began. */
  readonly waiting: ReadonlySet<number>;
  /** Greens that ended, with the yellow after them. */
  readonly greens: number;
  /** Of them, those that left a residual queue: vehicles that had stood there when they began. Cycle failures. */
  readonly failures: number;
};

/** The true queues of one intersection; what the engine never sees. */
export type TrueQueues = {
  /** By stop-line lane. */
  readonly lanes: readonly LaneGreens[];
  /** By exit: steps in which somebody stood at the begin of its link. */
  readonly stoodSteps: readonly number[];
};

export function startTrueQueues({ lanes, exits }: LaneTable): TrueQueues {
  return {
    // The first red ends no green that was seen to begin.
    lanes: lanes.map(() => ({ released: false, waiting: new Set(), greens: 0, failures: 0 })),
    stoodSteps: exits.map(() => 0),
  };
}

/** The lanes of exit links with their lengths, by exit of the lane table. */
export type ExitLanes = readonly (readonly { readonly id: string; readonly lengthMeters: number }[])[];

/** One step of the plant more. */
export function followQueues(
  before: TrueQueues,
  table: LaneTable,
  exitLanes: ExitLanes,
  { lamps, vehicles }: PlantView,
): TrueQueues {
  const places = new Map(vehicles);
  return {
    lanes: before.lanes.map((known, lane) => {
      const { id, streams } = defined(table.lanes[lane], "lane");
      const released = streams.some((stream) => goes(lamps[defined(table.streams[stream], "stream").phase]));
      if (released === known.released) return known;
      const there = placed(places.get(id) ?? []);
      if (released) {
        const standing = there.filter(({ metersPerSecond }) => metersPerSecond < STANDING_METERS_PER_SECOND);
        return { ...known, released, waiting: new Set(standing.map(({ track }) => track)) };
      }
      const left = there.filter(({ track }) => known.waiting.has(track)).length;
      const failed = left >= RESIDUAL_VEHICLES_MIN;
      return { ...known, released, greens: known.greens + 1, failures: known.failures + Number(failed) };
    }),
    stoodSteps: before.stoodSteps.map((steps, exit) => {
      const stands = defined(exitLanes[exit], "exit").some(({ id, lengthMeters }) =>
        placed(places.get(id) ?? []).some(
          ({ toEndMeters, metersPerSecond }) =>
            metersPerSecond < STANDING_METERS_PER_SECOND && lengthMeters - toEndMeters <= LINK_BEGIN_METERS,
        ),
      );
      return steps + Number(stands);
    }),
  };
}

/** The counts begin anew; greens that run go on. */
export function newInterval({ lanes, stoodSteps }: TrueQueues): TrueQueues {
  return {
    lanes: lanes.map((lane) => ({ ...lane, greens: 0, failures: 0 })),
    stoodSteps: stoodSteps.map(() => 0),
  };
}

function goes(lamp: string | undefined): boolean {
  return lamp === "G" || lamp === "g" || lamp === "y";
}

type Placed = { readonly track: number; readonly toEndMeters: number; readonly metersPerSecond: number };

/** Three numbers a vehicle, as in `ZoneFrame`. */
function placed(flat: readonly number[]): readonly Placed[] {
  return Array.from({ length: flat.length / 3 }, (_, index) => ({
    track: defined(flat[3 * index], "track"),
    toEndMeters: defined(flat[3 * index + 1], "distance") / 10,
    metersPerSecond: defined(flat[3 * index + 2], "speed") / 100,
  }));
}
