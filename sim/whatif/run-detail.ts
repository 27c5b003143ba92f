/** What one run came to, beyond its scalar measures; times are seconds since the run's begin, after nothing was removed. */
export type RunDetail = {
  readonly movements: readonly MovementMeasures[];
  readonly modes: readonly ModeMeasures[];
  readonly profile: readonly ProfileInterval[];
};
/** By signalised movement: who passed its stop line. */
export type MovementMeasures = {
  readonly intersection: string;
  readonly movement: string;
  readonly vehicles: number;
  /** Mean time lost on the approach link of those who passed, s/veh. */
  readonly delaySeconds: number;
  readonly stopsPerVehicle: number;
  readonly delayP95Seconds: number;
};
export type ModeMeasures = {
  readonly mode: "car" | "truck" | "bus" | "emergency" | "pedestrian";
  readonly count: number;
  readonly delaySeconds: number;
  readonly delayP95Seconds: number;
};
/** Five minutes of the run. */
export type ProfileInterval = {
  readonly fromSeconds: number;
  /** Time lost by everybody in the interval, depart delay included, vehicle-seconds. */
  readonly lostVehSeconds: number;
  readonly arrived: number;
  /** Mean number in the network or waiting outside. */
  readonly vehiclesMean: number;
};
