import { co2Grams } from "../../src/optimize/fuel.ts";
import type { MovementPassages, PlantRecord, PlantResult, Trip, VehicleMode } from "../field/plant.ts";
import { fuelLiters } from "./fuel.ts";
import type { ModeMeasures, MovementMeasures, RunDetail } from "./run-detail.ts";
import { meanOf, percentileOf } from "./statistics.ts";

/** Scalars of the traffic of one run, beyond what a plant sums up itself. `null`: nobody there of whom to tell. */
export type TrafficMeasures = {
  /** From entering to leaving, mean of those who arrived. */
  readonly travelTimeSeconds: number | null;
  /** Of the delays of DESIGN §2 of all scheduled vehicles, by nearest rank. */
  readonly delayP50Seconds: number | null;
  readonly delayP95Seconds: number | null;
  /** Mean over the scheduled vehicles of how often each came to a stand, below 0.1 m/s. */
  readonly stopsPerVehicle: number | null;
  /** Still in the network at the end. */
  readonly unfinished: number;
  /** Who arrived, by the hours of the run after its warm-up. */
  readonly throughputVehPerHour: number;
  /** Most vehicles standing at once in the network. */
  readonly queueMaxVehicles: number;
  /** By the proxy of `fuel.ts`, mean over the scheduled vehicles, up to the end of the run. */
  readonly fuelLitersPerVehicle: number | null;
  readonly co2GramsPerVehicle: number | null;
  readonly busDelaySeconds: number | null;
  /** Mean wait for walk; `null` on SUMO. */
  readonly pedestrianDelaySeconds: number | null;
  /** Greatest mean delay of a movement that at least ten vehicles made. */
  readonly worstMovementDelaySeconds: number | null;
};

/** Of fewer, one unlucky vehicle makes the mean. */
const WORST_MOVEMENT_VEHICLES_MIN = 10;

/** The scalars of so many measured seconds of a run, out of its vehicles; `detail` is that of the same run. */
export function trafficMeasures(
  { vehiclesArrived, vehiclesNeverInserted, vehiclesScheduled, record }: PlantResult,
  { modes, movements }: RunDetail,
  seconds: number,
): TrafficMeasures {
  const { trips, queueMaxVehicles } = record;
  const delays = trips.map(delayOf);
  const arrived = trips.filter(({ outcome }) => outcome === "arrived");
  const fuel = meanOf(trips.map(fuelLiters));
  const delayOfMode = (mode: ModeMeasures["mode"]): number | null =>
    modes.find((each) => each.mode === mode)?.delaySeconds ?? null;
  const often = movements.filter(({ vehicles }) => vehicles >= WORST_MOVEMENT_VEHICLES_MIN);
  return {
    travelTimeSeconds: meanOf(arrived.map(({ travelSeconds }) => travelSeconds)),
    delayP50Seconds: percentileOf(delays, 0.5),
    delayP95Seconds: percentileOf(delays, 0.95),
    stopsPerVehicle: meanOf(trips.map(({ stops }) => stops)),
    unfinished: vehiclesScheduled - vehiclesArrived - vehiclesNeverInserted,
    throughputVehPerHour: seconds === 0 ? 0 : (vehiclesArrived * 3_600) / seconds,
    queueMaxVehicles,
    fuelLitersPerVehicle: fuel,
    co2GramsPerVehicle: fuel === null ? null : co2Grams(fuel),
    busDelaySeconds: delayOfMode("bus"),
    pedestrianDelaySeconds: delayOfMode("pedestrian"),
    worstMovementDelaySeconds:
      often.length === 0 ? null : Math.max(...often.map(({ delaySeconds }) => delaySeconds)),
  };
}

/** What the record of a run tells by movement, by mode and by the time of the run. */
export function runDetail({ passages, pedestrianWaitsSeconds, profile, trips }: PlantRecord): RunDetail {
  return {
    movements: passages.flatMap(movementMeasures),
    modes: [
      ...VEHICLE_MODES.flatMap((mode) => {
        return modeMeasures(mode, trips.filter((trip) => trip.mode === mode).map(delayOf));
      }),
      ...modeMeasures("pedestrian", pedestrianWaitsSeconds),
    ],
    profile,
  };
}

const VEHICLE_MODES: readonly VehicleMode[] = ["car", "truck", "bus", "emergency", "bicycle"];

function delayOf({ departDelaySeconds, lostSeconds }: Trip): number {
  return departDelaySeconds + lostSeconds;
}

function movementMeasures(passages: MovementPassages): readonly MovementMeasures[] {
  const { intersection, movement, lostSeconds, stops } = passages;
  const vehicles = lostSeconds.length;
  const delaySeconds = meanOf(lostSeconds);
  const delayP95Seconds = percentileOf(lostSeconds, 0.95);
  if (delaySeconds === null || delayP95Seconds === null) return [];
  const stopsPerVehicle = stops === null ? null : meanOf(stops);
  return [{ intersection, movement, vehicles, delaySeconds, stopsPerVehicle, delayP95Seconds }];
}

function modeMeasures(mode: ModeMeasures["mode"], delays: readonly number[]): readonly ModeMeasures[] {
  const delaySeconds = meanOf(delays);
  const delayP95Seconds = percentileOf(delays, 0.95);
  if (delaySeconds === null || delayP95Seconds === null) return [];
  return [{ mode, count: delays.length, delaySeconds, delayP95Seconds }];
}
