/** Acceleration, m/s²; reference `control-algorithms.md` §2. */
const ACCELERATION = 2;
/** What lanes of one approach are assumed to carry alike, beside what was counted: three vehicles in 300 s. */
const RATE_PRIOR_VEH_PER_SECOND = 0.01;

/**
 * Time for a way, seconds, from a speed in m/s: accelerating at 2 m/s² to the mean free speed of the way, then cruising; who drives
 * faster goes on so. `freeSeconds` is the time of the whole way at free speed.
 */
export function travelSeconds(meters: number, speed: number, freeSeconds: number): number {
  if (meters <= 0) return 0;
  const cruise = Math.max(speed, meters / freeSeconds);
  const accelerationMeters = (cruise * cruise - speed * speed) / (2 * ACCELERATION);
  if (meters < accelerationMeters)
    return (Math.sqrt(speed * speed + 2 * ACCELERATION * meters) - speed) / ACCELERATION;
  return (cruise - speed) / ACCELERATION + (meters - accelerationMeters) / cruise;
}

/** By lane: what it weighs among the lanes of its approach, from the vehicles that left it. */
export function laneFactors(ratesVehPerSecond: readonly number[], lanes: number): readonly number[] {
  return Array.from(
    { length: lanes },
    (_, lane) => Math.max(0, ratesVehPerSecond[lane] ?? 0) + RATE_PRIOR_VEH_PER_SECOND,
  );
}

type Weighted = { readonly lane: number; readonly weight: number };

/**
 * Shares one vehicle out. Between approaches by the prior weights; within a group, the lanes of one approach, by prior weight times
 * rate of departures. Lanes that it is known not to be for get nothing, unless all are such; the others get theirs.
 */
export function shareOut<Target extends Weighted>(
  groups: readonly (readonly Target[])[],
  factors: readonly number[],
  notFor: readonly number[],
  give: (target: Target, vehicles: number) => void,
): void {
  const scale = notFor.length === 0 ? 1 : remaining(groups, notFor);
  const heeded = scale > 0;
  for (const targets of groups) {
    let weight = 0;
    let factored = 0;
    for (const target of targets) {
      if (heeded && notFor.includes(target.lane)) continue;
      weight += target.weight;
      factored += target.weight * (factors[target.lane] ?? 0);
    }
    if (factored <= 0) continue;
    for (const target of targets) {
      if (heeded && notFor.includes(target.lane)) continue;
      const part = (target.weight * (factors[target.lane] ?? 0)) / factored;
      give(target, (weight * part) / (heeded ? scale : 1));
    }
  }
}

/** Share of the weight that is left without some lanes. */
function remaining(groups: readonly (readonly Weighted[])[], notFor: readonly number[]): number {
  let total = 0;
  let left = 0;
  for (const targets of groups) {
    for (const { lane, weight } of targets) {
      total += weight;
      if (!notFor.includes(lane)) left += weight;
    }
  }
  return total > 0 ? left / total : 0;
}
