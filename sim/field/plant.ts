import type { ZoneReport } from "../../src/model/zone-sight.ts";
import type { InstantMs } from "../../src/units.ts";

/**
 * What moves the vehicles of a simulated run: the built-in traffic model or SUMO. The field owns the clock; a plant only
 * moves on by one step when told to.
 */
export interface Plant {
  /** Length of one step in milliseconds; signal durations are rounded up to it. */
  readonly stepMs: number;
  /** Begin of the run. */
  readonly startsAt: InstantMs;
  /** End of the run as the scenario gives it; `undefined` where it has none. */
  readonly endsAt: InstantMs | undefined;
  /** Moves from `at` to `at + stepMs` under lamps that do not change meanwhile. */
  step(lamps: readonly LampOutput[], options: StepOptions): Promise<PlantStep>;
  /** Measures of the vehicles scheduled so far; ends the run and frees what it holds. */
  finish(): Promise<PlantResult>;
  /** Frees what the plant holds without measuring; safe to call twice. */
  close(): Promise<void>;
}

/** The lamps of one intersection, in the order of its configuration's phases (see `StateFrame`). */
export type LampOutput = {
  readonly intersection: string;
  readonly lamps: string;
  readonly walk: string;
};

export type StepOptions = {
  /** Positions are fetched only when somebody looks. */
  readonly wantVehicles: boolean;
  /** What area detectors see is worked out only for who controls by it. */
  readonly wantZones?: boolean | undefined;
};

/** One change of a detector within the step. */
export type Actuation = {
  readonly intersection: string;
  readonly detector: string;
  readonly at: InstantMs;
  readonly on: boolean;
};

/** Somebody presses the push button of a crosswalk. */
export type PedestrianCall = {
  readonly intersection: string;
  /** The phase whose walk is asked for. */
  readonly phase: string;
  readonly at: InstantMs;
};

/** A bus or an emergency vehicle checks in on the approach of a signal, or checks out behind its stop line. */
export type PriorityCall = {
  readonly intersection: string;
  readonly kind: "bus" | "emergency";
  /** The approach. */
  readonly link: string;
  readonly vehicle: string;
  readonly at: InstantMs;
  readonly checkedIn: boolean;
};

export type PlantStep = {
  readonly pedestrianCalls: readonly PedestrianCall[];
  readonly priorityCalls: readonly PriorityCall[];
  /** In the order of time, then of intersection and detector. */
  readonly actuations: readonly Actuation[];
  /** Flat, as in `TrafficFrame`; empty when not wanted. */
  readonly vehicles: readonly number[];
  /** One an intersection, in the order of the network; empty when not wanted. */
  readonly zones: readonly ZoneReport[];
  readonly measures: LiveMeasures;
};

export type LiveMeasures = {
  readonly vehiclesRunning: number;
  readonly vehiclesWaitingToEnter: number;
  readonly vehiclesArrived: number;
  /** DESIGN §2, so far; `undefined` before the first vehicle or where the plant knows it only at the end. */
  readonly delaySeconds: number | undefined;
};

/** Measures of a finished run by the definitions of DESIGN §2. */
export type PlantResult = {
  readonly vehiclesScheduled: number;
  readonly vehiclesArrived: number;
  readonly vehiclesNeverInserted: number;
  /** timeLoss + departDelay, averaged over every scheduled vehicle. */
  readonly delaySeconds: number;
  readonly timeLossSeconds: number;
  /** Time spent standing on the road, averaged over every scheduled vehicle; waiting to enter does not count. */
  readonly waitingSeconds: number;
  /**
   * The longest time for which any vehicle stood in one place, at a stop line or anywhere else on the road. SUMO's vehicles are
   * looked at often enough that it is at most 5 s too short.
   */
  readonly waitMaxSeconds: number;
  /** Some vehicle stood 300 s or more in one place, or more than 2 % of the scheduled ones were never inserted. */
  readonly jammed: boolean;
  /** Mean wait for walk of the pedestrians, where the plant has them. */
  readonly pedestrianDelaySeconds: number | undefined;
  /** One by one, for percentiles and for what is told apart. */
  readonly record: PlantRecord;
};

/** What a finished run leaves behind, vehicle by vehicle. */
export type PlantRecord = {
  /** Every scheduled vehicle once. */
  readonly trips: readonly Trip[];
  /** Only movements that somebody made. */
  readonly passages: readonly MovementPassages[];
  /** Each scheduled pedestrian's wait for walk, so far for those who wait yet; empty where the plant has none. */
  readonly pedestrianWaitsSeconds: readonly number[];
  /** When each of them came, since the begin of the run, in the same order. */
  readonly pedestrianCameSeconds: readonly number[];
  readonly profile: readonly ProfileInterval[];
  /** Most vehicles standing at once in the network, dwelling ones left out. */
  readonly queueMaxVehicles: number;
};

export type VehicleMode = "car" | "truck" | "bus" | "emergency" | "bicycle";

/** A scheduled vehicle, as far as it came by the end. */
export type Trip = {
  readonly mode: VehicleMode;
  readonly outcome: "arrived" | "unfinished" | "neverInserted";
  /** When it was to depart, since the begin of the run; less than zero for who was due before it. */
  readonly scheduledSeconds: number;
  readonly departDelaySeconds: number;
  /** Time lost in the network: SUMO's timeLoss. */
  readonly lostSeconds: number;
  /** In the network, stops of its line included. */
  readonly travelSeconds: number;
  /** What its way so far would have taken with no time lost and no stop of its line. */
  readonly freeSeconds: number;
  /** Slower than 0.1 m/s, stops of its line left out; and how often that began. */
  readonly standingSeconds: number;
  readonly stops: number;
  readonly distanceMeters: number;
};

/** Who passed the stop line by one movement. */
export type MovementPassages = {
  readonly intersection: string;
  readonly movement: string;
  /** Time lost on the link before the stop line, one number a vehicle. */
  readonly lostSeconds: readonly number[];
  /** When each of them was to depart, as in its trip. */
  readonly scheduledSeconds: readonly number[];
  /** Each one's stops on that link; `null` where the plant does not know. */
  readonly stops: readonly number[] | null;
};

/** Length of the intervals of a run's profile. */
export const PROFILE_INTERVAL_SECONDS = 300;

/** Five minutes of the run; the last one may be shorter. */
export type ProfileInterval = {
  /** From the begin of the run. */
  readonly fromSeconds: number;
  /** Time lost by all vehicles in the interval, depart delay included, vehicle-seconds. */
  readonly lostVehSeconds: number;
  readonly arrived: number;
  /** Mean number in the network or waiting outside. */
  readonly vehiclesMean: number;
};
