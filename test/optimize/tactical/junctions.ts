import type { Arrival, LaneOutlook, Outlook } from "../../../src/model/outlook.ts";
import { timingTable } from "../../../src/model/timing.ts";
import type { Junction, StreetNow } from "../../../src/optimize/tactical/policy.ts";
import { crossing, MIDNIGHT, second } from "../../signal/crossings.ts";

/** Two streets with one lane each: `main` and `side` cross. Yellow 3 s, red clearance 1 s, least green 5 s, longest 60 s. */
export function twoStreets(): Junction {
  const intersection = {
    ...crossing({
      phases: { M: [5, 3, 1], S: [5, 3, 1] },
      stages: { main: ["M"], side: ["S"] },
      conflicts: ["M/S"],
      plans: { day: { main: 30, side: 30 } },
    }),
    movements: [movement("through main", "M"), movement("through side", "S")],
  };
  return {
    timing: timingTable(intersection, 1_000),
    lanes: {
      lanes: [
        { id: "main.0", link: "main", streams: [0] },
        { id: "side.0", link: "side", streams: [1] },
      ],
      streams: [
        { lane: 0, movement: 0, phase: 0 },
        { lane: 1, movement: 1, phase: 1 },
      ],
      exits: [
        { link: "main out", streams: [0] },
        { link: "side out", streams: [1] },
      ],
    },
    mayFollow: [
      [false, true],
      [true, false],
    ],
  };
}

function movement(id: string, phase: string) {
  return {
    id,
    turn: "through" as const,
    fromLink: id,
    fromLanes: [`${id}.0`],
    toLink: `${id} out`,
    phase,
    saturationFlowVehPerHour: 1800,
  };
}

/** Vehicles at the given times; who is there already has waited as its urgency says. */
export function arrivals(...earliestSeconds: readonly number[]): readonly Arrival[] {
  return earliestSeconds.map((earliest) => ({ earliestSeconds: earliest, vehicles: 1, urgency: 1 }));
}

export function lane(change: Partial<LaneOutlook> = {}): LaneOutlook {
  return {
    arrivals: [],
    unseenVehPerSecond: 0,
    sightSeconds: 15,
    streamShares: [1],
    headIsNot: [],
    findsNoGap: false,
    heldSeconds: 0,
    delayWeight: 1,
    headwaySeconds: 2,
    ...change,
  };
}

export function outlookOf(lanes: readonly LaneOutlook[], change: Partial<Outlook> = {}): Outlook {
  return {
    lanes,
    exitFull: lanes.map(() => false),
    standingInside: lanes.map(() => ({ vehicles: 0, seconds: 0 })),
    ...change,
  };
}

/** The stage `stage` has been green for so long. */
export function greenFor(seconds: number, stage = 0, phases = 2): StreetNow {
  const at = second(1_000);
  return {
    at,
    stage,
    changing: false,
    stageSince: second(1_000 - seconds),
    phaseSince: Array.from({ length: phases }, () => MIDNIGHT),
    green: Array.from({ length: phases }, (_, phase) => phase === stage),
  };
}
