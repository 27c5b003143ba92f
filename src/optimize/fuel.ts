/** Of petrol, g/L: 8.887 kg a US gallon (EPA). */
const CO2_GRAMS_PER_LITER = 2_350;

/** A fleet's mean at rest; measured are 0.6 of a small car to 3.7 of a bus (US DOE, fact 861). */
const IDLE_LITERS_PER_HOUR = 0.9;

/** A car from rest to cruise speed: `½ m v² / (η · LHV)`, with its mass, the engine's efficiency, and what a litre of petrol holds. */
const MASS_KG = 1_600;
const EFFICIENCY = 0.25;
const HEATING_VALUE_JOULES_PER_LITER = 32e6;

/** What a vehicle burns at rest: a proxy, for what a control changes and not for an inventory (that needs HBEFA or MOVES). */
export function idleLiters(seconds: number): number {
  return (IDLE_LITERS_PER_HOUR * seconds) / 3_600;
}

/** What it burns to be as fast again as before a stop. */
export function stopLiters(metersPerSecond: number): number {
  return (0.5 * MASS_KG * metersPerSecond ** 2) / (EFFICIENCY * HEATING_VALUE_JOULES_PER_LITER);
}

export function co2Grams(liters: number): number {
  return liters * CO2_GRAMS_PER_LITER;
}
