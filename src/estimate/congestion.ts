/** What one approach is expected to bring in one interval, and what its greens can let go. */
export type IntervalOutlook = {
  readonly demandVehicles: number;
  /** Standard deviation of the forecast's error, vehicles. */
  readonly deviationVehicles: number;
  readonly capacityVehicles: number;
};

/** An approach now, and the intervals to come, nearest first. */
export type ApproachOutlook = {
  readonly queueVehicles: number;
  /** Vehicles that fit between the stop line and the signal, or the junction, before it. */
  readonly storageVehicles: number;
  readonly intervals: readonly IntervalOutlook[];
};

/** By interval, nearest first: probabilities. */
export type CongestionRisk = {
  /** More comes than the greens can let go: a degree of saturation above one. */
  readonly oversaturated: readonly number[];
  /** The queue left at the end of the interval is longer than the approach. */
  readonly spillback: readonly number[];
};

/** Demand further than this from its mean is left out: one in 10,000. */
const DEVIATIONS_MAX = 4;

/**
 * How likely each interval brings more than can go, and a queue that does not fit: the distribution of the queue is carried from interval
 * to interval, queue = max(0, queue + demand − capacity), with forecast errors taken as normal and independent. Queues beyond the storage
 * are kept, since they have to be served before they fit again.
 */
export function congestionRisk({
  queueVehicles,
  storageVehicles,
  intervals,
}: ApproachOutlook): CongestionRisk {
  let queue: readonly number[] = spread(Math.max(0, queueVehicles));
  const oversaturated: number[] = [];
  const spillback: number[] = [];
  for (const interval of intervals) {
    const demand = demandChances(interval);
    oversaturated.push(
      chanceAbove(interval.demandVehicles, interval.deviationVehicles, interval.capacityVehicles),
    );
    queue = served(convolved(queue, demand), interval.capacityVehicles);
    spillback.push(above(queue, storageVehicles));
  }
  return { oversaturated, spillback };
}

/** A number of vehicles that need not be whole as chances of the whole numbers beside it, with the same mean. */
function spread(vehicles: number): readonly number[] {
  const whole = Math.floor(vehicles);
  const rest = vehicles - whole;
  const chances = Array.from({ length: whole + 2 }, () => 0);
  chances[whole] = 1 - rest;
  chances[whole + 1] = rest;
  return chances;
}

/** Chance of each whole number of arrivals, from none on. */
function demandChances({ demandVehicles, deviationVehicles }: IntervalOutlook): readonly number[] {
  const most = Math.ceil(demandVehicles + DEVIATIONS_MAX * deviationVehicles);
  if (deviationVehicles <= 0) return spread(demandVehicles);
  const chances = Array.from({ length: most + 1 }, (_, count) => {
    const below = count === 0 ? 0 : normalBelow((count - 0.5 - demandVehicles) / deviationVehicles);
    return normalBelow((count + 0.5 - demandVehicles) / deviationVehicles) - below;
  });
  const sum = chances.reduce((total, chance) => total + chance, 0);
  return chances.map((chance) => chance / sum);
}

function convolved(left: readonly number[], right: readonly number[]): readonly number[] {
  const sum = Array.from({ length: left.length + right.length - 1 }, () => 0);
  for (const [first, chance] of left.entries()) {
    if (chance === 0) continue;
    for (const [second, other] of right.entries()) {
      sum[first + second] = (sum[first + second] ?? 0) + chance * other;
    }
  }
  return sum;
}

/** What is left when the greens have let go what they can; a capacity between two whole numbers is each of them in turn. */
function served(waiting: readonly number[], capacityVehicles: number): readonly number[] {
  const whole = Math.floor(capacityVehicles);
  const rest = capacityVehicles - whole;
  const left = Array.from({ length: Math.max(1, waiting.length - whole) }, () => 0);
  for (const [count, chance] of waiting.entries()) {
    const after = Math.max(0, count - whole);
    const afterMore = Math.max(0, count - whole - 1);
    left[after] = (left[after] ?? 0) + chance * (1 - rest);
    left[afterMore] = (left[afterMore] ?? 0) + chance * rest;
  }
  return left;
}

function above(chances: readonly number[], limit: number): number {
  return Math.min(
    1,
    chances.reduce((sum, chance, count) => (count > limit ? sum + chance : sum), 0),
  );
}

function chanceAbove(mean: number, deviation: number, limit: number): number {
  if (deviation <= 0) return mean > limit ? 1 : 0;
  return 1 - normalBelow((limit - mean) / deviation);
}

/**
 * Standard normal distribution function; Abramowitz & Stegun 7.1.26, error below 1.5e-7. Asked some thousand times an intersection and interval,
 * so not the exact one of `forecast/significance.ts`.
 */
function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.327_591_1 * x);
  const polynomial =
    t *
    (0.254_829_592 + t * (-0.284_496_736 + t * (1.421_413_741 + t * (-1.453_152_027 + t * 1.061_405_429))));
  const tail = 0.5 * polynomial * Math.exp(-x * x);
  return z < 0 ? tail : 1 - tail;
}
