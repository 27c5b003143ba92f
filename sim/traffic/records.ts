import { defined } from "../../src/assert.ts";
import {
  type MovementPassages,
  type PlantRecord,
  PROFILE_INTERVAL_SECONDS,
  type ProfileInterval,
  type Trip,
} from "../field/plant.ts";
import { MODES } from "./classes.ts";
import type { Entry } from "./insertion.ts";
import type { TrafficState } from "./state.ts";
import type { TripEntry } from "./trips.ts";

/**
 * What is kept of vehicles beyond their sums. While a vehicle drives, its record is in the arrays of `Vehicles`; here it comes when
 * it passes a stop line, and when it leaves.
 */
export type Records = {
  readonly trips: Rows;
  readonly passages: Rows;
  readonly profile: Rows;
  /** Σ over the steps of those in the network or outside. */
  vehicleSteps: number;
  /** The tally's waiting up to the last step: what comes on top in a step is who stands in it. */
  waitingSeconds: number;
  queueMaxVehicles: number;
};

/** Rows of as many numbers each, one behind the other. */
type Rows = { readonly width: number; count: number; data: Float64Array };

const OUTCOMES = ["arrived", "unfinished", "neverInserted"] as const satisfies readonly Trip["outcome"][];

/** Mode, outcome, departDelay, lost, travel, free, standing, stops, metres, scheduled. */
const TRIP_WIDTH = 10;
/** Movement, lost, stops, scheduled. */
const PASSAGE_WIDTH = 4;
/** What was summed up at the end of an interval: steps, time lost, arrived, vehicle-steps. */
const PROFILE_WIDTH = 4;

export function createRecords(): Records {
  return {
    trips: createRows(TRIP_WIDTH),
    passages: createRows(PASSAGE_WIDTH),
    profile: createRows(PROFILE_WIDTH),
    vehicleSteps: 0,
    waitingSeconds: 0,
    queueMaxVehicles: 0,
  };
}

function createRows(width: number): Rows {
  return { width, count: 0, data: new Float64Array(width * 64) };
}

/** Where the next row begins. */
function takeRow(rows: Rows): number {
  const at = rows.count * rows.width;
  if (at === rows.data.length) {
    const longer = new Float64Array(2 * at);
    longer.set(rows.data);
    rows.data = longer;
  }
  rows.count += 1;
  return at;
}

/** The vehicle in `slot` is scheduled in this step, due so long before its begin. */
export function beginRecord(state: TrafficState, slot: number, lateSeconds: number): void {
  const { vehicles } = state;
  vehicles.scheduledStep[slot] = state.step - lateSeconds;
  vehicles.enteredStep[slot] = -1;
  vehicles.linkLost[slot] = 0;
  vehicles.linkStops[slot] = 0;
  vehicles.lost[slot] = 0;
  vehicles.stops[slot] = 0;
  vehicles.standing[slot] = 0;
  vehicles.wayMeters[slot] = 0;
}

/** The vehicle passes the end of its link; told before it is taken over. */
export function recordPassage(state: TrafficState, vehicle: number): void {
  const { movements, records, vehicles } = state;
  const movement = vehicles.movement[vehicle]!;
  const lost = vehicles.linkLost[vehicle]!;
  const stops = vehicles.linkStops[vehicle]!;
  if (movements.phase[movement]! >= 0) {
    const at = takeRow(records.passages);
    const { data } = records.passages;
    data[at] = movement;
    data[at + 1] = lost;
    data[at + 2] = stops;
    data[at + 3] = vehicles.scheduledStep[vehicle]!;
  }
  vehicles.lost[vehicle]! += lost;
  vehicles.stops[vehicle]! += stops;
  vehicles.linkLost[vehicle] = 0;
  vehicles.linkStops[vehicle] = 0;
}

/** The vehicle leaves the network in this step, from a link of that length. */
export function recordArrival(state: TrafficState, vehicle: number, linkMeters: number): void {
  const outcome = OUTCOMES.indexOf("arrived");
  // The step that is being carried out is not counted yet.
  writeTrip(state, state.records.trips, vehicle, outcome, state.step + 1, linkMeters);
}

function writeTrip(
  state: TrafficState,
  rows: Rows,
  vehicle: number,
  outcome: number,
  endStep: number,
  linkMeters: number,
): void {
  const { vehicles } = state;
  const entered = vehicles.enteredStep[vehicle]!;
  const isIn = entered >= 0;
  const lost = vehicles.lost[vehicle]! + vehicles.linkLost[vehicle]!;
  const travel = isIn ? endStep - entered : 0;
  const at = takeRow(rows);
  const { data } = rows;
  data[at] = vehicles.mode[vehicle]!;
  data[at + 1] = outcome;
  data[at + 2] = (isIn ? entered : endStep) - vehicles.scheduledStep[vehicle]!;
  data[at + 3] = lost;
  data[at + 4] = travel;
  data[at + 5] = Math.max(0, travel - lost - dweltSteps(state, vehicle));
  data[at + 6] = vehicles.standing[vehicle]!;
  data[at + 7] = vehicles.stops[vehicle]! + vehicles.linkStops[vehicle]!;
  data[at + 8] = isIn ? vehicles.wayMeters[vehicle]! + linkMeters : 0;
  data[at + 9] = vehicles.scheduledStep[vehicle]!;
}

