import type { RunMeasures } from "./run.ts";

/** A scalar measure of a run. */
export type Measure = Exclude<keyof RunMeasures, "seed">;

/** How a measure is told. */
export type MeasureForm = {
  readonly text: string;
  /** `""`: a pure count, or a flag. */
  readonly unit: string;
  /** It is wall time, and differs from one repetition of a run to the next. */
  readonly isWallTime?: true;
};

/** Every scalar measure, in the order in which reports and tables have them. */
export const MEASURE_FORMS = {
  delaySeconds: { text: "delay", unit: "s/veh" },
  timeLossSeconds: { text: "time loss", unit: "s/veh" },
  waitingSeconds: { text: "waiting", unit: "s/veh" },
  waitMaxSeconds: { text: "longest wait", unit: "s" },
  delayP50Seconds: { text: "delay, median", unit: "s" },
  delayP95Seconds: { text: "delay, 95th percentile", unit: "s" },
  worstMovementDelaySeconds: { text: "delay of the worst movement", unit: "s/veh" },
  busDelaySeconds: { text: "delay of buses", unit: "s/veh" },
  pedestrianDelaySeconds: { text: "wait of pedestrians", unit: "s/person" },
  stopsPerVehicle: { text: "stops", unit: "/veh" },
  travelTimeSeconds: { text: "travel time", unit: "s" },
  throughputVehPerHour: { text: "throughput", unit: "veh/h" },
  queueMaxVehicles: { text: "most standing at once", unit: "veh" },
  fuelLitersPerVehicle: { text: "fuel, by proxy", unit: "L/veh" },
  co2GramsPerVehicle: { text: "CO₂, by proxy", unit: "g/veh" },
  arrived: { text: "arrived", unit: "" },
  scheduled: { text: "scheduled", unit: "" },
  unfinished: { text: "unfinished", unit: "" },
  neverDeparted: { text: "never inserted", unit: "" },
  jammed: { text: "jammed", unit: "" },
  safetyViolations: { text: "safety violations", unit: "" },
  monitorTrips: { text: "monitor trips", unit: "" },
  plansApplied: { text: "plans applied", unit: "" },
  plansRefused: { text: "plans refused", unit: "" },
  planTransitions: { text: "cycles in transition", unit: "" },
  decisions: { text: "decisions", unit: "" },
  decisionMicrosecondsMean: { text: "decision, mean", unit: "µs", isWallTime: true },
  decisionMicrosecondsP50: { text: "decision, median", unit: "µs", isWallTime: true },
  decisionMicrosecondsP99: { text: "decision, 99th percentile", unit: "µs", isWallTime: true },
} as const satisfies Readonly<Record<Measure, MeasureForm>>;

/** The keys of `MEASURE_FORMS`, which its type says to be all measures and no more. */
export const MEASURES = Object.keys(MEASURE_FORMS) as readonly Measure[];

/** Something for each measure. */
export function byMeasure<Value>(of: (measure: Measure) => Value): Readonly<Record<Measure, Value>> {
  // `MEASURES` has every key.
  return Object.fromEntries(MEASURES.map((measure) => [measure, of(measure)])) as Record<Measure, Value>;
}

/** As figures are shown: to thousandths. Statistics are worked out of what was measured. */
export function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
