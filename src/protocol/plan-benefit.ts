/**
 * What the timing plans in force are expected to be worth, by the engine's own model and not by measurement: `GET /api/benefit`.
 * Of the plans alone: what stage decisions gain each second is not in it.
 */
export type PlanBenefitView = {
  readonly at: number;
  readonly intersections: number;
  /** Intersections with a forecast of each movement: the figures are theirs. */
  readonly rated: number;
  /** Those of them that show stages by decision each second, and fall back on the plan. */
  readonly byStages: number;
  /** Demand forecast for this interval at the rated intersections. */
  readonly vehPerHour: number;
  /** Control delay (HCM 6) of the plans in force, seconds a vehicle; `null` while nothing is forecast. */
  readonly delaySeconds: number | null;
  /** The same of the plans by time of day, under the same demand. */
  readonly baselineDelaySeconds: number | null;
  /** CO₂ by proxy, grams an hour: time at rest at 0.9 L/h, a stop `½ m v² / (η · LHV)`, 2.35 kg a litre. Negative where more is burnt. */
  readonly co2SavedGramsPerHour: number | null;
};
