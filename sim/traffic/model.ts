import { PhasewiseError } from "../../src/errors.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import { type InstantMs, SECOND_MS } from "../../src/units.ts";
import type { LampOutput } from "../field/plant.ts";
import type { StreetEvent } from "../field/scenario.ts";
import { createCalls, forgetCalls } from "./calls.ts";
import { createEntries, type Entry, insertWaiting, scheduleArrivals } from "./insertion.ts";
import { createChanges } from "./changing.ts";
import { createLamps, showLamps } from "./lamps.ts";
import { createLanes } from "./lanes.ts";
import { createLoops } from "./loops.ts";
import { surgedDemand } from "./demand-change.ts";
import {
  closeLanes,
  type Closure,
  closuresOf,
  type Dispatch,
  dispatchesOf,
  sendDispatches,
} from "./street-events.ts";
import { createTally } from "./measures.ts";
import { commitStep, planStep } from "./motion.ts";
import { movementsOf } from "./movements.ts";
import { createCrosswalks, type Crosswalk, type PedestrianTally, stepCrosswalk } from "./pedestrians.ts";
import { type PlacedLane, placeVehicles } from "./placing.ts";
import { createRecords, recordStep } from "./records.ts";
import { createRoutes } from "./routes.ts";
import { createServices } from "./services.ts";
import { createCrossings, type TrafficState } from "./state.ts";
import { streetsOf } from "./streets.ts";
import { createTripEntries, insertTrips, scheduleTrips, type TripEntry } from "./trips.ts";
import { createVehicles } from "./vehicles.ts";
import { createWalkers, forgetArrived } from "./walkers.ts";

/** Length of a step. Car following and braking are derived for one second (following.ts). */
export const STEP_MS = SECOND_MS;

export type TrafficOptions = {
  readonly seed: number;
  readonly startsAt: InstantMs;
  /** Local midnight of the day on which the run starts: where the demand's profiles begin. */
  readonly midnightAt: InstantMs;
  /** From here on nobody is scheduled any more. */
  readonly endsAt?: InstantMs;
  /** What happens on the street; the ids are the network's. */
  readonly events?: readonly StreetEvent[] | undefined;
  /** Who is on the street as the run begins; nobody where absent. */
  readonly present?: readonly PlacedLane[] | undefined;
};

/** The state and those who come from outside. */
export type TrafficModel = {
  readonly state: TrafficState;
  readonly options: TrafficOptions;
  readonly entries: readonly Entry[];
  readonly tripEntries: readonly TripEntry[];
  readonly crosswalks: readonly Crosswalk[];
  readonly pedestrians: PedestrianTally;
  readonly closures: readonly Closure[];
  readonly dispatches: readonly Dispatch[];
};

const FIRST_CAPACITY = 1024;

/**
 * A network at the begin of a run, empty but for who is present; expects one that `validateNetwork` found without fault.
 * @throws PhasewiseError `DATA_MISSING` without demand, `DATA_INVALID` where turning shares are missing.
 */
export function createTrafficModel(network: Network, options: TrafficOptions): TrafficModel {
  const events = options.events ?? [];
  const demand = surgedDemand(demandOf(network), events, options.startsAt - options.midnightAt);
  const streets = streetsOf(network);
  const lamps = createLamps(network);
  const movements = movementsOf(network, demand, streets, lamps.phaseIndex);
  const services = createServices(demand, streets, movements, options.seed);
  const entries = createEntries(demand, streets, movements.choices, services, options.seed);
  const state: TrafficState = {
    streets,
    movements,
    vehicles: createVehicles(FIRST_CAPACITY),
    lanes: createLanes(streets),
    lamps,
    loops: createLoops(network, streets),
    tally: createTally(),
    records: createRecords(),
    services,
    routes: createRoutes(network, demand, streets, movements),
    calls: createCalls(),
    crossings: createCrossings(streets.laneCount),
    changes: createChanges(streets, movements),
    walkers: createWalkers(network, demand, streets, movements.count, options.seed),
    step: 0,
  };
  placeVehicles(state, options.present ?? [], options.seed);
  return {
    state,
    options,
    entries,
    tripEntries: createTripEntries(
      demand,
      streets,
      options.seed,
      (options.startsAt - options.midnightAt) / SECOND_MS,
    ),
    crosswalks: createCrosswalks(demand, lamps, options.seed),
    pedestrians: { arrived: 0, waitSeconds: 0, waitsSeconds: [], cameMs: [] },
    closures: closuresOf(events, streets),
    dispatches: dispatchesOf(events, demand, { services }, entries, options.seed),
  };
}

/** Throws DATA_MISSING for a network without demand. */
export function demandOf({ id, demand }: Network): DemandFile {
  if (demand !== undefined) return demand;
  throw new PhasewiseError(
    "DATA_MISSING",
    `network ${id}: found no demand.json, allowed: one with entries and turning shares, which the built-in traffic model needs`,
  );
}

/** Moves everything on by one second under the given lamps. Loop passings and calls are left to be taken. */
export function stepTraffic(model: TrafficModel, lamps: readonly LampOutput[]): void {
  const { options, state } = model;
  const nowMs = options.startsAt + state.step * STEP_MS;
  const sinceMidnightMs = nowMs - options.midnightAt;
  const stillArriving = options.endsAt === undefined || nowMs < options.endsAt;
  showLamps(state.lamps, lamps, state.step);
  forgetCalls(state.calls);
  closeLanes(state, model.closures);
  if (stillArriving) sendDispatches(state, model.dispatches);
  for (const entry of model.entries) {
    if (stillArriving) scheduleArrivals(state, entry, sinceMidnightMs);
    insertWaiting(state, entry);
  }
  for (const entry of model.tripEntries) {
    if (stillArriving) scheduleTrips(state, entry, sinceMidnightMs / SECOND_MS);
    insertTrips(state, entry);
  }
  forgetArrived(state.walkers, state.step);
  for (const crosswalk of model.crosswalks) {
    stepCrosswalk(state, crosswalk, model.pedestrians, sinceMidnightMs, stillArriving);
  }
  planStep(state);
  commitStep(state);
  state.tally.departDelaySeconds += state.tally.waiting;
  state.step += 1;
  recordStep(state);
}
