import { defined } from "../../src/assert.ts";
import type { DemandFile } from "../../src/model/demand.ts";
import { msToSeconds } from "../../src/units.ts";
import { notePedestrian } from "./calls.ts";
import { type ArrivalProcess, createArrivals, nextArrival, perHourAt } from "./demand.ts";
import type { Lamps } from "./lamps.ts";
import type { TrafficState } from "./state.ts";
import { stepOffAt, stepOffTogether } from "./walkers.ts";

/** Those who want to cross with one phase. Whoever comes and finds no walk presses the button, waits for walk and then walks. */
export type Crosswalk = {
  /** Its place among those of the demand, and among `Walkers`. */
  readonly index: number;
  readonly phase: number;
  readonly arrivals: ArrivalProcess;
  /** When each of those who wait came, from local midnight. */
  readonly waitingSinceMs: number[];
};

export type PedestrianTally = {
  arrived: number;
  waitSeconds: number;
  /** One by one, of those who have gone. */
  readonly waitsSeconds: number[];
  /** When they came, from local midnight. */
  readonly cameMs: number[];
};

export function createCrosswalks(demand: DemandFile, lamps: Lamps, seed: number): readonly Crosswalk[] {
  return demand.pedestrians.map(({ intersection, phase, persons }, index) => {
    const place = `${intersection} ${phase}`;
    return {
      index,
      phase: defined(lamps.phaseIndex.get(place), place),
      arrivals: createArrivals(persons, seed, `pedestrians ${place}`),
      waitingSinceMs: [],
    };
  });
}

/** One second at a crosswalk: whoever comes or waits while walk shows goes; everybody else waits the second out. */
export function stepCrosswalk(
  { calls, lamps, step, walkers }: TrafficState,
  crosswalk: Crosswalk,
  tally: PedestrianTally,
  sinceMidnightMs: number,
  stillArriving: boolean,
): void {
  const waited = crosswalk.waitingSinceMs.length;
  const hasWalk = lamps.walk[crosswalk.phase] === 1;
  const ofStep = perHourAt(crosswalk.arrivals.profile, sinceMidnightMs + 500) / 3600;
  let expected = stillArriving ? ofStep : -1;
  while (expected >= 0) {
    expected = nextArrival(crosswalk.arrivals, expected);
    if (expected < 0) break;
    crosswalk.waitingSinceMs.push(sinceMidnightMs);
    tally.arrived += 1;
    const afterSeconds = 1 - expected / ofStep;
    if (hasWalk) stepOffAt(walkers, crosswalk.index, step + afterSeconds);
    else notePedestrian(calls, crosswalk.phase, afterSeconds);
  }
  if (hasWalk) {
    stepOffTogether(walkers, crosswalk.index, step, waited);
    for (const sinceMs of crosswalk.waitingSinceMs) {
      tally.waitsSeconds.push(msToSeconds(sinceMidnightMs - sinceMs));
      tally.cameMs.push(sinceMs);
    }
    crosswalk.waitingSinceMs.length = 0;
  }
  tally.waitSeconds += crosswalk.waitingSinceMs.length;
}

/** Each pedestrian's wait up to now, those who wait yet included. */
export function pedestrianWaitsSeconds(
  crosswalks: readonly Crosswalk[],
  tally: PedestrianTally,
  sinceMidnightMs: number,
): readonly number[] {
  const waiting = crosswalks.flatMap(({ waitingSinceMs }) => waitingSinceMs);
  return [...tally.waitsSeconds, ...waiting.map((sinceMs) => msToSeconds(sinceMidnightMs - sinceMs))];
}

/** When each of them came, since `beganMs` from local midnight, in the same order. */
export function pedestrianCameSeconds(
  crosswalks: readonly Crosswalk[],
  tally: PedestrianTally,
  beganMs: number,
): readonly number[] {
  const waiting = crosswalks.flatMap(({ waitingSinceMs }) => waitingSinceMs);
  return [...tally.cameMs, ...waiting].map((cameMs) => msToSeconds(cameMs - beganMs));
}
