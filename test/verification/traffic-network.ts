import type { DemandFile } from "../../src/model/demand.ts";
import type { Network } from "../../src/model/files.ts";
import type { Turn } from "../../src/model/intersection.ts";
import { createTrafficModel, stepTraffic, type TrafficModel } from "../../sim/traffic/model.ts";
import { laneOf } from "../traffic/drive.ts";
import { oneApproach, optionsOf } from "../traffic/small-networks.ts";
import { walkedTurn } from "../traffic/walked-networks.ts";

/** One lamp for the one phase of `oneApproach`. */
export function stepUnder(model: TrafficModel, lamp: string): void {
  stepTraffic(model, [{ intersection: "J", lamps: lamp, walk: "-" }]);
}

/** Instants at which fronts passed the stop line in the step that ended last, in seconds from the begin of the run. */
export function passings({ state }: TrafficModel): readonly number[] {
  const { afterSeconds, count } = state.crossings;
  return Array.from({ length: count }, (_, k) => state.step - 1 + (afterSeconds[k] ?? 0));
}

export type QueueStart = {
  /** Of the fronts at the stop line, in seconds from the begin of green. */
  readonly passed: readonly number[];
  /** When each vehicle of the queue had moved `MOVED_METERS`, and where it had stood. */
  readonly moved: readonly { readonly at: number; readonly from: number }[];
  /** Of the queue, first at the line first: who is a truck. */
  readonly trucks: readonly boolean[];
  readonly model: TrafficModel;
};

/** Far enough for everybody's start to be told from creeping. */
const MOVED_METERS = 20;

/** A queue of more than 60 cars, or of 500 m with trucks, that stands at red, and then has green for 90 s. */
export function queueStart(
  turn: Turn,
  saturationFlow: number,
  speed: number,
  seed: number,
  truckShare = 0,
): QueueStart {
  const network = withTrucks(oneApproach(turn, saturationFlow, 3600, [], speed), truckShare);
  const model = createTrafficModel(network, optionsOf(seed));
  const redSteps = 150;
  for (let step = 0; step < redSteps; step += 1) stepUnder(model, "r");
  const { lanes, vehicles } = model.state;
  const lane = laneOf(model, "a-j", 0);
  const stood = new Map<number, number>();
  for (let slot = lanes.head[lane] ?? -1; slot >= 0; slot = vehicles.behind[slot] ?? -1) {
    stood.set(vehicles.serial[slot] ?? 0, vehicles.x[slot] ?? 0);
  }
  const trucks = [...stood.keys()].map((serial) => isTruck(model, serial));
  const passed: number[] = [];
  const moved: { at: number; from: number }[] = [];
  for (let step = 0; step < 90; step += 1) {
    stepUnder(model, "G");
    passed.push(...passings(model).map((at) => at - redSteps));
    for (let slot = lanes.head[lane] ?? -1; slot >= 0; slot = vehicles.behind[slot] ?? -1) {
      const from = stood.get(vehicles.serial[slot] ?? 0);
      const now = vehicles.x[slot] ?? 0;
      const before = vehicles.x1[slot] ?? 0;
      if (from === undefined || before >= from + MOVED_METERS || now < from + MOVED_METERS) continue;
      moved.push({ at: step + (from + MOVED_METERS - before) / (now - before), from });
    }
  }
  return { passed, moved, trucks, model };
}

function withTrucks(network: Network, truckShare: number): Network {
  const { demand } = network;
  if (demand === undefined || truckShare === 0) return network;
  return {
    ...network,
    demand: { ...demand, entries: demand.entries.map((entry) => ({ ...entry, truckShare })) },
  };
}

function isTruck({ state: { vehicles } }: TrafficModel, serial: number): boolean {
  return (vehicles.meters[vehicles.serial.indexOf(serial)] ?? 0) > 10;
}

/** One lane to a signal, to which a car comes every `everySeconds` at the same speed as all others. */
export function regularArrivals(everySeconds: number, forSeconds: number): Network {
  const network = oneApproach("through", 1900, 0);
  const departSeconds: number[] = [];
  const begin = 8 * 3600;
  for (let at = 0; at < forSeconds; at += everySeconds) departSeconds.push(begin + at);
  const demand: DemandFile = {
    version: 1,
    pedestrians: [],
    entries: [],
    turning: [],
    trips: {
      fromSeconds: begin,
      vehicleTypes: [
        {
          id: "car",
          lengthMeters: 5,
          gapMeters: 2.5,
          accelerationMetersPerSecond2: 2.5,
          imperfection: 0,
          speedFactor: { mean: 1, deviation: 0, min: 1, max: 1 },
        },
      ],
      routes: [{ links: ["a-j", "j-b"], vehicleType: "car", departSeconds }],
    },
  };
  return { ...network, demand };
}

/** Cars that turn right in 40 cycles of 90 s with 40 s of green, of more than can, beside a crosswalk of 7 m. */
export function turnsBesideWalk(walkSeconds: number, personsPerHour: number, seed: number): number {
  const model = createTrafficModel(walkedTurn(1500, personsPerHour), optionsOf(seed));
  let turned = 0;
  for (let second = 0; second < 43 * 90; second += 1) {
    const position = second % 90;
    const lamps = position < 40 ? "G" : position < 43 ? "y" : "r";
    stepTraffic(model, [{ intersection: "J", lamps, walk: position < walkSeconds ? "W" : "D" }]);
    // The first cycles fill the street.
    if (second >= 3 * 90) turned += model.state.crossings.count;
  }
  return turned;
}

/** Slope of the straight line that fits best: by how much `y` grows with `x`. */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (of: (point: { readonly x: number; readonly y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const meanX = mean(({ x }) => x);
  const meanY = mean(({ y }) => y);
  return mean(({ x, y }) => (x - meanX) * (y - meanY)) / mean(({ x }) => (x - meanX) ** 2);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
