import type { Calls } from "./calls.ts";
import type { Changes } from "./changing.ts";
import type { Lamps } from "./lamps.ts";
import type { Lanes } from "./lanes.ts";
import type { Loops } from "./loops.ts";
import type { Tally } from "./measures.ts";
import type { Movements } from "./movements.ts";
import type { Records } from "./records.ts";
import type { Routes } from "./routes.ts";
import type { Service } from "./services.ts";
import type { Streets } from "./streets.ts";
import type { Vehicles } from "./vehicles.ts";
import type { Walkers } from "./walkers.ts";

/** Everything that moves, and what it moves on. `step` counts whole seconds since the begin of the run. */
export type TrafficState = {
  readonly streets: Streets;
  readonly movements: Movements;
  readonly vehicles: Vehicles;
  readonly lanes: Lanes;
  readonly lamps: Lamps;
  readonly loops: Loops;
  readonly tally: Tally;
  readonly records: Records;
  readonly services: readonly Service[];
  readonly routes: Routes;
  readonly calls: Calls;
  readonly crossings: Crossings;
  readonly changes: Changes;
  readonly walkers: Walkers;
  step: number;
};

/** Who passed a stop line, the end of a joint's link included, during the last step, in the order of being let through. */
export type Crossings = {
  count: number;
  readonly vehicle: Int32Array;
  readonly movement: Int32Array;
  readonly fromLane: Int32Array;
  /** Of the front's passing, from the begin of the step. */
  readonly afterSeconds: Float64Array;
};

/** At most one vehicle passes the end of a lane in a step. */
export function createCrossings(laneCount: number): Crossings {
  return {
    count: 0,
    vehicle: new Int32Array(laneCount),
    movement: new Int32Array(laneCount),
    fromLane: new Int32Array(laneCount),
    afterSeconds: new Float64Array(laneCount),
  };
}
