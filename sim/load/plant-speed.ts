import type { Network } from "../../src/model/files.ts";
import { after, type InstantMs, msToSeconds, secondsToMs } from "../../src/units.ts";
import { createTrafficModel, stepTraffic } from "../traffic/model.ts";
import type { PlacedLane } from "../traffic/placing.ts";
import { fixedLamps } from "../traffic/fixed-lamps.ts";

export type PlantRun = {
  readonly network: Network;
  readonly midnightAt: InstantMs;
  readonly startsAt: InstantMs;
  readonly seconds: number;
  readonly seed: number;
  /** Metres from one vehicle to the next on every lane as the run begins; an empty street where absent. */
  readonly spacingMeters?: number;
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
  const { spacingMeters } = run;
  const present = spacingMeters === undefined ? [] : spreadOver(network, spacingMeters);
  const model = createTrafficModel(network, { seed, startsAt, midnightAt, endsAt, present });
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

/** A network that fills from its rim has few vehicles for a quarter of an hour, the fewer for its size the larger it is. */
function spreadOver({ links }: Network, spacingMeters: number): readonly PlacedLane[] {
  return links.flatMap(({ id, lanes }) =>
    lanes.map(({ id: lane, lengthMeters }) => ({
      link: id,
      lane,
      distanceMeters: Array.from(
        { length: Math.floor(lengthMeters / spacingMeters) },
        (_, k) => k * spacingMeters,
      ),
    })),
  );
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
