/** One figure that a decision was made on, and the same problem with another value of it. */
export type DecisionInput<Problem> = {
  /** Such as `lane.side.0.waiting`. */
  readonly path: string;
  /** As an operator says it. */
  readonly title: string;
  readonly unit: "veh" | "veh/h" | "s" | "of 1" | "yes or no";
  readonly value: number;
  /** Values that can be thought of, both ends included. */
  readonly min: number;
  readonly max: number;
  /** Smaller differences say nothing. */
  readonly step: number;
  readonly with: (value: number) => Problem;
};
