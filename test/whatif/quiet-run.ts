import type { RunMeasures } from "../../sim/whatif/run.ts";

/** A run in which nothing happened but what is said. */
export function quietRun(seed: number, measures: Partial<RunMeasures>): RunMeasures {
  return {
    seed,
    delaySeconds: 0,
    timeLossSeconds: 0,
    waitingSeconds: 0,
    waitMaxSeconds: 0,
    arrived: 90,
    scheduled: 100,
    neverDeparted: 0,
    jammed: false,
    safetyViolations: 0,
    monitorTrips: 0,
    plansApplied: 0,
    plansRefused: 0,
    planTransitions: 0,
    travelTimeSeconds: null,
    delayP50Seconds: null,
    delayP95Seconds: null,
    stopsPerVehicle: null,
    unfinished: 10,
    throughputVehPerHour: 90,
    queueMaxVehicles: 0,
    fuelLitersPerVehicle: null,
    co2GramsPerVehicle: null,
    busDelaySeconds: null,
    pedestrianDelaySeconds: null,
    worstMovementDelaySeconds: null,
    decisions: 0,
    decisionMicrosecondsMean: null,
    decisionMicrosecondsP50: null,
    decisionMicrosecondsP99: null,
    ...measures,
  };
}
