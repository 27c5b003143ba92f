import { defined } from "../../../src/assert.ts";
import type { Detector, Movement, Turn } from "../../../src/model/intersection.ts";
import type { Link, NetworkFile, Point } from "../../../src/model/network.ts";
import type { Random } from "../random.ts";

/** The streets around one generated intersection: as little as the model's rules ask for. */

/** What a phase lets go, from which leg; `turn` is its main manoeuvre. */
export type Stream = {
  readonly phase: string;
  readonly leg: number;
  readonly turns: readonly Turn[];
};

export type Ground = {
  readonly network: NetworkFile;
  readonly movements: Movement[];
  readonly detectors: Detector[];
};

/** Clockwise, so that a left turn from a leg leads to the next one. */
const LEGS = [
  { id: "north", x: 0, y: 1 },
  { id: "east", x: 1, y: 0 },
  { id: "south", x: 0, y: -1 },
  { id: "west", x: -1, y: 0 },
] as const;

const LENGTH_METERS = 300;
const LOOP_METERS = 2;
const STEPS_OF_TURN: Readonly<Record<Turn, number>> = { left: 1, through: 2, right: 3, uturn: 4 };

export const INTERSECTION_ID = "x";

export function inLinkOf(leg: number): string {
  return `in-${legAt(leg).id}`;
}

export function outLinkOf(leg: number): string {
  return `out-${legAt(leg).id}`;
}

function legAt(leg: number): (typeof LEGS)[number] {
  return defined(LEGS[leg], `leg ${leg}`);
}

/**
 * Streets for these streams: a lane of its own for each, with a loop at its stop line and mostly an advance loop.
 *
 * @param legCount 3 or 4
 * @param speedsMetersPerSecond of each leg
 */
export function drawGround(
  random: Random,
  legCount: number,
  speedsMetersPerSecond: readonly number[],
  streams: readonly Stream[],
): Ground {
  const legs = Array.from({ length: legCount }, (_, leg) => leg);
  const lanesOf = legs.map((): string[] => []);
  const movements = streams.flatMap(({ phase, leg, turns }): Movement[] => {
    const lanes = defined(lanesOf[leg], `leg ${leg}`);
    const lane = `${inLinkOf(leg)}.${lanes.length}`;
    lanes.push(lane);
    return turns.map((turn) => ({
      id: `${phase}-${turn}`,
      turn,
      fromLink: inLinkOf(leg),
      fromLanes: [lane],
      toLink: outLinkOf(exitOf(leg, turn, legCount)),
      phase,
      saturationFlowVehPerHour: 1800,
    }));
  });
  const speedOf = (leg: number): number => defined(speedsMetersPerSecond[leg], `speed of leg ${leg}`);
  return {
    network: {
      version: 1,
      id: "generated",
      name: "Generated",
      timeZone: "UTC",
      region: "generated",
      handedness: "right",
      nodes: [
        { id: INTERSECTION_ID, x: 0, y: 0, intersection: INTERSECTION_ID },
        ...legs.map((leg) => {
          const { id, x, y } = legAt(leg);
          return { id, x: x * LENGTH_METERS, y: y * LENGTH_METERS };
        }),
      ],
      links: legs.flatMap((leg) => [
        linkOf(leg, true, speedOf(leg), lanesOf[leg] ?? []),
        linkOf(leg, false, speedOf(leg), []),
      ]),
      routes: [],
    },
    movements,
    detectors: legs.flatMap((leg) =>
      (lanesOf[leg] ?? []).flatMap((lane) => detectorsOf(random, inLinkOf(leg), lane)),
    ),
  };
}

/** Where a turn leads; on a leg that is missing, to the next one there is. */
function exitOf(leg: number, turn: Turn, legCount: number): number {
  let exit = (leg + STEPS_OF_TURN[turn]) % LEGS.length;
  while (exit >= legCount || exit === leg) exit = (exit + 1) % LEGS.length;
  return exit;
}

function linkOf(leg: number, inbound: boolean, speedMetersPerSecond: number, lanes: readonly string[]): Link {
  const { id, x, y } = legAt(leg);
  const far: Point = [x * LENGTH_METERS, y * LENGTH_METERS];
  const near: Point = [0, 0];
  const link = inbound ? inLinkOf(leg) : outLinkOf(leg);
  const ids = lanes.length > 0 ? lanes : [`${link}.0`];
  return {
    id: link,
    from: inbound ? id : INTERSECTION_ID,
    to: inbound ? INTERSECTION_ID : id,
    lengthMeters: LENGTH_METERS,
    speedMetersPerSecond,
    storageVehicles: 40 * ids.length,
    shape: inbound ? [far, near] : [near, far],
    lanes: ids.map((lane) => ({ id: lane, lengthMeters: LENGTH_METERS })),
  };
}

function detectorsOf(random: Random, link: string, lane: string): readonly Detector[] {
  const stopLine: Detector = {
    id: `stop-${lane}`,
    role: "stopLine",
    link,
    lane,
    distanceMeters: 1,
    lengthMeters: LOOP_METERS,
    serves: [],
  };
  if (random.chance(0.25)) return [stopLine];
  const distanceMeters = random.integer(30, 120);
  return [stopLine, { ...stopLine, id: `advance-${lane}`, role: "advance", distanceMeters, serves: [lane] }];
}
