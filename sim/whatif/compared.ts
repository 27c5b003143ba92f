import type { Measure } from "./measures.ts";

/**
 * The measures by which a variant is compared with its base, and which difference is a gain: one family, judged together (`family.ts`).
 * Chosen before anything was run; what only says how a control works (plans, decisions) is no gain and no loss,
 * and CO₂ by proxy is a multiple of fuel, that would be judged twice.
 */
export const COMPARED = {
  delaySeconds: "less",
  timeLossSeconds: "less",
  waitingSeconds: "less",
  waitMaxSeconds: "less",
  delayP95Seconds: "less",
  worstMovementDelaySeconds: "less",
  busDelaySeconds: "less",
  pedestrianDelaySeconds: "less",
  stopsPerVehicle: "less",
  travelTimeSeconds: "less",
  throughputVehPerHour: "more",
  queueMaxVehicles: "less",
  fuelLitersPerVehicle: "less",
  unfinished: "less",
  neverDeparted: "less",
} as const satisfies Partial<Readonly<Record<Measure, "less" | "more">>>;

export type ComparedMeasure = keyof typeof COMPARED;

/** The keys of `COMPARED`, in its order. */
export const COMPARED_MEASURES = Object.keys(COMPARED) as readonly ComparedMeasure[];
