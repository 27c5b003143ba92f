import type { ProfileInterval, VehicleMode } from "../field/plant.ts";

export type { ProfileInterval } from "../field/plant.ts";

/** What one run came to, beyond its scalar measures; times are seconds since the run's begin, after nothing was removed. */
export type RunDetail = {
  readonly movements: readonly MovementMeasures[];
  readonly modes: readonly ModeMeasures[];
  readonly profile: readonly ProfileInterval[];
};

/** By signalised movement: who passed its stop line. Movements that nobody made are left out. */
export type MovementMeasures = {
  readonly intersection: string;
  readonly movement: string;
  readonly vehicles: number;
  /** Mean time lost on the approach link of those who passed, s/veh. */
  readonly delaySeconds: number;
  /** `null` on SUMO, whose files do not tell where a vehicle stopped. */
  readonly stopsPerVehicle: number | null;
  readonly delayP95Seconds: number;
};

/** Everybody who was scheduled, by mode; of vehicles the delay of DESIGN §2, of pedestrians the wait for walk. */
export type ModeMeasures = {
  readonly mode: VehicleMode | "pedestrian";
  readonly count: number;
  readonly delaySeconds: number;
  readonly delayP95Seconds: number;
};
