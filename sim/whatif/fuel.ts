import { idleLiters, stopLiters } from "../../src/optimize/fuel.ts";
import type { Trip } from "../field/plant.ts";

const METERS_PER_MILE = 1_609.344;
const LITERS_PER_GALLON = 3.785_411_784;
const MPH_PER_METER_PER_SECOND = 3_600 / METERS_PER_MILE;

/** What the proxy is reckoned of. */
export type Driven = Pick<
  Trip,
  "mode" | "distanceMeters" | "freeSeconds" | "standingSeconds" | "departDelaySeconds" | "stops"
>;

/**
 * Fuel of one vehicle, litres: a proxy, for what a control changes and not for an inventory (that needs HBEFA or MOVES).
 *
 * `k1(V) · distance + 0.9 L/h · idle time + stops · ½ m v² / (η · LHV)`
 *
 * - cruise: TRANSYT-7F, `k1 = 0.075283 − 0.0015892 V + 0.000015066 V²` US gallons a mile, V mph. That fleet is of the 1980s: twice a
 *   present car. It is the same for both of a pair that drive as far, and so falls out of their difference.
 * - idling: standing on the road or outside, waiting to enter.
 * - stops: each as from the trip's mean speed in free flow, those of creeping queues too, of which it makes too much.
 *
 * Every motor vehicle counts as one of the fleet's mean, buses and trucks too: what is stated above is no class's. Cyclists burn nothing.
 */
export function fuelLiters(driven: Driven): number {
  const { mode, distanceMeters, freeSeconds, standingSeconds, departDelaySeconds, stops } = driven;
  if (mode === "bicycle") return 0;
  const idling = idleLiters(standingSeconds + departDelaySeconds);
  if (freeSeconds <= 0) return idling;
  const cruiseSpeed = distanceMeters / freeSeconds;
  return cruiseLitersPerMeter(cruiseSpeed) * distanceMeters + idling + stops * stopLiters(cruiseSpeed);
}

function cruiseLitersPerMeter(metersPerSecond: number): number {
  const mph = metersPerSecond * MPH_PER_METER_PER_SECOND;
  const gallonsPerMile = 0.075283 - 0.0015892 * mph + 0.000015066 * mph ** 2;
  return (gallonsPerMile * LITERS_PER_GALLON) / METERS_PER_MILE;
}
