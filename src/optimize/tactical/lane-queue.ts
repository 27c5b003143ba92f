import type { LaneOutlook } from "../../model/outlook.ts";

/**
 * The vehicles of one stop-line lane as the search serves them: in the order in which they could be at the stop line, with sums over
 * the first of them, so that what those behind cost is told without a loop. All times are seconds from now.
 */
export type LaneQueue = {
  readonly count: number;
  readonly headwaySeconds: number;
  /** Earliest time at the stop line. */
  readonly earliest: Float64Array;
  readonly vehicles: Float64Array;
  /** Vehicles × urgency. */
  readonly weight: Float64Array;
  /** Sums over the first i: of vehicles, of weight, of weight × earliest, of weight × vehicles before. */
  readonly vehiclesSum: Float64Array;
  readonly weightSum: Float64Array;
  readonly weightEarliestSum: Float64Array;
  readonly weightAheadSum: Float64Array;
  /** By whole second from now: place of the first vehicle that comes later. */
  readonly placeAt: Int32Array;
};

/** Unseen demand comes in bins of about so many vehicles, and of lengths between these. */
const UNSEEN_BIN_VEHICLES = 0.5;
const UNSEEN_BIN_MIN_SECONDS = 2;
const UNSEEN_BIN_MAX_SECONDS = 8;
/** Less demand than one vehicle in ten minutes is nobody. */
const UNSEEN_MIN_VEH_PER_SECOND = 1 / 600;

/** The queue of a lane for the next `horizonSeconds`: what is expected, and the demand that no detector sees yet. */
export function laneQueue(lane: LaneOutlook, horizonSeconds: number): LaneQueue {
  const unseen = unseenBins(lane, horizonSeconds);
  const expected = lane.arrivals.filter(({ earliestSeconds }) => earliestSeconds <= horizonSeconds);
  const all = merged(unseen.length === 0 ? expected : [...expected, ...unseen].toSorted(byEarliest));
  const count = all.length;
  const queue = {
    count,
    headwaySeconds: lane.headwaySeconds,
    earliest: new Float64Array(count),
    vehicles: new Float64Array(count),
    weight: new Float64Array(count),
    vehiclesSum: new Float64Array(count + 1),
    weightSum: new Float64Array(count + 1),
    weightEarliestSum: new Float64Array(count + 1),
    weightAheadSum: new Float64Array(count + 1),
    placeAt: new Int32Array(Math.ceil(horizonSeconds) + 1),
  };
  for (const [index, { earliestSeconds, vehicles, urgency }] of all.entries()) {
    const weight = vehicles * urgency;
    const ahead = queue.vehiclesSum[index] ?? 0;
    queue.earliest[index] = earliestSeconds;
    queue.vehicles[index] = vehicles;
    queue.weight[index] = weight;
    queue.vehiclesSum[index + 1] = ahead + vehicles;
    queue.weightSum[index + 1] = (queue.weightSum[index] ?? 0) + weight;
    queue.weightEarliestSum[index + 1] = (queue.weightEarliestSum[index] ?? 0) + weight * earliestSeconds;
    queue.weightAheadSum[index + 1] = (queue.weightAheadSum[index] ?? 0) + weight * ahead;
  }
  for (let second = 0, place = 0; second < queue.placeAt.length; second += 1) {
    while (place < count && (queue.earliest[place] ?? 0) <= second) place += 1;
    queue.placeAt[second] = place;
  }
  return queue;
}

/** Parts of vehicles that come within this time of each other are told together, up to one vehicle. */
const MERGE_SECONDS = 2;

function merged(arrivals: readonly Bin[]): readonly Bin[] {
  const list: Bin[] = [];
  for (const arrival of arrivals) {
    const last = list.at(-1);
    const vehicles = (last?.vehicles ?? 0) + arrival.vehicles;
    if (
      last === undefined ||
      vehicles > 1 ||
      arrival.earliestSeconds - last.earliestSeconds > MERGE_SECONDS
    ) {
      list.push(arrival);
      continue;
    }
    const share = arrival.vehicles / vehicles;
    list[list.length - 1] = {
      earliestSeconds: last.earliestSeconds + share * (arrival.earliestSeconds - last.earliestSeconds),
      vehicles,
      urgency: last.urgency + share * (arrival.urgency - last.urgency),
    };
  }
  return list;
}

type Bin = LaneOutlook["arrivals"][number];

function byEarliest(left: Bin, right: Bin): number {
  return left.earliestSeconds - right.earliestSeconds;
}

function unseenBins(
  { unseenVehPerSecond, sightSeconds }: LaneOutlook,
  horizonSeconds: number,
): readonly Bin[] {
  if (unseenVehPerSecond < UNSEEN_MIN_VEH_PER_SECOND) return [];
  const wanted = UNSEEN_BIN_VEHICLES / unseenVehPerSecond;
  const seconds = Math.min(UNSEEN_BIN_MAX_SECONDS, Math.max(UNSEEN_BIN_MIN_SECONDS, wanted));
  const bins: Bin[] = [];
  for (let from = sightSeconds; from < horizonSeconds; from += seconds) {
    bins.push({ earliestSeconds: from + seconds / 2, vehicles: unseenVehPerSecond * seconds, urgency: 1 });
  }
  return bins;
}

/**
 * What those cost at `atSeconds` who are there and were not served, the first of them at place `from`: their wait so far, what a next
 * service is expected to take (`extraSeconds`), and half the time that the queue before them takes to leave.
 */
export function unservedCost(
  queue: LaneQueue,
  from: number,
  atSeconds: number,
  extraSeconds: number,
): number {
  const { count, earliest, placeAt, weightSum } = queue;
  if (from >= count || (earliest[from] ?? 0) > atSeconds) return 0;
  // The first who comes later.
  let to = placeAt[Math.min(placeAt.length - 1, Math.floor(atSeconds))] ?? 0;
  while (to < count && (earliest[to] ?? 0) <= atSeconds) to += 1;
  const weight = (weightSum[to] ?? 0) - (weightSum[from] ?? 0);
  const weightEarliest = (queue.weightEarliestSum[to] ?? 0) - (queue.weightEarliestSum[from] ?? 0);
  const weightAhead =
    (queue.weightAheadSum[to] ?? 0) -
    (queue.weightAheadSum[from] ?? 0) -
    weight * (queue.vehiclesSum[from] ?? 0);
  return weight * (atSeconds + extraSeconds) - weightEarliest + 0.5 * queue.headwaySeconds * weightAhead;
}
