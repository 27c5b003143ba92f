import type { LiveMeasures, PlantResult } from "../field/plant.ts";

/** Running sums of a run's measures, DESIGN §2. */
export type Tally = {
  scheduled: number;
  waiting: number;
  running: number;
  arrived: number;
  /** Σ (1 − v / desired) over vehicles and seconds: SUMO's timeLoss. */
  timeLossSeconds: number;
  /** Σ of the seconds between schedule and entry, of those that still wait so far. */
  departDelaySeconds: number;
  /** Σ of the seconds that vehicles stood on the road, dwelling at stops left out. */
  waitingSeconds: number;
  /** Longest time that any vehicle stood in one place. */
  standingMaxSeconds: number;
};

/** A vehicle that stands so long in one place is jammed. */
const JAM_STANDING_SECONDS = 300;
const JAM_NEVER_INSERTED_SHARE = 0.02;

export function createTally(): Tally {
  return {
    scheduled: 0,
    waiting: 0,
    running: 0,
    arrived: 0,
    timeLossSeconds: 0,
    departDelaySeconds: 0,
    waitingSeconds: 0,
    standingMaxSeconds: 0,
  };
}

export function liveMeasures(tally: Tally): LiveMeasures {
  return {
    vehiclesRunning: tally.running,
    vehiclesWaitingToEnter: tally.waiting,
    vehiclesArrived: tally.arrived,
    delaySeconds:
      tally.scheduled === 0
        ? undefined
        : (tally.timeLossSeconds + tally.departDelaySeconds) / tally.scheduled,
  };
}

/** A run without vehicles has no delay. */
export function resultOf(
  tally: Tally,
  pedestrianDelaySeconds: number | undefined,
): Omit<PlantResult, "record"> {
  const vehicles = Math.max(1, tally.scheduled);
  return {
    vehiclesScheduled: tally.scheduled,
    vehiclesArrived: tally.arrived,
    vehiclesNeverInserted: tally.waiting,
    delaySeconds: (tally.timeLossSeconds + tally.departDelaySeconds) / vehicles,
    timeLossSeconds: tally.timeLossSeconds / vehicles,
    waitingSeconds: tally.waitingSeconds / vehicles,
    waitMaxSeconds: tally.standingMaxSeconds,
    jammed:
      tally.standingMaxSeconds >= JAM_STANDING_SECONDS ||
      tally.waiting > JAM_NEVER_INSERTED_SHARE * tally.scheduled,
    pedestrianDelaySeconds,
  };
}
