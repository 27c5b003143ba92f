import type { LaneOutlook } from "../../model/outlook.ts";

/**
 * The vehicles of one stop-line lane as the search serves them: in the order in which they could be at the stop line, with sums over
 * the first of them, so that what those behind cost is told without a loop. The rows may be longer than `count`. All times are seconds
 * from now.
 */
export type LaneQueue = {
  count: number;
  headwaySeconds: number;
  /** Earliest time at the stop line. */
  readonly earliest: Float64Array;
  readonly vehicles: Float64Array;
  /** Vehicles × urgency × the lane's weight of delay. */
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

/** An empty queue with room for so many vehicles, told for so many seconds. */
export function emptyQueue(size: number, seconds: number): LaneQueue {
  return {
    count: 0,
    headwaySeconds: 0,
    earliest: new Float64Array(size),
    vehicles: new Float64Array(size),
    weight: new Float64Array(size),
    vehiclesSum: new Float64Array(size + 1),
    weightSum: new Float64Array(size + 1),
    weightEarliestSum: new Float64Array(size + 1),
    weightAheadSum: new Float64Array(size + 1),
    placeAt: new Int32Array(seconds + 1),
  };
}

/** Parts of vehicles that come within this time of each other are told together, up to one vehicle. */
const MERGE_SECONDS = 2;

/**
 * The queue of a lane for the next `horizonSeconds`: what is expected, and the demand that no detector sees yet, in bins. `memory` is
 * a queue that is not needed any more: it is used again where it has room.
 */
export function laneQueue(lane: LaneOutlook, horizonSeconds: number, memory?: LaneQueue): LaneQueue {
  const { arrivals, headwaySeconds, unseenVehPerSecond, sightSeconds, delayWeight } = lane;
  const binSeconds = unseenBinSeconds(unseenVehPerSecond);
  const bins = binSeconds > 0 ? Math.max(0, Math.ceil((horizonSeconds - sightSeconds) / binSeconds)) : 0;
  const queue = roomFor(arrivals.length + bins, Math.ceil(horizonSeconds), memory);
  queue.count = 0;
  queue.headwaySeconds = headwaySeconds;
  const binVehicles = unseenVehPerSecond * binSeconds;
  let from = sightSeconds;
  let left = bins;
  let urgency = 0;
  const addBins = (untilSeconds: number): void => {
    while (left > 0 && from < horizonSeconds && from + binSeconds / 2 < untilSeconds) {
      urgency = add(queue, from + binSeconds / 2, binVehicles, delayWeight, urgency);
      from += binSeconds;
      left -= 1;
    }
  };
  for (const { earliestSeconds, vehicles, urgency: own } of arrivals) {
    if (earliestSeconds > horizonSeconds) break;
    addBins(earliestSeconds);
    urgency = add(queue, earliestSeconds, vehicles, own * delayWeight, urgency);
  }
  addBins(Number.POSITIVE_INFINITY);
  addSums(queue);
  return queue;
}

function roomFor(size: number, seconds: number, memory: LaneQueue | undefined): LaneQueue {
  const fits =
    memory !== undefined && memory.earliest.length >= size && memory.placeAt.length === seconds + 1;
  return fits ? memory : emptyQueue(size, seconds);
}

/** Adds an arrival behind the others, or to the last one, whose urgency is `lastUrgency`; gives the urgency of what is last then. */
function add(
  queue: LaneQueue,
  earliestSeconds: number,
  vehicles: number,
  urgency: number,
  lastUrgency: number,
): number {
  const last = queue.count - 1;
  const lastSeconds = queue.earliest[last] ?? 0;
  const together = (queue.vehicles[last] ?? 0) + vehicles;
  if (last < 0 || together > 1 || earliestSeconds - lastSeconds > MERGE_SECONDS) {
    queue.earliest[queue.count] = earliestSeconds;
    queue.vehicles[queue.count] = vehicles;
    queue.weight[queue.count] = vehicles * urgency;
    queue.count += 1;
    return urgency;
  }
  const share = vehicles / together;
  const merged = lastUrgency + share * (urgency - lastUrgency);
  queue.earliest[last] = lastSeconds + share * (earliestSeconds - lastSeconds);
  queue.vehicles[last] = together;
  queue.weight[last] = together * merged;
  return merged;
}

function addSums(queue: LaneQueue): void {
  const { count, earliest, vehicles, weight, placeAt } = queue;
  const { vehiclesSum, weightSum, weightEarliestSum, weightAheadSum } = queue;
  for (let index = 0; index < count; index += 1) {
    const ahead = vehiclesSum[index] ?? 0;
    const own = weight[index] ?? 0;
    vehiclesSum[index + 1] = ahead + (vehicles[index] ?? 0);
    weightSum[index + 1] = (weightSum[index] ?? 0) + own;
    weightEarliestSum[index + 1] = (weightEarliestSum[index] ?? 0) + own * (earliest[index] ?? 0);
    weightAheadSum[index + 1] = (weightAheadSum[index] ?? 0) + own * ahead;
  }
  for (let second = 0, place = 0; second < placeAt.length; second += 1) {
    while (place < count && (earliest[place] ?? 0) <= second) place += 1;
    placeAt[second] = place;
  }
}

/** Length of the bins of unseen demand; 0 where nobody is expected. */
function unseenBinSeconds(unseenVehPerSecond: number): number {
  if (unseenVehPerSecond < UNSEEN_MIN_VEH_PER_SECOND) return 0;
  const wanted = UNSEEN_BIN_VEHICLES / unseenVehPerSecond;
  return Math.min(UNSEEN_BIN_MAX_SECONDS, Math.max(UNSEEN_BIN_MIN_SECONDS, wanted));
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
