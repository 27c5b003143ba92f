import type { Network } from "../../src/model/files.ts";
import type { Intersection, Movement, Phase } from "../../src/model/intersection.ts";
import type { Link } from "../../src/model/network.ts";

/**
 * One crossing of four legs that has everything a ring-and-barrier controller may be configured with: overlaps, flashing
 * yellow arrows, a leading pedestrian interval, an exclusive pedestrian phase, preemption, priority, start-up, intergreens.
 */
export function fullNetwork(): Network {
  return {
    version: 1,
    id: "full",
    name: "A crossing",
    timeZone: "America/Denver",
    region: "full",
    handedness: "right",
    nodes: [
      { id: "x", x: 0, y: 0, intersection: "x" },
      { id: "west", x: -400, y: 0 },
      { id: "east", x: 400, y: 0 },
      { id: "north", x: 0, y: 400 },
      { id: "south", x: 0, y: -400 },
    ],
    links: [...leg("west", -1, 0), ...leg("east", 1, 0), ...leg("north", 0, 1), ...leg("south", 0, -1)],
    routes: [],
    intersections: [fullIntersection()],
  };
}

function leg(outer: string, x: number, y: number): readonly [Link, Link] {
  const far: [number, number] = [400 * x, 400 * y];
  const common = { lengthMeters: 400, speedMetersPerSecond: 13.89, storageVehicles: 52 };
  const [inbound, outbound] = [`${outer}_x`, `x_${outer}`];
  return [
    { ...common, id: inbound, from: outer, to: "x", shape: [far, [0, 0]], lanes: laneOf(inbound) },
    { ...common, id: outbound, from: "x", to: outer, shape: [[0, 0], far], lanes: laneOf(outbound) },
  ];
}

function laneOf(link: string): Link["lanes"] {
  return [{ id: `${link}.0`, lengthMeters: 400 }];
}

function movement(turn: Movement["turn"], from: string, to: string, phase: string): Movement {
  return {
    id: `${from}-${to}`,
    turn,
    fromLink: `${from}_x`,
    fromLanes: [`${from}_x.0`],
    toLink: `x_${to}`,
    phase,
    saturationFlowVehPerHour: 1800,
  };
}

const CLEARANCES = { yellowSeconds: 3.5, redClearSeconds: 1.5 } as const;

/** 10.7 m at 1.07 m/s are 10 s: 7 s and a buffer of 3 s. */
function walkAcross(side: string): NonNullable<Phase["pedestrian"]> {
  return {
    crosswalkMeters: 10.7,
    walkSeconds: 7,
    clearSeconds: 7,
    bufferSeconds: 3,
    crosses: `x_${side}`,
    recall: false,
  };
}

function leftPhase(id: string): Phase {
  return {
    id,
    greenMinSeconds: 5,
    greenMaxSeconds: 30,
    ...CLEARANCES,
    recall: "none",
    passageSeconds: 2,
    conditionalService: true,
  };
}

