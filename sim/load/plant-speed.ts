import type { Network } from "../../src/model/files.ts";
import { after, type InstantMs, msToSeconds, secondsToMs } from "../../src/units.ts";
import { createTrafficModel, stepTraffic } from "../traffic/model.ts";
import { fixedLamps } from "./fixed-lamps.ts";

export type PlantRun = {
  readonly network: Network;
  readonly midnightAt: InstantMs;
  readonly startsAt: InstantMs;
  readonly seconds: number;
  readonly seed: number;
};

/** What a run took. A vehicle-second is one vehicle on the street moved on by one second: a vehicle update at steps of a second. */
export type RunCost = {
  readonly vehicleSeconds: number;
  readonly wallSeconds: number;
};

/**
 * Runs the built-in model under fixed-time signals alone: no engine, no controllers, no detectors, nothing told. Making the
 * network is not timed. `nowMs` is wall time.
 */
export function timePlant(run: PlantRun, nowMs: () => number): RunCost {
  const network = withoutDetectors(run.network);
  const { midnightAt, startsAt, seed, seconds } = run;
  const endsAt = after(startsAt, secondsToMs(seconds));
  const model = createTrafficModel(network, { seed, startsAt, midnightAt, endsAt });
  const lampsAt = fixedLamps(network, midnightAt);
  const { tally } = model.state;
  let vehicleSeconds = 0;
  const beganMs = nowMs();
  for (let second = 0; second < seconds; second += 1) {
    stepTraffic(model, lampsAt(after(startsAt, secondsToMs(second))));
    vehicleSeconds += tally.running;
  }
  return { vehicleSeconds, wallSeconds: msToSeconds(nowMs() - beganMs) };
}

function withoutDetectors(network: Network): Network {
  return {
    ...network,
    intersections: network.intersections.map((intersection) => ({ ...intersection, detectors: [] })),
  };
}

/** Vehicle-seconds a wall second. */
export function updatesPerSecond({ vehicleSeconds, wallSeconds }: RunCost): number {
  return vehicleSeconds / wallSeconds;
}
