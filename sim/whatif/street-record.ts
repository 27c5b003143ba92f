import { defined } from "../../src/assert.ts";
import type { Network } from "../../src/model/files.ts";
import { msToSeconds } from "../../src/units.ts";
import type { LampOutput, Plant } from "../field/plant.ts";
import { type RouteLine, routeLinesOf, placeOn } from "./route-line.ts";

/** A stretch of time in seconds since the begin of the run. */
export type Stretch = readonly [fromSeconds: number, untilSeconds: number];

/** Every green of a phase that the heads showed, in the order of time; the last may have been cut short by the end. */
export type PhaseGreens = {
  readonly intersection: string;
  readonly phase: string;
  readonly greens: readonly Stretch[];
};

/** Where a vehicle was along a route: seconds since the begin, metres since the route's. */
export type Trajectory = readonly (readonly [seconds: number, meters: number])[];

export type RouteTrack = {
  readonly route: string;
  readonly trajectories: readonly Trajectory[];
};

/** What the street showed in one run. */
export type StreetRecord = {
  readonly seed: number;
  readonly untilSeconds: number;
  readonly phases: readonly PhaseGreens[];
  /** When vehicles were followed. */
  readonly window: Stretch;
  /** Empty where the plant tells no positions. */
  readonly routes: readonly RouteTrack[];
};

/** Follows a plant without its being changed. */
export type StreetRecorder = {
  readonly follow: (plant: Plant) => Plant;
  readonly record: () => StreetRecord;
};

/** A gap of so long in what is known of a vehicle makes two trajectories. */
const GAP_SECONDS = 3;

/** Vehicles are followed for so long, as a diagram can show. */
const WINDOW_SECONDS = 600;

/** The stretch in the middle of a run in which vehicles are followed. */
export function middleOf(runSeconds: number): Stretch {
  const from = Math.max(0, Math.round((runSeconds - WINDOW_SECONDS) / 2));
  return [from, Math.min(runSeconds, from + WINDOW_SECONDS)];
}

type Follow = {
  readonly network: Network;
  readonly seed: number;
  /** When vehicles are followed, where the network names a route. */
  readonly window: Stretch;
};

/** Records the greens of every phase, and within the window where vehicles are along the network's routes. */
export function streetRecorder({ network, seed, window }: Follow): StreetRecorder {
  const greens = new Map(
    network.intersections.map(({ id, phases }) => [id, phases.map(() => new Array<Stretch>())]),
  );
  const tracks = routeLinesOf(network).map((line) => ({ line, seen: new Map() as Seen }));
  let atSeconds = 0;
  return {
    follow: (plant) => ({
      stepMs: plant.stepMs,
      startsAt: plant.startsAt,
      endsAt: plant.endsAt,
      step: async (lamps, options) => {
        const within = tracks.length > 0 && atSeconds >= window[0] && atSeconds < window[1];
        const told = await plant.step(lamps, { ...options, wantVehicles: options.wantVehicles || within });
        const nextSeconds = atSeconds + msToSeconds(plant.stepMs);
        for (const output of lamps)
          addGreens(greens.get(output.intersection) ?? [], output, [atSeconds, nextSeconds]);
        atSeconds = nextSeconds;
        if (within) for (const { line, seen } of tracks) addPlaces(line, seen, told.vehicles, atSeconds);
        return options.wantVehicles ? told : { ...told, vehicles: [] };
      },
      finish: async () => await plant.finish(),
      close: async () => await plant.close(),
    }),
    record: () => ({
      seed,
      untilSeconds: atSeconds,
      phases: network.intersections.flatMap(({ id, phases }) =>
        phases.map((phase, place) => ({
          intersection: id,
          phase: phase.id,
          greens: greens.get(id)?.[place] ?? [],
        })),
      ),
      window,
      routes: tracks.map(({ line, seen }) => ({
        route: line.route,
        trajectories: [...seen.values()].flat(),
      })),
    }),
  };
}

/** Lengthens the green that has lasted up to now, or begins another. */
function addGreens(phases: readonly Stretch[][], { lamps }: LampOutput, [from, until]: Stretch): void {
  for (const [place, greens] of phases.entries()) {
    if (lamps[place] !== "G") continue;
    const last = greens.at(-1);
    if (last?.[1] === from) greens[greens.length - 1] = [last[0], until];
    else greens.push([from, until]);
  }
}

/** By number of the vehicle: what is known of it without a gap. */
type Seen = Map<number, [seconds: number, meters: number][][]>;

/** Numbers of a vehicle in `TrafficFrame`: its own, x and y of the front in dm, heading in degrees, length in dm. */
const NUMBERS = 5;

function addPlaces(line: RouteLine, seen: Seen, vehicles: readonly number[], atSeconds: number): void {
  for (let index = 0; index + NUMBERS <= vehicles.length; index += NUMBERS) {
    const [serial = 0, x = 0, y = 0, heading = 0] = vehicles.slice(index, index + NUMBERS);
    const meters = placeOn(line, { x: x / 10, y: y / 10, heading });
    if (meters === undefined) continue;
    const trajectories = seen.get(serial) ?? [];
    const last = trajectories.at(-1);
    const follows = last !== undefined && atSeconds - defined(last.at(-1), "last place")[0] <= GAP_SECONDS;
    if (follows) last.push([atSeconds, Math.round(meters)]);
    else trajectories.push([[atSeconds, Math.round(meters)]]);
    seen.set(serial, trajectories);
  }
}