function fullIntersection(): Intersection {
  return {
    version: 1,
    id: "x",
    name: "The crossing",
    node: "x",
    structure: "ringBarrier",
    movements: [
      movement("left", "east", "south", "1"),
      movement("through", "west", "east", "2"),
      movement("right", "west", "south", "2"),
      movement("left", "south", "west", "3"),
      movement("through", "north", "south", "4"),
      movement("left", "west", "north", "5"),
      movement("through", "east", "west", "6"),
      movement("left", "north", "east", "7"),
      movement("through", "south", "north", "8"),
    ],
    phases: [
      leftPhase("1"),
      {
        id: "2",
        greenMinSeconds: 10,
        greenMaxSeconds: 60,
        greenMax2Seconds: 80,
        ...CLEARANCES,
        passageSeconds: 3.5,
        gapReduction: { beforeSeconds: 10, toReduceSeconds: 15, gapMinSeconds: 2 },
        redRevertSeconds: 3,
        recall: "minimum",
        simultaneousGap: false,
        pedestrian: { ...walkAcross("south"), restInWalk: true },
      },
      leftPhase("3"),
      {
        id: "4",
        greenMinSeconds: 7,
        greenMaxSeconds: 40,
        ...CLEARANCES,
        dualEntry: true,
        pedestrian: { ...walkAcross("west"), leadSeconds: 4 },
      },
      leftPhase("5"),
      { id: "6", greenMinSeconds: 10, greenMaxSeconds: 60, ...CLEARANCES, recall: "soft" },
      leftPhase("7"),
      { id: "8", greenMinSeconds: 7, greenMaxSeconds: 40, ...CLEARANCES, dualEntry: true },
      {
        id: "9",
        greenMinSeconds: 5,
        greenMaxSeconds: 30,
        ...CLEARANCES,
        // All ways at once: 21.4 m are 20 s.
        pedestrian: { ...walkAcross("south"), crosswalkMeters: 21.4, clearSeconds: 17 },
      },
    ],
    rings: [
      [["1", "2"], ["3", "4"], ["9"]],
      [["5", "6"], ["7", "8"], []],
    ],
    stages: [
      { id: "1-5", phases: ["1", "5"], permissive: [] },
      { id: "2-6", phases: ["2", "6"], permissive: [] },
      { id: "3-7", phases: ["3", "7"], permissive: [] },
      { id: "4-8", phases: ["4", "8"], permissive: [] },
      { id: "9", phases: ["9"], permissive: [] },
    ],
    conflicts: [
      ...againstAll("1", ["2", "3", "4", "7", "8", "9"]),
      ...againstAll("2", ["3", "4", "7", "8", "9"]),
      ...againstAll("3", ["4", "5", "6", "9"]),
      ...againstAll("4", ["5", "6", "9"]),
      ...againstAll("5", ["6", "7", "8", "9"]),
      ...againstAll("6", ["7", "8", "9"]),
      ...againstAll("7", ["8", "9"]),
      ...againstAll("8", ["9"]),
    ],
    intergreens: [
      ["2", "7", 6.5],
      ["4", "1", 5],
    ],
    overlaps: [
      // Right turn eastbound; at its exit it meets the left turn of phase 1.
      {
        id: "A",
        kind: "normal",
        included: ["2", "5"],
        minus: ["1"],
        yellowSeconds: 3.5,
        redClearSeconds: 2.5,
      },
      { id: "B", kind: "flashingYellowArrow", left: "1", opposing: "2", delaySeconds: 1.5 },
      { id: "C", kind: "flashingYellowArrow", left: "5", opposing: "6", delaySeconds: 0 },
    ],
    preempts: [
      {
        id: "fire",
        kind: "emergency",
        delaySeconds: 0,
        entry: { greenMinSeconds: 5, walkSeconds: 4, clearSeconds: 7 },
        dwell: { phases: ["2", "5"], greenMinSeconds: 8 },
        exit: { phases: ["2", "6"] },
        presenceMaxSeconds: 120,
        links: ["west_x"],
      },
      {
        id: "train",
        kind: "railway",
        delaySeconds: 0.5,
        entry: { greenMinSeconds: 2, walkSeconds: 0, clearSeconds: 3 },
        track: { phases: ["3", "8"], greenSeconds: 12.3 },
        dwell: { phases: ["6"], greenMinSeconds: 5 },
        exit: { phases: ["4", "8"] },
        presenceMaxSeconds: 600,
      },
    ],
    priorities: [
      {
        id: "bus",
        phases: ["2", "6"],
        extensionMaxSeconds: 10,
        earlyMaxSeconds: 12,
        cooldownSeconds: 120,
        links: ["west_x", "east_x"],
      },
    ],
    startUp: { flashSeconds: 5, allRedSeconds: 6, phases: ["2", "6"], flashYellow: ["2", "6"] },
    coordination: {
      forceOff: "floating",
      correction: "addOnly",
      reference: "endGreen",
      maximum: "maximum2",
    },
    redRest: true,
    detectors: [],
    envelope: {
      cycleMinSeconds: 100,
      cycleMaxSeconds: 180,
      splitStepSeconds: 12,
      cycleChangeMinSeconds: 600,
      waitMaxSeconds: 150,
      planValidMaxSeconds: 1800,
      transitionLengthenRatio: 0.2,
      transitionShortenRatio: 0.17,
    },
    plans: [
      {
        id: "day",
        cycleSeconds: 130,
        offsetSeconds: 0,
        stages: [
          { stage: "2-6", splitSeconds: 40 },
          { stage: "3-7", splitSeconds: 15 },
          { stage: "4-8", splitSeconds: 30 },
          { stage: "9", splitSeconds: 30 },
          { stage: "1-5", splitSeconds: 15 },
        ],
      },
    ],
    schedule: [
      { from: "06:00", plan: "day" },
      { from: "22:00", plan: "free" },
    ],
  };
}

function againstAll(phase: string, others: readonly string[]): [string, string][] {
  return others.map((other) => [phase, other]);
}
