import { defined } from "../../src/assert.ts";
import type { Intersection, Movement } from "../../src/model/intersection.ts";
import type { LaneDemand } from "../../src/optimize/capacity.ts";

/** A movement out of one of its lanes. */
export type StreamFlow = {
  readonly lane: string;
  readonly movement: Movement;
  readonly flowVehPerHour: number;
};

type Stream = { -readonly [Key in keyof StreamFlow]: StreamFlow[Key] };

/** Drivers have settled long before. */
const ROUNDS = 50;

/**
 * Flows of movements by lane. A movement with several lanes uses them so that they are equally full, counting those who share them:
 * what drivers do who take the shorter queue.
 */
export function streamsByLane(
  { movements }: Intersection,
  vehPerHour: ReadonlyMap<string, number>,
): readonly StreamFlow[] {
  const streams = movements.flatMap((movement) =>
    movement.fromLanes.map(
      (lane): Stream => ({
        lane,
        movement,
        flowVehPerHour: (vehPerHour.get(movement.id) ?? 0) / movement.fromLanes.length,
      }),
    ),
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const movement of movements) if (movement.fromLanes.length > 1) spread(streams, movement);
  }
  return streams;
}

/** Streams as demand at the stop-line lanes. */
export function demandByLane(
  { phases }: Intersection,
  streams: readonly StreamFlow[],
): readonly LaneDemand[] {
  const phaseIndex = new Map(phases.map(({ id }, index) => [id, index]));
  return [...new Set(streams.map(({ lane }) => lane))].map((lane) => {
    const own = streams.filter((stream) => stream.lane === lane);
    const flowVehPerHour = own.reduce((sum, stream) => sum + stream.flowVehPerHour, 0);
    return {
      flowVehPerHour,
      streams: own.map(({ movement, flowVehPerHour: flow }) => ({
        phase: defined(phaseIndex.get(movement.phase), movement.phase),
        share: flowVehPerHour > 0 ? flow / flowVehPerHour : 1 / own.length,
        saturationFlowVehPerHour: movement.saturationFlowVehPerHour,
      })),
    };
  });
}

/** Gives each lane of the movement what fills it up to one common level, above what others bring there. */
function spread(streams: readonly Stream[], movement: Movement): void {
  const own = streams.filter((stream) => stream.movement === movement);
  const flow = own.reduce((sum, stream) => sum + stream.flowVehPerHour, 0);
  const loads = own.map(({ lane }) =>
    streams
      .filter((stream) => stream.lane === lane && stream.movement !== movement)
      .reduce((sum, other) => sum + other.flowVehPerHour / other.movement.saturationFlowVehPerHour, 0),
  );
  const level = levelOf(loads, flow / movement.saturationFlowVehPerHour);
  own.forEach((stream, index) => {
    stream.flowVehPerHour =
      Math.max(0, level - defined(loads[index], "load")) * movement.saturationFlowVehPerHour;
  });
}

/** The level up to which `ratio` fills vessels that stand at `loads`. */
function levelOf(loads: readonly number[], ratio: number): number {
  const ascending = loads.toSorted((a, b) => a - b);
  let below = 0;
  for (const [index, load] of ascending.entries()) {
    below += load;
    const level = (ratio + below) / (index + 1);
    if (level <= (ascending[index + 1] ?? Number.POSITIVE_INFINITY)) return level;
  }
  return 0;
}
