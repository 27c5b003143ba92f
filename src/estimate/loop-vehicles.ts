import { defined } from "../assert.ts";
import type { InstantMs } from "../units.ts";

/**
 * A vehicle that an advance loop saw, or that is supposed because a lane lets out more than its loops see. What became of it is
 * a probability each: it waits for or drives towards one of the approach's lanes, it has left, or it was never to come here.
 * The rest to 1 is the last.
 */
export type TrackedVehicle = {
  /** Place of the advance loop in the approach's layout; `undefined` for one that no loop saw. */
  readonly loop: number | undefined;
  /** Earliest at the stop line, driving freely. */
  readonly dueAt: InstantMs;
  /** By lane of the approach. */
  readonly chances: readonly number[];
  readonly left: number;
};

/** Share of a vehicle that is still expected at some stop line. */
export function presence({ chances }: TrackedVehicle): number {
  let sum = 0;
  for (const chance of chances) sum += chance;
  return sum;
}

/** What is left of it once it is known that it is not in `lane`, certain to the degree `certainty`. Bayes' rule. */
export function withoutLane(vehicle: TrackedVehicle, lane: number, certainty: number): TrackedVehicle {
  const chance = defined(vehicle.chances[lane], "lane");
  const ruledOut = chance * certainty;
  if (ruledOut === 0) return vehicle;
  const remains = 1 - ruledOut;
  if (remains < 1e-9) return { ...vehicle, chances: vehicle.chances.map(() => 0) };
  return {
    ...vehicle,
    chances: vehicle.chances.map((other, index) => (index === lane ? other - ruledOut : other) / remains),
    left: vehicle.left / remains,
  };
}

export type Attribution = {
  readonly vehicles: readonly TrackedVehicle[];
  /** By vehicle: the probability that it was the one. */
  readonly shares: readonly number[];
  /** The probability that it was none of them. */
  readonly unknown: number;
};

/** How likely it is that a vehicle comes which no loop saw and which was not supposed either, against one that was. */
const UNKNOWN_PRIOR = 0.05;

/**
 * Somebody came to the stop line of `lane`: who was it? The first vehicle that is in this lane, so each with its own chance times
 * that of nobody before it being there. Those passed over are less likely to be in this lane, those behind stay as they are.
 * The vehicles are taken as independent. `readiness` is the likelihood that a vehicle can have come so far by now.
 */
export function attribute(
  vehicles: readonly TrackedVehicle[],
  lane: number,
  readiness: (vehicle: TrackedVehicle) => number,
): Attribution {
  const shares: number[] = [];
  const ready: number[] = [];
  let nobodyBefore = 1;
  for (const vehicle of vehicles) {
    const likelihood = readiness(vehicle);
    const chance = defined(vehicle.chances[lane], "lane") * likelihood;
    shares.push(nobodyBefore * chance);
    ready.push(likelihood);
    nobodyBefore *= 1 - chance;
  }
  const unknown = nobodyBefore * UNKNOWN_PRIOR;
  const total = 1 - nobodyBefore + unknown;
  let sharesBefore = 0;
  const updated = vehicles.map((vehicle, index): TrackedVehicle => {
    const share = defined(shares[index], "share") / total;
    const passedOver = Math.max(0, 1 - sharesBefore - share);
    const behind = sharesBefore;
    sharesBefore += share;
    if (defined(ready[index], "readiness") === 0) return vehicle;
    const other = withoutLane(vehicle, lane, defined(ready[index], "readiness"));
    return {
      ...vehicle,
      chances: vehicle.chances.map(
        (chance, place) => behind * chance + passedOver * defined(other.chances[place], "lane"),
      ),
      left: behind * vehicle.left + passedOver * other.left + share,
    };
  });
  return { vehicles: updated, shares: shares.map((share) => share / total), unknown: unknown / total };
}

/** Keeps the order of earliest arrival. */
export function inserted(
  vehicles: readonly TrackedVehicle[],
  vehicle: TrackedVehicle,
): readonly TrackedVehicle[] {
  let place = vehicles.length;
  while (place > 0 && defined(vehicles[place - 1], "vehicle").dueAt > vehicle.dueAt) place -= 1;
  return [...vehicles.slice(0, place), vehicle, ...vehicles.slice(place)];
}

const ACCELERATION = 2;

/** Seconds for `meters` from a speed up to the free speed with 2 m/s²; `control-algorithms.md` §2. */
export function driveSeconds(meters: number, speed: number, freeSpeed: number): number {
  const from = Math.min(speed, freeSpeed);
  const gaining = (freeSpeed * freeSpeed - from * from) / (2 * ACCELERATION);
  if (meters <= gaining) return (Math.sqrt(from * from + 2 * ACCELERATION * meters) - from) / ACCELERATION;
  return (freeSpeed - from) / ACCELERATION + (meters - gaining) / freeSpeed;
}