/** How long the vehicle has stood at stops of its line. */
function dweltSteps(state: TrafficState, vehicle: number): number {
  const { services, vehicles } = state;
  const service = vehicles.service[vehicle]!;
  if (service < 0) return 0;
  const { stops } = services[service]!;
  const made = vehicles.stopsMade[vehicle]!;
  let steps = 0;
  for (let k = 0; k < made; k += 1) steps += stops[k]!.dwellSteps;
  const left = vehicles.dwellSteps[vehicle]!;
  return left > 0 ? steps + stops[made]!.dwellSteps - left : steps;
}

/** After each step, its number already counted. */
export function recordStep(state: TrafficState): void {
  const { records, tally } = state;
  records.vehicleSteps += tally.running + tally.waiting;
  const standing = tally.waitingSeconds - records.waitingSeconds;
  records.waitingSeconds = tally.waitingSeconds;
  if (standing > records.queueMaxVehicles) records.queueMaxVehicles = standing;
  if (state.step % PROFILE_INTERVAL_SECONDS === 0) writeProfile(state, records.profile);
}

function writeProfile({ records, step, tally }: TrafficState, rows: Rows): void {
  const at = takeRow(rows);
  rows.data[at] = step;
  rows.data[at + 1] = tally.timeLossSeconds + tally.departDelaySeconds;
  rows.data[at + 2] = tally.arrived;
  rows.data[at + 3] = records.vehicleSteps;
}

/** The record so far; those who are still in the network or outside come after those who have left. */
export function recordOf(
  state: TrafficState,
  entries: readonly Entry[],
  tripEntries: readonly TripEntry[],
): Omit<PlantRecord, "pedestrianWaitsSeconds" | "pedestrianCameSeconds"> {
  const { records } = state;
  return {
    trips: [...tripsIn(records.trips), ...tripsIn(present(state, entries, tripEntries))],
    passages: passagesOf(state),
    profile: profileOf(state),
    queueMaxVehicles: records.queueMaxVehicles,
  };
}

function present(state: TrafficState, entries: readonly Entry[], tripEntries: readonly TripEntry[]): Rows {
  const { lanes, streets, step, vehicles } = state;
  const rows = createRows(TRIP_WIDTH);
  const write = (vehicle: number, outcome: Trip["outcome"], linkMeters: number): void =>
    writeTrip(state, rows, vehicle, OUTCOMES.indexOf(outcome), step, linkMeters);
  for (let lane = 0; lane < streets.laneCount; lane += 1) {
    for (let vehicle = lanes.head[lane]!; vehicle >= 0; vehicle = vehicles.behind[vehicle]!) {
      write(vehicle, "unfinished", vehicles.x[vehicle]!);
    }
  }
  for (const head of [
    ...entries.flatMap(({ heads }) => [...heads]),
    ...tripEntries.map((entry) => entry.head),
  ]) {
    for (let vehicle = head; vehicle >= 0; vehicle = vehicles.behind[vehicle]!) {
      write(vehicle, "neverInserted", 0);
    }
  }
  return rows;
}

function tripsIn({ count, data, width }: Rows): readonly Trip[] {
  return Array.from({ length: count }, (_, row): Trip => {
    const at = row * width;
    return {
      mode: defined(MODES[data[at]!], "mode"),
      outcome: defined(OUTCOMES[data[at + 1]!], "outcome"),
      scheduledSeconds: data[at + 9]!,
      departDelaySeconds: data[at + 2]!,
      lostSeconds: data[at + 3]!,
      travelSeconds: data[at + 4]!,
      freeSeconds: data[at + 5]!,
      standingSeconds: data[at + 6]!,
      stops: data[at + 7]!,
      distanceMeters: data[at + 8]!,
    };
  });
}

function passagesOf({ lamps, movements, records }: TrafficState): readonly MovementPassages[] {
  const byMovement = Array.from({ length: movements.count }, () => {
    return {
      lostSeconds: new Array<number>(),
      scheduledSeconds: new Array<number>(),
      stops: new Array<number>(),
    };
  });
  const { count, data, width } = records.passages;
  for (let row = 0; row < count; row += 1) {
    const at = row * width;
    const { lostSeconds, scheduledSeconds, stops } = byMovement[data[at]!]!;
    lostSeconds.push(data[at + 1]!);
    stops.push(data[at + 2]!);
    scheduledSeconds.push(data[at + 3]!);
  }
  return byMovement.flatMap((passed, movement) =>
    passed.lostSeconds.length === 0
      ? []
      : [
          {
            intersection: lamps.phases[movements.phase[movement]!]!.intersection,
            movement: movements.ids[movement]!,
            ...passed,
          },
        ],
  );
}

function profileOf(state: TrafficState): readonly ProfileInterval[] {
  const { profile } = state.records;
  const rows: Rows = { ...profile, data: profile.data.slice() };
  if (state.step % PROFILE_INTERVAL_SECONDS !== 0) writeProfile(state, rows);
  return Array.from({ length: rows.count }, (_, row): ProfileInterval => {
    const grown = (column: number): number => valueAt(rows, row, column) - valueAt(rows, row - 1, column);
    return {
      fromSeconds: valueAt(rows, row - 1, 0),
      lostVehSeconds: grown(1),
      arrived: grown(2),
      vehiclesMean: grown(3) / grown(0),
    };
  });
}

/** Before the first row everything was zero. */
function valueAt({ data, width }: Rows, row: number, column: number): number {
  return row < 0 ? 0 : data[row * width + column]!;
}
