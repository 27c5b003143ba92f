import { assert, defined } from "../assert.ts";
import type { Detector, Intersection, Turn } from "../model/intersection.ts";

/** One movement out of one lane: what a departure over the lane's stop-line loop may have been. */
export type Stream = {
  readonly lane: number;
  readonly movement: number;
  readonly phase: number;
};

/** What lies at the stop lines of an intersection, with indices into its configuration's lists. */
export type LaneTable = {
  readonly lanes: readonly {
    readonly id: string;
    readonly link: string;
    readonly streams: readonly number[];
    readonly stopLineLoops: readonly number[];
    readonly advanceLoops: readonly number[];
  }[];
  readonly streams: readonly Stream[];
  /** Streams that a departure over each detector may belong to; none but for stop-line loops. */
  readonly streamsOfLoop: readonly (readonly number[])[];
  /** Links that leave, with the loops at their begin and the streams that lead into them. */
  readonly exits: readonly {
    readonly link: string;
    readonly entryLoops: readonly number[];
    readonly streams: readonly number[];
  }[];
  /** What an engine assumes of the shares of a lane's turns before it has seen any. */
  readonly priorShares: readonly number[];
};

/** Straight on : turn : U-turn, before counting; reference `control-algorithms.md` §2. */
const PRIOR_WEIGHT: Readonly<Record<Turn, number>> = { through: 3, left: 1, right: 1, uturn: 0.02 };

/** A loop that names no lanes looks after the one it lies on. */
function watches({ lane, serves }: Detector, laneId: string): boolean {
  return serves.length > 0 ? serves.includes(laneId) : lane === laneId;
}

export function laneTable(intersection: Intersection): LaneTable {
  const laneIds = [...new Set(intersection.movements.flatMap(({ fromLanes }) => fromLanes))];
  const phaseIndex = new Map(intersection.phases.map(({ id }, index) => [id, index]));
  const streams = laneIds.flatMap((laneId, lane) =>
    intersection.movements.flatMap((movement, index) =>
      movement.fromLanes.includes(laneId)
        ? [{ lane, movement: index, phase: defined(phaseIndex.get(movement.phase), movement.phase) }]
        : [],
    ),
  );
  const { detectors, movements } = intersection;
  const loopsOf = (role: Detector["role"], fits: (detector: Detector) => boolean): readonly number[] =>
    placesOf(detectors, (detector) => detector.role === role && fits(detector));
  const lanes = laneIds.map((id, lane) => {
    const own = placesOf(streams, (stream) => stream.lane === lane);
    const first = defined(streams[defined(own[0], "a lane has a stream")], "stream");
    return {
      id,
      link: defined(movements[first.movement], "movement").fromLink,
      streams: own,
      stopLineLoops: loopsOf("stopLine", (detector) => watches(detector, id)),
      advanceLoops: loopsOf("advance", (detector) => watches(detector, id)),
    };
  });
  const exits = [...new Set(movements.map(({ toLink }) => toLink))].map((link) => ({
    link,
    entryLoops: loopsOf("entry", (detector) => detector.link === link),
    streams: placesOf(streams, ({ movement }) => movements[movement]?.toLink === link),
  }));
  const weights = streams.map(({ movement }) => PRIOR_WEIGHT[defined(movements[movement], "movement").turn]);
  return {
    lanes,
    streams,
    streamsOfLoop: detectors.map((_, index) =>
      lanes.flatMap(({ stopLineLoops, streams: own }) => (stopLineLoops.includes(index) ? own : [])).slice(),
    ),
    exits,
    priorShares: normaliseByLane(lanes, weights),
  };
}

/** Places of the items that fit. A copy, since a list that is put together takes room for seventeen, and there are seventy of them here. */
function placesOf<Item>(items: readonly Item[], fits: (item: Item) => boolean): readonly number[] {
  return items.flatMap((item, index) => (fits(item) ? [index] : [])).slice();
}

/** The weights scaled so that the streams of each lane add up to 1. */
export function normaliseByLane(
  lanes: readonly { readonly streams: readonly number[] }[],
  weights: readonly number[],
): readonly number[] {
  const shares = [...weights];
  for (const { streams } of lanes) {
    const total = streams.reduce((sum, stream) => sum + defined(weights[stream], "weight"), 0);
    assert(total > 0, "a lane's weights add up to more than nothing");
    for (const stream of streams) shares[stream] = defined(weights[stream], "weight") / total;
  }
  return shares;
}
