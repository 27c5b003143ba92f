/**
 * What the timing plans that run are expected to be worth, by the engine's own model and not by measurement: `GET /api/benefit`. Where
 * stages are decided each second no plan runs, and nothing is compared.
 */
export type PlanBenefitView = {
  readonly at: number;
  readonly intersections: number;
  /** Intersections that run a timing plan and have a forecast of each movement: the figures are theirs. */
  readonly rated: number;
  /** Intersections whose stages are decided each second. */
  readonly byStages: number;
  /** Demand forecast for this interval at the rated intersections. */
  readonly vehPerHour: number;
  /** Control delay (HCM 6) of the plans that run, seconds a vehicle; `null` where there is none to compare. */
  readonly delaySeconds: number | null;
  /** The same of the plans by time of day, under the same demand. */
  readonly baselineDelaySeconds: number | null;
  /** CO₂ by proxy, grams an hour: time at rest at 0.9 L/h, a stop `½ m v² / (η · LHV)`, 2.35 kg a litre. Negative where more is burnt. */
  readonly co2SavedGramsPerHour: number | null;
};
